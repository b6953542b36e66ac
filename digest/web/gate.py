"""Who may ask: the browser that the printed address was opened in, from the page that it was given, and nobody else.

Any page of the web can send requests to this machine, and so can a page on another port of it. Each rule below stands
against one way of that.
"""

from __future__ import annotations

import secrets
from hmac import compare_digest
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from flask import Request

LARGEST = 256 * 1024
"""Bytes of a request."""

OURS = frozenset({"", "none", "same-origin"})
"""What a browser says of this page's own requests and of an address that was typed; other programs say nothing."""

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
PREVIEW = f"{NOTHING}; style-src 'unsafe-inline'; sandbox".replace("ancestors 'none'", "ancestors 'self'")


INSIDE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0; url=/"><title>Review</title>
<p><a href="/">Go on to the review</a></p></html>
"""
"""Where the address was followed from a file or another page, the cookie is only sent from a page of our own."""


def page_policy(nonce: str) -> str:
    """What the page itself may do: run its own script, talk to us, frame our previews."""
    return (
        f"{NOTHING}; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; frame-src 'self'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _secret() -> str:
    return secrets.token_urlsafe(32)


class Gate(msgspec.Struct, kw_only=True):
    """The secrets of one run, each for one purpose."""

    port: int
    link: str = msgspec.field(default_factory=_secret)
    cookie: str = msgspec.field(default_factory=_secret)
    csrf: str = msgspec.field(default_factory=_secret)

    @property
    def address(self) -> str:
        """What a person opens; it lets one browser in, once."""
        return f"http://127.0.0.1:{self.port}/?token={self.link}"

    @property
    def cookie_name(self) -> str:
        """Cookies do not know of ports: two reviews at once need two names."""
        return f"digest-{self.port}"

    def enter(self, token: str) -> bool:
        """Whether the token of the address is right; it is used up by that."""
        right = bool(self.link) and compare_digest(token.encode(), self.link.encode())
        if right:
            self.link = ""
        return right

    def knows(self, request: Request) -> bool:
        """Whether the browser is the one that was let in."""
        return compare_digest(request.cookies.get(self.cookie_name, "").encode(), self.cookie.encode())

    def refusal(self, request: Request) -> str:
        """Why a request is turned away; empty where it is not."""
        host = request.headers.get("Host", "")
        if host not in {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}:
            return "this is not the address that was printed"  # another name that leads here: DNS rebinding
        if request.method not in {"GET", "POST"}:
            return "there is no such request"
        if request.method == "GET" and request.path == "/" and "token" in request.args:
            return ""  # the token is looked at where it is used up
        if request.headers.get("Sec-Fetch-Site", "") not in OURS:
            return "another page asked; paste the address into a new tab"
        if not self.knows(request):
            return "open the address that was printed in the terminal"
        return self._refusal_to_write(request, host) if request.method == "POST" else ""

    def _refusal_to_write(self, request: Request, host: str) -> str:
        if request.headers.get("Origin", "") != f"http://{host}":
            return "another page asked"
        if not compare_digest(request.headers.get("X-CSRF-Token", "").encode(), self.csrf.encode()):
            return "this page is of an earlier run; reload it"
        if request.content_type != "application/json":  # a form can send other kinds without asking
            return "only JSON is read"
        if request.content_length is None or request.content_length > LARGEST:
            return f"more than {LARGEST} bytes, or no length"
        return ""
