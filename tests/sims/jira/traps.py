"""The tickets that a careless query gets wrong: CHK-5…, and MOB-5… where the workflow sets no resolution."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.sims.jira.texts import USERS

if TYPE_CHECKING:
    from tests.sims.jira.book import Book

DAY = timedelta(days=1)
LONG = ("Lorem ipsum dolor sit amet. " * 40 + "\n") * 28  # Jira's limit is 32,767 characters


def add_traps(book: Book) -> None:
    """Add all of them, in the order of their keys."""
    _closings(book)
    _edges(book)
    _families(book)
    _oddities(book)
    _moves(book)


def _closings(book: Book) -> None:
    add, t, long_ago = book.add, book.day, book.start - 30 * DAY
    again = [(t(2), "In Progress"), (t(4), "Done"), (t(6), "In Progress")]
    book.expect(add("CHK", 501, again, "Reopened inside the window", sprints=[24]), closed=False)
    twice = [(long_ago, "Done"), (t(3), "In Progress"), (t(9), "Done")]
    title = "Closed, reopened, closed again in the window"
    book.expect(add("CHK", 502, twice, title, sprints=[24]), closed=True)
    moved_on = [(long_ago, "Done"), (t(5), "Closed")]
    book.expect(add("CHK", 503, moved_on, "Done -> Closed in the window (was already done)"), closed=False)
    title = "Resolution bulk-edited in the window"
    book.expect(add("CHK", 504, [(long_ago, "Done")], title, resolved_at=t(7)), closed=False)
    book.expect(add("CHK", 505, [(t(5), "Won't Do")], "Won't Do in the window"), closed=True)
    book.expect(add("CHK", 506, [(t(5), "Done")], "Closed as duplicate", resolution="Duplicate"), closed=True)
    book.expect(add("MOB", 507, [(t(5), "Done")], "Team-managed: Done without a resolution"), closed=True)


def _edges(book: Book) -> None:
    second, begin, end = timedelta(seconds=1), book.start, book.now
    for number, at, title, closed in (
        (508, begin, "EDGE closed exactly at the window start", True),
        (509, begin - second, "EDGE closed one second before the window", False),
        (510, end - second, "EDGE closed one second before the end", True),
        (511, end, "EDGE closed exactly at the end (next window)", False),
        (512, begin - 4 * 3600 * second, "EDGE 4 h before the start: in, if the user's zone is forgotten", False),
    ):
        book.expect(book.add("CHK", number, [(at, "Done")], title), closed=closed)


def _families(book: Book) -> None:
    parent = book.add("CHK", 520, [(book.day(2), "In Progress")], "Parent still open", type="Story", sprints=[24])
    for k in range(3):
        more = {"type": "Sub-task", "parent": parent["key"], "sprints": [24]}
        closed = [(book.day(5 + k), "Done")]
        book.expect(book.add("CHK", 521 + k, closed, f"Sub-task {k + 1}", **more), closed=True)


def _oddities(book: Book) -> None:
    add, t = book.add, book.day
    add("CHK", 530, [], "Huge description", description=LONG, sprints=[25])
    add("CHK", 531, [], "No description, no assignee", description=None, assignee=None, sprints=[24])
    busy = add("CHK", 532, [(t(1), "In Progress"), (t(8), "Done")], "60 changelog entries", sprints=[24])
    edits = [
        {"at": (t(8) + timedelta(minutes=k)).isoformat(), "field": "description", "from": str(k), "to": str(k + 1)}
        for k in range(60)
    ]
    busy["changelog"] = [{**e, "author": USERS[0][0]} for e in edits] + busy["changelog"]
    book.expect(busy, closed=True)
    book.expect(add("SEC", 1, [(t(5), "Done")], "Rotate the signing key"), closed=True)


def _moves(book: Book) -> None:
    """What other people did to a ticket: moved it, linked it, hid it, declined it without a resolution."""
    add, t, closed = book.add, book.day, [(book.day(5), "Done")]
    moved = add("CHK", 540, [(t(2), "In Progress"), (t(6), "Done")], "Moved from PLAT while under way")
    moved["changelog"].append(_key_change(t(3).isoformat(), "PLAT-999", "CHK-540"))
    book.expect(moved, closed=True)
    twin = {"type": "Duplicate", "outward": "duplicates", "inward": "is duplicated by", "key": "CHK-506"}
    blocks = {"type": "Blocks", "outward": "blocks", "inward": "is blocked by", "key": "CHK-520"}
    book.expect(add("CHK", 541, closed, "Linked to its twin", links=[twin, blocks]), closed=True)
    book.expect(add("CHK", 542, closed, "Only for the security team", security=True), closed=True)
    book.expect(add("MOB", 543, [(t(5), "Won't Do")], "Declined without a resolution"), closed=True)
    secret = "The job used AKIA" + "Q7XW2M5KD3JH6ZTB until today."
    book.expect(add("CHK", 544, closed, "A secret\nin the text", description=secret, due="2026-12-01"), closed=True)
    add("CHK", 545, [], "For the sprint after the next", sprints=[26])
    add("CHK", 546, [], "Begun in no sprint", epic="SEC-90")
    add("CHK", 547, [(t(4), "In Progress")], "Under an epic that is hidden", epic="SEC-90", sprints=[24])
    back = [(t(2), "In Progress"), (t(4), "Done"), (t(6), "To Do")]
    book.expect(add("CHK", 548, back, "Reopened into the backlog"), closed=False)


def _key_change(at: str, old: str, new: str) -> dict[str, Any]:
    return {"at": at, "author": USERS[0][0], "field": "Key", "from": old, "to": new}
