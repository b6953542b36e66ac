"""One Jira, asked within a deadline: bounded retries, and every failure as one line without a secret in it.

The `jira` package keeps the session and builds the addresses. Its retries (none after a timeout, a crash on a date in
Retry-After), its paging (no guard against a repeated token) and the texts of its errors (the whole body) stay unused.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec

from digest.collectors.jira.trouble import BAD_QUERY, BUSY, NOWHERE, REMOVED, Trouble, diagnose
from digest.errors import LimitError, SourceError

ATTEMPTS = 4
CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
SPRINT = "com.pyxis.greenhopper.jira:gh-sprint"
EPIC_LINK = "com.pyxis.greenhopper.jira:gh-epic-link"
CATEGORY_CHANGED = "statuscategorychangeddate"
GATEWAY = "https://api.atlassian.com/"


class DeadlineError(SourceError):
    """The time that the source may take is over."""


class QueryError(SourceError):
    """Jira does not take a query: a project, field or value is unknown or hidden."""


class NowhereError(SourceError):
    """There is nothing at an address."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """Where time comes from and how it is waited for."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Site(msgspec.Struct, kw_only=True):
    """A connection that counts down.

    Attributes:
        name: of the source; begins every message.
        url: as configured, without a slash at the end.
        client: the session of the `jira` package.
        seconds: how long everything together may take.
        read_seconds: how long one answer may take to begin.
        numbers: whether it calls the categories of statuses by numbers alone.
        voices: whom the answers were for, as their headers say; "" of one that was for nobody, or does not say it.
    """

    name: str
    url: str
    client: Any
    seconds: float
    clock: Clock = msgspec.field(default_factory=Clock)
    read_seconds: float = READ_SECONDS
    end: float = 0.0
    numbers: bool = False
    lists: dict[str, list[dict[str, Any]]] = msgspec.field(default_factory=dict)
    voices: set[str] = msgspec.field(default_factory=set)
    heard: str = ""

    def __post_init__(self) -> None:
        self.end = self.clock.now() + self.seconds
        self.client._session.hooks["response"].append(self._hear)  # noqa: SLF001 - only there headers can be seen

    def _hear(self, response: Any, **_: Any) -> None:
        self.heard = voice(response.headers)

    def get(self, path: str, **params: Any) -> dict[str, Any]:
        """The object at `rest/api/2/<path>`."""
        answer: dict[str, Any] = self._ask(path, params, dict)
        return answer

    def listed(self, path: str) -> list[dict[str, Any]]:
        """The list of objects at `rest/api/2/<path>`; asked for once, such lists do not change in a run."""
        if path not in self.lists:
            self.lists[path] = [item for item in self._ask(path, {}, list) if isinstance(item, dict)]
        return self.lists[path]

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The object that answers a question too long for an address; nothing is written."""
        answer: dict[str, Any] = self._ask(path, body, dict, post=True)
        return answer

    def error(self, trouble: Trouble) -> SourceError:
        """The trouble as the error that a person reads."""
        kinds = {BAD_QUERY: QueryError, BUSY: LimitError, NOWHERE: NowhereError, REMOVED: NowhereError}
        kind = kinds.get(trouble.status, SourceError)
        return kind(f"{self.name}: {self.url}: {trouble.what}", trouble.hint)

    def _ask(self, path: str, params: dict[str, Any], kind: type, *, post: bool = False) -> Any:
        attempt = 1
        while True:
            answer = self._once(path, params, self._left(), post=post)
            if isinstance(answer, kind) and (answer or kind is list):
                self.voices.add(self.heard)
                return answer
            trouble = answer if isinstance(answer, Trouble) else Trouble.empty(path)
            if attempt == ATTEMPTS or not trouble.passing:
                raise self.error(trouble)
            self._wait(trouble, attempt)
            attempt += 1

    def _once(self, path: str, params: dict[str, Any], left: float, *, post: bool) -> Any:
        """What one request gave, or the trouble that it met."""
        from jira import JIRAError
        from requests import RequestException

        session = self.client._session  # noqa: SLF001 - the only place where a time limit can be set later on
        session.timeout = (min(CONNECT_SECONDS, left), min(self.read_seconds, left))
        try:
            return self.client._get_json(path, params, use_post=post)  # noqa: SLF001 - the public calls page unguarded
        except (JIRAError, RequestException, ValueError, RecursionError) as error:
            return diagnose(error, path)

    def _left(self) -> float:
        left = self.end - self.clock.now()
        if left <= 0:
            raise DeadlineError(
                f"{self.name}: {self.url}: not finished after {self.seconds:g} s",
                "raise deadline, or ask for fewer projects",
            )
        return left

    def _wait(self, trouble: Trouble, attempt: int) -> None:
        seconds = trouble.wait(attempt)
        if seconds >= self.end - self.clock.now():
            what = f"{trouble.what}; the next try would be in {seconds:g} s, after the deadline of {self.seconds:g} s"
            raise self.error(Trouble(what, hint="run again later, or raise deadline", status=trouble.status))
        self.clock.sleep(seconds)


class Traits(msgspec.Struct, frozen=True, kw_only=True):
    """What is particular to a site, and to the user that asks it.

    Attributes:
        cloud: Atlassian's own; else a Data Center or Server.
        base: the web address that people open.
        account, user: who the token belongs to, by the number and by the name.
        voice: what the headers of answers say of who asked; empty where they say nothing.
        sprint, epic_link: the ids of the fields, which differ from site to site; empty where there is none.
        knows_change: whether a ticket tells when the category of its status last changed.
    """

    cloud: bool
    base: str
    account: str
    user: str
    voice: str
    sprint: str
    epic_link: str
    knows_change: bool


@contextmanager
def connect(
    name: str, *, url: str, user: str, token: str, seconds: float, clock: Clock | None = None
) -> Iterator[Site]:
    """The site at `url` for the source `name`; no request is made yet."""
    from jira import JIRA

    auth: dict[str, Any] = {"basic_auth": (user, token)} if user else {"token_auth": token}
    client: Any = JIRA(url, get_server_info=False, max_retries=0, logging=False, **auth)
    try:
        yield Site(name=name, url=url, client=client, seconds=seconds, clock=clock or Clock())
    finally:
        client.close()


def whoami(site: Site) -> dict[str, Any]:
    """Who the token belongs to; `site.voices` is then how the headers call that user.

    Raises:
        SourceError: there is no Jira, or the token is not accepted.
    """
    site.voices.clear()
    me = site.get("myself")
    if not account(me):
        raise site.error(Trouble.refused() if "errorMessages" in me or "message" in me else Trouble.no_jira())
    return me


def account(me: dict[str, Any]) -> str:
    """What a user is known by: the number in Cloud, the key elsewhere."""
    return str(me.get("accountId") or me.get("key") or me.get("name") or "")


def survey(site: Site, me: dict[str, Any] | None = None) -> Traits:
    """Who we are and what this site can do, in two requests.

    `myself` stands before any search: to a search, Cloud answers an expired token with 200 and no ticket at all.

    Raises:
        SourceError: there is no Jira, or the token is not accepted.
    """
    me = me or whoami(site)
    spoken = "".join(site.voices)
    fields = site.listed("field")
    return Traits(
        cloud=_is_cloud(site, me),
        base=_web_address(site.url, server(site)) if site.url.startswith(GATEWAY) else site.url,
        account=account(me),
        user=str(me.get("displayName") or me.get("name") or me.get("accountId")),
        voice=spoken,
        sprint=_custom(fields, SPRINT),
        epic_link=_custom(fields, EPIC_LINK),
        knows_change=any(CATEGORY_CHANGED in map(str.lower, f.get("clauseNames") or ()) for f in fields),
    )


def server(site: Site) -> dict[str, Any]:
    """What the site says of itself, to anybody."""
    told = site.get("serverInfo")
    if "version" not in told:
        raise site.error(Trouble.no_jira())
    return told


def voice(headers: Mapping[str, str]) -> str:
    """Whom an answer was for, as its headers say; empty where it was for nobody, or they do not say it.

    A token that has expired is answered as nobody is, with 200.
    """
    reason = str(headers.get("X-Seraph-LoginReason") or "").upper()
    name = str(headers.get("X-AACCOUNTID") or headers.get("X-AUSERNAME") or "")
    return "" if "FAILED" in reason or "DENIED" in reason or name.lower() == "anonymous" else name


def _is_cloud(site: Site, me: dict[str, Any]) -> bool:
    """Cloud calls its users by number alone, a Data Center by name and key."""
    number, name = bool(me.get("accountId")), bool(me.get("name") or me.get("key"))
    return number if number != name else server(site).get("deploymentType") == "Cloud"


def _web_address(url: str, told: dict[str, Any]) -> str:
    """The address that people open: not the gateway for programs, but what the site behind it calls itself."""
    base = str(told.get("baseUrl") or "").rstrip("/")
    return base if url.startswith(GATEWAY) and base.startswith("https://") else url


def _custom(fields: list[dict[str, Any]], kind: str) -> str:
    return next((str(f["id"]) for f in fields if (f.get("schema") or {}).get("custom") == kind), "")
