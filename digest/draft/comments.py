"""The comments of a draft that are ours: written anew when news come in, a person's words in them kept in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.draft import pen
from digest.draft import state as states
from digest.draft.blocks import NAMES, Block, inner
from digest.draft.marks import GUESS, fingerprint, promoted, quiet
from digest.draft.state import state_of, why_empty
from digest.draft.text import (
    PROMOTE,
    empty_line,
    header_lines,
    headline,
    left_lines,
    left_out,
    maintenance_lines,
    title_line,
)
from digest.model import SECTIONS, Digest, LeftOut

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from digest.draft.page import Page
    from digest.draft.state import State


def renew(
    page: Page, blocks: list[Block], theirs: Digest, deleted: tuple[LeftOut, ...], lost: Collection[str]
) -> list[Block]:
    """The blocks with every comment of ours, the title and the maintenance line as `theirs` wants them.

    Args:
        page: the page as it was.
        blocks: its blocks, with the entries as they are to be.
        theirs: what the sources say now.
        deleted: what a person deleted; it is listed with what is left out.
        lost: the refs that the sources no longer have.
    """
    state = state_of(theirs, page.state)
    gone = {
        ref: replace(
            state.offered[ref],
            place=states.GONE,
            marks=tuple(dict.fromkeys((*page.state.offered[ref].marks, *state.offered[ref].marks))),
        )
        for ref in lost
    }
    own = {fingerprint(b.text): b.section for b in page.of("heading") if b.text.casefold() not in NAMES}
    state = replace(state, offered=state.offered | gone, headings=own)
    words_of_person = list(_words_in_ours(page, theirs))
    told = {ref for block in blocks if block.kind == "entry" for ref in block.refs}
    left = left_lines(_as_listed((*left_out(theirs, told), *deleted), page))
    blocks = _title(page, blocks, theirs)
    blocks = _maintenance(page, blocks, theirs)
    blocks = _empties(page, blocks, theirs)
    was_listed = any(o.place == states.LEFT_OUT for o in page.state.offered.values())
    blocks = swap(blocks, "left", left, add=not was_listed)
    blocks = swap(blocks, "state", states.dump(state), add=True)
    blocks = swap(blocks, "header", header_lines(theirs), add=page.state.period is None)
    if words_of_person:
        top = next((k for k, b in enumerate(blocks) if b.kind == "header"), -1)
        blocks = pen.put(blocks, top + 1, [pen.kept(words_of_person)])
    return blocks


def _as_listed(left: tuple[LeftOut, ...], page: Page) -> list[LeftOut]:
    """What is left out in the order in which the page has it, new items behind the one that they rank next to.

    News change the rank of everything a little; a list that is sorted anew each time is a diff that nobody reads.
    """
    lines = (line.strip().removeprefix("- ") for block in page.of("left") for line in block.lines)
    at = {refs: k for k, line in enumerate(lines) if (refs := promoted(line, page.state.offered)[1])}
    listed = sorted((item for item in left if item.refs in at), key=lambda item: at[item.refs])
    for before, item in zip((None, *left), left, strict=False):
        if item.refs not in at:
            listed.insert(listed.index(before) + 1 if before else 0, item)
    return listed


def _words_in_ours(page: Page, theirs: Digest) -> Iterable[str]:
    """What a person wrote into comments that are written anew."""
    state = page.state
    made = {*header_lines(theirs), *_header_before(state)}
    for block in page.of("header"):
        if _joined(block.lines) not in {_joined(header_lines(theirs)), _joined(_header_before(state))}:
            yield from (line.strip() for line in block.lines if line.strip() and line.strip() not in made)
    for block in page.of("left"):
        for line in inner(block).split("\n"):
            if line.strip() and line.strip() != PROMOTE and not _listed_by_us(line.strip(), state, theirs):
                yield line.strip()
    for block in page.of("empty"):
        now = fingerprint(quiet(why_empty(theirs.section(block.section))))
        if block.text and fingerprint(block.text) not in {state.empty.get(block.section), now}:
            yield block.text
    yield from state.damaged


def _listed_by_us(line: str, state: State, theirs: Digest) -> bool:
    """Whether a line of what is left out stands there as it was written, or as it would be by now."""
    now = {ref: left for left in theirs.left_out for ref in left.refs}
    text, refs, _ = promoted(line.removeprefix("- "), {*state.offered, *now})
    marks = {mark.rstrip(GUESS) for ref in refs for mark in state.marks(ref)}
    marks |= {fingerprint(quiet(now[ref].text or now[ref].title)) for ref in refs if ref in now}
    return fingerprint(text) in marks


def _header_before(state: State) -> tuple[str, ...]:
    if state.period is None:
        return ()
    before = Digest(
        title=state.title,
        period=state.period,
        sections=(),
        outcomes=state.outcomes,
        notes=state.notes,
        doubts=state.doubts,
        redactions=state.redactions,
    )
    return header_lines(before)


def _joined(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def swap(blocks: list[Block], kind: str, lines: tuple[str, ...], *, add: bool) -> list[Block]:
    """The blocks with these lines for the comment of that kind; with `add`, also where there is none yet."""
    at = [k for k, block in enumerate(blocks) if block.kind == kind]
    for k in reversed(at[1:] if lines else at):
        blocks = pen.without(blocks, k)
    if at and lines:
        agreed = [line.strip() for line in blocks[at[0]].lines] == list(lines)
        new = blocks[at[0]] if agreed else replace(blocks[at[0]], lines=lines)
        return [*blocks[: at[0]], new, *blocks[at[0] + 1 :]]
    if lines and add:
        new = Block(kind=kind, lines=lines)  # type: ignore[arg-type]
        return pen.put(blocks, _place(blocks, kind), [new])
    return blocks


def _place(blocks: list[Block], kind: str) -> int:
    if kind == "header":
        return 0
    after = {"left": ("state",), "maintenance": ("left", "state")}.get(kind, ())
    found = next((k for k, block in enumerate(blocks) if block.kind in after), len(blocks))
    return found - 1 if found == len(blocks) and blocks and blocks[-1].lines == ("",) else found


def _title(page: Page, blocks: list[Block], theirs: Digest) -> list[Block]:
    """The first line follows the configuration until a person words it."""
    if page.state.period is None:
        return blocks
    usual = headline(Digest(title=page.state.title, period=page.state.period, sections=()))
    now = headline(theirs)
    return [
        replace(b, lines=(title_line(theirs),), text=now) if b.kind == "title" and b.text == usual != now else b
        for b in blocks
    ]


def _maintenance(page: Page, blocks: list[Block], theirs: Digest) -> list[Block]:
    lines = maintenance_lines(theirs)
    at = next((block for block in blocks if block.kind == "maintenance"), None)
    if at is None:
        return swap(blocks, "maintenance", lines, add=not page.state.maintenance)
    if fingerprint(at.text) != page.state.maintenance or (lines and fingerprint(lines[0]) == fingerprint(at.text)):
        return blocks
    return swap(blocks, "maintenance", lines, add=True)


def _empties(page: Page, blocks: list[Block], theirs: Digest) -> list[Block]:
    """A comment in each section that has no line; none where there is one by now."""
    for name in SECTIONS:
        filled = any(block.kind == "entry" and block.section == name for block in blocks)
        at = [k for k, block in enumerate(blocks) if block.kind == "empty" and block.section == name]
        section = theirs.section(name)
        needed = not (filled or section.entries)
        for k in reversed(at[1:] if needed else at):
            blocks = pen.without(blocks, k)
        if not needed:
            continue
        line = empty_line(section)
        if at:
            block = blocks[at[0]]
            new = (
                block
                if fingerprint(block.text) == fingerprint(quiet(why_empty(section)))
                else replace(block, lines=(line,))
            )
            blocks = [*blocks[: at[0]], new, *blocks[at[0] + 1 :]]
        elif name not in page.state.empty:
            blocks = pen.append_comment(blocks, Block(kind="empty", lines=(line,), section=name))
    return blocks
