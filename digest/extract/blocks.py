"""From a text to its units: Markdown by its own parser, Jira markup and commit messages as what they are."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from digest.extract import jira
from digest.extract.tables import is_output
from digest.extract.units import Box, Unit, UnitKind, plain, sentences
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

Markup = Literal["auto", "markdown", "jira", "plain"]

LINE = regex(r"\r\n?|\n")
TITLE = regex(r"(?!\s*(?:[-*+>|#`~]|<!--|\d+[.)] ))[^\r\n]{1,120}(?=\r?\n|$)")
FRONT_MATTER = regex(r"\A---\r?\n.{0,4000}?\r?\n---\r?\n", re.DOTALL)
BOX = regex(r"\[([ xX])\]\s+")
LABEL = regex(
    r"(?:\*\*)?((?:[A-Z]|(?:before|after|with|without)\b)[\w /&'()-]{1,48})(?::\*\*|\*\*:|\*\*|:)[ \t]*(?:\r?\n|$)"
)
TRAILER = regex(r"(?:[A-Z][A-Za-z]+(?:-[A-Za-z]+)+|Fixes|Closes|Refs?|See|Cc|CC|Reviewers|Subscribers|Tags): \S")
OUR_TRAILER = regex(r"(?:trade-?offs?|follow-?ups?|next-?steps?)\s*:", re.IGNORECASE)
FENCE = regex(r"\s*(?:```|~~~)")
INTRODUCES = regex(r":\W*$|^[\w /&-]{1,30}$")


MARKED = regex(r"^(?:[-#>+*_`~<=\[\d]|(?![ \t]*$)\s)|[|\r\0]", re.MULTILINE)
"""A line that may be something else than a line of a paragraph."""


class _Paragraph(NamedTuple):
    """A paragraph, as far as its token of the parser is read: its lines and its words."""

    map: list[int]
    content: str
    type: str = "inline"
    nesting: int = 0
    tag: str = ""


def _tokens(body: str) -> Sequence[Token | _Paragraph]:
    """The blocks of a text: where there are only paragraphs, as in most commit messages, no parser is needed."""
    if MARKED.search(body):
        return _parser().parse(body)
    lines = body.split("\n")
    found: list[_Paragraph] = []
    first = 0
    for place, line in enumerate([*lines, ""]):
        if not line.strip():
            if first < place:
                found.append(_Paragraph([first, place], "\n".join(lines[first:place]).strip()))
            first = place + 1
    return found


@cache
def _parser() -> MarkdownIt:
    """Block structure alone: what stands inside a paragraph is read by our own rules."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    return parser


def read(text: str, markup: Markup = "auto") -> tuple[Unit, ...]:
    """The units of a text, in order."""
    if markup == "jira" or (markup == "auto" and jira.looks_like(text)):
        text = jira.to_markdown(text)
    begin = 0
    units: list[Unit] = []
    if front := FRONT_MATTER.match(text):
        begin = front.end()
    elif markup != "markdown" and (first := TITLE.match(text)):
        begin = first.end()
        units.append(Unit(kind="title", start=0, end=begin, text=plain(first.group())))
    units.extend(_Reader(text, begin).units())
    return tuple(units)


WORDS_OF_A_CLAIM = 4
"""Words from which on a label can be a sentence of its own."""

LABEL_LEVEL = 7
"""A label such as `Result:` ranks below every heading."""


class _Reader:
    """Walks the tokens of one text and keeps the outline: headings by level, labels, and what led to a list."""

    def __init__(self, text: str, begin: int) -> None:
        self.text = text
        body = text[begin:]
        self.lines = [begin, *(begin + m.end() for m in LINE.finditer(body)), len(text)]
        self.tokens = _tokens(body)
        self.outline: dict[int, str] = {}
        self.block = 0
        self.lists = 0
        self.inside: list[str] = []
        self.lead = ""
        self.last = ""

    def units(self) -> Iterator[Unit]:
        """The units in order."""
        for token in self.tokens:
            if token.nesting:
                self._step(token)
            if self.inside and self.inside[-1] in ("blockquote", "table"):
                if token.type == "table_open":
                    yield self._whole(token, "table")
            elif token.type in ("fence", "code_block"):
                yield self._whole(token, "code")
            elif token.type == "inline" and self.inside and self.inside[-1] == "heading":
                yield self._heading(token, int(self.inside_level))
            elif token.type == "inline":
                yield from self._paragraph(token)

    def _step(self, token: Token | _Paragraph) -> None:
        """Keep track of where the walk is."""
        name = token.type.rpartition("_")[0]
        if name == "heading":
            self.inside_level = token.tag[1]
        if name in ("blockquote", "table", "heading"):
            if token.nesting > 0:
                self.inside.append(name)
            else:
                self.inside.pop()
        if name in ("bullet_list", "ordered_list"):
            self.lists += token.nesting
            if self.lists == 1 and token.nesting > 0:
                self.lead = self.last if INTRODUCES.search(self.last) else ""
            elif self.lists == 0:
                self.outline.pop(LABEL_LEVEL, None)
                self.lead = ""

    def _slice(self, token: Token | _Paragraph) -> tuple[int, int]:
        first, last = token.map or [0, 0]
        return self.lines[first], self.lines[min(last, len(self.lines) - 1)]

    def _path(self) -> tuple[str, ...]:
        return tuple(self.outline[k] for k in sorted(self.outline))

    def _whole(self, token: Token | _Paragraph, kind: Literal["table", "code"]) -> Unit:
        start, end = self._slice(token)
        self.block += 1
        end = start + len(self.text[start:end].rstrip())
        return self._unit(kind, start, end, lead=self.last)

    def _unit(self, kind: UnitKind, start: int, end: int, *, lead: str, box: Box = "") -> Unit:
        return Unit(
            kind=kind,
            start=start,
            end=end,
            text=self._words(kind, start, end),
            headings=self._path(),
            lead=lead,
            block=self.block,
            listed=self.lists > 0,
            box=box,
        )

    def _words(self, kind: UnitKind, start: int, end: int) -> str:
        """The words of a unit; of code only the fence, if it has one."""
        if kind == "code":
            return self.text[start:end].split("\n", 1)[0].strip() if FENCE.match(self.text, start) else ""
        return plain(self.text[start:end])

    def _heading(self, token: Token | _Paragraph, level: int) -> Unit:
        start, end = self._slice(token)
        self.block += 1
        for deeper in [k for k in self.outline if k >= level]:
            del self.outline[deeper]
        self.last = ""
        unit = self._unit("heading", start, start + len(self.text[start:end].rstrip()), lead="")
        self.outline[level] = plain(token.content)
        return unit

    def _paragraph(self, token: Token | _Paragraph) -> Iterator[Unit]:
        low, high = self._slice(token)
        first = token.content.split("\n", 1)[0].strip()
        start = max(low, self.text.find(first, low, high))
        end = start + len(self.text[start:high].rstrip())
        self.block += 1
        box: Box = ""
        if self.lists and (mark := BOX.match(self.text, start, end)):
            start, box = mark.end(), "open" if mark[1] == " " else "done"
        if not self.lists and (label := LABEL.match(self.text, start, end)):
            self.outline[LABEL_LEVEL] = label[1]
            self.last = label[1] + ":"
            if len(label[1].split()) >= WORDS_OF_A_CLAIM:
                yield self._unit("sentence", start, label.end(1), lead="")
            start = label.end()
        if is_output(self.text[start:end]):
            kind: UnitKind = "table" if self.text[start] == "|" else "code"
            yield self._unit(kind, start, end, lead=self.last)
            return
        for a, b in sentences(self.text, start, end):
            if TRAILER.match(self.text, a, b) and not OUR_TRAILER.match(self.text, a, b):
                continue
            unit = self._unit("sentence", a, b, lead=self.lead if self.lists else "", box=box)
            if self.lists <= 1:
                self.last = unit.text
            yield unit
