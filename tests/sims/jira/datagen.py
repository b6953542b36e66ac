"""Seeded generator of the tickets.

Projects CHK and PLAT (company-managed: Done sets a resolution), MOB (team-managed style: Done sets none) and SEC (hidden
from the token "limited"). Keys CHK-100…420 etc. all exist, so that the ticket keys in the GitHub sim's pull requests
resolve. `truth` lists what "closed in the window" has to contain.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.jira.book import Book, History, iso
from tests.sims.jira.texts import CATEGORY, STATUSES, TEXTS, USERS
from tests.sims.jira.traps import add_traps

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PROJECTS = ("CHK", "PLAT", "MOB")


def generate(seed: int = 7, now: datetime = NOW, days: int = 14) -> dict[str, Any]:
    """The whole data set; the window are the `days` before `now`."""
    book = Book(seed, now, days)
    for project in PROJECTS:
        _fill(book, project)
    add_traps(book)
    subtasks: dict[str, list[str]] = {}
    for issue in book.issues:
        if issue["type"] == "Sub-task":
            subtasks.setdefault(issue["parent"], []).append(issue["key"])
    for issue in book.issues:
        issue["subtasks"] = subtasks.get(issue["key"], [])
    return {
        "seed": seed,
        "now": iso(now),
        "window": {"start": iso(book.start), "end": iso(now)},
        "projects": [
            {"id": str(10 + k), "key": p, "name": f"{p} project", "team_managed": p == "MOB"}
            for k, p in enumerate((*PROJECTS, "SEC"))
        ],
        "users": [{"accountId": a, "name": n, "displayName": d, "emailAddress": f"{n}@acme.test"} for a, n, d in USERS],
        "statuses": list(STATUSES),
        "sprints": _sprints(book.start, now),
        "issues": book.issues,
        "truth": book.truth,
    }


def _fill(book: Book, project: str) -> None:
    """An epic and 321 tickets: closed in the window, closed long ago, under way, and not begun."""
    chance = book.chance
    begun: History = [(book.start - 20 * DAY, "In Progress")]
    title = f"{project} epic: ready for the peak season"
    epic = book.add(project, 90, begun, title, type="Epic", description="The epic of the quarter.")
    for number in range(100, 421):
        kind, summary, text = chance.choice(TEXTS)
        history, sprints = _fate(book, project)
        of_epic = epic["key"] if chance.random() < 0.3 else None
        more = {"type": kind, "description": text, "sprints": sprints, "epic": of_epic, "parent": of_epic}
        issue = book.add(project, number, history, summary, **more)
        if history:
            at, status = history[-1]
            book.expect(issue, closed=CATEGORY[status] == "done" and book.start <= at < book.now)


def _fate(book: Book, project: str) -> tuple[History, list[int]]:
    """A history and the sprints of a ticket."""
    chance, start, now = book.chance, book.start, book.now
    current = {"CHK": [24], "PLAT": [31]}.get(project, [])
    roll = chance.random()
    if roll < 0.10:  # closed in the window
        at = book.between(start + timedelta(minutes=1), now - timedelta(minutes=1))
        begun = at - timedelta(days=chance.randint(1, 6))
        return [(begun, "In Progress"), (at, chance.choice(["Done", "Done", "Closed"]))], current
    if roll < 0.75:  # closed long ago
        at = book.between(start - 200 * DAY, start - DAY)
        begun = at - timedelta(days=chance.randint(1, 6))
        return [(begun, "In Progress"), (at, "Done")], [23] if project == "CHK" and chance.random() < 0.1 else []
    if roll < 0.82:  # under way, some carried over
        history = [(book.between(start, now), chance.choice(["In Progress", "In Review"]))]
        carried = chance.random() < 0.3 if project == "CHK" else False
        return history, [23, 24] if carried else current
    following = {"CHK": [25], "PLAT": [32]}.get(project, [])
    return [], following if following and chance.random() < 0.3 else []


def _sprints(start: datetime, now: datetime) -> list[dict[str, Any]]:
    rows: tuple[tuple[int, str, str, datetime | None, datetime | None, int, str | None], ...] = (
        (23, "CHK Sprint 23", "closed", start - 14 * DAY, start, 1, "Tax"),
        (24, "CHK Sprint 24", "active", start, now + DAY, 1, "Peak season"),
        (25, "CHK Sprint 25", "future", None, None, 1, ""),
        (26, "CHK Sprint 26, state=ACTIVE", "future", None, None, 1, ""),
        (31, "PLAT 2026-W47 🚀", "active", now - 7 * DAY, now + 7 * DAY, 2, None),
        (32, "PLAT 2026-W49", "future", now + 7 * DAY, now + 21 * DAY, 2, None),
    )
    return [
        {"id": n, "name": name, "state": state, "start": iso(a), "end": iso(b), "board": board, "goal": goal}
        for n, name, state, a, b, board, goal in rows
    ]
