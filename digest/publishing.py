"""From a reviewed draft to what went out: what stands in the way, the frozen edition, the deliveries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from digest import archive, draft, pipeline
from digest.errors import DigestError, DraftError, PartlyDone, PersonNeeded
from digest.outbox import Outbox
from digest.render import compose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from digest.archive import Edition
    from digest.deliveries import Message, Receipt
    from digest.model import Digest
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """Something that a person has to decide before a digest goes out; `flag` says it is decided."""

    flag: str
    message: str


def reviewed(project: Project, period: Period) -> Digest:
    """The digest as it stands in the draft file.

    Raises:
        DraftError: there is no draft, or it cannot be read.
    """
    file = project.draft_file(period)
    if not file.exists():
        raise DraftError(f"there is no draft of {period.label} at {file}", f"digest draft --period {period.slug}")
    text, _ = draft.load(file)
    try:
        return draft.read(text).digest
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


def check_obstacles(digest: Digest, now: datetime, allowed: Iterable[str]) -> None:
    """Raise `PersonNeeded` with a line for each obstacle that no flag allows."""
    allowed = set(allowed)
    left = [o for o in obstacles(digest, now) if o.flag not in allowed]
    if left:
        flags = " ".join(dict.fromkeys(o.flag for o in left))
        lines = "\n".join(f"- {o.message}" for o in left)
        raise PersonNeeded(
            f"{digest.period.label} is not published:\n{lines}", f"digest review settles it, {flags} overrides"
        )


def message_of(project: Project, digest: Digest, number: int = 1) -> Message:
    """The digest in every form that a delivery may want."""
    wording, lang = project.config.wording, project.config.lang
    return compose(digest, edition=number, lang=lang, links=wording.links, folder=project.templates)


def publish(
    project: Project,
    store: Store,
    period: Period,
    *,
    now: datetime,
    allowed: Iterable[str] = (),
    correct: bool = False,
) -> tuple[Edition, Message]:
    """Freeze the draft of a period as an edition; the same words again give the edition that is there.

    Raises:
        PersonNeeded: something stands in the way, or the words differ from what was published.
    """
    digest = reviewed(project, period)
    check_obstacles(digest, now, allowed)
    digest = _settled(digest)
    there = archive.latest(project.published, period.slug)
    if there is None:
        message = message_of(project, digest)
        return _freeze(project, store, digest, message, now), message
    message = message_of(project, digest, there.number)
    if hashlib.sha256(message.markdown.encode()).hexdigest() == there.sha256:
        return there, message
    if not correct:
        raise PersonNeeded(
            f"{period.label} was published on {there.published:%d %b %Y} and the draft differs from it",
            "--correct publishes it as a correction",
        )
    message = message_of(project, digest, there.number + 1)
    return _freeze(project, store, digest, message, now), message


def _freeze(project: Project, store: Store, digest: Digest, message: Message, now: datetime) -> Edition:
    return archive.freeze(
        project.published,
        digest,
        markdown=message.markdown,
        evidence=pipeline.evidence(project, store, digest),
        now=now,
        number=message.edition,
    )


def _settled(digest: Digest) -> Digest:
    """The digest without marks of review: what goes out is sure."""
    sections = tuple(replace(s, entries=tuple(replace(e, sure=True) for e in s.entries)) for s in digest.sections)
    return replace(digest, sections=sections)


def deliver(
    project: Project,
    message: Message,
    say: Callable[[str, Receipt], None],
    *,
    resend: bool = False,
    mark_sent: bool = False,
    dry_run: bool = False,
) -> None:
    """Hand the message to every delivery that has not had it; `say` is told of each.

    Raises:
        PersonNeeded: of one it is not known whether it arrived.
        PartlyDone: some deliveries failed, the others have it.
        DigestError: all failed.
    """
    outbox = Outbox(project.published / ".outbox")
    failed: list[DigestError] = []
    deliveries = project.deliveries()
    for delivery in deliveries:
        try:
            receipt = outbox.send(message, delivery, resend=resend, mark_sent=mark_sent, dry_run=dry_run)
            say(delivery.name, receipt)
        except DigestError as error:
            failed.append(error)
    worst = next(
        (e for e in failed if isinstance(e, PersonNeeded)), failed[0] if len(failed) == len(deliveries) else None
    )
    if worst:
        raise worst
    if failed:
        raise PartlyDone("\n".join(str(error) for error in failed))
