"""The last touch of a line: the reader's words, a capital letter, a full stop, and everything escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.normalize.word.clause import capital
from digest.normalize.word.titles import show
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping


LONGEST_WORD = 120
"""No name that a reader could take in is longer."""
_TOO_LONG = regex(rf"(\S{{{LONGEST_WORD}}})\S+")
_MISC = regex(r"^misc\. ")


def sentence(text: str, code: tuple[str, ...] = ()) -> str:
    """The words as one escaped line with a capital letter and a full stop, or the mark of what was left out."""
    text = _TOO_LONG.sub(r"\1…", text.strip())
    shown = show(capital(_MISC.sub("miscellaneous ", text)), code).rstrip(" .,;:")
    return shown if shown.endswith("…") else f"{shown}."


def glossed(text: str, glossary: Mapping[str, str]) -> str:
    """Inside words as the reader's words: whole words, the longest first; words within names, paths and code stay."""
    if not glossary:
        return text
    words = sorted(glossary, key=len, reverse=True)
    pattern = rf"(?<![\w./@#-])(?:{'|'.join(map(re.escape, words))})(?![\w/(=@]|[.:-]\w)"
    fold = {word.lower(): said for word, said in glossary.items()}
    return re.sub(pattern, lambda m: glossary.get(m[0], fold.get(m[0].lower(), m[0])), text, flags=re.IGNORECASE)
