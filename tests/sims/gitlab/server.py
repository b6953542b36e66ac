"""A GitLab on loopback: version 4 of its REST interface, as far as lists of merge requests, issues and milestones go.

Any token works; none or `bad…` is 401, `narrow` lacks the scope, and `limited` sees what everybody sees.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from tests.sims.gitlab import lists
from tests.sims.gitlab.lists import Found, Record, RefusalError
from tests.sims.gitlab.shapes import Shapes
from tests.sims.simkit import Reply, Request, Sim

WORDS = {
    401: {"message": "401 Unauthorized"},
    403: {"message": "403 Forbidden"},
    404: {"message": "404 Project Not Found"},
    500: {"message": "500 Internal Server Error"},
}
DOWN = b"<html><title>GitLab is not responding (502)</title><body>Whoops, GitLab is taking too much time</body></html>"
ROUTE = re.compile(r"/(?P<what>projects|groups)/(?P<id>[^/]+)(?:/(?P<list>\w+))?")


class GitlabSim(Sim):
    """The server, with GitLab's own switches.

    Attributes:
        root: the path below which GitLab stands. external: the address by which it calls itself in links.
        most_counted: how many rows are counted. most_offset: how many may be turned over by pages.
        uncounted: how many more are counted than given.
        no_links: a proxy in front loses the header `Link`.
        forbidden: lists, like `acme/pay/issues`, that the token may not read.
        heavy: a page of more rows is answered 500; 0 is never.
        elsewhere: where a renamed project is said to be; by default on this server.
        resets: when the minute of the rate limit ends.
        guest_in: private projects in which the token's user is only a guest: their merge requests are not shown to it.
        unlisted: projects that the list of a group leaves out.
    """

    name = "gitlab"

    def __init__(self, data: Record, *, root: str = "") -> None:
        super().__init__()
        self.root = root
        self.url += root
        self.afresh(data)

    def afresh(self, data: Record) -> GitlabSim:
        """Serve a data set with every switch as it was at first, and nothing counted."""
        self.data = data
        self.faults.clear()
        self.reset_stats()
        self.external, self.elsewhere = "", ""
        self.most_counted, self.most_offset, self.uncounted = 10_000, 50_000, 0
        self.no_links = False
        self.forbidden = set[str]()
        self.guest_in, self.unlisted = set[str](), set[str]()
        self.heavy = 0
        self.resets = time.time() + 30
        self.shapes = Shapes(self.url)
        self.expires: str | None = "2027-01-31"
        self.spoil: Callable[[Any], None] = lambda _: None
        return self

    def fault_reply(self, req: Request) -> Reply:
        """A failing answer in GitLab's words."""
        faults = self.faults
        if faults.kind == "primary":
            limit = {"RateLimit-Limit": "2000", "RateLimit-Remaining": "0", "RateLimit-Reset": str(int(self.resets))}
            return Reply(raw=b"Retry later\n", status=429, headers={"Content-Type": "text/plain", **limit})
        if faults.kind == "secondary" or faults.status == 429:
            return Reply(raw=b"Retry later\n", status=429, headers={"Content-Type": "text/plain"})
        if faults.status in WORDS:
            return Reply(WORDS[faults.status], faults.status)
        return Reply(raw=DOWN, status=faults.status, headers={"Content-Type": "text/html"})

    def route(self, req: Request) -> Reply:
        """The interface below the root; whatever else is asked for is a page for people."""
        raw = req.target.partition("?")[0]
        if not raw.startswith(f"{self.root}/api/v4/"):
            return Reply(raw=b"<html>404</html>", status=404, headers={"Content-Type": "text/html"}, label="page")
        token = req.headers.get("PRIVATE-TOKEN") or req.token
        if not token or token.startswith("bad"):
            return Reply(WORDS[401], 401, label="401")
        if token == "narrow":
            told = {"error": "insufficient_scope", "error_description": "The request requires higher privileges."}
            return Reply({**told, "scope": "api read_api"}, 403, label="403")
        try:
            reply = self._api(req, raw.removeprefix(f"{self.root}/api/v4"), token)
        except RefusalError as error:
            return Reply({"error": str(error)}, error.status, label=f"refused {error.status}")
        self.spoil(reply.data)
        return reply

    def _api(self, req: Request, path: str, token: str) -> Reply:
        about = {
            "/user": {"id": 1, "username": "release-bot", "name": "Release"},
            "/personal_access_tokens/self": {"id": 9, "scopes": ["read_api"], "expires_at": self.expires},
        }
        if path in about:
            return Reply(about[path], label=path)
        if path == "/projects":
            seen = [p for p in self.data["projects"] if self._sees(p, token)]
            return lists.paged(req, "projects", [(p, p) for p in seen], self._project, self)
        found = ROUTE.fullmatch(path)
        if not found:
            return Reply({"error": "404 Not Found"}, 404, label="no route")
        home = self._home(found["what"], unquote(found["id"]), token)
        if home is None:
            return Reply({"message": f"404 {found['what'][:-1].title()} Not Found"}, 404, label="not found")
        if isinstance(home, Reply):
            home.headers["Location"] += f"/{found['list']}" if found["list"] else ""
        elif not found["list"]:
            shown = self.shapes.project(home) if found["what"] == "projects" else self.shapes.group(home)
            return Reply(shown, label=found["what"][:-1])
        return home if isinstance(home, Reply) else self._list(req, found["list"], home, token)

    def _home(self, what: str, name: str, token: str) -> Record | Reply | None:
        """A project or group by number or path; of a former path where it is now."""
        for row in self.data[what]:
            if not self._sees(row, token):
                continue
            if name.lower() in {str(row["id"]), row["path"].lower()}:
                return dict(row)
            if row.get("former") and name.lower() == row["former"].lower():
                there = self.elsewhere or f"{self.url}/api/v4/projects/{row['id']}"
                return Reply(status=301, headers={"Location": there}, label="moved")
        return None

    def _sees(self, row: Record, token: str) -> bool:
        return token != "limited" or row["visibility"] == "public"

    def _list(self, req: Request, kind: str, home: Record, token: str) -> Reply:
        if f"{home['path']}/{kind}" in self.forbidden or (
            kind == "merge_requests" and home.get("requests") == "disabled"
        ):
            return Reply(WORDS[403], 403, label="403")
        if self.heavy and int(req.q("per_page", "20")) > self.heavy:
            return Reply(WORDS[500], 500, label="heavy")
        group = home if "merge_requests" not in home else None
        projects = [p for p in self.data["projects"] if self._sees(p, token)]
        inside = [p for p in projects if lists.below(p["path"], home["path"])] if group else [home]
        seen = [p for p in inside if kind != "merge_requests" or p["path"] not in self.guest_in]
        rows: Found = [(p, row) for p in seen for row in p.get(kind, ())]
        shape: Callable[[Record, Record], Record] = {
            "merge_requests": self.shapes.merge_request,
            "issues": self.shapes.issue,
            "milestones": self._milestone,
            "projects": self._project,
        }[kind]
        if kind == "projects":
            rows = [(p, p) for p in inside if p["path"] not in self.unlisted]
        if kind == "milestones" and group:
            deeper = req.q("include_descendants") == "true"
            groups = [g for g in self.data["groups"] if self._sees(g, token)]
            own = [g for g in groups if g["id"] == group["id"] or (deeper and lists.below(g["path"], group["path"]))]
            rows = [(g, row) for g in own for row in g["milestones"]]
        today = str(datetime.fromisoformat(self.data["now"]).date())
        return lists.paged(req, kind, lists.listed(req, kind, rows, today), shape, self)

    def _milestone(self, home: Record, row: Record) -> Record:
        return self.shapes.milestone(home["path"], row)

    def _project(self, _: Record, row: Record) -> Record:
        role = {"access_level": 10 if row["path"] in self.guest_in else 20}
        return {**self.shapes.project(row), "permissions": {"project_access": None, "group_access": role}}
