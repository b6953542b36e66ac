"""`digest why`: the facts behind a line, which rule took it or left it, and the points of its rank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import whole_ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from digest.model import Activity, Digest, Entry, LeftOut, Sample

EXCERPT = 800
PARTS = 5
"""How many of its commits are shown."""

KINDS = {"observation": "observation", "before_after": "before/after", "ab_test": "A/B test"}
PR = "pull_request"
ABBREVIATED = 7
"""The shortest begin of a commit id that names it, as in git itself."""


def matches(wanted: str, refs: Sequence[str], keys: Sequence[str] = ()) -> bool:
    """Whether what was typed names one of these: a ref, its key, `#12`, `!12`, a ticket, the begin of a commit id."""
    wanted = wanted.strip().lower()
    for ref in (r.lower() for r in refs):
        _, _, key = ref.partition(":")
        if wanted in {ref, key, whole_ref(ref), whole_ref(key)} or (
            wanted.startswith(("#", "!")) and whole_ref(key).endswith(wanted)
        ):
            return True
        if len(wanted) >= ABBREVIATED and key.startswith(wanted):
            return True
    return wanted in {k.lower() for k in keys}


def why(digest: Digest, activities: Sequence[Activity], wanted: str) -> Iterator[str]:
    """The lines of the answer; none where nothing of the period has that name."""
    named = {
        a.ref for a in activities if matches(wanted, [a.ref, *(f":{x.target}" for x in a.links if x.relation == PR)])
    }
    told = [
        (section.name, entry)
        for section in digest.sections
        for entry in section.entries
        if matches(wanted, entry.refs, entry.keys) or named & {whole_ref(r) for r in entry.refs}
    ]
    left = [o for o in digest.left_out if matches(wanted, o.refs) or named & set(o.refs)]
    refs = {whole_ref(r) for _, e in told for r in e.refs} | {r for o in left for r in o.refs}
    for name, entry in told:
        yield from _told(name, entry)
    for out in left:
        yield from _left(out)
    if digest.maintenance and named & set(digest.maintenance.refs):
        yield f"maintenance: {digest.maintenance.text}"
        yield f"  counted, not told: one of {len(digest.maintenance.refs)} such changes"
    for activity in activities:
        if activity.ref in refs | named:
            yield from facts(activity)


def measured(samples: Sequence[Sample], wanted: str) -> Iterator[str]:
    """What is known of each sample of that name, as its source gave it, the oldest first."""
    for sample in sorted(
        (s for s in samples if wanted.strip().lower() in {s.ref.lower(), s.metric.lower()}), key=_when
    ):
        yield f"{sample.ref}"
        unit = f" {sample.unit}" if sample.unit else ""
        given = f"no figure, {sample.detail}" if sample.value is None else f"{sample.value:.12g}{unit}"
        since = f" since {sample.since:%Y-%m-%d %H:%M}" if sample.since else ""
        yield f"  {KINDS[sample.kind]}: {given}, at {sample.at:%Y-%m-%d %H:%M} UTC{since}"
        if sample.baseline is not None:
            yield f"  baseline: {sample.baseline:.12g}{unit}"
        for name, arm in (("variant", sample.variant), ("control", sample.control)):
            if arm:
                first, size, deviation = arm
                spread = f", standard deviation {deviation:g}" if deviation else ""
                yield f"  {name}: {first:g} {'of' if not deviation else 'on average, n ='} {size:,}{spread}"
        if sample.n:
            yield f"  n: {sample.n:,}"
        if sample.url:
            yield f"  url: {sample.url}"


def _when(sample: Sample) -> datetime:
    return sample.at


def _told(name: str, entry: Entry) -> Iterator[str]:
    yield f"{name}: {entry.text}"
    if not entry.sure:
        yield "  a guess that waits for a person"
    yield from _points(entry.points)
    for ref, reason, confidence in entry.joined:
        yield f"  joined {ref}: {reason} (confidence {confidence:.0%})"


def _left(out: LeftOut) -> Iterator[str]:
    yield f"left out: {out.title}"
    yield f"  why: {out.why}"
    yield from _points(out.points)


def _points(points: dict[str, float]) -> Iterator[str]:
    if points:
        each = ", ".join(f"{name} {value:+.2f}" for name, value in sorted(points.items(), key=lambda p: -abs(p[1])))
        yield f"  rank {sum(points.values()):.2f} = {each}"


def facts(activity: Activity) -> Iterator[str]:
    """What is known of an activity, a line for each fact."""
    yield f"{activity.ref}"
    yield f"  title: {activity.title}"
    when = f" on {activity.done:%Y-%m-%d %H:%M} UTC" if activity.done else ""
    yield f"  {activity.kind.replace('_', ' ')}, {activity.state}{when}" + (
        f", by {', '.join(activity.people)}" if activity.people else ""
    )
    for name in ("url", "where", "branch", "topic", "milestone"):
        if value := getattr(activity, name):
            yield f"  {name}: {value}"
    if activity.labels:
        yield f"  labels: {', '.join(activity.labels)}"
    if activity.changes is not None:
        added, deleted = sum(c.added for c in activity.changes), sum(c.deleted for c in activity.changes)
        yield f"  files: {len(activity.changes)} (+{added} -{deleted})"
    if activity.links:
        yield f"  links: {', '.join(f'{link.relation} {link.target}' for link in activity.links)}"
    yield from _text("text", activity.body)
    for part in activity.parts[:PARTS]:
        yield from _text(f"commit {part.key}", f"{part.title}. {part.body}")
    if len(activity.parts) > PARTS:
        yield f"  and {len(activity.parts) - PARTS} more commits"


def _text(name: str, text: str) -> Iterator[str]:
    if words := " ".join(text.split()):
        yield f"  {name}: {words[:EXCERPT]}{'…' if len(words) > EXCERPT else ''}"
