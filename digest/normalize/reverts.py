"""What was taken back: a change and its revert inside one period are both gone, only the last word on it counts."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from digest.model import Activity
from digest.normalize import claims, link, twins
from digest.normalize.twins import Effect
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_NUMBER = regex(r"#\d+|(?<!\w)!\d+")
_SAID = regex(
    r"\brevert(?:s|ed|ing)?\b(?! (?:parts?|some) of)(?P<what>(?:(?!\.\s|\n\n).){1,200})", re.IGNORECASE | re.DOTALL
)
_CHANGE = regex(r"([#!]\d+)\b|/(pull|merge_requests)/(\d+)\b")

TAKEN_BACK = "taken back inside the period"
PUT_BACK = "taken back and put back inside the period"
UNDONE = "its change was taken back inside the period"


class Gone(msgspec.Struct, frozen=True):
    """Activities that cancel each other, and why they are not told."""

    activities: tuple[Activity, ...]
    why: str


class Word(msgspec.Struct, frozen=True):
    """What one change (a pull request with the commits that carried it) says about a subject."""

    unit: tuple[Activity, ...]
    subject: str
    effect: Effect

    @property
    def said(self) -> float:
        """When."""
        return min((a.done.timestamp() for a in self.unit if a.done), default=0.0)


def without_reverted(activities: Sequence[Activity]) -> tuple[list[Activity], list[Gone]]:
    """What is left when all that was taken back inside the period is gone, and what is gone.

    A revert of something older stays: it is news. So does a change that was taken back and landed again.
    """
    units = [tuple(unit) for unit in link.changes(activities) if unit[0].kind in {"commit", "pull_request"}]
    subjects: dict[str, list[Word]] = defaultdict(list)
    for word in _words(units):
        subjects[word.subject].append(word)
    gone = [found for found in map(_judged, subjects.values()) if found]
    refs = {a.ref for g in gone for a in g.activities}
    if refs and (lost := tuple(_lost_tickets(activities, refs))):
        gone.append(Gone(lost, UNDONE))
        refs |= {a.ref for a in lost}
    return [a for a in activities if a.ref not in refs], gone


def _judged(words: list[Word]) -> Gone | None:
    """What of the changes to one subject is gone, by the last word on it."""
    ordered = sorted(words, key=lambda word: word.said)
    effects, last = {word.effect for word in ordered}, ordered[-1].effect
    everything = tuple(a for word in ordered for a in word.unit)
    if last == "reverts" and "lands" in effects:
        return Gone(everything, TAKEN_BACK)
    if last == "restores" and "reverts" in effects and "lands" not in effects:
        return Gone(everything, PUT_BACK)
    return None


def _words(units: Sequence[tuple[Activity, ...]]) -> Iterator[Word]:
    named = {name: unit for unit in units for name in _names(unit)}
    for unit in units:
        title = _speaking(unit)
        target = next((named[name] for name in _targets(unit) if named.get(name, unit) is not unit), None)
        if target and title.effect == "lands" and _mirrors(unit, target):
            yield Word(unit, _speaking(target).base, "reverts")
        elif target and title.effect != "lands":
            yield Word(unit, _speaking(target).base, title.effect)
        elif title.effect != "lands" and not twins.specific(title.base):
            yield Word(unit, next(iter(_targets(unit)), title.base), title.effect)
        else:
            yield Word(unit, title.base, title.effect)


def _speaking(unit: Sequence[Activity]) -> twins.Title:
    """What the title of a change says; a pull request and its merge may differ, the one that takes back is right."""
    read = [twins.effect_of(a.title) for a in unit]
    return next((title for title in read if title.effect != "lands"), read[0])


def _names(unit: Sequence[Activity]) -> Iterator[str]:
    """The names of the change; a commit inside it counts only if it is all there is."""
    for activity in unit:
        alone = len(activity.parts) <= 1
        inside = {claims.name_of(part.key, activity) for part in activity.parts}
        yield from (claim.name for claim in claims.identity(activity) if alone or claim.name not in inside)


def _targets(unit: Sequence[Activity]) -> Iterator[str]:
    """The names of what the change says that it takes or puts back."""
    for activity in unit:
        yield from (claims.name_of(x.target, activity) for x in activity.links if x.relation == "reverts")
        if twins.effect_of(activity.title).effect != "lands":
            numbers = [*_NUMBER.findall(activity.title), *_said(activity)]
            yield from (claims.name_of(number, activity) for number in numbers if number != claims.number_of(activity))


def _said(activity: Activity) -> Iterator[str]:
    """The numbers of the changes that the text of a revert says it takes back."""
    for text in (activity.body, *(part.body for part in activity.parts)):
        for found in _SAID.finditer(text):
            for number, page, counted in _CHANGE.findall(found["what"]):
                yield number or f"{'!' if page == 'merge_requests' else '#'}{counted}"


def _mirrors(unit: Sequence[Activity], target: Sequence[Activity]) -> bool:
    """Whether the change undoes the target line by line, whatever its title says."""
    there = {c.path: (c.deleted, c.added) for c in target[0].changes or ()}
    here = {c.path: (c.added, c.deleted) for c in unit[0].changes or ()}
    return bool(there) and there == here


def _lost_tickets(activities: Sequence[Activity], gone: set[str]) -> Iterator[Activity]:
    """Tickets that only changes which are gone have served."""
    projects = claims.projects_of(activities)
    served: dict[str, set[bool]] = defaultdict(set)
    for activity in activities:
        if activity.kind in {"commit", "pull_request"}:
            for claim in claims.claims(activity, projects):
                served[claim.name].add(activity.ref in gone)
    for activity in activities:
        if activity.kind == "ticket" and served.get(claims.own_name(activity)) == {True}:
            yield activity
