"""`render` and `publish`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, parse_period, period_option, project_options, short, tell

if TYPE_CHECKING:
    from pathlib import Path

    from digest.deliveries import Receipt

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
@click.option("--correct", is_flag=True, help="Publish the changed draft as a correction.")
@click.option("--dry-run", is_flag=True, help="Say what would go where; write and send nothing.")
@click.option("--resend", is_flag=True, help="Send again where it is unknown whether it arrived.")
@click.option("--mark-sent", is_flag=True, help="Note as sent where it is unknown whether it arrived.")
def publish(repo: Path | None, config: Path | None, period: str, **flags: bool) -> None:
    """Freeze the reviewed draft and deliver it, once."""
    from digest import publishing

    project = open_project(repo, config)
    which = parse_period(project, period)
    allowed = [f"--{name.replace('_', '-')}" for name, given in flags.items() if given]
    if flags["dry_run"]:
        read = publishing.draft_of(project, which)
        for obstacle in (*publishing.obstacles(read.digest, now()), *publishing.unapproved(project, read)):
            flag = f" ({obstacle.flag})" if obstacle.flag else ""
            tell(f"{'allowed' if obstacle.flag in allowed else 'in the way'}: {obstacle.message}{flag}")
        with project.open_store() as store:
            issue = publishing.prepared(project, store, read)
        publishing.deliver(project, issue, _tell_receipt, dry_run=True)
        return
    with project.locked(), project.open_store() as store:
        edition, issue = publishing.publish(project, store, which, now=now(), allowed=allowed, correct=flags["correct"])
        tell(f"frozen: {short(edition.file)}")
        publishing.deliver(project, issue, _tell_receipt, resend=flags["resend"], mark_sent=flags["mark_sent"])


def _tell_receipt(name: str, receipt: Receipt) -> None:
    tell(f"{name}: {receipt.detail or ', '.join(receipt.accepted)}")
