"""Single strokes on a page: write a line anew, put one in, take one out; all else stays as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.draft.blocks import BULLET, HEADINGS, TRADEOFF, Block
from digest.draft.marks import COMMENT, OFFER, OPENING, comment, quiet, refs_in, words
from digest.draft.text import entry_line, heading_lines, shares_evidence
from digest.model import SECTIONS, Entry, SectionName
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

FOOT = ("maintenance", "left", "state")
_INDENT = regex(r"^\s*")
_KEPT = "kept, because it stood inside a comment that is written anew:"


def rewritten(block: Block, sources: Collection[str], text: str | None = None) -> Block:
    """An entry with the refs and the doubt that it has now, and with new words where `text` gives some.

    Where the words stay, they stay as they were wrapped and marked; comments of a person stay in any case.
    """
    raw = "\n".join(block.lines)
    mark = comment(block.refs, sure=block.sure)
    if text is None and not block.loose:
        bare = COMMENT.sub(lambda found: "" if refs_in(found[1], sources) else found[0], raw)
        unclosed = OPENING.search(COMMENT.sub("", bare))
        bare, tail = (bare[: bare.rindex("<!--")], bare[bare.rindex("<!--") :]) if unclosed else (bare, "")
        kept = [line.rstrip() for line in bare.rstrip().split("\n")]
        lines = [line for line in kept if line]
        lines[-1:] = [" ".join(filter(None, (lines[-1] if lines else "-", mark, tail)))]
        return replace(block, lines=tuple("\n".join(lines).split("\n")), loose=False)
    said = words(block.text if text is None else text)
    own = [found[0] for found in COMMENT.finditer(raw) if not refs_in(found[1], sources)]
    lead = BULLET.match(block.lines[0])
    prefix = TRADEOFF if block.section == "tradeoffs" else ""
    line = (lead[0] if lead else f"{_indent(block)}- ") + prefix + said
    lines = " ".join(filter(None, (line.rstrip(), *own, mark, block.tail))).split("\n")
    return replace(block, lines=tuple(lines), text=said, loose=False)


def line(entry: Entry, section: SectionName) -> Block:
    """An entry as a line of its own."""
    text = entry_line(entry, section)
    return Block(kind="entry", lines=(text,), section=section, text=words(entry.text), refs=entry.refs, sure=entry.sure)


def _indent(block: Block) -> str:
    found = _INDENT.match(block.lines[0])
    return found[0] if found else ""


def offer(block: Block, text: str) -> Block:
    """The comment below a line that shows what its source says by now."""
    indent = " " * len((BULLET.match(block.lines[0]) or [_indent(block)])[0])
    return Block(kind="offer", lines=(f"{indent}<!-- {OFFER} {quiet(text)} -->",), text=f"{OFFER} {quiet(text)}")


def kept(lines: Sequence[str]) -> Block:
    """A comment of a person, made of words that stood where they could not stay."""
    return Block(kind="comment", lines=(f"<!-- {_KEPT}", *map(quiet, lines), "-->"))


def without(blocks: Sequence[Block], k: int) -> list[Block]:
    """The blocks less number `k`, its offer, and the blank line that would stand twice."""
    end = k + 1
    while end < len(blocks) and blocks[end].kind == "offer":
        end += 1
    before, after = list(blocks[:k]), list(blocks[end:])
    if after and after[0].kind == "blank" and (not before or before[-1].kind == "blank"):
        after = after[1:]
    return before + after


def put(blocks: list[Block], k: int, new: Sequence[Block]) -> list[Block]:
    """The blocks with `new` before number `k`; a bullet next to a bullet, all else with a blank line around."""
    before, after = blocks[:k], blocks[k:]
    lines = ("entry", "offer")
    if before and before[-1].kind != "blank" and not (before[-1].kind in lines and new[0].kind in lines):
        before = [*before, Block(kind="blank", lines=("",))]
    if not after or (after[0].kind != "blank" and not (after[0].kind in lines and new[-1].kind in lines)):
        after = [Block(kind="blank", lines=("",)), *after]
    return before + list(new) + after


def append(blocks: list[Block], entry: Block) -> list[Block]:
    """Put an entry at the end of its section, a trade-off below the line whose evidence it shares."""
    if entry.section == "tradeoffs" and (k := _below_evidence(blocks, entry)):
        return put(blocks, k, [entry])
    home: SectionName = entry.section if entry.section != "tradeoffs" or _heading(blocks, "tradeoffs") else "progress"
    start = _heading(blocks, home)
    if start is None:
        return _append_without_heading(blocks, entry, home)
    end = next((k for k in range(start + 1, len(blocks)) if blocks[k].kind in ("heading", *FOOT)), len(blocks))
    last = max((k for k in range(start, end) if blocks[k].kind in {"entry", "offer"}), default=None)
    if last is not None:
        return put(blocks, last + 1, [entry])
    empty = next((k for k in range(start, end) if blocks[k].kind == "empty" and blocks[k].section != home), None)
    return put(blocks, start + 1 if empty is None else empty, [entry])


def append_comment(blocks: list[Block], new: Block) -> list[Block]:
    """Put a comment at the end of the section that it speaks of; nowhere where the section has no heading."""
    home: SectionName = "progress" if new.section == "tradeoffs" else new.section
    start = _heading(blocks, home)
    if start is None:
        return blocks
    end = next((k for k in range(start + 1, len(blocks)) if blocks[k].kind in ("heading", *FOOT)), len(blocks))
    last = max(k for k in range(start, end) if blocks[k].kind in {"heading", "entry", "offer"})
    return put(blocks, last + 1, [new])


def _below_evidence(blocks: Sequence[Block], entry: Block) -> int | None:
    """The place below the progress line that shares evidence with a trade-off, after those that stand there."""
    for k, block in enumerate(blocks):
        if block.kind == "entry" and block.section == "progress" and shares_evidence(block.refs, entry.refs):
            k += 1  # noqa: PLW2901
            while k < len(blocks) and _hangs(blocks[k]):
                k += 1  # noqa: PLW2901
            return k
    return None


def _hangs(block: Block) -> bool:
    return block.kind == "offer" or (block.kind == "entry" and block.section == "tradeoffs")


def _heading(blocks: Sequence[Block], name: SectionName) -> int | None:
    return next((k for k, b in enumerate(blocks) if b.kind == "heading" and b.section == name), None)


def _append_without_heading(blocks: list[Block], entry: Block, home: SectionName) -> list[Block]:
    """Put an entry below the others of a section that lost its heading, else give it one where the order wants it."""
    last = max((k for k, b in enumerate(blocks) if b.kind == "entry" and b.section == home), default=None)
    if last is not None:
        return put(blocks, last + 1, [entry])
    after = SECTIONS[SECTIONS.index(home) + 1 :]
    later = (k for k, b in enumerate(blocks) if (b.kind == "heading" and b.section in after) or b.kind in FOOT)
    k = next(later, len(blocks))
    title = Block(kind="heading", lines=heading_lines(home), section=home, text=HEADINGS[home])
    return put(put(blocks, k, [title]), k + 1 + (k > 0 and blocks[k - 1].kind != "blank"), [entry])
