"""`schedule` and `status`: what starts digest by itself, and what notices when nothing came of it."""

from __future__ import annotations

import os
import re
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, project_options, short, tell
from digest.errors import DigestError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.project import Project

GRACE = 2


@click.command()
@project_options
@click.option("--cron", "way", flag_value="cron", default="cron", help="Lines for a crontab (the default).")
@click.option("--systemd", "way", flag_value="systemd", help="A systemd user service and timer.")
@click.option("--github", "way", flag_value="github", help="A GitHub Actions workflow that opens a pull request.")
@click.option("--gitlab", "way", flag_value="gitlab", help="A GitLab CI job that opens a merge request.")
@click.option("--launchd", "way", flag_value="launchd", help="A property list for launchd.")
@click.option("--kubernetes", "way", flag_value="kubernetes", help="A Kubernetes CronJob.")
def schedule(repo: Path | None, config: Path | None, way: str) -> None:
    """Print ready text that starts `digest draft --if-due` every working day.

    Whether a period is due is decided by digest itself, from the anchor date: no scheduler can say "every two weeks".
    """
    from digest.schedule import WAYS, Job

    project = open_project(repo, config)
    job = Job(
        program=_program(),
        folder=project.root.resolve(),
        config=project.file.resolve() if project.file else None,
        drafts=project.config.folder,
        zone=str(project.cadence.zone),
        several=bool(project.config.projects),
        name=re.sub(r"[^A-Za-z0-9]+", "-", project.title).strip("-").lower() or "project",
    )
    click.echo(WAYS[way](job), nl=False)


def _program() -> Path:
    """The program that runs now; another one of the same name may come first on the PATH."""
    import shutil
    from pathlib import Path as File

    own = File(sys.argv[0]).absolute()
    beside = File(sys.executable).with_name("digest")
    if own.suffix != ".py" and os.access(own, os.X_OK):
        return own
    return beside if beside.exists() else File(shutil.which("digest") or own).absolute()


@click.command()
@project_options
@click.option("--grace", default=GRACE, show_default=True, help="Days that a draft may take after a period has ended.")
def status(repo: Path | None, config: Path | None, grace: int) -> None:
    """Say where the last ended period stands; exit 1 where its draft is overdue or it did not reach everybody.

    Of a configuration with several projects, each of them is asked for, and their roll-up once it has a draft.
    """
    from digest.markdown import clean
    from digest.notice import beat

    project = open_project(repo, config)
    late: list[str] = []
    for one in (*project.parts, project):
        name = f"{one.title}: " if project.parts else ""
        try:
            if line := _standing(one, grace, optional=bool(one.parts)):
                click.echo(clean(f"{name}{line}"))
        except DigestError as error:
            late.append(f"{name}{error.message}")
    if late:
        raise DigestError("\n".join(late))
    beat(project, tell)


def _standing(project: Project, grace: int, *, optional: bool) -> str:
    """Where a project stands, in a line; empty where it need not have a draft and has none.

    Raises:
        DigestError: its draft is overdue, or what was published did not reach everybody.
    """
    from digest.sending import outbox
    from digest.standing import standing

    period = project.cadence.last(now())
    found = standing(project, period)
    if lost := outbox(project).unsettled(period.slug):
        raise DigestError(f"{period.label}: {found}, but {'; '.join(lost)} (digest publish --period {period.slug})")
    if found.file:
        return f"{period.label}: {found} ({short(found.file)})"
    if optional:
        return ""
    if now() < period.until + timedelta(days=grace):
        return f"{period.label}: ended, a draft is due"
    raise DigestError(
        f"{period.label} ended {(now() - period.until).days} days ago and has no draft (digest draft --if-due)"
    )
