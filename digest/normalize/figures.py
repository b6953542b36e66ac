"""The lines of what sources measured, in the order of the configuration, and a note for each figure that is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.charts import Trend
from digest.config import Metric
from digest.extract import ticket_keys
from digest.markdown import escape, plain
from digest.metric import fields_of
from digest.model import Entry
from digest.normalize.figure_words import in_own_words, sentence
from digest.normalize.judge import Figure, Known, judge, spoken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.normalize.story import Story


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A figure and its line."""

    name: str
    figure: Figure
    entry: Entry

    @property
    def titles(self) -> frozenset[str]:
        """What texts may call it, in small letters."""
        return frozenset((self.figure.title.lower(), self.name.replace("_", " ").lower()))


def figures(
    known: Known, tables: Mapping[str, Metric], stories: Sequence[Story] = ()
) -> tuple[tuple[Told, ...], tuple[str, ...]]:
    """A line for each metric that a source gave a usable figure of; a note for each other one.

    A metric without a table is told by the name that the source gives it; one that has a table is missed even where no
    source spoke of it. `stories` are what was done, for a figure that belongs to one.
    """
    told: list[Told] = []
    notes: list[str] = []
    for name in dict.fromkeys((*tables, *(s.metric for s in known.now))):
        judged = judge(name, tables.get(name) or Metric(), known)
        if isinstance(judged, str):
            notes.append(f"No figure for {title_of(name, tables)}: {judged}.")
        else:
            told.append(Told(name=name, figure=judged, entry=_entry(judged, stories)))
            notes += _lacking(judged)
    return tuple(told), tuple(notes)


def grounds(told: Sequence[Told]) -> dict[str, str]:
    """What a line may say of each figure, by the ref of its sample: its sentence, and the numbers that it rests on."""
    found: dict[str, str] = {}
    for t in told:
        sample, unit = t.figure.sample, t.figure.unit
        arms = [f"{x:g}" for arm in (sample.variant, sample.control) if arm for x in arm]
        trend = [f"{v:f} {unit}" for v in (*t.figure.trend, t.figure.old, t.figure.table.goal) if v is not None]
        found[sample.ref] = ", ".join([plain(t.entry.text), f"{sample.value:f} {sample.unit}", *trend, *arms])
    return found


def trends(told: Sequence[Told]) -> dict[str, Trend]:
    """The figures by period, by the ref of the sample that they lead up to."""
    return {
        t.figure.sample.ref: Trend(values=t.figure.trend, unit=t.figure.unit, digits=t.figure.table.digits)
        for t in told
    }


def _entry(figure: Figure, stories: Sequence[Story]) -> Entry:
    table, sample = figure.table, figure.sample
    story = next((s for s in stories if table.ref and table.ref in {*s.keys, *s.refs, *_bare(s)}), None)
    links = [table.url or sample.url, *(story.urls[:1] if story else ())]
    return Entry(
        text=escape(sentence(figure)),
        refs=(sample.ref,),
        keys=ticket_keys(table.ref),
        links=tuple(filter(None, links)),
        theme=table.theme,
    )


def _bare(story: Story) -> Iterator[str]:
    """The keys of its members as people write them: without the source."""
    return (m.key for m in story.members)


def _lacking(figure: Figure) -> Iterator[str]:
    if figure.table.words and not in_own_words(figure):
        wanted = ", ".join(fields_of(figure.table.words))
        yield f"{figure.title} is told in the usual words: its own need {wanted}, and the figure lacks one."


def title_of(name: str, tables: Mapping[str, Metric]) -> str:
    """What a reader calls a metric."""
    return tables[name].title if name in tables and tables[name].title else spoken(name)
