"""Review in the terminal: one note at a time, saved after every answer, resumed at the first that is undecided.

All talking goes through a `Desk`, so that only the command line prints and a test can answer.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from digest import draft
from digest.errors import DraftError
from digest.markdown import clean
from digest.model import Digest, Entry

if TYPE_CHECKING:
    from digest.draft import Line

MENU = "[k]eep [e]dit [o]pen in editor [d]rop [n]ew [b]ack [s]ource [p]review [u]ndo, a number, [q]uit (saved)"
CHOICES = (
    ("k", "keep it as it stands"),
    ("e", "edit its words"),
    ("o", "open it in your editor"),
    ("d", "drop it for good"),
    ("n", "add a new trade-off"),
    ("b", "go back to the one before"),
    ("s", "show its source"),
    ("p", "preview the digest"),
    ("u", "undo the last answer"),
    ("q", "quit, everything is saved"),
)
NAMES = {"tradeoffs": "Trade-off", "progress": "Progress", "metrics": "Metric", "next": "Next step"}
COMMENT = "# Lines that begin with # are left out. An empty text changes nothing."
WIDEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who is talked to, and how.

    Attributes:
        say: print a line. ask: read an answer; raises EOFError at the end of the input.
        edit: let a person change a text that is filled in; None where they gave up.
        evidence: the facts behind a line. preview: the digest as it would be published.
        plain: numbered questions for screen readers and bare terminals.
    """

    say: Callable[[str], None]
    ask: Callable[[str], str]
    edit: Callable[[str], str | None]
    evidence: Callable[[Entry], Iterable[str]]
    preview: Callable[[Digest], str]
    plain: bool = False


@dataclass(slots=True, kw_only=True)
class Session:
    """A review under way: the file, where it stands, and what undo goes back to."""

    path: Path
    desk: Desk
    all_lines: bool = False
    at: int = 0
    before: list[tuple[str, int]] = field(default_factory=list)

    def notes(self) -> list[Line]:
        """What is gone through: the trade-offs, then (where all is asked for) every other line."""
        lines = draft.read(draft.load(self.path)[0]).lines
        chosen = [x for x in lines if x.section == "tradeoffs"]
        return chosen + [x for x in lines if self.all_lines and x.section != "tradeoffs"]

    def change(self, act: Callable[[str], str]) -> bool:
        """Save what `act` makes of the draft; somebody else's changes in the file are kept, not written over."""
        text, seen = draft.load(self.path)
        try:
            new = act(text)
            draft.save(self.path, new, seen)
        except DraftError as error:
            self.desk.say(f"not saved: {error}")
            return False
        self.before.append((text, self.at))
        return True

    def undo(self) -> None:
        """Take the last answer back."""
        if not self.before:
            self.desk.say("there is nothing to undo")
            return
        text, self.at = self.before.pop()
        _, seen = draft.load(self.path)
        draft.save(self.path, text, seen)
        self.desk.say("undone")


def review(path: Path, desk: Desk, *, all_lines: bool = False) -> int:
    """Go through the notes of the draft at `path`; gives how many are still undecided.

    Raises:
        DraftError: the file cannot be read or written.
    """
    session = Session(path=path, desk=desk, all_lines=all_lines)
    notes = session.notes()
    session.at = next((k for k, note in enumerate(notes) if not note.entry.sure), 0)
    while True:
        notes = session.notes()
        session.at = min(session.at, len(notes))
        if session.at < len(notes):
            _show(desk, notes[session.at], session.at + 1, len(notes))
        else:
            desk.say("That was the last one." if notes else "There is no trade-off in this draft; n adds one.")
        try:
            answer = _asked(desk)
        except EOFError:
            break
        except KeyboardInterrupt:
            desk.say("nothing was changed; q quits")
            continue
        if answer == "q" or (not answer and session.at == len(notes)):
            break
        _answer(session, notes, answer)
    return len([x for x in session.notes() if not x.entry.sure])


def _answer(session: Session, notes: list[Line], answer: str) -> None:
    """Do what was answered."""
    if answer.isdigit():
        session.at = min(max(int(answer) - 1, 0), max(len(notes) - 1, 0))
    elif answer in _ANYWHERE:
        _ANYWHERE[answer](session)
    elif session.at < len(notes) and answer in _ON_A_NOTE:
        _ON_A_NOTE[answer](session, notes[session.at])
    else:
        session.desk.say("Answer with one of the letters, or the number of a note.")


def _preview(session: Session) -> None:
    session.desk.say(session.desk.preview(draft.read(draft.load(session.path)[0]).digest))


def _back(session: Session) -> None:
    session.at = max(0, session.at - 1)


def _keep(session: Session, note: Line) -> None:
    session.at += session.change(lambda text: draft.keep(text, note.at))


def _drop(session: Session, note: Line) -> None:
    session.change(lambda text: draft.drop(text, note.at))


def _source(session: Session, note: Line) -> None:
    for line in session.desk.evidence(note.entry):
        session.desk.say(line)


def _reword(session: Session, note: Line, edit: Callable[[str], str | None]) -> None:
    words = edit(note.entry.text)
    if words is None or not words.strip():
        session.desk.say("nothing was changed")
    elif words.strip() == note.entry.text:
        session.at += session.change(lambda text: draft.keep(text, note.at))
    else:
        session.at += session.change(lambda text: draft.reword(text, note.at, words))


def _new(session: Session) -> None:
    session.desk.say("A trade-off in your own words, like: chose A over B because C.")
    words = session.desk.edit("")
    if words and words.strip():
        session.change(lambda text: draft.add(text, "tradeoffs", words))


_ANYWHERE: dict[str, Callable[[Session], None]] = {"n": _new, "p": _preview, "u": Session.undo, "b": _back}
_ON_A_NOTE: dict[str, Callable[[Session, Line], None]] = {
    "": _keep,
    "k": _keep,
    "d": _drop,
    "e": lambda session, note: _reword(session, note, session.desk.edit),
    "o": lambda session, note: _reword(session, note, open_in_editor),
    "s": _source,
}


def _asked(desk: Desk) -> str:
    """The letter of a choice, or the number of a note."""
    if not desk.plain:
        return desk.ask(f"{MENU} > ").strip().lower()
    for number, (_, meaning) in enumerate(CHOICES, 1):
        desk.say(f"{number}. {meaning}")
    answer = desk.ask("Number of your choice: ").strip().lower()
    chosen = answer.isdigit() and 1 <= int(answer) <= len(CHOICES)
    return CHOICES[int(answer) - 1][0] if chosen else answer


def _show(desk: Desk, note: Line, number: int, count: int) -> None:
    state = "" if note.entry.sure else "  [a guess]"
    source = f"   from {', '.join(r.partition(':')[2] for r in note.entry.refs[:3])}" if note.entry.refs else "   yours"
    desk.say("")
    desk.say(clean(f"{NAMES[note.section]} {number} of {count}{source}{state}"))
    width = min(WIDEST, max(20, shutil.get_terminal_size().columns - 2))
    for line in textwrap.wrap(clean(note.entry.text), width - 2) or [""]:
        desk.say(f"  {line}")
    if note.offer:
        desk.say(clean(f"  The source says by now: {note.offer}"))


def open_in_editor(text: str) -> str | None:
    """Let a person change `text` in $VISUAL or $EDITOR; None where the editor failed or the text is empty."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "note.md"
        file.write_text(f"{text}\n\n{COMMENT}\n", encoding="utf-8")
        try:
            subprocess.run([*shlex.split(editor), str(file)], check=True)  # noqa: S603 - the person's own editor
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, subprocess.SubprocessError):
            return None
    return " ".join(" ".join(x for x in lines if not x.startswith("#")).split()) or None


def edit_line(history: Path | None) -> Callable[[str], str | None]:
    """An editor of one line with the text filled in: Enter accepts, Alt-Enter breaks it, Ctrl-C gives up.

    Args:
        history: a file of what was typed before, readable by its owner only; None keeps none.
    """
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory, InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: object) -> None:
        event.current_buffer.insert_text("\n")  # type: ignore[attr-defined]

    if history:
        history.parent.mkdir(parents=True, exist_ok=True)
        history.touch(mode=0o600)
    session: PromptSession[str] = PromptSession(
        history=FileHistory(str(history)) if history else InMemoryHistory(), key_bindings=keys
    )

    def edit(text: str) -> str | None:
        try:
            return session.prompt("  > ", default=text)
        except (KeyboardInterrupt, EOFError):
            return None

    return edit
