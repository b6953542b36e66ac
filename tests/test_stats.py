"""Changes and lifts, against worked examples that were published."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.stats import Lift, lift_of_means, lift_of_rates, relative_change


def rounded(lift: Lift | None, digits: int) -> tuple[float, float, float]:
    """The lift as ratios, rounded as the source prints them."""
    assert lift
    assert lift.low is not None
    assert lift.high is not None
    return round(1 + lift.change, digits), round(1 + lift.low, digits), round(1 + lift.high, digits)


def test_the_aspirin_trial() -> None:
    """Agresti, Categorical Data Analysis: 189 of 11,034 against 104 of 11,037, relative risk 1.8 (1.4 to 2.3)."""
    assert (1.8, 1.4, 2.3) == rounded(lift_of_rates((189, 11034), (104, 11037)), 1)


def test_the_example_of_the_format() -> None:
    """Cart abandonment 2,876 of 4,223 against 2,530 of 4,223: 12 % less, 9 to 15 %."""
    lift = lift_of_rates((2530, 4223), (2876, 4223))

    assert (0.88, 0.85, 0.91) == rounded(lift, 2)
    assert lift
    assert lift.significant


def test_a_difference_that_is_none() -> None:
    """52 of 1,000 against 50 of 1,000 says nothing, and is not called significant."""
    lift = lift_of_rates((52, 1000), (50, 1000))

    assert lift
    assert lift.significant is False


@pytest.mark.parametrize("variant", [(0, 9), (9, 9), (3, 9)])
def test_too_few_to_tell(variant: tuple[int, int]) -> None:
    """Next to no events: a change, and no interval."""
    lift = lift_of_rates(variant, (5, 9))

    assert lift
    assert (None, None) == (lift.low, lift.significant)


@pytest.mark.parametrize("control", [(0, 100), (5, 0), (101, 100), (-1, 100)])
def test_a_control_that_is_none(control: tuple[int, int]) -> None:
    """Without a base there is no lift, never infinity."""
    assert lift_of_rates((5, 100), control) is None


def test_means_by_the_log_response_ratio() -> None:
    """Means 12 and 10, deviations 3 and 4, n 30 and 25: ln 1.2 ± 1.96 * sqrt(9/4320 + 16/2500)."""
    assert (1.2, round(1.2 * math.exp(-0.18054), 3), round(1.2 * math.exp(0.18054), 3)) == rounded(
        lift_of_means((12, 3, 30), (10, 4, 25)), 3
    )


@pytest.mark.parametrize(
    ("new", "old", "change"),
    [
        (196, 212, -16 / 212),
        (1, 0, None),
        (None, 1, None),
        (1, None, None),
        (math.nan, 1, None),
        (1, math.inf, None),
        (-5, -10, 0.5),
    ],
)
def test_relative_changes(new: float | None, old: float | None, change: float | None) -> None:
    """From zero, from nothing and from what is no number there is no change to state."""
    assert change == relative_change(new, old)


@given(st.integers(5, 995), st.integers(5, 995))
def test_the_interval_holds_the_change(a: int, b: int) -> None:
    """The estimate lies inside its interval, and exchanging the arms turns the interval round."""
    there, back = lift_of_rates((a, 1000), (b, 1000)), lift_of_rates((b, 1000), (a, 1000))
    assert there
    assert back
    assert there.low is not None
    assert there.high is not None
    assert back.high is not None

    assert there.low <= there.change <= there.high
    assert math.isclose(1 + there.low, 1 / (1 + back.high))
