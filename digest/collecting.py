"""Collecting: every source is asked, side by side, and what it gave is stored with how it did."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from digest import archive, reading
from digest.abreast import Job, abreast
from digest.collectors import Collector
from digest.config import Secret
from digest.errors import LimitError, SourceError
from digest.model import Outcome
from digest.reading import Answer, Verdict
from digest.secret import hide
from digest.store.spool import MisfitError, Spool

if TYPE_CHECKING:
    from digest.apart import Child
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store

OVERLAP = timedelta(hours=1)
"""Asked for again at each sync: what a source had not indexed yet when it was last asked."""

SETTLED = timedelta(days=1)
"""A period that was read completely this long after its end is not asked for again."""

THREADS = 4

GRACE = 8
"""Seconds beyond its own deadline in which a source may say what it has; then it is left behind."""

UNASKED = {"name", "root", "memos", "deadline", "timeout"}
"""Fields of a source that do not change what it is asked for."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What to ask a source for.

    Attributes:
        known: how it did before, where that settles it and nothing is asked.
        changed_since: what changed since then is asked for; None asks for everything.
    """

    known: Outcome | None = None
    changed_since: datetime | None = None


class Watch(msgspec.Struct, frozen=True, kw_only=True):
    """Who is told how a run goes on, by default nobody.

    Attributes:
        asked: told the sources once all of them are asked; what it does is done while they answer.
        found: told the name of a source and how many items it gave until now, from several threads.
    """

    asked: Callable[[Sequence[Collector]], object] = lambda _: None
    found: Callable[[str, int], object] = lambda _name, _count: None


NOBODY = Watch()


def collect(
    project: Project,
    store: Store,
    period: Period,
    *,
    now: datetime,
    refresh: bool = False,
    watch: Watch = NOBODY,
) -> tuple[Outcome, ...]:
    """Ask every source for the period, side by side, and store what each gave in one transaction.

    `now` is the instant of asking; `refresh` asks for everything again, also for what the store has. The period of the
    last published digest is never settled: the next one tells what is late.

    Raises:
        ConfigError: a table of a source does not fit.
        SourceError: not one source could be read; a `LimitError` where all of them only ask to be asked later.
    """
    sources = project.sources()
    with ExitStack() as stack:
        children = {name: stack.enter_context(child) for name, child in reading.beside(sources, period).items()}
        for source in sources:
            store.keep_scope(source.name, scope_of(source))
        if not refresh:
            sources = [_reminded(store, source, now) for source in sources]
        settled = all(e.digest.period != period for e in archive.editions(project.published)[-1:])
        plans = [_plan(store, source, period, now=None if refresh else now, settled=settled) for source in sources]
        outcomes: dict[str, Outcome] = {}
        limited = 0
        jobs = [_job(s, period, p, watch, children.get(s.name)) for s, p in zip(sources, plans, strict=True)]
        answers = abreast(jobs, at_once=THREADS)
        watch.asked(sources)
        for place, given in answers:
            source, plan = sources[place], plans[place]
            items, verdict = given or _left_behind(source)
            outcome = verdict.outcome
            limited += verdict.later
            with items:
                if plan.known is None:
                    save = partial(store.save, source.name, period=period, at=now, whole=plan.changed_since is None)
                    outcome = _saved(save, items, outcome)
            if plan.known is None and outcome.status != "failed" and getattr(source, "looks_back", False):
                _look_back(project, store, source, period, now)
            outcomes[source.name] = replace(outcome, count=store.count(period, source.name))
    in_order = tuple(outcomes[source.name] for source in sources)
    if in_order and all(o.status == "failed" for o in in_order):
        kind = LimitError if limited == len(in_order) else SourceError
        raise kind("\n".join(f"{o.source}: {o.detail}" for o in in_order))
    return in_order


def _saved(save: Callable[..., None], items: Spool, outcome: Outcome) -> Outcome:
    """Save what a source gave; the failure, and nothing, where one of the items is none."""
    try:
        save(items=items, outcome=outcome)
    except MisfitError as error:
        outcome = Outcome(source=outcome.source, status="failed", detail=hide(str(error)))
        save(items=(), outcome=outcome)
    return outcome


def _look_back(project: Project, store: Store, source: Collector, period: Period, now: datetime) -> None:
    """Ask for the earlier periods that a trend or a baseline needs, each once; what is not known stays a gap."""
    from digest.history import earlier_periods

    for earlier in earlier_periods(project, period):
        if getattr(source, "local", False) or not store.last_sync(source.name, earlier):
            [(_, given)] = abreast([_job(source, earlier, Plan(), NOBODY)], at_once=1)
            items, verdict = given or _left_behind(source)
            with items:
                outcome = _saved(partial(store.save, source.name, period=earlier, at=now), items, verdict.outcome)
            if outcome.status == "failed":
                return


def _reminded(store: Store, source: Any, now: datetime) -> Any:
    """The source, with what it wanted to be told where it has a field for that."""
    fields = getattr(source, "__struct_fields__", ())
    return replace(source, memos=store.memos(source.name, now)) if "memos" in fields else source


def scope_of(source: object) -> str:
    """What a source is asked for, as a hash: its table without its name, its secrets and its patience."""
    fields = getattr(source, "__struct_fields__", ())
    asked = {f: getattr(source, f) for f in fields if f not in UNASKED}
    said = repr([(f, value) for f, value in sorted(asked.items()) if not isinstance(value, Secret)])
    return hashlib.sha256(said.encode()).hexdigest()


def _plan(store: Store, source: Collector, period: Period, *, now: datetime | None, settled: bool) -> Plan:
    """A clone on this machine is read anew, it costs nothing; a far source is asked for what is not known yet.

    What was read later than `now` was read by a clock that was wrong: all is asked for again, as it is without a `now`.
    """
    if now is None or getattr(source, "local", False):
        return Plan()
    sync = store.last_sync(source.name, period)
    if sync is None or not sync.complete or sync.read_at is None or sync.read_at > now:
        return Plan()
    if settled and sync.read_at >= period.until + SETTLED:
        return Plan(known=sync.outcome)
    return Plan(changed_since=sync.read_at - OVERLAP)


def _ask(source: Collector, period: Period, plan: Plan, watch: Watch) -> Answer:
    """What a source gives and how it did; nothing is asked where that is known."""
    if plan.known:
        return Spool(), Verdict(outcome=plan.known)
    return reading.here(source, period, plan.changed_since, watch.found)


def _job(source: Collector, period: Period, plan: Plan, watch: Watch, child: Child | None = None) -> Job[Answer]:
    """To ask a source, or to hear the process that does, with the time after which it is not waited for."""
    own = (
        None if getattr(source, "local", False) else getattr(source, "deadline", None)
    )  # that of git is for each clone
    ask = partial(reading.heard, source, child, watch.found) if child else partial(_ask, source, period, plan, watch)
    return Job(ask, own + GRACE if own else None)


def _left_behind(source: Collector) -> Answer:
    """What there is of a source that goes on beyond its deadline, such as a server that sends a byte now and then."""
    detail = f"not finished after {getattr(source, 'deadline', 0)} s, and not waited for any longer (raise deadline)"
    return Spool(), Verdict(outcome=Outcome(source=source.name, status="failed", detail=detail))


def known(project: Project, store: Store, period: Period) -> tuple[Outcome, ...]:
    """How the sources did when they were last asked, without asking them."""
    outcomes = []
    for source in project.sources():
        sync = store.last_sync(source.name, period)
        count = store.count(period, source.name)
        never = Outcome(source=source.name, status="failed", detail="never asked for this period (digest collect asks)")
        outcomes.append(replace(sync.outcome if sync else never, count=count))
    return tuple(outcomes)


def offline(project: Project, store: Store, period: Period, *, now: datetime) -> tuple[Outcome, ...]:
    """As `known`; but what another project has in its store on this machine is read anew."""
    before = known(project, store, period)
    pairs = zip(project.sources(), before, strict=True)
    return tuple(_reread(store, s, period, now) if getattr(s, "stored", False) else o for s, o in pairs)


def _reread(store: Store, source: Collector, period: Period, now: datetime) -> Outcome:
    store.keep_scope(source.name, scope_of(source))
    items, verdict = _ask(source, period, Plan(), NOBODY)
    with items:
        outcome = _saved(partial(store.save, source.name, period=period, at=now), items, verdict.outcome)
    return replace(outcome, count=store.count(period, source.name))
