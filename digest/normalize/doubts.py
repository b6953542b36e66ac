"""What a person is asked: which of the lines that are told may be one outcome."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from digest.model import Doubt
from digest.normalize import series
from digest.normalize.link import SURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.model import Entry
    from digest.normalize.story import Story


def doubts(told: Sequence[Story], lines: Sequence[Entry]) -> list[Doubt]:
    """The questions about what is told; stories that are one line already, or that are not told, are none."""
    found = [*_series(told)]
    asked = {ref for doubt in found for ref in doubt.refs}
    found += [doubt for doubt in _linked(told) if not asked.issuperset(doubt.refs)]
    return [doubt for doubt in found if not any(set(doubt.refs) <= set(line.refs) for line in lines)]


def _series(told: Sequence[Story]) -> Iterator[Doubt]:
    """Stories of one author that begin alike."""
    for found in series.series(told, fewest=2):
        if found.work.confidence < SURE:
            yield _doubt(found.stories, f"each begins “{found.work.said}”", found.work.confidence)


def _linked(told: Sequence[Story]) -> Iterator[Doubt]:
    """Stories that say something of another one, all of the same one in one question."""
    of = {ref: story for story in told for ref in story.refs}
    about: dict[str, list[tuple[Story, str, float]]] = defaultdict(list)
    for story in told:
        for ref, why, confidence in story.doubts:
            if ref in of:
                about[of[ref].lead.ref].append((story, why, confidence))
    for ref, found in about.items():
        others = {story.lead.ref: story for story, _, _ in found}
        yield _doubt((of[ref], *others.values()), found[0][1], min(confidence for _, _, confidence in found))


def _doubt(stories: Sequence[Story], why: str, confidence: float) -> Doubt:
    said = "; ".join(story.lead.title for story in stories)
    return Doubt(
        text=f"One outcome or {series.number(len(stories))}? Join the lines if they are one: {said}",
        refs=tuple(story.lead.ref for story in stories),
        why=why,
        confidence=confidence,
    )
