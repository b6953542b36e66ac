"""A row that a source gave, by the names of its columns → a sample, or a sample without a figure that says why.

value, baseline, n, unit, kind, url                      of any figure
control_successes, control_trials, variant_…             of an A/B test that counts
control_mean, control_sd, control_n, variant_…           of an A/B test that measures
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

import msgspec
from msgspec.structs import replace

from digest.model import Sample, SampleKind
from digest.period import Period
from digest.redact import redact

if TYPE_CHECKING:
    from collections.abc import Mapping

Arm = tuple[float, int, float]
MOST = 80
ARMS = tuple(f"{arm}_{part}" for arm in ("control", "variant") for part in ("successes", "trials", "mean", "sd", "n"))
COLUMNS = ("value", "baseline", "n", "unit", "kind", "url", *ARMS)


class NoFigureError(Exception):
    """Why a cell, or a row, holds no figure."""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a row stands for: the metric, the instant at the end of what it covers, and where it came from."""

    source: str
    metric: str
    at: datetime
    since: datetime | None = None
    url: str = ""

    def empty(self, why: str) -> Sample:
        """No figure, and why."""
        said, _ = redact(why)
        return Sample(
            source=self.source, key=self.metric, metric=self.metric, value=None, at=self.at.astimezone(UTC),
            since=self.since, url=self.url, detail=said,
        )  # fmt: skip

    def sample(self, row: Mapping[str, Any]) -> Sample:
        """The sample of a row; without a figure where the row does not hold one."""
        try:
            return self._read(row)
        except NoFigureError as error:
            return self.empty(str(error))

    def _read(self, row: Mapping[str, Any]) -> Sample:
        control, variant = arm(row, "control"), arm(row, "variant")
        if (control is None) != (variant is None):
            raise NoFigureError("only one group of the A/B test is given")
        made = replace(
            self.empty(""),
            unit=_text(row.get("unit")),
            kind=kind_of(row),
            n=whole(row.get("n"), "n") or 0,
            baseline=number(row.get("baseline"), "baseline"),
            url=_text(row.get("url")) or self.url,
        )
        if control and variant:
            counted = not (control[2] or variant[2])
            new, old = (x[0] / x[1] if counted else x[0] for x in (variant, control))
            unit = "ratio" if counted else made.unit
            return replace(made, kind="ab_test", unit=unit, value=new, baseline=old, control=control, variant=variant)
        value = number(row.get("value"), "value")
        if value is None:
            raise NoFigureError("no value" if "value" in row else f"no column value in {', '.join(map(str, row))}")
        return replace(made, value=value)


def number(given: Any, name: str) -> float | None:
    """A finite number; None where nothing is given.

    Raises:
        NoFigureError: NaN, infinity, or something else than a number.
    """
    if given is None or (isinstance(given, str) and not given.strip()):
        return None
    if isinstance(given, bool) or not isinstance(given, int | float | Decimal | str):
        raise NoFigureError(f"{name} is no number but {shown(given)}")
    try:
        read = float(given)
    except (ValueError, OverflowError):
        raise NoFigureError(f"{name} is no number but {shown(given)}") from None
    if not math.isfinite(read):
        raise NoFigureError(f"{name} is {'NaN' if math.isnan(read) else 'infinite'}")
    return read


def whole(given: Any, name: str) -> int | None:
    """A whole number that is not negative; None where nothing is given."""
    read = number(given, name)
    if read is None:
        return None
    if read < 0 or read != int(read):
        raise NoFigureError(f"{name} is no count but {shown(given)}")
    return int(read)


def arm(row: Mapping[str, Any], name: str) -> Arm | None:
    """One group of an A/B test: (successes, trials, 0) or (mean, n, standard deviation)."""
    successes, trials = whole(row.get(f"{name}_successes"), f"{name}_successes"), whole(
        row.get(f"{name}_trials"), f"{name}_trials"
    )  # fmt: skip
    mean, spread = number(row.get(f"{name}_mean"), f"{name}_mean"), number(row.get(f"{name}_sd"), f"{name}_sd")
    if successes is not None and trials is not None:
        if not 0 < trials >= successes:
            raise NoFigureError(f"{successes} {name} successes of {trials} trials cannot be")
        return float(successes), trials, 0.0
    size = whole(row.get(f"{name}_n"), f"{name}_n")
    if mean is None and successes is None and trials is None:
        return None
    if mean is None or not spread or not size:
        raise NoFigureError(f"{name} needs successes and trials, or mean, sd and n")
    return mean, size, spread


def kind_of(row: Mapping[str, Any]) -> SampleKind:
    """What the figure rests on, where the row says so."""
    said = _text(row.get("kind")).lower().replace("/", "_").replace(" ", "_") or "observation"
    known: tuple[SampleKind, ...] = get_args(SampleKind)
    for kind in known:
        if kind in {said, f"{said}_test"}:
            return kind
    raise NoFigureError(f"kind is {shown(row.get('kind'))}, none of {', '.join(known)}")


def instant(given: Any, zone: tzinfo) -> datetime:
    """The end of what a date or an instant stands for; a day ends at the next midnight, a bare time is in `zone`.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(given, str):
        text = given.strip()
        given = date.fromisoformat(text) if len(text) <= len("2026-02-09") else datetime.fromisoformat(text)
    if isinstance(given, datetime):
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    if isinstance(given, date):
        return Period(first=given, end=given + timedelta(days=1), zone=zone).until
    raise ValueError(f"no date but {shown(given)}")


def shown(given: Any) -> str:
    """A value that is no figure, short enough for a line."""
    said = repr(given)
    return said if len(said) <= MOST else f"{said[:MOST]}…"


def _text(given: Any) -> str:
    return "" if given is None else str(given).strip()
