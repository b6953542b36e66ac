"""Where one thing ends and the next begins: the lines of a draft, each in exactly one block."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from digest.draft import state as states
from digest.draft.marks import OFFER, OPENING, refs_in
from digest.model import SectionName
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BlockKind = Literal[
    "blank", "title", "heading", "entry", "maintenance", "offer", "comment", "prose",  # a person may write these
    "header", "empty", "left", "state",  # these comments are ours
]  # fmt: skip

HEADINGS: dict[SectionName, str] = {
    "progress": "Progress",
    "tradeoffs": "Trade-offs",
    "metrics": "Metrics",
    "next": "Next",
}
TRADEOFF = "Trade-off: "
OPENINGS: dict[str, BlockKind] = {
    states.OPENING: "state",
    "digest:": "header",
    "left out": "left",
    "empty": "empty",
    OFFER: "offer",
}

NAMES: dict[str, SectionName] = {
    "progress": "progress",
    "trade-offs": "tradeoffs",
    "tradeoffs": "tradeoffs",
    "trade offs": "tradeoffs",
    "trade-off": "tradeoffs",
    "metrics": "metrics",
    "next": "next",
    "next steps": "next",
}
_NOTHING = "\\> \t\xa0\u200b\ufeff"
"""What a formatter, a mail or a paste leaves of a blank line: signs of a hard break and of a quote, odd blanks."""

_ALWAYS = regex(r"^\s*[-*+](?:\s+|$)")
_NUMBERED = regex(r"^\s*\d")
BULLET = regex(r"^\s*(?:[-*+•‣–—]|\d{1,4}[.)])(?:\s+|$)")
_HEADING = regex(r"^(?:#{1,6}\s+(?P<hash>.+?)[\s#]*|(?P<mark>[*_]{1,3})(?P<name>[^*_]+)(?P=mark):?)$")
_SIGNS = regex(r"<!--|-->")
_COMMENT = regex(r"<!--.*?-->")
_INDENTED = regex(r"^(?: {2,}|\t)\S")
_RULE = regex(r"^([-*_=])(?:\s*\1){2,}$")


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A run of lines that belong together.

    Attributes:
        at: the number of the first line, from 1.
        section: where an entry stands; the section that a heading or an empty-comment names.
        text: the words of an entry, title, heading or comment.
        refs, sure: what the mark of an entry says.
        loose: the refs stand in no proper comment, and one is to be written.
        own: a person's comment stands inside. tail: one that is never closed.
    """

    kind: BlockKind
    lines: tuple[str, ...]
    at: int = 0
    section: SectionName = "progress"
    text: str = ""
    refs: tuple[str, ...] = ()
    sure: bool = True
    loose: bool = False
    own: bool = False
    tail: str = ""


def split(lines: Sequence[str]) -> Iterator[Block]:
    """The lines as blocks of which only the kind is known yet."""
    at = 0
    while at < len(lines):
        kind = _kind(lines, at)
        end = at + 1
        if kind in {"comment", "offer", *OPENINGS.values()}:
            end = _end_of_comment(lines, at)
        elif kind == "entry":
            end = _end_of_entry(lines, at)
        yield Block(kind=kind, lines=tuple(lines[at:end]), at=at + 1)
        at = end


def _kind(lines: Sequence[str], at: int) -> BlockKind:
    line = lines[at].strip()
    if not line.strip(_NOTHING):
        return "blank"
    opened = line.removeprefix("<!--").strip()
    ours = next((kind for opening, kind in OPENINGS.items() if opened.startswith(opening)), None)
    if ours and (line.startswith("<!--") or ours in {"state", "header"}):
        return ours
    if line.startswith("<!--") and _stands_alone(lines, at):
        return "comment"
    if _RULE.match(line):
        return "prose"
    if not BULLET.match(lines[at]) and heading(line) is not None:
        return "heading"
    return "entry"


def heading(line: str) -> str | None:
    """The name that a heading gives, without its colon; None for any other line."""
    line = _COMMENT.sub("", line).strip()
    if line.casefold().rstrip(":").strip() in NAMES:
        return line.rstrip(":").strip()
    found = _HEADING.match(line)
    return (found["hash"] or found["name"]).strip(" :*_") if found else None


def _stands_alone(lines: Sequence[str], at: int) -> bool:
    return lines[_end_of_comment(lines, at) - 1].rstrip().endswith("-->")


def _end_of_comment(lines: Sequence[str], at: int) -> int:
    """Where the comment that begins at `at` ends; one never closed ends before the next blank line or comment.

    Lines between a `<!--` and a `-->` that stand alone were commented out by a person, with their own comments.
    """
    if lines[at].strip() == "<!--" and (end := _closing(lines, at)):
        return end
    seen = lines[at].strip().removeprefix("<!--")
    for k in range(at, len(lines)):
        line = seen if k == at else lines[k]
        found = OPENING.search(line)
        closing, opening = line.find("-->"), found.start() if found else -1
        if closing >= 0 and (opening < 0 or closing < opening):
            return k + 1
        if opening >= 0:
            break
    end = at + 1
    while end < len(lines) and lines[end].strip() and not OPENING.search(lines[end]):
        end += 1
    return end


def _closing(lines: Sequence[str], at: int) -> int | None:
    """Behind the `-->` that stands alone and closes the comment at `at`; comments inside are closed by their own."""
    inside = 0
    for k in range(at + 1, len(lines)):
        if lines[k].strip().startswith("<!--") and _kind(lines, k) in OPENINGS.values():
            return None
        for sign in _SIGNS.findall(lines[k]):
            if sign == "-->" and not inside:
                return k + 1 if lines[k].strip() == sign else None
            inside += 1 if sign == "<!--" else -1
    return None


def _end_of_entry(lines: Sequence[str], at: int) -> int:
    """Where the line of the digest that begins at `at` ends, with what was wrapped onto the next lines."""
    end = at + 1
    while end < len(lines) and (_continues(lines, end, lines[at]) or _continues_after_blank(lines, end, lines[at])):
        end = max(end + 1, _end_of_comment(lines, end) if lines[end].strip().startswith("<!--") else 0)
    return end


def _continues(lines: Sequence[str], at: int, first: str) -> bool:
    line = lines[at]
    if line.strip().startswith("<!--"):
        return _kind(lines, at) in {"comment", "entry"} and (line[:1] in " \t" or _is_mark(lines, at))
    if line[:1] in " \t" and _kind(lines, at) == "heading":
        return True  # a word that was wrapped to the start of its line and only looks like a heading
    return _kind(lines, at) == "entry" and not _begins_another(line, first)


def _begins_another(line: str, first: str) -> bool:
    """Whether a line is the next bullet; a number or a dash that was wrapped to its start makes none of it."""
    if not BULLET.match(line) or _ALWAYS.match(line):
        return bool(_ALWAYS.match(line))
    if _NUMBERED.match(line):
        return bool(_NUMBERED.match(first) and BULLET.match(first))
    return line.lstrip()[0] == first.lstrip()[0]


def _continues_after_blank(lines: Sequence[str], at: int, first: str) -> bool:
    """Whether a blank line is followed by an indented paragraph, which Markdown counts to the bullet above."""
    after = lines[at + 1] if at + 1 < len(lines) else ""
    return (
        not lines[at].strip()
        and bool(BULLET.match(lines[at - 1]) or lines[at - 1][:1] in {" ", "\t"})
        and bool(_INDENTED.match(after))
        and _continues(lines, at + 1, first)
    )


def _is_mark(lines: Sequence[str], at: int) -> bool:
    inner = "\n".join(lines[at : _end_of_comment(lines, at)]).strip()
    return refs_in(inner.removeprefix("<!--").removesuffix("-->"), ()) is not None


def inner(block: Block) -> str:
    """What stands inside a comment."""
    text = "\n".join(block.lines).strip()
    return text.removeprefix("<!--").rpartition("-->")[0 if "-->" in text else 2].strip()
