"""A draft, taken apart into blocks that together are every line of it, so that what we do not touch stays as it is."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.draft import state as states
from digest.draft.blocks import BULLET, HEADINGS, NAMES, Block, BlockKind, heading, inner, split
from digest.draft.marks import COMMENT, GUESS, OFFER, OPENING, fingerprint, mended, take
from digest.draft.state import State
from digest.errors import DraftError
from digest.model import SectionName
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

PREFIX = regex(r"^([*_]{0,3})trade[- ]?off([*_]{0,3})\s*[:–—]\s*([*_]{0,3})\s*", re.IGNORECASE)
_MAINTENANCE = regex(r"^[*_]{0,3}maintenance[*_]{0,3}:", re.IGNORECASE)
_LINE_END = regex(r"\r\n|\n|\r")
_HEADING_SIGNS = regex(r"^#{1,6}\s+|[\s#]+$")
_GIT = regex(r"^(<{7}|>{7})( |$)")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A draft, taken apart. `notes` say what had to be guessed, each with its line."""

    blocks: tuple[Block, ...]
    state: State
    newline: str = "\n"
    bom: str = ""
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        """The whole as it stands in the file."""
        return self.bom + self.newline.join(line for block in self.blocks for line in block.lines)

    def of(self, kind: BlockKind) -> tuple[Block, ...]:
        """The blocks of that kind, from the top."""
        return tuple(block for block in self.blocks if block.kind == kind)


def parse(text: str, news: Collection[str] = ()) -> Page:
    """Take a draft apart; nothing that stands in it is lost.

    Args:
        text: the whole file.
        news: refs that are known besides those of the footer.

    Raises:
        DraftError: a git merge was left half way.
    """
    bom = "\ufeff" if text.startswith("\ufeff") else ""
    newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    raw = list(split(_lines(mended(text.removeprefix(bom)))))
    state = states.parse(" ".join(inner(block) for block in raw if block.kind == "state"))
    sources = state.sources.union(ref.partition(":")[0] for ref in news)
    if sources:
        raw = list(split(_lines(mended(text.removeprefix(bom), sources))))
    sorted_in = _Sections(state, frozenset(state.offered).union(news), sources)
    blocks = tuple(sorted_in.place(raw))
    damaged = [f"the last comment: {word[:40]!r} cannot be read" for word in state.damaged]
    return Page(blocks=blocks, state=state, newline=newline, bom=bom, notes=(*sorted_in.notes, *damaged))


def _lines(text: str) -> list[str]:
    lines = _LINE_END.split(text)
    for at, line in enumerate(lines, 1):
        if _GIT.match(line):
            raise DraftError(f"line {at}: a git merge was left half way", "choose one side, delete the lines of marks")
    return lines


class _Sections(msgspec.Struct):
    """Reads what stands in each block, going down the page with the heading in force."""

    state: State
    known: frozenset[str]
    sources: frozenset[str]
    notes: list[str] = msgspec.field(default_factory=list)
    section: SectionName | None = None
    titled: bool = False

    def place(self, blocks: Sequence[Block]) -> Iterator[Block]:
        for k, block in enumerate(blocks):
            match block.kind:
                case "heading":
                    yield self._heading(block, blocks[k + 1 :])
                case "entry":
                    yield self._entry(block)
                case "empty":
                    yield self._empty(block)
                case "offer" if not self._offered(inner(block)):
                    yield replace(block, kind="comment", text=inner(block), section=self.section or "progress")
                case "offer" | "header" | "left" | "comment":
                    yield replace(block, text=inner(block), section=self.section or "progress")
                case _:
                    yield block

    def _heading(self, block: Block, after: Sequence[Block]) -> Block:
        line = block.lines[0].strip()
        name = heading(line) or ""
        known = NAMES.get(name.casefold())
        if not known and self.section is None and not self.titled:
            self.titled = True
            return replace(block, kind="title", text=_title(line))
        self.section = known or self._guess(name, after, block.at)
        return replace(block, text=name, section=self.section)

    def _guess(self, name: str, after: Sequence[Block], at: int) -> SectionName:
        """The section that is meant by a heading that we do not know."""
        import difflib

        if close := difflib.get_close_matches(name.casefold(), NAMES, 1, 0.75):
            return NAMES[close[0]]
        below: list[str] = []
        for block in after:
            if block.kind == "heading":
                break
            refs = self._take(block)[1] if block.kind == "entry" else ()
            below += [self.state.offered[r].place for r in refs if r in self.state.offered]
        told = Counter("progress" if p == "tradeoffs" else p for p in below if states.section_of(p))
        most = states.section_of(told.most_common(1)[0][0]) if told else None
        meant = self.state.headings.get(fingerprint(name)) or most or self.section or "progress"
        self.notes.append(f"line {at}: no section is called {name!r}; its lines count as {HEADINGS[meant]}")
        return meant

    def _offered(self, said: str) -> bool:
        """Whether a source said so; where a person wrote into what it said, all of it is theirs."""
        marks = (mark for offered in self.state.offered.values() for mark in offered.marks)
        return fingerprint(said.removeprefix(OFFER)) in {mark.rstrip(GUESS) for mark in marks} or not self.known

    def _take(self, block: Block) -> tuple[str, tuple[str, ...]]:
        text, mark = take(_unbulleted(block.lines), self.known, self.sources)
        return text, mark.refs

    def _entry(self, block: Block) -> Block:
        bulleted = bool(BULLET.match(block.lines[0]))
        text, mark = take(_unbulleted(block.lines), self.known, self.sources)
        loose = mark.damaged or mark.moved
        block = replace(block, text=text, refs=mark.refs, sure=mark.sure, loose=loose, own=mark.own, tail=mark.tail)
        if _MAINTENANCE.match(text) and not bulleted and not mark.refs:
            return replace(block, kind="maintenance")
        if self.section is None and not bulleted and not mark.refs:
            return self._before_sections(block)
        if mark.damaged:
            self.notes.append(f"line {block.at}: its comment was damaged and is read as {' '.join(mark.refs)}")
        if OPENING.search(COMMENT.sub("", "\n".join(block.lines))):
            self.notes.append(f"line {block.at}: a comment is never closed; what stands in it is not published")
        if not text and not mark.own:
            self.notes.append(f"line {block.at}: it has no words and is not published")
        prefix = PREFIX.match(text)
        if prefix:
            text = text[prefix.end() :] if not any(prefix.groups()) else _unprefixed(text, prefix)
        section = "tradeoffs" if prefix else self.section or "progress"
        return replace(block, text=text, section=section)

    def _before_sections(self, block: Block) -> Block:
        if not self.titled and len(block.lines) == 1:
            self.titled = True
            return replace(block, kind="title", text=_title(block.text))
        self.notes.append(f"line {block.at}: it stands above the first heading and is not published")
        return replace(block, kind="prose")

    def _empty(self, block: Block) -> Block:
        said = inner(block).removeprefix("empty")
        name, _, why = said.partition(":")
        known = NAMES.get(name.strip().casefold())
        return replace(
            block, section=known or self.section or "progress", text=" ".join((why if known else said).split())
        )


def _unbulleted(lines: Sequence[str]) -> str:
    return "\n".join([BULLET.sub("", lines[0]), *lines[1:]])


def _unprefixed(text: str, prefix: re.Match[str]) -> str:
    """The words after a `Trade-off:` that a person set in bold or italics, without the signs left over."""
    rest = text[prefix.end() :]
    opened, before, after = prefix.groups()
    closing = (before or after)[: len(opened)]
    return rest if closing == opened[::-1] else opened + rest


def _title(line: str) -> str:
    return _HEADING_SIGNS.sub("", line).strip().strip("*_").strip()
