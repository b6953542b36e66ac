"""What the tests of the collector share: the data set's window, a clock that stands still, and one run against a double."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import msgspec

from digest.collectors.gitlab import GitLab
from digest.collectors.gitlab.gather import gather
from digest.model import Activity, Item, Outcome
from digest.period import Period
from tests.sims.github.bench import Clock, Ran
from tests.sims.gitlab.server import GitlabSim

TOKEN = "glpat-0123456789abcdefghij"
PERIOD = Period(first=date(2026, 11, 9), end=date(2026, 11, 23), zone=timezone(timedelta(hours=-9)))
"""The window of the data set, 9 to 23 November at 09:00 UTC, as whole days."""

LATER = PERIOD.until + timedelta(days=1)
"""A day after the window."""


def source(sim: GitlabSim, *projects: str, **settings: Any) -> GitLab:
    """The table of a source that asks the double, with the token that stands in $GITLAB_TOKEN."""
    return msgspec.structs.replace(GitLab(projects=projects, url=sim.url, name="lab"), **settings)


def run(
    sim: GitlabSim,
    *projects: str,
    now: datetime = LATER,
    changed: datetime | None = None,
    period: Period = PERIOD,
    **settings: Any,
) -> Ran:
    """Collect the window of the data set at the instant `now`."""
    sim.reset_stats()
    clock = Clock(at=now.timestamp())
    found = list(gather(source(sim, *projects, **settings), period, changed, clock=clock, sleep=clock.sleep))
    rows = [t for t in found if isinstance(t, Activity)]
    outcomes = [t for t in found if isinstance(t, Outcome)]
    return Ran(rows, outcomes, sim.stats()["total"], clock.slept)


def given(sim: GitlabSim, *projects: str, changed: datetime | None = None, **settings: Any) -> list[Item | Outcome]:
    """All that a run yields."""
    clock = Clock(at=LATER.timestamp())
    return list(gather(source(sim, *projects, **settings), PERIOD, changed, clock=clock, sleep=clock.sleep))


def true(data: dict[str, Any], what: str, *projects: str) -> set[str]:
    """What the data set says was done in the window, of those projects: what a run is held against."""
    return {key for key in data["truth"][what] if key.replace("!", "#").rpartition("#")[0] in projects}


def titled(rows: list[Activity], title: str) -> Activity:
    """The only activity whose title begins so."""
    (found,) = [r for r in rows if r.title.startswith(title)]
    return found
