"""What the person sees of a note: its number, its evidence, its words; nothing in it can steer the terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from digest.markdown import clean, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.draft import Draft, Line
    from digest.model import SectionName

KINDS: dict[SectionName, str] = {
    "progress": "Progress",
    "tradeoffs": "Trade-off",
    "metrics": "Metric",
    "next": "Next step",
}
MOST = 40
"""Lines of evidence that are shown of one ref."""

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


def note(line: Line, *, k: int, of: int, width: int, bold: bool = False) -> Iterator[str]:
    """A note, as `Trade-off 2 of 5   from acme/shop#412 (github)   [a guess]` and its words below."""
    state = "guess" if not line.entry.sure else "yours" if line.touched else "as drafted"
    source = f"from {', '.join(map(_short, line.entry.refs))}   [{state}]" if line.entry.refs else "a line of yours"
    title = f"{KINDS[line.section]} {k} of {of}"
    head, *more = _wrap(f"{title}   {source}", width, "  ")
    yield head.replace(title, f"{BOLD}{title}{PLAIN}", 1) if bold else head
    yield from more
    yield from _wrap(one_line(line.entry.text), width, "  ", first="  ")
    if line.doubt:
        for other in line.others:
            yield from _wrap(f"One outcome with this one? {one_line(other)}", width, "  ", first="  ")
        yield from _wrap(f"({one_line(line.doubt.why)}; {line.doubt.confidence:.0%} sure)", width, "  ", first="  ")
    if line.offer:
        yield from _wrap(f"The source now says: {one_line(line.offer)}", width, "  ", first="  ")


def evidence(ref: str, url: str, text: str, width: int) -> Iterator[str]:
    """The facts behind a ref: its address, and what its source said."""
    yield f"{one_line(ref)}{f'  {one_line(url)}' if url else ''}"
    lines = [part for raw in clean(text).split("\n") for part in (_wrap(raw, width, "  ", first="  ") or [""])]
    yield from lines[:MOST]
    if lines[MOST:]:
        yield f"  … {len(lines) - MOST} more lines"


def left(draft: Draft, notes: tuple[Line, ...]) -> Iterator[str]:
    """How many guesses nobody has decided yet, and which notes they are."""
    open_ = [str(k) for k, line in enumerate(notes, 1) if line.doubt or not line.entry.sure]
    more = sum(bool(line.doubt) or not line.entry.sure for line in draft.lines) - len(open_)
    if open_:
        yield f"Left to decide: {', '.join(open_)}. Type a number to go there."
    elif more:
        yield f"{more} more are left to decide in other sections."
    else:
        yield "Nothing is left to decide."


def _short(ref: str) -> str:
    """`acme/shop#412 (github)`, a part of it without its number."""
    source, _, key = one_line(ref).partition(":")
    return f"{key.partition('~')[0]} ({source})"


def _wrap(text: str, width: int, indent: str, *, first: str = "") -> list[str]:
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)
