"""Secrets are read where they are needed, and whatever fails, nobody finds one in what a run leaves behind."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.secret import Secret, hide, take
from tests.conftest import Clone
from tests.servers.parrot import parrots

ROOT = Path(__file__).parents[1]
SPY = """\
#!/bin/sh
{ tr '\\0' '\\n' < /proc/self/environ; tr '\\0' ' ' < /proc/$$/cmdline; tr '\\0' ' ' < /proc/$PPID/cmdline; } >> "$SEEN/$$"
"""
"""What a program that is started can see: its environment, its arguments, and those of who started it."""

CONFIG = """\
title = "Shop"
timezone = "UTC"
store = "state/digest.db"

[heartbeat]
url = "env:HEARTBEAT"

[polish]
command = ["{bin}/spy"]

[collectors.git]
[collectors.github]
repos = ["acme/pay"]
token = "env:GITHUB"
url = "{web}"
deadline = 5
[collectors.jira]
url = "{web}"
user = "ann@example.test"
token = "file:{kept}/jira"
projects = ["PAY"]
deadline = 5
[collectors.prometheus]
url = "{web}"
user = "ann"
password = "command:{bin}/tell prometheus"
headers = {{X-Scope = "env:HEADER"}}
queries = {{latency = "up"}}
deadline = 5
[collectors.endpoint]
url = "{web}/slo"
token = "env:ENDPOINT"
figures = {{uptime = "a"}}
deadline = 5
[collectors.sql]
url = "env:DATABASE"
queries = {{n = "select 1 as value"}}
deadline = 5
[collectors.command]
argv = ["{bin}/fail"]
metric = "incidents"

[deliveries.smtp]
host = "127.0.0.1"
port = {mail}
security = "none"
sender = "ann@example.test"
to = ["lead@example.test"]
login = {{user = "ann@example.test", password = "file:{kept}/smtp"}}
[deliveries.sendmail]
command = "{bin}/fail"
sender = "ann@example.test"
to = ["lead@example.test"]
[deliveries.imap]
host = "127.0.0.1"
port = {mail}
login = {{user = "ann@example.test", token = "command:{bin}/tell imap"}}
sender = "ann@example.test"
[deliveries.slack]
webhook = "env:SLACK"
[deliveries.teams]
webhook = "command:{bin}/tell teams"
[deliveries.board]
type = "github"
repo = "acme/pay"
token = "env:BOARD"
url = "{web}"
[deliveries.gitlab]
project = "acme/pay"
token = "file:{kept}/gitlab"
url = "{web}"
[deliveries.confluence]
url = "{web}"
space = "TEAM"
user = "ann@example.test"
token = "env:WIKI"
[deliveries.command]
command = ["{bin}/fail"]

[notify.chat]
type = "slack"
webhook = "env:CHAT"
"""
SECRETS = {
    name: f"s3cret-of-{name.lower()}-x/y"
    for name in ("GITHUB", "HEADER", "ENDPOINT", "BOARD", "WIKI", "jira", "prometheus", "smtp", "imap", "gitlab")
}
HOOKS = ("SLACK", "CHAT", "HEARTBEAT", "teams")
EVERY = {**SECRETS, **{name: f"s3cret-of-{name.lower()}-path" for name in (*HOOKS, "DATABASE")}}


class House:
    """A project whose every source and delivery needs a secret and fails, and programs that keep what they can see."""

    def __init__(self, folder: Path, web: str, mail: int) -> None:
        self.clone = Clone(folder / "shop")
        self.clone.commit("Add gift cards to the checkout", "2024-02-14T10:00:00Z")
        self.folder = folder
        self.seen, self.bin, self.kept = folder / "seen", folder / "bin", folder / "kept"
        for made in (self.seen, self.bin, self.kept, folder / "tmp", folder / "home"):
            made.mkdir()
        hooks = {name: f"{web}/hooks/{EVERY[name]}?key=s3cret-of-{name}-query" for name in HOOKS}
        self.values = SECRETS | hooks | {"DATABASE": f"postgresql://ann:{EVERY['DATABASE']}@127.0.0.1:{mail}/shop"}
        for name in ("jira", "smtp", "gitlab"):
            (self.kept / name).write_text(self.values[name])
            (self.kept / name).chmod(0o600)
        tell = "".join(f"{name}) echo '{self.values[name]}';;\n" for name in ("prometheus", "imap", "teams"))
        self._program("tell", f"case $1 in {tell} esac\n")
        self._program("spy", "cat > /dev/null\n")
        self._program("fail", "cat > /dev/null\necho sorry >&2\nexit 1\n")
        self._program("git", 'exec /usr/bin/env -S git "$@"\n')
        text = CONFIG.format(bin=self.bin, kept=self.kept, web=web, mail=mail)
        (self.clone.path / "config.toml").write_text(text)

    def _program(self, name: str, rest: str) -> None:
        (self.bin / name).write_text(SPY + rest)
        (self.bin / name).chmod(0o755)

    def run(self, *args: str) -> tuple[int, str]:
        """The real program in a process of its own, with all that a person would ask for to find a fault."""
        env = {name: value for name, value in self.values.items() if name.isupper()} | {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "SEEN": str(self.seen),
            "GIT_PYTHON_GIT_EXECUTABLE": str(self.bin / "git"),
            "NO_PROXY": "*",
        }
        argv = [sys.executable, "-m", "digest", *args]
        done = subprocess.run(argv, cwd=self.clone.path, env=env, capture_output=True, check=False, timeout=120)
        return done.returncode, (done.stdout + done.stderr).decode()

    def left(self) -> dict[str, bytes]:
        """Every file that was written, and none of those in which the secrets are kept."""
        kept = {self.kept, self.bin}
        files = (
            p for p in self.folder.rglob("*") if p.is_file() and not kept & set(p.parents) and ".git" not in p.parts
        )
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in files}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """The project, and the servers that refuse it."""
    with parrots() as (web, mail):
        yield House(tmp_path, web, mail)


def test_nothing_that_a_failing_run_leaves_holds_a_secret(house: House) -> None:
    """No output with --debug, no process, no environment of one, no journal, draft, database or temporary file."""
    period = ["--period", "2024-W07"]
    runs = {
        "check": house.run("check", "--debug"),
        "draft": house.run("draft", "--debug", *period),
        "due": house.run("draft", "--debug", "--if-due"),
        "status": house.run("status", "--debug"),
        "show": house.run("publish", "--debug", *period, "--allow-incomplete", "--dry-run"),
        "send": house.run("publish", "--debug", *period, "--allow-incomplete", "--yes"),
        "again": house.run("publish", "--debug", *period, "--allow-incomplete", "--yes", "--resend"),
        "test": house.run("publish", "--debug", *period, "--allow-incomplete", "--to", "me@example.test"),
    }
    written = house.left()
    all_of_it = {name: told.encode() for name, (_, told) in runs.items()} | written
    parts = {p for s in EVERY.values() for p in (s, s.replace("/", "%2F"), base64.b64encode(s.encode()).decode())}
    parts |= {base64.b64encode(f"ann@example.test:{EVERY[name]}".encode()).decode() for name in ("WIKI", "jira")}
    found = {(where, part) for where, data in all_of_it.items() for part in parts if part.encode() in data}
    refused = [name for name in ("github", "jira", "prometheus", "endpoint") if name not in runs["draft"][1]]
    unsent = [name for name in ("smtp", "slack", "teams", "board", "gitlab") if f"{name}: " not in runs["send"][1]]

    assert (set(), {1, 4}, [], [], True, True) == (
        found | {(where, "query") for where, data in all_of_it.items() if b"-query" in data},
        {code for code, _ in runs.values()} - {0, 3},
        refused,
        unsent,
        any(b"PYTHONPATH" in data for name, data in written.items() if name.startswith("seen/")),
        any(name.endswith(".json") and ".outbox" in name for name in written),
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("token tok-s3cret is bad", "token *** is bad"),
        ("at /hooks?t=tok-s3cret", "at /hooks?t=***"),
        (f"Basic {base64.b64encode(b'ann:tok-s3cret').decode()}", "Basic ***"),
        (f"AUTH {base64.b64encode(b'user=ann%cauth=Bearer tok-s3cret' % 1).decode()}.", "AUTH ***."),
        ("tok-public, abcdefghijkl", "tok-public, abcdefghijkl"),
    ],
)
def test_what_others_say_is_shown_without_our_secrets(
    said: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is, in an address, and in the base64 of a login; what is none stays."""
    monkeypatch.setenv("TOKEN", "tok-s3cret")
    Secret("env:TOKEN").reveal()

    assert expected == hide(said)


def test_an_address_may_be_a_secret_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a webhook a server repeats the path, of a database its driver the password."""
    monkeypatch.setenv("HOOK", "https://hooks.example.test/services/T0/s3cret?key=x")
    monkeypatch.setenv("BASE", "postgresql://ann:hunter2hunter2@db/shop")
    for name in ("HOOK", "BASE"):
        Secret(f"env:{name}").reveal()

    assert "no hook at ***; no login ann with ***" == hide(
        "no hook at /services/T0/s3cret?key=x; no login ann with hunter2hunter2"
    )


def test_programs_do_not_get_what_the_configuration_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is named as a secret is gone from the environment, and still can be read by us."""
    for name in ("TOKEN", "HEADER", "OTHER"):
        monkeypatch.setenv(name, f"value of {name}")
    take({"collectors": {"hub": {"token": "env:TOKEN", "headers": [{"X": "env: HEADER"}], "url": "OTHER"}}})
    left = subprocess.run(["env"], capture_output=True, check=True).stdout.decode()

    assert (False, False, True, "value of TOKEN") == (
        "value of TOKEN" in left,
        "value of HEADER" in left,
        "value of OTHER" in left,
        Secret("env:TOKEN").reveal(),
    )
