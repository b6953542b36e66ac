"""The data set as GraphQL objects: mappings whose keys are GitHub's names; a value may be a function of the arguments."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError
from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode, SelectionSetNode

from tests.sims.github import search as gsearch
from tests.sims.github.boards import project

if TYPE_CHECKING:
    from tests.sims.github.server import GithubSim

Record = dict[str, Any]
Info = Any
"""What graphql-core tells of the field that is asked for."""

Make = Callable[[Record, Record], Record]

SEARCH_CAP = 1000
PAGE_CAP = 100
COUNTS = {"totalCount", "issueCount", "__typename"}
ORDERS = {
    "CREATED_AT": "created_at",
    "UPDATED_AT": "updated_at",
    "DUE_DATE": "due_on",
    "NUMBER": "number",
    "PUSHED_AT": "pushed_at",
}


class GitHubError(GraphQLError):
    """An error with GitHub's member `type`, like NOT_FOUND or FORBIDDEN."""

    def __init__(self, message: str, kind: str) -> None:
        super().__init__(message)
        self.type = kind


class Lazy:
    """An object that is made when one of its fields is asked for: of 1,150 found only a page is made."""

    def __init__(self, make: Callable[..., Record], *args: Record) -> None:
        self._make, self._args = make, args
        self._made: Record | None = None

    def get(self) -> Record:
        """The object."""
        if self._made is None:
            self._made = self._make(*self._args)
        return self._made


class Graph:
    """What one token sees."""

    def __init__(self, sim: GithubSim, token: str) -> None:
        self.sim, self.token = sim, token

    def root(self, cost: int, nodes: int) -> Record:
        """The fields of `Query`."""
        left = self.sim.budget
        limit = {
            "cost": cost,
            "nodeCount": nodes,
            "limit": left["limit"],
            "used": left["used"],
            "remaining": max(0, left["limit"] - left["used"]),
            "resetAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(left["reset"])),
        }
        return {
            "repository": self._find,
            "repositoryOwner": self._owner,
            "search": self._search,
            "viewer": self.actor("maria-k"),
            "rateLimit": lambda _, **__: limit,
        }

    def actor(self, login: str | None) -> Record | None:
        """A user or bot; REST calls a bot `dependabot[bot]`, GraphQL `dependabot`."""
        user = self.sim.users.get(login or "")
        if not user or not login:
            return None
        name = login.removesuffix("[bot]")
        return {"__typename": user["type"], "login": name, "name": user["name"], "url": f"https://github.com/{name}"}

    def repository(self, repo: Record) -> Record:
        """A repository."""
        pulls = [i for i in repo["items"] if i["kind"] == "pr"]
        name = f"{repo['owner']}/{repo['name']}"
        return {
            "__typename": "Repository",
            "nameWithOwner": name,
            "url": f"https://github.com/{name}",
            "isPrivate": repo["private"],
            "isArchived": repo["archived"],
            "pushedAt": repo["pushed_at"],
            "defaultBranchRef": {"name": repo["default_branch"]} if repo["default_branch"] else None,
            "pullRequests": self._listing(repo, pulls, self.pull),
            "milestones": self._listing(repo, repo["milestones"], self.milestone),
        }

    def milestone(self, repo: Record, goal: Record) -> Record:
        """A milestone."""
        return {
            "number": goal["number"],
            "title": goal["title"],
            "description": goal["description"],
            "state": goal["state"],
            "dueOn": goal["due_on"],
            "createdAt": goal["created_at"],
            "updatedAt": goal["updated_at"],
            "closedAt": goal["closed_at"],
            "url": f"https://github.com/{repo['owner']}/{repo['name']}/milestone/{goal['number']}",
        }

    def issue(self, repo: Record, item: Record) -> Record:
        """An issue; why it was closed as a duplicate is told only where that is asked for."""

        def reason(_: Info, *, enableDuplicate: bool = False) -> str | None:  # noqa: N803 - GitHub's name
            told: str | None = item["state_reason"]
            return "NOT_PLANNED" if told == "DUPLICATE" and not enableDuplicate else told

        return {"__typename": "Issue", **self._common(repo, item, "issues"), "stateReason": reason}

    def pull(self, repo: Record, item: Record) -> Record:
        """A pull request."""
        closed = [self.sim.find(c["repo"], self.token) for c in item["closes"]]
        issues = [
            Lazy(self.issue, there, i)
            for there, c in zip(closed, item["closes"], strict=True)
            if there
            for i in there["items"]
            if i["kind"] == "issue" and i["number"] == c["number"]
        ]
        return {
            "__typename": "PullRequest",
            **self._common(repo, item, "pull"),
            "isDraft": item["draft"],
            "mergedAt": item["merged_at"],
            "additions": item["additions"],
            "deletions": item["deletions"],
            "changedFiles": item["changed_files"],
            "baseRefName": item["base"],
            "headRefName": item["head"],
            "mergeCommit": {"oid": item["merge_sha"]} if item["merge_sha"] else None,
            "reviews": self.connection([{"state": r["state"]} for r in item["reviews"]]),
            "closingIssuesReferences": self.connection(issues),
        }

    def _common(self, repo: Record, item: Record, path: str) -> Record:
        """What issues and pull requests have alike."""
        goal = next((m for m in repo["milestones"] if m["number"] == item["milestone"]), None)
        return {
            "number": item["number"],
            "title": item["title"],
            "body": item["body"] or "",
            "url": f"https://github.com/{repo['owner']}/{repo['name']}/{path}/{item['number']}",
            "state": item["state"],
            "author": self.actor(item["author"]),
            "createdAt": item["created_at"],
            "updatedAt": item["updated_at"],
            "closedAt": item["closed_at"],
            "milestone": self.milestone(repo, goal) if goal else None,
            "repository": Lazy(self.repository, repo),
            "labels": self.connection([{"name": name} for name in item["labels"]]),
        }

    def _find(self, _: Info, *, owner: str, name: str, followRenames: bool = True) -> Record:  # noqa: N803
        repo = self.sim.find(f"{owner}/{name}", self.token, follow=followRenames)
        if not repo:
            raise GitHubError(f"Could not resolve to a Repository with the name '{owner}/{name}'.", "NOT_FOUND")
        return self.repository(repo)

    def _owner(self, _: Info, *, login: str) -> Record | None:
        own = [r for r in self.sim.repos if r["owner"].lower() == login.lower() and self.sim.visible(r, self.token)]
        if not own:
            return None
        listing = self._listing({}, own, lambda _, repo: self.repository(repo))

        def board(_: Info, *, number: int) -> Record:
            for found in self.sim.data.get("projects", ()):
                if (found["owner"].lower(), found["number"]) == (login.lower(), number) and self.token != "limited":
                    return project(self, found)
            raise GitHubError(f"Could not resolve to a ProjectV2 with the number {number}.", "NOT_FOUND")

        return {"__typename": "Organization", "login": own[0]["owner"], "repositories": listing, "projectV2": board}

    def _search(self, info: Info, *, query: str, type: str, **page: Any) -> Record:  # noqa: A002
        if type != "ISSUE":
            raise GitHubError("the double searches issues only", "SIM_UNSUPPORTED")
        try:
            hits = self.sim.search(query, self.token)
        except gsearch.SearchError as error:
            raise GitHubError(str(error), "UNPROCESSABLE") from None
        shown = [Lazy(self.pull if i["kind"] == "pr" else self.issue, r, i) for r, i in hits[:SEARCH_CAP]]
        return {**self.connection(shown)(info, **page), "issueCount": len(hits)}

    def _listing(self, repo: Record, items: list[Record], make: Make) -> Callable[..., Record]:
        """A connection that can be filtered by state and ordered; what has no such date comes last."""

        def listed(info: Info, **args: Any) -> Record:
            states, by = args.pop("states", None), args.pop("orderBy", None) or {"field": "CREATED_AT"}
            found = [i for i in items if not states or i["state"] in states]
            key = ORDERS[by["field"]]
            dated = sorted(
                (i for i in found if i.get(key)), key=lambda i: i[key], reverse=by.get("direction") == "DESC"
            )
            ordered = dated + [i for i in found if not i.get(key)]
            return self.connection([Lazy(make, repo, i) for i in ordered])(info, **args)

        return listed

    def connection(self, items: list[Any]) -> Callable[..., Record]:
        """Pages by GitHub's rules: `first` or `last` is needed but for counting, and is 100 at most."""

        def page(info: Info, **args: Any) -> Record:
            size = args.get("first", args.get("last"))
            if size is None and _selected(info) - COUNTS:
                text = f"You must provide a `first` or `last` value to properly paginate the `{info.field_name}` connection."
                raise GitHubError(text, "MISSING_PAGINATION_BOUNDARIES")
            if (size or 0) > PAGE_CAP:
                text = (
                    f"Requesting {size} records on the `{info.field_name}` connection exceeds the `first` limit of 100."
                )
                raise GitHubError(text, "EXCESSIVE_PAGINATION")
            low = _uncursor(args.get("after"))
            high = min(len(items), low + (size or 0))
            last = cursor(high) if high > low else None
            repeats = self.sim.faults.duplicate_pages and high == len(items) and low > 0
            return {
                "totalCount": len(items),
                "nodes": items[: high - low] if self.sim.faults.repeat_pages else items[low:high],
                "pageInfo": {
                    "hasNextPage": repeats or high < len(items),
                    "hasPreviousPage": low > 0,
                    "startCursor": cursor(low + 1) if high > low else None,
                    "endCursor": args.get("after") if repeats else last,
                },
            }

        return page


def cursor(place: int) -> str:
    """The cursor behind the first `place` items."""
    return base64.b64encode(f"cursor:{place}".encode()).decode()


def _uncursor(text: str | None) -> int:
    try:
        return int(base64.b64decode(text or "").decode().partition(":")[2] or 0)
    except (binascii.Error, ValueError):
        raise GitHubError(f"`{text}` does not appear to be a valid cursor.", "INVALID_CURSOR_ARGUMENTS") from None


def _selected(info: Info) -> set[str]:
    """The names of the fields that are asked of a connection."""

    def names(selections: SelectionSetNode) -> set[str]:
        found = set[str]()
        for node in selections.selections:
            if isinstance(node, FieldNode):
                found.add(node.name.value)
            elif isinstance(node, InlineFragmentNode):
                found |= names(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                found |= names(info.fragments[node.name.value].selection_set)
        return found

    return set[str]().union(*(names(n.selection_set) for n in info.field_nodes if n.selection_set))
