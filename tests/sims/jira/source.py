"""The source as configured for a sim, and what it gives."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from digest.collectors import BUILTIN
from digest.collectors.jira import Jira
from digest.collectors.jira.site import Clock, connect
from digest.collectors.jira.site import Site as Connection
from digest.model import Activity, Memo, Outcome
from digest.period import Period
from digest.plugins import build
from tests.sims.jira.datagen import generate
from tests.sims.jira.server import JiraSim
from tests.sims.jira.site import Site

ALL = ("CHK", "PLAT", "MOB", "SEC")
USER = "me@acme.test"


def afresh(sim: JiraSim) -> JiraSim:
    """The sim with every switch as it was at first, and nothing counted."""
    sim.faults.clear()
    sim.reset_stats()
    sim.site = Site(data=sim.site.data, flavour=sim.site.flavour, url=sim.url)
    return sim


@functools.cache
def dataset(seed: int = 7) -> dict[str, Any]:
    """The tickets of a seed; nobody changes them."""
    return generate(seed)


def truth(seed: int = 7) -> set[str]:
    """The keys of what was closed in the window."""
    return set(dataset(seed)["truth"]["closed_in_window"])


def window(seed: int = 7) -> Period:
    """The window of the data: it begins at 9:00 UTC, midnight where the clocks are nine hours behind."""
    since, until = (datetime.fromisoformat(dataset(seed)["window"][k]) for k in ("start", "end"))
    return Period(first=since.date(), end=until.date(), zone=timezone(timedelta(hours=-since.hour)))


def source(sim: JiraSim, *, token: str = "token", **table: Any) -> Jira:
    """The configured table of a source called `team`."""
    user = {"user": USER} if sim.cloud else {}
    fields = {"type": "jira", "url": sim.url, "token": f"command:echo {token}", "projects": list(ALL), **user, **table}
    made: Jira = build("collectors", BUILTIN, "team", fields, Path())
    return made


def tickets(jira: Jira, since: datetime | None = None, seed: int = 7) -> dict[str, Activity]:
    """What a run gives that has nothing to report but tickets."""
    found = list(jira.collect(window(seed), since))
    assert [] == [o for o in found if isinstance(o, Outcome)]
    return {a.key: a for a in found if isinstance(a, Activity)}


def reminded(jira: Jira, seed: int = 7) -> Jira:
    """The source after a run that went well, with what it wanted to be told."""
    found = jira.collect(window(seed), None)
    return replace(jira, memos={memo.name: memo.value for memo in found if isinstance(memo, Memo)})


def outcomes(found: Iterable[object]) -> list[Outcome]:
    """What is missing."""
    return [one for one in found if isinstance(one, Outcome)]


def closed(found: dict[str, Activity]) -> set[str]:
    """The keys of those that are closed."""
    return {key for key, a in found.items() if a.done}


class Patience:
    """A clock that does not wait: it notes for how long it was asked to and lets that time pass at once."""

    def __init__(self) -> None:
        self.at = 0.0
        self.read_seconds = 10.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.at += seconds
        self.slept.append(seconds)

    @contextmanager
    def connect(self, name: str, **options: Any) -> Iterator[Connection]:
        """As `connect`, by this clock."""
        with connect(name, **options, clock=Clock(now=lambda: self.at, sleep=self.sleep)) as site:
            site.read_seconds = self.read_seconds
            yield site
