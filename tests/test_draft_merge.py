from __future__ import annotations

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import draft
from digest.draft.marks import words
from digest.errors import DraftError
from digest.model import Digest, Entry, LeftOut, Outcome
from tests.drafts import WEEKS, digests, formatters, news, scribbles
from tests.test_draft import SHOP

MANY = settings(max_examples=int(os.environ.get("DRAFT_EXAMPLES", "80")))


def with_entries(digest: Digest, name: str, *entries: Entry) -> Digest:
    """The digest with these entries in one section."""
    sections = tuple(replace(s, entries=entries) if s.name == name else s for s in digest.sections)
    return replace(digest, sections=sections)


def texts(text: str, name: str) -> list[str]:
    """What the lines of a section say."""
    return [line.entry.text for line in draft.read(text).lines if line.section == name]


def kinds(merged: draft.Merged) -> list[str]:
    """What became of the lines."""
    return [change.kind for change in merged.changes]


REDIS, BASKET = SHOP.section("progress").entries


@given(digests())
def test_nothing_new_changes_nothing(digest: Digest) -> None:
    """A fresh draft merged with what it was made of stays as it is, to the byte."""
    text = draft.write(digest)

    assert draft.Merged(text=text) == draft.merge(text, digest)


@MANY
@given(digests(), st.data())
def test_formatting_is_no_edit(digest: Digest, data: st.DataObject) -> None:
    """Whatever a formatter or an editor does to the file, no line counts as a person's and nothing is rewritten."""
    text = data.draw(formatters)(draft.write(digest))

    assert [] == [line.entry.text for line in draft.read(text).lines if line.touched]
    assert ("", ()) == (draft.diff(text, draft.merge(text, digest).text), draft.merge(text, digest).changes)


def test_a_comment_whose_signs_were_wrapped_to_lines_of_their_own_ends_where_it_ends() -> None:
    """It comments nothing out: the next lines are lines."""
    wrapped = re.sub(r" <!-- (.*) -->", r"\n  <!--\n  \1 -->", draft.write(SHOP))
    alone = re.sub(r" <!-- (.*) -->", r"\n  <!--\n  \1\n  -->", draft.write(SHOP))
    lines = [line.entry for line in draft.read(draft.write(SHOP)).lines]

    assert [lines, lines] == [[line.entry for line in draft.read(text).lines] for text in (wrapped, alone)]


def test_a_stressed_word_at_the_start_of_a_wrapped_line() -> None:
    """It is no heading."""
    text = draft.write(SHOP)
    wrapped = text.replace(REDIS.text, f"{REDIS.text[:-1]}\n  *really* ")

    assert f"{REDIS.text[:-1]} *really*" in [line.entry.text for line in draft.read(wrapped).lines]


@MANY
@given(digests(), st.data())
def test_merging_twice_is_merging_once(digest: Digest, data: st.DataObject) -> None:
    """Whatever a person did and whatever the sources say: a second merge finds nothing to do."""
    mine = data.draw(scribbles(draft.write(digest))).text
    theirs = data.draw(news(digest))
    once = draft.merge(mine, theirs)
    twice = draft.merge(once.text, theirs)

    assert ("", ()) == (draft.diff(once.text, twice.text), twice.changes)


@MANY
@given(digests(), st.data())
def test_no_word_of_a_person_is_lost(digest: Digest, data: st.DataObject) -> None:
    """Every word that a person put anywhere in the file is in it after the merge."""
    mine = data.draw(scribbles(draft.write(digest)))
    merged = draft.merge(mine.text, data.draw(news(digest)))

    assert [] == [word for word in mine.words if word not in merged.text]


def test_a_heading_of_a_person_means_what_it_meant_before() -> None:
    """Lines below a renamed heading stay in their section, though most of what is left there belongs to another one."""
    told = [Entry(text=f"Made part {n}", refs=(f"github:acme/shop#50{n}",)) for n in range(3)]
    ahead = [Entry(text=f"Make part {n}", refs=(f"github:acme/shop#{n}",)) for n in range(7, 9)]
    before, now = (with_entries(with_entries(SHOP, "metrics", *some), "next", *ahead) for some in (told, told[:1]))
    mine = draft.write(before).replace("*Metrics:*", "*What it did:*").replace("*Next:*\n", "")
    merged = draft.merge(mine.replace("Made part 2", "Said so."), now)

    assert ["Made part 0", "Said so.", "Make part 7", "Make part 8"] == texts(merged.text, "metrics")


@MANY
@given(digests(), st.data())
def test_what_a_person_published_they_find_published(digest: Digest, data: st.DataObject) -> None:
    """Words of a person that stood in a section stand in the same section after the merge."""
    mine = data.draw(scribbles(draft.write(digest)))
    before = draft.read(mine.text)
    after = draft.read(draft.merge(mine.text, data.draw(news(digest))).text)
    said = [(line.section, line.entry.text) for line in before.lines if any(w in line.entry.text for w in mine.words)]
    now = [(line.section, line.entry.text) for line in after.lines]

    assert [] == [line for line in said if line not in now]


@MANY
@given(digests(), st.data())
def test_what_a_person_deleted_stays_deleted(digest: Digest, data: st.DataObject) -> None:
    """No line rests on the evidence of a deleted line alone."""
    text = draft.write(digest)
    lines = draft.read(text).lines
    gone = data.draw(st.sets(st.sampled_from(range(len(lines))))) if lines else set()
    mine = text
    for k in sorted(gone, reverse=True):
        mine = draft.drop(mine, lines[k].at)
    after = draft.read(draft.merge(mine, data.draw(news(digest, joining=False))).text)
    refs = {ref for k in gone for ref in lines[k].entry.refs}

    assert [] == [line.entry.text for line in after.lines if line.entry.refs and set(line.entry.refs) <= refs]


@MANY
@given(digests(distinct=True), st.data())
def test_untouched_lines_say_what_the_sources_say(digest: Digest, data: st.DataObject) -> None:
    """In a draft that nobody touched every entry of the sources has its line, word for word, in the order of the file."""
    theirs = data.draw(news(digest))
    after = draft.read(draft.merge(draft.write(digest), theirs).text)
    said = sorted((words(e.text), e.refs, e.sure) for s in theirs.sections for e in s.entries)
    kept = {ref for left in theirs.left_out for ref in left.refs}
    lines = (line.entry for line in after.lines if not set(line.entry.refs) <= kept)

    assert said == sorted((e.text, e.refs, e.sure) for e in lines)


@MANY
@given(digests(), st.data())
def test_an_edit_alone_changes_nothing_else(digest: Digest, data: st.DataObject) -> None:
    """Where the sources have no news, the lines of the file stay as the person left them."""
    mine = data.draw(scribbles(draft.write(digest))).text
    merged = draft.merge(mine, digest)
    before, after = ([replace(line, at=0) for line in draft.read(text).lines] for text in (mine, merged.text))

    assert (before, ()) == (after, merged.changes)


def test_a_new_entry_is_appended_to_its_section() -> None:
    """News stand at the end of their section; a trade-off below the line whose evidence it shares."""
    news = with_entries(SHOP, "progress", REDIS, BASKET, Entry(text="Cut the log.", refs=("github:acme/shop#500",)))
    more = Entry(text="Kept both clocks.", refs=("github:acme/shop#412~tradeoff-2",), sure=False)
    merged = draft.merge(draft.write(SHOP), with_entries(news, "tradeoffs", *SHOP.section("tradeoffs").entries, more))

    assert [
        "Implemented real-time inventory checks using Redis.",
        "Chose 95% freshness over 100%.",
        "Kept both clocks.",
        "Moved the basket to one table.",
        "Kept the old table for reads.",
        "Cut the log.",
    ] == [line.entry.text for line in draft.read(merged.text).lines if line.section in {"progress", "tradeoffs"}]
    assert ["added", "added"] == kinds(merged)


def test_news_in_an_empty_section_take_the_place_of_the_comment() -> None:
    """The comment that says why a section is empty goes when it is not."""
    theirs = with_entries(SHOP, "metrics", Entry(text="Errors fell from 9 to 4.", refs=("db:errors",)))
    text = draft.merge(draft.write(SHOP), theirs).text

    assert "*Metrics:*\n\n- Errors fell from 9 to 4. <!-- db:errors -->\n\n*Next:*" in text


def test_a_section_that_lost_its_heading_gets_one_for_news() -> None:
    """A heading that was deleted comes back only when something has to stand under it, in its place."""
    mine = draft.write(SHOP).replace("*Metrics:*\n\n", "").replace("<!-- empty metrics", "<!-- was")
    text = draft.merge(mine, with_entries(SHOP, "metrics", Entry(text="Errors fell.", refs=("db:errors",)))).text

    assert ("*Metrics:*" in draft.merge(mine, SHOP).text, 1) == (False, text.count("*Metrics:*\n\n- Errors fell."))
    assert text.index("*Metrics:*") < text.index("*Next:*")


def test_words_of_a_person_stay_and_the_source_is_shown_below() -> None:
    """A reworded line keeps its words and takes the new refs; what the source says now stands in a comment below."""
    mine = draft.reword(draft.write(SHOP), "#420", "One table holds the basket.")
    theirs = with_entries(
        SHOP, "progress", REDIS, Entry(text="Moved basket *and* cart.", refs=(*BASKET.refs, "jira:PAY-8"))
    )
    merged = draft.merge(mine, theirs)

    assert (
        "- One table holds the basket. <!-- github:acme/shop#420 jira:PAY-8 -->\n"
        "  <!-- the source now says: Moved basket *and* cart. -->\n"
    ) in merged.text
    assert (
        draft.Change(
            kind="conflict",
            text="One table holds the basket.",
            source="Moved basket *and* cart.",
            refs=("github:acme/shop#420", "jira:PAY-8"),
        ),
    ) == merged.changes
    assert "the source now says" not in draft.keep(merged.text, "PAY-8")


def test_new_evidence_for_a_reworded_line_is_no_conflict() -> None:
    """Where the source says the same as before, its new refs are taken in silence."""
    mine = draft.reword(draft.write(SHOP), "#420", "One table holds the basket.")
    merged = draft.merge(
        mine, with_entries(SHOP, "progress", REDIS, replace(BASKET, refs=(*BASKET.refs, "jira:PAY-8")))
    )

    assert ("- One table holds the basket. <!-- github:acme/shop#420 jira:PAY-8 -->" in merged.text, ()) == (
        True,
        merged.changes,
    )


def test_two_lines_that_become_one_keep_both_wordings() -> None:
    """Two edited bullets whose ticket swallows them both stand on; two untouched ones become the one."""
    both = Entry(text="Rebuilt the shop.", refs=("jira:PAY-1", *REDIS.refs, *BASKET.refs))
    theirs = with_entries(SHOP, "progress", both)
    mine = draft.reword(draft.reword(draft.write(SHOP), "#412", "Redis counts."), "#420", "One table.")

    assert ["Redis counts.", "One table."] == texts(draft.merge(mine, theirs).text, "progress")
    assert ["One table."] == texts(
        draft.merge(draft.reword(draft.write(SHOP), "#420", "One table."), theirs).text, "progress"
    )
    assert ["Rebuilt the shop."] == texts(draft.merge(draft.write(SHOP), theirs).text, "progress")


def test_a_confirmed_guess_stays_confirmed() -> None:
    """Who confirmed a guess is not asked again, and their words stay when the source rewords it."""
    mine = draft.keep(draft.write(SHOP), "#412~tradeoff-1")
    kept, asked = SHOP.section("tradeoffs").entries[::-1]
    theirs = with_entries(SHOP, "tradeoffs", asked, replace(kept, text="Took 95%."))
    merged = draft.merge(mine, theirs)

    assert (["Kept the old table for reads."], ["conflict"]) == (
        [entry.text for entry in draft.undecided(draft.read(merged.text))],
        kinds(merged),
    )
    assert draft.Merged(text=mine) == draft.merge(mine, SHOP)


def test_what_the_sources_took_back_goes_unless_a_person_worded_it() -> None:
    """A reverted change leaves the draft; a reworded one stays and is reported, once."""
    theirs = replace(with_entries(SHOP, "progress"), outcomes=())
    mine = draft.reword(draft.write(SHOP), "#420", "One table.")
    merged = draft.merge(mine, theirs)

    assert (["One table."], ["removed", "unsupported"]) == (texts(merged.text, "progress"), kinds(merged))
    assert () == draft.merge(merged.text, theirs).changes
    assert [REDIS.text, BASKET.text] == sorted(
        texts(draft.merge(draft.merge(draft.write(SHOP), theirs).text, SHOP).text, "progress")
    )


def test_what_was_reverted_since_leaves_the_draft() -> None:
    """A change that is left out because it was taken back is no progress any more, once and for all."""
    left = LeftOut(title="x", refs=BASKET.refs, why="taken back inside the period")
    theirs = replace(with_entries(SHOP, "progress", REDIS), left_out=(left,), outcomes=())
    merged = draft.merge(draft.write(SHOP), theirs)

    assert ([REDIS.text], ["removed"]) == (texts(merged.text, "progress"), kinds(merged))
    assert (merged.text, ()) == (draft.merge(merged.text, theirs).text, draft.merge(merged.text, theirs).changes)


def test_a_reworded_line_of_a_reverted_change_is_reported_once() -> None:
    """The person's words stay; that the change was taken back is said at the first draft after it."""
    left = LeftOut(title="x", refs=BASKET.refs, why="taken back inside the period")
    theirs = replace(with_entries(SHOP, "progress", REDIS), left_out=(left,), outcomes=())
    once = draft.merge(draft.reword(draft.write(SHOP), BASKET.refs[0], "Carts last."), theirs)
    again = draft.merge(once.text, theirs)

    assert (["unsupported"], [], once.text) == (kinds(once), kinds(again), again.text)
    assert "Carts last." in once.text


def test_a_source_that_failed_takes_nothing_back() -> None:
    """What a failed source did not deliver is not gone."""
    theirs = replace(with_entries(SHOP, "progress"), outcomes=(Outcome(source="github", status="failed"),))

    assert [REDIS.text, BASKET.text] == texts(draft.merge(draft.write(SHOP), theirs).text, "progress")


def test_a_line_that_no_longer_ranks_stays_where_it_is() -> None:
    """The limit of a section holds for a fresh draft; what stands in the file is not pushed out by news."""
    left = LeftOut(title="x", refs=BASKET.refs, text=BASKET.text, why="below the limit")
    theirs = replace(with_entries(SHOP, "progress", REDIS), left_out=(left,))

    assert [REDIS.text, BASKET.text] == texts(draft.merge(draft.write(SHOP), theirs).text, "progress")


def test_a_line_that_was_left_out_can_be_moved_up_as_it_is() -> None:
    """A line cut from the list is read as an entry with its evidence, and gets its comment at the next merge."""
    line = "- Cut the log --&gt; size. (github:acme/shop#430; below [7])\n"
    text = draft.write(SHOP)
    mine = text.replace(line, "").replace("*Metrics:*", f"{line}\n*Metrics:*")
    merged = draft.merge(mine, SHOP)

    assert ((("github:acme/shop#430",),), ()) == (
        tuple(e.refs for e in draft.read(mine).digest.section("progress").entries[2:]),
        draft.read(mine).notes,
    )
    assert ("- Cut the log --&gt; size. <!-- github:acme/shop#430 -->" in merged.text, False) == (
        True,
        "left out:" in merged.text,
    )


def test_a_deleted_line_is_listed_with_what_is_left_out() -> None:
    """Who deleted a line by mistake finds it below, to be moved up again."""
    merged = draft.merge(draft.drop(draft.write(SHOP), "#420"), SHOP)
    moved = "- Moved the basket to one table. (github:acme/shop#420; you deleted its line)"

    assert (True, []) == (moved in merged.text, kinds(merged))


def test_the_list_of_what_was_left_out_is_not_sorted_anew() -> None:
    """News change the rank of all; lines that are there stay in their order, a new one stands next to its neighbour."""
    a, b, c, new = (
        LeftOut(title=x, text=f"Did {x}.", refs=(f"git:{x}",), why="below") for x in ("a1", "b2", "c3", "d4")
    )
    mine = draft.write(replace(SHOP, left_out=(a, b, c)))
    merged = draft.merge(mine, replace(SHOP, left_out=(c, new, b))).text
    listed = [line[2:9] for line in merged.split("\n") if line.startswith("- Did")]

    assert ["Did b2.", "Did c3.", "Did d4."] == listed


def test_a_lost_footer_is_written_again() -> None:
    """Without a footer every line that differs from the sources is a person's; drafting again mends the file."""
    text = draft.reword(draft.write(SHOP), "#420", "One table.")
    merged = draft.merge(text[: text.index("<!-- digest:state")], SHOP)

    assert (["Implemented real-time inventory checks using Redis.", "One table."], WEEKS) == (
        texts(merged.text, "progress"),
        draft.read(merged.text).digest.period,
    )


@pytest.mark.parametrize("mark", ["<<<<<<< HEAD", ">>>>>>> other"])
def test_a_half_done_git_merge_is_refused(mark: str) -> None:
    """Both sides stand in the file: only a person can choose."""
    with pytest.raises(DraftError, match="line 2: a git merge"):
        draft.merge(f"**T**\n{mark}\n", SHOP)
    assert 2 == len(f"{mark} ".split(" ", 1))


def test_an_offer_stays_until_it_is_decided() -> None:
    """What a source said last stays below the line, through merges without news, and gives way to what it says later."""
    mine = draft.reword(draft.write(SHOP), "#420", "One table.")
    first = with_entries(SHOP, "progress", REDIS, replace(BASKET, text="Moved it."))
    more = with_entries(first, "progress", REDIS, replace(BASKET, text="Moved it.", refs=(*BASKET.refs, "jira:PAY-8")))
    once = draft.merge(mine, first).text
    offers = [
        [line.offer for line in draft.read(draft.merge(once, theirs).text).lines if line.offer]
        for theirs in (first, more, with_entries(SHOP, "progress", REDIS, replace(BASKET, text="Sold it.")))
    ]

    assert [["Moved it."], ["Moved it."], ["Sold it."]] == offers


def test_a_line_that_a_person_joined_shows_the_news_of_both_its_sources() -> None:
    """Two bullets made one by hand: what one source says later does not push out what the other said before."""
    two = draft.write(SHOP)
    lines = [line for line in two.split("\n") if line.startswith(("- Implemented", "- Moved"))]
    mine = two.replace(f"{lines[1]}\n", "").replace(lines[0], f"{lines[0]} and {lines[1][2:]}")
    first = with_entries(SHOP, "progress", replace(REDIS, text="Counted."), BASKET)
    both = with_entries(SHOP, "progress", replace(REDIS, text="Counted."), replace(BASKET, text="Moved."))
    text = draft.merge(draft.merge(mine, first).text, both).text

    assert ["Counted.", "Moved."] == sorted(re.findall(r"the source now says: (\w+\.)", text))


def test_a_line_whose_source_splits_off_a_part_keeps_its_own_words() -> None:
    """The line that says what it said stays; the part that became a story of its own stands below it."""
    part = Entry(text="Counted stock.", refs=("jira:PAY-7",))
    theirs = with_entries(SHOP, "progress", part, replace(REDIS, refs=REDIS.refs[:1]), BASKET)

    assert [REDIS.text, "Counted stock.", BASKET.text] == texts(draft.merge(draft.write(SHOP), theirs).text, "progress")


@pytest.mark.parametrize(
    ("where", "what"),
    [
        ("Sources:", "ask Bob"),
        ("<!-- left out: to tell one, cut its line here and paste it under a heading", "- remember the demo"),
        ("<!-- digest:state v1", "huh"),
    ],
)
def test_words_typed_into_our_comments_are_kept_in_sight(where: str, what: str) -> None:
    """A comment of ours is written anew; what a person wrote there moves to a comment of its own, once."""
    mine = draft.write(SHOP).replace(where, f"{where}\n{what}")
    once = draft.merge(mine, SHOP).text

    assert (1, once) == (once.count(what), draft.merge(once, SHOP).text)
    assert f"<!-- kept, because it stood inside a comment that is written anew:\n{what}\n-->" in once


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Moved *the* basket", "Moved _the_ basket"),
        ("Moved **the** basket", "Moved __the__ basket"),
        ("Moved &lt;!-- the basket", "Moved \\<!-- the basket"),
        ("Moved to 2. table now", "Moved to\n  2. table now"),
        ("Moved it — away", "Moved it\n  — away"),
        ("Moved Next: away", "Moved\n  Next:\n  away"),
        ("Ünder", "U\u0308nder"),
    ],
)
def test_what_formatters_do_to_words_is_no_edit(before: str, after: str) -> None:
    """Other signs for emphasis, escapes, wraps before numbers and dashes, composed letters: the same words."""
    shop = with_entries(SHOP, "progress", REDIS, replace(BASKET, text=before))
    text = draft.write(shop).replace(before, after)

    assert (True, draft.Merged(text=text)) == (after in text, draft.merge(text, shop))
    assert [] == [line.entry.text for line in draft.read(text).lines if line.touched]
