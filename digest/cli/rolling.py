"""`rollup`: one digest of what several projects published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.drafting import exit_by, show_draft, tell_outcome
from digest.cli.group import open_project, parse_period, period_option, project_options, short, tell
from digest.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@project_options
@period_option
@click.option("--print", "print_only", is_flag=True, help="Print the digest, write no file.")
def rollup(repo: Path | None, config: Path | None, period: str, print_only: bool) -> None:
    """Draft one digest of what the projects of the configuration published.

    It is reviewed and published like any other, by the same commands without --project.
    """
    from digest import draft, pipeline
    from digest import rollup as rolling

    project = open_project(repo, config)
    if not project.config.projects:
        raise ConfigError("there are no projects to join", "add [projects.NAME] tables to the configuration")
    with project.locked():
        digest = rolling.roll_up(project, parse_period(project, period))
        drafted = pipeline.join(project, digest)
        written = not print_only and pipeline.save(drafted)
    show_draft(project, draft.read(drafted.text))
    for outcome in digest.outcomes:
        tell_outcome(outcome)
    if not print_only:
        tell(f"draft: {short(drafted.file)}" + ("" if written else " (nothing new)"))
    exit_by(digest.outcomes)
