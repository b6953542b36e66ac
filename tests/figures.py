"""Makers of samples and metrics, as short as a test needs them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from digest.config import Metric
from digest.model import Sample
from digest.normalize.figures import figures
from digest.normalize.judge import Known
from digest.period import Cadence, Period

BERLIN = ZoneInfo("Europe/Berlin")
W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=UTC)
CADENCE = Cadence(zone=UTC)
END = W7_8.until


def before(count: int) -> Period:
    """The period that lies so many before W7-8."""
    period = W7_8
    for _ in range(count):
        period = CADENCE.previous(period)
    return period


def sample(value: float | None = 0.0, metric: str = "latency", **rest: Any) -> Sample:
    """A figure of W7-8 from the source `db`."""
    given = {"source": "db", "key": metric, "at": END, **rest}
    return Sample(metric=metric, value=value, **given)


def test_of(control: tuple[float, int, float], variant: tuple[float, int, float], **rest: Any) -> Sample:
    """An A/B test of `abandonment`."""
    counted = not control[2]
    new, old = (x[0] / x[1] if counted else x[0] for x in (variant, control))
    unit = "ratio" if counted else rest.pop("unit", "")
    return sample(new, "abandonment", kind="ab_test", control=control, variant=variant, baseline=old, unit=unit, **rest)


test_of.__test__ = False  # type: ignore[attr-defined]  # it is no test


def lines(
    *now: Sample, past: tuple[float | None, ...] = (), asked: datetime | None = None, **tables: Metric
) -> list[str]:
    """What is printed of these samples; `past` are the figures of `latency` before, the latest last."""
    return lines_of(now, tables, past=past, asked=asked)


def lines_of(
    now: Sequence[Sample],
    tables: Mapping[str, Metric],
    *,
    past: tuple[float | None, ...] = (),
    asked: datetime | None = None,
) -> list[str]:
    """The same, for tables that come by name."""
    told, notes = figures(known(*now, past=past, asked=asked), tables)
    return [*(t.entry.text for t in told), *notes]


def known(*now: Sample, past: tuple[float | None, ...] = (), asked: datetime | None = None) -> Known:
    """What the sources gave, now and before."""
    history: Mapping[Period, list[Sample]] = {
        (period := before(len(past) - k)): [sample(value, at=period.until)] if value is not None else []
        for k, value in enumerate(past)
    }
    return Known(period=W7_8, now=now, history=history, asked=asked)
