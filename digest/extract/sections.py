"""Headings, leads and bots: what the place of a sentence says before its words are read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from digest.regex import regex

if TYPE_CHECKING:
    from digest.extract.units import Unit

Section = Literal["tradeoff", "alternatives", "next", "checks", "consequences", "other", ""]

_TABLE: tuple[tuple[Section, str], ...] = (
    (
        "checks",
        (
            r"user-facing changes.*|tests?|testing.*|tests? (?:plan|and|\+).*|how (?:has|was|did|to test).*|pr ?checklist|check-?\s?list|acceptance criteria"
            r"|(?:after|before) submitting|submitter.*|breaking changes?|migration guide"
        ),
    ),
    (
        "tradeoff",
        (
            r"(?:negative|bad)(?: (?:consequences?|outcomes?|impacts?))?|cons|trade-?\s?offs?(?: made)?|draw-?backs?|down-?sides?"
            r"|risks?(?: (?:and|&) \w+)?|caveats?(?: (?:with|of) .{1,30})?|(?:known )?limitations?|disadvantages?"
        ),
    ),
    (
        "alternatives",
        (
            r"(?:\w+ )?alternatives?(?: (?:considered|implementations?|approaches|solutions))?|(?:considered|rejected) (?:options|alternatives|approaches)"
            r"|options considered|other (?:approaches|options|alternatives)(?: considered)?|rationale and alternatives|rejected(?: ideas)?"
        ),
    ),
    (
        "next",
        (
            r"next(?: steps?)?|future(?: (?:work|steps|improvements?|plans?))?|follow-?\s?ups?(?: (?:work|items|tasks|issues|prs?))?|to-?\s?dos?"
            r"|remaining(?: (?:work|steps|manual steps|tasks))?|what.s next|what.s left|what.s needed to implement.*|action items"
            r"|implementation plan|still to ?do|tasks? after merging|left for later|future work.{0,3}to-?do"
        ),
    ),
    (
        "consequences",
        r"(?:consequences|implications|impacts?|related (?:principles|decisions|requirements)|conclusions?)",
    ),
    ("other", r"positive(?: consequences?)?|good|pros|benefits?|advantages?|neutral|decision drivers"),
)
HEADINGS = tuple((section, regex(rf"[\W\d]*(?:{shape})\s*(?:[(:].*)?\W*", re.IGNORECASE)) for section, shape in _TABLE)

_LEADS: tuple[tuple[Section, str], ...] = (
    (
        "next",
        (
            r"\b(?:separate (?:pull requests?|prs?)|follow-?\s?ups?|next steps?|to-?do|still (?:to do|needs?)|in the future|future work|after merging)\b[^.]{0,60}:$"
            r"|^to-?do:?$"
        ),
    ),
    ("tradeoff", r"\b(?:caveats?|down-?sides?|draw-?backs?|trade-?offs?|limitations?|risks)\b[^.]{0,60}:$|^cons:?$"),
    (
        "alternatives",
        r"\b(?:alternatives|(?:approaches|options|solutions|ideas) (?:i |we )?(?:considered|rejected|tried)|(?:considered|rejected)(?: \w+){0,3})\b[^.]{0,40}:$",
    ),
)
LEADS = tuple((section, regex(shape, re.IGNORECASE)) for section, shape in _LEADS)

BOT = regex(
    r"^Bumps? \[?[@\w./-]+\]? |dependabot|renovate ?bot|renovate\[bot\]|\bThis PR contains the following updates|mend\.io"
    r"|^\W{0,6}(?:current )?coverage (?:is |report|δ|Δ)|codecov\.io|coveralls\.io|snyk-bot|pre-commit\.ci",
    re.IGNORECASE | re.MULTILINE,
)
BOT_NAMES = (
    "bump",
    "dependabot",
    "renovate",
    "contains the following updates",
    "mend.io",
    "cover",
    "snyk",
    "pre-commit.ci",
)
BUMP = regex(
    r"[\w() :/!-]{0,40}\b(?:bumps?|update|upgrade)s? (?:dependency )?[@\w./\[\]-]+ (?:requirement )?(?:from \S+ )?to v?\d",
    re.IGNORECASE,
)
LEAD = 300
"""Characters at the end of a lead that are read."""

HEAD = 1500
"""Characters at the beginning of a text in which a bot gives itself away."""


def section_of(unit: Unit) -> Section:
    """What the lead, else the innermost heading that has a say, makes of a unit."""
    led = _led(unit.lead) if unit.lead else ""
    return led or next((section for section in map(_headed, reversed(unit.headings)) if section), "")


@lru_cache(maxsize=256)
def _led(lead: str) -> Section:
    return next((section for section, shape in LEADS if shape.search(lead[-LEAD:])), "")


@lru_cache(maxsize=256)
def _headed(heading: str) -> Section:
    return next((section for section, shape in HEADINGS if shape.fullmatch(heading)), "")


def written_by_a_bot(text: str) -> bool:
    """Whether a text is a bot's: a version bump with foreign release notes, or a coverage report."""
    head = text[:HEAD]
    low = head.lower()
    return BUMP.match(head) is not None or (any(name in low for name in BOT_NAMES) and BOT.search(head) is not None)
