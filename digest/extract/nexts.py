"""Next steps: work that the author says will or should follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.extract.cues import Cue, Cues, cue, score

if TYPE_CHECKING:
    from digest.extract.sections import Section

THRESHOLD = 1.0

WORK = r"(?:prs?|pull requests?|patch(?:es)?|commits?|releases?|versions?|changes?|diffs?|iterations?|work|launch|tickets?)"
LATER = r"(?:later|soon|eventually|separately|after|once|when|next|in the future|in a follow-?\s?up)"
DO = r"(?:do|fix|add|remove|revisit|clean|address|improve|change|drop|extend|tackle|handle|switch|update|implement|support|migrate|replace|investigate)"

# fmt: off
CUES = Cues(
    cue("in a follow-up", 1.0, "follow followup followups",
        r"\b(?:in|as|for|to|some) (?:an? |some |another |the |future )*(?:\w+ )?follow-?\s?ups?\b(?! (?:to|of|for|on|from)\b)",
        rf"\bfollow-?\s?up (?:{WORK}|steps?)s? (?:will|to|should|can|would)\b",
        r"\b(?:intended|planned) follow-?\s?up"),
    cue("in a later change", 1.0, "later future separate subsequent another different upcoming",
        rf"\b(?:in|to|for|as|until|with) (?:an? |some |the )?(?:later|separate|subsequent|another|different|upcoming) (?:\w+ )?{WORK}\b",
        r"\b(?:in|to|for|as|until|with) (?:an? |some |the )?future (?:\w+ )?(?:prs?|pull requests?|patch(?:es)?|commits?|releases?|versions?|diffs?|iterations?|work)\b"),
    cue("in the next cycle", 0.7, "sprint milestone quarter iteration", r"\b(?:next|following|coming) (?:sprint|milestone|quarter|iteration|cycle)\b"),
    cue("tracked elsewhere", 0.7, "tracked", r"\b(?:is|are|be|being) tracked (?:in|by|as|at|under) \S*\d"),
    cue("will", 0.3, "will we'll i'll", r"\b(?:we|i|this|it|that|they|which)(?:'ll| will)\b"),
    cue("not here", 0.6, "not here pr", r"(?:\bnot|n't) (?:\w+ )?(?:done|included|covered|handled|addressed|part of|implemented|supported) (?:here|in this (?:pr|patch|change|commit)|yet)\b"),
    cue("in the next release", 0.6, "next", rf"\b(?:in|to|for|until|with) the next (?:\w+ )?{WORK}\b"),
    cue("separately", 1.0, "separately", r"\bbe (?:addressed|handled|done|fixed|tracked|dealt with) separately\b"),
    cue("plans to", 1.0, "plan planning plans intend hope hoping",
        r"\b(?:i|we)(?:'m|'re| am| are|'d| would)? (?:also )?(?:plan(?:ning)?|intend|hop(?:e|ing)) (?:to|on)\b(?! (?:be|do with)\b)",
        r"\bthe plan is to\b"),
    cue("wants to, later", 1.0, "want like love prefer",
        r"\b(?:i|we)(?:'d| would)? (?:also |actually |eventually |still )?(?:want|like|love) to\b(?! be able).{0,140}\b(?:later|soon|eventually|separately|next|in the future|in a follow-?\s?up)\b",
        r"\b(?:in the future|long(?:er)?[- ]term|eventually|ultimately),? (?:i|we)(?:'d| would| will)?(?: \w+)? (?:want|like|love)\b",
        r"\bwe will (?:\w+ )?want\b"),
    cue("left for later", 1.0, "left leave defer deferred deferring day later time future",
        r"\b(?:left|leave \w+(?: \w+)?) (?:for|as|to) (?:\w+ )?(?:future|later|follow|another|after)",
        r"\b(?:for )?another (?:day|time|pr)[.!]",
        r"\bdefer(?:red|ring)?\b.{0,80}\b(?:to|till|until) (?:an? |the )?(?:later|follow|next|future|separate)",
        rf"\b(?:can|could|may|might|will|should) (?!always)(?:\w+ )?{DO}\b.{{0,60}}\blater\b(?! on)|\bmay \w+ .{{0,50}}\blater\b",
        r"\bcrack at it later\b"),
    cue("a next step", 1.0, "next step steps",
        r"\b(?:next|remaining|follow-?\s?up) steps? (?:would|is|will|are)\b",
        r"^next,? (?:i|we)(?: will|'ll)\b"),
    cue("TODO", 1.0, "todo todos",
        r"^\W*TODO\b(?! (?:comment|list|in|that|marks?|file))[\s:]",
        r"\ba TODO (?:marks|item|comment)\b",
        r"\bset of TODO"),
    cue("will be done, later", 1.0, "will",
        r"\bwill be (?:\w+ly )?(?:\w+(?:ed|wn|t) )(?:.{0,60} )?(?:later|once (?:the|we|it|this)|soon|separately|after (?:this|the|we|it|#|merg|release)|in (?:an? |the )?(?:v?\d|follow|future|separate|next))",
        r"\bwill be landing in\b",
        r"\bare expected in\b"),
    cue("will, once", 1.0, "will 'll i'll we'll",
        r"\b(?:i|we)(?:'ll| will)(?! not)(?: \w+){1,12}? (?:when (?:available|it|the)|once|after|soon|later)\b"),
    cue("will continue", 1.0, "will i'll we'll",
        r"^(?:i |we )?(?:will|'ll) (?:also )?(?:continue|think|introduce|test|follow|investigate|figure|come back|open|file|post|pull)\b",
        r"\bi(?: will|'ll) (?:figure out|open|file|post|pull|follow)\b",
        r"\bwill post\b",
        r"\bstill to come\b"),
    cue("should, still", 1.0, "should",
        r"\b(?:we|i) should (?:probably )?(?:also )?(?:consider|revisit|look into|eventually)\b",
        r"^(?:eventually|ideally|later|long[- ]term),? we should\b"),
    cue("should be done", 0.6, "should could",
        r"\bshould (?:also |probably |really )*be (?:added|done|handled|fixed|implemented|integrated|addressed|replaced|reworked|improved)\b"),
    cue("in the future", 0.9, "future eventually term",
        r"\b(?:in the (?:near )?future|eventually|long(?:er)?[- ]term),? (?:\w+ ){0,4}?(?:we|i|this payment|this)(?:'ll| will| would| should| can| could|'d)\b"),
    cue("still needs", 1.0, "still",
        r"(?<!we )(?<!may )(?<!will )(?<!do )\bstill needs? to\b(?! be sure)",
        r"\bneeds? to be .{0,60}\bin a follow"),
    cue("needs doing", 1.0, "needs need",
        r"^needs? (?:\w+ )?(?:monitoring|investigation|follow-?up|more work|testing|work)\b",
        r"\b(?:post-release|after (?:the )?(?:release|merge|merging)),? (?:i|we) need\b"),
    cue("once X, we can", 1.0, "once", r"^once [^,.]{3,70},? (?:we|i|they|it|this|there)\b.{0,40}\b(?:can|will|should)\b"),
    cue("filed for", 1.0, "filed opened", r"\b(?:filed|opened|created) (?:\S+#)?#?\S*\d+ (?:for|to)\b"),
    cue("will be removed", 0.6, "removed", r"\bwill be removed\b"),
    cue("names a version", 0.4, "in", r"\bin v?\d+\.\d+"),
)

# What an author of a decision says will be done is a next step under "Consequences".
DECIDED = Cues(
    cue("we will", 1.0, "will need should",
        r"\b(?:we|our \w+(?: \w+)?) (?:will|need to|will need to|should|must) (?:\w+ )?"
        r"(?:add|create|plan|train|migrate|develop|figure|write|set up|adopt|move|upgrade|document|review|monitor|publish|build)\b",
        r"\bshould be (?:added|done|created|updated)\b"),
)

VETOES = Cues(
    cue("a pointer back", -2.0, "follow followup following followed",
        r"^(?:this|a|it|some|closely|part)?\s?(?:is |was |pr )?(?:an? )?(?:\w+ )*follow-?\s?ups? (?:to|of|for|on|from|pr|work)\b",
        r"\bfollow(?:ing|ed)? up (?:on|to)\b",
        r"\bas an? follow-?\s?up (?:to|of|for|from)\b"),
    cue("within the series", -2.0, "next following subsequent upcoming previous later",
        r"\b(?:next|following|subsequent|previous|upcoming|later) (?:patch|commit)(?:es|s)?\b"),
    cue("TODO as a thing", -2.0, "todo todos",
        r"\b(?:remov|delet|fix|resolv|address)\w* (?:the |an? |stale |some |old )*TODOs?",
        r"@since TODO"),
    cue("already done", -1.0, "is were was been",
        r"\b(?:is|was|were|been) (?:\w+ )?(?:done|made|split|postponed|moved|deferred|left|merged)\b.{0,60}\b(?:pr|version|release|patch)\b"),
    cue("how it behaves", -1.0, "so when eventually useful used",
        r"\buseful later on\b|\bused later on\b|\buntil (?:the )?(?:first|pointer)\b"),
    cue("about prevention", -1.0, "future", r"\b(?:avoid|prevent)\b.{0,40} in (?:the )?future\b"),
    cue("a question", -0.3, "", r"\?\W*$"),
)
# fmt: on


def weigh(sentence: str, words: list[str], section: Section) -> list[Cue]:
    """The rules by which a sentence is a next step; none if it is not one."""
    if section == "consequences":
        met = [*CUES.met(sentence, words), *DECIDED.met(sentence, words)]
    else:
        met = CUES.met(sentence, words, least=THRESHOLD)
    if score(met) < THRESHOLD or score(met) + score(VETOES.met(sentence, words)) < THRESHOLD:
        return []
    return met
