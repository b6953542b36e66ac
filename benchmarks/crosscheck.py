"""Are the points of the ranking fitted to the projects that they were chosen on? Tune on some, test on the others.

Each repository in turn is left out. Every named point is tried at nothing, half and double its weight, one after the
other, and what gains on the other projects is kept. Prints the average precision of the project that was left out with
the points as they are and as tuned, and what the tuning gained on the others: where the tuned points win on the others
and lose on the one, the points as they are hold what carries over.

    python benchmarks/crosscheck.py --periods periods.jsonl --mirrors DIR
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.collectors.git import Git
from digest.config import Config
from digest.normalize.sift import sift

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

PICKED = 2
FACTORS = (0.0, 0.5, 2.0)
WORTH = 0.0002
"""A gain of less in average precision on the training projects is none."""

Weights = dict[str, float]


class Told(NamedTuple):
    """A story by its points, and for each of its changes whether an editor picked it."""

    points: Mapping[str, float]
    picked: tuple[bool, ...]


class Trial(NamedTuple):
    """The stories of one period, and how many changes the editor picked of it."""

    stories: Sequence[Told]
    picks: int


def main() -> None:
    """Leave out each repository in turn, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--periods", type=Path, required=True)
    parser.add_argument("--mirrors", type=Path, required=True)
    asked = parser.parse_args()
    trials: dict[str, list[Trial]] = defaultdict(list)
    origin: dict[str, str] = {}
    for line in asked.periods.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        origin[row["project"]] = row["mirror"]
        trials[row["project"]].append(trial(row, asked.mirrors))
    results = {}
    for mirror in dict.fromkeys(origin.values()):
        left_out = [name for name in trials if origin[name] == mirror]
        others = [name for name in trials if origin[name] != mirror]
        weights = tuned({name: trials[name] for name in others})
        gain = mean([precision(trials[n], weights) - precision(trials[n], {}) for n in others])
        for name in left_out:
            results[name] = precision(trials[name], {}), precision(trials[name], weights)
            before, after = results[name]
            print(f"{name:16s} {before:.3f} -> {after:.3f}   on the others {gain:+.3f}", flush=True)
    plain, fitted = (mean([result[side] for result in results.values()]) for side in (0, 1))
    print(f"mean of projects {plain:.3f} as they are, {fitted:.3f} tuned on the others")


def trial(row: dict[str, Any], mirrors: Path) -> Trial:
    """What the product makes of a period, against what its editor picked."""
    folder = mirrors / row["mirror"]
    sifted = sift(Git(paths=(str(folder),)).between(folder, row["base"], row["head"]), Config(), {})
    picks = {pick["id"] for pick in row["picks"] if pick["grade"] >= PICKED}
    of_key = {sha[:12]: item["id"] for item in row["items"] for sha in item.get("shas", [item["sha"]])}
    stories = []
    for ranked in sifted.ranked:
        items = dict.fromkeys(of_key[m.key] for m in ranked.story.members if m.key in of_key)
        stories.append(Told(ranked.points, tuple(item in picks for item in items)))
    return Trial(stories, len(picks))


def tuned(projects: Mapping[str, Sequence[Trial]]) -> Weights:
    """Factors for named points that gain on these projects; those that are not named stay as they are."""
    names = sorted({name for trials in projects.values() for t in trials for told in t.stories for name in told.points})
    weights: Weights = {}
    best = mean([precision(trials, weights) for trials in projects.values()])
    for name in names:
        tried = {
            factor: mean([precision(trials, weights | {name: factor}) for trials in projects.values()])
            for factor in FACTORS
        }
        factor = max(tried, key=lambda f: tried[f])
        if tried[factor] > best + WORTH:
            weights[name], best = factor, tried[factor]
    return weights


def precision(trials: Sequence[Trial], weights: Weights) -> float:
    """The mean average precision of periods with the points at these weights."""
    return mean([_precision(t, weights) for t in trials])


def _precision(found: Trial, weights: Weights) -> float:
    ordered = sorted(found.stories, key=lambda told: -_total(told.points, weights))
    places = [place for place, hit in enumerate(_hits(ordered), 1) if hit]
    return sum(hits / place for hits, place in enumerate(places, 1)) / max(1, found.picks)


def _total(points: Mapping[str, float], weights: Weights) -> float:
    return sum(points.values()) + sum(points[name] * (weights[name] - 1) for name in weights.keys() & points.keys())


def _hits(ordered: Sequence[Told]) -> Iterator[bool]:
    for told in ordered:
        yield from told.picked


def mean(values: Collection[float]) -> float:
    """The arithmetic mean; nothing of nothing."""
    return sum(values) / len(values) if values else 0.0


if __name__ == "__main__":
    main()
