"""JSON over HTTP within a deadline: bounded retries, and every failure as one line without a secret in it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from digest.collectors.fault import asked_wait
from digest.config import Secret
from digest.errors import LimitError, SourceError
from digest.redact import redact

if TYPE_CHECKING:
    from pathlib import Path

    from requests import PreparedRequest, Response

ATTEMPTS = 3
PAUSE = 0.1
CONNECT_SECONDS = 3.0
CHUNK = 65_536
MOST_BYTES = 10_000_000
PASSING = frozenset({429, 502, 503, 504})
REFUSED = {401: "check the token, or user and password", 403: "check what the account may read"}
WAYS = ("env:", "file:", "command:")

Sign = Callable[[Any], Any]
"""What puts the login into a request."""


class AnswerError(SourceError):
    """The server answered, and refused the question: the other questions may still be asked."""


class BrokenError(SourceError):
    """The connection or the answer broke off; asking again may help."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """How to show who we are: a bearer token, a user with a password, further headers."""

    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)

    def signer(self, root: Path) -> Sign:
        """What signs a request. It is always given, so that no password of a ~/.netrc is sent instead."""
        from requests.auth import HTTPBasicAuth

        token = self.token.reveal(root) if self.token else ""
        basic = HTTPBasicAuth(self.user, self.password.reveal(root)) if self.password else None
        more = {k: Secret(v).reveal(root) if v.startswith(WAYS) else v for k, v in self.headers.items()}

        def sign(request: PreparedRequest) -> PreparedRequest:
            request.headers.update(more)
            if token:
                request.headers["Authorization"] = f"Bearer {token}"
            return basic(request) if basic else request

        return sign


def check_address(url: str) -> None:
    """Refuse what is no web address, and one that holds a password."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("url is a web address like https://prometheus.acme.example")
    if "@" in parts.netloc:
        raise ValueError("url holds a password: write user and password instead")


class Web(msgspec.Struct, kw_only=True):
    """A server that is asked until a deadline.

    Attributes:
        name: of the source; begins every message. url: of the server, for messages.
        sign: see `Login.signer`. seconds: how long all questions together may take.
    """

    name: str
    url: str
    sign: Sign
    seconds: float
    end: float = 0.0

    def __post_init__(self) -> None:
        self.end = time.monotonic() + self.seconds

    def ask(self, url: str, form: Mapping[str, str] | None = None) -> Any:
        """The JSON that answers; `form` is posted.

        Raises:
            AnswerError: the server refused this question; the message holds its own words.
            SourceError: it cannot be reached, does not answer in time, or does not answer in JSON.
        """
        for attempt in range(1, ATTEMPTS):
            wait = PAUSE * 2**attempt
            try:
                status, asked, body = self._once(url, form)
                if status not in PASSING:
                    return self._read(status, body)
            except BrokenError:  # the last try tells it
                asked = 0.0
            wait = max(wait, asked)
            if time.monotonic() + wait >= self.end:
                raise LimitError(f"{self.name}: {self.url}: it asks to wait {wait:.0f} s", "run it again later")
            time.sleep(wait)
        status, _, body = self._once(url, form)
        return self._read(status, body)

    def _once(self, url: str, form: Mapping[str, str] | None) -> tuple[int, float, bytes]:
        import requests

        left = self.end - time.monotonic()
        if left <= 0:
            raise self._error(f"not finished after {self.seconds:g} s", "raise deadline")
        try:
            with requests.request(
                "GET" if form is None else "POST",
                url,
                data=form,
                auth=self.sign,
                headers={"Accept": "application/json"},
                timeout=(min(CONNECT_SECONDS, left), left),
                stream=True,
            ) as answer:
                return answer.status_code, asked_wait(answer.headers, time.time()) or 0.0, self._body(answer)
        except requests.exceptions.SSLError:
            hint = "name the company's CA file in REQUESTS_CA_BUNDLE"
            raise self._error("its certificate is not trusted", hint) from None
        except requests.exceptions.Timeout:
            raise self._error(f"no answer within {self.seconds:g} s", "raise deadline, or ask for less") from None
        except requests.RequestException as error:
            what = f"{self.name}: {self.url}: cannot be reached ({type(error).__name__})"
            raise BrokenError(what, "check url and the network") from None

    def _body(self, answer: Response) -> bytes:
        parts: list[bytes] = []
        for chunk in answer.iter_content(CHUNK):
            parts.append(chunk)
            if sum(map(len, parts)) > MOST_BYTES:
                raise self._error("the answer is larger than 10 MB", "ask for less")
            if time.monotonic() > self.end:
                raise self._error(f"not finished after {self.seconds:g} s", "raise deadline, or ask for less")
        return b"".join(parts)

    def _read(self, status: int, body: bytes) -> Any:
        try:
            answer = json.loads(body)
        except ValueError:
            answer = None
        if status in REFUSED:
            raise self._error(f"it answers {status}", REFUSED[status])
        if not 200 <= status < 300:  # noqa: PLR2004 - what HTTP calls a success
            said = answer.get("error") or answer.get("message") if isinstance(answer, dict) else None
            words, _ = redact(" ".join(str(said).split())[:200]) if said else ("", ())
            raise AnswerError(f"{self.name}: {self.url} answers {status}{f': {words}' if words else ''}")
        if answer is None:
            what, hint = "the answer is no JSON", "a proxy or a login page may stand in between"
            raise BrokenError(f"{self.name}: {self.url}: {what}", hint)
        return answer

    def _error(self, what: str, hint: str) -> SourceError:
        return SourceError(f"{self.name}: {self.url}: {what}", hint)
