"""`review --web`: the page is served until the person leaves it, and the terminal says how to reach it."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from digest.cli.group import now, short, tell
from digest.model import Digest
from digest.project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from digest.draft import Draft, Merged
    from digest.web import Facts, Finding


def browse(project: Project, file: Path, *, open_it: bool) -> None:
    """Serve the review of a draft until it is over."""
    from digest import draft, publishing, web

    def preview(digest: Digest) -> tuple[str, str]:
        message = publishing.message_of(project, digest)
        return message.markdown, message.html

    behind = Background(project=project)
    desk = web.Desk(
        file=file,
        gather=behind.gather,
        preview=preview,
        lint=behind.lint,
        redraft=behind.redraft,
        standing=behind.standing,
    )
    with web.serve(desk) as served:
        tell(f"open this in a browser on this machine (it lets one browser in, once):\n  {served.address}")
        for line in tunnel(os.environ, served.port):
            tell(line)
        tell("every change is saved at once; Done on the page or Ctrl-C here ends it")
        with opened(served.address) if open_it else nullcontext():
            try:
                why = served.wait()
            except KeyboardInterrupt:
                why = "stopped"
    if why == "idle":
        tell("nothing happened for half an hour, so the page was closed")
    read = draft.read(draft.load(file)[0])
    tell(f"saved: {short(file)}; {_left(len(draft.undecided(read)), len(list(behind.lint(read))))}")


def _left(guesses: int, findings: int) -> str:
    """What is still to be done, in a few words."""
    if guesses:
        return f"{guesses} left to decide"
    return f"{findings} to look at again" if findings else "nothing is left to decide: digest publish"


@contextmanager
def opened(address: str) -> Iterator[Path]:
    """A browser that was told the address by a file which only its owner can read.

    Whatever stands in a command can be read by everybody on this machine.
    """
    import webbrowser

    with TemporaryDirectory(prefix="digest-") as folder:
        door = Path(folder) / "review.html"
        door.touch(mode=0o600)
        door.write_text(f'<!doctype html><meta http-equiv="refresh" content="0; url={address}">', encoding="utf-8")
        webbrowser.open(door.as_uri())
        yield door


def tunnel(environment: Mapping[str, str], port: int) -> list[str]:
    """What to type on one's own machine, where this one is reached over SSH."""
    seen = environment.get("SSH_CONNECTION", "").split()
    if not seen:
        return []
    host = seen[2] if len(seen) > 2 else "this-host"  # noqa: PLR2004 - client, its port, this machine
    return [
        f"over SSH, first run this on your own machine:\n  ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{host}"
    ]


class Background(msgspec.Struct, kw_only=True):
    """What the store knows behind the lines of a draft; looked up once for each state that somebody else wrote."""

    project: Project
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    ruled: Digest | None = None

    def gather(self, read: Draft) -> Facts:
        """What stands behind the lines, and why the rules took them."""
        from digest import collecting, pipeline, publishing, web

        project, period = self.project, read.digest.period
        with project.open_store() as store:
            names = [source.name for source in project.sources()]
            activities = pipeline.facts(project, store, period)
            self.ruled = pipeline.digest_of(project, store, period, collecting.known(project, store, period))
            self.texts = publishing.texts_behind(project, store, period)
            return web.facts_of(self.ruled, activities, store.samples(period, names))

    def redraft(self, text: str) -> Merged:
        """The draft with what the store knows by now; as it is where a program words the lines: it is not run here."""
        from digest import draft

        if self.ruled is None or self.project.config.polish.command or not self.ruled.outcomes:
            return draft.Merged(text=text)
        return draft.merge(text, self.ruled)

    def standing(self, read: Draft) -> tuple[str, str]:
        """How far the digest is, and the command that leads on."""
        from digest.standing import standing

        where = standing(self.project, read.digest.period)
        if where.edition:
            return f"{where}", "digest publish --correct" if where.notes else ""
        unapproved = self.project.config.approval and not read.approved
        return f"{where}", "digest approve" if unapproved else "digest publish"

    def lint(self, read: Draft) -> Iterator[Finding]:
        """What stands in the way of publishing: each number that stands in no evidence of its line, and the rest."""
        from digest import publishing
        from digest.lint import unfounded
        from digest.web import Finding

        for obstacle in (*publishing.obstacles(read.digest, now()), *publishing.unapproved(self.project, read)):
            if obstacle.flag != "--allow-unreviewed":  # the page marks each guess
                way = f" ({obstacle.flag})" if obstacle.flag else ""
                yield Finding(at=0, message=f"{obstacle.message}{way}")
        for found in unfounded(read.digest, self.texts):
            why = "stands in none of its evidence" if found.known else "has no evidence"
            at = next(line.at for line in read.lines if line.entry is found.entry)
            yield Finding(at=at, message=f"the number {found.number} {why}")
