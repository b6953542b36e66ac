"""Figures from a file: CSV, JSON or JSON lines, a row for each metric and day."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import msgspec

from digest.collectors.measure.rows import ARMS, COLUMNS, Place, instant
from digest.config import Table
from digest.errors import SourceError
from digest.model import Outcome
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from digest.model import Sample
    from digest.period import Period

Row = Mapping[str, Any]
_GROUPED = regex(r"[-+]?\d{1,3}(\.\d{3})+(,\d*)?")
FIGURES = (*ARMS, "value", "baseline", "n")
NAMES = ("metric", "date", *COLUMNS)


class File(Table, frozen=True):
    """`type = "table"`: a file with the columns `metric`, `date` and `value`, and more of `COLUMNS`.

    Attributes:
        path: the file; `.csv`, `.json` (a list of objects) or `.jsonl`. columns: our name = the name in the file.
        metric: the metric of every row, for a file without such a column. separator: between the columns of a CSV.
        decimal: the mark of decimals in it; with "," points group thousands.
        pick: which rows of a period count: the last one, or all of them added up (counts of an A/B test, too).
        url: the address that the figures link to.
    """

    path: str
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    metric: str = ""
    separator: str = ","
    decimal: Literal[".", ","] = "."
    pick: Literal["last", "sum"] = "last"
    url: str = ""
    name: str = "table"
    root: Path = Path()

    local: ClassVar[bool] = True
    looks_back: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.columns) - set(NAMES)):
            raise ValueError(f"columns: {unknown[0]} is none of {', '.join(NAMES)}")
        if len(self.separator) != 1:
            raise ValueError("separator is one character")

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Sample | Outcome]:  # noqa: ARG002
        """One sample for each metric that has a row in the period."""
        found: dict[str, list[tuple[datetime, Row]]] = {}
        undated = nameless = 0
        for row in self._rows():
            try:
                metric, at = str(row.get("metric") or self.metric), instant(row.get("date"), period.zone)
            except ValueError:
                undated += 1
                continue
            nameless += not metric
            if metric and period.since < at <= period.until:
                found.setdefault(metric, []).append((at, row))
        for metric, rows in found.items():
            yield self._sample(metric, rows)
        for count, lacked in ((undated, "date like 2026-02-22"), (nameless, "metric")):
            if count:
                detail = f"{self.path}: {count} {'row has' if count == 1 else 'rows have'} no {lacked}"
                yield Outcome(source=self.name, status="truncated", detail=detail)

    def check(self) -> Iterator[str]:
        """How many rows there are, of how many metrics."""
        rows = self._rows()
        metrics = sorted({str(row.get("metric") or self.metric) for row in rows})
        yield f"{self.path}: {len(rows)} rows, {', '.join(metrics[:8]) or 'no metric'}"

    def _sample(self, metric: str, rows: Sequence[tuple[datetime, Row]]) -> Sample:
        at = max(at for at, _ in rows)
        place = Place(source=self.name, metric=metric, at=at, url=self.url)
        last = [row for when, row in rows if when == at]
        if self.pick == "sum":
            return place.sample(_sum([row for _, row in rows]))
        if len(last) > 1:
            return place.empty(f"{self.path} has {len(last)} rows for one day")
        return place.sample(last[0])

    def _rows(self) -> list[Row]:
        path = self.root / self.path
        try:
            text = path.read_text(encoding="utf-8-sig")
            rows = self._parsed(text, path.suffix.lower())
        except OSError as error:
            raise SourceError(f"{self.name}: {self.path}: {error.strerror}", "set path to the file") from None
        except (ValueError, csv.Error) as error:
            line = str(error).partition("\n")[0]
            raise SourceError(
                f"{self.name}: {self.path} cannot be read: {line}", "it is CSV, JSON or JSON lines"
            ) from None
        theirs = {ours: self.columns.get(ours, ours) for ours in NAMES}
        if rows and not any(theirs["date"] in row for row in rows):
            raise SourceError(f"{self.name}: {self.path} has no column {theirs['date']}", "name it in columns")
        return [{ours: row[name] for ours, name in theirs.items() if name in row} for row in rows]

    def _parsed(self, text: str, suffix: str) -> list[Row]:
        given: Any
        if suffix in {".jsonl", ".ndjson"}:
            given = [_json(line, at) for at, line in enumerate(text.split("\n"), 1) if line.strip()]
        elif suffix == ".json":
            given = json.loads(text)
        else:
            table = csv.DictReader(io.StringIO(text), delimiter=self.separator)
            return [self._in_points(row) for row in table] if self.decimal == "," else list(table)
        if not isinstance(given, list) or not all(isinstance(row, dict) for row in given):
            raise ValueError("it is no list of objects")
        rows: list[Row] = given
        return rows

    def _in_points(self, row: Row) -> Row:
        """A row whose figures have the decimal point that Python reads."""
        ours = {self.columns.get(name, name) for name in FIGURES}
        return {k: _in_points(v) if k in ours and v else v for k, v in row.items()}


def _in_points(figure: str) -> str:
    """`1.234,5` as `1234.5`; a point that groups no thousands may be a decimal one, so there is no telling."""
    if "." in figure and not _GROUPED.fullmatch(figure.strip()):
        return f"{figure}, which has a point where decimals have a comma"
    return figure.replace(".", "").replace(",", ".")


def _json(line: str, at: int) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        raise ValueError(f"line {at} is no JSON") from None


def _sum(rows: Sequence[Row]) -> Row:
    """Rows added up: figures and counts; the rest is that of the last one."""
    total = dict(rows[-1])
    for name in ("value", "n", "control_successes", "control_trials", "variant_successes", "variant_trials"):
        given = [row[name] for row in rows if row.get(name) not in {None, ""}]
        try:
            total |= {name: sum(map(float, given))} if given else {}
        except (TypeError, ValueError):
            total[name] = next(g for g in given if not _is_number(g))
    return total


def _is_number(given: Any) -> bool:
    try:
        float(given)
    except (TypeError, ValueError):
        return False
    return True
