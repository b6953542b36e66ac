"""`history`, `show`, `diff` and `search`: what was published."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

import click

from digest.cli.group import open_project, parse_period, project_options, short, tell
from digest.errors import DigestError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.archive import Edition
    from digest.project import Project


@click.command()
@project_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def history(repo: Path | None, config: Path | None, as_json: bool) -> None:
    """List what was published."""
    from digest import archive, export

    found = archive.editions(open_project(repo, config).published)
    if as_json:
        click.echo(export.as_json([_row(e) for e in found]), nl=False)
        return
    for e in found:
        which = f" (correction {e.number - 1})" if e.number > 1 else ""
        period = e.digest.period
        click.echo(f"{period.label:8} {period.dates:26} {e.published:%Y-%m-%d}{which}  {short(e.file)}")
    if not found:
        tell("nothing was published yet")


def _row(edition: Edition) -> dict[str, object]:
    return {
        "period": edition.digest.period.slug,
        "label": edition.digest.period.label,
        "edition": edition.number,
        "published": edition.published.isoformat(),
        "file": str(edition.file),
    }


@click.command()
@click.argument("period")
@project_options
def show(period: str, repo: Path | None, config: Path | None) -> None:
    """Print the digest of a period as it was published."""
    project = open_project(repo, config)
    click.echo(_words(project, _edition(project, period)), nl=False)


@click.command()
@click.argument("old")
@click.argument("new")
@project_options
def diff(old: str, new: str, repo: Path | None, config: Path | None) -> None:
    """Show how the digests of two periods differ, as they were published."""
    project = open_project(repo, config)
    a, b = (_edition(project, words) for words in (old, new))
    texts = [_words(project, e).splitlines(keepends=True) for e in (a, b)]
    names = [f"{e.digest.period.slug}, edition {e.number}" for e in (a, b)]
    click.echo("".join(difflib.unified_diff(texts[0], texts[1], names[0], names[1])), nl=False)


@click.command()
@click.argument("words", nargs=-1, required=True)
@project_options
def search(words: tuple[str, ...], repo: Path | None, config: Path | None) -> None:
    """Find the published lines that hold all of the words, the newest first."""
    from digest import archive
    from digest.markdown import plain

    wanted = [w.casefold() for w in words]
    found = False
    for edition in reversed(archive.editions(open_project(repo, config).published)):
        for section in edition.digest.sections:
            for entry in section.entries:
                line = plain(entry.text)
                if all(w in f"{line} {' '.join(entry.keys)} {' '.join(entry.refs)}".casefold() for w in wanted):
                    found = True
                    click.echo(f"{edition.digest.period.label:8} {section.name:9} {line}")
    if not found:
        raise DigestError(f"nothing that was published holds {' '.join(words)!r}")


def _edition(project: Project, words: str) -> Edition:
    from digest import archive

    period = parse_period(project, words)
    found = archive.latest(project.published, period.slug)
    if found is None:
        raise DigestError(f"{period.label} was not published", "digest history lists what was")
    return found


def _words(project: Project, edition: Edition) -> str:
    from digest.publishing import message_of

    return message_of(project, edition.digest, edition.number).markdown
