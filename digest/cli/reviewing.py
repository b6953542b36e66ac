"""`review`: a person's decisions, in a prompt or by flags."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from digest.cli.group import open_project, parse_period, period_option, project_options, short, tell
from digest.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from digest.project import Project

FLAGS = "--keep-all, --set REF=TEXT, --drop REF, --join REF=REF, --add-tradeoff TEXT"


@click.command()
@project_options
@period_option
@click.option("--all", "all_lines", is_flag=True, help="Go through every line, not only the trade-offs.")
@click.option("--web", is_flag=True, help="Review on a page in your browser, served on 127.0.0.1 only.")
@click.option("--open", "open_it", is_flag=True, help="With --web: open the browser, too.")
@click.option("--keep-all", is_flag=True, help="Confirm every line as it stands.")
@click.option("--keep", multiple=True, metavar="REF", help="Confirm one line.")
@click.option("--set", "sets", multiple=True, metavar="REF=TEXT", help="Give one line other words.")
@click.option("--drop", multiple=True, metavar="REF", help="Delete one line for good.")
@click.option("--join", multiple=True, metavar="REF=REF", help="Tell two lines as one, in the words of the first.")
@click.option("--add-tradeoff", multiple=True, metavar="TEXT", help="Add a trade-off in your own words.")
def review(
    repo: Path | None, config: Path | None, period: str, all_lines: bool, web: bool, open_it: bool, **flags: object
) -> None:
    """Go through the trade-offs one at a time: keep, edit, drop, add.

    Every answer is saved at once; quit at any time and go on later.
    """
    from digest import draft

    project = open_project(repo, config)
    file = project.draft_file(parse_period(project, period))
    if not file.exists():
        raise ConfigError(f"there is no draft at {short(file)}", "digest draft makes one")
    if any(flags.values()):
        text, digest = draft.load(file)
        changed = _apply(text, flags)
        draft.save(file, changed, digest)
        tell(f"saved: {short(file)}; {len(draft.undecided(draft.read(changed)))} left to decide")
        return
    if web:
        from digest.cli.browsing import browse

        browse(project, file, open_it=open_it)
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise ConfigError(
            f"review asks questions and there is no terminal: {short(file)}", f"edit the file, or use {FLAGS}"
        )
    left = _ask(project, file, all_lines=all_lines)
    tell(
        f"saved: {short(file)}; " + (f"{left} left to decide" if left else "nothing is left to decide: digest publish")
    )


def _ask(project: Project, file: Path, *, all_lines: bool) -> int:
    """Go through the notes with the person at the terminal; gives how many are left to decide."""
    from digest import explain, pipeline, prompt, publishing
    from digest.draft import load, read
    from digest.history import all_samples
    from digest.model import whole_ref

    with project.open_store() as store:
        names = [source.name for source in project.sources()]
        period = read(load(file)[0]).digest.period
        known = {a.ref: a for a in pipeline.facts(project, store, period)}
        samples = all_samples(project, store, period, names)

    def evidence(ref: str) -> str:
        found = known.get(whole_ref(ref))
        lines = explain.facts(found) if found else explain.measured(samples, ref)
        return "\n".join(lines) or "not in the store, digest draft reads it"

    result = prompt.review(
        file,
        desk=prompt.terminal(click.echo, environ=os.environ, history=project.state / "history"),
        all_lines=all_lines,
        evidence=evidence,
        preview=lambda text: publishing.message_of(project, read(text).digest).markdown,
        known=known,
    )
    return result.left


def _apply(text: str, flags: dict[str, object]) -> str:
    """The draft after the decisions that the flags name."""
    from digest import draft

    for ref in _words(flags["keep"]):
        text = draft.keep(text, ref)
    for ref in _words(flags["drop"]):
        text = draft.drop(text, ref)
    for pair in _words(flags["join"]):
        ref, equals, other = pair.partition("=")
        if not equals or not other.strip():
            raise ConfigError(f"--join {pair!r}", "write --join REF=REF")
        text = draft.join(text, ref.strip(), other.strip())
    for pair in _words(flags["sets"]):
        ref, equals, words = pair.partition("=")
        if not equals or not words.strip():
            raise ConfigError(f"--set {pair!r}", "write --set REF=TEXT")
        text = draft.reword(text, ref.strip(), words.strip())
    for words in _words(flags["add_tradeoff"]):
        text = draft.add(text, "tradeoffs", words)
    if flags["keep_all"]:
        text = draft.keep_all(text)
    return text


def _words(value: object) -> list[str]:
    assert isinstance(value, tuple)
    return [str(v) for v in value]
