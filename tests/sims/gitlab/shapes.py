"""Records as GitLab's API shows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.sims.github.texts import PEOPLE

Record = dict[str, Any]
NAMES = {login: name or login for login, name in PEOPLE}


class Shapes:
    """The JSON of a site.

    Attributes:
        url: the address that people open, with which every `web_url` begins.
        write: how the site writes an instant; it does so in its own zone.
    """

    def __init__(self, url: str, write: Callable[[datetime], str] | None = None) -> None:
        self.url = url
        self.write = write or iso

    def merge_request(self, project: Record, row: Record) -> Record:
        """A row of a list of merge requests: neither the size of the change nor the reviews are in it."""
        return {
            **self._common(project, row, "!", "merge_requests"),
            "merged_at": self._when(row["merged"]),
            "closed_at": self._when(row["closed"]),
            "merge_user": user(row["author"]) if row["merged"] else None,
            "target_branch": row["target"],
            "source_branch": row["source"],
            "source_project_id": project["id"],
            "target_project_id": project["id"],
            "draft": row["draft"],
            "sha": row["sha"],
            "merge_commit_sha": row["merge_commit"],
            "squash_commit_sha": row["squash_commit"],
            "reviewers": [],
            "user_notes_count": 2,
        }

    def issue(self, project: Record, row: Record) -> Record:
        """A row of a list of issues."""
        api = f"{self.url}/api/v4/projects/{project['id']}/issues"
        twin = f"{api}/1" if row["duplicate"] else None
        return {
            **self._common(project, row, "#", "issues"),
            "closed_at": self._when(row["closed"]) if row["state"] == "closed" else None,
            "assignees": [user(login) for login in row["assignees"]],
            "due_date": row["due"],
            "confidential": row["confidential"],
            "moved_to_id": row["moved"],
            "issue_type": "issue",
            "_links": {"self": f"{api}/{row['iid']}", "closed_as_duplicate_of": twin},
        }

    def milestone(self, path: str, row: Record) -> Record:
        """A milestone of a project or group; when it was closed is not said."""
        groups = "groups/" if "group_id" in row else ""
        return {
            **{name: row[name] for name in ("id", "iid", "title", "description", "state")},
            **{name: row[name] for name in ("project_id", "group_id") if name in row},
            "created_at": self._when(row["created"]),
            "updated_at": self._when(row["updated"]),
            "due_date": row["due"],
            "start_date": row["start"],
            "expired": False,
            "web_url": f"{self.url}/{groups}{path}/-/milestones/{row['iid']}",
        }

    def project(self, row: Record) -> Record:
        """A project as its members see it."""
        return {
            "id": row["id"],
            "name": row["path"].rpartition("/")[2],
            "path_with_namespace": row["path"],
            "default_branch": row["branch"],
            "visibility": row["visibility"],
            "archived": row["archived"],
            "merge_requests_access_level": row["requests"],
            "last_activity_at": self._when(row["active_at"]),
            "web_url": f"{self.url}/{row['path']}",
        }

    def group(self, row: Record) -> Record:
        """A group."""
        return {
            "id": row["id"],
            "full_path": row["path"],
            "visibility": row["visibility"],
            "web_url": f"{self.url}/groups/{row['path']}",
        }

    def _common(self, project: Record, row: Record, mark: str, kind: str) -> Record:
        return {
            **{name: row[name] for name in ("id", "iid", "title", "description", "state", "labels")},
            "project_id": project["id"],
            "author": user(row["author"]),
            "created_at": self._when(row["created"]),
            "updated_at": self._when(row["updated"]),
            "milestone": self.milestone(project["path"], row["milestone"]) if row["milestone"] else None,
            "references": {"short": f"{mark}{row['iid']}", "full": f"{project['path']}{mark}{row['iid']}"},
            "web_url": f"{self.url}/{project['path']}/-/{kind}/{row['iid']}",
        }

    def _when(self, instant: datetime | None) -> str | None:
        return self.write(instant) if instant else None


def user(login: str) -> Record:
    """A person, or what stands for one."""
    return {"id": sum(map(ord, login)), "username": login, "name": NAMES.get(login, login.title()), "state": "active"}


def iso(instant: datetime) -> str:
    """An instant as a site in UTC writes it, to the millisecond."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
