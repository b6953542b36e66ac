"""The names that an activity claims: its own, those of what it carries, closes, continues or repeats.

What claims a name together is one outcome, if both are sure enough of it; `link` decides that.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from digest.extract import branch_keys, closing_refs, ticket_keys
from digest.normalize import twins
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.model import Activity

MANY_KEYS = 4
"""A title that names so many tickets is a list of them, about none."""

_RELATIONS = {
    "closes": ("closes {}", 0.95),
    "picks": ("carries {} to another branch", 0.95),
    "duplicates": ("is the same as {}", 0.9),
    "parent": ("is part of {}", 0.8),
}
_CLOSES_KEY = regex(
    r"\b(?i:close[sd]?|fix(?:e[sd])?|resolve[sd]?|implement(?:s|ed)?|issue|ticket|jira|bug)\b[:#]?[ \t]+\[?"
    r"([A-Z][A-Z0-9_]{1,9}-[1-9]\d{0,6})\b",
    hints=("close", "fix", "resolve", "implement", "issue", "ticket", "jira", "bug"),
)
_CHANGE = (
    r"\b[:\s]*(?:pr |pull request |mr |merge request |commit )?((?:[\w.-]+(?:/[\w.-]+)+)?[#!]\d+|[0-9a-f]{12,40}\b)"
)
_FOLLOWS = regex(
    r"(?<!part of this is a )(?<!partly a )\b(?:follow(?:s|ing)?[- ]?up(?: (?:fix|patch|pr|change))?"
    r"(?: (?:to|of|on|from|for))?|continu(?:es|ation of)|amends"
    r"|(?:fix\w*|regress\w+|broke\w*|bugs?|errors?|issues?|mistakes?|typos?|fail\w+)\b[^.#!]{0,60}?"
    r"\b(?:introduced|caused|added) (?:in|by|with)|(?:regressions?|bugs?) (?:from|in|of|since))" + _CHANGE,
    re.IGNORECASE,
    hints=("follow", "continu", "amends", "introduced", "caused", "added", "regression", "bug"),
)
_PART_OF = regex(r"\b(?:is |are )?(?:a )?part of" + _CHANGE, re.IGNORECASE, hints=("part of",))
_BUILDS_ON = regex(
    r"\b(?:introduced (?:in|by)|(?:part of this is|partly) a follow[- ]?up (?:to|of|on)|builds? (?:up)?on"
    r"|spun off from|split (?:off |out )?(?:from|of)|extracted from|prep(?:aration)? for)" + _CHANGE,
    re.IGNORECASE,
    hints=("introduced", "follow", "build", "spun off", "split", "extracted", "prep"),
)
"""What merely stands on another change may be an outcome of its own."""

_FIXES_COMMIT = regex(r"^Fixes: ([0-9a-f]{12,40})\b", re.MULTILINE, hints=("fixes: ",))
_NUMBERED = regex(r"(.*)([#!])(\d+)")
"""GitLab counts merge requests (`!12`) and issues (`#12`) apart."""

_HEX = regex(r"[0-9a-f]{12,40}")


class Claim(msgspec.Struct, frozen=True):
    """A name that an activity says it belongs to, why, and how sure that is (0…1).

    A `loose` one is as sure as that only where both have more in common; see `link`.
    """

    name: str
    reason: str
    confidence: float
    loose: bool = False


def identity(activity: Activity) -> Iterator[Claim]:
    """The names under which a source knows this very change."""
    yield Claim(own_name(activity), "", 1.0)
    for link_ in activity.links:
        if link_.relation in {"pull_request", "commit"}:
            reason = f"carries {link_.target}" if link_.relation == "pull_request" else "is merged by it"
            yield Claim(name_of(link_.target, activity), reason, 1.0)
    if activity.kind in {"commit", "pull_request"}:
        for part in activity.parts:
            yield Claim(name_of(part.key, activity), "has the same commits", 1.0)


def claims(activity: Activity, projects: frozenset[str]) -> Iterator[Claim]:
    """Every name that the activity may belong to; `projects` as for `keys_of`."""
    yield from identity(activity)
    if activity.kind == "decision":
        return
    yield from _linked(activity)
    yield from _named_tickets(activity, projects)
    if activity.kind in {"commit", "pull_request"} and not activity.bot:  # a robot repeats its titles
        yield from _titled(activity)
        yield from _followed(activity)


def _linked(activity: Activity) -> Iterator[Claim]:
    for link_ in activity.links:
        if link_.relation in _RELATIONS:
            reason, confidence = _RELATIONS[link_.relation]
            yield Claim(name_of(link_.target, activity), reason.format(link_.target), confidence)


def _named_tickets(activity: Activity, projects: frozenset[str]) -> Iterator[Claim]:
    if activity.kind == "ticket":
        return
    for key in title_keys(activity):
        yield Claim(f"ticket:{key}", f"names {key} in its title", 0.9)
    for key in named_by_branch(activity, projects):
        yield Claim(f"ticket:{key}", f"its branch names {key}", 0.9)
    for key in closed_keys(activity):
        yield Claim(f"ticket:{key}", f"says that it closes {key}", 0.85)
    for ref in closing_refs(activity.body):
        yield Claim(name_of(ref, activity), f"says that it closes {ref}", 0.85)


def _titled(activity: Activity) -> Iterator[Claim]:
    base = twins.effect_of(activity.title).base
    if twins.specific(base):
        yield Claim(f"title:{twins.scope(activity.title)}:{base}", "has the same title", 0.9, loose=True)
    if stem := twins.series(activity.title):
        author = next(iter(activity.people), "")
        yield Claim(f"series:{activity.where}:{author}:{stem}", f"is a part of the series “{stem}”", 0.85)
    if len(activity.parts) == 1 and twins.specific(only := twins.bare(activity.parts[0].title)):
        yield Claim(f"title:{twins.scope(activity.parts[0].title)}:{only}", "has the same title", 0.9, loose=True)


def _followed(activity: Activity) -> Iterator[Claim]:
    text = f"{activity.title}\n{activity.body}"
    titled = _FOLLOWS.findall(activity.title)
    for found, reason, confidence in (
        ([*_FOLLOWS.findall(text), *_FIXES_COMMIT.findall(text)], "follows up {}", 0.7),
        (_PART_OF.findall(text), "is part of {}", 0.7),
        (_BUILDS_ON.findall(text), "builds on {}", 0.5),
    ):
        for target in found:
            yield Claim(name_of(target, activity), reason.format(target[:12]), confidence, loose=target not in titled)


# ---- names -----------------------------------------------------------------------------------------------------------


def own_name(activity: Activity) -> str:
    """The name that other activities call it by."""
    return name_of(activity.key, activity)


def name_of(target: str, near: Activity) -> str:
    """The name of what a link or text points to, seen from the activity that it stands in."""
    if _HEX.fullmatch(target):
        return f"commit:{target[:12]}"
    if found := _NUMBERED.fullmatch(target):
        return f"number:{(found[1] or near.where).lower()}{found[2]}{found[3]}"
    return f"ticket:{target}"


def number_of(activity: Activity) -> str:
    """The number of the pull request that it is or carries, `#12` or `!12`; empty where it has none."""
    targets = [link_.target for link_ in activity.links if link_.relation == "pull_request"]
    if activity.kind == "pull_request":
        targets.insert(0, activity.key)
    return next((f"{found[2]}{found[3]}" for target in targets if (found := _NUMBERED.fullmatch(target))), "")


def title_keys(activity: Activity) -> tuple[str, ...]:
    """The ticket keys in its title; none where it names a whole list of them."""
    keys = ticket_keys(activity.title)
    return keys if len(keys) < MANY_KEYS else ()


def closed_keys(activity: Activity) -> tuple[str, ...]:
    """The ticket keys that its body says it closes, and not merely mentions."""
    return ticket_keys(" ".join(_CLOSES_KEY.findall(activity.body)))


def named_by_branch(activity: Activity, projects: frozenset[str]) -> tuple[str, ...]:
    """The ticket keys in the name of its branch; many branches end in a number that is none."""
    return tuple(key for key in branch_keys(activity.branch) if key.rpartition("-")[0] in projects)


def projects_of(activities: Iterable[Activity]) -> frozenset[str]:
    """The prefixes of ticket keys that are in use: those of tickets, and those that titles or branches spell out."""
    spelled = (key for a in activities for key in (*title_keys(a), *ticket_keys(a.branch.replace("/", " "))))
    given = (a.key for a in activities if a.kind == "ticket" and not _NUMBERED.fullmatch(a.key))
    return frozenset(key.rpartition("-")[0] for key in (*given, *spelled))


def keys_of(activity: Activity, projects: frozenset[str]) -> tuple[str, ...]:
    """The ticket keys that it is about; in a branch only those of known `projects` count."""
    if activity.kind == "ticket":
        return () if _NUMBERED.fullmatch(activity.key) else (activity.key,)
    return (*title_keys(activity), *named_by_branch(activity, projects), *closed_keys(activity))
