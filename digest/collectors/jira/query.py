"""The JQL that is sent.

A date in JQL is read in the zone of the user, to the minute. All bounds are therefore written in UTC and widened by a
day, more than any zone is away; the exact filter on the parsed instant follows in our own code.
"""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from digest.period import Period

SLACK = timedelta(days=1)
DONE = "statusCategory = Done"
NOT_DONE = "statusCategory != Done"
IN_PROGRESS = 'statusCategory = "In Progress"'
IN_ORDER = " ORDER BY key ASC"

_NUMBERS = {DONE: "statusCategory = 3", NOT_DONE: "statusCategory != 3", IN_PROGRESS: "statusCategory = 4"}
_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ORDER = regex(
    r"""(?P<kept>(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^"'])*?)(?:^|(?<=[\s)"']))order\s+by\s.*""",
    re.IGNORECASE | re.DOTALL,
)


def quote(text: str) -> str:
    """`text` as one JQL string, whatever it holds."""
    return '"' + "".join(_ESCAPED.get(c, c) for c in text) + '"'


def listed(values: Iterable[str]) -> str:
    """A list for `IN`."""
    return "(" + ", ".join(quote(v) for v in values) + ")"


def scope(projects: Iterable[str], jql: str) -> str:
    """Which tickets the source is about: the projects, and the person's own condition without its order."""
    keys = tuple(projects)
    parts = [f"project in {listed(keys)}"] if keys else []
    if own := without_order(jql):
        parts.append(f"({own})")
    return " AND ".join(parts)


def without_order(jql: str) -> str:
    """A query without its `ORDER BY`, so that it can stand in brackets."""
    found = _ORDER.fullmatch(jql)
    return (found["kept"] if found else jql).strip()


def told(period: Period, *, knows_change: bool, ahead: str = "") -> str:
    """All that matters: closed within the period or up to a day around it, and still closed; or open and `ahead`."""
    since, until = _stamp(period.since - SLACK), _stamp(period.until + SLACK)
    if knows_change:
        when = f"statusCategoryChangedDate >= {since} AND statusCategoryChangedDate <= {until}"
    else:
        when = f"status CHANGED DURING ({since}, {until})"
    closed = f"({DONE} AND {when})"
    return f"({closed} OR ({NOT_DONE} AND ({ahead})))" if ahead else closed


def under_way(*, sprints: bool) -> str:
    """In progress or in a sprint that has not ended; boards without sprints have their work in progress."""
    return f"{IN_PROGRESS} OR sprint in openSprints() OR sprint in futureSprints()" if sprints else IN_PROGRESS


def reopened(since: datetime, *, knows_change: bool) -> str:
    """Moved to another status since then, as a ticket is that was opened again."""
    at = _stamp(since - SLACK)
    return f"statusCategoryChangedDate >= {at}" if knows_change else f"status CHANGED AFTER {at}"


def touched(condition: str, since: datetime, *, keys: Iterable[str] = ()) -> str:
    """Of what the condition finds that which has changed since then; and the tickets of these keys."""
    changed = f"(updated >= {_stamp(since - SLACK)} AND {condition})"
    return f"({changed} OR key in {listed(keys)})" if keys else changed


def by_number(condition: str) -> str:
    """The same with the numbers of the categories, for a site where their names are others."""
    for name, number in _NUMBERS.items():
        condition = condition.replace(name, number)
    return condition


def _stamp(instant: datetime) -> str:
    return f'"{instant.astimezone(UTC):%Y-%m-%d %H:%M}"'
