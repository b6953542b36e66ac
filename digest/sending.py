"""From an issue to those who read it: each delivery once, a rehearsal that sends nothing, and a copy to oneself."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from digest.deliveries import Receipt
from digest.deliveries.message import address
from digest.errors import ConfigError, DigestError, PartlyDone, PersonNeeded
from digest.outbox import Outbox
from digest.render import HEAVY, too_heavy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from digest.deliveries import Delivery, Message
    from digest.issue import Issue
    from digest.project import Project

    Say = Callable[[str, Receipt], None]


def deliver(project: Project, issue: Issue, say: Say, *, resend: bool = False, mark_sent: bool = False) -> None:
    """Hand every delivery that has not had it the message for its audience; `say` is told of each.

    Raises:
        PersonNeeded: of one it is not known whether it arrived.
        PartlyDone: some deliveries failed, the others have it.
        DigestError: all failed.
    """
    box = outbox(project)

    def send(delivery: Delivery) -> None:
        message = _message(project, issue, delivery)
        _warn(delivery, message, say)
        say(delivery.name, box.send(message, delivery, resend=resend, mark_sent=mark_sent))

    _each(project.deliveries(), send)


def rehearse(project: Project, issue: Issue, say: Say) -> None:
    """Say of each delivery to whom it would go and what would be sent; nothing is connected to, nothing is noted.

    Raises:
        DigestError: as `deliver`, where that can be known beforehand.
    """
    box = outbox(project)

    def show(delivery: Delivery) -> None:
        message = _message(project, issue, delivery)
        _warn(delivery, message, say)
        receipt = box.send(message, delivery, dry_run=True)
        preview: Callable[[Message], str] | None = getattr(delivery, "preview", None)
        say(
            delivery.name,
            replace(receipt, detail="\n".join((receipt.detail, *([preview(message)] if preview else [])))),
        )

    _each(project.deliveries(), show)


def try_out(project: Project, issue: Issue, to: tuple[str, ...], say: Say, *, now: datetime) -> None:
    """Send what each mail delivery would send to `to` alone, as a mail of its own that the journal knows nothing of.

    Raises:
        ConfigError: `to` holds what is no address, or no delivery sends mail.
        DigestError: as `deliver`.
    """
    try:
        for text in to:
            address(text)
    except ValueError as error:
        raise ConfigError(f"--to: {error}") from None
    mails = [delivery for delivery in project.deliveries() if _sends_mail(delivery)]
    if not mails:
        raise ConfigError(
            "no delivery sends mail", "a test mail needs a table [deliveries.smtp] or [deliveries.sendmail]"
        )

    def send(delivery: Any) -> None:
        message = _message(project, issue, delivery)
        words = f"{message.id}|{delivery.name}|{now.isoformat()}"
        copy = replace(message, id=hashlib.sha256(words.encode()).hexdigest()[:24], at=now)
        mine: Delivery = delivery.addressed(to)
        receipt = mine.deliver(copy, mine.recipients())
        if failed := receipt.refused | receipt.deferred:
            raise DigestError(f"{delivery.name}: {', '.join(f'{who} ({why})' for who, why in failed.items())}")
        say(delivery.name, replace(receipt, detail=f"a test mail to {', '.join(mine.recipients())}: {receipt.detail}"))

    _each(mails, send)


def untried(project: Project, issue: Issue) -> tuple[str, ...]:
    """The people who would get a mail now and were never sent it, each once."""
    box = outbox(project)
    mails = [delivery for delivery in project.deliveries() if _sends_mail(delivery)]
    found = [who for d in mails for who in box.untried(_message(project, issue, d), d)]
    return tuple(dict.fromkeys(found))


def outbox(project: Project) -> Outbox:
    """Where the project keeps what went to whom."""
    return Outbox(project.published / ".outbox")


def _message(project: Project, issue: Issue, delivery: Delivery) -> Message:
    return issue.message(project.audience_of(delivery.name))


def _sends_mail(delivery: Delivery) -> bool:
    """Whether it writes to people by name, and could write to others instead."""
    return hasattr(delivery, "addressed")


def _warn(delivery: Delivery, message: Message, say: Say) -> None:
    if hasattr(delivery, "sender") and too_heavy(message.html):
        size = f"the mail has {len(message.html.encode()):,} bytes of HTML; above {HEAVY:,} some programs cut it off"
        say(delivery.name, Receipt(detail=f"{size} (lower the limits of its audience)"))


def _each(deliveries: Iterable[Delivery], do: Callable[[Delivery], None]) -> None:
    """Do it with every one, whatever becomes of the others; then raise one error that names each that failed."""
    failed: dict[str, DigestError] = {}
    fine = 0
    for delivery in deliveries:
        try:
            do(delivery)
            fine += 1
        except DigestError as error:
            failed[delivery.name] = error
    if failed:
        lines = [f"{error}".removeprefix(f"{name}: ") for name, error in failed.items()]
        raise _kind(failed.values(), fine)("\n".join(map("{}: {}".format, failed, lines)))


def _kind(failed: Iterable[DigestError], fine: int) -> type[DigestError]:
    """A question to a person comes first, then that some have it; else what all of them are, if they are one."""
    kinds = {type(error) for error in failed}
    if PersonNeeded in kinds:
        return PersonNeeded
    if fine or PartlyDone in kinds:
        return PartlyDone
    return kinds.pop() if len(kinds) == 1 else DigestError
