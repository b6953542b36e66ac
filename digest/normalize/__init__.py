"""Facts of a period → what is said about it. Pure: values in, a `Digest` out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from digest.config import Config
from digest.extract import ticket_keys
from digest.model import SECTIONS, Digest, Entry, LeftOut, Sample, Section
from digest.normalize import ahead, figures, harvest, noise, promises, word
from digest.normalize.alone import stands_alone
from digest.normalize.harvest import Found
from digest.normalize.promises import Promise
from digest.normalize.sift import SILENT, Sifted, sift
from digest.normalize.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from digest.config import Theme
    from digest.model import Activity, Outcome, SectionName
    from digest.normalize.rank import Ranked
    from digest.period import Period

__all__ = ["normalize"]

MOST_READ = 50
"""How many statements of a kind are worded at most, to find those that can stand alone."""

WHY_EMPTY: dict[SectionName, str] = {
    "progress": "nothing was merged or closed that is worth a line; what was done is in the list below",
    "tradeoffs": "no text says what was chosen over what; write a line like `Trade-off: chose … over …, because …`"
    " in a pull request, a commit message or a ticket",
    "metrics": "no source gave a figure and no text claims one; add a [metrics.NAME] table, or write the line here",
    "next": "no open ticket, pull request or milestone is known and no text names a next step; write the line here",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the sections are made of."""

    sifted: Sifted
    found: Sequence[Found]
    upcoming: Sequence[Story]
    promised: Sequence[Promise]
    samples: Sequence[Sample]
    config: Config

    @property
    def told(self) -> list[Story]:
        """The stories of the Progress section."""
        return [r.story for r in self.sifted.told]


def normalize(  # noqa: PLR0913 - the kinds of material that a digest is made of
    *,
    title: str,
    period: Period,
    activities: Sequence[Activity],
    upcoming: Sequence[Activity],
    samples: Sequence[Sample],
    outcomes: Sequence[Outcome],
    config: Config,
    promises: Sequence[Entry] = (),
    promised_in: str = "",
    taste: Mapping[str, float] | None = None,
) -> Digest:
    """What is said about a project in a period.

    Args:
        title: of the project.
        period: what the digest is about.
        activities: what was done in the period; each is told, counted or left out with a reason.
        upcoming: what is under way or planned.
        samples: figures of the period.
        outcomes: how the sources did.
        config: limits, rules, themes, wording and names.
        promises: the Next section of the last published digest.
        promised_in: the label of its period.
        taste: points that this house gives to signals, as `taste.learn` finds them.
    """
    material = _gathered(activities, upcoming, samples, config=config, promised=promises, taste=taste or {})
    entries = {name: _SECTIONS[name](material) for name in SECTIONS}
    return Digest(
        title=title,
        period=period,
        sections=tuple(
            Section(name=name, entries=tuple(found), why_empty="" if found else WHY_EMPTY[name])
            for name, found in entries.items()
        ),
        maintenance=_maintenance(material),
        left_out=tuple(_left_out(material)),
        outcomes=tuple(outcomes),
        urls={a.ref: a.url for a in (*activities, *upcoming) if a.url} | {s.ref: s.url for s in samples if s.url},
        notes=tuple(_notes(material, activities, promised_in)),
        redactions=tuple(kind for activity in activities for kind in activity.redacted),
    )


def _gathered(
    activities: Sequence[Activity],
    upcoming: Sequence[Activity],
    samples: Sequence[Sample],
    *,
    config: Config,
    promised: Sequence[Entry],
    taste: Mapping[str, float],
) -> Material:
    sifted = sift(activities, config, taste)
    done = [*(r.story for r in sifted.told), *(r.story for r, _ in sifted.passed)]
    coming = ahead.stories(upcoming, config)
    declined = [a for a in activities if a.state == "declined"]
    return Material(
        sifted=sifted,
        found=harvest.harvest(done),
        upcoming=coming,
        promised=promises.judge(promised, done=done, ahead=coming, declined=declined),
        samples=samples,
        config=config,
    )


# ---- the sections ----------------------------------------------------------------------------------------------------


def _progress(material: Material) -> list[Entry]:
    """One line a story; stories that would read the same become one line."""
    lines: dict[str, Entry] = {}
    for ranked in material.sifted.told:
        entry = _line(ranked, material.config)
        same = lines.get(entry.text.lower())
        lines[entry.text.lower()] = _merged(same, entry) if same else entry
    return list(lines.values())


def _line(ranked: Ranked, config: Config) -> Entry:
    story = ranked.story
    return Entry(
        text=word.progress(story, config.wording, config.people),
        refs=story.refs,
        keys=story.keys,
        links=story.urls,
        points=ranked.points,
        theme=_theme(story, config.themes),
        joined=story.joined,
    )


def _merged(entry: Entry, other: Entry) -> Entry:
    return replace(
        entry,
        refs=(*entry.refs, *other.refs),
        keys=tuple(dict.fromkeys((*entry.keys, *other.keys))),
        links=tuple(dict.fromkeys((*entry.links, *other.links))),
        joined=(*entry.joined, (other.refs[0], "reads the same", 0.7), *other.joined),
    )


def _tradeoffs(material: Material) -> list[Entry]:
    limit, wording = material.config.limits.tradeoffs, material.config.wording
    picked = harvest.pick(material.found, "tradeoff", material.told, MOST_READ)
    return _told((f, word.tradeoff(f.statement, f.story.lead.title, wording)) for f in picked)[:limit]


def _metrics(material: Material) -> list[Entry]:
    """What was measured first, then what texts claim."""
    limit, wording = material.config.limits.metrics, material.config.wording
    names = {name: str(table.get("title", "")) for name, table in material.config.metrics.items()}
    measured = figures.figures(material.samples, names)
    picked = harvest.pick(material.found, "metric", material.told, MOST_READ)
    claimed = _told((f, word.metric(f.statement, f.story.lead.title, wording)) for f in picked)
    return [*measured, *claimed][:limit]


def _told(worded: Iterable[tuple[Found, str]]) -> list[Entry]:
    """Statements as entries; what could not be worded, or reads like another, is no line."""
    entries: dict[str, Entry] = {}
    for found, text in worded:
        statement = found.statement
        if not text or not (statement.explicit or stands_alone(text, statement.kind)):
            continue
        if text.lower() not in entries:
            entries[text.lower()] = Entry(
                text=text,
                refs=(found.ref,),
                keys=ticket_keys(found.statement.text),
                links=(found.url,) if found.url else (),
                sure=found.sure,
            )
    return list(entries.values())


def _next(material: Material) -> list[Entry]:
    moved = [p for p in material.promised if p.fate == "moved"]
    given = ahead.Ahead(moved=moved, stories=material.upcoming, found=material.found, told=material.told)
    return ahead.entries(given, material.config)


_SECTIONS = {"progress": _progress, "tradeoffs": _tradeoffs, "metrics": _metrics, "next": _next}


# ---- what is not told ------------------------------------------------------------------------------------------------


def _maintenance(material: Material) -> Entry | None:
    routine = [(r.story, kind) for r, kind in material.sifted.routine]
    if not routine:
        return None
    return Entry(
        text=f"Maintenance: {word.maintenance(noise.count(routine))}",
        refs=tuple(ref for story, _ in routine for ref in story.refs),
        links=tuple(dict.fromkeys(url for story, _ in routine for url in story.urls)),
    )


def _left_out(material: Material) -> Iterator[LeftOut]:
    config = material.config
    for ranked, why in material.sifted.passed:
        story = ranked.story
        text = word.progress(story, config.wording, config.people)
        yield LeftOut(title=story.lead.title, refs=story.refs, text=text, points=ranked.points, why=why)
    for gone in material.sifted.gone:
        refs = tuple(a.ref for a in gone.activities)
        yield LeftOut(title=gone.activities[0].title, refs=refs, why=gone.why)


def _notes(material: Material, activities: Sequence[Activity], promised_in: str) -> Iterator[str]:
    yield from promises.notes(material.promised, f"in {promised_in}" if promised_in else "last time")
    silent = [r.story.lead.title for r, why in material.sifted.passed if why == SILENT]
    if silent:
        said = (
            "1 change is not described by its author; word it"
            if len(silent) == 1
            else (f"{len(silent)} changes are not described by their authors; word them")
        )
        yield f"{said} by hand if it matters: {', '.join(silent)}"
    late = sum(a.late for a in activities)
    if late:
        yield f"{late} {'activity' if late == 1 else 'activities'} came in late from an earlier period."
    yield from figures.missing(material.samples)


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
