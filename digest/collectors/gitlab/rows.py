"""The rows of the lists that were read, and what they say of each other: each becomes an activity once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.collectors.gitlab.asks import Run
from digest.collectors.gitlab.facts import TICKETS, Home, Parent, Reading, home_of, instant, parent_of, place
from digest.collectors.gitlab.homes import is_hidden, notes_of, only_a_guest, unreadable
from digest.collectors.gitlab.listed import Listed
from digest.collectors.gitlab.wire import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.collectors.fault import Fault
    from digest.collectors.gitlab.asks import Ask
    from digest.model import Activity


class Rows(msgspec.Struct, kw_only=True):
    """What came.

    Attributes:
        named: the projects that the source names, whatever its globs say. homes: what is known of projects and groups.
            Both by their paths in lower case. lists: how far each list has come.
        issues: rows that wait until all is known of what they are a part of. parents: that, by the key of the issue.
        guests: of a group the projects in which the token's user is only a guest.
        undated: what was merged nobody knows when.
    """

    run: Run
    reading: Reading
    seen: set[str] = msgspec.field(default_factory=set)
    named: set[str] = msgspec.field(default_factory=set)
    homes: dict[str, Home] = msgspec.field(default_factory=dict)
    lists: dict[tuple[str, str], Listed] = msgspec.field(default_factory=dict)
    issues: list[tuple[str, Row]] = msgspec.field(default_factory=list)
    parents: dict[str, Parent] = msgspec.field(default_factory=dict)
    guests: list[tuple[str, str]] = msgspec.field(default_factory=list)
    undated: list[str] = msgspec.field(default_factory=list)

    def itself(self, scope: str, row: Row) -> tuple[list[str], Fault | None]:
        """Keep what a project or group tells of itself; what to say of it, and what it does not show."""
        self.homes[str(row["fullPath"]).lower()] = home_of(row)
        self.named |= {scope.lower()}
        fault = unreadable(row, issues=self.run.source.issues) if "userPermissions" in row else None
        return notes_of(row), fault

    def listed(self, ask: Ask, scope: str) -> Listed:
        """How far a list has come."""
        return self.lists.setdefault((ask.what, scope.lower()), Listed())

    def activities(self, ask: Ask, scope: str, row: Row) -> Iterator[Activity]:
        """The activities of a row: its own, and the milestone that it is for. Those of issues come at last."""
        if ask.what == "goals":
            yield from self._goal(row)
        elif ask.what == "tasks":
            if parent := parent_of(row):
                self.parents[row["reference"]] = parent
        elif ask.what == "projects":
            self.homes.setdefault(str(row["fullPath"]).lower(), home_of(row))
            if is_hidden(row) and self.run.source.takes(row["fullPath"]):
                self.guests.append((scope, row["fullPath"]))
        elif ask.what in {"issues", "ahead"}:
            self._note(ask, scope, row, str(row["reference"]))
            if not row.get("moved") and row.get("type") in TICKETS and self._takes(ask, place(row)):
                self.issues.append((scope, row))  # what was moved is told where it is now
        else:
            home = home_of(row["project"]) if ask.group else self.homes[scope.lower()]
            self.homes.setdefault(home.path.lower(), home)
            self._note(ask, scope, row, f"{home.path}!{row['iid']}")
            if self._takes(ask, home.path):
                yield from self._told(row, self.reading.merge_request(row, home))

    def unknown_places(self) -> list[str]:
        """The projects of issues of which nothing else is known."""
        places = dict.fromkeys(place(row) for _, row in self.issues)
        return [path for path in places if path.lower() not in self.homes]

    def held(self) -> Iterator[tuple[str, Activity]]:
        """The issues, now that it is known what they are a part of, each with the scope that it came from."""
        for scope, row in self.issues:
            path = place(row)
            home = self.homes.get(path.lower()) or Home(path=path)
            issue = self.reading.issue(row, home, self.parents.get(row["reference"]))
            for activity in self._told(row, issue):
                yield scope, activity
        self.issues.clear()

    def hidden(self) -> Iterator[tuple[str, Fault]]:
        """What a group does not show without saying so: merge requests of projects where one is only a guest."""
        shown = {key.partition("!")[0].lower() for key in self.seen}
        for group in dict.fromkeys(scope for scope, _ in self.guests):
            paths = [path for scope, path in self.guests if scope == group and path.lower() not in shown]
            if paths:
                yield group, only_a_guest(paths)

    def _note(self, ask: Ask, scope: str, row: Row, key: str) -> None:
        """Keep whether a row is one that GitLab counts for the period, whether or not it is told."""
        listed, finished = self.listed(ask, scope), row.get("state")
        at = instant(row.get("mergedAt") if finished == "merged" else row.get("closedAt"))
        if finished not in {"merged", "closed"} or at is None or at not in self.run.period:
            listed.out.add(key)
        elif finished == "merged" or "#" in key:
            listed.counted.add(key)
        else:
            listed.others.add(key)

    def _takes(self, ask: Ask, path: str) -> bool:
        return not ask.group or self.run.source.takes(path)

    def _told(self, row: Row, activity: Activity) -> Iterator[Activity]:
        kept = self._kept(row, activity)
        if not kept:
            return
        yield from self._new(kept)
        goal = row.get("milestone")
        if self.run.source.upcoming and goal and goal["state"] == "active":
            yield from self._goal(goal)

    def _goal(self, row: Row) -> Iterator[Activity]:
        """A milestone that is due, of a group or of a project that is wanted."""
        where, of_group = self.reading.goal_of(row)
        home = self.homes.get(where.lower()) or Home(path=where)
        goal = self.reading.milestone(row, home)
        if goal.due and (of_group or where.lower() in self.named or self.run.source.takes(where)):
            yield from self._new(goal)

    def _new(self, activity: Activity) -> Iterator[Activity]:
        if activity.key not in self.seen:
            self.seen.add(activity.key)
            yield activity

    def _kept(self, row: Row, activity: Activity) -> Activity | None:
        """The activity if it is one of the period or ahead of it.

        A rerun also tells of issues what is so no longer: what was closed again later as it is, and what is open and
        not ahead as idle, so that nothing is left of what was told before.
        """
        again = self.run.changed is not None and activity.kind == "ticket"
        if activity.done:
            later = again and activity.done >= self.run.period.until
            return activity if later or activity.done in self.run.period else None
        if row.get("state") == "merged":
            self.undated.append(activity.key)
            return None
        if self._ahead(row, activity):
            return activity
        return replace(activity, state="idle") if again else None

    def _ahead(self, row: Row, activity: Activity) -> bool:
        """Whether an open merge request is under way, or an open issue belongs to a milestone that has begun."""
        if activity.kind == "pull_request":
            touched = instant(row.get("updatedAt"))
            return not row.get("draft") and (touched is None or touched >= self.run.fresh)
        goal = row.get("milestone") or {}
        begins = self.reading.day(goal.get("startDate"))
        return self.run.source.upcoming and goal.get("state") == "active" and bool(begins and begins <= self.run.now)
