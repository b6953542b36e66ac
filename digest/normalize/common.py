"""What two changes have in common besides what one says about the other: files, words of their titles, an author."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.normalize import paths, twins
from digest.regex import regex

if TYPE_CHECKING:
    from digest.model import Activity

WORDS = 2
"""So many telling words in both titles make two changes one subject."""

_WORD = regex(r"[^\W\d_]{3,}")
_USUAL = regex(
    r"the|and|for|with|from|into|not|this|that|when|uses?|add(?:s|ed)?|fix(?:e[sd])?|tests?|docs?|chore|feat|refactor|"
    r"removed?|updated?|makes?|changes?|support|new|more|follow(?:up)?"
)


def related(one: Activity, other: Activity, name: str) -> bool:
    """Whether a loose claim of `name` is borne out by what the two are; True where nobody knows."""
    if not (one.changes and other.changes) or files(one) & files(other):
        return True
    if name.startswith("title:"):
        return one.where != other.where or one.people[:1] == other.people[:1]
    return len(subject(one) & subject(other)) >= WORDS


def files(activity: Activity) -> set[str]:
    """The files of the change, less those that every other change touches too."""
    shared = {"lock", "manifest", "changelog"}
    return {change.path for change in activity.changes or () if paths.place(change.path) not in shared}


def subject(activity: Activity) -> set[str]:
    """The telling words of the title, in the singular."""
    words = _WORD.findall(twins.bare(activity.title))
    return {word.removesuffix("s") for word in words if not _USUAL.fullmatch(word)}
