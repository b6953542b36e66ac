from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import draft, prompt
from digest.extract.hints import hints
from digest.model import Activity, Digest, Doubt, Entry, Section
from digest.prompt import screen
from tests.test_draft import SHOP
from tests.test_prompt import TABLE, Script, said

CART, ASIDE = "Save the cart", "It is off by default, behind a flag."
NOW = datetime(2026, 2, 12, tzinfo=UTC)


def change(key: str, title: str, body: str = "") -> Activity:
    """A merged pull request."""
    return Activity(source="github", key=key, kind="pull_request", title=title, body=body, done=NOW)


def digest(*progress: str) -> Digest:
    """A digest whose lines stand on `github:acme/shop#1` and so on, without a trade-off."""
    entries = tuple(Entry(text=said, refs=(f"github:acme/shop#{k}",)) for k, said in enumerate(progress, 1))
    return replace(SHOP, sections=(Section(name="progress", entries=entries),))


def review(file: Path, *answers: str | type[BaseException], known: tuple[Activity, ...] = ()) -> Script:
    """Review with these answers; all of them are used up."""
    script = Script(list(answers))
    prompt.review(file, desk=script.terminal(), known={a.ref: a for a in known})
    assert [] == script.answers
    return script


def saved(tmp_path: Path, digest: Digest) -> Path:
    """A fresh draft on the disk."""
    path = tmp_path / "w.md"
    draft.save(path, draft.write(digest), None)
    return path


CARTS = digest("Saved the cart.", "Sped up search.")
FLAG = change("acme/shop#1", CART, ASIDE)


def test_a_line_that_may_hide_a_trade_off_is_asked_about(tmp_path: Path) -> None:
    """The line, the sentence that raises it, and the question; `source` shows the facts."""
    script = review(saved(tmp_path, CARTS), "q", known=(FLAG, change("acme/shop#2", "Speed up search", "Faster.")))
    k = script.heard.index("Question 1 of 1   from acme/shop#1 (github)")

    assert [
        "  - Saved the cart.",
        f"  - “{ASIDE}”",
        "  It is not on for everybody. Was something given up for this?",
    ] == script.heard[k + 1 : k + 4]


def test_there_was_none_is_remembered(tmp_path: Path) -> None:
    """It is not asked again: not at the next review, not after the next draft; undo asks it again."""
    file = saved(tmp_path, CARTS)
    review(file, "n", "u", "n", "", known=(FLAG,))
    again = review(file, "", known=(FLAG,))
    text = file.read_text(encoding="utf-8")
    draft.save(file, draft.merge(text, digest("Saved the cart.", "Sped search up.")).text, draft.load(file)[1])
    later = review(file, "", known=(FLAG,))

    assert (["Nothing is left to decide."] * 2, frozenset({"untold github:acme/shop#1"})) == (
        [again.heard[1], later.heard[1]],
        draft.read(file.read_text(encoding="utf-8")).settled,
    )


def test_the_likeliest_three_are_asked_for_and_no_fourth_takes_their_place(tmp_path: Path) -> None:
    """A missed goal before a way not taken before a flag; whoever says none three times is done."""
    bodies = [ASIDE, "We tried a queue for a week, to no avail.", "It still remains above our target.", ASIDE, ASIDE]
    known = tuple(change(f"acme/shop#{k}", f"Change {k}", body) for k, body in enumerate(bodies, 1))
    script = review(saved(tmp_path, digest(*"abcde")), "n", "n", "n", "", known=known)
    heard = [line for line in script.heard if "given up" in line]

    assert ["A goal was missed.", "Another way was not taken.", "It is not on for everybody."] == [
        line.strip().removesuffix(" Was something given up for this?") for line in heard
    ]


def test_a_trade_off_that_is_told_or_was_taken_out_is_not_asked_for(tmp_path: Path) -> None:
    """A line of the same evidence tells it; whoever deleted that line has answered."""
    both = replace(
        CARTS,
        sections=(
            *CARTS.sections,
            Section(name="tradeoffs", entries=(Entry(text="Chose a.", refs=("github:acme/shop#1~tradeoff-1",)),)),
        ),
    )
    file = saved(tmp_path, both)
    told = review(file, "", known=(FLAG,))
    gone = review(file, "b", "d", "", known=(FLAG,))

    assert [] == [line for line in (*told.heard, *gone.heard) if line.startswith("Question")]


def test_a_trade_off_is_written_from_its_parts(tmp_path: Path) -> None:
    """It stands below the line that it is about, with that evidence, and counts as decided."""
    file = saved(tmp_path, CARTS)
    review(file, "w", "a slow start", "a queue", "of the fraud team", "-", "", "", known=(FLAG,))
    text = file.read_text(encoding="utf-8")

    assert (
        "- Saved the cart. <!-- github:acme/shop#1 -->\n"
        "- Trade-off: Chose a slow start over a queue because of the fraud team. "
        "<!-- github:acme/shop#1~tradeoff-yours -->\n" in text
    ), text
    assert ([], ()) == (
        [*draft.undecided(draft.read(text))],
        draft.merge(text, CARTS).changes,
    )


def test_the_parts_of_a_line_stand_there_and_what_its_evidence_says_is_offered(tmp_path: Path) -> None:
    """Enter leaves a part as it is, a number takes what the evidence says; the sentence can be edited before it counts."""
    file = saved(tmp_path, SHOP)
    known = change("acme/shop#412", "Check the stock", "We chose 95% freshness over stale reads to keep our SLA.")
    script = review(file, "w", "", "1", "", "a cold cache", "", "q", known=(known,))

    assert ["Chose 95% freshness over stale reads; cost: a cold cache.", TABLE] == said(file)
    assert {
        "Now: 95% freshness",
        "1: stale reads",
        "Now: Chose 95% freshness over stale reads; cost: a cold cache.",
    } <= {*script.heard}


def test_parts_are_saved_as_they_are_given_and_control_c_takes_all_back(tmp_path: Path) -> None:
    """Broken off by the end of input the parts so far stand as a guess, those not reached as they were."""
    file = saved(tmp_path, SHOP)
    fresh = file.read_text(encoding="utf-8")
    review(file, "w", "99% freshness", KeyboardInterrupt, "q")
    cancelled = file.read_text(encoding="utf-8")
    review(file, "w", "99% freshness", "stale reads", EOFError)
    guesses = [entry.text for entry in draft.undecided(draft.read(file.read_text(encoding="utf-8")))]

    assert (fresh, ["Chose 99% freshness over stale reads.", TABLE]) == (cancelled, guesses)


def test_nothing_is_written_of_nothing(tmp_path: Path) -> None:
    """All parts left empty: the question stands, the file is as it was."""
    file = saved(tmp_path, CARTS)
    fresh = file.read_text(encoding="utf-8")
    script = review(file, "w", "-", "-", "-", "-", "q", known=(FLAG,))

    assert (True, fresh) == ("Nothing was written." in script.heard, file.read_text(encoding="utf-8"))


def test_search_goes_through_the_lines_that_have_a_word(tmp_path: Path) -> None:
    """Lines outside of the round, too; by their words or the names of their evidence; again from where it is."""
    file = saved(tmp_path, SHOP)
    script = review(file, "/", "PAY-", "/pay-", "/nowhere", "q")
    heads = [line.split("   ")[0] for line in script.heard if " of " in line and "   from" in line]

    assert (["Trade-off 1 of 2", "Progress 3 of 4", "Next step 4 of 4", "Next step 4 of 4"], True, True) == (
        heads,
        "2 lines have it: 3, 4." in script.heard,
        "No line has it." in script.heard,
    )


def test_both_texts_of_a_line_whose_source_changed_are_named(tmp_path: Path) -> None:
    """Whose words are whose is said before each."""
    mine = draft.reword(draft.write(SHOP), "#420", "One table.")
    entries = (SHOP.sections[0].entries[0], Entry(text="Moved it.", refs=("github:acme/shop#420",)))
    theirs = replace(SHOP, sections=(replace(SHOP.sections[0], entries=entries), *SHOP.sections[1:]))
    file = tmp_path / "w.md"
    draft.save(file, draft.merge(mine, theirs).text, None)
    heard = review(file, "j", "3", "q").heard

    assert ["  Yours: One table.", "  The source now says: Moved it."] == [
        line for line in heard if "Mov" in line or "One t" in line
    ]


@pytest.mark.parametrize("width", [40, 60, 80, 110])
@pytest.mark.parametrize(
    "text",
    [
        "Chose שלום over עולם to keep our 200ms SLA, because כן",
        "Chose 日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語 over 一",
        "Chose 👩‍👩‍👧‍👦 over 🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁🎁 at the cost of é́",
        "Chose https://acme.test/" + "long/" * 40 + " over `x`",
    ],
)
def test_no_line_is_wider_than_the_terminal(text: str, width: int) -> None:
    """Counted in columns, not in characters; nothing of the words is lost where they are cut."""
    line = draft.Line(at=1, section="tradeoffs", entry=Entry(text=text, refs=("git:0a",)))
    shown = [*screen.note(line, screen.Show(width=width), k=1, of=2)]
    words = [*screen.wrap(text, width, "  ", first="  ")]

    assert ([], "".join(text.split())) == (
        [row for row in shown if screen.columns(row) > width],
        "".join("".join(words).split()),
    )


@pytest.mark.parametrize(("width", "beside", "rows"), [(100, True, 2), (60, True, 4), (100, False, 4)])
def test_the_parts_stand_side_by_side_where_there_is_room(width: int, beside: bool, rows: int) -> None:  # noqa: FBT001
    """A screen reader hears one part after the other."""
    line = draft.Line(at=1, section="tradeoffs", entry=Entry(text="Chose a over b to c d.", refs=("git:0a",)))
    shown = [*screen.note(line, screen.Show(width=width, beside=beside), k=1, of=1)]

    assert rows == len(shown) - 2


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Fix it.\n\nWe considered a queue, too.", ["alternative"]),
        ("Fix it.\n\nIt still remains above our 300ms target.", ["target"]),
        ("Fix it.\n\nFor now this is an opt-in, and it is experimental.", ["alternative"]),
        ("Fix it.\n\nRaises an error instead of passing, rather than later.", []),
        ("Fix it.\n\nTwo regression tests are added to our own alternative to what we could include.", []),
        ("Fix it.\n\nTypes opt in with `x?`. That made it hard to play with experimental things.", []),
        ("Fix it.\n\n```\nbehind a flag\n```", []),
        ("Bump x from 1 to 2\n\nBumps [x](https://x.test) from 1 to 2.\n\nWe considered more.", []),
    ],
)
def test_what_hints_at_a_trade_off(text: str, kinds: list[str]) -> None:
    """Sentences of people, not code, not robots, and not "instead of", which hints at nothing."""
    assert kinds == [hint.kind for hint in hints(text)]


KEYS = "kewodnblspumt/jq?3"


@settings(max_examples=int(os.environ.get("DRAFT_EXAMPLES", "30")), deadline=None)
@given(st.lists(st.sampled_from(KEYS), max_size=12), st.data())
def test_whatever_is_answered_can_be_taken_back(keys: list[str], data: st.DataObject) -> None:
    """The file is a whole draft before every question, each answer is in it, and undo leads back to where it began."""
    refs = ("jira:PAY-7", "github:acme/shop#420")
    fresh = draft.write(replace(SHOP, doubts=(Doubt(text="One?", refs=refs, why="alike", confidence=0.5),)))
    heard: list[str] = []
    left = [key for key in keys if key not in "oq"]

    def ask(question: str) -> str:
        draft.read(file.read_text(encoding="utf-8"))
        if not question.startswith("Your answer"):
            said = data.draw(
                st.sampled_from(["", "-", "1", "word", "Chose a over b.", "<!-- x", "Trade-off: y", "Next:", None])
            )
            if said is None:
                raise KeyboardInterrupt
            return said
        if left:
            return left.pop(0)
        return "u" if any(line.endswith("take the last answer back") for line in heard[-16:]) else "q"

    with tempfile.TemporaryDirectory() as folder:
        file = saved(Path(folder), SHOP)
        draft.save(file, fresh, draft.load(file)[1])
        desk = replace(prompt.terminal(heard.append, environ={"ACCESSIBLE": "1", "EDITOR": "true"}), ask=ask)
        result = prompt.review(file, desk=desk, known={"github:acme/shop#420": replace(FLAG, key="acme/shop#420")})

        assert (fresh, 0) == (file.read_text(encoding="utf-8"), result.kept + result.added + result.dropped)
