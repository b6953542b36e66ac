"""The facts, in one SQLite file: what the sources reported, and when they were asked.

It can be deleted at any time; the next run rebuilds it from the sources. A row is the item as JSON beside the columns
that are searched. Rows and the record that a source was read are saved in one transaction, after the network is done.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from digest.model import Activity, Outcome, Sample
from digest.store.file import connect, told, transaction
from digest.store.given import Given

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from digest.model import Item, Status
    from digest.period import Period

CLOSED = "select item from activity where done >= ? and done < ? and state not in ('active', 'planned')"
OPEN = "select item from activity where state in ('active', 'planned')"
SAMPLES = "select item from sample where at > ? and at <= ?"
AT_PLACES = "place in (select value from json_each(?))"
PLACES = """with recursive one(place) as (
        select min(place) from activity where source = ?1
        union all
        select (select min(place) from activity where source = ?1 and place > one.place) from one
        where one.place is not null)
    select place from one where place > ''"""
"""From one repository to the next by the index: there are few of them beside the rows."""

OF_SOURCES = "source in (select value from json_each(?))"
COUNT = """select
    (select count(*) from activity where source = ?1 and done >= ?2 and done < ?3
        and state not in ('active', 'planned')),
    (select count(*) from sample where source = ?1 and at > ?2 and at <= ?3)"""
MINE = """select key from activity where source = ?1 and done >= ?2 and done < ?3
    union select key from activity where source = ?1 and state in ('active', 'planned')"""
AHEAD = "select key from activity where source = ?1 and state in ('active', 'planned') and done is null"
PUT = """insert into activity values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
    first_seen = iif(state = excluded.state and done is excluded.done, first_seen, excluded.first_seen),
    kind = excluded.kind, state = excluded.state, done = excluded.done, item = excluded.item,
    place = excluded.place"""
PUT_SAMPLE = "insert or replace into sample values (?, ?, ?, ?, ?)"
FORGET = "delete from activity where source = ? and key = ?"
NOTE = """insert into sync values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
    read_at = coalesce(excluded.read_at, read_at), tried_at = excluded.tried_at,
    status = excluded.status, count = excluded.count, detail = excluded.detail"""

REMIND = "insert or replace into memo values (?, ?, ?, ?)"
REMINDED = timedelta(days=7)
"""For how long a source is told what it wanted to be told; then it asks anew."""

Row = TypeVar("Row", Activity, Sample)
_ACTIVITY = msgspec.json.Decoder(Activity)
_SAMPLE = msgspec.json.Decoder(Sample)
_ENCODE = msgspec.json.Encoder().encode


class Sync(msgspec.Struct, frozen=True, kw_only=True):
    """How it stands with a source and a period.

    Attributes:
        read_at: when it was last read completely, None where it never was.
        tried_at: when it was last asked. outcome: what came of that.
    """

    read_at: datetime | None
    tried_at: datetime
    outcome: Outcome

    @property
    def complete(self) -> bool:
        """Whether the last time gave all there was."""
        return self.outcome.status == "complete"


class Store:
    """An open store; a context manager. Two processes may use one file at the same time."""

    def __init__(self, path: str | Path, db: sqlite3.Connection, owner: str = "") -> None:
        self.path = path
        self._db = db
        self._owner = owner

    @classmethod
    def open(cls, path: str | Path, owner: str = "") -> Self:
        """The store at `path`, made where there is none; `:memory:` is gone when it is closed.

        Projects may share a file: each sees only the sources of its own `owner`, whatever they are called.

        Raises:
            DigestError: it cannot be opened, is damaged, of a newer version or of another program; says what to do.
        """
        with told(path):
            return cls(path, connect(path), owner)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let the file go."""
        self._db.close()

    def save(
        self,
        source: str,
        *,
        period: Period,
        items: Iterable[Item],
        outcome: Outcome,
        at: datetime,
        whole: bool = True,
    ) -> None:
        """Save what a source reported, and that it did, or nothing of both.

        A failed or skipped run leaves all rows as they were. A complete one also drops what was open and was not
        reported again; one that asked for the whole period, and not only for what changed, does so for the period too,
        and so does one that says what of it is unchanged. A failed one forgets what the source wanted to be told.

        Args:
            source: its configured name.
            period: what was asked for.
            items: what it gave; of two activities with the same key the last one counts, an idle one only alone.
            outcome: the joined outcome of the run.
            at: when the run began, so that what changed while it ran is asked for again.
            whole: whether the source was asked for all of the period.
        """
        own, given = self._own(source), Given()
        with self._writing() as db:
            if outcome.status in {"complete", "truncated"}:
                db.executemany(PUT, (_row(own, activity, at) for activity in given.activities(items)))
                db.executemany(FORGET, ((own, key) for key in given.idle - given.keys))
                db.executemany(REMIND, ((own, memo.name, memo.value, _epoch(at)) for memo in given.memos))
            if outcome.status == "complete":
                _drop(db, own, period if whole or given.unchanged is not None else None, given)
            if outcome.status == "complete" and whole:
                db.execute("delete from sample where source = ? and at > ? and at <= ?", (own, *_window(period)))
            if outcome.status == "failed":
                db.execute("delete from memo where source = ?", (own,))
            db.executemany(PUT_SAMPLE, (_sample_row(own, sample) for sample in given.samples))
            read_at = _epoch(at) if outcome.status == "complete" else None
            told = (own, *_window(period), read_at, _epoch(at), outcome.status, outcome.count, outcome.detail)
            db.execute(NOTE, told)

    def memos(self, source: str, now: datetime) -> dict[str, str]:
        """What a source wanted to be told at its next run, by name; nothing that is older than a week."""
        since, until = (_epoch(at) for at in (now - REMINDED, now + REMINDED))  # clocks may have been turned back
        with told(self.path):
            query = "select name, value from memo where source = ? and at between ? and ?"
            return dict(self._db.execute(query, (self._own(source), since, until)).fetchall())

    def keep_scope(self, source: str, scope: str) -> None:
        """Forget all that a source reported when it was asked for something else, such as other repositories."""
        own = self._own(source)
        with told(self.path):
            known = self._db.execute("select hash from scope where source = ?", (own,)).fetchone()
        if known == (scope,):
            return
        with self._writing() as db:
            if known:
                for table in ("activity", "sample", "sync", "memo"):
                    db.execute(f"delete from {table} where source = ?", (own,))  # noqa: S608 - names of ours
            db.execute("insert or replace into scope values (?, ?)", (own, scope))

    def activities(
        self, period: Period, sources: Iterable[str], *, places: Iterable[str] | None = None
    ) -> list[Activity]:
        """What these sources reported as done or declined in the period, by instant, source and key.

        Of all repositories and projects, or only of those that stand in `places` in lower case.
        """
        query, values = _at(f"{CLOSED} and {OF_SOURCES}", places)
        found = self._read(_ACTIVITY, query, *_window(period), self._names(sources), *values)
        return sorted(found, key=_by_instant)

    def count(self, period: Period, source: str) -> int:
        """How many activities and samples of the period a source reported."""
        with told(self.path):
            rows = self._db.execute(COUNT, (self._own(source), *_window(period))).fetchone()
        return int(sum(rows))

    def upcoming(self, sources: Iterable[str], *, places: Iterable[str] | None = None) -> list[Activity]:
        """What these sources last reported as under way or planned, by source and key; `places` as above."""
        query, values = _at(f"{OPEN} and {OF_SOURCES}", places)
        return self._read(_ACTIVITY, f"{query} order by source, key", self._names(sources), *values)

    def places(self, source: str) -> list[str]:
        """The repositories and projects that a source ever reported of, in lower case."""
        with told(self.path):
            return [row[0] for row in self._db.execute(PLACES, (self._own(source),))]

    def samples(self, period: Period, sources: Iterable[str]) -> list[Sample]:
        """The samples that stand for an instant after the beginning of the period, up to its end."""
        query = f"{SAMPLES} and {OF_SOURCES} order by metric, at, source, key"
        return self._read(_SAMPLE, query, *_window(period), self._names(sources))

    def last_sync(self, source: str, period: Period) -> Sync | None:
        """How it stands with a source and exactly this period; None where it was never asked."""
        with told(self.path):
            row = self._db.execute(
                """select read_at, tried_at, status, count, detail from sync
                   where source = ? and since = ? and until = ?""",
                (self._own(source), *_window(period)),
            ).fetchone()
        return _sync(source, row)

    def last_covering(self, source: str, period: Period) -> Sync | None:
        """How it stands with a source and all of a period, and maybe more; what was read last."""
        since, until = _window(period)
        with told(self.path):
            row = self._db.execute(
                """select read_at, tried_at, status, count, detail from sync
                   where source = ? and since <= ? and until >= ? order by read_at desc, tried_at desc""",
                (self._own(source), since, until),
            ).fetchone()
        return _sync(source, row)

    def _read(self, decoder: msgspec.json.Decoder[Row], query: str, *values: str | int) -> list[Row]:
        with told(self.path):
            return [decoder.decode(row[0]) for row in self._db.execute(query, values)]

    def _own(self, source: str) -> str:
        """How the file calls a source of this owner."""
        return f"{self._owner}:{source}" if self._owner else source

    def _names(self, sources: Iterable[str]) -> str:
        return _ENCODE([self._own(source) for source in sources]).decode()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what it writes is there as a whole or not at all."""
        with told(self.path), transaction(self._db) as db:
            yield db


def _drop(db: sqlite3.Connection, source: str, period: Period | None, given: Given) -> None:
    """Forget what a source no longer reports: of what was open, and of the period where it knows all of it."""
    stored = db.execute(MINE, (source, *_window(period))) if period else db.execute(AHEAD, (source,))
    gone = [(source, key) for (key,) in stored if not given.stands(key)]
    db.executemany(FORGET, gone)


def _row(source: str, activity: Activity, at: datetime) -> tuple[str | int | None, ...]:
    done = None if activity.done is None else _epoch(activity.done)
    item, place = _ENCODE(activity).decode(), activity.where.lower()
    return source, activity.key, activity.kind, activity.state, done, _epoch(at), item, place


def _sample_row(source: str, sample: Sample) -> tuple[str | int, ...]:
    return source, sample.key, sample.metric, _epoch(sample.at), _ENCODE(sample).decode()


def _window(period: Period) -> tuple[int, int]:
    return _epoch(period.since), _epoch(period.until)


def _epoch(instant: datetime) -> int:
    """The second in which an instant lies; periods begin and end with one, so no boundary is crossed."""
    return math.floor(instant.timestamp())


def _at(query: str, places: Iterable[str] | None) -> tuple[str, list[str]]:
    """The query and its last values, where only some places are asked for."""
    return (query, []) if places is None else (f"{query} and {AT_PLACES}", [_ENCODE(list(places)).decode()])


def _sync(source: str, row: tuple[int | None, int, Status, int, str] | None) -> Sync | None:
    if not row:
        return None
    read_at, tried_at, status, count, detail = row
    return Sync(
        read_at=None if read_at is None else datetime.fromtimestamp(read_at, UTC),
        tried_at=datetime.fromtimestamp(tried_at, UTC),
        outcome=Outcome(source=source, status=status, count=count, detail=detail),
    )


def _by_instant(activity: Activity) -> tuple[datetime, str, str]:
    return activity.done or datetime.min.replace(tzinfo=UTC), activity.source, activity.key
