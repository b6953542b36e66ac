"""What one house likes: points for signals, learnt from what it told and did not tell in its own past digests.

The general points stay as they are; what is learnt is what they lack to put that house's stories first. It is a
logistic regression with the general points given: a signal moves only as far as they do not explain the choice, and
not far where there is little to learn from. Where a house publishes what is proposed, there is nothing to learn.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from digest.normalize import link, series
from digest.normalize.facts import facts
from digest.normalize.rank import rank
from digest.normalize.reverts import without_reverted
from digest.normalize.signals import signals

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from digest.config import Rules
    from digest.model import Activity

STEPS = 40
SHARPNESS = 2.0
"""How much surer of a choice one point makes, in log-odds."""

CAUTION = 30.0
"""How many choices it takes to believe about half of what they say."""

LEAST, MOST = 0.05, 0.8
"""Points below are not worth a name; points above are cut, so that no signal outweighs everything else."""

MANY = 1500
"""How many choices are remembered; taste changes."""


class Choice(msgspec.Struct, frozen=True):
    """A story that could be told: its signals, and its general points."""

    signals: frozenset[str]
    points: float


def choices(activities: Sequence[Activity], told: Collection[str], rules: Rules) -> tuple[list[Choice], list[Choice]]:
    """What a published digest told of those activities, and what not; `told` are the refs of its Progress section."""
    kept: list[Choice] = []
    dropped: list[Choice] = []
    done = [activity for activity in activities if activity.state == "done"]
    for ranked in rank(series.joined(link.link(without_reverted(done)[0])), rules, {}):
        choice = Choice(frozenset(signals(ranked.story, facts(ranked.story))), ranked.total)
        (kept if set(ranked.story.refs) & set(told) else dropped).append(choice)
    return kept, dropped


def learn(kept: Sequence[Choice], dropped: Sequence[Choice]) -> dict[str, float]:
    """Points by signal, from the choices of past digests, oldest first."""
    if not kept or not dropped:
        return {}
    seen = [*((c, 1.0) for c in kept[-MANY // 2 :]), *((c, 0.0) for c in dropped[-MANY:])]
    often = Counter(name for choice, _ in seen for name in choice.signals)
    points = dict.fromkeys(often, 0.0)
    bias = 0.0
    for _ in range(STEPS):
        missing: Counter[str] = Counter()
        for choice, was_told in seen:
            lack = was_told - _likely(choice, points, bias)
            bias += 4 * lack / len(seen)
            for name in choice.signals:
                missing[name] += lack  # type: ignore[assignment]
        for name, count in often.items():
            points[name] += (missing[name] - CAUTION * points[name]) / (count * SHARPNESS / 4 + CAUTION) / 3
    found = {name: round(max(-MOST, min(MOST, value)), 2) for name, value in sorted(points.items())}
    return {name: value for name, value in found.items() if abs(value) >= LEAST}


def _likely(choice: Choice, points: dict[str, float], bias: float) -> float:
    """How likely the choice is told, by the general points and those learnt so far."""
    total = choice.points + sum(points[name] for name in choice.signals)
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, SHARPNESS * total + bias))))
