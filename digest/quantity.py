"""Figures with their units as people read them: enough decimals to tell them apart, and none that nobody measured.

`ratio` is a share of one and is printed as a percentage; `bytes` grow to kB, MB, GB; money has its sign in front;
`count` is a bare number. Every other unit stands behind its figure as it is written in the configuration.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNS = ("€", "$", "£", "¥")
SHARES = frozenset({"%", "ratio"})
BYTES = frozenset({"bytes", "byte", "B"})
MOST_DECIMALS = 12
MANIFOLD = 10
"""From this relative change on figures share neither decimals nor a percentage."""
TENTH = 0.0995
"""From here on a change is told in whole percent: 9.95 % is 10 %."""

# unit → what it is a multiple of, and how many of those it is
_IN: dict[str, tuple[str, float]] = {
    "%": ("share", 0.01),
    "ratio": ("share", 1),
    "ns": ("time", 1e-9),
    "µs": ("time", 1e-6),
    "us": ("time", 1e-6),
    "ms": ("time", 1e-3),
    "s": ("time", 1),
    "min": ("time", 60),
    "h": ("time", 3600),
    "days": ("time", 86400),
    "bytes": ("bytes", 1),
    "byte": ("bytes", 1),
    "B": ("bytes", 1),
    "kB": ("bytes", 1e3),
    "MB": ("bytes", 1e6),
    "GB": ("bytes", 1e9),
    "TB": ("bytes", 1e12),
    "KiB": ("bytes", 2**10),
    "MiB": ("bytes", 2**20),
    "GiB": ("bytes", 2**30),
}
_GROWN = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))
_HUGE = ((1e12, "trillion"), (1e9, "billion"))


def factor(given: str, wanted: str) -> float | None:
    """What a figure in the unit `given` is multiplied with to be one in `wanted`; None where that cannot be."""
    if given == wanted or not given or not wanted:
        return 1.0
    a, b = _IN.get(given), _IN.get(wanted)
    return a[1] / b[1] if a and b and a[0] == b[0] else None


def say(value: float, unit: str, digits: int | None = None) -> str:
    """One figure with its unit: `196 ms`, `59.9 %`, `€1,250`, `1.2 GB`, `8.3 billion`."""
    return row([value], unit, digits)[0]


def pair(old: float, new: float, unit: str, digits: int | None = None) -> str:
    """From what to what: `212 → 196 ms`, `68.1 % → 59.9 %`."""
    before, after = row([old, new], unit, digits)
    if unit not in SHARES:
        before = before.partition(" ")[0]  # the scale is the same, so one name of it is enough
    return f"{before} → {after}"


def row(values: Sequence[float], unit: str, digits: int | None = None) -> list[str]:
    """Figures that stand together, all with the same scale and decimals."""
    largest = max((abs(v) for v in values), default=0.0)
    scale, name = _scale(largest, unit)
    scaled = [v / scale for v in values]
    if digits is None and (small := min((abs(v) for v in values if v), default=0)) and largest / small > MANIFOLD**2:
        return [_dressed(v, decimals([v], shares=unit in SHARES), unit, name) for v in scaled]
    places = decimals(scaled, shares=unit in SHARES) if digits is None else digits
    return [_dressed(v, places, unit, name) for v in scaled]


def same(a: float, b: float, unit: str, digits: int | None = None) -> bool:
    """Whether two figures read the same."""
    first, second = row([a, b], unit, digits)
    return first == second


def enough(value: float, goal: float, unit: str, digits: int | None = None) -> int | None:
    """`digits`, or as many more as a figure needs so that it does not read like a goal that it is not."""
    places = digits
    while value != goal and say(value, unit, places) == say(goal, unit, places) and (places or 0) < MOST_DECIMALS:
        places = (places or 0) + 1
    return places


def change(share: float) -> str:
    """A relative change in words: `+12 %`, `−2.3 %`; from eleven times on, where percent say nothing, `×12`."""
    if share >= MANIFOLD:
        return f"×{_number(1 + share, 0)}"
    return f"{'+' if share > 0 else '−'}{percent(share)}"


def percent(share: float) -> str:
    """A relative change without its sign, in words: `12 %`, `2.3 %`, `0.25 %`."""
    return f"{_number(abs(share) * 100, change_decimals(share))} %"


def interval(low: float, high: float, change: float) -> str:
    """`9–15 %` of what moved one way, `−2.1 % to +1.4 %` of what may have moved either way."""
    places = 0 if max(abs(change), min(abs(low), abs(high))) >= TENTH else 1
    if low * high > 0:
        ends = sorted((abs(low) * 100, abs(high) * 100))
        while round(ends[0], places) == 0 and places < MOST_DECIMALS:
            places += 1
        return f"{_number(ends[0], places)}–{_number(ends[1], places)} %"
    return f"{signed(low * 100, places)} % to {signed(high * 100, places)} %"


def points(old: float, new: float, unit: str) -> str:
    """The difference of two shares: `+0.2 percentage points`."""
    scale = 100 if unit == "ratio" else 1
    places = decimals([old * scale, new * scale], shares=True)
    return f"{signed((new - old) * scale, places)} percentage points"


def signed(value: float, places: int) -> str:
    """A figure that always shows its sign; zero has none."""
    said = _number(value, places)
    return said if said.startswith("−") or float(said.replace(",", "")) == 0 else f"+{said}"


def change_decimals(share: float) -> int:
    """The decimals of a relative change: none from ten percent on."""
    return 0 if abs(share) >= TENTH or share == 0 else decimals([abs(share) * 100], shares=True)


def decimals(values: Sequence[float], *, shares: bool = False) -> int:
    """How many decimals figures need: about three digits that count, fewer where the last ones are zeros."""
    places = max((_needed(abs(v), shares=shares) for v in values if v), default=0)
    while places and all(round(v, places) == round(v, places - 1) for v in values):
        places -= 1
    return places


def _needed(size: float, *, shares: bool) -> int:
    if size >= 100:  # noqa: PLR2004 - three digits in front of the point
        return 0
    if size >= 10:  # noqa: PLR2004 - two
        return 1
    if size >= 1:
        return 1 if shares else 2
    return min(MOST_DECIMALS, 1 - math.floor(math.log10(size)))


def _scale(largest: float, unit: str) -> tuple[float, str]:
    """What figures are divided by, and the word that says so."""
    if unit == "ratio":
        return 0.01, "%"
    if unit in BYTES:
        return next(((s, name) for s, name in _GROWN if largest >= s), (1.0, "B"))
    scale, word = next(((s, word) for s, word in _HUGE if largest >= s), (1.0, ""))
    name = "" if unit == "count" or unit in SIGNS else "percentage points" if unit == "pp" else unit
    return scale, f"{word} {name}".strip()


def _dressed(value: float, places: int, unit: str, name: str) -> str:
    number = _number(value, places)
    if unit in SIGNS:
        number = f"−{unit}{number[1:]}" if number.startswith("−") else f"{unit}{number}"
    return f"{number} {name}" if name else number


def _number(value: float, places: int) -> str:
    said = f"{round(value, places):,.{places}f}"
    if float(said.replace(",", "")) == 0:
        said = said.lstrip("-")
    return said.replace("-", "−")
