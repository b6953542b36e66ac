"""Where a line stands, as functions of the text: up, down, to another section, up from what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.draft import pen
from digest.draft.edits import find_line, worded
from digest.draft.marks import promoted
from digest.draft.page import parse
from digest.draft.text import shares_evidence
from digest.errors import DraftError
from digest.model import Entry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.draft.blocks import Block
    from digest.model import SectionName


def shift(text: str, target: str | int, step: int) -> str:
    """Let a line change places with the next one of its section (`step` 1) or the one before (-1).

    What hangs on a line goes with it: what its source says by now, and the trade-offs of its evidence.
    """
    page = parse(text)
    blocks = list(page.blocks)
    k = find_line(page, target)
    same = [j for j, b in enumerate(blocks) if b.kind == "entry" and b.text and b.section == blocks[k].section]
    if k not in same or not 0 <= same.index(k) + step < len(same):
        return text
    first, second = sorted((k, same[same.index(k) + step]))
    mid, end = end_of_group(blocks, first), end_of_group(blocks, second)
    moved = [*blocks[:first], *blocks[second:end], *blocks[mid:second], *blocks[first:mid], *blocks[end:]]
    return replace(page, blocks=tuple(moved)).text()


def send(text: str, target: str | int, section: SectionName) -> str:
    """Put a line, with what its source says by now, at the end of another section."""
    page = parse(text)
    blocks = list(page.blocks)
    k = find_line(page, target)
    if blocks[k].section == section:
        return text
    offers = [b for b in blocks[k + 1 : end_of_group(blocks, k)] if b.kind == "offer"]
    lines = (blocks[k].lines[0].lstrip(), *blocks[k].lines[1:])
    block = pen.rewritten(replace(blocks[k], section=section, lines=lines), page.state.sources, blocks[k].text)
    blocks = _appended(pen.without(blocks, k), block)
    at = next(j for j, b in enumerate(blocks) if b is block) + 1
    return replace(page, blocks=(*blocks[:at], *offers, *blocks[at:])).text()


def promote(text: str, refs: Sequence[str], section: SectionName) -> str:
    """Tell what was left out, at the end of a section.

    Raises:
        DraftError: nothing with these refs is left out.
    """
    page = parse(text)
    for k, block in enumerate(page.blocks):
        for j, line in enumerate(block.lines if block.kind == "left" else ()):
            said, found, _ = promoted(line.strip().removeprefix("- "), page.state.offered)
            if found and found == tuple(refs):
                blocks = list(page.blocks)
                rest = (*block.lines[:j], *block.lines[j + 1 :])
                blocks[k] = replace(block, lines=rest)
                if not any(x.strip().startswith("- ") for x in rest):
                    blocks = pen.without(blocks, k)
                new = pen.line(Entry(text=said, refs=found), section)
                return replace(page, blocks=tuple(_appended(blocks, new))).text()
    raise DraftError(f"nothing that was left out rests on {' '.join(refs)}")


def entitle(text: str, said: str) -> str:
    """Give the digest another first line."""
    page = parse(text)
    lines = (f"**{worded(said)}**",)
    blocks = list(page.blocks)
    for k, block in enumerate(blocks):
        if block.kind == "title":
            blocks[k] = replace(block, lines=lines)
            return replace(page, blocks=tuple(blocks)).text()
    raise DraftError("the draft has no first line", "write one like **Shop Update - W7-8** above the first heading")


def maintain(text: str, said: str) -> str:
    """Give the maintenance line other words; without any it is taken out."""
    page = parse(text)
    blocks = list(page.blocks)
    for k, block in enumerate(blocks):
        if block.kind == "maintenance":
            words = worded(said) if said.strip() else ""
            words = words if words.lower().startswith("maintenance:") or not words else f"Maintenance: {words}"
            blocks = (
                [*blocks[:k], replace(block, lines=(words,)), *blocks[k + 1 :]] if words else pen.without(blocks, k)
            )
            return replace(page, blocks=tuple(blocks)).text()
    raise DraftError("the draft has no maintenance line")


def end_of_group(blocks: Sequence[Block], k: int) -> int:
    """Behind what hangs on the line at `k`."""
    end = k + 1
    while end < len(blocks) and (blocks[end].kind == "offer" or _hangs_on(blocks[end], blocks[k])):
        end += 1
    return end


def _hangs_on(block: Block, line: Block) -> bool:
    below = line.section == "progress" and block.kind == "entry" and block.section == "tradeoffs"
    return below and shares_evidence(block.refs, line.refs)


def _appended(blocks: list[Block], new: Block) -> list[Block]:
    """The blocks with a line at the end of its section, which is no longer said to be empty."""
    for k in reversed(range(len(blocks))):
        if blocks[k].kind == "empty" and blocks[k].section == new.section:
            blocks = pen.without(blocks, k)
    return pen.append(blocks, new)
