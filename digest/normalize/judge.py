"""From samples to figures: which one counts, what it is compared with, whether that is good, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile
from typing import Literal

import msgspec
from msgspec.structs import replace

from digest import quantity
from digest.config import Metric
from digest.model import Sample
from digest.period import Period
from digest.stats import Lift, lift_of_means, lift_of_rates

Verdict = Literal["better", "worse", "same", ""]
Against = Literal["control", "previous", "days", "fixed", "hole", ""]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What the sources gave.

    Attributes:
        now: in this period. history: in earlier ones, as far as they are known.
        asked: when they were last asked: no figure can be younger.
    """

    period: Period
    now: Sequence[Sample] = ()
    history: Mapping[Period, Sequence[Sample]] = msgspec.field(default_factory=dict)
    asked: datetime | None = None

    @property
    def past(self) -> list[tuple[Period, Sequence[Sample]]]:
        """The run of periods that leads up to this one, the oldest first."""
        ending = {period.end: (period, samples) for period, samples in self.history.items()}
        run, end = [], self.period.first
        while end in ending:
            run.append(ending.pop(end))
            end = run[-1][0].first
        return run[::-1]

    def chosen(self, days: tuple[date, date]) -> Sequence[Sample]:
        """The samples of the days that a baseline names."""
        return next((s for p, s in self.history.items() if (p.first, p.last) == days), ())


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure and all that is said about it.

    Attributes:
        title: what a reader calls it. table: its settings. sample: its evidence. unit: in which the numbers are.
        value, old: to what, from what; `old` is None for a first measurement.
        against: what `old` is. lift: of an A/B test whose arms are known.
        days: the days that `old` stands for, where they were chosen. trend: by period, the oldest first.
    """

    title: str
    table: Metric
    sample: Sample
    unit: str
    value: float
    old: float | None = None
    against: Against = ""
    lift: Lift | None = None
    days: str = ""
    trend: tuple[float | None, ...] = ()

    @property
    def digits(self) -> int | None:
        """Decimals to print; more than asked for where the figure would read like a goal that it has missed."""
        goal = self.table.goal
        return self.table.digits if goal is None else quantity.enough(self.value, goal, self.unit, self.table.digits)

    @property
    def met(self) -> bool | None:
        """Whether it is as good as its goal; None where it has none."""
        goal = self.table.goal
        if goal is None:
            return None
        return self.value >= goal if self.table.better == "up" else self.value <= goal

    @property
    def verdict(self) -> Verdict:
        """Whether it got better: nothing is said where no way is good, or where chance may have moved it."""
        if not self.table.better or self.old is None or (self.sample.kind == "ab_test" and not self.significant):
            return ""
        if quantity.same(self.old, self.value, self.unit, self.digits):
            return "same"
        return "better" if (self.value > self.old) == (self.table.better == "up") else "worse"

    @property
    def significant(self) -> bool | None:
        """Of an A/B test, whether chance is ruled out; None where that is not known."""
        return self.lift.significant if self.lift else None

    @property
    def notable(self) -> bool:
        """Whether it must not be left out for want of room: it got worse, or missed its goal."""
        return self.verdict == "worse" or self.met is False


def judge(name: str, table: Metric, known: Known) -> Figure | str:
    """The figure of one metric, or why there is none."""
    found = latest([s for s in known.now if s.metric == name])
    if isinstance(found, str):
        return found
    if old := _stale(found, table, known):
        return old
    unit = table.unit or found.unit
    value = _value(found, unit)
    if value is None:
        return f"it came in {found.unit}, and its unit is {unit}"
    figure = Figure(title=table.title or spoken(name), table=table, sample=found, unit=unit, value=value)
    figure = _tested(figure) if found.kind == "ab_test" else figure
    before = [(p, _past(name, figure.unit, samples)) for p, samples in known.past]
    if found.kind != "ab_test":
        figure = _compared(figure, known, before)
    return replace(figure, trend=tuple(dropwhile(lambda v: v is None, (*(v for _, v in before), figure.value))))


def latest(samples: Sequence[Sample]) -> Sample | str:
    """The sample that counts among those of one metric and period, or why none does."""
    good = [s for s in samples if s.value is not None and math.isfinite(s.value)]
    if not good:
        said = dict.fromkeys(s.detail or _odd(s.value) for s in samples)
        return "; ".join(said) or "no source gave one"
    last = [s for s in good if s.at == max(g.at for g in good)]
    if len({(s.value, s.unit) for s in last}) > 1:
        each = ", ".join(f"{s.source} {s.value:.6g}" for s in last)
        return f"there are {len(last)} for one instant: {each}"
    return last[0]


def _stale(sample: Sample, table: Metric, known: Known) -> str:
    if table.max_age is None:
        return ""
    age = min(known.period.until, known.asked or known.period.until) - sample.at
    if age <= timedelta(days=table.max_age):
        return ""
    return f"the latest is {age / timedelta(days=1):.0f} days old, and max_age is {table.max_age:g}"


def _odd(value: float | None) -> str:
    return "the source gave none" if value is None else f"the source gave {value}, which is no figure"


def _value(sample: Sample, unit: str) -> float | None:
    """The sample's figure in the unit of the metric."""
    scale = quantity.factor(sample.unit, unit)
    return None if scale is None or sample.value is None else sample.value * scale


def _tested(figure: Figure) -> Figure:
    """The figure of an A/B test: held against its control group, never against an earlier period."""
    sample = figure.sample
    if not sample.variant or not sample.control:
        scale = quantity.factor(sample.unit, figure.unit) or 1.0
        old = None if sample.baseline is None else sample.baseline * scale
        return replace(figure, old=old, against="control" if old is not None else "")
    (a, n, s), (b, m, t) = sample.variant, sample.control
    if s or t:
        scale = quantity.factor(sample.unit, figure.unit) or 1.0
        lift = lift_of_means((a, s, n), (b, t, m))
        return replace(figure, value=a * scale, old=b * scale, against="control", lift=lift)
    unit = figure.unit if figure.unit in quantity.SHARES else "ratio"
    scale = quantity.factor("ratio", unit) or 1.0
    return replace(
        figure, unit=unit, value=a / n * scale, old=b / m * scale, against="control", lift=lift_of_rates((a, n), (b, m))
    )


def _compared(figure: Figure, known: Known, before: Sequence[tuple[Period, float | None]]) -> Figure:
    """The figure with what it is compared with, where there is such a thing."""
    table, sample = figure.table, figure.sample
    if isinstance(table.baseline, float | int):
        return replace(figure, old=float(table.baseline), against="fixed")
    if table.days:
        first, last = table.days
        old = _past(sample.metric, figure.unit, known.chosen(table.days))
        days = Period(first=first, end=last + timedelta(days=1)).dates
        return replace(figure, old=old, against="hole" if old is None else "days", days=days)
    if sample.baseline is not None:
        scale = quantity.factor(sample.unit, figure.unit) or 1.0
        return replace(figure, old=sample.baseline * scale, against="previous")
    if table.baseline == "control":
        return replace(figure, against="hole")
    old = next((value for period, value in before if period.end == known.period.first), None)
    earlier = any(value is not None for _, value in before)
    return replace(figure, old=old, against="previous" if old is not None else "hole" if earlier else "")


def _past(name: str, unit: str, samples: Sequence[Sample]) -> float | None:
    """The figure of an earlier period."""
    found = latest([s for s in samples if s.metric == name])
    return None if isinstance(found, str) else _value(found, unit)


def spoken(name: str) -> str:
    """The name that a source gave, for a reader."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
