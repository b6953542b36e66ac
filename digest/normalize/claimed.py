"""What texts claim beside what sources measured: one line for one quantity, each with the story it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.extract import numbers, same_quantity
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.config import Metric
    from digest.model import Entry
    from digest.normalize.figures import Told
    from digest.normalize.harvest import Found

_ARTICLE = regex(r"^(?:the|our|its|an?)\s+", re.IGNORECASE)
_LIMIT = regex(r"\bSL[AO]s?\b|\btargets?\b|\bbudgets?\b|\blimits?\b", re.IGNORECASE)


def joined(told: Sequence[Told], found: Sequence[Found]) -> tuple[list[Entry], list[Found]]:
    """The measured lines with the claims about the same quantity as further evidence, and the claims that are left.

    What a source measured is said once, in its own figures; a text that claims it too is shown beside it.
    """
    lines = {t.name: t.entry for t in told}
    left: list[Found] = []
    for one in found:
        same = next((t for t in told if _names(one, t.titles)), None)
        if same is None:
            left.append(one)
            continue
        entry = lines[same.name]
        links = tuple(dict.fromkeys((*entry.links, *([one.url] if one.url else []))))
        keys = tuple(dict.fromkeys((*entry.keys, *one.story.keys)))
        lines[same.name] = replace(entry, refs=(*entry.refs, one.ref), links=links, keys=keys)
    return [lines[t.name] for t in told], left


def notes(told: Sequence[Told], found: Sequence[Found]) -> Iterator[str]:
    """What a person should know of claims that a measured line stands for."""
    for one in found:
        for same in (t for t in told if _names(one, t.titles)):
            yield f"{same.figure.title} is told as measured; a text says: {one.statement.text} ({one.ref})"


def placed(entry: Entry, found: Found, tables: Mapping[str, Metric], theme: str) -> Entry:
    """A claim with the story that it belongs to, and what the configuration says of its quantity."""
    titles = {name: frozenset((t.title.lower(), name.replace("_", " ").lower())) for name, t in tables.items()}
    table = next((tables[name] for name, said in titles.items() if _names(found, said)), None)
    keys = tuple(dict.fromkeys((*entry.keys, *found.story.keys)))
    if table is None:
        return replace(entry, keys=keys, theme=theme)
    links = (*entry.links, *([table.url] if table.url else []))
    return replace(entry, keys=keys, theme=table.theme or theme, links=links)


def fitting(measured: Sequence[tuple[Entry, bool]], claims: Sequence[Entry], limit: int) -> list[Entry]:
    """At most `limit` lines, but every one that must not be left out: what got worse or missed its goal."""
    lines = [*measured, *((entry, False) for entry in claims)]
    room = limit - sum(notable for _, notable in lines)
    kept: list[Entry] = []
    for entry, notable in lines:
        if notable or room > 0:
            kept.append(entry)
            room -= not notable
    return kept


def tied(entry: Entry, told: Sequence[Told]) -> Entry:
    """A trade-off with the figure that it names, or whose goal it was made for, as further evidence."""
    about = [t for t in told if _mentions(entry.text, t)]
    links = [link for t in about for link in t.entry.links[:1]]
    return replace(
        entry,
        refs=tuple(dict.fromkeys((*entry.refs, *(t.figure.sample.ref for t in about)))),
        links=tuple(dict.fromkeys((*entry.links, *links))),
    )


def _names(found: Found, titles: frozenset[str]) -> bool:
    """Whether a claim is about nothing but the quantity of these names."""
    measures = found.statement.measures
    said = {_ARTICLE.sub("", m.metric.strip().lower()) for m in measures}
    if said == {""} and len(measures) == 1:
        return any(_phrase(title, found.statement.text) for title in titles)
    return bool(said) and said <= titles


def _mentions(text: str, told: Told) -> bool:
    if any(_phrase(title, text) for title in told.titles):
        return True
    goal, unit = told.figure.table.goal, told.figure.unit
    if goal is None or not _LIMIT.search(text):
        return False
    wanted = numbers(f"{goal:f} {unit}")
    return any(same_quantity(number, w) for number in numbers(text) for w in wanted)


def _phrase(title: str, text: str) -> bool:
    return bool(title) and re.search(rf"(?<!\w){re.escape(title)}(?!\w)", text, re.IGNORECASE) is not None
