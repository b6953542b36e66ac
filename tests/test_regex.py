"""Patterns that compile at their first use."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import pytest

import digest
from digest.regex import _Pattern, regex


def test_a_pattern_is_used_as_a_compiled_one() -> None:
    """It matches, substitutes and is printed as `re.compile` would have it."""
    lazy, compiled = regex(r"(\w+)-(\d+)", re.IGNORECASE), re.compile(r"(\w+)-(\d+)", re.IGNORECASE)

    assert (compiled.pattern, compiled.flags, compiled.sub(r"\2", "pay-7"), compiled.findall("a-1 b-2")) == (
        lazy.pattern,
        lazy.flags,
        lazy.sub(r"\2", "pay-7"),
        lazy.findall("a-1 b-2"),
    )


def test_nothing_is_compiled_before_its_first_use() -> None:
    """A wrong pattern is noticed when it is used, and not when it is written down."""
    broken = regex("(")

    with pytest.raises(re.error, match="unterminated"):
        broken.search("x")


def _patterns(value: object, depth: int = 0) -> Iterator[_Pattern]:
    """The patterns in a value and in what it holds."""
    if isinstance(value, _Pattern):
        yield value
    elif depth < 4 and isinstance(value, dict):
        for inner in [*value.keys(), *value.values()]:
            yield from _patterns(inner, depth + 1)
    elif depth < 4 and isinstance(value, list | tuple | set | frozenset):
        for inner in value:
            yield from _patterns(inner, depth + 1)
    elif depth < 4 and type(value).__module__.startswith("digest."):
        names = [*getattr(type(value), "__slots__", ()), *getattr(value, "__dict__", {})]
        for name in names:
            yield from _patterns(getattr(value, name, None), depth + 1)


def test_every_pattern_of_the_program_compiles() -> None:
    """What is compiled late would else be found wrong late."""
    for found in pkgutil.walk_packages(digest.__path__, "digest."):
        if found.name != "digest.__main__":
            importlib.import_module(found.name)
    ours = [module for name, module in sys.modules.items() if name.startswith("digest.")]
    patterns = {id(p): p for module in ours for value in vars(module).values() for p in _patterns(value)}

    assert [True] * len(patterns) == [isinstance(p.pattern, str) for p in patterns.values()]
    assert len(patterns) > 300
