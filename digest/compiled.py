"""Compiled patterns, kept from one run to the next in the user's cache folder, as Python keeps compiled modules.

To compile the patterns that one draft meets takes a quarter of its time, so their code is kept. The folder can be
deleted at any time. What cannot be read, is of another version of Python or does not fit is compiled anew. Nothing is
kept where Python is told to write no byte code (`PYTHONDONTWRITEBYTECODE`), or where the folder cannot be written.
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # what `re` itself is made of; typeshed does not tell of it
import atexit
import marshal
import os
import re
import sys
from array import array
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from digest import places

if TYPE_CHECKING:
    from pathlib import Path

Code = tuple[int, bytes, int, dict[str, int]]
"""Flags, code, number of groups, names of groups."""

WORD = "I"
"""One word of the code, as `array` calls it."""


class _Kept(NamedTuple):
    known: dict[tuple[str, int], Code]
    new: dict[tuple[str, int], Code]


def compiled(text: str, flags: int = 0) -> re.Pattern[str]:
    """As `re.compile`, the quicker way where the same was compiled by an earlier run."""
    if not hasattr(_sre, "MAGIC") or array(WORD).itemsize != _sre.CODESIZE:
        return re.compile(text, flags)
    kept = _kept()
    key = text, int(flags)
    with suppress(TypeError, ValueError, OverflowError, RuntimeError):  # it was damaged
        if key in kept.known:
            return _pattern(text, kept.known[key])
    with suppress(AttributeError, ImportError, TypeError, ValueError):  # `re` is made otherwise in this Python
        code = _code(text, int(flags))
        made = _pattern(text, code)
        kept.new[key] = code
        return made
    return re.compile(text, flags)


def _code(text: str, flags: int) -> Code:
    """What `re.compile` does, as far as its result can be kept."""
    from re import _compiler, _parser  # type: ignore[attr-defined]

    parsed = _parser.parse(text, flags)
    code = array(WORD, _compiler._code(parsed, flags))  # noqa: SLF001 - `re` has no other door
    return flags | parsed.state.flags, code.tobytes(), parsed.state.groups, parsed.state.groupdict


def _pattern(text: str, code: Code) -> re.Pattern[str]:
    flags, words, groups, names = code
    listed: list[str | None] = [None] * groups
    for name, number in names.items():
        listed[number] = name
    made: re.Pattern[str] = _sre.compile(text, flags, array(WORD, words).tolist(), groups - 1, names, tuple(listed))
    return made


def keep() -> None:
    """Keep what this run compiled: done when the program ends, and by a process of ours that ends otherwise."""
    if not sys.dont_write_bytecode:
        _save(_kept())


@cache
def _kept() -> _Kept:
    """What earlier runs compiled, and what this one did."""
    atexit.register(keep)
    return _Kept(_load(_file()), {})


def _file() -> Path:
    return places.cache() / f"patterns-{sys.implementation.cache_tag}-{_sre.MAGIC}"


def _load(file: Path) -> dict[tuple[str, int], Code]:
    with suppress(OSError, ValueError, EOFError, TypeError):
        found: Any = marshal.loads(file.read_bytes())  # noqa: S302 - ours, in the user's own folder, as byte code is
        if isinstance(found, dict):
            return found
    return {}


def _save(kept: _Kept) -> None:
    if not kept.new:
        return
    file = _file()
    part = file.with_name(f"{file.name}.{os.getpid()}")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(marshal.dumps(kept.known | _load(file) | kept.new))  # others have kept theirs meanwhile
        part.replace(file)
