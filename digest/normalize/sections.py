"""The four sections: which lines they hold, in which order, on what evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.config import Config
from digest.extract import ticket_keys
from digest.markdown import aside
from digest.model import Entry, SectionName
from digest.normalize import ahead, claimed, harvest, word
from digest.normalize.alone import stands_alone
from digest.normalize.figures import Told
from digest.normalize.harvest import Found
from digest.normalize.promises import Promise
from digest.normalize.sift import Sifted, words
from digest.normalize.story import Story
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.config import Theme
    from digest.model import Activity
    from digest.normalize.rank import Ranked


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """What the sections are made of; `before` is the label of the period of the last digest."""

    sifted: Sifted
    found: Sequence[Found]
    upcoming: Sequence[Story]
    promised: Sequence[Promise]
    figures: Sequence[Told]
    config: Config
    period: Period
    before: str = ""

    @property
    def told(self) -> list[Story]:
        """The stories of the Progress section."""
        return [r.story for r in self.sifted.told]


def progress(material: Material) -> list[Entry]:
    """One line a story; stories that would read the same become one line."""
    lines: dict[str, Entry] = {}
    for ranked in material.sifted.told:
        entry = _line(ranked, material)
        same = lines.get(entry.text.lower())
        lines[entry.text.lower()] = _merged(same, entry) if same else entry
    return list(lines.values())


def _line(ranked: Ranked, material: Material) -> Entry:
    story = ranked.story
    return Entry(
        text=said(story, material),
        refs=story.refs,
        keys=story.keys,
        links=story.urls,
        points=ranked.points,
        theme=_theme(story, material.config.themes),
        joined=story.joined,
    )


def said(story: Story, material: Material) -> str:
    """What was done, in a sentence, and whether it was promised or came in late."""
    text = words(story, material.config)
    if all(member.late for member in story.members):
        text = aside(text, f"late from {material.before}" if material.before else "late")
    if any(p.fate == "done" and p.story and p.story.lead.ref == story.lead.ref for p in material.promised):
        text = aside(text, f"promised in {material.before}" if material.before else "as promised")
    return text


def _merged(entry: Entry, other: Entry) -> Entry:
    return replace(
        entry,
        refs=(*entry.refs, *other.refs),
        keys=tuple(dict.fromkeys((*entry.keys, *other.keys))),
        links=tuple(dict.fromkeys((*entry.links, *other.links))),
        joined=(*entry.joined, (other.refs[0], "reads the same", 0.7), *other.joined),
    )


def tradeoffs(material: Material) -> list[Entry]:
    """What was chosen over what."""
    limit, wording = material.config.limits.tradeoffs, material.config.wording
    picked = harvest.pick(material.found, "tradeoff", material.told)
    told = _told((f, word.tradeoff(f.statement, f.story.lead.title, wording)) for f in picked)[:limit]
    return [claimed.tied(entry, material.figures) for entry in told]


def metrics(material: Material) -> list[Entry]:
    """What was measured first, then what texts claim."""
    config, told = material.config, material.figures
    lines, picked = claimed.joined(told, harvest.pick(material.found, "metric", material.told))
    claims = {f.ref: f for f in picked}
    worded = _told((f, word.metric(f.statement, f.story.lead.title, config.wording)) for f in picked)
    placed = [
        claimed.placed(entry, found, config.metrics, _theme(found.story, config.themes))
        for entry in worded
        for found in (claims[entry.refs[0]],)
    ]
    measured = [(line, t.figure.notable) for line, t in zip(lines, told, strict=True)]
    return claimed.fitting(measured, placed, config.limits.metrics)


def _told(worded: Iterable[tuple[Found, str]]) -> list[Entry]:
    """Statements as entries; what could not be worded, or reads like another, is no line."""
    entries: dict[str, Entry] = {}
    for found, text in worded:
        if text and text.lower() not in entries and stands_alone(text, found.statement):
            entries[text.lower()] = Entry(
                text=text,
                refs=(found.ref,),
                keys=ticket_keys(found.statement.text),
                links=(found.url,) if found.url else (),
                sure=found.sure,
            )
    return list(entries.values())


def upcoming(material: Material) -> list[Entry]:
    """What comes next."""
    moved = [p for p in material.promised if p.fate == "moved"]
    given = ahead.Ahead(
        moved=moved,
        stories=material.upcoming,
        found=material.found,
        told=material.told,
        until=material.period.until,
    )
    return ahead.entries(given, material.config)


ENTRIES: dict[SectionName, Callable[[Material], list[Entry]]] = {
    "progress": progress,
    "tradeoffs": tradeoffs,
    "metrics": metrics,
    "next": upcoming,
}


def _theme(story: Story, themes: Sequence[Theme]) -> str:
    """The first theme of which one rule fits a member of the story."""
    return next((theme.name for theme in themes if any(_fits(m, theme) for m in story.members)), "")


def _fits(activity: Activity, theme: Theme) -> bool:
    epic, _, title = activity.topic.partition(" ")
    changed = [c.path for c in activity.changes or ()]
    return any(
        fnmatchcase(value.lower(), pattern.lower())
        for values, patterns in (
            ((epic, title, activity.topic), theme.epics),
            ((activity.milestone,), theme.milestones),
            (activity.labels, theme.labels),
            (changed, theme.paths),
        )
        for value in values
        for pattern in patterns
    )
