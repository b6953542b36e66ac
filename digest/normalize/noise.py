"""What goes into the maintenance line: routine that a reader is told the number of, and no more.

Few things are routine beyond doubt: what robots do, dependency updates, changes of locks and of continuous integration
alone, release steps, merges of branches, cosmetic edits. Everything else is left to the ranking.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from digest.normalize import paths, routine, twins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from digest.config import Rules
    from digest.model import Activity, Change
    from digest.normalize.story import Story

DEPENDENCY = "dependency update"
CLEAN_UP = "clean-up"
RELEASE = "release step"
CI = "CI change"
MERGE = "branch merge"
ROBOT = "bot change"

SMALL_LINES = 150
"""A cosmetic edit of more source lines than this may be more than cosmetic, unless its title says nothing else."""


def kind(story: Story) -> str:
    """The name under which the maintenance line counts it; empty where it is no routine."""
    if story.bot:
        return DEPENDENCY if _is_bump(story.lead) or paths.only(_changed(story), "lock", "manifest") else ROBOT
    if story.keys or any(m.kind in {"ticket", "milestone", "decision"} for m in story.members):
        return ""
    return next((name for name, fits in _KINDS if fits(story)), "")


def count(stories: Iterable[tuple[Story, str]]) -> dict[str, int]:
    """How many of each kind: dependency updates first, then the most frequent."""
    found: dict[str, int] = {}
    for _, name in stories:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items(), key=lambda item: (item[0] != DEPENDENCY, -item[1], item[0])))


def ignored(activity: Activity, rules: Rules) -> str:
    """The rule of the configuration that ignores it, in words; empty where none does."""
    for pattern in rules.ignore_authors:
        if any(fnmatchcase(person.lower(), pattern.lower()) for person in activity.people[:1]):
            return f"ignore_authors {pattern}"
    for pattern in rules.ignore_labels:
        if any(fnmatchcase(label.lower(), pattern.lower()) for label in activity.labels):
            return f"ignore_labels {pattern}"
    changed = [change.path for change in activity.changes or ()]
    if changed and all(any(fnmatchcase(path, pattern) for pattern in rules.ignore_paths) for path in changed):
        return f"ignore_paths {', '.join(rules.ignore_paths)}"
    return ""


def _merge(story: Story) -> bool:
    """A merge that keeps branches level; one that brings in what was made on a branch of its own is work."""
    lead = story.lead
    topic = lead.parts and lead.branch and not routine.LINE.fullmatch(lead.branch)
    return not topic and bool(routine.MERGE.fullmatch(twins.bare(lead.title)))


def _bump(story: Story) -> bool:
    """A dependency update that has no consequence for those who use the project."""
    changed = _changed(story)
    if paths.only(changed, "lock"):
        return True
    return _is_bump(story.lead) and _in_manifests(changed, story.lead) and not _has_consequence(story)


def _has_consequence(story: Story) -> bool:
    return any(routine.CONSEQUENCE.search(f"{m.title}\n{m.body}") for m in story.members if not m.bot)


def _is_bump(activity: Activity) -> bool:
    title = twins.bare(activity.title)
    if routine.BUMP_PREFIX.fullmatch(activity.title):
        return True
    return bool(routine.BUMP.fullmatch(title)) and not routine.RELEASE.fullmatch(title)


def _in_manifests(changed: list[Change], lead: Activity) -> bool:
    """An update touches a manifest, a lock or the CI; what does not may bump a constant of the program."""
    if not changed or routine.BUMP_PREFIX.fullmatch(lead.title):
        return True
    return any(paths.place(change.path) in {"lock", "manifest", "ci"} for change in changed)


def _release(story: Story) -> bool:
    titles = (story.lead.title.strip(), twins.bare(story.lead.title))
    return any(routine.RELEASE.fullmatch(title) for title in titles)


def _ci(story: Story) -> bool:
    changed = _changed(story)
    if paths.only(changed, "ci", "lock"):
        return True
    named = bool(routine.CI_PREFIX.fullmatch(story.lead.title))
    return named and not any(paths.place(change.path) == "source" for change in changed)


def _cosmetic(story: Story) -> bool:
    title = twins.bare(story.lead.title)
    if routine.COSMETIC_PREFIX.fullmatch(story.lead.title):
        return True
    if not routine.COSMETIC.fullmatch(title):
        return False
    lines = max(paths.churn(member.changes or (), "source") for member in story.members)
    return lines <= SMALL_LINES or not twins.specific(title)


_KINDS: tuple[tuple[str, Callable[[Story], bool]], ...] = (
    (MERGE, _merge),
    (DEPENDENCY, _bump),
    (RELEASE, _release),
    (CI, _ci),
    (CLEAN_UP, _cosmetic),
)


def _changed(story: Story) -> list[Change]:
    return [change for member in story.members for change in member.changes or ()]
