"""What a figure rests on, as far as the text says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from digest.extract.statement import EvidenceKind

AB_TEST = re.compile(
    r"\bA/?B[ -](?:test|run|experiment)|\bexperiment(?:s|al group)?\b.{0,80}\b(?:wins?|won|variant|control|visitors|page)|\bcontrol group\b|\bthan control\b|\bin control\b|\bvariants?\b.{0,60}\b(?:control|raised|winning)|significance",
    re.IGNORECASE | re.DOTALL,
)
PRODUCTION = re.compile(
    r"\b(?:in production|in prod\b|production|real (?:logged|user|traffic)|after the deploy|days after|monthly bill|in the field|our application)\b",
    re.IGNORECASE,
)
ESTIMATE = re.compile(
    r"\b(?:should(?:n't)?|would|could|expect\w*|estimat\w*|in theory|probably|likely|extrapolat\w+|ideal conditions|theoretical\w*|preliminary estimate)\b",
    re.IGNORECASE,
)
BENCHMARK = re.compile(
    r"\bbench\w*|\bhyperfine|\bmeasur\w+|\bon my (?:machine|laptop|local|system|computer)|db_bench|\bprofil\w+|\btest(?:ed|s|ing)? show|\bcodspeed|\blocally\b|\bperf\b|\d (?:ns|micros|us|ms)/op|\bi/s\b|\bops/s|\btracy\b|stress test|experiment\b|tests? (?:imply|shows?)",
    re.IGNORECASE,
)


def evidence_of(sentence: str, text: str) -> EvidenceKind:
    """The kind of evidence: the sentence decides before the text around it."""
    for kind, shape in (
        ("ab_test", AB_TEST),
        ("production", PRODUCTION),
        ("estimate", ESTIMATE),
        ("benchmark", BENCHMARK),
    ):
        if shape.search(sentence):
            return kind  # type: ignore[return-value]
    for kind, shape in (("ab_test", AB_TEST), ("benchmark", BENCHMARK)):
        if shape.search(text):
            return kind  # type: ignore[return-value]
    return "unstated"
