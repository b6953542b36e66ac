"""GitLab, gitlab.com or a server of one's own: merge requests, issues and what is under way, by few lists.

`asks` says what is wanted, `question` puts it in words, `wire` asks, `gather` goes on until all is there. `listed` and
`rows` keep what came, `facts` reads a row, `homes` knows what is not shown.
"""

from __future__ import annotations

import re
import time
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec

from digest.config import Secret, Table
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from digest.model import Item, Outcome
    from digest.period import Period

GROUP = "group:"
DECLINED = ("wontfix", "won't fix", "won't do", "duplicate", "invalid", "not planned", "declined", "cancelled")

_PART = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_SCOPE = regex(rf"{GROUP}{_PART}(?:/{_PART})*|{_PART}(?:/{_PART})+")


class GitLab(Table, frozen=True):
    """`[collectors.NAME]` with `type = "gitlab"`.

    Attributes:
        projects: `group/name`, also below subgroups, or `group:NAME` for all projects of a group and its subgroups.
        include, exclude: globs on `group/name` or `name`: which projects of a group.
        token: a personal, group or project access token with the scope `read_api`.
        url: the address of the server, with its path where GitLab stands below one.
        base: globs of the branches whose merges count as done; by default each project's default branch. What was
            merged elsewhere (a stacked part, a back-port) is told as `active`.
        issues: tell of closed issues too, and of those that a running milestone holds.
        declined: globs of labels that close an issue undone; of a scoped label `a::b` also of its last part.
        upcoming: tell of open merge requests and of milestones.
        deadline: the seconds that one run may take, waiting for a rate limit included.
        memos: what earlier runs remembered; not of the table, the store tells it.
    """

    projects: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    token: Secret = Secret("env:GITLAB_TOKEN")
    url: str = "https://gitlab.com"
    base: tuple[str, ...] = ()
    issues: bool = False
    declined: tuple[str, ...] = DECLINED
    upcoming: bool = True
    deadline: Annotated[int, msgspec.Meta(ge=1)] = 120
    name: str = "gitlab"
    root: Path = Path()
    memos: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.projects:
            raise ValueError('projects: name at least one, like "group/name" or "group:name"')
        for project in self.projects:
            if not _SCOPE.fullmatch(project):
                raise ValueError(f'projects: {project!r} is no project; write "group/name" or "group:name"')
        _check_url(self.url)

    @property
    def site_url(self) -> str:
        """The address without the path of the API and without a slash at its end."""
        return re.sub(r"/+(api(/v4)?/*)?$", "", self.url.strip())

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """What was merged and closed in the period, and what is under way."""
        from digest.collectors.gitlab.gather import gather

        return gather(self, period, changed_since, clock=time.time, sleep=time.sleep)

    def check(self) -> Iterator[str]:
        """Who the token is and how long it is good for, and what can be read."""
        from digest.collectors.gitlab.inspect import inspect

        return inspect(self, clock=time.time, sleep=time.sleep)

    def takes(self, project: str) -> bool:
        """Whether a project of a group is wanted."""
        names = (project.lower(), project.lower().rpartition("/")[2])
        wanted = not self.include or any(fnmatchcase(n, p.lower()) for n in names for p in self.include)
        return wanted and not any(fnmatchcase(n, p.lower()) for n in names for p in self.exclude)


def _check_url(url: str) -> None:
    """Refuse an address that no GitLab can stand at."""
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        raise ValueError("url: no address of a GitLab; write https://gitlab.com or https://HOST/PATH")
    if "@" in parts.netloc:
        raise ValueError("url holds a password: write token instead")
