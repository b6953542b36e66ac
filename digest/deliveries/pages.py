"""What deliveries share that keep a digest as a page on a site: a marker to find it again, and the calls to the site.

A page holds a hidden marker: which delivery wrote it, for which period, and which message it holds. So a second run, or
one after a crash, finds the page that is there, and a correction replaces the words of the first edition.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from digest.deliveries import Receipt, identity
from digest.deliveries.login import LOOPBACK, reason
from digest.deliveries.webhook import GOOD, LIMITED, never_connected
from digest.errors import DigestError, TryLater
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.deliveries import Message

BROKEN = 500
SILENT = "\u200b"
"""A blank of no width: what it parts is shown as before and is no mention."""

LONGEST_TITLE = 250
"""GitHub takes 256 characters, GitLab and Confluence 255."""

_CODE = r"(?P<ticks>(?<!`)`+(?!`))[^\n]*?(?<!`)(?P=ticks)(?!`)"
_LEFT_ALONE = rf"(?P<keep>\\[\\`\[\]<]|{_CODE}|\]\([^)\s]*\)|<https?:[^>\s]*>|https?://\S+)"
_CALLS = r"@(?=\\?\w)|[#!~%$^](?=\\?[\w\"])|&(?=\d)|\bGH-(?=\d)|(?m:^)/(?=\w)"
_CALLING = regex(f"{_LEFT_ALONE}|{_CALLS}")
_CALLING_ALONE = regex(_CALLS)


class Lost(Exception):  # noqa: N818 - it is a state: nobody knows whether it was done
    """The connection was lost, or the site broke, after something was asked of it."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. handle: what the site calls it. address: for people. current: it holds this very message."""

    handle: Any
    address: str
    current: bool


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """`place` is the same for all editions of a period by one delivery; `whole` is of this message alone."""

    place: str
    whole: str

    def on(self, body: str, handle: Any, address: str) -> Page | None:
        """The page that a body with this marker in it is of; None where it has none."""
        return Page(handle=handle, address=address, current=self.whole in body) if self.place in body else None


def marker(message: Message, delivery: str) -> Marker:
    """The marker of a message, in letters, digits and `-` only."""
    name = hashlib.sha256(delivery.encode()).hexdigest()[:6]
    place = f"digest-{identity(message.digest)}-{name}"
    return Marker(
        place=place, whole=f"{place}-{hashlib.sha256((message.id + message.markdown).encode()).hexdigest()[:12]}"
    )


def quiet(markdown: str) -> str:
    """Markdown in which no name is called, no issue referred to and no command given; code and addresses stay."""
    return _CALLING.sub(lambda found: found[0] if found["keep"] else f"{found[0]}{SILENT}", markdown)


def quiet_title(text: str) -> str:
    """A title that is no Markdown, so that nothing in it is code or an address; not too long for any of the sites."""
    said = _CALLING_ALONE.sub(lambda found: f"{found[0]}{SILENT}", text)
    return said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1].rstrip()}…"


def check_site(url: str) -> None:
    """Raise `ValueError` where `url` is no address of a site, or would send the token in the clear."""
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or parts.username:
        raise ValueError(f"url: {url!r} is no address of a site, such as https://example.com")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("url: http would send the token in the clear, write https")


@dataclass(frozen=True, slots=True, kw_only=True)  # no struct: it can leave the token out of what it prints
class Site:
    """The API of a site. name: of the delivery. called: how people call the site. headers: they hold the token."""

    name: str
    called: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    timeout: float

    def read(self, path: str, **query: str | int) -> Any:
        """What the site says about something.

        Raises:
            TryLater: it does not answer, or not now.
            DigestError: it refused.
        """
        try:
            return self.ask("GET", path, query=query)
        except Lost as error:
            raise TryLater(f"{self.name}: {self.called}: {error}") from None

    def ask(self, method: str, path: str, *, query: Mapping[str, Any] | None = None, body: Any = None) -> Any:
        """Ask for something to be done.

        Raises:
            Lost: nobody knows whether it was done.
            TryLater: it was not done and may be later.
            DigestError: it was refused.
        """
        import requests

        url = f"{self.url.rstrip('/')}/{path.lstrip('/')}" if path else self.url
        try:
            answer = requests.request(
                method,
                url,
                params=query,
                json=body,
                headers=dict(self.headers),
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if never_connected(error):
                raise TryLater(f"{self.name}: {self.called} cannot be reached", "nothing was sent") from None
            raise Lost(f"the connection was lost: {type(error).__name__}") from None
        except ValueError:  # a token that cannot stand in a header; the text would hold it
            raise DigestError(f"{self.name}: the token holds what no token holds") from None
        return self._judge(answer.status_code, answer.text, answer.headers)

    def _judge(self, status: int, text: str, headers: Mapping[str, str]) -> Any:
        said = f"{status} {reason(re.sub(r'<[^>]*>', ' ', text[:2000]))}".strip()
        if status in GOOD:
            try:
                return msgspec.json.decode(text or "null")
            except msgspec.DecodeError:
                raise Lost(f"{self.called} did not answer in JSON") from None
        if status == LIMITED or "Retry-After" in headers:
            raise TryLater(f"{self.name}: {self.called} asks to wait {headers.get('Retry-After', '?')} seconds: {said}")
        if status >= BROKEN:
            raise Lost(said)
        hints = {
            401: "is the token right?",
            403: "may the token write there?",
            404: "is it there, and may the token see it?",
        }
        raise DigestError(f"{self.name}: {self.called} refused it: {said}", hints.get(status, ""))


def once(name: str, find: Callable[[], Page | None], put: Callable[[Page | None], str], to: tuple[str, ...]) -> Receipt:
    """Make the page or bring it up to date, unless it is; where the answer was lost, look whether it was done.

    Args:
        name: of the delivery.
        find: looks for the page.
        put: makes it where it is given None, else writes it over; gives its address.
        to: who has it then.

    Raises:
        DigestError: nothing was written.
    """
    there = find()
    if there and there.current:
        return Receipt(accepted=to, detail=f"it is there already: {there.address}")
    try:
        return Receipt(accepted=to, detail=put(there))
    except Lost as lost:
        try:
            again = find()
        except DigestError:
            return Receipt(detail=str(lost))
        if again and again.current:
            return Receipt(accepted=to, detail=again.address)
        raise TryLater(f"{name}: {lost}", "it is not there; the next run looks again before it writes") from None
