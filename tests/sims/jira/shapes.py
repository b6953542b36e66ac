"""Tickets, people, statuses and sprints as Jira writes them in JSON, Cloud or Data Center."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

CATEGORIES = {
    "new": (2, "new", "To Do", "blue-gray"),
    "indeterminate": (4, "indeterminate", "In Progress", "yellow"),
    "done": (3, "done", "Done", "green"),
}
# The ids of custom fields differ between sites: they are looked up in /field by their schema.
CUSTOM = {
    "cloud": {"sprint": "customfield_10020", "points": "customfield_10016", "epic": "customfield_10014"},
    "dc": {"sprint": "customfield_10104", "points": "customfield_10106", "epic": "customfield_10101"},
}
SYSTEM = {
    "summary": "summary",
    "status": "status",
    "resolution": "resolution",
    "resolutiondate": "resolved",
    "created": "created",
    "updated": "updated",
    "labels": "labels",
    "assignee": "assignee",
    "reporter": "reporter",
    "priority": "priority",
    "issuetype": "issuetype",
    "project": "project",
    "description": "description",
    "components": "component",
    "fixVersions": "fixVersion",
    "duedate": "due",
    "parent": "parent",
}
CHANGE = "statuscategorychangedate"
GREENHOPPER = "com.pyxis.greenhopper.jira:"
FLOAT = "com.atlassian.jira.plugin.system.customfieldtypes:float"
JAVA = "com.atlassian.greenhopper.service.sprint.Sprint@"

Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Shapes:
    """How one site writes.

    Attributes:
        zone: of the site; instants are written in it. user_zone: of the user.
        tells_change: whether tickets tell when the category of their status changed.
        agile: whether there are sprints and epics.
        shuffled: histories come in no order.
    """

    data: Json
    cloud: bool
    url: str
    zone: str
    user_zone: str
    tells_change: bool
    agile: bool
    shuffled: bool

    @property
    def custom(self) -> dict[str, str]:
        """The ids of the custom fields."""
        return CUSTOM["cloud" if self.cloud else "dc"]

    def stamp(self, iso: str | None) -> str | None:
        """An instant: `2026-11-23T10:00:00.000+0100`."""
        if not iso:
            return None
        at = datetime.fromisoformat(iso).astimezone(ZoneInfo(self.zone))
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}{at:%z}"

    def person(self, account: str | None) -> Json | None:
        """A user; Cloud tells no address."""
        users = self.data["users"]
        user = next((u for u in users if u["accountId"] == account), None)
        if not user:
            return None
        base = {"displayName": user["displayName"], "active": True, "timeZone": self.user_zone}
        if self.cloud:
            return {**base, "accountId": account, "accountType": "atlassian"}
        number = 10000 + sorted(u["name"] for u in users).index(user["name"])
        return {**base, "name": user["name"], "key": f"JIRAUSER{number}", "emailAddress": user["emailAddress"]}

    def status(self, name: str) -> Json:
        """A status with its category."""
        found = next(s for s in self.data["statuses"] if s["name"] == name)
        number, key, title, colour = CATEGORIES[found["cat"]]
        category = {"id": number, "key": key, "name": title, "colorName": colour}
        return {"id": found["id"], "name": name, "description": "", "statusCategory": category}

    def project(self, key: str) -> Json:
        """A project."""
        found = next(p for p in self.data["projects"] if p["key"] == key)
        base = {"id": found["id"], "key": key, "name": found["name"], "projectTypeKey": "software"}
        team = found["team_managed"]
        return {**base, "simplified": team, "style": "next-gen" if team else "classic"} if self.cloud else base

    def histories(self, issue: Json) -> list[Json]:
        """The changes of a ticket, newest first."""
        newest = sorted(enumerate(issue["changelog"]), key=lambda x: x[1]["at"], reverse=True)
        return [
            {
                "id": f"{issue['id']}{n}",
                "author": self.person(c["author"]),
                "created": self.stamp(c["at"]),
                "items": [self._item(c)],
            }
            for n, c in newest
        ]

    def issue(self, issue: Json, fields: list[str], *, expand: str, adf: bool, limit: int | None = None) -> Json:
        """A ticket with the fields asked for; at most `limit` histories along with it."""
        out: Json = {"id": issue["id"]}
        if fields != ["id"]:
            out |= {"key": issue["key"], "self": f"{self.url}/rest/api/2/issue/{issue['id']}", "expand": "changelog"}
        if fields not in (["id"], ["key"]):
            every = self._fields(issue, adf=adf)
            want = set(every) if {"*all", "*navigable"} & set(fields) else set(fields)
            want -= {f[1:] for f in fields if f.startswith("-")}
            out["fields"] = {k: v for k, v in every.items() if k in want}
        if "changelog" in expand.split(","):
            every_change = self.histories(issue)
            shown = every_change[:limit] if limit else every_change
            if self.shuffled:
                shown = sorted(shown, key=lambda h: h["id"][::-1])
            out["changelog"] = {
                "startAt": 0,
                "maxResults": len(shown),
                "total": len(every_change),
                "histories": shown,
            }
        return out

    def field_list(self) -> list[Json]:
        """What /field answers."""
        rows = [(k, k.capitalize(), [v, k] if k == "resolutiondate" else [v]) for k, v in SYSTEM.items()]
        if self.tells_change:
            rows.append((CHANGE, "Status Category Changed", ["statusCategoryChangedDate"]))
        system = [
            {"id": k, "key": k, "name": name, "custom": False, "clauseNames": clauses, "schema": {"system": k}}
            for k, name, clauses in rows
        ]
        points = f"{GREENHOPPER}jsw-story-points" if self.cloud else FLOAT
        own = (
            ("sprint", "Sprint", f"{GREENHOPPER}gh-sprint"),
            ("points", "Story point estimate" if self.cloud else "Story Points", points),
            ("epic", "Epic Link", f"{GREENHOPPER}gh-epic-link"),
        )
        custom = [_custom_field(self.custom[which], name, kind) for which, name, kind in own if self.agile]
        return [*system, *custom]

    def _item(self, change: Json) -> Json:
        ids = {s["name"]: s["id"] for s in self.data["statuses"]} if change["field"] == "status" else {}
        return {
            "field": change["field"],
            "fieldtype": "jira",
            "fieldId": change["field"].lower(),
            "from": ids.get(change["from"]),
            "fromString": change["from"],
            "to": ids.get(change["to"]),
            "toString": change["to"],
        }

    def _fields(self, issue: Json, *, adf: bool) -> Json:
        found = {
            "summary": issue["summary"],
            "description": _document(issue["description"]) if adf and issue["description"] else issue["description"],
            "issuetype": _type(issue["type"]),
            "project": self.project(issue["project"]),
            "status": self.status(issue["status"]),
            "resolution": {"id": "10000", "name": issue["resolution"]} if issue["resolution"] else None,
            "resolutiondate": self.stamp(issue["resolved"]),
            "created": self.stamp(issue["created"]),
            "updated": self.stamp(issue["updated"]),
            "labels": issue["labels"],
            "components": [{"name": x} for x in issue["components"]],
            "fixVersions": [{"name": x, "released": False} for x in issue["fix_versions"]],
            "assignee": self.person(issue["assignee"]),
            "reporter": self.person(issue["reporter"]),
            "priority": {"name": issue["priority"]},
            "duedate": issue["due"],
            "subtasks": [self._brief(k) for k in issue["subtasks"]],
            "issuelinks": [self._link(link) for link in issue["links"]],
            "security": {"id": "10100", "name": "Internal"} if issue["security"] else None,
            "comment": {"comments": [], "total": 0},
        }
        if self.tells_change:
            found[CHANGE] = self.stamp(issue["status_category_changed"])
        if self.agile:
            found[self.custom["sprint"]] = self._sprint_value(issue["sprints"])
            found[self.custom["points"]] = issue["story_points"]
            found[self.custom["epic"]] = issue["epic"]
        if issue["parent"] and (self.cloud or issue["type"] == "Sub-task"):
            found["parent"] = self._brief(issue["parent"])  # on a Data Center, epics are in the Epic Link field
        return found

    def _brief(self, key: str) -> Json:
        issue = next(i for i in self.data["issues"] if i["key"] == key)
        fields = {
            "summary": issue["summary"],
            "status": self.status(issue["status"]),
            "issuetype": _type(issue["type"]),
        }
        return {"id": issue["id"], "key": key, "fields": fields}

    def _link(self, link: Json) -> Json:
        kind = {"name": link["type"], "inward": link["inward"], "outward": link["outward"]}
        return {"id": "1", "type": kind, "outwardIssue": self._brief(link["key"])}

    def _sprint_value(self, ids: list[int]) -> Any:
        found = [s for s in self.data["sprints"] if s["id"] in ids]
        if not found:
            return None
        if not self.cloud:
            return [_java(s) for s in found]
        return [
            {
                "id": s["id"],
                "name": s["name"],
                "state": s["state"],
                "boardId": s["board"],
                "goal": s["goal"],
                "startDate": _utc(s["start"]),
                "endDate": _utc(s["end"]),
            }
            for s in found
        ]


def _java(sprint: Json) -> str:
    """What Java prints of a sprint: the field's value on a Data Center."""
    return (
        f"{JAVA}{sprint['id']:x}[id={sprint['id']},rapidViewId={sprint['board']},state={sprint['state'].upper()},"
        f"name={sprint['name']},startDate={sprint['start'] or '<null>'},endDate={sprint['end'] or '<null>'},"
        f"completeDate=<null>,sequence={sprint['id']},goal={sprint['goal'] or ''}]"
    )


def _utc(iso: str | None) -> str | None:
    """A date of a sprint: `2026-11-09T09:00:00.000Z`."""
    return iso and iso.replace("+00:00", ".000Z")


def _type(name: str) -> Json:
    level = {"Epic": 1, "Sub-task": -1}.get(name, 0)
    return {"id": str(10000 + len(name)), "name": name, "subtask": level < 0, "hierarchyLevel": level}


def _document(text: str) -> Json:
    """The text as version 3 of the interface has it."""
    paragraphs = [p for p in text.split("\n\n") if p]
    content = [{"type": "paragraph", "content": [{"type": "text", "text": p}]} for p in paragraphs]
    return {"type": "doc", "version": 1, "content": content}


def _custom_field(number: str, name: str, kind: str) -> Json:
    short = int(number.rpartition("_")[2])
    schema = {"type": "any", "custom": kind, "customId": short}
    clauses = [f"cf[{short}]", name]
    return {"id": number, "key": number, "name": name, "custom": True, "clauseNames": clauses, "schema": schema}
