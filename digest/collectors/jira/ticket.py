"""A ticket as Jira wrote it → an activity."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.jira.history import DONE, instant
from digest.collectors.jira.site import Traits
from digest.model import Activity, Link, State
from digest.redact import redact
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

FIELDS = (
    "summary",
    "description",
    "issuetype",
    "project",
    "status",
    "resolution",
    "created",
    "assignee",
    "reporter",
    "labels",
    "components",
    "fixVersions",
    "duedate",
    "parent",
    "issuelinks",
    "security",
)
CHANGED = "statuscategorychangedate"
IN_PROGRESS = "indeterminate"
FAR = "9999"

_SPRINT_TEXT = regex(r"\[id=(?P<id>\d+),.*?\brapidViewId=(?P<board>\d+),.*?\bstate=(?P<state>[A-Z]+),.*")
_SPRINT_START = regex(r".*,startDate=(?P<start>\d{4}[^,]*),")


class Sprint(msgspec.Struct, frozen=True, kw_only=True):
    """A sprint that a ticket is in; `state` is active, closed or future."""

    id: int
    board: str
    state: str
    start: str = FAR


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How the tickets of one site are read.

    Attributes:
        source: the name of the source.
        declined: names of resolutions or statuses, folded by `fold`.
        zone: where a due day begins.
        epics: titles of the epics by their keys, where the tickets tell only the keys.
        former: the keys that a ticket had before it was moved, by its key.
    """

    source: str
    traits: Traits
    declined: frozenset[str]
    zone: tzinfo
    epics: dict[str, str] = msgspec.field(default_factory=dict)
    former: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def activity(self, ticket: dict[str, Any], state: State, done: datetime | None = None) -> Activity:
        """The activity of a ticket whose state is known."""
        key, fields = str(ticket["key"]), ticket.get("fields") or {}
        title, in_title = redact(_line(fields.get("summary")))
        body, in_body = redact(_text(fields.get("description")))
        return Activity(
            source=self.source,
            key=key,
            kind="ticket",
            title=title,
            state=state,
            done=done,
            created=instant(fields.get("created")),
            body=body,
            url=f"{self.traits.base}/browse/{key}",
            people=_people(fields),
            labels=_labels(fields),
            where=str(_at(fields, "project", "key") or key.rpartition("-")[0]),
            type=str(_at(fields, "issuetype", "name") or ""),
            topic=self._topic(fields),
            milestone=", ".join(_names(fields.get("fixVersions"))),
            due=self._due(fields.get("duedate")),
            links=self._links(key, fields),
            redacted=(*in_title, *in_body),
            private=bool(fields.get("security")),
        )

    def closed_state(self, ticket: dict[str, Any]) -> State:
        """Done, or closed without being done: told by the resolution or, where a workflow sets none, by the status."""
        names = (_at(ticket, "fields", "resolution", "name"), _at(ticket, "fields", "status", "name"))
        return "declined" if any(n and fold(str(n)) in self.declined for n in names) else "done"

    def _topic(self, fields: dict[str, Any]) -> str:
        key = epic_key(fields, self.traits) or _at(fields, "parent", "key")
        if not key:
            return ""
        of_parent = _at(fields, "parent", "fields", "summary") if key == _at(fields, "parent", "key") else ""
        title, _ = redact(_line(of_parent or self.epics.get(str(key))))
        return f"{key} {title}".strip()

    def _due(self, day: Any) -> datetime | None:
        try:
            return datetime.combine(date.fromisoformat(str(day)), time(), self.zone).astimezone(UTC)
        except ValueError:
            return None

    def _links(self, key: str, fields: dict[str, Any]) -> tuple[Link, ...]:
        found = [Link(relation="duplicates", target=old) for old in self.former.get(key, ()) if old != key]
        parent = _at(fields, "parent", "key")
        if parent and _at(fields, "issuetype", "subtask"):
            found.append(Link(relation="parent", target=str(parent)))
        for link in fields.get("issuelinks") or ():
            twin = _at(link, "outwardIssue", "key")
            if twin and str(_at(link, "type", "outward")).lower() == "duplicates":
                found.append(Link(relation="duplicates", target=str(twin)))
        return tuple(dict.fromkeys(found))


def wanted(traits: Traits) -> tuple[str, ...]:
    """The fields to ask for; nothing else is transferred."""
    own = (CHANGED if traits.knows_change else "", traits.sprint, traits.epic_link)
    return (*FIELDS, *filter(None, own))


def is_done(ticket: dict[str, Any]) -> bool:
    """Whether the ticket stands in a done status now."""
    return bool(_at(ticket, "fields", "status", "statusCategory", "key") == DONE)


def changed_at(ticket: dict[str, Any]) -> datetime | None:
    """When the category of its status last changed, where the site tells."""
    return instant(_at(ticket, "fields", CHANGED))


def epic_key(fields: dict[str, Any], traits: Traits) -> str:
    """The key in the Epic Link field of a Data Center."""
    value = fields.get(traits.epic_link) if traits.epic_link else None
    return value if isinstance(value, str) else ""


def states(tickets: list[dict[str, Any]], field_id: str) -> dict[str, State]:
    """Whether each ticket that is not done is under way, planned or idle, by key.

    Under way: in a sprint that runs, or in progress. Planned: in the next sprint of a board. Idle: in a sprint after
    the next, or reopened into the backlog.
    """
    inside = {str(t["key"]): sprints_of(t, field_id) for t in tickets}
    upcoming = {s for found in inside.values() for s in found if s.state == "future"}
    following: dict[str, Sprint] = {}
    for sprint in sorted(upcoming, key=lambda s: (s.start, s.id)):
        following.setdefault(sprint.board, sprint)
    found: dict[str, State] = {}
    for ticket in tickets:
        key = str(ticket["key"])
        in_progress = _at(ticket, "fields", "status", "statusCategory", "key") == IN_PROGRESS
        if in_progress or any(s.state == "active" for s in inside[key]):
            found[key] = "active"
        else:
            ahead = [s for s in inside[key] if s.state == "future"]
            unread = bool(_at(ticket, "fields", field_id)) and not inside[key]  # a form that we do not know
            is_next = unread or any(s == following.get(s.board) for s in ahead)
            found[key] = "planned" if is_next else "idle"
    return found


def sprints_of(ticket: dict[str, Any], field_id: str) -> list[Sprint]:
    """The sprints that a ticket is or was in; Cloud gives objects, Data Center the text that Java prints of them."""
    value = _at(ticket, "fields", field_id)
    return [s for s in map(_sprint, value if isinstance(value, list) else ()) if s]


def fold(name: str) -> str:
    """A name as it is compared: `Won’t Do` is `won't do`."""
    return name.replace("’", "'").strip().casefold()


def _sprint(value: Any) -> Sprint | None:
    if isinstance(value, dict):
        return Sprint(
            id=int(value.get("id") or 0),
            board=str(value.get("boardId") or value.get("originBoardId") or ""),
            state=str(value.get("state") or "").lower(),
            start=str(value.get("startDate") or FAR),
        )
    found = _SPRINT_TEXT.search(str(value))
    if not found:
        return None
    begins = _SPRINT_START.match(str(value))
    return Sprint(
        id=int(found["id"]),
        board=found["board"],
        state=found["state"].lower(),
        start=begins["start"] if begins else FAR,
    )


def _at(value: Any, *path: str) -> Any:
    """What stands at the path below, None where a step is missing."""
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _line(value: Any) -> str:
    return " ".join(_text(value).split())


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _names(values: Any) -> list[str]:
    return [str(v["name"]) for v in values or () if isinstance(v, dict) and v.get("name")]


def _labels(fields: dict[str, Any]) -> tuple[str, ...]:
    labels: Iterable[Any] = fields.get("labels") or ()
    return tuple(dict.fromkeys([*map(str, labels), *_names(fields.get("components"))]))


def _people(fields: dict[str, Any]) -> tuple[str, ...]:
    names = (_at(fields, role, "displayName") or _at(fields, role, "name") for role in ("assignee", "reporter"))
    return tuple(dict.fromkeys(str(n) for n in names if n))
