"""What a query costs, by the formula that GitHub documents: points of the hourly budget, and nodes."""

from __future__ import annotations

from typing import Any

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode, get_named_type
from graphql.language import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    SelectionSetNode,
    VariableNode,
)

POINT = 100
"""Requests that the server makes to itself for one point."""


def estimate(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: dict[str, Any]
) -> tuple[int, int]:
    """Points and nodes of a query."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}

    def walk(selections: SelectionSetNode, parent: Any, times: int) -> tuple[int, int]:
        requests = nodes = 0
        for node in selections.selections:
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments[node.name.value]
                found = walk(fragment.selection_set, schema.get_type(fragment.type_condition.name.value), times)
            elif isinstance(node, InlineFragmentNode):
                inner = schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                found = walk(node.selection_set, inner, times)
            elif isinstance(node, FieldNode) and node.selection_set:
                kind = get_named_type(parent.fields[node.name.value].type)
                size = _size(node, variables) if kind.name.endswith("Connection") else 0
                found = walk(node.selection_set, kind, times * (size or 1))
                found = (found[0] + times * bool(size), found[1] + times * size)
            else:
                continue
            requests, nodes = requests + found[0], nodes + found[1]
        return requests, nodes

    requests, nodes = walk(operation.selection_set, schema.query_type, 1)
    return max(1, round(requests / POINT)), nodes


def _size(field: FieldNode, variables: dict[str, Any]) -> int:
    """How many items a connection is asked for."""
    for argument in field.arguments or ():
        if argument.name.value in {"first", "last"}:
            if isinstance(argument.value, VariableNode):
                return int(variables.get(argument.value.name.value) or 0)
            if isinstance(argument.value, IntValueNode):
                return int(argument.value.value)
    return 0
