"""The conversation: which note is shown, what each answer does to the draft, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from digest import draft
from digest.errors import DigestError, DraftError
from digest.markdown import clean, one_line
from digest.model import whole_ref
from digest.prompt import screen
from digest.prompt.terminal import Choice, Terminal

if TYPE_CHECKING:
    from digest.draft import Line

KEEP = Choice(key="k", name="keep", does="keep it as it stands")
TAKE = Choice(key="t", name="take", does="take the words of the source")
EDIT = Choice(key="e", name="edit", does="edit its words")
OPEN = Choice(key="o", name="open", does="open the draft in your editor")
MERGE = Choice(key="m", name="merge", does="tell them as one line, in these words, with the evidence of all")
DROP = Choice(key="d", name="drop", does="drop it; it does not come back")
NEW = Choice(key="n", name="new", does="write a line of your own for the same section")
BACK = Choice(key="b", name="back", does="go back to the note before")
LATER = Choice(key="l", name="later", does="leave it for later")
SOURCE = Choice(key="s", name="source", does="show the facts behind it")
PREVIEW = Choice(key="p", name="preview", does="show the digest as it would go out")
UNDO = Choice(key="u", name="undo", does="take the last answer back")
JUMP = Choice(key="j", name="jump", does="go to a note by its number")
QUIT = Choice(key="q", name="quit (saved)", does="quit; all answers are saved")


def _nothing() -> dict[str, int]:
    return dict.fromkeys(("kept", "merged", "reworded", "dropped", "added"), 0)


@dataclass(slots=True, kw_only=True)
class Talk:
    """A review under way.

    Attributes:
        text, hash: the draft as it is on the disk.
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
    k: int = 0
    asked: set[tuple[str, ...]] = field(default_factory=set)
    before: list[tuple[str, int, dict[str, int]]] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=_nothing)
    typed: str = ""

    def run(self) -> bool:
        """Ask until the person is done; whether they came to the end."""
        for said in draft.read(self.text).notes:
            self.desk.say(one_line(said))
        notes = self.notes()
        undecided = (k for k, line in enumerate(notes) if line.offer or line.doubt or not line.entry.sure)
        self.k = next(undecided, 0 if self.all_lines else len(notes))
        while True:
            notes = self.notes()
            self.k = min(self.k, len(notes))
            line = notes[self.k] if self.k < len(notes) else None
            try:
                answer = self.ask(line, notes)
                if answer == QUIT.key or (line is None and not answer):
                    return line is None
                self.answer(answer, line, notes)
            except KeyboardInterrupt:
                self.desk.say("\nCancelled. q quits; every answer so far is saved.")
            except DigestError as error:
                self.desk.say(one_line(str(error)))

    def notes(self) -> tuple[Line, ...]:
        """The lines that are gone through, trade-offs first."""
        lines = draft.read(self.text).lines
        round_ = [line for line in lines if self.all_lines or _asks(line) or _names(line) in self.asked]
        self.asked |= set(map(_names, round_))
        return tuple(sorted(round_, key=lambda line: line.section != "tradeoffs"))

    def ask(self, line: Line | None, notes: tuple[Line, ...]) -> str:
        """Show a note, or the end, and take the answer."""
        self.desk.say("")
        if line:
            lines = screen.note(line, k=self.k + 1, of=len(notes), width=self.desk.width(), bold=self.desk.bold)
        else:
            lines = screen.left(draft.read(self.text), notes)
        for shown in lines:
            self.desk.say(shown)
        return self.desk.choose(self.choices(line))

    def choices(self, line: Line | None) -> list[Choice]:
        """What can be answered here."""
        here = [NEW, OPEN]
        if line:
            asked = [*([TAKE] if line.offer else []), *([MERGE] if line.doubt else [])]
            here = [KEEP, *asked, EDIT, OPEN, DROP, NEW]
        here += [BACK] if self.k else []
        here += [LATER] if line else []
        here += [SOURCE] if line and line.entry.refs else []
        here += [PREVIEW, *([UNDO] if self.before else []), *([JUMP] if self.desk.plain else [])]
        return [*here, QUIT]

    def answer(self, answer: str, line: Line | None, notes: tuple[Line, ...]) -> None:
        """Do what was answered."""
        if answer.isdecimal() or answer == JUMP.key:
            self.jump(answer, len(notes))
        elif answer not in {choice.key for choice in self.choices(line)}:
            for choice in self.choices(line):
                self.desk.say(f"{choice.key}  {choice.does}")
        elif act := self.moves(line).get(answer):
            act()
        elif line:
            self.decide(answer, line)

    def moves(self, line: Line | None) -> dict[str, Callable[[], None]]:
        """The answers that are not about the words of a note."""
        return {
            BACK.key: lambda: self.go(-1),
            LATER.key: lambda: self.go(1),
            OPEN.key: lambda: self.open(line),
            NEW.key: lambda: self.new(line),
            PREVIEW.key: lambda: self.show(self.preview(self.text)),
            UNDO.key: self.undo,
        }

    def go(self, steps: int) -> None:
        """On, or back."""
        self.k += steps

    def decide(self, answer: str, line: Line) -> None:
        """An answer about the words of a note."""
        if answer == KEEP.key:
            self.change(lambda text: _kept(text, line), "kept")
            self.k += 1
        elif answer == MERGE.key:
            self.change(lambda text: _merged(text, line), "merged")
            lines = draft.read(self.text).lines
            self.asked |= {_names(x) for x in lines if {*line.entry.refs} <= {*x.entry.refs}}
        elif answer == TAKE.key:
            self.reword(line, line.offer)
        elif answer == DROP.key:
            self.change(lambda text: draft.drop(text, _place(text, line)), "dropped")
        elif answer == EDIT.key:
            said = self.desk.edit(self.typed or line.entry.text)
            if said == line.entry.text:
                self.desk.say("Left as it was.")
            else:
                self.reword(line, said)
        else:
            self.show_source(line)

    def reword(self, line: Line, said: str) -> None:
        """Give the note other words, and go on."""
        self.typed = said
        self.change(lambda text: draft.reword(text, _place(text, line), said), "reworded")
        self.asked.add(line.entry.refs or (" ".join(said.split()),))
        self.typed = ""
        self.k += 1

    def new(self, line: Line | None) -> None:
        """A line of the person's own, in the section of the note; a trade-off at the end."""
        section = line.section if line else "tradeoffs"
        self.desk.say(f"A new line for {screen.KINDS[section]}:")
        said = self.desk.edit(self.typed)
        if not said:
            self.desk.say("Nothing was added.")
            return
        self.typed = said
        self.change(lambda text: draft.add(text, section, said), "added")
        self.typed = ""
        self.k += 0 if line else 1
        self.desk.say("Added at the end of its section.")

    def change(self, edit: Callable[[str], str], what: str = "") -> None:
        """Make an edit and save it; where somebody else changed the file meanwhile, the edit goes into theirs."""
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
        self.before.append(old)
        if what:
            self.count[what] += 1

    def undo(self) -> None:
        """Take the last answer back."""
        text, k, count = self.before[-1]
        self.hash = draft.save(self.path, text, self.hash)
        self.before.pop()
        self.text, self.k, self.count = text, k, count

    def open(self, line: Line | None) -> None:
        """Let the person's editor have the file, and go on with what it left."""
        old = (self.text, self.k, dict(self.count))
        try:
            self.desk.open(self.path, line.at if line else 1)
        finally:
            text, self.hash = draft.load(self.path)
            draft.read(text)
            if text != self.text:
                self.text = text
                self.before.append(old)

    def jump(self, answer: str, last: int) -> None:
        """Go to a note by its number."""
        if answer == JUMP.key:
            answer = self.desk.ask(f"Its number, 1 to {last}: ").strip()
        if answer.isdecimal() and 1 <= int(answer) <= last:
            self.k = int(answer) - 1
        else:
            self.desk.say(f"The notes have the numbers 1 to {last}.")

    def show_source(self, line: Line) -> None:
        """The facts behind a note."""
        urls = draft.read(self.text).digest.urls
        for ref in line.entry.refs:
            url = urls.get(ref) or urls.get(whole_ref(ref), "")
            for shown in screen.evidence(ref, url, self.evidence(ref), self.desk.width()):
                self.desk.say(shown)

    def show(self, text: str) -> None:
        """A text of many lines."""
        for shown in clean(text).split("\n"):
            self.desk.say(shown)


def _asks(line: Line) -> bool:
    return bool(line.section == "tradeoffs" or not line.entry.sure or line.offer or line.doubt)


def _kept(text: str, line: Line) -> str:
    """The text with the line as it stands; lines that may be one with it are apart."""
    text = draft.apart(text, line.doubt.refs) if line.doubt else text
    return draft.keep(text, _place(text, line))


def _merged(text: str, line: Line) -> str:
    """The text with the line and all that may be one with it as one line."""
    at = _place(text, line)
    while True:
        lines = draft.read(text).lines
        first = next(x for x in lines if x.at == at)
        refs = set(first.doubt.refs if first.doubt else ())
        other = next((x for x in lines if x.at > at and x.section == first.section and refs & {*x.entry.refs}), None)
        if other is None:
            return text
        text = draft.join(text, at, other.at)
        at = next(x.at for x in draft.read(text).lines if {*first.entry.refs, *other.entry.refs} <= {*x.entry.refs})


def _names(line: Line) -> tuple[str, ...]:
    """What a line is known by while its words may change."""
    return line.entry.refs or (line.entry.text,)


def _place(text: str, line: Line) -> int:
    """The number of a line in a text that may have changed since it was shown."""
    lines = draft.read(text).lines
    same = [now for now in lines if now.entry.refs == line.entry.refs and now.entry.text == line.entry.text]
    close = [now for now in lines if line.entry.refs and now.entry.refs == line.entry.refs]
    if not (same or close):
        raise DraftError("the line is no longer in the draft", "somebody else took it out")
    return min(same or close, key=lambda now: abs(now.at - line.at)).at
