"""The wire to GitLab: one question at a time through python-gitlab, asked again with patience until the deadline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import msgspec

from digest.collectors.fault import Fault
from digest.collectors.gitlab.faults import URL_HINT, no_data, no_gitlab, no_user, of_errors, of_exception, of_status
from digest.errors import SourceError

if TYPE_CHECKING:
    from requests import Response

    from digest.collectors.gitlab import GitLab

Row = dict[str, Any]
Answer = TypeVar("Answer")

TIMEOUT = 30.0
"""Seconds that one answer may take; so many GitLab itself allows a question."""

TRIES = 5
LONGEST_PAUSE = 16.0
MISSING = "python-gitlab is not installed"
INSTALL = "pip install 'digest[gitlab]'"


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a question gave: the members of the answer, and why some of the lists inside are not there."""

    data: Row
    lost: dict[str, Fault]


class Wire(msgspec.Struct, kw_only=True):
    """Asks GitLab; guards the client, the deadline and how often in a row it went wrong.

    Attributes:
        site: the address of the server. make: gives the client of python-gitlab.
        until: the instant by which all has to be done.
        headers: of the latest answer. row: how many failures there were in a row.
    """

    site: str
    make: Callable[[], Any]
    until: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    client: Any = None
    headers: Mapping[str, str] = msgspec.field(default_factory=dict)
    row: int = 0

    def one(self, path: str) -> Row:
        """The object at `path` below the REST interface.

        Raises:
            Fault: there is none, after all patience.
        """
        return self._patiently(lambda: self._send("get", path))

    def told(self, text: str) -> Told:
        """The answer to a question in GraphQL.

        Raises:
            Fault: there is none: after all patience, or after the second try where a smaller question may pass.
        """
        return self._patiently(lambda: self._told(text), tries=2)

    def close(self) -> None:
        """Give the connection back."""
        if self.client:
            self.client.session.close()
        self.client = None

    def _patiently(self, send: Callable[[], Answer], tries: int = TRIES) -> Answer:
        """What it gives in the end; a question that is too heavy is not tried so often."""
        tried = 0
        while True:
            try:
                told = send()
            except Fault as fault:
                tried += 1
                self._pause(fault, tried)
                if fault.heavy and tried >= tries:
                    raise
            else:
                self.row = 0
                return told

    def _told(self, text: str) -> Told:
        try:
            answer = self._send("post", f"{self.site}/api/graphql", {"query": text})
        except Fault as fault:
            fault.here = False  # it is about the server, or about who asks
            raise
        data, errors = answer.get("data"), answer.get("errors") or []
        if not isinstance(data, dict) and not errors:
            raise no_gitlab()
        lost = of_errors(errors)
        if not isinstance(data, dict) or "currentUser" not in data:
            raise no_data()
        if data["currentUser"] is None:
            raise no_user()
        return Told(data=data, lost=lost)

    def _send(self, verb: str, path: str, body: Row | None = None, moved: int = 0) -> Row:
        """What one request gave; a project that was moved is followed on the same server only."""
        import requests
        from gitlab.exceptions import GitlabError

        client = self._patient_client()
        if self.clock() >= self.until:
            raise Fault("it was not finished by the deadline", "raise `deadline`, or name fewer projects")
        try:
            answer: Response = client.http_request(verb, path, post_data=body, obey_rate_limit=False)
            told = answer.json()
        except GitlabError as error:
            raise of_status(error.response_code or 0, error.error_message, self.headers, self.clock()) from None
        except requests.TooManyRedirects as error:
            there = self._below(error.response.headers.get("Location", "") if error.response is not None else "")
            if not there or moved or body:
                raise Fault("it redirects elsewhere", URL_HINT) from None
            return self._send(verb, there, None, moved + 1)
        except (requests.RequestException, ValueError) as error:
            raise of_exception(error) from None
        if not isinstance(told, dict):
            raise no_data()
        return told

    def _below(self, location: str) -> str:
        """The path below the API of an address of this server; empty for any other."""
        parts, ours = urlsplit(location), urlsplit(f"{self.site}/api/v4")
        same = not parts.netloc or (parts.scheme, parts.netloc) == (ours.scheme, ours.netloc)
        return parts.path.removeprefix(ours.path) if same and parts.path.startswith(f"{ours.path}/") else ""

    def _patient_client(self) -> Any:
        """A client that does not wait for an answer longer than the deadline allows."""
        if self.client is None:
            self.client = self.make()
            self.client.session.hooks["response"].append(self._note)
            # A token is not sent along to wherever a redirect points.
            self.client.session.max_redirects = 0
        self.client.timeout = max(1.0, min(TIMEOUT, self.until - self.clock()))
        return self.client

    def _note(self, answer: Response, *_: Any, **__: Any) -> None:
        """Keep the headers: python-gitlab's exceptions lose them."""
        self.headers = answer.headers

    def _pause(self, fault: Fault, tries: int) -> None:
        """Wait until it makes sense to ask again; raises the fault where it does not."""
        wait = max(min(2.0**self.row, LONGEST_PAUSE), fault.wait or 0)
        self.row += 1
        if not fault.again or tries >= TRIES:
            raise fault
        if self.clock() + wait >= self.until:
            what = f"{fault.what}; the deadline does not allow to wait"
            raise Fault(what, fault.hint or "raise `deadline`", wait=fault.wait)
        self.sleep(wait)


def connect(source: GitLab, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Wire:
    """A wire with the credentials of `source`.

    Raises:
        DigestError: the secret cannot be read or is none, or python-gitlab is not installed.
    """
    try:
        import gitlab
    except ImportError:
        raise SourceError(f"[collectors.{source.name}]: {MISSING}", INSTALL) from None
    token = source.token.reveal(source.root)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise SourceError(f"[collectors.{source.name}]: what stands at `token` is no token")

    def make() -> gitlab.Gitlab:
        return gitlab.Gitlab(source.site_url, oauth_token=token, user_agent="digest")

    return Wire(site=source.site_url, make=make, until=clock() + source.deadline, clock=clock, sleep=sleep)
