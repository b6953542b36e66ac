"""The printed text in the hands of what reads it: a real cron, the shell as cron starts it, systemd's own checks."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digest.schedule import Job, cron, systemd
from tests.conftest import Clone
from tests.servers.real import wanted

ROOT = Path(__file__).parents[1]
PLACES = ["shop", "my shop", "100% shop", "it's", 'say "x"', "$HOME `id`", "a\\b;c&d", "Läden"]

PRIVATE_CRON = r"""
set -eu
folder=$1
mount -t tmpfs none /var/spool/cron && mkdir /var/spool/cron/crontabs
mount -t tmpfs none /run
mkdir "$folder/none" && mount --bind "$folder/none" /etc/cron.d && mount --bind /dev/null /etc/crontab
crontab -n "$folder/crontab" >"$folder/checked" 2>&1 || cat "$folder/checked"
cp "$folder/crontab" /var/spool/cron/crontabs/root && chmod 600 /var/spool/cron/crontabs/root
exec cron -f
"""
"""Run in namespaces of its own: cron sees no table but this one, and what it writes is gone with it."""


def job(folder: Path) -> Job:
    """A clone with something to tell in every fortnight, in that folder, and a program in a folder with a blank."""
    clone = Clone(folder)
    clone.commit("Add gift cards to the checkout", "2024-02-14T10:00:00Z")
    (folder / "config.toml").write_text('title = "Shop"\ntimezone = "Europe/Berlin"\nstore = "state/digest.db"\n')
    program = folder.parent / "bi n" / "digest"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {sys.executable} -m digest "$@"\n')
    program.chmod(0o755)
    config = folder / "config.toml"
    return Job(program=program, folder=folder, config=config, drafts="digests", zone="Europe/Berlin", name="shop")


def drafts(folder: Path) -> int:
    """How many drafts lie there."""
    return len(list((folder / "digests").glob("*.md")))


@pytest.mark.parametrize("place", PLACES)
def test_the_line_runs_as_cron_runs_it(tmp_path: Path, place: str) -> None:
    """By `/bin/sh -c`, with the four variables of cron and the PATH of the table: it drafts, and then is silent."""
    made = job(tmp_path / place)
    path, line = cron(made).splitlines()
    command = re.sub(r"(?<!\\)%", "\n", line.split(maxsplit=5)[5]).replace("\\%", "%")
    env = {"HOME": str(tmp_path), "LOGNAME": "ann", "SHELL": "/bin/sh", "PATH": path.removeprefix("PATH=")}
    runs = [
        subprocess.run(["/bin/sh", "-c", command], env=env, cwd="/", capture_output=True, check=False) for _ in range(2)
    ]
    told = [run.stdout + run.stderr for run in runs]

    assert ([0, 0], 1, True, b"") == ([r.returncode for r in runs], drafts(made.folder), b"Shop" in told[0], told[1])


def test_a_real_cron_runs_it(tmp_path: Path) -> None:
    """Debian's cron takes the table and drafts; only the time is another, so that it need not be waited for."""
    wanted("cron", "crontab", "unshare")
    if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine gives no namespace to run a cron in")
    made = job(tmp_path / 'it\'s 100% "my" shop')
    path, line = cron(made).splitlines()
    table = f'{path}\nMAILTO=""\n{line}\n@reboot {line.split(maxsplit=5)[5]}\n'
    (tmp_path / "crontab").write_text(table)
    argv = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", PRIVATE_CRON, "sh", str(tmp_path)]
    running = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        until(lambda: drafts(made.folder) == 1 or running.poll() is not None)
    finally:
        running.kill()
        said, _ = running.communicate()

    assert (1, b"") == (drafts(made.folder), said)


def until(happened: Callable[[], bool]) -> None:
    """Wait for it, but not for ever."""
    for _ in range(200):
        if happened():
            return
        time.sleep(0.1)


@pytest.mark.parametrize("place", PLACES)
def test_systemd_takes_both_units(tmp_path: Path, place: str) -> None:
    """`systemd-analyze verify` has nothing to say about them."""
    wanted("systemd-analyze")
    text = systemd(job(tmp_path / place))
    units = re.findall(r"^# ~/.config/systemd/user/(\S+)\n(.*?)(?=^# |\Z)", text, re.MULTILINE | re.DOTALL)
    for name, unit in units:
        (tmp_path / name).write_text(unit)
    argv = ["systemd-analyze", "--user", "verify", *(str(tmp_path / name) for name, _ in units)]
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(argv, env=env, capture_output=True, check=False)

    assert (["digest-shop.service", "digest-shop.timer"], "") == ([name for name, _ in units], done.stderr.decode())
