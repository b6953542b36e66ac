"""How many results a search has, from run to run: by that a rerun for what changed alone sees that some are gone.

What was merged or closed until an hour before a run is known to the index and cannot grow in number any more. A run
notes how many there were; the next one asks for the same number again, and adds what has come since. Where that is
another one all is read anew, and GitHub's own number is what the run after that is held to, whatever was found. A board
is read whole each time: of it the keys are noted.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.github import facts
from digest.collectors.github.asks import COUNTS, Ask, What, stamp
from digest.model import Memo

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from digest.collectors.github.run import Run

    Node = dict[str, Any]

COUNTED: dict[What, What] = {"merged": "merges", "issues": "closings", "touched": "closings"}
"""A search, and the count that its results belong to; those of others are told whole each time."""

Kind = tuple[What, str]
"""A count, and the scope that it is about."""


class Known(msgspec.Struct, frozen=True):
    """What the last run counted, and until when; no number where there was none."""

    until: datetime
    number: int | None = None


def counts(run: Run, searches: Sequence[Ask]) -> Iterator[Ask]:
    """What a rerun asks besides `searches`: how many results there were until the last run."""
    for search in searches if run.changed else ():
        if search.what in COUNTED:
            known = _known(run, (COUNTED[search.what], search.scope))
            if known.until > run.period.since:
                yield Ask(
                    what=COUNTED[search.what],
                    scope=search.scope,
                    since=run.period.since,
                    until=known.until,
                    expected=known.number,
                    weight=0,
                )


def fresh(run: Run, ask: Ask, nodes: Sequence[Node]) -> int:
    """How many of the nodes that a search found are to be counted: what no earlier run and no earlier page has told."""
    if ask.what not in COUNTED:
        return 0
    since, until = ask.since, min(run.young, ask.until)
    kind = (COUNTED[ask.what], ask.scope)
    if run.changed or kind in run.told:
        since = max(since, _known(run, kind).until)
    dates = ((facts.key(n), facts.instant(n.get("mergedAt") or n["closedAt"])) for n in nodes)
    return sum(key not in ask.found and date is not None and since <= date < until for key, date in dates)


def memos(run: Run, tallies: Mapping[Kind, int], cards: Mapping[str, AbstractSet[str]]) -> Iterator[Memo]:
    """What the next run is to be told: the number of each search, and the keys of what was done on each board."""
    for kind, number in tallies.items():
        yield Memo(name=_name(run, *kind), value=f"{number} until {stamp(run.young)}")
    for board, keys in cards.items():
        yield Memo(name=_name(run, "cards", board), value=" ".join(sorted(keys)))


def taken_off(run: Run, cards: Mapping[str, AbstractSet[str]]) -> bool:
    """Whether something was done on a board when the last run read it, and is there no longer."""
    return any(set(run.source.memos.get(_name(run, "cards", b), "").split()) - keys for b, keys in cards.items())


def kind_of(ask: Ask) -> Kind | None:
    """What an ask counts."""
    what = ask.what if ask.what in COUNTS else COUNTED.get(ask.what)
    return (what, ask.scope) if what else None


def _known(run: Run, kind: Kind) -> Known:
    number, _, until = run.source.memos.get(_name(run, *kind), "").partition(" until ")
    if not number:
        return Known(run.young)
    return Known(datetime.fromisoformat(until).astimezone(UTC), int(number))


def _name(run: Run, what: str, scope: str) -> str:
    return f"{what} of {scope} {stamp(run.period.since)}..{stamp(run.period.until)}"
