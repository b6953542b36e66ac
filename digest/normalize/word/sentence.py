"""A title's words → a clause in one tense: what was done, or what holds from now on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.normalize.word import lexicon
from digest.normalize.word.chain import chained, verb_at
from digest.normalize.word.clause import capital, small
from digest.normalize.word.nominal import nominal
from digest.normalize.word.nouns import ADJECTIVES, NOUNS_TOO
from digest.normalize.word.phrases import be, plainly
from digest.normalize.word.verbs import inflect, is_base, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.normalize.word.titles import Title
    from digest.normalize.word.verbs import Form

_FORM: dict[str, Form] = {"past": "past", "present": "third", "imperative": "base", "ongoing": "ing"}
_SUBJECT = regex(
    r"(?:(?:this|the|that) (?:pr|mr|patch|change|changeset|commit|pull request|merge request|branch|pr's)|this|we|i)"
    r"(?: (?:now|also|simply|just|will|basically|changes? (?:aims|tries) to))*\s+(?=\w)",
    re.IGNORECASE,
)
_NEGATED = regex(
    r"(?:do not|don[’']?t|dont)\s+(?:(?:ever|try to|attempt to)\s+)?"
    r"(?P<how>(?!apply|reply|supply|rely|multiply|imply)[a-z]+ly\s+)?(?P<verb>[a-z-]+)(?=\s|$)",
    re.IGNORECASE,
)
_REVERT = regex(
    r"(?P<again>re-?apply|re-?land|revert[\s:\"“']+revert|revert)(?:ed|s)?:?\s+[\"“']+(?P<what>.+?)[\"”'.]*",
    re.IGNORECASE,
)
_SHOULD = regex(
    r"(?P<subject>(?!it\b|we\b|you\b|this\b|there\b)[^\s,]+(?: [^\s,]+){0,6}?) (?:should|must) "
    r"(?P<not>not |never |no longer )?(?P<how>(?:also|always|only|instead|still) )?"
    r"(?P<able>be able to )?(?P<verb>[a-z-]+)(?P<rest>\b.*)",
    re.IGNORECASE,
)
_NAMED_REVERT = regex(r"revert(?:ed|s)?\s*[,:–-]+\s+(?P<what>[^\"“].+)", re.IGNORECASE)
_BARE_REVERT = regex(r"revert(?:ed|s)? (?P<why>(?:as|because|since|due to|until|for now)\b.*)", re.IGNORECASE)
_FIRST_IF = regex(
    r"(?P<when>(?:when|if|while|after|before|during|on)\b[^,;:]{3,60}), (?P<did>\w+ (?!it\b|them\b)[^,;:]+)",
    re.IGNORECASE,
)
_SURE = lexicon.words("add remove fix rename replace refactor improve introduce deprecate simplify drop retire mention")
_ATTEMPTS = lexicon.words("fix workaround work avoid prevent use make improve reduce silence repair debug get deflake")
_UNDONE_VERBS = {"prevent", "avoid", "stop"}
_NO_VERB_AFTER_SHOULD = {"be", "both", "either", "at", "in", "of", "only", "probably", "really", "have", "not", "never"}
_THEIRS = {"my": "their", "me": "them", "I": "they", "myself": "themselves"}
_STORY = regex(
    r"as an? (?P<role>[\w -]{2,30}?),? i (?:want|would like|need|wish)(?: to)?(?: be able to)? (?P<what>.+)",
    re.IGNORECASE,
)
RELEASED = regex(r"(?:release[-/ ])?(?P<what>v\d+(?:\.\d+)+\S*|\d+\.\d+\.\d+\S*|\d{4}-\d\d-\d\d)")
_TO_VERB = 2
_AND = regex(r"^(?:and|also|plus) ")
_PREFIX = regex(r"^[\w/*.-]+(?:\([^)]*\))?!?: (?=\S)")
_NO_LONGER = regex(r"no longer (?P<verb>[a-z-]+)\b", re.IGNORECASE)
_ANY_MORE = regex(r" any ?more$")
_NOR_DOING = regex(r",? nor (?=\w+ing\b)")
_NOR = regex(r",? nor (?P<verb>[a-z-]+)\b")
_MINE = regex(r"\b(my|me|I|myself)\b")
_CODE = regex("[\ue000-\uf8ff]$")


def tell(title: Title, tense: str) -> str:
    """The title as a clause without a full stop, its first letter as the sentence wants it.

    Args:
        title: what was read from the raw title; its kind tells what to say of a mere noun phrase.
        tense: past, present, imperative, or ongoing ("adding") for what is still to come.
    """
    text, _, more = title.text.partition("; ")
    more = _AND.sub("", more)
    if more and title.kind != "prose":
        return f"{tell(replace(title, text=text), tense)}; {small(tell(replace(title, text=more), tense))}"
    text = title.text
    if title.kind == "revert":
        return capital(f"{inflect('revert', _FORM[tense])} “{capital(text)}”")
    if released := RELEASED.fullmatch(text):
        return capital(f"{inflect('release', _FORM[tense])} {released['what']}")
    text = plainly(_without_subject(text))
    if turned := _turned(text, tense, title):
        return turned
    fault = title.kind == "fix"
    return capital(
        _reverted(text, tense)
        or _negated(text, tense)
        or _wished(text, tense)
        or ("" if title.kind == "prose" and tense != "ongoing" else _wanted(text, tense))
        or _hedged(text, tense, fault=fault)
        or _verbal(text, tense, fault=fault)
        or nominal(text, _FORM[tense], title.kind)
    )


def _without_subject(text: str) -> str:
    """Without "this change" or "we" before the verb; in front of anything else they stay."""
    found = _SUBJECT.match(text)
    rest = text[found.end() :] if found else text
    first = rest.split(" ", 1)[0].lower().rstrip(",")
    known = lemma(first)
    is_done = known is not None and known[0] not in {"be", "have"}
    return rest if is_done or first.endswith("ly") or _NEGATED.match(rest) else text


def _turned(text: str, tense: str, title: Title) -> str:
    """A condition behind what it is a condition of: "When X, do Y" is "Did Y when X"; empty where there is none."""
    found = _FIRST_IF.fullmatch(text) if title.kind != "prose" else None
    verb = verb_at(found["did"].split(), 0) if found else None
    if not found or not verb or verb[1] != "base":
        return ""
    condition = found["when"]
    return f"{tell(replace(title, text=found['did']), tense)} {condition[0].lower()}{condition[1:]}"


def form_of(tense: str) -> Form:
    """The form of a verb that a tense asks for."""
    return _FORM[tense]


def _reverted(text: str, tense: str) -> str:
    if named := _NAMED_REVERT.fullmatch(text):
        return f"{inflect('revert', _FORM[tense])} “{capital(named['what'])}”"
    if bare := _BARE_REVERT.fullmatch(text):
        return f"{inflect('revert', _FORM[tense])} an earlier change {bare['why']}"
    found = _REVERT.fullmatch(text)
    if not found:
        return ""
    again = found["again"].lower() != "revert"
    verb = inflect("reinstate" if again else "revert", _FORM[tense])
    what = _PREFIX.sub("", found["what"].strip(" “”"))
    return f"{verb} “{capital(what)}”"


def _negated(text: str, tense: str) -> str:
    if found := _NO_LONGER.match(text):
        known = lemma(found["verb"])
        return f"no longer {_third(known[0])}{text[found.end() :]}" if known and known[1] == "base" else text
    found = _NEGATED.match(text)
    if not found or found["verb"].lower() in {"be", "have"} or tense in {"imperative", "ongoing"}:
        return ""
    doing = f"{found['how'] or ''}{inflect(found['verb'].lower(), 'ing')}"
    rest = _joined(_ANY_MORE.sub("", text[found.end() :]))
    return f"{inflect('stop', _FORM[tense])} {doing}{rest}"


def _joined(rest: str) -> str:
    """What else was stopped, joined by "and": after "stopped" a "nor" denies nothing."""
    rest = _NOR_DOING.sub(" and ", rest)
    return _NOR.sub(lambda m: f" and {inflect(m['verb'], 'ing')}", rest)


def _wished(text: str, tense: str) -> str:
    """A user story that is done: "As a customer, I want to pay by card" is "Customers can now pay by card"."""
    found = _STORY.fullmatch(text)
    if not found or tense not in {"past", "present"}:
        return ""
    what = _MINE.sub(lambda m: _THEIRS[m[0]], found["what"])
    role = found["role"]
    return f"{role}{'' if role.endswith('s') else 's'} can now {what}"


def _wanted(text: str, tense: str) -> str:
    """What should be and is done: "X should do Y" is "X now does Y"; still to come, it is "making X do Y"."""
    found = _SHOULD.fullmatch(text)
    if not found or tense == "imperative" or any(w in lexicon.SUBORDINATORS for w in found["subject"].lower().split()):
        return ""
    return _to_come(found) if tense == "ongoing" else _held_now(found)


def _to_come(found: re.Match[str]) -> str:
    subject, verb = found["subject"], found["verb"].lower()
    if verb == "be" or found["how"] or found["able"] or not lemma(verb):
        return ""
    what = f"keeping {subject} from {inflect(verb, 'ing')}" if found["not"] else f"making {subject} {verb}"
    return what + found["rest"]


def _held_now(found: re.Match[str]) -> str:
    subject, verb, rest, how = found["subject"], found["verb"].lower(), found["rest"], found["how"] or ""
    many = be(subject) == "are"
    when = "no longer" if found["not"] else "now"
    known = lemma(verb)
    if found["able"]:
        return f"{subject} can {when} {how}{verb}{rest}"
    if known[1] != "base" if known else verb in _NO_VERB_AFTER_SHOULD or verb.endswith("ly"):
        return ""
    if verb == "be":
        return f"{subject} {'are' if many else 'is'} {when} {how}{rest.strip()}"
    return f"{subject} {when} {how}{verb if many else _third(verb)}{rest}"


def _hedged(text: str, tense: str, *, fault: bool) -> str:
    """An adverb before the verb, or "be": said of now."""
    words = text.split(" ")
    first = words[0].lower()
    if first == "be" and len(words) > 1 and tense in {"past", "present"}:
        return f"now {' '.join(words[1:])}"
    if first in {"additionally", "also", "just", "further"} and len(words) > 1 and lemma(words[1]):
        return _verbal(" ".join(words[1:]), tense, fault=fault)
    hedge = first.endswith(("ly", "always", "never", "better")) and not is_base(first)  # "apply" is a verb itself
    return _under_hedge(words, tense, fault=fault) if hedge and len(words) > 1 and tense in {"past", "present"} else ""


def _under_hedge(words: list[str], tense: str, *, fault: bool) -> str:
    """The verb behind an adverb, as it is told of now or of what was done; empty where there is none."""
    first = words[0].lower()
    verb = lemma(words[1]) if first in {"always", "never", "only"} else verb_at(words, 1, fault=fault)
    if first == "better" and verb and verb[0] in {"document", "describe", "explain"}:
        return " ".join([first, *chained(words, 1, "base", _FORM[tense])[1:]])
    if not verb or (first == "better" and verb[0] in NOUNS_TOO) or _is_qualified(verb[0], words):
        return ""
    if verb[1] == "third" and verb[0] not in NOUNS_TOO and first not in lexicon.ADVERBS:
        return " ".join([first, *chained(words, 1, "third", _FORM[tense])[1:]])
    if verb[1] != "base":
        return ""
    if first in lexicon.ADVERBS or first == "better" or verb[0] in lexicon.HABITS:
        return " ".join(["now", first, *chained(words, 1, "base", "third")[1:]])
    return " ".join([first, *chained(words, 1, "base", _FORM[tense])[1:]])


def _is_qualified(verb: str, words: list[str]) -> bool:
    """Whether the word behind the adverb is an adjective: "conditionally complete linear order"."""
    after = words[2].lower() if len(words) > _TO_VERB else ""
    return verb in ADJECTIVES - NOUNS_TOO and after not in lexicon.DETERMINERS | lexicon.PREPOSITIONS


def _verbal(text: str, tense: str, *, fault: bool) -> str:
    """A verb in front, and those that "and" joins to it, in the form that the tense asks for."""
    words = text.split(" ")
    verb = verb_at(words, 0, fault=fault)
    if not verb:
        return ""
    base, form = verb
    if form == "past" and tense in {"past", "ongoing"}:
        return text
    if base == "stop":
        words = _joined(text).split(" ")
    if base == "support" and len(words) > 1:
        return " ".join([inflect("add", _FORM[tense]), "support for", *chained(words, 0, form, _FORM[tense])[1:]])
    if base == "fix" and words[1:2] == ["for"]:
        words.pop(1)
    if base == "fix" and _says_fault(words):
        return " ".join([f"{inflect('fix', _FORM[tense])}:", *words[1:]])
    if (
        base in _UNDONE_VERBS
        and len(words) > _TO_VERB
        and "from" not in words
        and verb_at(words, 1) == (words[1], "base")
    ):
        words[1] = words[1] if words[1] in ADJECTIVES else inflect(words[1], "ing")
    if base == "allow" and words[1:2] == ["to"] and len(words) > _TO_VERB:
        words[1:3] = [inflect(words[2].lower(), "ing")]
    if tense == "past" and _is_habit(base, words):
        return " ".join(["now", *chained(words, 0, form, "third")])
    return _after_colon(" ".join(chained(words, 0, form, _FORM[tense])), tense)


def _says_fault(words: list[str]) -> bool:
    """Whether a whole clause says what was wrong: "Fix `x` suggests wrongly"."""
    subject = _CODE.match(words[1]) if len(words) > _TO_VERB + 1 else None
    known = lemma(words[2]) if subject else None
    return known is not None and known[1] == "third" and known[0] not in NOUNS_TOO


def _after_colon(text: str, tense: str) -> str:
    """What stands behind a colon in the same tense: "Update the theme: Add a highlight"."""
    head, colon, rest = text.partition(": ")
    words = rest.split(" ")
    known = verb_at(words, 0) if colon and len(words) > 1 and words[0][:1].isupper() else None
    if not known or known[1] != "base" or known[0] not in _SURE:
        return text
    return f"{head}: {' '.join(chained([words[0].lower(), *words[1:]], 0, 'base', _FORM[tense]))}"


def _is_habit(base: str, words: list[str]) -> bool:
    """Whether it tells what the program does from now on: some verbs always do, others where a condition follows."""
    if (base, *words[1:2]) in {("get", "rid"), ("follow", "up")}:
        return False
    if base == "try" and words[1:2] == ["to"] and words[2:3] and words[2] in _ATTEMPTS:
        return False
    return base in lexicon.HABITS or (base in lexicon.CONDITIONAL and not lexicon.CONDITIONS.isdisjoint(words))


def _third(word: str) -> str:
    return inflect(word, "third")
