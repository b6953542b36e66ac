"""People at work on a Jira: what they do from one run to the next is drawn from a seed."""

from __future__ import annotations

import copy
import random
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from tests.sims.jira.book import iso
from tests.sims.jira.datagen import generate
from tests.sims.jira.server import JiraSim
from tests.sims.jira.site import Site
from tests.sims.jira.texts import CATEGORY

BEGIN = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ZONES = ("America/New_York", "Asia/Tokyo", "Pacific/Kiritimati", "Etc/GMT+12")
AUTHOR = "712020:9b3ae"


class Team:
    """A sim whose tickets go on; a context manager."""

    def __init__(self, seed: int, flavour: str) -> None:
        self.random, self.now, self.flavour = random.Random(seed), BEGIN, flavour
        self.data: dict[str, Any] = copy.deepcopy(generate(seed, BEGIN))
        self.hidden: list[dict[str, Any]] = []
        self.zone = ZONES[0]
        self.sim = JiraSim(self.data, flavour=flavour)
        self.show()

    def __enter__(self) -> Self:
        self.sim.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.sim.stop()

    def show(self) -> None:
        """Let the sim answer with what is there now."""
        self.data["now"] = iso(self.now)
        self.sim.site = Site(data=self.data, flavour=self.flavour, url=self.sim.url, user_tz=self.zone)

    def wait(self, hours: float) -> None:
        """Let time pass."""
        self.now += timedelta(hours=hours)
        self.show()

    def go_on(self) -> None:
        """Some hours of work, on tickets, sprints, and what nobody writes into the history of a ticket."""
        self.wait(self.random.choice([1, 4, 20, 30]))
        plain = [i for i in self.data["issues"] if i["type"] not in {"Epic", "Sub-task"} and not i["subtasks"]]
        for issue in self.random.sample(plain, 40):
            at = self.now - timedelta(minutes=self.random.randint(0, 50))
            self.random.choice([self.close, self.close, self.reopen, self.rewrite, self.plan, self.move, self.delete])(
                issue, at
            )
        for issue in self.random.sample(self.data["issues"], 2):
            self.hide(issue)
        for issue in [i for i in self.hidden if self.random.random() < 0.3]:
            self.find(issue)
        for happens in self.random.sample([self.turn_sprints, self.travel, self.rename_status], 1):
            happens()
        self.show()

    def close(self, issue: dict[str, Any], at: datetime) -> None:
        """Close it, or move it on where it is closed."""
        self._go(issue, self.random.choice(["Done", "Closed", "Won't Do"]), at)

    def reopen(self, issue: dict[str, Any], at: datetime) -> None:
        """Work on it, or put it back."""
        self._go(issue, self.random.choice(["In Progress", "To Do"]), at)

    def rewrite(self, issue: dict[str, Any], at: datetime) -> None:
        """Give it another title."""
        issue.update(summary=f"{issue['summary']}!", updated=iso(at))

    def plan(self, issue: dict[str, Any], at: datetime) -> None:
        """Put it into another sprint, or into none."""
        issue.update(sprints=self.random.choice([[], [24], [25], [26], [31], [32]]), updated=iso(at))

    def move(self, issue: dict[str, Any], at: datetime) -> None:
        """Move it to another project, where it gets another key."""
        if issue["key"] in self._named():
            return
        project = self.random.choice([p for p in ("CHK", "PLAT", "MOB") if p != issue["project"]])
        number = 1 + max(int(i["key"].rpartition("-")[2]) for i in [*self.data["issues"], *self.hidden])
        self._write(issue, "Key", issue["key"], f"{project}-{number}", at)
        issue.update(key=f"{project}-{number}", project=project)

    def delete(self, issue: dict[str, Any], _: datetime) -> None:
        """Delete it, where nothing hangs on it."""
        if issue["key"] not in self._named():
            self.data["issues"].remove(issue)

    def hide(self, issue: dict[str, Any]) -> None:
        """Take it out of sight, as a security level does; its history tells nothing."""
        if issue["key"] not in self._named():
            self.data["issues"].remove(issue)
            self.hidden.append(issue)

    def _named(self) -> set[str]:
        """The keys that other tickets name."""
        every = [*self.data["issues"], *self.hidden]
        linked = {link["key"] for i in every for link in i["links"]} | {key for i in every for key in i["subtasks"]}
        return linked | {i["parent"] for i in every}

    def find(self, issue: dict[str, Any]) -> None:
        """Let it be seen again, as it was."""
        self.hidden.remove(issue)
        self.data["issues"].append(issue)

    def turn_sprints(self) -> None:
        """Let the sprints of a board go on; no ticket changes by that."""
        sprints = {s["id"]: s for s in self.data["sprints"]}
        before, after = self.random.choice([(24, 25), (31, 32), (25, 26)])
        sprints[before]["state"], sprints[after]["state"] = "closed", "active"

    def travel(self) -> None:
        """The user sets another zone in the profile."""
        self.zone = self.random.choice(ZONES)

    def rename_status(self) -> None:
        """A status is called otherwise."""
        status = next(s for s in self.data["statuses"] if s["id"] == "4")
        old, status["name"] = status["name"], status["name"] + "+"
        for issue in [*self.data["issues"], *self.hidden]:
            issue["status"] = status["name"] if issue["status"] == old else issue["status"]
            for change in issue["changelog"]:
                change |= {end: status["name"] for end in ("from", "to") if change[end] == old}

    def _go(self, issue: dict[str, Any], status: str, at: datetime) -> None:
        category = CATEGORY[status]
        self._write(issue, "status", issue["status"], status, at)
        if category != issue["status_category"]:
            issue["status_category_changed"] = iso(at)
            issue["resolution"] = "Done" if category == "done" and issue["project"] != "MOB" else None
            issue["resolved"] = iso(at) if issue["resolution"] else None
        issue.update(status=status, status_category=category)

    @staticmethod
    def _write(issue: dict[str, Any], field: str, old: str, new: str, at: datetime) -> None:
        issue["changelog"].append({"at": iso(at), "author": AUTHOR, "field": field, "from": old, "to": new})
        issue["updated"] = iso(at)
