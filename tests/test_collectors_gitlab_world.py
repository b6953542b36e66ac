"""A GitLab on which people go on working: whatever they do, reruns know what one whole run knows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digest.collecting import collect
from digest.collectors.gitlab.asks import PAGE
from digest.project import open_project
from tests.sims.gitlab.bench import PERIOD, TOKEN
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim

Record = dict[str, Any]


class World:
    """What people do is drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random, self.now = random.Random(seed), PERIOD.since + timedelta(days=8)
        self.data = generate(seed, big=30)
        self.made = 0
        for project in self.data["projects"]:
            for kind in ("merge_requests", "issues"):
                project[kind] = [row for row in project[kind] if row["created"] <= self.now]
                for row in project[kind]:
                    self._forget(row)

    def _forget(self, row: Record) -> None:
        """Take back what has not happened yet."""
        for finished in ("merged", "closed"):
            if (row.get(finished) or self.now) > self.now:
                row |= {"state": "opened", finished: None}
        row["updated"] = min(row["updated"], self.now)

    def go_on(self) -> None:
        """Some hours of work on merge requests, issues and milestones."""
        self.now += timedelta(hours=self.random.choice([1, 8, 30, 60]))
        for project in self.data["projects"]:
            for kind in ("merge_requests", "issues"):
                rows = project[kind]
                for row in self.random.sample(rows, min(len(rows), 5)):
                    at = self.now - timedelta(minutes=self.random.randint(0, 50), microseconds=1)
                    row.update(self._turn(row, at) | {"updated": at})
                if rows and self.random.random() < 0.5:
                    rows.remove(self.random.choice(rows))
                if rows and self.random.random() < 0.5:
                    rows.append(self._new(self.random.choice(rows)))
            for goal in project["milestones"]:
                if self.random.random() < 0.1:
                    goal["state"] = "active" if goal["state"] == "closed" else "closed"

    def _new(self, like: Record) -> Record:
        """One more, not long ago."""
        self.made += 1
        at, number = self.now - timedelta(minutes=self.random.randint(0, 50)), 90_000 + self.made
        fresh = {"created": at, "updated": at, "merged": None, "closed": None, "state": "opened"}
        return {**like, "id": number, "iid": number, **fresh}

    def _turn(self, row: Record, at: datetime) -> Record:
        """What somebody does with a merge request or an issue."""
        if row["state"] == "merged":
            return {"title": f"{row['title']}!"}
        if row["state"] == "closed":
            return self.random.choice([{"state": "opened", "closed": None}, {"labels": ["wontfix"]}])
        closed = {"state": "closed", "closed": at}
        if "draft" not in row:
            return self.random.choice([closed, closed, {"assignees": ["sam"]}, {"milestone": None}])
        merged = {"state": "merged", "merged": at, "merge_commit": "b" * 40}
        return self.random.choice([merged, closed, {"draft": not row["draft"]}])


@pytest.fixture
def sim(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitlabSim]:
    """A double, asked with a token."""
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)
    with GitlabSim(generate(big=0)) as served:
        yield served


@pytest.mark.parametrize("page", [PAGE, 7], ids=["short", "long"])
@pytest.mark.parametrize("scope", ['["acme/checkout", "acme/monolith"]', '["group:acme"]'], ids=["projects", "group"])
@pytest.mark.parametrize("seed", [3, 11])
def test_reruns_know_what_one_whole_run_knows(
    sim: GitlabSim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, scope: str, page: int
) -> None:
    """Whatever is begun, merged, closed, opened again, renamed or deleted between them, in lists of one page and of many.

    But for what was given up and then deleted, in a long list: GitLab does not tell how many merge requests those are.
    """
    monkeypatch.setattr("digest.collectors.gitlab.asks.PAGE", page)
    monkeypatch.setattr("digest.collectors.gitlab.gather.PAGE", page)
    world = World(seed)
    sim.data = world.data
    known: list[tuple[object, object]] = []
    for turn in range(4):
        clock = SimpleNamespace(time=world.now.timestamp, sleep=lambda _: None)
        monkeypatch.setattr("digest.collectors.gitlab.time", clock)
        both = []
        for store in ("changes.db", f"whole{turn}.db"):
            own = f'projects = {scope}\nissues = true\nurl = "{sim.url}"\n'
            text = f'store = "{store}"\ntimezone = "Etc/GMT+9"\n[collectors.lab]\ntype = "gitlab"\n{own}'
            (tmp_path / "config.toml").write_text(text, "utf-8")
            project = open_project(tmp_path, tmp_path / "config.toml")
            with project.open_store() as opened:
                (outcome,) = collect(project, opened, PERIOD, now=world.now)
                told = (*opened.activities(PERIOD, ["lab"]), *opened.upcoming(["lab"]))
            found = [a for a in told if (a.kind, a.state) != ("pull_request", "declined")]
            both.append((outcome.status, {a.key: (a.state, a.done, a.title, a.labels) for a in found}))
        known.append((both[0], both[1]))
        world.go_on()

    assert [whole for _, whole in known] == [changes for changes, _ in known]
    assert len({str(whole) for _, whole in known}) > 1
