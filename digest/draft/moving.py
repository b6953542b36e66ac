"""Where a line stands, as functions of the text: up, down, to another section, up from what is not told."""

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
    from collections.abc import Collection, Sequence

    from digest.draft.blocks import Block
    from digest.draft.page import Page
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
    for line in (line for block in page.of("left") for line in block.lines):
        said, found, _ = promoted(line.strip().removeprefix("- "), page.state.offered)
        if found and found == tuple(refs):
            return _told_again(page, Entry(text=said, refs=found), section)
    raise DraftError(f"nothing that was left out rests on {' '.join(refs)}")


def restore(text: str, entry: Entry, section: SectionName) -> str:
    """Tell again what a person took out, at the end of its section.

    Raises:
        DraftError: a line tells it, nothing of the kind was offered, or there are no words.
    """
    page = parse(text)
    told = {ref for block in page.of("entry") for ref in block.refs}
    if not told.isdisjoint(entry.refs):
        raise DraftError("a line tells it already", "reword that one")
    unknown = [ref for ref in entry.refs if ref not in page.state.offered]
    if unknown:
        raise DraftError(f"nothing was offered that rests on {' '.join(unknown)}", "reload the page")
    return _told_again(page, replace(entry, text=worded(entry.text)), section)


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


def _told_again(page: Page, entry: Entry, section: SectionName) -> str:
    """The text with an entry at the end of a section, and what rests on the same no longer listed as left out."""
    blocks = list(page.blocks)
    for k in reversed([k for k, block in enumerate(blocks) if block.kind == "left"]):
        rest = tuple(line for line in blocks[k].lines if not _lists(line, entry.refs, page.state.offered))
        blocks[k] = replace(blocks[k], lines=rest)
        if not any(line.strip().startswith("- ") for line in rest):
            blocks = pen.without(blocks, k)
    return replace(page, blocks=tuple(_appended(blocks, pen.line(entry, section)))).text()


def _lists(line: str, refs: Collection[str], known: Collection[str]) -> bool:
    """Whether a line of what is left out rests on nothing but these refs."""
    _, found, _ = promoted(line.strip().removeprefix("- "), known)
    return bool(found) and set(found) <= set(refs)


def _appended(blocks: list[Block], new: Block) -> list[Block]:
    """The blocks with a line at the end of its section, which is no longer said to be empty."""
    for k in reversed(range(len(blocks))):
        if blocks[k].kind == "empty" and blocks[k].section == new.section:
            blocks = pen.without(blocks, k)
    return pen.append(blocks, new)
