"""The searches of one run: all that matters, or what changed in it together with a list of the keys of all of it.

A rerun takes two requests: the tickets that changed, and the keys of everything. What is among the keys and did not
change stands as it was told; what is stored and not among them was deleted, moved or opened again. A key that is new
and did not change was hidden before, or lost: then all is read. Sprints begin and end without a change of any ticket:
so one ticket of each is asked for as a witness, and where a sprint is not as it was all is read as well.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.jira import query
from digest.collectors.jira.lookup import visible
from digest.collectors.jira.memory import Memory, Witness
from digest.collectors.jira.search import Found, search
from digest.collectors.jira.site import NowhereError, QueryError, Site, Traits, whoami
from digest.collectors.jira.ticket import sprints_of, wanted
from digest.collectors.jira.trouble import Trouble
from digest.errors import SourceError
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_WITNESSES = 50
"""Where there are more sprints, all that is ahead is read."""


class Caught(msgspec.Struct, frozen=True, kw_only=True):
    """What the searches gave.

    Attributes:
        tickets: with all their fields.
        keys: by id, of all that matters now, also of what was not asked for again.
        short: what is missing, and why.
    """

    tickets: list[dict[str, Any]]
    keys: dict[str, str]
    short: tuple[str, ...] = ()


class Net(msgspec.Struct, frozen=True, kw_only=True):
    """What to search for, on a site of these traits; the other attributes are those of the table and of `collect`."""

    site: Site
    traits: Traits
    memory: Memory
    period: Period
    changed_since: datetime | None
    projects: tuple[str, ...]
    jql: str
    upcoming: bool

    def everything(self) -> Caught:
        """All that matters, of those projects that the account can see.

        Raises:
            SourceError: the search could not be made; a `QueryError` where the question is at fault.
        """
        if not self.traits.knows_change and not self.memory.statuses:
            self.site.listed("status")  # without them no history can be read, so they come before time runs out
        try:
            return self._everything(self.projects)
        except QueryError:
            if not self.heard():
                whoami(self.site)  # to nobody every project is hidden
            seen = self.seen(self.projects)
            if seen == self.projects:
                raise  # it is not for a hidden project
            if not seen:
                raise self.site.error(Trouble.hidden(self.traits.user, self.projects)) from None
            return self._everything(seen)

    def changes(self) -> Caught | None:
        """What changed of it, and the keys of the rest; None where something else is not as it is remembered.

        Raises:
            SourceError: as above.
        """
        known, told = self.memory.tickets, self._changed()
        if told.short:
            return Caught(tickets=told.tickets, keys=_keys(told.tickets), short=(told.short,))
        if known is None or not self._sprints_stand(told.tickets):
            return None
        try:
            listed = self._search(self.projects, self._condition(), fields=())
        except (QueryError, NowhereError):
            raise
        except SourceError as error:
            short = f"what was deleted since the last run is unknown: {error}"
            return Caught(tickets=told.tickets, keys=_keys(told.tickets), short=(short,))
        keys, changed = _keys(listed.tickets), _keys(told.tickets)
        if not keys.keys() <= known.keys() | changed.keys():
            return None
        return Caught(tickets=told.tickets, keys=keys | changed, short=(listed.short,) if listed.short else ())

    def seen(self, keys: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the projects that the account can see."""
        known = set(visible(self.site, self.traits, keys)) if keys else set()
        return tuple(k for k in keys if k.upper() in known)

    def heard(self) -> bool:
        """Whether every answer says that it was for the user that is known: a search for nobody finds nothing."""
        return bool(self.traits.voice) and self.site.voices == {self.traits.voice}

    def _everything(self, projects: tuple[str, ...]) -> Caught:
        try:
            found, short = self._search(projects, self._condition(again=True)), ""
        except QueryError as refused:
            if not self.traits.sprint or "sprint" not in str(refused).casefold() or self._by_memory:
                raise
            found = self._search(projects, self._condition(again=True, sprints=False))
            short = f"what lies ahead in sprints is missing: {refused}"
        return Caught(tickets=found.tickets, keys=_keys(found.tickets), short=tuple(filter(None, (found.short, short))))

    def _changed(self) -> Found:
        """What changed, the witnesses of the sprints, and all that is ahead where there are too many of them."""
        assert self.changed_since is not None
        witnesses = sorted({witness.key for witness in self._witnesses().values()})
        condition = self._condition(again=True)
        keys = witnesses if len(witnesses) <= MOST_WITNESSES else ()
        jql = query.touched(condition, self.changed_since, keys=keys)
        if len(witnesses) > MOST_WITNESSES:
            jql = f"({jql} OR ({query.NOT_DONE} AND ({self._ahead()})))"
        return self._search(self.projects, jql)

    def _sprints_stand(self, tickets: list[dict[str, Any]]) -> bool:
        """Whether the sprints are those that are remembered, and as they were."""
        before, now = self._witnesses(), sprints(tickets, self.traits) if self.upcoming else {}
        same = {n: w.sprint for n, w in before.items()} == {n: w.sprint for n, w in now.items()}
        return same or len(before) > MOST_WITNESSES

    def _witnesses(self) -> dict[str, Witness]:
        return self.memory.sprints if self.upcoming else {}

    @property
    def _by_memory(self) -> bool:
        return self.traits is self.memory.traits

    def _condition(self, *, again: bool = False, sprints: bool = True) -> str:
        """All that matters; `again`: in a rerun also what was opened again, for it may have been told as done."""
        ahead = [self._ahead(sprints=sprints)] if self.upcoming else []
        if again and self.changed_since:
            ahead.append(query.reopened(self.changed_since, knows_change=self.traits.knows_change))
        return query.told(self.period, knows_change=self.traits.knows_change, ahead=" OR ".join(ahead))

    def _ahead(self, *, sprints: bool = True) -> str:
        return query.under_way(sprints=sprints and bool(self.traits.sprint))

    def _search(self, projects: tuple[str, ...], condition: str, *, fields: Iterable[str] | None = None) -> Found:
        """Categories of statuses by their names or, where the site calls them otherwise, by their numbers."""
        names = wanted(self.traits) if fields is None else tuple(fields)
        expand = "" if self.traits.knows_change or not names else "changelog"
        where, cloud = query.scope(projects, self.jql), self.traits.cloud
        for last in (False, True):
            asked = query.by_number(condition) if self.site.numbers else condition
            try:
                return search(self.site, f"{where} AND {asked}", names, cloud=cloud, expand=expand)
            except QueryError as refused:
                if last or "statuscategory" not in str(refused).casefold():
                    raise
                self.site.numbers = not self.site.numbers
        raise AssertionError


def sprints(tickets: list[dict[str, Any]], traits: Traits) -> dict[str, Witness]:
    """The sprints that run or are to come, as these tickets show them."""
    found: dict[str, Witness] = {}
    for ticket in tickets:
        for sprint in sprints_of(ticket, traits.sprint) if traits.sprint else ():
            if sprint.state in {"active", "future"}:
                found.setdefault(str(sprint.id), Witness(sprint=sprint, key=str(ticket["key"])))
    return found


def _keys(tickets: list[dict[str, Any]]) -> dict[str, str]:
    return {str(t["id"]): str(t["key"]) for t in tickets}
