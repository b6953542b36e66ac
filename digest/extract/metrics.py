"""Metric claims: a quantity, or an explicit "no change", that is claimed as the result of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.extract.cues import Cue, Cues, cue, score
from digest.extract.movement import RELATIVE
from digest.extract.numbers import SCALES
from digest.regex import regex

if TYPE_CHECKING:
    from digest.extract.statement import Measure

THRESHOLD = 1.0
ANYTHING = regex("")

SETTING = (
    r"(?:time-?outs?|limits?|max(?:imum)?|thresholds?|intervals?|frequency|parallelism|rounds|ttl|capacity|ports?|seed|quota|buffers?(?: size)?|queue(?: size)?"
    r"|batch size|retention|pool size|delay|backoff|budget|ban duration|message_size|replicas)"
)

# fmt: off
CUES = Cues(
    cue("performance is named", 0.4, "",
        r"\b(?:faster|slower|quicker|speed[- ]?ups?|sped|perf|performance|throughput|latency|memory usage|runtime|run time|fps|frame ?rate|regression)\b"),
    cue("a resource is named", 0.2, "",
        r"\b(?:memory|ram|time|sizes?|binary|build|compil\w+|bench\w*|overhead|cpu|allocations?|allocs?|usage|load|bill|cost|storage|disk|bytes|lines"
        r"|accuracy|similarity|score|conversions?|rate|delay|wait|traffic|requests?|p\d{2,3}|median|avg|average)\b"),
    cue("about this change", 0.15, "this it that now patch change pr commit optimization we",
        r"\b(?:this|it|that|now|we|(?:patch|change|pr|commit|optimi[sz]ation)s?)\b"),
    cue("a verb of change", 0.3, "",
        r"\b(?:reduc\w+|decreas\w+|improv\w+|increas\w+|sav(?:e[sd]?|ings?)|cuts?|cutting|drop(?:s|ped)?|shrink\w*|shrunk|gain\w*|fewer|smaller"
        r"|lower\w*|higher|larger|went|going|goes|grew|rose|fell|brings?|bringing|takes?|took|wasted|boost\w*|lift|moved)\b"),
    cue("it was measured", 0.3, "",
        r"\b(?:bench\w*|measur\w+|experiment\w*|profil\w+|codspeed|hyperfine|shows?|saw|observed|verified|on average|variants?|control)\b"),
)
VETOES = Cues(
    cue("a setting", -0.9, "",
        rf"\b{SETTING} (?:size |value )?(?:of|from|to|by|is|was|are|at|can|should|=|\d)",
        rf"\b{SETTING}\b[^;]{{0,40}} from \S+ ?\S* to\b",
        rf"\b(?:increas|rais|reduc|lower|bump|chang|set|resiz|shrink|expend|expand)\w* (?:the |our )?(?:\S+ ){{0,3}}?{SETTING}\b",
        r"\bdefaults? (?:values?|to|of|is)\b|\bcoverage\b|\bevery \d+"),
    cue("an idiom", -1.5, "",
        r"%\s?(?:sure|of (?:the )?(?:users|use cases|time)|certain|safe|correct|accurate|compatible|of visitors)",
        r"\b(?:functionality|functional change)\b"),
    cue("a version", -1.5, "bump bumps upgrade upgraded upgrades version versions requirement msrv",
        r"\b(?:bumps?|upgrade[sd]?|versions?|requirement|msrv)\b(?: \S+){0,4} (?:from|to)\b"),
    cue("the old state", -1.0, "currently previously used problem regularly consuming consumed otherwise was now",
        r"\b(?:previously|before this|used to|the problem|can lead to|was taking|regularly|consum(?:ing|ed))\b|^otherwise\b|^right now\b",
        r"^currently\b|\bcurrently (?:take|use|need|spend|allocate|consume)s?\b"),
    cue("but now", 0.8, "now reduced reduces", r"\bnow\b|\bthis (?:reduces|reduced)\b"),
    cue("a bound, no result", -0.8, "than if", r"\b(?:longer|larger|greater|higher|older|less) th[ae]n \d", r"^if\b"),
    cue("has no effect", -0.5, "effect", r"\bno effect\b"),
    cue("an example", -0.5, "example", r"^for example\b"),
    cue("sets a level", -0.5, "", r"^(?:lower|reduc|increas|rais|bump|set|limit)\w* (?!.{0,200}\bfrom\b).{0,200}\bto \S*\d"),
    cue("a general truth", -0.6, "studies", r"\bstudies\b"),
    cue("a step of something", -0.8, "after another every", r"^\W*(?:\w+\W+)?after another\b"),
)
# fmt: on


def weigh(sentence: str, words: list[str], found: tuple[Measure, ...], *, title: bool) -> list[Cue]:
    """The rules by which a sentence with measures is a claim; none if it is not one."""
    best = Cue(name="a figure", weight=max(strength(m) for m in found), shape=ANYTHING)
    met = [best, *CUES.met(sentence, words)]
    total = score(met) + score(VETOES.met(sentence, words)) - (0.2 if title else 0)
    return met if round(total, 2) >= THRESHOLD else []


def strength(measure: Measure) -> float:
    """What the form of a measure alone is worth."""
    if measure.qualitative:
        return 1.0
    if measure.new is not None:
        return 0.7 if measure.unit else 0.4
    unit = SCALES.get(measure.unit) or SCALES.get(measure.unit.lower())
    return 0.9 if unit and unit[0] in RELATIVE else 0.6
