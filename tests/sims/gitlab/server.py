"""A GitLab on loopback: GraphQL, validated against a schema and executed over the data set, and a little of its REST.

Any token works; none or `bad…` is 401, `narrow` lacks the scope, and `limited` sees what everybody sees.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from graphql import DocumentNode, GraphQLError, build_schema, parse, validate
from graphql.execution import execute_sync

from tests.sims.gitlab.cost import MOST, complexity
from tests.sims.gitlab.graph import Graph
from tests.sims.gitlab.lists import Record
from tests.sims.gitlab.shapes import Shapes
from tests.sims.simkit import Reply, Request, Sim

SCHEMA = build_schema((Path(__file__).parent / "schema.graphql").read_text(encoding="utf-8"))
LONGEST = 10_000
"""Characters of a question."""

WORDS = {
    401: {"message": "401 Unauthorized"},
    403: {"message": "403 Forbidden"},
    404: {"message": "404 Project Not Found"},
    500: {"message": "500 Internal Server Error"},
}
SAID = {
    401: "Invalid token",
    403: "API not accessible for user",
    404: "Not found!",
    500: "Internal server error",
}
"""The same where GraphQL is asked."""

DOWN = b"<html><title>GitLab is not responding (502)</title><body>Whoops, GitLab is taking too much time</body></html>"
ROUTE = re.compile(r"/(?P<what>projects|groups)/(?P<id>[^/]+)")


class GitlabSim(Sim):
    """The server, with GitLab's own switches.

    Attributes:
        root: the path below which GitLab stands.
        uncounted: how many more are counted than given.
        forbidden: lists, like `acme/pay/issues`, that the token may not read.
        heavy: a question that is more complex is answered 500; 0 is never.
        slow: lists, like `acme/pay/issues`, that take longer than the server allows.
        lacks: fields, like `Project.workItems`, that this version does not know.
        elsewhere: where a renamed project is said to be; by default on this server.
        resets: when the minute of the rate limit ends.
        guest_in: private projects in which the token's user is only a guest: their merge requests are not shown to it.
        unlisted: projects that the list of a group leaves out.
        nobody: the token is taken for that of nobody.
        spoil: changes an answer before it goes out.
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
        self.elsewhere = ""
        self.uncounted = self.heavy = 0
        self.forbidden, self.guest_in, self.unlisted = set[str](), set[str](), set[str]()
        self.lacks, self.slow = set[str](), set[str]()
        self.nobody = False
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
        if faults.status in WORDS and req.path.endswith("/graphql"):
            return Reply({"errors": [{"message": SAID[faults.status]}]}, faults.status)
        if faults.status in WORDS:
            return Reply(WORDS[faults.status], faults.status)
        return Reply(raw=DOWN, status=faults.status, headers={"Content-Type": "text/html"})

    def route(self, req: Request) -> Reply:
        """The interface below the root; whatever else is asked for is a page for people."""
        raw = req.target.partition("?")[0]
        token = req.headers.get("PRIVATE-TOKEN") or req.token
        if raw == f"{self.root}/api/graphql":
            reply = self._question(req, token)
        elif raw.startswith(f"{self.root}/api/v4/"):
            reply = self._rest(raw.removeprefix(f"{self.root}/api/v4"), token)
        else:
            return Reply(raw=b"<html>404</html>", status=404, headers={"Content-Type": "text/html"}, label="page")
        self.spoil(reply.data)
        return reply

    def _question(self, req: Request, token: str) -> Reply:
        """GraphQL: a token that is unknown or lacks the scope is told in the same words."""
        if not token or token.startswith("bad") or token == "narrow":
            return Reply({"errors": [{"message": SAID[401]}]}, 401, label="401")
        text = req.json()["query"]
        if len(text) > LONGEST:
            return Reply({"errors": [{"message": "Query too large"}]}, 422, label="refused")
        document = parse(text)
        if bad := validate(SCHEMA, document):
            return _refused(*(_words(e.message) for e in bad))
        return self._weighed(document) or self._told(document, token)

    def _weighed(self, document: DocumentNode) -> Reply | None:
        """The refusal of a question that is unknown or too much."""
        weight, fields = complexity(SCHEMA, document)
        if unknown := sorted(self.lacks & fields):
            return _refused(*(_words(_unknown(name)) for name in unknown))
        if weight > MOST:
            return _refused(f"Query has complexity of {weight}, which exceeds max complexity of {MOST}")
        if self.heavy and weight > self.heavy:
            return Reply({"errors": [{"message": SAID[500]}]}, 500, label="heavy")
        return None

    def _told(self, document: DocumentNode, token: str) -> Reply:
        root = {**Graph(self, token).root(), **({"currentUser": None} if self.nobody else {})}
        result = execute_sync(SCHEMA, document, root_value=root, field_resolver=self._resolve, type_resolver=_type)
        told: Record = {"data": result.data}
        if result.errors:
            told["errors"] = [{"message": e.message, "path": e.path} for e in result.errors]
        return Reply(told, label="question")

    def _resolve(self, source: Any, info: Any, **asked: Any) -> Any:
        """A field of an object of the graph; what the data set lacks is an error, never a silent null."""
        kind = {"mergeRequests": "merge_requests", "workItems": "work_items"}.get(info.field_name, info.field_name)
        if f"{source.get('fullPath')}/{kind}" in self.slow:
            raise GraphQLError(f"Timeout on {info.parent_type.name}.{info.field_name}")
        if info.field_name not in source:
            raise GraphQLError(f"the data set has no {info.parent_type.name}.{info.field_name}")
        value = source[info.field_name]
        return value(info, **asked) if callable(value) else value

    def _rest(self, path: str, token: str) -> Reply:
        if not token or token.startswith("bad"):
            return Reply(WORDS[401], 401, label="401")
        if token == "narrow":
            told = {"error": "insufficient_scope", "error_description": "The request requires higher privileges."}
            return Reply({**told, "scope": "api read_api"}, 403, label="403")
        about = {
            "/user": {"id": 1, "username": "release-bot", "name": "Release"},
            "/personal_access_tokens/self": {"id": 9, "scopes": ["read_api"], "expires_at": self.expires},
        }
        if path in about:
            return Reply(about[path], label=path)
        found = ROUTE.fullmatch(path)
        if not found:
            return Reply({"error": "404 Not Found"}, 404, label="no route")
        return self._home(found["what"], unquote(found["id"]), token)

    def _home(self, what: str, name: str, token: str) -> Reply:
        """A project or group by number or path; of a former path where it is now."""
        for row in self.data[what]:
            if token == "limited" and row["visibility"] != "public":
                continue
            if name.lower() in {str(row["id"]), row["path"].lower()}:
                shown = self.shapes.project(row) if what == "projects" else self.shapes.group(row)
                return Reply(shown, label=what[:-1])
            if row.get("former") and name.lower() == row["former"].lower():
                there = self.elsewhere or f"{self.url}/api/v4/projects/{row['id']}"
                return Reply(status=301, headers={"Location": there}, label="moved")
        return Reply({"message": f"404 {what[:-1].title()} Not Found"}, 404, label="not found")


def _type(value: Any, _info: Any, _abstract: Any) -> str:
    name: str = value["__typename"]
    return name


def _refused(*errors: str | Record) -> Reply:
    told = [e if isinstance(e, dict) else {"message": e} for e in errors]
    return Reply({"errors": told}, label="refused")


def _unknown(name: str) -> str:
    of, _, field = name.partition(".")
    return f'Cannot query field "{field}" on type "{of}".'


def _words(text: str) -> Record:
    """A validation error; in GitLab's own words for a field or argument that it does not know."""
    parts = text.replace("'", '"').split('"')
    if text.startswith("Cannot query field"):
        told = {"code": "undefinedField", "typeName": parts[3], "fieldName": parts[1]}
        return {"message": f"Field '{parts[1]}' doesn't exist on type '{parts[3]}'", "extensions": told}
    if text.startswith("Unknown argument"):
        field = parts[3].rpartition(".")[2]
        told = {"code": "argumentNotAccepted", "name": field, "typeName": "Field", "argumentName": parts[1]}
        return {"message": f"Field '{field}' doesn't accept argument '{parts[1]}'", "extensions": told}
    return {"message": text, "extensions": {"code": "validation"}}
