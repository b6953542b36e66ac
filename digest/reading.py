"""One source is read, by this process or by one of its own beside it; both come to the same.

A source of this machine that is slow to load says `apart = True` in its class. What it gives then comes line by line,
and last a line with how it did.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import msgspec

from digest.apart import Child, Died, possible
from digest.errors import DigestError, LimitError
from digest.model import WORST_FIRST, Activity, Outcome, Sample, Status
from digest.redact import redact
from digest.screen import screened
from digest.secret import hide
from digest.store.spool import Spool, line_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from digest.collectors import Collector
    from digest.model import Item
    from digest.period import Period

VERDICT = b"v"
"""How the last line of a child begins; no line of an item does."""

CHILDREN = 2
"""As many sources are read beside us as most machines have cores; the others by threads."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """How a source did, and whether it only asks to be asked later."""

    outcome: Outcome
    later: bool = False


Answer = tuple[Spool, Verdict]
"""What a source gave, and how it did."""


def read(source: Collector, period: Period, changed_since: datetime | None, put: Callable[[Item], object]) -> Verdict:
    """Give everything that a source gives to `put`; where it failed, nothing of that counts.

    Whatever goes wrong inside stays inside.
    """
    count, shortfalls = 0, []
    try:
        for given in source.collect(period, changed_since):
            if isinstance(given, Outcome):
                shortfalls.append(given)
            else:
                put(screened(given))
                count += isinstance(given, Activity | Sample)
    except DigestError as error:
        detail = str(error).removeprefix(f"[collectors.{source.name}] ").removeprefix(f"{source.name}: ")
        return Verdict(outcome=_failed(source, hide(redact(detail)[0])), later=isinstance(error, LimitError))
    except Exception as error:  # noqa: BLE001 - a bug in one source must not take the others down
        _note(source)
        what = f"an answer that is not as documented, or a bug in the collector: {type(error).__name__}"
        return Verdict(outcome=_failed(source, f"{what} (digest --debug tells more)"))
    return Verdict(outcome=_joined(source.name, count, shortfalls))


def _note(source: Collector) -> None:
    """Where a bug occurred, for those who asked for it; what that takes is loaded only then."""
    import logging
    import traceback

    logging.getLogger(__name__).debug("%s failed\n%s", source.name, hide(redact(traceback.format_exc())[0]))


def here(
    source: Collector, period: Period, changed_since: datetime | None, found: Callable[[str, int], object]
) -> Answer:
    """What a source gives, and how it did; `found` is told its name and how many items it gave until now."""
    items = Spool()

    def put(item: Item) -> None:
        items.put(item)
        found(source.name, len(items))

    verdict = read(source, period, changed_since, put)
    if verdict.outcome.status == "failed":
        items.clear()
    return items, verdict


def beside(sources: Sequence[Collector], period: Period) -> dict[str, Child]:
    """Begin to read all of the period beside us, where that is sound and there is something to do meanwhile; by name.

    That is the loading of the rest of the program: later on it is quicker to read with what is loaded already.
    """
    children: dict[str, Child] = {}
    if "digest.pipeline" in sys.modules or not possible():
        return children
    for source in [s for s in sources if getattr(s, "apart", False)][:CHILDREN]:
        try:
            children[source.name] = Child(lambda tell, source=source: _tell_all(source, period, tell))  # type: ignore[misc]
        except OSError:  # no process more can be started
            break
    return children


def _tell_all(source: Collector, period: Period, tell: Callable[[bytes], object]) -> None:
    verdict = read(source, period, None, lambda item: tell(line_of(item)))
    tell(VERDICT + msgspec.json.encode(verdict))


def heard(source: Collector, child: Child, found: Callable[[str, int], object]) -> Answer:
    """As `here`, from the process that reads the source."""
    items = Spool()
    try:
        for line in child:
            if line.startswith(VERDICT):
                verdict = msgspec.json.decode(line[1:], type=Verdict)
            else:
                items.add(line)
                found(source.name, len(items))
    except Died as died:
        verdict = Verdict(outcome=_failed(source, f"the process that read it was ended by {died} (run it again)"))
    if verdict.outcome.status == "failed":
        items.clear()
    return items, verdict


def _failed(source: Collector, detail: str) -> Outcome:
    return Outcome(source=source.name, status="failed", detail=detail)


def _joined(source: str, count: int, outcomes: Sequence[Outcome]) -> Outcome:
    """Several shortfalls as one outcome: the worst status, every reason; a failed part makes the whole truncated."""
    status: Status = next((s for s in WORST_FIRST if any(o.status == s for o in outcomes)), "complete")
    detail = hide(redact("; ".join(dict.fromkeys(o.detail for o in outcomes if o.detail)))[0])
    return Outcome(source=source, status="truncated" if status == "failed" else status, count=count, detail=detail)
