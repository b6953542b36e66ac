"""Send once: a journal of what went to whom, so that no crash and no second run sends a digest twice.

Each recipient goes `pending → sending → sent | deferred | failed`. The journal is on the disk before a delivery begins
and after it has ended. Whoever is found as `sending` at the start may or may not have the message: a person has to say.
"""

from __future__ import annotations

import re
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Literal

import msgspec

from digest.deliveries import Receipt
from digest.errors import ConfigError, DigestError, PartlyDone, PersonNeeded, TryLater
from digest.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from digest.deliveries import Delivery, Message

State = Literal["pending", "sending", "sent", "deferred", "failed"]

PRIVATE = 0o600
"""The journal holds addresses."""

MOST_NAMED = 5


class _Fate(msgspec.Struct, kw_only=True):
    """What is known about one recipient; `detail` is what the other side said."""

    state: State = "pending"
    detail: str = ""


class _Journal(msgspec.Struct, kw_only=True):
    """The file as it stands on disk, one for each message and delivery."""

    message: str
    slug: str
    delivery: str
    recipients: dict[str, _Fate] = {}

    def in_state(self, *states: State) -> list[str]:
        """Who is in one of these states."""
        return [who for who, fate in self.recipients.items() if fate.state in states]

    def move(self, whom: Iterable[str], state: State, detail: str = "") -> None:
        """Note a state for each of `whom`."""
        for who in whom:
            self.recipients[who] = _Fate(state=state, detail=detail)

    def said(self, whom: Iterable[str]) -> str:
        """Some of `whom` by name, with what the other side said."""
        named = [f"{who} ({d})" if (d := self.recipients[who].detail) else who for who in whom]
        more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
        return ", ".join(named[:MOST_NAMED]) + more


class Outbox:
    """The journals in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(
        self,
        message: Message,
        delivery: Delivery,
        *,
        resend: bool = False,
        mark_sent: bool = False,
        dry_run: bool = False,
    ) -> Receipt:
        """Hand `message` to every recipient of `delivery` who does not have it yet.

        Args:
            message: what is sent.
            delivery: by which way.
            resend: send again to those who may or may not have it, and to those who refused it.
            mark_sent: note that those who may or may not have it do have it.
            dry_run: say to whom it would go; send and note nothing.

        Returns:
            Who got it now; where everybody had it already, nobody, and `detail` says so.

        Raises:
            PersonNeeded: it is not known whether some have it; nothing is sent until a person says so.
            PartlyDone: some got it, others refused it or will be tried again by the next run.
            TryLater: another run is sending, or nobody could take it now.
            DigestError: nobody got it.
        """
        if resend and mark_sent:
            raise ConfigError("--resend and --mark-sent contradict each other", "give one of them")
        with nullcontext() if dry_run else self._locked():
            journal = self._load(message, delivery)
            _settle(journal, resend=resend, mark_sent=mark_sent)
            todo = tuple(who for who in delivery.recipients() if who in journal.in_state("pending", "deferred"))
            if dry_run:
                return Receipt(detail=f"would go to {_filled(journal.said(todo), message) or 'nobody'}")
            if todo:
                return _judge(journal, self._deliver(message, delivery, journal, todo))
            self._save(journal, "nothing was sent")
            return _judge(journal, Receipt(detail=f"everybody has it already; {delivery.name} sent nothing"))

    def unsettled(self, slug: str) -> list[str]:
        """Of a period's deliveries in a line each: whom it did not reach, or of whom that is not known.

        Raises:
            PersonNeeded: a journal cannot be read.
        """
        found = [_read(file) for file in sorted(self.folder.glob("*.json"))]
        mine = [journal for journal in found if journal.slug.split(".")[0] == slug]
        return [f"{journal.delivery}: {'; '.join(said)}" for journal in mine if (said := _without(journal))]

    def untried(self, message: Message, delivery: Delivery) -> tuple[str, ...]:
        """Those who were never sent it, or to whom an attempt came to nothing for a reason of ours."""
        return tuple(self._load(message, delivery).in_state("pending"))

    def waiting(self, message: Message, delivery: Delivery) -> tuple[str, ...]:
        """Those whom an attempt did not reach, and a later one may."""
        if not self._file(message.id, delivery.name).exists():
            return ()
        return tuple(self._load(message, delivery).in_state("pending", "deferred"))

    def _deliver(self, message: Message, delivery: Delivery, journal: _Journal, todo: tuple[str, ...]) -> Receipt:
        """Send, with the journal on the disk before and after. Whatever ends this early leaves `sending` there."""
        journal.move(todo, "sending")
        self._save(journal, "nothing was sent")
        try:
            receipt = delivery.deliver(message, todo)
        except DigestError as error:  # nobody has it: that is the promise of a delivery
            journal.move(todo, "deferred" if isinstance(error, TryLater) else "pending", error.message)
            self._save(journal, "nothing was sent")
            raise
        journal.move(todo, "sending", receipt.detail)  # who is named in no part of the receipt stays unknown
        journal.move(receipt.accepted, "sent")
        for who, why in receipt.refused.items():
            journal.move([who], "failed", why)
        for who, why in receipt.deferred.items():
            journal.move([who], "deferred", why)
        self._save(journal, "it was sent, but that could not be noted")
        return receipt

    def _load(self, message: Message, delivery: Delivery) -> _Journal:
        file = self._file(message.id, delivery.name)
        recipients = delivery.recipients()
        if not recipients:
            raise ConfigError(f"[deliveries.{delivery.name}]: it has no recipients", "name some in `to`")
        fresh = _Journal(message=message.id, slug=message.slug, delivery=delivery.name)
        journal = _read(file) if file.exists() else fresh
        known = {who: journal.recipients.get(who, _Fate()) for who in recipients}
        reached: tuple[State, ...] = ("sent", "sending")
        gone = {w: fate for w, fate in journal.recipients.items() if w not in known and fate.state in reached}
        return msgspec.structs.replace(journal, recipients=known | gone)

    def _save(self, journal: _Journal, else_say: str) -> None:
        file = self._file(journal.message, journal.delivery)
        try:
            write_whole(file, msgspec.json.format(msgspec.json.encode(journal), indent=1) + b"\n", mode=PRIVATE)
        except OSError as error:
            raise DigestError(f"{file}: {error.strerror}", else_say) from None

    def _file(self, message_id: str, delivery: str) -> Path:
        return self.folder / f"{message_id}.{re.sub(r'[^A-Za-z0-9_-]', '-', delivery)}.json"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Keep other runs out; the kernel lets go when this one dies."""
        import fcntl

        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / ".lock").open("w")
        except OSError as error:
            raise DigestError(f"{self.folder}: {error.strerror}") from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TryLater("another run is sending", "wait for it to end") from None
            yield


def _read(file: Path) -> _Journal:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Journal)
    except (OSError, msgspec.MsgspecError) as error:
        hint = "it says who has the digest: mend it, do not delete it"
        raise PersonNeeded(f"{file}: the journal cannot be read: {error}", hint) from None


def _settle(journal: _Journal, *, resend: bool, mark_sent: bool) -> None:
    """Take a person's word on those of whom it is not known whether they have the message."""
    if mark_sent:
        journal.move(journal.in_state("sending"), "sent", "said by a person")
    if resend:
        journal.move(journal.in_state("sending", "failed"), "pending")
    _refuse_unknown(journal)


def _judge(journal: _Journal, receipt: Receipt) -> Receipt:
    """The receipt where everybody has the message, else the error that says who has not."""
    _refuse_unknown(journal)
    failed, deferred = journal.in_state("failed"), journal.in_state("deferred")
    if not failed and not deferred:
        return receipt
    sent = len(journal.in_state("sent"))
    text = f"{journal.delivery}: {'; '.join([*([f'{sent} have it'] if sent else []), *_without(journal)])}"
    hint = "the next run tries again those who did not take it yet" if deferred else "--resend tries again"
    if sent:
        raise PartlyDone(text, hint)
    raise TryLater(text, hint) if deferred else DigestError(text, hint)


def _without(journal: _Journal) -> list[str]:
    """Who does not have it, and why; or of whom that is not known."""
    said: list[tuple[str, State]] = [
        (f"it is not known whether {journal.slug} reached", "sending"),
        ("refused by", "failed"),
        ("not taken yet by", "deferred"),
        ("not sent to", "pending"),
    ]
    return [f"{words} {journal.said(who)}" for words, state in said if (who := journal.in_state(state))]


def _refuse_unknown(journal: _Journal) -> None:
    if journal.in_state("sending"):
        raise PersonNeeded(
            f"{journal.delivery}: {'; '.join(_without(journal))}",
            "ask, then run again with --mark-sent if it arrived or with --resend if not",
        )


def _filled(places: str, message: Message) -> str:
    """Places with what a message fills in, as its delivery will."""
    for name, value in (("slug", message.slug), ("label", message.digest.period.label), ("edition", message.edition)):
        places = places.replace(f"{{{name}}}", str(value))
    return places
