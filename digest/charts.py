"""A trend as characters, as heights of table bars, and in words.

A gap (`None`, or no finite number) is shown as a gap and never as zero. A flat series is drawn in the middle: it is
neither the lowest nor the highest of anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import msgspec

from digest import quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
FLAT = 0.5


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """A figure by period, the oldest first; None for a period without one."""

    values: tuple[float | None, ...]
    unit: str = ""
    digits: int | None = None

    def __iter__(self) -> Iterator[float | None]:
        return iter(self.values)


def spark(values: Iterable[float | None]) -> str:
    """One character a value: `▇▅·▃▁`."""
    top = len(BLOCKS) - 1
    return "".join(GAP if share is None else BLOCKS[math.floor(share * top)] for share in _shares(list(values)))


def bars(values: Iterable[float | None], *, tallest: int = 28, lowest: int = 4) -> list[int | None]:
    """The height of each bar in pixels, None for a gap; the lowest value still has a bar that can be seen."""
    span = tallest - lowest
    return [None if share is None else lowest + round(share * span) for share in _shares(list(values))]


def ends(trend: Trend) -> str:
    """Its first and last figure, and over how many periods: `220 → 196 ms, 6 periods`."""
    known = [value for value in _finite(trend.values) if value is not None]
    if not known:
        return ""
    return f"{quantity.pair(known[0], known[-1], trend.unit, trend.digits)}, {len(trend.values)} periods"


def words(trend: Trend, *, gap: str = "no value") -> str:
    """What a screen reader says in place of the picture: `212 ms, 208 ms, no value, 196 ms`."""
    values = _finite(trend.values)
    said = iter(quantity.row([value for value in values if value is not None], trend.unit, trend.digits))
    return ", ".join(gap if value is None else next(said) for value in values)


def _shares(values: Sequence[float | None]) -> list[float | None]:
    """Where each value lies between the lowest (0) and the highest (1) of them."""
    known = _finite(values)
    numbers = [value for value in known if value is not None]
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    span = high / 2 - low / 2  # halves: the distance of two huge numbers is no number
    if span == 0:
        return [None if value is None else FLAT for value in known]
    return [None if value is None else (value / 2 - low / 2) / span for value in known]


def _finite(values: Sequence[float | None]) -> list[float | None]:
    return [value if value is not None and math.isfinite(value) else None for value in values]
