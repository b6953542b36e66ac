"""One run: what is found is told once, with what is missing, and with what the next run need not ask for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.jira.catch import Caught, Net, sprints
from digest.collectors.jira.history import Statuses, closed_at, complete, former_keys
from digest.collectors.jira.lookup import titles
from digest.collectors.jira.memory import Memory, memo, of_period
from digest.collectors.jira.site import NowhereError, QueryError, Site, Traits, account, survey, whoami
from digest.collectors.jira.ticket import Reading, changed_at, is_done, states
from digest.collectors.jira.trouble import Trouble
from digest.errors import SourceError
from digest.model import Activity, Item, Memo, Outcome, State, Status, Unchanged
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    memory: Memory

    def run(self) -> Iterator[Item | Outcome]:
        """Activities, an outcome for each thing that is missing, and memos."""
        net, caught = self._by_memory()
        if not net or not caught:
            net = self._net(survey(self.site))
            caught = net.everything()
            if self.site.voices != {net.traits.voice}:
                whoami(self.site)  # the token may have expired meanwhile
            yield memo("site", net.traits)
        traits, tickets = net.traits, caught.tickets
        yield from self._shortfalls(net, caught)
        statuses = None if traits.knows_change else self._statuses(tickets)
        done, unclear = self._instants(tickets, traits, statuses)
        if unclear:
            more = f" and {len(unclear) - NAMED} others" if len(unclear) > NAMED else ""
            what = "was closed is unknown: Jira does not tell, or cut the history short"
            yield self._outcome(f"when {', '.join(unclear[:NAMED])}{more} {what}")
        yield from self._activities(traits, tickets, done)
        yield from self._remarks(traits, caught)
        if statuses and statuses is not self.memory.statuses:
            yield memo("statuses", statuses)

    def _net(self, traits: Traits) -> Net:
        return Net(
            site=self.site,
            traits=traits,
            memory=self.memory,
            period=self.period,
            changed_since=self.changed_since,
            projects=self.projects,
            jql=self.jql,
            upcoming=self.upcoming,
        )

    def _by_memory(self) -> tuple[Net | None, Caught | None]:
        """What is found without a look at the site itself; None where something is not as it is remembered."""
        traits, again = self.memory.traits, self.changed_since and self.memory.tickets is not None
        self.site.numbers = self.memory.numbers
        if not traits:
            return None, None
        net = self._net(traits)
        try:
            caught = net.changes() if again else net.everything()
        except (QueryError, NowhereError):
            caught = None
        if caught and not again and self.memory.sprints and not sprints(caught.tickets, traits):
            caught = None  # is the field another one now?
        if caught and again and not traits.voice and self._nothing_gone(caught):
            return net, caught
        if not net.heard() and (account(whoami(self.site)) != traits.account or self.site.voices != {traits.voice}):
            caught = None  # another user, or the same by another name
        return net, caught

    def _nothing_gone(self, caught: Caught) -> bool:
        """Whether all that was known is still seen: where no header tells who asks, nobody would see less."""
        return bool(self.memory.tickets) and (self.memory.tickets or {}).keys() <= caught.keys.keys()

    def _shortfalls(self, net: Net, caught: Caught) -> Iterator[Outcome]:
        """What is missing: tickets that were counted and not given, projects that the account cannot see."""
        if caught.short:
            yield from map(self._outcome, caught.short)
            return
        spoken = {key.rpartition("-")[0] for key in caught.keys.values()}
        silent = tuple(p for p in self.projects if p.upper() not in spoken)
        try:
            seen = net.seen(silent)
        except SourceError as error:
            yield self._outcome(f"whether {', '.join(silent)} can be seen is unknown: {error}")
            return
        for key in silent:
            if key not in seen:
                yield self._outcome(Trouble.hidden(net.traits.user, [key]).what, "failed")

    def _outcome(self, detail: str, status: Status = "truncated") -> Outcome:
        return Outcome(source=self.site.name, status=status, detail=detail)

    def _statuses(self, tickets: list[dict[str, Any]]) -> Statuses:
        known = self.memory.statuses
        return known if known and known.fit(tickets) else Statuses.of(self.site.listed("status"), tickets)

    def _instants(
        self, tickets: list[dict[str, Any]], traits: Traits, statuses: Statuses | None
    ) -> tuple[dict[str, datetime], list[str]]:
        """When each ticket of the period was closed, by key; and the keys for which it cannot be told."""
        tickets = [t for t in tickets if is_done(t)]
        unclear: list[str] = []
        if statuses is None or not tickets:
            told = {str(t["key"]): changed_at(t) for t in tickets}
            unclear = [key for key, at in told.items() if not at]
        else:
            histories, unclear = complete(self.site, tickets, cloud=traits.cloud)
            told = {str(t["key"]): closed_at(histories[str(t["id"])], statuses) for t in tickets}
        return {key: at for key, at in told.items() if at and at in self.period}, unclear

    def _activities(
        self, traits: Traits, tickets: list[dict[str, Any]], done: dict[str, datetime]
    ) -> Iterator[Activity | Memo]:
        closed = [t for t in tickets if t["key"] in done]
        state = self._states([t for t in tickets if not is_done(t)], traits)
        ahead = [t for t in tickets if t["key"] in state]
        epics, looked_up = titles(self.site, traits, [*closed, *ahead], self.memory.epics)
        reading = Reading(
            source=self.site.name,
            traits=traits,
            declined=self.declined,
            zone=self.period.zone,
            epics=epics,
            former={str(t["key"]): self._former(t) for t in closed},
        )
        for ticket in closed:
            yield reading.activity(ticket, reading.closed_state(ticket), done[str(ticket["key"])])
        for ticket in ahead:
            yield reading.activity(ticket, state[str(ticket["key"])])
        if looked_up:
            yield memo("epics", looked_up)

    def _former(self, ticket: dict[str, Any]) -> tuple[str, ...]:
        """The keys that a ticket had before it was moved, by its history or as an earlier run found it."""
        told = former_keys((ticket.get("changelog") or {}).get("histories") or ())
        before = (self.memory.tickets or {}).get(str(ticket["id"]), "")
        return told if not before or before in told else (*told, before)

    def _states(self, tickets: list[dict[str, Any]], traits: Traits) -> dict[str, State]:
        """What is under way or planned; in a rerun also what is neither, for it may have been told as done before."""
        found = states(tickets, traits.sprint)
        told: dict[str, State] = {k: s if self.upcoming else "idle" for k, s in found.items()}
        return {key: state for key, state in told.items() if state != "idle" or self.changed_since}

    def _remarks(self, traits: Traits, caught: Caught) -> Iterator[Memo | Unchanged]:
        """What stands without being told again, and what the next run has to know for that."""
        if self.site.numbers and not self.memory.numbers:
            yield Memo(name="numbers", value="")
        if caught.short:
            return
        if self.changed_since:
            yield Unchanged(keys=frozenset(caught.keys.values()) - {str(t["key"]) for t in caught.tickets})
        if self.upcoming:
            yield memo("sprints", sprints(caught.tickets, traits))
        yield memo(of_period(self.period), caught.keys)
