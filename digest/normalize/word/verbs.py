"""Forms of English verbs: which word is a verb, and its past, third person and -ing."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from digest.normalize.word.lexicon import CHANGES, DOUBLING, HABITS, IRREGULAR, PHRASAL, RARE, words
from digest.regex import regex

Form = Literal["base", "third", "past", "ing"]

BASES = CHANGES | HABITS | RARE
_PREFIX = regex(r"(?:re|un|de|dis|pre)-?(?=[a-z]{3})")
_COINED = regex(r"(?:[a-z]{2,3}-)?[a-z]{3,}[^aeiou](?:ify|i[sz]e)")
_NO_VERBS = words("exercise expertise franchise likewise otherwise precise premise promise")
_CLOSED = regex(r"(?:[bcdfghjklmnpqrstvwxyz]+|qu)[aeiou][bdgklmnprtz]")
_HYPHENED = regex(r"(?:re|un|pre)-")


def is_base(word: str) -> bool:
    """Whether a lower-case word is the plain form of a verb: known, behind `re-` or `un-`, or coined in -ify."""
    if word in BASES or (_HYPHENED.match(word) and word.partition("-")[2] in BASES):
        return True
    return _root(word) in CHANGES or (bool(_COINED.fullmatch(word)) and word not in _NO_VERBS)


def _root(verb: str) -> str:
    """The verb without a prefix like `re-` or `un-`, where what is left is a verb."""
    found = _PREFIX.match(verb)
    return verb[found.end() :] if found and verb[found.end() :] in BASES else verb


@lru_cache(4096)
def lemma(word: str) -> tuple[str, Form] | None:
    """The plain form behind a word and which form the word is; None where it is no verb we know."""
    word = word.lower()
    if is_base(word):
        return word, "base"
    return _listed(word) or _coined(word)


def _listed(word: str) -> tuple[str, Form] | None:
    """The verb of our lists that `word` is a form of; to look for it is quicker than a table of all their forms."""
    for form, endings in _REGULAR.items():
        stems = [word.removesuffix(ending) + plain for ending, plain in endings if word.endswith(ending)]
        stems += [stem[:-1] for stem in stems]  # stopp-ed, panick-ed
        if found := [stem for stem in stems if stem in BASES and inflect(stem, form) == word]:
            return max(found), form
    prefix = _PREFIX.match(word)
    before = word[: prefix.end()] if prefix else ""
    for start in ("", before):
        verb, form = _UNUSUAL.get(word.removeprefix(start), ("", "past"))
        if start + verb in BASES and inflect(start + verb, form) == word:
            return start + verb, form
    return None


def _coined(word: str) -> tuple[str, Form] | None:
    """As `_listed`, of a verb that no list has."""
    endings: tuple[tuple[str, str, Form], ...] = (
        ("ies", "y", "third"),
        ("es", "e", "third"),
        ("s", "", "third"),
        ("ied", "y", "past"),
        ("ed", "e", "past"),
        ("ed", "", "past"),
        ("ing", "e", "ing"),
        ("ing", "", "ing"),
    )
    for ending, plain, form in endings:
        stem = word.removesuffix(ending) + plain
        if word.endswith(ending) and stem not in BASES and is_base(stem) and inflect(stem, form) == word:
            return stem, form
    return None


def inflect(base: str, form: Form) -> str:
    """A plain verb in the form asked for."""
    return {"base": _plain, "third": _third, "past": _past, "ing": _ing}[form](base)


def _phrased(base: str) -> tuple[str, str]:
    """The verb that is inflected and the particle after it."""
    verb, particle = PHRASAL.get(base, (base, ""))
    return verb, f" {particle}" if particle else ""


def _plain(base: str) -> str:
    return "".join(_phrased(base))


def _past(base: str) -> str:
    verb, particle = _phrased(base)
    for stem in (verb, _root(verb)):
        if stem in IRREGULAR:
            return verb.removesuffix(stem) + IRREGULAR[stem] + particle
    if verb.endswith("e"):
        return f"{verb}d{particle}"
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ied{particle}"
    return f"{_doubled(verb)}ed{particle}"


def _third(base: str) -> str:
    verb, particle = _phrased(base)
    if verb in {"be", "have"}:
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies{particle}"
    hissing = verb.endswith(("s", "x", "z", "ch", "sh", "do", "go"))
    return f"{verb}{'es' if hissing else 's'}{particle}"


def _ing(base: str) -> str:
    verb, particle = _phrased(base)
    if verb == "be":
        return "being"
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying{particle}"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return f"{verb[:-1]}ing{particle}"
    return f"{_doubled(verb)}ing{particle}"


def _doubled(verb: str) -> str:
    """The verb as it stands before -ed and -ing: stopp-, panick-, but open-."""
    if _root(verb) in DOUBLING or _CLOSED.fullmatch(_root(verb)):
        return verb + verb[-1]
    return f"{verb}k" if verb.endswith("ic") else verb


_REGULAR: dict[Form, tuple[tuple[str, str], ...]] = {
    "past": (("d", ""), ("ed", ""), ("ied", "y")),
    "third": (("s", ""), ("es", ""), ("ies", "y")),
    "ing": (("ing", ""), ("ing", "e"), ("ying", "ie")),
}
"""How a form ends, and what stands there in the plain verb."""

_UNUSUAL: dict[str, tuple[str, Form]] = {
    **{inflect(base, form): (base, form) for form in _REGULAR for base in sorted(PHRASAL)},
    **{inflect(base, "past"): (base, "past") for base in sorted(IRREGULAR)},
    **{inflect(base, form): (base, form) for form in ("third", "ing") for base in ("be", "have")},
}
"""Forms by which their verb cannot be told."""
