"""A trend tells the order of its values, in characters, in bars and in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.charts import BLOCKS, Trend, bars, ends, spark, words

series = st.lists(st.none() | st.floats(), max_size=30)
numbers = st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=2, max_size=30)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], ""),
        ([212, 208, 205, 201, 199, 196], "█▆▄▃▂▁"),
        ([1, 2, 3, 4, 5, 6, 7, 8], "▁▂▃▄▅▆▇█"),
        ([5, 5, 5], "▄▄▄"),
        ([7], "▄"),
        ([0, None, 10], "▁·█"),
        ([float("nan"), 3, float("inf")], "·▄·"),
        ([None, None], "··"),
        ([-1e308, 1e308], "▁█"),
    ],
)
def test_a_trend_in_characters(values: list[float | None], expected: str) -> None:
    """The lowest is a thin bar, the highest a full one; a flat series is in the middle and a gap is a dot."""
    assert expected == spark(values)


@pytest.mark.parametrize(
    ("values", "expected"), [([0, 50, 100], [4, 16, 28]), ([9, 9], [16, 16]), ([1, None, 2], [4, None, 28]), ([], [])]
)
def test_a_trend_in_bars(values: list[float | None], expected: list[int | None]) -> None:
    """Even the lowest value has a bar that can be seen; a gap has none."""
    assert expected == bars(values)


@pytest.mark.parametrize(
    ("values", "unit", "expected"),
    [
        ((212, 196.5, 188), "ms", ("212 ms, 196 ms, 188 ms", "212 → 188 ms, 3 periods")),
        ((None, 0.681, None, 0.599), "ratio", ("no value, 68.1 %, no value, 59.9 %", "68.1 % → 59.9 %, 4 periods")),
        ((1_250_000, 1_250_000), "", ("1,250,000, 1,250,000", "1,250,000 → 1,250,000, 2 periods")),
        ((float("nan"),), "", ("no value", "")),
        ((), "", ("", "")),
    ],
)
def test_a_trend_in_words(values: tuple[float | None, ...], unit: str, expected: tuple[str, str]) -> None:
    """A screen reader says the figures themselves, and where there is none; the others read both ends of it."""
    trend = Trend(values=values, unit=unit)

    assert expected == (words(trend), ends(trend))


@given(values=series)
def test_every_value_has_its_place(values: list[float | None]) -> None:
    """Whatever the figures are, there is one character and one bar for each."""
    assert (len(values), len(values)) == (len(spark(values)), len(bars(values)))


@given(values=numbers)
def test_a_higher_value_is_never_drawn_lower(values: list[float]) -> None:
    """The order of the characters and of the bars is the order of the values."""
    by_value = sorted(range(len(values)), key=lambda k: values[k])
    characters = [BLOCKS.index(spark(values)[k]) for k in by_value]
    heights = [bars(values)[k] or 0 for k in by_value]

    assert (sorted(characters), sorted(heights)) == (characters, heights)
