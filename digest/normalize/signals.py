"""What a house may like or not about a story, by names that stand in the explanation of its points."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.normalize.facts import Facts
    from digest.normalize.story import Story

FOLDERS = 2
"""How many levels of a path name a part of a project."""

_KINDS = "feat|fix|docs?|chore|refactor|tests?|perf|style|ci|build"
_AREA = regex(rf"^(?:[a-z]+\(([\w ./-]{{1,40}})\)!?|(?!(?:{_KINDS})!?:)([\w./-]{{2,30}})):\s", re.IGNORECASE)


def signals(story: Story, seen: Facts) -> Iterator[str]:
    """The kind of work, what is true of it, its labels, its area, its folders and its author, each once."""
    yield f"type:{seen.nature}"
    yield from (f"flag:{flag}" for flag in sorted(seen.flags))
    yield from sorted({f"label:{label.lower()}" for m in story.members for label in m.labels})
    if area := _AREA.match(story.lead.title):
        yield f"area:{(area[1] or area[2]).lower()}"
    folders = {c.path.rpartition("/")[0] for m in story.members for c in m.changes or ()}
    yield from sorted({f"path:{'/'.join(folder.split('/')[:FOLDERS])}" for folder in folders if folder})
    yield from (f"author:{person}" for person in story.lead.people[:1])
