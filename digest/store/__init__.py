"""The facts, in one SQLite file: what the sources reported, and when they were asked.

It can be deleted at any time; the next run rebuilds it from the sources. A row is the item as JSON beside the columns
that are searched. Rows and the record that a source was read are saved in one transaction, after the network is done.
"""

from __future__ import annotations

import math
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from digest.model import Activity, Outcome, Sample
from digest.store.file import connect, told, transaction

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from digest.period import Period

CLOSED = "select item from activity where done >= ? and done < ? and state not in ('active', 'planned')"
OPEN = "select item from activity where state in ('active', 'planned')"
SAMPLES = "select item from sample where at > ? and at <= ?"
OF_SOURCES = "source in (select value from json_each(?))"
COUNT = """select
    (select count(*) from activity where source = ?1 and done >= ?2 and done < ?3
        and state not in ('active', 'planned')),
    (select count(*) from sample where source = ?1 and at > ?2 and at <= ?3)"""
MINE = """select key from activity where source = ?1 and done >= ?2 and done < ?3
    union select key from activity where source = ?1 and state in ('active', 'planned')"""
PUT = """insert into activity values (?, ?, ?, ?, ?, ?, ?) on conflict do update set
    first_seen = iif(state = excluded.state and done is excluded.done, first_seen, excluded.first_seen),
    kind = excluded.kind, state = excluded.state, done = excluded.done, item = excluded.item"""
PUT_SAMPLE = "insert or replace into sample values (?, ?, ?, ?, ?)"
NOTE = """insert into sync values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do update set
    read_at = coalesce(excluded.read_at, read_at), tried_at = excluded.tried_at,
    status = excluded.status, count = excluded.count, detail = excluded.detail"""

Item = TypeVar("Item", Activity, Sample)
_ACTIVITY = msgspec.json.Decoder(Activity)
_SAMPLE = msgspec.json.Decoder(Sample)
_ENCODE = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class Sync:
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

    def __init__(self, path: str | Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """The store at `path`, made where there is none; `:memory:` is gone when it is closed.

        Raises:
            DigestError: it cannot be opened, is damaged, of a newer version or of another program; says what to do.
        """
        with told(path):
            return cls(path, connect(path))

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
        items: Iterable[Activity | Sample],
        outcome: Outcome,
        at: datetime,
        whole: bool = True,
    ) -> None:
        """Save what a source reported, and that it did, or nothing of both.

        A failed or skipped run leaves all rows as they were. A complete one that asked for the whole period, and not
        only for what changed, also drops what it did not report again: of the period, and of what was open.

        Args:
            source: its configured name.
            period: what was asked for.
            items: its activities and samples; of two with the same key the last one counts.
            outcome: the joined outcome of the run.
            at: when the run began, so that what changed while it ran is asked for again.
            whole: whether the source was asked for all of the period.
        """
        known: dict[str, Activity] = {}
        measured: dict[tuple[str, int], Sample] = {}
        for item in items:
            if isinstance(item, Sample):
                measured[item.key, _epoch(item.at)] = item
            else:
                known[item.key] = item
        with self._writing() as db:
            if outcome.status == "complete" and whole:
                _drop(db, source, period, known.keys())
                db.execute("delete from sample where source = ? and at > ? and at <= ?", (source, *_window(period)))
            if outcome.status in {"complete", "truncated"}:
                db.executemany(PUT, (_row(source, activity, at) for activity in known.values()))
                db.executemany(PUT_SAMPLE, (_sample_row(source, sample) for sample in measured.values()))
            read_at = _epoch(at) if outcome.status == "complete" else None
            told = (source, *_window(period), read_at, _epoch(at), outcome.status, outcome.count, outcome.detail)
            db.execute(NOTE, told)

    def keep_scope(self, source: str, scope: str) -> None:
        """Forget all that a source reported when it was asked for something else, such as other repositories."""
        with told(self.path):
            known = self._db.execute("select hash from scope where source = ?", (source,)).fetchone()
        if known == (scope,):
            return
        with self._writing() as db:
            if known:
                for table in ("activity", "sample", "sync"):
                    db.execute(f"delete from {table} where source = ?", (source,))  # noqa: S608 - names of ours
            db.execute("insert or replace into scope values (?, ?)", (source, scope))

    def activities(self, period: Period, sources: Iterable[str]) -> list[Activity]:
        """What these sources reported as done or declined in the period, by instant, source and key."""
        found = self._read(_ACTIVITY, f"{CLOSED} and {OF_SOURCES}", *_window(period), _names(sources))
        return sorted(found, key=_by_instant)

    def count(self, period: Period, source: str) -> int:
        """How many activities and samples of the period a source reported."""
        with told(self.path):
            rows = self._db.execute(COUNT, (source, *_window(period))).fetchone()
        return int(sum(rows))

    def late(self, period: Period, sources: Iterable[str], *, known_until: datetime) -> list[Activity]:
        """What was done in the period and was not known as done at `known_until`, marked late."""
        query = f"{CLOSED} and {OF_SOURCES} and first_seen > ?"
        found = self._read(_ACTIVITY, query, *_window(period), _names(sources), _epoch(known_until))
        return [replace(activity, late=True) for activity in sorted(found, key=_by_instant)]

    def upcoming(self, sources: Iterable[str]) -> list[Activity]:
        """What these sources last reported as under way or planned, by source and key."""
        return self._read(_ACTIVITY, f"{OPEN} and {OF_SOURCES} order by source, key", _names(sources))

    def samples(self, period: Period, sources: Iterable[str]) -> list[Sample]:
        """The samples that stand for an instant after the beginning of the period, up to its end."""
        query = f"{SAMPLES} and {OF_SOURCES} order by metric, at, source, key"
        return self._read(_SAMPLE, query, *_window(period), _names(sources))

    def history(self, metric: str, *, until: datetime, count: int) -> list[Sample]:
        """The last `count` samples of a metric up to the instant `until`, oldest first."""
        query = "select item from sample where metric = ? and at <= ? order by at desc, source desc, key desc limit ?"
        return self._read(_SAMPLE, query, metric, _epoch(until), count)[::-1]

    def last_sync(self, source: str, period: Period) -> Sync | None:
        """How it stands with a source and exactly this period; None where it was never asked."""
        with told(self.path):
            row = self._db.execute(
                """select read_at, tried_at, status, count, detail from sync
                   where source = ? and since = ? and until = ?""",
                (source, *_window(period)),
            ).fetchone()
        if not row:
            return None
        read_at, tried_at, status, count, detail = row
        return Sync(
            read_at=None if read_at is None else datetime.fromtimestamp(read_at, UTC),
            tried_at=datetime.fromtimestamp(tried_at, UTC),
            outcome=Outcome(source=source, status=status, count=count, detail=detail),
        )

    def _read(self, decoder: msgspec.json.Decoder[Item], query: str, *values: str | int) -> list[Item]:
        with told(self.path):
            return [decoder.decode(row[0]) for row in self._db.execute(query, values)]

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; what it writes is there as a whole or not at all."""
        with told(self.path), transaction(self._db) as db:
            yield db


def _drop(db: sqlite3.Connection, source: str, period: Period, reported: AbstractSet[str]) -> None:
    """Forget what a source no longer reports: of the period, and of what was open."""
    stored = db.execute(MINE, (source, *_window(period)))
    gone = [(source, key) for (key,) in stored if key not in reported]
    db.executemany("delete from activity where source = ? and key = ?", gone)


def _row(source: str, activity: Activity, at: datetime) -> tuple[str | int | None, ...]:
    done = None if activity.done is None else _epoch(activity.done)
    return source, activity.key, activity.kind, activity.state, done, _epoch(at), _ENCODE(activity).decode()


def _sample_row(source: str, sample: Sample) -> tuple[str | int, ...]:
    return source, sample.key, sample.metric, _epoch(sample.at), _ENCODE(sample).decode()


def _window(period: Period) -> tuple[int, int]:
    return _epoch(period.since), _epoch(period.until)


def _epoch(instant: datetime) -> int:
    """The second in which an instant lies; periods begin and end with one, so no boundary is crossed."""
    return math.floor(instant.timestamp())


def _names(sources: Iterable[str]) -> str:
    return _ENCODE(list(sources)).decode()


def _by_instant(activity: Activity) -> tuple[datetime, str, str]:
    return activity.done or datetime.min.replace(tzinfo=UTC), activity.source, activity.key
