"""The records of the data set, and the truth about them, drawn from one random sequence."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.sims.github.records import Generator

Record = dict[str, Any]
Text = tuple[str, str | None, list[str]]
"""Title, description, labels."""

DAY = timedelta(days=1)


class Book:
    """Groups and projects with what is in them; the order of the calls is part of the data.

    Attributes:
        truth: what happened in the window: keys of what was `merged` at all, of what `landed` on the default branch, of
            issues that were `closed` at all, and of those of them that were `done`.
    """

    def __init__(self, seed: int, now: datetime) -> None:
        self.draw = Generator(seed, now)
        self.now, self.start = self.draw.now, self.draw.start
        self.groups: list[Record] = []
        self.projects: list[Record] = []
        self.truth: dict[str, list[str]] = {"merged": [], "landed": [], "closed": [], "done": []}

    def group(self, path: str, *, visibility: str = "public") -> Record:
        """A group with a milestone of its own."""
        number = self.draw.uid()
        goals = [self._milestone(1, f"{path} in winter", {"group_id": number}, due=20)]
        group = {"id": number, "path": path, "visibility": visibility, "milestones": goals}
        self.groups.append(group)
        return group

    def project(self, path: str, *, branch: str = "main", visibility: str = "public", **over: Any) -> Record:
        """A project; it has a milestone that runs, one to come, one without dates and one that is over."""
        project: Record = {
            "id": self.draw.uid(),
            "path": path,
            "branch": branch,
            "visibility": visibility,
            "archived": False,
            "former": "",
            "requests": "enabled",
            "active_at": self.now,
            "numbers": {"!": 0, "#": 0},
            "merge_requests": [],
            "issues": [],
            "milestones": [],
            **over,
        }
        mine = {"project_id": project["id"]}
        project["milestones"] += [
            self._milestone(1, "2026.11", mine, start=-30, due=6),
            self._milestone(2, "Peak season readiness 🎄", mine, start=10, due=30),
            self._milestone(3, "Some day", mine),
            self._milestone(4, "2026.10", mine, start=-60, due=-30, state="closed"),
        ]
        self.projects.append(project)
        return project

    def merged(self, project: Record, text: Text, at: datetime, **over: Any) -> Record:
        """A merge request that was merged then."""
        target = over.pop("target", project["branch"])
        made = self._request(project, text, at, state="merged", merged=at, target=target, **over)
        if self.start <= at < self.now:
            self.truth["merged"].append(f"{project['path']}!{made['iid']}")
            if target == project["branch"]:
                self.truth["landed"].append(f"{project['path']}!{made['iid']}")
        return made

    def opened(self, project: Record, text: Text, touched: datetime, **over: Any) -> Record:
        """One that is open and was touched last then."""
        return self._request(project, text, touched, state="opened", updated=touched, **over)

    def closed(self, project: Record, text: Text, at: datetime, **over: Any) -> Record:
        """One that was closed then, without a merge."""
        return self._request(project, text, at, state="closed", closed=at, **over)

    def issue(self, project: Record, title: str, *, closed: datetime | None = None, **over: Any) -> Record:
        """An issue; `over` replaces what was drawn."""
        declined, hours = over.pop("declined", False), self.draw.random.randint(5, 900)
        created = (closed or self.now) - timedelta(hours=hours)
        made: Record = {
            "id": self.draw.uid(),
            "iid": self._number(project, "#"),
            "title": title,
            "description": "Steps to reproduce…",
            "state": "closed" if closed else "opened",
            "author": self.draw.person(),
            "created": created,
            "updated": closed or created + timedelta(hours=1),
            "closed": closed,
            "labels": [],
            "milestone": None,
            "assignees": [],
            "due": None,
            "confidential": False,
            "moved": None,
            "duplicate": False,
            "kind": "ISSUE",
            "parent": None,
            **over,
        }
        project["issues"].append(made)
        if closed and self.start <= closed < self.now and not made["moved"] and made["kind"] != "REQUIREMENT":
            key = f"{project['path']}#{made['iid']}"
            self.truth["closed"].append(key)
            self.truth["done"] += [] if declined else [key]
        return made

    def _request(self, project: Record, text: Text, at: datetime, **over: Any) -> Record:
        r = self.draw.random
        title, description, labels = text
        updated = at
        if over.get("merged") and r.random() < 0.25 and at < self.now - DAY:  # a comment after the merge
            updated = self.draw.between(at, self.now)
        sha = f"{r.getrandbits(160):040x}"
        made: Record = {
            "id": self.draw.uid(),
            "iid": self._number(project, "!"),
            "title": title,
            "description": description,
            "labels": labels,
            "author": self.draw.person(),
            "created": at - timedelta(hours=r.choice([1, 3, 8, 30, 75, 200]), minutes=r.randint(0, 59)),
            "updated": updated,
            "merged": None,
            "closed": None,
            "source": f"feature/{r.getrandbits(24):06x}",
            "target": project["branch"],
            "milestone": r.choice([None, None, *project["milestones"][:2]]),
            "draft": False,
            "sha": sha,
            "merge_commit": f"{r.getrandbits(160):040x}" if over.get("merged") else None,
            "size": (r.randint(0, 900), r.randint(0, 300), r.randint(1, 30)),
            "approved": self._approvers(),
            **over,
        }
        project["merge_requests"].append(made)
        return made

    def _approvers(self) -> list[str]:
        """Who approved a merge request: nobody, one or two."""
        return sorted({self.draw.person() for _ in range(self.draw.random.choice([0, 1, 1, 2]))})

    def _number(self, project: Record, mark: str) -> int:
        """The next number: GitLab counts merge requests and issues of a project apart."""
        project["numbers"][mark] += 1
        number: int = project["numbers"][mark]
        return number

    def _milestone(self, iid: int, title: str, owner: Record, **over: Any) -> Record:
        days = {name: (self.now + over[name] * DAY).date().isoformat() for name in ("start", "due") if name in over}
        return {
            "id": self.draw.uid(),
            "iid": iid,
            "title": title,
            "description": None,
            "state": over.get("state", "active"),
            "created": self.start - 40 * DAY,
            "updated": self.start - 20 * DAY,
            "start": days.get("start"),
            "due": days.get("due"),
            **owner,
        }
