"""A digest as a mail through a mail server, with a verdict for each recipient."""

from __future__ import annotations

import smtplib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from digest.config import Table
from digest.deliveries import Receipt
from digest.deliveries.login import Login, Security, check_login, reason, verified, xoauth2
from digest.deliveries.message import address, check_head, head_of, mailboxes, outline, to_mail
from digest.errors import DigestError, TryLater

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.deliveries import Message

PORTS: dict[Security, int] = {"starttls": 587, "tls": 465, "none": 25}
ACCEPTED = 2
LATER = 4


class Smtp(Table, frozen=True):
    """Send by SMTP. The connection is encrypted and the server's certificate verified, or nothing is sent.

    `ca_file` names the authority of a company's own certificates. `login` is needed where the server asks for one.
    `subject` may hold {subject}, {title} and {label}.
    """

    host: str
    sender: str
    to: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    name: str = "smtp"
    root: Path = Path()
    port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    security: Security = "starttls"
    ca_file: str = ""
    login: Login = Login()
    reply_to: str = ""
    subject: str = ""
    list_id: str = ""
    bcc: bool = False
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def __post_init__(self) -> None:
        """Refuse what is no address, and a login that cannot be or would be sent in the clear."""
        address(self.sender)
        check_head(head_of(self))
        check_login(self.login, self.security, self.host)

    def recipients(self) -> tuple[str, ...]:
        """The mailboxes."""
        return mailboxes(self.to)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Send one mail to all of `to` in one transaction."""
        raw = to_mail(message, head_of(self), "send")
        with self._connected() as server:
            answers = self._address(server, to, len(raw))
            accepted = tuple(who for who, code, _ in answers if code // 100 == ACCEPTED)
            refused = {who: f"{code} {said}" for who, code, said in answers if code // 100 not in {ACCEPTED, LATER}}
            deferred = {who: f"{code} {said}" for who, code, said in answers if code // 100 == LATER}
            if not accepted:
                return Receipt(refused=refused, deferred=deferred)
            try:
                code, answer = server.data(raw)
                said = reason(answer)
            except smtplib.SMTPDataError as error:
                code, said = error.smtp_code, reason(error.smtp_error)
            except (OSError, smtplib.SMTPException) as error:  # it may have been taken, and its answer lost
                return Receipt(refused=refused, deferred=deferred, detail=f"the connection was lost: {reason(error)}")
        verdict = f"{code} {said}"
        if code // 100 == ACCEPTED:
            return Receipt(accepted=accepted, refused=refused, deferred=deferred, detail=verdict)
        (deferred if code // 100 == LATER else refused).update(dict.fromkeys(accepted, verdict))
        return Receipt(refused=refused, deferred=deferred)

    def addressed(self, to: tuple[str, ...]) -> Smtp:
        """The same way to other people."""
        return msgspec.structs.replace(self, to=to)

    def preview(self, message: Message) -> str:
        """The envelope, the head and the sizes of the mail."""
        envelope = f"from {address(self.sender).addr_spec} to {', '.join(self.recipients())} by {self._place}"
        return outline(to_mail(message, head_of(self), "send"), message, envelope)

    def check(self) -> str:
        """Connect, encrypt and log in."""
        with self._connected():
            return f"{self._place} lets {self.login.user or 'anybody'} in, over {self.security}"

    @property
    def _place(self) -> str:
        return f"{self.host}:{self.port or PORTS[self.security]}"

    def _address(self, server: smtplib.SMTP, to: tuple[str, ...], size: int) -> list[tuple[str, int, str]]:
        """Name the sender and every recipient; nothing is sent yet, so that an error here is a plain one."""
        sender = address(self.sender).addr_spec
        try:
            code, said = server.mail(sender, [f"size={size}"] if server.has_extn("size") else [])
            if code // 100 != ACCEPTED:
                kind = TryLater if code // 100 == LATER else DigestError
                raise kind(f"{self._place}: it takes no mail from {sender}: {code} {reason(said)}")
            return [(who, code, reason(said)) for who in to for code, said in [server.rcpt(who)]]
        except (OSError, smtplib.SMTPException) as error:
            raise TryLater(f"{self._place}: {reason(error)}", "nothing was sent") from None

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._connect()
        try:
            yield server
        finally:
            with suppress(OSError, smtplib.SMTPException):  # what was taken is taken, whatever comes of the farewell
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        port = self.port or PORTS[self.security]
        context = verified(self.ca_file, self.root)
        try:
            if self.security == "tls":
                server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, port, timeout=self.timeout, context=context)
            else:
                server = smtplib.SMTP(self.host, port, timeout=self.timeout)
        except (OSError, smtplib.SMTPException) as error:
            raise _unreachable(self._place, error) from None
        try:
            if self.security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if self.login.user:
                self._log_in(server)
        except (OSError, smtplib.SMTPException) as error:
            server.close()
            raise _unreachable(self._place, error) from None
        except DigestError:
            server.close()
            raise
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        """One attempt by one mechanism: a second one would count twice where wrong passwords lock an account."""
        login, offered = self.login, server.esmtp_features.get("auth", "").upper().split()
        try:
            if login.token:
                server.auth("XOAUTH2", xoauth2(login.user, login.token.reveal(self.root)))
            elif login.password:
                server.user, server.password = login.user, login.password.reveal(self.root)
                if "PLAIN" in offered:
                    server.auth("PLAIN", server.auth_plain)
                else:
                    server.auth("LOGIN", server.auth_login)
        except smtplib.SMTPAuthenticationError as error:
            said = f"{error.smtp_code} {reason(error.smtp_error)}"
            raise DigestError(
                f"{self._place}: it does not let {login.user} in: {said}",
                "many providers ask for an app password, or for a token of OAuth 2",
            ) from None


def _unreachable(place: str, error: Exception) -> DigestError:
    """Before anything was sent. A server that does not offer what is asked for never will; others may come back."""
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return DigestError(f"{place}: {reason(error)}", 'nothing is sent in the clear; is security = "tls" right?')
    text = reason(error)
    return DigestError(f"{place}: {text}") if "certificate" in text else TryLater(f"{place}: {text}")
