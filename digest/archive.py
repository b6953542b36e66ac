"""What was published, frozen: one JSON file for each edition, complete without the store.

A file is written once and never changed. It holds the digest, the evidence behind every line and the hash of the words
that went out.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec

from digest.errors import DigestError
from digest.files import write_whole
from digest.model import Activity, Digest, Entry, LeftOut, Outcome, Section
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1


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
    evidence: tuple[Activity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A digest that went out.

    Attributes:
        number: 1 for the first of its period, more for corrections.
        published: when. file: where it lies. evidence: the activities behind its lines.
        sha256: the hash of the words that went out (the Markdown form).
    """

    digest: Digest
    number: int
    published: datetime
    sha256: str
    file: Path
    evidence: tuple[Activity, ...] = ()


def file_of(folder: Path, slug: str, number: int) -> Path:
    """Where an edition lies; the first one bears the plain name."""
    return folder / (f"{slug}.json" if number == 1 else f"{slug}.{number}.json")


def freeze(
    folder: Path, digest: Digest, *, markdown: str, evidence: Sequence[Activity], now: datetime, number: int
) -> Edition:
    """Write an edition; it must not exist yet.

    Raises:
        DigestError: it exists already, or the folder cannot be written.
    """
    file = file_of(folder, digest.period.slug, number)
    sha256 = hashlib.sha256(markdown.encode()).hexdigest()
    record = _Record(
        version=VERSION,
        edition=number,
        published=now,
        sha256=sha256,
        title=digest.title,
        period=_Days(digest.period.first, digest.period.end, str(digest.period.zone)),
        evidence=tuple(evidence),
        **{
            name: getattr(digest, name)
            for name in ("sections", "maintenance", "left_out", "outcomes", "urls", "notes", "redactions")
        },
    )
    raw = msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n"
    if file.exists():
        raise DigestError(f"{file} exists already", "what is published is frozen; digest publish --correct")
    try:
        write_whole(file, raw)
    except OSError as error:
        raise DigestError(f"{file}: {error.strerror}") from None
    return Edition(digest=digest, number=number, published=now, sha256=sha256, file=file, evidence=tuple(evidence))


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
        title=record.title,
        period=period,
        sections=record.sections,
        maintenance=record.maintenance,
        left_out=record.left_out,
        outcomes=record.outcomes,
        urls=record.urls,
        notes=record.notes,
        redactions=record.redactions,
    )
    return Edition(
        digest=digest,
        number=record.edition,
        published=record.published,
        sha256=record.sha256,
        file=file,
        evidence=record.evidence,
    )


def editions(folder: Path) -> list[Edition]:
    """Everything that was published, oldest period first, corrections after what they correct."""
    found = [thaw(file) for file in sorted(folder.glob("*.json"))]
    return sorted(found, key=lambda e: (e.digest.period.first, e.digest.period.end, e.number))


def latest(folder: Path, slug: str) -> Edition | None:
    """The last edition of a period."""
    return next((e for e in reversed(editions(folder)) if e.digest.period.slug == slug), None)


def before(folder: Path, period: Period) -> Edition | None:
    """The last edition of the latest period that ended at or before the start of `period`."""
    return next((e for e in reversed(editions(folder)) if e.digest.period.end <= period.first), None)
