"""A local GitHub: GraphQL (validated against GitHub's own schema) and the REST calls PyGithub makes for PRs and issues.

    pip install graphql-core
    python datagen.py && python server.py --port 8080
    Github(auth=Auth.Token("t"), base_url="http://127.0.0.1:8080")           # or .../api/v3, like a GHES host

Tokens: any non-empty one works; "bad…" -> 401; "limited" cannot see private repositories; none -> REST only, 60/h.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import time
import urllib.parse
import zlib
from typing import Any

from graphql import GraphQLError, build_schema, get_named_type, parse, validate
from graphql.execution import execute_sync
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode, OperationDefinitionNode

import search as gsearch
from simkit import Reply, Request, Sim, page_of

HERE = os.path.dirname(os.path.abspath(__file__))
NODE_LIMIT = 500_000
SEARCH_CAP = 1000


def find_schema() -> str:
    for p in (
        os.environ.get("GITHUB_SDL", ""),
        os.path.join(HERE, "schema.graphql"),
        os.path.join(HERE, "node_modules/@octokit/graphql-schema/schema.graphql"),
    ):
        if p and os.path.exists(p):
            return p
    raise SystemExit("no GitHub SDL: run get_schema.sh (npm package @octokit/graphql-schema) or set GITHUB_SDL")


class GitHubError(GraphQLError):
    """Has GitHub's `type` member (NOT_FOUND, RATE_LIMITED, FORBIDDEN, …)."""

    def __init__(self, message: str, type_: str, **kw: Any):
        super().__init__(message, **kw)
        self.type = type_


# --------------------------------------------------------------------------
# GraphQL: data set -> objects whose keys are GraphQL field names.  A value may be a function of the field's arguments.
# --------------------------------------------------------------------------
def cursor(i: int) -> str:
    return base64.b64encode(f"cursor:{i}".encode()).decode()


def uncursor(c: str) -> int:
    try:
        return int(base64.b64decode(c).decode().split(":")[1])
    except Exception:
        raise GitHubError(f"`{c}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS")


def selected(info: Any) -> set[str]:
    names: set[str] = set()

    def walk(sel: Any) -> None:
        for s in sel.selections:
            if isinstance(s, FieldNode):
                names.add(s.name.value)
            elif isinstance(s, InlineFragmentNode):
                walk(s.selection_set)
            elif isinstance(s, FragmentSpreadNode):
                walk(info.fragments[s.name.value].selection_set)

    for n in info.field_nodes:
        if n.selection_set:
            walk(n.selection_set)
    return names


def connection(
    items: list[Any], info: Any, args: dict[str, Any], total: int | None = None, extra: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Relay pagination with GitHub's rules: first/last needed (unless only counting), 1..100."""
    first, last = args.get("first"), args.get("last")
    if first is None and last is None:
        if selected(info) - {"totalCount", "issueCount", "__typename"}:
            raise GitHubError(
                f"You must provide a `first` or `last` value to properly paginate the `{info.field_name}` connection.",
                "MISSING_PAGINATION_BOUNDARIES",
            )
        first = 0
    for n in (first, last):
        if n is not None and n > 100:
            raise GitHubError(
                f"Requesting {n} records on the `{info.field_name}` connection exceeds the `first` limit of 100 records.",
                "EXCESSIVE_PAGINATION",
            )
        if n is not None and n < 0:
            raise GitHubError(
                f"`first` on the `{info.field_name}` connection cannot be less than zero.", "ARGUMENT_LIMIT"
            )
    lo = uncursor(args["after"]) if args.get("after") else 0
    hi = uncursor(args["before"]) - 1 if args.get("before") else len(items)
    if first is not None:
        hi = min(hi, lo + first)
    else:
        lo = max(lo, hi - last)
    nodes = items[lo:hi]
    return {
        "totalCount": len(items) if total is None else total,
        "nodes": nodes,
        "edges": [{"cursor": cursor(lo + k + 1), "node": n} for k, n in enumerate(nodes)],
        "pageInfo": {
            "hasNextPage": hi < len(items),
            "hasPreviousPage": lo > 0,
            "startCursor": cursor(lo + 1) if nodes else None,
            "endCursor": cursor(hi) if nodes else None,
        },
        **(extra or {}),
    }


def conn(items: list[Any]) -> Any:
    return lambda info, **a: connection(items, info, a)


class Graph:
    """The data set as GraphQL objects."""

    def __init__(self, sim: "GithubSim", token: str):
        self.sim, self.token = sim, token

    def actor(self, login: str | None) -> Any:
        u = self.sim.users.get(login or "")
        if not u:
            return None
        name = login.removesuffix("[bot]")  # REST says "dependabot[bot]", GraphQL says "dependabot"
        return {
            "__typename": u["type"],
            "login": name,
            "name": u["name"],
            "databaseId": u["db_id"],
            "id": f"U_{u['db_id']}",
            "url": f"https://github.com/{'apps/' if u['type'] == 'Bot' else ''}{name}",
            "avatarUrl": lambda info, **a: "https://avatars.example/u",
        }

    def repo(self, r: dict[str, Any]) -> dict[str, Any]:
        prs = [i for i in r["items"] if i["kind"] == "pr"]
        iss = [i for i in r["items"] if i["kind"] == "issue"]

        def listing(items: list[Any], make: Any) -> Any:
            def f(
                info: Any,
                states: Any = None,
                labels: Any = None,
                orderBy: Any = None,
                filterBy: Any = None,
                baseRefName: Any = None,
                headRefName: Any = None,
                **page: Any,
            ) -> Any:
                out = [
                    i
                    for i in items
                    if (not states or i["state"] in states)
                    and (not labels or set(labels) & set(i["labels"]))
                    and (baseRefName is None or i.get("base") == baseRefName)
                    and (headRefName is None or i.get("head") == headRefName)
                    and (not filterBy or not filterBy.get("since") or i["updated_at"] >= filterBy["since"])
                ]
                key = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at", "COMMENTS": "comments"}[
                    (orderBy or {"field": "CREATED_AT"})["field"]
                ]
                out.sort(
                    key=lambda i: (i[key], i["db_id"]), reverse=(orderBy or {"direction": "ASC"})["direction"] == "DESC"
                )
                return connection([Lazy(make, r, i) for i in out], info, page)

            return f

        def one(items: list[Any], make: Any, what: str) -> Any:
            def f(info: Any, number: int) -> Any:
                hit = next((i for i in items if i["number"] == number), None)
                if not hit:
                    raise GitHubError(f"Could not resolve to {what} with the number of {number}.", "NOT_FOUND")
                return make(r, hit)

            return f

        return {
            "__typename": "Repository",
            "id": f"R_{r['db_id']}",
            "databaseId": r["db_id"],
            "name": r["name"],
            "nameWithOwner": f"{r['owner']}/{r['name']}",
            "url": f"https://github.com/{r['owner']}/{r['name']}",
            "isPrivate": r["private"],
            "isArchived": r["archived"],
            "description": r["description"],
            "owner": {
                "__typename": "Organization",
                "login": r["owner"],
                "id": "O_1",
                "url": f"https://github.com/{r['owner']}",
            },
            "defaultBranchRef": {"__typename": "Ref", "name": r["default_branch"]},
            "pullRequests": listing(prs, self.pr),
            "issues": listing(iss, self.issue),
            "pullRequest": one(prs, self.pr, "a PullRequest"),
            "issue": one(iss, self.issue, "an Issue"),
            "labels": lambda info, orderBy=None, query=None, **a: connection(
                [self.label(l) for l in r["labels"]], info, a
            ),
            "milestones": lambda info, states=None, orderBy=None, query=None, **a: connection(
                [self.milestone(r, m) for m in r["milestones"] if not states or m["state"] in states], info, a
            ),
        }

    def label(self, l: dict[str, Any]) -> dict[str, Any]:
        return {
            "__typename": "Label",
            "id": f"L_{l['name']}",
            "name": l["name"],
            "color": l["color"],
            "description": l["description"],
        }

    def milestone(self, r: dict[str, Any], m: dict[str, Any]) -> dict[str, Any]:
        items = [i for i in r["items"] if i["milestone"] == m["number"]]
        closed = sum(i["state"] != "OPEN" for i in items)
        of = lambda kind, make: (
            lambda info, states=None, orderBy=None, **a: connection(
                [make(r, i) for i in items if i["kind"] == kind and (not states or i["state"] in states)], info, a
            )
        )
        return {
            "__typename": "Milestone",
            "id": f"MI_{r['name']}_{m['number']}",
            "number": m["number"],
            "title": m["title"],
            "description": m["description"],
            "state": m["state"],
            "dueOn": m["due_on"],
            "createdAt": m["created_at"],
            "closedAt": m["closed_at"],
            "closed": m["state"] == "CLOSED",
            "progressPercentage": 100.0 * closed / len(items) if items else 0.0,
            "url": f"https://github.com/{r['owner']}/{r['name']}/milestone/{m['number']}",
            "issues": of("issue", self.issue),
            "pullRequests": of("pr", self.pr),
        }

    def common(self, r: dict[str, Any], i: dict[str, Any]) -> dict[str, Any]:
        ms = next((m for m in r["milestones"] if m["number"] == i["milestone"]), None)
        labels = [l for l in r["labels"] if l["name"] in i["labels"]]
        body = i["body"] or ""  # GraphQL's body is String!, REST's is null
        return {
            "id": i["node_id"],
            "databaseId": i["db_id"],
            "fullDatabaseId": str(i["db_id"]),
            "number": i["number"],
            "title": i["title"],
            "body": body,
            "bodyText": body,
            "state": i["state"],
            "closed": i["state"] != "OPEN",
            "author": self.actor(i["author"]),
            "createdAt": i["created_at"],
            "updatedAt": i["updated_at"],
            "closedAt": i["closed_at"],
            "milestone": self.milestone(r, ms) if ms else None,
            "repository": Lazy(self.repo, r),
            "labels": lambda info, orderBy=None, **a: connection([self.label(l) for l in labels], info, a),
            "assignees": conn([self.actor(a) for a in i["assignees"]]),
            "comments": lambda info, orderBy=None, **a: connection([], info, a, total=i["comments"]),
        }

    def issue(self, r: dict[str, Any], i: dict[str, Any]) -> dict[str, Any]:
        by = [
            (rr, p)
            for rr in self.sim.repos
            for p in rr["items"]
            if p["kind"] == "pr" and {"repo": f"{r['owner']}/{r['name']}", "number": i["number"]} in p["closes"]
        ]
        return {
            "__typename": "Issue",
            **self.common(r, i),
            "stateReason": i["state_reason"],
            "url": f"https://github.com/{r['owner']}/{r['name']}/issues/{i['number']}",
            "closedByPullRequestsReferences": lambda info, includeClosedPrs=False, orderByState=False, userLinkedOnly=False, **a: (
                connection([self.pr(rr, p) for rr, p in by], info, a)
            ),
        }

    def pr(self, r: dict[str, Any], i: dict[str, Any]) -> dict[str, Any]:
        def reviews(info: Any, states: Any = None, author: Any = None, **a: Any) -> Any:
            return connection(
                [
                    {
                        "__typename": "PullRequestReview",
                        "id": f"PRR_{i['db_id']}_{k}",
                        "state": x["state"],
                        "submittedAt": x["submitted_at"],
                        "author": self.actor(x["author"]),
                    }
                    for k, x in enumerate(i["reviews"])
                    if not states or x["state"] in states
                ],
                info,
                a,
            )

        def closes(info: Any, userLinkedOnly: Any = None, orderBy: Any = None, **a: Any) -> Any:
            out = []
            for c in i["closes"]:
                rr = self.sim.repo_by_name(c["repo"], self.token)
                hit = rr and next((x for x in rr["items"] if x["kind"] == "issue" and x["number"] == c["number"]), None)
                if hit:
                    out.append(self.issue(rr, hit))
            return connection(out, info, a)

        decision = (
            "APPROVED"
            if any(x["state"] == "APPROVED" for x in i["reviews"])
            else ("CHANGES_REQUESTED" if any(x["state"] == "CHANGES_REQUESTED" for x in i["reviews"]) else None)
        )
        return {
            "__typename": "PullRequest",
            **self.common(r, i),
            "url": f"https://github.com/{r['owner']}/{r['name']}/pull/{i['number']}",
            "isDraft": i["draft"],
            "merged": i["state"] == "MERGED",
            "mergedAt": i["merged_at"],
            "mergedBy": self.actor(i["merged_by"]),
            "additions": i["additions"],
            "deletions": i["deletions"],
            "changedFiles": i["changed_files"],
            "baseRefName": i["base"],
            "headRefName": i["head"],
            "reviewDecision": decision,
            "isCrossRepository": False,
            "mergeCommit": {"__typename": "Commit", "oid": i["merge_sha"], "abbreviatedOid": i["merge_sha"][:7]}
            if i["merge_sha"]
            else None,
            "totalCommentsCount": i["comments"],
            "reviews": reviews,
            "closingIssuesReferences": closes,
            "commits": lambda info, **a: connection([], info, a, total=i["commits"]),
        }

    # -- roots ----------------------------------------------------------------
    def root(self, cost: int, nodes: int) -> dict[str, Any]:
        sim = self.sim

        def repository(info: Any, owner: str, name: str, followRenames: bool = True) -> Any:
            r = sim.repo_by_name(f"{owner}/{name}", self.token, follow=followRenames)
            if not r:
                raise GitHubError(f"Could not resolve to a Repository with the name '{owner}/{name}'.", "NOT_FOUND")
            return self.repo(r)

        def search(info: Any, query: str, type: str, **a: Any) -> Any:
            if type != "ISSUE":
                raise GitHubError("sim: only search(type: ISSUE)", "SIM_UNSUPPORTED")
            try:
                hits = sim.search(query, self.token)
            except gsearch.SearchError as e:
                raise GitHubError(str(e), "UNPROCESSABLE")
            prs = [Lazy(self.pr if i["kind"] == "pr" else self.issue, r, i) for r, i in hits[:SEARCH_CAP]]
            return connection(prs, info, a, extra={"issueCount": len(hits)})

        def node(info: Any, id: str) -> Any:
            for r in sim.repos:
                for i in r["items"]:
                    if i["node_id"] == id:
                        return (self.pr if i["kind"] == "pr" else self.issue)(r, i)
            raise GitHubError(f"Could not resolve to a node with the global id of '{id}'", "NOT_FOUND")

        left = sim.budget["graphql"]
        return {
            "repository": repository,
            "search": search,
            "node": node,
            "viewer": self.actor("maria-k"),
            "rateLimit": lambda info, dryRun=False: {
                "cost": cost,
                "limit": left["limit"],
                "remaining": max(0, left["limit"] - left["used"]),
                "used": left["used"],
                "resetAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(left["reset"])),
                "nodeCount": nodes,
            },
        }


class Lazy:
    """Builds the object at the first field access (a page of 100 of 1,150 PRs builds 100)."""

    def __init__(self, make: Any, *args: Any):
        self.make, self.args, self.value = make, args, None

    def get(self) -> Any:
        if self.value is None:
            self.value = self.make(*self.args)
        return self.value


def resolve_field(source: Any, info: Any, **args: Any) -> Any:
    obj = source.get() if isinstance(source, Lazy) else source
    if info.field_name not in obj:
        raise GitHubError(
            f"sim: the data set has no {info.parent_type.name}.{info.field_name} (the field exists on GitHub)",
            "SIM_UNSUPPORTED",
        )
    v = obj[info.field_name]
    return v(info, **args) if callable(v) else v


def resolve_type(value: Any, info: Any, abstract: Any) -> Any:
    return (value.get() if isinstance(value, Lazy) else value)["__typename"]


def estimate(schema: Any, doc: Any, op: OperationDefinitionNode, variables: dict[str, Any]) -> tuple[int, int]:
    """-> (point cost, node count) after the formula in GitHub's docs."""
    frags = {d.name.value: d for d in doc.definitions if d.kind == "fragment_definition"}
    requests = nodes = 0

    def arg(field: FieldNode, name: str) -> int | None:
        for a in field.arguments or ():
            if a.name.value == name:
                v = variables.get(a.value.name.value) if a.value.kind == "variable" else getattr(a.value, "value", None)
                return int(v) if v is not None else None
        return None

    def walk(sel: Any, parent: Any, mult: int) -> None:
        nonlocal requests, nodes
        for s in sel.selections:
            if isinstance(s, FragmentSpreadNode):
                f = frags[s.name.value]
                walk(f.selection_set, schema.get_type(f.type_condition.name.value), mult)
            elif isinstance(s, InlineFragmentNode):
                walk(
                    s.selection_set, schema.get_type(s.type_condition.name.value) if s.type_condition else parent, mult
                )
            elif s.selection_set and not s.name.value.startswith("__"):
                fd = getattr(parent, "fields", {}).get(s.name.value)
                if fd is None:
                    continue
                t = get_named_type(fd.type)
                m = mult
                if t.name.endswith("Connection"):
                    n = arg(s, "first") or arg(s, "last")
                    if n:
                        requests += mult
                        nodes += mult * n
                        m = mult * n
                walk(s.selection_set, t, m)

    walk(op.selection_set, schema.query_type, 1)
    return max(1, round(requests / 100)), nodes


# --------------------------------------------------------------------------
class GithubSim(Sim):
    name = "github"

    def __init__(
        self,
        data: str | dict[str, Any] = os.path.join(HERE, "dataset.json"),
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        search_mode: str = "advanced",
        operator_limit: int = 5,
        sdl: str | None = None,
    ):
        super().__init__(host, port)
        self.load(data)
        self.search_mode, self.operator_limit = search_mode, operator_limit
        self.search_needs_type = True  # REST /search/issues without is:issue / is:pr -> 422
        self.incomplete_results = False  # REST search: incomplete_results
        self.forbidden: set[str] = set()  # GraphQL: repos answered with FORBIDDEN (SAML) next to partial data
        with open(sdl or find_schema(), encoding="utf-8") as f:
            self.schema = build_schema(f.read(), assume_valid=True)
        self.budget = {
            "core": {"limit": 5000, "used": 0, "reset": int(time.time()) + 3600},
            "search": {"limit": 30, "used": 0, "reset": int(time.time()) + 60},
            "graphql": {"limit": 5000, "used": 0, "reset": int(time.time()) + 3600},
        }

    def load(self, data: str | dict[str, Any]) -> None:
        if isinstance(data, str):
            with open(data, encoding="utf-8") as f:
                data = json.load(f)
        self.data = data
        self.repos = data["repos"]
        self.users = {u["login"]: u for u in data["users"]}

    # -- access ---------------------------------------------------------------
    def visible(self, r: dict[str, Any], token: str) -> bool:
        return not r["private"] or bool(token and token != "limited")

    def repo_by_name(self, full: str, token: str, follow: bool = True) -> dict[str, Any] | None:
        for r in self.repos:
            names = [f"{r['owner']}/{r['name']}".lower()] + (
                [r["renamed_from"].lower()] if follow and r["renamed_from"] else []
            )
            if full.lower() in names and self.visible(r, token):
                return r
        return None

    def search(self, query: str, token: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        pred, sort = gsearch.compile_query(query, self.search_mode, self.operator_limit)
        return gsearch.order(
            [(r, i) for r in self.repos if self.visible(r, token) for i in r["items"] if pred(r, i)], sort
        )

    # -- HTTP -----------------------------------------------------------------
    def charge(self, resource: str, points: int = 1) -> tuple[bool, dict[str, str]]:
        """-> (within the budget?, rate-limit headers)"""
        b = self.budget[resource]
        if time.time() > b["reset"]:
            b.update(used=0, reset=int(time.time()) + (60 if resource == "search" else 3600))
        ok = b["used"] + points <= b["limit"]
        if ok:
            b["used"] += points
        headers = {
            "Limit": b["limit"],
            "Remaining": max(0, b["limit"] - b["used"]),
            "Used": b["used"],
            "Reset": b["reset"],
            "Resource": resource,
        }
        return ok, {f"X-RateLimit-{k}": str(v) for k, v in headers.items()} | {"X-GitHub-Request-Id": "SIM:1"}

    def fault_reply(self, req: Request) -> Reply:
        f = self.faults
        docs = "https://docs.github.com/rest"
        if f.kind == "secondary":
            return Reply(
                {
                    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
                    "documentation_url": docs,
                },
                f.status if f.status in (403, 429) else 403,
            )
        if f.kind == "primary":
            if req.path.endswith("/graphql"):
                return Reply(
                    {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}]},
                    200,
                    {
                        "X-RateLimit-Limit": "5000",
                        "X-RateLimit-Remaining": "0",
                        "X-RateLimit-Reset": str(int(time.time()) + 2),
                    },
                )
            return Reply(
                {"message": "API rate limit exceeded for user ID 1.", "documentation_url": docs},
                f.status if f.status in (403, 429) else 403,
                {
                    "X-RateLimit-Limit": "5000",
                    "X-RateLimit-Remaining": "0",
                    "X-RateLimit-Reset": str(int(time.time()) + 2),
                },
            )
        text = {
            401: "Bad credentials",
            403: "Resource not accessible by personal access token",
            404: "Not Found",
            429: "Too many requests",
            500: "Server Error",
            503: "Service unavailable",
        }.get(f.status, "Server Error")
        if f.status in (502, 504):
            if req.path.endswith("/graphql"):
                return Reply(
                    {
                        "data": None,
                        "errors": [
                            {
                                "message": "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug. Please include `SIM:1` when reporting this issue."
                            }
                        ],
                    },
                    f.status,
                )
            return Reply(
                raw=b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>",
                status=f.status,
                headers={"Content-Type": "text/html"},
            )
        return Reply({"message": text, "documentation_url": docs, "status": str(f.status)}, f.status)

    def route(self, req: Request) -> Reply:
        path = req.path
        if path in ("/graphql", "/api/graphql"):
            return self.graphql(req)
        prefix = "/api/v3" if path.startswith("/api/v3") else ""
        parts = path[len(prefix) :].strip("/").split("/")
        if req.token.startswith("bad"):
            return Reply(
                {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest", "status": "401"},
                401,
                label="REST 401",
            )
        resource = "search" if parts[0] == "search" else "core"
        if parts == ["rate_limit"]:  # free
            return self.rest(req, parts, req.base + prefix)
        ok, rate = self.charge(resource)
        if not ok:
            return Reply(
                {
                    "message": "API rate limit exceeded for user ID 1.",
                    "documentation_url": "https://docs.github.com/rest",
                },
                403,
                rate,
                label="REST rate limited",
            )
        reply = self.rest(req, parts, req.base + prefix)
        reply.headers = {**rate, **reply.headers}
        if reply.status == 200 and req.method == "GET":
            etag = 'W/"' + hashlib.sha256(reply.payload()).hexdigest()[:32] + '"'
            reply.headers["ETag"] = etag
            if req.headers.get("If-None-Match") == etag:
                self.budget[resource]["used"] -= 1  # a 304 is free
                return Reply(None, 304, {k: v for k, v in reply.headers.items()}, label=reply.label + " 304")
        return reply

    # -- GraphQL ----------------------------------------------------------------
    def graphql(self, req: Request) -> Reply:
        if not req.token:
            return Reply(
                {
                    "message": "This endpoint requires you to be authenticated.",
                    "documentation_url": "https://docs.github.com/graphql",
                },
                401,
                label="GraphQL 401",
            )
        if req.token.startswith("bad"):
            return Reply(
                {"message": "Bad credentials", "documentation_url": "https://docs.github.com/graphql"},
                401,
                label="GraphQL 401",
            )
        try:
            payload = req.json()
            text, variables = payload["query"], payload.get("variables") or {}
        except Exception:
            return Reply({"message": "Problems parsing JSON"}, 400, label="GraphQL 400")
        name = payload.get("operationName")

        def fail(errors: list[dict[str, Any]], headers: dict[str, str] | None = None) -> Reply:
            return Reply({"errors": errors}, 200, headers or {}, label="GraphQL rejected")

        try:
            doc = parse(text)
        except GraphQLError as e:
            return fail(
                [{"message": e.message, "locations": [{"line": l.line, "column": l.column} for l in e.locations or ()]}]
            )
        bad = validate(self.schema, doc)
        if bad:
            return fail([self.refusal(e) for e in bad])
        ops = [d for d in doc.definitions if isinstance(d, OperationDefinitionNode)]
        op = next((d for d in ops if name and d.name and d.name.value == name), ops[0])
        if op.operation.value != "query":
            return fail([{"type": "SIM_UNSUPPORTED", "message": "sim: read only"}])
        cost, nodes = estimate(self.schema, doc, op, variables)
        if nodes > NODE_LIMIT:
            return fail(
                [
                    {
                        "type": "MAX_NODE_LIMIT_EXCEEDED",
                        "message": f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of 500,000.",
                    }
                ]
            )
        ok, headers = self.charge("graphql", cost)
        if not ok:
            return fail([{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 1."}], headers)
        result = execute_sync(
            self.schema,
            doc,
            root_value=Graph(self, req.token).root(cost, nodes),
            variable_values=variables,
            operation_name=name,
            field_resolver=resolve_field,
            type_resolver=resolve_type,
        )
        out: dict[str, Any] = {"data": result.data}
        errors = []
        for e in result.errors or []:
            o = e.original_error if isinstance(e.original_error, GitHubError) else e
            errors.append(
                {
                    "type": getattr(o, "type", "INTERNAL"),
                    "path": e.path,
                    "locations": [{"line": l.line, "column": l.column} for l in e.locations or ()],
                    "message": e.message,
                }
            )
        for alias, value in (
            result.data or {}
        ).items():  # organisation SAML enforcement: data without it, plus an error
            if isinstance(value, dict) and value.get("nameWithOwner") in self.forbidden:
                out["data"][alias] = None
                errors.append(
                    {
                        "type": "FORBIDDEN",
                        "path": [alias],
                        "extensions": {"saml_failure": True},
                        "message": "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization.",
                    }
                )
        if errors:
            out["errors"] = errors
        return Reply(out, 200, headers, label=f"GraphQL {op.name.value if op.name else 'anonymous'}")

    @staticmethod
    def refusal(e: GraphQLError) -> dict[str, Any]:
        """graphql-core's wording -> GitHub's (graphql-ruby) for the commonest case; others keep graphql-core's text"""
        out: dict[str, Any] = {
            "locations": [{"line": l.line, "column": l.column} for l in e.locations or ()],
            "message": e.message,
            "extensions": {"code": "validation"},
        }
        m = re.match(r"Cannot query field '(\w+)' on type '(\w+)'", e.message)
        if m:
            out |= {
                "message": f"Field '{m[1]}' doesn't exist on type '{m[2]}'",
                "extensions": {"code": "undefinedField", "typeName": m[2], "fieldName": m[1]},
            }
        return out

    # -- REST -----------------------------------------------------------------
    def rest(self, req: Request, p: list[str], base: str) -> Reply:
        nf = Reply(
            {"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"},
            404,
            label="REST 404",
        )
        if p == ["rate_limit"]:
            res = {
                k: {
                    "limit": b["limit"],
                    "used": b["used"],
                    "remaining": max(0, b["limit"] - b["used"]),
                    "reset": b["reset"],
                    "resource": k,
                }
                for k, b in self.budget.items()
            }
            return Reply({"resources": res, "rate": res["core"]}, label="REST rate_limit")
        if p == ["user"]:
            return Reply(self.r_user(base, "maria-k"), label="REST user")
        if p[0] == "search" and p[1:] == ["issues"]:
            return self.rest_search(req, base)
        if p[0] == "orgs" and p[2:] == ["repos"]:
            rs = [self.r_repo(base, r) for r in self.repos if r["owner"] == p[1] and self.visible(r, req.token)]
            return self.paged(req, rs, "REST org repos")
        if p[0] == "repositories" and len(p) >= 2:
            r = next((x for x in self.repos if str(x["db_id"]) == p[1]), None)
            rest = p[2:]
        elif p[0] == "repos" and len(p) >= 3:
            r = self.repo_by_name(f"{p[1]}/{p[2]}", req.token)
            rest = p[3:]
            if r and r["renamed_from"] == f"{p[1]}/{p[2]}":
                url = f"{base}/repositories/{r['db_id']}" + "".join(f"/{x}" for x in rest)
                return Reply({"message": "Moved Permanently", "url": url}, 301, {"Location": url}, label="REST 301")
        else:
            return nf
        if not r:
            return nf
        items = r["items"]
        if not rest:
            return Reply(self.r_repo(base, r), label="REST repo")
        if rest == ["pulls"]:
            state = req.q("state", "open")
            out = [
                i
                for i in items
                if i["kind"] == "pr"
                and (state == "all" or (i["state"] == "OPEN") == (state == "open"))
                and (not req.q("base") or i["base"] == req.q("base"))
            ]
            key = {"created": "created_at", "updated": "updated_at"}.get(req.q("sort", "created"), "created_at")
            direction = req.q("direction", "desc" if req.q("sort", "created") == "created" else "asc")  # as documented
            out.sort(key=lambda i: (i[key], i["db_id"]), reverse=direction == "desc")
            return self.paged(req, [(r, i) for i in out], "REST pulls list", lambda x: self.r_pr(base, *x))
        if rest[0] == "pulls" and len(rest) >= 2:
            i = next((x for x in items if x["kind"] == "pr" and str(x["number"]) == rest[1]), None)
            if not i:
                return nf
            if rest[2:] == ["reviews"]:
                return self.paged(
                    req,
                    [
                        {
                            "id": k + 1,
                            "user": self.r_user(base, x["author"]),
                            "state": x["state"],
                            "submitted_at": x["submitted_at"],
                            "body": "",
                        }
                        for k, x in enumerate(i["reviews"])
                    ],
                    "REST pull reviews",
                )
            return Reply(self.r_pr(base, r, i, full=True), label="REST pull get")
        if rest == ["issues"]:
            state, since = req.q("state", "open"), req.q("since")
            out = [
                i
                for i in items
                if (state == "all" or (i["state"] == "OPEN") == (state == "open"))
                and (not since or i["updated_at"] >= since)
                and (not req.q("labels") or set(req.q("labels").split(",")) <= set(i["labels"]))
                and (req.q("milestone") in ("", "*") or str(i["milestone"]) == req.q("milestone"))
            ]
            key = {"updated": "updated_at", "comments": "comments"}.get(req.q("sort"), "created_at")
            out.sort(key=lambda i: (i[key], i["db_id"]), reverse=req.q("direction", "desc") == "desc")
            return self.paged(req, [(r, i) for i in out], "REST issues list", lambda x: self.r_issue(base, *x))
        if rest[0] == "issues" and len(rest) == 2:
            i = next((x for x in items if str(x["number"]) == rest[1]), None)
            return Reply(self.r_issue(base, r, i), label="REST issue get") if i else nf
        if rest == ["milestones"]:
            state = req.q("state", "open")
            return self.paged(
                req,
                [
                    self.r_milestone(base, r, m)
                    for m in r["milestones"]
                    if state == "all" or m["state"].lower() == state
                ],
                "REST milestones",
            )
        if rest == ["labels"]:
            return self.paged(req, [self.r_label(base, r, n["name"]) for n in r["labels"]], "REST labels")
        return nf

    def rest_search(self, req: Request, base: str) -> Reply:
        q = req.q("q")
        doc = "https://docs.github.com/rest/search/search#search-issues-and-pull-requests"

        def refuse(msg: str) -> Reply:
            return Reply(
                {
                    "message": "Validation Failed",
                    "errors": [{"message": msg, "resource": "Search", "field": "q", "code": "invalid"}],
                    "documentation_url": doc,
                    "status": "422",
                },
                422,
                label="REST search 422",
            )

        if self.search_needs_type and not any(
            t.lower() in ("is:issue", "is:pr", "is:pull-request", "type:pr", "type:issue") for t in gsearch.tokens(q)
        ):
            return refuse("Query must include 'is:issue' or 'is:pull-request'")
        scopes = [t.split(":", 1)[1].strip('"') for t in gsearch.tokens(q) if t.lower().startswith("repo:")]
        if scopes and not any(self.repo_by_name(s, req.token, follow=False) for s in scopes):
            return refuse(
                "The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them."
            )
        try:
            hits = self.search(
                q + (f" sort:{req.q('sort')}-{req.q('order', 'desc')}" if req.q("sort") else ""), req.token
            )
        except gsearch.SearchError as e:
            return refuse(str(e))
        per, page = min(100, int(req.q("per_page", "30"))), int(req.q("page", "1"))
        if (page - 1) * per >= SEARCH_CAP:
            return Reply(
                {
                    "message": "Only the first 1000 search results are available",
                    "documentation_url": doc,
                    "status": "422",
                },
                422,
                label="REST search 422",
            )
        shown = hits[:SEARCH_CAP]
        reply = self.paged(req, shown, "REST search issues", lambda x: {**self.r_issue(base, *x), "score": 1.0})
        reply.data = {
            "total_count": len(hits),
            "incomplete_results": self.incomplete_results,
            "items": reply.data,
            "search_type": "lexical",
        }
        return reply

    def paged(self, req: Request, items: list[Any], label: str, render: Any = lambda x: x) -> Reply:
        per, page = max(1, min(100, int(req.q("per_page", "30")))), max(1, int(req.q("page", "1")))
        last = max(1, -(-len(items) // per))

        def link(n: int, rel: str) -> str:
            qs = {k: v[0] for k, v in req.query.items()} | {"page": str(n)}
            return f'<{req.base}{req.path}?{urllib.parse.urlencode(qs)}>; rel="{rel}"'

        links = ([link(page - 1, "prev"), link(1, "first")] if page > 1 else []) + (
            [link(page + 1, "next"), link(last, "last")] if page < last else []
        )
        if self.faults.duplicate_pages and page == last and last > 1:
            links = [link(page, "next")]
        return Reply(
            [render(x) for x in page_of(items, page, per)],
            headers={"Link": ", ".join(links)} if links else {},
            label=label,
        )

    # -- REST shapes (urls point back at the sim: PyGithub refuses foreign hosts) --
    def r_user(self, base: str, login: str | None) -> dict[str, Any] | None:
        u = self.users.get(login or "")
        if not u:
            return None
        return {
            "login": u["login"],
            "id": u["db_id"],
            "node_id": f"U_{u['db_id']}",
            "type": u["type"],
            "url": f"{base}/users/{u['login']}",
            "html_url": f"https://github.com/{u['login']}",
            "avatar_url": "",
            "site_admin": False,
        }

    def r_label(self, base: str, r: dict[str, Any], name: str) -> dict[str, Any]:
        l = next((x for x in r["labels"] if x["name"] == name), {"color": "ededed", "description": None})
        return {
            "id": zlib.crc32(name.encode()) % 10**6,
            "node_id": f"LA_{name}",
            "url": f"{base}/repos/{r['owner']}/{r['name']}/labels/{name}",
            "name": name,
            "color": l["color"],
            "description": l["description"],
            "default": False,
        }

    def r_milestone(self, base: str, r: dict[str, Any], m: dict[str, Any]) -> dict[str, Any]:
        items = [i for i in r["items"] if i["milestone"] == m["number"]]
        return {
            "url": f"{base}/repos/{r['owner']}/{r['name']}/milestones/{m['number']}",
            "html_url": f"https://github.com/{r['owner']}/{r['name']}/milestone/{m['number']}",
            "id": m["number"],
            "node_id": f"MI_{m['number']}",
            "number": m["number"],
            "title": m["title"],
            "description": m["description"],
            "state": m["state"].lower(),
            "due_on": m["due_on"],
            "created_at": m["created_at"],
            "updated_at": m["created_at"],
            "closed_at": m["closed_at"],
            "open_issues": sum(i["state"] == "OPEN" for i in items),
            "closed_issues": sum(i["state"] != "OPEN" for i in items),
            "creator": self.r_user(base, "maria-k"),
        }

    def r_repo(self, base: str, r: dict[str, Any]) -> dict[str, Any]:
        full = f"{r['owner']}/{r['name']}"
        return {
            "id": r["db_id"],
            "node_id": f"R_{r['db_id']}",
            "name": r["name"],
            "full_name": full,
            "private": r["private"],
            "archived": r["archived"],
            "owner": {"login": r["owner"], "id": 1, "type": "Organization", "url": f"{base}/users/{r['owner']}"},
            "html_url": f"https://github.com/{full}",
            "url": f"{base}/repos/{full}",
            "description": r["description"],
            "default_branch": r["default_branch"],
            "has_issues": True,
            "open_issues_count": sum(i["state"] == "OPEN" for i in r["items"]),
            "pushed_at": self.data["now"],
            "updated_at": self.data["now"],
            "created_at": "2020-01-01T00:00:00Z",
        }

    def r_issue(self, base: str, r: dict[str, Any], i: dict[str, Any]) -> dict[str, Any]:
        full = f"{r['owner']}/{r['name']}"
        ms = next((m for m in r["milestones"] if m["number"] == i["milestone"]), None)
        kind = "pull" if i["kind"] == "pr" else "issues"
        d = {
            "url": f"{base}/repos/{full}/issues/{i['number']}",
            "repository_url": f"{base}/repos/{full}",
            "html_url": f"https://github.com/{full}/{kind}/{i['number']}",
            "id": i["db_id"],
            "node_id": i["node_id"],
            "number": i["number"],
            "title": i["title"],
            "body": i["body"],
            "state": "open" if i["state"] == "OPEN" else "closed",
            "state_reason": (i.get("state_reason") or "").lower() or None,
            "user": self.r_user(base, i["author"]),
            "labels": [self.r_label(base, r, n) for n in i["labels"]],
            "milestone": self.r_milestone(base, r, ms) if ms else None,
            "assignees": [self.r_user(base, a) for a in i["assignees"]],
            "assignee": self.r_user(base, i["assignees"][0]) if i["assignees"] else None,
            "comments": i["comments"],
            "created_at": i["created_at"],
            "updated_at": i["updated_at"],
            "closed_at": i["closed_at"],
            "locked": False,
            "author_association": "MEMBER",
        }
        if i["kind"] == "pr":
            d["draft"] = i["draft"]
            d["pull_request"] = {
                "url": f"{base}/repos/{full}/pulls/{i['number']}",
                "html_url": d["html_url"],
                "diff_url": d["html_url"] + ".diff",
                "patch_url": d["html_url"] + ".patch",
                "merged_at": i["merged_at"],
            }
        return d

    def r_pr(self, base: str, r: dict[str, Any], i: dict[str, Any], full: bool = False) -> dict[str, Any]:
        d = self.r_issue(base, r, i)
        name = f"{r['owner']}/{r['name']}"
        d.pop("pull_request")
        d.pop("state_reason")
        d.pop("comments")
        d.update(
            url=f"{base}/repos/{name}/pulls/{i['number']}",
            issue_url=f"{base}/repos/{name}/issues/{i['number']}",
            draft=i["draft"],
            merged_at=i["merged_at"],
            merge_commit_sha=i["merge_sha"],
            base={
                "ref": i["base"],
                "label": f"{r['owner']}:{i['base']}",
                "sha": "0" * 40,
                "repo": self.r_repo(base, r),
            },
            head={
                "ref": i["head"],
                "label": f"{r['owner']}:{i['head']}",
                "sha": "1" * 40,
                "repo": self.r_repo(base, r),
            },
            requested_reviewers=[],
            requested_teams=[],
        )
        if full:  # only the single-PR call has these
            d.update(
                merged=i["state"] == "MERGED",
                merged_by=self.r_user(base, i["merged_by"]),
                additions=i["additions"],
                deletions=i["deletions"],
                changed_files=i["changed_files"],
                commits=i["commits"],
                comments=i["comments"],
                review_comments=0,
                mergeable=None,
                mergeable_state="unknown",
            )
        return d


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--data", default=os.path.join(HERE, "dataset.json"))
    ap.add_argument("--port", type=int, default=8080)
    ap.add_argument("--search-mode", choices=["advanced", "legacy"], default="advanced")
    ap.add_argument(
        "--fault", action="append", default=[], metavar="NAME=VALUE", help="e.g. --fault every_nth=5 --fault status=502"
    )
    a = ap.parse_args()
    sim = GithubSim(a.data, port=a.port, search_mode=a.search_mode)
    for f in a.fault:
        k, v = f.split("=", 1)
        sim.faults.set(
            **{k: type(getattr(sim.faults, k))(v) if not isinstance(getattr(sim.faults, k), bool) else v == "true"}
        )
    print(
        f"GitHub sim on {sim.url}  (GraphQL {sim.url}/graphql; control {sim.url}/_sim/stats, /_sim/faults, /_sim/reset)",
        flush=True,
    )
    sim.serve_forever()


if __name__ == "__main__":
    main()
