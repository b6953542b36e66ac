from __future__ import annotations

import pytest
from msgspec.structs import replace

from digest import draft
from digest.errors import DraftError
from digest.model import Digest, Entry, Section
from tests.test_draft import SHOP

TEXT = draft.write(SHOP)


def line(text: str, words: str) -> str:
    """The line of the file that has these words."""
    return next(line for line in text.split("\n") if words in line)


def test_keep_takes_the_question_mark_off_and_nothing_else() -> None:
    """A kept guess is sure; the rest of the file is the same, to the byte."""
    kept = draft.keep(TEXT, "git:0123456789ab")

    assert TEXT.replace("<!-- ? git:0123456789ab -->", "<!-- git:0123456789ab -->") == kept
    assert (kept, TEXT.replace("<!-- ? ", "<!-- ")) == (draft.keep(kept, "git:0123456789ab"), draft.keep_all(TEXT))


def test_reword_keeps_the_evidence_and_the_comments_of_a_person() -> None:
    """New words, the same refs, no longer a guess; what a person noted beside the line stays."""
    noted = TEXT.replace("Kept the old table for reads.", "Kept the old table for reads. <!-- ask Bob -->")
    text = draft.reword(noted, "git:0123456789ab", "  Trade-off:  Reads stay\nwhere they were. ")

    assert "- Trade-off: Reads stay where they were. <!-- ask Bob --> <!-- git:0123456789ab -->" == line(
        text, "Reads stay"
    )


@pytest.mark.parametrize("said", ["", " \n ", "Trade-off: "])
def test_a_line_needs_words(said: str) -> None:
    """To have no words is to be dropped, and that has to be said."""
    with pytest.raises(DraftError, match=r"a line needs words \(to take it out, drop it\)"):
        draft.reword(TEXT, "#420", said)
    with pytest.raises(DraftError, match="a line needs words"):
        draft.add(TEXT, "next", said)
    assert "Moved the basket" in TEXT


def test_what_is_written_cannot_open_a_comment() -> None:
    """Words with `<!--` in them hide nothing that follows."""
    text = draft.reword(TEXT, "#420", "Cut <!-- all of --> it")

    assert ("Cut &lt;!-- all of --> it", ()) == (
        draft.read(text).digest.section("progress").entries[1].text,
        draft.read(text).notes,
    )


def test_drop_takes_the_line_and_its_offer_out() -> None:
    """Nothing of a dropped line is left, and no blank line stands twice."""
    theirs = replace(SHOP, sections=(Section(name="next", entries=(Entry(text="Rank.", refs=("jira:PAY-9",)),)),))
    mine = draft.merge(draft.reword(TEXT, "PAY-9", "We rank."), theirs).text
    text = draft.drop(mine, "PAY-9")

    assert ("the source now says: Rank." in mine, False, False) == (True, "Rank." in text, "\n\n\n" in text)


def test_add_puts_a_line_at_the_end_of_its_section() -> None:
    """In place of the comment that says that the section is empty; a trade-off goes to the end of Progress."""
    text = draft.add(draft.add(TEXT, "metrics", "Errors fell."), "tradeoffs", "Paid for it.")

    assert "*Metrics:*\n\n- Errors fell.\n\n*Next:*" in text
    assert "- Trade-off: Kept the old table for reads. <!-- ? git:0123456789ab -->\n- Trade-off: Paid for it.\n" in text


@pytest.mark.parametrize("target", ["github:acme/shop#420", "acme/shop#420", "shop#420", "#420", 20])
def test_a_line_is_found_by_what_is_clear(target: str | int) -> None:
    """The ref, as much of its end as names one line, or the number of the line in the file."""
    assert "Moved the basket to one table." not in draft.drop(TEXT, target)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("github:acme/shop#421", "no line of the draft rests on .*did you mean github:acme/shop#420"),
        ("20", "no line of the draft rests on '20'"),
        ("shop", "no line of the draft rests on 'shop'"),
        ("", "no line of the draft rests on ''"),
        ("zzz", "there are github:acme/shop#412, jira:PAY-7, .*, …"),
        (1, "line 1 of the draft is no line of the digest"),
    ],
)
def test_a_line_that_is_not_there_is_named_with_what_is_close(target: str | int, said: str) -> None:
    """The error says what may have been meant."""
    with pytest.raises(DraftError, match=said):
        draft.keep(TEXT, target)
    assert 5 == len(draft.read(TEXT).lines)


def test_a_ref_of_two_lines_names_their_numbers() -> None:
    """Where a ref stands on two lines a person has to say which."""
    twice = line(TEXT, "Moved the basket")
    text = TEXT.replace(twice, f"{twice}\n{twice}")

    with pytest.raises(DraftError, match=r"several lines: 20, 21 \(name one by its number\)"):
        draft.keep(text, "#420")
    assert TEXT == draft.drop(text, 21)


def test_newlines_and_byte_order_mark_stay() -> None:
    """An edit keeps CRLF and BOM as the person's editor made them."""
    windows = "\ufeff" + TEXT.replace("\n", "\r\n")

    assert "\ufeff" + draft.reword(TEXT, "#420", "One.").replace("\n", "\r\n") == draft.reword(windows, "#420", "One.")


def test_a_draft_without_any_line_can_be_filled() -> None:
    """Adding to an empty draft makes the section that is missing."""
    text = draft.write(Digest(title="T", period=SHOP.period, sections=()))
    bare = text.replace("*Next:*\n\n", "")

    assert ["Rank."] == [e.text for e in draft.read(draft.add(bare, "next", "Rank.")).digest.section("next").entries]
