"""Answer the question what an editor would choose: a task on standard input, a ranking on standard output.

The task names a repository and a range of its main line; the answer is what `digest draft` would make of that range,
the whole of it ranked. This file translates and holds no rule of its own.

    python benchmarks/editor.py < task.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from digest.collectors.git import Git
from digest.config import Config
from digest.normalize.sift import sift

if TYPE_CHECKING:
    from digest.model import Activity


def main() -> None:
    """Read one task, print one answer."""
    print(json.dumps(answer(json.load(sys.stdin))))


def answer(task: dict[str, Any]) -> dict[str, Any]:
    """The commits of the range, the most worth telling first, and those of the Progress section."""
    folder = Path(task["git_dir"])
    activities = Git(paths=(str(folder),)).between(folder, task["base"], task["head"])
    return {"period": task["period"], **choice(activities)}


def choice(activities: list[Activity]) -> dict[str, list[str]]:
    """The keys of what was done, by rank; what cancelled itself comes last."""
    sifted = sift(activities, Config(), {})
    ranked = [member.key for ranked in sifted.ranked for member in ranked.story.members]
    gone = [activity.key for gone in sifted.gone for activity in gone.activities]
    selected = [member.key for ranked in sifted.told for member in ranked.story.members]
    return {"ranked": ranked + gone, "selected": selected}


if __name__ == "__main__":
    main()
