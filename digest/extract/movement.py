"""Which way a figure moved, and whether that is good: from its unit and from the words next to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from digest.extract.numbers import Number
    from digest.extract.statement import Direction, Measure, Polarity

LESS = regex(
    r"\b(?:reduc\w+|decreas\w+|drop(?:s|ped)?|lower\w*|sav(?:e[sd]?|ings?)|cuts?|cutting|shrink\w*|shrunk|smaller|fewer|less|down"
    r"|shav\w+|trim\w*|fell|falls?|falling|avoid\w*|remov\w+|declin\w+|shorter)\b",
    re.IGNORECASE,
)
MORE = regex(
    r"\b(?:increas\w+|faster|speed[- ]?ups?|speeds? up|sped up|quicker|improv\w+|grow\w*|grew|gain\w*|better|higher|rais\w+|rose|more|up"
    r"|larger|bigger|boost\w*|overhead|longer|lift|wins?)\b",
    re.IGNORECASE,
)
SLOWER = regex(r"\b(?:slow(?:er|down|s)|slow down)\b", re.IGNORECASE)
BETTER = regex(
    r"\b(?:improv\w+|faster|speed[- ]?ups?|sped|better|sav(?:e[sd]?|ings?)|gain\w*|wins?|boost\w*|quicker)\b",
    re.IGNORECASE,
)
IMPROVED = regex(r"\b(?:improv\w+|wins?|better)\b", re.IGNORECASE)
SAVED = regex(r"\b(?:reduc\w+|sav(?:e[sd]?|ings?))\b", re.IGNORECASE)
WORSE = regex(r"\b(?:slow(?:er|down|s)|regress\w*|worse|penalty|overhead|degrad\w*|wast\w+|loss)\b", re.IGNORECASE)
MENDED = regex(r"\b(?:reduc|less|fix|remov|fewer|lower)\w*", re.IGNORECASE)

GOOD_WHEN_LOW = regex(
    r"\b(?:time|times|runtime|walltime|latency|duration|delay|memory|ram|sizes?|usage|costs?|bill|overhead|allocations?|footprint|load|cpu"
    r"|errors?|failures?|abandonment|drop-?off|drop-?out|churn|conflicts|invalidations|lines|binary|bytes|storage|space|disk|rss|wait"
    r"|retries|timeouts|p\d{2,3}|avg)\b",
    re.IGNORECASE,
)
GOOD_WHEN_HIGH = regex(
    r"\b(?:throughput|fps|frame ?rate|ops|rps|qps|requests?/s\w*|per second|speed|rate|accuracy|score|similarity|conversions?|performance"
    r"|bandwidth|hit ratio|completion|retention|sessions|click-through|clicks)\b",
    re.IGNORECASE,
)
LOW_UNITS = frozenset(
    {
        "s",
        "byte",
        "s/op",
        "byte/op",
        "alloc/op",
        "line",
        "cycle",
        "alloc",
        "query",
        "call",
        "USD",
        "EUR",
        "GBP",
        "request",
    }
)
HIGH_UNITS = frozenset({"op/s", "fps", "byte/s"})
RELATIVE = frozenset({"%", "x", "points", "bp"})


def between(old: Number, new: Number) -> Direction:
    """Where the figure went from the old to the new number."""
    before = old.value * (old.factor if old.unit else new.factor)
    after = new.value * (new.factor if new.unit else old.factor)
    return "down" if after < before else "up" if after > before else "none"


def worth(direction: Direction, unit: str, around: str) -> Polarity:
    """Whether a movement is good: the unit says so, else the nouns around it, else the verbs."""
    if direction in ("none", ""):
        return "same" if direction == "none" else ""
    if unit in LOW_UNITS or unit in HIGH_UNITS:
        return "better" if (direction == "down") == (unit in LOW_UNITS) else "worse"
    high, low = GOOD_WHEN_HIGH.search(around), GOOD_WHEN_LOW.search(around)
    if bool(high) != bool(low):
        return "better" if (direction == "down") == bool(low) else "worse"
    if WORSE.search(around):
        return "worse"
    return "better" if BETTER.search(around) or LESS.search(around) or high else ""


def moves(words: str) -> bool:
    """Whether a word of change is among these words."""
    return any(shape.search(words) for shape in (LESS, MORE, SLOWER, WORSE))


def of_sign(number: Number, sign: str, clause: str, last: Measure | None) -> tuple[Direction, Polarity]:
    """What a signed figure says; without nouns of its own it shares the worth of the figure before it."""
    direction: Direction = "up" if sign == "+" else "down"
    if WORSE.search(clause) and not MENDED.search(clause):
        return direction, "worse"
    polarity = worth(direction, number.unit, clause)
    if not polarity and last and last.direction == direction:
        polarity = last.polarity
    return direction, polarity


def of_words(number: Number, near: str, clause: str, last: Measure | None) -> tuple[Direction, Polarity]:
    """What the words of change near a lone figure say about it."""
    relative = number.unit in RELATIVE
    low, high = GOOD_WHEN_LOW.search(clause), GOOD_WHEN_HIGH.search(clause)
    if SLOWER.search(near):
        return ("down" if relative else "up"), "worse"
    if IMPROVED.search(near) and not SAVED.search(near):
        if last and last.polarity == "better" and not low and not high:
            return last.direction, "better"
        return ("down" if low and not high else "up"), "better"
    worse = bool(WORSE.search(near)) and not MENDED.search(clause)
    if LESS.search(near):
        return "down", "worse" if worse or (relative and high and not low) else "better"
    grows = not BETTER.search(near) and ((low and not high) or (not relative and number.unit in LOW_UNITS))
    return "up", "worse" if worse or grows else "better"
