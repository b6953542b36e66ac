"""Tickets of a Jira, Cloud or Data Center: what was closed in the period, what is under way, what is planned.

`site` asks, `query` writes the JQL, `search` turns the pages, `catch` decides what to search for, `history` finds the
closing, `ticket` reads a ticket, `memory` is what a run need not ask for again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec

from digest.collectors.jira.gather import Gathering
from digest.collectors.jira.lookup import visible
from digest.collectors.jira.memory import Memory
from digest.collectors.jira.query import without_order
from digest.collectors.jira.site import connect, server, survey, whoami
from digest.collectors.jira.ticket import fold
from digest.collectors.jira.trouble import Trouble
from digest.config import Secret, Table
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime

    from digest.collectors.jira.site import Site
    from digest.model import Item, Outcome
    from digest.period import Period

DECLINED = (
    "Won't Do",
    "Won't Fix",
    "Wontfix",
    "Duplicate",
    "Cannot Reproduce",
    "Declined",
    "Rejected",
    "Cancelled",
    "Canceled",
    "Abandoned",
    "Obsolete",
    "Invalid",
    "Incomplete",
    "Not a Bug",
    "Known Error",
)
SHOWN = 12

_LOOPBACK = regex(r"http://(localhost|127\.[\d.]+|\[::1\])(:|/|$)")


class Jira(Table, frozen=True):
    """The table of a Jira.

    Attributes:
        url: the address in front of `/browse`.
        user: the e-mail address that belongs to a token of Jira Cloud; empty for a personal access token.
        projects: keys of projects. jql: a condition of your own. Where both stand, both have to hold.
        upcoming: also what is under way and in the next sprint.
        declined: resolutions, or statuses of workflows without resolutions, that close a ticket undone.
        deadline: the seconds that a run may take.
        memos: what earlier runs looked up; not of the table, the store tells it.
    """

    url: str
    token: Secret
    user: str = ""
    projects: tuple[str, ...] = ()
    jql: str = ""
    upcoming: bool = True
    declined: tuple[str, ...] = DECLINED
    deadline: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 120
    name: str = "jira"
    root: Path = Path()
    memos: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("url is a web address like https://acme.atlassian.net")
        if "@" in parts.netloc:
            raise ValueError("url holds a password: write user and token instead")
        if not without_order(self.jql) and not self.projects:
            raise ValueError('name projects = ["PAY"] or a jql')
        if not all(p.strip() and p.isprintable() for p in self.projects):
            raise ValueError("a key in projects is empty or holds a control character")

    @property
    def site_url(self) -> str:
        """The address without a slash, or a page of the site, at its end."""
        return re.sub(r"/+(browse/.*)?$", "", self.url.strip())

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """Tickets closed in `period`, to the instant, and all that are under way or planned now."""
        with self._connect() as site:
            yield from Gathering(
                site=site,
                period=period,
                changed_since=changed_since,
                projects=self.projects,
                jql=self.jql,
                declined=frozenset(map(fold, self.declined)),
                upcoming=self.upcoming,
                memory=Memory.of(self.memos, period),
            ).run()

    def check(self) -> Iterator[str]:
        """Who we are, what this site is, and which projects can be seen."""
        with self._connect() as site:
            me = whoami(site)
            traits, told = survey(site, me), server(site)
            yield f"user {traits.user}" + (f", zone {me['timeZone']}" if me.get("timeZone") else "")
            if self.site_url.startswith("http://") and not _LOOPBACK.match(self.site_url):
                yield "http: the token can be read on its way; https would hide it"
            yield f"Jira {'Cloud' if traits.cloud else 'Data Center'} {told['version']} at {traits.base}"
            seen = visible(site, traits, self.projects)
            if hidden := [p for p in self.projects if p.upper() not in seen]:
                raise site.error(Trouble.hidden(traits.user, hidden))
            more = f" and {len(seen) - SHOWN} more" if len(seen) > SHOWN else ""
            yield f"projects visible: {', '.join(seen[:SHOWN])}{more}"

    def _connect(self) -> AbstractContextManager[Site]:
        token = self.token.reveal(self.root)
        return connect(self.name, url=self.site_url, user=self.user, token=token, seconds=self.deadline)
