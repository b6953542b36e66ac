"""What a person is asked: which of the lines that are told may be one outcome.

Three things speak for it: one says something of the other that is not enough to join them, several of one author begin
alike, or two of one author speak of the same rare things. Of the pairs that the last rule finds, people who write
digests by hand put 58 in 100 into one bullet: too many to keep silent, too few to join.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain, combinations
from typing import TYPE_CHECKING, NamedTuple

from digest.model import Doubt
from digest.normalize import common, noise, series
from digest.normalize.link import SURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.model import Entry
    from digest.normalize.story import Story

SAME_THINGS = 0.58
RARE = 4
"""A word in the titles of so many stories of the period, or fewer, names what they are about."""


class Pair(NamedTuple):
    """Two stories that may be one, why, and how sure that is."""

    one: Story
    other: Story
    why: str
    confidence: float


def doubts(told: Sequence[Story], everything: Sequence[Story], lines: Sequence[Entry]) -> list[Doubt]:
    """The questions about what is told, one for all that may be one outcome together.

    Args:
        told: the stories that have a line; others are no question.
        everything: all stories of the period.
        lines: what is said of those that are told; what is one line already is no question either.
    """
    groups: list[tuple[set[str], list[Pair]]] = []
    for pair in (*_linked(told), *_series(told), *_same_things(told, everything)):
        refs = {pair.one.lead.ref, pair.other.lead.ref}
        touched = [group for group in groups if refs & group[0]]
        if not any(refs <= members for members, _ in touched):
            groups = [group for group in groups if group not in touched]
            groups.append((refs.union(*(m for m, _ in touched)), [*chain.from_iterable(p for _, p in touched), pair]))
    found = [_doubt([s for s in told if s.lead.ref in members], pairs) for members, pairs in groups]
    return [doubt for doubt in found if not any(set(doubt.refs) <= set(line.refs) for line in lines)]


def _linked(told: Sequence[Story]) -> Iterator[Pair]:
    """Stories of which one says something of the other."""
    of = {ref: story for story in told for ref in story.refs}
    for story in told:
        for ref, why, confidence in story.doubts:
            if ref in of:
                yield Pair(of[ref], story, why, confidence)


def _series(told: Sequence[Story]) -> Iterator[Pair]:
    """Stories of one author that begin alike."""
    for found in series.series(told, fewest=2):
        if found.work.confidence < SURE:
            first, *others = found.stories
            yield from (Pair(first, x, f"each begins “{found.work.said}”", found.work.confidence) for x in others)


def _same_things(told: Sequence[Story], everything: Sequence[Story]) -> Iterator[Pair]:
    """Stories of one author whose titles share two words that few others have."""
    often = Counter(word for story in everything for word in common.subject(story.lead))
    for one, other in combinations([s for s in told if s.lead.people and not s.keys and not noise.kind(s)], 2):
        if (one.lead.people[0], one.lead.where) == (other.lead.people[0], other.lead.where):
            rare = [w for w in sorted(common.subject(one.lead) & common.subject(other.lead)) if often[w] <= RARE]
            if len(rare) >= common.WORDS:
                yield Pair(one, other, f"one author, and both speak of “{'” and “'.join(rare[:3])}”", SAME_THINGS)


def _doubt(stories: Sequence[Story], pairs: Sequence[Pair]) -> Doubt:
    said = "; ".join(story.lead.title for story in stories)
    return Doubt(
        text=f"One outcome or {series.number(len(stories))}? Join the lines if they are one: {said}",
        refs=tuple(story.lead.ref for story in stories),
        why="; ".join(dict.fromkeys(pair.why for pair in pairs)),
        confidence=min(pair.confidence for pair in pairs),
    )
