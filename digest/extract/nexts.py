"""Next steps: work that the author says will or should follow."""

from __future__ import annotations

from digest.extract.cues import Cue, Cues, cue

WORK = (
    r"(?:prs?|pull requests?|patch(?:es)?|commits?|releases?|versions?|changes?|diffs?|iterations?|work|launch|branch)"
)

CUES = Cues(
    cue(
        "in a follow-up",
        1.0,
        "follow followup followups follow-up",
        rf"\b(?:in|as|for|to|some) (?:a |an |some |another |the |future )*(?:\w+ )?follow-?\s?ups?\b|\bfollow-?\s?up (?:{WORK}|step)s? (?:will|to|should|can|would)|\b(?:intended|planned) follow-?up",
    ),
    cue(
        "in a later change",
        1.0,
        "later future separate subsequent another next different upcoming",
        rf"\b(?:in|to|for|as|until) (?:an? |some |the )?(?:later|future|separate|subsequent|another|next|different|upcoming) (?:\w+ )?{WORK}\b",
    ),
    cue("separately", 1.0, "separately", r"\b(?:addressed|handled|done|fixed|tracked) separately\b"),
    cue(
        "planning to",
        1.0,
        "plan planning intend intends hope want like",
        r"\b(?:i|we)(?:'m|'re| am| are|'d| would)? (?:also )?(?:plan(?:ning)?|intend|hope|want|like) (?:to|on)\b(?! be\b)",
    ),
    cue(
        "left for later",
        1.0,
        "left leave defer deferred deferring day later time future",
        r"\bleft (?:for|as|to) (?:\w+ )?(?:future|later|follow|another)|\bfor another (?:day|time|pr)\b|\banother (?:day|time)[.!]|\bdefer(?:red|ring)?\b[^.]*\b(?:to|till|until|later)\b|\blater on\b|\bat (?:it )?later\b",
    ),
    cue(
        "next step",
        1.0,
        "next step",
        r"\b(?:next|remaining) steps? (?:would|is|will)\b|\bnext,? (?:i|we) (?:will|'ll)\b",
    ),
    cue("TODO", 1.0, "todo todos", r"(?:^|[\s(*-])TODO\b(?! (?:comment|list|in|that|marks?|file))[\s:]"),
    cue(
        "will be done later",
        1.0,
        "will",
        r"\bwill be (?:properly )?\w+(?:ed|t|n|wn) (?:later|in (?:a|the|v|\d)|once|soon|separately|when|after)\b",
    ),
    cue(
        "will continue",
        1.0,
        "will",
        r"^(?:will|i will|we will|i'll|we'll) (?:also )?(?:continue|think|introduce|test|follow|add|investigate|figure|switch|need|train|create|plan|develop)\b",
    ),
    cue(
        "should consider",
        1.0,
        "should",
        r"\b(?:we|i) should (?:probably )?(?:also )?(?:consider|integrate|add|revisit|look)\b",
    ),
    cue(
        "in the future",
        0.9,
        "future eventually term",
        r"\b(?:in the (?:near )?future|eventually|long(?:er)?[- ]term),? (?:\w+ ){0,4}?(?:we|i|this|the)\b",
    ),
    cue("still need to", 1.0, "still", r"\bstill needs? to\b"),
    cue("need to", 1.0, "need needs", r"^(?:also,? )?(?:we|i) (?:still )?(?:will )?need to\b"),
)
VETOES = Cues(
    cue(
        "a pointer back",
        -2.0,
        "follow followup",
        r"^(?:this|a|it|some|closely|part)?\s?(?:is |was )?(?:a )?(?:\w+ )?follow-?\s?ups? (?:to|of|for|on|from|work)\b|\bfollow(?:ing|ed)? up (?:on|to)\b|as a follow-?up (?:to|of)",
    ),
    cue(
        "within the series",
        -2.0,
        "next following subsequent upcoming previous",
        r"\b(?:next|following|subsequent|previous|upcoming) (?:patch|commit)s?\b",
    ),
    cue(
        "TODO as a thing",
        -2.0,
        "todo todos",
        r"\b(?:remov|delet|fix|resolv|address)\w* (?:the |a |stale |some |old )*TODOs?|fixes? (?:the|a) TODO",
    ),
)
THRESHOLD = 1.0


def weigh(sentence: str, words: list[str]) -> list[Cue]:
    """The rules by which a sentence is a next step; none if it is not one."""
    met = CUES.met(sentence, words)
    if not met:
        return []
    vetoes = VETOES.met(sentence, words)
    score = sum(rule.weight for rule in met) + sum(rule.weight for rule in vetoes)
    return met if score >= THRESHOLD else []
