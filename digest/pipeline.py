"""The line, from top to bottom: collect → store → normalize → draft."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from digest import archive, draft
from digest.errors import DigestError, DraftError, SourceError
from digest.history import earlier_periods, known_figures
from digest.model import WORST_FIRST, Activity, Digest, Outcome, Sample, Status, whole_ref
from digest.normalize import normalize, taste
from digest.normalize.late import late
from digest.polish import asker, polish, remembered

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from digest.archive import Edition
    from digest.collectors import Collector
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store

log = logging.getLogger(__name__)

OVERLAP = timedelta(hours=1)
"""Asked for again at each sync: what a source had not indexed yet when it was last asked."""

SETTLED = timedelta(days=1)
"""A period that was read completely this long after its end is not asked for again."""

REMEMBERED = 12
"""How many published digests teach what the house likes to tell; taste changes."""

THREADS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to ask a source for.

    Attributes:
        known: how it did before, where that settles it and nothing is asked.
        changed_since: what changed since then is asked for; None asks for everything.
    """

    known: Outcome | None = None
    changed_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """What a run of `draft` made.

    Attributes:
        digest: what the sources say.
        file: where it is written. before: what it holds; empty where there is none. seen: the hash of that.
        text: the draft with a person's edits in it. changes: what joining the two did.
    """

    digest: Digest
    file: Path
    text: str
    before: str = ""
    seen: str | None = None
    changes: tuple[draft.Change, ...] = ()


def collect(
    project: Project,
    store: Store,
    period: Period,
    *,
    now: datetime,
    refresh: bool = False,
    done: Callable[[Outcome], None] = lambda _: None,
) -> tuple[Outcome, ...]:
    """Ask every source for the period, side by side, and store what each gave in one transaction.

    `now` is the instant of asking; `refresh` asks for everything again, also for what the store has; `done` is told the
    outcome of each source. The period of the last published digest is never settled: the next one tells what is late.

    Raises:
        ConfigError: a table of a source does not fit.
        SourceError: not one source could be read.
    """
    sources = project.sources()
    settled = all(e.digest.period != period for e in archive.editions(project.published)[-1:])
    plans = [_plan(store, source, period, refresh=refresh, settled=settled) for source in sources]
    outcomes = []
    with ThreadPoolExecutor(THREADS) as pool:
        given = [pool.submit(_ask, s, period, plan) for s, plan in zip(sources, plans, strict=True)]
        for source, plan, future in zip(sources, plans, given, strict=True):
            items, outcome = future.result()
            if plan.known is None:
                whole = plan.changed_since is None
                store.save(source.name, period=period, items=items, outcome=outcome, at=now, whole=whole)
                if outcome.status != "failed" and getattr(source, "looks_back", False):
                    _look_back(project, store, source, period, now)
            outcome = replace(outcome, count=_count(store, source.name, period))
            outcomes.append(outcome)
            done(outcome)
    if outcomes and all(o.status == "failed" for o in outcomes):
        raise SourceError("\n".join(f"{o.source}: {o.detail}" for o in outcomes))
    return tuple(outcomes)


def _look_back(project: Project, store: Store, source: Collector, period: Period, now: datetime) -> None:
    """Ask for the earlier periods that a trend or a baseline needs, each once; what is not known stays a gap."""
    for earlier in earlier_periods(project, period):
        if getattr(source, "local", False) or not store.last_sync(source.name, earlier):
            items, outcome = _ask(source, earlier, Plan())
            store.save(source.name, period=earlier, items=items, outcome=outcome, at=now)
            if outcome.status == "failed":
                return


def _count(store: Store, source: str, period: Period) -> int:
    """How much is known from a source of a period."""
    return len(store.activities(period, [source])) + len(store.samples(period, [source]))


def _plan(store: Store, source: Collector, period: Period, *, refresh: bool, settled: bool) -> Plan:
    """A clone on this machine is read anew, it costs nothing; a far source is asked for what is not known yet."""
    if refresh or getattr(source, "local", False):
        return Plan()
    sync = store.last_sync(source.name, period)
    if sync is None or not sync.complete or sync.read_at is None:
        return Plan()
    if settled and sync.read_at >= period.until + SETTLED:
        return Plan(known=sync.outcome)
    return Plan(changed_since=sync.read_at - OVERLAP)


def _ask(source: Collector, period: Period, plan: Plan) -> tuple[list[Activity | Sample], Outcome]:
    """Everything that a source gives, and how it did; whatever goes wrong inside stays inside."""
    items: list[Activity | Sample] = []
    shortfalls: list[Outcome] = []
    if plan.known:
        return items, plan.known
    try:
        for given in source.collect(period, plan.changed_since):
            (shortfalls if isinstance(given, Outcome) else items).append(given)  # type: ignore[arg-type]
    except DigestError as error:
        detail = str(error).removeprefix(f"[collectors.{source.name}] ").removeprefix(f"{source.name}: ")
        return [], Outcome(source=source.name, status="failed", detail=detail)
    except Exception as error:  # the one fence: a bug in one source must not take the others down
        log.debug("%s failed", source.name, exc_info=True)
        return [], Outcome(
            source=source.name, status="failed", detail=f"a bug in the collector: {type(error).__name__}"
        )
    return items, _joined(source.name, len(items), shortfalls)


def _joined(source: str, count: int, outcomes: Sequence[Outcome]) -> Outcome:
    """Several shortfalls as one outcome: the worst status, every reason; a failed part makes the whole truncated."""
    status: Status = next((s for s in WORST_FIRST if any(o.status == s for o in outcomes)), "complete")
    detail = "; ".join(dict.fromkeys(o.detail for o in outcomes if o.detail))
    return Outcome(source=source, status="truncated" if status == "failed" else status, count=count, detail=detail)


def known(project: Project, store: Store, period: Period) -> tuple[Outcome, ...]:
    """How the sources did when they were last asked, without asking them."""
    outcomes = []
    for source in project.sources():
        sync = store.last_sync(source.name, period)
        count = _count(store, source.name, period)
        never = Outcome(source=source.name, status="skipped", detail="never asked for this period")
        outcomes.append(replace(sync.outcome if sync else never, count=count))
    return tuple(outcomes)


def digest_of(project: Project, store: Store, period: Period, outcomes: Sequence[Outcome]) -> Digest:
    """What the store says about a period, in words."""
    names = [source.name for source in project.sources()]
    last = archive.before(project.published, period)
    return normalize(
        title=project.title,
        period=period,
        activities=[*came_late(store, last, names), *store.activities(period, names)],
        upcoming=store.upcoming(names),
        outcomes=outcomes,
        config=project.config,
        promises=last.digest.section("next").entries if last else (),
        promised_in=last.digest.period.label if last else "",
        dropped=archive.dropped(project.published, period),
        taste=taste_of(project, store, period, names),
        known=known_figures(project, store, period, names),
    )


def came_late(store: Store, last: Edition | None, names: Sequence[str]) -> list[Activity]:
    """What was done in the period of the last digest and was not known when it went out.

    A source that was not asked then has no say: all of its past would come in late.
    """
    if last is None:
        return []
    asked = {outcome.source for outcome in last.digest.outcomes}
    return late(store.activities(last.digest.period, [n for n in names if n in asked]), last.known)


def look_back(project: Project, store: Store, period: Period, *, now: datetime) -> None:
    """Ask again for the period of the last digest before `period`, for what came in late."""
    last = archive.before(project.published, period)
    if last:
        with suppress(SourceError):  # a source that cannot be read says so when it is asked for the period itself
            collect(project, store, last.digest.period, now=now)


def taste_of(project: Project, store: Store, period: Period, names: Sequence[str]) -> dict[str, float]:
    """What the last digests that went out before the period teach about what this house tells."""
    went_out = {e.digest.period.slug: e for e in archive.editions(project.published)}
    past = [e.digest for e in went_out.values() if e.digest.period.end <= period.first]
    kept: list[taste.Choice] = []
    dropped: list[taste.Choice] = []
    for digest in past[-REMEMBERED:]:
        told = [ref for entry in digest.section("progress").entries for ref in entry.refs]
        chosen, passed = taste.choices(store.activities(digest.period, names), told, project.config.rules)
        kept += chosen
        dropped += passed
    return taste.learn(kept, dropped)


def polished(project: Project, store: Store, digest: Digest) -> Digest:
    """The digest in the words of the program that the user chose; as it is where there is none.

    Lines that a person has worded in the draft are not given to it. What it said before it is not asked again.
    """
    table = project.config.polish
    if not table.command:
        return digest
    file = project.draft_file(digest.period)
    lines = draft.read(draft.load(file)[0]).lines if file.exists() else ()
    skip = {ref for line in lines if line.touched for ref in line.entry.refs}
    known = {activity.ref: activity for activity in facts(project, store, digest.period)}
    with remembered(project.store_file.with_suffix(".polish.json")) as memory:
        return polish(digest, table, asker(table, project.root), known=known, skip=skip, memory=memory)


def join(project: Project, digest: Digest) -> Drafted:
    """The draft of a digest, with the edits of the draft that is there."""
    file = project.draft_file(digest.period)
    if not file.exists():
        return Drafted(digest=digest, file=file, text=draft.write(digest))
    before, seen = draft.load(file)
    try:
        merged = draft.merge(before, digest)
    except DraftError as error:
        raise DraftError(f"{file}: {error.message}", error.hint) from None
    return Drafted(digest=digest, file=file, text=merged.text, before=before, seen=seen, changes=merged.changes)


def save(drafted: Drafted) -> bool:
    """Write the draft; False where nothing changed.

    Raises:
        DraftError: somebody wrote the file in the meantime, or it cannot be written.
    """
    if drafted.text == drafted.before:
        return False
    draft.save(drafted.file, drafted.text, drafted.seen)
    return True


def evidence(project: Project, store: Store, digest: Digest) -> list[Activity]:
    """The activities behind the lines of a digest."""
    entries = [e for s in digest.sections for e in s.entries] + ([digest.maintenance] if digest.maintenance else [])
    refs = {whole_ref(ref) for entry in entries for ref in entry.refs}
    return [activity for activity in facts(project, store, digest.period) if activity.ref in refs]


def facts(project: Project, store: Store, period: Period) -> list[Activity]:
    """All that the store knows for the digest of a period: what came in late, what was done and what lies ahead."""
    names = [source.name for source in project.sources()]
    last = archive.before(project.published, period)
    return [*came_late(store, last, names), *store.activities(period, names), *store.upcoming(names)]
