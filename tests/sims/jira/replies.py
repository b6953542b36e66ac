"""Reading a request and writing a reply: who asks, for what, and pages and errors in Jira's form."""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.sims.jira.meaning import JqlError
from tests.sims.simkit import Reply, Request


def asker(req: Request) -> tuple[str, str]:
    """Who asks (user, limited, nobody), and the secret."""
    kind, _, value = req.headers.get("Authorization", "").partition(" ")
    if kind == "Basic":
        value = base64.b64decode(value).decode().partition(":")[2]
    if value == "limited":
        return value, value
    return ("nobody" if not value or value.startswith("bad") else "user"), value


def arguments(req: Request) -> dict[str, Any]:
    """What is asked, by query string or body."""
    if req.method == "POST":
        return {k: v for k, v in (req.json() or {}).items() if v is not None}
    fields = [name for words in req.query.get("fields", []) for name in words.split(",")]
    return {k: v[0] for k, v in req.query.items()} | {"fields": fields}


def token(start: int, asked: dict[str, Any]) -> str:
    """The name of the page that begins at `start`."""
    return base64.urlsafe_b64encode(json.dumps([start, asked.get("jql")]).encode()).decode()


def start_of(asked: dict[str, Any]) -> int:
    """Where the page begins that a token names."""
    if not asked.get("nextPageToken"):
        return 0
    try:
        start, jql = json.loads(base64.urlsafe_b64decode(asked["nextPageToken"]))
    except ValueError:
        jql = None
    if jql != asked.get("jql"):
        raise JqlError("The provided next page token is invalid or expired.")
    return int(start)


def page(req: Request, values: list[Any], label: str) -> Reply:
    """One page of `values` by offset."""
    start, size = int(req.q("startAt", "0")), min(50, int(req.q("maxResults", "50")))
    body = {
        "startAt": start,
        "maxResults": size,
        "total": len(values),
        "isLast": start + size >= len(values),
        "values": values[start : start + size],
    }
    return Reply(body, label=label)


def refusal(message: str, label: str = "") -> Reply:
    """An error in Jira's form."""
    return Reply({"errorMessages": [message], "errors": {}}, 400, label=label)


def nowhere(req: Request) -> Reply:
    """No such address."""
    return Reply({"message": f"null for uri: {req.path}", "status-code": 404}, 404, label="404")
