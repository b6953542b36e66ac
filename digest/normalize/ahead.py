"""The Next section: what was promised and moved, what is due, under way or planned, and what texts say comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.extract import ticket_keys
from digest.markdown import aside
from digest.model import Entry
from digest.normalize import harvest, link, noise, promises, word
from digest.normalize.alone import stands_alone
from digest.normalize.harvest import Found
from digest.normalize.promises import Promise
from digest.normalize.rank import rank
from digest.normalize.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.config import Config
    from digest.model import Activity

OPEN = ("active", "planned")


def stories(upcoming: Sequence[Activity], config: Config) -> list[Story]:
    """What lies ahead, the surest first; robots, routine and what is ignored promise nothing."""
    open_ = [a for a in upcoming if a.state in OPEN and not a.done and not noise.ignored(a, config.rules)]
    ranked = rank([story for story in link.link(open_) if not noise.kind(story)], config.rules, {})
    return sorted((r.story for r in ranked), key=_order)


def _order(story: Story) -> tuple[int, bool, float, int]:
    """Milestones, then tickets under way, then planned ones, then pull requests; what is due first before the rest."""
    due = min((m.due.timestamp() for m in story.members if m.due), default=None)
    kinds = {m.kind for m in story.members}
    active = any(m.state == "active" for m in story.members)
    place = 0 if "milestone" in kinds else 1 if "ticket" in kinds and active else 2 if "ticket" in kinds else 3
    return (place, due is None, due or 0.0, -max(m.reviews for m in story.members))


class Ahead(msgspec.Struct, frozen=True, kw_only=True):
    """What the Next section can be made of, in the order in which it is taken."""

    moved: Sequence[Promise]
    stories: Sequence[Story]
    found: Sequence[Found]
    told: Sequence[Story]
    until: datetime


def entries(ahead: Ahead, config: Config) -> list[Entry]:
    """Promises that moved, open tickets, marked next steps, open pull requests, guesses; each thing once."""
    moved = [moved_entry(p, config, ahead.until) for p in ahead.moved if p.story]
    promised = {p.story.lead.ref for p in ahead.moved if p.story}
    done = {key for story in ahead.told for key in story.keys}
    rest = [s for s in ahead.stories if s.lead.ref not in promised and not _finished(s, done)]
    tracked = [story_entry(s, config, ahead.until) for s in rest if any(m.kind != "pull_request" for m in s.members)]
    proposed = [story_entry(s, config, ahead.until) for s in rest if all(m.kind == "pull_request" for m in s.members)]
    steps = [(f, found_entry(f, config)) for f in harvest.pick(ahead.found, "next", ahead.told)]
    steps = [(f, entry) for f, entry in steps if stands_alone(entry.text, f.statement)]
    marked = [entry for f, entry in steps if f.sure]
    guessed = [entry for f, entry in steps if not f.sure]
    return _once([*moved, *tracked, *marked, *proposed, *guessed])[: config.limits.next]


def _finished(story: Story, done: set[str]) -> bool:
    """A ticket that nobody has closed yet, though its change is told as done."""
    return all(m.kind == "ticket" for m in story.members) and bool(set(story.keys) & done)


def moved_entry(promise: Promise, config: Config, until: datetime) -> Entry:
    """A promise that moved: as its source words it now, with how often."""
    story = promise.story
    entry = story_entry(story, config, until) if story else promise.entry
    return replace(entry, text=promises.moved(entry.text, promise.slips))


def story_entry(story: Story, config: Config, until: datetime) -> Entry:
    """What is under way or planned; a day that has passed when the period ends is no promise, it is overdue."""
    lead = story.lead
    overdue = lead.due is not None and lead.due < until
    text = word.next_step(replace(lead, due=None) if overdue else lead, config.wording)
    return Entry(
        text=aside(text, "overdue") if text and overdue else text,
        refs=story.refs,
        keys=story.keys,
        links=story.urls,
        joined=story.joined,
    )


def found_entry(found: Found, config: Config) -> Entry:
    """What a text says comes next."""
    return Entry(
        text=word.next_step(found.statement, config.wording),
        refs=(found.ref,),
        keys=ticket_keys(found.statement.text),
        links=(found.url,) if found.url else (),
        sure=found.sure,
    )


def _once(given: Iterable[Entry]) -> list[Entry]:
    """Entries that say something, each text once."""
    kept: dict[str, Entry] = {}
    for entry in given:
        if entry.text:
            kept.setdefault(entry.text.lower(), entry)
    return list(kept.values())
