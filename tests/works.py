"""Makers of activities, as short as a test needs them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from digest.model import Activity, Change, Link, Part

FIRST = datetime(2026, 2, 9, 8, tzinfo=UTC)
SHOP = "acme/shop"


def at(hours: float) -> datetime:
    """So many hours into the period."""
    return FIRST + timedelta(hours=hours)


def sha(number: int) -> str:
    """A commit id of twelve digits."""
    return f"{number:012x}"


def links(**targets: str) -> tuple[Link, ...]:
    """One link for each relation that is named."""
    return tuple(Link(relation=name, target=target) for name, target in targets.items())  # type: ignore[arg-type]


def lines(**paths: int) -> tuple[Change, ...]:
    """Changes by path, with `__` for a slash and `_` before the suffix: `src__pay_py=12`."""
    return tuple(
        Change(path=".".join(name.replace("__", "/").rsplit("_", 1)), added=added) for name, added in paths.items()
    )


def commit(number: int, title: str, *, hours: float | None = None, **rest: Any) -> Activity:
    """A commit on the main line of the shop."""
    given = {"people": ("Ann",), "where": SHOP, "changes": lines(src__shop_py=10), **rest}
    return Activity(
        source="git", key=sha(number), kind="commit", title=title, done=at(number if hours is None else hours), **given
    )


def pull(number: int, title: str, *, hours: float | None = None, **rest: Any) -> Activity:
    """A merged pull request of the shop."""
    given = {"people": ("ann",), "where": SHOP, "url": f"https://forge.test/{SHOP}/pull/{number}", **rest}
    done = _done(number if hours is None else hours, given)
    return Activity(source="hub", key=f"{SHOP}#{number}", kind="pull_request", title=title, done=done, **given)


def merge_request(number: int, title: str, *, where: str = SHOP, hours: float | None = None, **rest: Any) -> Activity:
    """A merged merge request on GitLab, where issues are counted apart."""
    given = {"people": ("ann",), "where": where, "url": f"https://lab.test/{where}/-/merge_requests/{number}", **rest}
    done = _done(number if hours is None else hours, given)
    return Activity(source="lab", key=f"{where}!{number}", kind="pull_request", title=title, done=done, **given)


def ticket(key: str, title: str, *, hours: float = 1, **rest: Any) -> Activity:
    """A closed ticket."""
    given = {"where": key.partition("-")[0], "url": f"https://tickets.test/browse/{key}", **rest}
    return Activity(source="jira", key=key, kind="ticket", title=title, done=_done(hours, given), **given)


def part(number: int, title: str, body: str = "") -> Part:
    """A commit inside a merge."""
    return Part(key=sha(number), title=title, body=body, author="Ann")


def _done(hours: float, given: dict[str, Any]) -> datetime | None:
    """What is under way or planned is not done."""
    return None if given.get("state") in {"active", "planned"} else at(hours)
