"""What stands behind a line, as a page can show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.choice import Choice, suggestions
from digest.extract import statements
from digest.layout import web_address
from digest.markdown import clean, escape, one_line
from digest.model import Entry, SectionName, whole_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from digest.extract.statement import StatementKind
    from digest.model import Activity, Digest, Sample

EXCERPT = 6000
SHORT = 600
"""Of what is behind a line that was left out: there may be hundreds."""

PARTS = 5
"""How many commits of a pull request are shown."""


_TOLD_IN: dict[StatementKind, SectionName] = {"tradeoff": "tradeoffs", "metric": "metrics", "next": "next"}


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What a source said. `about` is what it is, when it was done and by whom; `text` is the begin of its words."""

    ref: str
    title: str
    url: str = ""
    about: str = ""
    text: tuple[str, ...] = ()


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known behind the lines of a draft.

    Attributes:
        evidence: by the ref of the activity or sample.
        reasons: why something ranks where it does and why its evidence is one outcome, by each of its refs.
        choices: what an activity says was chosen over what, by its ref.
        said: what it says of trade-offs, figures and next steps, with the section of each, by its ref.
        entries: how the rules would tell it, by each of its refs.
    """

    evidence: dict[str, Evidence] = msgspec.field(default_factory=dict)
    reasons: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    choices: dict[str, tuple[Choice, ...]] = msgspec.field(default_factory=dict)
    said: dict[str, tuple[tuple[SectionName, str], ...]] = msgspec.field(default_factory=dict)

    entries: dict[str, Entry] = msgspec.field(default_factory=dict)

    def worded(self, ref: str) -> Entry | None:
        """What can be told of a ref: in the words of the rules, else as a guess in those of its source."""
        known = self.evidence.get(whole_ref(ref))
        guess = Entry(text=escape(known.title), refs=(ref,), sure=False) if known and known.title else None
        return self.entries.get(ref, guess)

    def behind(self, refs: Sequence[str]) -> list[Evidence]:
        """The evidence of a line; what the store does not have is named all the same."""
        missing = "not in the store of this machine; digest draft reads it"
        wholes = dict.fromkeys(map(whole_ref, refs))
        return [self.evidence.get(ref) or Evidence(ref=ref, title=missing) for ref in wholes]

    def why(self, refs: Sequence[str]) -> tuple[str, ...]:
        """The reasons of the first ref that has some."""
        return next((self.reasons[ref] for ref in refs if ref in self.reasons), ())

    def chosen(self, refs: Sequence[str]) -> list[Choice]:
        """What the evidence of a line says was chosen, each once."""
        return list(dict.fromkeys(c for ref in map(whole_ref, refs) for c in self.choices.get(ref, ())))

    def passages(self, refs: Sequence[str], section: SectionName) -> list[str]:
        """The sentences behind a line of a section, each once."""
        found = (said for ref in map(whole_ref, refs) for name, said in self.said.get(ref, ()) if name == section)
        return list(dict.fromkeys(found))


def facts_of(digest: Digest, activities: Iterable[Activity], samples: Iterable[Sample] = ()) -> Facts:
    """What the sources and the rules said.

    Args:
        digest: as the rules made it; a draft knows no points.
        activities: whatever the lines may rest on.
        samples: figures that they may rest on.
    """
    known = tuple(activities)
    evidence = [_of_activity(a) for a in known] + [_of_sample(s) for s in samples]
    stated = {a.ref: tuple(s for text in _texts(a) for s in statements(text)) for a in known}
    choices = {ref: found for ref, all_ in stated.items() if (found := tuple(suggestions(all_)))}
    said = {ref: tuple((_TOLD_IN[s.kind], s.text) for s in all_) for ref, all_ in stated.items() if all_}
    reasons: dict[str, tuple[str, ...]] = {}
    told = [e for section in digest.sections for e in section.entries]
    entries = [*(Entry(text=left.text, refs=left.refs) for left in digest.left_out if left.text), *told]
    for entry in told:
        reasons |= dict.fromkeys(entry.refs, (*_points(entry.points), *_joined(entry.joined)))
    for left in digest.left_out:
        reasons |= {ref: tuple(_points(left.points)) for ref in left.refs if ref not in reasons}
    return Facts(
        evidence={e.ref: e for e in evidence},
        reasons=reasons,
        choices=choices,
        said=said,
        entries={ref: entry for entry in entries for ref in entry.refs},
    )


def _texts(activity: Activity) -> list[str]:
    return [activity.body, *(part.body for part in activity.parts[:PARTS])]


def _of_activity(activity: Activity) -> Evidence:
    kind = activity.kind.replace("_", " ")
    when = f" on {activity.done:%d %b %Y}" if activity.done else ""
    who = f" by {', '.join(activity.people)}" if activity.people else ""
    where = f" in {activity.where}" if activity.where else ""
    parts = [f"{part.title}\n{part.body}" for part in activity.parts[:PARTS]]
    return Evidence(
        ref=activity.ref,
        title=one_line(activity.title),
        url=web_address(activity.url),
        about=one_line(f"{kind}{where}, {activity.state}{when}{who}"),
        text=tuple(filter(None, map(_excerpt, (activity.body, *parts)))),
    )


def _of_sample(sample: Sample) -> Evidence:
    value = "no usable figure" if sample.value is None else f"{sample.value:g} {sample.unit}".strip()
    before = f", before {sample.baseline:g}" if sample.baseline is not None else ""
    n = f", n = {sample.n}" if sample.n else ""
    return Evidence(
        ref=sample.ref,
        title=one_line(f"{sample.metric}: {value}{before}{n}"),
        url=web_address(sample.url),
        about=f"{sample.kind.replace('_', ' ')}, {sample.at:%d %b %Y %H:%M} UTC",
        text=tuple(filter(None, [_excerpt(sample.detail)])),
    )


def cut(text: str, most: int) -> str:
    """The begin of a text."""
    return text if len(text) <= most else f"{text[:most]}…"


def _excerpt(text: str) -> str:
    return cut(clean(text).strip(), EXCERPT)


def _points(points: dict[str, float]) -> Iterator[str]:
    if points:
        each = ", ".join(f"{name} {value:+.2f}" for name, value in sorted(points.items(), key=lambda p: -abs(p[1])))
        yield f"rank {sum(points.values()):.2f} = {each}"


def _joined(joined: Iterable[tuple[str, str, float]]) -> Iterator[str]:
    for ref, reason, confidence in joined:
        yield f"joined {ref}: {reason} (confidence {confidence:.0%})"
