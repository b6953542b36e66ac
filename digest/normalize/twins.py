"""What a title says about itself: what it says apart from its decorations, what it takes back, which part it is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

import msgspec

from digest.regex import regex

Effect = Literal["lands", "reverts", "restores"]

SPECIFIC_WORDS = 3
"""Fewer words than this do not tell one change from another ("Javadoc", "Use final")."""

_DECORATIONS = regex(
    r"""^(?:
        \s*[\[(][^\])]{1,40}[\])][\s:–-]*          # [LANG-12], [2.x], [Backport 2.x], (doc)
      | \s*[A-Z][A-Z0-9_]+-\d+\b[\s:,.–-]*         # LANG-12:
      | \s*(?:[Bb]ack-?port(?:ed|ing)?|[Cc]herry-?pick(?:ed)?)(?:\s+(?:of|to|for)?\s*[\w./-]*\d[\w./-]*)?\s*:\s*
      | \s*[a-z]+(?:\([^)]*\))?!?:\s+              # fix(api):
      | \s*(?:fixup|squash|amend)!\s+
    )+""",
    re.VERBOSE,
)
_NUMBERS = regex(
    r"\s*[\[(](?:(?:back-?port(?: of)?|cherry-?picked from|gh-|see|closes|fixes)?\s*#\d+[,\s]*)+[\])]",
    re.IGNORECASE,
    hints=("#",),
)
_TAKES_BACK = regex(r"^(?:revert(?:s|ed)?|back(?:s|ed)?[ -]?out|roll(?:s|ed)?[ -]?back)\b[:\s]*(.*)$", re.IGNORECASE)
_PUTS_BACK = regex(r"^(?:re-?land(?:s|ed)?|re-?appl(?:y|ies|ied)|un-?revert(?:s|ed)?)\b[:\s]*(.*)$", re.IGNORECASE)
_PART = regex(
    r"""[\s,:;–-]*(?:
        \(?\b(?:part|step|phase|pt\.?)\s*\#?\d+(?:\s*(?:/|of)\s*(?:\d+|n))?\)?
      | [\[(]\s*\d+\s*(?:/|of)\s*(?:\d+|n)\s*[\])]
      | \b\d+/(?:\d+|n)\s*$
    )[\s,:;–-]*""",
    re.IGNORECASE | re.VERBOSE,
    hints=("part", "step", "phase", "pt", "/", "of"),
)
_SCOPE = regex(r"\s*(?:[A-Za-z]+\(([^)]*)\)!?:\s|\[`([^`\]]+)`\])")
_PARTIAL = regex(
    r"\b(?:partial(?:ly)?|in part|parts? of|half of)\b", re.IGNORECASE, hints=("partial", "in part", "part", "half of")
)
_QUOTES = "\"'“”‘’`"
_UNQUOTED = str.maketrans("", "", _QUOTES)
_LETTERS = regex(r"[^\W\d_]{2}")


class Title(msgspec.Struct, frozen=True):
    """A title taken apart: what it is about, and what it does to that."""

    base: str
    effect: Effect


@lru_cache(4096)  # each title is laid beside each other one
def bare(title: str) -> str:
    """The title without what varies between twins: case, final dot, prefixes, numbers, keys, back-port marks, quotes.

    >>> bare("[LANG-1815] fix(api): Keep `x` off the boundary (#1758).")
    'keep x off the boundary'
    """
    text = _NUMBERS.sub("", title)
    text = _DECORATIONS.sub("", text) or text
    text = text.translate(_UNQUOTED)
    return " ".join(text.rstrip(" .…!").lower().split())


def scope(title: str) -> str:
    """The area that a prefix names: `api` of `fix(api): …`, `api` of "[`api`] …"; empty where there is none."""
    match = _SCOPE.match(title)
    return (match[1] or match[2] or "").lower() if match else ""


def says_something(title: str) -> bool:
    """Whether words are left of a title without its keys, numbers and prefixes."""
    return bool(_LETTERS.search(_DECORATIONS.sub("", _NUMBERS.sub("", title))))


def specific(words: str) -> bool:
    """Whether a bare title is enough to know a change by."""
    return len(words.split()) >= SPECIFIC_WORDS


@lru_cache(4096)
def effect_of(title: str) -> Title:
    """What the title lands, reverts or restores, however often it is wrapped (`Revert "Revert "X""` restores X)."""
    text, effect = _strip_front(title), "lands"
    if _PARTIAL.search(text[:40]):
        return Title(bare(title), "lands")
    while match := _TAKES_BACK.match(text) or _PUTS_BACK.match(text):
        back = _TAKES_BACK.match(text) is not None
        effect = "reverts" if back and effect != "reverts" else "restores"
        text = _NUMBERS.sub("", match[1]).strip().strip(_QUOTES).strip()
    return Title(bare(text or title), effect)  # type: ignore[arg-type]


def series(title: str) -> str:
    """What the parts of a series have in common; empty where the title names no part."""
    match = _PART.search(title)
    if not match:
        return ""
    before, after = bare(title[: match.start()]), bare(title[match.end() :])
    return before if specific(before) else f"{before} {after}".strip()


def _strip_front(title: str) -> str:
    """The title without keys and prefixes, but with what it takes back."""
    text = _NUMBERS.sub("", title)
    return (_DECORATIONS.sub("", text) or text).strip()
