"""`render` and `publish`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, parse_period, period_option, project_options, short, tell
from digest.errors import PersonNeeded

if TYPE_CHECKING:
    from pathlib import Path

    from digest.deliveries import Receipt
    from digest.issue import Issue
    from digest.period import Period
    from digest.project import Project

FORMATS = {"markdown": "markdown", "text": "text", "email": "email"}


@click.command()
@click.argument("format", type=click.Choice([*FORMATS]))
@project_options
@period_option
@click.option("--audience", default="", metavar="NAME", help="For whom: leadership, team or one of the configuration.")
def render(format: str, repo: Path | None, config: Path | None, period: str, audience: str) -> None:  # noqa: A002 - the word of the usage line
    """Print the digest of a period as it would be published."""
    from digest import publishing
    from digest.audience import hidden

    project = open_project(repo, config)
    read = publishing.draft_of(project, parse_period(project, period))
    with project.open_store() as store:
        issue = publishing.prepared(project, store, read)
    message = issue.message(audience)
    if gone := hidden(issue.digest, message.digest):
        tell(f"{gone} of its lines are not for {audience or 'leadership'}")
    text = {"markdown": message.markdown, "text": message.text, "email": message.html}[format]
    click.echo(text, nl=False)


@click.command()
@project_options
@period_option
@click.option("--allow-unreviewed", is_flag=True, help="Publish guesses that nobody has confirmed.")
@click.option("--allow-incomplete", is_flag=True, help="Publish although a source did not deliver.")
@click.option("--allow-unfinished", is_flag=True, help="Publish before the period has ended.")
@click.option("--accept-redactions", is_flag=True, help="Publish although secrets were cut from texts.")
@click.option("--accept-numbers", is_flag=True, help="Publish although a number stands in no evidence of its line.")
@click.option("--correct", is_flag=True, help="Publish the changed draft as a correction.")
@click.option("--dry-run", is_flag=True, help="Show what would go to whom, with headers and sizes; connect to nothing.")
@click.option("--to", multiple=True, metavar="ADDRESS", help="Only send a test mail there; it counts as nothing sent.")
@click.option("--yes", is_flag=True, help="Do not ask for the number of people before mail goes to them.")
@click.option("--resend", is_flag=True, help="Send again where it is unknown whether it arrived.")
@click.option("--mark-sent", is_flag=True, help="Note as sent where it is unknown whether it arrived.")
def publish(repo: Path | None, config: Path | None, period: str, to: tuple[str, ...], **flags: bool) -> None:
    """Freeze the reviewed draft and deliver it, once.

    Before a mail goes to people for the first time, it asks to type how many they are.
    """
    from digest import publishing, sending

    project = open_project(repo, config)
    which = parse_period(project, period)
    allowed = [f"--{name.replace('_', '-')}" for name, given in flags.items() if given]
    if flags["dry_run"] or to:
        issue = _rehearsed(project, which, allowed)
        if to:
            sending.try_out(project, issue, to, _tell_receipt, now=now())
        else:
            sending.rehearse(project, issue, _tell_receipt)
        return
    with project.locked(), project.open_store() as store:
        read, issue = publishing.ready(project, store, which, now=now(), allowed=allowed, correct=flags["correct"])
        if not (flags["yes"] or flags["mark_sent"]):
            _ask(which.label, sending.untried(project, issue))
        edition = publishing.freeze(issue, store, read, now())
        tell(f"frozen: {short(edition.file)}")
        sending.deliver(project, issue, _tell_receipt, resend=flags["resend"], mark_sent=flags["mark_sent"])


def _rehearsed(project: Project, which: Period, allowed: list[str]) -> Issue:
    """What would go out, with a word about each thing that stands in the way."""
    from digest import publishing

    read = publishing.draft_of(project, which)
    with project.open_store() as store:
        unproven = publishing.unproven(project, store, read.digest)
        for obstacle in (*publishing.obstacles(read.digest, now()), *unproven, *publishing.unapproved(project, read)):
            flag = f" ({obstacle.flag})" if obstacle.flag else ""
            tell(f"{'allowed' if obstacle.flag in allowed else 'in the way'}: {obstacle.message}{flag}")
        return publishing.prepared(project, store, read)


def _ask(label: str, people: tuple[str, ...]) -> None:
    """Let a person say the number of those who get it; no slip of a finger does that."""
    if not people:
        return
    many = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PersonNeeded(
            f"{label} would go to {many}, and there is no terminal to ask in", "--yes sends it, --dry-run shows it"
        )
    tell(f"{label} goes to {', '.join(people)}")
    if click.prompt(f"Type the number of people ({many}) to send it", default="", err=True, show_default=False) != str(
        len(people)
    ):
        raise PersonNeeded(f"{label} is not published", "nothing was frozen and nothing was sent")


def _tell_receipt(name: str, receipt: Receipt) -> None:
    tell(f"{name}: {receipt.detail or ', '.join(receipt.accepted)}")
