"""The form of a rule: words that must be there, a shape that must match, and what it weighs."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from itertools import repeat
from typing import TYPE_CHECKING

import msgspec

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

WORD = regex(r"[a-z]+(?:['’][a-z]+)?")


ROUNDING = 1e-9
"""What a sum of weights may be off by."""


class Cue(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One sign that a sentence says something.

    Attributes:
        name: how `why` calls it.
        weight: what it adds to the score; a veto has a negative weight.
        shape: what the sentence has to look like.
    """

    name: str
    weight: float
    shape: re.Pattern[str]


def cue(name: str, weight: float, words: str, *shapes: str) -> tuple[Cue, tuple[str, ...]]:
    """A rule: its words (one of them must stand in the sentence before a shape is tried; none: always tried)."""
    return Cue(name=name, weight=weight, shape=regex("|".join(shapes), re.IGNORECASE)), tuple(words.split())


class Cues:
    """A table of rules, indexed by their words so that a sentence pays only for the rules it might meet."""

    def __init__(self, *rules: tuple[Cue, tuple[str, ...]]) -> None:
        self._always = [rule for rule, words in rules if not words]
        self._by_word: defaultdict[str, list[Cue]] = defaultdict(list)
        for rule, words in rules:
            for word in words:
                self._by_word[word].append(rule)
        self._weights = {word: score(tried) for word, tried in self._by_word.items()}

    def met(self, sentence: str, words: Collection[str], *, least: float = -math.inf) -> list[Cue]:
        """The rules that a sentence meets, each once; none where all of them cannot weigh `least`.

        `least` is for a table in which no rule has a negative weight: what is left to try sets a bound.
        """
        if least > 0 and sum(map(self._weights.get, words, repeat(0.0))) < least - score(self._always) - ROUNDING:
            return []
        tried = dict.fromkeys(self._always)
        for word in words:
            for rule in self._by_word.get(word, ()):
                tried[rule] = None
        spare = score(tried) - least
        met: list[Cue] = []
        for rule in tried:
            if rule.shape.search(sentence):
                met.append(rule)
            else:
                spare -= rule.weight
            if spare < -ROUNDING:
                return []
        return met


def words_of(sentence: str) -> list[str]:
    """The words of a sentence in lower case."""
    return WORD.findall(sentence.lower().replace("’", "'"))


def score(met: Iterable[Cue]) -> float:
    """What the rules weigh together."""
    return sum(rule.weight for rule in met)
