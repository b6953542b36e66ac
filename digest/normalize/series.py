"""A series: changes of one author that do the same in several places, told once with all of them as its evidence.

The parts are known by their titles. They do the same where the same words say what was done and only the place
differs: "Avoid quadratic scan when …" three times is one outcome. What merely begins alike ("Avoid quadratic …") may
be one, and is asked; what is alike in words that say little ("Add missing tests …") is not.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import takewhile
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.normalize import noise, twins
from digest.normalize.link import SURE
from digest.normalize.story import Story
from digest.normalize.word.verbs import lemma
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEWEST = 3
"""So many parts make a series; two may be chance."""

SAME_WORK, SAME_BEGIN = 0.8, 0.5
PAIR = 0.5
"""Two that do the same; two that merely begin alike are no question worth asking."""

COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

_AREA = regex(r"[\w./{}`*-]+(?:, ?[\w./{}`*-]+)*:\s+", hints=(":",))
_PLACE = regex(
    r"(?:in|on|at|to|for|from|of|when|while|where|if|by|with|without|during|inside|within|into|across|before|after|via|per)"
)
_LITTLE = regex(
    r"(?:an?|the|some|more|missing|new|various|few|all|and|or|tests?|docs?|documentation|lemmas?|support|options?|methods?|"
    r"functions?|errors?|bugs?|issues?|crash(?:es)?|types?|files?|code|it|its|\d+|handling|references?|usages?|panics?|"
    r"description|examples?|changes?|checks?|flags?|cases?|names?|several|two|three|four|trivial|coverage|proofs?|not|rid|about|"
    r"modules?|things?|stuff|up|out|\W.*|.*[\])])"
)
_NOUN = regex(r"[a-z]{4,}")


class Work(msgspec.Struct, frozen=True):
    """What the parts of a series have in common, in words, and how sure it is that they are one outcome."""

    said: str
    confidence: float


class Series(msgspec.Struct, frozen=True):
    """Stories that may be one, in the order in which they were given."""

    stories: tuple[Story, ...]
    work: Work


def joined(stories: Sequence[Story]) -> list[Story]:
    """The stories with each series that is sure enough as one of them, where its first part stood."""
    sure = [found for found in series(stories) if found.work.confidence >= SURE]
    ones = {found.stories[0].lead.ref: _one(found) for found in sure}
    inside = {story.lead.ref for found in sure for story in found.stories[1:]}
    return [ones.get(story.lead.ref, story) for story in stories if story.lead.ref not in inside]


def series(stories: Sequence[Story], fewest: int = FEWEST) -> Iterator[Series]:
    """Stories of one author in one place that begin with the same verb and the same word after it."""
    begins: dict[tuple[str, ...], list[Story]] = defaultdict(list)
    for story in stories:
        words = _words(story)
        if len(words) > 1 and story.lead.people and not story.bot and not _asked(story):
            begins[story.lead.where, story.lead.people[0], words[0], words[1]].append(story)
    for alike in begins.values():
        parts = [story for story in alike if not noise.kind(story)] if len(alike) >= fewest else []
        if len(parts) >= fewest and (work := common([_words(story) for story in parts])):
            yield Series(tuple(parts), work)


def _asked(story: Story) -> bool:
    """A ticket is an outcome of its own, and so is what somebody merely took back."""
    ticket = bool(story.keys) or any(m.kind not in {"commit", "pull_request"} for m in story.members)
    return ticket or twins.effect_of(story.lead.title).effect != "lands"


def _words(story: Story) -> list[str]:
    """The words of a title without its prefixes, its area and its marks."""
    return _AREA.sub("", twins.bare(story.lead.title), count=1).replace(",", "").split()


def common(titles: Sequence[Sequence[str]]) -> Work | None:
    """What several titles have in common; None where that says too little to be anything.

    >>> common([["avoid", "quadratic", "scan", "in", x] for x in "abc"])
    Work(said='avoid quadratic scan in three places', confidence=0.8)
    """
    phrases = [[*takewhile(lambda word: not _PLACE.fullmatch(word), words)] for words in titles]
    first = [*takewhile(lambda place: len(set(place)) == 1, zip(*phrases, strict=False))]
    said = [place[0] for place in first]
    if any(set(word) & set("()[]") for word in said) or all(_LITTLE.fullmatch(word) for word in said[1:]):
        return None
    sure = SAME_WORK if len(titles) >= FEWEST else PAIR
    where = f"in {number(len(titles))} places"
    does = lemma(said[0]) is not None
    if does and all(len(phrase) == len(said) for phrase in phrases) and len(said) >= FEWEST:
        return Work(f"{' '.join(said)} {where}", sure)
    heads = {phrase[-1].removesuffix("s") for phrase in phrases}
    head = min(heads, key=len)
    if (
        does
        and all(name.endswith(head) for name in heads)
        and _NOUN.fullmatch(head)
        and all(len(p) > len(said) for p in phrases)
    ):
        return Work(f"{' '.join(said)} {head}s {where}", sure)
    return Work(" ".join(said), SAME_BEGIN) if len(titles) >= FEWEST else None


def number(many: int) -> str:
    """Two and more, in words where they are few."""
    return COUNTS[many - 2] if many - 2 < len(COUNTS) else str(many)


def _one(found: Series) -> Story:
    """All parts as one story, in the words that they have in common."""
    first, *others = found.stories
    why = f"one of {len(found.stories)} changes of one author: {found.work.said.rpartition(' in ')[0]}"
    inside = {ref for part in found.stories for ref in part.refs}
    joins = [*first.joined]
    for part in others:
        joins += [(part.lead.ref, why, found.work.confidence), *part.joined]
    return Story(
        lead=first.lead,
        members=tuple(m for part in found.stories for m in part.members),
        joined=tuple(joins),
        doubts=tuple(doubt for part in found.stories for doubt in part.doubts if doubt[0] not in inside),
        umbrella=_cased(found.work.said, first.lead.title),
    )


def _cased(said: str, title: str) -> str:
    """The words as the title writes them, with their capitals and marks of code."""
    written = {word.strip("`'\".,").lower(): word for word in title.split()}
    words = [written.get(word, word) for word in said.split()]
    return " ".join((words[0][:1].upper() + words[0][1:], *words[1:]))


def worded(story: Story) -> Story:
    """The story in the words that its parts have in common: what the text of one of them says is not of them all."""
    if not story.umbrella:
        return story
    lead = replace(story.lead, title=story.umbrella, body="", parts=())
    return replace(story, lead=lead, members=(lead, *(m for m in story.members if m is not story.lead)))
