"""One run: a list of asks that is worked off in few queries, to which each answer may add pages and slices."""

from __future__ import annotations

from collections import Counter, deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.collectors.fault import Fault, names, reasons
from digest.collectors.github.answers import Heard, first_asks, hear, of_board
from digest.collectors.github.asks import COUNTS, REASONS, Ask, compose
from digest.collectors.github.line import Question, Sent
from digest.collectors.github.run import Run
from digest.collectors.github.tally import Kind, kind_of, memos, taken_off
from digest.collectors.github.wire import Wire, connect
from digest.errors import LimitError, SourceError
from digest.model import Activity, Item, Outcome, Status, Unchanged

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
PROBES = {"repository", "owner", "board"}
"""What tells whether there is anything to read at all."""


def gather(
    source: GitHub,
    period: Period,
    changed: datetime | None,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Item | Outcome]:
    """What `GitHub.collect` yields.

    Raises:
        SourceError: nothing could be read.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    run = Run(source=source, period=period, changed=changed, now=datetime.fromtimestamp(int(clock()), UTC))
    try:
        yield from Gathering(run=run, wire=wire).rows()
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
        read: the scopes that GitHub told anything of. counts: how many rows came from each scope.
        tallies: how many results each search has. told: what GitHub counts of that itself.
        cards: what was done by each board. gone: whether the store has more.
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
    read: set[str] = msgspec.field(default_factory=set)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    tallies: Counter[Kind] = msgspec.field(default_factory=Counter)
    told: dict[Kind, int] = msgspec.field(default_factory=dict)
    cards: dict[str, set[str]] = msgspec.field(default_factory=dict)
    gone: bool = False
    missing: dict[str, Fault] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)

    def rows(self) -> Iterator[Item | Outcome]:
        """Every activity once; what the next run is to be told; then what is missing.

        Raises:
            SourceError: nothing could be read.
        """
        self._begin()
        yield from self._answers()
        if self.run.changed and taken_off(self.run, self._whole_boards()):
            self.gone = True
            self._begin()
            yield from self._answers()
        if not self.read and not any(scope.startswith("org:") for scope in self.counts):  # its search tells by itself
            raise self._nothing()
        whole = {kind: n for kind, n in self.tallies.items() if kind[1] not in self.missing}
        yield from memos(self.run, whole, self._whole_boards())
        if self.gone:
            yield Unchanged()
        yield from self._outcomes()

    def _whole_boards(self) -> dict[str, set[str]]:
        return {board: keys for board, keys in self.cards.items() if board not in self.missing}

    def _answers(self) -> Iterator[Activity]:
        """Ask until nothing is left to ask, and begin anew once something is gone."""
        while query := self._next():
            if query.sent and self.wire.lanes == 1 and query.sent.error():
                # It failed beside another that was waited for since: it is asked anew, and smaller where that helps.
                self.todo.extendleft(reversed(query.asks))
                continue
            for ask, heard in self._ask(query):
                yield from self._new(ask, heard)
                self.gone |= heard.gone and ask.scope not in self.missing
            if self.gone and self.run.changed:
                self._begin()

    def _begin(self) -> None:
        """Ask for everything that changed; for everything once something is gone."""
        if self.gone:
            self.run = replace(self.run, changed=None, told=frozenset(self.told))
        self.width = WIDTH * 2 if self.run.changed else WIDTH
        self.out.clear()
        self.tallies = Counter(self.told)
        self.cards.clear()
        self.missing.clear()
        source = self.run.source
        asks = [ask for scope in source.repos for ask in first_asks(self.run, scope)]
        self.todo = deque([*asks, *(of_board(self.run, board) for board in source.boards)])

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
        while self.todo and weight + self.todo[0].weight <= self.width and len(batch) < 3 * self.width:
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
        if ask.what in PROBES and (heard.rows or heard.asks or not heard.missing):
            self.read.add(ask.scope)
        if ask.what == "board":
            self.cards.setdefault(ask.scope, set()).update(row.key for row in heard.rows if row.done)
        if kind := kind_of(ask):
            self.tallies[kind] += heard.counted
            if ask.what in COUNTS:
                self.told[kind] = heard.counted
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
        if ask.what in PROBES:
            self.todo = deque(a for a in self.todo if a.scope != ask.scope)

    def _nothing(self) -> SourceError:
        """Not one repository or board could be read: why."""
        said, hint = reasons(self.missing)
        return SourceError(f"[collectors.{self.run.source.name}] {self.run.source.url}: {said}", hint)

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
            yield Outcome(source=name, status=status, count=count, detail=f"{names(scopes)}: {what}")
        for note in dict.fromkeys(self.notes):
            yield Outcome(source=name, status="complete", detail=note)
