"""`taste`: what was learnt from the digests that went out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from digest.cli.group import now, open_project, parse_period, project_options, short, tell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from digest.house import Lesson, Signal
    from digest.project import Project


@click.command()
@project_options
@click.option("--period", "-p", default="current", show_default=True, metavar="P", help="As of which period.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.option("--reset", is_flag=True, help="Forget what the digests until now teach; --restore takes it back.")
@click.option("--restore", is_flag=True, help="Learn from all published digests again.")
def taste(repo: Path | None, config: Path | None, period: str, as_json: bool, reset: bool, restore: bool) -> None:
    """Show what was learnt about what this house tells, as points by signal.

    It is learnt from the published digests each time anew; `[taste] learn = false` switches it off.
    """
    from digest import house

    project = open_project(repo, config)
    if reset and restore:
        raise click.UsageError("--reset and --restore exclude each other")
    if reset:
        house.forget(project, now=now())
        tell(f"forgotten; {short(house.forgotten_file(project))} says so, digest taste --restore takes it back")
    if restore:
        tell("everything teaches again" if house.restore(project) else "nothing had been forgotten")
    asked = parse_period(project, period)
    with project.open_store() as store:
        lessons = house.lessons(project, store, asked, [source.name for source in project.sources()])
    signals = house.learnt(lessons, project.config.taste.ignore)
    if as_json:
        _print_json(project, lessons, signals)
        return
    tell(_summary(project, lessons))
    for signal in signals:
        click.echo(f"{signal.points:+.2f}  {signal.name:40} told {signal.told}, not told {signal.passed}")


def _summary(project: Project, lessons: Sequence[Lesson]) -> str:
    if not project.config.taste.learn:
        return "learning is off: [taste] learn = false"
    if not lessons:
        return "no published digest teaches anything yet"
    silent = [x.period.label for x in lessons if not x.told and not x.passed]
    told, passed = sum(len(x.told) for x in lessons), sum(len(x.passed) for x in lessons)
    said = f"learnt from {', '.join(x.period.label for x in lessons)}: {told} stories told, {passed} not"
    again = f"; the store knows nothing of {', '.join(silent)}, digest collect --period reads it again"
    return said + (again if silent else "")


def _print_json(project: Project, lessons: Sequence[Lesson], signals: Sequence[Signal]) -> None:
    from msgspec.structs import asdict

    from digest import export, house

    since = house.forgotten_until(project)
    shown = {
        "learn": project.config.taste.learn,
        "forgotten_until": since.isoformat() if since else None,
        "lessons": [{"period": x.period.slug, "told": len(x.told), "not_told": len(x.passed)} for x in lessons],
        "signals": [{"not_told" if k == "passed" else k: v for k, v in asdict(s).items()} for s in signals],
    }
    click.echo(export.as_json(shown), nl=False)
