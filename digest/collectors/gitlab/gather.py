"""One run: questions are asked until every list of each project and group is read."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from digest.collectors.fault import Fault
from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import Ask, Run, asks, still_open
from digest.collectors.gitlab.facts import Reading
from digest.collectors.gitlab.homes import NAMED, moved
from digest.collectors.gitlab.question import FIELDS, MOST, cost, pack, question
from digest.collectors.gitlab.rows import Rows
from digest.collectors.gitlab.wire import Wire, connect
from digest.errors import LimitError, SourceError
from digest.model import Outcome, Status, Unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.gitlab import GitLab
    from digest.collectors.gitlab.question import Question
    from digest.collectors.gitlab.wire import Row, Told
    from digest.model import Activity, Item
    from digest.period import Period

TOGETHER = 20
"""So many projects are asked for in one question."""

PLACES = 50
"""So many GitLab lets be named in one question."""

SMALLEST_PAGE = 25


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
    try:
        yield from Gathering(run=run, wire=wire, rows=rows).all()
    finally:
        wire.close()


class Gathering(msgspec.Struct, kw_only=True):
    """What is still to be asked, and what was not answered.

    Attributes:
        answered: whether any project or group was found. most: how complex a question may be.
        pending: what is still to be asked, in its order. names: of a path in lower case, how the source calls it.
        counts: how many rows came from each scope. missing: why a scope is not whole. notes: what else to say.
    """

    run: Run
    wire: Wire
    rows: Rows
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
        self.pending = [ask for batch in batches for ask in asks(self.run, batch)]
        yield from self._questions()
        if not self.answered:
            raise self._nothing()
        places = self.rows.unknown_places()
        self.pending = [Ask(what="place", scopes=tuple(places[k : k + PLACES])) for k in range(0, len(places), PLACES)]
        yield from self._questions()
        yield from self._counted(self.rows.held())
        yield from self._outcomes()

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
                if not self._smaller(taken, fault):
                    self._lose([*taken, *self.pending], fault)
                    return

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
            for scope in ask.scopes:
                self.missing.setdefault(self._name(scope), fault)
        self.pending = []

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
        if what != "home":
            return
        try:
            there, notes = moved(self.wire, scope)
        except Fault as fault:
            if not fault.here:
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
            listed = self.rows.listed(ask, scope)
            for row in listed.new(page):
                yield from self.rows.activities(ask, scope, row)
            following = listed.following(ask, page or {}, scope) if ask.what != "projects" else None
        except Fault as fault:
            if ask.what != "tasks":
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

    def _nothing(self) -> SourceError:
        """Why not one question was answered: for what is true of the server it is that, whatever else went wrong."""
        reasons = list(self.missing.values())
        first = next((f for f in reasons if not f.here), reasons[0])
        where = f"[collectors.{self.run.source.name}] {self.run.source.site_url}"
        here = f"{_names(list(self.missing))}: " if first.here else ""
        kind = SourceError if first.wait is None else LimitError
        return kind(f"{where}: {here}{first.what}", first.hint)

    def _outcomes(self) -> Iterator[Outcome | Unchanged]:
        """One outcome for all scopes that lack something for the same reason, and one for each note."""
        name = self.run.source.name
        for scope, fault in self.rows.hidden():
            self.missing.setdefault(self._name(scope), fault)
        if self.rows.undated:
            detail = f"GitLab does not tell when these were merged: {_names(self.rows.undated)}"
            yield Outcome(source=name, status="truncated", detail=detail)
        groups: dict[tuple[Status, str], list[str]] = {}
        for scope, fault in self.missing.items():
            status: Status = "truncated" if self.counts[scope] else "failed"
            what = f"{fault.what} ({fault.hint})" if fault.hint else fault.what
            groups.setdefault((status, what), []).append(scope)
        for (status, what), scopes in groups.items():
            count = sum(self.counts[s] for s in scopes)
            yield Outcome(source=name, status=status, count=count, detail=f"{_names(scopes)}: {what}")
        for note in dict.fromkeys(self.notes):
            yield Outcome(source=name, status="complete", detail=note)
        if self.run.changed and self.rows.whole:
            yield Unchanged()


def _names(scopes: list[str]) -> str:
    """`acme/a, acme/b`; of many the first few and how many others there are."""
    more = len(scopes) - NAMED
    return ", ".join(scopes[:NAMED]) + (f" and {more} others" if more > 0 else "")
