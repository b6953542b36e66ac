"""Trade-offs → one line each: what was chosen over what, or accepted; a gain only where the text states it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.markdown import one_line
from digest.normalize.word.chain import verb_at
from digest.normalize.word.clause import is_clause, small
from digest.normalize.word.fit import within
from digest.normalize.word.lexicon import AUXILIARIES
from digest.normalize.word.nouns import NOUNS_TOO
from digest.normalize.word.prose import (
    after_this,
    line,
    named,
    read_said,
    with_subject,
    without_aside,
)
from digest.normalize.word.sentence import form_of, tell
from digest.normalize.word.titles import HELD, Title, without_marks
from digest.normalize.word.turned import decided_first
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.config import Wording
    from digest.extract import Statement

LONGEST = 140

_WE = regex(
    r"(?:i|we)(?:['’]?ve| have)?\s+(?:(?:also|just|only|therefore|finally|then|ended up|still|deliberately)\s+)*",
    re.IGNORECASE,
)
_COULD = regex(r"(?:i|we) could(?: also| have| instead)* (?P<what>[^,;]+?),? but (?P<why>.+)", re.IGNORECASE)
_DOWNSIDE = regex(
    r"(?:(?:the|one|a|another|other|its|main|only|big|biggest|small) )*"
    r"(?:down-?side|drawback|cost|price|caveat|trade-?off|disadvantage|limitation|penalty)s?"
    r"(?: (?:of|to|with|here)\b[^,;]{0,60}?)?(?: is| are|:)(?P<that> that)? "
    r"(?!favou?rable|worth|acceptable|fine\b|ok\b)(?P<what>.+)",
    re.IGNORECASE,
)
_FORCED = regex(r"(?:we|i|you) (?:now )?(?:have|need) to (?P<verb>[a-z-]+)", re.IGNORECASE)
_ALTERNATIVE = regex(
    r"(?:an?|the|one|another) (?:other )?(?:alternative|option|approach)(?: approach| solution)?"
    r"(?: we considered| here)? (?:would be|would have been|was|is|could be)(?: to)? (?P<what>.+)",
    re.IGNORECASE,
)
_GIVES = regex(
    r"^(?:(?:this|it|that|we|i)(?: (?:pr|change|patch))? )?"
    r"(?:trad(?:es?|ing)(?: off)?|accept(?:s|ing)?|giv(?:es?|ing) up|sacrific(?:es?|ing)|los(?:es?|ing)|"
    r"pays?(?: for)?) ",
    re.IGNORECASE,
)
_COMES = regex(r"(?:[^,]{0,20}, )?(?:this|that|it|which)(?: (?:pr|change|patch))? (?:comes|is|does)\b.*", re.IGNORECASE)
_TAIL = regex(r",? (?:which|but|so|and on|while|although)\b.*$|,$", re.IGNORECASE)
_AT_COST = regex(r"\bat (?:the|a) (?:cost|expense|price)\b|\bin exchange for\b|\btrad\w+", re.IGNORECASE)
_WORTHY = regex(
    r"(?P<what>(?:this|the|an?|some|these) [^,;:]{3,70}?) (?:is|are|seems?|feels?|should be) (?!not )(?:\w+ )?"
    r"(?:worth(?:y| it)?|acceptable|fine|ok(?:ay)?|tolerable|reasonable)(?: (?:to|for) (?:me|us))?"
    r"(?P<why>,? (?:to|because|since|as|for|given)\b.+)?[.]?",
    re.IGNORECASE,
)
# An opinion of the whole gives nothing up.
_JUDGED = regex(
    r"(?:is|are|isn['’]t|aren['’]t|was|seems?|feels?|looks?)(?: (?:not|just|also|probably|still|actually))*"
    r" (?:acceptable|reasonable|fine|ok(?:ay)?|good enough|worth it|not? an? (?:issue|problem|big deal)|"
    r"an? (?:\w+ )?(?:trade-?off|compromise|alternative|issue|problem|hack|great)\b)",
    re.IGNORECASE,
)
_ASIDES = regex(
    r"(?:mitigations?|benefits?|pros?|upsides?):|(?:i|we) (?:think|feel|guess|hope|wonder)\b", re.IGNORECASE
)
_REPEATED = regex(r",? but (?:i|we) (?:decided|chose) (?:not to|against)\b.*", re.IGNORECASE)
_LABELLED = regex(r"(?P<label>[A-Z][\w -]{2,30}): (?P<what>\S.*)")
_POINTS = regex(r"(?:this|that|a|it|these|those)\b(?: (?:is|approach|solution|way|pr|change))?$", re.IGNORECASE)
_CHOSEN = regex(r"\s*\(chosen\b[^)]*\)")
# A cost that is no thing: "a bit more verbose" is said of something, "with small files, …" opens a clause.
_QUALITY = regex(
    r"(?:(?:an?|slightly|somewhat|a (?:little|tiny|bit)) ?)*(?:bit |little )?"
    r"(?:more|less) \w+(?: and (?:more|less) \w+)?$",
    re.IGNORECASE,
)
_CLAUSAL = regex(r"(?:i|we|you|it|they|this|that|there|if|when|with|for|in|on)\b", re.IGNORECASE)
_WHY = regex(r"(?:to|since|because|so|for|as)\b", re.IGNORECASE)
LABEL = 4
NOTHING = "."
"""Read, and not to be told."""
_VERSUS = regex(r",? (?:vs\.?|versus) ")
_PERSON = regex(r"(?:we|i|you)\b", re.IGNORECASE)
_THIS = regex(r"^this ", re.IGNORECASE)


def tradeoff(statement: Statement, subject: str, wording: Wording) -> str:
    """What was chosen over what, or accepted; never a gain that the text does not state.

    Args:
        statement: the trade-off that was found.
        subject: what "this" stands for in it: the title of the change.
        wording: tense and glossary.
    """
    whole = read_said(statement.text)
    text = decided_first(without_aside(whole.text))
    if _ASIDES.match(text):
        return ""
    told = (
        _pair(statement, whole, wording.tense)
        or _versus(text, wording.tense)
        or _declined(text, named(subject), wording.tense)
        or _placed(text, statement.place, named(subject), wording.tense)
        or _weighed(text, named(subject), wording.tense)
    )
    return line(within(told, LONGEST), whole, wording) if told != NOTHING else ""


def _verb(base: str, tense: str) -> str:
    return inflect(base, form_of(tense))


def _pair(statement: Statement, whole: Title, tense: str) -> str:
    """Chose this over that, where both sides are named; accepted that, where only the cost is."""
    gained, cost, because = (_side(s, whole) for s in (statement.gained, statement.given_up, statement.because))
    if not cost or _is_sentence(cost) or (gained and _is_sentence(gained)):
        return ""
    why = f" {because}" if _WHY.match(because) else ""
    if not gained:
        return "" if _QUALITY.match(cost) else f"{_verb('accept', tense)} {cost}{why}"
    joint = "at the cost of" if _AT_COST.search(whole.text) else "over"
    return f"{_verb('choose', tense)} {gained} {joint} {cost}{why}"


def _side(text: str, whole: Title) -> str:
    """One side as a phrase: without "we accept" before it and asides behind it, the code put away as in the whole."""
    for mark, span in zip(HELD, whole.code, strict=False):
        text = text.replace(f"`{span}`", mark)
    side = without_aside(without_marks(one_line(text), (), {}))
    plain = _GIVES.sub("", "" if _COMES.fullmatch(side) else side, count=1)
    return small(_TAIL.sub("", plain).strip(" .,;"))


def _is_sentence(text: str) -> bool:
    """Whether a side of a trade-off is more than a noun phrase."""
    first, *rest = text.split()[:5]
    opens = lemma(first)
    verb = opens is not None and opens[1] in {"base", "third"} and opens[0] not in NOUNS_TOO
    known = [lemma(word) for word in rest]
    third = any(k is not None and k[1] == "third" and k[0] not in NOUNS_TOO for k in known)
    return verb or bool(_CLAUSAL.match(text)) or is_clause(text) or third


def _versus(text: str, tense: str) -> str:
    """`Label: this (chosen) vs that`, as decision records put it."""
    label, _, options = text.rpartition(": ") if ": " in text.split("(chosen", maxsplit=1)[0] else ("", "", text)
    sides = _VERSUS.split(options)
    chosen = [side for side in sides if _CHOSEN.search(side)]
    others = [_option(side) for side in sides if side not in chosen]
    if len(chosen) != 1 or not others:
        return ""
    about = f" ({label[0].lower() if label[1:2].islower() else label[0]}{label[1:]})" if label else ""
    return f"{_verb('choose', tense)} {_option(_CHOSEN.sub('', chosen[0]))} over {' and '.join(others)}{about}"


def _option(text: str) -> str:
    """One of several ways as the object of "chose": a plain verb in front becomes "keeping"."""
    told = tell(Title(text=text.strip(" ."), kind="prose"), "ongoing")
    return told[:1].lower() + told[1:] if text.strip()[:1].islower() else small(told)


def _declined(text: str, subject: str, tense: str) -> str:
    """What was not done, or what it cost."""
    if found := _COULD.fullmatch(text):
        return f"{_verb('choose', tense)} not to {found['what']}: {with_subject(found['why'], subject)}"
    if found := _ALTERNATIVE.fullmatch(text):
        what = _REPEATED.sub("", found["what"])
        return f"{_verb('decide', tense)} against {_option(what)}"
    if not (found := _DOWNSIDE.fullmatch(text)):
        return ""
    what = with_subject(found["what"], subject)
    if forced := _FORCED.match(what):
        return f"{_verb('accept', tense)} having to {forced['verb']}{what[forced.end() :]}"
    is_claim = found["that"] or is_clause(what) or _PERSON.match(what)
    return f"{_verb('accept', tense)} {'that ' if is_claim else ''}{small(what)}"


def _placed(text: str, place: str, subject: str, tense: str) -> str:
    """What only its place shows to be a cost, or an alternative: it is told as such, never as what was done."""
    if not place or _WE.match(text) or after_this(text):
        return ""
    verb = verb_at(text.split(), 0)
    form = verb[1] if verb else ""
    if place == "alternatives":
        return f"{_verb('consider', tense)} {_option(text)}" if form == "base" else NOTHING
    if found := _LABELLED.fullmatch(text):
        return f"{_verb('accept', tense)} {small(found['label'])}: {small(found['what'])}"
    if form == "third" or text.split(" ", 1)[0].lower() in AUXILIARIES:
        return f"{_verb('accept', tense)} that {subject} {small(text)}"
    claim = "that " if _is_sentence(text) else ""
    return NOTHING if form == "base" else f"{_verb('accept', tense)} {claim}{small(text)}"


def _weighed(text: str, subject: str, tense: str) -> str:
    """The author's own words, as a decision where they are one; empty where they only judge."""
    if found := _WORTHY.fullmatch(text):
        what, why = _THIS.sub("a ", found["what"]), found["why"] or ""
        return "" if _POINTS.match(what) else f"{_verb('accept', tense)} {small(what)}{why}"
    if found := _WE.match(text):
        verb, _, rest = text[found.end() :].partition(" ")
        known = lemma(verb)
        if known is None or known[1] == "third":
            return text
        return f"{verb if known[1] == 'past' and tense == 'past' else _verb(known[0], tense)} {rest}"
    rest = after_this(text)
    if _JUDGED.match(rest.strip()):
        return ""
    if rest and lemma(rest.split()[0]) in {None, ("be", "third"), ("have", "third")}:
        return f"{_verb('accept', tense)} that {subject}{rest}"
    labelled = ":" in " ".join(text.split()[:LABEL])
    return text if labelled else tell(Title(text=text, kind="prose"), tense)
