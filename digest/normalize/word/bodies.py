"""Bodies of pull requests, commits and tickets → their sentences, and the few things a title may take from them."""

from __future__ import annotations

import re

from digest.markdown import clean
from digest.regex import regex

_BLOCK = regex(  # templates and code
    r"<!--.*?(?:-->|\Z)|(?P<fence>```|~~~).*?(?:(?P=fence)|\Z)", re.DOTALL, hints=("<!--", "```", "~~~")
)
_UNTOLD = regex(
    r"^(?:\s*(?:>|\||\#{1,6}\s|[-*]\s*\[[ xX]\]|!\[|[=*_-]{3,}$)"  # quotes, tables, headings, boxes, pictures, rules
    r"|\ {4}|\t"  # indented code
    r"|[A-Z][A-Za-z-]+:\s"  # trailers and fields
    r"|\s*(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?|refs?|see|part\ of|tracking\ issue|cc|related|follow-?up)\b"
    r"[^\n]{0,60}[\#/]\d+).*$",
    re.MULTILINE | re.IGNORECASE,
)
_LINE = regex(r"(?:<[a-z/][^>]*>|^\s*(?:[-*+•]|\d+[.)])\s+|\*+(?=\w)|(?<=[\w.!?)])\*+)", re.MULTILINE | re.IGNORECASE)
_END = regex(r"(?<=[.!?])\s+(?=[A-Z`\"(])")
_NOT_TOLD = regex(
    r"(?:i\b|i'|we\b|hi\b|hello|hey|thanks|thank|see\b|note|as\b|per\b|when\b|if\b|currently|previously|before|because|"
    r"since|there\b|after\b|while|although|unfortunately|today|right now|bumps?\b|signed|co-authored|you\b|"
    r"please|todo|http|"
    r"depends on|based on|this is\b|it is\b|it's\b|in\b|at the moment|the problem|problem|issue|motivation|description|"
    r"summary|what\b|why\b|how\b|just\b)",
    re.IGNORECASE,
)
_PURPOSE = regex(
    r",? so that (?!we\b|i\b|it\b|they\b|this\b|that\b|these\b|you\b)(?P<what>[^.;:()\n]{8,90}?)(?=[.;:(]|$)"
)
_FASTER = regex(
    r"\b(?:this|which|it|now|are|is|makes?)\b[^.]{0,80}?(?P<what>(?:up to |about |around |roughly |~ ?)?"
    r"\d+(?:\.\d+)?(?:\s?[x×]|\s?%) (?:faster|smaller|less memory))\b",
    re.IGNORECASE,
)
_NOW = regex(
    r"(?P<what>(?:the|all|each|every|it|users?|`[^`]+`|[A-Z]\w+)\b[^.;:?!]{0,90}?\b(?:no longer|"
    r"now)\b[^.;:?!]{4,80})[.;]?"
)
_STATUS = {
    "off by default": regex(
        r"\b(?:off|disabled|not (?:enabled|on)) by default\b(?! (?:before|until|previously))"
        r"|\b(?:is|are|stays?|remains?) (?:purely |strictly )?opt[- ]in\b",
        re.IGNORECASE,
        hints=("by default", "opt-in", "opt in"),
    ),
    "behind a flag": regex(
        r"\b(?:is|are|hidden|gated|guarded|kept|only)\b[^.\n]{0,30} behind (?:an?|the) (?:new )?"
        r"(?:feature )?(?:flag|toggle|switch)\b",
        re.IGNORECASE,
        hints=(" behind ",),
    ),
    "experimental": regex(
        r"\b(?:is|are|as|marked|still|currently) (?:still )?(?:an? )?experimental\b",
        re.IGNORECASE,
        hints=("experimental",),
    ),
}
_BREAKS = regex(r"^\s*BREAKING[ -]CHANGES?:(?!\s*(?:none|no|n/a|-)\b)\s*\S", re.MULTILINE, hints=("breaking",))
_ACTION = regex(
    r"^\W*action required:?(?!\W*(?:none|no|n/a|-)\b)"
    r"|^(?:(?:all|existing) )?(?:users|operators|customers|admins|administrators|integrators|clients|consumers)"
    r"(?: (?:will|of|with|who|that|on)\b[^.\n]{0,40})? (?:must|need to|have to) "
    r"(?:update|migrate|rename|replace|rotate|upgrade|"
    r"switch|move|set|change|run|re-?(?:run|install|build|index|generate|create|start)|adapt|adjust)\b",
    re.MULTILINE | re.IGNORECASE,
    hints=("action required", " must ", " need to ", " have to "),
)
# What stands under such a line is still to come, or was left out.
_AHEAD = regex(
    r"^(?:\#+\s*|[-*_>\s]*)(?:next|to-?do|follow[- ]?ups?|future|remaining|left|out of scope|not (?:yet )?\w+|"
    r"open questions?|known \w+|limitations|what[’']s (?:next|left|missing))\b[^\n.:]{0,24}(?::[*_ ]*|[*_ ]*)\n"
    r"(?:[ \t]*\n)?(?:.*\S.*(?:\n|\Z))+",
    re.MULTILINE | re.IGNORECASE,
)
# Nor can a sentence that denies, promises or argues stand for what was done.
_UNDONE = regex(
    r"\b(?:not|nothing|never|yet|later|eventually|hopefully|future|follow-?up|will|would|could|might|may|plan(?:s|ned)?|"
    r"todo|if|I|we|me|my|our)\b|n['’]t\b",
    re.IGNORECASE,
)
# What an author wrote for the notes of a release.
_NOTE = regex(
    r"^[ \t]*(?:```release-note[ \t]*\n|(?:\*\*)?(?:change-?log|release[ -]notes?)(?: entry)?(?:\*\*)?:(?:\*\*)?[ \t]+)"
    r"(?P<what>(?!(?:none|no|n/a|internal|nothing|skip|not)\b)[^\n]{12,300})$",
    re.MULTILINE | re.IGNORECASE,
    hints=("release-note", "release note", "changelog", "change-log"),
)
TELLING = range(3, 41)
SHORT = 14
_APART = regex(r"\n\s*\n|\n(?=\s*(?:[-*+•]|\d+[.)])\s)")
_UNSURE = regex(r"\b(?:would|could|might|TODO|hopefully|if)\b")
_ORDINARY = regex(r"(?:The|All|Each|Every|It|Users?|[A-Z][a-z]+s are)\b")


def sentences(body: str) -> list[str]:
    """What a body says in prose, sentence by sentence."""
    text = _UNTOLD.sub("", _BLOCK.sub("\n", clean(body)))
    told: list[str] = []
    for block in _APART.split(text):
        told += _END.split(" ".join(_LINE.sub(" ", block).split()))
    return [s for s in told if s]


def noted(body: str) -> str:
    """What the author wrote for the notes of a release; empty where there is none."""
    found = _NOTE.search(clean(body)) if body else None
    return found["what"].strip(" *-") if found else ""


def first_sentence(body: str) -> str:
    """The first sentence that can stand for the whole; empty where the body opens with something else."""
    for sentence in sentences(_AHEAD.sub("\n", clean(body)))[:3]:
        words = len(sentence.split())
        told = words in TELLING and not _NOT_TOLD.match(sentence) and not _UNDONE.search(sentence)
        if told and not sentence.endswith(("?", ":")):
            return sentence
    return ""


def effect(body: str) -> str:
    """What a body says the change is good for, to stand behind a short title; empty where it does not say."""
    for sentence in sentences(body)[:6]:
        if _UNSURE.search(sentence) or "](" in sentence or "http" in sentence:
            continue
        if found := _PURPOSE.search(sentence):
            return f", so that {found['what'].strip()}"
        if found := _FASTER.search(sentence):
            return f", {found['what'].replace('x ', '× ') if found['what'][0].isdigit() else found['what']}"
        if (found := _NOW.fullmatch(sentence)) and len(sentence.split()) <= SHORT:
            what = found["what"]
            return f"; {what[0].lower()}{what[1:]}" if _ORDINARY.match(what) else f"; {what}"
    return ""


def status(body: str) -> str:
    """Whether the body says that it is experimental or off by default."""
    return next((name for name, pattern in _STATUS.items() if pattern.search(body)), "")


def breaks(body: str) -> bool:
    """Whether the body declares a breaking change."""
    return bool(_BREAKS.search(body))


def asks_action(body: str) -> bool:
    """Whether the body says that readers have to act."""
    return bool(_ACTION.search(body))
