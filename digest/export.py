"""A digest as plain values for scripts: the stable, documented shape of `--json`, and of the frozen file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from digest.model import Digest, Entry


def as_plain(digest: Digest) -> dict[str, Any]:
    """The shape that `docs/json.md` documents; keys are only ever added to it."""
    period = digest.period
    return {
        "title": digest.title,
        "period": {
            "label": period.label,
            "slug": period.slug,
            "since": period.since.astimezone(period.zone).isoformat(),
            "until": period.until.astimezone(period.zone).isoformat(),
        },
        "sections": {s.name: [_entry(e) for e in s.entries] for s in digest.sections},
        "maintenance": (
            {"text": digest.maintenance.text, "refs": list(digest.maintenance.refs)} if digest.maintenance else None
        ),
        "left_out": [
            {"title": o.title, "refs": list(o.refs), "points": o.points, "why": o.why} for o in digest.left_out
        ],
        "outcomes": [
            {"source": o.source, "status": o.status, "count": o.count, "detail": o.detail} for o in digest.outcomes
        ],
        "notes": list(digest.notes),
        "doubts": [
            {"text": d.text, "refs": list(d.refs), "why": d.why, "confidence": d.confidence} for d in digest.doubts
        ],
        "redactions": list(digest.redactions),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "text": entry.text,
        "refs": list(entry.refs),
        "keys": list(entry.keys),
        "links": list(entry.links),
        "sure": entry.sure,
        "points": entry.points,
        "theme": entry.theme,
        "joined": [{"ref": ref, "why": why, "confidence": confidence} for ref, why, confidence in entry.joined],
    }


def as_json(value: Any) -> bytes:
    """`value` as indented JSON with a final newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
