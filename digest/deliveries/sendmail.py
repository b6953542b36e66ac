"""A digest as a mail through the machine's own `sendmail`: no server to name, no password to keep."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from digest.config import Table
from digest.deliveries import Receipt
from digest.deliveries.login import reason
from digest.deliveries.message import address, check_head, head_of, mailboxes, outline, to_mail
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.deliveries import Message


class Sendmail(Table, frozen=True):
    """Hand the mail to `command`, which queues it whole or not at all. `subject` as for `smtp`."""

    sender: str
    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    name: str = "sendmail"
    root: Path = Path()
    command: str = "/usr/sbin/sendmail"
    reply_to: str = ""
    subject: str = ""
    list_id: str = ""
    bcc: bool = False
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 60

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        address(self.sender)
        check_head(head_of(self))

    def recipients(self) -> tuple[str, ...]:
        """The mailboxes."""
        return mailboxes(self.to)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Queue one mail. The recipients are named on the command line: nothing in the mail can add one."""
        raw = to_mail(message, head_of(self), "send").replace(b"\r\n", b"\n")
        argv = [self.command, "-i", "-f", address(self.sender).addr_spec, "--", *to]
        try:
            done = subprocess.run(argv, input=raw, capture_output=True, timeout=self.timeout, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            return Receipt(detail=f"{self.command} did not end within {self.timeout:g} seconds")
        except OSError as error:
            raise DigestError(f"{self.command}: {error.strerror}") from None
        said = reason(done.stderr) or f"it ended with {done.returncode}"
        if done.returncode == os.EX_OK:
            return Receipt(accepted=to, detail="queued")
        if done.returncode == os.EX_TEMPFAIL:
            return Receipt(deferred=dict.fromkeys(to, said))
        if done.returncode < 0:
            return Receipt(detail=f"{self.command} was killed")
        raise DigestError(f"{self.command}: {said}")

    def addressed(self, to: tuple[str, ...]) -> Sendmail:
        """The same way to other people."""
        return msgspec.structs.replace(self, to=to)

    def preview(self, message: Message) -> str:
        """The envelope, the head and the sizes of the mail."""
        envelope = f"from {address(self.sender).addr_spec} to {', '.join(self.recipients())} by {self.command}"
        return outline(to_mail(message, head_of(self), "send"), message, envelope)

    def check(self) -> str:
        """Whether the command is there."""
        if not os.access(self.command, os.X_OK):
            raise DigestError(f"{self.command}: there is no such command")
        return f"{self.command} is there"
