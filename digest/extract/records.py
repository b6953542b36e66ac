"""Decision records: Nygard, MADR and their kin, read from their headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from digest.extract.blocks import read
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.extract.units import Unit

NUMBERED = regex(
    r"^(?:ADR[- ]?)?\d{1,5}[.:)]?\s+[-–—:]?\s*|^(?:ADR|RFC|Decision)[- ]?\d{1,5}\s?[:–—.-]\s*", re.IGNORECASE
)
STATUS = regex(
    r"\b(proposed|accepted|rejected|deprecated|superseded|draft|approved|decided|pending|withdrawn|amended)\b",
    re.IGNORECASE,
)
STATUS_LINE = regex(r"^[ \t*_>|-]{0,12}status[*_| \t]{0,8}:[*_ \t]{0,8}(.+)$", re.IGNORECASE | re.MULTILINE)
CHOSEN = regex(
    r"chosen option:\s*[\"“'*]*(?P<chosen>[^\"”*\n]+?)[\"”'*]*,?\s*(?:because|since|as)\s+(?P<because>.+)",
    re.IGNORECASE | re.DOTALL,
)
HEADINGS = {
    "status": regex(r"status", re.IGNORECASE),
    "decision": regex(r"decision(?: outcome)?|resolution|outcome", re.IGNORECASE),
    "options": regex(
        r"(?:considered|rejected) (?:options|alternatives)|options considered|(?:considered )?alternatives(?: considered)?|options",
        re.IGNORECASE,
    ),
    "good": regex(r"(?:positive|good)(?: consequences?)?|pros|benefits|advantages", re.IGNORECASE),
    "bad": regex(r"(?:negative|bad)(?: consequences?)?|cons|drawbacks|trade-?offs?|risks|disadvantages", re.IGNORECASE),
    "consequences": regex(r"consequences|implications", re.IGNORECASE),
}
PLACEHOLDER = regex(r"^[\[{<]|\btemplate\b", re.IGNORECASE)
DECIDES = regex(r"\b(?:decided|chose|chosen|choose|adopt\w*|we will|will be|use|using)\b", re.IGNORECASE)
CHOSEN_MARK = "(chosen)"
LONGEST = 4000
"""Characters of a decision that are read for its reason."""

GOOD_BAD = regex(r"^(good|bad|neutral),? (?:because )?", re.IGNORECASE)
VERSUS = regex(r"\s+(?:vs\.?|versus)\s+")


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One decision, as its record tells it.

    Attributes:
        title: the title without its number.
        status: `accepted`, `proposed`, `superseded`, ...; "" if the record does not say.
        chosen: what was decided.
        over: the options that were not chosen.
        because: the reason that is given with the choice.
        good: consequences that are welcome.
        bad: consequences that are accepted.
    """

    title: str
    status: str = ""
    chosen: str = ""
    over: tuple[str, ...] = ()
    because: str = ""
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()


def decision_record(text: str) -> Record | None:
    """The decision in a Markdown file, or None if the file is no decision record (a template is none)."""
    units = read(text, "markdown")
    title = next((u.text.lstrip("# ") for u in units if u.kind == "heading"), "")
    parts = _parts(units)
    status = _status(text, parts.get("status", []))
    picked = [item for unit in parts.get("options", []) for item in _picked(unit.text)]
    decided = parts.get("decision") or picked
    told = status or parts.get("options") or parts.get("consequences")
    if not title or PLACEHOLDER.search(title) or not decided or not told:
        return None
    chosen, because = _choice(parts.get("decision", []))
    if picked:
        chosen = "; ".join(name for name, kept in picked if kept)
    return Record(
        title=NUMBERED.sub("", title),
        status=status,
        chosen=chosen,
        over=tuple(name for name, kept in picked if not kept) or tuple(_passed_over(units, chosen)),
        because=because,
        good=tuple(_kept(parts, "good")),
        bad=tuple(_kept(parts, "bad")),
    )


def _parts(units: tuple[Unit, ...]) -> dict[str, list[Unit]]:
    """The sentences of each part that a record usually has."""
    parts: dict[str, list[Unit]] = {}
    for unit in units:
        name = next(filter(None, (_part(h) for h in reversed(unit.headings))), "")
        if unit.kind == "sentence" and name:
            parts.setdefault(name, []).append(unit)
    return parts


def _part(heading: str) -> str:
    return next((name for name, shape in HEADINGS.items() if shape.fullmatch(heading.strip(" :*"))), "")


def _status(text: str, units: list[Unit]) -> str:
    line = STATUS_LINE.search(text)
    match = STATUS.search(line[1] if line else " ".join(u.text for u in units))
    return match[1].lower() if match else ""


def _choice(units: list[Unit]) -> tuple[str, str]:
    whole = " ".join(u.text for u in units)[:LONGEST]
    if match := CHOSEN.search(whole):
        return match["chosen"].strip(), match["because"].strip()
    saying = next((u.text for u in units if DECIDES.search(u.text)), units[0].text if units else "")
    return saying, ""


def _picked(item: str) -> list[tuple[str, bool]]:
    """Take "A (chosen) vs B vs C" apart into its options, with the chosen one marked."""
    if CHOSEN_MARK not in item:
        return []
    options = VERSUS.split(item.split(": ", 1)[-1].rstrip("."))
    return [(option.replace(CHOSEN_MARK, "").strip(), CHOSEN_MARK in option) for option in options]


def _passed_over(units: tuple[Unit, ...], chosen: str) -> Iterator[str]:
    """The options that stand as headings or as items right under the heading of the options, but for the chosen one."""
    titled = [
        u.text.lstrip("# ") for u in units if u.kind == "heading" and u.headings and _part(u.headings[-1]) == "options"
    ]
    listed = {
        u.block: u.text for u in reversed(units) if u.listed and u.headings and _part(u.headings[-1]) == "options"
    }
    for option in titled or [listed[block] for block in sorted(listed)]:
        name = NUMBERED.sub("", option).rstrip(".")
        if name.lower() not in chosen.lower() and chosen.lower() not in name.lower():
            yield name


def _kept(parts: dict[str, list[Unit]], side: str) -> Iterator[str]:
    """The consequences of one side, each item once."""
    items: dict[int, list[str]] = {}
    for unit in parts.get(side, []):
        items.setdefault(unit.block, []).append(unit.text)
    yield from (" ".join(sentences) for sentences in items.values())
    for unit in parts.get("consequences", []):
        match = GOOD_BAD.match(unit.text)
        if match and match[1].lower() == side:
            yield unit.text[match.end() :]
