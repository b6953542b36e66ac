"""What a list of GitLab holds: its filters, its order, its pages by keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

Record = dict[str, Any]
Pair = tuple[Record, Record]
"""A row, with the project or group that it is of."""

PAGE = 100
ORDERS = {"CREATED": "created", "UPDATED": "updated", "MERGED_AT": "merged", "DUE_DATE": "due"}
DATED = ("created", "updated", "merged", "closed")


def below(path: str, group: str) -> bool:
    """Whether a project or group belongs to a group, however deep."""
    return fnmatchcase(path.lower(), f"{group.lower()}/*")


def chosen(pairs: list[Pair], asked: Record, today: str) -> list[Pair]:
    """The rows that the arguments of a list ask for, in the order that they ask for."""
    order, _, direction = asked.get("sort", "CREATED_DESC").rpartition("_")
    field = ORDERS[order]
    kept = [pair for pair in pairs if _wanted(pair, asked, today)]
    return sorted(kept, key=lambda pair: _key(pair, field), reverse=direction == "DESC")


def _key(pair: Pair, field: str) -> tuple[str, int]:
    value = pair[1].get(field)
    text = (
        value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else str(value or "~")
    )
    return text, pair[1]["id"]


def _wanted(pair: Pair, asked: Record, today: str) -> bool:
    home, row = pair
    if asked.get("state", "all") not in {"all", row["state"]}:
        return False
    if home.get("archived") and asked.get("includeArchived") is False:
        return False
    dates = [(row.get(field), asked.get(f"{field}After"), asked.get(f"{field}Before")) for field in DATED]
    if not (all(_inside(*date) for date in dates) and _overlaps(row, asked.get("timeframe"))):
        return False
    if asked.get("types") and row["kind"] not in asked["types"]:
        return False
    if asked.get("milestoneWildcardId") == "STARTED":
        goal = row["milestone"]
        return bool(goal and goal["state"] == "active" and goal["start"] and goal["start"] <= today)
    return True


def _overlaps(row: Record, frame: Record | None) -> bool:
    """Whether a milestone lies in a time frame at least in part; one without days lies in none."""
    if not frame:
        return True
    dated = bool(row["start"] or row["due"])
    return dated and (row["start"] or "0") <= frame["end"] and (row["due"] or "9") >= frame["start"]


def _inside(value: datetime | None, after: str | None, before: str | None) -> bool:
    """Whether an instant lies between two others, both counted in; what has none lies in no such window."""
    if not (after or before):
        return True
    return bool(
        value
        and (not after or value >= datetime.fromisoformat(after))
        and (not before or value <= datetime.fromisoformat(before))
    )


def paged(pairs: list[Pair], asked: Record, shape: Callable[[Record, Record], Any], rules: Any) -> Record:
    """A page of the rows, which are in order; `rules` are the server's switches."""
    field = ORDERS[asked.get("sort", "CREATED_DESC").rpartition("_")[0]]
    size = min(PAGE, asked.get("first") or PAGE)
    start = next(_behind(pairs, asked.get("after"), field), len(pairs))
    shown = pairs[start : start + size]
    following = start + size < len(pairs)
    faults = rules.faults
    twice = faults.duplicate_pages and not following
    last = _cursor(shown[-1], field) if shown else None
    info = {
        "hasNextPage": following or twice,
        "hasPreviousPage": start > 0,
        "startCursor": _cursor(shown[0], field) if shown else None,
        "endCursor": asked.get("after") or last if twice else last,
    }
    given = pairs[: len(shown)] if faults.repeat_pages else shown
    count = len(pairs) + rules.uncounted
    return {"count": count, "nodes": [shape(home, row) for home, row in given], "pageInfo": info}


def _behind(pairs: list[Pair], cursor: str | None, field: str) -> Iterator[int]:
    """The place of the first row behind a cursor: it names the last row that was given, whatever came before it since."""
    if not cursor:
        yield 0
        return
    text, number = json.loads(base64.b64decode(cursor))
    places = [k for k, pair in enumerate(pairs) if _key(pair, field) == (text, number)]
    yield from (k + 1 for k in places)


def _cursor(pair: Pair, field: str) -> str:
    return base64.b64encode(json.dumps(_key(pair, field)).encode()).decode()
