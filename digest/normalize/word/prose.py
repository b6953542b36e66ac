"""A sentence out of a body, ready to stand alone: list marks, asides, "this" and "my" are gone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.normalize.word.clause import is_clause, small
from digest.normalize.word.finish import glossed, sentence
from digest.normalize.word.lexicon import AUXILIARIES
from digest.normalize.word.titles import Title, read, read_prose
from digest.normalize.word.verbs import lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.config import Wording

LONGEST_SUBJECT = 5
GENERIC = "the change"

_BOX = regex(r"^\s*(?:[-*+•]|\d+[.)])?\s*\[[ xX]?\]\s*|^\s*(?:[-*+•]|\d+[.)])\s+")
_ASIDE = regex(
    r"^\(?(?:(?:note:|nb:|caveat:|subtlety:|side ?note:|on the down-?side|"
    r"but|however|also|so|and|unfortunately|admittedly|note that|of course|again|still|hacky|anyway|"
    r"for now|imo|imho|after (?:careful )?consideration|in (?:the end|practice|general)|personally|"
    r"basically|first|second|finally|"
    r"that said|alternatively|it (?:looks|seems|appears) (?:like|that)|in my opinion|"
    r"i(?:['’]d| would| do)? (?:think|guess|believe|feel|argue|suppose)(?: that)?),?\s+)+",
    re.IGNORECASE,
)
_THIS = regex(
    r"(?:this|it|that)(?: (?:pr|patch|change|commit|approach|solution|choice|design choice))?(?=\s|['’]s)",
    re.IGNORECASE,
)
_SEEN = regex(
    r"^(?:i|we) (?:haven['’]t|have not|didn['’]t|did not) (?:observed?|see|seen|noticed?|found|find)(?: any)? (.+)",
    re.IGNORECASE,
)
_INTERJECTED = regex(r",? (?:of course|obviously|admittedly|to be honest|in my opinion|imho),?(?= )")
_OURS = regex(r"\b(?:my|our)\b")


def read_said(text: str) -> Title:
    """The sentence that a statement or a list item holds."""
    return read_prose(_BOX.sub("", text))


def without_aside(text: str) -> str:
    """Without the words in front that only join it to the sentence before, and without "I have not seen"."""
    text = _INTERJECTED.sub("", text)
    return _SEEN.sub(r"observed no \1", _ASIDE.sub("", text, count=1))


def with_subject(text: str, subject: str) -> str:
    """With the subject for a "this" or "it" in front of a verb, and nobody's "my"."""
    text = _OURS.sub("the", text)
    rest = after_this(text)
    return f"{subject}{rest}" if rest else text


def after_this(text: str) -> str:
    """What follows a "this" or "it" that is the subject of the sentence; empty where it is not."""
    found = _THIS.match(text)
    rest = text[found.end() :] if found else ""
    first = rest.split()[0].lower() if rest.strip() else ""
    known = lemma(first)
    return rest if first in AUXILIARIES or (known is not None and known[1] == "third") else ""


def named(subject: str) -> str:
    """The subject where it is a short name; a title that is a sentence of its own cannot stand for "this"."""
    title = read(subject)
    text = title.text
    is_name = text and not title.code and len(text.split()) <= LONGEST_SUBJECT and not starts_with_verb(text)
    return small(text) if is_name and not is_clause(text) else GENERIC


def starts_with_verb(text: str) -> bool:
    """Whether a plain verb or one in the third person opens the text."""
    known = lemma(text.split(" ", 1)[0])
    return known is not None and known[1] in {"base", "third"}


def line(text: str, title: Title, wording: Wording) -> str:
    """The finished line; empty where there are no words."""
    return sentence(glossed(text, wording.glossary), title.code) if text.strip(" .") else ""
