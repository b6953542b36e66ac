"""What the owner hears of runs that nobody watches: a draft is ready, and a heartbeat for a monitor.

Neither can break a run: what goes wrong is said in a line.
"""

from __future__ import annotations

import hashlib
import html
from typing import TYPE_CHECKING

from digest import draft
from digest.config import Secret
from digest.deliveries import Message
from digest.errors import DigestError
from digest.markdown import escape
from digest.model import Digest
from digest.outbox import Outbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.period import Period
    from digest.project import Project

    Tell = Callable[[str], None]

PATIENCE = 10
GOOD = range(200, 300)


def announce(project: Project, period: Period, tell: Tell, *, fresh: bool) -> None:
    """Say by each `[notify]` table, once, that the draft of a period is ready.

    Args:
        project: whose draft it is.
        period: of the draft.
        tell: is told what went wrong.
        fresh: it was made just now; else only who could not be reached then is tried again.
    """
    if not (project.config.notify and project.draft_file(period).exists()):
        return
    try:
        ways, note = project.notices(), note_of(project, period)
    except DigestError as error:
        tell(f"notify: {error}")
        return
    outbox = Outbox(project.state / "notices")
    for way in ways:
        try:
            if fresh or outbox.waiting(note, way):
                outbox.send(note, way)
        except DigestError as error:
            tell(f"notify: {error}")


def note_of(project: Project, period: Period) -> Message:
    """The note about a draft: what waits in it, and where it lies."""
    file = project.draft_file(period)
    count = len(draft.undecided(draft.read(draft.load(file)[0])))
    notes = "no notes" if not count else f"{count} {'note' if count == 1 else 'notes'}"
    subject = f"{project.title} {period.label}: the draft is ready, {notes} to look at"
    hint = f"Edit the file, or run: digest review --period {period.slug}"
    paragraphs = map(html.escape, (subject, str(file), hint))
    return Message(
        id=hashlib.sha256(f"{project.store_file}|{period.slug}".encode()).hexdigest()[:24],
        slug=period.slug,
        subject=subject,
        markdown=f"{escape(subject)}\n\n{escape(str(file))}\n",
        text=f"{subject}\n\n{file}\n\n{hint}\n",
        html=f"<!DOCTYPE html><html><body><p>{'</p><p>'.join(paragraphs)}</p></body></html>",
        digest=Digest(title=project.title, period=period, sections=(), headline=escape(f"{subject}: {file}")),
    )


def beat(project: Project, tell: Tell) -> None:
    """Ask for the heartbeat's address, so that a monitor knows that a run went well."""
    url = project.config.heartbeat.url
    if not url:
        return
    import requests

    try:
        address = url if url.startswith(("http://", "https://")) else Secret(url).reveal(project.root)
        status = requests.get(address, timeout=PATIENCE, allow_redirects=False).status_code
        said = "" if status in GOOD else f"it answered {status}"
    except DigestError as error:
        said = str(error)
    except (ValueError, requests.RequestException) as error:  # its text would hold the address
        said = type(error).__name__
    if said:
        tell(f"heartbeat: not taken: {said}")
