"""Decision records (ADRs) in a repository: those that were added, and those that were accepted, in a period."""

from __future__ import annotations

import re
from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

import msgspec

from digest.collectors.git_parse import Commit
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.collectors.git_read import Clone

SUFFIXES = {".md", ".markdown", ".rst", ".adoc", ".asciidoc", ".txt"}
NO_RECORD = regex(r"(?:^|[-_.\d])(?:readme|index|template|toc|contents|summary|changelog|log4brains)\b", re.IGNORECASE)

FRONT_MATTER = regex(r"\A---\s*\n(.*?\n)---\s*\n", re.DOTALL)
STATUS = regex(
    r"^[ \t>*_|-]*status[*_ \t]*[:|][*_ \t]*[\"']?(?P<line>[^\n]+)"  # a line of its own, also of the front matter
    r"|^(?:#+|=+)[ \t]*status[ \t#=]*\n\s*(?P<below>[^\n]+)"  # a heading
    r"|^status[ \t]*\n[-=~^]{3,}[ \t]*\n\s*(?P<under>[^\n]+)",  # a heading that is underlined
    re.IGNORECASE | re.MULTILINE,
)
ACCEPTED = regex(r"\b(?:accepted|adopted|approved|agreed|decided|implemented|active|done)\b", re.IGNORECASE)
OPEN = regex(r"\b(?:proposed|draft|rfc|pending|open|in review|under (?:review|discussion)|wip)\b", re.IGNORECASE)
CLOSED = regex(
    r"\b(?:superseded|deprecated|rejected|declined|obsolete|withdrawn|amended|not accepted)\b", re.IGNORECASE
)

HEADING = regex(r"^(?:#{1,3}|=)[ \t]+(?P<hash>[^\n]+?)[ \t#=]*$|^(?P<lined>[^\n]+)\n[=~-]{3,}[ \t]*$", re.MULTILINE)
NUMBER = regex(
    r"^(?:(?:ADR|RFC|MADR|DR)[ -]?\d+|\d+)[ \t]*[.:)–—-][ \t]+|^(?:ADR|RFC|MADR)[ -]?\d+[ \t]+", re.IGNORECASE
)

Standing = Literal["done", "active", "declined"]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A decision record as it stood after a commit."""

    commit: Commit
    path: str
    title: str
    text: str
    standing: Standing


def records(clone: Clone, commits: list[Commit], folders: tuple[str, ...]) -> Iterator[Record]:
    """The records that these commits (newest first) added or accepted, each as it stood when that happened."""
    touched = [
        (commit, change.path, change.created and PurePosixPath(change.path).name not in commit.gone)
        for commit in reversed(commits)
        for change in commit.changes or ()
        if _is_record(change.path, _below(folders))
    ]
    if not touched:
        return
    after = clone.contents([(commit.id, path) for commit, path, _ in touched])
    before = clone.contents([(commit.parents[0] if commit.parents else "", path) for commit, path, _ in touched])
    latest: dict[str, Record] = {}
    for (commit, path, created), now, earlier in zip(touched, after, before, strict=True):
        if now is None:
            latest.pop(path, None)  # deleted again
            continue
        stands = standing(now)
        news = (
            created
            or (path in latest and latest[path].standing == "active")
            or (stands == "done" and earlier is not None and standing(earlier) == "active")
        )
        if news:
            latest[path] = Record(commit=commit, path=path, title=heading(now, path), text=now, standing=stands)
    yield from (record for record in latest.values() if record.standing != "declined")


def touches_records(commit: Commit, folders: tuple[str, ...]) -> bool:
    """Whether a commit changed a decision record."""
    below = _below(folders)
    return any(_is_record(change.path, below) for change in commit.changes or ())


@cache
def _below(folders: tuple[str, ...]) -> tuple[str, ...]:
    """How the paths of all that lies in the folders begin."""
    return tuple(f"{folder.strip('/')}/" for folder in folders)


def _is_record(path: str, below: tuple[str, ...]) -> bool:
    if not path.startswith(below):
        return False
    name = PurePosixPath(path)
    return name.suffix.lower() in SUFFIXES and not NO_RECORD.search(name.stem)


def standing(text: str) -> Standing:
    """Whether a record is decided, open or no longer valid; without a status it is decided."""
    found = STATUS.search(text.replace("\r\n", "\n"))
    said = next((part for part in found.groups() if part), "") if found else ""
    if CLOSED.search(said):
        return "declined"
    return "active" if OPEN.search(said) and not ACCEPTED.search(said) else "done"


def heading(text: str, path: str) -> str:
    """The first heading of a record without its number; where it has none, what its file name says."""
    body = FRONT_MATTER.sub("", text.replace("\r\n", "\n").lstrip("\ufeff"))
    found = HEADING.search(body)
    title = (found["hash"] or found["lined"]) if found else re.sub(r"[-_]+", " ", PurePosixPath(path).stem)
    title = " ".join(title.split())
    return NUMBER.sub("", title) or title
