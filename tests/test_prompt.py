"""Review in the terminal: each answer is saved at once, nothing that was written is lost."""

from __future__ import annotations

import os
import signal
import stat
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pexpect
import pytest

from digest import draft, prompt
from digest.model import Digest, Entry, Section
from digest.period import Period
from tests.conftest import Clone

PERIOD = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
GUESS = Entry(text="Chose freshness over speed.", refs=("hub:acme/shop#7~tradeoff-1",), sure=False)
SURE = Entry(text="Accepted more files.", refs=("hub:acme/shop#8~tradeoff-1",))
DONE = Entry(text="Added refunds.", refs=("hub:acme/shop#8",))
SHOP = Digest(
    title="Shop",
    period=PERIOD,
    sections=(
        Section(name="progress", entries=(DONE,)),
        Section(name="tradeoffs", entries=(SURE, GUESS)),
        Section(name="metrics"),
        Section(name="next"),
    ),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A draft with a trade-off that is sure and one that is a guess."""
    path = tmp_path / "draft.md"
    draft.save(path, draft.write(SHOP), None)
    return path


class Person:
    """Answers from a list; notes what was said."""

    def __init__(self, *answers: str | BaseException, plain: bool = False, words: str | None = None) -> None:
        self.answers: Iterator[str | BaseException] = iter(answers)
        self.said: list[str] = []
        self.words = words
        self.desk = prompt.Desk(
            say=self.said.append,
            ask=self.answer,
            edit=lambda text: None if words is None else words.replace("{}", text),
            evidence=lambda entry: [f"facts of {entry.refs[0]}"],
            preview=lambda digest: f"preview of {digest.title}",
            plain=plain,
        )

    def answer(self, _question: str) -> str:
        """The next answer; the end of the list is the end of the input."""
        try:
            given = next(self.answers)
        except StopIteration:
            raise EOFError from None
        if isinstance(given, BaseException):
            raise given
        return given


def entries(file: Path) -> list[tuple[str, bool]]:
    """The trade-offs of the file: words, sure."""
    return [(e.text, e.sure) for e in draft.read(draft.load(file)[0]).digest.section("tradeoffs").entries]


def test_it_begins_at_the_first_undecided(file: Path) -> None:
    """What is sure needs no answer; keeping the guess decides it."""
    person = Person("k")
    left = prompt.review(file, person.desk)

    assert (0, [(SURE.text, True), (GUESS.text, True)]) == (left, entries(file))


@pytest.mark.parametrize(
    ("answers", "words", "expected"),
    [
        (("e",), "Chose A over B.", [(SURE.text, True), ("Chose A over B.", True)]),
        (("e",), "{}", [(SURE.text, True), (GUESS.text, True)]),
        (("e",), None, [(SURE.text, True), (GUESS.text, False)]),
        (("e",), "  ", [(SURE.text, True), (GUESS.text, False)]),
        (("d",), None, [(SURE.text, True)]),
        (("d", "u"), None, [(SURE.text, True), (GUESS.text, False)]),
        (("k", "b"), None, [(SURE.text, True), (GUESS.text, True)]),
        (("1", "d"), None, [(GUESS.text, False)]),
        (("b", "d"), None, [(GUESS.text, False)]),
        (
            ("n",),
            "Chose tests over speed.",
            [(SURE.text, True), (GUESS.text, False), ("Chose tests over speed.", True)],
        ),
        (("?", "x", "99", "q"), None, [(SURE.text, True), (GUESS.text, False)]),
        ((KeyboardInterrupt(), "k"), None, [(SURE.text, True), (GUESS.text, True)]),
    ],
)
def test_answers(file: Path, answers: tuple[str, ...], words: str | None, expected: list[tuple[str, bool]]) -> None:
    """Each answer does what its letter says, and the file says so at once."""
    prompt.review(file, Person(*answers, words=words).desk)

    assert expected == entries(file)


def test_looking_changes_nothing(file: Path) -> None:
    """Source and preview print, the file stays."""
    before = file.read_bytes()
    person = Person("s", "p")
    prompt.review(file, person.desk)

    assert (before, True, True) == (
        file.read_bytes(),
        f"facts of {GUESS.refs[0]}" in person.said,
        "preview of Shop" in person.said,
    )


def test_every_line_where_all_is_asked_for(file: Path) -> None:
    """With all lines the trade-offs come first, then the others."""
    person = Person("1", "", "", "", words=None)
    prompt.review(file, person.desk, all_lines=True)

    assert ["Trade-off 1 of 3", "Trade-off 2 of 3", "Progress 3 of 3"] == [
        line.split("  ")[0] for line in person.said if " of 3" in line and "from" in line
    ][1:]


def test_numbered_questions(file: Path) -> None:
    """The plain way asks by number and draws nothing."""
    person = Person("1", plain=True)
    prompt.review(file, person.desk)

    assert ("1. keep it as it stands" in person.said, (GUESS.text, True)) == (True, entries(file)[1])


def test_somebody_else_wrote_the_file(file: Path) -> None:
    """What changed between two questions is read again, and both changes stand."""
    person = Person("k")

    def meanwhile(question: str) -> str:
        answer = person.answer(question)
        text, seen = draft.load(file)
        draft.save(file, draft.add(text, "tradeoffs", "Chose paper over pixels."), seen)
        return answer

    desk = prompt.Desk(
        say=person.said.append, ask=meanwhile, edit=lambda _: None, evidence=lambda _: [], preview=lambda _: ""
    )
    prompt.review(file, desk)

    assert [SURE.text, GUESS.text, "Chose paper over pixels."] == [text for text, _ in entries(file)]


def test_control_characters_are_harmless(tmp_path: Path) -> None:
    """A title cannot drive the terminal."""
    path = tmp_path / "draft.md"
    hostile = Entry(text="Chose \x1b[31mred over \u202eblue.", refs=("hub:a/b#1~tradeoff-1",), sure=False)
    shop = Digest(title="Shop", period=PERIOD, sections=(Section(name="tradeoffs", entries=(hostile,)),))
    draft.save(path, draft.write(shop), None)
    person = Person("q")
    prompt.review(path, person.desk)

    assert not {"\x1b", "\u202e"} & set("".join(person.said))


def test_the_editor_of_the_person(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """$VISUAL gets the words; comments are left out, and a failing editor changes nothing."""
    script = tmp_path / "editor"
    script.write_text('#!/bin/sh\nprintf "Chose a\\n over b.\\n# no\\n" > "$1"\n', encoding="utf-8")
    script.chmod(stat.S_IRWXU)
    monkeypatch.setenv("VISUAL", str(script))
    prompt.review(file, Person("o").desk)
    monkeypatch.setenv("VISUAL", "false")
    prompt.review(file, Person("2", "o", "q").desk)

    assert ("Chose a over b.", True) == entries(file)[1]


@pytest.fixture
def terminal(clone: Clone) -> Iterator[tuple[pexpect.spawn, Path]]:
    """`digest review` in a real pseudo-terminal, 60 columns wide, and the draft that it works on."""
    clone.commit(
        "feat: save the cart (#12)\n\nWe chose 95% freshness over 100% to keep our 200ms SLA.\n",
        "2026-02-10T10:00:00Z",
        {"src/cart.py": "cart = 1\n" * 80},
    )
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm", "NO_COLOR": "1"}
    run = [sys.executable, "-m", "digest"]
    pexpect.run(" ".join([*run, "draft", "-p", "2026-W07"]), cwd=str(clone.path), env=env)
    child = pexpect.spawn(
        run[0], [*run[1:], "review", "-p", "2026-W07"], cwd=str(clone.path), env=env, dimensions=(24, 60)
    )
    child.delaybeforesend = 0.05
    yield child, clone.path / "digests" / "2026-W07_W08.md"
    child.close(force=True)


def test_editing_with_the_text_filled_in(terminal: tuple[pexpect.spawn, Path]) -> None:
    """In a real terminal: e, more words at the end, Enter; the file has them."""
    child, path = terminal
    child.expect("Trade-off 1 of 1", timeout=20)
    child.expect("> ")
    child.sendline("e")
    child.expect("Chose")
    child.send(" Really.\r")
    child.expect("That was the last one", timeout=20)
    child.sendline("q")
    child.expect("nothing is left to decide", timeout=20)

    assert "Really." in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_killed_at_a_question(terminal: tuple[pexpect.spawn, Path], number: int) -> None:
    """Whatever ends it, the file is whole and holds what was answered."""
    child, path = terminal
    child.expect("Trade-off 1 of 1", timeout=20)
    child.sendline("n")
    child.expect("own words")
    child.send("Chose tests over speed.\r")
    child.expect("Trade-off 1 of 2", timeout=20)
    child.kill(number)
    child.expect(pexpect.EOF)

    assert "- Trade-off: Chose tests over speed." in path.read_text(encoding="utf-8")
