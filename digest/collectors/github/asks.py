"""What is asked of GitHub: connections of its graph, several of them under aliases in one query."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

What = Literal[
    "repository",
    "owner",
    "merged",
    "unmerged",
    "issues",
    "touched",
    "merges",
    "closings",
    "recent",
    "planned",
    "reached",
    "board",
]

BOARD = "board "
"""Before the name of a project board in the scope of an ask: `board acme/12` is no repository."""

SECOND = timedelta(seconds=1)
PAGE = "pageInfo { hasNextPage endCursor }"

SEARCHES: dict[What, tuple[str, str, str]] = {
    "merged": ("is:pr is:merged", "merged", "Pull"),
    "unmerged": ("is:pr is:unmerged draft:false", "updated", "Pull"),
    "issues": ("is:issue is:closed", "closed", "Ticket"),
    "touched": ("is:issue", "updated", "Ticket"),
}
"""A search: its words, the qualifier that holds its window, and the fragment that its nodes are read by."""

COUNTS: dict[What, What] = {"merges": "merged", "closings": "issues"}
"""A count, and the search whose results it counts."""

OWN = "nameWithOwner isPrivate isArchived"
NEWEST = "orderBy: {field: UPDATED_AT, direction: DESC}"

LISTS: dict[What, str] = {
    "recent": f"pullRequests(states: [MERGED], {NEWEST}, first: 10, after: $after) {{ {PAGE} nodes {{ ...Pull }} }}",
    "planned": "milestones(states: [OPEN], orderBy: {field: DUE_DATE, direction: ASC}, first: $first, after: $after) "
    f"{{ {PAGE} nodes {{ ...Goal }} }}",
    "reached": f"milestones(states: [CLOSED], {NEWEST}, first: $first, after: $after) "
    f"{{ {PAGE} nodes {{ updatedAt ...Goal }} }}",
}
"""A list of one repository, in its own order: asked of the database, so that it knows what the index does not yet.

Few pull requests are so recent, and a page is made in full before it is looked at: hence a short one.
"""

FRAGMENTS = {
    "Pull": """fragment Pull on PullRequest {
  number title body url state isDraft createdAt updatedAt closedAt mergedAt
  additions deletions changedFiles baseRefName headRefName
  mergeCommit { oid }
  repository { nameWithOwner isPrivate defaultBranchRef { name } }
  author { __typename login }
  milestone { title dueOn }
  reviews { totalCount }
  labels(first: 100) { nodes { name } }
  closingIssuesReferences(first: 50) { nodes { number repository { nameWithOwner } } }
}""",
    "Card": """fragment Card on ProjectV2Item {
  id isArchived
  status: fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name updatedAt } }
  turns: fieldValues(first: 50) { nodes { ... on ProjectV2ItemFieldIterationValue { iterationId } } }
  content {
    __typename ...Pull ...Ticket
    ... on DraftIssue {
      title body createdAt
      creator { __typename login }
      assignees(first: 10) { nodes { login } }
    }
  }
}""",
    "Ticket": """fragment Ticket on Issue {
  number title body url createdAt updatedAt closedAt
  repository { nameWithOwner isPrivate }
  author { __typename login }
  milestone { title dueOn }
  labels(first: 100) { nodes { name } }
  REASON
}""",
    "Goal": "fragment Goal on Milestone { number title description url createdAt closedAt dueOn }",
    "Plans": f"""fragment Plans on Repository {{
  planned: milestones(states: [OPEN], orderBy: {{field: DUE_DATE, direction: ASC}}, first: 10) {{
    {PAGE} nodes {{ ...Goal }}
  }}
  reached: milestones(states: [CLOSED], {NEWEST}, first: 30) {{ {PAGE} nodes {{ ...Goal }} }}
}}""",
}

REASONS = ("stateReason(enableDuplicate: true)", "stateReason", "")
"""How an issue says why it was closed; older Enterprise servers know only the later forms."""


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """One connection, from some page on.

    Attributes:
        scope: whom it is about, as people write it: `acme/pay` or `org:acme`.
        since, until: the half-open window; a list is read from the newest down to `since`.
        changed: leave out what was not updated since then.
        after: the cursor behind which the page begins. cursors: those that were used.
        found: the keys of what came so far.
        expected: what a count should come to; None where nobody knows.
        weight: what share of a query it takes.
        tries: how often GitHub failed to answer just this one.
    """

    what: What
    scope: str
    since: datetime
    until: datetime
    changed: datetime | None = None
    after: str | None = None
    cursors: frozenset[str] = frozenset()
    found: frozenset[str] = frozenset()
    expected: int | None = None
    weight: int = 1
    tries: int = 0

    def next_page(self, cursor: str, weight: int) -> Ask:
        """The same, behind `cursor`."""
        return replace(self, after=cursor, cursors=self.cursors | {cursor}, weight=weight, tries=0)

    def slices(self, parts: int, weight: int) -> list[Ask]:
        """The same window cut into up to `parts` of whole seconds; one where it cannot be cut."""
        seconds = int((self.until - self.since).total_seconds())
        parts = min(parts, seconds)
        edges = [self.since + SECOND * (seconds * k // parts) for k in range(parts)] + [self.until]
        cut = replace(self, weight=weight, found=frozenset())
        return [replace(cut, since=a, until=b) for a, b in pairwise(edges)]

    @property
    def query(self) -> str:
        """The words of a search.

        A second more on both sides: whether GitHub counts the ends in does not matter. A count takes them to be in.
        """
        words, field, _ = SEARCHES[COUNTS.get(self.what, self.what)]
        scope = f"user:{self.scope[4:]}" if self.scope.startswith("org:") else f"repo:{self.scope}"
        if self.what in COUNTS:
            return f"{scope} {words} {field}:{stamp(self.since)}..{stamp(self.until - SECOND)}"
        window = f"{field}:{stamp(self.since - SECOND)}..{stamp(self.until)}"
        changed = f" updated:>={stamp(self.changed)}" if self.changed else ""
        return f"{scope} {words} {window}{changed} sort:created-asc"


def stamp(instant: datetime) -> str:
    """An instant as GitHub writes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def compose(asks: Sequence[Ask], *, first: int, plans: bool, reason: str) -> tuple[str, dict[str, Any]]:
    """The query that asks for all of `asks`, each under the alias of its place: `a0`, `a1`, …; with its variables.

    Args:
        asks: what is asked for.
        first: the size of a page.
        plans: whether a repository tells of its milestones.
        reason: how an issue says why it was closed.
    """
    heads, parts, variables = ["$first: Int!"], [], dict[str, Any](first=first)
    for k, ask in enumerate(asks):
        part, own = _part(ask, plans=plans)
        for name, value in own.items():
            part = part.replace(f"${name}", f"${name}{k}")
            heads.append(f"${name}{k}: {'String' if name == 'after' else 'String!'}")
            variables[f"{name}{k}"] = value
        parts.append(f"  a{k}: {part}")
    if not any("$first" in p for p in parts):
        heads, variables = heads[1:], {n: v for n, v in variables.items() if n != "first"}
    text = "\n".join(parts)
    head = f"query Digest({', '.join(heads)})"
    return "\n".join([f"{head} {{\n{text}\n}}", *_used(text)]).replace("REASON", reason), variables


def _part(ask: Ask, *, plans: bool) -> tuple[str, dict[str, Any]]:
    """How one connection is asked for, and its own variables."""
    if ask.what in SEARCHES:
        fragment = SEARCHES[ask.what][2]
        call = "search(query: $query, type: ISSUE, first: $first, after: $after)"
        return f"{call} {{ issueCount {PAGE} nodes {{ ...{fragment} }} }}", {"query": ask.query, "after": ask.after}
    if ask.what in COUNTS:
        return "search(query: $query, type: ISSUE, first: 1) { issueCount }", {"query": ask.query}
    own = f"{OWN} ...Plans" if plans else OWN
    if ask.what == "owner":
        order = "orderBy: {field: PUSHED_AT, direction: DESC}"
        call = f"repositories({order}, first: $first, after: $after) {{ {PAGE} nodes {{ {own} pushedAt }} }}"
        return f"repositoryOwner(login: $login) {{ {call} }}", {"login": ask.scope[4:], "after": ask.after}
    owner, _, name = ask.scope.removeprefix(BOARD).partition("/")
    call, names = "repository(owner: $owner, name: $name)", {"owner": owner, "name": name}
    if ask.what == "board":
        turns = "fields(first: 50) { nodes { ... on ProjectV2IterationField { CONFIGURATION } } }"
        turns = turns.replace("CONFIGURATION", "configuration { iterations { id startDate duration } }")
        items = f"items(first: $first, after: $after) {{ totalCount {PAGE} nodes {{ ...Card }} }}"
        board = f"board: projectV2(number: {name}) {{ public url {turns} {items} }}"
        return f"repositoryOwner(login: $owner) {{ ... on ProjectV2Owner {{ {board} }} }}", {
            "owner": owner,
            "after": ask.after,
        }
    if ask.what == "repository":
        return f"{call} {{ {own} }}", names
    return f"{call} {{ {OWN} rows: {LISTS[ask.what]} }}", {**names, "after": ask.after}


def _used(text: str) -> list[str]:
    """The fragments by which the query reads, itself or through another one."""
    used = [name for name in FRAGMENTS if f"...{name}" in text]
    for name in used:
        used += [n for n in FRAGMENTS if f"...{n}" in FRAGMENTS[name] and n not in used]
    return [FRAGMENTS[name] for name in used]
