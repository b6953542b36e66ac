"""A source for digest in one file: incidents from JSON lines.

A line is `{"id": "INC-7", "title": "…", "resolved": "2026-02-10T09:30:00+01:00"}`; `summary` and `url` may be added.
This is the whole contract: a frozen table with `collect` and `check`. What is wrong is a `SourceError`, what is missing
an `Outcome`; the pipeline does the rest: storing, and joining with the other sources.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.config import Table
from digest.errors import SourceError
from digest.model import Activity, Outcome
from digest.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.period import Period


class Incidents(Table, frozen=True):
    """`[collectors.NAME]` with `type = "incidents"`."""

    path: str
    name: str = "incidents"
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Outcome]:  # noqa: ARG002
        """The incidents that were resolved in the period."""
        broken = 0
        for line in self._lines():
            try:
                incident = self._read(json.loads(line))
            except (ValueError, KeyError, TypeError):
                broken += 1
                continue
            if incident.done and incident.done in period:
                yield incident
        if broken:
            yield Outcome(source=self.name, status="truncated", detail=f"{self.path}: {broken} lines could not be read")

    def check(self) -> Iterator[str]:
        """How many lines there are."""
        yield f"{self.path}: {len(self._lines())} lines"

    def _lines(self) -> list[str]:
        try:
            return [x for x in (self.root / self.path).read_text(encoding="utf-8").splitlines() if x.strip()]
        except OSError as error:
            raise SourceError(f"{self.path}: {error.strerror}", "set path to the file of incidents") from None

    def _read(self, row: dict[str, Any]) -> Activity:
        text, redacted = redact(row.get("summary", ""))
        return Activity(
            source=self.name,
            key=row["id"],
            kind="ticket",
            type="Incident",
            title=row["title"],
            body=text,
            redacted=redacted,
            done=datetime.fromisoformat(row["resolved"]).astimezone(UTC),
            url=row.get("url", ""),
        )
