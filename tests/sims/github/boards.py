"""Project boards (Projects v2): the records of one, and how it looks as GraphQL objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.sims.github.records import DAY, Generator, Record, iso

if TYPE_CHECKING:
    from tests.sims.github.graph import Graph, Info

NOW_ON, LATER_ON = "i2", "i3"
"""The iteration that runs at the end of the window, and the one after it."""


def boards(g: Generator, repos: list[Record]) -> list[Record]:
    """The boards of acme: number 12 of the team, and 13, which is empty and has no iterations."""
    checkout, platform, secret = (next(r for r in repos if r["name"] == n) for n in ("checkout", "platform", "secret"))
    issues = {i["title"]: i for i in checkout["items"] if i["kind"] == "issue"}
    moved = g.start + 5 * DAY
    cards = [
        _card(1, "In progress", _of(checkout, issues["Checkout fails for guests"])),
        _card(2, "✅ Done", _of(checkout, issues["Checkout fails for Amex"])),
        _card(3, "Todo", _of(checkout, issues["Checkout fails for Safari 17"]), iteration=NOW_ON),
        _card(4, "Todo", _of(checkout, issues["Checkout fails for gift cards"]), iteration=LATER_ON),
        _card(5, "In progress", _of(checkout, issues["Checkout fails for zero-priced items"])),
        _card(6, "✅ Done", _of(checkout, issues["Won't do: fax orders"])),
        _card(7, "Backlog", _of(checkout, issues["Feature: save for later"]), iteration=NOW_ON),
        _card(8, "✅ Done", _of(platform, next(i for i in platform["items"] if i["title"] == "Cross-repo fix"))),
        _card(9, "In progress", _draft("Write the runbook of the checkout")),
        _card(10, "✅ Done", _draft("Order test devices"), at=iso(moved)),
        _card(11, "✅ Done", _draft("Done before the window"), at=iso(g.start - DAY)),
        _card(12, "Todo", _draft("Somewhen: rename the service")),
        _card(13, "In progress", _draft("Archived idea"), archived=True),
        _card(14, "✅ Done", _of(secret, secret["items"][0])),
        _card(15, "In progress", _of(checkout, next(i for i in checkout["items"] if i["title"].startswith("WIP")))),
        _card(16, None, _draft("A card that nobody has sorted")),
    ]
    first = (g.now - 16 * DAY).date()
    turns = [{"id": f"i{n}", "start": f"{first + (n - 1) * 14 * DAY:%F}", "days": 14} for n in (1, 2, 3)]
    team = {"owner": "acme", "number": 12, "title": "Checkout team", "public": False, "iterations": turns}
    empty = {"owner": "acme", "number": 13, "title": "New", "public": True, "iterations": [], "cards": []}
    return [{**team, "cards": cards}, empty]


def project(graph: Graph, board: Record) -> Record:
    """A board."""
    turns = [
        {"id": t["id"], "title": t["id"], "startDate": t["start"], "duration": t["days"]} for t in board["iterations"]
    ]
    sprint = {"__typename": "ProjectV2IterationField", "name": "Sprint", "configuration": {"iterations": turns}}
    status = {"__typename": "ProjectV2SingleSelectField", "name": "Status"}
    fields = [status, sprint] if turns else [status]
    return {
        "__typename": "ProjectV2",
        "number": board["number"],
        "title": board["title"],
        "public": board["public"],
        "url": f"https://github.com/orgs/{board['owner']}/projects/{board['number']}",
        "fields": graph.connection(fields),
        "items": graph.connection([_item(graph, card) for card in board["cards"]]),
    }


def _item(graph: Graph, card: Record) -> Record:
    """A card; what the token may not see has no content."""

    def value(_: Info, *, name: str) -> Record | None:
        return status if name == "Status" else None

    status = card["status"] and {
        "__typename": "ProjectV2ItemFieldSingleSelectValue",
        "name": card["status"],
        "updatedAt": card["at"],
    }
    turn = {"__typename": "ProjectV2ItemFieldIterationValue", "iterationId": card["iteration"]}
    return {
        "__typename": "ProjectV2Item",
        "id": f"PVTI_{card['id']}",
        "isArchived": card["archived"],
        "fieldValueByName": value,
        "fieldValues": graph.connection([v for v in (status, card["iteration"] and turn) if v]),
        "content": _content(graph, card["content"]),
    }


def _content(graph: Graph, content: Record) -> Record | None:
    if "draft" in content:
        draft = content["draft"]
        people = [graph.actor(login) for login in draft["assignees"]]
        return {
            "__typename": "DraftIssue",
            "title": draft["title"],
            "body": draft["body"],
            "createdAt": draft["created_at"],
            "creator": graph.actor(draft["creator"]),
            "assignees": graph.connection(people),
        }
    repo = graph.sim.find(content["repo"], graph.token)
    if not repo:
        return None
    item = next(i for i in repo["items"] if i["number"] == content["number"])
    return graph.pull(repo, item) if item["kind"] == "pr" else graph.issue(repo, item)


def _card(number: int, status: str | None, content: Record, **over: Any) -> Record:
    at = "2026-11-20T10:00:00Z"
    return {"id": number, "status": status, "at": at, "iteration": "", "archived": False, "content": content, **over}


def _of(repo: Record, item: Record) -> Record:
    return {"repo": f"{repo['owner']}/{repo['name']}", "number": item["number"]}


def _draft(title: str) -> Record:
    own = {"title": title, "body": "", "created_at": "2026-11-01T10:00:00Z", "creator": "sam", "assignees": ["maria-k"]}
    return {"draft": own}
