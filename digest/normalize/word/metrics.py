"""Metric claims → one line each, with the author's figures, units and conditions; nothing is computed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.normalize.word.clause import capital, is_clause, small
from digest.normalize.word.fit import shortened
from digest.normalize.word.lexicon import words
from digest.normalize.word.prose import GENERIC, after_this, line, named, read_said, with_subject, without_aside
from digest.normalize.word.sentence import tell
from digest.normalize.word.titles import HELD, read
from digest.normalize.word.turned import measured_first
from digest.normalize.word.verbs import lemma
from digest.regex import regex

if TYPE_CHECKING:
    from digest.config import Wording
    from digest.extract import Measure, Statement
    from digest.normalize.word.titles import Title

_EVIDENCE = {"ab_test": "A/B test", "production": "production", "benchmark": "benchmark", "estimate": "estimate"}
_MOVED = {
    ("up", "past"): "rose",
    ("down", "past"): "fell",
    ("none", "past"): "stayed",
    ("", "past"): "went",
    ("up", "present"): "rises",
    ("down", "present"): "falls",
    ("none", "present"): "stays",
    ("", "present"): "goes",
}
_ABOUT = (
    r"(?:(?P<about>(?:up to|as much as|at least|at most|more than|less than|about|around|approximately|approx\.?|"
    r"roughly|nearly|almost|over|under|some|~|≈|(?<![-=])>|<|≥|≤)\s*)+)?"
)
_UNSURE = regex(
    r"\b(?:not (?:statistically )?significant|inconclusive|within (?:the )?noise|no significant)\b", re.IGNORECASE
)
_TABLE = regex(r"\|.*\||-{4,}|={4,}|\t")
_COMPARED = regex(
    r"\b(?:faster|slower|smaller|larger|less|fewer|more|reduction|increase|improvement|regression|speed-?up)\b",
    re.IGNORECASE,
)
_NAMED = regex(
    r"\b(?!(?:from|than|down|with|over|about|only|just|took|takes|went|goes|secs?|mins?|the|and|was|now|for|per|its)\b)"
    r"[^\W\d_]{3,}",
    re.IGNORECASE,
)
"""A word that names what was measured, once the comparing words are out."""

_MIDWAY = regex(r"^.{3,60}, (?:this|that|it)\b", re.IGNORECASE)
_BRACKET = regex(r"\s\([^()]*[^()\s]\)$")
_ARROW = regex(r"(?<=[\w%)])\s?(?:->|-->|=>)\s?(?=[~≈]?\d)")
_JOINTS = words("to and on in for with per from instead of")
LONGEST = 28
LONGEST_READ = 40
LONGEST_NAME = 8
MOST = 2
_RESULTED = regex(r"^Result(?:ed|s)? in (?:an? )?")
_MEAN = regex(r"geo-?mean|total|overall", re.IGNORECASE)
_COMPARES = regex(r"%\s(?:faster|slower|smaller|larger|better|worse)")
_AN = regex(r"8|11(?!\d)|18(?!\d)")
_EXACT = regex(r"[\d.]+\s?%$")
_ARTICLE = regex(r"^(?:the|our|its|a|an)\s+", re.IGNORECASE)
_NO_NAME = regex(r"\b(?:this|that|we|i|it|is|was|are|to|compared|which|down|up)\b|[()\[\]|]", re.IGNORECASE)
_NO_UNIT = regex(r"to|and|on|in|for|with|per|from|instead|of", re.IGNORECASE)
_NEARLY = regex(r"[~≈]\s*")


def metric(statement: Statement, subject: str, wording: Wording) -> str:
    """What a figure did, with what it rests on; empty where there is neither a sentence nor a named figure.

    Args:
        statement: the claim that was found.
        subject: what "this" stands for in it: the title of the change.
        wording: tense and glossary.
    """
    own = " ".join(subject.split()) == " ".join(statement.text.split())
    whole = read(subject) if own else read_said(statement.text)
    figured = claim(statement, wording.tense, whole.text)
    if figured and subject and _TABLE.search(whole.text or "|--|"):
        return line(f"{_change(subject, wording.tense)}: {small(figured)}", whole, wording)
    if figured or not reads(whole.text):
        return line(figured, whole, wording)
    told = tell(whole, wording.tense) if own else _attributed(whole, subject, wording.tense)
    if statement.evidence != "ab_test":
        told = _RESULTED.sub("", told)
    told = _ARROW.sub(" → ", shortened(told, LONGEST))
    return line(_rested(told, statement), whole, wording)


def _attributed(whole: Title, subject: str, tense: str) -> str:
    """The author's sentence, with what it is about where it does not say so itself."""
    text = measured_first(without_aside(whole.text))
    if subject and not _NAMED.search(_COMPARED.sub("", text)):
        return f"{_change(subject, tense)}: {text}"
    name, rest = named(subject), after_this(text).strip()
    if name == GENERIC and rest:
        first, _, more = rest.partition(" ")
        if first in {"is", "are", "was", "were"}:
            return f"{_change(subject, tense)}: {more}"
        return tell(replace(whole, text=rest), tense)
    return with_subject(tell(replace(whole, text=text), tense), name)


def _change(subject: str, tense: str) -> str:
    """What was done, as it would stand in a progress line; its code as words."""
    title = read(subject)
    told = tell(title, tense)
    for mark, span in zip(HELD, title.code, strict=False):
        told = told.replace(mark, span)
    return told


def claim(statement: Statement, tense: str, text: str) -> str:
    """The sentence of the claim's named figures; empty where the author's own sentence says it better.

    It does so wherever it is a sentence: it holds the conditions that a figure alone leaves out.
    """
    tense = "present" if tense == "present" else "past"
    tested = statement.evidence == "ab_test" and len(statement.measures) == 1 and not _UNSURE.search(text)
    if reads(text) and not tested and not _MIDWAY.match(measured_first(without_aside(text))):
        return ""
    measures = statement.measures if not _TABLE.search(text) and text else _headlines(statement.measures)
    told = [_moved(m, statement, tense) for m in measures[:MOST] if not m.qualitative]
    if not told or not all(told):
        return ""
    return _rested(capital("; ".join(told)), statement)


def reads(text: str) -> bool:
    """Whether the author's words are a sentence that can stand alone."""
    told = text.split()
    if not told or len(told) > LONGEST_READ or _TABLE.search(text):
        return False
    return (
        any(known and known[1] != "ing" for known in map(lemma, told))
        or is_clause(text)
        or _COMPARED.search(text) is not None
    )


def _rested(told: str, statement: Statement) -> str:
    """With what the figures rest on in brackets, as far as the text says and the line does not."""
    kind = _EVIDENCE.get(statement.evidence, "")
    if not kind or kind.lower() in told.lower():
        return told
    return f"{told[:-1]}; {kind})" if _BRACKET.search(told) else f"{told} ({kind})"


def _headlines(measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
    """Of a table: its mean where it has one; else what got better and what got worse, the first row of each."""
    mean = [m for m in measures if _MEAN.search(m.metric)]
    named = mean[:1] or [m for m in measures if m.metric and m.baseline and m.new]
    named = [m for m in named if m.baseline != m.new] or named
    worse = [m for m in named if m.polarity == "worse"][:1]
    better = [m for m in named if m.polarity != "worse"][:1]
    return tuple(better + worse)


def _moved(measure: Measure, statement: Statement, tense: str) -> str:
    """One measure as a clause; empty where its name or its figures cannot be told for sure."""
    name = _name(measure.metric)
    if not name:
        return ""
    if measure.baseline and measure.new:
        return _gone(name, measure, statement, tense)
    if measure.value and measure.unit == "%" and measure.direction in {"up", "down"}:
        if _COMPARES.search(statement.text):
            return ""
        share = _written(measure.value, "%", statement.text)
        if statement.evidence == "ab_test" and share:
            return _resulted(name, share, measure, tense)
        return f"{name} {_MOVED[(measure.direction, tense)]} by {share}" if share else ""
    return ""


def _gone(name: str, measure: Measure, statement: Statement, tense: str) -> str:
    """A pair: from where to where it went, or where it stayed."""
    old, new = (_written(n or "", measure.unit, statement.text) for n in (measure.baseline, measure.new))
    if not old or not new:
        return ""
    if measure.baseline == measure.new:
        return f"{name} {_MOVED['none', tense]} at {new}"
    return f"{name} {_MOVED[(measure.direction, tense)]} from {old} to {new}"


def _resulted(name: str, share: str, measure: Measure, tense: str) -> str:
    """Only an A/B test shows what a change resulted in."""
    noun = "reduction" if measure.direction == "down" else "increase"
    verb = "results" if tense == "present" else "resulted"
    article = "an" if _AN.match(share) else "a"
    exact = _EXACT.match(share)
    return f"{verb} in {f'{article} {share} {noun}' if exact else f'a {noun} of {share}'} in {name}"


def _name(metric: str) -> str:
    """The name of a quantity where it reads as one."""
    name = _ARTICLE.sub("", metric.strip(" .,:;`"))
    said = name.split()
    known = lemma(said[0]) if said else None
    odd = _NO_NAME.search(name)
    if not said or len(said) > LONGEST_NAME or odd or (known and known[1] in {"third", "ing", "past"}):
        return ""
    return small(name)


def _written(number: str, unit: str, text: str) -> str:
    """A number with its unit and its hedge as the author wrote them; empty where the text has it otherwise."""
    if not text:
        return f"{number} {unit}".strip() if unit != "%" else f"{number}%"
    digits = re.escape(number).replace(r"\-", "[-–]")
    grouped = r",?".join(map(re.escape, number)) if number.isdigit() else digits
    found = re.search(
        rf"{_ABOUT}(?<![\d.,]){grouped}(?![\d]|[.,]\d)(?P<unit>\s?[%×x]|\s?[A-Za-zµμ]+(?:/\w+)?)?", text, re.IGNORECASE
    )
    if not found:
        return ""
    said = (found["unit"] or "").strip()
    if unit and said and said.lower() != unit.lower() and not _NO_UNIT.fullmatch(said):
        return ""
    about = _NEARLY.sub("~", " ".join((found["about"] or "").split()))
    figure = found[0][len(found["about"] or "") :].removesuffix(found["unit"] or "").strip()
    joint = "" if unit in {"%", "x", "×", "X"} or not unit else " "
    return f"{about}{' ' if about and about != '~' else ''}{figure}{joint}{unit}"
