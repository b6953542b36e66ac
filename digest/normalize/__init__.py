"""Facts of a period → what is said about it. Pure: values in, a `Digest` out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import SECTIONS, Digest, Entry, LeftOut, Section
from digest.normalize import ahead, claimed, doubts, figures, harvest, noise, word
from digest.normalize import promises as promised
from digest.normalize.judge import Known
from digest.normalize.sections import ENTRIES, Material, said
from digest.normalize.sift import LOWER, SILENT, sift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.config import Config
    from digest.model import Activity, Outcome, SectionName
    from digest.normalize.figures import Told
    from digest.normalize.promises import Promise
    from digest.normalize.story import Story
    from digest.period import Period

__all__ = ["normalize"]

WHY_EMPTY: dict[SectionName, str] = {
    "progress": "nothing was merged or closed that is worth a line; what was done is in the list below",
    "tradeoffs": "no text says what was chosen over what; write a line like `Trade-off: chose … over …, because …`"
    " in a pull request, a commit message or a ticket",
    "metrics": "no source gave a figure and no text claims one; add a [metrics.NAME] table, or write the line here",
    "next": "no open ticket, pull request or milestone is known and no text names a next step; write the line here",
}


def normalize(  # noqa: PLR0913 - the kinds of material that a digest is made of
    *,
    title: str,
    period: Period,
    activities: Sequence[Activity],
    upcoming: Sequence[Activity],
    outcomes: Sequence[Outcome],
    config: Config,
    promises: Sequence[Entry] = (),
    promised_in: str = "",
    dropped: Mapping[str, str] | None = None,
    taste: Mapping[str, float] | None = None,
    known: Known | None = None,
) -> Digest:
    """What is said about a project in a period.

    Args:
        title: of the project.
        period: what the digest is about.
        activities: what was done in the period; each is told, counted or left out with a reason.
        upcoming: what is under way or planned.
        outcomes: how the sources did.
        config: limits, rules, themes, wording and names.
        promises: the Next section of the last published digest.
        promised_in: the label of its period, which is also that of what came in late.
        dropped: next steps that a person took out of an earlier digest, by ref: the label of its period.
        taste: points that this house gives to signals, as `taste.learn` finds them.
        known: figures of the period, and of earlier ones for trends and comparisons.
    """
    sifted = sift(activities, config, taste or {}, promised.named(promises))
    done = [*(r.story for r in sifted.told), *(r.story for r, _ in sifted.passed)]
    taken_out = dropped or {}
    ahead_of_us = ahead.stories(upcoming, config)
    coming = [story for story in ahead_of_us if taken_out.keys().isdisjoint(story.refs)]
    told, missing = figures.figures(known or Known(period=period), config.metrics, [r.story for r in sifted.told])
    material = Material(
        sifted=sifted,
        found=harvest.harvest(done),
        upcoming=coming,
        promised=_judged(promises, done, coming, activities),
        figures=told,
        config=config,
        period=period,
        before=promised_in,
    )
    entries = {name: ENTRIES[name](material) for name in SECTIONS}
    return Digest(
        title=title,
        period=period,
        sections=tuple(_section(name, entries[name]) for name in SECTIONS),
        maintenance=_maintenance(material),
        left_out=(*_left_out(material), *_taken_out(ahead_of_us, taken_out, material)),
        outcomes=tuple(outcomes),
        urls=_urls((*activities, *upcoming), told),
        trends=figures.trends(told),
        notes=(*_notes(material, activities, promised_in), *missing, *_unsaid(material, entries["metrics"])),
        doubts=tuple(doubts.doubts(material.told, [r.story for r in sifted.ranked], entries["progress"])),
        redactions=tuple(kind for activity in activities for kind in activity.redacted),
    )


def _judged(
    promises: Sequence[Entry], done: Sequence[Story], coming: Sequence[Story], activities: Sequence[Activity]
) -> list[Promise]:
    declined = [a for a in activities if a.state == "declined"]
    return promised.judge(promises, done=done, ahead=coming, declined=declined)


def _section(name: SectionName, entries: Sequence[Entry]) -> Section:
    return Section(name=name, entries=tuple(entries), why_empty="" if entries else WHY_EMPTY[name])


def _urls(activities: Sequence[Activity], told: Sequence[Told]) -> dict[str, str]:
    """The web address of every ref that has one."""
    measured = {t.figure.sample.ref: t.figure.table.url or t.figure.sample.url for t in told}
    return {a.ref: a.url for a in activities if a.url} | {ref: url for ref, url in measured.items() if url}


def _maintenance(material: Material) -> Entry | None:
    routine = [(r.story, kind) for r, kind in material.sifted.routine]
    if not routine:
        return None
    return Entry(
        text=f"Maintenance: {word.maintenance(noise.count(routine))}",
        refs=tuple(ref for story, _ in routine for ref in story.refs),
        links=tuple(dict.fromkeys(url for story, _ in routine for url in story.urls)),
    )


def _unsaid(material: Material, metrics: Sequence[Entry]) -> Iterator[str]:
    """Figures that found no room, and claims that a measured figure stands for."""
    said = {ref for entry in metrics for ref in entry.refs}
    for told in material.figures:
        if told.figure.sample.ref not in said:
            yield f"Left out, limits.metrics is {material.config.limits.metrics}: {told.entry.text}"
    yield from claimed.notes(material.figures, [f for f in material.found if f.ref in said])


def _left_out(material: Material) -> Iterator[LeftOut]:
    for ranked, why in material.sifted.passed:
        story = ranked.story
        text = said(story, material)
        yield LeftOut(title=story.lead.title, refs=story.refs, text=text, points=ranked.points, why=why or LOWER)
    for gone in material.sifted.gone:
        refs = tuple(a.ref for a in gone.activities)
        yield LeftOut(title=gone.activities[0].title, refs=refs, why=gone.why)


def _taken_out(coming: Sequence[Story], dropped: Mapping[str, str], material: Material) -> Iterator[LeftOut]:
    """Next steps that a person did not want to promise: they can be promoted, they do not come back by themselves."""
    for story in coming:
        labels = [dropped[ref] for ref in story.refs if ref in dropped]
        if labels:
            text = ahead.story_entry(story, material.config, material.period.until).text
            yield LeftOut(
                title=story.lead.title, refs=story.refs, text=text, why=f"a person took it out of Next in {labels[0]}"
            )


def _notes(material: Material, activities: Sequence[Activity], promised_in: str) -> Iterator[str]:
    yield from promised.notes(material.promised, f"in {promised_in}" if promised_in else "last time")
    silent = [r.story.lead.title.strip() or r.story.lead.ref for r, why in material.sifted.passed if why == SILENT]
    if silent:
        them = "1 change is" if len(silent) == 1 else f"{len(silent)} changes are"
        yield f"{them} not described by anybody; find words by hand if it matters: {', '.join(silent)}"
    late = sum(a.late for a in activities)
    if late:
        yield f"{late} {'activity' if late == 1 else 'activities'} came in late from an earlier period."
