"""Replay what PyGithub recorded of the real GitHub against the collector.

Usage: python benchmarks/replay.py PyGithub/tests/ReplayData

Every answer of GraphQL, every redirect and every refusal goes through the wire, which has to give data or one line;
every pull request, issue and milestone is served by the double, and each month has to hold exactly what was merged,
closed and reached in it, under its milestone.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, date
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.collectors.fault import Fault
from digest.collectors.github.gather import gather
from digest.collectors.github.wire import connect
from digest.model import Activity
from digest.period import Period
from tests.sims.github.bench import Clock, source
from tests.sims.github.recordings import Recorded, Replay, gathered, recorded
from tests.sims.github.server import GithubSim

if TYPE_CHECKING:
    from tests.sims.github.records import Record


def understood(answers: list[Recorded]) -> Counter[str]:
    """How often the wire told what, by the first words of it."""
    told: Counter[str] = Counter()
    with Replay() as sim:
        for sim.now in answers:
            clock = Clock(at=0.0)
            wire = connect(source(sim, "acme/pay"), clock=clock, sleep=clock.sleep)  # type: ignore[arg-type]
            try:
                answer = wire.ask(("query { viewer { login } }", {}))
                said = "; ".join(answer.fault(str(e["path"][0])).what for e in answer.errors)  # type: ignore[union-attr]
            except Fault as fault:
                said = fault.what.partition(": ")[0]
            finally:
                wire.close()
            told[said or "data"] += 1
    return told


def ends(data: Record) -> dict[str, tuple[str, str]]:
    """What came to its end: when, and which milestone it is of, by the key of the activity."""
    found = {}
    for repo in data["repos"]:
        name = f"{repo['owner']}/{repo['name']}"
        titles = {goal["number"]: goal["title"] for goal in repo["milestones"]}
        for item in repo["items"]:
            at = item["merged_at" if item["kind"] == "pr" else "closed_at"]
            found[f"{name}#{item['number']}"] = (at, titles.get(item["milestone"], ""))
        found |= {f"{name}/milestone/{g['number']}": (g["closed_at"], g["title"]) for g in repo["milestones"]}
    return {key: (at, title) for key, (at, title) in found.items() if at}


def months(data: Record) -> list[tuple[str, int, int]]:
    """Of each month: how much was merged, closed or reached in it, and how much of it the collector gave, or more."""
    truth = ends(data)
    names = tuple(f"{repo['owner']}/{repo['name']}" for repo in data["repos"])
    told = []
    with GithubSim(data) as sim:
        for month in sorted({at[:7] for at, _ in truth.values()}):
            year, number = map(int, month.split("-"))
            end = date(year + number // 12, number % 12 + 1, 1)
            period = Period(first=date(year, number, 1), end=end, zone=UTC)
            clock = Clock(at=period.until.timestamp() + 86_400)
            asked = source(sim, *names, issues=True, base=("*",))
            sim.budget["used"] = 0
            rows = [r for r in gather(asked, period, None, clock=clock, sleep=clock.sleep) if isinstance(r, Activity)]
            real = {(key, title) for key, (at, title) in truth.items() if at.startswith(month)}
            given = [r for r in rows if r.done and not (r.kind == "pull_request" and r.state == "declined")]
            found = {(r.key, r.milestone) for r in given}
            told.append((month, len(real), len(real & found) - len(found - real)))
    return told


def main() -> None:
    """Print what was told, and the months."""
    os.environ["GITHUB_TOKEN"] = "token"
    answers = list(recorded(Path(sys.argv[1])))
    lines = [f"{len(answers)} answers; {sum(a.of_interest for a in answers)} through the wire:"]
    lines += [f"{n:5} {said}" for said, n in understood([a for a in answers if a.of_interest]).most_common()]
    found = months(gathered(answers))
    lines += [f"{month}: {true} merged, closed or reached, {got} found" for month, true, got in found]
    exact = sum(true == got for _, true, got in found)
    lines.append(f"{exact} of {len(found)} months exact, {sum(true for _, true, _ in found)} ends in all")
    sys.stdout.write("\n".join([*lines, ""]))


if __name__ == "__main__":
    main()
