"""What a correction changed: the lines of two editions side by side, in words for those who have read the first."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import msgspec

from digest.model import SectionName, whole_ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.model import Digest

NAMES: dict[SectionName, str] = {
    "progress": "Progress",
    "tradeoffs": "the trade-offs",
    "metrics": "Metrics",
    "next": "Next",
}
LIKE = 0.6
"""How much two lines that share no evidence must have in common to be one line in other words."""

UNSEEN = "No line says anything else; only their order or their links changed."


class _Line(msgspec.Struct, frozen=True):
    section: SectionName
    text: str
    refs: frozenset[str]


def corrections(old: Digest, new: Digest) -> tuple[str, ...]:
    """What a reader of `old` has to know about `new`, a line each, as inline Markdown."""
    before, after = list(_lines(old)), list(_lines(new))
    said: list[str] = []
    for now in [*after]:
        was = next((line for line in before if line.text == now.text), None)
        if was:
            before.remove(was)
            after.remove(now)
            if was.section != now.section:
                said.append(f"Moved from {NAMES[was.section]} to {NAMES[now.section]}: {now.text}")
    for now in [*after]:
        if was := _same_line(now, before):
            before.remove(was)
            after.remove(now)
            said.append(f"Reworded: {now.text} (before: {was.text})")
    said += [f"Added to {NAMES[line.section]}: {line.text}" for line in after]
    said += [f"Removed from {NAMES[line.section]}: {line.text}" for line in before]
    said += _rest(old, new)
    return tuple(said) or (UNSEEN,)


def _lines(digest: Digest) -> Iterator[_Line]:
    for section in digest.sections:
        for entry in section.entries:
            yield _Line(section.name, entry.text, frozenset(map(whole_ref, entry.refs)))


def _same_line(now: _Line, before: list[_Line]) -> _Line | None:
    """The line of the same section that `now` was: by its evidence, else by its words."""
    there = [line for line in before if line.section == now.section]
    shared = next((line for line in there if line.refs & now.refs), None)
    own = [line for line in there if not (line.refs and now.refs)]
    like = difflib.get_close_matches(now.text, [line.text for line in own], 1, LIKE)
    return shared or next((line for line in own if line.text in like), None)


def _rest(old: Digest, new: Digest) -> Iterator[str]:
    """The first line and the last one, which stand in no section."""
    if old.headline != new.headline:
        yield "The title was reworded." if new.headline else "The title is the usual one again."
    was, now = (d.maintenance.text if d.maintenance else "" for d in (old, new))
    if was != now:
        yield f"{now} (before: {was})" if was and now else now or f"Removed: {was}"
