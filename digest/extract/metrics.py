"""Metric claims: a quantity, or an explicit "no change", that is claimed as the result of the change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.extract.cues import Cue, Cues, cue

if TYPE_CHECKING:
    from digest.extract.statement import EvidenceKind, Measure

PERFORMANCE = r"\b(?:faster|slower|speed\w*|sped|perf\w*|memory|ram|latency|throughput|runtime|time|fps|frame|size|binary|bytes|build|compile|benchmark\w*|bench|overhead|cpu|allocat\w+|accuracy|conversion|rate|cost|bill|load|allocs?|usage|ops|req\w*)\b"

CUES = Cues(
    cue("performance word", 0.4, "", PERFORMANCE),
    cue(
        "a claim about this change",
        0.3,
        "this it that now patch change pr commit",
        r"\b(?:this|it|that|now|(?:patch|change|pr|commit|optimi[sz]ation)s?)\b",
    ),
    cue(
        "verb of change",
        0.5,
        "",
        r"\b(?:reduc\w+|decreas\w+|improv\w+|increas\w+|speed\w*|sped|faster|slower|sav(?:e[sd]?|ings?)|cuts?|cutting|drop(?:s|ped)?|shrink\w*|shrunk|gain\w*|regress\w*|fewer|smaller|lower\w*|higher|better|worse|larger|halv\w+|doubl\w+|twice|went|going|goes|grew|rose|fell|brings?|bringing|takes?|took|wasted|boost\w*|lift)\b",
    ),
    cue(
        "measured",
        0.3,
        "",
        r"\b(?:bench\w*|measur\w+|test\w*|experiment\w*|profil\w+|codspeed|hyperfine|shows?|saw|observed|on average)\b",
    ),
)
VETOES = Cues(
    cue(
        "a setting",
        -1.5,
        "",
        r"\b(?:time-?outs?|limit(?:ed)? (?:of|to)|defaults? (?:value|to|of|is)|default|max(?:imum)?|min(?:imum)?|threshold|interval|duration of|coverage|frequency|parallelism|number of rounds|every \d+|ttl|capacity|port|seed|quota)\b",
    ),
    cue(
        "an idiom",
        -1.5,
        "",
        r"%\s?(?:sure|of (?:the )?(?:users|use cases|time)|certain|safe|correct|accurate|compatible|of visitors)|\b(?:functionality|behaviou?r|functional)\b",
    ),
    cue("a version", -1.5, "", r"\b(?:bumps?|upgrade[sd]?|versions?|requirement) (?:\S+ ){0,3}(?:from|to)\b"),
    cue(
        "the old state",
        -1.0,
        "currently previously used problem issue regularly consuming consumed",
        r"\b(?:currently|previously|before this|used to|the problem|can lead to|leads? to|consum\w+|was taking|regularly)\b",
    ),
)
THRESHOLD = 1.0


def weigh(sentence: str, words: list[str], found: tuple[Measure, ...], *, title: bool) -> list[Cue]:
    """The rules by which a sentence with measures is a claim; none if it is not one."""
    if not found:
        return []
    met = CUES.met(sentence, words)
    vetoes = VETOES.met(sentence, words)
    score = 0.3 + sum(rule.weight for rule in met) + sum(rule.weight for rule in vetoes)
    score += 0.7 if any(m.qualitative == "no_change" for m in found) else 0
    score -= 0.6 if title else 0
    return met if score >= THRESHOLD else []


EVIDENCE: tuple[tuple[EvidenceKind, Cues], ...] = ()
