"""A digest as a draft in a mailbox: a person finds it among the drafts, looks at it and sends it."""

from __future__ import annotations

import base64
import imaplib
import re
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from digest.config import Table
from digest.deliveries import Receipt
from digest.deliveries.login import Login, check_login, reason, verified, xoauth2
from digest.deliveries.message import address, check_head, head_of, message_id, outline, to_mail
from digest.errors import DigestError, TryLater
from digest.regex import regex

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from digest.deliveries import Message

PORTS = {"tls": 993, "starttls": 143}

_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"(?:\\.|[^"\\])*"|NIL) (?P<name>.+)')
_FOREIGN = regex(r"[^\x20-\x7e]+|&")


class Imap(Table, frozen=True):
    """Put a draft into the mailbox of `login`. `mailbox` is found by itself where the server marks its drafts."""

    host: str
    login: Login
    sender: str
    name: str = "imap"
    root: Path = Path()
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    security: Literal["tls", "starttls"] = "tls"
    ca_file: str = ""
    mailbox: str = ""
    to: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def __post_init__(self) -> None:
        """Refuse what is no address, and a login that is incomplete."""
        address(self.sender)
        check_head(head_of(self))
        if not self.login.user:
            raise ValueError("login needs a user and a password or a token")
        check_login(self.login, self.security, self.host)

    def recipients(self) -> tuple[str, ...]:
        """The drafts of the user: nobody else gets a mail by this."""
        return (f"drafts of {self.login.user}",)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Append the draft, unless the same one is there already."""
        raw = to_mail(message, head_of(self), "draft")
        with self._logged_in() as server:
            drafts = self._drafts(server)
            if self._holds(server, drafts, message_id(message, head_of(self))):
                return Receipt(accepted=to, detail=f"it lies in {drafts} already")
            try:
                kind, said = server.append(drafts, r"(\Draft \Seen)", datetime.now(UTC), raw)
            except (OSError, imaplib.IMAP4.abort) as error:
                return Receipt(detail=f"the connection was lost: {reason(error)}")
        if kind != "OK":
            raise DigestError(f"{self._place}: {drafts} takes no draft: {reason(said[0])}")
        return Receipt(accepted=to, detail=f"it lies in {drafts}")

    def preview(self, message: Message) -> str:
        """The head and the sizes of the draft."""
        envelope = f"none, a draft of {self.login.user} at {self._place}"
        return outline(to_mail(message, head_of(self), "draft"), message, envelope)

    def check(self) -> str:
        """Connect, log in and find the drafts."""
        with self._logged_in() as server:
            return f"{self._place} lets {self.login.user} in, the drafts are {self._drafts(server)}"

    @property
    def _place(self) -> str:
        return f"{self.host}:{self._port}"

    @property
    def _port(self) -> int:
        return self.port or PORTS[self.security]

    def _drafts(self, server: imaplib.IMAP4) -> str:
        """The name of the mailbox as the protocol writes it, quoted."""
        if self.mailbox:
            return '"' + encoded(self.mailbox).replace("\\", "\\\\").replace('"', '\\"') + '"'
        kind, rows = server.list('""', '"*"')
        for row in rows if kind == "OK" else []:
            found = _LISTED.fullmatch(row) if isinstance(row, bytes) else None
            if found and rb"\drafts" in found["flags"].lower().split():
                name = found["name"].decode("ascii", "replace")
                return name if name.startswith('"') else f'"{name}"'
        raise DigestError(f"{self._place}: no mailbox is marked as the one for drafts", "name it in `mailbox`")

    def _holds(self, server: imaplib.IMAP4, drafts: str, message: str) -> bool:
        kind, said = server.select(drafts, readonly=True)
        if kind != "OK":
            raise DigestError(f"{self._place}: {drafts} cannot be opened: {reason(said[0] or b'')}", "see `mailbox`")
        kind, found = server.uid("SEARCH", "HEADER", "Message-ID", message)
        return kind == "OK" and bool(found[0])

    @contextmanager
    def _logged_in(self) -> Iterator[imaplib.IMAP4]:
        context = verified(self.ca_file, self.root)
        try:
            if self.security == "tls":
                server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                    self.host, self._port, ssl_context=context, timeout=self.timeout
                )
            else:
                server = imaplib.IMAP4(self.host, self._port, timeout=self.timeout)
        except (OSError, imaplib.IMAP4.error) as error:
            raise _unreachable(self._place, error) from None
        try:
            self._log_in(server, context)
            yield server
        except (OSError, imaplib.IMAP4.error) as error:
            raise _unreachable(self._place, error) from None
        finally:
            with suppress(OSError, imaplib.IMAP4.error):
                server.logout()
            with suppress(OSError):
                server.shutdown()

    def _log_in(self, server: imaplib.IMAP4, context: ssl.SSLContext) -> None:
        login = self.login
        if self.security == "starttls":
            server.starttls(context)
        try:
            if login.token:
                answer = xoauth2(login.user, login.token.reveal(self.root))
                server.authenticate("XOAUTH2", lambda challenge: answer(challenge).encode())
            elif login.password:
                server.login(login.user, login.password.reveal(self.root))
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            raise DigestError(
                f"{self._place}: it does not let {login.user} in: {reason(error)}",
                "many providers ask for an app password, or for a token of OAuth 2",
            ) from None


def encoded(name: str) -> str:
    """The name of a mailbox in the modified UTF-7 of IMAP: `Entwürfe` is `Entw&APw-rfe`."""

    def shift(found: re.Match[str]) -> str:
        if found[0] == "&":
            return "&-"
        return "&" + base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=").replace("/", ",") + "-"

    return _FOREIGN.sub(shift, name)


def _unreachable(place: str, error: Exception) -> DigestError:
    text = reason(error)
    return DigestError(f"{place}: {text}") if "certificate" in text else TryLater(f"{place}: {text}")
