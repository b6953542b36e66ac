"""What a house likes is learnt from its own choices, moderately, and only where the general points do not explain them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.config import Rules
from digest.normalize.taste import MOST, Choice, choices, learn
from tests.works import SHOP, commit, links, pull, ticket

DOCS, CODE = frozenset({"type:docs", "author:ann"}), frozenset({"type:feature", "author:ann"})


def test_what_is_told_against_the_points_is_liked() -> None:
    """A house that tells its documentation gives it points, and takes some from what it drops."""
    taste = learn([Choice(DOCS, 0.2)] * 40, [Choice(CODE, 0.8)] * 40)

    assert (True, True, False) == (taste["type:docs"] > 0.2, taste["type:feature"] < -0.2, "author:ann" in taste)


def test_where_the_points_explain_the_choice_there_is_nothing_to_learn() -> None:
    """Who publishes what is proposed changes nothing."""
    assert {} == learn([Choice(CODE, 3.0)] * 40, [Choice(DOCS, -3.0)] * 40)


def test_two_choices_teach_little() -> None:
    """One digest is no habit."""
    assert all(abs(points) <= 0.1 for points in learn([Choice(DOCS, 0.0)] * 2, [Choice(CODE, 0.9)] * 2).values())


def test_one_sided_choices_teach_nothing() -> None:
    """Where everything or nothing was told."""
    assert ({}, {}) == (learn([Choice(DOCS, 0.0)] * 9, []), learn([], [Choice(DOCS, 0.0)] * 9))


@given(
    st.lists(st.builds(Choice, st.frozensets(st.sampled_from("abcd")), st.floats(-2, 2)), max_size=30),
    st.lists(st.builds(Choice, st.frozensets(st.sampled_from("abcd")), st.floats(-2, 2)), max_size=30),
)
def test_no_signal_outweighs_everything(kept: list[Choice], dropped: list[Choice]) -> None:
    """Points stay within their bounds, whatever the history."""
    assert all(abs(points) <= MOST for points in learn(kept, dropped).values())


def test_the_choices_of_a_digest_are_stories() -> None:
    """A story is told if one of its refs is; what was declined or taken back was no choice."""
    everything = [
        pull(12, "Add gzip import"),
        commit(1, "Gzip", links=links(pull_request="#12")),
        commit(2, "Deprecate the old store"),
        commit(3, 'Revert "Deprecate the old store"'),
        ticket("PAY-7", "Refunds by post", state="declined"),
        pull(13, "Document the import"),
    ]
    kept, dropped = choices(everything, [f"hub:{SHOP}#12"], Rules())

    assert ([1, 1], True) == ([len(kept), len(dropped)], "type:feature" in kept[0].signals)
