"""A node of GitHub's graph → an activity."""

from __future__ import annotations

from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from digest.model import Activity, Link
from digest.redact import redact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.model import State

    Node = dict[str, Any]


def pull_request(node: Node, source: str, base: Sequence[str]) -> Activity:
    """A pull request: done where it was merged into a branch that counts, active where it is open or merged elsewhere.

    Args:
        node: as the fragment `Pull` reads it.
        source: the name of the source.
        base: globs of the branches that count; none is the default branch.
    """
    repository = node["repository"]
    default = repository["defaultBranchRef"]
    branches = base or ([default["name"]] if default else ["*"])
    landed = any(fnmatchcase(node["baseRefName"], b) for b in branches)
    state: State = "done" if node["mergedAt"] and landed else "declined" if node["state"] == "CLOSED" else "active"
    closes = [
        Link(relation="closes", target=f"{issue['repository']['nameWithOwner']}#{issue['number']}")
        for issue in nodes(node["closingIssuesReferences"])
    ]
    commit = [Link(relation="commit", target=node["mergeCommit"]["oid"])] if node["mergeCommit"] else []
    return Activity(
        kind="pull_request",
        state=state,
        done=instant(node["mergedAt"] or node["closedAt"]),
        branch=node["headRefName"],
        reviews=node["reviews"]["totalCount"] if node["reviews"] else 0,
        links=(*closes, *commit),
        size=(node["additions"], node["deletions"], node["changedFiles"]),
        **_common(node, source),
    )


def issue(node: Node, source: str) -> Activity:
    """An issue: under way while it is open, then done, or declined where it is not planned or a duplicate."""
    done, declined = instant(node["closedAt"]), node.get("stateReason") in {"NOT_PLANNED", "DUPLICATE"}
    state: State = "active" if done is None else "declined" if declined else "done"
    return Activity(kind="ticket", state=state, done=done, **_common(node, source))


def draft(card: Node, source: str, *, board: Node, where: str) -> Activity:
    """A card that is no issue yet, of the board `where`: under way."""
    content = card["content"]
    title, body, redacted = _texts(content["title"], content["body"])
    people = [person["login"] for person in (*nodes(content["assignees"]), content["creator"]) if person]
    return Activity(
        source=source,
        key=f"{where}/{card['id']}",
        kind="ticket",
        state="active",
        title=title,
        body=body,
        redacted=redacted,
        url=board["url"],
        created=instant(content["createdAt"]),
        people=tuple(dict.fromkeys(people)),
        where=where,
        private=not board["public"],
    )


def milestone(node: Node, source: str, repository: Node) -> Activity:
    """A milestone: planned while it is open, done when it was closed."""
    where = repository["nameWithOwner"]
    title, body, redacted = _texts(node["title"], node["description"])
    return Activity(
        source=source,
        key=f"{where}/milestone/{node['number']}",
        kind="milestone",
        state="done" if node["closedAt"] else "planned",
        title=title,
        body=body,
        redacted=redacted,
        url=node["url"],
        created=instant(node["createdAt"]),
        done=instant(node["closedAt"]),
        due=instant(node["dueOn"]),
        milestone=title,
        where=where,
        private=repository["isPrivate"],
    )


def key(node: Node) -> str:
    """`acme/pay#412`."""
    return f"{node['repository']['nameWithOwner']}#{node['number']}"


def instant(text: str | None) -> datetime | None:
    """An instant as GitHub writes it, in UTC."""
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def nodes(connection: Node | None) -> list[Node]:
    """The nodes of a connection without those that the token may not read."""
    return [n for n in (connection or {}).get("nodes") or () if n]


def _common(node: Node, source: str) -> dict[str, Any]:
    """What pull requests and issues have alike."""
    title, body, redacted = _texts(node["title"], node["body"])
    author, goal, repository = node["author"], node["milestone"], node["repository"]
    return {
        "source": source,
        "key": key(node),
        "title": title,
        "body": body,
        "redacted": redacted,
        "url": node["url"],
        "created": instant(node["createdAt"]),
        "people": (author["login"],) if author else (),
        "bot": bool(author) and author["__typename"] == "Bot",
        "labels": tuple(label["name"] for label in nodes(node["labels"])),
        "milestone": goal["title"] if goal else "",
        "due": instant(goal["dueOn"]) if goal else None,
        "where": repository["nameWithOwner"],
        "private": repository["isPrivate"],
    }


def _texts(title: str, body: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Title and body without secrets, and the kinds that were cut; the web editor's CRLF become plain newlines."""
    title, in_title = redact(" ".join(title.split()))
    body, in_body = redact((body or "").replace("\r\n", "\n"))
    return title, body, (*in_title, *in_body)
