"""Sentences that are too long, cut where a reader would pause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable

# From what is missed least to what is missed most.
_PAUSES = tuple(
    map(
        regex,
        (
            r"\s*\([^()]*\)",
            r"(?<=[a-z)])[.;]\s+(?=\S).*$",
            r"\s+[–—-]\s+.*$",
            r",?\s+(?:which|because|since|in order to|so that|so)\s.*$",
            r",\s+(?:by|as|thus|thereby|e\.g\.|i\.e\.|including|such as)\b.*$",
            r",?\s+(?:by|while|thus|thereby)\s+\w+ing\b.*$",
            r",\s+(?:and\s+)?\w+(?:ed|s)\s.*$",
            r",?\s+and\s+.*$",
            r":\s+.*$",
        ),
    )
)
# These limit what is joined as well as what it is joined to: without them the claim would say too much.
_LIMITED = regex(r"(?:,?\s+and|,\s+\w+(?:ed|s))\s.*\b(?:but|except|unless|only|without)\b")
_BREATH = regex(r"(?:for|in|on|to|with|from|when|where|that|of|by|at|and|or|as|than|the|a)")
_JOINT = regex(r",?\s(?:but|and|or|so|as|which)$")
FEWEST = 5
TOLERANCE = 6


def shortened(text: str, limit: int) -> str:
    """`text` with at most about `limit` words: cut at a pause, else between words with a mark."""
    text = _paused(text, lambda t: len(t.split()) <= limit)
    head = text.split()
    return text if len(head) <= limit + TOLERANCE else _broken(head[:limit])


def within(text: str, limit: int) -> str:
    """`text` with at most `limit` characters: cut at a pause, else between words with a mark."""
    text = _paused(text, lambda t: len(t) <= limit)
    return text if len(text) <= limit else _broken(text[: limit - 1].split(" ")[:-1])


def _paused(text: str, fits: Callable[[str], bool]) -> str:
    """`text` with what stands behind its pauses left out, one after the other, until it fits."""
    for pause in _PAUSES:
        if fits(text):
            break
        for found in reversed(list(pause.finditer(text))):
            left = f"{text[: found.start()]}{text[found.end() :]}".strip()
            if not fits(text) and len(left.split()) >= FEWEST and not _LIMITED.match(found[0]):
                text = _JOINT.sub("", left)
    return text


def _broken(words: list[str]) -> str:
    """The words without those at the end that ask for a next one, and a mark."""
    while len(words) > FEWEST and _BREATH.fullmatch(words[-1]):
        words.pop()
    return f"{' '.join(words).rstrip(' ,;:')} …"
