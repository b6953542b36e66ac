"""A row of one of GitLab's lists → an activity."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.git_words import is_bot
from digest.collectors.gitlab import GitLab
from digest.model import Activity, Link
from digest.redact import redact
from digest.regex import regex

if TYPE_CHECKING:
    from digest.model import State

    Row = dict[str, Any]

GHOST = "ghost"
"""To whom GitLab gives the work of a deleted account."""

_BOT = regex(r"(?:project|group)_\d+_bot(?:_\w+)?|service_account_\w+")
_OF_GROUP = regex(r"/groups/(?P<where>[^?#]+?)(?:/-)?/milestones/\d+")


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A project, or the group that a source names, as far as its activities need to know it.

    Attributes:
        path: `acme/pay`. branch: its default branch; empty where it has none or it is not known.
        visibility: `public`, `internal`, `private`; empty where it is not known.
        requests: whether it takes merge requests.
        note: what else is to be said of it.
    """

    path: str
    branch: str = ""
    visibility: str = ""
    requests: bool = True
    note: str = ""

    @property
    def private(self) -> bool:
        """Whether there may be somebody who cannot read it."""
        return self.visibility != "public"


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are read: for which source, and where its days begin."""

    source: GitLab
    zone: tzinfo

    def merge_request(self, row: Row, home: Home) -> Activity:
        """Done where it was merged into a branch that counts, active where it is open or merged elsewhere."""
        merged = instant(row.get("merged_at")) if row["state"] == "merged" else None
        closed = instant(row.get("closed_at")) if row["state"] == "closed" else None
        branches = self.source.base or ((home.branch,) if home.branch else ("*",))
        landed = any(fnmatchcase(row["target_branch"], b) for b in branches)
        state: State = "done" if merged and landed else "declined" if row["state"] == "closed" else "active"
        commits = [row.get("merge_commit_sha"), row.get("squash_commit_sha")] if merged else []
        if merged and not any(commits):
            commits = [row.get("sha")]  # it was put on top without a merge commit
        return Activity(
            kind="pull_request",
            state=state,
            done=merged or closed,
            branch=row["source_branch"],
            links=tuple(Link(relation="commit", target=sha) for sha in commits if sha),
            due=self.day(_at(row, "milestone", "due_date")),
            private=home.private,
            **self._common(row, home, "!"),
        )

    def issue(self, row: Row, home: Home) -> Activity:
        """Done or declined where it is closed; else active if somebody has it and planned if nobody does."""
        closed = instant(row.get("closed_at")) if row["state"] == "closed" else None
        open_state: State = "active" if row.get("assignees") else "planned"
        closed_state: State = "declined" if self._undone(row) else "done"
        epic = row.get("epic") or {}
        topic, _ = redact(" ".join(f"&{epic['iid']} {epic['title']}".split())) if epic else ("", ())
        kind = str(row.get("issue_type") or "")
        return Activity(
            kind="ticket",
            state=closed_state if closed else open_state,
            done=closed,
            type="" if kind == "issue" else kind,
            topic=topic,
            due=self.day(row.get("due_date") or _at(row, "milestone", "due_date")),
            private=home.private or bool(row.get("confidential")),
            **self._common(row, home, "#"),
        )

    def milestone(self, row: Row, home: Home) -> Activity:
        """Planned. Closed ones are not asked for: GitLab does not tell when one was closed."""
        found = _OF_GROUP.search(row.get("web_url") or "") if row.get("group_id") else None
        where = found["where"] if found else home.path
        title, body, redacted = _texts(row["title"], row.get("description"))
        return Activity(
            source=self.source.name,
            key=f"{where}/milestone/{row['iid']}",
            kind="milestone",
            state="planned",
            title=title,
            body=body,
            redacted=redacted,
            url=row.get("web_url") or "",
            created=instant(row.get("created_at")),
            due=self.day(row.get("due_date")),
            milestone=title,
            where=where,
            private=home.private or where.lower() != home.path.lower(),
        )

    def day(self, text: Any) -> datetime | None:
        """When a day begins in the project's zone."""
        try:
            return datetime.combine(date.fromisoformat(str(text)), time(), self.zone).astimezone(UTC)
        except ValueError:
            return None

    def _undone(self, row: Row) -> bool:
        """Whether an issue was closed without being done: as a duplicate of another one, or by its label."""
        if _at(row, "_links", "closed_as_duplicate_of"):
            return True
        labels = [name.lower().replace("’", "'") for name in _labels(row)]
        names = {*labels, *(name.rpartition("::")[2].strip() for name in labels)}
        return any(fnmatchcase(n, p.lower()) for n in names for p in self.source.declined)

    def _common(self, row: Row, home: Home, mark: str) -> dict[str, Any]:
        """What merge requests and issues have alike."""
        title, body, redacted = _texts(row["title"], row.get("description"))
        key = str(_at(row, "references", "full") or f"{home.path}{mark}{row['iid']}")
        login, name = (str(_at(row, "author", field) or "") for field in ("username", "name"))
        return {
            "source": self.source.name,
            "key": key,
            "title": title,
            "body": body,
            "redacted": redacted,
            "url": row["web_url"],
            "created": instant(row.get("created_at")),
            "people": (login,) if login and login != GHOST else (),
            "bot": bool(_BOT.fullmatch(login)) or is_bot(login, "") or is_bot(name, ""),
            "labels": _labels(row),
            "milestone": str(_at(row, "milestone", "title") or ""),
            "where": key.rpartition(mark)[0],
        }


def place(row: Row, mark: str) -> str:
    """The project that a row is of, `acme/pay`, where the row names it."""
    return str(_at(row, "references", "full") or "").rpartition(mark)[0]


def instant(text: str | None) -> datetime | None:
    """An instant as GitLab writes it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def home_of(row: Row, scope: str) -> Home:
    """What a project or group tells of itself, and what a person should know of it."""
    path = row.get("path_with_namespace") or row["full_path"]
    notes = [f"{scope} is now called {path}: write that in `projects`"] if not _same(path, scope) else []
    notes += [f"{path} is archived"] if row.get("archived") else []
    notes += [f"{path} will be deleted"] if row.get("marked_for_deletion_on") else []
    return Home(
        path=path,
        branch=row.get("default_branch") or "",
        visibility=str(row.get("visibility") or ""),
        requests=row.get("merge_requests_access_level") != "disabled",
        note="; ".join(notes),
    )


def _same(path: str, scope: str) -> bool:
    return path.lower() == scope.rpartition(":")[2].lower()


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(label["name"] if isinstance(label, dict) else str(label) for label in row.get("labels") or ())


def _at(value: Any, *path: str) -> Any:
    """What stands at the path below, None where a step is missing."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _texts(title: str, body: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Title and body without secrets, and the kinds that were cut; the web editor's CRLF become plain newlines."""
    title, in_title = redact(" ".join(title.split()))
    body, in_body = redact((body or "").replace("\r\n", "\n"))
    return title, body, (*in_title, *in_body)
