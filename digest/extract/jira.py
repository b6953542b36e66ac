"""Jira's wiki markup rewritten as Markdown of the same length, so that every offset still holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

SIGNS = regex(
    r"^(?:h[1-6]\. |bq\. |\|\|.*\|\|)|\{(?:code|noformat|quote|panel|color)(?:[:}])|\{\{[^{}\n]+\}\}",
    re.MULTILINE,
    hints=("{", "||", "bq. ", "h1. ", "h2. ", "h3. ", "h4. ", "h5. ", "h6. "),
)
FENCE = regex(r"^[ \t]*\{(?:code|noformat|quote)(?::[^{}\n]*)?\}[ \t]*$", re.MULTILINE)
INLINE_BLOCK = regex(r"\{(code|noformat|quote)(?::[^{}\n]*)?\}([^{}\n]*)\{\1\}")
MACRO = regex(r"\{(?:panel|color|anchor|toc|info|note|tip|warning)(?::[^{}\n]*)?\}")

REWRITES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (regex(r"^[ \t]*[*#-]+(?= )", re.MULTILINE), lambda m: "-".rjust(min(len(m[0]), 3)).ljust(len(m[0]))),
    (regex(r"^h([1-6])\. ", re.MULTILINE), lambda m: ("#" * min(int(m[1]), 3)).ljust(4)),
    (regex(r"^bq\. ", re.MULTILINE), lambda _: ">   "),
    (INLINE_BLOCK, lambda m: "`" + " " * (len(m[0]) - 2) + "`"),
    (FENCE, lambda m: "```".ljust(len(m[0]))),
    (MACRO, lambda m: " " * len(m[0])),
    (regex(r"\{\{([^{}\n]+)\}\}"), lambda m: f"``{m[1]}``"),
    (regex(r"\|\|"), lambda _: " |"),
)


def looks_like(text: str) -> bool:
    """Whether a text is in Jira's markup and not in Markdown."""
    return SIGNS.search(text) is not None and "```" not in text


def to_markdown(text: str) -> str:
    """The same text as Markdown; every line keeps its place and its length."""
    for pattern, write in REWRITES:
        text = pattern.sub(write, text)
    return text
