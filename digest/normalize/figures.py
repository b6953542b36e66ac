"""Figures that sources gave, in words that claim no more than was measured.

Only an A/B test "resulted in" something; what changed from one period to the next "fell" or "rose"; what was measured
once is a first measurement.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from digest.markdown import escape
from digest.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import Sample

CERTAIN = 0.05
"""A difference that chance brings about more often than this is none."""

Group = tuple[float, int, float]


def figures(samples: Sequence[Sample], names: dict[str, str]) -> list[Entry]:
    """One line for each metric, from its latest figure; `names` says what a reader calls it."""
    latest: dict[str, Sample] = {}
    for sample in sorted(samples, key=lambda s: (s.at, s.ref)):
        if sample.value is not None and math.isfinite(sample.value):
            latest[sample.metric] = sample
    return [
        Entry(
            text=escape(_capital(_told(sample, names.get(metric) or metric.replace("_", " ")))),
            refs=(sample.ref,),
            links=(sample.url,) if sample.url else (),
        )
        for metric, sample in latest.items()
    ]


def missing(samples: Sequence[Sample]) -> list[str]:
    """One note for each metric that no source had a usable figure of."""
    known = {s.metric for s in samples if s.value is not None and math.isfinite(s.value)}
    lost = {s.metric: s.detail for s in samples if s.metric not in known}
    return [f"No figure for {metric}{f': {detail}' if detail else ''}." for metric, detail in lost.items()]


def _told(sample: Sample, name: str) -> str:
    value, baseline = sample.value or 0.0, sample.baseline
    if sample.kind == "ab_test" and sample.variant and sample.control:
        return _tested(sample.variant, sample.control, name, sample.unit)
    said = _number(value, sample.unit)
    if baseline is None:
        return f"{name}: {said} (first measurement)."
    if _number(baseline, sample.unit) == said:
        return f"{name} stayed at {said}."
    return f"{name} {'rose' if value > baseline else 'fell'} from {_number(baseline, sample.unit)} to {said}."


def _tested(variant: Group, control: Group, name: str, unit: str) -> str:
    """An A/B test: its effect where there is one that chance does not explain, with the size of the test."""
    new, old = _level(variant), _level(control)
    size = f"A/B test, n = {variant[1] + control[1]:,}"
    if chance(variant, control) > CERTAIN:
        return f"{name}: no measurable effect ({size})."
    if old <= 0:
        return f"{name}: {_number(new, unit)} against {_number(old, unit)} ({size})."
    share = abs(new - old) / old
    return f"Resulted in a {share:.0%} {'increase' if new > old else 'reduction'} in {name} ({size})."


def chance(variant: Group, control: Group) -> float:
    """How often chance alone would bring about a difference like this: the two-sided z test."""
    if min(variant[1], control[1]) < 1:
        return 1.0
    if variant[2] or control[2]:
        spread = variant[2] ** 2 / variant[1] + control[2] ** 2 / control[1]
    else:
        pooled = (variant[0] + control[0]) / (variant[1] + control[1])
        spread = pooled * (1 - pooled) * (1 / variant[1] + 1 / control[1])
    if spread <= 0:
        return 1.0
    return math.erfc(abs(_level(variant) - _level(control)) / math.sqrt(2 * spread))


def _level(group: Group) -> float:
    """The mean where a spread was given, else the share of successes."""
    return group[0] if group[2] or group[1] < 1 else group[0] / group[1]


def _number(value: float, unit: str) -> str:
    said = f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.3g}"  # noqa: PLR2004
    return f"{said}{'' if unit in {'', '%'} else ' '}{unit}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
