"""A list of GitLab's, turned page by page to its end; and the projects of a group, as far as they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import PAGE, Ask, root
from digest.collectors.gitlab.facts import Home, home_of
from digest.collectors.gitlab.faults import Fault
from digest.collectors.gitlab.wire import Row, Wire

if TYPE_CHECKING:
    from digest.collectors.gitlab.wire import Page, Params

SMALLEST_PAGE = 25
DEEP = 100
"""The page after which a list is begun anew behind its last row: GitLab refuses to count rows beyond 50,000."""

SHORT = 2 * PAGE
"""A list of so many rows is read to its end rather than two others instead of it."""

STILL = 3
"""So many pages in a row without anything new are the same page again and again."""


def pages(wire: Wire, ask: Ask) -> Iterator[list[Row]]:
    """The rows of each page, each row once.

    Raises:
        Fault: why the list is not whole.
    """
    params: Params | None = ask.params
    ids: set[int] = set()
    asked: set[str] = set()
    total: int | None = None
    still = 0
    while params is not None:
        asked.add(repr(sorted(params.items())))
        page, params = _smaller_and_smaller(wire, ask.path, params)
        if ask.instead and (page.total is None or page.total > SHORT):
            for shorter in ask.instead:
                yield from pages(wire, shorter)
            return
        new = [row for row in page.rows if row["id"] not in ids]
        ids.update(row["id"] for row in new)
        yield new
        still = 0 if new else still + 1
        total = page.total if total is None or page.total is None else min(total, page.total)
        params = _following(ask, page, params)
        if params is not None and (repr(sorted(params.items())) in asked or still >= STILL):
            raise Fault("it gives the same page again and again", "run it again", here=True)
    if total is not None and len(ids) < total:
        what = ask.what.replace("_", " ")
        raise Fault(f"it counts {total} {what} and gave {len(ids)}", "run it again", here=True)


def _smaller_and_smaller(wire: Wire, path: str, params: Params) -> tuple[Page, Params]:
    """The page, or the first part of it where the whole is too much; and what was asked in the end."""
    while True:
        try:
            return wire.page(path, params), params
        except Fault as fault:
            size = int(params["per_page"])
            if not fault.heavy or size // 2 < SMALLEST_PAGE:
                raise
            params = {**params, "per_page": size // 2}
            if "page" in params:
                params["page"] = (int(params["page"]) - 1) * 2 + 1


def _following(ask: Ask, page: Page, params: Params) -> Params | None:
    """What to ask for next: the next page, or from the last row on where there are too many pages."""
    after = page.after
    if after is None or int(after.get("page") or 0) <= DEEP or "order_by" not in ask.params or not page.rows:
        return after
    last = str(page.rows[-1]["created_at"])
    return after if params.get("created_after") == last else {**ask.params, "created_after": last}


@dataclass(slots=True, kw_only=True)
class Homes:
    """The projects of a scope: its only one, or those of a group, the busiest first, as far as they are needed.

    Attributes:
        scope: as configured.
        own: the project or group itself, once it was asked for. path: where its lists are, by number once it is known:
            a project that was renamed redirects each question, and some proxies lose the slash in a name.
    """

    wire: Wire
    scope: str
    own: Home | None = None
    path: str = ""
    known: dict[int, Home] = field(default_factory=dict)
    rest: Iterator[list[Row]] | None = None

    def __post_init__(self) -> None:
        self.path = root(self.scope)

    def itself(self) -> Home:
        """The project or group that the source names.

        Raises:
            Fault: it cannot be read.
        """
        if self.own is None:
            group: dict[str, Any] = {"with_projects": "false"} if self.scope.startswith(GROUP) else {}
            row = self.wire.one(self.path, **group)
            self.own = home_of(row, self.scope)
            self.path = f"/{'groups' if group else 'projects'}/{row['id']}"
            if not group:
                self.known[row["id"]] = self.own
        return self.own

    def of(self, project: int) -> Home:
        """A project by its number.

        Raises:
            Fault: it cannot be asked for.
        """
        if not self.scope.startswith(GROUP):
            return self.itself()
        if self.rest is None:
            params = {"include_subgroups": "true", "with_shared": "false", "order_by": "last_activity_at"}
            ask = Ask(what="projects", path=f"{self.path}/projects", params={**params, "per_page": PAGE})
            self.rest = pages(self.wire, ask)
        while project not in self.known and (page := next(self.rest, None)) is not None:
            self.known |= {row["id"]: home_of(row, row["path_with_namespace"]) for row in page}
        if project not in self.known:
            self.known[project] = self._alone(project)
        return self.known[project]

    def _alone(self, project: int) -> Home:
        """A project that stands in no list; of one that is hidden nothing is known."""
        try:
            row = self.wire.one(f"/projects/{quote(str(project))}")
        except Fault as fault:
            if not fault.here:
                raise
            return Home(path="")
        return home_of(row, row["path_with_namespace"])
