"""Figures from a database: SQLite with what Python has, all others by SQLAlchemy (the extra `sql`)."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import msgspec
from msgspec.structs import replace

from digest.collectors.measure.databases import QueryError, open_file, open_server
from digest.collectors.measure.present import end_of
from digest.collectors.measure.rows import Place, instant
from digest.config import Secret, Table
from digest.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from digest.collectors.measure.databases import Database
    from digest.model import Sample
    from digest.period import Period


class Sql(Table, frozen=True):
    """The table of a database.

    Attributes:
        path: an SQLite file. url: where a URL of SQLAlchemy for any other one stands; it holds the password.
        queries: metric = a query that gives one row. `:start` and `:end` are the instants of the period.
        link: the address that figures link to. deadline: the seconds that each query may take.
    """

    queries: dict[str, str]
    path: str = ""
    url: Secret | None = None
    link: str = ""
    deadline: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30
    name: str = "sql"
    root: Path = Path()

    looks_back: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if bool(self.path) == (self.url is not None):
            raise ValueError("give either path or url")

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Sample | Outcome]:  # noqa: ARG002
        """One sample for each query."""
        with self._open() as ask:
            for metric, query in self.queries.items():
                place = Place(source=self.name, metric=metric, at=end_of(period), since=period.since, url=self.link)
                try:
                    yield _sample(ask(query, period), place, period)
                except QueryError as error:
                    yield place.empty(str(error))
                    yield Outcome(source=self.name, status="truncated", detail=f"{metric}: {error}")

    def check(self) -> Iterator[str]:
        """That the database opens."""
        with self._open():
            yield f"opens read-only; {len(self.queries)} queries"

    @contextmanager
    def _open(self) -> Iterator[Database]:
        url = self.url.reveal(self.root) if self.url else ""
        local = self.path or (url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else "")
        with (
            open_file(self.name, self.root / Path(local).expanduser(), self.deadline)
            if local
            else open_server(self.name, url, self.deadline)
        ) as database:
            yield database


def _sample(rows: Sequence[Mapping[str, Any]], place: Place, period: Period) -> Sample:
    if not rows:
        return place.empty("the query gives no row")
    if len(rows) > 1:
        return place.empty(f"the query gives {len(rows)} rows instead of one: it needs an aggregation")
    row = {str(k).lower(): v for k, v in rows[0].items()}
    if len(row) == 1:
        row = {"value": next(iter(row.values()))}
    if row.get("at") is not None:
        try:
            at = instant(row["at"], period.zone)
        except ValueError as error:
            return place.empty(f"at is no instant: {error}")
        if not period.since < at <= period.until:
            return place.empty(f"its figure is of {at:%d %b %Y}, outside of the period")
        place = replace(place, at=at)
    return place.sample(row)
