"""A row of one of GitLab's lists → an activity."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

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

TICKETS = {"ISSUE": "", "INCIDENT": "incident", "TASK": "task", "TICKET": "ticket"}
"""What counts as a ticket, of all that GitLab keeps in the list of issues, and how it is called."""

_BOT = regex(r"(?:project|group)_\d+_bot(?:_\w+)?|service_account_\w+")
_GOAL = regex(r"/(?P<group>groups/)?(?P<where>[^?#]+?)(?:/-)?/milestones/\d+")


class Home(msgspec.Struct, frozen=True, kw_only=True):
    """A project, or the group that a source names, as far as its activities need to know it.

    Attributes:
        path: `acme/pay`. branch: its default branch; empty where it has none or it is not known.
        visibility: `public`, `internal`, `private`; empty where it is not known.
    """

    path: str
    branch: str = ""
    visibility: str = ""

    @property
    def private(self) -> bool:
        """Whether there may be somebody who cannot read it."""
        return self.visibility != "public"


class Parent(msgspec.Struct, frozen=True, kw_only=True):
    """What an issue is a part of: an epic `acme&12`, or an issue `acme/pay#7`."""

    key: str
    title: str
    part: bool
    """Whether the issue is a step of it, and no story of its own."""


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How rows are read: for which source, and where its days begin."""

    source: GitLab
    zone: tzinfo

    def merge_request(self, row: Row, home: Home) -> Activity:
        """Done where it was merged into a branch that counts, active where it is open or merged elsewhere."""
        merged = instant(row.get("mergedAt")) if row["state"] == "merged" else None
        closed = instant(row.get("closedAt")) if row["state"] == "closed" else None
        branches = self.source.base or ((home.branch,) if home.branch else ("*",))
        landed = any(fnmatchcase(row["targetBranch"], b) for b in branches)
        state: State = "done" if merged and landed else "declined" if row["state"] == "closed" else "active"
        # Put on top without a merge commit, its last commit is what landed.
        commit = (row.get("mergeCommitSha") or row.get("diffHeadSha")) if merged else None
        size = row.get("diffStatsSummary")
        author = _at(row, "author", "username")
        return Activity(
            kind="pull_request",
            state=state,
            done=merged or closed,
            branch=row["sourceBranch"],
            links=(Link(relation="commit", target=commit),) if commit else (),
            due=self.day(_at(row, "milestone", "dueDate")),
            private=home.private,
            reviews=len({one["username"] for one in _nodes(row, "approvedBy")} - {author}),
            size=(size["additions"], size["deletions"], size["fileCount"]) if size else None,
            **self._common(row, home, f"{home.path}!{row['iid']}"),
        )

    def issue(self, row: Row, home: Home, parent: Parent | None) -> Activity:
        """Done or declined where it is closed; else active if somebody has it and planned if nobody does."""
        closed = instant(row.get("closedAt")) if row.get("state") == "closed" else None
        open_state: State = "active" if _nodes(row, "assignees") else "planned"
        closed_state: State = "declined" if self._undone(row) else "done"
        return Activity(
            kind="ticket",
            state=closed_state if closed else open_state,
            done=closed,
            type=TICKETS.get(str(row.get("type")), ""),
            topic=f"{parent.key} {parent.title}".strip() if parent else "",
            links=(Link(relation="parent", target=parent.key),) if parent and parent.part else (),
            due=self.day(row.get("dueDate") or _at(row, "milestone", "dueDate")),
            private=home.private or bool(row.get("confidential")),
            **self._common(row, home, row["reference"]),
        )

    def goal_of(self, row: Row) -> tuple[str, bool]:
        """The project or group that a milestone is of, and whether it is a group."""
        found = _GOAL.fullmatch(self._below(row))
        return (found["where"], bool(found["group"])) if found else ("", False)

    def milestone(self, row: Row, home: Home) -> Activity:
        """Planned. Closed ones are not asked for: GitLab does not tell when one was closed."""
        title, body, redacted = _texts(row["title"], row.get("description"))
        return Activity(
            source=self.source.name,
            key=f"{home.path}/milestone/{row['iid']}",
            kind="milestone",
            state="planned",
            title=title,
            body=body,
            redacted=redacted,
            url=f"{self.source.site_url}{self._below(row)}",
            created=instant(row.get("createdAt")),
            due=self.day(row.get("dueDate")),
            milestone=title,
            where=home.path,
            private=home.private,
        )

    def _below(self, row: Row) -> str:
        """The address of a milestone below that of the server."""
        return str(row["webPath"]).removeprefix(urlsplit(self.source.site_url).path)

    def day(self, text: Any) -> datetime | None:
        """When a day begins in the project's zone; GitLab writes a day with or without a time."""
        try:
            return datetime.combine(date.fromisoformat(str(text)[:10]), time(), self.zone).astimezone(UTC)
        except ValueError:
            return None

    def _undone(self, row: Row) -> bool:
        """Whether an issue was closed without being done: as a duplicate of another one, or by its label."""
        if row.get("closedAsDuplicateOf"):
            return True
        labels = [name.lower().replace("’", "'") for name in _labels(row)]
        names = {*labels, *(name.rpartition("::")[2].strip() for name in labels)}
        return any(fnmatchcase(n, p.lower()) for n in names for p in self.source.declined)

    def _common(self, row: Row, home: Home, key: str) -> dict[str, Any]:
        """What merge requests and issues have alike."""
        title, body, redacted = _texts(row["title"], row.get("description"))
        login, name = (str(_at(row, "author", field) or "") for field in ("username", "name"))
        return {
            "source": self.source.name,
            "key": key,
            "title": title,
            "body": body,
            "redacted": redacted,
            "url": row["webUrl"],
            "created": instant(row.get("createdAt")),
            "people": (login,) if login and login != GHOST else (),
            "bot": bool(_BOT.fullmatch(login)) or is_bot(login, "") or is_bot(name, ""),
            "labels": _labels(row),
            "milestone": str(_at(row, "milestone", "title") or ""),
            "where": home.path,
        }


def parent_of(row: Row) -> Parent | None:
    """What a work item is a part of; None where it stands alone."""
    found = [w["parent"] for w in row.get("widgets") or () if w.get("parent")]
    if not found:
        return None
    title, _ = redact(" ".join(found[0]["title"].split()))
    epic = _at(found[0], "workItemType", "name") == "Epic"
    return Parent(key=found[0]["reference"], title=title, part=not epic)


def place(row: Row) -> str:
    """The project that an issue is of, `acme/pay`."""
    return str(row["reference"]).rpartition("#")[0]


def instant(text: str | None) -> datetime | None:
    """An instant as GitLab writes it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def home_of(row: Row) -> Home:
    """What a project or group tells of itself."""
    return Home(
        path=str(row["fullPath"]),
        branch=str(_at(row, "repository", "rootRef") or ""),
        visibility=str(row.get("visibility") or ""),
    )


def _nodes(row: Row, name: str) -> list[Row]:
    return [one for one in _at(row, name, "nodes") or () if one]


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(str(label["title"]) for label in _nodes(row, "labels"))


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
