"""The group of all commands, and how an error reaches a person: one line, a documented exit code, no traceback."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from digest.errors import DigestError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from digest.period import Period
    from digest.project import Project

DEBUG = "digest.debug"
PROJECT = "digest.project"

EXIT_CODES = """
\b
Exit codes:
  0   done, or nothing was due
  1   an error
  2   wrong usage or configuration
  3   a person has to decide something
  4   partly done: a source or a delivery failed
  75  try later: another run holds the project, or a rate limit
"""


COMMANDS = {
    "approve": "approving",
    "check": "asking",
    "collect": "drafting",
    "diff": "looking",
    "draft": "drafting",
    "history": "looking",
    "init": "starting",
    "publish": "publishing",
    "render": "publishing",
    "review": "reviewing",
    "rollup": "rolling",
    "schedule": "timing",
    "search": "looking",
    "show": "looking",
    "status": "timing",
    "taste": "tasting",
    "why": "asking",
}
"""Every command and the module that it lies in."""


class Group(click.Group):
    """Loads the command that is called; turns what went wrong into a line on standard error and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of all commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command of that name; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"digest.cli.{COMMANDS[cmd_name]}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the class."""
        try:
            return super().invoke(ctx)
        except DigestError as error:
            _trace(ctx)
            tell(f"digest: {error}")
            ctx.exit(error.exit_code)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except OSError as error:  # such as a disk that is full under the file to which standard output goes
            _trace(ctx)
            where = f"{error.filename}: " if error.filename else ""
            tell(f"digest: {where}{error.strerror or error} (--debug tells where it happened)")
            ctx.exit(1)
        except Exception as error:  # noqa: BLE001 - what nobody thought of is a line for people, too
            _trace(ctx)
            tell(
                f"digest: a bug: {type(error).__name__}: {error} (run it again with --debug and report what it prints)"
            )
            ctx.exit(1)


def _trace(ctx: click.Context) -> None:
    """Where it occurred, for those who asked for it; never with a secret in it."""
    import traceback

    if ctx.meta.get(DEBUG):
        tell(traceback.format_exc())


def _debug(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        import logging

        ctx.meta[DEBUG] = True
        logging.basicConfig(stream=sys.stderr, format="%(name)s: %(message)s")
        logging.getLogger("digest").setLevel(logging.DEBUG)


debug_option = click.option(
    "--debug",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_debug,
    help="Show a traceback where one occurs.",
)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_CODES)
@click.version_option(package_name="digest")
@debug_option
def digest() -> None:
    """Draft, review and publish a bi-weekly project digest in which nothing is invented.

    In a git clone `digest draft` needs no configuration.
    """


def _name_project(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    ctx.meta[PROJECT] = value or ""


def project_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which project a command works on."""
    for option in (
        debug_option,
        click.option(
            "--config",
            "config",
            type=click.Path(path_type=Path),
            help="The configuration; else $DIGEST_CONFIG, else the nearest config.toml upwards.",
        ),
        click.option(
            "--project",
            metavar="NAME",
            expose_value=False,
            callback=_name_project,
            help="One of the [projects.NAME] of the configuration; else what they add up to.",
        ),
        click.option("--repo", type=click.Path(path_type=Path), help="The clone to work on; else the one around you."),
    ):
        command = option(command)
    return command


def period_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which period a command works on."""
    text = "last, current, -1, -2, W7-8, 2026-W07, or days, both included: 2026-02-09..2026-02-22."
    return click.option("--period", "-p", default="last", show_default=True, metavar="P", help=text)(command)


def now() -> datetime:
    """The instant of asking; the one place where the clock is read."""
    from datetime import UTC, datetime

    return datetime.now(UTC)


def open_project(repo: Path | None, config: Path | None) -> Project:
    """The project that the options name."""
    from digest import project

    return project.open_project(repo or Path.cwd(), config, click.get_current_context().meta.get(PROJECT, ""))


def parse_period(project: Project, words: str) -> Period:
    """The period that the option names."""
    return project.cadence.parse(words, now())


def tell(line: str) -> None:
    """Say something to the person; standard output is for the product."""
    from digest.markdown import clean
    from digest.secret import hide

    for part in hide(line).split("\n"):
        click.echo(clean(part), err=True)


def short(path: Path) -> str:
    """A path as a person here would write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
