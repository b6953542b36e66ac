"""`why` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.drafting import one_project
from digest.cli.group import now, open_project, parse_period, project_options, short
from digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from digest.period import Period
    from digest.project import Project
    from digest.store import Store


@click.command()
@click.argument("ref")
@project_options
@click.option("--period", "-p", metavar="P", help="Where to look; else in the last period, then in all drafts.")
def why(ref: str, repo: Path | None, config: Path | None, period: str | None) -> None:
    """Show the facts behind a line: why it is told or left out, and the points of its rank.

    REF is a ref of the draft, a ticket key, #123 or the begin of a commit id.
    """
    from digest.markdown import clean

    project = one_project(open_project(repo, config))
    first = parse_period(project, period or "last")
    further = [] if period else sorted((p for p in project.drafted() if p.slug != first.slug), reverse=True)
    with project.open_store() as store:
        lines: list[str] = next(filter(None, (_facts(project, store, p, ref) for p in (first, *further))), [])
    if not lines:
        where = f"{first.label} or in a draft" if further else first.label
        raise DigestError(
            f"nothing in {where} is called {ref!r}",
            "the refs stand at the ends of the draft's lines; --period looks elsewhere",
        )
    for line in lines:
        click.echo(clean(line))


def _facts(project: Project, store: Store, period: Period, ref: str) -> list[str]:
    """The answer from one period; none where nothing of it has that name."""
    from digest import collecting, explain, pipeline
    from digest.history import all_samples

    outcomes = collecting.known(project, store, period)
    if not any(o.count for o in outcomes):
        outcomes = collecting.collect(project, store, period, now=now())
    digest = pipeline.digest_of(project, store, period, outcomes)
    samples = all_samples(project, store, period, [source.name for source in project.sources()])
    return [*explain.why(digest, pipeline.facts(project, store, period), ref), *explain.measured(samples, ref)]


@click.command()
@project_options
def check(repo: Path | None, config: Path | None) -> None:
    """Try the configuration, every source and every delivery; one line each, with what to do."""
    project = open_project(repo, config)
    where = f"{short(project.file)}" if project.file else f"none, the clone {short(project.root)} alone"
    click.echo(f"ok    config: {where}; {project.title}, {project.cadence.zone}, folder {project.config.folder}")
    fine = _try("store", lambda: [_store_line(project.open_store())])
    for source in project.sources():
        fine &= _try(source.name, source.check)
    for delivery in (*project.deliveries(), *project.notices()):
        fine &= _try(delivery.name, lambda delivery=delivery: [delivery.check()])  # type: ignore[misc]
    if not fine:
        click.get_current_context().exit(1)


def _store_line(store: object) -> str:
    with store:  # type: ignore[attr-defined]
        return f"{getattr(store, 'path', '')} can be read and written"


def _try(name: str, lines: Callable[[], Iterable[str]]) -> bool:
    from digest.markdown import clean
    from digest.secret import hide

    try:
        for line in lines():
            click.echo(clean(f"ok    {name}: {line}"))
    except DigestError as error:
        click.echo(clean(hide(f"wrong {name}: {error}")))
        return False
    return True
