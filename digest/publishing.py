"""From a reviewed draft to what went out: what stands in the way, the frozen edition, the deliveries."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest import archive, draft, pipeline, rollup
from digest.audience import evidence_of
from digest.errors import DraftError, PersonNeeded
from digest.history import known_figures
from digest.issue import Issue, of_period
from digest.lint import ground, unfounded
from digest.model import whole_ref
from digest.normalize.figures import figures, grounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from digest.archive import Edition
    from digest.deliveries import Message
    from digest.draft import Draft
    from digest.model import Digest
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store


class Obstacle(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a person has to decide before a digest goes out; `flag` says it is decided."""

    flag: str
    message: str


def reviewed(project: Project, period: Period) -> Digest:
    """The digest as it stands in the draft file; raises as `draft_of` does."""
    return draft_of(project, period).digest


def draft_of(project: Project, period: Period) -> Draft:
    """The draft of a period as its file has it.

    Raises:
        DraftError: there is no draft, or it cannot be read.
    """
    file = project.draft_file(period)
    if not file.exists():
        raise DraftError(f"there is no draft of {period.label} at {file}", f"digest draft --period {period.slug}")
    text, _ = draft.load(file)
    try:
        return draft.read(text)
    except DraftError as error:
        raise DraftError(f"{file}: {error.message}", error.hint) from None


def obstacles(digest: Digest, now: datetime) -> Iterator[Obstacle]:
    """What stands in the way of publishing, in the order in which a person would look at it."""
    if now < digest.period.until:
        yield Obstacle(flag="--allow-unfinished", message=f"{digest.period.label} has not ended yet")
    for outcome in digest.outcomes:
        if outcome.status != "complete":
            said = f"source {outcome.source} is {outcome.status}: {outcome.detail}".rstrip(": ")
            yield Obstacle(flag="--allow-incomplete", message=said)
    for section in digest.sections:
        for entry in section.entries:
            if not entry.sure:
                yield Obstacle(flag="--allow-unreviewed", message=f"nobody has confirmed: {entry.text}")
    if digest.redactions:
        kinds = ", ".join(sorted(set(digest.redactions)))
        yield Obstacle(
            flag="--accept-redactions", message=f"{len(digest.redactions)} secrets were cut from texts: {kinds}"
        )


def unproven(project: Project, store: Store, digest: Digest) -> Iterator[Obstacle]:
    """Each number of a line, edited ones too, that stands in no evidence of it."""
    for found in unfounded(digest, texts_behind(project, store, digest.period)):
        yield Obstacle(flag="--accept-numbers", message=f"{found}")


def texts_behind(project: Project, store: Store, period: Period) -> dict[str, str]:
    """The text behind each activity and figure of a period, in which the numbers of its lines are looked for."""
    evidence = ground(pipeline.facts(project, store, period))
    if project.config.projects:  # what was published was looked at when it was; a count of it is the roll-up's own
        for entry in (e for s in rollup.roll_up(project, period).sections for e in s.entries):
            evidence |= {ref: f"{evidence.get(ref, '')}\n{entry.text}" for ref in map(whole_ref, entry.refs)}
        return evidence
    names = [source.name for source in project.sources()]
    told, _ = figures(known_figures(project, store, period, names), project.config.metrics)
    return evidence | grounds(told)


def unapproved(project: Project, read: Draft) -> Iterator[Obstacle]:
    """That nobody approved the draft as it stands, where the project asks for it; no flag overrides that."""
    if project.config.approval and not read.approved:
        given = read.approval
        since = f" since {given.by} approved it on {given.at:%d %b %Y}" if given else ""
        what = f"it was edited{since}" if given else "nobody has approved it"
        yield Obstacle(flag="", message=f"{what} (digest approve)")


def check_obstacles(found: Iterable[Obstacle], label: str, allowed: Iterable[str]) -> None:
    """Raise `PersonNeeded` with a line for each obstacle that no flag allows."""
    allowed = set(allowed)
    left = [o for o in found if o.flag not in allowed]
    if left:
        flags = " ".join(dict.fromkeys(o.flag for o in left if o.flag))
        lines = "\n".join(f"- {o.message}" for o in left)
        hint = f"digest review settles it, {flags} overrides" if flags else ""
        raise PersonNeeded(f"{label} is not published:\n{lines}", hint)


def ready(
    project: Project,
    store: Store,
    period: Period,
    *,
    now: datetime,
    allowed: Iterable[str] = (),
    correct: bool = False,
) -> tuple[Draft, Issue]:
    """The draft of a period and what it is once it goes out: the edition that is there, or the next one.

    Raises:
        PersonNeeded: something stands in the way, or the words differ from what was published.
    """
    read = draft_of(project, period)
    found = (*obstacles(read.digest, now), *unproven(project, store, read.digest), *unapproved(project, read))
    check_obstacles(found, period.label, allowed)
    issue = prepared(project, store, read)
    there = archive.latest(project.published, period.slug)
    if there and issue.number != there.number and not correct:
        raise PersonNeeded(
            f"{period.label} was published on {there.published:%d %b %Y} and the draft differs from it",
            "--correct publishes it as a correction",
        )
    return read, issue


def freeze(issue: Issue, store: Store, read: Draft, now: datetime) -> Edition:
    """Keep the issue for good; the same words again give the edition that is there."""
    there = archive.latest(issue.project.published, issue.digest.period.slug)
    return there if there and issue.number == there.number else _freeze(issue, store, read, now)


def prepared(project: Project, store: Store, read: Draft) -> Issue:
    """What the draft is, once it goes out: the edition that is there, or the next one."""
    return of_period(project, store, _settled(read.digest))


def message_of(project: Project, digest: Digest) -> Message:
    """All of a digest in every form, for the one who writes it."""
    return Issue(project=project, digest=digest, evidence=evidence_of((), (), {})).whole()


def _freeze(issue: Issue, store: Store, read: Draft, now: datetime) -> Edition:
    project, message = issue.project, issue.whole()
    origin = archive.Origin(
        evidence=tuple(pipeline.evidence(project, store, read.digest)),
        samples=tuple(pipeline.figures(project, store, read.digest.period)),
        known=tuple(sorted(read.known)),
        dropped=tuple(sorted(ref for ref, section in read.deleted.items() if section == "next")),
        seen=draft.seen(read.digest),
        by=read.approval.by if read.approval and read.approved else "",
        at=read.approval.at if read.approval and read.approved else None,
    )
    digest = replace(issue.digest, corrections=message.digest.corrections)
    return archive.freeze(
        project.published, digest, markdown=message.markdown, origin=origin, now=now, number=issue.number
    )


def _settled(digest: Digest) -> Digest:
    """The digest without marks of review: what goes out is sure."""
    sections = tuple(replace(s, entries=tuple(replace(e, sure=True) for e in s.entries)) for s in digest.sections)
    return replace(digest, sections=sections)
