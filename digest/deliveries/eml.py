"""A digest as a new mail in a file (`.eml`): a person opens it in a mail program, looks at it and sends it.

Thunderbird, Apple Mail and classic Outlook open it for editing; for others a draft in the mailbox (`imap`) is the way.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from digest.config import Table
from digest.deliveries import check_places
from digest.deliveries.file import PLACES, check_folder, fill, put
from digest.deliveries.message import check_head, head_of, outline, to_mail

if TYPE_CHECKING:
    from digest.deliveries import Message, Receipt


class Eml(Table, frozen=True):
    """Write a mail to a file. `sender` and `to` may be left to the person who sends it.

    `path` is relative to the folder of the configuration and may hold {slug}, {label} and {edition}; `subject` may hold
    {subject}, {title} and {label}.
    """

    name: str = "eml"
    root: Path = Path()
    path: str = "digests/published/{slug}.eml"
    sender: str = ""
    to: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        """Refuse a path that cannot be filled, and what is no address."""
        check_places(self.path, PLACES)
        check_head(head_of(self))

    def recipients(self) -> tuple[str, ...]:
        """The path as it stands in the configuration: nobody gets a mail by this."""
        return (self.path,)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Write the file."""
        return put(fill(self.root, self.path, message), to_mail(message, head_of(self), "template"), to)

    def preview(self, message: Message) -> str:
        """The head and the sizes of the mail in the file."""
        envelope = f"none, a mail in {fill(self.root, self.path, message)}"
        return outline(to_mail(message, head_of(self), "template"), message, envelope)

    def check(self) -> str:
        """Whether the folder can be written."""
        return check_folder(self.root, self.path)
