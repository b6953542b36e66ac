"""`approve`: a person stands by the words of a draft."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, parse_period, period_option, project_options, short, tell
from digest.errors import ConfigError, PersonNeeded

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@project_options
@period_option
@click.option("--by", metavar="NAME", help="Who approves; by default the user.name of git.")
@click.option("--yes", is_flag=True, help="Ask nothing; for scripts.")
def approve(repo: Path | None, config: Path | None, period: str, by: str | None, yes: bool) -> None:
    """Print the digest as it would be published and approve exactly that; an edit after it asks again.

    With `approval = true` in the configuration nothing is published without it.
    """
    from digest import draft, publishing

    project = open_project(repo, config)
    which = parse_period(project, period)
    publishing.draft_of(project, which)  # says what is wrong with it
    file = project.draft_file(which)
    text, seen = draft.load(file)
    read = draft.read(text)
    if open_ := draft.undecided(read):
        lines = "\n".join(f"- {entry.text}" for entry in open_)
        raise PersonNeeded(f"{which.label} is not approved; still guesses:\n{lines}", "digest review settles it")
    with project.open_store() as store:
        click.echo(publishing.prepared(project, store, read).whole().markdown, nl=False)
    if read.approved and read.approval:
        tell(f"approved already, by {read.approval.by} on {read.approval.at:%Y-%m-%d}: {short(file)}")
        return
    name = by or _name(project.root)
    if not yes:
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise ConfigError("approve asks and there is no terminal", "--yes approves what is printed")
        click.confirm(f"Approve {which.label} as {name}?", abort=True, err=True)
    draft.save(file, draft.approve(text, name, now()), seen)
    tell(f"approved by {name}: {short(file)}")


def _name(folder: Path) -> str:
    """Who sits here, as git knows them."""
    import getpass
    import subprocess

    try:
        done = subprocess.run(
            ["git", "config", "user.name"],  # noqa: S607 - git as everybody runs it
            cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError:
        return getpass.getuser()
    return done.stdout.strip() or getpass.getuser()
