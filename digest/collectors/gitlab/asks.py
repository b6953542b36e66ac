"""What is asked of GitLab: which lists of a project or group, from when on, in which order.

A list that is read for the first time comes in the order in which things were made: nothing moves in it while it is
read. A rerun reads what was touched last first, and stops where nothing is new; what of a list fits into one page, it
reads whole.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec

from digest.collectors.gitlab import GROUP, GitLab
from digest.period import Period

What = Literal[
    "home", "place", "goals", "requests", "declined", "open", "tasks", "issues", "ahead", "projects", "merged", "closed"
]

PAGE = 100
PAGES: dict[str, int] = {"goals": 50, "ahead": 50}
"""Of lists that are short as a rule less is asked for, so that more of them go into one question."""

SLACK = timedelta(hours=1)
"""A merge is noted a moment after the update that it is."""

RECENT = timedelta(days=14)
"""Of a window that ended longer ago only what was merged in it is read, and not all that was touched since."""

FRESH = timedelta(days=30)
"""An open merge request that nobody touched for longer, or since the period began, is not under way."""

AHEAD = timedelta(days=366)
"""A milestone of a group that is due later is not asked for."""

MADE, TOUCHED = "sort: CREATED_ASC", "sort: UPDATED_DESC"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one run is about: whose source, which period, what the store knows already, and when it is asked."""

    source: GitLab
    period: Period
    changed: datetime | None
    now: datetime

    @property
    def since(self) -> datetime:
        """What was not touched since then was not done in the window."""
        return self.period.since - SLACK

    @property
    def stop(self) -> datetime | None:
        """What was not touched since then is known already; None where nothing is."""
        return self.changed - SLACK if self.changed else None

    @property
    def fresh(self) -> datetime:
        """An open merge request that nobody touched since then is not under way."""
        return self.now - FRESH if self.past else max(self.since, self.now - FRESH)

    @property
    def past(self) -> bool:
        """Whether the window ended so long ago that much was made since."""
        return self.period.until + RECENT < self.now


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One list, of several projects at once or of a group.

    Attributes:
        scopes: the paths of the projects, or of one group with `group:` before it.
        filters: the arguments of the list but for those of its page, as GraphQL writes them.
        size: how many rows a page has. after: what the page comes behind; empty is the first page.
        stop: where rows come as they were touched, those that nobody touched since then need not be read.
    """

    what: What
    scopes: tuple[str, ...]
    filters: str = ""
    size: int = PAGE
    after: str = ""
    stop: datetime | None = None

    @property
    def group(self) -> bool:
        """Whether it is about a group."""
        return self.scopes[0].startswith(GROUP)

    @property
    def turns(self) -> bool:
        """Whether it is read beyond its first page; of the projects and milestones of a group only that is."""
        return not (self.group and self.what in {"projects", "goals"})


def asks(run: Run, scopes: tuple[str, ...]) -> list[Ask]:
    """The lists to read of these projects, or of this group."""
    wanted: list[tuple[What, str]] = [("home", "")]
    wanted += [("projects", "includeSubgroups: true")] if scopes[0].startswith(GROUP) else []
    # Before what refers to them: what a list says of a milestone is more than what its issues do.
    wanted += [("goals", _goals(run, scopes))] if run.source.upcoming else []
    wanted += _requests(run)
    wanted += _issues(run) if run.source.issues else []
    return [_ask(run, what, scopes, filters) for what, filters in wanted]


def counting(run: Run, scopes: tuple[str, ...], what: What) -> Ask:
    """How many were merged or closed in the window, to the last moment of it."""
    since, until = run.period.since.astimezone(UTC), run.period.until.astimezone(UTC) - timedelta(microseconds=1)
    window = f'{what}After: "{since.isoformat()}", {what}Before: "{until.isoformat()}"'
    return Ask(what=what, scopes=scopes, filters=f"state: {what}, {window}", size=1)


def still_open(run: Run, scope: str) -> Ask:
    """The open merge requests that a list which was not read to its end may not have told."""
    opened = f'state: opened, updatedAfter: "{stamp(run.fresh)}", {MADE}'
    return Ask(what="open", scopes=(scope,), filters=opened, size=PAGE // 2)


def _ask(run: Run, what: What, scopes: tuple[str, ...], filters: str) -> Ask:
    stop = run.stop if TOUCHED in filters else None
    return Ask(what=what, scopes=scopes, filters=filters, size=PAGES.get(what, PAGE), stop=stop)


def _goals(run: Run, scopes: tuple[str, ...]) -> str:
    """Open milestones; of a group, below which there may be thousands, those that are due next."""
    if not scopes[0].startswith(GROUP):
        return "state: active"
    since, until = run.period.since.date(), run.now.date() + AHEAD
    return f'state: active, timeframe: {{start: "{since}", end: "{until}"}}, sort: DUE_DATE_ASC'


def _requests(run: Run) -> list[tuple[What, str]]:
    """What was merged or closed, and what is open. That is asked for as a whole each time: it is told as a whole."""
    since, order = f'updatedAfter: "{stamp(run.since)}"', TOUCHED if run.changed else MADE
    if not run.past:
        state = "" if run.source.upcoming else "state: merged, "
        return [("requests", f"{state}{since}, {order}")]
    # A second before: whether GitLab counts the ends in is not written down; the exact instants are looked at here.
    since_merged, until = stamp(run.period.since - timedelta(seconds=1)), stamp(run.period.until)
    merged = f'state: merged, mergedAfter: "{since_merged}", mergedBefore: "{until}", {MADE}'
    if not run.source.upcoming:
        return [("requests", merged)]
    closed = f'state: closed, {since}, createdBefore: "{until}", {MADE}'
    ahead = f'state: opened, updatedAfter: "{stamp(run.fresh)}", {MADE}'
    return [("requests", merged), ("declined", closed), ("open", ahead)]


def _issues(run: Run) -> list[tuple[What, str]]:
    """Closed ones; in a rerun also those that were opened again, which were told as done before; and what is ahead."""
    touched = f'updatedAfter: "{stamp(run.since)}"'
    since, until = stamp(run.period.since - timedelta(seconds=1)), stamp(run.period.until)
    closed = f'state: closed, closedAfter: "{since}", closedBefore: "{until}", {MADE}'
    found: list[tuple[What, str]] = [
        ("tasks", f"types: [ISSUE, INCIDENT, TASK], {touched}, {TOUCHED if run.changed else MADE}"),
        ("issues", f"{touched}, {TOUCHED}" if run.changed else closed),
    ]
    if run.source.upcoming:
        found.append(("ahead", f"state: opened, milestoneWildcardId: STARTED, {MADE}"))
    return found


def stamp(instant: datetime) -> str:
    """An instant as GitLab reads it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
