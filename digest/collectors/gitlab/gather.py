"""One run: the lists of each project and group are read, and each row becomes an activity once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.collectors.fault import Fault
from digest.collectors.gitlab.asks import Ask, Run, asks
from digest.collectors.gitlab.facts import Reading, instant, place
from digest.collectors.gitlab.homes import NAMED, Homes, only_a_guest
from digest.collectors.gitlab.lists import pages
from digest.collectors.gitlab.wire import Wire, connect
from digest.errors import LimitError, SourceError
from digest.model import Activity, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.gitlab import GitLab
    from digest.collectors.gitlab.wire import Row
    from digest.period import Period


def gather(
    source: GitLab,
    period: Period,
    changed: datetime | None,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Activity | Outcome]:
    """What `GitLab.collect` yields.

    Raises:
        SourceError: not one question was answered.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    run = Run(source=source, period=period, changed=changed, now=datetime.fromtimestamp(clock(), UTC))
    try:
        yield from Gathering(run=run, wire=wire, reading=Reading(source=source, zone=period.zone)).rows()
    finally:
        wire.close()


class Gathering(msgspec.Struct, kw_only=True):
    """What came, and what was not answered.

    Attributes:
        answered: whether anything was. counts: how many rows came from each scope.
        missing: why a scope is not whole. notes: what else to say. undated: what was merged nobody knows when.
    """

    run: Run
    wire: Wire
    reading: Reading
    answered: bool = False
    seen: set[str] = msgspec.field(default_factory=set)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    missing: dict[str, Fault] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)
    undated: list[str] = msgspec.field(default_factory=list)

    def rows(self) -> Iterator[Activity | Outcome]:
        """Every activity once; then what is missing.

        Raises:
            SourceError: not one question was answered.
        """
        scopes = list(dict.fromkeys(self.run.source.projects))
        for k, scope in enumerate(scopes):
            try:
                yield from self._scope(scope)
            except Fault as fault:
                for lost in [scope] if fault.here else scopes[k:]:
                    self.missing.setdefault(lost, fault)
                if not fault.here:
                    break
        if not self.answered:
            raise self._nothing()
        yield from self._outcomes()

    def _nothing(self) -> SourceError:
        """Why not one question was answered: for what is true of the server it is that, whatever else went wrong."""
        reasons = list(self.missing.values())
        first = next((f for f in reasons if not f.here), reasons[0])
        where = f"[collectors.{self.run.source.name}] {self.run.source.site_url}"
        here = f"{_names(list(self.missing))}: " if first.here else ""
        kind = SourceError if first.wait is None else LimitError
        return kind(f"{where}: {here}{first.what}", first.hint)

    def _scope(self, scope: str) -> Iterator[Activity]:
        """What a project or group has; a list of it that cannot be read is left out and told."""
        homes = Homes(wire=self.wire, scope=scope)
        home = homes.itself()
        self.answered = True
        self.notes += [home.note] if home.note else []
        for ask in asks(self.run, homes.path):
            if ask.what == "merge_requests" and not home.requests:
                continue
            try:
                for page in pages(self.wire, ask):
                    for row in page:
                        yield from self._new(scope, self._activities(ask, row, homes))
            except Fault as fault:
                if not fault.here:
                    raise
                self.missing.setdefault(scope, fault)
        if hidden := self._hidden(homes):
            self.missing.setdefault(scope, hidden)

    def _hidden(self, homes: Homes) -> Fault | None:
        """What a group does not show without saying so: the merge requests of projects where one is only a guest."""
        if homes.group and not self.run.changed and homes.rest is None:
            homes.look()
        shown = {key.partition("!")[0].lower() for key in self.seen}
        guests = [path for path in homes.guests if path.lower() not in shown and self.run.source.takes(path)]
        return only_a_guest(guests) if guests else homes.fault

    def _new(self, scope: str, found: Iterator[Activity]) -> Iterator[Activity]:
        for activity in found:
            if activity.key not in self.seen:
                self.seen.add(activity.key)
                self.counts[scope] += activity.kind != "milestone"
                yield activity

    def _activities(self, ask: Ask, row: Row, homes: Homes) -> Iterator[Activity]:
        """The activities of a row: its own, and the milestone that it is for."""
        if ask.what == "milestones":
            goal = self.reading.milestone(row, homes.itself())
            if goal.due:
                yield goal
            return
        mark = "!" if ask.what == "merge_requests" else "#"
        where = place(row, mark)
        if row.get("moved_to_id") or (homes.group and where and not self.run.source.takes(where)):
            return  # what was moved is told where it is now
        home = homes.of(row["project_id"])
        read = self.reading.merge_request if mark == "!" else self.reading.issue
        if not (activity := self._told(row, read(row, home))):
            return
        yield activity
        goal_row = row.get("milestone")
        if self.run.source.upcoming and goal_row and goal_row.get("state") == "active" and goal_row.get("due_date"):
            yield self.reading.milestone(goal_row, home)

    def _told(self, row: Row, activity: Activity) -> Activity | None:
        """The activity if it is one of the period or ahead of it.

        A rerun also tells of issues what is so no longer: what was closed again later as it is, and what is open and
        not ahead as idle, so that nothing is left of what was told before.
        """
        again = self.run.changed is not None and activity.kind == "ticket"
        if activity.done:
            later = again and activity.done >= self.run.period.until
            return activity if later or activity.done in self.run.period else None
        if row["state"] == "merged":
            self.undated.append(activity.key)
            return None
        if self._ahead(row, activity):
            return activity
        return replace(activity, state="idle") if again else None

    def _ahead(self, row: Row, activity: Activity) -> bool:
        """Whether an open merge request is under way, or an open issue belongs to a milestone that has begun."""
        if activity.kind == "pull_request":
            touched = instant(row.get("updated_at"))
            draft = row.get("draft") or row.get("work_in_progress")
            return not draft and (touched is None or touched >= self.run.fresh)
        goal = row.get("milestone") or {}
        begins = self.reading.day(goal.get("start_date"))
        return self.run.source.upcoming and goal.get("state") == "active" and bool(begins and begins <= self.run.now)

    def _outcomes(self) -> Iterator[Outcome]:
        """One outcome for all scopes that lack something for the same reason, and one for each note."""
        name = self.run.source.name
        if self.undated:
            detail = f"GitLab does not tell when these were merged: {_names(self.undated)}"
            yield Outcome(source=name, status="truncated", detail=detail)
        groups: dict[tuple[Status, str], list[str]] = {}
        for scope, fault in self.missing.items():
            status: Status = "truncated" if self.counts[scope] else "failed"
            what = f"{fault.what} ({fault.hint})" if fault.hint else fault.what
            groups.setdefault((status, what), []).append(scope)
        for (status, what), scopes in groups.items():
            count = sum(self.counts[s] for s in scopes)
            yield Outcome(source=name, status=status, count=count, detail=f"{_names(scopes)}: {what}")
        for note in dict.fromkeys(self.notes):
            yield Outcome(source=name, status="complete", detail=note)


def _names(scopes: list[str]) -> str:
    """`acme/a, acme/b`; of many the first few and how many others there are."""
    more = len(scopes) - NAMED
    return ", ".join(scopes[:NAMED]) + (f" and {more} others" if more > 0 else "")
