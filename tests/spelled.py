"""What a pattern spells out on every way through it: to prove what stands in all that it finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

FEW = 3
ANY = "\0"
"""Stands for characters that a pattern does not spell out."""

Spelled = set[str]
"""The ends of what was spelled so far without a hint in it, no longer than it takes to see one."""


def unhinted(pattern: str, flags: int, hints: tuple[str, ...]) -> Spelled:
    """The ends of those ways through a pattern on which no hint is spelled out."""
    return _spelled(re._parser.parse(pattern, flags), {ANY}, hints)  # type: ignore[attr-defined]


def _spelled(parsed: Any, ends: Spelled, hints: tuple[str, ...]) -> Spelled:
    """Those ends after one more piece of the pattern."""
    for op, what in parsed:
        name = str(op)
        if name == "LITERAL":
            ends = _with(ends, [chr(what).lower()], hints)
        elif name == "IN":
            ends = _with(ends, _one_of(what), hints)
        elif name == "BRANCH":
            ends = set().union(*(_spelled(way, ends, hints) for way in what[1]))
        elif name in {"SUBPATTERN", "ATOMIC_GROUP"}:
            ends = _spelled(what[-1] if name == "SUBPATTERN" else what, ends, hints)
        elif name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            ends = _repeated(what, ends, hints)
        elif not name.startswith(("AT", "ASSERT")):
            ends = _with(ends, [ANY], hints)
    return ends


def _repeated(what: Any, ends: Spelled, hints: tuple[str, ...]) -> Spelled:
    """After what is repeated: as often as it has to be, once more if it may be, and who knows how often."""
    least, most, again = what
    for _ in range(min(least, FEW)):
        ends = _spelled(again, ends, hints)
    if least > FEW and ends:
        return {ANY}
    if most > least:
        more = _spelled(again, ends, hints)
        return ends | more | ({ANY} if most > least + 1 and more else set())
    return ends


def _one_of(what: list[Any]) -> list[str]:
    """The characters of a class, where it spells out a few."""
    spans = [(of, of) if str(kind) == "LITERAL" else of if str(kind) == "RANGE" else (0, 99) for kind, of in what]
    few = all(last - first < FEW * FEW for first, last in spans)
    return [chr(c).lower() for first, last in spans for c in range(first, last + 1)] if few else [ANY]


def _with(ends: Spelled, characters: list[str], hints: tuple[str, ...]) -> Spelled:
    longest = max(map(len, hints))
    grown = {end + c for end in ends for c in characters}
    return {end[-longest:] for end in grown if not any(hint in end for hint in hints)}


def holds_blanks(pattern: str) -> bool:
    """Whether white space may stand in what a pattern finds."""
    return any(_may_be_blank(str(op), what) for op, what in _pieces(re._parser.parse(pattern)))  # type: ignore[attr-defined]


def _pieces(parsed: Any) -> Iterator[tuple[Any, Any]]:
    """All that a pattern consumes, one character after the other."""
    for op, what in parsed:
        name = str(op)
        if name == "BRANCH":
            for way in what[1]:
                yield from _pieces(way)
        elif name in {"SUBPATTERN", "MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
            yield from _pieces(what[-1])
        elif not name.startswith(("AT", "ASSERT")):
            yield op, what


def _may_be_blank(op: str, what: Any) -> bool:
    if op == "LITERAL":
        return chr(what).isspace()
    if op == "RANGE":
        return any(chr(c).isspace() for c in range(what[0], what[1] + 1))
    if op == "IN":
        return any(_may_be_blank(str(kind), of) for kind, of in what)
    return not (op == "CATEGORY" and str(what) in {"CATEGORY_WORD", "CATEGORY_DIGIT"})
