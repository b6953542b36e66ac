from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import draft
from digest.errors import DraftError
from digest.model import SECTIONS, Digest, Entry, SectionName
from tests.drafts import digests
from tests.test_draft import SHOP

PAGE = draft.write(SHOP)


def said(text: str, section: SectionName) -> list[str]:
    """The words of a section, in the order of the file."""
    return [line.entry.text for line in draft.read(text).lines if line.section == section]


def everything(text: str) -> list[tuple[str, tuple[str, ...], bool]]:
    """All lines with their evidence, whatever their order."""
    return sorted((x.entry.text, x.entry.refs, x.entry.sure) for x in draft.read(text).lines)


def test_a_line_takes_its_trade_offs_along() -> None:
    """A line that moves down takes the trade-offs of its evidence along, and nothing else changes."""
    moved = draft.shift(PAGE, "jira:PAY-7", 1)

    lines = [x.entry.text for x in draft.read(moved).lines][:4]
    expected = [
        "Moved the basket to one table.",
        "Implemented real-time inventory checks using Redis.",
        "Chose 95% freshness over 100%.",
        "Kept the old table for reads.",
    ]
    assert (expected, sorted(PAGE)) == (lines, sorted(moved))


def test_the_first_line_goes_no_further_up() -> None:
    """At the end of its section a line stays where it is, and the file is not touched."""
    assert PAGE == draft.shift(PAGE, "jira:PAY-7", -1)


def test_a_line_without_neighbours_keeps_the_shape_of_the_page() -> None:
    """A line of another section is no neighbour."""
    assert PAGE == draft.shift(PAGE, "jira:PAY-9", -1)


def test_a_line_sent_to_an_empty_section_fills_it() -> None:
    """A line in an empty section takes the place of the words that say it is empty; its evidence goes with it."""
    sent = draft.send(PAGE, "github:acme/shop#420", "metrics")

    read = draft.read(sent)
    assert (["Moved the basket to one table."], "", "empty metrics" in sent) == (
        said(sent, "metrics"),
        read.digest.section("metrics").why_empty,
        False,
    )


def test_what_the_source_says_by_now_goes_along() -> None:
    """The offer below a reworded line stands below it in its new section, too."""
    mine = draft.reword(PAGE, "#420", "Moved the basket.")
    news = [draft.merge(mine, _changed("Moved the basket to two tables.")).text]
    sent = draft.send(news[0], "#420", "next")

    assert [("next", "Moved the basket to two tables.")] == [
        (x.section, x.offer) for x in draft.read(sent).lines if x.offer
    ]


def _changed(words: str) -> Digest:
    progress = SHOP.section("progress")
    entries = tuple(replace(e, text=words) if "github:acme/shop#420" in e.refs else e for e in progress.entries)
    return replace(SHOP, sections=(replace(progress, entries=entries), *SHOP.sections[1:]))


def test_what_was_left_out_is_told() -> None:
    """A line of the list becomes a line of the section with its refs, and the list without lines is gone."""
    told = draft.promote(PAGE, ["github:acme/shop#430"], "progress")

    last = [x.entry for x in draft.read(told).lines if x.section == "progress"][-1]
    assert (("github:acme/shop#430",), (), "left out:" in told) == (last.refs, draft.read(told).digest.left_out, False)


def test_only_what_was_left_out_can_be_told() -> None:
    """Refs that the list does not have are an error that names them."""
    with pytest.raises(DraftError) as error:
        draft.promote(PAGE, ["github:acme/shop#412"], "progress")

    assert "nothing that was left out rests on github:acme/shop#412" == str(error.value)


def test_what_was_taken_out_is_told_again() -> None:
    """With its evidence and its doubt; the list that news put it on has it no longer, and more news leave it alone."""
    line = next(x for x in draft.read(PAGE).lines if not x.entry.sure)
    listed = draft.merge(draft.drop(PAGE, line.at), SHOP).text
    back = draft.restore(listed, line.entry, line.section)

    assert (True, everything(PAGE), ["github:acme/shop#430"], ()) == (
        line.entry.refs in [left.refs for left in draft.read(listed).digest.left_out],
        everything(back),
        [ref for left in draft.read(back).digest.left_out for ref in left.refs],
        draft.merge(back, SHOP).changes,
    )


@pytest.mark.parametrize(
    ("refs", "words", "why"),
    [
        (("jira:PAY-9",), "Mine.", "a line tells it already"),
        (("git:forged",), "Mine.", "nothing was offered that rests on git:forged"),
        ((), " ", "a line needs words"),
    ],
)
def test_only_what_was_taken_out_is_told_again(refs: tuple[str, ...], words: str, why: str) -> None:
    """Not twice, not with evidence that no source gave, and not without words."""
    with pytest.raises(DraftError) as error:
        draft.restore(PAGE, Entry(text=words, refs=refs), "next")

    assert why == error.value.message


@given(digest=digests(), data=st.data())
def test_what_is_dropped_and_told_again_is_as_it_was(digest: Digest, data: st.DataObject) -> None:
    """Whichever line it is: all lines have their words, evidence and doubt, and nobody has touched any."""
    text = draft.write(digest)
    lines = draft.read(text).lines
    if lines:
        line = data.draw(st.sampled_from(lines))
        back = draft.restore(draft.drop(text, line.at), line.entry, line.section)

        assert everything(text) == everything(back)
        assert [x.touched for x in lines] == [x.touched for x in draft.read(back).lines]


def test_the_first_line_takes_a_persons_words() -> None:
    """A headline of one's own is read back as it was given."""
    assert "We shipped it" == draft.read(draft.entitle(PAGE, "We shipped it")).digest.headline


def test_the_maintenance_line_is_worded_and_taken_out() -> None:
    """It keeps its first word, and without words it is gone, also after news."""
    worded = draft.maintain(PAGE, "7 updates.")
    gone = draft.merge(draft.maintain(PAGE, " "), SHOP).text

    read = draft.read(worded).digest.maintenance
    assert ("Maintenance: 7 updates.", None) == (read and read.text, draft.read(gone).digest.maintenance)


@given(digest=digests(), data=st.data())
def test_moving_loses_no_line(digest: Digest, data: st.DataObject) -> None:
    """However lines are moved about, every line is still there with its words, evidence and doubt."""
    text = before = draft.write(digest)
    for _ in range(4):
        lines = draft.read(text).lines
        if not lines:
            break
        at = data.draw(st.sampled_from([x.at for x in lines]))
        if data.draw(st.booleans()):
            text = draft.shift(text, at, data.draw(st.sampled_from([-1, 1])))
        else:
            text = draft.send(text, at, data.draw(st.sampled_from(SECTIONS)))

    assert everything(before) == everything(text)


@given(digest=digests(), data=st.data())
def test_a_moved_line_stays_where_it_was_put(digest: Digest, data: st.DataObject) -> None:
    """A line is in the section that it was sent to, and the next news leave it there."""
    lines = draft.read(draft.write(digest)).lines
    if lines:
        line = data.draw(st.sampled_from(lines))
        section = data.draw(st.sampled_from(SECTIONS))
        sent = draft.merge(draft.send(draft.write(digest), line.at, section), digest).text

        assert [section] == [x.section for x in draft.read(sent).lines if x.entry.refs == line.entry.refs]
