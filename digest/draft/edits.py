"""What a person does to a draft, as functions of its text: keep, reword, drop and add a line.

A line is named by one of its refs (`github:acme/shop#412`, or as much of its end as is clear: `#412`, `PAY-7`), or by
its number in the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.draft import approval, pen
from digest.draft import state as states
from digest.draft.approval import Approval
from digest.draft.comments import swap
from digest.draft.marks import words
from digest.draft.page import PREFIX, parse
from digest.draft.reading import read
from digest.errors import DraftError
from digest.model import Entry, whole_ref

if TYPE_CHECKING:
    from datetime import datetime

    from digest.draft.blocks import Block
    from digest.draft.page import Page
    from digest.model import SectionName

FEW = 5


def keep(text: str, target: str | int) -> str:
    """Let a line stand as it is: no longer a guess, and what its source says by now is no longer asked."""
    page = parse(text)
    k = find_line(page, target)
    block = replace(page.blocks[k], sure=True)
    return _with(page, k, block if page.blocks[k].sure else pen.rewritten(block, page.state.sources))


def keep_all(text: str) -> str:
    """Let every guess stand as it is."""
    page = parse(text)
    blocks = [
        pen.rewritten(replace(b, sure=True), page.state.sources) if b.kind == "entry" and not b.sure else b
        for b in page.blocks
    ]
    return replace(page, blocks=tuple(blocks)).text()


def reword(text: str, target: str | int, said: str, *, sure: bool = True) -> str:
    """Give a line new words; whoever words a guess stands by it, unless they say that they are not done yet.

    Raises:
        DraftError: there is no such line, or there are no words.
    """
    page = parse(text)
    k = find_line(page, target)
    block = replace(page.blocks[k], sure=sure)
    return _with(page, k, pen.rewritten(block, page.state.sources, worded(said)))


def drop(text: str, target: str | int) -> str:
    """Take a line out; it does not come back by itself."""
    page = parse(text)
    return replace(page, blocks=tuple(pen.without(page.blocks, find_line(page, target)))).text()


def add(text: str, section: SectionName, said: str, *, refs: tuple[str, ...] = (), sure: bool = True) -> str:
    """Put a line of one's own at the end of a section; a trade-off with `refs` below the line of that evidence.

    Raises:
        DraftError: there are no words.
    """
    page = parse(text)
    block = pen.line(Entry(text=worded(said), refs=refs, sure=sure), section)
    blocks = list(page.blocks)
    for k in reversed(range(len(blocks))):
        if blocks[k].kind == "empty" and blocks[k].section == section:
            blocks = pen.without(blocks, k)
    return replace(page, blocks=tuple(pen.append(blocks, block))).text()


def settle(text: str, question: str) -> str:
    """Note that a person answered a question with "no", so that it is not asked again."""
    page = parse(text)
    settled = tuple(dict.fromkeys((*page.state.settled, question)))
    footer = states.dump(replace(page.state, settled=settled))
    return replace(page, blocks=tuple(swap(list(page.blocks), "state", footer, add=True))).text()


def approve(text: str, by: str, at: datetime) -> str:
    """Note who stands by the words; it holds until they change.

    Raises:
        DraftError: the draft cannot be read.
    """
    page = parse(text)
    approved = Approval(seen=approval.seen(read(text).digest), by=words(by), at=at)
    footer = states.dump(replace(page.state, approved=approved))
    return replace(page, blocks=tuple(swap(list(page.blocks), "state", footer, add=True))).text()


def worded(said: str) -> str:
    """What a person typed, as the words of a line.

    Raises:
        DraftError: there are none.
    """
    said = words(said)
    found = PREFIX.match(said)
    said = said[found.end() :] if found and not any(found.groups()) else said
    if not said:
        raise DraftError("a line needs words", "to take it out, drop it")
    return said


def _with(page: Page, k: int, block: Block) -> str:
    """The text with another block for number `k`, without the offer below it."""
    blocks = [*page.blocks[:k], block, *page.blocks[k + 1 :]]
    while k + 1 < len(blocks) and blocks[k + 1].kind == "offer":
        blocks = pen.without(blocks, k + 1)
    return replace(page, blocks=tuple(blocks)).text()


def find_line(page: Page, target: str | int) -> int:
    """The number of the block that is meant."""
    lines = [(k, block) for k, block in enumerate(page.blocks) if block.kind == "entry"]
    if isinstance(target, int):
        found = [k for k, block in lines if block.at <= target < block.at + len(block.lines)]
        if found:
            return found[0]
        raise DraftError(f"line {target} of the draft is no line of the digest", _near(page, ""))
    for fits in (_is, _is_part_of, _ends):
        found = [k for k, block in lines if any(fits(ref, target) for ref in block.refs)]
        if len(found) == 1:
            return found[0]
        if found:
            where = ", ".join(str(page.blocks[k].at) for k in found)
            raise DraftError(f"{target!r} is the evidence of several lines: {where}", "name one by its number")
    raise DraftError(f"no line of the draft rests on {target!r}", _near(page, target))


def _is(ref: str, target: str) -> bool:
    return ref == target


def _is_part_of(ref: str, target: str) -> bool:
    return whole_ref(ref) == target


def _ends(ref: str, target: str) -> bool:
    """Whether `target` is the end of `ref` from a sign on: `#412`, `shop#412`, `PAY-7`."""
    before = ref.removesuffix(target)[-1:]
    return bool(target) and ref.endswith(target) and not (before.isalnum() and target[0].isalnum())


def _near(page: Page, target: str) -> str:
    """Which refs may have been meant."""
    import difflib

    refs = [ref for block in page.of("entry") for ref in block.refs]
    keys = {ref.partition(":")[2]: ref for ref in refs}
    close = difflib.get_close_matches(target, [*refs, *keys], 3, 0.6)
    meant = dict.fromkeys(keys.get(c, c) for c in close)
    if meant:
        return f"did you mean {' or '.join(meant)}?"
    return f"there are {', '.join(refs[:FEW])}{', …' if refs[FEW:] else ''}" if refs else "no line has evidence"
