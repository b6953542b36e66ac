"""Turns of phrase in a plainer form, and "is" or "are"."""

from __future__ import annotations

import re

from digest.normalize.word import lexicon
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

_SO = regex(r"^fix(?:ed|es)? it so(?: that)? ", re.IGNORECASE)
_FIX_TO = regex(r"^(?P<lead>fix(?:es)? to )(?P<verb>[a-z]+)\b", re.IGNORECASE)
_OUGHT = regex(
    r"^(?:we|you|it|this) (?:should|must|needs? to|have to|has to) (?!be\b)(?P<verb>[a-z]+)(?=\s)", re.IGNORECASE
)
_WILL_BE = regex(r"^(?P<head>(?!if|when|after)[^,;:]{3,70}? )will (?P<when>no longer|now) be\b", re.IGNORECASE)
_PLURAL = regex(r"[A-Za-z-]*[^s`'u]s")


def plainly(text: str) -> str:
    """Turns of phrase in a plainer form: "fix it so X" is "make sure X", "will now be" is "is now"."""
    text = _SO.sub("make sure that ", text)
    if (found := _FIX_TO.match(text)) and lemma(found["verb"]) == (found["verb"], "base"):
        text = text[found.end("lead") :]
    text = _OUGHT.sub(
        lambda m: f"now {inflect(m['verb'], 'third')}" if lemma(m["verb"]) == (m["verb"], "base") else m[0], text
    )
    return _WILL_BE.sub(lambda m: f"{m['head']}{be(m['head'])} {m['when']}", text)


def be(subject: str) -> str:
    """The form of "be": "are" where a plural or two joined things stand before a preposition."""
    head = next((k for k, word in enumerate(subject.split()) if k and word.lower() in lexicon.PREPOSITIONS), None)
    words = subject.split()[:head]
    return "are" if " and " in subject or _PLURAL.fullmatch(words[-1]) else "is"
