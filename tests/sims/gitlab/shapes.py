"""Records as GitLab's API shows them: a project or group of its REST interface, and the rows of its lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from tests.sims.github.texts import PEOPLE

Record = dict[str, Any]
NAMES = {login: name or login for login, name in PEOPLE}


class Shapes:
    """The JSON of a site.

    Attributes:
        url: the address that people open, with which every `webUrl` begins.
        write: how the site writes an instant; it does so in its own zone.
    """

    def __init__(self, url: str, write: Callable[[datetime], str] | None = None) -> None:
        self.url = url
        self.write = write or iso

    def project(self, row: Record) -> Record:
        """A project as the REST interface shows it."""
        return {"id": row["id"], "path_with_namespace": row["path"], "archived": row["archived"]}

    def group(self, row: Record) -> Record:
        """A group as the REST interface shows it."""
        return {"id": row["id"], "full_path": row["path"], "visibility": row["visibility"]}

    def merge_request(self, project: Record, row: Record, home: Any) -> Record:
        """A merge request; `home` is its project."""
        added, deleted, files = row["size"]
        return {
            **self._common(project, row, "!", "merge_requests"),
            "mergedAt": self._when(row["merged"]),
            "closedAt": self._when(row["closed"]),
            "targetBranch": row["target"],
            "sourceBranch": row["source"],
            "draft": row["draft"],
            "diffHeadSha": row["sha"],
            "mergeCommitSha": row["merge_commit"],
            "diffStatsSummary": {"additions": added, "deletions": deleted, "changes": 0, "fileCount": files},
            "approvedBy": {"nodes": [user(login) for login in row["approved"]]},
            "project": home,
        }

    def issue(self, project: Record, row: Record) -> Record:
        """An issue."""
        return {
            **self._common(project, row, "#", "issues"),
            "closedAt": self._when(row["closed"]) if row["state"] == "closed" else None,
            "assignees": {"nodes": [user(login) for login in row["assignees"]]},
            "dueDate": row["due"],
            "confidential": row["confidential"],
            "moved": row["moved"] is not None,
            "type": row["kind"],
            "closedAsDuplicateOf": {"iid": "1"} if row["duplicate"] else None,
        }

    def work_item(self, project: Record, row: Record) -> Record:
        """An issue as a work item, which knows what it is a part of; an epic is one of a group."""
        parent = row.get("parent")
        mark = "&" if row["kind"] == "EPIC" else "#"
        above = self.work_item(parent["of"], parent) if parent else None
        return {
            "id": f"gid://gitlab/WorkItem/{row['id']}",
            "iid": str(row["iid"]),
            "title": row["title"],
            "updatedAt": self._when(row.get("updated")),
            "reference": lambda _, full=False: f"{project['path'] if full else ''}{mark}{row['iid']}",
            "workItemType": {"name": row["kind"].title()},
            "widgets": [
                {"__typename": "WorkItemWidgetLabels", "type": "LABELS"},
                {
                    "__typename": "WorkItemWidgetHierarchy",
                    "type": "HIERARCHY",
                    "parent": above,
                    "hasParent": bool(above),
                },
            ],
        }

    def milestone(self, path: str, row: Record) -> Record:
        """A milestone of a project or group; when it was closed is not said."""
        groups = "groups/" if "group_id" in row else ""
        return {
            **{name: row[name] for name in ("id", "title", "description", "state")},
            "iid": str(row["iid"]),
            "createdAt": self._when(row["created"]),
            "updatedAt": self._when(row["updated"]),
            "dueDate": row["due"],
            "startDate": row["start"],
            "webPath": f"{urlsplit(self.url).path}/{groups}{path}/-/milestones/{row['iid']}",
        }

    def _common(self, project: Record, row: Record, mark: str, kind: str) -> Record:
        goal = row["milestone"]
        return {
            **{name: row[name] for name in ("title", "description", "state")},
            "id": f"gid://gitlab/{kind}/{row['id']}",
            "iid": str(row["iid"]),
            "labels": {"nodes": [{"title": label} for label in row["labels"]]},
            "author": user(row["author"]),
            "createdAt": self._when(row["created"]),
            "updatedAt": self._when(row["updated"]),
            "milestone": self.milestone(project["path"], goal) if goal else None,
            "reference": lambda _, full=False: f"{project['path'] if full else ''}{mark}{row['iid']}",
            "webUrl": f"{self.url}/{project['path']}/-/{kind}/{row['iid']}",
        }

    def _when(self, instant: datetime | None) -> str | None:
        return self.write(instant) if instant else None


def user(login: str) -> Record:
    """A person, or what stands for one."""
    return {"username": login, "name": NAMES.get(login, login.title())}


def iso(instant: datetime) -> str:
    """An instant as a site in UTC writes it, to the second."""
    return instant.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
