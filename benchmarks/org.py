"""An organisation collected once into one store, and the digests of many projects read from it.

Usage: python benchmarks/org.py [--repos 10000] [--pulls 115000] [--projects 500] [--drafts 10]

The tests' double of GitHub serves the organisation over loopback, with the texts of the tests' generator; `digest
collect` is a process of its own. Its time holds what the double takes to answer, which is most of it; its own is the
processor's. Then the window of each project is asked of the store, and `digest draft --offline` drafts a few of them.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import Taken, run
from digest.period import Period
from digest.project import open_project
from tests.sims.github.records import Generator, Record, iso
from tests.sims.github.server import GithubSim

ROOT = Path(__file__).resolve().parent.parent
DIGEST = [sys.executable, "-m", "digest"]
PERIOD = Period(first=date(2026, 1, 5), end=date(2026, 1, 19))
DAYS = f"{PERIOD.first}..{PERIOD.last}"
EACH = 20
"""Repositories of one project."""

POINTS_AN_HOUR = 5000
TEXTS = 500
"""Texts that the pull requests share: each other one would only take memory of the double."""

CENTRAL = """title = "Acme"
store = "acme.db"
[collectors.org]
type = "github"
repos = ["org:acme"]
token = "env:GITHUB_TOKEN"
url = "{url}"
deadline = 36000
"""
PROJECT = """title = "Project {k}"
[collectors.org]
type = "project"
config = "../config.toml"
repos = [{repos}]
"""


class Indexed(GithubSim):
    """The double, with an index on the instant of the merge: to look at all of them for each page would be its time."""

    def load(self, data: Record) -> None:
        """Serve another data set."""
        super().load(data)
        self.merges = sorted(((i["merged_at"], r, i) for r in self.repos for i in r["items"]), key=lambda m: str(m[0]))
        self.instants = [m[0] for m in self.merges]

    def search(self, query: str, token: str) -> list[tuple[Record, Record]]:  # noqa: ARG002
        """What a search finds: of merges the window, of all else nothing, because there is nothing else."""
        window = re.search(r"is:merged merged:(\S+?)\.\.(\S+)", query)
        if not window:
            return []
        low, high = bisect_left(self.instants, window[1]), bisect_right(self.instants, window[2])
        found = [(r, i) for _, r, i in self.merges[low:high]]
        changed = re.search(r"updated:>=(\S+)", query)
        return [(r, i) for r, i in found if not changed or i["updated_at"] >= changed[1]]


def organisation(repos: int, pulls: int, now: datetime) -> dict[str, Any]:
    """Repositories without milestones, and merges spread evenly over them and over the fortnight before `now`."""
    made = Generator(7, now)
    acme = [made.repo(f"repo-{k}", milestones=[]) for k in range(repos)]
    texts = [made.feature() if k % 3 else made.fix() for k in range(TEXTS)]
    step = timedelta(days=14) / pulls
    for k in range(pulls):
        item = made.pull(acme[k * 7919 % repos], texts[k % TEXTS], made.person(), made.start + k * step)
        item["updated_at"] = item["merged_at"]
    users = [
        {"login": a, "name": a, "type": "User", "db_id": 1} for a in {i["author"] for r in acme for i in r["items"]}
    ]
    return {"repos": acme, "users": users, "window": {"start": iso(made.start), "end": iso(now)}}


def environment(folder: Path) -> dict[str, str]:
    """No settings and no store of the machine."""
    own = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "XDG_CACHE_HOME": str(folder / "cache")}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "GITHUB_TOKEN": "ghp_" + "0" * 36, "TZ": "UTC"}


def digest(folder: Path, *words: str) -> Taken:
    """What one process of the program takes."""
    return run([*DIGEST, *words], folder, environment(folder))


def collect(folder: Path, sim: GithubSim, what: str) -> None:
    """Collect the whole organisation and tell what it took."""
    sim.reset_stats()
    sim.budget |= {"used": 0, "limit": 10**9}
    seconds, processor, memory = digest(folder, "collect", "--config", "config.toml", "--period", DAYS)
    requests, points = sim.stats()["total"], sim.budget["used"]
    size = (folder / "acme.db").stat().st_size / 1e6
    print(f"| {what}: requests | {requests:,} |")
    print(f"| {what}: points of GitHub's budget | {points:,} ({points / POINTS_AN_HOUR:.1%} of an hour's) |")
    print(f"| {what}: seconds, beside the double | {seconds:.1f} |")
    print(f"| {what}: seconds of the processor | {processor:.1f} |")
    print(f"| {what}: peak of memory, MB | {memory:.0f} |")
    print(f"| size of the store, MB | {size:.0f} |", flush=True)


def windows(folder: Path, projects: list[list[str]]) -> None:
    """Ask the store for the window of each project."""
    taken, rows = [], 0
    with open_project(folder, folder / "config.toml").open_store() as store:
        for places in projects:
            begin = time.perf_counter()
            rows += len(store.activities(PERIOD, ["org"], places=places))
            taken.append(time.perf_counter() - begin)
    print(f"| {len(projects)} window queries of {EACH} repositories, {rows:,} rows: seconds | {sum(taken):.2f} |")
    print(f"| one of them, median: ms | {statistics.median(taken) * 1000:.1f} |", flush=True)


def drafts(folder: Path, projects: list[list[str]]) -> None:
    """Draft the digests of some projects, each in a process of its own."""
    taken = []
    for k, places in enumerate(projects):
        own = folder / f"project-{k}"
        own.mkdir()
        named = ", ".join(f'"{place}"' for place in places)
        (own / "config.toml").write_text(PROJECT.format(k=k, repos=named), encoding="utf-8")
        taken.append(digest(own, "draft", "--offline", "--config", "config.toml", "--period", DAYS))
    middle = statistics.median(t.seconds for t in taken)
    print(f"| draft --offline of one project, median of {len(taken)}: seconds | {middle:.2f} |")
    print(f"| its peak of memory, MB | {max(t.memory for t in taken):.0f} |", flush=True)


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repos", type=int, default=10_000)
    parser.add_argument("--pulls", type=int, default=115_000)
    parser.add_argument("--projects", type=int, default=500)
    parser.add_argument("--drafts", type=int, default=10)
    asked = parser.parse_args()
    projects = [[f"acme/repo-{(k * EACH + n) % asked.repos}" for n in range(EACH)] for k in range(asked.projects)]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with Indexed(organisation(asked.repos, asked.pulls, PERIOD.until)) as sim:
            print(f"{asked.repos:,} repositories, {asked.pulls:,} merged pull requests in a fortnight\n")
            print("| what | figure |\n| --- | --- |", flush=True)
            (folder / "config.toml").write_text(CENTRAL.format(url=sim.url), encoding="utf-8")
            collect(folder, sim, "first collect")
            collect(folder, sim, "second collect")
        windows(folder, projects)
        drafts(folder, projects[: asked.drafts])


if __name__ == "__main__":
    main()
