"""The line, from top to bottom: collect → store → normalize → draft."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest import archive, draft, house
from digest.collecting import collect
from digest.errors import DraftError, SourceError
from digest.history import known_figures, samples_of
from digest.model import Activity, Digest, Outcome, whole_ref
from digest.normalize import normalize, promises
from digest.normalize.late import late

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from digest.archive import Edition
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store


class Drafted(msgspec.Struct, frozen=True, kw_only=True):
    """What a run of `draft` made.

    Attributes:
        digest: what the sources say.
        file: where it is written. before: what it holds; empty where there is none. seen: the hash of that.
        text: the draft with a person's edits in it. changes: what joining the two did.
    """

    digest: Digest
    file: Path
    text: str
    before: str = ""
    seen: str | None = None
    changes: tuple[draft.Change, ...] = ()


def digest_of(project: Project, store: Store, period: Period, outcomes: Sequence[Outcome]) -> Digest:
    """What the store says about a period, in words."""
    names = [source.name for source in project.sources()]
    last = archive.before(project.published, period)
    return normalize(
        title=project.title,
        period=period,
        activities=[*came_late(store, last, names), *store.activities(period, names)],
        upcoming=store.upcoming(names),
        outcomes=outcomes,
        config=project.config,
        promises=promises.counted(archive.promised(project.published, period)),
        promised_in=last.digest.period.label if last else "",
        dropped=archive.dropped(project.published, period),
        taste=house.points(project, store, period, names),
        known=known_figures(project, store, period, names),
    )


def came_late(store: Store, last: Edition | None, names: Sequence[str]) -> list[Activity]:
    """What was done in the period of the last digest and was not known when it went out.

    A source that was not asked then has no say: all of its past would come in late.
    """
    if last is None:
        return []
    asked = {outcome.source for outcome in last.digest.outcomes}
    return late(store.activities(last.digest.period, [n for n in names if n in asked]), last.known)


def look_back(project: Project, store: Store, period: Period, *, now: datetime) -> None:
    """Ask again for the period of the last digest before `period`, for what came in late."""
    last = archive.before(project.published, period)
    if last:
        with suppress(SourceError):  # a source that cannot be read says so when it is asked for the period itself
            collect(project, store, last.digest.period, now=now)


def polished(project: Project, store: Store, digest: Digest) -> Digest:
    """The digest in the words of the program that the user chose; as it is where there is none.

    Lines that a person has worded in the draft are not given to it. What it said before it is not asked again.
    """
    table = project.config.polish
    if not table.command:
        return digest
    from digest.polish import asker, polish, remembered

    file = project.draft_file(digest.period)
    lines = draft.read(draft.load(file)[0]).lines if file.exists() else ()
    skip = {ref for line in lines if line.touched for ref in line.entry.refs}
    known = {activity.ref: activity for activity in facts(project, store, digest.period)}
    with remembered(project.store_file.with_suffix(".polish.json")) as memory:
        return polish(digest, table, asker(table, project.root), known=known, skip=skip, memory=memory)


def join(project: Project, digest: Digest) -> Drafted:
    """The draft of a digest, with the edits of the draft that is there."""
    file = project.draft_file(digest.period)
    if not file.exists():
        return Drafted(digest=digest, file=file, text=draft.write(digest))
    before, seen = draft.load(file)
    try:
        merged = draft.merge(before, digest)
    except DraftError as error:
        raise DraftError(f"{file}: {error.message}", error.hint) from None
    return Drafted(digest=digest, file=file, text=merged.text, before=before, seen=seen, changes=merged.changes)


def save(drafted: Drafted) -> bool:
    """Write the draft; False where nothing changed.

    Raises:
        DraftError: somebody wrote the file in the meantime, or it cannot be written.
    """
    if drafted.text == drafted.before:
        return False
    draft.save(drafted.file, drafted.text, drafted.seen)
    return True


def evidence(project: Project, store: Store, digest: Digest) -> list[Activity]:
    """The activities behind the lines of a digest."""
    entries = [e for s in digest.sections for e in s.entries] + ([digest.maintenance] if digest.maintenance else [])
    refs = {whole_ref(ref) for entry in entries for ref in entry.refs}
    return [activity for activity in facts(project, store, digest.period) if activity.ref in refs]


def facts(project: Project, store: Store, period: Period) -> list[Activity]:
    """All that is known for the digest of a period: what came in late, what was done and what lies ahead.

    What was published of it holds its own evidence, which is known though the store be gone.
    """
    if project.config.projects:
        from digest import rollup

        return [activity for part in rollup.parts(project, period) for activity in part.activities()]
    names = [source.name for source in project.sources()]
    last = archive.before(project.published, period)
    there = archive.latest(project.published, period.slug)
    stored = (*came_late(store, last, names), *store.activities(period, names), *store.upcoming(names))
    return [*{a.ref: a for a in (*(there.origin.evidence if there else ()), *stored)}.values()]


def figures(project: Project, store: Store, period: Period) -> list[str]:
    """The refs of the figures of a period."""
    if project.config.projects:
        from digest import rollup

        return [ref for part in rollup.parts(project, period) for ref in part.figures()]
    return [s.ref for s in samples_of(project, store, period, [source.name for source in project.sources()])]
