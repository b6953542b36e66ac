"""A series of one author that does the same in several places is one bullet; what may be one is asked."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.config import Config, Limits
from digest.model import Activity, Digest
from digest.normalize import normalize, series
from digest.normalize.link import link
from digest.normalize.sift import sift, words
from digest.period import Period
from tests.works import part, pull, ticket

W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=UTC)


def pulls(*titles: str) -> list[Activity]:
    """One pull request of Ann for each title."""
    return [pull(n, title) for n, title in enumerate(titles, 1)]


def told(activities: list[Activity], config: Config | None = None) -> Digest:
    """The digest of a fortnight with nothing else."""
    return normalize(
        title="Shop", period=W7_8, activities=activities, upcoming=(), outcomes=(), config=config or Config()
    )


def lines(*titles: str) -> list[str]:
    """The Progress section of pull requests with these titles."""
    return sorted(entry.text for entry in told(pulls(*titles)).section("progress").entries)


ONE = {
    "Avoided quadratic scans in three places.": (
        "Avoid quadratic escape scan when splitting strings",
        "Avoid quadratic multiline-string context scan in is_short",
        "Avoid quadratic child-list rescan when wrapping nodes",
    ),
    "Added custom completer in four places.": (
        "feat(cli): Add custom completer for completing registry names",
        "feat: Add custom completer for benchmarks",
        "feat: Add custom completer for toolchains",
        "feat: Add custom completer",
    ),
    "Migrated applicable `shop` tests in three places.": (
        "Migrate applicable `shop` tests to use events",
        "Migrate applicable `shop` tests in carts",
        "Migrate applicable `shop` tests of orders",
    ),
}


@pytest.mark.parametrize("line", ONE)
def test_the_same_work_in_several_places_is_one_line(line: str) -> None:
    """In the words that the titles have in common, with the number of places."""
    assert [line] == lines(*ONE[line])


SEVERAL = {
    "two, which may be chance": ("Add custom completer for carts", "Add custom completer for orders"),
    "fixes of one kind": ("Fix crash in the parser", "Fix crash in the lexer", "Fix crash on exit"),
    "words that say little": ("Add two lemmas for sums", "Add two lemmas for products", "Add two lemmas for roots"),
    "an area": ("cart: round prices", "cart: keep coupons", "cart: show taxes"),
    "what merely begins alike": (
        "Avoid quadratic scan of strings",
        "Avoid quadratic rebuild of the tree",
        "Avoid quadratic removal of nodes",
    ),
    "no verb": ("Open immersions of spaces", "Open immersions of rings", "Open problems of fields"),
    "a part in brackets": (
        "Update msrv (1 version) to 1",
        "Update msrv (1 version) to 2",
        "Update msrv (1 version) to 3",
    ),
}


@pytest.mark.parametrize("name", SEVERAL)
def test_others_stay_apart(name: str) -> None:
    """Unrelated items of one area, one verb or one kind are not one outcome."""
    assert len(SEVERAL[name]) == len(lines(*SEVERAL[name]))


SERIES = pulls("Add custom completer for carts", "Add custom completer for orders", "Add custom completer for taxes")
APART = {
    "another author": {"people": ("bob",)},
    "another repository": {"where": "acme/till"},
    "a robot": {"bot": True},
    "a ticket": {"title": "PAY-7: Add custom completer for taxes"},
    "a revert": {"title": 'Revert "Add custom completer for taxes"'},
}


@pytest.mark.parametrize("name", APART)
def test_a_series_is_of_one_author_in_one_place(name: str) -> None:
    """What a ticket asked for, what is taken back and what another made has a line of its own."""
    other = replace(SERIES[2], **APART[name])  # type: ignore[arg-type]

    assert 3 == len(series.joined(link([*SERIES[:2], other])))


def test_the_line_holds_all_evidence_and_says_why() -> None:
    """All refs and links, and for each part a reason with a confidence; nothing is counted twice."""
    digest = told(SERIES)
    (entry,) = digest.section("progress").entries
    refs = {a.ref for a in SERIES}

    assert (refs, {a.url for a in SERIES}, ()) == (set(entry.refs), set(entry.links), digest.left_out)
    assert {("one of 3 changes of one author: add custom completer", 0.8)} == {(w, c) for _, w, c in entry.joined}
    assert len(refs) - 1 == len(entry.joined)


def test_what_one_part_says_is_not_said_of_all() -> None:
    """The effect that the text of one states stays out of the common line."""
    first = replace(SERIES[0], body="Carts now complete up to 3x faster.", parts=(part(7, "Carts are faster"),))

    assert ["Added custom completer in three places."] == [
        e.text for e in told([first, *SERIES[1:]]).section("progress").entries
    ]


def test_a_doubtful_series_is_asked() -> None:
    """Below the threshold nothing is joined; the draft asks, and only about lines that are told."""
    titles = SEVERAL["what merely begins alike"]
    (asked,) = told(pulls(*titles)).doubts
    none = told(pulls(*titles), Config(limits=Limits(progress=1))).doubts

    assert ("One outcome or three?", 3, ()) == (asked.text[:21], sum(title in asked.text for title in titles), none)


def test_two_that_do_the_same_are_asked() -> None:
    """Two may be chance."""
    (asked,) = told(pulls(*SEVERAL["two, which may be chance"])).doubts

    assert ("One outcome or two?", "each begins “add custom completer in two places”") == (asked.text[:19], asked.why)


def test_lines_that_read_the_same_leave_room() -> None:
    """One line for both, and the next story takes the place that is free."""
    same = [pull(n, f"fix({area}): Round the price of an order up") for n, area in ((1, "cart"), (2, "till"))]
    other = pull(3, "Keep coupons for a year")
    config = Config(limits=Limits(progress=2))
    digest = told([*same, other], config)

    assert [3, 2] == [len(sift([*same, other], config, {}).told), len(digest.section("progress").entries)]


def test_a_private_part_stays_part_of_the_evidence() -> None:
    """Who renders for an audience sees by the refs of the line that something private is behind it."""
    hidden = ticket("PAY-7", "Settle the case of Big Bank", private=True)
    (entry,) = told([pull(1, "PAY-7: Round prices up"), hidden]).section("progress").entries

    assert hidden.ref in entry.refs


@given(
    st.lists(
        st.lists(
            st.sampled_from(["add", "round", "cache", "price", "scan", "in", "for", "the", "(x)", "of"]), max_size=6
        ),
        min_size=2,
    )
)
def test_what_titles_have_in_common_stands_in_all_of_them(titles: list[list[str]]) -> None:
    """Only words of every title are said, besides the number of places and the plural."""
    work = series.common(titles)
    said = work.said.partition(" in ")[0].split() if work else []

    assert all(word in title or word.removesuffix("s") in title for word in said for title in titles)


def test_the_words_of_a_single_story_are_its_own() -> None:
    """Where there is no series nothing changes."""
    (story,) = link(pulls("Round prices up"))

    assert ("Rounded prices up.", story) == (words(story, Config()), series.worded(story))
