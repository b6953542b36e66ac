"""Sources that know only the present: for which period their figure counts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from digest.model import Outcome

if TYPE_CHECKING:
    from digest.period import Period

MARKS = ("{start}", "{end}")
"""Where a question holds one of these, the source can be asked for any period."""


def clock() -> datetime:
    """The present."""
    return datetime.now(UTC)


def end_of(period: Period) -> datetime:
    """The end of a period, or the present where it is still under way."""
    return min(period.until, clock())


def counts_for(period: Period, source: str, grace: float) -> datetime | Outcome:
    """The instant that a present figure stands for; an outcome where the period has long ended, or has not begun."""
    late = clock() - period.until
    if clock() < period.since or late > timedelta(days=grace):
        ended = "has not begun" if clock() < period.since else f"ended {late / timedelta(days=1):.0f} days ago"
        return Outcome(source=source, status="skipped", detail=f"it knows only the present, and {period.label} {ended}")
    return end_of(period)


def filled(text: str, period: Period) -> str:
    """A question with the instants of the period in its places."""
    return text.replace("{start}", f"{period.since:%Y-%m-%dT%H:%M:%SZ}").replace(
        "{end}", f"{end_of(period):%Y-%m-%dT%H:%M:%SZ}"
    )


def looks_back(*texts: str) -> bool:
    """Whether a question can be asked for any period."""
    return any(mark in text for mark in MARKS for text in texts)
