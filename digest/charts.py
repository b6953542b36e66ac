"""A trend as characters, as heights of table bars, and in words for a screen reader.

A gap (`None`, or no finite number) is shown as a gap and never as zero. A flat series is drawn in the middle: it is
neither the lowest nor the highest of anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BLOCKS = "▁▂▃▄▅▆▇█"
GAP = "·"
FLAT = 0.5


def spark(values: Iterable[float | None]) -> str:
    """One character a value: `▇▅·▃▁`."""
    top = len(BLOCKS) - 1
    return "".join(GAP if share is None else BLOCKS[math.floor(share * top)] for share in _shares(list(values)))


def bars(values: Iterable[float | None], *, tallest: int = 28, lowest: int = 4) -> list[int | None]:
    """The height of each bar in pixels, None for a gap; the lowest value still has a bar that can be seen."""
    span = tallest - lowest
    return [None if share is None else lowest + round(share * span) for share in _shares(list(values))]


def words(values: Iterable[float | None], *, gap: str = "no value") -> str:
    """What a screen reader says in place of the picture: `212, 208, no value, 196`."""
    return ", ".join(gap if value is None else f"{value:.12g}" for value in _finite(list(values)))


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
