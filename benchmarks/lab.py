"""Requests and seconds of GitLab: first run, rerun, rerun after a change; each answer after 100 ms.

Usage: python benchmarks/lab.py [--latency 0.1] [--runs 3]

The tests' double of GitLab answers over loopback. `digest collect` is the whole program. The least is a request for
each hundred merge requests, of all projects together; where issues are told, one more.
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from json import dumps
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import far, row
from benchmarks.org import digest
from tests.sims.gitlab.book import Book
from tests.sims.gitlab.server import GitlabSim

CASES = {
    "a project, 30 merge requests": (1, 30, False, False),
    "the same with issues": (1, 30, True, False),
    "a project, 600 merge requests": (1, 600, False, False),
    "the same with issues ": (1, 600, True, False),
    "12 projects × 30, with issues": (12, 30, True, False),
    "a group of 100 projects × 6, with issues": (100, 6, True, True),
}
CONFIG = """title = "Acme"
store = "acme.db"
[collectors.lab]
type = "gitlab"
projects = {projects}
url = "{url}"
issues = {issues}
"""


def data(now: datetime, projects: int, each: int) -> dict[str, Any]:
    """A group in which so much was merged, and half as many issues closed, within a fortnight."""
    book = Book(7, now)
    book.group("acme")
    for k in range(projects):
        project = book.project(f"acme/repo-{k}")
        for _ in range(each):
            book.merged(project, book.draw.feature(), book.draw.inside())
        for _ in range(each // 2):
            book.issue(project, "Something fails", closed=book.draw.inside())
    window = {"start": book.start.isoformat(), "end": now.isoformat()}
    return {"now": now.isoformat(), "window": window, "groups": book.groups, "projects": book.projects}


def changed(book: dict[str, Any], at: datetime) -> None:
    """Somebody merges one more."""
    rows = book["projects"][0]["merge_requests"]
    rows.append({**rows[0], "id": 10**9, "iid": 10**6, "created": at, "merged": at, "updated": at})


def case(name: str, latency: float, runs: int) -> str:
    """A row of the table: requests and the median of the seconds, for each of the three runs."""
    projects, each, issues, group = CASES[name]
    figures: list[list[tuple[int, float]]] = [[], [], []]
    for _ in range(runs):
        now = datetime.now(UTC).replace(microsecond=0)
        told = data(now, projects, each)
        with tempfile.TemporaryDirectory() as temporary, GitlabSim(told) as sim:
            named = ["group:acme"] if group else [f"acme/repo-{k}" for k in range(projects)]
            text = CONFIG.format(projects=dumps(named), url=sim.url, issues=str(issues).lower())
            Path(temporary, "config.toml").write_text(text, encoding="utf-8")
            sim.faults.latency_s = latency
            for k in range(3):
                if k == 2:
                    changed(told, now - timedelta(seconds=1))
                sim.reset_stats()
                days = f"{now - timedelta(days=13):%Y-%m-%d}..{now:%Y-%m-%d}"
                taken = digest(Path(temporary), "collect", "--config", "config.toml", "--period", days)
                figures[k].append((sim.stats()["total"], taken.seconds))
    least = -(-projects * each // 100) + issues
    return row(name.strip(), least, figures)


def main() -> None:
    """Measure all of it."""
    asked = far(__doc__)
    os.environ["GITLAB_TOKEN"] = "token"
    for name in CASES:
        print(case(name, asked.latency, asked.runs), flush=True)


if __name__ == "__main__":
    main()
