"""Trade-offs, metric claims and next steps that the texts of stories hold, each with its place and its story."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import msgspec

from digest.extract import Record, Statement, decision_record, statements
from digest.normalize.story import Story
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from digest.extract.statement import EvidenceKind, StatementKind
    from digest.model import Activity

SURE = 0.8
"""From this confidence on an explicit statement needs no confirmation."""

NEVER = 2.0
GUESSES: dict[StatementKind, tuple[float, float]] = {
    "tradeoff": (0.85, 0.88),
    "metric": (0.7, 0.78),
    "next": (0.88, NEVER),
}
"""The confidence from which a guess is worth a person's question: of a story that is told, and of another."""

PER_STORY = 2
"""How many statements of one kind a story gives at most; a guess is given only where there is no other."""

MOST_READ = 50
"""How many statements of a kind are worded at most, to find those that can stand alone."""

_STRENGTH: dict[EvidenceKind, int] = {"ab_test": 0, "production": 1, "benchmark": 2, "unstated": 3, "estimate": 4}
_WORD = regex(r"\w+")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A statement, its ref, and the story whose text it stands in."""

    statement: Statement
    ref: str
    url: str
    story: Story

    @property
    def sure(self) -> bool:
        """Whether no person has to confirm it: the author marked it, and of a trade-off said what it cost."""
        complete = self.statement.kind != "tradeoff" or bool(self.statement.given_up)
        return self.statement.explicit and complete and self.statement.confidence >= SURE


def harvest(stories: Sequence[Story]) -> list[Found]:
    """Every statement of the stories once; twins of a pull request and its commit are one."""
    found: list[Found] = []
    said: set[str] = set()
    for story in stories:
        own: list[str] = []
        for one in _of_story(story):
            words = " ".join(_WORD.findall(one.statement.text.lower()))
            if words and words not in said and not any(words in other or other in words for other in own):
                own.append(words)
                said.add(words)
                found.append(one)
    return found


def pick(found: Sequence[Found], kind: StatementKind, told: Sequence[Story], limit: int = MOST_READ) -> list[Found]:
    """The best of one kind: those of told stories first, in their order, marked ones before guesses."""
    places = {story.lead.ref: place for place, story in enumerate(told)}
    offered: Counter[str] = Counter()
    picked: list[Found] = []
    for one in sorted((f for f in found if f.statement.kind == kind), key=lambda f: _order(f, places)):
        lead = one.story.lead.ref
        most = PER_STORY if one.sure or kind == "metric" else 1
        if offered[lead] < most and _worth(one, told=lead in places):
            offered[lead] += 1
            picked.append(one)
    return picked[:limit]


def _worth(found: Found, *, told: bool) -> bool:
    """Whether a statement is worth a line; one that nobody marked has to be likely, and a claim needs a figure."""
    statement = found.statement
    if statement.explicit:
        return True
    figures = [m for m in statement.measures if m.value or m.baseline or m.new]
    least = GUESSES[statement.kind][0 if told else 1]
    return statement.confidence >= least and (statement.kind != "metric" or bool(figures))


def _order(found: Found, places: dict[str, int]) -> tuple[bool, bool, int, int, bool, float, str]:
    """Marked ones first, then those of told stories, the better measured, the complete, the more likely."""
    place = places.get(found.story.lead.ref)
    return (
        not found.statement.explicit,
        place is None,
        _STRENGTH[found.statement.evidence] if found.statement.kind == "metric" else 0,
        place if place is not None else 0,
        not (found.statement.gained and found.statement.given_up),
        -found.statement.confidence,
        found.ref,
    )


def _of_story(story: Story) -> Iterator[Found]:
    counts: Counter[tuple[str, str]] = Counter()
    for member, text in story.texts:
        if member.bot:
            continue
        for statement in _read(member, text):
            counts[member.ref, statement.kind] += 1
            number = counts[member.ref, statement.kind]
            ref = f"{member.ref}~{statement.kind}-{number}"
            yield Found(statement=statement, ref=ref, url=member.url, story=story)


def _read(member: Activity, text: str) -> Collection[Statement]:
    """What a text states; a decision record states its choice, if it stands."""
    record = decision_record(member.body) if member.kind == "decision" and member.body else None
    if record is None:
        return statements(text)
    choice = _choice(record) if member.state == "done" else None
    return (choice,) if choice else ()


def _choice(record: Record) -> Statement | None:
    gained, given_up = record.chosen or record.title, " and ".join(record.over[:2]) or next(iter(record.bad), "")
    if not given_up:
        return None
    because = f" because {record.because}" if record.because else ""
    return Statement(
        kind="tradeoff",
        start=0,
        end=0,
        text=f"Chose {gained} over {given_up}{because}",
        gained=gained,
        given_up=given_up,
        because=record.because,
        explicit=True,
        confidence=1.0,
    )
