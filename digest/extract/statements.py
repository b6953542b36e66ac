"""The line: text, units, rules, statements."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest.extract import metrics, nexts, tables, tradeoffs
from digest.extract.blocks import Markup, read
from digest.extract.comparisons import compared
from digest.extract.cues import Cue, words_of
from digest.extract.evidence import evidence_of
from digest.extract.measures import may_measure, measures, with_baseline
from digest.extract.sections import Section, section_of, written_by_a_bot
from digest.extract.statement import HEADED, LABELLED, Measure, Statement, StatementKind
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.extract.units import Unit

LONGEST = 1200
"""Characters of one sentence; what is longer is no prose and is not read."""

NEARBY = 3000
"""Characters before a level in which its old value is looked for."""

SHORTEST_TRADEOFF = 30
SHORTEST_NEXT = 15
"""Characters that a list item needs to say something by its place alone."""

DIGIT = regex(r"\d")
NAME = regex(r"[\w.:/-]{2,40}")
CODE = regex(r"``[^`\n]{1,300}``|`[^`]{1,300}`")
LABELS: tuple[tuple[StatementKind, re.Pattern[str]], ...] = (
    ("tradeoff", regex(r"trade-?\s?offs?\s*:\s*", re.IGNORECASE)),
    ("next", regex(r"(?:follow-?\s?ups?|next(?: steps?)?)\s*:\s*", re.IGNORECASE)),
)
ONLY_LINK = regex(r"\W*(?:https?://\S+|#\d+|[\w./-]+#\d+|[0-9a-f]{7,40})?\W*", re.IGNORECASE)


def statements(text: str, *, markup: Markup = "auto") -> tuple[Statement, ...]:
    """The statements of a commit message, a pull request, a ticket or a decision record, in the order of the text."""
    if written_by_a_bot(text):
        return ()
    units = read(text, markup)
    found: list[Statement] = []
    taken: set[int] = set()
    for first, last, moved in compared(units):
        taken |= set(range(first, last))
        whole = replace(units[first], end=units[last - 1].end, text=" ".join(u.text for u in units[first:last]))
        found.append(_claim(whole, text, moved, "before and after"))
    for unit in _tables_joined(u for k, u in enumerate(units) if k not in taken):
        found.extend(_of_unit(unit, text))
    return tuple(_paragraphs_joined(sorted(found, key=lambda s: (s.start, s.end)), text))


def _tables_joined(units: Iterable[Unit]) -> list[Unit]:
    """The units, where blocks of output with only blank lines between them are one."""
    out: list[Unit] = []
    for unit in units:
        near = out and unit.kind == out[-1].kind == "code" and unit.block == out[-1].block + 1
        if near and not unit.text:
            out[-1] = replace(out[-1], end=unit.end, block=unit.block)
        else:
            out.append(unit)
    return out


def _of_unit(unit: Unit, text: str) -> Iterator[Statement]:
    if unit.kind in ("table", "code"):
        piece = text[unit.start : unit.end]
        if tables.is_benchmark(piece, unit.kind, f"{unit.headings[-1] if unit.headings else ''} {unit.lead}"):
            yield _claim(unit, text, tables.measures(piece, unit.kind), "a benchmark table")
    elif unit.kind != "heading" and len(unit.text) <= LONGEST:
        yield from _of_sentence(unit, text)


def _claim(unit: Unit, text: str, moved: tuple[Measure, ...], rule: str) -> Statement:
    """A table, block or comparison of figures."""
    return Statement(
        kind="metric",
        start=unit.start,
        end=unit.end,
        text=unit.text,
        measures=moved,
        evidence=evidence_of("bench " + unit.lead, text),
        confidence=0.8 if moved else 0.5,
        rules=(rule,),
    )


def _of_sentence(unit: Unit, text: str) -> Iterator[Statement]:
    for kind, label in LABELS if ":" in unit.text else ():
        if match := label.match(unit.text):
            rest = unit.text[match.end() :]
            if not ONLY_LINK.fullmatch(rest):
                yield _statement(kind, unit, [], words=rest, explicit=True)
            return
    prose = CODE.sub("CODE", unit.text) if "`" in unit.text else unit.text
    words = words_of(prose)
    section = section_of(unit)
    if unit.kind != "title":
        steps = list(_next(unit, prose, words, section))
        if not unit.box:
            yield from _tradeoff(unit, prose, words, section, at_least=1.0 if steps else 0.0)
        yield from steps
    if unit.box != "open":
        found = measures(CODE.sub(_code_named, unit.text), words) if may_measure(prose, words) else ()
        around = f"{unit.lead} {prose}" if unit.listed and found else prose
        if found and (rules := metrics.weigh(around, words_of(around), found, title=unit.kind == "title")):
            found = tuple(with_baseline(m, text[max(0, unit.start - NEARBY) : unit.start]) for m in found)
            yield _statement("metric", unit, rules, measures=found, evidence=evidence_of(unit.text, text, found))


def _code_named(match: re.Match[str]) -> str:
    """A name set as code names what was measured; figures inside code measure nothing."""
    name = match.group().strip("` ")
    return "CODE" if DIGIT.search(name) or not NAME.fullmatch(name) else name


def _tradeoff(unit: Unit, prose: str, words: list[str], section: Section, *, at_least: float) -> Iterator[Statement]:
    """A trade-off; a sentence that is a next step already has to say so by a rule of weight `at_least`."""
    placed = (
        section in ("tradeoff", "alternatives") and len(unit.text) > SHORTEST_TRADEOFF and not unit.text.endswith(":")
    )
    rules = tradeoffs.weigh(prose, words, section)
    if at_least and all(rule.weight < at_least for rule in rules):
        return
    if rules or (placed and not tradeoffs.VETOES.met(prose, words)):
        yield _statement("tradeoff", unit, rules, explicit=placed, place=section if placed else "")


def _next(unit: Unit, prose: str, words: list[str], section: Section) -> Iterator[Statement]:
    placed = section == "next" and len(unit.text) > SHORTEST_NEXT and unit.box != "done" and not unit.text.endswith(":")
    rules = nexts.weigh(prose, words, section) if unit.box != "done" else []
    if placed or rules:
        yield _statement("next", unit, rules, explicit=placed, place=section if placed else "")


def _statement(kind: StatementKind, unit: Unit, rules: list[Cue], *, words: str = "", **fields: object) -> Statement:
    said = words or unit.text
    gained, given_up, because = tradeoffs.sides(said) if kind == "tradeoff" else ("", "", "")
    explicit = bool(fields.get("explicit"))
    weight = sum(rule.weight for rule in rules)
    return Statement(
        kind=kind,
        start=unit.start,
        end=unit.end,
        text=said,
        gained=gained,
        given_up=given_up,
        because=because,
        confidence=LABELLED if words else HEADED if explicit else min(0.9, 0.4 + 0.3 * weight),
        rules=tuple(rule.name for rule in rules),
        **fields,  # type: ignore[arg-type]
    )


def _paragraphs_joined(found: Iterable[Statement], text: str) -> list[Statement]:
    """The statements, where the sentences of one paragraph or item under a heading that names their kind are one."""
    out: list[Statement] = []
    for statement in found:
        last = next((s for s in reversed(out) if s.kind == statement.kind), None)
        if (
            last
            and last.explicit
            and statement.explicit
            and not text[last.end : statement.start].strip(" \r\n\t")
            and _flows(text, last.end, statement.start)
        ):
            whole = f"{last.text} {statement.text}"
            out[out.index(last)] = replace(
                last, end=statement.end, text=whole, rules=tuple(dict.fromkeys(last.rules + statement.rules))
            )
        else:
            out.append(statement)
    return out


def _flows(text: str, start: int, end: int) -> bool:
    """Whether two sentences stand in one paragraph: no blank line and no list mark between them."""
    return "\n\n" not in text[start:end].replace("\r", "")
