"""What a second run asks for: what changed, or nothing; and sources side by side that do not mix."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from digest.collecting import collect
from digest.project import Project, open_project
from tests.sims.github.bench import LATER, PERIOD, merged
from tests.sims.github.datagen import generate
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
