"""What a figure is called, which way is good, what it is held against, and how it is told: `[metrics.NAME]`."""

from __future__ import annotations

from datetime import date
from string import Formatter
from typing import Annotated, Literal

import msgspec

from digest.regex import regex
from digest.tables import Table

WORDS = ("title", "value", "old", "change", "points", "low", "high", "n", "goal", "against")
"""What a template of words can use, each as it is printed with its unit."""

BASELINES = '"previous", "control", a figure, or days like "2026-01-01..2026-01-14"'
_DAYS = regex(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


FlowFigure = Literal["lead_time", "lead_time_p90", "review_time", "merged_pull_requests", "tickets_closed"]


class Flow(Table, frozen=True):
    """Which figures of how work flows are told; by default none."""

    figures: tuple[FlowFigure, ...] = ()


class Metric(Table, frozen=True):
    """One figure, by the name that the sources give it.

    Attributes:
        title: what a reader calls it. unit: of the figures, and how they are printed.
        better: which way is good. target, slo: what it is held against; `slo` is a promise, `target` a wish.
        baseline: what it is compared with. digits: decimals; by default as many as tell.
        theme, ref: what it is grouped under, and the ticket or activity that it belongs to. url: of a dashboard.
        words: a sentence of one's own. max_age: a figure that was older at the end of the period is none, in days.
    """

    title: str = ""
    unit: str = ""
    better: Literal["", "up", "down"] = ""
    target: float | None = None
    slo: float | None = None
    baseline: float | str = "previous"
    digits: Annotated[int, msgspec.Meta(ge=0, le=6)] | None = None
    theme: str = ""
    ref: str = ""
    url: str = ""
    words: str = ""
    max_age: Annotated[float, msgspec.Meta(gt=0)] | None = None

    def __post_init__(self) -> None:
        if self.goal is not None and not self.better:
            raise ValueError('a target or slo needs better = "up" or better = "down"')
        if self.target is not None and self.slo is not None:
            raise ValueError("give target or slo, not both")
        if isinstance(self.baseline, str) and self.baseline not in {"previous", "control"} and not self.days:
            raise ValueError(f"baseline is {BASELINES}")
        _check(self.words)

    @property
    def goal(self) -> float | None:
        """What it is held against."""
        return self.slo if self.slo is not None else self.target

    @property
    def days(self) -> tuple[date, date] | None:
        """First and last day of the baseline, where days are given."""
        found = _DAYS.fullmatch(self.baseline) if isinstance(self.baseline, str) else None
        if not found:
            return None
        first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
        if first > last:
            raise ValueError("baseline: it ends before it begins")
        return first, last


def fields_of(words: str) -> list[str]:
    """The names that a template of words uses."""
    return [name for _, name, _, _ in Formatter().parse(words) if name is not None]


def _check(words: str) -> None:
    """Names in braces and nothing else: no attribute, index, format or conversion can be reached."""
    try:
        parts = list(Formatter().parse(words))
    except ValueError as error:
        raise ValueError(f"words: {error}") from None
    for _, name, spec, conversion in parts:
        if name is not None and (name not in WORDS or spec or conversion):
            raise ValueError(f"words: {{{name}}} is unknown; there are {', '.join(f'{{{w}}}' for w in WORDS)}")
