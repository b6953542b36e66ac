"""One run: the site is surveyed, two searches are made, and each ticket becomes an activity once."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.jira import query
from digest.collectors.jira.history import DoneStatuses, closed_at, complete, former_keys
from digest.collectors.jira.search import PAGE, Found, search
from digest.collectors.jira.site import NowhereError, QueryError, Site, Traits, survey
from digest.collectors.jira.ticket import Reading, changed_at, epic_key, is_done, states, wanted
from digest.collectors.jira.trouble import Trouble
from digest.errors import SourceError
from digest.model import Activity, Outcome, State, Status
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_KEYS = 50
NAMED = 10
"""How many tickets are named in one line."""


class Gathering(msgspec.Struct, frozen=True, kw_only=True):
    """What one run is about; the attributes are those of the table and of `collect`."""

    site: Site
    period: Period
    changed_since: datetime | None
    projects: tuple[str, ...]
    jql: str
    declined: frozenset[str]
    upcoming: bool

    def run(self) -> Iterator[Activity | Outcome]:
        """Activities, and an outcome for each thing that is missing."""
        traits = survey(self.site)
        if not traits.knows_change:
            self._statuses()  # without them no history can be read, so they come before time runs out
        try:
            closed, ahead = self._searched(traits, self.projects)
        except QueryError:
            seen = self._seen(traits, self.projects)
            if seen == self.projects:
                raise  # it is not for a hidden project
            if not seen:
                raise self.site.error(Trouble.hidden(traits.user, self.projects)) from None
            closed, ahead = self._searched(traits, seen)
        yield from self._shortfalls(traits, closed, ahead)
        done, unclear = self._instants(closed.tickets, traits)
        if unclear:
            more = f" and {len(unclear) - NAMED} others" if len(unclear) > NAMED else ""
            what = "was closed is unknown: Jira cut the history short"
            yield self._outcome(f"when {', '.join(unclear[:NAMED])}{more} {what}")
        yield from self._activities(traits, closed.tickets, ahead.tickets, done)

    def _searched(self, traits: Traits, projects: tuple[str, ...]) -> tuple[Found, Found]:
        """What was closed about the period, and what lies ahead."""
        when = query.closed(self.period, knows_change=traits.knows_change) + query.changed(self.changed_since)
        # What is stored may have been moved since then: its history tells the key that it had.
        expand = "" if traits.knows_change and not self.changed_since else "changelog"
        closed = self._search(traits, projects, when, expand=expand)
        if not (open_now := self._open_now(traits)):
            return closed, Found(tickets=[])
        try:
            return closed, self._search(traits, projects, f"{query.NOT_DONE} AND ({open_now})")
        except SourceError as error:
            return closed, Found(tickets=[], short=f"what lies ahead is missing: {error}")

    def _open_now(self, traits: Traits) -> str:
        """Which open tickets matter: those ahead and, as they were told as done before, those reopened since then."""
        parts = [query.under_way(sprints=bool(traits.sprint))] if self.upcoming else []
        if self.changed_since:
            parts.append(query.touched(self.changed_since))
        return " OR ".join(parts)

    def _statuses(self) -> DoneStatuses:
        return DoneStatuses.of(self.site.listed("status"))

    def _search(self, traits: Traits, projects: tuple[str, ...], condition: str, *, expand: str = "") -> Found:
        where, fields = query.scope(projects, self.jql), wanted(traits)
        try:
            return search(self.site, f"{where} AND {condition}", fields, cloud=traits.cloud, expand=expand)
        except QueryError as refused:
            if "statuscategory" not in str(refused).casefold():
                raise
            jql = f"{where} AND {query.by_number(condition)}"
            return search(self.site, jql, fields, cloud=traits.cloud, expand=expand)

    def _shortfalls(self, traits: Traits, *found: Found) -> Iterator[Outcome]:
        """What is missing: tickets that were counted and not given, projects that the account cannot see."""
        if short := [f.short for f in found if f.short]:
            yield from (self._outcome(s) for s in short)
            return
        spoken = {str(t["key"]).rpartition("-")[0] for f in found for t in f.tickets}
        silent = tuple(p for p in self.projects if p.upper() not in spoken)
        try:
            seen = self._seen(traits, silent)
        except SourceError as error:
            yield self._outcome(f"whether {', '.join(silent)} can be seen is unknown: {error}")
            return
        for key in silent:
            if key not in seen:
                yield self._outcome(Trouble.hidden(traits.user, [key]).what, "failed")

    def _seen(self, traits: Traits, keys: tuple[str, ...]) -> tuple[str, ...]:
        known = set(visible(self.site, traits, keys)) if keys else set()
        return tuple(k for k in keys if k.upper() in known)

    def _outcome(self, detail: str, status: Status = "truncated") -> Outcome:
        return Outcome(source=self.site.name, status=status, detail=detail)

    def _instants(self, tickets: list[dict[str, Any]], traits: Traits) -> tuple[dict[str, datetime], list[str]]:
        """When each ticket of the period was closed, by key; and the keys for which it cannot be told."""
        tickets = [t for t in tickets if is_done(t)]
        unclear: list[str] = []
        if traits.knows_change or not tickets:
            told = {str(t["key"]): changed_at(t) for t in tickets}
        else:
            statuses = self._statuses()
            histories, unclear = complete(self.site, tickets, cloud=traits.cloud)
            told = {str(t["key"]): closed_at(histories[str(t["id"])], statuses) for t in tickets}
        return {key: at for key, at in told.items() if at and at in self.period}, unclear

    def _activities(
        self, traits: Traits, closed: list[dict[str, Any]], ahead: list[dict[str, Any]], done: dict[str, datetime]
    ) -> Iterator[Activity]:
        closed = [t for t in closed if t["key"] in done]
        state = self._states([t for t in ahead if not is_done(t)], traits)
        ahead = [t for t in ahead if t["key"] in state]
        logs = {str(t["key"]): (t.get("changelog") or {}).get("histories") or () for t in closed}
        reading = Reading(
            source=self.site.name,
            traits=traits,
            declined=self.declined,
            zone=self.period.zone,
            epics=_epics(self.site, traits, [*closed, *ahead]),
            former={key: former_keys(log) for key, log in logs.items()},
        )
        for ticket in closed:
            yield reading.activity(ticket, reading.closed_state(ticket), done[str(ticket["key"])])
        for ticket in ahead:
            yield reading.activity(ticket, state[str(ticket["key"])])

    def _states(self, tickets: list[dict[str, Any]], traits: Traits) -> dict[str, State]:
        """What is under way or planned; in a rerun also what is neither, for it may have been told as done before."""
        found = states(tickets, traits.sprint)
        told: dict[str, State] = {k: s if self.upcoming else "idle" for k, s in found.items()}
        return {key: state for key, state in told.items() if state != "idle" or self.changed_since}


def visible(site: Site, traits: Traits, keys: Iterable[str]) -> list[str]:
    """The keys of the projects that the account can see; on Cloud those among `keys` where any are given."""
    if not traits.cloud:
        return _all_visible(site)
    try:
        return _visible_of(site, keys)
    except NowhereError:
        return _all_visible(site)


def _all_visible(site: Site) -> list[str]:
    """The keys of all projects, by the list that every Jira has."""
    return sorted(str(p["key"]) for p in site.listed("project"))


def _visible_of(site: Site, keys: Iterable[str]) -> list[str]:
    """Those of `keys` that can be seen, or all, by the search of Cloud."""
    wanted_keys = [k.upper() for k in keys]
    found: list[str] = []
    for first in range(0, max(1, len(wanted_keys)), MOST_KEYS):
        asked = {"keys": wanted_keys[first : first + MOST_KEYS]} if wanted_keys else {}
        start, last = 0, False
        while not last:
            page = site.get("project/search", startAt=start, maxResults=MOST_KEYS, **asked)
            given = [str(p["key"]) for p in page.get("values") or ()]
            found += given
            start += len(given)
            last = not given or start >= int(page.get("total") or 0)
    return sorted(set(found))


def _epics(site: Site, traits: Traits, tickets: list[dict[str, Any]]) -> dict[str, str]:
    """The titles of the epics that tickets of a Data Center name by key alone; Cloud tells them along."""
    known = {str(t["key"]): str(t["fields"].get("summary") or "") for t in tickets}
    keys = sorted({epic_key(t["fields"], traits) for t in tickets} - {""} - known.keys())
    if traits.cloud:
        return known
    for first in range(0, len(keys), PAGE):
        jql = f"key in {query.listed(keys[first : first + PAGE])}"
        try:
            # An epic that is gone or hidden must not spoil the query for the others.
            page = site.get("search", jql=jql, fields="summary", maxResults=PAGE, validateQuery="false")
        except SourceError:
            return known  # a topic without its title is still a topic
        known |= {str(t["key"]): str(t["fields"].get("summary") or "") for t in page.get("issues") or ()}
    return known
