"""What is not sure enough to be joined is asked, with what speaks for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from digest.config import Config, Limits
from digest.export import as_plain
from digest.model import Activity
from digest.normalize import normalize
from tests.test_series import W7_8, told
from tests.works import lines, part, pull, ticket

REFUND = pull(12, "Refund in the right currency", changes=lines(src__refund_py=30))
ELSEWHERE = lines(src__basket_py=9)

ASKED: dict[str, tuple[list[Activity], str]] = {
    "a follow-up in other files and in other words": (
        [REFUND, pull(13, "Keep coupons for a year", body="Follow-up to #12.", changes=ELSEWHERE)],
        "follows up #12",
    ),
    "what partly follows up": (
        [REFUND, pull(13, "Round refunds up", body="Part of this is a follow-up to #12.")],
        "builds on #12",
    ),
    "what uses something of another": (
        [REFUND, pull(13, "Round prices up", body="Uses the rounding introduced in #12.")],
        "builds on #12",
    ),
    "what was cut from another": (
        [REFUND, pull(13, "Round prices up", body="Split out of #12.")],
        "builds on #12",
    ),
    "parts of an issue that is still open": (
        [
            pull(12, "Refund in the right currency", body="Part of #7."),
            pull(13, "Round prices up", body="Part of #7."),
        ],
        "is part of #7",
    ),
    "two of one author that speak of the same rare things": (
        [pull(12, "Overhaul the search with a command palette"), pull(13, "Give icons to the command palette")],
        "one author, and both speak of “command” and “palette”",
    ),
}

UNASKED: dict[str, list[Activity]] = {
    "two of one area": [pull(12, "search: rank by price"), pull(13, "search: keep the filters of a visitor")],
    "the same rare things of two authors": [
        pull(12, "Overhaul the search with a command palette"),
        pull(13, "Give icons to the command palette", people=("bob",)),
    ],
    "things that every other change is about": [
        pull(n, f"{verb} the command palette", people=(verb if n > 13 else "ann",))
        for n, verb in enumerate(("Open", "Show", "Keep", "Offer", "Print", "Paint"), 12)
    ],
    "two that tickets asked for": [
        pull(12, "PAY-7: Overhaul the search with a command palette"),
        pull(13, "PAY-8: Give icons to the command palette"),
    ],
}


@pytest.mark.parametrize("name", UNASKED)
def test_what_is_merely_near_is_not_asked(name: str) -> None:
    """Unrelated work of one area, or work that others asked for one by one."""
    assert ((), len(UNASKED[name])) == (
        told(UNASKED[name]).doubts,
        len(told(UNASKED[name]).section("progress").entries),
    )


@pytest.mark.parametrize("name", ASKED)
def test_what_may_be_one_is_asked(name: str) -> None:
    """The lines stay apart, and a question says why they may be one and how sure that is."""
    activities, why = ASKED[name]
    digest = told(activities)
    found = [(set(d.refs), d.why, 0.4 < d.confidence < 0.6) for d in digest.doubts]

    assert ([({a.ref for a in activities}, why, True)], []) == (
        found,
        [entry.joined for entry in digest.section("progress").entries if entry.joined],
    )


SURE: dict[str, list[Activity]] = {
    "a follow-up in the same file": [
        REFUND,
        pull(13, "Keep coupons for a year", body="Follow-up to #12.", changes=REFUND.changes),
    ],
    "a follow-up in the same words": [
        REFUND,
        pull(13, "Show the currency of refunds", body="Follow-up to #12.", changes=ELSEWHERE),
    ],
    "a title that says it": [REFUND, pull(13, "Follow-up to #12", changes=ELSEWHERE)],
    "a fix of what another broke": [
        REFUND,
        pull(
            13,
            "Round refunds up",
            body="Fixes an error in rounding that was introduced by #12.",
            changes=REFUND.changes,
        ),
    ],
    "a change and its back-port by somebody else": [
        REFUND,
        pull(13, "[Backport 2.x] Refund in the right currency", people=("bob",), changes=REFUND.changes),
    ],
    "the parts of an umbrella that is closed": [
        ticket("acme/shop#7", "Refunds abroad", where="acme/shop"),
        pull(12, "Refund in the right currency", body="Part of #7."),
        pull(13, "Round prices up", body="Part of #7."),
    ],
}


@pytest.mark.parametrize("name", SURE)
def test_what_is_sure_is_joined_and_not_asked(name: str) -> None:
    """One bullet with all its evidence, and why, with a confidence."""
    activities = SURE[name]
    digest = told(activities)
    (entry,) = digest.section("progress").entries

    assert ({a.ref for a in activities}, (), {True}) == (
        set(entry.refs),
        digest.doubts,
        {bool(why) and 0.6 <= confidence <= 1 for _, why, confidence in entry.joined},
    )


def test_several_parts_are_one_question() -> None:
    """What three lines say of a fourth is asked once."""
    parts = [pull(n, f"{verb} the basket", body="Part of #7.") for n, verb in enumerate(("Show", "Move", "Keep"), 12)]
    (doubt,) = told(parts).doubts

    assert (3, "One outcome or three?") == (len(doubt.refs), doubt.text[:21])


def test_a_revert_and_its_re_land_are_no_question() -> None:
    """What was taken back and landed again is one line with all three."""
    works = [
        pull(12, "Refund in the right currency"),
        pull(13, 'Revert "Refund in the right currency"', body="Reverts #12."),
        pull(14, "Refund in the right currency", people=("bob",)),
    ]
    digest = told(works)

    assert ([3], ()) == ([len(e.refs) for e in digest.section("progress").entries], digest.doubts)


def test_lines_that_are_not_told_are_no_question() -> None:
    """A person is asked about what they see."""
    activities, _ = ASKED["what uses something of another"]

    assert () == told(activities, Config(limits=Limits(progress=1))).doubts


def test_the_json_says_what_is_asked() -> None:
    """With the refs, the reason and the confidence, for scripts."""
    activities, why = ASKED["what partly follows up"]
    (found,) = as_plain(told(activities))["doubts"]

    assert ({"text", "refs", "why", "confidence"}, why, 0.5) == (set(found), found["why"], found["confidence"])


def test_two_that_are_joined_by_another_way_are_no_question() -> None:
    """A surer reason settles a weaker one."""
    fix = replace(ASKED["what was cut from another"][0][1], parts=(part(7, "Round"),))
    both = replace(REFUND, parts=(part(7, "Round"),))
    digest = normalize(title="Shop", period=W7_8, activities=[both, fix], upcoming=(), outcomes=(), config=Config())

    assert ((), 1) == (digest.doubts, len(digest.section("progress").entries))
