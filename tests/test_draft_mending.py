from __future__ import annotations

import html
import re
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from digest import draft
from digest.model import Digest, Entry, LeftOut, SectionName
from tests.test_draft import SHOP

REDIS, BASKET = SHOP.section("progress").entries
FRESH = draft.write(SHOP)


def said(text: str) -> list[tuple[SectionName, str, tuple[str, ...], bool]]:
    """The lines of a draft: section, words, evidence, and whether they are decided."""
    return [(line.section, line.entry.text, line.entry.refs, line.entry.sure) for line in draft.read(text).lines]


def with_progress(*entries: Entry) -> Digest:
    """The shop's digest with other lines under Progress."""
    return replace(SHOP, sections=(replace(SHOP.sections[0], entries=entries), *SHOP.sections[1:]))


EDITORS: dict[str, Callable[[str], str]] = {
    "html": lambda text: html.escape(text, quote=False),
    "long dashes": lambda text: text.replace("<!--", "<!—").replace("-->", "—>"),
    "short dashes": lambda text: text.replace("<!--", "<!–").replace("-->", "–>"),
    "backslashes": lambda text: text.replace("<!--", r"\<!--").replace("-->", r"--\>"),
    "hard breaks": lambda text: re.sub(r"(?m)^$", r"\\", text),
    "blanks without width": lambda text: re.sub(r"(?m)^$", "\u200b", text),
}


@pytest.mark.parametrize("editor", EDITORS)
def test_what_an_editor_does_to_our_comments_is_mended(editor: str) -> None:
    """Signs escaped, dashes made long, blank lines that are none: no line changes, nothing is asked or said."""
    text = EDITORS[editor](FRESH)

    assert (said(FRESH), ()) == (said(text), draft.read(text).notes)
    assert (said(FRESH), ()) == (said(draft.merge(text, SHOP).text), draft.merge(text, SHOP).changes)


def test_an_escaped_comment_of_a_person_stays_text() -> None:
    """Only what names evidence, or begins like a comment of ours, was ever one of ours."""
    mine = draft.reword(FRESH, "#420", "Moved &lt;!-- the basket --&gt; away.")

    assert "Moved &lt;!-- the basket --&gt; away." in [words for _, words, _, _ in said(mine)]


def test_a_draft_that_lost_all_its_comments_is_no_draft_twice() -> None:
    """Lines that say what a source offers get their evidence back, guesses are asked again, nothing is added twice."""
    bare = re.sub(r" *<!--.*?-->", "", FRESH, flags=re.DOTALL)

    assert said(FRESH) == said(draft.merge(bare, SHOP).text)


def test_whoever_takes_the_comment_off_a_guess_stands_by_it() -> None:
    """The line gets its evidence back without the doubt, and is not told to have been deleted."""
    mine = re.sub(r"(?m)^(- Trade-off: Kept .*?) <!-- \? .*-->$", r"\1", FRESH)
    merged = draft.merge(mine, SHOP)

    assert (("tradeoffs", "Kept the old table for reads.", ("git:0123456789ab",), True), False, ()) == (
        next(line for line in said(merged.text) if "Kept" in line[1]),
        "deleted" in merged.text,
        merged.changes,
    )


def test_a_line_without_its_comment_follows_its_source_again() -> None:
    """Its words are what was offered last time: the news of its source go into it, not below it."""
    mine = FRESH.replace(" <!-- github:acme/shop#420 -->", "")
    theirs = with_progress(REDIS, replace(BASKET, text="Moved the basket to Redis."))

    assert ["Moved the basket to Redis."] == [
        words for _, words, refs, _ in said(draft.merge(mine, theirs).text) if refs == BASKET.refs
    ]


@pytest.mark.parametrize("comment", ["digest: draft", "empty metrics", "left out", "digest:state"])
def test_words_behind_a_long_comment_stay(comment: str) -> None:
    """A person typed on after a comment of ours that is written anew: the words are the next line."""
    mine = re.sub(rf"(<!-- {comment}.*?-->)", r"\1 mine", FRESH, count=1, flags=re.DOTALL)
    merged = draft.merge(mine, with_progress(REDIS))

    assert ("mine" in mine, ["mine"]) == (True, re.findall(r"\n ?(mine)\n", merged.text))


def test_words_typed_into_what_the_source_says_stay() -> None:
    """An offer that a person wrote into is a comment of theirs, and no later offer takes its place."""
    news, later = (with_progress(REDIS, replace(BASKET, text=text)) for text in ("Moved it.", "Moved it twice."))
    mine = draft.merge(draft.reword(FRESH, "#420", "Ours."), news).text
    typed = mine.replace("now says: Moved it.", "now says: Moved it. Ask Ann!")
    merged = draft.merge(typed, later).text

    assert (True, True) == ("Ask Ann!" in merged, "<!-- the source now says: Moved it twice. -->" in merged)


def test_a_draft_on_one_line_loses_no_evidence_and_gets_no_second_copy() -> None:
    """An editor joined all lines: what was told is told, by one line, and drafting again adds nothing to it."""
    once = draft.merge(" ".join(FRESH.split("\n")), SHOP)
    told = [ref for _, _, refs, _ in said(once.text) for ref in refs]

    assert (sorted({ref for _, _, refs, _ in said(FRESH) for ref in refs}), draft.Merged(text=once.text)) == (
        sorted(told),
        draft.merge(once.text, SHOP),
    )


def test_a_comment_that_was_pasted_twice_is_written_once() -> None:
    """Why a section is empty is said once."""
    empty = next(line for line in FRESH.split("\n") if line.startswith("<!-- empty"))
    merged = draft.merge(FRESH.replace(empty, f"{empty}\n\n{empty}"), SHOP).text

    assert (1, draft.Merged(text=merged)) == (merged.count(empty), draft.merge(merged, SHOP))


@pytest.mark.parametrize("typed", ["Maintenance:", "https://acme.test/x", "ann:"])
def test_a_word_with_a_colon_in_the_last_comment_is_no_evidence(typed: str) -> None:
    """Whatever is typed there is kept in sight."""
    mine = FRESH.replace("\nperiod|", f"\n{typed}\nperiod|")

    assert f"\n{typed}\n" in draft.merge(mine, SHOP).text.partition("digest:state")[0]


@pytest.mark.parametrize("mark", ["<!-- github:acme/shop#42 -->", "<!-- githb:acme/shop#420 -->", "<!--  -->"])
def test_a_damaged_ref_is_found_again_by_the_words_of_its_line(mark: str) -> None:
    """A sign of the ref was deleted: the line is the one that was offered, not one that is lacking."""
    mine = FRESH.replace("<!-- github:acme/shop#420 -->", mark)

    assert said(FRESH) == said(draft.merge(mine, SHOP).text)


def test_lines_that_were_left_out_can_be_moved_up_joined() -> None:
    """Two of them on one line: the evidence of both goes into its comment, and no bracket of ours stays."""
    more = replace(SHOP, left_out=(*SHOP.left_out, LeftOut(title="b", text="Cut b.", refs=("git:0b",), why="below 7")))
    one, two = (line for line in draft.write(more).split("\n") if line.startswith("- Cut"))
    mine = draft.write(more).replace(f"{one}\n{two}\n", "").replace("*Next:*", f"*Next:*\n\n{one} And {two[2:]}")
    merged = draft.merge(mine, more).text

    assert ("Cut the log --&gt; size. And Cut b.", ("github:acme/shop#430", "git:0b")) == next(
        (words, refs) for _, words, refs, _ in said(merged) if words.startswith("Cut")
    )


def test_signs_without_width_are_no_edit() -> None:
    """What comes along from a page that text is pasted from is not seen, in words, comments and in the footer."""
    text = re.sub(r"(?<=[a-z]{3})(?=[a-z]{3}[^:]*$)", "\u200b", FRESH, flags=re.MULTILINE)

    assert ([False] * 5, ()) == ([line.touched for line in draft.read(text).lines], draft.merge(text, SHOP).changes)


def test_a_comment_that_was_never_closed_stays_with_its_line() -> None:
    """Where the line is written anew, what a person wrote behind `<!--` is written too."""
    mine = draft.promote(FRESH, ["github:acme/shop#430"], "progress").replace(
        "- Cut the log --&gt; size. <!-- github:acme/shop#430 -->",
        "- Cut the log size. (github:acme/shop#430; below 7) <!-- ask Ann",
    )
    merged = draft.merge(mine, SHOP).text

    assert "- Cut the log size. <!-- github:acme/shop#430 --> <!-- ask Ann" in merged


def test_words_in_the_name_of_an_empty_section_stay() -> None:
    """They are kept in sight when the comment is written anew."""
    mine = FRESH.replace("<!-- empty metrics:", "<!-- empty metrics mine:")

    assert "mine: no source gave a figure" in draft.merge(mine, SHOP).text


def test_what_was_written_into_the_list_stays_though_the_footer_is_gone() -> None:
    """Lines of the list are known by what the sources say now; all else is a person's."""
    mine = FRESH.partition("<!-- digest:state")[0].replace("size. (", "size, mine. (")

    assert "- Cut the log --&gt; size, mine." in draft.merge(mine, SHOP).text


def test_lines_that_a_person_commented_out_are_taken_out() -> None:
    """Their own comments close nothing, they do not come back by themselves, and they stay in the file."""
    line = "- Moved the basket to one table. <!-- github:acme/shop#420 -->"
    mine = FRESH.replace(line, f"<!--\n{line}\n-->")
    merged = draft.merge(mine, SHOP).text

    assert (True, [line for line in said(FRESH) if "basket" not in line[1]], draft.Merged(text=merged)) == (
        f"<!--\n{line}\n-->" in merged,
        said(merged),
        draft.merge(merged, SHOP),
    )


def test_words_typed_into_the_comment_of_a_line_take_no_evidence_from_it() -> None:
    """The refs that it begins with are those of the line; the words stay where they are."""
    mine = FRESH.replace("<!-- github:acme/shop#420 -->", "<!-- github:acme/shop#420 ask Ann -->")
    merged = draft.merge(mine, with_progress(REDIS, replace(BASKET, text="Moved it.")))

    assert (said(FRESH), ["conflict"], True) == (
        said(mine),
        [change.kind for change in merged.changes],
        "<!-- github:acme/shop#420 ask Ann -->" in merged.text,
    )


def test_a_comment_that_speaks_of_other_evidence_is_none() -> None:
    """A ref in the middle of what a person says is not what their line rests on."""
    mine = draft.add(FRESH, "next", "Rest.").replace("- Rest.", "- Rest. <!-- as in github:acme/shop#420 -->")

    assert ("next", "Rest.", (), True) in said(mine)
