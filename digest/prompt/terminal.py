"""How a person is asked: a key and Enter, a line that can be edited in place, their own editor.

Where the terminal can only print (`TERM=dumb`) or a screen reader listens (`ACCESSIBLE=1`), the questions are plain
lines with numbered answers, and nothing is ever drawn over.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from digest.errors import DigestError
from digest.markdown import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EDITORS = ("sensible-editor", "nano", "vi")
TAKE_LINES = {"vi", "vim", "nvim", "nano", "emacs", "emacsclient", "micro", "kak", "joe", "mg", "sensible-editor"}
"""Editors that go to a line when they are given `+LINE` before the file."""

OWN = 0o600
NARROW, WIDE = 40, 110


class Ended(SystemExit):
    """The terminal went away, or somebody asked the program to end."""


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """An answer: the key that gives it, its name with that key in it, and what it does."""

    key: str
    name: str
    does: str

    @property
    def label(self) -> str:
        """The name with the key in brackets: `[k]eep`."""
        return self.name.replace(self.key, f"[{self.key}]", 1)


class Terminal(msgspec.Struct, frozen=True, kw_only=True):
    """The person in front of the program.

    Attributes:
        say: shows one line. ask: shows a question and gives the line that was typed.
        plain: numbered questions, nothing drawn over, nothing bold.
        bold: headings may be bold.
        history: a file of what was typed before, for the arrow keys; None keeps none.
        environ: where $VISUAL and $EDITOR stand.
    """

    say: Callable[[str], None]
    ask: Callable[[str], str] = input
    plain: bool = False
    bold: bool = False
    history: Path | None = None
    environ: Mapping[str, str] | None = None

    def choose(self, choices: Sequence[Choice]) -> str:
        """The key of a choice, a number that was typed, or anything else that was typed, in lower case."""
        if not self.plain:
            *above, last = _rows([choice.label for choice in choices], self.width())
            for row in above:
                self.say(row)
            return self.ask(f"{last}  > ").strip().lower()
        for k, choice in enumerate(choices, 1):
            self.say(f"{k}: {choice.does}")
        answer = self.ask(f"Your answer, 1 to {len(choices)}: ").strip().lower()
        if answer.isdecimal() and 1 <= int(answer) <= len(choices):
            return choices[int(answer) - 1].key
        return "?" if answer.isdecimal() else answer

    def width(self) -> int:
        """How many columns there are to write on."""
        return max(NARROW, min(shutil.get_terminal_size().columns, WIDE) - 1)

    def edit(self, text: str, *, label: str = "", offers: Sequence[str] = ()) -> str:
        """New words for `text`; `text` itself where the person leaves it. Ctrl-C and Ctrl-D come through.

        Args:
            text: what stands there to be edited.
            label: what is asked for, where it is a part of a line; a part may be left empty.
            offers: what could stand there, too: on Tab, or by number.
        """
        if not self.plain:
            return _edit_in_place(text, self.history, label=label, offers=offers)
        if text:
            self.say(f"Now: {one_line(text)}")
        for k, offer in enumerate(offers, 1):
            self.say(f"{k}: {one_line(offer)}")
        what = f"{label}, a number, or - for none" if label else "New words"
        said = self.ask(f"{what}, or Enter to leave it: ").strip()
        if label and said.isdecimal() and 1 <= int(said) <= len(offers):
            return offers[int(said) - 1]
        return "" if label and said == "-" else said or text

    def open(self, file: Path, line: int) -> None:
        """Let the person edit the file in their editor, and wait for them.

        Raises:
            DigestError: there is no editor, or it failed.
        """
        environ = os.environ if self.environ is None else self.environ
        named = environ.get("VISUAL") or environ.get("EDITOR") or next(filter(shutil.which, EDITORS), "")
        argv = shlex.split(named)
        if not argv:
            raise DigestError("no editor is known", "set $EDITOR, for example: export EDITOR=nano")
        goto = [f"+{line}"] if Path(argv[0]).name in TAKE_LINES else []
        try:
            done = subprocess.run([*argv, *goto, str(file)], check=False)  # noqa: S603 - the person's own editor
        except OSError as error:
            raise DigestError(f"editor {argv[0]}: {error.strerror}", "set $EDITOR to one that is there") from None
        if done.returncode:
            raise DigestError(f"editor {argv[0]} ended with {done.returncode}")


def terminal(say: Callable[[str], None], *, environ: Mapping[str, str], history: Path | None = None) -> Terminal:
    """The terminal that the program runs in, asked the way that the environment wants."""
    plain = environ.get("ACCESSIBLE", "") not in {"", "0"} or environ.get("TERM", "dumb") == "dumb"
    bold = not plain and not environ.get("NO_COLOR")
    return Terminal(say=say, plain=plain, bold=bold, history=history, environ=environ)


def _rows(labels: Sequence[str], width: int) -> list[str]:
    """The labels on as few lines as there is room for."""
    rows = [""]
    for label in labels:
        longer = f"{rows[-1]}  {label}" if rows[-1] else label
        rows[-1:] = [longer] if len(longer) + len("  > ") <= width else [rows[-1], label]
    return rows


def _edit_in_place(text: str, history: Path | None, *, label: str, offers: Sequence[str]) -> str:
    """The text on a line that can be edited: Enter accepts, Alt-Enter makes a new line, the arrows bring old ones."""
    from prompt_toolkit import PromptSession
    from prompt_toolkit.history import FileHistory
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter")
    def _accept(event: Any) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _break(event: Any) -> None:
        event.current_buffer.insert_text("\n")

    @keys.add("tab")
    def _offer(event: Any) -> None:
        buffer = event.current_buffer
        told = [*dict.fromkeys([*offers, text])]
        k = told.index(buffer.text) if buffer.text in told else -1
        buffer.text = told[(k + 1) % len(told)]
        buffer.cursor_position = len(buffer.text)

    kept = FileHistory(str(_own(history))) if history else None
    session: PromptSession[str] = PromptSession(history=kept, key_bindings=keys, multiline=True)
    lead = f"  {label}  " if label else "  "
    return session.prompt(lead, default=text, prompt_continuation="  ").strip()


def _own(file: Path) -> Path:
    """The history file, made so that nobody else can read it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(OWN)
    file.chmod(OWN)
    return file


@contextmanager
def ending() -> Iterator[None]:
    """Turn the signals that end a program into `Ended`, so that the terminal is put right on the way out."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _frame: object) -> None:
        raise Ended(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
