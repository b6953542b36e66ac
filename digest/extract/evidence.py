"""What a figure rests on, as far as the text says."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from digest.extract.movement import RELATIVE
from digest.extract.numbers import SCALES
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.extract.statement import EvidenceKind, Measure

AB_TEST = regex(
    r"\bA/?B[ -](?:tests?|runs?|experiment)|\bcontrol group\b|\b(?:than|in|for|vs\.?) control\b|\bvariants?\b[^.]{0,60}\b(?:control|raised|winning)"
    r"|\bstatistically significant\b|\d% significance",
    re.IGNORECASE,
)
EXPERIMENT = regex(r"\bexperiments?\b", re.IGNORECASE)
AUDIENCE = regex(
    r"\b(?:variants?|visitors|control|conversions?|click|clicks|sign-?ups?|sessions|checkout)\b", re.IGNORECASE
)
PRODUCTION = regex(
    r"\bin prod(?:uction)?\b|\bproduction\b|\breal (?:logged|user|traffic)|\bafter the deploy|\bacross the deploy|\bdays after\b|\bmonthly bill\b|\bin the field\b"
    r"|\bour application\b|\bon the last day of\b|\bin a clean \d",
    re.IGNORECASE,
)
DEPLOYED = regex(r"\bin prod(?:uction)?\b|\b(?:after|across) the deploy|\bdays after\b", re.IGNORECASE)
HARDWARE = regex(r"\bxeon\b|\bryzen\b|\bcore i\d|\bi\d-\d{4}|\bm[1-4] (?:max|pro|mac)", re.IGNORECASE)
ESTIMATE = regex(
    r"\b(?:should(?:n't)?|would|could|expect\w*|estimat\w*|in theory|probably|likely|extrapolat\w+|ideal conditions|theoretical\w*)\b",
    re.IGNORECASE,
)
BENCHMARK = regex(
    r"\b(?:micro-?)?bench\w*|\bhyperfine|\bmeasur\w+|\bon my (?:machine|laptop|local|system|computer)|db_bench|\bprofil\w+|\btest(?:ed|s|ing)? (?:show|imply)"
    r"|\bcodspeed|\blocally\b|\bperf\b|\b(?:ns|micros|us|ms)/op|\bi/s\b|\bops/s|\btracy\b|stress test|in my (?:testing|experiment)|\btimeit\b|\bflamegraph|\bworkloads?\b|\bverif(?:y|ied)\b|\bobserved\b|\blarge codebase\b|\bacross (?:all )?projects\b",
    re.IGNORECASE,
)
DIGIT = regex(r"\d")
NEXT_WORD = 20
CLOCKED = frozenset(
    {"ms", "us", "µs", "μs", "ns", "fps", "ops/s", "ops/sec", "i/s", "ns/op", "micros/op", "rps", "mb/s"}
)
SPEED_UNITS = RELATIVE | {"s", "op/s", "fps", "s/op"}


class Ground(msgspec.Struct, frozen=True):
    """What a whole text says about where its figures come from."""

    experiment: bool
    production: bool
    benchmark: bool


@lru_cache(maxsize=8)
def ground_of(text: str) -> Ground:
    """Read a text once for all its figures."""
    return Ground(
        experiment=EXPERIMENT.search(text) is not None and AUDIENCE.search(text) is not None,
        production=DEPLOYED.search(text) is not None,
        benchmark=BENCHMARK.search(text) is not None or HARDWARE.search(text) is not None,
    )


def evidence_of(sentence: str, text: str, measures: Sequence[Measure] = ()) -> EvidenceKind:
    """The kind of evidence: the sentence decides before the text around it."""
    measured = BENCHMARK.search(sentence) is not None
    ground = ground_of(text)
    said: tuple[tuple[EvidenceKind, bool], ...] = (
        ("ab_test", AB_TEST.search(sentence) is not None),
        ("production", PRODUCTION.search(sentence) is not None),
        ("estimate", not measured and ESTIMATE.search(_claimed(sentence)) is not None),
        ("benchmark", measured),
        ("ab_test", ground.experiment),
        ("production", ground.production),
        ("benchmark", any(_clocked(m) for m in measures)),
        ("benchmark", ground.benchmark and (not measures or any(_of_speed(m) for m in measures))),
    )
    return next((kind for kind, holds in said if holds), "unstated")


def _claimed(sentence: str) -> str:
    """The part of a sentence up to its first figure: a "should" behind it is about something else."""
    figure = DIGIT.search(sentence)
    return sentence[: figure.end() + NEXT_WORD] if figure else sentence


def _clocked(measure: Measure) -> bool:
    """Old and new in parts of a second, or per second, are the readings of a clock."""
    return measure.baseline is not None and measure.unit.lower() in CLOCKED


def _of_speed(measure: Measure) -> bool:
    """A speed has to be measured to be known; a size can be counted."""
    unit = SCALES.get(measure.unit) or SCALES.get(measure.unit.lower())
    return bool(measure.qualitative) or (unit is not None and unit[0] in SPEED_UNITS)
