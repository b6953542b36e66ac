"""Lines that may be one: asked in the draft, told as one or apart, and not asked again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import draft
from digest.errors import DraftError
from digest.model import Digest, Doubt
from tests.drafts import digests
from tests.test_draft import SHOP

STOCK, BASKET = "jira:PAY-7", "github:acme/shop#420"
DOUBT = Doubt(text="One outcome or two?", refs=(STOCK, BASKET), why="builds on #7", confidence=0.5)
ASKING = replace(SHOP, doubts=(DOUBT,))
PAGE = draft.write(ASKING)


def asked(text: str) -> list[float]:
    """How sure each question of a draft is; 0 is an answered one."""
    return [doubt.confidence for doubt in draft.read(text).digest.doubts]


def progress(text: str) -> list[tuple[str, int]]:
    """The lines of Progress, with the number of their refs."""
    return [(x.entry.text, len(x.entry.refs)) for x in draft.read(text).lines if x.section == "progress"]


def test_the_draft_asks() -> None:
    """At its top, with the reason; the file alone holds what a review needs."""
    assert (True, (DOUBT,)) == ("- One outcome or two? (builds on #7)\n" in PAGE, draft.read(PAGE).digest.doubts)


def test_joined_lines_are_one_with_all_evidence() -> None:
    """The first keeps its words, the trade-offs of both stay, and the question is answered."""
    joined = draft.join(PAGE, BASKET, STOCK)
    before, after = draft.read(PAGE), draft.read(joined)
    ((words, refs),) = progress(joined)

    assert (
        "Moved the basket to one table.",
        {r for x in before.lines if x.section == "progress" for r in x.entry.refs},
    ) == (
        words,
        set(next(x.entry.refs for x in after.lines if x.section == "progress")),
    )
    assert [x.entry for x in before.lines if x.section == "tradeoffs"] == sorted(
        (x.entry for x in after.lines if x.section == "tradeoffs"),
        key=lambda e: [x.entry.text for x in before.lines].index(e.text),
    )
    assert (True, [0.0], False) == (refs > 1, asked(joined), "Questions" in joined)


def test_news_leave_joined_lines_joined() -> None:
    """What a person joined stays so when the sources are read again, and is not asked again."""
    joined = draft.join(PAGE, STOCK, BASKET)

    assert (joined, ()) == (draft.merge(joined, ASKING).text, draft.merge(joined, ASKING).changes)


def test_lines_that_are_apart_are_not_asked_again() -> None:
    """The answer stays in the file, and outlives news."""
    apart = draft.apart(PAGE, DOUBT.refs)
    merged = draft.merge(apart, replace(ASKING, notes=("a new note",))).text

    assert (progress(PAGE), [0.0], [0.0], False) == (
        progress(merged),
        asked(apart),
        asked(merged),
        "Questions" in merged,
    )


def test_another_question_is_asked_all_the_same() -> None:
    """An answer is about those lines alone."""
    other = replace(DOUBT, refs=(STOCK, "git:0123"))
    merged = draft.merge(draft.apart(PAGE, DOUBT.refs), replace(ASKING, doubts=(DOUBT, other)))

    assert [0.0, 0.5] == asked(merged.text)


@pytest.mark.parametrize("other", [STOCK, "jira:PAY-9"])
def test_a_line_joins_another_of_its_section_only(other: str) -> None:
    """Neither itself nor a next step."""
    with pytest.raises(DraftError) as told:
        draft.join(PAGE, STOCK, other)

    assert "only two lines of one section can be one" == told.value.message


def test_all_that_may_be_one_is_united() -> None:
    """One line with the evidence of all three, in the words of the one that asks; the question is answered."""
    more = replace(SHOP.section("progress").entries[1], text="Moved the cart.", refs=("github:acme/shop#431",))
    section = replace(SHOP.section("progress"), entries=(*SHOP.section("progress").entries, more))
    doubt = replace(DOUBT, refs=(STOCK, BASKET, *more.refs))
    page = draft.write(replace(SHOP, sections=(section, *SHOP.sections[1:]), doubts=(doubt,)))
    united = draft.unite(page, STOCK)

    assert ([("Implemented real-time inventory checks using Redis.", 4)], [0.0]) == (progress(united), asked(united))


def test_another_question_at_the_same_line_is_still_asked() -> None:
    """Uniting answers the question that was shown, and no other."""
    more = replace(SHOP.section("progress").entries[1], text="Moved the cart.", refs=("github:acme/shop#431",))
    section = replace(SHOP.section("progress"), entries=(*SHOP.section("progress").entries, more))
    other = replace(DOUBT, refs=(STOCK, *more.refs), text="And the cart?")
    page = draft.write(replace(SHOP, sections=(section, *SHOP.sections[1:]), doubts=(DOUBT, other)))
    united = draft.unite(page, STOCK)

    assert ([3, 1], [0.0, 0.5]) == ([refs for _, refs in progress(united)], asked(united))


@pytest.mark.parametrize("target", [BASKET, "jira:PAY-9"])
def test_a_line_that_nothing_is_asked_about_is_not_united(target: str) -> None:
    """The question stands at the first of its lines."""
    with pytest.raises(DraftError) as told:
        draft.unite(PAGE, target)

    assert "no line may be one with this one by now" == told.value.message


@given(digests(), st.data())
def test_no_evidence_is_lost(digest: Digest, data: st.DataObject) -> None:
    """Whatever is joined, every ref stays where it was told, and every other line as it was."""
    page = draft.write(digest)
    lines = draft.read(page).lines
    pairs = [(a, b) for a in lines for b in lines if a.at != b.at and a.section == b.section]
    if pairs:
        one, other = data.draw(st.sampled_from(pairs))
        after = draft.read(draft.join(page, one.at, other.at)).lines
        rest = sorted(x.entry.text for x in lines if x.at != other.at)

        assert rest == sorted(x.entry.text for x in after)
        assert {r for x in lines for r in x.entry.refs} == {r for x in after for r in x.entry.refs}
