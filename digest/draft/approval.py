"""Who stands by the words of a draft: bound to what was seen, so that an edit after it asks again."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

from digest.draft.marks import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.model import Digest

_DIGITS = 16


class Approval(msgspec.Struct, frozen=True, kw_only=True):
    """One person's word. `seen` is the hash of the words that it was given for."""

    seen: str
    by: str
    at: datetime


def seen(digest: Digest) -> str:
    """The hash of what a digest says: its words, their order, their evidence, and what is still a guess.

    What a formatter does to the file, and what stands in comments, is not seen.
    """
    return hashlib.sha256("\n".join(_said(digest)).encode("utf-8", "replace")).hexdigest()[:_DIGITS]


def _said(digest: Digest) -> Iterator[str]:
    yield digest.period.slug
    yield fingerprint(digest.headline)
    for section in digest.sections:
        for entry in section.entries:
            yield f"{section.name} {fingerprint(entry.text)} {entry.sure} {' '.join(entry.refs)}"
    if digest.maintenance:
        yield fingerprint(digest.maintenance.text)
