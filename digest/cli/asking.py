"""`why` and `check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, parse_period, period_option, project_options, short
from digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path


@click.command()
@click.argument("ref")
@project_options
@period_option
def why(ref: str, repo: Path | None, config: Path | None, period: str) -> None:
    """Show the facts behind a line: why it is told or left out, and the points of its rank.

    REF is a ref of the draft, a ticket key, #123 or the begin of a commit id.
    """
    from digest import explain, pipeline
    from digest.markdown import clean

    project = open_project(repo, config)
    which = parse_period(project, period)
    with project.open_store() as store:
        outcomes = pipeline.known(project, store, which)
        if not any(o.count for o in outcomes):
            outcomes = pipeline.collect(project, store, which, now=now())
        digest = pipeline.digest_of(project, store, which, outcomes)
        lines = [*explain.why(digest, pipeline.facts(project, store, which), ref)]
    if not lines:
        raise DigestError(
            f"nothing in {which.label} is called {ref!r}", "the refs stand at the ends of the draft's lines"
        )
    for line in lines:
        click.echo(clean(line))


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
    for delivery in project.deliveries():
        fine &= _try(delivery.name, lambda delivery=delivery: [delivery.check()])  # type: ignore[misc]
    if not fine:
        click.get_current_context().exit(1)


def _store_line(store: object) -> str:
    with store:  # type: ignore[attr-defined]
        return f"{getattr(store, 'path', '')} can be read and written"


def _try(name: str, lines: Callable[[], Iterable[str]]) -> bool:
    from digest.markdown import clean

    try:
        for line in lines():
            click.echo(clean(f"ok    {name}: {line}"))
    except DigestError as error:
        click.echo(clean(f"wrong {name}: {error}"))
        return False
    return True
