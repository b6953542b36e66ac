"""Measure what a house's taste is worth: replay its periods in time order, and compare the order with and without it.

For each period the taste is learnt from the earlier ones only, as `digest draft` learns it from what was published; the
first five periods of a project teach and are not counted. Prints the average precision of both orders by project, the
mean of the projects, and their paired difference with its 95% interval.

    python benchmarks/taste.py --periods periods.jsonl --mirrors DIR
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.collectors.git import Git
from digest.config import Config, Rules
from digest.normalize import taste
from digest.normalize.sift import sift

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from digest.model import Activity

TEACHING = 5
PICKED = 2
DRAWS = 2000

Pair = tuple[float, float]


def main() -> None:
    """Replay every project and print what it gave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--periods", type=Path, required=True)
    parser.add_argument("--mirrors", type=Path, required=True)
    asked = parser.parse_args()
    projects: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in asked.periods.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        projects[row["project"]].append(row)
    pairs = {name: list(replay(rows, asked.mirrors)) for name, rows in projects.items()}
    for name, found in pairs.items():
        before, after = (mean([pair[side] for pair in found]) for side in (0, 1))
        print(f"{name:16s} {len(found):3d} periods  {before:.3f} -> {after:.3f}")
    low, high = interval(list(pairs.values()))
    print(f"mean of projects  {macro(pairs.values(), 0):.3f} -> {macro(pairs.values(), 1):.3f}")
    print(f"difference        {macro(pairs.values(), 1) - macro(pairs.values(), 0):+.3f} [{low:+.3f}, {high:+.3f}]")


def replay(rows: list[dict[str, Any]], mirrors: Path) -> Iterator[Pair]:
    """The average precision without and with what the earlier periods teach, for each period after the first ones."""
    past: list[tuple[list[taste.Choice], list[taste.Choice]]] = []
    for number, row in enumerate(sorted(rows, key=lambda r: str(r["end"]))):
        folder = mirrors / row["mirror"]
        activities = Git(paths=(str(folder),)).between(folder, row["base"], row["head"])
        told = {key for pick in row["picks"] if pick["grade"] >= PICKED for key in keys(row, pick["id"])}
        if number >= TEACHING:
            learnt = taste.learn([c for kept, _ in past for c in kept], [c for _, passed in past for c in passed])
            yield precision(activities, told, {}), precision(activities, told, learnt)
        past.append(taste.choices(activities, [a.ref for a in activities if a.key in told], Rules()))


def keys(row: dict[str, Any], wanted: str) -> Iterator[str]:
    """The keys of the commits of an item."""
    for item in row["items"]:
        if item["id"] == wanted:
            yield from (sha[:12] for sha in item.get("shas", [item["sha"]]))


def precision(activities: Sequence[Activity], told: set[str], learnt: Mapping[str, float]) -> float:
    """How well the order puts first what was told, between 0 and 1."""
    sifted = sift(activities, Config(), learnt)
    order = [m.key for ranked in sifted.ranked for m in ranked.story.members]
    places = [place for place, key in enumerate(order, 1) if key in told]
    return sum(hits / place for hits, place in enumerate(places, 1)) / max(1, len(told))


def macro(projects: Any, side: int) -> float:
    """The mean of the means of the projects."""
    return mean([mean([pair[side] for pair in found]) for found in projects if found])


def interval(projects: list[list[Pair]]) -> Pair:
    """Where the paired difference lies in 95 of 100 draws of each project's periods."""
    draw = random.Random(7)
    means = sorted(
        mean([mean([b - a for a, b in draw.choices(found, k=len(found))]) for found in projects if found])
        for _ in range(DRAWS)
    )
    return means[DRAWS // 40], means[-DRAWS // 40]


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; nothing of nothing."""
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    main()
