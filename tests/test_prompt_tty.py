from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from digest import draft
from tests.conftest import Clone
from tests.test_draft import SHOP

PROGRAM = """
import os, pathlib, sys
from digest import prompt
from digest.model import Activity
body = "It is off by default, behind a flag."
about = Activity(source="github", key="acme/shop#420", kind="pull_request", title="Move the basket", body=body)
desk = prompt.terminal(lambda line: print(line, flush=True), environ=os.environ, history=pathlib.Path(sys.argv[2]))
known = {about.ref: about} if os.environ.get("KNOWN") else {}
print(prompt.review(pathlib.Path(sys.argv[1]), desk=desk, known=known))
"""
SPAWN: Any = pexpect.spawn
ASKED = r"uit \(saved\)  > "


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A draft with two guesses."""
    path = tmp_path / "w.md"
    draft.save(path, draft.write(SHOP), None)
    return path


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Where the lines that were typed are kept."""
    return tmp_path / "state" / "history"


@pytest.fixture
def start(file: Path, history: Path) -> Iterator[Callable[..., Any]]:
    """A maker of reviews that run as processes of their own, each on a pseudo-terminal."""
    children: list[Any] = []

    def spawn(**more: str) -> Any:
        environ = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "NO_COLOR": "1", **more}
        environ["PYTHONPATH"] = str(Path(__file__).parent.parent)
        argv = ["-c", PROGRAM, str(file), str(history)]
        child: Any = SPAWN(sys.executable, argv, env=environ, encoding="utf-8", timeout=15, dimensions=(30, 120))
        child.delayafterclose = child.delayafterterminate = 0
        children.append(child)
        return child

    yield spawn
    for child in children:
        child.close(force=True)


def tradeoffs(file: Path) -> list[tuple[str, bool]]:
    """The trade-offs of the file, and whether each is decided."""
    found = draft.read(file.read_text(encoding="utf-8")).digest.section("tradeoffs")
    return [(entry.text, entry.sure) for entry in found.entries]


def edit(child: Any) -> None:
    """Ask to edit the note, and wait until its words stand there to be edited."""
    child.sendline("e")
    child.expect(r"\?2004h.*(over 100%|for reads)")


def test_a_line_is_edited_in_place(start: Callable[..., Any], file: Path, history: Path) -> None:
    """The words stand there to be edited; Enter accepts them, and only their owner can read what was typed."""
    child = start()
    child.expect(ASKED)
    edit(child)
    child.send(" For speed.\r")
    child.expect("Trade-off 2 of 2")
    child.expect(ASKED)
    child.sendline("k")
    child.expect("Nothing is left to decide")
    child.sendline("")
    child.expect("finished=True")
    child.expect(pexpect.EOF)

    assert [("Chose 95% freshness over 100%. For speed.", True), ("Kept the old table for reads.", True)] == tradeoffs(
        file
    )
    assert (0o600, True) == (history.stat().st_mode & 0o777, "For speed." in history.read_text(encoding="utf-8"))


def test_alt_enter_makes_a_line_break_that_the_draft_takes_as_a_blank(start: Callable[..., Any], file: Path) -> None:
    """A note may be typed on several lines; it is one line of the digest."""
    child = start()
    child.expect(ASKED)
    edit(child)
    child.send("\x15Chose\x1b\rspeed.\r")
    child.expect("Trade-off 2 of 2")

    assert ("Chose speed.", True) == tradeoffs(file)[0]


def test_control_c_leaves_the_edit_and_control_d_the_review(start: Callable[..., Any], file: Path) -> None:
    """Ctrl-C cancels the edit alone; Ctrl-D ends the review with all that was answered saved."""
    child = start()
    child.expect(ASKED)
    child.sendline("k")
    child.expect("Trade-off 2 of 2")
    child.expect(ASKED)
    edit(child)
    child.send("zzz\x03")
    child.expect("Cancelled")
    child.expect(ASKED)
    child.sendcontrol("c")
    child.expect("Cancelled")
    child.expect(ASKED)
    child.sendcontrol("d")
    child.expect("kept=1.*left=1, finished=False")
    child.expect(pexpect.EOF)

    assert [("Chose 95% freshness over 100%.", True), ("Kept the old table for reads.", False)] == tradeoffs(file)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("typing", [False, True], ids=["at the question", "in an edit"])
def test_a_signal_to_end_leaves_what_was_answered(
    start: Callable[..., Any], file: Path, number: signal.Signals, *, typing: bool
) -> None:
    """A closed terminal or a kill ends the program in order, with the file as of the last answer."""
    child = start()
    child.expect(ASKED)
    child.sendline("k")
    child.expect("Trade-off 2 of 2")
    child.expect(ASKED)
    if typing:
        edit(child)
    child.kill(number)
    child.expect("kept=1.*left=1, finished=False")
    child.expect(pexpect.EOF)
    child.close()

    assert ([True, False], 0) == ([sure for _, sure in tradeoffs(file)], child.exitstatus)


Steps = list[tuple[str, str]]
"""What is waited for, and what is typed then; the last one is only waited for."""

ANY = r"> $"
PROMPTS: dict[str, Steps] = {
    "the question of a note": [(ANY, "k\r"), ("2 of 3(?s:.*)> $", "")],
    "an edit": [(ANY, "k\r"), (ANY, "e\r"), ("old table for reads", "")],
    "a line of one's own": [(ANY, "k\r"), (ANY, "n\r"), (r"\?2004h", "")],
    "chosen": [(ANY, "w\r"), ("chosen", "")],
    "over": [(ANY, "w\r"), ("chosen .*95% freshness", " and more\r"), ("over", "")],
    "cost": [(ANY, "w\r"), ("chosen", "\r"), ("over", "!\r"), ("because", "\r"), ("cost", "")],
    "the sentence of the parts": [
        (ANY, "w\r"), ("chosen", "\r"), ("over", "\r"), ("because", "\r"), ("cost", "much\r"), ("; cost: much", ""),
    ],
    "a question": [(ANY, "k\r"), (ANY, "k\r"), ("given up(?s:.*)> $", "")],
    "a part of what was not told": [(ANY, "3\r"), ("given up(?s:.*)> $", "w\r"), ("chosen", "a flag\r"), ("over", "")],
    "the end": [(ANY, "k\r"), (ANY, "k\r"), ("given up(?s:.*)> $", "n\r"), ("Nothing is left(?s:.*)> $", "")],
    "a word, plain": [(": $", "1\r"), (": $", "/\r"), ("A word of the line: $", "")],
    "a number, plain": [(": $", "1\r"), (": $", "j\r"), ("Its number, 1 to 3: $", "")],
    "a part, plain": [(": $", "w\r"), ("for none(?s:.*)leave it: $", "95% of it\r"), ("for none(?s:.*)leave it: $", "")],
}  # fmt: skip


@pytest.mark.parametrize("end", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL, "ctrl-d", "ctrl-c"])
@pytest.mark.parametrize("where", PROMPTS)
def test_whatever_ends_it_at_whatever_prompt_only_the_line_being_typed_is_lost(
    start: Callable[..., Any], file: Path, where: str, end: signal.Signals | str
) -> None:
    """What was answered before stands in the file, whole; the parts of a trade-off as a guess until it is complete.

    Ctrl-C ends the answer alone, and takes the parts of it back.
    """
    child = start(KNOWN="1", **({"TERM": "dumb"} if "plain" in where else {}))
    *steps, (last, _) = PROMPTS[where]
    begun = b""
    for awaited, typed in steps:
        child.expect(awaited)
        begun = file.read_bytes() if typed == "w\r" else begun
        child.send(typed)
    child.expect(last)
    before = begun if begun and end == "ctrl-c" else file.read_bytes()
    if isinstance(end, str):
        child.send("\x03" if end == "ctrl-c" else "\x15")
        child.expect("Cancelled(?s:.*)[>:] $" if end == "ctrl-c" else "")
        child.send("\x04")
    else:
        child.send("half a li")
        child.kill(end)
    child.expect(pexpect.EOF)

    assert (before, []) == (file.read_bytes(), [*file.parent.glob(".*")])
    assert 5 <= len(draft.read(before.decode()).lines)


def test_a_window_that_changes_its_size_in_an_edit_loses_no_word(start: Callable[..., Any], file: Path) -> None:
    """Wide signs and a script from right to left, typed on where the line was wrapped anew."""
    child = start()
    child.expect(ASKED)
    edit(child)
    for columns in (40, 200, 60):
        child.setwinsize(24, columns)
        child.send(f" {columns} 🎁 שלום 日本")
        child.expect(f"{columns} (?s:.*)日本")
    child.send("\r")
    child.expect("Trade-off 2 of 2")
    gifts = " ".join(f"{columns} 🎁 שלום 日本" for columns in (40, 200, 60))

    assert (f"Chose 95% freshness over 100%. {gifts}", True) == tradeoffs(file)[0]


@pytest.mark.parametrize("environ", [{"TERM": "dumb"}, {"ACCESSIBLE": "1"}], ids=["dumb", "screen reader"])
def test_plain_questions_draw_nothing(start: Callable[..., Any], file: Path, environ: dict[str, str]) -> None:
    """Numbered answers and whole lines: no escape sequence reaches the terminal."""
    child = start(**environ)
    child.expect(r"Your answer, 1 to \d+: ")
    shown = child.before
    child.sendline("2")
    child.expect("New words, or Enter to leave it: ")
    shown += child.before
    child.sendline("Chose speed.")
    child.expect("Trade-off 2 of 2")
    shown += child.before

    assert (False, ("Chose speed.", True)) == ("\x1b" in shown, tradeoffs(file)[0])


def test_a_heading_is_bold_where_colour_is_welcome(start: Callable[..., Any]) -> None:
    """Bold is the only dress, and NO_COLOR takes it off."""
    child = start(NO_COLOR="")
    child.expect("1 of 2")

    assert child.before.endswith("\x1b[1mTrade-off ")


@pytest.fixture
def command(clone: Clone) -> Iterator[tuple[Any, Path]]:
    """`digest review` itself in a terminal of 60 columns, and the draft that it works on."""
    message = "feat: save the cart (#12)\n\nWe chose 95% freshness over 100% to keep our 200ms SLA.\n"
    clone.commit(message, "2026-02-10T10:00:00Z", {"src/cart.py": "cart = 1\n" * 80})
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent), "TERM": "xterm", "NO_COLOR": "1"}
    run = ["-m", "digest"]
    subprocess.run([sys.executable, *run, "draft", "-p", "2026-W07"], cwd=clone.path, env=environ, check=True)
    argv = [*run, "review", "-p", "2026-W07"]
    child = SPAWN(
        sys.executable, argv, cwd=str(clone.path), env=environ, encoding="utf-8", timeout=20, dimensions=(24, 60)
    )
    yield child, clone.path / "digests" / "2026-W07_W08.md"
    child.close(force=True)


def test_the_command_asks_shows_the_facts_and_previews(command: tuple[Any, Path]) -> None:
    """From a repository to a decided trade-off: source, preview, edit, end."""
    child, file = command
    child.expect("Trade-off 1 of 1")
    child.expect(ASKED)
    child.sendline("s")
    child.expect("save the cart")
    child.expect(ASKED)
    child.sendline("p")
    child.expect("Update - W7-8")
    child.expect(ASKED)
    child.sendline("e")
    child.expect(r"\?2004h.*SLA")
    child.send(" Really.\r")
    child.expect("Nothing is left to decide")
    child.sendline("q")
    child.expect("nothing is left to decide: digest publish")

    assert "Really." in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_the_command_can_be_killed_at_a_question(command: tuple[Any, Path], number: signal.Signals) -> None:
    """Whatever ends it, the file is whole and holds what was answered."""
    child, file = command
    child.expect("Trade-off 1 of 1")
    child.expect(ASKED)
    child.sendline("n")
    child.expect(r"\?2004h")
    child.send("Chose tests over speed.\r")
    child.expect("Trade-off 1 of 2")
    child.kill(number)
    child.expect(pexpect.EOF)

    assert "- Trade-off: Chose tests over speed." in file.read_text(encoding="utf-8")
