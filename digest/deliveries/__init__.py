"""Ways out: what a delivery is, the message that it takes and the receipt that it gives.

Like a collector, a delivery is its typed config table; third parties register theirs in the entry-point group
`digest.deliveries`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from digest.model import Digest

if TYPE_CHECKING:
    from pathlib import Path

BUILTIN = {
    "file": "digest.deliveries.file:File",
    "eml": "digest.deliveries.eml:Eml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A digest, rendered in every form that a delivery may want.

    Attributes:
        id: the same for the same project, period and edition, so that a second run is recognised.
        slug: of the period; names files.
        digest: the frozen digest itself, for outputs that are built from the model.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a message: who has it, who refused it for good, who may take it later (with the reason)."""

    accepted: tuple[str, ...] = ()
    refused: dict[str, str] = field(default_factory=dict)
    deferred: dict[str, str] = field(default_factory=dict)
    detail: str = ""


class Delivery(Protocol):
    """What the pipeline asks of a way out."""

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
