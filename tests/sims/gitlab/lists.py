"""What a list of GitLab holds: its filters, its order, its pages. A parameter that GitLab does not know is ignored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlencode

from tests.sims.simkit import Reply, Request, page_of

Record = dict[str, Any]
Found = list[tuple[Record, Record]]
"""Rows, each with the project or group that it is of."""

MOST = 100
STATES = {
    "merge_requests": {"opened", "closed", "locked", "merged", "all"},
    "issues": {"opened", "closed", "all"},
    "milestones": {"active", "closed"},
}
ORDERS = {
    "merge_requests": {"created_at", "updated_at", "title", "merged_at", "priority"},
    "issues": {"created_at", "updated_at", "due_date", "title", "priority"},
    "projects": {"id", "name", "path", "created_at", "updated_at", "last_activity_at"},
    "milestones": {"created_at"},
}
FIELDS = {"created_at": "created", "updated_at": "updated", "merged_at": "merged", "last_activity_at": "active_at"}


class RefusalError(Exception):
    """What GitLab does not take."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


def listed(req: Request, kind: str, rows: Found, today: str) -> Found:
    """The rows that the parameters of a request ask for, in the order that they ask for."""
    _validate(req, kind)
    order, descending = req.q("order_by", "created_at"), req.q("sort", "desc") == "desc"
    field = FIELDS.get(order, order)
    kept = [(home, row) for home, row in rows if _wanted(req, kind, home, row, today)]
    without = [pair for pair in kept if pair[1].get(field) is None]
    dated = [pair for pair in kept if pair[1].get(field) is not None]
    return sorted(dated, key=lambda p: (p[1][field], p[1]["id"]), reverse=descending) + without


def _validate(req: Request, kind: str) -> None:
    for name, known in (("state", STATES.get(kind)), ("order_by", ORDERS[kind]), ("sort", {"asc", "desc"})):
        if known and req.q(name) and req.q(name) not in known:
            raise RefusalError(400, f"{name} does not have a valid value")
    for name in ("created_after", "created_before", "updated_after", "updated_before"):
        try:
            if req.q(name):
                datetime.fromisoformat(req.q(name))
        except ValueError:
            raise RefusalError(400, f"{name} is invalid") from None


def _wanted(req: Request, kind: str, home: Record, row: Record, today: str) -> bool:
    if req.q("state", "all") not in {"all", row.get("state")} and kind != "projects":
        return False
    if (
        home.get("archived")
        and kind != "projects"
        and "/groups/" in req.path
        and req.q("non_archived", "true") == "true"
    ):
        return False
    for field in ("created", "updated"):
        after, before = req.q(f"{field}_after"), req.q(f"{field}_before")
        if after and row[field] < datetime.fromisoformat(after):
            return False
        if before and row[field] > datetime.fromisoformat(before):
            return False
    if kind == "issues" and req.q("milestone_id") == "Started":
        goal = row["milestone"]
        return bool(goal and goal["state"] == "active" and goal["start"] and goal["start"] <= today)
    return True


def paged(req: Request, kind: str, rows: Found, shape: Callable[[Record, Record], Record], rules: Any) -> Reply:
    """A page, with the headers by which the others are found; `rules` are the server's switches."""
    size = min(MOST, int(req.q("per_page", "20")))
    if req.q("pagination") == "keyset":
        return _keyset(req, rows, shape, size)
    number = int(req.q("page", "1"))
    if (number - 1) * size >= rules.most_offset:
        words = f"Offset pagination has a maximum allowed offset of {rules.most_offset} for requests of this type."
        raise RefusalError(405, words)
    last = max(1, -(-len(rows) // size))
    shown = page_of(rows, number, size)
    shown = rows[: len(shown)] if rules.faults.repeat_pages else shown
    twice = rules.faults.duplicate_pages and number >= last
    following = number if twice else number + 1 if number < last else None
    headers = {"X-Page": str(number), "X-Per-Page": str(size), "X-Next-Page": str(following or "")}
    if len(rows) <= rules.most_counted:
        headers |= {"X-Total": str(len(rows) + rules.uncounted), "X-Total-Pages": str(last)}
    links = {"next": following, "first": 1, "prev": number - 1 or None}
    query = {name: values[-1] for name, values in req.query.items()}
    where = f"{rules.external or req.base}{req.path}"
    told = [
        f'<{where}?{urlencode({**query, "page": n, "per_page": size})}>; rel="{rel}"' for rel, n in links.items() if n
    ]
    if not rules.no_links:
        headers["Link"] = ", ".join(told)
    return Reply([shape(home, row) for home, row in shown], 200, headers, label=f"list {kind}")


def _keyset(req: Request, rows: Found, shape: Callable[[Record, Record], Record], size: int) -> Reply:
    """Only for projects in the order of their numbers: no count, and a link with a filter."""
    if req.q("order_by") != "id":
        raise RefusalError(405, "Keyset pagination is not yet available for this type of request")
    after = int(req.q("id_after", "0"))
    rest = [pair for pair in sorted(rows, key=lambda p: p[1]["id"]) if pair[1]["id"] > after]
    query = {name: values[-1] for name, values in req.query.items()}
    headers = {}
    if len(rest) > size:
        query |= {"id_after": str(rest[size - 1][1]["id"])}
        headers["Link"] = f'<{req.base}{req.path}?{urlencode(query)}>; rel="next"'
    return Reply([shape(home, row) for home, row in rest[:size]], 200, headers, label="list keyset")


def below(path: str, group: str) -> bool:
    """Whether a project or group belongs to a group, however deep."""
    return fnmatchcase(path.lower(), f"{group.lower()}/*")
