"""A local Jira, Cloud or Data Center: what the `jira` PyPI client needs to read tickets.

    python datagen.py && python server.py --port 8081 --flavour cloud
    JIRA("http://127.0.0.1:8081", basic_auth=("me@acme.test", "token"))             # cloud
    JIRA("http://127.0.0.1:8081", token_auth="pat")                                 # --flavour dc

Standard library only.  Credentials: anything; secret "bad…" fails; "limited" does not see project SEC.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.sims.jira.jql import JqlError, Query
from tests.sims.simkit import Reply, Request, Sim

HERE = os.path.dirname(os.path.abspath(__file__))
GONE = "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
# custom field ids differ between instances: look them up in /field by name or schema
FIELDS = {
    "cloud": {
        "sprint": "customfield_10020",
        "points": "customfield_10016",
        "points_name": "Story point estimate",
        "epic": "customfield_10014",
    },
    "dc": {
        "sprint": "customfield_10104",
        "points": "customfield_10106",
        "points_name": "Story Points",
        "epic": "customfield_10101",
    },
}


def errors(*messages: str, status: int = 400, **headers: str) -> Reply:
    return Reply(
        {"errorMessages": list(messages), "errors": {}}, status, {k.replace("_", "-"): v for k, v in headers.items()}
    )


class JiraSim(Sim):
    name = "jira"

    def __init__(
        self,
        data: str | dict[str, Any] = os.path.join(HERE, "dataset.json"),
        *,
        flavour: str = "cloud",
        port: int = 0,
        host: str = "127.0.0.1",
    ):
        super().__init__(host, port)
        self.flavour = flavour
        self.user_tz = "America/New_York"  # JQL dates are read in it
        self.system_tz = "Europe/Stockholm"  # timestamps in answers are written in it
        self.bad_token = "anonymous"  # expired token: "anonymous" (Cloud: 200 and nothing found) or "401"
        self.cloud_page_max = 100  # Cloud returns fewer than asked when fields are wanted
        self.dc_page_max = 1000  # jira.search.views.default.max
        self.changelog_max = 40  # Cloud's search/jql (JRACLOUD-96459); DC is not limited
        self.shuffle_histories = True  # do not rely on the order of changelog histories
        self.repeat_token = 0  # Cloud: repeat the last page's token this many times
        self.status_category_changed_in_dc = False
        if isinstance(data, str):
            with open(data, encoding="utf-8") as f:
                data = json.load(f)
        self.data = data
        self.by_key = {i["key"]: i for i in data["issues"]}
        self.by_id = {i["id"]: i for i in data["issues"]}
        self.user = data["users"][0]

    @property
    def cloud(self) -> bool:
        return self.flavour == "cloud"

    # -- HTTP ----------------------------------------------------------------
    def fault_reply(self, req: Request) -> Reply:
        s = self.faults.status
        if self.faults.kind in ("secondary", "primary"):
            s = 429
        text = {
            401: "Client must be authenticated to access this resource.",
            403: "Forbidden",
            429: "Rate limit exceeded.",
            503: "Service Unavailable",
        }.get(s, "Internal server error")
        h = (
            {"X-RateLimit-Limit": "100", "X-RateLimit-Remaining": "0", "RateLimit-Reason": "jira-burst-based"}
            if s == 429
            else {}
        )
        if s in (502, 504):
            return Reply(
                raw=b"<html><body><h1>Bad Gateway</h1></body></html>", status=s, headers={"Content-Type": "text/html"}
            )
        return Reply(
            {"message": text, "status-code": s} if s in (401, 429) else {"errorMessages": [text], "errors": {}}, s, h
        )

    def secret(self, req: Request) -> str:
        kind, _, value = req.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            try:
                return base64.b64decode(value).decode().partition(":")[2]
            except Exception:
                return ""
        return value if kind == "Bearer" else ""

    def route(self, req: Request) -> Reply:
        secret = self.secret(req)
        who = "limited" if secret == "limited" else "user" if secret and not secret.startswith("bad") else "nobody"
        p = req.path.strip("/").split("/")
        if p[:2] == ["rest", "api"] and len(p) > 3:
            version, rest = p[2], p[3:]
            if version not in (("2", "3", "latest") if self.cloud else ("2", "latest")):
                return Reply({"message": "null for uri: " + req.path, "status-code": 404}, 404, label="404")
            reply = self.api(req, rest, who, version == "3")
        elif p[:3] == ["rest", "agile", "1.0"]:
            reply = self.agile(req, p[3:], who)
        else:
            reply = Reply({"message": "Not found"}, 404, label="404")
        if who == "nobody" and secret:
            reply.headers["X-Seraph-LoginReason"] = "AUTHENTICATED_FAILED"
            if self.bad_token == "401" and p[-1] != "serverInfo":
                reply = Reply(
                    {"message": "Client must be authenticated to access this resource.", "status-code": 401},
                    401,
                    {"WWW-Authenticate": 'OAuth realm=""'},
                    label="401",
                )
        return reply

    def api(self, req: Request, p: list[str], who: str, adf: bool) -> Reply:
        if p == ["serverInfo"]:
            v = [1001, 0, 0] if self.cloud else [9, 12, 15]
            return Reply(
                {
                    "baseUrl": req.base,
                    "version": ".".join(map(str, v)),
                    "versionNumbers": v,
                    "deploymentType": "Cloud" if self.cloud else "Server",
                    "buildNumber": 100291,
                    "serverTime": self.stamp(self.data["now"]),
                    "serverTitle": "Jira sim",
                },
                label="serverInfo",
            )
        if p == ["myself"]:
            if who == "nobody":
                return Reply(
                    {"message": "Client must be authenticated to access this resource.", "status-code": 401},
                    401,
                    label="myself 401",
                )
            return Reply(
                {**self.person(self.user["accountId"]), "timeZone": self.user_tz, "locale": "en_US"}, label="myself"
            )
        if p == ["field"]:
            return Reply(self.field_list(), label="field")
        if p == ["status"]:
            return Reply([self.status(s["name"]) for s in self.data["statuses"]], label="status")
        if p == ["project"]:
            return Reply(
                [self.project(x["key"]) for x in self.data["projects"] if x["key"] in self.projects(who)],
                label="project",
            )
        if p == ["project", "search"] and self.cloud:
            asked = [k.upper() for k in req.query.get("keys", [])]
            seen = [x["key"] for x in self.data["projects"] if x["key"] in self.projects(who)]
            keys = [k for k in seen if not asked or k in asked]
            start, size = int(req.q("startAt", "0")), min(50, int(req.q("maxResults", "50")))
            page = [self.project(k) for k in keys[start : start + size]]
            last = start + size >= len(keys)
            return Reply(
                {"startAt": start, "maxResults": size, "total": len(keys), "isLast": last, "values": page},
                label="project/search",
            )
        if p == ["search"]:
            if self.cloud:
                return Reply({"errorMessages": [GONE], "errors": {}}, 410, label="search (removed)")
            return self.search_dc(req, who)
        if p == ["search", "jql"] and self.cloud:
            return self.search_cloud(req, who, adf)
        if p == ["search", "approximate-count"] and self.cloud:
            try:
                return Reply({"count": len(self.find(self.args(req).get("jql", ""), who))}, label="approximate-count")
            except JqlError as e:
                return errors(str(e))
        if p[0] == "issue" and len(p) >= 2:
            i = self.by_key.get(p[1]) or next((x for x in self.data["issues"] if x["id"] == p[1]), None)
            if not i or i["project"] not in self.projects(who):
                return errors("Issue does not exist or you do not have permission to see it.", status=404)
            if p[2:] == ["changelog"] and self.cloud:
                start, size = int(req.q("startAt", "0")), min(100, int(req.q("maxResults", "100")))
                h = self.histories(i)[::-1]
                return Reply(
                    {
                        "startAt": start,
                        "maxResults": size,
                        "total": len(h),
                        "isLast": start + size >= len(h),
                        "values": h[start : start + size],
                    },
                    label="issue changelog",
                )
            if p[2:] == []:
                f = req.q("fields", "*all")
                return Reply(self.issue(i, f.split(","), req.q("expand"), adf, limit=100), label="issue get")
        if p == ["changelog", "bulkfetch"] and self.cloud:
            a = self.args(req)
            out = [
                {
                    "issueId": i["id"],
                    "changeHistories": [
                        h
                        for h in self.histories(i)
                        if not a.get("fieldIds") or any(x["fieldId"] in a["fieldIds"] for x in h["items"])
                    ],
                }
                for k in a.get("issueIdsOrKeys", [])
                if (i := self.by_key.get(k) or self.by_id.get(k)) and i["project"] in self.projects(who)
            ]
            return Reply({"issueChangeLogs": out}, label="changelog bulkfetch")
        return Reply({"message": "null for uri: " + req.path, "status-code": 404}, 404, label="404")

    def agile(self, req: Request, p: list[str], who: str) -> Reply:
        start, size = int(req.q("startAt", "0")), min(50, int(req.q("maxResults", "50")))

        def page(values: list[Any], label: str) -> Reply:
            return Reply(
                {
                    "maxResults": size,
                    "startAt": start,
                    "total": len(values),
                    "isLast": start + size >= len(values),
                    "values": values[start : start + size],
                },
                label=label,
            )

        boards = [
            {"id": 1, "self": f"{req.base}/rest/agile/1.0/board/1", "name": "CHK board", "type": "scrum"},
            {"id": 2, "self": f"{req.base}/rest/agile/1.0/board/2", "name": "PLAT board", "type": "scrum"},
        ]
        if p == ["board"]:
            key = req.q("projectKeyOrId")
            return page([b for b in boards if not key or b["name"].startswith(key)], "boards")
        if p[0] == "board" and p[2:] == ["sprint"]:
            states = req.q("state").split(",") if req.q("state") else None
            return page(
                [
                    self.sprint(s)
                    for s in self.data["sprints"]
                    if str(s["board"]) == p[1] and (not states or s["state"] in states)
                ],
                "sprints",
            )
        if p[0] == "sprint" and len(p) == 2:
            s = next((s for s in self.data["sprints"] if str(s["id"]) == p[1]), None)
            return Reply(self.sprint(s), label="sprint get") if s else errors("Sprint does not exist", status=404)
        if p[0] == "sprint" and p[2:] == ["issue"]:
            found = [i for i in self.data["issues"] if int(p[1]) in i["sprints"] and i["project"] in self.projects(who)]
            return Reply(
                {
                    "startAt": start,
                    "maxResults": size,
                    "total": len(found),
                    "issues": [self.issue(i, ["*all"], "", False) for i in found[start : start + size]],
                },
                label="sprint issues",
            )
        return Reply({"message": "Not found"}, 404, label="404")

    # -- search -----------------------------------------------------------------
    def args(self, req: Request) -> dict[str, Any]:
        if req.method == "POST":
            return {k: v for k, v in (req.json() or {}).items() if v is not None}
        return {k: v[0] for k, v in req.query.items()} | {
            "fields": [x for f in req.query.get("fields", []) for x in f.split(",")]
        }

    def projects(self, who: str) -> set[str]:
        return (
            set()
            if who == "nobody"
            else {p["key"] for p in self.data["projects"] if p["key"] != "SEC" or who == "user"}
        )

    def find(self, jql: str, who: str) -> list[dict[str, Any]]:
        # anonymous users may name any project: they just see no issue
        q = Query(
            jql,
            self.data,
            now=datetime.fromisoformat(self.data["now"]),
            tz=self.user_tz,
            user=self.user["accountId"],
            cloud=self.cloud or self.status_category_changed_in_dc,
            projects=self.projects(who) or {p["key"] for p in self.data["projects"]},
        )
        if self.cloud and not q.restricted:
            raise JqlError("Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
        return q.run([i for i in self.data["issues"] if i["project"] in self.projects(who)])

    def search_cloud(self, req: Request, who: str, adf: bool) -> Reply:
        a = self.args(req)
        try:
            found = self.find(a.get("jql", ""), who)
        except JqlError as e:
            r = errors(str(e))
            r.label = "search/jql 400"
            return r
        fields = a.get("fields") or ["id"]
        size = int(a.get("maxResults", 50))
        if size < 1 or size > 5000:
            return errors("The value of the 'maxResults' parameter is not between 1 and 5000.")
        if set(fields) - {"id", "key"}:
            size = min(size, self.cloud_page_max)
        start = 0
        if a.get("nextPageToken"):
            try:
                start, jql = json.loads(base64.urlsafe_b64decode(a["nextPageToken"]))
                assert jql == a.get("jql")
            except Exception:
                return errors("The provided next page token is invalid or expired.")
        out: dict[str, Any] = {
            "issues": [
                self.issue(i, fields, a.get("expand", ""), adf, limit=self.changelog_max)
                for i in found[start : start + size]
            ],
            "isLast": start + size >= len(found),
        }
        if start + size < len(found):
            out["nextPageToken"] = base64.urlsafe_b64encode(json.dumps([start + size, a.get("jql")]).encode()).decode()
        elif self.repeat_token > 0 and a.get("nextPageToken"):
            self.repeat_token -= 1
            out["nextPageToken"] = a["nextPageToken"]
        return Reply(out, label="search/jql")

    def search_dc(self, req: Request, who: str) -> Reply:
        a = self.args(req)
        try:
            found = self.find(a.get("jql", ""), who)
        except JqlError as e:
            r = errors(str(e))
            r.label = "search 400"
            return r
        start, size = int(a.get("startAt", 0)), min(int(a.get("maxResults", 50)), self.dc_page_max)
        fields = a.get("fields") or ["*navigable"]
        return Reply(
            {
                "expand": "schema,names",
                "startAt": start,
                "maxResults": size,
                "total": len(found),
                "issues": [
                    self.issue(
                        i,
                        fields,
                        a.get("expand", "") if isinstance(a.get("expand", ""), str) else ",".join(a["expand"]),
                        False,
                    )
                    for i in found[start : start + size]
                ],
            },
            label="search",
        )

    # -- shapes ----------------------------------------------------------------
    def stamp(self, iso: str | None) -> str | None:
        if not iso:
            return None
        t = datetime.fromisoformat(iso).astimezone(ZoneInfo(self.system_tz))
        return (
            t.strftime("%Y-%m-%dT%H:%M:%S.") + f"{t.microsecond // 1000:03d}" + t.strftime("%z")
        )  # 2026-11-23T10:00:00.000+0100

    @staticmethod
    def utc(iso: str | None) -> str | None:  # sprint dates: 2026-11-09T09:00:00.000Z
        return iso and iso.replace("+00:00", ".000Z")

    def person(self, account: str | None) -> dict[str, Any] | None:
        u = next((u for u in self.data["users"] if u["accountId"] == account), None)
        if not u:
            return None
        base = {"displayName": u["displayName"], "active": True, "timeZone": self.user_tz}
        return (
            {**base, "accountId": u["accountId"], "accountType": "atlassian"}
            if self.cloud
            else {
                **base,
                "name": u["name"],
                "key": f"JIRAUSER{10000 + self.data['users'].index(u)}",
                "emailAddress": u["emailAddress"],
            }
        )

    def status(self, name: str) -> dict[str, Any]:
        s = next(x for x in self.data["statuses"] if x["name"] == name)
        cat = {
            "new": (2, "new", "To Do", "blue-gray"),
            "indeterminate": (4, "indeterminate", "In Progress", "yellow"),
            "done": (3, "done", "Done", "green"),
        }[s["cat"]]
        return {
            "id": s["id"],
            "name": name,
            "description": "",
            "statusCategory": {"id": cat[0], "key": cat[1], "name": cat[2], "colorName": cat[3]},
        }

    def project(self, key: str) -> dict[str, Any]:
        p = next(x for x in self.data["projects"] if x["key"] == key)
        return {
            "id": p["id"],
            "key": key,
            "name": p["name"],
            "projectTypeKey": "software",
            **(
                {"simplified": p["team_managed"], "style": "next-gen" if p["team_managed"] else "classic"}
                if self.cloud
                else {}
            ),
        }

    def sprint(self, s: dict[str, Any]) -> dict[str, Any]:
        return {
            k: v
            for k, v in {
                "id": s["id"],
                "name": s["name"],
                "state": s["state"],
                "startDate": self.utc(s["start"]),
                "endDate": self.utc(s["end"]),
                "originBoardId": s["board"],
                "goal": s["goal"],
            }.items()
            if v is not None
        }

    def sprint_value(self, ids: list[int]) -> Any:
        ss = [s for s in self.data["sprints"] if s["id"] in ids]
        if not ss:
            return None
        if self.cloud:
            return [
                {
                    "id": s["id"],
                    "name": s["name"],
                    "state": s["state"],
                    "boardId": s["board"],
                    "goal": s["goal"],
                    "startDate": self.utc(s["start"]),
                    "endDate": self.utc(s["end"]),
                }
                for s in ss
            ]
        return [
            f"com.atlassian.greenhopper.service.sprint.Sprint@{s['id']:x}[id={s['id']},rapidViewId={s['board']},state={s['state'].upper()},name={s['name']},startDate={s['start'] or '<null>'},endDate={s['end'] or '<null>'},completeDate=<null>,sequence={s['id']},goal={s['goal'] or ''}]"
            for s in ss
        ]

    def histories(self, i: dict[str, Any]) -> list[dict[str, Any]]:
        """newest first (documented, but not to be relied on: set shuffle_histories)"""
        return [
            {
                "id": f"{i['id']}{n}",
                "author": self.person(c["author"]),
                "created": self.stamp(c["at"]),
                "items": [
                    {
                        "field": c["field"],
                        "fieldtype": "jira",
                        "fieldId": c["field"],
                        "from": None,
                        "fromString": c["from"],
                        "to": None,
                        "toString": c["to"],
                    }
                ],
            }
            for n, c in sorted(enumerate(i["changelog"]), key=lambda x: x[1]["at"], reverse=True)
        ]

    def brief(self, key: str) -> dict[str, Any]:
        i = self.by_key[key]
        return {
            "id": i["id"],
            "key": key,
            "fields": {
                "summary": i["summary"],
                "status": self.status(i["status"]),
                "issuetype": self.issuetype(i["type"]),
            },
        }

    def issuetype(self, t: str) -> dict[str, Any]:
        return {
            "id": str(10000 + len(t)),
            "name": t,
            "subtask": t == "Sub-task",
            "hierarchyLevel": {"Epic": 1, "Sub-task": -1}.get(t, 0),
        }

    def description(self, text: str | None, adf: bool) -> Any:
        if text is None or not adf:
            return text  # v2: wiki markup
        return {
            "type": "doc",
            "version": 1,
            "content": [
                {"type": "paragraph", "content": [{"type": "text", "text": para}]}
                for para in text.split("\n\n")
                if para
            ],
        }  # v3: ADF

    def issue(
        self, i: dict[str, Any], fields: list[str], expand: str, adf: bool, limit: int | None = None
    ) -> dict[str, Any]:
        c = FIELDS[self.flavour]
        everything = {
            "summary": i["summary"],
            "description": self.description(i["description"], adf),
            "issuetype": self.issuetype(i["type"]),
            "project": self.project(i["project"]),
            "status": self.status(i["status"]),
            "resolution": {"id": "10000", "name": i["resolution"]} if i["resolution"] else None,
            "resolutiondate": self.stamp(i["resolved"]),
            "created": self.stamp(i["created"]),
            "updated": self.stamp(i["updated"]),
            "labels": i["labels"],
            "components": [{"name": x} for x in i["components"]],
            "fixVersions": [{"name": x, "released": False} for x in i["fix_versions"]],
            "assignee": self.person(i["assignee"]),
            "reporter": self.person(i["reporter"]),
            "priority": {"name": i["priority"]},
            "duedate": i["due"],
            "subtasks": [self.brief(k) for k in i["subtasks"]],
            "issuelinks": [],
            "security": {"id": "10100", "name": "Internal"} if i["security"] else None,
            c["sprint"]: self.sprint_value(i["sprints"]),
            c["points"]: i["story_points"],
            c["epic"]: i["epic"],
            "comment": {"comments": [], "total": 0},
        }
        if self.cloud:
            everything["statuscategorychangedate"] = self.stamp(i["status_category_changed"])
            if i["parent"]:
                everything["parent"] = self.brief(i["parent"])  # epics too
        elif i["type"] == "Sub-task":
            everything["parent"] = self.brief(
                i["parent"]
            )  # DC: only a sub-task has a parent; epics are in the Epic Link field
        out: dict[str, Any] = {"id": i["id"]}
        if fields != ["id"]:
            out |= {
                "key": i["key"],
                "self": f"{self.url}/rest/api/2/issue/{i['id']}",
                "expand": "operations,versionedRepresentations,editmeta,changelog,renderedFields",
            }
            if fields != ["key"]:
                want = set(everything) if {"*all", "*navigable"} & set(fields) else set(fields)
                want -= {f[1:] for f in fields if f.startswith("-")}
                out["fields"] = {k: v for k, v in everything.items() if k in want}
        if "changelog" in (expand or "").split(","):
            h = self.histories(i)
            shown = h[:limit] if limit else h
            if self.shuffle_histories:
                shown = sorted(shown, key=lambda x: x["id"][::-1])
            out["changelog"] = {"startAt": 0, "maxResults": len(shown), "total": len(h), "histories": shown}
        return out

    def field_list(self) -> list[dict[str, Any]]:
        c = FIELDS[self.flavour]
        system = {
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
        out = [
            {
                "id": k,
                "key": k,
                "name": k.capitalize(),
                "custom": False,
                "clauseNames": [v] + (["resolutiondate"] if k == "resolutiondate" else []),
                "schema": {"type": "any", "system": k},
            }
            for k, v in system.items()
        ]
        if self.cloud or self.status_category_changed_in_dc:
            out.append(
                {
                    "id": "statuscategorychangedate",
                    "key": "statuscategorychangedate",
                    "name": "Status Category Changed",
                    "custom": False,
                    "clauseNames": ["statusCategoryChangedDate"],
                    "schema": {"type": "datetime", "system": "statuscategorychangedate"},
                }
            )
        for fid, name, typ in (
            (c["sprint"], "Sprint", "com.pyxis.greenhopper.jira:gh-sprint"),
            (
                c["points"],
                c["points_name"],
                "com.pyxis.greenhopper.jira:jsw-story-points"
                if self.cloud
                else "com.atlassian.jira.plugin.system.customfieldtypes:float",
            ),
            (c["epic"], "Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link"),
        ):
            n = int(fid.rsplit("_", 1)[1])
            out.append(
                {
                    "id": fid,
                    "key": fid,
                    "name": name,
                    "custom": True,
                    "clauseNames": [f"cf[{n}]", name],
                    "schema": {"type": "any", "custom": typ, "customId": n},
                }
            )
        return out


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", default=os.path.join(HERE, "dataset.json"))
    ap.add_argument("--port", type=int, default=8081)
    ap.add_argument("--flavour", choices=["cloud", "dc"], default="cloud")
    ap.add_argument("--user-tz", default="America/New_York")
    ap.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="e.g. --fault every_nth=3 --fault status=429 --fault retry_after=1",
    )
    a = ap.parse_args()
    sim = JiraSim(a.data, flavour=a.flavour, port=a.port)
    sim.user_tz = a.user_tz
    for f in a.fault:
        k, v = f.split("=", 1)
        old = getattr(sim.faults, k)
        sim.faults.set(**{k: v == "true" if isinstance(old, bool) else type(old)(v)})
    print(
        f"Jira sim ({a.flavour}) on {sim.url}  (control: {sim.url}/_sim/stats, /_sim/faults, /_sim/reset)", flush=True
    )
    sim.serve_forever()


if __name__ == "__main__":
    main()
