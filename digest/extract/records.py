"""Decision records: Nygard, MADR and their kin, read from their headings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from digest.extract.blocks import read

if TYPE_CHECKING:
    from digest.extract.units import Unit

NUMBERED = re.compile(
    r"^(?:ADR[- ]?)?\d{1,5}[.:)]?\s+[-–—:]?\s*|^(?:ADR|RFC|Decision)[- ]?\d{1,5}\s?[:–—.-]\s*", re.IGNORECASE
)
STATUS = re.compile(
    r"\b(proposed|accepted|rejected|deprecated|superseded|draft|approved|decided|pending|withdrawn|amended)\b",
    re.IGNORECASE,
)
STATUS_LINE = re.compile(r"^[ \t*_>|-]{0,12}status[*_| \t]{0,8}:[*_ \t]{0,8}(.+)$", re.IGNORECASE | re.MULTILINE)
CHOSEN = re.compile(
    r"chosen option:\s*[\"“'*]*(?P<chosen>[^\"”*\n]+?)[\"”'*]*,?\s*(?:because|since|as)\s+(?P<because>.+)",
    re.IGNORECASE | re.DOTALL,
)
HEADINGS = {
    "status": re.compile(r"status", re.IGNORECASE),
    "decision": re.compile(r"decision(?: outcome)?|resolution|outcome", re.IGNORECASE),
    "options": re.compile(
        r"(?:considered|rejected) (?:options|alternatives)|options considered|(?:considered )?alternatives(?: considered)?|options",
        re.IGNORECASE,
    ),
    "good": re.compile(r"(?:positive|good)(?: consequences?)?|pros|benefits|advantages", re.IGNORECASE),
    "bad": re.compile(
        r"(?:negative|bad)(?: consequences?)?|cons|drawbacks|trade-?offs?|risks|disadvantages", re.IGNORECASE
    ),
    "consequences": re.compile(r"consequences|implications", re.IGNORECASE),
}
GOOD_BAD = re.compile(r"^(good|bad|neutral),? (?:because )?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
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
    """The decision in a Markdown file, or None if the file is no decision record."""
    units = read(text, "markdown")
    title = next((u.text.lstrip("# ") for u in units if u.kind == "heading"), "")
    parts = _parts(units)
    status = _status(text, parts.get("status", []))
    if (
        not title
        or not (parts.get("decision") or "decision" in title.lower())
        or not (status or parts.get("options") or parts.get("consequences"))
    ):
        return None
    chosen, because = _choice(parts.get("decision", []))
    options = tuple(u.text for u in parts.get("options", []) if u.listed)
    return Record(
        title=NUMBERED.sub("", title),
        status=status,
        chosen=chosen,
        over=tuple(o for o in options if o.lower() not in chosen.lower() and chosen.lower() not in o.lower()),
        because=because,
        good=tuple(_kept(parts, "good")),
        bad=tuple(_kept(parts, "bad")),
    )


def _parts(units: tuple[Unit, ...]) -> dict[str, list[Unit]]:
    parts: dict[str, list[Unit]] = {}
    for unit in units:
        if unit.kind != "sentence":
            continue
        for heading in reversed(unit.headings):
            name = next((n for n, shape in HEADINGS.items() if shape.fullmatch(heading.strip(" :*"))), None)
            if name:
                parts.setdefault(name, []).append(unit)
                break
    return parts


def _status(text: str, units: list[Unit]) -> str:
    line = STATUS_LINE.search(text)
    words = line[1] if line else " ".join(u.text for u in units)
    match = STATUS.search(words)
    return match[1].lower() if match else ""


def _choice(units: list[Unit]) -> tuple[str, str]:
    whole = " ".join(u.text for u in units)
    if match := CHOSEN.search(whole):
        return match["chosen"].strip(), match["because"].strip()
    return (units[0].text, "") if units else ("", "")


def _kept(parts: dict[str, list[Unit]], side: str) -> list[str]:
    out = [u.text for u in parts.get(side, [])]
    for unit in parts.get("consequences", []):
        match = GOOD_BAD.match(unit.text)
        if match and match[1].lower() == side:
            out.append(unit.text[match.end() :])
    return out
