"""The conversation: which note is shown, what each answer does to the draft, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest import draft
from digest.errors import DigestError, DraftError
from digest.markdown import clean, one_line
from digest.model import Activity
from digest.prompt import answers, screen
from digest.prompt.answers import Answer
from digest.prompt.questions import Question, questions
from digest.prompt.terminal import Terminal

if TYPE_CHECKING:
    from digest.draft import Line


def _nothing() -> dict[str, int]:
    return dict.fromkeys(("kept", "merged", "reworded", "dropped", "added"), 0)


class Talk(msgspec.Struct, kw_only=True):
    """A review under way.

    Attributes:
        text, hash: the draft as it is on the disk.
        known: the activities of the period, by ref.
        k: the number of the note that is shown, from 0; behind the last one, the end is.
        asked: the lines that were shown, so that a note stays in the round when it is decided.
        before: what `undo` goes back to.
        typed: words that could not be saved.
    """

    path: Path
    desk: Terminal
    text: str
    hash: str
    all_lines: bool
    evidence: Callable[[str], str]
    preview: Callable[[str], str]
    known: Mapping[str, Activity]
    k: int = 0
    asked: set[tuple[str, ...]] = msgspec.field(default_factory=set)
    before: list[tuple[str, int, dict[str, int]]] = msgspec.field(default_factory=list)
    count: dict[str, int] = msgspec.field(default_factory=_nothing)
    typed: str = ""

    def run(self) -> bool:
        """Ask until the person is done; whether they came to the end."""
        for said in draft.read(self.text).notes:
            self.desk.say(one_line(said))
        notes = self.notes()
        open_ = (
            k for k, note in enumerate(notes) if isinstance(note, Question) or note.offer or screen.undecided(note)
        )
        self.k = next(open_, 0 if self.all_lines else len(notes))
        while True:
            notes = self.notes()
            self.k = min(self.k, len(notes))
            note = notes[self.k] if self.k < len(notes) else None
            try:
                answer = self.ask(note, notes)
                if answer == Answer.QUIT.key or (note is None and not answer):
                    return note is None
                answers.act(self, answer, note)
            except KeyboardInterrupt:
                self.desk.say("\nCancelled. q quits; every answer so far is saved.")
            except DigestError as error:
                self.desk.say(one_line(str(error)))

    def notes(self) -> tuple[Line | Question, ...]:
        """What is gone through: trade-offs first, then other lines, then questions."""
        read = draft.read(self.text)
        round_ = [line for line in read.lines if self.all_lines or _asks(line) or names(line) in self.asked]
        self.asked |= set(map(names, round_))
        return (*sorted(round_, key=lambda line: line.section != "tradeoffs"), *questions(read, self.known))

    def ask(self, note: Line | Question | None, notes: tuple[Line | Question, ...]) -> str:
        """Show a note, or the end, and take the answer."""
        self.desk.say("")
        show = screen.Show(width=self.desk.width(), bold=self.desk.bold, beside=not self.desk.plain)
        if note is None:
            shown = screen.left(draft.read(self.text), notes)
        elif isinstance(note, Question):
            shown = screen.question(note, show, k=self.k + 1, of=len(notes))
        else:
            shown = screen.note(note, show, k=self.k + 1, of=len(notes))
        for line in shown:
            self.desk.say(line)
        return self.desk.choose(answers.choices(self, note))

    def change(self, edit: Callable[[str], str], what: str = "", *, step: bool = True) -> None:
        """Make an edit and save it; where somebody else changed the file meanwhile, the edit goes into theirs.

        Args:
            edit: from the text of the draft, the new one.
            what: what the answer counts as.
            step: False where an answer is saved before it is complete: `undo` takes all of it back at once.
        """
        old = (self.text, self.k, dict(self.count))
        new = edit(self.text)
        try:
            self.hash = draft.save(self.path, new, self.hash)
        except DraftError:
            text, found = draft.load(self.path)
            if found == self.hash:
                raise
            self.text, self.hash, self.before = text, found, []
            self.desk.say(
                "The draft was changed by somebody else meanwhile; your answer goes into what stands there now."
            )
            old = (self.text, self.k, dict(self.count))
            new = edit(self.text)
            self.hash = draft.save(self.path, new, self.hash)
        self.text = new
        if step:
            self.before.append(old)
        if what:
            self.count[what] += 1

    def undo(self) -> None:
        """Take the last answer back."""
        text, k, count = self.before[-1]
        self.hash = draft.save(self.path, text, self.hash)
        self.before.pop()
        self.text, self.k, self.count = text, k, count

    def open(self, line: int) -> None:
        """Let the person's editor have the file, and go on with what it left."""
        old = (self.text, self.k, dict(self.count))
        try:
            self.desk.open(self.path, line)
        finally:
            text, self.hash = draft.load(self.path)
            draft.read(text)
            if text != self.text:
                self.text = text
                self.before.append(old)

    def jump(self, answer: str) -> None:
        """Go to a note by its number."""
        last = len(self.notes())
        if not answer.isdecimal():
            answer = self.desk.ask(f"Its number, 1 to {last}: ").strip()
        if answer.isdecimal() and 1 <= int(answer) <= last:
            self.k = int(answer) - 1
        else:
            self.desk.say(f"The notes have the numbers 1 to {last}.")

    def find(self, word: str) -> None:
        """Go to the next line that has a word, in itself or in its refs, and take it into the round."""
        word = (word or self.desk.ask("A word of the line: ")).strip().casefold()
        lines = draft.read(self.text).lines
        found = [line for line in lines if word and word in f"{line.entry.text} {' '.join(line.entry.refs)}".casefold()]
        if not found:
            self.desk.say("No line has it.")
            return
        self.asked |= set(map(names, found))
        notes = self.notes()
        places = [k for k, note in enumerate(notes) if note in found]
        self.k = next((k for k in places if k > self.k), places[0])
        if len(places) > 1:
            self.desk.say(f"{len(places)} lines have it: {', '.join(str(k + 1) for k in places)}.")

    def show(self, text: str) -> None:
        """A text of many lines."""
        for shown in clean(text).split("\n"):
            self.desk.say(shown)


def _asks(line: Line) -> bool:
    return bool(line.section == "tradeoffs" or line.offer or screen.undecided(line))


def names(line: Line) -> tuple[str, ...]:
    """What a line is known by while its words may change."""
    return line.entry.refs or (line.entry.text,)
