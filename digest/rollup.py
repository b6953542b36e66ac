"""One digest of several: what the projects published for a period, by rule.

Each project gives its lines in the order in which it published them, in turn with the others, up to the limits; what
finds no room is listed below the draft. Lines stand under the title of their project, keep their links, and their
evidence is known by the name of the project: `pay/github:acme/pay#412`.
"""

from __future__ import annotations

import hashlib
from itertools import chain, zip_longest
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest import archive
from digest.archive import Edition
from digest.errors import DraftError
from digest.model import SECTIONS, Activity, Digest, Entry, LeftOut, Outcome, Section
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from digest.model import SectionName
    from digest.period import Period
    from digest.project import Project

MISSING = "it has published nothing for this period"
_PROMISED = regex(r"Of (\d+) promised in (\S+): (?:(\d+) done)?")


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What one project published for the period: its name, its title and the last edition."""

    name: str
    title: str
    edition: Edition | None

    def ref(self, ref: str) -> str:
        """How the roll-up calls a ref of this project."""
        return f"{self.name}/{ref}"

    def entries(self, section: SectionName) -> list[Entry]:
        """Its lines, under its title."""
        told = self.edition.digest.section(section).entries if self.edition else ()
        return [
            replace(
                entry,
                refs=tuple(map(self.ref, entry.refs)) or (self.ref(f"line:{_mark(entry)}"),),
                theme=f"{self.title}: {entry.theme}" if entry.theme else self.title,
                joined=tuple((self.ref(ref), why, sure) for ref, why, sure in entry.joined),
            )
            for entry in told
        ]

    def activities(self) -> Iterator[Activity]:
        """The evidence behind its lines."""
        for activity in self.edition.origin.evidence if self.edition else ():
            yield replace(activity, source=self.ref(activity.source))

    def figures(self) -> Iterator[str]:
        """The refs of what has no activity behind it: figures, lines of a person, the count of promises."""
        if self.edition:
            yield from map(self.ref, self.edition.origin.samples)
            yield from (ref for s in SECTIONS for e in self.entries(s) for ref in e.refs if "/line:" in ref)
            yield self.ref(f"promises:{self.edition.digest.period.slug}")

    def promises(self) -> tuple[int, int, str]:
        """How many were made, how many of them are done, and in which period they were made."""
        notes = self.edition.digest.notes if self.edition else ()
        found = next(filter(None, map(_PROMISED.match, notes)), None)
        return (int(found[1]), int(found[3] or 0), found[2]) if found else (0, 0, "")


def _mark(entry: Entry) -> str:
    """What a line of a person is known by."""
    return hashlib.sha256(entry.text.encode("utf-8", "replace")).hexdigest()[:10]


def parts(project: Project, period: Period) -> list[Part]:
    """What each project of the file published for the period, in the order of the file."""
    return [
        Part(name=part.name, title=part.title, edition=archive.latest(part.published, period.slug))
        for part in project.parts
    ]


def roll_up(project: Project, period: Period) -> Digest:
    """The digest of all projects.

    Raises:
        DraftError: none of them has published anything for the period.
    """
    given = parts(project, period)
    if all(part.edition is None for part in given):
        raise DraftError(f"no project has published {period.label}", "digest publish --project NAME")
    sections, left = [], []
    for name in SECTIONS:
        most: int = getattr(project.config.limits, name)
        entries = [*_kept(given, name), *_in_turn([part.entries(name) for part in given])]
        sections.append(Section(name=name, entries=tuple(_by_project(entries[:most]))))
        left += [LeftOut(title=e.text, refs=e.refs, text=e.text) for e in entries[most:]]
    return Digest(
        title=project.title,
        period=period,
        sections=tuple(sections),
        left_out=tuple(left),
        outcomes=tuple(map(_outcome, given)),
        urls={part.ref(ref): url for part in given if part.edition for ref, url in part.edition.digest.urls.items()},
        notes=tuple(f"{part.title}: {note}" for part in given if part.edition for note in part.edition.digest.notes),
    )


def _in_turn(lines: Sequence[Sequence[Entry]]) -> list[Entry]:
    """The first line of each project, then the second of each, and so on."""
    return [entry for entry in chain.from_iterable(zip_longest(*lines)) if entry]


def _by_project(entries: Sequence[Entry]) -> list[Entry]:
    """The lines of one project next to each other, the projects in the order of their first lines."""
    titles = list(dict.fromkeys(entry.theme.partition(":")[0] for entry in entries))
    return sorted(entries, key=lambda e: titles.index(e.theme.partition(":")[0]))


def _kept(given: Sequence[Part], section: SectionName) -> Iterator[Entry]:
    """One line about the promises of all projects, on top of what was measured."""
    counted = [(part, *part.promises()) for part in given]
    made, done = sum(c[1] for c in counted), sum(c[2] for c in counted)
    if section == "metrics" and made:
        when = " and ".join(dict.fromkeys(c[3] for c in counted if c[3]))
        refs = [p.ref(f"promises:{p.edition.digest.period.slug}") for p, count, *_ in counted if count and p.edition]
        yield Entry(text=f"Kept {done} of {made} promises of {when}.", refs=tuple(refs))


def _outcome(part: Part) -> Outcome:
    if part.edition is None:
        return Outcome(source=part.name, status="failed", detail=MISSING)
    count = sum(len(section.entries) for section in part.edition.digest.sections)
    return Outcome(source=part.name, status="complete", count=count, detail=f"edition {part.edition.number}")
