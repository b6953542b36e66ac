"""The book that the tickets are written into: a seeded chance fills what a caller leaves open."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.jira.texts import CATEGORY, USERS

DAY = timedelta(days=1)
History = list[tuple[datetime, str]]


class Book:
    """The tickets so far, and the seeded chance that fills them."""

    def __init__(self, seed: int, now: datetime, days: int) -> None:
        self.chance = random.Random(seed)
        self.now = now
        self.start = now - timedelta(days=days)
        self.issues: list[dict[str, Any]] = []
        self.truth: dict[str, list[str]] = {"closed_in_window": [], "not_closed_in_window": []}

    def day(self, number: float, hour: int = 12, minute: int = 0) -> datetime:
        """An hour of a day of the window."""
        return (self.start + number * DAY).replace(hour=hour, minute=minute)

    def between(self, a: datetime, b: datetime) -> datetime:
        """Some second of `[a, b)`."""
        return a + timedelta(seconds=self.chance.randint(0, int((b - a).total_seconds()) - 1))

    def expect(self, issue: dict[str, Any], *, closed: bool) -> None:
        """Write down whether a ticket was closed in the window."""
        self.truth["closed_in_window" if closed else "not_closed_in_window"].append(issue["key"])

    def add(self, project: str, number: int, history: History, summary: str = "", **over: Any) -> dict[str, Any]:
        """Add a ticket; `history` holds the changes of its status after it was created in To Do.

        `over` may hold any field, and beside them `resolution` (which one closing sets) and `resolved_at` (when the
        resolution was edited later on).
        """
        chance, closing, resolved_at = self.chance, over.pop("resolution", "Done"), over.pop("resolved_at", None)
        age = timedelta(days=chance.randint(3, 40), minutes=chance.randint(0, 999))
        created = (history[0][0] if history else self.now) - age
        walk = Walk(created, closing if project != "MOB" else None, resolves=project != "MOB")
        for at, to in history:
            walk.go(at, to, chance.choice(USERS)[0])
        last = max([created, resolved_at or created] + [h[0] for h in history])
        touched = last < self.now and chance.random() < 0.4
        issue = {
            "id": str(10001 + len(self.issues)),
            "key": f"{project}-{number}",
            "project": project,
            "type": "Task",
            "summary": summary,
            "description": "",
            "status": walk.status,
            "status_category": CATEGORY[walk.status],
            "resolution": walk.resolution,
            "resolved": iso(resolved_at or walk.resolved),
            "created": iso(created),
            "updated": iso(self.between(last, max(last + timedelta(seconds=2), self.now)) if touched else last),
            "status_category_changed": iso(walk.changed),
            "labels": chance.sample(["checkout", "perf", "tech-debt", "customer", "🔥"], chance.randint(0, 2)),
            "components": chance.sample(["API", "Web", "Payments"], chance.randint(0, 1)),
            "fix_versions": chance.sample(["2026.11", "2026.12"], chance.randint(0, 1)),
            "assignee": chance.choice([*USERS, (None,)])[0],
            "reporter": chance.choice(USERS)[0],
            "priority": chance.choice(["Highest", "High", "Medium", "Low"]),
            "parent": None,
            "epic": None,
            "sprints": [],
            "story_points": chance.choice([None, 1, 2, 3, 5, 8, 0.5]),
            "due": None,
            "changelog": walk.log,
            "security": project == "SEC",
            "links": [],
        }
        self.issues.append(issue | over)
        return self.issues[-1]


class Walk:
    """A ticket on its way through the statuses."""

    def __init__(self, created: datetime, closing: str | None, *, resolves: bool) -> None:
        self.status, self.changed = "To Do", created
        self.resolution: str | None = None
        self.resolved: datetime | None = None
        self.log: list[dict[str, Any]] = []
        self.closing, self.resolves = closing, resolves

    def go(self, at: datetime, to: str, author: str) -> None:
        """Change the status; what enters a done category is resolved, what leaves it no longer."""
        self._write(at, author, "status", self.status, to)
        was, now = CATEGORY[self.status] == "done", CATEGORY[to] == "done"
        if CATEGORY[to] != CATEGORY[self.status]:
            self.changed = at
        if self.resolves and now and not was:
            self.resolution, self.resolved = ("Won't Do" if to == "Won't Do" else self.closing), at
            self._write(at, author, "resolution", None, self.resolution)
        elif self.resolves and was and not now:
            self.resolution = self.resolved = None
            self._write(at, author, "resolution", "Done", None)
        self.status = to

    def _write(self, at: datetime, author: str, field: str, old: str | None, new: str | None) -> None:
        self.log.append({"at": iso(at), "author": author, "field": field, "from": old, "to": new})


def iso(instant: datetime | None) -> str | None:
    """In UTC, None stays None."""
    return instant.astimezone(UTC).isoformat() if instant else None
