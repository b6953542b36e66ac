"""What git printed → commits and contents. Bytes in, values out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from digest.model import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

FIELDS = 8
"""Of a commit: id, parents, author, mail, author date, commit date, subject, body."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as git tells it.

    Attributes:
        changes: its files; None where git does not know them.
        gone: the names, without folders, of files that it deleted.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    mail: str
    created: datetime | None
    done: datetime | None
    subject: str
    body: str
    changes: tuple[Change, ...] | None = None
    gone: frozenset[str] = frozenset()


def parse(printed: bytes, *, files: bool = True) -> Iterator[Commit]:
    """The commits that `git log -z` printed in our format, with their files where `--raw` was asked."""
    pieces = printed.split(b"\0")
    at, end = 0, len(pieces) - 1
    while at < end:
        head = [piece.decode("utf-8", "replace") for piece in pieces[at : at + FIELDS]]
        at += FIELDS
        changes, gone = None, frozenset[str]()
        if files:
            changes, gone, at = _changes(pieces, at)
        yield Commit(
            id=head[0].strip(),
            parents=tuple(head[1].split()),
            author=head[2],
            mail=head[3],
            created=_instant(head[4]),
            done=_instant(head[5]),
            subject=head[6].strip(),
            body=head[7].replace("\r\n", "\n").strip(),
            changes=changes,
            gone=gone,
        )


def _changes(pieces: list[bytes], at: int) -> tuple[tuple[Change, ...], frozenset[str], int]:
    """The files of one commit, the names of those that it deleted, and where the next commit begins."""
    status: dict[bytes, tuple[bytes, bytes]] = {}
    deleted: set[bytes] = set()
    gone: set[str] = set()
    while pieces[at].lstrip(b"\n").startswith(b":"):  # a line of --raw, then its path
        _, _, before, after, letter = pieces[at].split()
        path = pieces[at + 1]
        at += 2
        status[path] = letter, after
        if letter == b"D":
            deleted.add(before)
            gone.add(_text(path).rpartition("/")[2])
    lines: dict[bytes, tuple[int, int]] = {}
    while b"\t" in pieces[at]:  # a line of --numstat
        added, removed, path = pieces[at].lstrip(b"\n").split(b"\t", 2)
        at += 1
        lines[path] = (0, 0) if added == b"-" else (int(added), int(removed))
    changes = []
    for path, (letter, after) in status.items():
        added_lines, deleted_lines = lines.get(path, (0, 0))
        created = letter == b"A" and after not in deleted  # the same content under a new name is no creation
        changes.append(Change(path=_text(path), added=added_lines, deleted=deleted_lines, created=created))
    return tuple(changes), frozenset(gone), at


def objects(printed: bytes) -> Iterator[str | None]:
    """The texts that `git cat-file --batch` printed, None for each that it did not find."""
    at = 0
    while at < len(printed):
        end = printed.index(b"\n", at)
        words = printed[at:end].rsplit(b" ", 2)
        at = end + 1
        if words[-1] in {b"missing", b"ambiguous"}:
            yield None
            continue
        size = int(words[-1])
        yield _text(printed[at : at + size]) if words[-2] == b"blob" else None
        at += size + 1


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _instant(epoch: str) -> datetime | None:
    """The instant in UTC; None for a date that no calendar has."""
    try:
        return EPOCH + timedelta(seconds=int(epoch))
    except (ValueError, OverflowError):
        return None
