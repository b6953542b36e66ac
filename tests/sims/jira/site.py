"""What a site answers: a path and who asks → a reply. Its attributes are the switches of the sim."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.sims.jira.jql import Query
from tests.sims.jira.meaning import JqlError, World
from tests.sims.jira.replies import arguments, asker, nowhere, page, refusal, start_of, token
from tests.sims.jira.shapes import Json, Shapes
from tests.sims.simkit import Reply, Request

if TYPE_CHECKING:
    from collections.abc import Callable

GONE = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline "
    "is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
UNBOUNDED = "Unbounded JQL queries are not allowed here. Please add a search restriction to your query."
LOG_IN = {"message": "Client must be authenticated to access this resource.", "status-code": 401}


@dataclass(kw_only=True)
class Site:
    """One Jira.

    Attributes:
        user_tz: JQL dates are read in it. system_tz: instants in answers are written in it.
        bad_token: what an expired token gets: "anonymous" (200 and nothing found, as on Cloud) or "401".
        cloud_page_max: Cloud gives fewer than asked when fields are wanted. dc_page_max: the same elsewhere.
        changelog_max: how many histories come with Cloud's search (JRACLOUD-96459).
        shuffle_histories: they come in no order.
        repeat_token: Cloud repeats the last page's token so many times.
        endless_tokens: Cloud's last page names a next one, which is empty and names another, and so on.
        same_page: each page holds what the first one holds.
        withheld: a search counts so many tickets more than it gives.
        tells_change: whether there is statusCategoryChangedDate; None: on Cloud only.
        agile: whether there are sprints.
        categories: whether a query names a category of statuses by "names" or "numbers" alone; empty: by either.
        finds_projects: whether Cloud has a search for projects besides their list.
        silent_projects: a project that is unknown or hidden is no error; it has no tickets.
        names_user: whether headers tell whom an answer is for; a proxy may cut them.
    """

    data: Json
    flavour: str
    url: str
    user_tz: str = "America/New_York"
    system_tz: str = "Europe/Stockholm"
    bad_token: str = "anonymous"
    cloud_page_max: int = 100
    dc_page_max: int = 1000
    changelog_max: int = 40
    shuffle_histories: bool = True
    repeat_token: int = 0
    endless_tokens: bool = False
    same_page: bool = False
    withheld: int = 0
    tells_change: bool | None = None
    agile: bool = True
    categories: str = ""
    finds_projects: bool = True
    silent_projects: bool = False
    names_user: bool = True
    by_key: dict[str, Json] = field(init=False)
    by_id: dict[str, Json] = field(init=False)

    def __post_init__(self) -> None:
        self.by_key = {i["key"]: i for i in self.data["issues"]}
        self.by_id = {i["id"]: i for i in self.data["issues"]}

    @property
    def cloud(self) -> bool:
        """Whether it is Atlassian's own."""
        return self.flavour == "cloud"

    @property
    def user(self) -> Json:
        """Whom every good token belongs to."""
        found: Json = self.data["users"][0]
        return found

    @property
    def shapes(self) -> Shapes:
        """How it writes with the switches as they are."""
        return Shapes(
            data=self.data,
            cloud=self.cloud,
            url=self.url,
            zone=self.system_tz,
            user_zone=self.user_tz,
            tells_change=self._tells_change,
            agile=self.agile,
            shuffled=self.shuffle_histories,
        )

    @property
    def _tells_change(self) -> bool:
        return self.cloud if self.tells_change is None else self.tells_change

    def answer(self, req: Request) -> Reply:
        """The reply to a request."""
        who, secret = asker(req)
        reply = self._route(req, who)
        failed = who == "nobody" and bool(secret)
        if failed and self.bad_token == "401" and not req.path.endswith("/serverInfo"):
            reply = Reply(LOG_IN, 401, {"WWW-Authenticate": 'OAuth realm=""'}, label="401")
        if self.names_user:
            reason = {"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"} if failed else {}
            reply.headers |= self._addressee(who) | reason
        return reply

    def _addressee(self, who: str) -> dict[str, str]:
        """Cloud names the number of a user and nothing for nobody, Data Center a name for both."""
        if self.cloud:
            return {} if who == "nobody" else {"X-AACCOUNTID": self.user["accountId"]}
        return {"X-AUSERNAME": "anonymous" if who == "nobody" else self.user["name"]}

    def _route(self, req: Request, who: str) -> Reply:
        steps = req.path.strip("/").split("/")
        versions = ("2", "3", "latest") if self.cloud else ("2", "latest")
        if steps[:2] != ["rest", "api"] or len(steps) < 4 or steps[2] not in versions:
            return nowhere(req)
        path = "/".join(steps[3:])
        fixed: dict[str, Callable[[Request, str], Reply]] = {
            "serverInfo": self._server_info,
            "myself": self._myself,
            "field": lambda *_: Reply(self.shapes.field_list(), label="field"),
            "status": lambda *_: Reply([self.shapes.status(s["name"]) for s in self.data["statuses"]], label="status"),
            "project": lambda _, who: Reply([self.shapes.project(k) for k in self._seen(who)], label="project"),
            "search": self._removed if self.cloud else self._search_by_offset,
        }
        if self.cloud:
            fixed |= {
                **({"project/search": self._projects} if self.finds_projects else {}),
                "search/jql": self._search_by_token,
                "search/approximate-count": self._count,
                "changelog/bulkfetch": self._changelogs,
            }
        if path in fixed:
            return fixed[path](req, who)
        return nowhere(req)

    def _server_info(self, req: Request, _who: str) -> Reply:
        version = [1001, 0, 0] if self.cloud else [9, 12, 15]
        body = {
            "baseUrl": req.base,
            "version": ".".join(map(str, version)),
            "versionNumbers": version,
            "deploymentType": "Cloud" if self.cloud else "Server",
            "buildNumber": 100291,
            "serverTime": self.shapes.stamp(self.data["now"]),
            "serverTitle": "Jira sim",
        }
        return Reply(body, label="serverInfo")

    def _myself(self, _req: Request, who: str) -> Reply:
        if who == "nobody":
            return Reply(LOG_IN, 401, label="myself 401")
        me = self.shapes.person(self.user["accountId"]) or {}
        return Reply({**me, "timeZone": self.user_tz, "locale": "en_US"}, label="myself")

    def _removed(self, _req: Request, _who: str) -> Reply:
        return Reply({"errorMessages": [GONE], "errors": {}}, 410, label="search (removed)")

    def _projects(self, req: Request, who: str) -> Reply:
        asked = [k.upper() for k in req.query.get("keys", [])]
        keys = [k for k in self._seen(who) if not asked or k in asked]
        return page(req, [self.shapes.project(k) for k in keys], "project/search")

    def _changelogs(self, req: Request, who: str) -> Reply:
        asked = arguments(req)
        found = [self.by_key.get(k) or self.by_id.get(k) for k in asked.get("issueIdsOrKeys", [])]
        fields = set(asked.get("fieldIds") or ())
        logs = [
            {
                "issueId": i["id"],
                "changeHistories": [
                    h for h in self.shapes.histories(i) if not fields or fields & {x["fieldId"] for x in h["items"]}
                ],
            }
            for i in found
            if i and i["project"] in self._seen(who)
        ]
        return Reply({"issueChangeLogs": logs}, label="changelog bulkfetch")

    def _seen(self, who: str) -> list[str]:
        keys = [p["key"] for p in self.data["projects"]]
        return [] if who == "nobody" else [k for k in keys if k != "SEC" or who == "user"]

    def _find(self, asked: dict[str, Any], who: str) -> list[Json]:
        jql, checked = str(asked.get("jql", "")), asked.get("validateQuery") != "false"
        seen = frozenset(self._seen(who))
        world = World(
            data=self.data,
            now=datetime.fromisoformat(self.data["now"]),
            zone=ZoneInfo(self.user_tz),
            user=self.user["accountId"],
            tells_change=self._tells_change,
            agile=self.agile,
            projects=None if self.silent_projects or not seen else seen,  # nobody may name any and sees no ticket
            keys=frozenset(k for k in self.by_key if k.rpartition("-")[0] in seen) if checked and seen else None,
            categories=self.categories,
        )
        query = Query(jql, world)
        if self.cloud and not query.restricted:
            raise JqlError(UNBOUNDED)
        return query.run([i for i in self.data["issues"] if i["project"] in seen])

    def _count(self, req: Request, who: str) -> Reply:
        try:
            return Reply({"count": len(self._find(arguments(req), who))}, label="approximate-count")
        except JqlError as error:
            return refusal(str(error))

    def _search_by_token(self, req: Request, who: str) -> Reply:
        asked = arguments(req)
        size, fields = int(asked.get("maxResults", 50)), asked.get("fields") or ["id"]
        if not 1 <= size <= 5000:
            return refusal("The value of the 'maxResults' parameter is not between 1 and 5000.")
        if set(fields) - {"id", "key"}:
            size = min(size, self.cloud_page_max)
        try:
            found = self._find(asked, who)
            start = start_of(asked)
        except JqlError as error:
            return refusal(str(error), label="search/jql 400")
        given = found[: len(found) - self.withheld]
        out = {
            "issues": self._issues(self._page(given, start, size), asked, adf="/api/3/" in req.path),
            "isLast": start + size >= len(given),
        }
        if start + size < len(given) or self.endless_tokens:
            out["nextPageToken"] = token(start + size, asked)
        elif self.repeat_token > 0 and asked.get("nextPageToken"):
            self.repeat_token -= 1
            out["nextPageToken"] = asked["nextPageToken"]
        return Reply(out, label="search/jql")

    def _search_by_offset(self, req: Request, who: str) -> Reply:
        asked = arguments(req)
        try:
            found = self._find(asked, who)
        except JqlError as error:
            return refusal(str(error), label="search 400")
        start, size = int(asked.get("startAt", 0)), min(int(asked.get("maxResults", 50)), self.dc_page_max)
        asked["fields"] = asked.get("fields") or ["*navigable"]
        given = self._page(found[: len(found) - self.withheld], start, size)
        body = {
            "expand": "schema,names",
            "startAt": start,
            "maxResults": size,
            "total": len(found),
            "issues": self._issues(given, asked, adf=False),
        }
        return Reply(body, label="search")

    def _page(self, found: list[Json], start: int, size: int) -> list[Json]:
        return found[: len(found[start : start + size])] if self.same_page else found[start : start + size]

    def _issues(self, found: list[Json], asked: dict[str, Any], *, adf: bool) -> list[Json]:
        expand = asked.get("expand") or ""
        words = expand if isinstance(expand, str) else ",".join(expand)
        limit = self.changelog_max if self.cloud else None
        return [self.shapes.issue(i, asked.get("fields") or ["id"], expand=words, adf=adf, limit=limit) for i in found]
