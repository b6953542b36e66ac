"""What is known of earlier periods: what a trend shows, and what a baseline names."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from digest.flow import measure
from digest.normalize.judge import Known
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import Sample
    from digest.project import Project
    from digest.store import Store

TREND = 6
"""Periods that a trend shows."""


def earlier_periods(project: Project, period: Period) -> list[Period]:
    """The periods that a trend shows before this one, the latest first, and those that a baseline names."""
    run = [period]
    while len(run) < TREND:
        run.append(project.cadence.previous(run[-1]))
    chosen = dict.fromkeys(metric.days for metric in project.config.metrics.values() if metric.days)
    zone = project.cadence.zone
    return [*run[1:], *(Period(first=a, end=b + timedelta(days=1), zone=zone) for a, b in chosen)]


def known_figures(project: Project, store: Store, period: Period, names: Sequence[str]) -> Known:
    """The figures of a period and of those before it that the store has."""
    return Known(
        period=period,
        now=samples_of(project, store, period, names),
        history={earlier: samples_of(project, store, earlier, names) for earlier in earlier_periods(project, period)},
        asked=max((sync.tried_at for name in names if (sync := store.last_sync(name, period))), default=None),
    )


def all_samples(project: Project, store: Store, period: Period, names: Sequence[str]) -> list[Sample]:
    """What was measured in a period and in those that it is held against."""
    known = known_figures(project, store, period, names)
    return [*(s for samples in known.history.values() for s in samples), *known.now]


def samples_of(project: Project, store: Store, period: Period, names: Sequence[str]) -> list[Sample]:
    """What sources measured in a period, and what is computed from what they told, if that is wanted and was asked."""
    found, wanted = store.samples(period, names), project.config.flow.figures
    work = [source.name for source in project.sources() if not getattr(source, "looks_back", False)]
    if wanted and any(store.last_sync(name, period) for name in work):
        found += measure(store.activities(period, names), period, wanted)
    return found
