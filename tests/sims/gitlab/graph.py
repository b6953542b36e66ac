"""The data set as GraphQL objects: mappings whose keys are GitLab's names; a value may be a function of the arguments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError

from tests.sims.gitlab.lists import Pair, Record, below, chosen, paged

if TYPE_CHECKING:
    from tests.sims.gitlab.server import GitlabSim

Info = Any
"""What graphql-core tells of the field that is asked for."""

MOST_PATHS = 50
NOT_THERE = (
    "The resource that you are attempting to access does not exist or you don't have permission to perform this action"
)
LISTS = {"mergeRequests": "merge_requests", "issues": "issues", "workItems": "issues", "milestones": "milestones"}


class Graph:
    """What one token sees."""

    def __init__(self, sim: GitlabSim, token: str) -> None:
        self.sim, self.token = sim, token
        self.today = str(datetime.fromisoformat(sim.data["now"]).date())

    def root(self) -> Record:
        """The fields of `Query`."""
        return {
            "currentUser": {"username": "release-bot", "name": "Release"},
            "project": lambda _, fullPath: self._one("projects", fullPath, self.project),  # noqa: N803 - GitLab's name
            "group": lambda _, fullPath: self._one("groups", fullPath, self.group),  # noqa: N803
            "projects": self._projects,
        }

    def _one(self, what: str, path: str, shape: Callable[[Record], Record]) -> Record | None:
        """A project or group by its path, never by a former one."""
        found = [row for row in self.sim.data[what] if row["path"].lower() == path.lower() and self._sees(row)]
        return shape(found[0]) if found else None

    def _projects(self, _: Info, **asked: Any) -> Record:
        paths = [path.lower() for path in asked.get("fullPaths") or ()]
        if len(paths) > MOST_PATHS:
            raise GraphQLError("You cannot provide more than 50 full_paths")
        seen = [(p, {**p, "state": ""}) for p in self.sim.data["projects"] if self._sees(p)]
        pairs = sorted((pair for pair in seen if pair[0]["path"].lower() in paths), key=lambda p: -p[0]["id"])
        return paged(pairs, {**asked, "sort": "CREATED_DESC"}, lambda p, _: self.project(p), _Quiet(self.sim))

    def project(self, row: Record) -> Record:
        """A project."""
        forbidden = {kind for kind in ("issues", "merge_requests") if f"{row['path']}/{kind}" in self.sim.forbidden}
        guest = row["path"] in self.sim.guest_in
        takes = row["requests"] != "disabled"
        level = "PRIVATE" if "merge_requests" in forbidden else row["requests"].upper()
        return {
            "__typename": "Project",
            "fullPath": row["path"],
            "visibility": row["visibility"],
            "archived": row["archived"],
            "webUrl": f"{self.sim.shapes.url}/{row['path']}",
            "issuesEnabled": "issues" not in forbidden,
            "issuesAccessLevel": {"stringValue": "PRIVATE" if "issues" in forbidden else "ENABLED"},
            "mergeRequestsEnabled": takes and "merge_requests" not in forbidden,
            "mergeRequestsAccessLevel": {"stringValue": level},
            "userPermissions": {
                "readMergeRequest": takes and not guest and "merge_requests" not in forbidden,
                "readProject": True,
            },
            "repository": None if guest else {"rootRef": row["branch"]},
            **{name: self._list(name, row, [row]) for name in LISTS},
        }

    def group(self, row: Record) -> Record:
        """A group; its lists go down to its last subgroup where that is asked for."""
        inside = [p for p in self.sim.data["projects"] if below(p["path"], row["path"]) and self._sees(p)]
        groups = [g for g in self.sim.data["groups"] if self._sees(g)]
        deeper = [g for g in groups if below(g["path"], row["path"])]

        def projects(_: Info, **asked: Any) -> Record:
            shown = [(p, {**p, "state": ""}) for p in inside if p["path"] not in self.sim.unlisted]
            kept = [pair for pair in shown if asked["includeSubgroups"] or _direct(pair[0], row)]
            return paged(sorted(kept, key=lambda p: -p[0]["id"]), asked, lambda p, _: self.project(p), _Quiet(self.sim))

        return {
            "__typename": "Group",
            "fullPath": row["path"],
            "visibility": row["visibility"],
            "webUrl": f"{self.sim.shapes.url}/groups/{row['path']}",
            "projects": projects,
            **{name: self._list(name, row, inside, [row, *deeper]) for name in LISTS},
        }

    def _list(
        self, name: str, home: Record, projects: list[Record], groups: list[Record] | None = None
    ) -> Callable[..., Record]:
        kind = LISTS[name]

        def listed(_: Info, **asked: Any) -> Record:
            if f"{home['path']}/{kind}" in self.sim.forbidden and kind == "milestones":
                raise GraphQLError(NOT_THERE)
            deep = asked.get("includeSubgroups") or asked.get("includeDescendants")
            inside = [p for p in projects if not groups or deep or _direct(p, home)]
            pairs: list[Pair] = [(p, row) for p in inside if self._reads(p, kind) for row in p[kind]]
            if groups and kind == "milestones":
                pairs += [(g, row) for g in (groups if deep else groups[:1]) for row in g["milestones"]]
            return paged(chosen(pairs, asked, self.today), asked, self._shape(name), self.sim)

        return listed

    def _reads(self, project: Record, kind: str) -> bool:
        hidden = f"{project['path']}/{kind}" in self.sim.forbidden
        guest = kind == "merge_requests" and (project["path"] in self.sim.guest_in or project["requests"] == "disabled")
        return not hidden and not guest

    def _shape(self, name: str) -> Callable[[Record, Record], Any]:
        shapes = self.sim.shapes
        made: dict[str, Callable[[Record, Record], Any]] = {
            "mergeRequests": lambda home, row: shapes.merge_request(home, row, self.project(home)),
            "issues": shapes.issue,
            "workItems": shapes.work_item,
            "milestones": lambda home, row: shapes.milestone(home["path"], row),
        }
        return made[name]

    def _sees(self, row: Record) -> bool:
        return self.token != "limited" or row["visibility"] == "public"


class _Quiet:
    """The switches of the lists that are asked for, without those that spoil pages: projects come as they are."""

    uncounted = 0

    def __init__(self, sim: GitlabSim) -> None:
        self.faults = type(sim.faults)()


def _direct(project: Record, group: Record) -> bool:
    """Whether a project lies in a group itself."""
    return bool(project["path"].rpartition("/")[0].lower() == group["path"].lower())
