"""What every test stands on: no network but loopback, a fixed zone, real git repositories made in a temp folder."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from digest import secret
from digest.cli.group import COMMANDS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.lines import Line

settings.register_profile("default", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True)
settings.load_profile("ci" if {"CI", "DIGEST_TEST_ALL"} & os.environ.keys() else "default")  # the same run twice

for module in COMMANDS.values():
    import_module(f"digest.cli.{module}")  # else one that is loaded while a test has set the clock keeps that clock

LOOPBACK = {"127.0.0.1", "127.0.0.2", "::1", "localhost", ""}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that reaches for the network fails at once."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test reached for {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing of the machine's own settings reaches a test, nothing of a test reaches the machine's folders."""
    secret._TAKEN.clear()
    secret._READ.clear()
    home = tmp_path_factory.mktemp("home")
    for name in [n for n in os.environ if n.startswith(("GIT_", "DIGEST_", "XDG_")) and n != "DIGEST_TEST_ALL"]:
        monkeypatch.delenv(name)
    for name, value in {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CACHE_HOME": str(home / "cache"),
        "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
    }.items():
        monkeypatch.setenv(name, value)


class Clone:
    """A real git repository with dates that a test chooses."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *args: str, when: str | None = None, author: str = "Ann <ann@example.test>", **env: str) -> str:
        """Run git here; `when` (ISO 8601) becomes the author and commit date."""
        name, _, mail = author.rstrip(">").partition(" <")
        who = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in (("NAME", name), ("EMAIL", mail))}
        dates = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when} if when else {}
        done = subprocess.run(
            ["git", *args], cwd=self.path, env={**os.environ, **who, **dates, **env}, capture_output=True, check=True
        )
        return done.stdout.decode("utf-8", "replace").strip()

    def commit(
        self, message: str, when: str, files: dict[str, str] | None = None, author: str = "Ann <ann@example.test>"
    ) -> str:
        """Commit `files` (path → content; by default one that is named after the message) and give the full id."""
        for name, content in (files or {f"src/{abs(hash(message)) % 10**8}.py": f"{message}\n"}).items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-m", message, when=when, author=author)
        return self.git("rev-parse", "HEAD")

    def merge(self, branch: str, message: str, when: str, author: str = "Ann <ann@example.test>") -> str:
        """Merge `branch` with a merge commit and give its full id."""
        self.git("merge", "--quiet", "--no-ff", "-m", message, branch, when=when, author=author)
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def make_clone(tmp_path: Path) -> Callable[[str], Clone]:
    """A maker of empty repositories on the branch `main`."""

    def make(name: str) -> Clone:
        return Clone(tmp_path / name)

    return make


@pytest.fixture
def clone(make_clone: Callable[[str], Clone]) -> Clone:
    """One empty repository."""
    return make_clone("clone")


@pytest.fixture
def line(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The command line in that repository, on the Tuesday after W7-8 of 2026."""
    from tests.lines import Line

    made = Line(clone)
    made.work_here(monkeypatch)
    return made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A real browser, started once for the tests of a file."""
    from tests.browser import chromium

    with chromium() as browser:
        yield browser


@pytest.fixture
def tab(chromium: Browser) -> Iterator[Page]:
    """A page in a profile of its own; an error of its script fails the test."""
    context = chromium.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.set_default_timeout(8000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    context.close()
    assert [] == wrong


@pytest.fixture
def now() -> datetime:
    """Tuesday of W9 in 2026: the last ended period is W7-8, 9 to 22 February."""
    return datetime(2026, 2, 24, 8, tzinfo=UTC)


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with `tests/snapshots/<name>`; `--snapshot-update` writes it."""

    def check(text: str, name: str) -> None:
        file = Path(__file__).parent / "snapshots" / name
        if request.config.getoption("--snapshot-update"):
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, encoding="utf-8")
        assert file.read_text(encoding="utf-8") == text

    return check


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
    """Where DIGEST_TEST_ALL is set (CI), a test that was skipped has failed: every real server must have been there."""
    report = yield
    if report.skipped and os.environ.get("DIGEST_TEST_ALL") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and DIGEST_TEST_ALL is set: {call.excinfo and call.excinfo.value}"
    return report


TABLES = pytest.StashKey[dict[str, dict[str, dict[str, object]]]]()


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Note cells of a table, whose first one names the row; `--tables` prints them all in the end."""

    def note(table: str, **cells: object) -> None:
        first = str(next(iter(cells.values())))
        request.config.stash.setdefault(TABLES, {}).setdefault(table, {}).setdefault(first, {}).update(cells)

    return note


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The tables as Markdown."""
    for name, rows in config.stash.get(TABLES, {}).items() if config.getoption("--tables") else ():
        heads = list(dict.fromkeys(head for row in rows.values() for head in row))
        lines = [heads, ["---"] * len(heads), *([str(row.get(head, "")) for head in heads] for row in rows.values())]
        terminalreporter.section(name)
        for cells in lines:
            terminalreporter.write_line(f"| {' | '.join(cells)} |")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--snapshot-update` and `--tables`."""
    parser.addoption("--snapshot-update", action="store_true", help="write what is rendered as the new expectation")
    parser.addoption("--tables", action="store_true", help="print what was measured: crashes, faults, injections, days")
