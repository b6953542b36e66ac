"""What holds of the words of any sentence: where it is a clause, and the letter it begins with."""

from __future__ import annotations

import re

from digest.normalize.word import lexicon
from digest.normalize.word.common import COMMON
from digest.normalize.word.nouns import NOUNS_TOO
from digest.normalize.word.verbs import lemma
from digest.regex import regex

# Behind a plural these make a clause of it: "Long keys trigger a mapping".
_PLURAL_FINITE = lexicon.words(
    """
    appear become break cause cover crash disappear fail get have hang ignore leak lose miss overlap remain return show
    throw trigger
    """
)
_NAMES = frozenset({"line breaks", "page breaks", "word breaks", "code uses", "next steps"})
_NO_PLURALS = lexicon.words("args docs news options params settings sources status tests this tools windows")
_SMALL = regex(r"[a-z]+(?:[-'’/][a-z'’]+)*")
_CAPITAL = regex(r"(?:A|[A-Z][a-z]+(?:-[a-z]+)*)(?=[\s,:]|$)")
_ORDINARY = regex(r"(?:ing|tion|sion|ment|ness|ity|able|ible|ive|ous|ect|ent|ar|al|ic|ated|ized)s?$")
_CANNOT = regex(r"(?:cannot|can't|unable|not able|doesn't|does not)\b", re.IGNORECASE)
_PLURAL = regex(r"[a-z]{2,}[^s\W]s")


def capital(text: str) -> str:
    """With a capital first letter, unless the first word is a name that is spelled small or code."""
    first = text.split(" ", 1)[0].rstrip(",:;")
    return text[:1].upper() + text[1:] if _SMALL.fullmatch(first) else text


def small(text: str) -> str:
    """With a small first letter where the word is capital only because it opens a title."""
    first = _CAPITAL.match(text)
    if not first:
        return text
    word = first[0].lower()
    ordinary = (
        word in COMMON
        or word in lexicon.OPENERS
        or word in lexicon.PRAISES
        or word in lexicon.PREPOSITIONS
        or word in lexicon.SUBORDINATORS
        or lemma(word)
        or "-" in word
        or _ORDINARY.search(word)
    )
    return word + text[first.end() :] if ordinary else text


def is_clause(text: str) -> bool:
    """Whether a finite verb stands in it outside of a subordinate clause."""
    words = text.split(" ")
    if words[0].lower() in lexicon.SUBORDINATORS:
        return True
    for before, word, *after in zip(words, words[1:], [*words[2:], ""], strict=False):
        plain = word.lower().strip(".,:;")
        if f"{before.lower()} {plain}" in _NAMES:
            continue
        if plain in lexicon.SUBORDINATORS or plain in {"after", "before", "on"}:
            return False
        if plain in lexicon.AUXILIARIES or plain in lexicon.FINITE:
            return True
        if plain in _PLURAL_FINITE and after != [""] and _is_plural(before.lower()):
            return True
    return bool(_CANNOT.match(text))


def _is_plural(word: str) -> bool:
    return bool(_PLURAL.fullmatch(word)) and word not in _NO_PLURALS


def has_finite(words: list[str]) -> bool:
    """Whether one of the words is a verb in the third person, as far as one can tell without its sentence."""
    return any(is_finite(word) for word in words)


def is_finite(word: str) -> bool:
    """Whether a word is a verb in the third person, as far as one can tell without its sentence."""
    known = lemma(word)
    return word.lower() in lexicon.FINITE or (known is not None and known[1] == "third" and known[0] not in NOUNS_TOO)
