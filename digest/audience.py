"""A digest for those who read it: more or less of it, and without what they must not see.

What an audience must not see is kept out line by line, and whole: a line goes where one piece of its evidence is
excluded, where its evidence is not known, or where an excluded word stands in anything of it. A rule that is in doubt
keeps the line out.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec
from msgspec.structs import replace

from digest.config import Audience, Limits
from digest.errors import ConfigError
from digest.markdown import aside, escape, plain
from digest.model import Activity, Digest, Entry, Section, whole_ref
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


LEADERSHIP = "leadership"
"""Whom a delivery writes to that names no audience."""

BUILTIN = {
    LEADERSHIP: Audience(private=True, keys=False, names=False),
    "team": Audience(private=True, keys=True, names=True, limits=Limits(progress=15, tradeoffs=6, metrics=10, next=10)),
}
CLOSED = Audience(private=False, keys=False, names=False)

SHORT = 5
"""An excluded word with fewer letters counts as a whole word only: ING is not in "pricing"."""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the refs of a digest: activities and figures by ref, and how logins are called."""

    activities: Mapping[str, Activity]
    samples: frozenset[str] = frozenset()
    people: Mapping[str, str]


def audience_of(name: str, tables: Mapping[str, Audience]) -> Audience:
    """The audience of that name; what its table does not say is as for the built-in one, else closed.

    Raises:
        ConfigError: there is none.
    """
    name = name or LEADERSHIP
    if name not in {*tables, *BUILTIN}:
        known = ", ".join(sorted({*tables, *BUILTIN}))
        raise ConfigError(f"no audience is called {name!r}", f"known are {known}; add [audiences.{name}]")
    usual = BUILTIN.get(name, CLOSED)
    return tables.get(name, usual).filled(usual)


def evidence_of(activities: Iterable[Activity], samples: Iterable[str], people: Mapping[str, str]) -> Evidence:
    """The evidence by ref; of figures the refs are enough."""
    return Evidence(activities={a.ref: a for a in activities}, samples=frozenset(samples), people=people)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What an audience must not see: words as a pattern, and the refs of what is excluded."""

    words: re.Pattern[str] | None
    refs: frozenset[str]
    known: frozenset[str]

    def allow(self, refs: Iterable[str], *texts: str) -> bool:
        """Whether a line with this evidence and these texts may be told."""
        wholes = {whole_ref(ref) for ref in refs}
        hidden = wholes - self.known or wholes & self.refs
        return not hidden and not self.name(*texts, *wholes)

    def name(self, *texts: str) -> bool:
        """Whether an excluded word stands in one of these texts."""
        pattern = self.words
        return pattern is not None and any(pattern.search(folded(text)) for text in texts)


def for_audience(digest: Digest, audience: Audience, evidence: Evidence) -> Digest:
    """The digest as this audience may see it.

    Raises:
        ConfigError: its title itself holds an excluded word.
    """
    sections = tuple(_section(section, digest, audience, evidence) for section in digest.sections)
    digest = replace(digest, sections=sections)
    rules = _rules(audience, evidence)
    if rules is None:
        return digest
    if rules.name(digest.title):
        raise ConfigError(f"the title {digest.title!r} holds a word that this audience must not see", "change title")
    kept = tuple(replace(s, entries=tuple(e for e in s.entries if _may(e, rules)), why_empty="") for s in sections)
    refs = {whole_ref(ref) for s in kept for e in s.entries for ref in e.refs}
    maintenance = digest.maintenance
    return Digest(
        title=digest.title,
        period=digest.period,
        sections=kept,
        maintenance=Entry(text=maintenance.text) if maintenance and not rules.name(maintenance.text) else None,
        urls={ref: url for ref, url in digest.urls.items() if whole_ref(ref) in refs and not rules.name(url)},
        trends={ref: trend for ref, trend in digest.trends.items() if whole_ref(ref) in refs},
        headline="" if rules.name(digest.headline) else digest.headline,
    )


def hidden(digest: Digest, shown: Digest) -> int:
    """How many lines an audience does not see."""
    before, after = (sum(len(s.entries) for s in d.sections) for d in (digest, shown))
    return max(0, before - after)


# ---- more or less of it ----------------------------------------------------------------------------------------------


def _section(section: Section, digest: Digest, audience: Audience, evidence: Evidence) -> Section:
    entries = section.entries
    if audience.limits:
        most: int = getattr(audience.limits, section.name)
        more = _passed(digest) if section.name == "progress" else ()
        entries = (*entries, *more)[:most]
    return replace(section, entries=tuple(_detailed(entry, audience, evidence) for entry in entries))


def _passed(digest: Digest) -> tuple[Entry, ...]:
    """What was worth a line and found no room."""
    return tuple(
        Entry(text=out.text, refs=out.refs, links=tuple(digest.urls[r] for r in out.refs if r in digest.urls))
        for out in digest.left_out
        if out.text and not out.why
    )


def _detailed(entry: Entry, audience: Audience, evidence: Evidence) -> Entry:
    """The entry with its ticket keys and the people behind it, where the audience wants them and they are not said."""
    found = [evidence.activities[r] for r in dict.fromkeys(map(whole_ref, entry.refs)) if r in evidence.activities]
    keys = [*entry.keys, *(a.key for a in found if a.kind == "ticket")] if audience.keys else []
    people = [p for a in found if not a.bot for p in a.people[:1]] if audience.names else []
    names = [evidence.people.get(who, who) for who in people]
    said = [word for word in dict.fromkeys((*keys, *names)) if word and word not in plain(entry.text)]
    return replace(entry, text=aside(entry.text, ", ".join(map(escape, said)))) if said else entry


# ---- what they must not see ------------------------------------------------------------------------------------------


def _rules(audience: Audience, evidence: Evidence) -> Rules | None:
    """The rules of an audience; None where it may see everything."""
    shut = audience.private is False
    if not (shut or audience.exclude_labels or audience.exclude_repos or audience.exclude_words):
        return None
    activities = evidence.activities.values()
    repos = {a.where for a in activities if "/" in a.where and shut and a.private}
    repos |= {a.where for a in activities if "/" in a.where and _fits([a.where], audience.exclude_repos)}
    named = [pattern for pattern in audience.exclude_repos if not set(pattern) & set("*?[")]
    words = _pattern((*audience.exclude_words, *repos, *named))
    rules = Rules(words=words, refs=frozenset(), known=frozenset())
    gone = {a.ref for a in activities if a.where in repos or _excluded(a, audience) or rules.name(*_texts(a))}
    return replace(rules, refs=frozenset(gone), known=frozenset((*evidence.activities, *evidence.samples)))


def _excluded(activity: Activity, audience: Audience) -> bool:
    return (
        (audience.private is False and activity.private)
        or _fits(activity.labels, audience.exclude_labels)
        or _fits([activity.where, activity.ref], audience.exclude_repos)
    )


def _fits(values: Iterable[str], patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(value.lower(), pattern.lower()) for value in values for pattern in patterns)


def _texts(activity: Activity) -> Iterable[str]:
    """Everything of an activity that a reader could come upon."""
    a = activity
    yield from (a.title, a.body, a.key, a.url, a.where, a.branch, a.topic, a.milestone, *a.labels, *a.people)
    yield from (text for part in a.parts for text in (part.title, part.body, part.author))


def _may(entry: Entry, rules: Rules) -> bool:
    joined = [text for ref, why, _ in entry.joined for text in (ref, why)]
    texts = (entry.text, plain(entry.text, addresses=True), entry.theme, *entry.keys, *entry.links, *joined)
    return rules.allow(entry.refs, *texts, *entry.points)


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    """What finds the words in a folded text, however their parts are joined: `Big Bank`, `big-bank`, `BigBank`."""
    found = []
    for word in words:
        parts = re.findall(r"[^\W_]+", folded(word))
        if parts:
            middle = r"[\W_]*".join(map(re.escape, parts))
            short = sum(map(len, parts)) < SHORT
            found.append(rf"(?<![^\W_]){middle}(?![^\W_])" if short else middle)
    return regex("|".join(found)) if found else None


def folded(text: str) -> str:
    """A text as words are looked for in it: without case, accents, marks that are not seen, and escapes of the web."""
    text = unicodedata.normalize("NFKD", html.unescape(unquote(text)))
    seen = "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})
    return unicodedata.normalize("NFKD", seen.casefold()).replace("\\", "")
