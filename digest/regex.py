"""Patterns that are made when they are first used, and tried only where they can find something.

A run meets a third of the patterns that the program knows, and most of them find nothing in most texts.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from digest.compiled import compiled

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator


def regex(text: str, flags: re.RegexFlag | int = 0, *, hints: tuple[str, ...] = ()) -> re.Pattern[str]:
    """As `re.compile`, but at the first use: to compile all of our tables takes longer than to draft a digest.

    The price: a wrong pattern is found when it is used. A test compiles every one.

    `hints` are words in small letters, of which one stands in all that the pattern finds: to look for a word is many
    times quicker than to try a pattern at each place of a text. A test holds them against what each pattern finds.
    """
    return cast("re.Pattern[str]", _Hinted(text, flags, hints) if hints else _Pattern(text, flags))


@lru_cache(16)  # several patterns look through one text, one after the other
def folded(text: str) -> str:
    """The text in small letters, as a pattern that ignores case reads it: a long s is an s, a dotless i an i."""
    small = text.lower()
    return small if text.isascii() else small.replace("\u017f", "s").replace("\u0131", "i").replace("i\u0307", "i")


class _Pattern:
    """Stands for a pattern; each method of the pattern becomes its own when it is first asked for."""

    def __init__(self, text: str, flags: re.RegexFlag | int) -> None:
        self._made_of = text, flags
        self._pattern: re.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._made(), name)
        setattr(self, name, found)
        return found

    def _made(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = compiled(*self._made_of)
        return self._pattern


class _Hinted(_Pattern):
    """Looks for its hints before it looks through a text."""

    def __init__(self, text: str, flags: re.RegexFlag | int, hints: tuple[str, ...]) -> None:
        super().__init__(text, flags)
        self.hints = hints

    def may_find(self, text: str) -> bool:
        """Whether one of the hints stands in the text."""
        small = folded(text)
        for hint in self.hints:  # noqa: SIM110 - `any` takes twice as long, which is what this is about
            if hint in small:
                return True
        return False

    def search(self, text: str, *within: int) -> re.Match[str] | None:
        """As that of a pattern."""
        return self._made().search(text, *within) if self.may_find(text) else None

    def fullmatch(self, text: str, *within: int) -> re.Match[str] | None:
        """As that of a pattern."""
        return self._made().fullmatch(text, *within) if self.may_find(text) else None

    def findall(self, text: str, *within: int) -> list[Any]:
        """As that of a pattern."""
        return self._made().findall(text, *within) if self.may_find(text) else []

    def finditer(self, text: str, *within: int) -> Iterator[re.Match[str]]:
        """As that of a pattern."""
        return self._made().finditer(text, *within) if self.may_find(text) else iter(())

    def sub(self, by: str | Callable[[re.Match[str]], str], text: str, count: int = 0) -> str:
        """As that of a pattern."""
        return self._made().sub(by, text, count) if self.may_find(text) else text
