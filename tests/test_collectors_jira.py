from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from digest.collectors import BUILTIN
from digest.collectors.jira import Jira
from digest.model import Activity, Link
from digest.period import Period
from digest.plugins import build
from tests.sims.jira.datagen import generate
from tests.sims.jira.server import JiraSim

ALL = ("CHK", "PLAT", "MOB", "SEC")


@pytest.fixture(scope="session")
def data() -> dict[str, Any]:
    """The tickets of the sim."""
    return generate(7)


@pytest.fixture(params=["cloud", "dc"])
def sim(request: pytest.FixtureRequest, data: dict[str, Any]) -> Iterator[JiraSim]:
    """A Jira of each flavour."""
    running = JiraSim(data, flavour=request.param)
    with running:
        yield running


@pytest.fixture
def period(data: dict[str, Any]) -> Period:
    """The window of the data: it begins at 9:00 UTC, midnight where the clocks are nine hours behind."""
    since, until = (datetime.fromisoformat(data["window"][k]) for k in ("start", "end"))
    return Period(first=since.date(), end=until.date(), zone=timezone(timedelta(hours=-since.hour)))


@pytest.fixture
def source(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Jira]:
    """A maker of the configured table."""
    monkeypatch.setenv("JIRA_TOKEN", "token")

    def make(sim: JiraSim, **table: Any) -> Jira:
        user = {"user": "me@acme.test"} if sim.cloud else {}
        fields = {"type": "jira", "url": sim.url, "token": "env:JIRA_TOKEN", "projects": list(ALL), **user, **table}
        made: Jira = build("collectors", BUILTIN, "team", fields, Path())
        return made

    return make


def collected(jira: Jira, period: Period, since: datetime | None = None) -> dict[str, Activity]:
    """What a run gives that has nothing to report but tickets."""
    found = list(jira.collect(period, since))
    assert all(isinstance(a, Activity) for a in found)
    return {a.key: a for a in found if isinstance(a, Activity)}


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Stockholm", "UTC", "Asia/Tokyo"])
def test_exactly_the_tickets_closed_in_the_period(
    sim: JiraSim, source: Callable[..., Jira], period: Period, data: dict[str, Any], zone: str
) -> None:
    """Whatever zone the user has: no ticket is missed, none too many, on either flavour."""
    sim.site.user_tz = zone

    got = {key for key, a in collected(source(sim), period).items() if a.done}

    assert set(data["truth"]["closed_in_window"]) == got


def test_few_requests(sim: JiraSim, source: Callable[..., Jira], period: Period) -> None:
    """Three requests to know the site, one for each hundred tickets; one more to count (Cloud),
    two more to know the statuses and the titles of epics (Data Center)."""
    collected(source(sim), period)

    cloud = {"serverInfo": 1, "myself": 1, "field": 1, "search/jql": 3, "approximate-count": 1}
    dc = {"serverInfo": 1, "myself": 1, "field": 1, "search": 4, "status": 1}
    assert (cloud if sim.cloud else dc) == sim.stats()["by_route"]


def test_a_ticket_is_read(sim: JiraSim, source: Callable[..., Jira], period: Period) -> None:
    """A sub-task names its parent as a link and as its topic."""
    found = collected(source(sim), period)["CHK-521"]

    expected = Activity(
        source="team",
        key="CHK-521",
        kind="ticket",
        title="Sub-task 1",
        done=datetime(2026, 11, 14, 12, tzinfo=UTC),
        created=found.created,
        url=f"{sim.url}/browse/CHK-521",
        people=found.people,
        labels=found.labels,
        where="CHK",
        type="Sub-task",
        topic="CHK-520 Parent still open",
        milestone=found.milestone,
        links=(Link(relation="parent", target="CHK-520"),),
    )
    assert expected == found
