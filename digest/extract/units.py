"""A text cut into units: sentences, list items, headings, tables and code, with their place in the text and its outline."""

from __future__ import annotations

import itertools
import re
from typing import Literal

import msgspec

from digest.regex import regex

Box = Literal["", "open", "done"]
UnitKind = Literal["title", "heading", "sentence", "table", "code"]

ABBREVIATION = regex(
    r"(?:\b(?i:e\.g|i\.e|vs|etc|cf|al|approx|resp|incl|esp|mr|dr|fig|sec|inc|ltd|st|a\.k\.a|w\.r\.t|viz|ca|no)"
    r"|(?<![\w`])[A-Z]|^\s*\(?\d{1,2}|^\s*[a-z])\.$"
)
STOP = regex(r"[.!?](?<![.!?]{2})[.!?]*[\"')\]`*_]*(?=\s)")
LOWER = regex(r"[a-z,;)]")
NEW_LINE_OF_ITS_OWN = regex(
    r"\n(?:(?<=>\n)|(?=[ \t]*(?:TODO\b|(?i:trade-?offs?|follow-?ups?|next(?: steps?)?)\s*:|[A-Z][\w-]*(?: [\w-]+){0,3} ?: {1,3}\S)))",
)
"""A line that starts with a label, or follows a tag, is no continuation of the sentence before it."""


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of a text that can carry a statement.

    Attributes:
        kind: what it is.
        start: where it begins in the text, in characters.
        end: where it ends.
        text: the piece with its white space collapsed and its marks of emphasis removed.
        headings: the headings and labels above it, outermost first.
        lead: the sentence that introduces the list or block it stands in.
        block: the number of its paragraph, list item, table or code block.
        listed: it stands in a list.
        box: the state of its check-box, if it has one.
        quoted: it stands in a quotation.
    """

    kind: UnitKind
    start: int
    end: int
    text: str
    headings: tuple[str, ...] = ()
    lead: str = ""
    block: int = 0
    listed: bool = False
    box: Box = ""


def sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the sentences of `text[start:end]` stand."""
    found: list[tuple[int, int]] = []
    for low, high in _lines_apart(text, start, end):
        begin = low
        for stop in STOP.finditer(text, low, high):
            cut = stop.end()
            if _goes_on(text, begin, stop, high):
                continue
            found.append((begin, cut))
            begin = cut
        found.append((begin, high))
    return [(a, b) for a, b in (_trimmed(text, *span) for span in found) if a < b]


def _lines_apart(text: str, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start, *(m.end() for m in NEW_LINE_OF_ITS_OWN.finditer(text, start, end)), end]
    return list(itertools.pairwise(cuts))


def _goes_on(text: str, begin: int, stop: re.Match[str], end: int) -> bool:
    rest = text[stop.end() : min(end, stop.end() + 60)].lstrip()
    if not rest:
        return False
    if stop.group()[0] != ".":
        return LOWER.match(rest) is not None
    tail = text[max(begin, stop.start() - 24) : stop.start() + 1]
    return ABBREVIATION.search(tail) is not None or rest[0].islower()


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


MARKS = regex(r"~~[^~]{1,300}~~|(?<!\w)(\*\*\*|\*\*|__|\*|_)(?=\S)([^*_]{1,300})(?<=\S)\1(?!\w)")
LINK = regex(r"!?\[([^\[\]]{0,300})\](?:\([^()\s]{0,2000}(?: [^()]{0,200})?\)|\[[^\[\]]{0,100}\])")
COMMENT = regex(r"<!--.*?(?:-->|\Z)", re.DOTALL)
TAG = regex(
    r"</?(?:img|br|p|a|b|i|em|strong|details|summary|sub|sup|kbd|div|span|ul|ol|li|h[1-6])\b[^<>]{0,800}>",
    re.IGNORECASE,
)


def plain(piece: str) -> str:
    """The words of a piece of markup on one line."""
    if "<!--" in piece:
        piece = COMMENT.sub(" ", piece)
    if "[" in piece:
        piece = LINK.sub(r"\1", piece)
    if "<" in piece:
        piece = TAG.sub(" ", piece)
    if "*" in piece or "_" in piece or "~~" in piece:
        piece = MARKS.sub(lambda m: m.group(2) or "", piece)
    return " ".join(piece.split())
