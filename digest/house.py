"""What this house likes to tell: learnt from its own published digests each time anew, so that nothing is hidden.

Nothing of it is kept but one instant: the digests that went out until then have been forgotten. It stands in a file
that a person can read, and delete.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import msgspec

from digest import archive
from digest.errors import DigestError
from digest.files import write_whole
from digest.normalize import taste
from digest.normalize.taste import Choice
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from digest.project import Project
    from digest.store import Store

FILE = "taste-forgotten-until.txt"

REMEMBERED = 12
"""How many published digests teach; taste changes."""


class Lesson(msgspec.Struct, frozen=True, kw_only=True):
    """What one published digest told of the stories of its period, and what not."""

    period: Period
    told: list[Choice]
    passed: list[Choice]


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What is learnt about one signal: its points, and how often a story that has it was told and passed over."""

    name: str
    points: float
    told: int
    passed: int


def forgotten_file(project: Project) -> Path:
    """Where it stands what has been forgotten."""
    return project.folder / FILE


def forgotten_until(project: Project) -> datetime | None:
    """The instant until which digests that went out teach nothing any more.

    Raises:
        DigestError: the file does not hold an instant.
    """
    file = forgotten_file(project)
    try:
        return datetime.fromisoformat(file.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DigestError(f"{file}: {error}", "digest taste --restore deletes it") from None


def forget(project: Project, *, now: datetime) -> None:
    """Let everything that went out until now teach nothing any more."""
    write_whole(forgotten_file(project), f"{now.isoformat(timespec='seconds')}\n".encode())


def restore(project: Project) -> bool:
    """Learn from everything again; False where nothing was forgotten."""
    there = forgotten_file(project).exists()
    forgotten_file(project).unlink(missing_ok=True)
    return there


def lessons(project: Project, store: Store, period: Period, names: Sequence[str]) -> list[Lesson]:
    """What the last digests that went out before a period chose, the oldest first; none where learning is off."""
    if not project.config.taste.learn:
        return []
    since = forgotten_until(project)
    went_out = {
        e.digest.period.slug: e for e in archive.editions(project.published) if not since or e.published > since
    }
    past = [e.digest for e in went_out.values() if e.digest.period.end <= period.first]
    found = []
    for digest in past[-REMEMBERED:]:
        refs = [ref for entry in digest.section("progress").entries for ref in entry.refs]
        told, passed = taste.choices(store.activities(digest.period, names), refs, project.config.rules)
        found.append(Lesson(period=digest.period, told=told, passed=passed))
    return found


def learnt(given: Sequence[Lesson], ignored: Sequence[str]) -> list[Signal]:
    """What the lessons teach, the strongest first; `ignored` are patterns of signals that shall teach nothing."""
    told = [choice for lesson in given for choice in lesson.told]
    passed = [choice for lesson in given for choice in lesson.passed]
    of_told, of_passed = (Counter(name for c in choices for name in c.signals) for choices in (told, passed))
    found = [
        Signal(name=name, points=points, told=of_told[name], passed=of_passed[name])
        for name, points in taste.learn(told, passed).items()
        if not any(fnmatchcase(name, pattern.lower()) for pattern in ignored)
    ]
    return sorted(found, key=lambda signal: (-abs(signal.points), signal.name))


def points(project: Project, store: Store, period: Period, names: Sequence[str]) -> dict[str, float]:
    """What this house adds to the general points of a signal."""
    found = learnt(lessons(project, store, period, names), project.config.taste.ignore)
    return {signal.name: signal.points for signal in found}
