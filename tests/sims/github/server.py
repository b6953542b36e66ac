"""A GitHub on loopback: GraphQL, validated against a schema and executed over the data set, and an app's installation.

Any token works; none or `bad…` is 401, and `limited` sees no private repository.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graphql import DocumentNode, GraphQLError, GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution import execute_sync

from tests.sims.github import search as gsearch
from tests.sims.github.cost import estimate
from tests.sims.github.graph import GitHubError, Graph, Info, Lazy, Record
from tests.sims.simkit import Reply, Request, Sim

SCHEMA = Path(__file__).parent / "schema.graphql"
NODE_LIMIT = 500_000
HOUR = 3600
OK = 200
LIMIT_TEXT = "API rate limit exceeded for user ID 1."
SECONDARY_TEXT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
SLOW_TEXT = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a bug."
)
SAML_TEXT = (
    "Resource protected by organization SAML enforcement. You must grant your token access to this organization."
)
TEXTS = {
    401: "Bad credentials",
    403: "Resource not accessible by personal access token",
    404: "Not Found",
    429: "Too many requests",
}


class GithubSim(Sim):
    """The server, with GitHub's own switches.

    Attributes:
        search_mode: `advanced` or `legacy`. operator_limit: how many AND, OR and NOT a search may have.
        forbidden: repositories that single sign-on closes out: an error beside the other data.
        hidden: fields, like `closingIssuesReferences`, that the token may not read: null and an error for each.
        heavy: a query over more nodes than this is answered 502; 0 is never.
        lag: items updated since then are unknown to the search.
        spoil: changes an answer (its `data` and `errors`) before it goes out.
        budget: points an hour, used points, and when the hour ends.
    """

    name = "github"

    def __init__(self, data: Record, *, schema: GraphQLSchema | None = None, search_mode: str = "advanced") -> None:
        super().__init__()
        self.load(data)
        self.search_mode, self.operator_limit = search_mode, 5
        self.forbidden = set[str]()
        self.hidden = set[str]()
        self.heavy = 0
        self.lag = ""
        self.spoil: Callable[[Record], None] = lambda _: None
        self._read: dict[str, DocumentNode | list[Record]] = {}
        self.schema = schema or build_schema(SCHEMA.read_text(encoding="utf-8"))
        self.budget: dict[str, int] = {"limit": 5000, "used": 0, "reset": int(time.time()) + HOUR}

    def load(self, data: Record) -> None:
        """Serve another data set."""
        self.data = data
        self.repos: list[Record] = data["repos"]
        self.users: dict[str, Record] = {u["login"]: u for u in data["users"]}

    def visible(self, repo: Record, token: str) -> bool:
        """Whether the token may see a repository."""
        return not repo["private"] or bool(token and token != "limited")

    def find(self, name: str, token: str, *, follow: bool = True) -> Record | None:
        """A repository by its name or, if `follow`, by its former one."""
        for repo in self.repos:
            names = [f"{repo['owner']}/{repo['name']}", repo["renamed_from"] if follow else None]
            if name.lower() in [n.lower() for n in names if n] and self.visible(repo, token):
                return repo
        return None

    def search(self, query: str, token: str) -> list[tuple[Record, Record]]:
        """What a search finds, as (repository, item)."""
        found, sort = gsearch.compile_query(query, self.search_mode, self.operator_limit)
        known = [
            (r, i)
            for r in self.repos
            if self.visible(r, token)
            for i in r["items"]
            if not self.lag or i["updated_at"] < self.lag
        ]
        return gsearch.order([(r, i) for r, i in known if found(r, i)], sort)

    def fault_reply(self, req: Request) -> Reply:
        """A failing answer in GitHub's words."""
        faults = self.faults
        if faults.kind in {"primary", "secondary"}:
            return self._limited(faults.kind, faults.status)
        if faults.kind == "saml":
            page = {"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?authorization_request=A1"}
            return Reply({"message": SAML_TEXT}, 403, page)
        if faults.status in {502, 504}:
            return Reply({"data": None, "errors": [{"message": SLOW_TEXT}]}, faults.status)
        return Reply({"message": TEXTS.get(faults.status, "Server Error")}, faults.status)

    def _limited(self, kind: str, status: int) -> Reply:
        """A limit, in the form of its status: an error of GraphQL with 200, or a refusal."""
        secondary = kind == "secondary"
        reset = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(self.budget["reset"])}
        error = {"message": SECONDARY_TEXT} if secondary else {"type": "RATE_LIMITED", "message": LIMIT_TEXT}
        as_error = status not in {403, 429} and (not secondary or status == OK)
        if as_error:
            return _refuse([error], {} if secondary else reset)
        text = SECONDARY_TEXT if secondary else LIMIT_TEXT
        return Reply({"message": text}, status if status in {403, 429} else 403, {} if secondary else reset)

    def route(self, req: Request) -> Reply:
        """GraphQL and the two requests that an app signs in by; `/api` before them is an Enterprise server."""
        path = req.path.removeprefix("/api/v3").removeprefix("/api")
        if not req.token or req.token.startswith("bad"):
            return Reply({"message": "Bad credentials"}, 401, label="401")
        if path == "/graphql":
            return self._graphql(req)
        if path.startswith("/app/installations/"):
            until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + HOUR))
            return Reply({"token": "ghs_installation", "expires_at": until, "permissions": {}}, 201, label="app token")
        if path.endswith("/installation"):
            return Reply({"id": 77, "app_id": 12}, label="app installation")
        return Reply({"message": "Not Found"}, 404, label="not found")

    def _graphql(self, req: Request) -> Reply:
        asked = req.json()
        document = self._document(asked["query"])
        if isinstance(document, list):
            return _refuse(document)
        operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
        variables: Record = asked.get("variables") or {}
        cost, nodes = estimate(self.schema, document, operation, variables)
        if refused := self._too_much(cost, nodes):
            return refused
        name = operation.name.value if operation.name else "anonymous"
        told = self._execute(req.token, document, variables, (cost, nodes))
        return Reply(told, 200, self._budget_headers(), label=f"GraphQL {name}")

    def _document(self, text: str) -> DocumentNode | list[Record]:
        """A query that is valid, or the errors in it; one that was read before is not read again."""
        if text not in self._read:
            try:
                document = parse(text)
                self._read[text] = [_refusal(e) for e in validate(self.schema, document)] or document
            except GraphQLError as error:
                self._read[text] = [{"message": error.message}]
        return self._read[text]

    def _too_much(self, cost: int, nodes: int) -> Reply | None:
        """The refusal of a query that costs too much; charges one that does not."""
        budget = self.budget
        if nodes > NODE_LIMIT:
            text = f"This query requests up to {nodes:,} possible nodes which exceeds the maximum limit of 500,000."
            return _refuse([{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": text}])
        if self.heavy and nodes > self.heavy:
            return Reply({"data": None, "errors": [{"message": SLOW_TEXT}]}, 502, label="GraphQL 502")
        if budget["used"] + cost > budget["limit"]:
            budget["used"] = budget["limit"]
            return _refuse([{"type": "RATE_LIMITED", "message": LIMIT_TEXT}], self._budget_headers())
        budget["used"] += cost
        return None

    def _budget_headers(self) -> dict[str, str]:
        budget = self.budget
        told = {"Limit": budget["limit"], "Remaining": budget["limit"] - budget["used"], "Reset": budget["reset"]}
        return {f"X-RateLimit-{k}": str(v) for k, v in told.items()}

    def _execute(self, token: str, document: DocumentNode, variables: Record, cost: tuple[int, int]) -> Record:
        result = execute_sync(
            self.schema,
            document,
            root_value=Graph(self, token).root(*cost),
            variable_values=variables,
            field_resolver=self._resolve,
            type_resolver=_type,
        )
        data: Record = dict(result.data or {})
        errors: list[Record] = [
            {"type": getattr(e.original_error, "type", "INTERNAL"), "path": e.path, "message": e.message}
            for e in result.errors or []
        ]
        for alias, value in data.items():
            if isinstance(value, dict) and value.get("nameWithOwner") in self.forbidden:
                data[alias] = None
                saml = {
                    "type": "FORBIDDEN",
                    "path": [alias],
                    "extensions": {"saml_failure": True},
                    "message": SAML_TEXT,
                }
                errors.append(saml)
        told: Record = {"data": data, "errors": errors}
        self.spoil(told)
        return told if told["errors"] else {"data": data}

    def _resolve(self, source: Any, info: Info, **args: Any) -> Any:
        """A field of an object of the graph; what the data set lacks is an error, never a silent null."""
        known = source.get() if isinstance(source, Lazy) else source
        if info.field_name in self.hidden:
            raise GitHubError("Resource not accessible by personal access token", "FORBIDDEN")
        if info.field_name not in known:
            raise GitHubError(f"the data set has no {info.parent_type.name}.{info.field_name}", "SIM_UNSUPPORTED")
        value = known[info.field_name]
        return value(info, **args) if callable(value) else value


def _type(value: Any, _info: Info, _abstract: Any) -> str:
    name: str = (value.get() if isinstance(value, Lazy) else value)["__typename"]
    return name


def _refuse(errors: list[Record], headers: dict[str, str] | None = None) -> Reply:
    return Reply({"errors": errors}, 200, headers or {}, label="GraphQL refused")


def _refusal(error: GraphQLError) -> Record:
    """A validation error; in GitHub's own words for a field or argument that it does not know."""
    words = error.message.replace("'", '"').split('"')
    if error.message.startswith("Cannot query field"):
        told = {"code": "undefinedField", "typeName": words[3], "fieldName": words[1]}
        return {"message": f"Field '{words[1]}' doesn't exist on type '{words[3]}'", "extensions": told}
    if error.message.startswith("Unknown argument"):
        field = words[3].rpartition(".")[2]
        told = {"code": "argumentNotAccepted", "name": field, "typeName": "Field", "argumentName": words[1]}
        return {"message": f"Field '{field}' doesn't accept argument '{words[1]}'", "extensions": told}
    return {"message": error.message, "extensions": {"code": "validation"}}
