"""Fold what tells of one outcome into one story.

Every activity *claims* names: its own, that of the pull request it carries, the ticket its title names, the title it
shares with a twin. Activities that claim a name together are one, if both are sure enough of it; below that, a person
is asked whether they are.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.normalize import common, twins
from digest.normalize.claims import Claim, claims, identity, keys_of, number_of, projects_of
from digest.normalize.story import Story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from digest.model import Activity

SURE, ASKED = 0.6, 0.45
"""Below the first confidence two activities are not one; down to the second a person is asked."""

LOOSE = 0.7
"""How sure a loose claim still is where the two have nothing else in common."""

MANY_FOLLOWERS = 8
"""A name that so many claim without owning it is a topic, no change."""

ROUTINE = 3
"""The same title so often, without a word more, is a routine that is repeated, not one change seen twice."""


class Groups(msgspec.Struct):
    """Which activities are one, by their place in the list."""

    parents: list[int]
    why: dict[int, tuple[str, float]] = msgspec.field(default_factory=dict)
    doubts: list[tuple[int, int, str, float]] = msgspec.field(default_factory=list)

    def root(self, index: int) -> int:
        """The one that stands for the group."""
        while self.parents[index] != index:
            self.parents[index] = self.parents[self.parents[index]]
            index = self.parents[index]
        return index

    def join(self, one: int, other: int, reason: str, confidence: float) -> None:
        """Make the two groups one; each keeps the surest reason why it is in it."""
        for index in (one, other):
            if confidence > self.why.get(index, ("", 0.0))[1]:
                self.why[index] = (reason, confidence)
        self.parents[self.root(other)] = self.root(one)

    def lists(self) -> list[list[int]]:
        """The groups, in the order of their first members."""
        found: dict[int, list[int]] = defaultdict(list)
        for index in range(len(self.parents)):
            found[self.root(index)].append(index)
        return list(found.values())


def link(activities: Sequence[Activity]) -> list[Story]:
    """One story for each outcome, in the order in which the first activity of each was given."""
    projects = projects_of(activities)
    groups = group(activities, lambda activity: claims(activity, projects))
    stories = [
        _story([activities[k] for k in members], [groups.why.get(k) for k in members], projects)
        for members in groups.lists()
    ]
    return _with_doubts(stories, [(activities[a].ref, activities[b].ref, why, c) for a, b, why, c in groups.doubts])


def changes(activities: Sequence[Activity]) -> list[list[Activity]]:
    """The activities by change: a pull request and the commits that carried it are one."""
    return [[activities[k] for k in members] for members in group(activities, identity).lists()]


def group(activities: Sequence[Activity], claimed: Callable[[Activity], Iterable[Claim]]) -> Groups:
    """Join all that claim a name together, the surest names first."""
    claimants: dict[str, dict[int, Claim]] = defaultdict(dict)
    for index, activity in enumerate(activities):
        for claim in claimed(activity):
            known = claimants[claim.name].get(index)
            if known is None or known.confidence < claim.confidence:
                claimants[claim.name][index] = claim
    groups = Groups(list(range(len(activities))))
    for name, by_index in claimants.items():
        for one, other, reason, confidence in _pairs(name, by_index, activities):
            if confidence >= SURE:
                groups.join(one, other, reason, confidence)
            else:
                groups.doubts.append((one, other, reason, confidence))
    return groups


def _pairs(
    name: str, by_index: dict[int, Claim], activities: Sequence[Activity]
) -> Iterator[tuple[int, int, str, float]]:
    """Those who share a name, each with the one that claims it most surely."""
    if len(by_index) < 2 or (name.startswith("title:") and _routine([activities[k] for k in by_index])):  # noqa: PLR2004
        return
    first = max(by_index, key=lambda k: by_index[k].confidence)
    if by_index[first].confidence < 1 and len(by_index) > MANY_FOLLOWERS and not name.startswith("ticket:"):
        return
    for index, claim in by_index.items():
        confidence = claim.confidence * by_index[first].confidence
        if claim.loose and index != first and not common.related(activities[first], activities[index], name):
            confidence *= LOOSE
        if index != first and (confidence := round(confidence, 2)) >= ASKED:
            yield first, index, claim.reason or by_index[first].reason, confidence


def _routine(same: Sequence[Activity]) -> bool:
    return len(same) >= ROUTINE and not any(a.body or a.kind != "commit" or number_of(a) for a in same)


def _story(members: list[Activity], why: list[tuple[str, float] | None], projects: frozenset[str]) -> Story:
    lead = lead_of(members)
    others = sorted((m for m in members if m is not lead), key=lambda m: (m.done is None, m.done or m.created, m.ref))
    reasons = {member.ref: reason for member, reason in zip(members, why, strict=True) if reason}
    return Story(
        lead=lead,
        members=(lead, *others),
        keys=tuple(dict.fromkeys(chain.from_iterable(keys_of(m, projects) for m in (lead, *others)))),
        joined=tuple((m.ref, *reasons[m.ref]) for m in others if m.ref in reasons),
    )


def _with_doubts(stories: list[Story], doubts: Iterable[tuple[str, str, str, float]]) -> list[Story]:
    """The stories, each with those that it may be one with; a doubt between two that are one by now is none."""
    of = {ref: k for k, story in enumerate(stories) for ref in story.refs}
    asked: dict[int, dict[int, tuple[str, str, float]]] = defaultdict(dict)
    for one, other, reason, confidence in doubts:
        if of[one] != of[other]:
            asked[of[other]].setdefault(of[one], (stories[of[one]].lead.ref, reason, confidence))
    return [replace(story, doubts=tuple(asked[k].values())) if k in asked else story for k, story in enumerate(stories)]


def lead_of(members: Sequence[Activity]) -> Activity:
    """The member whose words tell the story best.

    A ticket that several pull requests served says what they were for; else the pull request, then the largest commit.
    """
    several = len({number_of(m) or m.key for m in members if m.kind in {"commit", "pull_request"}}) > 1
    return max(members, key=lambda m: (_speaks(m, several=several), len(m.parts), _size(m)))


def _speaks(member: Activity, *, several: bool) -> int:
    if member.kind == "ticket":
        return 3 if several and member.type.lower() not in {"bug", "defect"} else 0
    if twins.effect_of(member.title).effect != "lands":
        return -1
    return 2 if member.kind == "pull_request" else 1


def _size(member: Activity) -> int:
    if member.size:
        return member.size[0] + member.size[1]
    return sum(c.added + c.deleted for c in member.changes or ())
