"""A draft file as the digest that a person made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.draft import approval
from digest.draft import state as states
from digest.draft.approval import Approval
from digest.draft.marks import OFFER, promoted
from digest.draft.page import Page, parse
from digest.draft.text import headline, placed
from digest.errors import DraftError
from digest.model import SECTIONS, Digest, Doubt, Entry, LeftOut, Section, SectionName
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from digest.draft.blocks import Block
    from digest.draft.state import State
    from digest.period import Period

_KEY = regex(r"[A-Z][A-Z0-9_]+-\d+")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """An entry and where it stands in the file.

    Attributes:
        at: the number of its first line, from 1.
        touched: a person wrote it, or changed what was generated.
        offer: what the source says by now, where a person worded the line themselves.
        doubt: why it may be one with lines further down, which `others` are by their words.
    """

    at: int
    section: SectionName
    entry: Entry
    touched: bool = False
    offer: str = ""
    doubt: Doubt | None = None
    others: tuple[str, ...] = ()


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a draft file says.

    Attributes:
        digest: the digest as the person left it.
        lines: its entries in the order of the file, with their places.
        fingerprints: ref → fingerprints of the lines that were generated for it, `?` behind that of a guess.
        notes: what was damaged and how it was read, each with its line.
        approval: who approved it, whatever was changed since; `approved` is whether it holds.
        known: the refs of what was done and was offered, told or not.
        deleted: the refs of lines that were offered and that a person took out, with their section.
        settled: the questions that a person answered with "no".
    """

    digest: Digest
    lines: tuple[Line, ...]
    fingerprints: dict[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()
    approval: Approval | None = None
    known: frozenset[str] = frozenset()
    deleted: dict[str, SectionName] = msgspec.field(default_factory=dict)
    settled: frozenset[str] = frozenset()

    @property
    def approved(self) -> bool:
        """Whether somebody approved exactly these words."""
        return self.approval is not None and self.approval.seen == approval.seen(self.digest)

    @property
    def worked_on(self) -> bool:
        """Whether a person wrote, reworded, confirmed or deleted a line of it, or approved it once."""
        return bool(self.approval or self.deleted) or any(line.touched for line in self.lines)


def read(text: str) -> Draft:
    """Read a draft file, however a person or a formatter left it.

    Raises:
        DraftError: a git merge was left half way, or the footer that names the period is gone.
    """
    page = parse(text)
    state = page.state
    if state.period is None:
        at = next((b.at for b in page.of("state")), text.count("\n") + 1)
        raise DraftError(
            f"line {at}: the last comment, which begins with {states.OPENING}, is missing or damaged",
            "`digest draft` writes it again and keeps your words",
        )
    lines = tuple(_doubted(tuple(lines_of(page)), state.doubts))
    left = tuple(_left_out(page))
    digest = Digest(
        title=state.title,
        period=state.period,
        headline=_headline(page, state.title, state.period),
        sections=tuple(_section(page, lines, name) for name in SECTIONS),
        maintenance=_maintenance(page),
        left_out=left,
        outcomes=state.outcomes,
        urls={ref: offered.url for ref, offered in state.offered.items() if offered.url},
        trends=state.trends,
        notes=state.notes,
        doubts=state.doubts,
        redactions=state.redactions,
    )
    marks = {ref: offered.marks for ref, offered in state.offered.items() if offered.marks}
    return Draft(
        digest=digest,
        lines=lines,
        fingerprints=marks,
        notes=page.notes,
        approval=state.approved,
        known=frozenset(ref for ref, offered in state.offered.items() if offered.place not in {"", "next"}),
        deleted=dict(_deleted(state, placed(digest))),
        settled=frozenset(state.settled),
    )


def _deleted(state: State, held: Collection[str]) -> Iterator[tuple[str, SectionName]]:
    for ref, offered in state.offered.items():
        section = states.section_of(offered.place)
        if section and ref not in held:
            yield ref, section


def undecided(draft: Draft) -> tuple[Entry, ...]:
    """The guesses that no person has confirmed yet, trade-offs first."""
    guesses = [line for line in draft.lines if not line.entry.sure]
    return tuple(line.entry for line in sorted(guesses, key=lambda line: line.section != "tradeoffs"))


def lines_of(page: Page) -> Iterator[Line]:
    """The entries of a page that have words, in the order of the file."""
    for block, below in zip(page.blocks, (*page.blocks[1:], None), strict=True):
        if block.kind == "entry" and block.text:
            offer = below.text.removeprefix(OFFER).strip() if below and below.kind == "offer" else ""
            yield Line(
                at=block.at,
                section=block.section,
                entry=_entry(block, page.state),
                touched=page.state.touched(block.refs, block.text, sure=block.sure),
                offer=offer,
            )


def _doubted(lines: tuple[Line, ...], doubts: tuple[Doubt, ...]) -> Iterator[Line]:
    """The lines, the first of those that may be one with the question about them."""
    asked: dict[int, tuple[Doubt, tuple[str, ...]]] = {}
    for doubt in doubts:
        held = [x for x in lines if doubt.confidence and not {*doubt.refs}.isdisjoint(x.entry.refs)]
        others = tuple(x.entry.text for x in held[1:] if x.section == held[0].section)
        if others:
            asked.setdefault(held[0].at, (doubt, others))
    for line in lines:
        doubt_, others_ = asked.get(line.at, (None, ()))
        yield replace(line, doubt=doubt_, others=others_)


def _entry(block: Block, state: State) -> Entry:
    offered = [state.offered[ref] for ref in block.refs if ref in state.offered]
    known = {key for ref in block.refs if _KEY.fullmatch(key := ref.partition(":")[2])}
    return Entry(
        text=block.text,
        refs=block.refs,
        keys=tuple(sorted(known.union(*(o.keys for o in offered)))),
        links=tuple(dict.fromkeys(url for ref in block.refs if (url := state.url(ref)))),
        sure=block.sure,
        theme=next((o.theme for o in offered if o.theme), ""),
    )


def _section(page: Page, lines: tuple[Line, ...], name: SectionName) -> Section:
    why = next((block.text for block in page.of("empty") if block.section == name), "")
    return Section(name=name, entries=tuple(line.entry for line in lines if line.section == name), why_empty=why)


def _headline(page: Page, title: str, period: Period) -> str:
    """The first line where it has a person's own words, else nothing."""
    first = next((block.text for block in page.of("title")), "")
    usual = headline(Digest(title=title, period=period, sections=()))
    return "" if first == usual else first


def _maintenance(page: Page) -> Entry | None:
    block = next(iter(page.of("maintenance")), None)
    refs = tuple(ref for ref, offered in page.state.offered.items() if offered.place == states.MAINTENANCE)
    return Entry(text=block.text, refs=refs) if block else None


def _left_out(page: Page) -> Iterator[LeftOut]:
    for block in page.of("left"):
        for line in block.lines[1:]:
            text, refs, why = promoted(line.strip().removeprefix("- "), page.state.offered)
            if refs:
                yield LeftOut(title=text, refs=refs, text=text, why=why)
