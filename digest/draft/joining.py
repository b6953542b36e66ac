"""Two lines that are one outcome, as functions of the text: told as one, or said to be apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.draft import pen
from digest.draft import state as states
from digest.draft.comments import swap
from digest.draft.edits import find_line
from digest.draft.moving import end_of_group
from digest.draft.page import parse
from digest.draft.reading import read
from digest.draft.text import question_line
from digest.errors import DraftError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from digest.draft.page import Page
    from digest.model import Doubt


def join(text: str, target: str | int, other: str | int) -> str:
    """Tell two lines as one: the first keeps its words and takes the evidence of the other, and what hangs on it.

    Raises:
        DraftError: there are no two such lines, or they stand in different sections.
    """
    page = parse(text)
    k, j = find_line(page, target), find_line(page, other)
    first, second = page.blocks[k], page.blocks[j]
    if first is second or first.section != second.section:
        raise DraftError("only two lines of one section can be one", "send one of them to the other section first")
    below = [b for b in page.blocks[j + 1 : end_of_group(page.blocks, j)] if b.kind == "entry"]
    blocks = list(page.blocks)
    for gone in (second, *below):
        blocks = pen.without(blocks, next(n for n, b in enumerate(blocks) if b is gone))
    k = next(n for n, b in enumerate(blocks) if b is first)
    refs = tuple(dict.fromkeys((*first.refs, *second.refs)))
    blocks[k] = pen.rewritten(replace(first, refs=refs, sure=first.sure and second.sure), page.state.sources)
    blocks = pen.put(blocks, end_of_group(blocks, k), below) if below else blocks
    return _answered(replace(page, blocks=tuple(blocks)), refs)


def unite(text: str, target: str | int) -> str:
    """Tell a line and all that may be one with it as one line, in its words.

    Raises:
        DraftError: there is no such line, or none that may be one with it.
    """
    page = parse(text)
    at = page.blocks[find_line(page, target)].at
    first = next((line for line in read(text).lines if line.at == at and line.doubt), None)
    if first is None or first.doubt is None:
        raise DraftError("no line may be one with this one by now", "somebody answered the question, or took one out")
    while True:
        same = [line for line in read(text).lines if line.section == first.section]
        at = next(line.at for line in same if {*first.entry.refs} <= {*line.entry.refs})
        other = next((x for x in same if x.at > at and not {*first.doubt.refs}.isdisjoint(x.entry.refs)), None)
        if other is None:
            return text
        text = join(text, at, other.at)


def apart(text: str, refs: Collection[str]) -> str:
    """Let lines that may be one stand apart; they are not asked about again."""
    return _answered(parse(text), refs)


def settled(now: Sequence[Doubt], before: Sequence[Doubt]) -> tuple[Doubt, ...]:
    """The doubts of today, less those that a person has answered before."""
    answered = {ref for doubt in before if not doubt.confidence for ref in doubt.refs}
    return tuple(replace(doubt, confidence=0.0) if answered.issuperset(doubt.refs) else doubt for doubt in now)


def _answered(page: Page, refs: Collection[str]) -> str:
    """The text without the questions about lines that rest on `refs`."""
    answered = [d for d in page.state.doubts if d.confidence and set(d.refs) <= set(refs)]
    if not answered:
        return page.text()
    said = {f"- {question_line(doubt)}" for doubt in answered}
    state = replace(
        page.state, doubts=tuple(replace(d, confidence=0.0) if d in answered else d for d in page.state.doubts)
    )
    blocks = swap(list(page.blocks), "state", states.dump(state), add=True)
    for k, block in enumerate(blocks):
        if block.kind == "header":
            blocks[k] = replace(block, lines=_without(block.lines, said))
    return replace(page, blocks=tuple(blocks)).text()


def _without(lines: Sequence[str], said: Collection[str]) -> tuple[str, ...]:
    """The lines of the header less these, and less a title that nothing is left of."""
    kept = [line for line in lines if line.strip() not in said]
    return tuple(
        line
        for line, after in zip(kept, [*kept[1:], ""], strict=True)
        if line.strip() != "Questions:" or after.strip().startswith("- ")
    )
