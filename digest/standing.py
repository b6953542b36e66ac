"""How far a digest is: drafted → in review → approved → published → corrected."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from digest import archive, draft
from digest.errors import DraftError
from digest.period import Period

if TYPE_CHECKING:
    from digest.archive import Edition
    from digest.draft import Draft
    from digest.project import Project

EDITED = "the draft was edited since (digest publish --correct)"

Step = Literal["missing", "drafted", "in review", "approved", "published", "corrected"]


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where a period stands.

    Attributes:
        since: when it was approved or published; None before.
        file: the draft, or what is published of it.
        notes: what else a person may want to know, such as how many guesses are left to decide.
    """

    period: Period
    step: Step
    since: datetime | None = None
    file: Path | None = None
    edition: int = 0
    by: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        when = f" on {self.since:%Y-%m-%d}" if self.since else ""
        who = f" by {self.by}" if self.by and self.step == "approved" else ""
        approved = f"approved by {self.by}" if self.by and self.edition else ""
        return "; ".join((f"{self.step}{when}{who}", *filter(None, (approved, *self.notes))))


def standing(project: Project, period: Period) -> Standing:
    """Where a period stands, by what lies in the folder of the drafts."""
    file = project.draft_file(period)
    edition = archive.latest(project.published, period.slug)
    try:
        read = draft.read(draft.load(file)[0]) if file.exists() else None
    except DraftError as error:
        unread = Standing(period=period, step="drafted", file=file, notes=(f"it cannot be read: {error.message}",))
        return of_edition(edition) if edition else unread
    if edition:
        changed = read and draft.seen(read.digest) != edition.origin.seen
        return replace(of_edition(edition), notes=(EDITED,) if changed else ())
    return _of_draft(period, file, read) if read else Standing(period=period, step="missing")


def of_edition(edition: Edition) -> Standing:
    """Where the period of an edition stands; of several editions the last one says it."""
    return Standing(
        period=edition.digest.period,
        step="corrected" if edition.number > 1 else "published",
        since=edition.published,
        file=edition.file,
        edition=edition.number,
        by=edition.origin.by,
    )


def _of_draft(period: Period, file: Path, read: Draft) -> Standing:
    open_ = len(draft.undecided(read))
    notes = [f"{open_} {'guess' if open_ == 1 else 'guesses'} to decide"] if open_ else []
    given = read.approval
    if given and read.approved:
        return Standing(period=period, step="approved", since=given.at, file=file, by=given.by, notes=tuple(notes))
    if given:
        notes.append(f"edited since {given.by} approved it on {given.at:%Y-%m-%d}")
    step: Step = "in review" if read.worked_on else "drafted"
    return Standing(period=period, step=step, file=file, notes=tuple(notes))
