"""GitHub and GitHub Enterprise: merged pull requests, closed issues, and what is under way, by few GraphQL queries."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import urlsplit

import msgspec

from digest.config import Secret, Table
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from digest.model import Item, Outcome
    from digest.period import Period

Column = Literal["done", "active", "planned", "ignored"]
"""What a column of a project board means."""

_BOARD = regex(r"[A-Za-z0-9][A-Za-z0-9_-]*/[1-9][0-9]*")
_SCOPE = regex(r"(?:org:)?[A-Za-z0-9][A-Za-z0-9_-]*|[A-Za-z0-9][A-Za-z0-9_-]*/[A-Za-z0-9._-]+")


class GitHub(Table, frozen=True):
    """`[collectors.NAME]` with `type = "github"`.

    Attributes:
        repos: `owner/name`, or `org:NAME` for all repositories of an organisation or a user.
        boards: project boards, `owner/number`: their cards tell what is done, under way, and next.
        statuses: what columns of the boards mean that are called otherwise than usual: `done`, `active`, `planned`
            (in the iteration that runs, where there are iterations) or `ignored`.
        include, exclude: globs on `owner/name` or `name`: which repositories of an organisation.
        token: a personal access token; or a GitHub App by `app_id` and `private_key`, and `installation_id` where it
            is not the one that holds the first of `repos`.
        url: the API; of an Enterprise server `https://HOST/api/v3`.
        base: globs of the branches whose merges count as done; by default each repository's default branch. What was
            merged elsewhere (a stacked part, a back-port) is told as `active`.
        issues: tell of closed issues too.
        upcoming: tell of open pull requests, of those that were closed without a merge, and of milestones.
        deadline: the seconds that one run may take, waiting for a rate limit included.
        memos: what the last run counted; no key of the file.
    """

    repos: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    statuses: dict[str, Column] = msgspec.field(default_factory=dict)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    token: Secret = Secret("env:GITHUB_TOKEN")
    app_id: int | str = 0
    private_key: Secret | None = None
    installation_id: int = 0
    url: str = "https://api.github.com"
    base: tuple[str, ...] = ()
    issues: bool = False
    upcoming: bool = True
    deadline: Annotated[int, msgspec.Meta(ge=1)] = 120
    name: str = "github"
    root: Path = Path()
    memos: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.repos and not self.boards:
            raise ValueError('repos: name at least one, like "owner/name" or "org:name"')
        for board in self.boards:
            if not _BOARD.fullmatch(board):
                raise ValueError(f'boards: {board!r} is no project board; write "owner/number" as in its address')
        for repo in self.repos:
            if not _SCOPE.fullmatch(repo) or ("/" in repo) == repo.startswith("org:"):
                raise ValueError(f'repos: {repo!r} is no repository; write "owner/name" or "org:name"')
        if bool(self.app_id) != (self.private_key is not None):
            raise ValueError("app_id and private_key belong together")
        _check_url(self.url)

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """What was merged and closed in the period, and what is under way.

        A window that reaches into the last hour is also read from the repositories themselves, because GitHub's search
        may lie behind. In an organisation milestones are told of repositories with a push in the last 90 days.

        A run that asks for what changed alone also asks how many there are. Where that is not what the last run
        counted, something was deleted, hidden or moved, and all of the period is read.
        """
        from digest.collectors.github.gather import gather

        return gather(self, period, changed_since, clock=time.time, sleep=time.sleep)

    def check(self) -> Iterator[str]:
        """Who the token is, what is left of its rate limit, and what can be read."""
        from digest.collectors.github.inspect import inspect

        return inspect(self, clock=time.time, sleep=time.sleep)

    def takes(self, repository: str) -> bool:
        """Whether a repository of an organisation is wanted."""
        names = (repository.lower(), repository.lower().partition("/")[2])
        wanted = not self.include or any(fnmatchcase(n, p.lower()) for n in names for p in self.include)
        return wanted and not any(fnmatchcase(n, p.lower()) for n in names for p in self.exclude)


def _check_url(url: str) -> None:
    """Refuse an address that no API can stand at, or that would send the token in the clear."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("url: no address of an API; write https://api.github.com or https://HOST/api/v3")
    if host in {"github.com", "www.github.com"}:
        raise ValueError("url: the API of github.com is https://api.github.com")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("url: http would send the token in the clear; write https")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
