"""A rerun of Jira: by what is remembered it knows what a whole run knows, in two requests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from digest import collecting
from digest.collecting import collect
from digest.errors import SourceError
from digest.model import Outcome
from digest.period import Period
from digest.project import open_project
from tests.sims.jira.team import Team

PERIOD = Period(first=date(2026, 11, 9), end=date(2026, 11, 23))
BEFORE = Period(first=date(2026, 10, 26), end=date(2026, 11, 9))
TABLE = 'projects = ["CHK", "PLAT", "MOB", "SEC"]'
Row = tuple[str, datetime | None, str]


class Desk:
    """A project that asks the Jira of a team, into a store of its own."""

    def __init__(self, team: Team, folder: Path, store: str = "facts.db", table: str = TABLE) -> None:
        user = 'user = "me@acme.test"\n' * (team.flavour == "cloud")
        own = f'[collectors.it]\ntype = "jira"\nurl = "{team.sim.url}"\n{user}{table}\ntoken = "env:TOKEN"\n'
        (folder / "config.toml").write_text(f'store = "{store}"\n{own}', "utf-8")
        self.team, self.project = team, open_project(folder, folder / "config.toml")

    def run(self, *periods: Period, refresh: bool = False) -> tuple[int, Outcome]:
        """Collect; how many requests that took, and how the last went."""
        self.team.sim.reset_stats()
        with self.project.open_store() as store:
            for period in periods or (PERIOD,):
                try:
                    (outcome,) = collect(self.project, store, period, now=self.team.now, refresh=refresh)
                except SourceError as error:
                    outcome = Outcome(source="it", status="failed", detail=str(error))
        return self.team.sim.stats()["total"], outcome

    def rows(self, *periods: Period) -> dict[str, Row]:
        """What is known."""
        with self.project.open_store() as store:
            done = [a for period in periods or (PERIOD,) for a in store.activities(period, ["it"])]
            return {a.key: (a.state, a.done, a.title) for a in (*done, *store.upcoming(["it"]))}

    def whole(self, *periods: Period) -> dict[str, Row]:
        """What a whole run knows now, into an empty store."""
        folder = self.project.root / f"whole{self.team.now.timestamp():.0f}"
        folder.mkdir(exist_ok=True)
        other = Desk.__new__(Desk)
        other.team = self.team
        text = (self.project.root / "config.toml").read_text("utf-8")
        (folder / "config.toml").write_text(text, "utf-8")
        (folder / "facts.db").unlink(missing_ok=True)
        other.project = open_project(folder, folder / "config.toml")
        assert "complete" == other.run(*periods)[1].status
        return other.rows(*periods)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "token")


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
@pytest.mark.parametrize("seed", [5, 17, 31])
def test_reruns_know_what_a_whole_run_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flavour: str, seed: int
) -> None:
    """Whatever is closed, opened again, planned, moved, deleted, hidden or found, wherever the user travels.

    So it is for a period and the one before, each run again in turn.
    """
    monkeypatch.setattr(collecting, "SETTLED", timedelta(days=99))
    known = []
    with Team(seed, flavour) as team:
        desk = Desk(team, tmp_path)
        for _ in range(6):
            desk.run(BEFORE, PERIOD)
            known.append((desk.rows(BEFORE, PERIOD), desk.whole(BEFORE, PERIOD)))
            team.go_on()

    assert [whole for _, whole in known] == [changes for changes, _ in known]
    assert len(known) == len({str(whole) for _, whole in known})
