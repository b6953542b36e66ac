"""Verbs in a title, told by what stands around them, and the ones that "and" joins to the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.normalize.word import lexicon, nouns
from digest.normalize.word.clause import has_finite
from digest.normalize.word.lexicon import words as listed
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.normalize.word.verbs import Form

_PARTICLES = {"up", "out", "off", "down", "back", "away", "apart"}
_NAMING = listed("access change display log query record release report search trace track view")
_SUMS = listed("fix fixes improvement improvements change changes cleanup cleanups tweak tweaks refactor")
_ARROWS = {"->", "=>", "→", ">"}
_BEING = {"is", "are", "was", "were", "will", "has", "have", "should"}
_NO_OBJECT = {"", "now", "and", "or", "&", "+", "/", "-", "–", "—"}
_LENIENT = listed("update use drop move fix change split sort run set test document return skip")
_ALWAYS = listed("add deprecate fix improve introduce make refactor remove rename replace simplify")
_ARTICLES = {"a", "an", "the"}
_OBJECTS = _ARTICLES | {"all", "any", "each", "every", "its", "our", "their", "these", "this"}
SHORTEST = 4
_GERUND_FIRST = listed(
    """
    accept add allow avoid bump bring change clarify clean convert correct decrease define delete deprecate disable
    document drop eliminate enable ensure expand expose extend extract fix follow get give implement improve include
    increase introduce keep let lower make migrate move port prevent provide put reduce refactor remove rename reorder
    replace resolve restore restrict revert rewrite simplify speed stop support swap switch take turn tweak unify update
    upgrade use wrap
    """
)
_WORD = regex(r"[A-Za-z][a-z]+(?:-[a-z]+)?,?")
_CAPITAL = regex(r"[A-Z][a-z]+")
_CODE = regex("[\ue000-\uf8ff]")
_PLAIN = regex(r"[a-z'’,.-]*")


def verb_at(words: list[str], at: int, *, fault: bool = False) -> tuple[str, Form] | None:
    """The verb at that place and its form, unless what follows shows a noun."""
    word = words[at]
    if not _WORD.fullmatch(word):
        return None
    word = word.rstrip(",")
    after = words[at + 1].lower().strip(".,:;") if at + 1 < len(words) else ""
    known = lemma(word) or (_unlisted(word.lower(), after) if at == 0 else None)
    if not known or (known[0] in _NAMING and _is_named(words[at:])):
        return None
    base, form = known
    if form == "ing" and has_finite(words[at + 1 :]):
        return None
    then = words[at + 2].lower() if at + 2 < len(words) else ""
    return None if _is_noun(base, form, (after, then), fault=fault) else known


def _unlisted(word: str, after: str) -> tuple[str, Form] | None:
    """A word that is no verb we know, and opens a title before an article as only a verb can: "Flunk the build"."""
    opens = after in _OBJECTS and len(word) >= SHORTEST and not word.endswith(("ed", "ing", "ly", "s"))
    closed = lexicon.NO_OPENING_VERBS | lexicon.PREPOSITIONS | lexicon.SUBORDINATORS | lexicon.AUXILIARIES
    known = word in closed | lexicon.DETERMINERS | lexicon.OPENERS | lexicon.PRAISES | lexicon.ADVERBS
    return (word, "base") if opens and not known else None


def _is_named(words: list[str]) -> bool:
    """Whether the words are a name or a heading: "Change Data Capture", "release validation fixes"."""
    capitals = [w for w in words[:3] if _CAPITAL.fullmatch(w)]
    return len(capitals) == len(words[:3]) > 1 or (len(words) == len(words[:3]) and words[-1] in _SUMS)


def _is_noun(base: str, form: Form, follow: tuple[str, str], *, fault: bool) -> bool:
    """Whether a word that could be a verb is a noun here, by the two words behind it."""
    after, then = follow
    if form == "ing":
        known = base in _GERUND_FIRST or fault or after in _ARTICLES
        return not known or not after or after in lexicon.PREPOSITIONS
    if form == "past" and fault and base in nouns.PARTICIPLES and after not in lexicon.DETERMINERS:
        return True
    is_subject = (after in lexicon.AUXILIARIES and after != "now" and base != "make") or (
        then in _BEING and base in nouns.ADJECTIVES
    )
    if is_subject or after in _ARROWS:
        return True
    if base in lexicon.RARE:
        return form != "past" and not _takes_object(base, after)
    return _is_noun_too(base, form, follow, fault=fault)


def _is_noun_too(base: str, form: Form, follow: tuple[str, str], *, fault: bool) -> bool:
    """The same of a verb that is a noun as often."""
    after, then = follow
    if base not in nouns.NOUNS_TOO:
        plural = form == "third" and base in lexicon.CHANGES and after in lexicon.PREPOSITIONS
        return plural and f"{base} {after}" not in nouns.PHRASES
    joined = lemma(then) if after in {"and", "&", "but"} else None
    if joined:
        return joined[1] != form or then in nouns.NOUNS_TOO
    if after in lexicon.PREPOSITIONS or after in _NO_OBJECT:
        return form == "third" or (after not in _PARTICLES and f"{base} {after}" not in nouns.PHRASES)
    is_clause_head = after in lexicon.FINITE and then != "of"
    return is_clause_head or after in nouns.COMPOUNDS.get(base, ()) or (fault and base in nouns.SYMPTOMS)


def _takes_object(base: str, after: str) -> bool:
    """Whether a determiner, code or the preposition of the verb follows."""
    held = bool(_CODE.match(after))
    return held or after in lexicon.DETERMINERS or f"{base} {after}" in nouns.PHRASES


def chained(words: list[str], first: int, form: Form, into: Form) -> list[str]:
    """The words with the verb at `first`, and the verbs that are joined to it, turned from one form into another."""
    told = list(words)
    for at in range(first, len(words)):
        if at == first or _is_joined(words, first, at, form):
            word = words[at].rstrip(",")
            known = verb_at(words, at) or lemma(word)
            told[at] = inflect(known[0], into) + words[at][len(word) :] if known else words[at]
            if at > first and told[at - 1] == "+":
                told[at - 1] = "and"
    return told


def _is_joined(words: list[str], first: int, at: int, form: Form) -> bool:
    """Whether the word at that place is a verb on the level of the first one: "Add X *and remove* Y"."""
    before = words[at - 1]
    quoted = " ".join(words[:at]).count('"') % 2 == 1
    joins = before.lower() in {"and", "then", "&", "but"} or (before == "+" and words[at] in _ALWAYS)
    if quoted or not (joins or before.endswith((",", ";"))) or not words[at].islower():
        return False
    verb = verb_at(words, at)
    if not verb or (verb[1] != form and (verb[1] != "base" or verb[0] not in _ALWAYS)):
        return False
    last = at - 1
    while last > first and words[last].lower() in {"and", "then", "&", "but"}:
        last -= 1
    between = [w.lower().strip(",;") for w in words[first + 1 : last + 1]]
    if last > first and _is_compound(words, first, last, verb[0]):
        return False
    if any(w == "to" and _is_plain(words[first + 2 + k]) for k, w in enumerate(between[:-1])):
        return False
    if any(w in lexicon.SUBORDINATORS for w in between) or words[first].lower() in {"make", "let", "help"}:
        return verb[0] in _ALWAYS or before.endswith(",")
    after = words[at + 1].lower() if at + 1 < len(words) else ""
    phrase = f"{verb[0]} {after}" in nouns.PHRASES
    return verb[0] not in nouns.NOUNS_TOO or verb[0] in _LENIENT or phrase or _has_object(words, at)


def _is_plain(word: str) -> bool:
    """Whether a word is the plain form of a verb, and no name."""
    known = lemma(word)
    return word[:1].islower() and known is not None and known[1] == "base"


def _is_compound(words: list[str], first: int, last: int, joined: str) -> bool:
    """Whether the verb before "and" is a name, like the one behind it: "Add *create and update* endpoints"."""
    known = lemma(words[last].strip(",;")) if words[last].islower() else None
    if not known or known[1] != "base":
        return False
    before = words[last - 1].lower()
    bare = last == first + 1 or before in lexicon.PREPOSITIONS or before in {"and", "or"} or before.endswith(",")
    return bare and not (known[0] in nouns.NOUNS_TOO and joined in _ALWAYS)


def _has_object(words: list[str], at: int) -> bool:
    """Whether what follows can only be an object: an article, a name, code."""
    after = words[at + 1] if at + 1 < len(words) else ""
    return after.lower() in lexicon.DETERMINERS or not _PLAIN.fullmatch(after)
