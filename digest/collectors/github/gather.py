"""One run: a list of asks that is worked off in few queries, to which each answer may add pages and slices."""

from __future__ import annotations

from collections import Counter, deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.collectors.fault import Fault
from digest.collectors.github.answers import Heard, first_asks, hear, of_board
from digest.collectors.github.asks import REASONS, Ask, compose
from digest.collectors.github.line import Question, Sent
from digest.collectors.github.run import Run
from digest.collectors.github.wire import Wire, connect
from digest.errors import LimitError, SourceError
from digest.model import Activity, Outcome, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.github import GitHub
    from digest.period import Period

WIDTH = 10
"""What one query may weigh: ten searches that are likely short, or five whole pages (250 pull requests).

Where only what changed is asked for, most searches find nothing, and twice as many go into one.
"""

PAGE, SMALLEST_PAGE = 50, 12
TRIES = 3
NAMED = 5
"""How many repositories are named in one line."""


def gather(
    source: GitHub,
    period: Period,
    changed: datetime | None,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Activity | Outcome]:
    """What `GitHub.collect` yields.

    Raises:
        SourceError: not one question was answered.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    run = Run(source=source, period=period, changed=changed, now=datetime.fromtimestamp(clock(), UTC))
    try:
        yield from Gathering(run=run, wire=wire, width=WIDTH * 2 if changed else WIDTH).rows()
    finally:
        wire.close()


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Several asks in one question; `sent` where it went out beside the one before."""

    asks: list[Ask]
    question: Question
    sent: Sent | None


class Gathering(msgspec.Struct, kw_only=True):
    """What is still to be asked, how much at once, and what was not answered.

    Attributes:
        out: the queries that come next; all that may be are under way.
        counts: how many rows came from each scope.
        missing: why a scope is not whole. notes: what else to say.
    """

    run: Run
    wire: Wire
    todo: deque[Ask] = msgspec.field(default_factory=deque)
    out: deque[Query] = msgspec.field(default_factory=deque)
    page: int = PAGE
    width: int = WIDTH
    reasons: tuple[str, ...] = REASONS
    answered: bool = False
    seen: set[str] = msgspec.field(default_factory=set)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    missing: dict[str, Fault] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)

    def rows(self) -> Iterator[Activity | Outcome]:
        """Every activity once; then what is missing.

        Raises:
            SourceError: not one question was answered.
        """
        for scope in self.run.source.repos:
            self.todo.extend(first_asks(self.run, scope))
        self.todo.extend(of_board(self.run, board) for board in self.run.source.boards)
        while query := self._next():
            if query.sent and self.wire.lanes == 1 and query.sent.error():
                # It failed beside another that was waited for since: it is asked anew, and smaller where that helps.
                self.todo.extendleft(reversed(query.asks))
                continue
            for ask, heard in self._ask(query):
                yield from self._new(ask, heard)
        yield from self._outcomes()

    def _next(self) -> Query | None:
        """The query that comes next; None where nothing is left to ask."""
        self._send()
        if self.todo and not self.out:
            self._make(self._take())
        return self.out.popleft() if self.out else None

    def _send(self) -> None:
        """Send full queries ahead, as many as may be under way; what makes none waits for what the answers add."""
        while len(self.out) < self.wire.lanes and sum(ask.weight for ask in self.todo) >= self.width:
            self._make(self._take())

    def _make(self, asks: list[Ask]) -> None:
        plans = self.run.source.upcoming
        question = compose(asks, first=self.page, plans=plans, reason=self.reasons[0])
        sent = self.wire.ahead(question) if self.wire.lanes > 1 else None
        self.out.append(Query(asks=asks, question=question, sent=sent))

    def _take(self) -> list[Ask]:
        """The next asks, as many as one query may weigh, at least one."""
        batch = [self.todo.popleft()]
        weight = batch[0].weight
        while self.todo and weight + self.todo[0].weight <= self.width and len(batch) < 2 * self.width:
            batch.append(self.todo.popleft())
            weight += batch[-1].weight
        return batch

    def _ask(self, query: Query) -> Iterator[tuple[Ask, Heard]]:
        """Wait for the answer to a query, and hear what it says to each ask."""
        try:
            answer = self.wire.ask(query.question, query.sent)
        except Fault as lost:
            self._unanswered(query.asks, lost)
            return
        self.answered = True
        self._send()  # first, that GitHub is not waited for afterwards
        for k, ask in enumerate(query.asks):
            fault = answer.fault(f"a{k}")
            if fault and (fault.heavy or not answer.data.get(f"a{k}")):
                self._refused(ask, fault)
                continue
            if fault:
                self.missing.setdefault(ask.scope, fault)
            yield ask, hear(self.run, ask, answer.data[f"a{k}"])

    def _new(self, ask: Ask, heard: Heard) -> Iterator[Activity]:
        self.todo.extendleft(reversed(heard.asks))
        if heard.missing:
            self.missing.setdefault(ask.scope, heard.missing)
        if heard.note:
            self.notes.append(heard.note)
        for row in heard.rows:
            if row.key in self.seen:
                continue
            if row.state != "idle":  # it may be told better by somebody else
                self.seen.add(row.key)
                self.counts[ask.scope] += 1
            yield row

    def _unanswered(self, batch: list[Ask], fault: Fault) -> None:
        """A whole query failed: ask for less, ask without a field, or do without."""
        if fault.unknown == "stateReason" and len(self.reasons) > 1:
            self.reasons = self.reasons[1:]
            self.todo.extendleft(reversed(batch))
        elif fault.heavy and self._shrink(len(batch)):
            self.todo.extendleft(reversed(batch))
        elif not self.answered:
            where = f"[collectors.{self.run.source.name}] {self.run.source.url}"
            kind = SourceError if fault.wait is None else LimitError
            raise kind(f"{where}: {fault.what}", fault.hint) from None
        else:
            alone = fault.heavy or batch[0].what == "board"
            rest = [] if alone else [*(ask for query in self.out for ask in query.asks), *self.todo]
            for ask in [*batch, *rest]:
                self.missing.setdefault(ask.scope, fault)
            if not alone:
                self.todo.clear()
                self.out.clear()

    def _shrink(self, asked: int) -> bool:
        """Halve the page, then the query; False where both are at their smallest."""
        if self.page // 2 >= SMALLEST_PAGE:
            self.page //= 2
        elif asked > 1:
            self.width = max(1, min(self.width, asked) // 2)
        else:
            return False
        return True

    def _refused(self, ask: Ask, fault: Fault) -> None:
        """One ask of a query failed; of what cannot be read at all nothing else is asked."""
        if fault.heavy and ask.tries < TRIES:
            self._shrink(1)
            self.todo.append(replace(ask, tries=ask.tries + 1))
            return
        self.missing.setdefault(ask.scope, fault)
        if ask.what in {"repository", "owner"}:
            self.todo = deque(a for a in self.todo if a.scope != ask.scope)

    def _outcomes(self) -> Iterator[Outcome]:
        """One outcome for all scopes that lack something for the same reason, and one for each note."""
        groups: dict[tuple[Status, str], list[str]] = {}
        for scope, fault in self.missing.items():
            status: Status = "truncated" if self.counts[scope] else "failed"
            what = f"{fault.what} ({fault.hint})" if fault.hint else fault.what
            groups.setdefault((status, what), []).append(scope)
        name = self.run.source.name
        for (status, what), scopes in groups.items():
            count = sum(self.counts[s] for s in scopes)
            yield Outcome(source=name, status=status, count=count, detail=f"{_names(scopes)}: {what}")
        for note in dict.fromkeys(self.notes):
            yield Outcome(source=name, status="complete", detail=note)


def _names(scopes: list[str]) -> str:
    """`acme/a, acme/b`; of many the first few and how many others there are."""
    more = len(scopes) - NAMED
    return ", ".join(scopes[:NAMED]) + (f" and {more} others" if more > 0 else "")
