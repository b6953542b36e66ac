"""Headings, labels and bots: what the place of a sentence says before its words are read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from digest.extract.units import Unit

Section = Literal["tradeoff", "alternatives", "next", "checks", "other", ""]

_HEADINGS: tuple[tuple[Section, str], ...] = (
    (
        "checks",
        r"(?:user.facing|tests?|testing|test plan|checklist|check ?list|acceptance criteria|after submitting|pr checklist|submitter)\b.{0,40}",
    ),
    (
        "tradeoff",
        r"(?:negative|bad)(?: consequences?| outcomes?| impacts?)?|cons|trade-?offs?(?: (?:and|&) \w+)?|drawbacks?|downsides?|risks?(?: (?:and|&) \w+)?|caveats?(?: (?:with|of) .{1,30})?|(?:known )?limitations?|disadvantages?|known issues",
    ),
    (
        "alternatives",
        r"(?:\w+ )?alternatives?(?: (?:considered|implementations?|approaches))?|(?:considered|rejected) (?:options|alternatives|approaches)|options considered|other (?:approaches|options|alternatives)(?: considered)?|rationale and alternatives|rejected(?: ideas)?|alternative considered",
    ),
    (
        "next",
        r"next(?: steps?)?|future(?: work| steps| improvements?| plans?)?|follow-?\s?ups?(?: (?:work|items|tasks|issues|prs?))?|to-?dos?|remaining(?: (?:work|steps|manual steps|tasks))?|what.s next|what.s (?:left|needed .{1,30})|action items|still to ?do|later|out of scope.{0,20}|tasks? after merging|left for later",
    ),
)
HEADINGS = tuple(
    (section, re.compile(rf"[\W\d]*(?:{shape})(?:\s?[(:].*)?[\W]*", re.IGNORECASE)) for section, shape in _HEADINGS
)

NEXT_LEAD = re.compile(
    r"\b(?:we will do|separate (?:pull requests?|prs?)|follow-?\s?ups?|next steps?|todo|remaining|still (?:to do|needs?)|in the future"
    r"|future work|after merging|later)\b[^.]*:$",
    re.IGNORECASE,
)
TRADEOFF_LEAD = re.compile(
    r"\b(?:caveats?|downsides?|drawbacks?|trade-?offs?|cons|limitations?|risks?)\b[^.]{0,60}:$", re.IGNORECASE
)
ALTERNATIVES_LEAD = re.compile(
    r"\b(?:alternatives?|(?:other|different) (?:approaches|options|ways|solutions)|options|considered|rejected because)\b[^.]{0,60}:$",
    re.IGNORECASE,
)

BOT = re.compile(
    r"^Bumps? \[?[@\w./-]+\]? |dependabot|renovate ?bot|renovate\[bot\]|\bThis PR contains the following updates|mend\.io"
    r"|^\W{0,6}(?:current )?coverage (?:is |report|δ|Δ)|codecov\.io|coveralls|snyk-bot|pre-commit\.ci",
    re.IGNORECASE | re.MULTILINE,
)
BUMP = re.compile(
    r"^[\w() :/!-]{0,40}\b(?:bumps?|update|upgrade)s? (?:dependency )?[@\w./\[\]-]+ (?:requirement )?(?:from \S+ )?to v?\d",
    re.IGNORECASE,
)


def section_of(unit: Unit) -> Section:
    """What the innermost heading or lead that has a say makes of a unit."""
    if unit.lead:
        if NEXT_LEAD.search(unit.lead):
            return "next"
        if TRADEOFF_LEAD.search(unit.lead):
            return "tradeoff"
        if unit.listed and ALTERNATIVES_LEAD.search(unit.lead):
            return "alternatives"
    for heading in reversed(unit.headings):
        for section, shape in HEADINGS:
            if shape.fullmatch(heading):
                return section
        if POSITIVE.fullmatch(heading):
            return "other"
    return ""


POSITIVE = re.compile(
    r"[\W\d]*(?:positive|good|pros|benefits?|advantages?|neutral)(?: consequences?)?\W*", re.IGNORECASE
)


def written_by_a_bot(text: str) -> bool:
    """Whether a text is a bot's: a version bump with foreign release notes, or a coverage report."""
    return BUMP.match(text) is not None or BOT.search(text[:1500]) is not None
