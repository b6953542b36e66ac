"""What the person sees of a note: its number, its evidence, its words; nothing in it can steer the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest import choice
from digest.markdown import clean, one_line
from digest.model import whole_ref
from digest.prompt.questions import Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.choice import Choice
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

ROOM = 66
"""Columns from which on two parts of a trade-off stand side by side."""

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"


class Show(msgspec.Struct, frozen=True, kw_only=True):
    """How things are shown: on how many columns, with bold titles, with two things on one line."""

    width: int
    bold: bool = False
    beside: bool = True


def note(line: Line, show: Show, *, k: int, of: int) -> Iterator[str]:
    """A note, as `Trade-off 2 of 5   from acme/shop#412 (github)   [a guess]` and its words below."""
    state = "guess" if not line.entry.sure else "yours" if line.touched else "as drafted"
    source = f"from {_named(line.entry.refs)}   [{state}]" if line.entry.refs else "a line of yours"
    yield from _headed(f"{KINDS[line.section]} {k} of {of}", source, show)
    words = one_line(line.entry.text)
    yield from wrap(f"Yours: {words}" if line.offer else words, show.width, "  ", first="  ")
    if line.doubt:
        for other in line.others:
            yield from wrap(f"One outcome with this one? {one_line(other)}", show.width, "  ", first="  ")
        yield from wrap(f"({one_line(line.doubt.why)}; {line.doubt.confidence:.0%} sure)", show.width, "  ", first="  ")
    if line.offer:
        yield from wrap(f"The source now says: {one_line(line.offer)}", show.width, "  ", first="  ")
    elif line.section == "tradeoffs" and (parts := choice.parts(words)).chosen:
        yield from sides(parts, show)


def question(asked: Question, show: Show, *, k: int, of: int) -> Iterator[str]:
    """A question, as `Question 6 of 6   from acme/shop#412 (github)`, what it rests on, and what is asked."""
    yield from _headed(f"Question {k} of {of}", f"from {_named(asked.refs)}", show)
    for shown in asked.shows:
        yield from wrap(one_line(shown), show.width, "    ", first="  - ")
    yield from wrap(asked.asks, show.width, "  ", first="  ")


def sides(parts: Choice, show: Show) -> Iterator[str]:
    """The parts of a trade-off: side by side where there is room, else below each other."""
    pairs = ("chosen", parts.chosen), ("over", parts.over), ("because", parts.because), ("cost", parts.cost)
    cells = [f"{name:<8} {one_line(part) or '–'}" for name, part in pairs]
    half = (show.width - 5) // 2
    if not show.beside or show.width < ROOM or any(columns(cell) > half for cell in cells):
        for cell in cells:
            yield from wrap(cell, show.width, " " * 13, first="    ")
        return
    for left, right in (cells[:2], cells[2:]):
        yield f"    {left}{' ' * (half - columns(left))} {right}"


def evidence(ref: str, url: str, text: str, width: int) -> Iterator[str]:
    """The facts behind a ref: its address, and what its source said."""
    yield f"{one_line(ref)}{f'  {one_line(url)}' if url else ''}"
    lines = [part for raw in clean(text).split("\n") for part in (wrap(raw, width, "  ", first="  ") or [""])]
    yield from lines[:MOST]
    if lines[MOST:]:
        yield f"  … {len(lines) - MOST} more lines"


def left(draft: Draft, notes: tuple[Line | Question, ...]) -> Iterator[str]:
    """How many guesses nobody has decided yet, and which notes they are."""
    open_ = [str(k) for k, note in enumerate(notes, 1) if isinstance(note, Question) or undecided(note)]
    shown = sum(not isinstance(note, Question) and undecided(note) for note in notes)
    more = sum(map(undecided, draft.lines)) - shown
    if open_:
        yield f"Left to decide: {', '.join(open_)}. Type a number to go there."
    elif more:
        yield f"{more} more are left to decide in other sections."
    else:
        yield "Nothing is left to decide."


def undecided(line: Line) -> bool:
    """Whether a person has something to decide about a line: a guess, or whether it is one with another."""
    return bool(line.doubt) or not line.entry.sure


def _headed(title: str, source: str, show: Show) -> Iterator[str]:
    head, *more = wrap(f"{title}   {source}", show.width, "  ")
    yield head.replace(title, f"{BOLD}{title}{PLAIN}", 1) if show.bold else head
    yield from more


def _named(refs: tuple[str, ...]) -> str:
    """`acme/shop#412 (github)`, a part of it without its number, each once."""
    keys = (one_line(whole_ref(ref)).partition(":") for ref in refs)
    return ", ".join(dict.fromkeys(f"{key} ({source})" for source, _, key in keys))


def columns(text: str) -> int:
    """How many columns of a terminal a text takes: none for a sign that joins, two for many of Asia and for emoji."""
    from prompt_toolkit.utils import get_cwidth

    return len(text) if text.isascii() else get_cwidth(text)


def wrap(text: str, width: int, indent: str, *, first: str = "") -> list[str]:
    """The words of a text on lines of so many columns; a word that is longer is cut. Blanks inside stay as they are."""
    lines: list[str] = []
    line, empty = first, True
    for piece in text.expandtabs(1).split(" "):
        word = piece
        if not empty and columns(line) + 1 + columns(word) > width:
            lines.append(line.rstrip())
            line, empty = indent, True
        while columns(line) + columns(word) + (not empty) > width and columns(word) > width - columns(indent):
            fits = next(
                n for n in range(len(word), 0, -1) if columns(word[:n]) <= max(1, width - columns(line)) or n == 1
            )
            lines.append(line + word[:fits])
            line, empty, word = indent, True, word[fits:]
        line, empty = (line + word, False) if empty else (f"{line} {word}", False)
    return [*lines, line.rstrip()] if line.strip() else lines
