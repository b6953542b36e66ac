"""What the tests of the collector share: the data set's window, a clock that stands still, and one run against a double."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema

from digest.collectors.github import GitHub
from digest.collectors.github.gather import gather
from digest.model import Activity, Outcome
from digest.period import Period
from tests.sims.github.server import SCHEMA, GithubSim

TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz"
PERIOD = Period(first=date(2026, 11, 9), end=date(2026, 11, 23), zone=timezone(timedelta(hours=-9)))
"""The window of the data set, 9 to 23 November at 09:00 UTC, as whole days."""

LATER = PERIOD.until + timedelta(days=1)
"""A day after the window: the search knows everything."""


def schemas() -> list[Path]:
    """Our small schema, and GitHub's whole one where it lies beside the checkout or at $GITHUB_SDL."""
    beside = Path(__file__).parents[3].parent / "shared" / "sims" / "github" / "schema.graphql"
    whole = Path(os.environ.get("GITHUB_SDL", beside))
    return [SCHEMA, whole] if whole.is_file() else [SCHEMA]


@cache
def schema(path: Path) -> GraphQLSchema:
    """A schema, read once."""
    return build_schema(path.read_text(encoding="utf-8"), assume_valid=True)


@dataclass
class Clock:
    """Stands still but for what is slept."""

    at: float = LATER.timestamp()
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        """The instant, in seconds since 1970."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.at += seconds


@dataclass
class Ran:
    """What one run came to."""

    rows: list[Activity]
    outcomes: list[Outcome]
    requests: int
    slept: list[float]

    def found(self, state: str = "done", kind: str = "pull_request") -> set[str]:
        """The keys of the rows of a state and kind."""
        return {r.key for r in self.rows if (r.state, r.kind) == (state, kind)}

    @property
    def told(self) -> list[tuple[str, str]]:
        """The outcomes, each as status and detail."""
        return [(o.status, o.detail) for o in self.outcomes]


def source(sim: GithubSim, *repos: str, **settings: Any) -> GitHub:
    """The table of a source that asks the double, with the token that stands in $GITHUB_TOKEN."""
    return GitHub(**{"repos": repos, "url": sim.url, "name": "hub", **settings})


def run(sim: GithubSim, *repos: str, now: datetime = LATER, changed: datetime | None = None, **settings: Any) -> Ran:
    """Collect the window of the data set at the instant `now`."""
    sim.reset_stats()
    clock = Clock(at=now.timestamp())
    found = gather(source(sim, *repos, **settings), PERIOD, changed, clock=clock, sleep=clock.sleep)
    told = list(found)
    rows = [t for t in told if isinstance(t, Activity)]
    outcomes = [t for t in told if isinstance(t, Outcome)]
    return Ran(rows, outcomes, sim.stats()["total"], clock.slept)


def merged(data: dict[str, Any], *repos: str, base: str = "") -> set[str]:
    """What the data set says was merged in the window: the truth that a run is held against."""
    since, until = data["window"]["start"], data["window"]["end"]
    return {
        f"{repo['owner']}/{repo['name']}#{item['number']}"
        for repo in data["repos"]
        for item in repo["items"]
        if f"{repo['owner']}/{repo['name']}" in repos
        and item["kind"] == "pr"
        and since <= (item["merged_at"] or "") < until
        and base in {"", item["base"]}
    }


def utc(text: str) -> datetime:
    """An instant from its ISO form without a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
