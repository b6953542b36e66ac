"""Measures that are said in words: twice as fast, by half, orders of magnitude, no change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.extract import movement
from digest.extract.names import named
from digest.extract.statement import Direction, Measure, Polarity
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection

_SPEAKS = """
    no not without any noise error identical same unchanged zero neutral fast twice half gone magnitude hours days minutes
    seconds double doubles doubled doubling halve halves halved halving
"""
SPEAKS_OF_CHANGE = frozenset(_SPEAKS.split())
"""One of these, or a word that ends in "n't", stands in every measure that is said in words."""

_QUALITIES = """
    noticeable measurable significant observable visible real major statistically perf cpu runtime speed latency memory
    neutral noise error fast identical same unchanged overhead difference
"""
NO_CHANGE = regex(
    r"(?:\b(?:no|any|without(?: an?y?)?)|(?:\bnot|n't) (?:see|notice|observe|measure|show|suffer)\w*(?: any| an?)?)\s+(?:\w+[- ]){0,2}?"
    r"(?:(?:noticeable|measurable|significant|observable|visible|real|major|user-visible|statistically|performance|perf|cpu|runtime|speed|latency|memory)"
    r"[\s-]+(?:\w+[- ]){0,2}?(?:regressions?|impact|difference|degradation|slowdown|cost|overhead|penalty|punch|latency|drop)"
    r"|(?:performance|perf|cpu|runtime|speed|latency|memory|measurable) (?:changes?|effects?))\b"
    r"|\bperf(?:ormance)?[ -]neutral\b|\bwithin (?:the |measurement |margin of )?(?:noise|error)\b|\bin the noise\b"
    r"|\b(?:just|basically|nearly|exactly|roughly|largely) (?:as fast|identical|the same (?:\w+ )?(?:speed|latency|performance))\b"
    r"|\b(?:is|are|stays?|remains?) (?:largely )?unchanged at\b|\boverhead\b[^.]{0,40}\bnear zero\b|\bno difference beyond\b|^neutral to\b",
    re.IGNORECASE,
    hints=tuple(_QUALITIES.split()),
)
FACTORS: tuple[tuple[re.Pattern[str], str, Direction, Polarity], ...] = (
    (
        regex(
            r"\btwice as (?:fast|many)\b|\bdoubl(?:es|ed|ing) (?:the )?(?:\w+ ){0,2}(?:speed|throughput|performance|rate|fps)\b"
            r"|\b(?:speed|throughput|performance)s? (?:has |have )?doubled\b",
            re.IGNORECASE,
            hints=("twice as", "doubl"),
        ),
        "2",
        "up",
        "better",
    ),
    (
        regex(
            r"\btwice as (?:slow|large|big)\b|\bdoubl(?:es|ed|ing) (?:the )?(?:\w+ ){0,2}(?:time|size|memory|cost|latency)\b",
            re.IGNORECASE,
            hints=("twice as", "doubl"),
        ),
        "2",
        "up",
        "worse",
    ),
    (
        regex(
            r"\bhalv(?:es|ed|ing) (?:the )?(?:\w+ ){0,2}(?:time|size|memory|cost|effort|latency|number of|runtime|usage)\b"
            r"|\b(?:reduc|cut|shrink|decreas)\w* [^.]{1,60}?\b(?:by|in) half\b",
            re.IGNORECASE,
            hints=("halv", " half"),
        ),
        "0.5",
        "down",
        "better",
    ),
)
UP_BY_HALF = regex(r"\b(?:up|increased|rose|grew) by half\b", re.IGNORECASE, hints=("by half",))
MAGNITUDES = regex(
    r"\borders? of magnitude (?:\w+er|less|more|fewer)\b|\bby (?:\w+ )?orders? of magnitude\b",
    re.IGNORECASE,
    hints=("of magnitude",),
)
TIME_WORDS = regex(
    r"\bfrom (hours|days|minutes) to (seconds|minutes|milliseconds)\b",
    re.IGNORECASE,
    hints=("from hours", "from days", "from minutes"),
)
GONE = regex(
    r"\b(?:timeouts?|errors?|stalls?|regressions?|spikes?)\b[^.]{0,20}\b(?:is|are) gone\b",
    re.IGNORECASE,
    hints=("gone",),
)


def speaks_of_change(words: Collection[str]) -> bool:
    """Whether words of a sentence can say a measure; few sentences get further."""
    return not SPEAKS_OF_CHANGE.isdisjoint(words) or "n't " in f"{' '.join(words)} "


def in_words(sentence: str, in_figures: list[Measure]) -> list[Measure]:
    """What a sentence says without figures, or besides those it has."""
    out: list[Measure] = []
    if not any(m.value and m.unit in ("x", "×", "%", "times") for m in in_figures):
        for shape, value, direction, polarity in FACTORS:
            if match := shape.search(sentence):
                out.append(
                    Measure(
                        value=value,
                        unit="x",
                        direction=direction,
                        polarity=polarity,
                        metric=named(sentence, *match.span()),
                    )
                )
    if not in_figures:
        if UP_BY_HALF.search(sentence):
            out.append(Measure(value="50", unit="%", direction="up", polarity="better"))
        if match := TIME_WORDS.search(sentence):
            out.append(Measure(baseline=match[1], new=match[2], direction="down", polarity="better"))
    if MAGNITUDES.search(sentence):
        down = movement.LESS.search(sentence) is not None
        out.append(Measure(direction="down" if down else "up", polarity="better", qualitative="orders_of_magnitude"))
    if NO_CHANGE.search(sentence):
        out.append(Measure(direction="none", polarity="same", qualitative="no_change"))
    elif GONE.search(sentence):
        out.append(Measure(direction="down", polarity="better", qualitative="no_change"))
    return out
