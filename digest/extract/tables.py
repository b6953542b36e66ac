"""Benchmarks set as tables or blocks: whether one is, and what moved in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from digest.extract.measures import measures as sentence_measures

if TYPE_CHECKING:
    from digest.extract.statement import Measure

BENCHMARK = re.compile(
    r"\bthrpt\b|\bavgt\b|[µu]s\b|\bbytes\b|\bmean\b|\bRPS\b|\bold time\b|ns/op|allocs/op|micros/op|ops/s(?:ec)?\b|i/s\b|vs base|± *σ|hyperfine|\breal\s+\d+m"
    r"|\bdelta\b|faster|slower|\b(?:before|after|main|base|old|new|off|on)\b[^\n]*\|.*\d|\d\s?\w*\s?(?:→|->)\s?\d|\d(?:ms|fps|s)\b",
    re.IGNORECASE,
)
NOT_ONE = re.compile(
    r"\{|;\s*$|Traceback|\bat [\w.]+\(|^\s*(?:\d{4}-\d\d-\d\d|\[?\d\d:\d\d|E\d{4}|WARN|ERROR|panic)|\b(?:Date|Status)\b",
    re.MULTILINE,
)
CONTEXT = re.compile(r"bench|before|after|perf|time|measur|faster|result|reduc|improv", re.IGNORECASE)
DIGITS = re.compile(r"\d")
FEWEST_DIGITS = 7


def is_benchmark(piece: str, lead: str) -> bool:
    """Whether a table or a block of code holds benchmark figures."""
    piece = piece[:6000]
    if len(DIGITS.findall(piece)) < FEWEST_DIGITS or NOT_ONE.search(piece) or not BENCHMARK.search(piece):
        return False
    return CONTEXT.search(lead + " " + piece) is not None


def measures(piece: str) -> tuple[Measure, ...]:
    """What changed, row by row, where the rows say so."""
    return sentence_measures(piece) if "->" in piece or "→" in piece else ()
