"""`review --web`: the page is served until the person leaves it, and the terminal says how to reach it."""

from __future__ import annotations

import getpass
import os
from typing import TYPE_CHECKING

from digest.cli.group import short, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from digest.draft import Draft
    from digest.model import Digest
    from digest.project import Project
    from digest.web import Facts


def browse(project: Project, file: Path, *, open_it: bool) -> None:
    """Serve the review of a draft until it is over."""
    from digest import draft, publishing, web

    def preview(digest: Digest) -> tuple[str, str]:
        message = publishing.message_of(project, digest)
        return message.markdown, message.html

    desk = web.Desk(file=file, gather=facts_in_store(project), preview=preview)
    with web.serve(desk) as served:
        tell(f"open this in a browser on this machine (it lets one browser in, once):\n  {served.address}")
        for line in tunnel(os.environ, served.port):
            tell(line)
        tell("every change is saved at once; Done on the page or Ctrl-C here ends it")
        if open_it:
            import webbrowser

            webbrowser.open(served.address)
        try:
            why = served.wait()
        except KeyboardInterrupt:
            why = "stopped"
    if why == "idle":
        tell("nothing happened for half an hour, so the page was closed")
    left = len(draft.undecided(draft.read(draft.load(file)[0])))
    tell(
        f"saved: {short(file)}; " + (f"{left} left to decide" if left else "nothing is left to decide: digest publish")
    )


def tunnel(environment: Mapping[str, str], port: int) -> list[str]:
    """What to type on one's own machine, where this one is reached over SSH."""
    seen = environment.get("SSH_CONNECTION", "").split()
    if not seen:
        return []
    host = seen[2] if len(seen) > 2 else "this-host"  # noqa: PLR2004 - client, its port, this machine
    return [
        f"over SSH, first run this on your own machine:\n  ssh -N -L {port}:127.0.0.1:{port} {getpass.getuser()}@{host}"
    ]


def facts_in_store(project: Project) -> Callable[[Draft], Facts]:
    """What the store knows behind the lines of a draft, and why the rules took them."""

    def gather(read: Draft) -> Facts:
        from digest import archive, pipeline, web

        period = read.digest.period
        with project.open_store() as store:
            names = [source.name for source in project.sources()]
            late = pipeline.came_late(store, archive.before(project.published, period), names)
            activities = [*late, *store.activities(period, names), *store.upcoming(names)]
            ruled = pipeline.digest_of(project, store, period, pipeline.known(project, store, period))
            return web.facts_of(ruled, activities, store.samples(period, names))

    return gather
