"""Titles without a verb: as they are, or behind the verb that their prefix or their words stand for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.normalize.word import lexicon
from digest.normalize.word.clause import has_finite, is_clause, small
from digest.normalize.word.nouns import NOUNS_TOO
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.normalize.word.verbs import Form

_SUPPORT = regex(
    r"(?:(?:initial|basic|experimental|partial|preliminary|full|native) )?support (?:for|of)\b", re.IGNORECASE
)
# What stands in the title of something that was merged is there now, and what it calls a fault is mended.
_BROUGHT = regex(
    r"(?:(?:brand )?new (?!(?:versions?|releases?|years?|lines?)(?: |$)(?!process|notes|workflow|script))"
    r"|more (?!.*\b(?:fix|clean|refactor|polish|tweak)|on\b|info|than\b)"
    r"|(?:an? )?(?:ability|option|possibility|command|flag|setting|function|method|helper|button|hook) to )\S+.*"
    r"|(?:initial|first|basic|preliminary) (?:\S+ ){0,2}(?:implementation|version|draft|cut|prototype|skeleton)\b.*"
    r"|(?!.*\b(?:drop|remov|tests?\b)).+ (?:support|integration)",
    re.IGNORECASE,
)
_MENDED = regex(
    r"(?:(?:an?|some|several|the|minor|small|possible|potential|rare|accidental) )*(?:(?:wrong|incorrect|broken|"
    r"strange|weird|missing|invalid|duplicated?|inconsistent|misleading|confusing|flaky|typos?|bugs?|regressions?|deadlocks?|races?|NPEs?|"
    r"leaks? in|mistakes?|memory leaks?|race conditions?) (?!tests?\b|bounds\b|report|fix(?:es)?\b|corrections?\b)"
    r"(?!to\b|and\b|or\b|is\b|for\b)[\w`\ue000-\uf8ff]|null pointer)[^\n]*",
    re.IGNORECASE,
)
_LITTLE = r"(?:(?:minor|small|some|several|various|a few|few|more|further|misc|general|slight|little|tiny|big|major) )*"
_DEEDS = {
    r"improvements? (?:to|of|in|for)": "improve",
    r"enhancements? (?:to|of|in|for)": "enhance",
    r"tweaks? (?:to|of)": "tweak",
    r"changes? (?:to|of)": "change",
    r"updates? (?:to|of)": "update",
    r"adjustments? (?:to|of)": "adjust",
    r"corrections? (?:to|of|in)": "correct",
    r"additions? of": "add",
    r"fix(?:es)? in": "fix",
    r"removal of": "remove",
    r"deprecation of": "deprecate",
    r"introduction of": "introduce",
    r"implementation of": "implement",
    r"migration of": "migrate",
    r"refactor(?:ing)? of": "refactor",
    r"clean-?up of": "clean up",
    r"simplification of": "simplify",
    r"(?:docs?|documentation) (?:for|of|on|about)": "document",
    r"better(?= \S)(?! (?:to|than|and|for|if|match)\b)": "improve",
    r"simpler(?= \S)": "simplify",
    r"faster(?= \S)": "speedup",
}
"""Nouns of deeds, and praises, with the verb of each: "Improvements to the docs" is "Improved the docs"."""

_LAST = {
    "clean-up": "cleanup",
    "cleanup": "cleanup",
    "cleanups": "cleanup",
    "refactor": "refactor",
    "refactoring": "refactor",
    "fix": "fix",
    "fixes": "fix",
    "improvements": "improve",
    "improvement": "improve",
    "updates": "update",
    "tweaks": "tweak",
    "rewrite": "rewrite",
    "removal": "remove",
    "optimization": "optimize",
    "optimizations": "optimize",
    "simplification": "simplify",
    "reorganization": "reorganize",
    "deprecation": "deprecate",
    "migration": "migrate",
}
"""Nouns of deeds behind what they were done to: "Session cleanup" is "Cleaned up session"."""
_VAGUE = lexicon.words(
    """
    a an the some few several minor small misc various more further general other code my our two quick
    big final large little tiny slight initial
    """
)
_FAULTS = lexicon.words("typo typos race leak leaks deadlock crash bug hang regression panic spelling grammar")
MOST_BEFORE = 5

_DEED = regex("|".join(rf"(?P<d{at}>{_LITTLE}{shape}) " for at, shape in enumerate(_DEEDS)), re.IGNORECASE)
# Said of what was merged, these can only be what is mended.
_FAULT = regex(
    r"\b(?:(?:is|are) (?:missing|broken|wrong|not)|was|were|doesn['’]t|does not|don['’]t|do not|fails?|"
    r"still|crash(?:es)?|hangs?|leaks?|overflows?|cannot|can['’]t|misses|sometimes|wrong(?:ly)?|incorrect(?:ly)?|breaks?|"
    r"panics?|loses?|corrupts?|"
    r"throws? (?:an? )?(?:NPE|\w*(?:Pointer|Arithmetic|Cast|Bounds|Overflow)\w*(?:Exception|Error)))\b",
    re.IGNORECASE,
)
_LATIN = regex(r"[A-Za-z\ue000-\uf8ff]")
_SAYS_NOW = regex(r"\b(?:no longer|now)\b|^ability\b", re.IGNORECASE)
_OF = regex(r"\b(?:for|in|to|of)\b")
_ABLE = regex(r"(?:ability|possibility|(?P<thing>[a-z]+)) to\b")


def nominal(text: str, form: Form, kind: str) -> str:
    """A noun phrase or clause: as it is, or behind a verb in that form that its prefix or its text stands for."""
    first = text.split(" ", 1)[0].lower()
    deed = text if kind in {"docs", "test"} else _deed(text, form, kind)
    if deed:
        return deed
    second = text.split(" ")[1:2]
    if (
        second
        and second[0] in {"a", "an", "the", "to", "all", "that"}
        and first.isalpha()
        and not first.endswith("ing")
    ):
        return text
    foreign = not _LATIN.search(text[:3])  # no English verb belongs in front of that
    if foreign or first in lexicon.PRAISES or _SAYS_NOW.search(text):
        return text
    clause = is_clause(text)
    if kind == "fix" or (not kind and clause and _FAULT.search(text)):
        return f"{inflect('fix', form)}{':' if clause else ''} {small(text)}"
    return f"{inflect('add', form)} {small(text)}" if kind == "feat" and not clause else text


def _deed(text: str, form: Form, kind: str) -> str:
    """What a noun says that was done, as the verb of it; empty where it is a clause or says nothing of the kind."""
    if is_clause(text) or has_finite(text.split()[2:]):
        return ""
    if _SUPPORT.match(text) or (kind != "fix" and _BROUGHT.fullmatch(text)):
        return f"{inflect('add', form)} {_with_article(small(text))}"
    if kind != "feat" and _MENDED.fullmatch(text):
        return f"{inflect('fix', form)} {small(text)}"
    if kind != "feat" and (found := _DEED.match(text)):
        after = lemma(text[found.end() :].split(" ", 1)[0])
        if found[0].endswith("to ") and after and after[1] == "base" and after[0] not in NOUNS_TOO:
            return ""
        verb = list(_DEEDS.values())[int((found.lastgroup or "d0")[1:])]
        verb, _, particle = verb.partition(" ")
        return " ".join(filter(None, (inflect(verb, form), particle, text[found.end() :])))
    return _done_to(text, form) if kind != "feat" else ""


def _done_to(text: str, form: Form) -> str:
    """What the last word says that was done to the words before it; empty where it says nothing of the kind."""
    *what, last = text.split() or [""]
    verb = _LAST.get(last.lower())
    if verb == "fix" and what and what[-1].lower() not in _FAULTS:
        return ""
    plain = (
        what and len(what) <= MOST_BEFORE and not any(w.endswith((",", ";", ":")) or w in {"and", "+"} for w in what)
    )
    if not verb or not plain or what[0].lower() in _VAGUE or lemma(what[0]) or _OF.search(text):
        return ""
    return f"{inflect(verb, form)} {small(' '.join(what))}"


def _with_article(text: str) -> str:
    """An ability needs its article: "ability to sort" is "the ability to sort"."""
    if not (found := _ABLE.match(text)):
        return text
    return f"{('an' if text[0] in 'aeiou' else 'a') if found['thing'] else 'the'} {text}"
