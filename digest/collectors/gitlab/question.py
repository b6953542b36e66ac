"""Asks → as few questions as GitLab answers: one holds as many lists as its complexity allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import PAGE, Ask
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from digest.collectors.gitlab.asks import What

MOST = 235
"""GitLab answers questions of a complexity up to 250 (to administrators 300); it may count otherwise one day."""

GOAL = "iid title state startDate dueDate webPath"
WHO = "author { username name } labels { nodes { title } }"
REQUEST = f"""iid title description state createdAt updatedAt draft webUrl sourceBranch targetBranch {WHO}
    milestone {{ {GOAL} }} approvedBy {{ nodes {{ username }} }}"""
MERGED = f"{REQUEST} mergedAt closedAt mergeCommitSha diffHeadSha diffStatsSummary {{ additions deletions fileCount }}"
AHEAD = f"""iid title description createdAt dueDate confidential type webUrl reference(full: true) {WHO}
    assignees {{ nodes {{ username }} }} milestone {{ {GOAL} }}"""
ISSUE = f"{AHEAD} state updatedAt closedAt moved closedAsDuplicateOf {{ iid }}"
PARENT = """reference(full: true) updatedAt widgets { ... on WorkItemWidgetHierarchy {
    parent { reference(full: true) title workItemType { name } } } }"""
READABLE = "visibility userPermissions { readMergeRequest } mergeRequestsAccessLevel { stringValue }"
PROJECT = f"archived repository {{ rootRef }} {READABLE} issuesEnabled issuesAccessLevel {{ stringValue }}"
IN_GROUP = "project { fullPath visibility repository { rootRef } }"

FIELDS: dict[What, tuple[str, str]] = {
    "goals": ("milestones", f"{GOAL} description createdAt"),
    "requests": ("mergeRequests", MERGED),
    "declined": ("mergeRequests", MERGED),
    "open": ("mergeRequests", REQUEST),
    "tasks": ("workItems", PARENT),
    "issues": ("issues", ISSUE),
    "ahead": ("issues", AHEAD),
    "projects": ("projects", f"fullPath {READABLE}"),
    "merged": ("mergeRequests", ""),
    "closed": ("issues", ""),
}
"""For each list its name and what is asked of a row."""

COUNTED = {"requests", "declined", "open", "issues", "ahead", "projects"}
"""Lists that are held against what GitLab counts."""

DEEP = {
    "milestones": "includeDescendants: true",
    "mergeRequests": "includeSubgroups: true, includeArchived: true",
    "issues": "includeSubgroups: true, includeArchived: true",
    "workItems": "includeDescendants: true",
}
"""How the lists of a group go down to its last subgroup; what was done before a project was archived counts."""

COSTLY = {
    "mergedAt": 5,
    "closedAt": 5,
    "labels": 5,
    "parent": 5,
    "diffHeadSha": 2,
    "diffStatsSummary": 2,
    "rootRef": 2,
}
"""Fields that GitLab counts as more than one."""

_ARGUMENTS = regex(r"\([^)]*\)|\.\.\. on \w+")
_WORD = regex(r"\w+")


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A question, and which of its members answers which ask.

    Attributes:
        roots: the members of the answer, each with the asks that it is about and how the list of each is called.
    """

    text: str
    roots: dict[str, list[tuple[Ask, str]]]


def pack(asks: Sequence[Ask], most: int) -> tuple[list[Ask], list[Ask]]:
    """The asks that go into the next question, in their order, and those that are left; one always goes."""
    taken: list[Ask] = []
    left: list[Ask] = []
    for ask in asks:
        (taken if not taken or cost([*taken, ask]) <= most else left).append(ask)
    return taken, left


def without(asks: Sequence[Ask], scope: str) -> list[Ask]:
    """The asks without one of their projects."""
    left = [replace(ask, scopes=tuple(s for s in ask.scopes if s != scope)) for ask in asks]
    return [ask for ask in left if ask.scopes]


def cost(asks: Sequence[Ask]) -> int:
    """The complexity of a question, at least as high as GitLab counts it."""
    total = 2
    for members in _roots(asks).values():
        ask, inside = members[0], 2 + sum(_weight(a) for a in members)
        total += inside + 1 if ask.group else int((inside + 2) * (1 + len(ask.scopes) / 100)) + 1
    return total


def question(asks: Sequence[Ask]) -> Question:
    """The text of the question that holds these asks."""
    called = {id(ask): f"l{k}" for k, ask in enumerate(asks)}
    roots = {f"s{k}": [(a, called[id(a)]) for a in found] for k, found in enumerate(_roots(asks).values())}
    text = " ".join(f"{name}: {_root(inside)}" for name, inside in roots.items())
    return Question(text=" ".join(f"{{ currentUser {{ username }} {text} }}".split()), roots=roots)


def _root(inside: Sequence[tuple[Ask, str]]) -> str:
    first = inside[0][0]
    paths = [msgspec.json.encode(scope.removeprefix(GROUP)).decode() for scope in first.scopes]
    fields = " ".join(["fullPath", *(_member(ask, name) for ask, name in inside)])
    if first.group:
        return f"group(fullPath: {paths[0]}) {{ {fields} }}"
    return f"projects(fullPaths: [{', '.join(paths)}], first: {len(paths)}) {{ nodes {{ {fields} }} }}"


def _roots(asks: Sequence[Ask]) -> dict[tuple[str, ...], list[Ask]]:
    """The asks that are about the same projects stand together."""
    roots: dict[tuple[str, ...], list[Ask]] = {}
    for ask in asks:
        roots.setdefault(ask.scopes, []).append(ask)
    return roots


def _member(ask: Ask, name: str) -> str:
    if ask.what not in FIELDS:
        return _itself(ask)
    listed = FIELDS[ask.what][0]
    after = f"after: {msgspec.json.encode(ask.after).decode()}" if ask.after else ""
    deep = DEEP.get(listed, "") if ask.group else ""
    page = ", ".join(filter(None, [f"first: {ask.size}", after, deep, ask.filters]))
    count = "count " if ask.what in COUNTED else ""
    row = f"{count}pageInfo {{ hasNextPage endCursor }} nodes {{ {_row(ask)} }}" if FIELDS[ask.what][1] else "count"
    return f"{name}: {listed}({page}) {{ {row} }}"


def _itself(ask: Ask) -> str:
    """What is asked of a project or group itself."""
    return PROJECT if ask.what == "home" and not ask.group else "visibility"


def _row(ask: Ask) -> str:
    listed, fields = FIELDS[ask.what]
    return f"{fields} {IN_GROUP}" if fields and listed == "mergeRequests" and ask.group else fields


def _weight(ask: Ask) -> int:
    """What an ask adds: its fields, its page, its order; each row that may come adds a hundredth."""
    if ask.what not in FIELDS:
        return _words(_itself(ask))
    own = 11 if ask.what == "projects" else 2
    return int((_words(_row(ask)) + 5 + own) * (1 + min(ask.size, PAGE) / 100))


def _words(fields: str) -> int:
    return sum(COSTLY.get(word, 1) for word in _WORD.findall(_ARGUMENTS.sub("", fields)))
