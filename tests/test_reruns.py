"""What a second run asks for: what changed, or nothing; and sources side by side that do not mix."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from digest.collecting import collect
from digest.project import Project, open_project
from tests.sims.github.bench import LATER, PERIOD, merged
from tests.sims.github.datagen import generate
from tests.sims.github.records import iso
from tests.sims.github.server import GithubSim
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import afresh, dataset, truth
from tests.sims.simkit import Sim

DATA = generate(big=0)
SOON = PERIOD.until + timedelta(hours=2)
"""Before a period counts as settled."""


@dataclass
class House:
    """A project, and the doubles that its sources ask."""

    project: Project
    sims: dict[str, Sim]

    def run(self, now: datetime, *, refresh: bool = False) -> tuple[dict[str, int], dict[str, set[str]]]:
        """How many requests each source took, and what is known of it then, done and open."""
        for sim in self.sims.values():
            sim.reset_stats()
        with self.project.open_store() as store:
            outcomes = collect(self.project, store, PERIOD, now=now, refresh=refresh)
            assert {"complete"} == {o.status for o in outcomes}
            known = {
                name: {a.key for a in (*store.activities(PERIOD, [name]), *store.upcoming([name]))}
                for name in self.sims
            }
        return {name: sim.stats()["total"] for name, sim in self.sims.items()}, known

    def rows(self, now: datetime) -> dict[str, tuple[str, datetime | None, str]]:
        """Collect, and tell every row of the first source."""
        self.run(now)
        with self.project.open_store() as store:
            found = (*store.activities(PERIOD, ["hub"]), *store.upcoming(["hub"]))
        return {a.key: (a.state, a.done, a.title) for a in found}


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """A project with a GitHub and two Jiras, and a GitHub that is asked at an instant of the test's own."""
    monkeypatch.setenv("TOKEN", "token")
    clock = SimpleNamespace(time=LATER.timestamp, sleep=lambda _: None)
    monkeypatch.setattr("digest.collectors.github.time", clock)
    tables = ""
    with ExitStack() as stack:
        sims: dict[str, Sim] = {
            "hub": GithubSim(generate(big=0)),
            "cloud": JiraSim(dataset(), flavour="cloud"),
            "dc": JiraSim(dataset(), flavour="dc"),
        }
        for name, sim in sims.items():
            stack.enter_context(sim)
            own = 'repos = ["acme/checkout", "acme/platform"]' if name == "hub" else 'projects = ["CHK", "MOB"]'
            kind = "github" if name == "hub" else "jira"
            user = 'user = "me@acme.test"\n' * (name == "cloud")
            tables += f'[collectors.{name}]\ntype = "{kind}"\nurl = "{sim.url}"\ntoken = "env:TOKEN"\n{user}{own}\n'
            if isinstance(sim, JiraSim):
                afresh(sim)
        (tmp_path / "config.toml").write_text(f'store = "facts.db"\ntimezone = "Etc/GMT+9"\n{tables}', "utf-8")
        yield House(project=open_project(tmp_path, tmp_path / "config.toml"), sims=sims)


def test_a_period_that_is_complete_asks_nothing_unless_it_is_told_to(house: House) -> None:
    """Read a day after its end, it is settled: a second run asks nobody, `refresh` asks for all of it."""
    first, known = house.run(LATER)
    second, same = house.run(LATER + timedelta(hours=1))
    third, again = house.run(LATER + timedelta(hours=2), refresh=True)

    assert (dict.fromkeys(first, 0), known, first, known) == (second, same, third, again)


def test_a_clock_that_ran_ahead_settles_nothing(house: House) -> None:
    """What was read "a month later" says nothing of what came since then: all of it is asked for."""
    first, known = house.run(LATER + timedelta(days=30))
    second, again = house.run(LATER)

    assert (first, known) == (second, again)


def test_a_period_that_may_still_change_is_asked_for_changes_alone(house: House) -> None:
    """Nothing of what was known is lost; of Jira one request more than pages tells which tickets were opened again."""
    first, known = house.run(SOON)
    second, same = house.run(SOON + timedelta(minutes=5))

    assert known == same
    assert {"hub": True, "cloud": True, "dc": True} == {name: second[name] <= first[name] + 1 for name in first}
    assert second["hub"] <= 2


def test_sources_side_by_side_do_not_mix(house: House) -> None:
    """Each has a client of its own: though threads take turns as often as they can, each gets its own answers."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        _, known = house.run(datetime.now(UTC), refresh=True)
    finally:
        sys.setswitchinterval(before)
    of_jira = {key for key in truth() if key.startswith(("CHK-", "MOB-"))}

    assert merged(DATA, "acme/checkout", "acme/platform", base="main") <= known["hub"]
    assert (known["cloud"], True) == (known["dc"], of_jira <= known["cloud"])
    assert set() == {key for key in known["hub"] if not key.startswith("acme/")}


class World:
    """A GitHub on which people go on working: what they do is drawn from a seed."""

    def __init__(self, seed: int) -> None:
        self.random, self.now = random.Random(seed), PERIOD.since + timedelta(days=7)
        self.data = generate(seed, big=0)
        for repo in self.data["repos"]:
            repo["items"] = [item for item in repo["items"] if item["created_at"] <= iso(self.now)]
            for item in repo["items"]:
                self._forget(item)
        there = {(f"{r['owner']}/{r['name']}", i["number"]) for r in self.data["repos"] for i in r["items"]}
        board = self.data["projects"][0]
        board["cards"] = [c for c in board["cards"] if "draft" in c["content"] or tuple(c["content"].values()) in there]

    def _forget(self, item: dict[str, Any]) -> None:
        """Take back what has not happened yet."""
        if (item["closed_at"] or "") > iso(self.now):
            item.update(state="OPEN", closed_at=None)
            item.update({"merged_at": None} if item["kind"] == "pr" else {"state_reason": None})
        item["updated_at"] = min(item["updated_at"], iso(self.now))

    def go_on(self) -> None:
        """Some hours of work on pull requests, issues, cards and milestones."""
        self.now += timedelta(hours=self.random.choice([1, 8, 30, 60]))
        items = [item for repo in self.data["repos"] for item in repo["items"]]
        for item in self.random.sample(items, min(len(items), 12)):
            at = iso(self.now - timedelta(minutes=self.random.randint(0, 50)))
            item.update(self._turn(item, at) | {"updated_at": at})
        for card in self.random.sample(self.data["projects"][0]["cards"], 3):
            status = self.random.choice(["Todo", "In progress", "✅ Done", None])
            card.update(status=status, at=iso(self.now), iteration=self.random.choice(["", "i2", "i3"]))
        for repo in self.data["repos"]:
            if self.random.random() < 0.3 and repo["items"]:
                self._delete(repo, self.random.choice(repo["items"]))
        for goal in [goal for repo in self.data["repos"] for goal in repo["milestones"]]:
            if self.random.random() < 0.2:
                closed = None if goal["closed_at"] else iso(self.now)
                goal.update(state="CLOSED" if closed else "OPEN", closed_at=closed, updated_at=iso(self.now))

    def _delete(self, repo: dict[str, Any], item: dict[str, Any]) -> None:
        """An issue or a pull request is gone, and its card with it."""
        repo["items"].remove(item)
        place = (f"{repo['owner']}/{repo['name']}", item["number"])
        board = self.data["projects"][0]
        board["cards"] = [c for c in board["cards"] if tuple(c["content"].values()) != place]

    def _turn(self, item: dict[str, Any], at: str) -> dict[str, Any]:
        """What somebody does with a pull request or an issue."""
        if item["state"] == "MERGED":
            return {"title": f"{item['title']}!"}
        if item["kind"] == "issue":
            reason = self.random.choice(["COMPLETED", "NOT_PLANNED", "DUPLICATE"])
            closed = {"state": "CLOSED", "closed_at": at, "state_reason": reason}
            again = {"state": "OPEN", "closed_at": None, "state_reason": "REOPENED"}
            return again if item["state"] == "CLOSED" and self.random.random() < 0.5 else closed
        if item["state"] == "CLOSED":
            return {"state": "OPEN", "closed_at": None}
        merged = {"state": "MERGED", "merged_at": at, "closed_at": at, "merge_sha": "b" * 40}
        given_up = {"state": "CLOSED", "closed_at": at}
        return self.random.choice([merged, given_up, {"draft": not item["draft"]}])


def test_what_was_deleted_is_forgotten_at_no_further_request(house: House) -> None:
    """A rerun counts, in the requests that it makes anyway, and reads all of a period of which something is gone."""
    _, known = house.run(SOON)
    idle, _ = house.run(SOON + timedelta(minutes=5))
    hub = house.sims["hub"]
    assert isinstance(hub, GithubSim)
    items = hub.repos[0]["items"]
    gone = next(i for i in items if f"acme/checkout#{i['number']}" in known["hub"] and i["state"] == "MERGED")
    items.remove(gone)
    house.run(SOON + timedelta(minutes=10))
    after, then = house.run(SOON + timedelta(minutes=15))

    assert (1, 1) == (idle["hub"], after["hub"])
    assert {f"acme/checkout#{gone['number']}"} == known["hub"] - then["hub"]


def test_a_count_that_is_always_another_one_is_read_anew_once(house: House) -> None:
    """Where GitHub counts otherwise than it tells, it is held to its own count from then on."""
    hub = house.sims["hub"]
    assert isinstance(hub, GithubSim)

    def miscount(told: dict[str, Any]) -> None:
        for value in told["data"].values():
            if value and value.keys() == {"issueCount"}:
                value["issueCount"] += 1

    hub.spoil = miscount
    took, known = zip(*[house.run(SOON + timedelta(minutes=5 * k)) for k in range(4)], strict=True)

    assert (True, [1, 1]) == (took[1]["hub"] > 1, [t["hub"] for t in took[2:]])
    assert known[0]["hub"] == known[3]["hub"]


def test_a_reading_anew_that_breaks_off_forgets_nothing(house: House) -> None:
    """Something was deleted, and all of the period is asked for again; where that fails what is known stays until it is."""
    _, known = house.run(SOON)
    hub = house.sims["hub"]
    assert isinstance(hub, GithubSim)
    items = hub.repos[0]["items"]
    gone = next(i for i in items if f"acme/checkout#{i['number']}" in known["hub"] and i["state"] == "MERGED")
    items.remove(gone)
    hub.faults.set(from_nth=2, status=401)
    with house.project.open_store() as store:
        outcomes = {o.source: o for o in collect(house.project, store, PERIOD, now=SOON + timedelta(minutes=5))}
        kept = {a.key for a in (*store.activities(PERIOD, ["hub"]), *store.upcoming(["hub"]))}
    hub.faults.clear()
    _, then = house.run(SOON + timedelta(minutes=10))

    assert ("truncated", known["hub"]) == (outcomes["hub"].status, kept)
    assert {f"acme/checkout#{gone['number']}"} == known["hub"] - then["hub"]


@pytest.mark.parametrize("scope", ['["acme/checkout", "acme/platform"]', '["org:acme"]'], ids=["repositories", "owner"])
@pytest.mark.parametrize("seed", [1, 3, 9, 11, 29])
def test_runs_that_ask_for_changes_know_what_one_whole_run_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, scope: str
) -> None:
    """Whatever is merged, closed, opened again, moved on a board, put off or deleted between them."""
    monkeypatch.setenv("TOKEN", "token")
    world = World(seed)
    known: list[tuple[object, object]] = []
    with GithubSim(world.data) as sim:
        for turn in range(4):
            clock = SimpleNamespace(time=world.now.timestamp, sleep=lambda _: None)
            monkeypatch.setattr("digest.collectors.github.time", clock)
            sim.budget["used"] = 0
            both = []
            for store in ("changes.db", f"whole{turn}.db"):
                own = f'repos = {scope}\nissues = true\nboards = ["acme/12"]\nurl = "{sim.url}"\ntoken = "env:TOKEN"\n'
                text = f'store = "{store}"\ntimezone = "Etc/GMT+9"\n[collectors.hub]\ntype = "github"\n{own}'
                (tmp_path / "config.toml").write_text(text, "utf-8")
                project = open_project(tmp_path, tmp_path / "config.toml")
                both.append(House(project=project, sims={"hub": sim}).rows(world.now))
            known.append((both[0], both[1]))
            world.go_on()

    assert [whole for _, whole in known] == [changes for changes, _ in known]
    assert len({str(whole) for _, whole in known}) > 1
