"""A rerun of Jira: by what is remembered it knows what a whole run knows, in two requests."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest import collecting
from digest.collecting import collect
from digest.errors import SourceError
from digest.model import Outcome
from digest.period import Period
from digest.project import open_project
from tests.sims.jira.team import ZONES, Team

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


@pytest.fixture(params=["cloud", "dc"])
def team(request: pytest.FixtureRequest) -> Iterator[Team]:
    """A team with a Jira of each flavour."""
    with Team(5, request.param) as working:
        yield working


def ticket(team: Team, key: str) -> dict[str, Any]:
    """A ticket as the sim has it."""
    return next(i for i in team.data["issues"] if i["key"] == key)


CHANGES: dict[str, Callable[[Team], object]] = {
    "nothing": lambda team: None,
    "closed": lambda team: team.close(ticket(team, "CHK-531"), team.now),
    "opened again": lambda team: team.reopen(ticket(team, "CHK-505"), team.now),
    "moved": lambda team: team.move(ticket(team, "CHK-505"), team.now),
    "deleted": lambda team: team.delete(ticket(team, "CHK-505"), team.now),
    "hidden": lambda team: team.hide(ticket(team, "CHK-505")),
}
"""What happens between two runs."""


@pytest.mark.parametrize("change", CHANGES)
def test_a_rerun_takes_two_requests(team: Team, tmp_path: Path, change: str) -> None:
    """Whatever happened to a ticket; and it knows what a whole run knows."""
    desk = Desk(team, tmp_path)
    desk.run()
    team.wait(1)
    CHANGES[change](team)
    team.show()
    requests, outcome = desk.run()

    assert (2, "complete", desk.whole()) == (requests, outcome.status, desk.rows())


def test_a_rerun_takes_two_requests_however_much_is_ahead(team: Team, tmp_path: Path) -> None:
    """What did not change is not read again, and its keys come 5,000 or 1,000 at a time."""
    for issue in team.data["issues"][:600]:
        if issue["status_category"] == "new":
            issue["sprints"] = [25]
    desk = Desk(team, tmp_path)
    desk.run()
    planned = [key for key, row in desk.rows().items() if row[0] == "planned"]
    team.wait(1)

    assert ((2, "complete"), True) == ((desk.run()[0], desk.run()[1].status), len(planned) > 100)


@pytest.mark.parametrize(
    ("happens", "more"),
    [
        ("turn_sprints", "all that is ahead"),
        ("rename_status", "the statuses, where histories tell"),
    ],
)
def test_what_changes_without_a_ticket_is_noticed(team: Team, tmp_path: Path, happens: str, more: str) -> None:
    """A sprint that began shows in its witness, a status that is called otherwise in a ticket."""
    desk = Desk(team, tmp_path)
    desk.run()
    team.wait(1)
    getattr(team, happens)()
    team.rewrite(ticket(team, "CHK-501"), team.now)
    team.show()
    requests, outcome = desk.run()
    again = desk.run()[0]

    assert (desk.whole(), "complete", 2, more) == (desk.rows(), outcome.status, again, requests and more)


@pytest.mark.parametrize("zone", ZONES)
def test_another_zone_of_the_user_loses_nothing(team: Team, tmp_path: Path, zone: str) -> None:
    """The dates of a query mean others then: what is near the edges may be new, and all is read."""
    desk = Desk(team, tmp_path)
    desk.run()
    team.wait(1)
    team.zone = zone
    team.show()
    desk.run()

    assert (desk.whole(), 2) == (desk.rows(), desk.run()[0])


@pytest.mark.parametrize("bad_token", ["anonymous", "401"])
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("silent", [True, False])
def test_a_token_that_expired_since_is_no_quiet_fortnight(
    team: Team,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    bad_token: str,
    named: bool,
    silent: bool,
) -> None:
    """Whether headers tell whom an answer is for or a proxy cuts them, and whatever the site takes from nobody.

    It is a failure in a few requests, and what is stored stays.
    """
    desk = Desk(team, tmp_path)
    team.sim.site.names_user = named
    desk.run()
    before = desk.rows()
    team.wait(1)
    site = team.sim.site
    site.bad_token, site.names_user, site.silent_projects = bad_token, named, silent
    monkeypatch.setenv("TOKEN", "bad")
    requests, outcome = desk.run()

    what = "the token was refused or has expired (HTTP 401)"
    assert ("failed", True, before, True) == (outcome.status, what in outcome.detail, desk.rows(), requests <= 3)


def test_without_the_headers_a_rerun_asks_who_it_is_where_something_is_gone(team: Team, tmp_path: Path) -> None:
    """Nobody would see less: so one request more tells whether it was deleted; where all is seen, none is needed."""
    desk = Desk(team, tmp_path)
    team.sim.site.names_user = False
    desk.run()
    same = desk.run()[0]
    team.wait(1)
    team.delete(ticket(team, "CHK-505"), team.now)
    team.show()
    team.sim.site.names_user = False
    gone = desk.run()[0]

    assert (2, 3, desk.whole()) == (same, gone, desk.rows())


def test_another_user_is_not_taken_for_the_first(team: Team, tmp_path: Path) -> None:
    """A new token may see other tickets: the site is looked at again, and all is read."""
    desk = Desk(team, tmp_path)
    desk.run()
    team.wait(1)
    team.data["users"].reverse()
    desk.run()

    asked = team.sim.stats()["by_route"]
    assert (True, True, desk.whole()) == ("field" in asked, "myself" in asked, desk.rows())


@pytest.mark.parametrize(("silent", "status"), [(True, "truncated"), (False, "truncated")])
def test_a_project_that_is_hidden_since_is_told(
    team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, silent: bool, status: str
) -> None:
    """Whether Jira refuses the query or is silent about it; what is stored of it stays until somebody decides."""
    desk = Desk(team, tmp_path)
    desk.run()
    before = desk.rows()
    team.wait(1)
    team.sim.site.silent_projects = silent
    monkeypatch.setenv("TOKEN", "limited")
    outcome = desk.run()[1]

    assert (status, "María Kowalska sees no project SEC", before) == (outcome.status, outcome.detail, desk.rows())


@pytest.mark.parametrize(
    "damage", ["cut", "of another flavour", "empty", "a wrong field", "a wrong user", "no statuses"]
)
def test_memos_that_do_not_fit_cost_questions_and_no_truth(team: Team, tmp_path: Path, damage: str) -> None:
    """Whatever stands there: the next run knows what a whole run knows, and the one after it takes two requests."""
    desk = Desk(team, tmp_path)
    desk.run()
    with closing(sqlite3.connect(tmp_path / "facts.db")) as db, db:
        if damage == "of another flavour":
            (site,) = db.execute("select value from memo where name = 'site'").fetchone()
            other = {**json.loads(site), "cloud": team.flavour != "cloud", "knows_change": team.flavour != "cloud"}
            db.execute("update memo set value = ? where name = 'site'", (json.dumps(other),))
        elif damage.startswith("a wrong"):
            path = {"a wrong field": "$.sprint", "a wrong user": "$.voice"}[damage]
            db.execute("update memo set value = json_set(value, ?, 'x') where name = 'site'", (path,))
        else:
            cut = {"cut": "substr(value, 1, length(value) / 2)", "empty": "''", "no statuses": "'{}'"}[damage]
            db.execute(
                f"update memo set value = {cut} where name {'=' if damage == 'no statuses' else '!='} 'statuses'"
            )
    team.wait(1)
    team.close(ticket(team, "CHK-531"), team.now)
    team.show()

    assert ("complete", desk.whole()) == (desk.run()[1].status, desk.rows())
    assert 2 == desk.run()[0]


def test_a_week_later_all_is_looked_up_again(team: Team, tmp_path: Path) -> None:
    """And on `--refresh`, at any time."""
    desk = Desk(team, tmp_path)
    first = desk.run()[0]
    refreshed = desk.run(refresh=True)[0]
    team.wait(24 * 7 - 1)
    again = desk.run()[0]
    team.wait(24 * 8)

    assert (first, 2, True) == (refreshed, again, desk.run(refresh=True)[0] >= first - 1)


def test_no_secret_is_remembered(team: Team, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the token nor its hash stands in the store."""
    monkeypatch.setenv("TOKEN", "tok-5up3r53cr3t")
    desk = Desk(team, tmp_path)
    desk.run()

    assert b"tok-5up3r53cr3t" not in (tmp_path / "facts.db").read_bytes()
