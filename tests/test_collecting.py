"""Asking the sources: who is told what, in which order things are kept, and what a terminal sees."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from digest import collecting, collectors
from digest.cli import progress
from digest.collecting import Watch, collect
from digest.collectors import Collector
from digest.collectors.git import Git
from digest.config import Config, Table
from digest.errors import LimitError, SourceError
from digest.model import Activity, Item, Memo, Outcome, Unchanged
from digest.period import Period
from digest.project import Project

PERIOD = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
LATER = datetime(2026, 3, 1, tzinfo=UTC)
READY = Event()


class Quick(Table, frozen=True):
    """A source that gives two activities and says so."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:
        """Two of them."""
        for key in "ab":
            yield Activity(source=self.name, key=key, kind="ticket", title=key, done=period.since)
        READY.set()


class Slow(Table, frozen=True):
    """A source that answers after the quick one has."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:
        """Nothing, late; it cannot be read where the other one never answers."""
        if not READY.wait(5):
            raise SourceError("the other one did not answer")
        yield from ()


class Bounded(Slow, frozen=True):
    """A source that says how long it may take."""

    deadline: float = 120


class Busy(Table, frozen=True):
    """A source that asks to be asked later."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:
        """Nothing, not now."""
        raise LimitError("too many requests", "run it again later")


class Broken(Table, frozen=True):
    """A source that cannot be read."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:
        """Nothing, ever."""
        raise SourceError("the token was refused")


@pytest.mark.parametrize(("kinds", "code"), [(("busy",), 75), (("busy", "busy"), 75), (("busy", "broken"), 1)])
def test_where_all_ask_to_be_asked_later_a_scheduler_is_told(
    project: Project, monkeypatch: pytest.MonkeyPatch, kinds: tuple[str, ...], code: int
) -> None:
    """By the exit code for that; where one source fails for good, it is an error."""
    for kind in kinds:
        monkeypatch.setitem(collectors.BUILTIN, kind, f"{__name__}:{kind.title()}")
    tables: dict[str, dict[str, object]] = {f"s{n}": {"type": kind} for n, kind in enumerate(kinds)}
    limited = replace(project, config=replace_tables(Config(), tables))

    with limited.open_store() as store, pytest.raises(SourceError) as raised:
        collect(limited, store, PERIOD, now=LATER)

    assert code == raised.value.exit_code


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with a slow source before a quick one."""
    READY.clear()
    monkeypatch.setitem(collectors.BUILTIN, "quick", f"{__name__}:Quick")
    monkeypatch.setitem(collectors.BUILTIN, "slow", f"{__name__}:Slow")
    tables: dict[str, dict[str, object]] = {"first": {"type": "slow"}, "second": {"type": "quick"}}
    return Project(
        config=replace_tables(Config(), tables), file=tmp_path / "config.toml", root=tmp_path, clone=None, title="Pay"
    )


def replace_tables(config: Config, tables: dict[str, dict[str, object]]) -> Config:
    """The configuration with these sources."""
    import msgspec

    return msgspec.structs.replace(config, collectors=tables)


def test_outcomes_stand_in_the_order_of_the_file(project: Project) -> None:
    """However long each source takes, and whoever answers first is stored first."""
    with project.open_store() as store:
        outcomes = collect(project, store, PERIOD, now=LATER)

    assert [("first", "complete", 0), ("second", "complete", 2)] == [(o.source, o.status, o.count) for o in outcomes]


def test_a_watch_is_told_what_was_asked_and_what_was_found(project: Project) -> None:
    """The sources once all of them are asked, and each count as it grows."""
    told: list[object] = []
    watch = Watch(
        asked=lambda sources: told.append([s.name for s in sources]),
        found=lambda name, count: told.append((name, count)),
    )
    with project.open_store() as store:
        collect(project, store, PERIOD, now=LATER, watch=watch)

    assert {"first,second", "('second', 1)", "('second', 2)"} == {
        ",".join(one) if isinstance(one, list) else str(one) for one in told
    }


class Terminal(io.StringIO):
    """Standard error where a person looks."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()], ids=["terminal", "file"])
def test_only_a_terminal_sees_how_far_it_is(
    project: Project, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO
) -> None:
    """A log file gets no bars; what is done meanwhile is done in both."""
    done: list[str] = []
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", stream)
    with project.open_store() as store, progress.shown(lambda: done.append("loaded")) as watch:
        collect(project, store, PERIOD, now=LATER, watch=watch)

    assert (["loaded"], stream.isatty()) == (done, "second" in stream.getvalue())


def test_a_source_that_was_never_asked_says_so(project: Project) -> None:
    """Without asking anything."""
    with project.open_store() as store:
        outcomes = collecting.known(project, store, PERIOD)

    assert [
        Outcome(source=n, status="failed", detail="never asked for this period (digest collect asks)")
        for n in ("first", "second")
    ] == [replace(o, count=0) for o in outcomes]


class Reminded(Table, frozen=True):
    """A source that tells what it was told, and counts its runs."""

    name: str = ""
    root: Path = Path()
    memos: dict[str, str] = {}  # noqa: RUF012 - each instance gets a copy

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """One activity a run, as many as it remembers runs; all others stand."""
        run = len(self.memos.get("runs", "")) + 1
        yield Activity(source=self.name, key=f"run {run}", kind="ticket", title=str(self.memos), done=period.since)
        yield Memo(name="runs", value="x" * run)
        yield Unchanged(keys=frozenset({"run 1"}))


def test_a_source_is_reminded_of_what_it_said(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each run of what the last one yielded, but not where all is refreshed, and not after a week.

    What is unchanged stands, what is neither told nor unchanged is gone, and a memo is no item that is counted.
    """
    monkeypatch.setitem(collectors.BUILTIN, "reminded", f"{__name__}:Reminded")
    one = replace(project, config=replace_tables(Config(), {"it": {"type": "reminded"}}))
    during = [PERIOD.since + timedelta(days=day) for day in (1, 2, 3, 4, 12)]
    found = []
    with one.open_store() as store:
        for now, refresh in zip(during, (False, False, False, True, False), strict=True):
            (outcome,) = collect(one, store, PERIOD, now=now, refresh=refresh)
            rows = [f"{a.key} {a.title}" for a in store.activities(PERIOD, ["it"])]
            found.append((outcome.count, rows))

    first, second, third = "run 1 {}", "run 2 {'runs': 'x'}", "run 3 {'runs': 'xx'}"
    whole = (1, [first])
    assert [whole, (2, [first, second]), (2, [first, third]), whole, whole] == found


@pytest.mark.parametrize(("source", "seconds"), [(Git(deadline=5), None), (Bounded(deadline=5), 5 + collecting.GRACE)])
def test_many_clones_may_take_longer_than_one(source: Collector, seconds: float | None) -> None:
    """The deadline of a clone is not that of all of them; a far source is left behind soon after its own."""
    assert seconds == collecting._job(source, PERIOD, collecting.Plan(), collecting.NOBODY).seconds


class Misfit(Table, frozen=True):
    """A source that gives a number that is none."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:
        """One of its activities cannot be told."""
        yield Activity(source=self.name, key="a", kind="ticket", title="a", size=(float("nan"), 0, 0))  # type: ignore[arg-type]


def test_what_one_source_gives_harms_no_other(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that gives what cannot be stored has failed, with nothing of it kept."""
    monkeypatch.setitem(collectors.BUILTIN, "misfit", f"{__name__}:Misfit")
    with_both = replace(
        project, config=replace_tables(project.config, {"odd": {"type": "misfit"}, "well": {"type": "quick"}})
    )
    with with_both.open_store() as store:
        outcomes = collect(with_both, store, PERIOD, now=LATER)

    assert [("odd", "failed", 0), ("well", "complete", 2)] == [(o.source, o.status, o.count) for o in outcomes]
