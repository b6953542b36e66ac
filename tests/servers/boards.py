"""GitHub, GitLab and Confluence as far as a page on them needs: what is written is kept, and can be found again."""

from __future__ import annotations

import re
from typing import Any

from graphql import build_schema, graphql_sync

from tests.servers.site import Site

SCHEMA = build_schema("""
type Query { repository(owner: String!, name: String!): Repository }
type Repository {
  id: ID! url: String!
  labels(first: Int): Labels
  discussionCategories(first: Int): Labels!
  issues(first: Int, after: String, orderBy: Order): Pages!
  discussions(first: Int, after: String, orderBy: Order): Pages!
}
enum Field { CREATED_AT UPDATED_AT }
enum Direction { ASC DESC }
input Order { field: Field! direction: Direction! }
type Label { id: ID! name: String! }
type Labels { nodes: [Label] }
type Pages { nodes: [Page] pageInfo: PageInfo! }
type PageInfo { hasNextPage: Boolean! endCursor: String }
type Page { id: ID! url: String! title: String! body: String! createdAt: String! viewerDidAuthor: Boolean! }
input CreateIssueInput { repositoryId: ID! title: String! body: String labelIds: [ID!] }
input UpdateIssueInput { id: ID! title: String body: String }
input CreateDiscussionInput { repositoryId: ID! title: String! body: String! categoryId: ID! }
input UpdateDiscussionInput { discussionId: ID! title: String body: String }
type IssueDone { issue: Page }
type DiscussionDone { discussion: Page }
type Mutation {
  createIssue(input: CreateIssueInput!): IssueDone
  updateIssue(input: UpdateIssueInput!): IssueDone
  createDiscussion(input: CreateDiscussionInput!): DiscussionDone
  updateDiscussion(input: UpdateDiscussionInput!): DiscussionDone
}
""")


class Board:
    """What the three have in common: `pages` with title, body and whether the token wrote them; the newest last."""

    def __init__(self) -> None:
        self.pages: list[dict[str, Any]] = []
        self.site = Site(self.answer, self.writes)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """What the site says."""
        raise AssertionError((self, method, path, query, body))

    def writes(self, method: str, body: Any) -> bool:
        """Whether a request changes something."""
        return method != "GET"

    def add(self, title: str, body: str, *, mine: bool = True, day: str = "2026-02-24") -> dict[str, Any]:
        """A page more."""
        number = len(self.pages) + 1
        page = {"id": f"P{number}", "number": number, "title": title, "body": body, "viewerDidAuthor": mine}
        self.pages.append({**page, "url": f"https://site.test/{number}", "createdAt": f"{day}T08:00:00Z", "version": 1})
        return self.pages[-1]


class Hub(Board):
    """GitHub, over GraphQL."""

    def writes(self, method: str, body: Any) -> bool:
        """Everything is a POST."""
        return str(body["query"]).startswith("mutation")

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Run the query, as GitHub does it."""
        root = {
            "repository": self._repository,
            "createIssue": lambda _, **given: {"issue": self._made(given["input"])},
            "createDiscussion": lambda _, **given: {"discussion": self._made(given["input"])},
            "updateIssue": lambda _, **given: {"issue": self._updated("id", given["input"])},
            "updateDiscussion": lambda _, **given: {"discussion": self._updated("discussionId", given["input"])},
        }
        done = graphql_sync(SCHEMA, body["query"], root, variable_values=body["variables"])
        return 200, {"data": done.data, "errors": [e.formatted for e in done.errors or []]}

    def _repository(self, _: Any, owner: str, name: str) -> Any:
        def rows(_: Any, first: int, after: str | None = None, **__: Any) -> Any:
            newest = self.pages[::-1]
            start = int(after or 0)
            more = len(newest) > start + first
            return {
                "nodes": newest[start : start + first],
                "pageInfo": {"hasNextPage": more, "endCursor": str(start + first)},
            }

        named = {"nodes": [{"id": "C1", "name": "Announcements"}, {"id": "L1", "name": "digest"}]}
        found = {"id": "R1", "url": "https://site.test", "labels": named, "discussionCategories": named}
        return {**found, "issues": rows, "discussions": rows} if (owner, name) == ("acme", "updates") else None

    def _made(self, fields: Any) -> dict[str, Any]:
        return self.add(fields["title"], fields["body"])

    def _updated(self, key: str, fields: Any) -> dict[str, Any]:
        found = next(p for p in self.pages if p["id"] == fields[key])
        found |= {"title": fields["title"], "body": fields["body"]}
        return found


class Lab(Board):
    """GitLab, over REST v4."""

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Search, open, edit."""
        assert path.startswith("/api/v4/projects/acme%2Fupdates"), path
        rest = path.removeprefix("/api/v4/projects/acme%2Fupdates")
        if method == "GET" and not rest:
            return 200, {"web_url": "https://site.test/acme/updates"}
        if method == "GET":
            assert query["scope"] == "created_by_me"
            return 200, [self._shown(p) for p in self.pages if query["search"] in p["body"] and p["viewerDidAuthor"]]
        if method == "POST":
            return 201, self._shown(self.add(body["title"], body["description"]))
        page = self.pages[int(rest.rpartition("/")[2]) - 1]
        page |= {"title": body["title"], "body": body["description"]}
        return 200, self._shown(page)

    def _shown(self, page: dict[str, Any]) -> dict[str, Any]:
        return {"iid": page["number"], "web_url": page["url"], "description": page["body"]}


class Wiki(Board):
    """Confluence, over REST v2."""

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        """Spaces, pages and their versions."""
        if path == "/wiki/api/v2/spaces":
            return 200, {"results": [{"id": "77"}] if query["keys"] == "TEAM" else []}
        if method == "GET":
            assert (query["space-id"], query["body-format"]) == ("77", "storage")
            return 200, {"results": [self._shown(p) for p in self.pages if p["title"] == query["title"]]}
        value = body["body"]["value"]
        if method == "POST":
            assert body["spaceId"] == "77"
            return 200, self._shown(self.add(body["title"], value))
        found = re.fullmatch(r"/wiki/api/v2/pages/P(\d+)", path)
        assert found
        page = self.pages[int(found[1]) - 1]
        if body["version"]["number"] != page["version"] + 1:
            return 409, {"errors": [{"title": "Version must be incremented"}]}
        page |= {"title": body["title"], "body": value, "version": page["version"] + 1}
        return 200, self._shown(page)

    def _shown(self, page: dict[str, Any]) -> dict[str, Any]:
        body = {"storage": {"value": page["body"]}}
        links = {"webui": f"/spaces/TEAM/pages/{page['number']}"}
        return {"id": page["id"], "version": {"number": page["version"]}, "body": body, "_links": links}
