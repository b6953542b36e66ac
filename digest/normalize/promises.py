"""What became of the last Next section: done, moved, dropped, or nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from digest.extract import ticket_keys
from digest.markdown import aside
from digest.model import Entry
from digest.normalize.story import Story
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from digest.model import Activity

Fate = Literal["done", "moved", "dropped", "unknown"]

FATES: tuple[Fate, ...] = ("done", "moved", "dropped", "unknown")
NUMBERS = ("", "once", "twice")

_MOVED = regex(r"\s*\(moved (?:(once)|(twice)|(\d+) times)\)")


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A promised entry, what became of it, and how often it has moved by now."""

    entry: Entry
    fate: Fate
    slips: int = 0
    story: Story | None = None


def judge(
    promised: Sequence[Entry], *, done: Sequence[Story], ahead: Sequence[Story], declined: Sequence[Activity]
) -> list[Promise]:
    """What became of each promise; what is still open somewhere is not done, whatever else was merged for it."""
    dropped = {name for activity in declined for name in (activity.ref, activity.key)}
    return [_judged(entry, done, ahead, dropped) for entry in promised]


def _judged(entry: Entry, done: Sequence[Story], ahead: Sequence[Story], dropped: set[str]) -> Promise:
    names = _names(entry)
    if story := _first(ahead, names):
        return Promise(entry=entry, fate="moved", slips=slips(entry.text) + 1, story=story)
    if story := _first(done, names):
        return Promise(entry=entry, fate="done", story=story)
    return Promise(entry=entry, fate="dropped" if names & dropped else "unknown", slips=slips(entry.text) + 1)


def _names(entry: Entry) -> set[str]:
    """What the entry is known by. The work whose text holds a next step was done before; it proves nothing now."""
    refs = {ref for ref in entry.refs if "~" not in ref}
    return refs | {*entry.keys, *(() if entry.refs else ticket_keys(entry.text))}


def named(promised: Iterable[Entry]) -> frozenset[str]:
    """The refs and ticket keys that promises are known by."""
    return frozenset(name for entry in promised for name in _names(entry))


def _first(stories: Iterable[Story], names: set[str]) -> Story | None:
    return next((story for story in stories if names & {*story.refs, *story.keys}), None)


def slips(text: str) -> int:
    """How often an entry says that it has moved."""
    found = _MOVED.search(text)
    if not found:
        return 0
    return NUMBERS.index(found[1] or found[2]) if found[1] or found[2] else int(found[3])


def counted(sections: Sequence[Sequence[Entry]]) -> list[Entry]:
    """The promises of the last digest, each with how often it had moved by then.

    A person who rewords a promise may take out the words that count; the digests before know.

    Args:
        sections: the Next sections of earlier digests, the latest first.
    """
    earlier = [frozenset(name for entry in section for name in _names(entry)) for section in sections[1:]]
    return [_counted(entry, earlier) for entry in (sections[0] if sections else ())]


def _counted(entry: Entry, earlier: Sequence[frozenset[str]]) -> Entry:
    names = _names(entry)
    run = next((at for at, known in enumerate(earlier) if not names & known), len(earlier))
    return replace(entry, text=moved(entry.text, run)) if run > slips(entry.text) else entry


def moved(text: str, count: int) -> str:
    """The entry with how often it has moved."""
    said = NUMBERS[count] if count < len(NUMBERS) else f"{count} times"
    return aside(_MOVED.sub("", text).rstrip(), f"moved {said}")


def notes(promises: Sequence[Promise], when: str) -> list[str]:
    """One line with the counts, and one for each promise that a person has to look at."""
    if not promises:
        return []
    counts = {fate: sum(p.fate == fate for p in promises) for fate in FATES}
    said = ", ".join(f"{counts[fate]} {fate}" for fate in FATES if counts[fate])
    lines = [f"Of {len(promises)} promised {when}: {said}."]
    lines += [f"Nothing tells what became of: {p.entry.text}" for p in promises if p.fate == "unknown"]
    lines += [f"Closed without being done: {p.entry.text}" for p in promises if p.fate == "dropped"]
    return lines
