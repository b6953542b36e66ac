"""What is asked beside the notes: trade-offs that nobody told. Pure.

A question that was answered with "no" is settled: the draft remembers its name, and it is not asked again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.extract import statements
from digest.extract.hints import Hint, hints
from digest.model import whole_ref
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.draft import Draft, Line
    from digest.model import Activity

MOST = 3
"""Untold trade-offs that are asked for at one review: more would be a questionnaire."""

ORDER = ("tradeoff", "target", "alternative", "flag")
ASKS = {
    "tradeoff": "One thing was weighed against another.",
    "target": "A goal was missed.",
    "alternative": "Another way was not taken.",
    "flag": "It is not on for everybody.",
}
MISSED = regex(r"\bis missed\b")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person is asked.

    Attributes:
        name: what it is remembered by. refs: its evidence.
        asks: the question. shows: what it rests on.
    """

    name: str
    refs: tuple[str, ...]
    asks: str
    shows: tuple[str, ...] = ()


def questions(draft: Draft, known: Mapping[str, Activity]) -> tuple[Question, ...]:
    """What is still to be asked about a draft."""
    return tuple(question for question in _untold(draft, known) if question.name not in draft.settled)


def _untold(draft: Draft, known: Mapping[str, Activity]) -> Iterator[Question]:
    """The lines most likely to hide a trade-off that no line tells, at most `MOST`, settled ones counted."""
    told = {whole_ref(ref) for line in draft.lines if line.section == "tradeoffs" for ref in line.entry.refs}
    told |= {whole_ref(ref) for ref, section in draft.deleted.items() if section == "tradeoffs"}
    found: list[tuple[int, int, Line, Hint]] = []
    for line in draft.lines:
        refs = [whole_ref(ref) for ref in line.entry.refs]
        if line.section in {"progress", "metrics"} and refs and told.isdisjoint(refs):
            hint = _strongest(line, [known[ref] for ref in refs if ref in known])
            found += [(ORDER.index(hint.kind), len(found), line, hint)] if hint else []
    for _, _, line, hint in sorted(found, key=lambda item: item[:2])[:MOST]:
        ref = whole_ref(line.entry.refs[0])
        asks = f"{ASKS[hint.kind]} Was something given up for this?"
        yield Question(name=f"untold {ref}", refs=(ref,), asks=asks, shows=(line.entry.text, f"“{hint.text}”"))


def _strongest(line: Line, activities: Sequence[Activity]) -> Hint | None:
    if line.section == "metrics":
        missed = MISSED.search(line.entry.text)
        return Hint(kind="target", text=line.entry.text) if missed else None
    written = [text for activity in activities for text in texts(activity)]
    found = [Hint(kind="tradeoff", text=s.text) for text in written for s in statements(text) if s.kind == "tradeoff"]
    found += [hint for text in written for hint in hints(text)]
    return min(found, key=lambda hint: ORDER.index(hint.kind), default=None)


def texts(activity: Activity) -> list[str]:
    """What its people wrote, each with its title above it."""
    written = [(activity.title, activity.body), *((part.title, part.body) for part in activity.parts)]
    return [f"{title}\n\n{body}" for title, body in written if body.strip()]
