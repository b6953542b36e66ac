"""A trade-off in its four parts: what was chosen, over what, because of what, and what it costs. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.extract import Statement

_REASON = regex(r"(?:to|because|since|as|for|so)\b", re.IGNORECASE)
_COST = regex(r"[;,.]? +\(?(?:the )?costs?: *(?P<cost>.+?)\)?$|[,;]? at the (?:cost|price|expense) of (?P<price>.+)$")
_WHY = regex(r",? +(?P<why>(?:because|since|so that|in order to) .+|to (?!\d)[a-z]+ .+|for (?:the|our|its|a) .+)$")
_CHOSE = regex(
    r"(?:we )?(?:chose|picked|preferred|prioriti[sz]ed|favou?red) (?P<chosen>.+?) over (?P<over>.+)", re.IGNORECASE
)
_RATHER = regex(r"(?:we )?(?:chose |picked )?(?P<chosen>.+?) (?:rather than|instead of) (?P<over>.+)", re.IGNORECASE)
_AGAINST = regex(r"(?:we )?(?:decided against|rejected) (?P<over>.+)", re.IGNORECASE)
_NOT = regex(r"(?:we )?(?:chose|decided|preferred) not to\b", re.IGNORECASE)
_ACCEPTED = regex(r"(?:we )?(?:accept(?:ed|s)?) (?P<cost>.+)", re.IGNORECASE)
_ALONE = regex(r"(?:we )?(?:chose|picked) (?P<chosen>.+)", re.IGNORECASE)


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of a trade-off; a part that nobody gave is empty."""

    chosen: str = ""
    over: str = ""
    because: str = ""
    cost: str = ""


def sentence(choice: Choice) -> str:
    """The parts as one line of the digest; empty without any.

    What was paid stands behind the rest, so that it is told whatever form its words have.
    """
    because, cost = choice.because.strip(" ."), choice.cost.strip(" .")
    said = _opening(choice.chosen.strip(" ."), choice.over.strip(" ."))
    if because:
        reason = because if _REASON.match(because) else f"because {because}"
        said = f"{said} {reason}" if said else reason[:1].upper() + reason[1:]
    if cost:
        said = f"{said}; cost: {cost}" if said else f"Accepted {cost}"
    return f"{said}." if said else ""


def _opening(chosen: str, over: str) -> str:
    if chosen:
        return f"Chose {chosen} over {over}" if over else f"Chose {chosen}"
    return f"Decided against {over}" if over else ""


def parts(text: str) -> Choice:
    """The parts of a line that is worded as a trade-off usually is; what cannot be told apart is left empty."""
    rest = " ".join(text.split()).rstrip(".")
    if _NOT.match(rest):  # what was not done is no thing that "over" could stand before
        return Choice()
    cost = because = ""
    if found := _COST.search(rest):
        rest, cost = rest[: found.start()], found["cost"] or found["price"]
    if found := _WHY.search(rest):
        rest, because = rest[: found.start()], found["why"]
    for shape in (_CHOSE, _RATHER, _AGAINST, _ACCEPTED, _ALONE):
        if match := shape.fullmatch(rest):
            told = {"because": because, "cost": cost} | match.groupdict(default="")
            return Choice(**{name: part.strip(" ,") for name, part in told.items()})
    return Choice(because=because, cost=cost)


def suggestions(found: Iterable[Statement]) -> Iterator[Choice]:
    """What statements say about a choice, part by part; nothing that they do not say."""
    for said in found:
        if said.kind == "tradeoff":
            paid = re.search(r"\b(?:cost|price|expense) of\b|\bin exchange for\b|\btrad(?:e|ed|ing)\b", said.text)
            over = "" if paid else said.given_up
            choice = Choice(chosen=said.gained, over=over, because=said.because, cost=said.given_up if paid else "")
            if choice != Choice():
                yield choice
