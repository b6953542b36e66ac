"""What deliveries over the network share: verified TLS, a login, and in one line what a server said."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Literal, Protocol

from digest.config import Secret, Table
from digest.errors import DigestError
from digest.markdown import one_line
from digest.secret import hide

if TYPE_CHECKING:
    from pathlib import Path

Security = Literal["starttls", "tls", "none"]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
LONGEST = 200


class Login(Table, frozen=True):
    """Who logs in: `user` with a `password`, or with an OAuth 2 access `token` that a command prints."""

    user: str = ""
    password: Secret | None = None
    token: Secret | None = None


def check_login(login: Login, security: Security, host: str) -> None:
    """Raise `ValueError` where a login is incomplete, or would be sent in the clear."""
    if login.password and login.token:
        raise ValueError("give a password or a token, not both")
    if bool(login.user) != bool(login.password or login.token):
        raise ValueError("a login needs a user and a password or a token")
    if login.user and security == "none" and host not in LOOPBACK:
        raise ValueError('security "none" would send the password in the clear')


def verified(ca_file: str, root: Path) -> ssl.SSLContext:
    """TLS that checks the certificate and the name of the server; `ca_file` names an authority of one's own.

    Raises:
        DigestError: the file cannot be read.
    """
    try:
        return ssl.create_default_context(cafile=str(root / ca_file) if ca_file else None)
    except OSError as error:
        raise DigestError(f"ca_file {root / ca_file}: {error.strerror or 'no certificate can be read'}") from None


class Answers(Protocol):
    """What a login mechanism says, first and to each challenge."""

    def __call__(self, challenge: bytes | None = None, /) -> str:
        """The next words."""


def xoauth2(user: str, token: str) -> Answers:
    """The mechanism XOAUTH2: the token first, then nothing, so that the server says what is wrong."""

    def answer(challenge: bytes | None = None, /) -> str:
        return "" if challenge else f"user={user}\1auth=Bearer {token}\1\1"

    return answer


def reason(error: BaseException | bytes | str) -> str:
    """What went wrong, as the other side says it, but for our own secrets."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate cannot be verified: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, OSError) and error.strerror:
        return hide(one_line(error.strerror))
    text = error.decode("utf-8", "replace") if isinstance(error, bytes) else str(error)
    return hide(one_line(text))[:LONGEST]
