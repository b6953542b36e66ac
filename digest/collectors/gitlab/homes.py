"""The projects whose lists are read: the only one, or those of a group as far as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from digest.collectors.fault import Fault
from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import PAGE, Ask, root
from digest.collectors.gitlab.facts import Home, home_of
from digest.collectors.gitlab.faults import ACCESS_HINT, no_gitlab
from digest.collectors.gitlab.lists import pages
from digest.collectors.gitlab.wire import Row, Wire

MOST_ALONE = 20
"""So many projects that stand in no list are asked for one by one."""

NAMED = 5
GUEST = 10
"""The role by number; who has no higher one in a private project sees no merge request of it."""


class Homes(msgspec.Struct, kw_only=True):
    """The projects of a scope, the busiest first.

    Attributes:
        scope: as configured.
        own: the project or group itself, once it was asked for. path: where its lists are, by number once it is known:
            a project that was renamed redirects each question, and some proxies lose the slash in a name.
        known: projects by number. rest: the pages of a group's projects that were not read. alone: how many were asked
            for one by one. guests: paths of those where the token's user is only a guest.
        fault: why some of them are not known.
    """

    wire: Wire
    scope: str
    own: Home | None = None
    path: str = ""
    known: dict[int, Home] = msgspec.field(default_factory=dict)
    rest: Iterator[list[Row]] | None = None
    alone: int = 0
    guests: list[str] = msgspec.field(default_factory=list)
    fault: Fault | None = None

    def __post_init__(self) -> None:
        self.path = root(self.scope)

    @property
    def group(self) -> bool:
        """Whether it is a group."""
        return self.scope.startswith(GROUP)

    def itself(self) -> Home:
        """The project or group that the source names.

        Raises:
            Fault: it cannot be read.
        """
        if self.own is None:
            params: dict[str, Any] = {"with_projects": "false"} if self.group else {}
            row = self.wire.one(self.path, **params)
            if not isinstance(row.get("id"), int) or not (row.get("path_with_namespace") or row.get("full_path")):
                raise no_gitlab()
            self.own = home_of(row, self.scope)
            self.path = f"/{'groups' if self.group else 'projects'}/{row['id']}"
        return self.own

    def of(self, project: int) -> Home:
        """A project by its number; of one that is hidden nothing is known.

        Raises:
            Fault: the server cannot be asked.
        """
        if not self.group:
            return self.itself()
        try:
            while project not in self.known and self.look():
                pass
            if project not in self.known:
                self.known[project] = self._alone(project)
        except Fault as fault:
            if not fault.here:
                raise
            self.fault = self.fault or fault
            self.known[project] = Home(path="")
        return self.known[project]

    def look(self) -> bool:
        """Read one more page of the projects of a group; False where there is none.

        Raises:
            Fault: it cannot be read.
        """
        if self.rest is None:
            params = {"include_subgroups": "true", "with_shared": "false", "order_by": "last_activity_at"}
            ask = Ask(what="projects", path=f"{self.path}/projects", params={**params, "per_page": PAGE})
            self.rest = pages(self.wire, ask)
        page = next(self.rest, None)
        for row in page or ():
            self.known[row["id"]] = home_of(row, row["path_with_namespace"])
            if row.get("visibility") == "private" and is_guest(row):
                self.guests.append(row["path_with_namespace"])
        return page is not None

    def _alone(self, project: int) -> Home:
        """A project that stands in no list."""
        self.alone += 1
        if self.alone > MOST_ALONE:
            raise Fault("many of its projects stand in no list", "name the projects themselves", here=True)
        row = self.wire.one(f"/projects/{project}")
        return home_of(row, row["path_with_namespace"])


def is_guest(row: Row) -> bool:
    """Whether the token's user has no higher role in a project than that; who has none may be an administrator."""
    roles = [(row.get("permissions") or {}).get(of) or {} for of in ("project_access", "group_access")]
    levels = [role["access_level"] for role in roles if role.get("access_level")]
    return bool(levels) and max(levels) <= GUEST


def only_a_guest(paths: list[str]) -> Fault:
    """What is hidden in a private project from a guest."""
    names = ", ".join(paths[:NAMED]) + (f" and {len(paths) - NAMED} others" if len(paths) > NAMED else "")
    return Fault(f"the token's user is only a guest in {names} and sees no merge request there", ACCESS_HINT, here=True)
