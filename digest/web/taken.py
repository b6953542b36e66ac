"""What a person took out, as it can be put back: with its words, its evidence and its section."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.model import Entry, SectionName

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.draft import Draft, Line
    from digest.web.facts import Facts


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """A line that is gone; without words where nobody knows them any more."""

    section: SectionName
    entry: Entry


def taken_out(draft: Draft, facts: Facts, dropped: Sequence[Line]) -> Iterator[Taken]:
    """The lines that are gone and not told again, the last one first.

    Args:
        draft: knows what was offered and has no line; where it lists it as left out, it comes back in those words.
        facts: how it would be told, where the draft has no words of it.
        dropped: what was dropped on the page, in the words that it had then.
    """
    rest = dict(draft.deleted)
    told = {ref for line in draft.lines for ref in line.entry.refs}
    listed = {ref: left for left in draft.digest.left_out for ref in left.refs}
    own = {(line.section, line.entry.text) for line in draft.lines}
    for line in reversed(dropped):
        entry = line.entry
        back = (
            any(ref in told or (ref in listed and ref not in rest) for ref in entry.refs)
            if entry.refs
            else (line.section, entry.text) in own
        )
        if not back:
            yield Taken(section=line.section, entry=entry)
        told |= set(entry.refs)
        own.add((line.section, entry.text))
        rest = {ref: section for ref, section in rest.items() if back or ref not in entry.refs}
    while rest:
        ref, section = next(iter(rest.items()))
        entry = facts.worded(ref) or Entry(text="", refs=(ref,), sure=False)
        entry = replace(entry, text=listed[ref].text or entry.text, refs=listed[ref].refs) if ref in listed else entry
        refs = tuple(r for r in entry.refs if rest.get(r) == section)
        yield Taken(section=section, entry=replace(entry, refs=refs))
        rest = {r: name for r, name in rest.items() if r not in refs}
