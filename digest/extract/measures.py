"""The quantities of one sentence: pairs of old and new, differences, factors, and the words that say "no change"."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.extract import movement
from digest.extract.cues import words_of
from digest.extract.names import named
from digest.extract.numbers import Number, numbers
from digest.extract.qualities import in_words, speaks_of_change
from digest.extract.statement import Direction, Measure, Polarity
from digest.extract.units import plain
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection

NEXT_TO = 30
"""Characters behind an absolute figure in which a word of change belongs to it."""

MOST_FIGURES = 16
"""Figures of one sentence that are read; what holds more is a listing."""

LONGEST_GLUE = 60
"""Characters between two numbers that can still be set against each other."""

ABOUT = r"(?:[\s~≈<>(\[*`'\"]|about|around|roughly|approximately|approx\.?|nearly|almost|over|under|just|only|now|as low as)*"
ARROW = regex(rf"[\s)\]*`'\"]*(?:-+>|→|=>|⇒|⟶){ABOUT}", re.IGNORECASE)
TO = regex(rf"(?: [^\d,;]{{1,24}}?)? (?:down |up |all the way )?to {ABOUT}", re.IGNORECASE)
FROM_BEFORE = regex(rf"\b(?:from|was|were|went|going|goes|took|takes){ABOUT}$", re.IGNORECASE)
INSTEAD = regex(
    rf"(?: [^\d.;]{{1,30}}?)?[\s(]*(?:instead of|compared (?:to|with)|rather than|as opposed to){ABOUT}", re.IGNORECASE
)
VERSUS = regex(rf"(?: [^\d.;]{{1,20}}?)?[\s(]*(?:vs\.?|versus){ABOUT}", re.IGNORECASE)
BACKWARDS = regex(rf"(?: \w+)?,? from {ABOUT}|(?: [\w ]{{1,30}})?,? (?:up|down) from {ABOUT}", re.IGNORECASE)
BETWEEN = regex(rf"\bbetween {ABOUT}$", re.IGNORECASE)
BY = regex(rf"\bby {ABOUT}$", re.IGNORECASE)
A_LEVEL = regex(rf"\b(?:down |up )?to {ABOUT}$", re.IGNORECASE)
STATED = regex(r"\b(?:is|was|of) (\d[\d,]*(?:\.\d+)?)(?: ?([a-z]{1,12}))?\W*$", re.IGNORECASE)
WORD_OF_NAME = regex(r"\w{2,}")
BOUND = regex(r"\b(?:more|less|fewer|longer|larger|greater|higher) than\W*$", re.IGNORECASE)
ERROR = regex(r"(?:±|\+/?-) ?\d[\d.]* ?(?:%|[mµun]?s\b)?")
MEASURED_NOUN = regex(
    r"\b(?:score|similarity|accuracy|rate|ratio|size|time|count|usage|latency|load|cost)\b", re.IGNORECASE
)
ONE_RANGE = regex(r"\s(?:better|faster|slower|more|less)", re.IGNORECASE)

CLAUSE = regex(r"[;](?= )|,(?= (?:but|and|which|so|with|because|since) )|\bbut\b")
COUNTED = frozenset({"call", "request", "query", "alloc", "cycle"})
FEWER = regex(r"\b(?:fewer|less|sav(?:e[sd]?|ings?)|reduc\w+|avoid\w*|drop\w*|fell|from)\b", re.IGNORECASE)
A_DIGIT = regex(r"\d")
IN_BRACKETS = regex(r"[^()]{0,45}\(\s?[~≈]?\s?|[\s\w/]{0,14},\s?[~≈]?")
RANGE_BEFORE = regex(rf"\b(?:by|of){ABOUT}$", re.IGNORECASE)
SAME_VERB = regex(r"[^;.]{0,60}?(?:\band\b|\bor\b|,)[^;.]{0,40}", re.IGNORECASE)
SENTENCE_END = regex(r"(?<=[.!?])\s+")


def measures(sentence: str, words: Collection[str] | None = None) -> tuple[Measure, ...]:
    """The measures of a sentence, in order; `words` are its words, if they are known already."""
    known = words_of(sentence) if words is None else words
    speaks = speaks_of_change(known)
    if not speaks and not A_DIGIT.search(sentence):
        return ()
    in_figures = _in_figures(ERROR.sub(_blank, sentence))
    return (*in_figures, *(in_words(sentence, in_figures) if speaks else ()))


def may_measure(prose: str, words: Collection[str]) -> bool:
    """Whether a sentence can hold a measure; to look at its words is quicker than to look for its figures."""
    return A_DIGIT.search(prose) is not None or speaks_of_change(words)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _in_figures(sentence: str) -> list[Measure]:
    found = figures(sentence)
    out: dict[int, Measure] = {}
    used: set[int] = set()
    paired: Number | None = None
    for k, (a, b) in enumerate(pairwise(found)):
        if k in used:
            continue
        if paired and not a.unit and not b.unit and BACKWARDS.fullmatch(sentence[a.end : b.start]):
            a = replace(a, unit=paired.unit, factor=paired.factor, written_unit=paired.written_unit)  # noqa: PLW2901
        if pair := _pair(sentence, a, b):
            used |= {k, k + 1}
            out[a.start] = _of_pair(sentence, *pair)
            paired = a if a.unit else b
    last: Measure | None = None
    for k, number in enumerate(found):
        if number.start in out:
            last = out[number.start]
        if k in used or not number.unit:
            continue
        last = _single(sentence, found, k, last) or _carried(sentence, found, k, last)
        if last:
            out[number.start] = last
    return [out[start] for start in sorted(out)]


def figures(sentence: str) -> tuple[Number, ...]:
    """The numbers of a sentence, where "by 3% to 8%" and "between 3 and 10 ms" are one each."""
    out: list[Number] = []
    for number in numbers(sentence)[:MOST_FIGURES]:
        a = out[-1] if out else None
        if a and a.unit in ("", number.unit) and _is_range(sentence, a, number):
            written = f"{a.written}-{number.written}"
            out[-1] = replace(number, start=a.start, value=a.value, high=number.value, written=written)
            continue
        out.append(number)
    return tuple(out)


def _is_range(sentence: str, a: Number, b: Number) -> bool:
    before = sentence[max(0, a.start - 40) : a.start]
    glue = sentence[a.end : b.start]
    if glue == " and ":
        return BETWEEN.search(before) is not None
    if glue != " to " or b.unit not in movement.RELATIVE:
        return False
    return RANGE_BEFORE.search(before) is not None or (
        FROM_BEFORE.search(before) is not None and ONE_RANGE.match(sentence, b.end) is not None
    )


def _pair(sentence: str, a: Number, b: Number) -> tuple[Number, Number] | None:
    """The old and the new number of two neighbours, if the words between them set one against the other."""
    glue = sentence[a.end : b.start]
    if len(glue) > LONGEST_GLUE or (a.unit and b.unit and a.unit != b.unit):
        return None
    unit = a.written_unit or b.written_unit
    if ARROW.fullmatch(glue):
        chain = ARROW.match(sentence, b.end) or sentence[: a.start].rstrip().endswith(("->", "→"))
        return None if chain else (a, b)
    if TO.fullmatch(glue) and FROM_BEFORE.search(sentence[max(0, a.start - 40) : a.start]):
        named = MEASURED_NOUN.search(sentence[max(0, a.start - 60) : a.start])
        return (a, b) if unit or named else None
    if not unit or "x" in (a.unit, b.unit):
        return None
    if INSTEAD.fullmatch(glue) or BACKWARDS.fullmatch(glue) or VERSUS.fullmatch(glue):
        return b, a
    return None


def _of_pair(sentence: str, old: Number, new: Number) -> Measure:
    start, end = min(old.start, new.start), max(old.end, new.end)
    direction = movement.between(old, new)
    return Measure(
        baseline=old.written,
        new=new.written,
        unit=new.written_unit or old.written_unit,
        direction=direction,
        polarity=movement.worth(direction, old.unit or new.unit, sentence[max(0, start - 70) : end + 25]),
        metric=named(sentence, start, end),
    )


def _single(sentence: str, found: tuple[Number, ...], k: int, last: Measure | None) -> Measure | None:
    """A figure that stands alone counts if a word of change is near, or if it carries a sign."""
    number = found[k]
    floor = found[k - 1].end if k else 0
    if k and IN_BRACKETS.fullmatch(sentence[floor : number.start]):
        floor = found[k - 2].end if k > 1 else 0
    ceiling = found[k + 1].start if k + 1 < len(found) else len(sentence)
    after = CLAUSE.split(sentence[number.end : min(ceiling, number.end + 45)], maxsplit=1)[0]
    before = BOUND.sub("", CLAUSE.split(sentence[max(floor, number.start - 70) : number.start])[-1])
    if BY.search(before):
        after = ""
    relative = number.unit in movement.RELATIVE
    near = _word_of_change(number, before, after)
    clause = f"{before} # {after}"
    if sentence[number.start] in "+-−" and (number.unit in movement.RELATIVE or number.unit == "byte"):
        return _of_single(sentence, number, *movement.of_sign(number, sentence[number.start], clause, last))
    if (near or last) and not relative and A_LEVEL.search(before):
        return _of_level(sentence, number)
    if near:
        return _of_single(sentence, number, *movement.of_words(number, near, clause, last))
    return None


def _word_of_change(number: Number, before: str, after: str) -> str:
    """The words that say how a figure moved; an absolute figure asks for more than a rate does."""
    if number.unit in movement.RELATIVE:
        return next((words for words in (after, before) if movement.moves(words)), "")
    if number.unit in COUNTED:
        return next((words for words in (after[:NEXT_TO], before) if FEWER.search(words)), "")
    return next((words for words in (after[:NEXT_TO], before) if movement.moves(movement.IMPROVED.sub("", words))), "")


def _carried(sentence: str, found: tuple[Number, ...], k: int, last: Measure | None) -> Measure | None:
    """In "4% improvement in A and 20% in B": the second figure shares the verb of the first."""
    if last is None or not k or not SAME_VERB.fullmatch(sentence[found[k - 1].end : found[k].start]):
        return None
    return _of_single(sentence, found[k], last.direction, last.polarity)


def _of_level(sentence: str, number: Number) -> Measure:
    """Take "reduces it to 48 bytes" for what it is: the new figure and no difference."""
    direction: Direction = "down" if movement.LESS.search(sentence[: number.start]) else "up"
    return Measure(
        new=number.written,
        unit=number.written_unit,
        direction=direction,
        polarity=movement.worth(direction, number.unit, sentence),
        metric=named(sentence, number.start, number.end),
    )


def _of_single(sentence: str, number: Number, direction: Direction, polarity: Polarity) -> Measure:
    return Measure(
        value=number.written,
        unit=number.written_unit,
        direction=direction,
        polarity=polarity,
        metric=named(sentence, number.start, number.end),
    )


def with_baseline(measure: Measure, told: str) -> Measure:
    """A level that was reached, with the old one if an earlier sentence names it: "the size of Value is 56 bytes"."""
    words = [word for word in WORD_OF_NAME.findall(measure.metric) if word.lower() not in {"the", "of", "and", "our"}]
    if measure.value or measure.baseline or not measure.new or not words:
        return measure
    for sentence in SENTENCE_END.split(plain(told)):
        if all(word in sentence for word in words) and (match := STATED.search(sentence)):
            (old,) = numbers(f"{match[1]} {match[2] or measure.unit}")[:1] or (None,)
            (new,) = numbers(f"{measure.new} {measure.unit}")[:1] or (None,)
            if old and new and old.unit == new.unit and movement.between(old, new) == measure.direction:
                return replace(measure, baseline=old.written)
    return measure
