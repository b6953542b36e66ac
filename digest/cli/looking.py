"""`history`, `show`, `diff` and `search`: what was published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.group import open_project, parse_period, project_options, short, tell
from digest.errors import DigestError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.archive import Edition
    from digest.project import Project
    from digest.standing import Standing


@click.command()
@project_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def history(repo: Path | None, config: Path | None, as_json: bool) -> None:
    """List what was published and what is drafted, with the state of each."""
    from digest import archive, export
    from digest.markdown import clean
    from digest.standing import of_edition, standing

    project = open_project(repo, config)
    latest = {e.digest.period.slug: e for e in archive.editions(project.published)}
    found = [
        standing(project, e.digest.period) if e == latest[e.digest.period.slug] else of_edition(e)
        for e in archive.editions(project.published)
    ]
    published = {s.period.slug for s in found}
    found += [standing(project, p) for p in sorted(project.drafted()) if p.slug not in published]
    if as_json:
        click.echo(export.as_json([_row(s) for s in found]), nl=False)
        return
    for s in found:
        click.echo(clean(f"{s.period.label:8} {s.period.dates:26} {s}  {short(s.file) if s.file else ''}"))
    if not found:
        tell("nothing was drafted or published yet")


def _row(standing: Standing) -> dict[str, object]:
    """Edition 0 is a draft."""
    return {
        "period": standing.period.slug,
        "label": standing.period.label,
        "state": standing.step,
        "edition": standing.edition,
        "published": standing.since.isoformat() if standing.since and standing.edition else None,
        "approved_by": standing.by or None,
        "file": str(standing.file),
    }


@click.command()
@click.argument("period")
@project_options
def show(period: str, repo: Path | None, config: Path | None) -> None:
    """Print the digest of a period as it was published: `W7-8`, and `W7-8.1` for what a later edition corrected."""
    project = open_project(repo, config)
    click.echo(_words(project, _edition(project, period)), nl=False)


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@project_options
def diff(old: str, new: str | None, repo: Path | None, config: Path | None) -> None:
    """Show how the digests of two periods differ, as they were published; of one, what its last correction changed.

    `W7-8.1` is the first edition of a period, `W7-8` its last one.
    """
    from difflib import unified_diff

    project = open_project(repo, config)
    a, b = _edition(project, old), _edition(project, new or old)
    if new is None:
        if b.number == 1:
            raise DigestError(f"{b.digest.period.label} has one edition", "name two periods to compare them")
        a = _edition(project, f"{b.digest.period.slug}.{b.number - 1}")
    texts = [_words(project, e).splitlines(keepends=True) for e in (a, b)]
    names = [f"{e.digest.period.slug}, edition {e.number}" for e in (a, b)]
    click.echo("".join(unified_diff(texts[0], texts[1], names[0], names[1])), nl=False)


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

    name, dot, number = words.rpartition(".")
    numbered = bool(dot) and number.isdecimal() and not name.endswith(".")
    period = parse_period(project, name if numbered else words)
    slug = period.slug
    found = (
        archive.edition(project.published, slug, int(number)) if numbered else archive.latest(project.published, slug)
    )
    if found is None:
        which = f"edition {number} of {period.label}" if numbered else period.label
        raise DigestError(f"{which} was not published", "digest history lists what was")
    return found


def _words(project: Project, edition: Edition) -> str:
    from digest.issue import of_edition

    return of_edition(project, edition).whole().markdown
