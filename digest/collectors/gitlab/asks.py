"""What is asked of GitLab: which lists of a project or group, from when on.

Its lists know no filter by the instant of a merge or closing, only one by the last update. So each is asked for what
was updated since the window began, and the exact instants are looked at here. They are read in the order in which
things were made: nothing moves in it while it is read, as it would in the order of updates.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import msgspec
from msgspec.structs import replace

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
"""An open merge request that nobody touched for longer, or since the period began, is not under way."""

IN_ORDER = {"order_by": "created_at", "sort": "asc", "per_page": PAGE}


class Run(msgspec.Struct, frozen=True, kw_only=True):
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
    def fresh(self) -> datetime:
        """An open merge request that nobody touched since then is not under way."""
        return self.now - FRESH if self.past else max(self.period.since - SLACK, self.now - FRESH)

    @property
    def past(self) -> bool:
        """Whether the window ended so long ago that much was made since."""
        return self.period.until + RECENT < self.now


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One list of a project or group.

    Attributes:
        instead: what is read instead of it where it is long, for a rerun that needs only what changed.
    """

    what: What
    path: str
    params: Params
    instead: tuple[Ask, ...] = ()


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
        below = {"include_descendants": "true"} if group else {}
        found.append(_list("milestones", path, {"per_page": PAGE, "state": "active", **below}))
    # What was merged before its project was archived counts; a group's lists leave it out by themselves.
    everywhere = {"non_archived": "false"} if group else {}
    found += _requests(run, path, everywhere)
    issues = _issues(run) if run.source.issues else []
    return found + [_list("issues", path, {**params, **everywhere}) for params in issues]


def _list(what: What, path: str, params: Params) -> Ask:
    return Ask(what=what, path=f"{path}/{what}", params=params)


def _requests(run: Run, path: str, everywhere: Params) -> list[Ask]:
    """What was merged or closed, and what is open. That is asked for as a whole each time: it is told as a whole."""
    state = "all" if run.source.upcoming else "merged"
    window = {**IN_ORDER, "scope": "all", "state": state, **_before(run), **everywhere}
    changed = _list("merge_requests", path, {**window, "updated_after": stamp(run.since)})
    if not run.source.upcoming:
        return [changed]
    ahead = _list("merge_requests", path, {**window, "state": "opened", "updated_after": stamp(run.fresh)})
    if run.past:
        ahead.params.pop("created_before")
        return [changed, ahead]
    whole = _list("merge_requests", path, {**window, "updated_after": stamp(run.period.since - SLACK)})
    return [replace(whole, instead=(changed, ahead) if run.changed else ())]


def _issues(run: Run) -> list[Params]:
    """Closed ones, in a rerun also those that were opened again, which were told as done before; and what is ahead."""
    state = "all" if run.changed else "closed"
    window = {**IN_ORDER, "scope": "all", "state": state, "updated_after": stamp(run.since), **_before(run)}
    ahead = {**IN_ORDER, "scope": "all", "state": "opened", "milestone_id": "Started"}
    return [window, ahead] if run.source.upcoming else [window]


def _before(run: Run) -> Params:
    """Nothing that was made after the window was closed in it."""
    return {"created_before": stamp(run.period.until)} if run.past else {}


def stamp(instant: datetime) -> str:
    """An instant as GitLab reads it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
