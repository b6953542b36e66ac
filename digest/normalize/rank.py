"""What is told first: a sum of points with names, which a reader can add up by hand.

Three tables hold all there is: points for what a change is, points for what is true of it, and points for where it
stands among the changes of its period (nothing for the least, the whole weight for the most). No word of any project
is in them; what one house likes or not comes from its own past digests as `taste`.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from digest.normalize.facts import Facts, Nature, facts
from digest.normalize.signals import signals
from digest.normalize.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.config import Rules

NATURES: dict[Nature, float] = {
    "feature": 0.25,
    "speed": 0.25,
    "fix": 0.05,
    "removal": -0.15,
    "change": 0.0,
    "chore": -0.35,
    "docs": -0.3,
    "tests": -0.3,
    "other": 0.0,
}
FLAGS = {
    "a milestone": 1.0,
    "a ticket asked for it": 0.7,
    "touches the changelog": 0.2,
    "says what the changelog shall say": 0.2,
    "says breaking": 0.15,
    "says security": 0.15,
    "says crash or data loss": 0.15,
    "says regression": 0.1,
    "closes an issue": 0.1,
    "adds a file": 0.1,
    "documents what it changes": 0.15,
    "touches the CI": -0.15,
    "internal by its title": -0.3,
    "vague by its title": -0.3,
    "short title": -0.15,
    "takes out what it puts in": -0.3,
    "a few lines in many files": -0.15,
    "pushed without a pull request": -0.4,
    "says not for the changelog": -0.6,
    "made by a bot": -0.6,
    "dependency update": -0.6,
    "clean-up": -0.5,
    "CI change": -0.5,
    "release step": -0.8,
    "branch merge": -0.8,
}
SHARES = {
    "source changed": 1.0,
    "text written about it": 0.25,
    "tests changed with it": 0.1,
    "long in the making": 0.3,
    "late in the period": 0.15,
    "lines deleted": -0.25,
}
NO_SOURCE = -0.5
PROMOTED, DEMOTED = 1.0, -1.0
MIDDLE = 0.5


class Ranked(msgspec.Struct, frozen=True):
    """A story and why it stands where it does; `routine` as of its facts."""

    story: Story
    points: dict[str, float]
    routine: str = ""

    @property
    def total(self) -> float:
        """The sum of its points."""
        return sum(self.points.values())


def rank(stories: Sequence[Story], rules: Rules, taste: Mapping[str, float]) -> list[Ranked]:
    """The stories, the most worth telling first."""
    read = [facts(story) for story in stories]
    standing = _standing(read)
    ranked = []
    for place, (story, seen) in enumerate(zip(stories, read, strict=True)):
        points = dict(_by_nature(seen)) | {name: FLAGS[name] for name in FLAGS if name in seen.flags}
        points |= {name: weight * standing[name][place] for name, weight in SHARES.items()}
        points |= dict(_by_rules(story, rules))
        points |= {f"taste {name}": taste[name] for name in signals(story, seen) if name in taste}
        rounded = {name: round(value, 2) for name, value in points.items()}
        ranked.append(Ranked(story, {name: value for name, value in rounded.items() if value}, seen.routine))
    return sorted(ranked, key=lambda r: (-r.total, r.story.lead.ref))


def _by_nature(seen: Facts) -> Iterator[tuple[str, float]]:
    """What it is. Tests or documentation that a ticket asked for are no less than what else was asked for."""
    asked = "a ticket asked for it" in seen.flags
    yield seen.nature, max(NATURES[seen.nature], 0.0) if asked else NATURES[seen.nature]
    if "changes no source" in seen.flags and not asked:
        yield "changes no source", NO_SOURCE


def _standing(read: Sequence[Facts]) -> dict[str, list[float]]:
    """For each share, where each story stands: 0 is the least of the period, 1 the most."""
    return {
        "source changed": shares([f.source for f in read]),
        "text written about it": shares([f.text for f in read]),
        "tests changed with it": shares([f.tests for f in read]),
        "long in the making": shares([-f.number or -(10**9) for f in read]),
        "late in the period": shares([f.done for f in read]),
        "lines deleted": shares([f.deleted for f in read]),
    }


def shares(values: Sequence[float | None]) -> list[float]:
    """Where each value stands among all, between 0 and 1; equal values stand equally, unknown ones in the middle.

    Of few values none stands at the edge: being the larger of two says less than being the largest of fifty.
    """
    known = sorted(v for v in values if v is not None)
    places: dict[float, tuple[int, int]] = {}
    for place, value in enumerate(known):
        first, _ = places.get(value, (place, place))
        places[value] = (first, place)
    middle = {value: ((first + last) / 2 + 0.5) / len(known) for value, (first, last) in places.items()}
    return [MIDDLE if v is None else middle[v] for v in values]


def _by_rules(story: Story, rules: Rules) -> Iterator[tuple[str, float]]:
    """What the configuration promotes and demotes."""
    labels = [label.lower() for m in story.members for label in m.labels]
    changed = [c.path for m in story.members for c in m.changes or ()]
    for name, patterns, value in (
        ("promote_labels", rules.promote_labels, PROMOTED),
        ("demote_labels", rules.demote_labels, DEMOTED),
    ):
        if any(fnmatchcase(label, pattern.lower()) for label in labels for pattern in patterns):
            yield name, value
    if rules.promote_paths and any(fnmatchcase(path, p) for path in changed for p in rules.promote_paths):
        yield "promote_paths", PROMOTED
    if (
        rules.demote_paths
        and changed
        and all(any(fnmatchcase(path, p) for p in rules.demote_paths) for path in changed)
    ):
        yield "demote_paths", DEMOTED
