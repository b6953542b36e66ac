"""What was published, frozen: one JSON file for each edition, complete without the store.

A file is written once and never changed. It holds the digest, the evidence behind every line and the hash of the words
that went out.
"""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from msgspec.structs import fields

from digest.errors import DigestError
from digest.files import write_whole
from digest.model import Activity, Digest, Entry, LeftOut, Outcome, Section
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What a digest was made of, beside its words.

    Attributes:
        evidence: the activities behind its lines.
        known: the refs of all that was done and was offered, told or not; what is done and not here came in late.
        dropped: the refs of next steps that a person took out.
        samples: the refs of the figures of its period.
        seen: the hash of the draft as it was published.
        by, at: who approved it and when; empty where nobody had to.
    """

    evidence: tuple[Activity, ...] = ()
    samples: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    seen: str = ""
    by: str = ""
    at: datetime | None = None


class _Days(msgspec.Struct, frozen=True):
    first: date
    end: date
    zone: str


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """The file as it stands on disk."""

    version: int
    edition: int
    published: datetime
    sha256: str
    title: str
    period: _Days
    sections: tuple[Section, ...]
    maintenance: Entry | None
    left_out: tuple[LeftOut, ...]
    outcomes: tuple[Outcome, ...]
    urls: dict[str, str]
    notes: tuple[str, ...]
    redactions: tuple[str, ...]
    corrections: tuple[str, ...] = ()
    headline: str = ""
    origin: Origin


_SAID = tuple(f.name for f in fields(Digest) if f.name in _Record.__struct_fields__ and f.name != "period")
"""What a file holds of a digest as it is."""


class Edition(msgspec.Struct, frozen=True, kw_only=True):
    """A digest that went out.

    Attributes:
        number: 1 for the first of its period, more for corrections.
        published: when. file: where it lies. origin: what it was made of.
        sha256: the hash of the words that went out (the Markdown form).
    """

    digest: Digest
    number: int
    published: datetime
    sha256: str
    file: Path
    origin: Origin = Origin()

    @property
    def known(self) -> frozenset[str]:
        """The refs of all that was done and known when it went out."""
        told = [ref for s in self.digest.sections if s.name != "next" for e in s.entries for ref in e.refs]
        left = [ref for out in self.digest.left_out for ref in out.refs]
        routine = self.digest.maintenance.refs if self.digest.maintenance else ()
        return frozenset((*self.origin.known, *told, *left, *routine))


def hash_of(markdown: str) -> str:
    """The hash of the words of an edition."""
    return hashlib.sha256(markdown.encode()).hexdigest()


def file_of(folder: Path, slug: str, number: int) -> Path:
    """Where an edition lies; the first one bears the plain name."""
    return folder / (f"{slug}.json" if number == 1 else f"{slug}.{number}.json")


def freeze(folder: Path, digest: Digest, *, markdown: str, origin: Origin, now: datetime, number: int) -> Edition:
    """Write an edition; it must not exist yet.

    Raises:
        DigestError: it exists already, or the folder cannot be written.
    """
    file = file_of(folder, digest.period.slug, number)
    sha256 = hash_of(markdown)
    record = _Record(
        version=VERSION,
        edition=number,
        published=now,
        sha256=sha256,
        period=_Days(digest.period.first, digest.period.end, str(digest.period.zone)),
        origin=origin,
        **{name: getattr(digest, name) for name in _SAID},
    )
    raw = msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"
    if file.exists():
        raise DigestError(f"{file} exists already", "what is published is frozen; digest publish --correct")
    try:
        write_whole(file, raw)
    except OSError as error:
        raise DigestError(f"{file}: {error.strerror}") from None
    return Edition(digest=digest, number=number, published=now, sha256=sha256, file=file, origin=origin)


def thaw(file: Path) -> Edition:
    """Read an edition.

    Raises:
        DigestError: the file is no published digest, or one of a newer version.
    """
    try:
        record = msgspec.json.decode(file.read_bytes(), type=_Record)
    except (OSError, msgspec.MsgspecError) as error:
        raise DigestError(f"{file}: no published digest can be read from it: {error}") from None
    if record.version > VERSION:
        raise DigestError(f"{file}: written by a newer digest (version {record.version})", "update this program")
    period = Period(first=record.period.first, end=record.period.end, zone=ZoneInfo(record.period.zone))
    digest = Digest(
        period=period,
        **{name: getattr(record, name) for name in _SAID},
    )
    return Edition(
        digest=digest,
        number=record.edition,
        published=record.published,
        sha256=record.sha256,
        file=file,
        origin=record.origin,
    )


def editions(folder: Path) -> list[Edition]:
    """Everything that was published, oldest period first, corrections after what they correct."""
    found = [thaw(file) for file in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda e: (e.digest.period.first, e.digest.period.end, e.number))


def latest(folder: Path, slug: str) -> Edition | None:
    """The last edition of a period."""
    return next((e for e in reversed(editions(folder)) if e.digest.period.slug == slug), None)


def edition(folder: Path, slug: str, number: int) -> Edition | None:
    """One edition of a period, None where there is none of that number."""
    file = file_of(folder, slug, number)
    return thaw(file) if file.exists() else None


def dropped(folder: Path, period: Period) -> dict[str, str]:
    """The next steps that a person took out of a digest before `period` and that none told since, by ref: where."""
    found: dict[str, str] = {}
    for one in editions(folder):
        if one.digest.period.end <= period.first:
            found |= dict.fromkeys(one.origin.dropped, one.digest.period.label)
            for section in one.digest.sections:
                for entry in section.entries:
                    for ref in entry.refs:
                        found.pop(ref, None)
    return found


def promised(folder: Path, period: Period) -> list[Sequence[Entry]]:
    """The Next sections of the digests before `period`, the latest first, of each period as it stood at last."""
    last = {e.digest.period.first: e for e in editions(folder) if e.digest.period.end <= period.first}
    return [last[first].digest.section("next").entries for first in sorted(last, reverse=True)]


def before(folder: Path, period: Period) -> Edition | None:
    """The last edition of the latest period that ended at or before the start of `period`."""
    return next((e for e in reversed(editions(folder)) if e.digest.period.end <= period.first), None)
