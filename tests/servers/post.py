"""A mail server on loopback that keeps what it takes, and fails in the ways in which real ones do.

Recipients: `busy@` is told to come later (451), `gone@` does not exist (550). `fault` does it to the whole mail.
"""

from __future__ import annotations

import base64
import socket
from collections.abc import Callable
from typing import Any, Literal, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from tests.servers.tls import Tls

USER, PASSWORD, TOKEN = "sender@example.test", "correct horse", "ya29.token"

Fault = Literal["", "later", "closing", "never", "lost", "dropped", "no sender", "lost early", "no data"]
Kind = Literal["starttls", "tls", "none"]


class _Bound(Controller):
    """Listens on a socket that is bound already, so that no other program can take its port before it does."""

    def __init__(self, handler: object, bound: socket.socket, **rest: Any) -> None:
        super().__init__(handler, **rest)
        self._bound = bound

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._bound, ssl=self.ssl_context)


class Post:
    """A running server; `taken` has (recipients, the mail) of each transaction, `logins` the attempts to log in.

    `watch` is told how far a transaction is: `MAIL`, `RCPT`, `DATA` (the mail has come) and `taken`.
    """

    def __init__(self, kind: Kind, tls: Tls, *, login: bool = True, host: str = "127.0.0.1", without: str = "") -> None:
        self.taken: list[tuple[list[str], bytes]] = []
        self.logins: list[str] = []
        self.fault: Fault = ""
        self.watch: Callable[[str], object] = lambda _: None
        bound = socket.create_server((host, 0))
        self.port: int = bound.getsockname()[1]
        self._controller = _Bound(
            self,
            bound,
            hostname=host,
            port=self.port,
            ssl_context=tls.server() if kind == "tls" else None,
            tls_context=tls.server() if kind == "starttls" else None,
            require_starttls=kind == "starttls",
            auth_required=login and kind == "starttls",
            auth_require_tls=kind == "starttls",
            auth_exclude_mechanism=[without],
            authenticator=self._login,
        )

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _login(self, *given: Any) -> AuthResult:
        mechanism, data = given[3], given[4]
        self.logins.append(mechanism)
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    async def auth_XOAUTH2(self, server: SMTP, words: list[str]) -> AuthResult:  # noqa: N802 - so the mechanism is found
        """A token; where it is wrong, the reason is a challenge that has to be answered with nothing."""
        self.logins.append("XOAUTH2")
        if base64.b64decode(words[1]) == f"user={USER}\1auth=Bearer {TOKEN}\1\1".encode():
            return AuthResult(success=True, auth_data=LoginPassword(USER.encode(), b""))
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        await server._reader.readline()
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(self, *given: Any) -> str:  # noqa: N802 - the name of the command
        """The sender."""
        self.watch("MAIL")
        envelope, sender = given[2], given[3]
        if self.fault == "no sender":
            return "553 5.7.1 that is not you"
        envelope.mail_from = sender
        return "250 OK"

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
        """A recipient."""
        self.watch("RCPT")
        server, envelope, who = given[0], given[2], given[3]
        if self.fault == "lost early":
            server.transport.abort()
        if who.startswith("busy@"):
            return "451 4.7.1 try again later"
        if who.startswith("gone@"):
            return "550 5.1.1 no such user"
        if self.fault != "no data":  # it then wants no mail after all
            envelope.rcpt_tos.append(who)
        return "250 OK"

    async def handle_DATA(self, *given: Any) -> str:  # noqa: N802
        """The mail."""
        self.watch("DATA")
        server, envelope = given[0], given[2]
        if self.fault == "later":
            return "451 4.3.0 disk is full"
        if self.fault == "closing":
            return "421 4.3.2 the service is closing"
        if self.fault == "never":
            return "554 5.7.1 looks like spam"
        if self.fault == "dropped":  # all of it came, and it is gone with the server
            server.transport.abort()
            return "250 nobody hears it"
        self.taken.append((list(envelope.rcpt_tos), bytes(envelope.content)))
        self.watch("taken")
        if self.fault == "lost":
            server.transport.abort()
        return "250 2.0.0 queued"
