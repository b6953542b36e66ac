"""What the ranking looks at in a story: its nature, its sizes, and flags with names that people can read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from digest.extract import closing_refs
from digest.normalize import claims, noise, paths, routine, twins
from digest.normalize.word.choice import best_title
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.model import Activity, Change
    from digest.normalize.story import Story

Nature = Literal["feature", "speed", "fix", "removal", "change", "chore", "docs", "tests", "other"]

_PREFIX = regex(r"^(?:\[[^\]]*\]\s*)?([a-z]+)(?:\([^)]*\))?(!)?:\s", re.IGNORECASE)
_PREFIXES: dict[Nature, str] = {
    "feature": "feat feature",
    "speed": "perf",
    "fix": "fix bugfix hotfix",
    "docs": "docs doc",
    "tests": "test tests",
    "chore": "chore ci build refactor style move split",
}
_OF_PREFIX = {word: nature for nature, words in _PREFIXES.items() for word in words.split()}
_TYPES: dict[Nature, str] = {
    "feature": "story, new feature, feature, epic, enhancement",
    "fix": "bug, defect, incident",
    "change": "improvement",
    "chore": "technical debt",
    "docs": "documentation",
    "tests": "test",
}
_OF_TYPE = {word: nature for nature, words in _TYPES.items() for word in words.split(", ")}

_AREA = regex(r"^[\w./{}`*, -]{1,40}:\s+")
_VERBS: dict[Nature, str] = {
    "docs": r"""
        ^(?:docs?|document\w*|readme|guides?|typo)\b
        |\b(?:typos?|readme|documentation|docstring|doc[ ]comments?|javadoc)\b""",
    "tests": r"""
        ^(?:tests?|testing|deflake|flaky)\b|\btests?$
        |^add(?:s|ed)?[ ](?:a[ ]|some[ ]|missing[ ]|more[ ]|regression[ ]|unit[ ])*tests?\b""",
    "chore": r"""
        ^(?:chore|clean[ -]?up|refactor|renam|mov(?:e|ing)\b|style|lint|reformat|format|tidy|simplif|extract|split|use\b
        |inline|replace|convert|port\b|switch|unify|consolidate|reorgani|deduplicate|factor|prep)""",
    "feature": r"""
        ^(?:add|implement|introduc|support|allow|enabl|new\b|creat|expos|provid|teach|stabili[sz]|make[ ]it[ ]possible
        |permit|let\b|accept)""",
    "speed": r"\b(?:perf|performance|faster|speed[ ]?up|optimi[sz]\w*|reduce[ ](?:memory|allocation)\w*|latency)\b",
    "fix": r"""
        ^(?:fix|correct|prevent|avoid|restor|resolv|handle|don.?t|do[ ]not|ensur|repair|bug[ ]?fix|hotfix|stop|guard
        |account[ ]for|respect|honou?r)
        |\bfix(?:es|ed)?\b""",
    "removal": r"^(?:remov|drop|delet|deprecat)",
    "change": r"""
        ^(?:change|improv|updat|make|increase|reduce|better|enhance|move[ ]to|default|show|display|report|warn|emit
        |return|raise|print)""",
}
"""How titles begin; the first nature that fits is taken, so the humble ones come first."""

_TITLES = {
    "says crash or data loss": r"""
        \b(?:crash\w*|panic\w*|deadlock\w*|corrupt\w*|segfault\w*|data[ ]loss|hang(?:s|ing)?|memory[ ]leaks?
        |infinite[ ](?:loop|recursion)|stack[ ]overflow|null[ ]?pointer\w*|npe|race[ ]condition)\b""",
    "internal by its title": r"""
        \b(?:internal\w*|helpers?|private|unused|dead[ ]code|nit|comments?|refactor\w*|clean-?ups?|boilerplate|flaky
        |flake)\b""",
    "vague by its title": r"""
        ^(?:\S+:[ ])?(?:(?:various|misc\w*|some|several|more|small|minor|few|many|assorted|general|further|random)[ ]
        )+(?:\S+[ ])?(?:changes?|fix(?:es)?|improvements?|tweaks?|updates?|bugs?|stuff|things|work|bits|cleanups?)\b""",
    "concerns the user interface": r"""
        \b(?:ui|buttons?|pages?|screens?|dialogs?|forms?|icons?|css|layouts?|themes?|dark[ ]mode|hover|sidebar|menus?
        |tooltips?)\b""",
}
_TEXTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "says security": (
        r"\b(?:security[ ](?:issue|fix|bug|hole|advisory|vulnerab\w+)|cve-\d|vulnerab\w*|unsound\w*)\b",
        ("security ", "cve-", "vulnerab", "unsound"),
    ),
    "says regression": (r"\bregress(?:ion|ions|ed)\b", ("regress",)),
    "says breaking": (
        r"(?-i:\bBREAKING\b)|\bbreaking[ ]change|backwards?[- ]incompat",
        ("breaking", "incompat"),
    ),
    "says what the changelog shall say": (r"^\s*changelog\s*:\s*(?!none|n/?a|internal)\S", ("changelog",)),
    "says not for the changelog": (
        r"""changelog\s*:\s*(?:none|internal)|release[ ]notes?:?\s*\n*\s*(?:none|n/a)|skip-changelog
        |\[(?:ci[ ]skip|skip[ ]ci|ci-skip)\]""",
        ("changelog", "release note", "ci skip", "skip ci", "ci-skip"),
    ),
}
"""What a text says, with the words of which one stands in it where it says so."""

SHORT = 25
"""A title of so few characters does not say enough to be told."""

REWRITTEN = 20
"""A change of fewer lines of source than this neither rewrites nor moves anything."""

MANY_FILES, FEW_LINES = 3, 6
"""More files of source than this, with fewer lines in each on average, are a sweep through the code."""

_FLAGS = re.IGNORECASE | re.MULTILINE | re.VERBOSE
_VERB_RULES = [(nature, regex(pattern, re.IGNORECASE | re.VERBOSE)) for nature, pattern in _VERBS.items()]
_TITLE_RULES = [(name, regex(pattern, _FLAGS)) for name, pattern in _TITLES.items()]
_TEXT_RULES = [(name, regex(pattern, _FLAGS, hints=hints)) for name, (pattern, hints) in _TEXTS.items()]


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """A story as the ranking sees it.

    Attributes:
        source: lines changed outside tests, documentation and the like; None where nobody knows.
        tests: lines of tests changed. deleted: lines deleted anywhere. None where nobody knows.
        text: how much its messages say, in characters.
        number: of the pull request; a low one was long in the making. 0 where there is none.
        done: seconds since the epoch.
        routine: the name under which the maintenance line counts it; empty where it is no routine.
        flags: what else is true of it, by the name under which it is explained.
    """

    nature: Nature
    source: int | None
    tests: int | None
    deleted: int | None
    text: int
    number: int
    done: float
    routine: str
    flags: frozenset[str]


def facts(story: Story) -> Facts:
    """Read a story once."""
    kind = noise.kind(story)
    known = [m for m in story.members if m.changes or m.size]
    numbers = [int(number[1:]) for m in story.members if (number := claims.number_of(m))]
    return Facts(
        nature=nature(replace(story.lead, title=title_of(story))),
        source=max(map(_source, known)) if known else None,
        tests=max(paths.churn(m.changes or (), "test") for m in known) if any(m.changes for m in known) else None,
        deleted=max(map(_deleted, known)) if known else None,
        text=sum(len(m.body) + sum(len(p.title) + len(p.body) + 2 for p in m.parts) for m in story.members),
        number=min(numbers, default=0),
        done=max((m.done.timestamp() for m in story.members if m.done), default=0.0),
        routine=kind,
        flags=frozenset(filter(None, (*_flags(story), kind))),
    )


def title_of(story: Story) -> str:
    """The title of the lead; of a merge that names a branch alone, what was made on that branch."""
    if routine.MERGE.fullmatch(twins.bare(story.lead.title)) and (told := best_title(story, {})):
        return told.text
    return story.lead.title


def nature(activity: Activity) -> Nature:
    """What kind of change the title, the type or the labels make of it."""
    prefix = _PREFIX.match(activity.title)
    if prefix and prefix[1].lower() in _OF_PREFIX:
        return _OF_PREFIX[prefix[1].lower()]
    if activity.type.lower() in _OF_TYPE:
        return _OF_TYPE[activity.type.lower()]
    title = _AREA.sub("", twins.bare(activity.title))
    return next((found for found, pattern in _VERB_RULES if pattern.search(title)), "other")


def _flags(story: Story) -> Iterator[str]:
    yield from _flags_of_words(story)
    yield from _flags_of_places([c for m in story.members for c in m.changes or ()])
    if story.bot:
        yield "made by a bot"
    if story.keys or any(m.kind == "ticket" for m in story.members):
        yield "a ticket asked for it"
    if all(m.kind == "commit" and not m.parts and not claims.number_of(m) for m in story.members):
        yield "pushed without a pull request"
    if any(m.kind == "milestone" for m in story.members):
        yield "a milestone"


def _flags_of_words(story: Story) -> Iterator[str]:
    title, text = title_of(story), "\n".join(text for _, text in story.texts)
    yield from (name for name, pattern in _TITLE_RULES if pattern.search(title))
    yield from (name for name, pattern in _TEXT_RULES if pattern.search(text))
    prefix = _PREFIX.match(title)
    if prefix and prefix[2]:
        yield "says breaking"
    if len(title) <= SHORT:
        yield "short title"
    if closing_refs(text):
        yield "closes an issue"


def _flags_of_places(changed: list[Change]) -> Iterator[str]:
    places = {paths.place(c.path) for c in changed}
    if places and "source" not in places:
        yield "changes no source"
    if "changelog" in places and places != {"changelog"}:
        yield "touches the changelog"
    if {"docs", "source"} <= places:
        yield "documents what it changes"
    if "ci" in places:
        yield "touches the CI"
    if any(c.created for c in changed):
        yield "adds a file"
    yield from _flags_of_sizes([c for c in changed if paths.place(c.path) == "source"])


def _flags_of_sizes(source: list[Change]) -> Iterator[str]:
    """What the lines tell about the work: code that is moved or rewritten adds as much as it takes away."""
    added, deleted = sum(c.added for c in source), sum(c.deleted for c in source)
    files = len({c.path for c in source})
    if added + deleted > REWRITTEN and abs(added - deleted) <= 0.3 * (added + deleted):
        yield "takes out what it puts in"
    if files > MANY_FILES and added + deleted < FEW_LINES * files:
        yield "a few lines in many files"


def _source(activity: Activity) -> int:
    if activity.changes:
        return paths.churn(activity.changes, "source")
    return activity.size[0] + activity.size[1] if activity.size else 0


def _deleted(activity: Activity) -> int:
    if activity.changes:
        return sum(c.deleted for c in activity.changes)
    return activity.size[1] if activity.size else 0
