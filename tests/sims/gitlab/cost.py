"""How complex a question is, by GitLab's own sum: what it refuses above 250."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, get_named_type
from graphql.language import FieldNode, InlineFragmentNode, IntValueNode, SelectionSetNode

MOST = 250
PAGE = 100
OWN = {
    "MergeRequest.mergedAt": 5,
    "MergeRequest.closedAt": 5,
    "MergeRequest.labels": 5,
    "MergeRequest.diffHeadSha": 2,
    "MergeRequest.diffStatsSummary": 2,
    "Repository.rootRef": 2,
    "WorkItemWidgetHierarchy.parent": 5,
}
"""Fields that count more than 1; those that ask where the repositories lie count one more."""

RESOLVED = {
    "Query.projects": 1,
    "Query.project": 1,
    "Query.group": 1,
    "Group.projects": 11,
    "Issue.labels": 1,
    **{
        f"{of}.{name}": 2
        for of in ("Project", "Group")
        for name in ("mergeRequests", "issues", "milestones", "workItems")
    },
}
"""What a list adds for itself (1, and 1 for its order); then each row that it may hold adds a hundredth."""


def complexity(schema: GraphQLSchema, document: DocumentNode) -> tuple[int, set[str]]:
    """The sum of a question without fragments of its own, and all the fields of it, as `Type.field`."""
    seen = set[str]()

    def walk(selections: SelectionSetNode, parent: Any) -> int:
        total = 0
        for node in selections.selections:
            if isinstance(node, InlineFragmentNode) and node.type_condition:
                total += walk(node.selection_set, schema.get_type(node.type_condition.name.value))
            elif isinstance(node, FieldNode):
                total += field(node, parent)
        return total

    def field(node: FieldNode, parent: Any) -> int:
        name = f"{parent.name}.{node.name.value}"
        seen.add(name)
        kind = get_named_type(parent.fields[node.name.value].type)
        inside = walk(node.selection_set, kind) if node.selection_set else 0
        if name in OWN:
            return OWN[name] + inside
        if name not in RESOLVED:
            return 1 + inside
        own = inside + RESOLVED[name]
        return int(own * (1 + _size(node) / 100)) if kind.name.endswith("Connection") else own

    operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
    return walk(operation.selection_set, schema.query_type), seen


def _size(node: FieldNode) -> int:
    """How many rows a list may give."""
    asked = [a.value for a in node.arguments or () if a.name.value in {"first", "last"}]
    return min(PAGE, *(int(v.value) for v in asked if isinstance(v, IntValueNode)), PAGE)
