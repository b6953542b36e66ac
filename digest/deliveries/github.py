"""A digest as an issue or a discussion on GitHub, found again by a hidden marker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec

from digest.config import Secret, Table
from digest.deliveries.login import reason
from digest.deliveries.pages import Lost, Site, check_site, marker, once, quiet, quiet_title
from digest.errors import DigestError, TryLater

if TYPE_CHECKING:
    from digest.deliveries import Message, Receipt
    from digest.deliveries.pages import Marker, Page

PAGES = 20
LONGEST = 65_536
"""Characters that an issue or a discussion may have."""

REPOSITORY = """
query($owner: String!, $name: String!, $labels: Boolean!, $categories: Boolean!) {
  repository(owner: $owner, name: $name) {
    id url
    labels(first: 100) @include(if: $labels) { nodes { id name } }
    discussionCategories(first: 50) @include(if: $categories) { nodes { id name } }
  }
}"""
WRITTEN = """
query($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    found: %s(first: 50, after: $after, orderBy: {field: CREATED_AT, direction: DESC}) {
      nodes { id url body createdAt viewerDidAuthor }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
WRITE = {
    (
        "issue",
        False,
    ): "mutation($input: CreateIssueInput!) { done: createIssue(input: $input) { page: issue { url } } }",
    ("issue", True): "mutation($input: UpdateIssueInput!) { done: updateIssue(input: $input) { page: issue { url } } }",
    ("discussion", False): "mutation($input: CreateDiscussionInput!) "
    "{ done: createDiscussion(input: $input) { page: discussion { url } } }",
    ("discussion", True): "mutation($input: UpdateDiscussionInput!) "
    "{ done: updateDiscussion(input: $input) { page: discussion { url } } }",
}


class Github(Table, frozen=True):
    """Open an issue or a discussion in `repo`; a correction rewrites it. The token needs to write that kind there."""

    repo: str
    token: Secret
    name: str = "github"
    root: Path = Path()
    kind: Literal["issue", "discussion"] = "issue"
    category: str = "Announcements"
    labels: tuple[str, ...] = ()
    url: str = "https://api.github.com"
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def __post_init__(self) -> None:
        """Refuse what is no address and what is no repository."""
        check_site(self.url)
        if self.repo.count("/") != 1 or not all(self.repo.split("/")):
            raise ValueError(f"repo: {self.repo!r} is no repository, write owner/name")

    def recipients(self) -> tuple[str, ...]:
        """The repository."""
        return (f"{'an issue' if self.kind == 'issue' else 'a discussion'} in {self.repo}",)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Open it, or bring it up to date."""
        self._fields(message)  # what is too long is said before anything is asked
        site, mark, since = self._site(), marker(message, self.name), message.digest.period.first.isoformat()
        return once(self.name, lambda: self._find(site, mark, since), lambda there: self._put(site, there, message), to)

    def preview(self, message: Message) -> str:
        """The title and the size of it."""
        fields = self._fields(message)
        return f"  {self.recipients()[0]}: {fields['title']}, {len(fields['body'].encode()):,} bytes"

    def check(self) -> str:
        """Whether the repository can be seen, and has the labels or the category."""
        found = self._repository(self._site())
        self._target(found)
        return f"{found['url']} can be read"

    def _site(self) -> Site:
        url = self.url.rstrip("/")
        url = f"{url.removesuffix('/v3')}/graphql" if url.endswith("/api/v3") else f"{url}/graphql"
        headers = {"Authorization": f"Bearer {self.token.reveal(self.root)}"}
        return Site(name=self.name, called="GitHub", url=url, headers=headers, timeout=self.timeout)

    @property
    def _place(self) -> dict[str, Any]:
        owner, _, name = self.repo.partition("/")
        return {"owner": owner, "name": name}

    def _read(self, site: Site, query: str, **variables: Any) -> Any:
        try:
            found = self._ask(site, query, self._place | variables)["repository"]
        except Lost as error:
            raise TryLater(f"{self.name}: GitHub: {error}") from None
        if found is None:
            raise DigestError(f"{self.name}: there is no repository {self.repo}, or the token may not see it")
        return found

    def _ask(self, site: Site, query: str, variables: dict[str, Any]) -> Any:
        """GitHub answers a query that it refuses with 200 and says why in the body."""
        answer = site.ask("POST", "", body={"query": query, "variables": variables})
        if not isinstance(answer, dict):
            raise Lost("its answer cannot be read")
        errors = answer.get("errors") or []
        if errors:
            said = "; ".join(reason(str(error.get("message", ""))) for error in errors[:2])
            limited = any(error.get("type") == "RATE_LIMITED" for error in errors)
            raise (TryLater if limited else DigestError)(f"{self.name}: GitHub refused it: {said}")
        return answer["data"]

    def _repository(self, site: Site) -> Any:
        return self._read(site, REPOSITORY, labels=bool(self.labels), categories=self.kind == "discussion")

    def _target(self, repository: Any) -> dict[str, Any]:
        """The fields that say where it goes, by the ids that the repository has for them."""
        target: dict[str, Any] = {"repositoryId": repository["id"]}
        if self.kind == "discussion":
            target["categoryId"] = self._id(repository["discussionCategories"], "category", self.category)
        elif self.labels:
            target["labelIds"] = [self._id(repository["labels"], "label", name) for name in self.labels]
        return target

    def _id(self, rows: Any, what: str, name: str) -> str:
        ids = {row["name"]: str(row["id"]) for row in rows["nodes"]}
        if name not in ids:
            known = ", ".join(sorted(ids)) or "there is none"
            raise DigestError(f"{self.name}: {self.repo} has no {what} {name!r}", f"known are {known}")
        return ids[name]

    def _find(self, site: Site, mark: Marker, since: str) -> Page | None:
        """Only among what this token wrote since the period began: anybody may copy a marker."""
        query, after = WRITTEN % f"{self.kind}s", None
        for _ in range(PAGES):
            rows = self._read(site, query, after=after)["found"]
            for row in rows["nodes"]:
                if row["createdAt"] < since:
                    return None
                found = mark.on(row["body"] or "", row["id"], row["url"]) if row["viewerDidAuthor"] else None
                if found:
                    return found
            if not rows["pageInfo"]["hasNextPage"]:
                return None
            after = rows["pageInfo"]["endCursor"]
        return None

    def _put(self, site: Site, there: Page | None, message: Message) -> str:
        fields: dict[str, Any] = self._fields(message)
        if there:
            fields["id" if self.kind == "issue" else "discussionId"] = there.handle
        else:
            fields |= self._target(self._repository(site))
        done = self._ask(site, WRITE[self.kind, bool(there)], {"input": fields})
        return str(done["done"]["page"]["url"])

    def _fields(self, message: Message) -> dict[str, str]:
        body = f"{quiet(message.markdown)}\n<!-- {marker(message, self.name).whole} -->\n"
        if len(body) > LONGEST:
            raise DigestError(f"{message.subject} is too long for GitHub", "lower the [limits] of the sections")
        return {"title": quiet_title(message.subject), "body": body}
