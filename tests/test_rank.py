"""What is told first, and that a reader can add it up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Rules
from digest.model import Activity, Change
from digest.normalize.facts import facts, nature
from digest.normalize.link import link
from digest.normalize.rank import FLAGS, NATURES, SHARES, rank, shares
from digest.normalize.signals import signals
from digest.normalize.story import alone
from tests.works import commit, lines, links, part, pull, ticket

PEER = commit(1, "Something else entirely", links=links(pull_request="#50"))


def first(*activities: Activity, rules: Rules | None = None) -> str:
    """The title of what is told first."""
    return rank(link(activities), rules or Rules(), {})[0].story.lead.title


def test_the_points_add_up() -> None:
    """Each point has the name of a rule; the order is the order of the sums."""
    ranked = rank([alone(commit(n, f"Add feature number {n}")) for n in range(5)], Rules(), {})
    names = {*NATURES, *FLAGS, *SHARES}

    assert (True, sorted((r.total for r in ranked), reverse=True)) == (
        all(set(r.points) <= names for r in ranked),
        [r.total for r in ranked],
    )


PREFERRED = {
    "a feature to a refactoring": (commit(2, "Add gzip import"), commit(2, "Refactor the import")),
    "a fix to a test": (commit(2, "Fix the import"), commit(2, "Test the import")),
    "work on the source to tests alone": (
        commit(2, "Import gzip", changes=lines(src__a_py=10)),
        commit(2, "Import gzip", changes=lines(tests__a_py=10)),
    ),
    "what a ticket asked for": (commit(2, "PAY-7: Import gzip"), commit(2, "Import gzip")),
    "what closes an issue": (commit(2, "Import gzip", body="Fixes #7"), commit(2, "Import gzip", body="Says #7 it")),
    "a pull request to a direct push": (
        commit(2, "Import gzip", links=links(pull_request="#12")),
        commit(2, "Import gzip"),
    ),
    "a person to a robot": (commit(2, "Import gzip"), commit(2, "Import gzip", bot=True)),
    "a crash to another fix": (commit(2, "Fix crash on import"), commit(2, "Fix order on import")),
    "what breaks": (commit(2, "feat!: import gzip"), commit(2, "feat: import gzip")),
    "what the changelog names": (
        commit(2, "Import gzip", changes=lines(src__a_py=10, CHANGELOG_md=1)),
        commit(2, "Import gzip", changes=lines(src__a_py=10)),
    ),
    "what the author wants in the changelog": (
        commit(2, "Import gzip", body="changelog: gzip import"),
        commit(2, "Import gzip", body="changelog: none       "),
    ),
    "a larger change": (
        commit(2, "Import gzip", changes=lines(src__a_py=100)),
        commit(2, "Import gzip", changes=lines(src__a_py=1)),
    ),
    "what is named to what is vague": (
        commit(2, "Fixes for duplicate orders"),
        commit(2, "Various fixes for duplicate orders"),
    ),
    "what is new to what is moved": (
        commit(2, "Import gzip", changes=(Change(path="src/a.py", added=60, deleted=5),)),
        commit(2, "Import gzip", changes=(Change(path="src/a.py", added=33, deleted=32),)),
    ),
    "work at one place to a sweep": (
        commit(2, "Import gzip", changes=lines(src__a_py=20)),
        commit(2, "Import gzip", changes=tuple(Change(path=f"src/{n}.py", added=2) for n in range(10))),
    ),
    "what is added to what is removed": (commit(2, "Ring the doorbell"), commit(2, "Remove the doorbell")),
    "the product to the tools of those who make it": (
        commit(2, "Import gzip", changes=lines(src__a_py=10)),
        commit(2, "Import gzip", changes=lines(tools__a_py=10)),
    ),
    "a title that says more": (
        commit(2, "Prices for orders from abroad"),
        commit(2, "Prices for orders"),
    ),
    "what took long": (
        pull(2, "Import gzip", hours=2),
        pull(90, "Import gzip", hours=2),
    ),
}


@pytest.mark.parametrize("name", PREFERRED)
def test_other_things_being_equal(name: str) -> None:
    """One signal alone decides."""
    better, worse = (rank(link([a, PEER]), Rules(), {}) for a in PREFERRED[name])
    points = [next(r.total for r in ranked if r.story.lead is not PEER) for ranked in (better, worse)]

    assert sorted(points, reverse=True) == points
    assert points[0] > points[1]


def test_a_merge_is_ranked_by_what_it_brings_in() -> None:
    """A branch has the nature of what was made on it, as its text or its commits say."""
    said = commit(
        1, "Merge branch 'a'", branch="a", body="Fix the crash of refunds.", parts=(part(7, "Try"), part(8, "x"))
    )
    done = commit(2, "Merge branch 'b'", branch="b", parts=(part(9, "Add refunds for gift cards"),))
    seen = [facts(alone(merge)) for merge in (said, done)]

    assert ["fix", "feature"] == [f.nature for f in seen]
    assert "says crash or data loss" in seen[0].flags


def test_tests_that_a_ticket_asked_for_are_work() -> None:
    """Somebody wanted just that."""
    asked = commit(2, "[PAY-7] Add missing test for refunds", changes=lines(tests__a_py=3))
    small = commit(3, "Name the currency in a message")

    assert asked.title == first(asked, small)


def test_the_house_promotes_and_demotes() -> None:
    """Labels and paths of the configuration outweigh what is general."""
    big, small = (
        pull(2, "Add gzip import", labels=("Internal",), changes=lines(src__a_py=100)),
        pull(3, "Round up", changes=lines(app__a_py=1)),
    )
    rules = (
        Rules(),
        Rules(demote_labels=("intern*",)),
        Rules(promote_paths=("app/*",)),
        Rules(demote_paths=("src/*",)),
    )

    assert [big.title, small.title, small.title, small.title] == [first(big, small, rules=r) for r in rules]


def test_taste_is_added_under_its_name() -> None:
    """What a house learnt stands beside the other points."""
    (ranked,) = rank([alone(commit(1, "Document the import"))], Rules(), {"type:docs": 0.5, "type:tests": 9.0})

    assert 0.5 == ranked.points["taste type:docs"]


def test_signals_name_what_a_house_may_like() -> None:
    """The kind of work, what is true of it, labels, area, folders and author."""
    story = alone(
        pull(1, "docs(import): describe how to start it", labels=("Guide",), changes=lines(docs__api__v1__a_md=1))
    )

    assert [
        "type:docs",
        "flag:changes no source",
        "label:guide",
        "area:import",
        "path:docs/api",
        "author:ann",
    ] == list(signals(story, facts(story)))


NATURE = {
    "feat(api): rank by price": "feature",
    "Add gzip import": "feature",
    "Speed up the import": "speed",
    "Fix the import": "fix",
    "Add missing tests for the import": "tests",
    "Fix typos in the documentation": "docs",
    "store: simplify locking": "chore",
    "Remove the old store": "removal",
    "Show the price": "change",
    "Gzip": "other",
}


@pytest.mark.parametrize(("title", "kind"), NATURE.items())
def test_a_title_has_a_nature(title: str, kind: str) -> None:
    """By its prefix, else by its verb."""
    assert kind == nature(commit(1, title))


def test_a_ticket_has_the_nature_of_its_type() -> None:
    """A bug is a fix, however it is worded."""
    assert ["fix", "feature"] == [nature(ticket("PAY-7", "Add to cart fails", type=t)) for t in ("Bug", "Story")]


def test_what_no_source_tells_stands_in_the_middle() -> None:
    """A ticket without files is neither the largest nor the smallest change."""
    assert (None, [0.25, 0.5, 0.75]) == (facts(alone(ticket("PAY-7", "t"))).source, shares([1, None, 9]))


@given(st.lists(st.one_of(st.none(), st.integers(0, 5)), max_size=12))
def test_shares_keep_the_order(values: list[int | None]) -> None:
    """Between 0 and 1, equal for equal values, larger for larger ones."""
    found = shares(values)
    pairs = [(a, b) for a in range(len(values)) for b in range(len(values)) if None not in {values[a], values[b]}]

    assert all(0 <= f <= 1 for f in found)
    assert [] == [(a, b) for a, b in pairs if ((values[a] or 0) < (values[b] or 0)) != (found[a] < found[b])]
