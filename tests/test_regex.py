"""Patterns that compile at their first use."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import digest
from digest.regex import _Hinted, _Pattern, folded, regex
from tests.spelled import unhinted


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


def _of_the_program() -> list[_Pattern]:
    for found in pkgutil.walk_packages(digest.__path__, "digest."):
        if found.name != "digest.__main__":
            importlib.import_module(found.name)
    ours = [module for name, module in sys.modules.items() if name.startswith("digest.")]
    return [*{id(p): p for module in ours for value in vars(module).values() for p in _patterns(value)}.values()]


def test_every_pattern_of_the_program_compiles() -> None:
    """What is compiled late would else be found wrong late."""
    patterns = _of_the_program()

    assert [True] * len(patterns) == [isinstance(p.pattern, str) for p in patterns]
    assert len(patterns) > 300


def test_a_hint_stands_in_all_that_a_pattern_finds() -> None:
    """A pattern that is not tried where none of its hints stands finds nothing there: not one way through it lacks all."""
    hinted = [p for p in _of_the_program() if isinstance(p, _Hinted)]

    assert {} == {p.pattern: left for p in hinted if (left := unhinted(p.pattern, p.flags, p.hints))}
    assert len(hinted) > 30


@pytest.mark.parametrize(
    ("pattern", "hint"), [("a+b?c", "bc"), ("(?:ab|a.c)", "ab"), ("[ab]x", "ax"), ("(?:ab)?", "ab")]
)
def test_a_hint_that_may_lack_is_noticed(pattern: str, hint: str) -> None:
    """The test before this one can fail: what is optional, another way or any character is no hint."""
    assert unhinted(pattern, 0, (hint,))


@given(st.text("abAB\u017fsS\u212ak- ", max_size=12))
def test_a_pattern_with_hints_finds_what_it_finds_without(text: str) -> None:
    """Each method gives the same, with a match in the text or none."""
    plain, hinted = regex("as+k|b-", re.IGNORECASE), regex("as+k|b-", re.IGNORECASE, hints=("as", "-"))

    assert [
        plain.search(text) is None,
        plain.fullmatch(text) is None,
        plain.findall(text),
        [m.span() for m in plain.finditer(text)],
        plain.sub("<>", text),
    ] == [
        hinted.search(text) is None,
        hinted.fullmatch(text) is None,
        hinted.findall(text),
        [m.span() for m in hinted.finditer(text)],
        hinted.sub("<>", text),
    ]


def test_small_letters_are_those_of_a_pattern_that_ignores_case() -> None:
    """Whatever such a pattern takes for one of our letters is folded to that letter."""
    letter = re.compile("[a-z]", re.IGNORECASE)
    taken = [chr(c) for c in range(sys.maxunicode + 1) if letter.match(chr(c))]

    assert [] == [c for c in taken if not re.match(folded(c), c, re.IGNORECASE) or folded(f"x{c}") != f"x{folded(c)}"]
    assert {"\u017f": "s", "\u0130": "i", "\u0131": "i", "\u212a": "k"} == {c: folded(c) for c in taken if c > "z"}
