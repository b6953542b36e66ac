"""A title's words → a clause in one tense: what was done, or what holds from now on."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from digest.normalize.word import lexicon
from digest.normalize.word.chain import chained, verb_at
from digest.normalize.word.nouns import NOUNS_TOO
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
_THEIRS = {"my": "their", "me": "them", "I": "they", "myself": "themselves"}
_STORY = regex(
    r"as an? (?P<role>[\w -]{2,30}?),? i (?:want|would like|need|wish)(?: to)?(?: be able to)? (?P<what>.+)",
    re.IGNORECASE,
)
RELEASED = regex(r"(?:release[-/ ])?(?P<what>v\d+(?:\.\d+)+\S*|\d+\.\d+\.\d+\S*|\d{4}-\d\d-\d\d)")
# Said of what was merged, these can only be what is mended.
_FAULT = regex(
    r"\b(?:(?:is|are) (?:missing|broken|wrong|not)|was|were|doesn['’]t|does not|don['’]t|do not|fails?|"
    r"crash(?:es)?|hangs?|leaks?|overflows?|cannot|can['’]t|misses|sometimes|wrong(?:ly)?|incorrect(?:ly)?|breaks?|panics?|loses?|corrupts?|"
    r"throws? (?:an? )?(?:NPE|\w*(?:Pointer|Arithmetic|Cast|Bounds|Overflow)\w*(?:Exception|Error)))\b",
    re.IGNORECASE,
)
_TO_VERB = 2
_SUPPORT = regex(
    r"(?:(?:initial|basic|experimental|partial|preliminary|full|native) )?support (?:for|of)\b", re.IGNORECASE
)


def tell(title: Title, tense: str, *, adds: bool = False) -> str:
    """The title as a clause without a full stop, its first letter as the sentence wants it.

    Args:
        title: what was read from the raw title; its kind tells what to say of a mere noun phrase.
        tense: past, present, imperative, or ongoing ("adding") for what is still to come.
        adds: another text of the same story says that something was added.
    """
    text, _, more = title.text.partition("; ")
    if more and title.kind != "prose":
        return f"{tell(replace(title, text=text), tense, adds=adds)}; {small(tell(replace(title, text=more), tense))}"
    text = title.text
    if title.kind == "revert":
        return capital(f"{inflect('revert', _FORM[tense])} “{capital(text)}”")
    if released := RELEASED.fullmatch(text):
        return capital(f"{inflect('release', _FORM[tense])} {released['what']}")
    text = _without_subject(text)
    fault = title.kind == "fix"
    return capital(
        _reverted(text, tense)
        or _negated(text, tense)
        or _wished(text, tense)
        or ("" if title.kind == "prose" and tense != "ongoing" else _wanted(text, tense))
        or _hedged(text, tense, fault=fault)
        or _verbal(text, tense, fault=fault)
        or _nominal(text, tense, kind=title.kind, adds=adds)
    )


def _without_subject(text: str) -> str:
    """Without "this change" or "we" before the verb; in front of anything else they stay."""
    found = _SUBJECT.match(text)
    rest = text[found.end() :] if found else text
    first = rest.split(" ", 1)[0].lower().rstrip(",")
    known = lemma(first)
    is_done = known is not None and known[0] not in {"be", "have"}
    return rest if is_done or first.endswith("ly") or _NEGATED.match(rest) else text


def form_of(tense: str) -> Form:
    """The form of a verb that a tense asks for."""
    return _FORM[tense]


def capital(text: str) -> str:
    """With a capital first letter, unless the first word is a name that is spelled small or code."""
    first = text.split(" ", 1)[0].rstrip(",:;")
    return text[:1].upper() + text[1:] if re.fullmatch(r"[a-z]+(?:[-'’/][a-z'’]+)*", first) else text


def small(text: str) -> str:
    """With a small first letter where the word is capital only because it opens a title."""
    first = re.match(r"(?:A|[A-Z][a-z]+(?:-[a-z]+)*)(?=[\s,:]|$)", text)
    if not first:
        return text
    word = first[0].lower()
    ordinary = (
        word in lexicon.OPENERS
        or word in lexicon.PRAISES
        or word in lexicon.PREPOSITIONS
        or word in lexicon.SUBORDINATORS
        or lemma(word)
        or "-" in word
        or re.search(r"(?:ing|tion|sion|ment|ness|ity|able|ible|ive|ous|ect|ent|ar|al|ic|ated|ized)s?$", word)
    )
    return word + text[first.end() :] if ordinary else text


def _reverted(text: str, tense: str) -> str:
    found = _REVERT.fullmatch(text)
    if not found:
        return ""
    again = found["again"].lower() != "revert"
    verb = inflect("reinstate" if again else "revert", _FORM[tense])
    what = re.sub(r"^[\w/*.-]+(?:\([^)]*\))?!?: (?=\S)", "", found["what"].strip(" “”"))
    return f"{verb} “{capital(what)}”"


def _negated(text: str, tense: str) -> str:
    if found := re.match(r"no longer (?P<verb>[a-z-]+)\b", text, re.IGNORECASE):
        known = lemma(found["verb"])
        return f"no longer {_third(known[0])}{text[found.end() :]}" if known and known[1] == "base" else text
    found = _NEGATED.match(text)
    if not found or found["verb"].lower() in {"be", "have"} or tense in {"imperative", "ongoing"}:
        return ""
    doing = f"{found['how'] or ''}{inflect(found['verb'].lower(), 'ing')}"
    rest = _joined(re.sub(r" any ?more$", "", text[found.end() :]))
    return f"{inflect('stop', _FORM[tense])} {doing}{rest}"


def _joined(rest: str) -> str:
    """What else was stopped, joined by "and": after "stopped" a "nor" denies nothing."""
    rest = re.sub(r",? nor (?=\w+ing\b)", " and ", rest)
    return re.sub(r",? nor (?P<verb>[a-z-]+)\b", lambda m: f" and {inflect(m['verb'], 'ing')}", rest)


def _wished(text: str, tense: str) -> str:
    """A user story that is done: "As a customer, I want to pay by card" is "Customers can now pay by card"."""
    found = _STORY.fullmatch(text)
    if not found or tense not in {"past", "present"}:
        return ""
    what = re.sub(r"\b(my|me|I|myself)\b", lambda m: _THEIRS[m[0]], found["what"])
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
    many = bool(re.search(r"(?<![s`'])s$", subject.split()[-1])) or " and " in subject
    when = "no longer" if found["not"] else "now"
    known = lemma(verb)
    if found["able"]:
        return f"{subject} can {when} {how}{verb}{rest}"
    if known is None or known[1] != "base":
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
    if not verb or (first == "better" and verb[0] in NOUNS_TOO):
        return ""
    if verb[1] == "third" and verb[0] not in NOUNS_TOO and first not in lexicon.ADVERBS:
        return " ".join([first, *chained(words, 1, "third", _FORM[tense])[1:]])
    if verb[1] != "base":
        return ""
    if first in lexicon.ADVERBS or first == "better" or verb[0] in lexicon.HABITS:
        return " ".join(["now", first, *chained(words, 1, "base", "third")[1:]])
    return " ".join([first, *chained(words, 1, "base", _FORM[tense])[1:]])


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
    if base == "allow" and words[1:2] == ["to"] and len(words) > _TO_VERB:
        words[1:3] = [inflect(words[2].lower(), "ing")]
    if tense == "past" and _is_habit(base, words):
        return " ".join(["now", *chained(words, 0, form, "third")])
    return " ".join(chained(words, 0, form, _FORM[tense]))


def _is_habit(base: str, words: list[str]) -> bool:
    """Whether it tells what the program does from now on: some verbs always do, others where a condition follows."""
    if base == "get" and words[1:2] == ["rid"]:
        return False
    return base in lexicon.HABITS or (base in lexicon.CONDITIONAL and not lexicon.CONDITIONS.isdisjoint(words))


def _nominal(text: str, tense: str, *, kind: str, adds: bool) -> str:
    """A noun phrase or clause: as it is, or behind the verb that its prefix or its text stands for."""
    first = text.split(" ", 1)[0].lower()
    if _SUPPORT.match(text):
        return f"{inflect('add', _FORM[tense])} {small(text)}" if adds or kind == "feat" else text
    second = text.split(" ")[1:2]
    if (
        second
        and second[0] in {"a", "an", "the", "to", "all", "that"}
        and first.isalpha()
        and not first.endswith("ing")
    ):
        return text
    foreign = not re.search(r"[A-Za-z\ue000-\uf8ff]", text[:3])  # no English verb belongs in front of that
    if foreign or first in lexicon.PRAISES or re.search(r"\b(?:no longer|now)\b|^ability\b", text, re.IGNORECASE):
        return text
    if kind == "fix" or (not kind and _FAULT.search(text) and is_clause(text)):
        return f"{inflect('fix', _FORM[tense])}{':' if is_clause(text) else ''} {small(text)}"
    if kind == "feat" and not is_clause(text):
        return f"{inflect('add', _FORM[tense])} {small(text)}"
    return text


def is_clause(text: str) -> bool:
    """Whether a finite verb stands in it outside of a subordinate clause."""
    if text.split(" ", 1)[0].lower() in lexicon.SUBORDINATORS:
        return True
    for word in text.split(" ")[1:]:
        plain = word.lower().strip(".,:;")
        if plain in lexicon.SUBORDINATORS or plain in {"after", "before", "on"}:
            return False
        if plain in lexicon.AUXILIARIES or plain in lexicon.FINITE:
            return True
    return bool(re.match(r"(?:cannot|can't|unable|not able|doesn't|does not)\b", text, re.IGNORECASE))


def _third(word: str) -> str:
    return inflect(word, "third")
