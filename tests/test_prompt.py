from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from msgspec.structs import replace

from digest import draft, prompt
from digest.errors import DraftError
from digest.model import Doubt, Entry
from tests.test_draft import SHOP

KEPT = "Chose 95% freshness over 100%."
TABLE = "Kept the old table for reads."


@dataclass
class Script:
    """A person who answers from a list, and hears everything."""

    answers: list[str | type[BaseException] | Callable[[], str]]
    heard: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Hear a line."""
        self.heard.append(line)

    def ask(self, question: str) -> str:
        """Give the next answer, or do what stands in its place."""
        self.heard.append(question)
        answer = self.answers.pop(0)
        if isinstance(answer, type):
            raise answer
        return answer if isinstance(answer, str) else answer()

    def terminal(self, environ: dict[str, str] | None = None) -> prompt.Terminal:
        """A terminal at which this person sits; its edits are plain questions."""
        desk = prompt.terminal(self.say, environ=environ or {"ACCESSIBLE": "1"})
        return replace(desk, ask=self.ask)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A draft with two guesses."""
    path = tmp_path / "w.md"
    draft.save(path, draft.write(SHOP), None)
    return path


def answer(
    file: Path, *answers: str | type[BaseException] | Callable[[], str], all_lines: bool = False
) -> tuple[prompt.Result, Script]:
    """Review with these answers."""
    script = Script(list(answers))
    return prompt.review(file, desk=script.terminal(), all_lines=all_lines), script


def guesses(file: Path) -> list[str]:
    """What is undecided in the file."""
    return [entry.text for entry in draft.undecided(draft.read(file.read_text(encoding="utf-8")))]


def said(file: Path, name: str = "tradeoffs") -> list[str]:
    """What the lines of a section say in the file."""
    return [
        e.text
        for s in draft.read(file.read_text(encoding="utf-8")).digest.sections
        if s.name == name
        for e in s.entries
    ]


def test_every_answer_is_in_the_file_before_the_next_question(file: Path) -> None:
    """Keep, reword: what is on the disk when the next question is asked."""
    seen: list[list[str]] = []

    def look() -> str:
        seen.append(guesses(file))
        return "q"

    answer(file, "k", look)
    result, _ = answer(file, "e", "Reads stay on the old table.", look)

    assert ([[TABLE], []], 0, True) == (seen, result.left, result.finished)
    assert [KEPT, "Reads stay on the old table."] == said(file)


def test_it_goes_on_at_the_first_note_that_is_undecided(file: Path) -> None:
    """Broken off by the end of input, a review goes on where it was."""
    first, _ = answer(file, "k", EOFError)
    second, script = answer(file, EOFError)

    assert (prompt.Result(kept=1, left=1), prompt.Result(left=1)) == (first, second)
    assert ["Trade-off 2 of 2   from 0123456789ab (git)   [guess]", f"  {TABLE}"] == script.heard[1:3]


def test_a_draft_without_guesses_has_nothing_to_ask(file: Path) -> None:
    """Where all is decided the end is shown at once; with all lines, each is shown."""
    draft.save(file, draft.keep_all(file.read_text(encoding="utf-8")), draft.load(file)[1])
    done, script = answer(file, "")
    _, every = answer(file, "l", "l", "l", "l", "l", "q", all_lines=True)

    assert (True, "Nothing is left to decide.") == (done.finished, script.heard[1])
    assert ["Trade-off 1 of 5", "Trade-off 2 of 5", "Progress 3 of 5", "Progress 4 of 5", "Next step 5 of 5"] == [
        line.split("   ")[0] for line in every.heard if " of 5   " in line
    ]


def test_a_dropped_note_is_gone_and_undo_brings_it_back(file: Path) -> None:
    """Undo puts file, place and counts back to before the last answer."""
    fresh = file.read_text(encoding="utf-8")
    result, _ = answer(file, "d", "u", "q")

    assert (fresh, prompt.Result(left=2)) == (file.read_text(encoding="utf-8"), result)

    result, _ = answer(file, "d", "q")

    assert (prompt.Result(dropped=1, left=1), [TABLE]) == (result, said(file))


def test_a_new_line_stands_in_the_section_of_the_note(file: Path) -> None:
    """`new` adds a line of the person's own; without words nothing is added."""
    answer(file, "n", "", "n", "Paid for it later.", "q")

    assert [KEPT, TABLE, "Paid for it later."] == said(file)


def test_back_later_and_numbers_lead_through_the_notes(file: Path) -> None:
    """Every note can be reached, and numbers beyond the last are told so."""
    _, script = answer(file, "l", "b", "j", "2", "j", "7", "q")
    shown = [line[:16] for line in script.heard if line.startswith("Trade-off ")]

    assert [f"Trade-off {k} of 2" for k in (1, 2, 1, 2, 2)] == shown
    assert "The notes have the numbers 1 to 2." in script.heard


def test_words_of_the_source_can_be_taken(file: Path) -> None:
    """Where a source changed under a person's words, both are shown, and either can be kept."""
    mine = draft.reword(file.read_text(encoding="utf-8"), "#420", "One table.")
    table = Entry(text="Moved the basket.", refs=("github:acme/shop#420",))
    theirs = replace(
        SHOP, sections=(replace(SHOP.sections[0], entries=(SHOP.sections[0].entries[0], table)), *SHOP.sections[1:])
    )
    draft.save(file, draft.merge(mine, theirs).text, draft.load(file)[1])
    result, script = answer(file, "k", "k", "t", "q")

    assert ("  The source now says: Moved the basket." in script.heard, 1) == (True, result.reworded)
    assert "Moved the basket." == said(file, "progress")[1]


def test_control_c_cancels_the_edit_alone(file: Path) -> None:
    """The answer that was under way is forgotten, those before stand, the note is asked again."""
    result, script = answer(file, "k", "e", KeyboardInterrupt, "q")

    assert (prompt.Result(kept=1, left=1), [TABLE]) == (result, guesses(file))
    assert 2 == sum(line.startswith("Trade-off 2") for line in script.heard)


def test_an_edit_that_changes_nothing_decides_nothing(file: Path) -> None:
    """Enter on the old words is no confirmation, and so is Enter at the question."""
    result, _ = answer(file, "e", "", "", "q")

    assert prompt.Result(left=2) == result


def test_an_answer_goes_into_what_somebody_else_wrote_meanwhile(file: Path) -> None:
    """The file changed under the review: their change and this answer are both in it."""

    def meddle() -> str:
        text, found = draft.load(file)
        draft.save(file, draft.add(text, "next", "Rest."), found)
        return "k"

    result, _ = answer(file, meddle, "q")

    assert ([TABLE], "Rest.", 1) == (guesses(file), said(file, "next")[-1], result.kept)


def test_a_note_that_somebody_else_took_out_is_told(file: Path) -> None:
    """An answer about a line that is gone changes nothing."""

    def meddle() -> str:
        text, found = draft.load(file)
        draft.save(file, draft.drop(text, "git:0123456789ab"), found)
        return "k"

    _, script = answer(file, "l", meddle, "q")

    assert ([KEPT], True) == (guesses(file), any("no longer in the draft" in line for line in script.heard))


def test_words_that_could_not_be_saved_are_offered_again(file: Path) -> None:
    """The file is gone: the error is said, the words are not lost, and the review goes on."""
    text = file.read_text(encoding="utf-8")

    def remove() -> str:
        file.unlink()
        return "Precious words."

    def restore() -> str:
        file.write_text(text, encoding="utf-8")
        return "e"

    _, script = answer(file, "e", remove, restore, "", "q")

    assert ("Now: Precious words." in script.heard, ["Precious words.", TABLE]) == (True, said(file))


def test_the_source_shows_address_and_text_without_commands_for_the_terminal(file: Path) -> None:
    """What strangers wrote is shown, its escape sequences are not obeyed."""
    script = Script(["s", "q"])
    prompt.review(
        file,
        desk=script.terminal(),
        evidence=lambda ref: f"\x1b]0;owned\x07Title of {ref}\n\n\x1b[2Jbody" + "\nmore" * 50,
    )

    assert [
        "github:acme/shop#412~tradeoff-1  https://github.com/acme/shop/pull/412",
        "  Title of github:acme/shop#412~tradeoff-1",
        "",
        "  body",
    ] == script.heard[next(k for k, line in enumerate(script.heard) if "pull/412" in line) :][:4]
    assert ("  … 13 more lines", []) == (
        next(line for line in script.heard if "more lines" in line),
        [line for line in script.heard if "\x1b" in line],
    )


def test_the_preview_is_what_would_go_out(file: Path) -> None:
    """The callable that renders gets the text as it is by now."""
    script = Script(["k", "p", "q"])
    prompt.review(
        file, desk=script.terminal(), preview=lambda text: f"{len(draft.undecided(draft.read(text)))} open\nend\x1b[2J"
    )

    assert "1 open" == script.heard[script.heard.index("end") - 1]


def test_the_editor_gets_the_draft_at_the_line(file: Path, tmp_path: Path) -> None:
    """$VISUAL is run on the file, at the line of the note; what it left is read again, and can be undone."""
    editor = tmp_path / "vim"
    editor.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/at\nsed -i "s/Chose 95%/Took 95%/" "$2"\n', encoding="utf-8")
    editor.chmod(0o755)
    script = Script(["o", "q"])
    prompt.review(file, desk=script.terminal({"ACCESSIBLE": "1", "VISUAL": str(editor), "EDITOR": "false"}))

    assert ("+19\n", ["Took 95% freshness over 100%.", TABLE]) == (
        (tmp_path / "at").read_text(encoding="utf-8"),
        said(file),
    )

    script = Script(["o", "u", "q"])
    prompt.review(file, desk=script.terminal({"ACCESSIBLE": "1", "EDITOR": "sed -i 's/Took/Had/'"}))

    assert ["Took 95% freshness over 100%.", TABLE] == said(file)


@pytest.mark.parametrize(("editor", "told"), [("false", "ended with 1"), ("/no/such/editor", "No such file")])
def test_an_editor_that_fails_is_told(file: Path, editor: str, told: str) -> None:
    """The review goes on with the file as it is."""
    script = Script(["o", "q"])
    result = prompt.review(file, desk=script.terminal({"ACCESSIBLE": "1", "EDITOR": editor}))

    assert (True, 2) == (any(told in line for line in script.heard), result.left)


@pytest.mark.parametrize(
    ("environ", "plain", "bold"),
    [
        ({"TERM": "xterm"}, False, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({}, True, False),
        ({"TERM": "xterm", "ACCESSIBLE": "1"}, True, False),
        ({"TERM": "xterm", "ACCESSIBLE": "0"}, False, True),
    ],
)
def test_the_environment_says_how_to_ask(environ: dict[str, str], plain: bool, bold: bool) -> None:  # noqa: FBT001
    """A dumb terminal and a screen reader get plain numbered questions, NO_COLOR no bold."""
    desk = prompt.terminal(print, environ=environ)

    assert (plain, bold) == (desk.plain, desk.bold)


def test_plain_questions_are_numbered(file: Path) -> None:
    """The number of an answer gives it; a number that is none explains."""
    _, script = answer(file, "1", "99", "q")

    assert (["1: keep it as it stands", "2: edit its words"], [TABLE]) == (
        [line for line in script.heard if line[:3] in {"1: ", "2: "}][:2],
        guesses(file),
    )


def test_the_question_fits_a_narrow_terminal(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In 60 columns nothing that is ours is longer than the line."""
    monkeypatch.setenv("COLUMNS", "60")
    text = draft.reword(file.read_text(encoding="utf-8"), "git:0123456789ab", "A word " * 30)
    draft.save(file, text, draft.load(file)[1])
    script = Script(["k", "b", "q"])
    prompt.review(file, desk=script.terminal({"TERM": "xterm", "NO_COLOR": "1"}))

    assert (True, []) == (len(script.heard) > 8, [line for line in script.heard if len(line) > 60])


def test_a_draft_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    """Nothing is asked."""
    script = Script([])

    with pytest.raises(DraftError, match=r"none\.md: No such file"):
        prompt.review(tmp_path / "none.md", desk=script.terminal())
    assert [] == script.heard


def asking(file: Path) -> None:
    """Let the draft ask whether its two lines of Progress are one."""
    refs = ("jira:PAY-7", "github:acme/shop#420")
    doubt = Doubt(text="One outcome or two?", refs=refs, why="builds on #7", confidence=0.5)
    draft.save(file, draft.write(replace(SHOP, doubts=(doubt,))), draft.load(file)[1])


def questions(file: Path) -> list[float]:
    """How sure each question is; 0 is an answered one."""
    return [doubt.confidence for doubt in draft.read(file.read_text(encoding="utf-8")).digest.doubts]


def test_lines_that_may_be_one_are_asked(file: Path) -> None:
    """With the words of the other and the reason; merged, they are one line, and nothing is left to decide."""
    asking(file)
    _, other = said(file, "progress")
    result, script = answer(file, "k", "k", "m", "e", "Saved what is in stock.", "q")
    heard = "\n".join(script.heard)

    assert (True, True) == (f"One outcome with this one? {other}" in heard, "(builds on #7; 50% sure)" in heard)
    assert (["Saved what is in stock."], [0.0], 1, 1) == (
        said(file, "progress"),
        questions(file),
        result.merged,
        result.reworded,
    )


def test_lines_that_a_person_keeps_are_apart(file: Path) -> None:
    """Keeping the line answers the question; it is not asked the next time, and undo asks again."""
    asking(file)
    before = said(file, "progress")
    answer(file, "k", "k", "k", "q")
    _, script = answer(file, "q")

    assert (before, [0.0]) == (said(file, "progress"), questions(file))
    assert not any("One outcome" in line for line in script.heard)


def test_a_merge_is_taken_back(file: Path) -> None:
    """Undo gives both lines back, and asks again."""
    asking(file)
    before = file.read_text(encoding="utf-8")
    answer(file, "m", "u", "q")

    assert before == file.read_text(encoding="utf-8")


def test_words_of_somebody_else_for_the_same_line_are_shown_and_not_written_over(file: Path) -> None:
    """A line that was reworded elsewhere during the edit keeps those words until the person has seen them."""
    between: list[str] = []

    def meddle() -> str:
        text, found = draft.load(file)
        draft.save(file, draft.reword(text, "#412~tradeoff-1", "Theirs."), found)
        return "Mine."

    def look() -> str:
        between.extend(said(file))
        return "e"

    result, script = answer(file, "e", meddle, look, "", "q")
    told = [line for line in script.heard if "somebody else gave this line other words meanwhile: Theirs." in line]

    assert (["Theirs.", TABLE], 1, ["Mine.", TABLE], 1) == (between, len(told), said(file), result.reworded)
