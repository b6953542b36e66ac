"""What is asked of GitLab: which lists of a project or group, from when on.

Its lists know no filter by the instant of a merge or closing, only one by the last update. So each is asked for what
was updated since the window began, and the exact instants are looked at here. They are read in the order in which
things were made: nothing moves in it while it is read, as it would in the order of updates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

from digest.collectors.gitlab import GROUP, GitLab
from digest.period import Period

if TYPE_CHECKING:
    Params = dict[str, Any]

What = Literal["merge_requests", "issues", "milestones", "projects"]

PAGE = 100
SLACK = timedelta(hours=1)
"""A merge is noted a moment after the update that it is."""

RECENT = timedelta(days=14)
"""A window that ended longer ago is read without what was made since; what is under way is then asked for apart."""

FRESH = timedelta(days=30)
"""An open merge request that nobody touched for longer is not under way."""

IN_ORDER = {"order_by": "created_at", "sort": "asc", "per_page": PAGE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one run is about: whose source, which period, what the store knows already, and when it is asked."""

    source: GitLab
    period: Period
    changed: datetime | None
    now: datetime

    @property
    def since(self) -> datetime:
        """What was not updated since then is not asked for."""
        return max(self.period.since, self.changed or self.period.since) - SLACK

    @property
    def past(self) -> bool:
        """Whether the window ended so long ago that much was made since."""
        return self.period.until + RECENT < self.now


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One list of a project or group."""

    what: What
    path: str
    params: Params


def root(scope: str) -> str:
    """The path of a project or group below the API."""
    kind, name = ("groups", scope.removeprefix(GROUP)) if scope.startswith(GROUP) else ("projects", scope)
    return f"/{kind}/{quote(name, safe='')}"


def asks(run: Run, path: str) -> list[Ask]:
    """The lists to read of the project or group at that path below the API."""
    found: list[Ask] = []
    group = path.startswith("/groups/")
    if run.source.upcoming:
        # First of all: what a list says of a milestone is more than what its issues do.
        which = {"updated_after": stamp(run.since)} if run.changed else {"state": "active"}
        below = {"include_descendants": "true"} if group else {}
        found.append(_list("milestones", path, {"per_page": PAGE, **which, **below}))
    # What was merged before its project was archived counts; a group's lists leave it out by themselves.
    everywhere = {"non_archived": "false"} if group else {}
    requests, issues = _requests(run), _issues(run) if run.source.issues else []
    found += [_list("merge_requests", path, {**params, **everywhere}) for params in requests]
    return found + [_list("issues", path, {**params, **everywhere}) for params in issues]


def _list(what: What, path: str, params: Params) -> Ask:
    return Ask(what=what, path=f"{path}/{what}", params=params)


def _requests(run: Run) -> list[Params]:
    everything = {"state": "all" if run.source.upcoming else "merged", "scope": "all"}
    window = {**IN_ORDER, **everything, "updated_after": stamp(run.since)}
    if not run.past or run.changed:
        return [window]
    past = {**window, "created_before": stamp(run.period.until)}
    ahead = {**IN_ORDER, "state": "opened", "scope": "all", "updated_after": stamp(run.now - FRESH)}
    return [past, ahead] if run.source.upcoming else [past]


def _issues(run: Run) -> list[Params]:
    """Closed ones; in a rerun also those that were opened again, which were told as done before."""
    window = {**IN_ORDER, "scope": "all", "updated_after": stamp(run.since)}
    if run.changed:
        return [{**window, "state": "all"}]
    closed = {**window, "state": "closed", **({"created_before": stamp(run.period.until)} if run.past else {})}
    ahead = {**IN_ORDER, "scope": "all", "state": "opened", "milestone_id": "Started"}
    return [closed, ahead] if run.source.upcoming else [closed]


def stamp(instant: datetime) -> str:
    """An instant as GitLab reads it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
