"""Sentences that hint at a trade-off nobody told: a way not taken, a goal not reached, a change behind a flag."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec

from digest.extract.blocks import read
from digest.extract.sections import written_by_a_bot
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

HintKind = Literal["tradeoff", "target", "alternative", "flag"]

LONGEST = 400
"""Characters of a sentence that is shown; what is longer is no sentence that a person would read."""

CUES: tuple[tuple[HintKind, re.Pattern[str]], ...] = (
    (
        "target",
        regex(
            r"\b(?:not|never|n't)(?: yet| quite| fully)? (?:met?|reach(?:ed)?|hit|meet) (?:the|our|that|its)\b"
            r"|\bmiss(?:ed|es)? (?:the|our|its) \w*\s?(?:target|goal|slo|sla|budget|deadline)\b|\b(?:falls?|fell) short\b"
            r"|\b(?:still|remains?) (?:above|below|over|under|slower than|short of)\b|\bregress(?:es|ed)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "alternative",
        regex(
            r"\b(?:alternative(?:ly)?(?! to\b)|another (?:way|approach|option)|for now|ideally|unfortunately|work-?around)\b"
            r"|\b(?:we|i) (?:also )?(?:considered|tried|rejected|decided|opted|chose|went with|could (?:have|also|instead|just))\b"
            r"|\bwas (?:considered|rejected)\b|\bsimpler (?:to|than)\b|\b(?:downside|drawback|trade-?off|caveat)s?\b"
            r"|\bnot (?:ideal|perfect|worth|great)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "flag",
        regex(
            r"\bbehind (?:an? |the )?(?:[\w`-]+ )?(?:flag|toggle|option|setting|switch|gate)\b|\bfeature[- ](?:flag|gate)"
            r"|\bopt-in\b|\b(?:off|disabled|not enabled) by default\b|\bgated (?:by|behind|on)\b"
            r"|\b(?:is|are|as|still|remains?|marked|considered) experimental\b|\bunstable (?:flag|option)\b",
            re.IGNORECASE,
        ),
    ),
)
"""The kinds, the one first that hides most."""


class Hint(msgspec.Struct, frozen=True, kw_only=True):
    """What a sentence hints at, and its words."""

    kind: HintKind
    text: str


def hints(text: str) -> Iterator[Hint]:
    """The sentences of a text that hint at a trade-off, in the order of the text; none of a robot's.

    >>> [hint.kind for hint in hints("Save the cart. It is off by default, because it doubles the writes.")]
    ['flag']
    """
    if written_by_a_bot(text):
        return
    for unit in read(text, "auto"):
        if unit.kind == "sentence" and len(unit.text) <= LONGEST:
            kind = next((name for name, cue in CUES if cue.search(unit.text)), None)
            if kind:
                yield Hint(kind=kind, text=unit.text)
