"""Trade-offs → one line each: what was chosen over what, or accepted; a gain only where the text states it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.markdown import one_line
from digest.normalize.word.fit import within
from digest.normalize.word.nouns import NOUNS_TOO
from digest.normalize.word.prose import (
    after_this,
    line,
    named,
    read_said,
    starts_with_verb,
    with_subject,
    without_aside,
)
from digest.normalize.word.sentence import form_of, is_clause, small, tell
from digest.normalize.word.titles import HELD, Title, without_marks
from digest.normalize.word.verbs import inflect, lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.config import Wording
    from digest.extract import Statement

LONGEST = 140

_WE = regex(
    r"(?:i|we)(?:['’]ve| have)?\s+(?:(?:also|just|only|therefore|finally|then|ended up|still|deliberately)\s+)*",
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
    r"(?:trad(?:es?|ing)(?: off)?|accept(?:s|ing)?|giv(?:es?|ing) up|sacrific(?:es?|ing)|los(?:es?|ing)|pays?) ",
    re.IGNORECASE,
)
_COMES = regex(r"(?:[^,]{0,20}, )?(?:this|that|it|which)(?: (?:pr|change|patch))? (?:comes|is|does)\b.*", re.IGNORECASE)
_TAIL = regex(r",? (?:which|but|so|and on|while|although)\b.*$|,$", re.IGNORECASE)
_AT_COST = regex(r"\bat (?:the|a) (?:cost|expense|price)\b|\bin exchange for\b|\btrad\w+", re.IGNORECASE)
_CHOSEN = regex(r"\s*\(chosen\b[^)]*\)")
_WHY = regex(r"(?:to|since|because|so|for|as)\b", re.IGNORECASE)
LABEL = 4


def tradeoff(statement: Statement, subject: str, wording: Wording) -> str:
    """What was chosen over what, or accepted; never a gain that the text does not state.

    Args:
        statement: the trade-off that was found.
        subject: what "this" stands for in it: the title of the change.
        wording: tense and glossary.
    """
    whole = read_said(statement.text)
    text = without_aside(whole.text)
    told = (
        _pair(statement, whole, wording.tense)
        or _versus(text, wording.tense)
        or _declined(text, named(subject), wording.tense)
        or _weighed(text, named(subject), wording.tense)
    )
    return line(within(told, LONGEST), whole, wording)


def _verb(base: str, tense: str) -> str:
    return inflect(base, form_of(tense))


def _pair(statement: Statement, whole: Title, tense: str) -> str:
    """Chose this over that, where both sides are named; accepted that, where only the cost is."""
    gained, cost, because = (_side(s, whole) for s in (statement.gained, statement.given_up, statement.because))
    if not cost or _is_sentence(cost) or (gained and _is_sentence(gained)):
        return ""
    why = f" {because}" if _WHY.match(because) else ""
    if not gained:
        return f"{_verb('accept', tense)} {cost}{why}"
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
    known = [lemma(word) for word in text.split()[1:5]]
    third = any(k is not None and k[1] == "third" and k[0] not in NOUNS_TOO for k in known)
    return starts_with_verb(text) or is_clause(text) or third


def _versus(text: str, tense: str) -> str:
    """`Label: this (chosen) vs that`, as decision records put it."""
    label, _, options = text.rpartition(": ") if ": " in text.split("(chosen", maxsplit=1)[0] else ("", "", text)
    sides = re.split(r",? (?:vs\.?|versus) ", options)
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
        return f"{_verb('decide', tense)} against {_option(found['what'])}"
    if not (found := _DOWNSIDE.fullmatch(text)):
        return ""
    what = with_subject(found["what"], subject)
    if forced := _FORCED.match(what):
        return f"{_verb('accept', tense)} having to {forced['verb']}{what[forced.end() :]}"
    is_claim = found["that"] or is_clause(what) or re.match(r"(?:we|i|you)\b", what, re.IGNORECASE)
    return f"{_verb('accept', tense)} {'that ' if is_claim else ''}{small(what)}"


def _weighed(text: str, subject: str, tense: str) -> str:
    """The author's own words, as a decision where they are one."""
    if found := _WE.match(text):
        verb, _, rest = text[found.end() :].partition(" ")
        known = lemma(verb)
        if known is None or known[1] not in {"past", "base"}:
            return text
        return f"{verb if known[1] == 'past' and tense == 'past' else _verb(known[0], tense)} {rest}"
    rest = after_this(text)
    if rest and lemma(rest.split()[0]) in {None, ("be", "third"), ("have", "third")}:
        return f"{_verb('accept', tense)} that {subject}{rest}"
    labelled = ":" in " ".join(text.split()[:LABEL])
    return text if labelled else tell(Title(text=text, kind="prose"), tense)
