"""The quantity that a figure is about, as far as the words next to it say so."""

from __future__ import annotations

import re

from digest.regex import regex

NAME_AFTER = regex(
    r"\s*(?:reduction|decrease|increase|improvement|drop|savings?|gain|rise|less|fewer|more|of)\s(?:in |of |on |to )?"
    r"(?P<name>[\w`/. -]{3,50}?)(?=$|[,.;()]|\s(?:for|when|with|by|from|to|and|on|in|as|at)\b)",
    re.IGNORECASE,
)
NAME_BEFORE = regex(
    r"(?:reduc\w+|increas\w+|improv\w+|decreas\w+|cuts?|lower\w*|shrink\w*|raises?|drops?|brings?(?: down)?) (?:the )?"
    r"(?P<name>[\w`/. -]{3,50}?) (?:down )?(?:from|by|to)\b[^,;]{0,20}$",
    re.IGNORECASE,
)
SUBJECT = regex(
    r"(?:^|[,;:(] ?)(?:the |our |its )?(?P<name>[\w`/. -]{3,50}?) (?:\w+ed |has |is |was )?"
    r"(?:dropped|fell|went|increased|rose|decreased|improved|goes|going|is|are|from)(?: down| up)?(?: from| by| to)?[^,;]{0,12}$",
    re.IGNORECASE,
)


def named(sentence: str, start: int, end: int) -> str:
    """The quantity that a figure is about, as far as the words next to it say so."""
    if match := NAME_AFTER.match(sentence, end):
        return match["name"].strip()
    before = sentence[max(0, start - 110) : start]
    for shape in (NAME_BEFORE, SUBJECT):
        if match := shape.search(before):
            return match["name"].strip()
    return ""
