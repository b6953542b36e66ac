"""The numbers of a digest, each looked for in the evidence of its line. Pure.

A number is the same in another unit (0.34 s is 340 ms, 0.599 is 59.9 %) and where it is rounded (12.04 % is 12 %).
A number without a unit may take its unit from a column or from the number beside it, so its digits are enough.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.extract import Number, numbers
from digest.markdown import plain
from digest.model import Activity, Digest, Entry, SectionName, whole_ref

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROUNDED = Decimal("0.01")
"""A number that ends in zeros may be this share away: 8,400 is 8,446; 200 is not 212."""

LONG = 1000


class Unfounded(msgspec.Struct, frozen=True, kw_only=True):
    """A number that stands in no evidence of its line.

    Attributes:
        number: as it is written. known: whether there is any evidence to look in.
    """

    section: SectionName
    entry: Entry
    number: str
    known: bool = True

    def __str__(self) -> str:
        why = "stands in none of its evidence" if self.known else "has no evidence"
        return f"the number {self.number} {why}: {plain(self.entry.text)}"


def unfounded(digest: Digest, evidence: Mapping[str, str]) -> Iterator[Unfounded]:
    """Each number of a line that its evidence does not hold; `evidence` is the text behind each whole ref."""
    for section in digest.sections:
        for entry in section.entries:
            texts = [evidence[ref] for ref in dict.fromkeys(map(whole_ref, entry.refs)) if ref in evidence]
            known = [end for text in texts for number in numbers(text) for end in _ends(number)]
            known += _own(digest)
            line = plain(entry.text)
            for number in numbers(line):
                if not all(any(_same(end, other) for other in known) for end in _ends(number)):
                    written = line[number.start : number.end].strip()
                    yield Unfounded(section=section.name, entry=entry, number=written, known=bool(texts))


def ground(activities: Iterable[Activity]) -> dict[str, str]:
    """The text behind each activity, by its ref."""
    found: dict[str, str] = {}
    for a in activities:
        days = [f"{day.day} {day.year}" for day in (a.due, a.done) if day]
        parts = [text for part in a.parts for text in (part.title, part.body)]
        found[a.ref] = "\n".join((a.title, a.body, *parts, a.topic, a.milestone, *a.labels, *days))
    return found


def _own(digest: Digest) -> list[Number]:
    """What a line may say of the period itself: its years."""
    return list(numbers(f"{digest.period.first.year}, {digest.period.last.year}"))


def _ends(number: Number) -> tuple[Number, ...]:
    """Both ends of a range."""
    if number.high is None:
        return (number,)
    return replace(number, high=None), replace(number, value=number.high, high=None)


def _same(said: Number, known: Number) -> bool:
    """Whether a number of a line is one of its evidence; its sign is told by words such as "fell"."""
    a, b = (replace(n, value=abs(n.value)) for n in (said, known))
    if a.unit == b.unit:
        return _rounds(a, b)
    if a.unit and b.unit:
        return False
    a, b = (replace(n, unit="", factor=Decimal(1) if n.unit else n.factor) for n in (a, b))
    hundredth = Decimal("0.01")
    return (
        _rounds(a, b)
        or (said.unit == "%" and _rounds(replace(a, factor=hundredth), b))
        or (known.unit == "%" and _rounds(a, replace(b, factor=hundredth)))
    )


def _rounds(said: Number, known: Number) -> bool:
    """Whether the number of the line is the other one, rounded to the digits that it has; it never has more of them."""
    exponent = said.value.as_tuple().exponent
    assert isinstance(exponent, int)
    value, exact = said.value * said.factor, known.value * known.factor
    if abs(value - exact) <= Decimal(1).scaleb(exponent) * said.factor / 2:
        return True
    digits = f"{said.value:f}"
    zeros = len(digits) - len(digits.rstrip("0"))
    if "." in digits or said.value < LONG or zeros < 2:  # noqa: PLR2004 - hundreds
        return False
    step: Decimal = said.factor * Decimal(1).scaleb(zeros)
    return abs(value - exact) <= min(step / 2, exact * ROUNDED)
