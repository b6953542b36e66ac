"""What the words of a JQL query mean over the data set: fields, values and moments."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

Issue = dict[str, Any]
Test = Callable[[Issue], bool]
Get = Callable[[Issue], Any]

DATES = {
    "resolved": "resolved",
    "resolutiondate": "resolved",
    "created": "created",
    "createddate": "created",
    "updated": "updated",
    "updateddate": "updated",
    "statuscategorychangeddate": "status_category_changed",
    "due": "due",
    "duedate": "due",
}
FIELDS = {
    "project": "project",
    "key": "key",
    "issue": "key",
    "issuekey": "key",
    "id": "id",
    "issuetype": "type",
    "type": "type",
    "status": "status",
    "resolution": "resolution",
    "labels": "labels",
    "component": "components",
    "fixversion": "fix_versions",
    "assignee": "assignee",
    "reporter": "reporter",
    "priority": "priority",
    "parent": "parent",
    "epic link": "epic",
    "sprint": "sprints",
    "summary": "summary",
    "description": "description",
    "story points": "story_points",
    "statuscategory": "status_category",
    **DATES,
}
CATEGORY = {
    "to do": "new",
    "new": "new",
    "in progress": "indeterminate",
    "indeterminate": "indeterminate",
    "done": "done",
    "complete": "done",
    "2": "new",
    "4": "indeterminate",
    "3": "done",
}
SPRINTS = {"opensprints": "active", "futuresprints": "future", "closedsprints": "closed"}
UNITS = {"w": timedelta(weeks=1), "d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
FORMATS = (("%Y-%m-%d %H:%M", False), ("%Y/%m/%d %H:%M", False), ("%Y-%m-%d", True), ("%Y/%m/%d", True))
VALID = (
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format "
    "e.g. '-5d', '4w 2d'."
)


class JqlError(Exception):
    """The query is refused: HTTP 400 with `errorMessages`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function in a query, `openSprints()`; the word EMPTY is one without brackets."""

    name: str
    args: tuple[str, ...] = ()


Value = str | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a query is asked about.

    Attributes:
        zone: of the user; dates are read in it.
        tells_change: whether statusCategoryChangedDate is a field here.
        agile: whether sprints are a field here.
        projects, keys: those that may be named; None where any name is taken.
        categories: what a category of statuses is called by, "names" (in English) or "numbers"; empty: either.
    """

    data: dict[str, Any]
    now: datetime
    zone: tzinfo
    user: str
    tells_change: bool
    agile: bool
    projects: frozenset[str] | None
    keys: frozenset[str] | None
    categories: str = ""

    def getter(self, name: str) -> Get:
        """How the value of a field is had."""
        if name == "text":
            return lambda i: f"{i['summary']} {i['description'] or ''}"
        hidden = (name == "statuscategorychangeddate" and not self.tells_change) or (
            name == "sprint" and not self.agile
        )
        if name not in FIELDS or hidden:
            raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
        field = FIELDS[name]
        return lambda i: i.get(field)

    def among(self, name: str, values: list[Value]) -> Test:
        """Whether the value of a field is one of those."""
        get = self.getter(name)
        if name == "sprint":
            ids = {n for value in values for n in self._sprint_ids(value)}
            return lambda i: bool(ids & set(get(i)))
        empty = Call("empty") in values
        plain = [self._plain(v) for v in values if v != Call("empty")]
        known = self._known(name)
        if strange := [v for v in plain if known is not None and v.lower() not in known]:
            raise JqlError(f"The value '{strange[0]}' does not exist for the field '{name}'.")
        wanted = {CATEGORY[v.lower()] if name == "statuscategory" else v.lower() for v in plain}

        def test(issue: Issue) -> bool:
            value = get(issue)
            if value in (None, "", []):
                return empty
            held = value if isinstance(value, list) else [str(value)]
            return not wanted.isdisjoint(v.lower() for v in held)

        return test

    def moment(self, value: Value, name: str) -> tuple[datetime, bool]:
        """The instant of a literal or function, and whether it is a day without a time."""
        if isinstance(value, Call):
            return self._calculated(value), False
        if re.fullmatch(r"\d{9,}", value):  # milliseconds since 1970: the only literal without a zone
            return datetime.fromtimestamp(int(value) / 1000, UTC), False
        if found := re.fullmatch(r"([+-]?)(\d+)([wdhm])(?:\s+(\d+)([wdhm]))?", value):
            sign, count, unit, count2, unit2 = found.groups()
            span = int(count) * UNITS[unit] + int(count2 or 0) * UNITS[unit2 or "m"]
            return self.now + (-span if sign == "-" else span), False
        for form, whole in FORMATS:
            try:
                return datetime.strptime(value, form).replace(tzinfo=self.zone).astimezone(UTC), whole
            except ValueError:
                continue
        raise JqlError(f"Date value '{value}' for field '{name}' is invalid. {VALID}")

    def status_name(self, value: str) -> str:
        """The name of the status with that number; any other word as it is."""
        return next((str(s["name"]) for s in self.data["statuses"] if s["id"] == value), value)

    def _known(self, name: str) -> set[str] | None:
        if name == "project":
            return None if self.projects is None else {p.lower() for p in self.projects}
        if name in {"key", "issue", "issuekey"}:
            return None if self.keys is None else {k.lower() for k in self.keys}
        categories = {
            c for c in CATEGORY if {"names": not c.isdecimal(), "numbers": c.isdecimal()}.get(self.categories, True)
        }
        return {"statuscategory": categories, "status": {s["name"].lower() for s in self.data["statuses"]}}.get(name)

    def _plain(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        if value == Call("currentuser"):
            return self.user
        raise JqlError(f"Unable to find JQL function '{value.name}()'.")

    def _sprint_ids(self, value: Value) -> set[int]:
        sprints = self.data["sprints"]
        if isinstance(value, str):
            return {s["id"] for s in sprints if value.lower() in {str(s["id"]), s["name"].lower()}}
        if value.name not in SPRINTS:
            raise JqlError(f"Unable to find JQL function '{value.name}()'.")
        return {s["id"] for s in sprints if s["state"] == SPRINTS[value.name]}

    def _calculated(self, call: Call) -> datetime:
        local = self.now.astimezone(self.zone)
        day = local.replace(hour=0, minute=0, second=0, microsecond=0)
        at = {
            "now": local,
            "currentlogin": local,
            "startofday": day,
            "endofday": day + timedelta(days=1, seconds=-1),
            "startofweek": day - timedelta(days=(day.weekday() + 1) % 7),
            "startofmonth": day.replace(day=1),
        }.get(call.name)
        if at is None:
            raise JqlError(f"Unable to find JQL function '{call.name}()'.")
        for arg in call.args:
            if found := re.fullmatch(r"([+-]?\d+)([wdhm]?)", arg):
                at += int(found[1]) * UNITS[found[2] or ("w" if call.name == "startofweek" else "d")]
        return at.astimezone(UTC)
