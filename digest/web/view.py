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

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.draft import Draft, Line
    from digest.model import SectionName
    from digest.web.desk import Finding
    from digest.web.facts import Facts

HEADINGS: dict[SectionName, str] = {
    "progress": "Progress",
    "tradeoffs": "Trade-offs",
    "metrics": "Metrics",
    "next": "Next",
}


def view_of(draft: Draft, facts: Facts, findings: Iterable[Finding]) -> dict[str, Any]:
    """What the page shows of a draft."""
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
        ],
        "deleted": [{"section": HEADINGS[name], **_behind(facts, (ref,))} for ref, name in draft.deleted.items()],
        "outcomes": [
            {"source": o.source, "status": o.status, "count": o.count, "detail": o.detail} for o in digest.outcomes
        ],
        "notes": [*digest.notes, *(doubt.text for doubt in digest.doubts if doubt.confidence)],
        "redactions": [f"{kind} ({n})" for kind, n in sorted(Counter(digest.redactions).items())],
        "findings": found.get(0, []),
        "misread": list(draft.notes),
        "approved": f"approved by {draft.approval.by}" if draft.approval and draft.approved else "",
    }


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
        "text": line.entry.text,
        "sure": line.entry.sure,
        "touched": line.touched,
        "offer": line.offer,
        "findings": found.get(line.at, []),
        "passages": facts.passages(line.entry.refs, line.section),
        "parts": asdict(parts(line.entry.text)) if line.section == "tradeoffs" else None,
        **_behind(facts, line.entry.refs),
    }


def _behind(facts: Facts, refs: tuple[str, ...], most: int = EXCERPT) -> dict[str, Any]:
    evidence = [asdict(e) | {"text": [cut(text, most) for text in e.text]} for e in facts.behind(refs)]
    choices = [asdict(choice) for choice in facts.chosen(refs)]
    return {"refs": list(refs), "evidence": evidence, "reasons": list(facts.why(refs)), "choices": choices}
