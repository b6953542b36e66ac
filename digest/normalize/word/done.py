"""A story → one sentence of what was done; what was demoted → one line of counts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.normalize.word import bodies
from digest.normalize.word.choice import MERGED, best_title
from digest.normalize.word.clause import small
from digest.normalize.word.finish import glossed, sentence
from digest.normalize.word.fit import shortened
from digest.normalize.word.sentence import tell
from digest.normalize.word.titles import read, show
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.config import Wording
    from digest.normalize.story import Story
    from digest.normalize.word.titles import Title

LONGEST = 20
SHORTEST = 5
_AREA = regex(
    r"(?!(?:deps|misc|minor|major|trivial|all|core|main|src|dev|docs?|tests?|ci|build|basic)$)"
    r"(?:[A-Za-z][\w .+/:-]{1,20}|[a-z]+(?:_[a-z]+){2,6})",
    re.IGNORECASE,
)
_KINDS = {
    "dependency update": "dependency updates",
    "clean-up": "clean-ups",
    "test change": "test changes",
    "documentation change": "documentation changes",
    "CI change": "CI changes",
    "bot change": "bot changes",
    "branch merge": "branch merges",
    "release": "releases",
    "other": "other changes",
}
_CLOSES = regex(r"(?:fix|close|resolve)\w*\b.*#?\d", re.IGNORECASE)
_LETTERS = regex(r"[^\W\d]{2}")
_FULL_NAME = regex(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)+")


def progress(story: Story, wording: Wording, people: Mapping[str, str]) -> str:
    """What was done, in one sentence: the outcome first, without anything that only insiders read."""
    title = best_title(story, people if wording.names else {})
    if not title:
        return _unsaid(story)
    text = shortened(tell(title, wording.tense), LONGEST)
    text = _lengthened(text, title, story)
    if _breaks(title, story) and "breaking" not in text.lower():
        text = f"Breaking: {small(text)}"
    text = glossed(text, wording.glossary) + (_names(story, people) if wording.names else "")
    return sentence(text, title.code)


def _unsaid(story: Story) -> str:
    """The truth about a change that nobody described."""
    if _CLOSES.match(story.lead.title):
        return "Fixed a reported issue." if story.lead.title[:1] in "fF" else "Closed a reported issue."
    title = read(story.lead.title, story.keys)
    if title.text and _LETTERS.search(title.text) and not MERGED.match(story.lead.title):
        said = show(title.text.rstrip(" ."), title.code)
        return f"Closed the ticket “{said}”." if story.lead.kind == "ticket" else f"Made a change titled “{said}”."
    where = f" in {show(story.lead.where, ())}" if story.lead.where else ""
    return f"Made a change{where} that its author did not describe."


def maintenance(counts: Mapping[str, int]) -> str:
    """What was demoted, counted: "7 dependency updates, 22 clean-ups."."""
    names = [*_KINDS, *sorted(set(counts) - set(_KINDS))]
    told = [f"{counts[n]} {_plural(n, counts[n])}" for n in names if counts.get(n, 0) > 0]
    return sentence(", ".join(told)) if told else ""


def _plural(kind: str, count: int) -> str:
    if count == 1:
        return "other change" if kind == "other" else kind
    return _KINDS.get(kind) or (kind if kind.endswith("s") else f"{kind}s")


def _lengthened(text: str, title: Title, story: Story) -> str:
    """A short sentence with the effect that its text states, else with the part of the project; then its status."""
    body = story.lead.body if not story.lead.bot else ""
    if len(text.split()) < SHORTEST:
        said = bodies.effect(body)
        if said and "`" not in said:
            text += said
        elif _AREA.fullmatch(title.area) and title.area.lower().rstrip("s") not in text.lower():
            text += f" ({title.area})"
    marks = " ".join((*story.lead.labels, title.text)).lower()
    status = "experimental" if "experimental" in marks else bodies.status(body)
    if status and status not in text.lower() and "stabili" not in text.lower():
        text += f" ({status})"
    if bodies.asks_action(body) or "action required" in marks:
        text += " (action required)"
    return text


def _breaks(title: Title, story: Story) -> bool:
    labels = {label.lower() for m in story.members for label in m.labels}
    return (
        title.breaking
        or any("breaking" in label for label in labels)
        or any(map(bodies.breaks, (t for _, t in story.texts)))
    )


def _names(story: Story, people: Mapping[str, str]) -> str:
    """Who made it, in brackets: names only, never a handle."""
    makers = dict.fromkeys(person for m in story.members if not m.bot for person in m.people)
    names = [people.get(p, p if _FULL_NAME.fullmatch(p) else "") for p in makers]
    told = list(dict.fromkeys(n for n in names if n))[:3]
    return f" ({', '.join(told)})" if told else ""
