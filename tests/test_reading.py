"""Reading one source: by this process or by one beside it, which must come to the same."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from digest import reading
from digest.apart import Child
from digest.collectors.git import Git
from digest.config import Table
from digest.errors import LimitError, SourceError
from digest.model import Activity, Item, Memo, Outcome, Sample
from digest.period import Period
from digest.reading import Verdict
from tests.conftest import Clone

ROOT = Path(__file__).parent.parent
PERIOD = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


class Given(Table, frozen=True):
    """A source that gives a few things, and then ends as it is told to."""

    name: str = "given"
    root: Path = Path()
    ends: str = ""

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """One of each kind."""
        yield Activity(source="given", key="a", kind="ticket", title="Two\nlines \u2028 \udcff"[:11], done=period.since)
        yield Sample(source="given", key="p95", metric="p95", value=1.5, at=period.until)
        yield Memo(name="runs", value="1")
        match self.ends:
            case "refused":
                raise SourceError("[collectors.given] the token was refused", "make a new one")
            case "limited":
                raise LimitError("too many requests")
            case "bug":
                raise KeyError("secret")
            case "cut":
                yield Outcome(source="given", status="truncated", detail="half of it")
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)


def here(source: Any) -> tuple[list[Item], Verdict, int]:
    """What this process reads, how that did, and the last count that a person saw."""
    seen = [0]
    items, verdict = reading.here(source, PERIOD, None, lambda _, count: seen.append(count))
    with items:
        return list(items), verdict, seen[-1]


def beside(source: Any) -> tuple[list[Item], Verdict, int]:
    """The same of a process beside it."""
    seen = [0]
    with Child(lambda tell: reading._tell_all(source, PERIOD, tell)) as child:
        items, verdict = reading.heard(source, child, lambda _, count: seen.append(count))
    with items:
        return list(items), verdict, seen[-1]


ODD = "an answer that is not as documented, or a bug in the collector"


@pytest.mark.parametrize(
    ("ends", "verdict"),
    [
        ("", "complete, 2: "),
        ("cut", "truncated, 2: half of it"),
        ("refused", "failed, 0: the token was refused (make a new one)"),
        ("limited", "failed, 0: too many requests later"),
        (
            "bug",
            f"failed, 0: {ODD}: KeyError (digest --debug tells more)",
        ),
    ],
)
def test_a_process_beside_us_comes_to_the_same(ends: str, verdict: str) -> None:
    """The same items, none of a source that failed, and the same words about how it did."""
    given = Given(ends=ends)
    ours, theirs = here(given), beside(given)
    outcome = ours[1].outcome
    said = f"{outcome.status}, {outcome.count}: {outcome.detail}{' later' * ours[1].later}"

    assert (ours, verdict, 0 if "failed" in verdict else 3) == (theirs, said, len(ours[0]))


@pytest.mark.parametrize("paths", [(".",), ("clone",), ("clone", "nowhere"), ("nowhere",), ("*",), ("no*",)])
def test_clones_are_read_the_same(tmp_path: Path, clone: Clone, paths: tuple[str, ...]) -> None:
    """Also where one is missing, or all."""
    clone.commit("Speed up the search", "2026-02-10T10:00:00Z")
    clone.commit("Chose Redis\n\npassword = hunter2hunter2", "2026-02-11T10:00:00Z")
    source = Git(paths=paths, root=clone.path if paths == (".",) else clone.path.parent)
    ours, theirs = here(source), beside(source)

    assert (ours, "clone" in paths or "*" in paths or "." in paths) == (theirs, bool(ours[0]))


def test_a_process_that_is_killed_is_a_source_that_failed() -> None:
    """Nothing of what it told counts, and a line says what to do."""
    items, verdict, _ = beside(Given(ends="killed"))

    detail = "the process that read it was ended by signal 9 (run it again)"
    assert ([], Outcome(source="given", status="failed", detail=detail)) == (items, verdict.outcome)


def test_what_is_read_beside_us_loads_nothing_here(clone: Clone) -> None:
    """GitPython is loaded by the process that reads, and not by the program."""
    clone.commit("Speed up the search", "2026-02-10T10:00:00Z")
    code = (
        "import sys; from digest.cli import main; sys.argv[1:] = ['draft', '--print', '-p', '2026-02-09..2026-02-22']\n"
    )
    code += "try: main()\nexcept SystemExit: print('git' in sys.modules)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    said = subprocess.check_output([sys.executable, "-c", code], cwd=clone.path, env=env, text=True)

    assert ["- Sped up the search.", "False"] == said.splitlines()[-2:]
