"""`kill -9` at every step of publishing, in a real process, by every way that could send twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Clone
from tests.servers.boards import Hub
from tests.servers.post import Post
from tests.servers.site import Site
from tests.servers.tls import make

ROOT = Path(__file__).parents[1]
PUBLISH = ("publish", "--period", "2024-W07", "--yes")
HEAD = 'title = "Shop"\ntimezone = "UTC"\nstore = "state/digest.db"\n'

Copies = Callable[[], list[int]]
"""How many copies each recipient has got since it was last asked."""


class Killer:
    """The program, ready to be run and killed."""

    def __init__(self, home: Path) -> None:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(home), "NO_PROXY": "*"}
        env |= {"GIT_CONFIG_GLOBAL": os.devnull, "HOOK": os.environ.get("HOOK", ""), "TOKEN": "tok-s3cret"}
        argv = [sys.executable, str(ROOT / "tests/killing.py")]
        self._process = subprocess.Popen(argv, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run(self, folder: Path, *argv: str, point: int = 0) -> tuple[int, list[str]]:
        """How it ended, and what steps it came to before it was killed."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(f"{json.dumps([str(folder), point, *argv])}\n")
        stdin.flush()
        code, steps = json.loads(stdout.readline())
        return code, steps

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@contextmanager
def mail(folder: Path) -> Iterator[tuple[str, Copies]]:
    """Two people, by SMTP."""
    people = ("ann@example.test", "bob@example.test")
    with Post("none", make(folder), login=False) as post:

        def copies() -> list[int]:
            got = Counter(who for to, _ in post.taken for who in to)
            post.taken.clear()
            return [got[who] for who in people]

        table = f'host = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nsender = "a@a.test"\n'
        yield f"[deliveries.smtp]\n{table}to = {json.dumps(people)}\n", copies


@contextmanager
def chat(_: Path) -> Iterator[tuple[str, Copies]]:
    """A channel, by a webhook."""
    with Site(lambda *_: (200, None)) as site:

        def copies() -> list[int]:
            number = len(site.asked)
            site.asked.clear()
            return [number]

        os.environ["HOOK"] = site.url
        yield '[deliveries.slack]\nwebhook = "env:HOOK"\n', copies


@contextmanager
def board(_: Path) -> Iterator[tuple[str, Copies]]:
    """An issue, by an API; it may be looked for as often as need be, and is written once."""
    hub = Hub()
    with hub.site:

        def copies() -> list[int]:
            number = len(hub.pages)
            hub.pages.clear()
            return [number]

        yield f'[deliveries.github]\nrepo = "acme/updates"\ntoken = "env:TOKEN"\nurl = "{hub.site.url}"\n', copies


@contextmanager
def person(folder: Path) -> Iterator[tuple[str, Copies]]:
    """A program, which keeps a line for each copy."""
    file = folder / "copies"
    (folder / "take").write_text(f"#!/bin/sh\ncat > /dev/null\necho copy >> {file}\n")
    (folder / "take").chmod(0o755)

    def copies() -> list[int]:
        number = len(file.read_text().splitlines()) if file.exists() else 0
        file.unlink(missing_ok=True)
        return [number]

    yield f'[deliveries.command]\ncommand = ["{folder}/take"]\n', copies


@pytest.mark.parametrize("way", [mail, chat, board, person], ids=lambda way: str(way.__name__))
def test_killed_at_every_step(way: Any, tmp_path: Path, record: Callable[..., None]) -> None:
    """Run, killed there, and run again: nobody has two copies, and who has none is asked about or gets it."""
    with way(tmp_path) as (table, copies):
        shop = Clone(tmp_path / "shop")
        shop.commit("Add gift cards to the checkout", "2024-02-14T10:00:00Z")
        (shop.path / "config.toml").write_text(HEAD + table)
        killer = Killer(tmp_path)
        killer.run(shop.path, "draft", "--period", "2024-W07", point=-1)
        killer.run(shop.path, *PUBLISH[:-1], "--dry-run", point=-1)

        def run(point: int) -> tuple[int, int, list[int], list[int]]:
            """How both runs ended, and the copies after each."""
            here = Path(shutil.copytree(shop.path, tmp_path / "here", ignore=shutil.ignore_patterns(".git")))
            killed, _ = killer.run(here, *PUBLISH, point=point)
            first = copies()
            again, _ = killer.run(here, *PUBLISH)
            shutil.rmtree(here)
            return killed, again, first, [a + b for a, b in zip(first, copies(), strict=True)]

        whole = Path(shutil.copytree(shop.path, tmp_path / "whole"))
        ended, steps = killer.run(whole, *PUBLISH)
        sent = copies()
        begin = 1 if way is mail else steps.index("open .lock") + 1  # before that, all ways are one
        found = {point: run(point) for point in range(begin, len(steps) + 1)}
        killer.close()
    for point, (_, again, first, total) in found.items():
        record(
            f"crashes: {way.__name__}",
            killed_before=f"{point} {steps[point - 1]}",
            copies=first,
            exit=again,
            then=total,
        )
    wrong = {
        f"{point} {steps[point - 1]}": row
        for point, row in found.items()
        if row[0] != -9 or max(row[3]) > 1 or (row[1], min(row[3])) not in {(0, 1), (3, 1), (3, 0)}
    }

    assert (0, {1}, True, {}) == (ended, set(sent), len(found) > 10, wrong)
