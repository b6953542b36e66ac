"""Benchmarks set as tables or blocks of output: whether one is, and what moved in it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.extract import movement
from digest.extract.measures import measures as in_sentence
from digest.extract.numbers import Number, numbers
from digest.extract.statement import Measure
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 6000
"""Characters of a table or block that are looked at."""

LEAD = 45
"""Characters at the end of a lead that can name a side of a comparison."""

OLD = regex(
    r"\W*(?:before\b.*|old\b.*|main\b.*|master\b.*|base(?:line)?\b.*|off|current\b.*|without\b.*|original\b.*|previous\b.*|dev|head~?|control|stable|unstable\b.*)\W*",
    re.IGNORECASE,
)
NEW = regex(
    r"\W*(?:after\b.*|new\b.*|pr\b.*|this (?:pr|branch|change|patch|commit)\b.*|on|with\b.*|branch|patched\b.*|feature\b.*|variant|candidate|optimi[sz]ed|fast\b.*)\W*",
    re.IGNORECASE,
)
DELTA = regex(
    r"\W*(?:change|delta|diff(?:erence)?|improvement|gain|speed-?up|reduction|savings?|%|ratio|Δ)\b.*", re.IGNORECASE
)
MEASURED = regex(
    r"\b(?:time|ms|[µu]s|ns|secs?|seconds|mean|avg|p\d\d|rps|qps|ops|fps|bytes?|size|memory|micros|latency|throughput|gain|faster|slower|score|similarity)\b|ops/s|i/s",
    re.IGNORECASE,
)
NOT_ONE = regex(r"\bcoverage\b|impacted files|<\d+%>|\bstmts\b|\bmiss(?:es)?\b\W+\d", re.IGNORECASE)
LABEL_UNIT = regex(r"\(\s*(ms|s|us|µs|ns|mb|kb|gb|bytes|%|rps|qps|fps)\s*\)", re.IGNORECASE)
DIVIDER = regex(r"[\s|:+-]+")
CELL_MARKS = regex(r"[*`~]|🟩|⬜|🟥")

# Lines that benchmark tools print.
_SIGNS = "/op|ops/s|i/s|/sec|/iter|lines/ms|thrpt|avgt|±|time (mean|times faster|real|vs base|[.]"
TOOL_LINE = regex(
    r"micros/op|\bns/op\b|\bops/s(?:ec)?\b|\bi/s\b|allocs/op|\bthrpt\b|\bavgt\b|old time/op|±\s*(?:σ|\d)|Time \(mean|times faster"
    r"|Req(?:uests)?/sec|\blines/ms\b|\breal\s+\d+m|\bns/iter\b|\bvs base\b|\d%\s.{0,120}\[\.\]",
    re.IGNORECASE,
    hints=tuple(_SIGNS.split("|")),
)
TOOL_ROW = regex(r"\s*\S+(?: \S+)? *: +[\d.]+[kM]? ?(?:i/s|micros/op|ops/s|ns/op)")
COLUMNS = regex(r"[^\s.!?:;](?: {2,}|\t+)\S.{0,200}\d|^\|")
PROMPT = regex(r"\s*(?:[$❯%] |\.\.\.\s*$|> \w)")
LAID_OUT = ("  ", "\t", "|", "$ ", "❯ ", "% ", "> ", "...")
"""One of these stands in each line of columns and behind each prompt."""

SIDES = regex(
    r"\b(?:before|after|old|new|without|with (?:the|this|that)|main|master|base|branch|patched|unpatched|this (?:pr|change|patch|diff)|original)\b",
    re.IGNORECASE,
)
FIGURE = regex(r"\d\s?(?:ms|s|[µu]s|ns|[kmg]i?b|bytes|%|fps|x)\b", re.IGNORECASE)
CHANGED = regex(r"\d\s?\w{0,6}\s?(?:→|->|=>)\s?\d")
LOG_LINE = regex(
    r"^\s*(?:\d{4}-\d\d-\d\d|\[?\d\d:\d\d:|E\d{4}|WARN|ERROR|INFO|panic|thread |\s*at [\w.$]+\(|\s*File \")|Traceback",
    re.MULTILINE,
)
BEFORE_FIGURE = regex(r"\s\d|:")


def is_output(piece: str) -> bool:
    """Whether a paragraph is really what a tool printed: rows of figures, prompts, columns."""
    lines = piece.splitlines()
    if len(lines) == 1:
        return TOOL_ROW.match(lines[0]) is not None
    printed = sum(1 for line in lines if TOOL_LINE.search(line)) if TOOL_LINE.search(piece) else 0
    laid_out = any(sign in piece for sign in LAID_OUT)
    columns = sum(1 for line in lines if COLUMNS.search(line) or PROMPT.match(line)) if laid_out else 0
    return (printed > 0 or columns > 1) and (printed + columns) * 2 >= len(lines)


def is_benchmark(piece: str, kind: str, lead: str) -> bool:
    """Whether a table or a block of output compares figures."""
    piece = piece[:LONGEST]
    return _table_compares(piece) if kind == "table" else _output_compares(piece, lead)


def _output_compares(piece: str, lead: str) -> bool:
    if LOG_LINE.search(piece):
        return False
    tool_lines = sum(1 for line in piece.splitlines() if TOOL_LINE.search(line))
    sides = SIDES.search(lead[-LEAD:]) is not None or len({m.group().lower() for m in SIDES.finditer(piece)}) > 1
    if tool_lines:
        return tool_lines > 1 or sides
    return len(CHANGED.findall(piece)) > 1 or (sides and len(FIGURE.findall(piece)) > 1)


def _rows(piece: str) -> list[list[str]]:
    lines = [line.strip() for line in piece.splitlines() if "|" in line and not DIVIDER.fullmatch(line.strip())]
    return [[CELL_MARKS.sub("", cell).strip() for cell in line.strip("|").split("|")] for line in lines]


def _table_compares(piece: str) -> bool:
    rows = _rows(piece)
    if len(rows) <= 1 or NOT_ONE.search(piece):
        return False
    header, body = rows[0], rows[1:]
    figures = [n for row in body for cell in row for n in _cell_numbers(cell)]
    if not figures:
        return False
    labels = [row[0] for row in body if row]
    sides = _columns(header) is not None or (_at(OLD, labels) is not None and _at(NEW, labels) is not None)
    measured = any(MEASURED.search(cell) for cell in header) or any(n.unit for n in figures)
    return sides or _at(DELTA, header[1:]) is not None or (measured and len(figures) > 1)


def _columns(header: Sequence[str]) -> tuple[int, int] | None:
    """Which columns hold the old and the new figure."""
    old, new = _at(OLD, header), _at(NEW, header)
    return (old, new) if old is not None and new is not None else None


def _at(shape: re.Pattern[str], cells: Sequence[str]) -> int | None:
    return next((k for k, cell in enumerate(cells) if shape.fullmatch(cell)), None)


def _cell_numbers(cell: str) -> tuple[Number, ...]:
    return numbers(cell.split("±", maxsplit=1)[0].split("+/-", maxsplit=1)[0])


def measures(piece: str, kind: str) -> tuple[Measure, ...]:
    """What changed, row by row, where columns, rows or arrows say which figure is the old one."""
    if kind == "code":
        lines = [line for line in piece[:LONGEST].splitlines() if CHANGED.search(line)]
        return tuple(
            replace(m, metric=m.metric or _label(line)) for line in lines for m in in_sentence(line) if m.baseline
        )
    rows = _rows(piece[:LONGEST])
    if len(rows) <= 1:
        return ()
    if columns := _columns(rows[0]):
        old, new = columns
        return tuple(m for row in rows[1:] if len(row) > max(columns) for m in _pair(row[0], row[old], row[new]))
    labels = [row[0] for row in rows]
    before, after = _at(OLD, labels), _at(NEW, labels)
    if before is None or after is None:
        return ()
    cells = zip(rows[0][1:], rows[before][1:], rows[after][1:], strict=False)
    return tuple(m for name, a, b in cells for m in _pair(name, a, b))


def _label(line: str) -> str:
    """What stands before the first figure of a line."""
    return BEFORE_FIGURE.split(line.strip(), maxsplit=1)[0].strip("` ")


def _pair(label: str, old: str, new: str) -> list[Measure]:
    """Old and new of one row, and the change that stands in the cell of the new."""
    a, b = _cell_numbers(old), _cell_numbers(new)
    if not a or not b:
        return []
    unit = LABEL_UNIT.search(label)
    written = b[0].written_unit or a[0].written_unit or (unit[1] if unit else "")
    direction = movement.between(a[0], b[0])
    metric = LABEL_UNIT.sub("", label).strip()
    kind = numbers(f"1 {written}")[0].unit if written else ""
    return [
        Measure(
            baseline=a[0].written,
            new=b[0].written,
            unit=written,
            direction=direction,
            polarity=movement.worth(direction, kind, label),
            metric=metric,
        )
    ]
