"""What can be answered at a note or a question, and what each answer does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from digest import choice, draft
from digest.choice import Choice as Sides
from digest.errors import DraftError
from digest.extract import statements
from digest.model import whole_ref
from digest.prompt import screen
from digest.prompt.questions import Question, texts
from digest.prompt.terminal import Choice

if TYPE_CHECKING:
    from collections.abc import Callable

    from digest.draft import Line
    from digest.prompt.talk import Talk

PARTS = ("chosen", "over", "because", "cost")


class Answer:
    """The answers: the key, the name with that key in it, and what it does."""

    KEEP = Choice(key="k", name="keep", does="keep it as it stands")
    TAKE = Choice(key="t", name="take", does="take the words of the source")
    EDIT = Choice(key="e", name="edit", does="edit its words")
    WRITE = Choice(key="w", name="write", does="write it from its parts: chosen, over, because, cost")
    OPEN = Choice(key="o", name="open", does="open the draft in your editor")
    DROP = Choice(key="d", name="drop", does="drop it; it does not come back")
    NEW = Choice(key="n", name="new", does="write a line of your own for the same section")
    MERGE = Choice(key="m", name="merge", does="tell them as one line, in these words, with the evidence of all")
    NONE = Choice(key="n", name="none", does="there was none; it is not asked again")
    BACK = Choice(key="b", name="back", does="go back to the note before")
    LATER = Choice(key="l", name="later", does="leave it for later")
    SOURCE = Choice(key="s", name="source", does="show the facts behind it")
    PREVIEW = Choice(key="p", name="preview", does="show the digest as it would go out")
    UNDO = Choice(key="u", name="undo", does="take the last answer back")
    FIND = Choice(key="/", name="/word", does="go to the next line that has a word")
    JUMP = Choice(key="j", name="jump", does="go to a note by its number")
    QUIT = Choice(key="q", name="quit (saved)", does="quit; all answers are saved")


def choices(talk: Talk, note: Line | Question | None) -> list[Choice]:
    """What can be answered here."""
    if note is None:
        here = [Answer.NEW, Answer.OPEN]
    elif isinstance(note, Question):
        here = [Answer.WRITE, Answer.NONE]
    else:
        write = [Answer.WRITE] if note.section == "tradeoffs" else []
        asked = [*([Answer.TAKE] if note.offer else []), *([Answer.MERGE] if note.doubt else [])]
        here = [Answer.KEEP, *asked, Answer.EDIT, *write, Answer.OPEN, Answer.DROP, Answer.NEW]
    here += [Answer.BACK] if talk.k else []
    here += [Answer.LATER] if note else []
    here += [Answer.SOURCE] if isinstance(note, Question) or (note and note.entry.refs) else []
    here += [Answer.PREVIEW, *([Answer.UNDO] if talk.before else []), Answer.FIND]
    return [*here, *([Answer.JUMP] if talk.desk.plain else []), Answer.QUIT]


def act(talk: Talk, answer: str, note: Line | Question | None) -> None:
    """Do what was answered."""
    if answer.isdecimal() or answer == Answer.JUMP.key:
        talk.jump(answer)
    elif answer.startswith("/"):
        talk.find(answer[1:])
    elif answer not in {choice.key for choice in choices(talk, note)}:
        for known in choices(talk, note):
            talk.desk.say(f"{known.key}  {known.does}")
    else:
        does = _anywhere(talk) | (_asked(talk, note) if isinstance(note, Question) else _at(talk, note))
        does[answer]()


def _anywhere(talk: Talk) -> dict[str, Callable[[], None]]:
    """The answers that are not about the words of a note."""
    return {
        Answer.BACK.key: lambda: _go(talk, -1),
        Answer.LATER.key: lambda: _go(talk, 1),
        Answer.PREVIEW.key: lambda: talk.show(talk.preview(talk.text)),
        Answer.UNDO.key: talk.undo,
    }


def _at(talk: Talk, line: Line | None) -> dict[str, Callable[[], None]]:
    """The answers at a line, or at the end."""
    always: dict[str, Callable[[], None]] = {
        Answer.OPEN.key: lambda: talk.open(line.at if line else 1),
        Answer.NEW.key: lambda: _add(talk, line),
    }
    return always if line is None else always | {
        Answer.KEEP.key: lambda: _keep(talk, line),
        Answer.TAKE.key: lambda: _reword(talk, line, line.offer),
        Answer.MERGE.key: lambda: _merge(talk, line),
        Answer.EDIT.key: lambda: _edit(talk, line),
        Answer.WRITE.key: lambda: _write(talk, line, line.entry.refs),
        Answer.DROP.key: lambda: talk.change(lambda text: draft.drop(text, place(text, line)), "dropped"),
        Answer.SOURCE.key: lambda: _show_source(talk, line.entry.refs),
    }  # fmt: skip


def _asked(talk: Talk, asked: Question) -> dict[str, Callable[[], None]]:
    """The answers to a question."""
    return {
        Answer.WRITE.key: lambda: _write(talk, None, asked.refs),
        Answer.NONE.key: lambda: talk.change(lambda text: draft.settle(text, asked.name)),
        Answer.SOURCE.key: lambda: _show_source(talk, asked.refs),
    }


def _go(talk: Talk, steps: int) -> None:
    talk.k += steps


def _keep(talk: Talk, line: Line) -> None:
    talk.change(lambda text: _kept(text, line), "kept")
    talk.k += 1


def _edit(talk: Talk, line: Line) -> None:
    said = talk.desk.edit(talk.typed or line.entry.text)
    if said == line.entry.text:
        talk.desk.say("Left as it was.")
    else:
        _reword(talk, line, said)


def _reword(talk: Talk, line: Line, said: str) -> None:
    """Give the note other words, and go on."""
    talk.typed = said
    talk.change(lambda text: draft.reword(text, place(text, line), said), "reworded")
    talk.asked.add(line.entry.refs or (" ".join(said.split()),))
    talk.typed = ""
    talk.k += 1


def _add(talk: Talk, line: Line | None) -> None:
    """A line of the person's own, in the section of the note; a trade-off at the end."""
    section = line.section if line else "tradeoffs"
    talk.desk.say(f"A new line for {screen.KINDS[section]}:")
    said = talk.desk.edit(talk.typed)
    if not said:
        talk.desk.say("Nothing was added.")
        return
    talk.typed = said
    talk.change(lambda text: draft.add(text, section, said), "added")
    talk.typed = ""
    talk.k += 0 if line else 1
    talk.desk.say("Added at the end of its section.")


def _kept(text: str, line: Line) -> str:
    """The text with the line as it stands; lines that may be one with it are apart."""
    text = draft.apart(text, line.doubt.refs) if line.doubt else text
    return draft.keep(text, place(text, line))


def _merge(talk: Talk, line: Line) -> None:
    """Tell the line and all that may be one with it as one line, which stays in the round."""
    talk.change(lambda text: draft.unite(text, place(text, line)), "merged")
    talk.asked |= {x.entry.refs for x in draft.read(talk.text).lines if {*line.entry.refs} <= {*x.entry.refs}}


def _write(talk: Talk, line: Line | None, refs: tuple[str, ...]) -> None:
    """Put a trade-off together from its parts, each saved when it is given; Ctrl-C takes all of them back."""
    known = (talk.known[whole] for whole in map(whole_ref, refs) if whole in talk.known)
    stated = [statement for activity in known for text in texts(activity) for statement in statements(text)]
    found = list(choice.suggestions(stated))
    now = choice.parts(line.entry.text) if line else Sides()
    at, start, step = line, len(talk.before), True
    tab = " Tab brings what the evidence says." if found and not talk.desk.plain else ""
    talk.desk.say(f"Enter goes to the next part.{tab}")
    try:
        for name in PARTS:
            offers = [*dict.fromkeys(part for sides in found if (part := getattr(sides, name)))]
            first = getattr(now, name) or next(iter(offers if not line else ()), "")
            now = replace(now, **{name: talk.desk.edit(first, label=f"{name:<8}", offers=offers)})
            if said := choice.sentence(now):
                at = _save_part(talk, at, refs, said, step=step)
                step = False
        if at is None or not choice.sentence(now):
            talk.desk.say("Nothing was written.")
            return
        words = talk.desk.edit(choice.sentence(now))
        talk.change(
            lambda text: draft.reword(text, place(text, at), words), "reworded" if line else "added", step=False
        )
        talk.k += 1
    except KeyboardInterrupt:
        if len(talk.before) > start:
            talk.undo()
        raise


def _save_part(talk: Talk, line: Line | None, refs: tuple[str, ...], said: str, *, step: bool) -> Line:
    """Save what is put together so far, as a guess; gives the line that it stands in."""
    own = tuple(f"{whole_ref(ref)}~tradeoff-yours" for ref in refs)

    def edit(text: str) -> str:
        if line is None:
            return draft.add(text, "tradeoffs", said, refs=own, sure=False)
        return draft.reword(text, place(text, line), said, sure=False)

    talk.change(edit, step=step)
    wanted = line.entry.refs if line else own
    lines = [now for now in draft.read(talk.text).lines if now.entry.refs == wanted and not now.entry.sure]
    saved = min(lines, key=lambda now: abs(now.at - (line.at if line else now.at)))
    talk.asked.add(wanted or (saved.entry.text,))
    return saved


def _show_source(talk: Talk, refs: tuple[str, ...]) -> None:
    """The facts behind a note."""
    urls = draft.read(talk.text).digest.urls
    for ref in refs:
        url = urls.get(ref) or urls.get(whole_ref(ref), "")
        for shown in screen.evidence(ref, url, talk.evidence(ref), talk.desk.width()):
            talk.desk.say(shown)


def place(text: str, line: Line) -> int:
    """The number of a line in a text that may have changed since it was shown.

    Raises:
        DraftError: somebody else took the line out, or gave it other words, which the answer was not about.
    """
    lines = draft.read(text).lines
    same = [now for now in lines if now.entry.refs == line.entry.refs and now.entry.text == line.entry.text]
    close = [now for now in lines if line.entry.refs and now.entry.refs == line.entry.refs]
    if close and not same:
        raise DraftError(
            f"somebody else gave this line other words meanwhile: {close[0].entry.text}",
            "nothing was written; answer again, edit still has what you typed",
        )
    if not same:
        raise DraftError("the line is no longer in the draft", "somebody else took it out")
    return min(same, key=lambda now: abs(now.at - line.at)).at
