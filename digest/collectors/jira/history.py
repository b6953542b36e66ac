"""What the history of a ticket says: when it was closed, and under which keys it stood before."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.collectors.jira.site import Site

DONE = "done"
MOST_AT_ONCE = 1000
MILLISECONDS = 1000


class Statuses(msgspec.Struct, frozen=True, kw_only=True):
    """The statuses of a site. Names may be renamed or used twice, so that ids come first.

    Attributes:
        known: the name and the category of each, by its id; of one that was deleted neither.
    """

    known: dict[str, tuple[str, str]]

    @classmethod
    def of(cls, told: Iterable[dict[str, Any]], tickets: Iterable[dict[str, Any]] = ()) -> Statuses:
        """From what `status` answers; what the tickets passed through and stands there no more was deleted."""
        there = {str(s["id"]): (str(s["name"]), str((s.get("statusCategory") or {}).get("key"))) for s in told}
        return cls(known={number: ("", "") for ticket in tickets for number in _passed(ticket)} | there)

    def fit(self, tickets: Iterable[dict[str, Any]]) -> bool:
        """Whether nothing in these tickets says that a status has been made, renamed or put elsewhere since."""
        for ticket in tickets:
            status = (ticket.get("fields") or {}).get("status") or {}
            category = (status.get("statusCategory") or {}).get("key")
            if self.known.get(str(status.get("id"))) != (status.get("name"), category):
                return False
            if not _passed(ticket) <= self.known.keys():
                return False
        return True

    def has(self, number: Any, name: Any) -> bool:
        """Whether the status with that id, or of that name where no id is given, is done."""
        if number:
            return self.known.get(str(number), ("", ""))[1] == DONE
        return (str(name), DONE) in self.known.values()


def _passed(ticket: dict[str, Any]) -> set[str]:
    """The ids of the statuses that a ticket passed through, as far as its history is known."""
    histories = (ticket.get("changelog") or {}).get("histories") or ()
    return {str(item[end]) for _, _, item in _moves(histories) for end in ("from", "to") if item.get(end)}


def instant(value: Any) -> datetime | None:
    """An instant as Jira writes it: `2026-11-23T10:00:00.000+0100`, or milliseconds since 1970."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value / MILLISECONDS, UTC)
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def closed_at(histories: Iterable[dict[str, Any]], done: Statuses) -> datetime | None:
    """The last time that the ticket went from a status that is not done into one that is.

    Histories come in no order; a move from Done to Closed is no closing.
    """
    moves = sorted(_moves(histories), key=lambda move: move[:2])
    entries = [
        at
        for at, _, item in moves
        if done.has(item.get("to"), item.get("toString")) and not done.has(item.get("from"), item.get("fromString"))
    ]
    return entries[-1] if entries else None


def former_keys(histories: Iterable[dict[str, Any]]) -> tuple[str, ...]:
    """The keys that a ticket had before it was moved to another project."""
    items = (i for h in histories for i in h.get("items") or () if str(i.get("field")).lower() == "key")
    return tuple(dict.fromkeys(str(i["fromString"]) for i in items if i.get("fromString")))


def _moves(histories: Iterable[dict[str, Any]]) -> Iterator[tuple[datetime, int, dict[str, Any]]]:
    for history in histories:
        at = instant(history.get("created"))
        number = str(history.get("id") or "")
        for item in history.get("items") or ():
            if at and item.get("field") == "status":
                yield at, int(number) if number.isdecimal() else 0, item


def complete(site: Site, tickets: Iterable[dict[str, Any]], *, cloud: bool) -> tuple[dict[str, list[Any]], list[str]]:
    """The whole histories by the id of the ticket, and the keys whose history could not be completed.

    Each was found because its status changed: one without such a change is not whole.
    Cloud gives no more than 40 entries along with a search; the rest is asked for in one go, status changes alone.
    """
    known: dict[str, list[Any]] = {}
    cut: dict[str, str] = {}
    for ticket in tickets:
        log = ticket.get("changelog") or {}
        known[str(ticket["id"])] = list(log.get("histories") or ())
        moved = any(True for _ in _moves(known[str(ticket["id"])]))
        if not moved or int(log.get("total") or 0) > len(known[str(ticket["id"])]):
            cut[str(ticket["id"])] = str(ticket["key"])
    if cut and cloud:
        with suppress(SourceError):  # they stay cut, and the caller tells it
            for number, histories in _fetch(site, list(cut)).items():
                known[number] = [*known.get(number, ()), *histories]
                cut.pop(number, None)
    return known, sorted(cut.values())


def _fetch(site: Site, ids: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for first in range(0, len(ids), MOST_AT_ONCE):
        asked: dict[str, Any] = {"issueIdsOrKeys": ids[first : first + MOST_AT_ONCE], "fieldIds": ["status"]}
        seen: set[str] = set()
        while True:
            page = site.post("changelog/bulkfetch", asked)
            for log in page.get("issueChangeLogs") or ():
                found.setdefault(str(log.get("issueId")), []).extend(log.get("changeHistories") or ())
            token = str(page.get("nextPageToken") or "")
            if not token or token in seen:
                break
            seen.add(token)
            asked["nextPageToken"] = token
    return found
