"""Before and after, each under its own label: lists, lines or blocks of figures that are one claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from digest.extract import movement
from digest.extract.measures import figures
from digest.extract.numbers import Number, numbers
from digest.extract.statement import Measure
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.extract.units import Unit

Side = Literal["old", "new", ""]

_OF = r"(?: (?:the|this|that|my))?(?: (?:change|patch|pr|commit|diff|dif|fix|optimi[sz]ation))?"
OLD = regex(rf"\W*(?:results? )?(?:before|without|old|main|master|base(?:line)?|original){_OF}\W*", re.IGNORECASE)
NEW = regex(rf"\W*(?:results? )?(?:after|with|new|this (?:pr|branch|patch|change|diff)){_OF}\W*", re.IGNORECASE)
LONGEST = 600
"""Characters of one line of a comparison."""

RUN_IN = regex(
    r"\W*(?P<label>(?:results? )?(?:before|after|without|with)(?: (?:the|this|that))?(?: \w+)?) ?:(?P<rest>.*)",
    re.IGNORECASE,
    hints=(":",),
)
UNIT_IN_NAME = regex(r"\b(?:ns|us|µs|ms|micros)/op\b|\b(?:ops|i|MB)/s(?:ec)?\b")
COMPOUND = regex(r"\b\d+m ?\d+(?:\.\d+)?s\b|\b\d+h ?\d+m\b|\b\d+ms \d+µs\b")
BEFORE_FIGURE = regex(r"[:=]|\s\d")


def compared(units: Sequence[Unit]) -> Iterator[tuple[int, int, tuple[Measure, ...]]]:
    """Runs of units that are one comparison: the first, the one behind the last, and what moved."""
    k = 0
    while k < len(units):
        end_old = _run(units, k, "old")
        end_new = _run(units, end_old, "new") if end_old > k else k
        if end_new > end_old:
            yield k, end_new, tuple(_moved(units[k:end_old], units[end_old:end_new]))
            k = end_new
        else:
            k += 1


def _run(units: Sequence[Unit], start: int, side: Side) -> int:
    end = start
    while (
        end < len(units)
        and units[end].kind == "sentence"
        and len(units[end].text) <= LONGEST
        and side_of(units[end]) == side
        and _figures(units[end])
    ):
        end += 1
    return end


def side_of(unit: Unit) -> Side:
    """Whether a unit stands under "before" or under "after"."""
    run_in = RUN_IN.fullmatch(unit.text)
    labels = [run_in["label"]] if run_in and run_in["rest"] else [unit.lead, unit.headings[-1] if unit.headings else ""]
    for label in labels:
        if label and OLD.fullmatch(label):
            return "old"
        if label and NEW.fullmatch(label):
            return "new"
    return ""


def _figures(unit: Unit) -> tuple[Number, ...]:
    run_in = RUN_IN.fullmatch(unit.text)
    return figures(run_in["rest"] if run_in else COMPOUND.sub("1 s", unit.text))


def _moved(old: Sequence[Unit], new: Sequence[Unit]) -> Iterator[Measure]:
    """The pairs of figures that carry the same name on both sides."""
    before = {_name(unit): unit for unit in old}
    for unit in new:
        other = before.get(_name(unit)) or (old[0] if len(old) == len(new) == 1 else None)
        if other is None or COMPOUND.search(unit.text):
            continue
        a, b = _figures(other)[0], _figures(unit)[0]
        named_unit = UNIT_IN_NAME.search(unit.text)
        written = b.written_unit or a.written_unit or (named_unit.group() if named_unit else "")
        direction = movement.between(a, b)
        yield Measure(
            baseline=a.written,
            new=b.written,
            unit=written,
            direction=direction,
            polarity=movement.worth(
                direction, b.unit or (numbers(f"1 {written}")[0].unit if written else ""), unit.text
            ),
            metric=_name(unit),
        )


def _name(unit: Unit) -> str:
    run_in = RUN_IN.fullmatch(unit.text)
    words = BEFORE_FIGURE.split(run_in["rest"] if run_in else unit.text, maxsplit=1)[0]
    return words.strip(" `*+-")
