"""A draft and the facts behind it as plain values, that the page is drawn from."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from digest.choice import parts
from digest.layout import lay_out
from digest.markdown import plain
from digest.model import SECTIONS
from digest.web.facts import EXCERPT, SHORT, cut
from digest.web.taken import taken_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.draft import Draft, Line
    from digest.model import Entry, SectionName
    from digest.web.desk import Finding
    from digest.web.facts import Facts

HEADINGS: dict[SectionName, str] = {
    "progress": "Progress",
    "tradeoffs": "Trade-offs",
    "metrics": "Metrics",
    "next": "Next",
}


def view_of(draft: Draft, facts: Facts, findings: Iterable[Finding], dropped: Sequence[Line] = ()) -> dict[str, Any]:
    """What the page shows of a draft; `dropped` are the lines that were dropped on it."""
    digest = draft.digest
    found: dict[int, list[str]] = {}
    for finding in findings:
        found.setdefault(finding.at, []).append(finding.message)
    return {
        "headline": lay_out(digest).subject if not digest.headline else digest.headline,
        "period": f"{digest.period.label} ({digest.period.dates})",
        "sections": [_section(draft, name, facts, found) for name in SECTIONS],
        "maintenance": digest.maintenance.text if digest.maintenance else None,
        "left_out": [
            {"text": plain(out.text) or out.title, "why": out.why, **_behind(facts, out.refs, SHORT)}
            for out in digest.left_out
            if not draft.deleted.keys() >= {*out.refs}  # it is told of where a person takes it out
        ],
        "taken": [
            {
                "section": taken.section,
                "heading": HEADINGS[taken.section],
                **_told(taken.entry),
                **_behind(facts, taken.entry.refs, SHORT),
            }
            for taken in taken_out(draft, facts, dropped)
        ],
        "outcomes": [
            {"source": o.source, "status": o.status, "count": o.count, "detail": o.detail} for o in digest.outcomes
        ],
        "notes": [*digest.notes, *_unasked(draft)],
        "redactions": [f"{kind} ({n})" for kind, n in sorted(Counter(digest.redactions).items())],
        "findings": found.get(0, []),
        "misread": list(draft.notes),
        "approved": f"approved by {draft.approval.by}" if draft.approval and draft.approved else "",
    }


def _unasked(draft: Draft) -> Iterator[str]:
    """The questions about lines of several sections: they cannot be joined where they stand."""
    asked = [line.doubt for line in draft.lines if line.doubt]
    for doubt in draft.digest.doubts:
        about = [line for line in draft.lines if not {*doubt.refs}.isdisjoint(line.entry.refs)]
        if doubt.confidence and doubt not in asked and len(about) > 1:
            yield doubt.text


def _section(draft: Draft, name: SectionName, facts: Facts, found: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "name": name,
        "heading": HEADINGS[name],
        "why_empty": draft.digest.section(name).why_empty,
        "lines": [_line(line, facts, found) for line in draft.lines if line.section == name],
    }


def _line(line: Line, facts: Facts, found: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "at": line.at,
        **_told(line.entry),
        "touched": line.touched,
        "offer": line.offer,
        "doubt": _doubt(line),
        "findings": found.get(line.at, []),
        "passages": facts.passages(line.entry.refs, line.section),
        "parts": asdict(parts(line.entry.text)) if line.section == "tradeoffs" else None,
        **_behind(facts, line.entry.refs),
    }


def _told(entry: Entry) -> dict[str, Any]:
    return {"text": entry.text, "sure": entry.sure}


def _doubt(line: Line) -> dict[str, Any] | None:
    """Why a line may be one with others, and what those say."""
    doubt = line.doubt
    if doubt is None:
        return None
    why = f"{doubt.why}; {doubt.confidence:.0%} sure"
    return {"refs": list(doubt.refs), "others": list(map(plain, line.others)), "why": why}


def _behind(facts: Facts, refs: tuple[str, ...], most: int = EXCERPT) -> dict[str, Any]:
    evidence = [asdict(e) | {"text": [cut(text, most) for text in e.text]} for e in facts.behind(refs)]
    choices = [asdict(choice) for choice in facts.chosen(refs)]
    return {"refs": list(refs), "evidence": evidence, "reasons": list(facts.why(refs)), "choices": choices}
