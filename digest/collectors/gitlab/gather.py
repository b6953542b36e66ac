"""One run: questions are asked until every list of each project and group is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from digest.collectors.fault import Fault, names
from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import PAGE, Ask, Run, asks, counting, still_open
from digest.collectors.gitlab.facts import Reading
from digest.collectors.gitlab.homes import moved
from digest.collectors.gitlab.memory import Known, Memory
from digest.collectors.gitlab.outcomes import nothing, shortfalls
from digest.collectors.gitlab.question import FIELDS, MOST, cost, pack, question, without
from digest.collectors.gitlab.rows import Rows
from digest.collectors.gitlab.wire import Wire, connect
from digest.model import Outcome, Unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.gitlab import GitLab
    from digest.collectors.gitlab.asks import What
    from digest.collectors.gitlab.question import Question
    from digest.collectors.gitlab.wire import Row, Told
    from digest.model import Activity, Item, Memo
    from digest.period import Period

TOGETHER = 12
"""So many projects are asked for in one question."""

PLACES = 50
"""So many GitLab lets be named in one question."""

SPARED = {"tasks", "merged", "closed"}
"""Nothing is missing without what issues are part of; without a count a long list is read whole."""

SMALLEST_PAGE = 25
COUNTINGS: dict[str, What] = {"requests": "merged", "issues": "closed"}
"""How many rows of a list were done in the period is asked for under another name."""


def gather(
    source: GitLab,
    period: Period,
    changed: datetime | None,
    *,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Item | Outcome]:
    """What `GitLab.collect` yields.

    Raises:
        SourceError: not one question was answered.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    run = Run(source=source, period=period, changed=changed, now=datetime.fromtimestamp(clock(), UTC))
    rows = Rows(run=run, reading=Reading(source=source, zone=period.zone))
    memory = Memory(memos=source.memos, period=period)
    try:
        yield from Gathering(run=run, wire=wire, rows=rows, memory=memory).all()
    finally:
        wire.close()


class Gathering(msgspec.Struct, kw_only=True):
    """What is still to be asked, and what was not answered.

    Attributes:
        answered: whether any project or group was found. most: how complex a question may be.
        pending: what is still to be asked, in its order. names: of a path in lower case, how the source calls it.
        memory: what earlier runs remembered. server: how many were done in the period, as GitLab counts them.
        counts: how many rows came from each scope. missing: why a scope is not whole. notes: what else to say.
    """

    run: Run
    wire: Wire
    rows: Rows
    memory: Memory
    server: dict[tuple[str, str], int] = msgspec.field(default_factory=dict)
    answered: bool = False
    most: int = MOST
    pending: list[Ask] = msgspec.field(default_factory=list)
    names: dict[str, str] = msgspec.field(default_factory=dict)
    counts: Counter[str] = msgspec.field(default_factory=Counter)
    missing: dict[str, Fault] = msgspec.field(default_factory=dict)
    notes: list[str] = msgspec.field(default_factory=list)

    def all(self) -> Iterator[Item | Outcome]:
        """Every activity once; then what is missing.

        Raises:
            SourceError: not one question was answered.
        """
        self.names = {scope.lower(): scope for scope in reversed(self.run.source.projects)}
        scopes = [self.names[lower] for lower in dict.fromkeys(s.lower() for s in self.run.source.projects)]
        projects = [scope for scope in scopes if not scope.startswith(GROUP)]
        batches = [tuple(projects[k : k + TOGETHER]) for k in range(0, len(projects), TOGETHER)]
        batches += [(scope,) for scope in scopes if scope.startswith(GROUP)]
        self.pending = [ask for batch in batches for ask in (*asks(self.run, batch), *self._countings(batch))]
        yield from self._questions()
        if not self.answered:
            raise nothing(self.run.source, self.missing)
        self.pending = self._doubted()
        yield from self._questions()
        places = self.rows.unknown_places()
        self.pending = [Ask(what="place", scopes=tuple(places[k : k + PLACES])) for k in range(0, len(places), PLACES)]
        yield from self._questions()
        yield from self._counted(self.rows.held())
        yield from self._outcomes()

    def _countings(self, scopes: tuple[str, ...]) -> list[Ask]:
        """How many there are is asked for where it is known how many there were."""
        if not self.run.changed:
            return []
        return [counting(self.run, scopes, by) for what, by in COUNTINGS.items() if self.memory.any(what, scopes)]

    def _doubted(self) -> list[Ask]:
        """The rest of each list that was not read to its end, unless it is known that nothing of it was deleted."""
        rest = []
        for (what, scope), listed in self.rows.lists.items():
            if listed.cut and not self._stands(what, scope):
                rest.append(listed.cut)
        for ask in rest:
            self.rows.listed(ask, ask.scopes[0]).cut = None
        return rest

    def _stands(self, what: str, scope: str) -> bool:
        """Whether as much was done in the period as is known of; what issues are part of is read as far as they are."""
        what = "issues" if what == "tasks" else what
        listed, known = self.rows.lists.get((what, scope)), self.memory.of(what, scope)
        if listed is None or listed.cut is None:
            return False
        return bool(known and len(known.after(listed).counted) == self.server.get((COUNTINGS[what], scope)))

    def _questions(self) -> Iterator[Activity]:
        """Ask what is pending, until nothing is left or the server fails."""
        while self.pending:
            taken, self.pending = pack(self.pending, self.most)
            asked = question(taken)
            try:
                told = self.wire.told(asked.text)
                for scope, found in self._answer(asked, told):
                    yield from self._counted((scope, activity) for activity in found)
            except Fault as fault:
                if self._smaller(taken, fault):
                    continue
                self._lose(taken if fault.here else [*taken, *self.pending], fault)
                self.pending = self.pending if fault.here else []

    def _smaller(self, taken: list[Ask], fault: Fault) -> bool:
        """Whether the same can be asked for otherwise: in smaller questions, or without what the server lacks."""
        if fault.unknown and any(ask.what == "tasks" for ask in taken):
            self.pending = [ask for ask in (*taken, *self.pending) if ask.what != "tasks"]
            return True
        if not fault.heavy:
            return False
        first, *others = taken
        if others:
            self.most = cost(taken) // 2
        elif len(first.scopes) > 1:
            half = len(first.scopes) // 2
            parts = (first.scopes[:half], first.scopes[half:])
            taken = [msgspec.structs.replace(first, scopes=part) for part in parts]
        elif first.what in FIELDS and first.size // 2 >= SMALLEST_PAGE:
            taken = [msgspec.structs.replace(first, size=first.size // 2)]
        else:
            return False
        self.pending = [*taken, *self.pending]
        return True

    def _lose(self, lost: list[Ask], fault: Fault) -> None:
        for ask in lost:
            for scope in ask.scopes if ask.what not in SPARED else ():
                self.missing.setdefault(self._name(scope), fault)

    def _answer(self, asked: Question, told: Told) -> Iterator[tuple[str, Iterator[Activity]]]:
        """What each list of the answer holds, with the project or group that it is of."""
        for root, inside in asked.roots.items():
            first = inside[0][0]
            nodes = [told.data.get(root)] if first.group else (told.data.get(root) or {}).get("nodes") or []
            found = {str(node["fullPath"]).lower(): node for node in nodes if node}
            for scope in first.scopes:
                node = found.get(scope.removeprefix(GROUP).lower())
                if node is None:
                    self._absent(scope, first.what)
                    continue
                for ask, member in inside:
                    if ask.what in {"home", "place"}:
                        self._itself(ask, scope, node)
                    else:
                        page = node.get(member)
                        yield scope, self._list(ask, scope, told.lost.get(member) if page is None else page)

    def _itself(self, ask: Ask, scope: str, node: Row) -> None:
        self.answered = True
        notes, fault = self.rows.itself(scope, node)
        if ask.what == "home":
            self.notes += notes
            if fault:
                self.missing.setdefault(self._name(scope), fault)

    def _absent(self, scope: str, what: str) -> None:
        """A project or group that is not in the answer: looked for under another name, or missing."""
        if what == "place":
            return
        if what != "home":
            self.missing.setdefault(self._name(scope), Fault("it is no longer there", "run it again", here=True))
            return
        self.pending = without(self.pending, scope)
        try:
            there, notes = moved(self.wire, scope)
        except Fault as fault:
            if not fault.here:
                fault.heavy = False  # no smaller question would help
                raise
            self.missing.setdefault(self._name(scope), fault)
            return
        self.notes += notes
        if there.lower() not in self.names:
            self.names[there.lower()] = self._name(scope)
            self.pending += asks(self.run, (there,))

    def _list(self, ask: Ask, scope: str, page: Row | Fault | None) -> Iterator[Activity]:
        """The activities of a page; what comes behind it is asked for next."""
        try:
            if isinstance(page, Fault):
                raise page
            if ask.what in COUNTINGS.values():
                self.server[ask.what, scope.lower()] = int((page or {}).get("count") or 0)
                return
            listed = self.rows.listed(ask, scope)
            for row in listed.new(page):
                yield from self.rows.activities(ask, scope, row)
            following = listed.following(ask, page or {}, scope) if ask.turns else None
        except Fault as fault:
            if ask.what not in SPARED:
                self.missing.setdefault(self._name(scope), fault)
            return
        if listed.cut and ask.what == "requests" and self.run.source.upcoming:
            following = still_open(self.run, scope)
        self.pending += [following] if following else []

    def _name(self, scope: str) -> str:
        """How the source calls a project or group that may have another name now."""
        return self.names.get(scope.lower(), scope)

    def _counted(self, found: Iterator[tuple[str, Activity]]) -> Iterator[Activity]:
        for scope, activity in found:
            self.counts[self._name(scope)] += activity.kind != "milestone"
            yield activity

    def _outcomes(self) -> Iterator[Outcome | Memo | Unchanged]:
        """An outcome for each thing that is missing and for each note; where nothing is, what is to be remembered."""
        name = self.run.source.name
        for scope, fault in self.rows.hidden():
            self.missing.setdefault(self._name(scope), fault)
        if self.rows.undated:
            detail = f"GitLab does not tell when these were merged: {names(self.rows.undated)}"
            yield Outcome(source=name, status="truncated", detail=detail)
        yield from shortfalls(name, self.missing, self.counts)
        for note in dict.fromkeys(self.notes):
            yield Outcome(source=name, status="complete", detail=note)
        if not self.missing and not self.rows.undated:
            yield from self._remembered()

    def _remembered(self) -> Iterator[Memo | Unchanged]:
        """What long lists hold, for the next run; and in a rerun what of the period stands without having been read."""
        standing = frozenset[str]()
        for (what, scope), listed in self.rows.lists.items():
            if what not in COUNTINGS:
                continue
            known = (self.memory.of(what, scope) or Known()) if listed.cut else Known()
            known = known.after(listed)
            standing |= known.counted | known.others if listed.cut else frozenset()
            if listed.cut or len(listed.names) > PAGE:
                yield self.memory.memo(what, scope, known)
        if self.run.changed:
            yield Unchanged(keys=standing)
