"""Ways out: what a delivery is, the message that it takes and the receipt that it gives.

Like a collector, a delivery is its typed config table; third parties register theirs in the entry-point group
`digest.deliveries`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from string import Formatter
from typing import TYPE_CHECKING, Protocol

import msgspec

from digest.model import Digest

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

BUILTIN = {
    "file": "digest.deliveries.file:File",
    "eml": "digest.deliveries.eml:Eml",
    "imap": "digest.deliveries.imap:Imap",
    "smtp": "digest.deliveries.smtp:Smtp",
    "sendmail": "digest.deliveries.sendmail:Sendmail",
    "command": "digest.deliveries.command:Command",
    "slack": "digest.deliveries.slack:Slack",
    "teams": "digest.deliveries.teams:Teams",
    "github": "digest.deliveries.github:Github",
    "gitlab": "digest.deliveries.gitlab:Gitlab",
    "confluence": "digest.deliveries.confluence:Confluence",
}


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A digest, rendered in every form that a delivery may want.

    Attributes:
        id: the same for the same project, period and edition, so that a second run is recognised.
        slug: of the period; names files.
        digest: the frozen digest itself, for outputs that are built from the model.
        at: when it was published, the date of a mail; None leaves that to the moment of sending.
    """

    id: str
    slug: str
    subject: str
    markdown: str
    text: str
    html: str
    digest: Digest
    edition: int = 1
    lang: str = "en"
    at: datetime | None = None


def identity(digest: Digest, edition: int = 1) -> str:
    """The id of a message: 24 hex digits that depend on the project, the period and the edition alone."""
    words = "|".join((digest.title, digest.period.slug, str(edition)))
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def check_places(text: str, known: Collection[str]) -> None:
    """Raise `ValueError` where `text` has a place in braces that there is nothing for."""
    try:
        unknown = {place for _, place, _, _ in Formatter().parse(text) if place is not None} - set(known)
    except ValueError:
        unknown = {text}
    if unknown:
        places = ", ".join(f"{{{place}}}" for place in known)
        raise ValueError(f"{text!r} may hold {places} and nothing else in braces")


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a message: who has it, who refused it for good, who may take it later (with the reason).

    Of a recipient who is named in none of the three, it is not known; `detail` then says why.
    """

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = msgspec.field(default_factory=dict)
    deferred: dict[str, str] = msgspec.field(default_factory=dict)
    detail: str = ""


class Delivery(Protocol):
    """What the pipeline asks of a way out.

    Two more methods are used where a delivery has them: `preview(message) -> str` says in a few lines what would be
    sent, for `--dry-run`; `addressed(to)`, of those that write to people by name, gives the same way to other people.
    """

    name: str
    root: Path

    def recipients(self) -> tuple[str, ...]:
        """The addresses, paths or channels that `deliver` will send to, one journal line each."""

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Send `message` to the recipients `to` (a part of `recipients()`).

        Raises:
            DigestError: nothing was sent to anybody.
        """

    def check(self) -> str:
        """One line that says it could be reached and may be used; raises `DigestError` where not."""
