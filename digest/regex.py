"""Patterns that are made when they are first used: a run meets a third of those that the program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from digest.compiled import compiled

if TYPE_CHECKING:
    import re


def regex(text: str, flags: re.RegexFlag | int = 0) -> re.Pattern[str]:
    """As `re.compile`, but at the first use: to compile all of our tables takes longer than to draft a digest.

    The price: a wrong pattern is found when it is used. A test compiles every one.
    """
    return cast("re.Pattern[str]", _Pattern(text, flags))


class _Pattern:
    """Stands for a pattern; each method of the pattern becomes its own when it is first asked for."""

    def __init__(self, text: str, flags: re.RegexFlag | int) -> None:
        self._made_of = text, flags

    def __getattr__(self, name: str) -> Any:
        pattern = self.__dict__.get("_pattern") or self.__dict__.setdefault("_pattern", compiled(*self._made_of))
        found = getattr(pattern, name)
        setattr(self, name, found)
        return found
