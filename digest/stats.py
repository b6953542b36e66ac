"""How much a figure changed and how sure that is: relative changes, and intervals for the lift of an A/B test."""

from __future__ import annotations

import math

import msgspec

LEVEL = 0.95
FEW = 5
"""Below this many events, or non-events, in an arm the normal approximation does not hold."""


class Lift(msgspec.Struct, frozen=True, kw_only=True):
    """The relative change from control to variant, as fractions: -0.12 is 12 % less.

    `low` and `high` bound it at the level asked for; both are None where there is too little to tell.
    """

    change: float
    low: float | None = None
    high: float | None = None

    @property
    def significant(self) -> bool | None:
        """Whether the interval leaves out "no change"; None where there is none."""
        if self.low is None or self.high is None:
            return None
        return not self.low <= 0 <= self.high


def relative_change(new: float | None, old: float | None) -> float | None:
    """(new - old) / |old|; None where either is missing or not finite, or the old one is zero."""
    if new is None or old is None or not math.isfinite(new) or not math.isfinite(old) or old == 0:
        return None
    return (new - old) / abs(old)


def lift_of_rates(variant: tuple[float, int], control: tuple[float, int], level: float = LEVEL) -> Lift | None:
    """The lift of a rate from (events, trials) of both arms; the risk ratio by the log method.

    Source: Katz, Baptista, Azen and Pike, Biometrics 34 (1978) 469-474. None where an arm has no trials, more events
    than trials, or the control has no event.
    """
    (a, n), (b, m) = variant, control
    if n <= 0 or m <= 0 or not 0 <= a <= n or not 0 < b <= m:
        return None
    ratio = (a / n) / (b / m)
    if min(a, n - a, b, m - b) < FEW:
        return Lift(change=ratio - 1)
    return _on_log_scale(ratio, 1 / a - 1 / n + 1 / b - 1 / m, level)


def lift_of_means(
    variant: tuple[float, float, int], control: tuple[float, float, int], level: float = LEVEL
) -> Lift | None:
    """The lift of a mean from (mean, standard deviation, n) of both arms; the log response ratio.

    Source: Hedges, Gurevitch and Curtis, Ecology 80 (1999) 1150-1156. None where a mean is not positive or an arm is
    empty; no interval where an arm has fewer than two observations or no deviation is known.
    """
    (x, s, n), (y, t, m) = variant, control
    if x <= 0 or y <= 0 or n <= 0 or m <= 0:
        return None
    if min(n, m) < FEW or s <= 0 or t <= 0:
        return Lift(change=x / y - 1)
    return _on_log_scale(x / y, s * s / (n * x * x) + t * t / (m * y * y), level)


def _on_log_scale(ratio: float, variance: float, level: float) -> Lift:
    from statistics import NormalDist  # it brings fractions and random, and few digests have an A/B test

    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(variance)
    return Lift(change=ratio - 1, low=ratio * math.exp(-reach) - 1, high=ratio * math.exp(reach) - 1)
