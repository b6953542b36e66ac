"""News from the sources into a draft that a person has worked on.

The file decides where a line stands and what a person said; the sources decide what an untouched line says. The footer
tells the two apart, so that neither a base copy nor a database is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from digest.draft import joining, pen
from digest.draft import state as states
from digest.draft.blocks import Block
from digest.draft.comments import renew
from digest.draft.marks import GUESS, OFFER, fingerprint, same, words
from digest.draft.page import Page, parse
from digest.draft.state import State, mark_of
from digest.markdown import plain
from digest.model import Digest, Entry, LeftOut, SectionName

if TYPE_CHECKING:
    from collections.abc import Iterator

ChangeKind = Literal["added", "updated", "joined", "removed", "conflict", "unsupported", "dropped"]

SAYINGS: dict[ChangeKind, str] = {
    "added": "new",
    "updated": "follows its source",
    "joined": "now told by another line",
    "removed": "taken back by its source",
    "conflict": "you worded it, and its source changed",
    "unsupported": "you worded it, and its source took it back",
    "dropped": "you deleted it, and there is news of it",
}
DELETED = "you deleted its line"


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What a merge did to a line, or left to the person.

    Attributes:
        kind: a key of `SAYINGS`, which says it in words.
        text: the line as it stands in the file now; as it stood, where it is gone.
        source: what the source says, where that is something else (of `updated`: what it said before).
    """

    kind: ChangeKind
    text: str
    source: str = ""
    refs: tuple[str, ...] = ()
    section: SectionName = "progress"

    def __str__(self) -> str:
        """What happened and to which line, for the person."""
        said = f"{SAYINGS[self.kind]}: {plain(self.text)}"
        return f"{said} (it says now: {plain(self.source)})" if self.source and self.kind == "conflict" else said


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """The new text of the file, and what became of its lines."""

    text: str
    changes: tuple[Change, ...] = ()


def merge(mine: str, theirs: Digest) -> Merged:
    """Bring what the sources say now into the draft as the person left it.

    Raises:
        DraftError: a git merge was left half way.
    """
    page = _adopted(parse(mine, tuple(_refs(theirs))), theirs)
    theirs = replace(theirs, doubts=joining.settled(theirs.doubts, page.state.doubts))
    lines = {block.at: block for block in page.of("entry")}
    touched = {at for at, b in lines.items() if b.own or page.state.touched(b.refs, b.text, sure=b.sure)}
    stood = {at: frozenset(block.refs) for at, block in lines.items()}
    work = _Work(state=page.state, theirs=theirs, lines=lines, stood=stood, touched=frozenset(touched))
    work.claim_unchanged()
    for section, entry in work.entries():
        work.settle(section, entry)
    work.fold_away()
    work.weigh_evidence()
    blocks = renew(page, work.placed(page), theirs, tuple(work.deleted), work.lost)
    text = mine if tuple(blocks) == page.blocks else replace(page, blocks=tuple(blocks)).text()
    return Merged(text=text, changes=tuple(work.changes))


def _adopted(page: Page, theirs: Digest) -> Page:
    """The page where a line that lost its comment, and says what a source offers, has its evidence again.

    Whoever took the comment away from a guess stands by it, unless all that we wrote into the file is gone.
    """
    known = {*page.state.offered, *_refs(theirs)}
    held = {ref for block in page.of("entry") for ref in block.refs}
    lacking = [e for s in theirs.sections for e in s.entries if e.refs and held.isdisjoint(e.refs)]
    by_words = {said: entry for entry in reversed(lacking) for said in _sayings(entry, page.state)}
    blocks: list[Block] = []
    for block in page.blocks:
        lost = block.kind == "entry" and known.isdisjoint(block.refs)
        found = by_words.get(fingerprint(block.text)) if lost else None
        if found and held.isdisjoint(found.refs):
            held |= set(found.refs)
            sure = block.sure and (found.sure or page.state.period is not None)
            block = replace(block, refs=found.refs, sure=sure, loose=True)  # noqa: PLW2901
        blocks.append(block)
    return replace(page, blocks=tuple(blocks))


def _sayings(entry: Entry, state: State) -> set[str]:
    """The fingerprints of what an entry says and of what its line said before."""
    before = (mark.rstrip(GUESS) for ref in entry.refs for mark in state.marks(ref))
    return {fingerprint(words(entry.text)), *before}


def _refs(digest: Digest) -> Iterator[str]:
    """Every ref that the sources offer."""
    yield from digest.urls
    entries = [entry for section in digest.sections for entry in section.entries]
    for refs in (*(e.refs for e in entries), *(left.refs for left in digest.left_out)):
        yield from refs
    yield from digest.maintenance.refs if digest.maintenance else ()


class _Work(msgspec.Struct, kw_only=True):
    """A merge under way.

    Attributes:
        lines: the entries of the file as they are to be, by the number of their first line.
        stood: the refs that they had. touched: those that a person wrote or changed.
        claimed: the untouched ones that an entry of the source stands in; `freed`: those whose entry left them.
        below, new: what is put below a line, and at the end of the sections.
        lost: refs that the sources no longer have; `deleted`: entries whose line a person deleted.
    """

    state: State
    theirs: Digest
    lines: dict[int, Block]
    stood: dict[int, frozenset[str]]
    touched: frozenset[int]
    claimed: set[int] = msgspec.field(default_factory=set)
    freed: set[int] = msgspec.field(default_factory=set)
    gone: set[int] = msgspec.field(default_factory=set)
    below: dict[int, list[Block]] = msgspec.field(default_factory=dict)
    new: list[Block] = msgspec.field(default_factory=list)
    lost: set[str] = msgspec.field(default_factory=set)
    deleted: list[LeftOut] = msgspec.field(default_factory=list)
    changes: list[Change] = msgspec.field(default_factory=list)

    def entries(self) -> Iterator[tuple[SectionName, Entry]]:
        """The entries of the sources, in the order of the digest."""
        return ((section.name, entry) for section in self.theirs.sections for entry in section.entries)

    def unchanged(self, entry: Entry) -> bool:
        """Whether the sources say what they said before."""
        mark = mark_of(words(entry.text), sure=entry.sure)
        return all(ref in self.state.offered and mark in self.state.marks(ref) for ref in entry.refs)

    def told(self, ref: str) -> bool:
        """Whether a line was offered for a ref, that a person may have deleted since."""
        return ref in self.state.offered and self.state.offered[ref].told

    def holders(self, entry: Entry) -> list[int]:
        """The lines of the file that share a ref with an entry, from the top."""
        return [at for at, refs in self.stood.items() if not refs.isdisjoint(entry.refs)]

    def claim_unchanged(self) -> None:
        """What says the same as before keeps its line, whatever else is going on."""
        for _, entry in self.entries():
            if self.unchanged(entry):
                free = [at for at in self.holders(entry) if at not in self.claimed | self.touched]
                said = [at for at in free if same(self.lines[at].text, words(entry.text))]
                self.claimed |= set(said[:1])

    def settle(self, section: SectionName, entry: Entry) -> None:
        """Find the place of one entry of the sources."""
        at = self.holders(entry)
        mine = [k for k in at if k in self.touched]
        free = [k for k in at if k not in self.claimed | self.touched]
        if not at:
            self.introduce(section, entry)
        elif self.unchanged(entry):
            return
        elif mine:
            self.freed |= set(free)
            self.keep_words(mine, entry)
        elif free:
            self.freed |= set(free[1:])
            self.follow(free[0], section, entry)
        else:
            self.below.setdefault(at[-1], []).append(pen.line(entry, section))
            self.report("added", section, entry)

    def introduce(self, section: SectionName, entry: Entry) -> None:
        """An entry of which no line is in the file: new, unless a person deleted it."""
        if any(map(self.told, entry.refs)):
            self.deleted.append(LeftOut(title=entry.text, refs=entry.refs, text=entry.text, why=DELETED))
            if not all(map(self.told, entry.refs)):
                self.report("dropped", section, entry)
        elif entry.refs or not any(same(block.text, words(entry.text)) for block in self.lines.values()):
            self.new.append(pen.line(entry, section))
            self.report("added", section, entry)

    def keep_words(self, mine: list[int], entry: Entry) -> None:
        """An entry that a person told in their own words: they stay, and take the refs that no line has yet."""
        held = {ref for k in mine for ref in self.lines[k].refs}
        first = self.lines[mine[0]]
        more = tuple(ref for ref in entry.refs if ref not in held)
        self.lines[mine[0]] = replace(first, refs=(*first.refs, *more))
        text = words(entry.text)
        known = fingerprint(text) in {mark.rstrip(GUESS) for ref in held for mark in self.state.marks(ref)}
        if not known:
            agreed = any(same(self.lines[k].text, text) for k in mine)
            offers = self.below.setdefault(mine[0], [])
            if not agreed:
                offers.append(pen.offer(first, text))
                self.changes.append(
                    Change(kind="conflict", text=first.text, source=text, refs=entry.refs, section=first.section)
                )

    def follow(self, at: int, section: SectionName, entry: Entry) -> None:
        """An untouched line says what its source says now."""
        before = self.lines[at]
        now = replace(before, refs=entry.refs, sure=entry.sure)
        self.claimed.add(at)
        if same(before.text, words(entry.text)):
            self.lines[at] = now
            return
        self.lines[at] = pen.rewritten(now, self.state.sources, entry.text)
        self.below.setdefault(at, [])
        self.report("updated", section, entry, before=before.text)

    def fold_away(self) -> None:
        """Untouched lines whose entries stand in other lines now are gone."""
        for at in sorted(self.freed - self.claimed):
            block = self.lines[at]
            self.gone.add(at)
            self.changes.append(Change(kind="joined", text=block.text, refs=block.refs, section=block.section))

    def weigh_evidence(self) -> None:
        """Refs that the sources took back leave their lines; an untouched line without any left goes too.

        What is left out without words was taken back: nobody can tell it.
        """
        theirs = {ref for _, entry in self.entries() for ref in entry.refs}
        theirs |= {ref for left in self.theirs.left_out if left.text for ref in left.refs}
        theirs |= set(self.theirs.maintenance.refs if self.theirs.maintenance else ())
        self.lost |= {r for r, o in self.state.offered.items() if o.place == states.GONE and r not in theirs}
        blind = {o.source for o in self.theirs.outcomes if o.status != "complete"}
        for at, block in self.lines.items():
            known = (ref for ref in block.refs if ref in self.state.offered and ref not in theirs)
            lost = [ref for ref in known if ref.partition(":")[0] not in blind]
            rest = tuple(ref for ref in block.refs if ref not in lost)
            if not lost or at in self.gone or all(self.state.offered[ref].place == states.GONE for ref in lost):
                continue
            self.lost |= set(lost)
            if rest:
                self.lines[at] = replace(block, refs=rest)
                continue
            kind: ChangeKind = "unsupported" if at in self.touched else "removed"
            self.gone |= set() if at in self.touched else {at}
            self.changes.append(Change(kind=kind, text=block.text, refs=block.refs, section=block.section))

    def placed(self, page: Page) -> list[Block]:
        """The blocks of the page with every line as it is to be."""
        current = {fingerprint(entry.text) for _, entry in self.entries()}
        blocks: list[Block] = []
        above = 0
        for block in page.blocks:
            if block.kind == "offer":
                stale = fingerprint(block.text.removeprefix(OFFER)) not in current
                blocks += [] if above in self.below and stale else [block]
                continue
            above = block.at
            now = self.lines.get(above, block)
            if now.lines == block.lines and (now.refs, now.sure, now.loose) != (block.refs, block.sure, False):
                now = pen.rewritten(now, self.state.sources)
            blocks += [now, *self.below.get(above, ())]
        for k in reversed(range(len(blocks))):
            if blocks[k].kind == "entry" and blocks[k].at in self.gone:
                blocks = pen.without(blocks, k)
        for entry in self.new:
            blocks = pen.append(blocks, entry)
        return blocks

    def report(self, kind: ChangeKind, section: SectionName, entry: Entry, *, before: str = "") -> None:
        """Say what became of an entry of the sources."""
        self.changes.append(Change(kind=kind, text=words(entry.text), source=before, refs=entry.refs, section=section))
