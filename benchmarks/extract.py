"""Print what `digest.extract` finds in each text of a JSON-lines file, one prediction a line.

Usage: python benchmarks/extract.py --texts texts.jsonl [--extra texts_extra.jsonl] > predictions.jsonl

A translation and nothing else: the rules are in `digest/extract`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from digest.extract import Measure, Statement, statements


def measure(found: Measure) -> dict[str, Any]:
    """A measure in the words of the benchmark."""
    return {
        "value": found.value,
        "baseline": found.baseline,
        "new": found.new,
        "unit": found.unit,
        "dir": found.direction,
        "pol": found.polarity,
    } | ({"qualitative": found.qualitative} if found.qualitative else {})


def span(found: Statement) -> dict[str, Any]:
    """A statement in the words of the benchmark."""
    out: dict[str, Any] = {"type": found.kind.upper(), "start": found.start, "end": found.end}
    if found.kind == "metric":
        out |= {"measures": [measure(m) for m in found.measures], "evidence": found.evidence}
    if found.kind == "tradeoff" and (found.gained or found.given_up):
        out |= {"gained": found.gained, "given_up": found.given_up}
    return out


def main() -> None:
    """Read the texts, print the predictions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=Path, required=True)
    parser.add_argument(
        "--extra", type=Path, help="further texts; by default the file texts_extra.jsonl beside --texts"
    )
    options = parser.parse_args()
    extra = options.extra or options.texts.with_name("texts_extra.jsonl")
    for path in [options.texts, *([extra] if extra.exists() and extra != options.texts else [])]:
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            print(
                json.dumps({"id": row["id"], "spans": [span(s) for s in statements(row["text"])]}, ensure_ascii=False)
            )


if __name__ == "__main__":
    main()
