"""The comment at the end of the file: what the sources offered, so that the file alone tells touched from untouched.

It is made of words without blanks, fields between bars, so that it survives any re-wrapping; a damaged word costs that
word alone:

    github:acme/shop#412|progress|8b1a9953c4|https://github.com/acme/shop/pull/412|Checkout|PAY-7
"""

from __future__ import annotations

from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from msgspec.structs import replace

from digest.charts import Trend
from digest.draft.approval import Approval
from digest.draft.marks import GUESS, fingerprint, quote, visible
from digest.model import SECTIONS, WORST_FIRST, Doubt, Outcome, SectionName, Status, whole_ref
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from digest.model import Digest, Entry, Section

OPENING = "digest:state"
VERSION = "v1"
LEFT_OUT = "left-out"
MAINTENANCE = "maintenance"
GONE = "gone"
NOTHING = "nothing was found; a line that you add here is published"

_PLACES = (*SECTIONS, LEFT_OUT, MAINTENANCE, GONE)


class Offered(msgspec.Struct, frozen=True, kw_only=True):
    """A ref as a source last offered it.

    Attributes:
        place: a section, `left-out`, `maintenance`, or `gone` where the source no longer has it.
        marks: the fingerprints of the lines that it was offered in, with a `?` where the line was a guess.
    """

    place: str
    marks: tuple[str, ...] = ()
    url: str = ""
    theme: str = ""
    keys: tuple[str, ...] = ()

    @property
    def told(self) -> bool:
        """Whether a line was offered for it, that a person may have deleted since."""
        return self.place in SECTIONS


class State(msgspec.Struct, frozen=True, kw_only=True):
    """All that the footer says.

    Attributes:
        maintenance, empty: the fingerprints of that line, and of why a section is empty.
        settled: the questions that a person answered with "no", by name; they are not asked again.
        headings: the section that a heading of a person's own was read as, by its fingerprint; what stands below it may
            change, and does not move then.
    """

    title: str = ""
    period: Period | None = None
    outcomes: tuple[Outcome, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    redactions: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    maintenance: str = ""
    empty: dict[str, str] = msgspec.field(default_factory=dict)
    headings: dict[str, SectionName] = msgspec.field(default_factory=dict)
    offered: dict[str, Offered] = msgspec.field(default_factory=dict)
    approved: Approval | None = None
    trends: dict[str, Trend] = msgspec.field(default_factory=dict)
    damaged: tuple[str, ...] = ()

    @property
    def sources(self) -> frozenset[str]:
        """The names of the sources that it knows of."""
        return frozenset((*(o.source for o in self.outcomes), *(ref.partition(":")[0] for ref in self.offered)))

    def url(self, ref: str) -> str:
        """The web address of a ref, or of the activity that it is a part of."""
        return next((o.url for r in (ref, whole_ref(ref)) if (o := self.offered.get(r)) and o.url), "")

    def touched(self, refs: tuple[str, ...], text: str, *, sure: bool) -> bool:
        """Whether a line is a person's: written, reworded, or a guess that was confirmed."""
        mark = mark_of(text, sure=sure)
        return not refs or not all(mark in self.marks(ref) for ref in refs)

    def marks(self, ref: str) -> tuple[str, ...]:
        """The fingerprints of the lines that a ref was offered in."""
        return self.offered[ref].marks if ref in self.offered else ()


def state_of(digest: Digest, before: State | None = None) -> State:
    """The state after `digest` was offered; what was offered `before` is remembered for good."""
    offered = dict(before.offered) if before else {}
    fresh: dict[str, Offered] = {ref: Offered(place="") for ref in digest.urls}
    if digest.maintenance:
        fresh |= {ref: Offered(place=MAINTENANCE) for ref in digest.maintenance.refs}
    for left in digest.left_out:
        fresh |= {ref: Offered(place=LEFT_OUT, marks=(fingerprint(left.text or left.title),)) for ref in left.refs}
    for section in digest.sections:
        for entry in section.entries:
            fresh |= {ref: _offer(entry, section.name, fresh.get(ref)) for ref in entry.refs}
    for ref, now in fresh.items():
        old = offered.get(ref)
        if old and not now.told and (old.told or not now.place):
            now = replace(old, marks=tuple(dict.fromkeys((*old.marks, *now.marks))))  # noqa: PLW2901
        offered[ref] = replace(now, url=digest.urls.get(ref, old.url if old else ""))
    return State(
        title=digest.title,
        period=digest.period,
        outcomes=digest.outcomes,
        notes=digest.notes,
        doubts=digest.doubts,
        redactions=digest.redactions,
        settled=before.settled if before else (),
        maintenance=fingerprint(digest.maintenance.text) if digest.maintenance else "",
        empty={s.name: fingerprint(why_empty(s)) for s in digest.sections if not s.entries},
        offered=offered,
        approved=before.approved if before else None,
        trends=digest.trends,
    )


def why_empty(section: Section) -> str:
    """Why a section has no line, and how to give it one."""
    return section.why_empty or NOTHING


def mark_of(text: str, *, sure: bool) -> str:
    """The fingerprint of a line and whether it is a guess."""
    return fingerprint(text) + ("" if sure else GUESS)


def _offer(entry: Entry, place: str, also: Offered | None) -> Offered:
    others = also.marks if also and also.told else ()
    marks = tuple(dict.fromkeys((*others, mark_of(entry.text, sure=entry.sure))))
    return Offered(place=place, marks=marks, theme=entry.theme, keys=tuple(sorted(entry.keys)))


def dump(state: State) -> tuple[str, ...]:
    """The lines of the comment."""
    return (f"<!-- {OPENING} {VERSION}", *(_row(fields) for fields in _rows(state)), "-->")


def _row(fields: Iterable[str]) -> str:
    return "|".join(map(quote, fields)).rstrip("|")


def _rows(state: State) -> Iterator[tuple[str, ...]]:
    yield "title", state.title
    if state.period:
        zone = "" if state.period.zone is UTC else str(state.period.zone)
        yield "period", state.period.first.isoformat(), state.period.end.isoformat(), zone
    for outcome in state.outcomes:
        yield "outcome", outcome.source, outcome.status, str(outcome.count), outcome.detail
    yield from _lists(state)
    if state.maintenance:
        yield MAINTENANCE, state.maintenance
    for name, why in state.empty.items():
        yield "empty", name, why
    for heading, section in state.headings.items():
        yield "heading", heading, section
    if state.approved:
        yield "approved", state.approved.seen, state.approved.by, state.approved.at.isoformat()
    for ref, trend in state.trends.items():
        values = ["" if v is None else repr(v) for v in trend.values]
        yield "trend", ref, trend.unit, "" if trend.digits is None else str(trend.digits), *values
    for ref, now in state.offered.items():
        yield ref, now.place, " ".join(now.marks), now.url, now.theme, " ".join(now.keys)


def _lists(state: State) -> Iterator[tuple[str, ...]]:
    for note in state.notes:
        yield "note", note
    for doubt in state.doubts:
        yield "doubt", repr(doubt.confidence), doubt.text, doubt.why, *doubt.refs
    for kind in state.redactions:
        yield "redacted", kind
    for name in state.settled:
        yield "settled", name


def parse(inner: str) -> State:
    """The state from the text of the comment; words that make no sense are listed as damaged."""
    state = State()
    offered: dict[str, Offered] = {}
    damaged: list[str] = []
    for word in visible(inner).split():
        name, *fields = map(unquote, word.split("|"))
        try:
            if ":" in name and fields:
                offered[name] = _offered(*fields)
            elif word not in {OPENING, VERSION}:
                state = replace(state, **_read_row(state, name, fields))
        except (ValueError, IndexError, TypeError):
            damaged.append(word)
    return replace(state, offered=offered, damaged=tuple(damaged))


def _read_row(state: State, name: str, fields: list[str]) -> dict[str, Any]:
    match name:
        case "title" | "maintenance":
            return {name: "".join(fields[:1])}
        case "period":
            return {name: _period(*fields)}
        case "outcome":
            return {"outcomes": (*state.outcomes, _outcome(*fields))}
        case "note" | "redacted" | "doubt" | "settled":
            many = {"note": "notes", "redacted": "redactions", "doubt": "doubts"}.get(name, name)
            return {many: (*getattr(state, many), _doubt(*fields) if name == "doubt" else fields[0])}
        case "empty" | "trend" | "heading":
            many = {"trend": "trends", "heading": "headings"}.get(name, name)
            return {many: getattr(state, many) | {fields[0]: _READERS[name](*fields[1:])}}
        case "approved":
            return {name: Approval(seen=fields[0], by=fields[1], at=datetime.fromisoformat(fields[2]))}
        case _:
            raise ValueError(name)


def _doubt(confidence: str, text: str, why: str, *refs: str) -> Doubt:
    return Doubt(text=text, refs=refs, why=why, confidence=float(confidence))


def _period(first: str, end: str, zone: str = "") -> Period:
    return Period(first=date.fromisoformat(first), end=date.fromisoformat(end), zone=_zone(zone))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, OSError):
        return UTC


def _section(name: str) -> SectionName:
    return SECTIONS[SECTIONS.index(cast("SectionName", name))]


def _trend(unit: str, digits: str, *values: str) -> Trend:
    known = tuple(float(v) if v else None for v in values)
    return Trend(values=known, unit=unit, digits=int(digits) if digits else None)


def _outcome(source: str, status: str, count: str = "0", detail: str = "") -> Outcome:
    known: Status = WORST_FIRST[WORST_FIRST.index(cast("Status", status))]
    return Outcome(source=source, status=known, count=int(count), detail=detail)


def _offered(place: str = "", marks: str = "", url: str = "", theme: str = "", keys: str = "") -> Offered:
    if place not in {"", *_PLACES}:
        raise ValueError(place)
    return Offered(place=place, marks=tuple(marks.split()), url=url, theme=theme, keys=tuple(keys.split()))


_READERS: dict[str, Callable[..., object]] = {"empty": str, "trend": _trend, "heading": _section}


def section_of(place: str) -> SectionName | None:
    """The section that a place is."""
    return next((s for s in SECTIONS if s == place), None)
