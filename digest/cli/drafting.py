"""`collect` and `draft`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from digest.cli.group import now, open_project, parse_period, period_option, project_options, short, tell
from digest.errors import ConfigError, DigestError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from digest.draft import Draft
    from digest.model import Outcome
    from digest.period import Period
    from digest.pipeline import Drafted
    from digest.project import Project
    from digest.store import Store

refresh_option = click.option("--refresh", is_flag=True, help="Ask the sources for everything again.")


@click.command()
@project_options
@period_option
@refresh_option
def collect(repo: Path | None, config: Path | None, period: str, refresh: bool) -> None:
    """Read the sources into the store, for drafts made later with --offline."""
    from digest import collecting
    from digest.cli import progress

    project = one_project(open_project(repo, config))
    which = parse_period(project, period)
    with project.locked(), project.open_store() as store, progress.shown() as watch:
        outcomes = collecting.collect(project, store, which, now=now(), refresh=refresh, watch=watch)
    for outcome in outcomes:
        tell_outcome(outcome)
    exit_by(outcomes)


@click.command()
@project_options
@period_option
@click.option("--print", "print_only", is_flag=True, help="Print the digest, write no file.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON (docs/json.md).")
@click.option("--diff", is_flag=True, help="Show what drafting again would change, write no file.")
@click.option("--if-due", is_flag=True, help="For cron: do nothing, silently, unless an ended period has no draft.")
@click.option("--catch-up", is_flag=True, help="Draft every period that was missed since the first draft.")
@click.option("--all", "all_projects", is_flag=True, help="Draft every project of the configuration.")
@click.option("--offline", is_flag=True, help="Ask no source, use what the store has, or that of another project.")
@refresh_option
def draft(repo: Path | None, config: Path | None, period: str, **flags: bool) -> None:
    """Draft the digest of a period: print it and write the file that you edit.

    Drafting again keeps every edit that a person made in the file.
    """
    project = open_project(repo, config)
    if not flags.pop("all_projects"):
        exit_by(_draft(one_project(project), period, flags))
        _beat(project, flags)
        return
    outcomes: list[Outcome] = []
    failed = False
    for part in project.parts or [project]:
        if not flags["if_due"]:  # cron hears of what was drafted, not of what was not due
            tell(f"--- {part.title}")
        try:
            outcomes += _draft(part, period, flags)
        except DigestError as error:  # one project must not keep the others from being drafted
            tell(f"digest: {error}")
            failed = True
    exit_by(outcomes, failed=failed)
    _beat(project, flags)


def _beat(project: Project, flags: dict[str, bool]) -> None:
    """Only of runs that nobody watches."""
    if flags["if_due"]:
        from digest.notice import beat

        beat(project, tell)


def one_project(project: Project) -> Project:
    """The project itself; a roll-up is refused.

    Raises:
        ConfigError: the configuration has several projects and none is named.
    """
    if project.config.projects:
        raise ConfigError(
            f"{project.title} is made of several projects: {', '.join(project.config.projects)}",
            "name one with --project; digest draft --all drafts each, digest rollup joins what they published",
        )
    return project


def _draft(project: Project, period: str, flags: dict[str, bool]) -> list[Outcome]:
    """Draft what is asked for of one project."""
    if flags["if_due"] or flags["catch_up"]:
        periods, missed = _due(project, flags)
        if not periods and flags["if_due"]:
            _announce(project, [project.cadence.last(now())], fresh=False)
            return []
        if not periods:
            tell("no period was missed")
        if missed:
            names = ", ".join(p.label for p in missed)
            tell(f"missed: {names} (digest draft --catch-up drafts them)")
    else:
        periods = [parse_period(project, period)]
    outcomes: list[Outcome] = []
    with project.locked(), project.open_store() as store:
        if flags["if_due"]:  # another run may have been quicker
            periods, _ = _due(project, flags)
        for one in periods:
            outcomes += _draft_one(project, store, one, flags)
    if flags["if_due"]:
        _announce(project, periods, fresh=True)
    return outcomes


def _announce(project: Project, periods: list[Period], *, fresh: bool) -> None:
    """Let the owner know of drafts that were made while nobody watched."""
    if project.config.notify:
        from digest.notice import announce

        for period in periods:
            announce(project, period, tell, fresh=fresh)


def _due(project: Project, flags: dict[str, bool]) -> tuple[list[Period], list[Period]]:
    """The ended periods to draft now, and those that were missed since the latest draft and are left."""
    told = project.told()
    missing = project.cadence.missing(told, now())
    last = project.cadence.last(now())
    if flags["if_due"] and last not in missing:
        return [], []
    if flags["catch_up"]:
        return missing, []
    latest = max((p.end for p in told if p.end < last.end), default=last.first)
    return [last], [p for p in missing if latest <= p.first < last.first]


def _draft_one(project: Project, store: Store, period: Period, flags: dict[str, bool]) -> tuple[Outcome, ...]:
    from digest import collecting
    from digest.cli import progress

    if flags["offline"]:
        outcomes = collecting.offline(project, store, period, now=now())
    else:
        with progress.shown(_load) as watch:
            outcomes = collecting.collect(project, store, period, now=now(), refresh=flags["refresh"], watch=watch)
    from digest import draft as drafts
    from digest import pipeline

    if not flags["offline"]:
        pipeline.look_back(project, store, period, now=now())
    digest = pipeline.polished(project, store, pipeline.digest_of(project, store, period, outcomes))
    drafted = pipeline.join(project, digest)
    keep = not (flags["print_only"] or flags["diff"])
    written = keep and pipeline.save(drafted)
    read = drafts.read(drafted.text)
    _print(project, drafted, read, flags)
    for outcome in outcomes:
        tell_outcome(outcome)
    if not any(o.count for o in outcomes):
        tell(f"nothing was found in {period.label} ({period.dates}); --period names another one, such as current")
    _tell_about(drafted, read, written=written if keep else None)
    return outcomes


def _tell_about(drafted: Drafted, read: Draft, *, written: bool | None) -> None:
    """What became of the draft, and what a person should know before it goes out; None: no file was to be written."""
    from digest import draft as drafts

    for change in drafted.changes:
        tell(f"{change}")
    for note in read.notes:
        tell(f"{short(drafted.file)}: {note}")
    said = drafted.digest.notes
    if written is None:  # where there is a file, they stand at its top
        for note in (*said, *(doubt.text for doubt in drafted.digest.doubts)):
            tell(f"note: {note}")
        return
    more = f", {len(said)} {'note' if len(said) == 1 else 'notes'} at its top" if said else ""
    tell(f"draft: {short(drafted.file)}{more}" + ("" if written else " (nothing new)"))
    if asked := sum(line.doubt is not None for line in read.lines):
        tell(f"{asked} {'question' if asked == 1 else 'questions'} about lines that may be one outcome: digest review")
    if guesses := len(drafts.undecided(read)):
        tell(f"{guesses} {'guess waits' if guesses == 1 else 'guesses wait'} for your decision: digest review")


def _load() -> None:
    """Load what a draft needs; it takes as long as git takes for a fortnight, and is done while the sources answer."""
    from digest import pipeline, render  # noqa: F401


def _print(project: Project, drafted: Drafted, read: Draft, flags: dict[str, bool]) -> None:
    from digest import draft as drafts

    if flags["as_json"]:
        from digest import export

        click.echo(export.as_json(export.as_plain(drafted.digest)), nl=False)
    elif flags["diff"]:
        click.echo(drafts.diff(drafted.before, drafted.text), nl=False)
    else:
        show_draft(project, read)


def show_draft(project: Project, read: Draft) -> None:
    """Print a draft as it would be published, guesses included."""
    from digest import render

    wording = project.config.wording
    text = render.render(
        read.digest, "markdown", lang=project.config.lang, links=wording.links, folder=project.templates
    )
    click.echo(text, nl=False)


def tell_outcome(outcome: Outcome) -> None:
    """One line about how a source did."""
    detail = f": {outcome.detail}" if outcome.detail else ""
    found = "known from before" if outcome.status in {"failed", "skipped"} else "found"
    tell(f"{outcome.source}: {outcome.status}, {outcome.count} {found}{detail}")


def exit_by(outcomes: Sequence[Outcome], *, failed: bool = False) -> None:
    """Exit 4 where a source did not deliver all, or one of several projects `failed`."""
    if failed or any(o.status in {"failed", "truncated"} for o in outcomes):
        ctx: Any = click.get_current_context()
        ctx.exit(4)
