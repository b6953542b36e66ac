"""Requests and seconds of Jira: first run, rerun, rerun after a ticket was closed; each answer after 100 ms.

Usage: python benchmarks/tracker.py [--latency 0.1] [--runs 3]

The tests' double of Jira answers over loopback. `digest collect` is the whole program. The least of a first run is the
list of the fields and a request for each hundred tickets, closed and ahead; Cloud's count, or a Data Center's statuses
and the titles of its epics.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import far, row
from benchmarks.org import digest
from tests.sims.jira.team import BEGIN, Team

CONFIG = """title = "Acme"
store = "acme.db"
[collectors.jira]
url = "{url}"
{user}token = "env:JIRA_TOKEN"
projects = ["CHK", "PLAT", "MOB"]
"""
DAYS = f"{BEGIN - timedelta(days=13):%Y-%m-%d}..2099-12-31"
"""A period that goes on, whenever this is run."""


def case(flavour: str, latency: float, runs: int) -> str:
    """A row of the table: requests and the median of the seconds, for each of the three runs."""
    figures: list[list[tuple[int, float]]] = [[], [], []]
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as temporary, Team(7, flavour) as team:
            user = 'user = "me@acme.test"\n' * (flavour == "cloud")
            Path(temporary, "config.toml").write_text(CONFIG.format(url=team.sim.url, user=user), encoding="utf-8")
            team.sim.faults.latency_s = latency
            for k in range(3):
                if k == 2:
                    team.close(next(i for i in team.data["issues"] if i["key"] == "CHK-531"), team.now)
                    team.show()
                team.sim.reset_stats()
                taken = digest(Path(temporary), "collect", "--config", "config.toml", "--period", DAYS)
                figures[k].append((team.sim.stats()["total"], taken.seconds))
                if k == 0:
                    searches = sum(n for route, n in team.sim.stats()["by_route"].items() if "search" in route)
    least = searches + 2  # the fields; the count or the statuses (the titles of epics are a search)
    return row(flavour, least, figures)


def main() -> None:
    """Measure both flavours."""
    asked = far(__doc__)
    os.environ["JIRA_TOKEN"] = "token"
    for flavour in ("cloud", "dc"):
        print(case(flavour, asked.latency, asked.runs), flush=True)


if __name__ == "__main__":
    main()
