"""What belongs to one outcome is one story, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Activity
from digest.normalize.claims import keys_of, name_of
from digest.normalize.link import link
from digest.normalize.reverts import PUT_BACK, TAKEN_BACK, UNDONE, without_reverted
from digest.normalize.twins import bare, effect_of, series
from tests.works import SHOP, commit, lines, links, merge_request, part, pull, sha, ticket


def keys(activities: list[Activity]) -> list[set[str]]:
    """The members of each story."""
    return [{m.key for m in story.members} for story in link(activities)]


JOINED: dict[str, list[Activity]] = {
    "a pull request and its squash commit": [
        pull(12, "Add gzip import"),
        commit(1, "Gzip", links=links(pull_request="#12")),
    ],
    "a pull request and its merge commit": [
        pull(12, "Add gzip import", links=links(commit="0" * 11 + "1" + "f" * 28)),
        commit(1, "Merge it"),
    ],
    "a pull request and a merge with the same commits": [
        pull(12, "Add gzip import", parts=(part(7, "Read gzip"),)),
        commit(1, "Import", where="shop", parts=(part(7, "Read gzip"),)),
    ],
    "two commits of one pull request": [
        commit(1, "Handle odd input well", links=links(pull_request="#12")),
        commit(2, "A follow-up.", links=links(pull_request="acme/shop#12")),
    ],
    "a ticket and the pull request whose title names it": [
        ticket("PAY-7", "Refunds fail"),
        pull(12, "[PAY-7] Refund in the right currency"),
    ],
    "a ticket and the pull request whose branch names it": [
        ticket("PAY-7", "Refunds fail"),
        pull(12, "Refund in the right currency", branch="fix/pay-7-refunds"),
    ],
    "a ticket and the pull request whose text closes it": [
        ticket("PAY-7", "Refunds fail"),
        pull(12, "Refund in the right currency", body="Fixes PAY-7."),
    ],
    "an issue and the pull request that the source links to it": [
        ticket(f"{SHOP}#10", "Refunds fail", where=SHOP),
        pull(12, "Refund in the right currency", links=links(closes=f"{SHOP}#10")),
    ],
    "a merge request and the merge commit that names it": [
        merge_request(12, "Refund in the right currency", where="acme/web/shop"),
        commit(1, "Merge it", links=links(pull_request="acme/web/shop!12"), where="acme/web/shop"),
    ],
    "a merge request and the issue that it closes by its number": [
        ticket(f"{SHOP}#10", "Refunds fail", where=SHOP),
        merge_request(12, "Refund in the right currency", body="Implements #10"),
    ],
    "a merge request and the issue of another project below a subgroup": [
        ticket("acme/web/shop#10", "Refunds fail", where="acme/web/shop"),
        merge_request(12, "Refund in the right currency", body="Closes acme/web/shop#10"),
    ],
    "a merge request and the issue that it closes by its address": [
        ticket("acme/web/shop#10", "Refunds fail", where="acme/web/shop"),
        merge_request(12, "Refund it", body="Resolves https://lab.test/acme/web/shop/-/issues/10"),
    ],
    "a merge request and its follow-up": [
        merge_request(12, "Refund in the right currency"),
        merge_request(13, "Round refunds up", body="Follow-up to merge request !12."),
    ],
    "twins by title, whatever their decorations": [
        commit(1, "Keep the middle off surrogate pairs"),
        commit(2, "fix: keep the middle off `surrogate` pairs (#12)."),
    ],
    "a change and its back-port": [
        pull(12, "Refund in the right currency"),
        pull(13, "[Backport 2.x] Refund in the right currency"),
    ],
    "a change and the commit that was picked from it": [
        commit(1, "Refund in the right currency"),
        commit(2, "Refunds for 2.x", links=links(picks=sha(1))),
    ],
    "the parts of a series": [
        pull(12, "Move orders to the new store, part 1/2"),
        pull(13, "Move orders to the new store, part 2/2"),
    ],
    "a fix and its follow-up": [
        pull(12, "Refund in the right currency"),
        pull(13, "Round refunds up", body="Follow-up to #12."),
    ],
    "a sub-task and its parent": [
        ticket("PAY-7", "Refunds"),
        ticket("PAY-8", "Refund form", links=links(parent="PAY-7")),
    ],
    "a ticket and the number that it had before it was moved": [
        ticket("PAY-7", "Refunds", links=links(duplicates="OLD-3")),
        pull(12, "OLD-3: Refund in the right currency"),
    ],
}

APART: dict[str, list[Activity]] = {
    "a key that is merely mentioned": [
        ticket("PAY-7", "Refunds fail"),
        pull(12, "Log more", body="This helps to understand PAY-7."),
    ],
    "a key in a list of many": [
        ticket("PAY-7", "Refunds fail"),
        pull(12, "Release notes for PAY-5, PAY-6, PAY-7 and PAY-8"),
    ],
    "the same number in two repositories": [
        commit(1, "Add gzip", links=links(pull_request="#12")),
        commit(2, "Add zstd", links=links(pull_request="#12"), where="acme/pay"),
    ],
    "a merge request and an issue that happen to have the same number": [
        ticket(f"{SHOP}#12", "Refunds fail", where=SHOP),
        merge_request(12, "Add gzip import"),
    ],
    "two changes of one area": [
        pull(12, "feat(search): rank by price"),
        pull(13, "feat(search): rank by age"),
    ],
    "the same words about two areas": [
        pull(12, "feat(search): add a few more helpers"),
        pull(13, "feat(orders): add a few more helpers"),
    ],
    "one title of two people who work on different files": [
        commit(1, "Correct the names in messages", changes=lines(src__a_py=9), links=links(pull_request="#1")),
        commit(2, "Correct the names in messages", changes=lines(src__b_py=9), people=("Bob",)),
    ],
    "one title about two things in brackets": [
        commit(1, "[`basket_rule`]: Fix duplicate messages", people=("Ann",)),
        commit(2, "[`order_rule`]: Fix duplicate messages", people=("Ann",)),
    ],
    "what a robot does every week": [
        commit(1, "Update the locked dependencies of the shop", bot=True),
        commit(2, "Update the locked dependencies of the shop", bot=True),
    ],
    "titles that say too little": [commit(1, "Use final"), commit(2, "Use final")],
    "the same routine again and again": [commit(n, "Merge if statements with the same value") for n in (1, 2, 3)],
    "two pull requests that follow up an older one": [
        pull(12, "Round refunds up", body="Follow-up to #2."),
        pull(13, "Name the currency", body="Follow-up to #2."),
    ],
}


@pytest.mark.parametrize("name", JOINED)
def test_one_outcome_is_one_story(name: str) -> None:
    """What tells of one outcome is folded, and each member says why, with a confidence above the threshold."""
    story, *others = link(JOINED[name])

    explained = {ref for ref, reason, confidence in story.joined if reason and 0.6 <= confidence <= 1}
    assert ([], set(story.refs) - {story.lead.ref}) == (others, explained)


@pytest.mark.parametrize("name", APART)
def test_unrelated_work_stays_apart(name: str) -> None:
    """What merely looks alike is not folded."""
    assert [{a.key} for a in APART[name]] == keys(APART[name])


def test_a_ticket_its_pull_requests_and_their_commits_are_one() -> None:
    """Everything on the way from the ticket to the main line is one story, told by the ticket if it took several steps."""
    everything = [
        commit(1, "Refund form", links=links(pull_request="#12")),
        commit(2, "Refund mail", links=links(pull_request="#13")),
        pull(12, "PAY-7: Refund form"),
        pull(13, "PAY-7: Refund mail"),
        ticket("PAY-7", "Customers can ask for a refund", type="Story"),
    ]
    (story,) = link(everything)

    assert ("PAY-7", ("PAY-7",), 5) == (story.lead.key, story.keys, len(story.members))


def test_the_lead_comes_first_and_the_others_in_time() -> None:
    """The members stand in the order in which they were done, after the lead."""
    (story,) = link(
        [
            commit(3, "c", links=links(pull_request="#12")),
            commit(1, "a", links=links(pull_request="#12")),
            pull(12, "p"),
        ]
    )

    assert [f"{SHOP}#12", sha(1), sha(3)] == [m.key for m in story.members]


def test_the_contributor_speaks_and_not_the_follow_up() -> None:
    """Of commits that carry one pull request, the largest gives the words."""
    small = commit(2, "Sort members", links=links(pull_request="#12"), changes=lines(src__a_py=1))
    large = commit(1, "Handle a bad index cleanly", links=links(pull_request="#12"), changes=lines(src__a_py=31))

    assert [large] == [story.lead for story in link([small, large])]


@given(st.permutations([a for activities in JOINED.values() for a in activities][:14]))
def test_nothing_is_lost_or_told_twice(activities: list[Activity]) -> None:
    """Every activity is in exactly one story, whatever the order in which the sources gave them."""
    unique = list({a.ref: a for a in activities}.values())
    members = [m.ref for story in link(unique) for m in story.members]

    assert sorted(a.ref for a in unique) == sorted(members)


TITLES = {
    "[LANG-1815] Fix `equals` for annotations. (#1760)": "fix equals for annotations",
    "fix(api)!: Fix equals for annotations": "fix equals for annotations",
    "LANG-1815: Fix equals for annotations (#1760).": "fix equals for annotations",
    "[2.x] Fix equals for annotations (backport #1760)": "fix equals for annotations",
    "Backport: fix equals for annotations": "fix equals for annotations",
}


@pytest.mark.parametrize(("title", "words"), TITLES.items())
def test_twins_have_the_same_bare_title(title: str, words: str) -> None:
    """Case, dots, prefixes, numbers, keys and back-port marks do not tell twins apart."""
    assert words == bare(title)


EFFECTS = {
    "Add X": "lands",
    'Revert "Add X"': "reverts",
    'Revert "Revert "Add X""': "restores",
    'Reland "Add X" (#12)': "restores",
    "fix: revert Add X": "reverts",
    'Partially revert "Add X"': "lands",
    "Back out Add X": "reverts",
}


@pytest.mark.parametrize(("title", "effect"), EFFECTS.items())
def test_a_title_says_what_it_takes_back(title: str, effect: str) -> None:
    """However often it is wrapped."""
    assert effect == effect_of(title).effect


def test_the_parts_of_a_series_share_a_stem() -> None:
    """A part is known by its number; a title without one is no part."""
    stems = [series(t) for t in ("Parsing revamp 1/N", "Parsing revamp part 2/N", "parsing revamp (3/4)", "Parse 1.2")]

    assert ["parsing revamp", "parsing revamp", "parsing revamp", ""] == stems


def test_names_are_the_same_from_every_side() -> None:
    """A key, a number and a commit id have one name, however a source writes them."""
    here = pull(12, "p")

    assert [f"number:{SHOP}#12", f"number:{SHOP}#12", "commit:0123456789ab", "ticket:PAY-7"] == [
        name_of(target, here) for target in ("#12", f"{SHOP}#12", "0123456789abcdef", "PAY-7")
    ]


def test_an_issue_number_is_no_ticket_key() -> None:
    """Only keys that a reader of the ticket system knows are keys of a line."""
    assert [(), ("PAY-7",)] == [keys_of(ticket(key, "t"), frozenset()) for key in (f"{SHOP}#10", "PAY-7")]


def test_a_branch_names_tickets_of_known_projects_only() -> None:
    """Many branches end in a number; a prefix is known from tickets, titles, or a branch that spells it out."""
    odd = pull(12, "Document streaming", branch="passenger-47000")
    known = pull(13, "Refund", branch="fix/pay-7-refund")
    spelled = pull(14, "Name the currency", branch="feature/SHOP-3")
    others = [odd, known, spelled, pull(15, "PAY-9: Round up")]

    assert [(), ("PAY-7",), ("SHOP-3",), ("PAY-9",)] == [story.keys for story in link(others)]


ADD, UNDO, AGAIN = "Deprecate the old store", 'Revert "Deprecate the old store"', 'Reland "Deprecate the old store"'

FATES = {
    "taken back inside the period": ([commit(1, ADD), commit(2, UNDO)], [], TAKEN_BACK),
    "taken back under another title": (
        [commit(1, ADD), commit(2, "Keep the old store", links=links(reverts=sha(1)), changes=())],
        [1, 2],
        "",
    ),
    "taken back and landed again": ([commit(1, ADD), commit(2, UNDO), commit(3, AGAIN)], [1, 2, 3], ""),
    "something older is taken back": ([commit(2, UNDO, links=links(reverts="f" * 12))], [2], ""),
    "something older is taken back and put back": ([commit(2, UNDO), commit(3, AGAIN)], [], PUT_BACK),
    "taken back by number": (
        [commit(1, ADD, links=links(pull_request="#12")), commit(2, "Revert #12 because it was slow")],
        [],
        TAKEN_BACK,
    ),
    "another change with a title that says little": (
        [commit(1, "Fix typo"), commit(2, 'Revert "Fix typo"', links=links(reverts="f" * 12))],
        [1, 2],
        "",
    ),
}


@pytest.mark.parametrize("name", FATES)
def test_the_last_word_on_a_change_counts(name: str) -> None:
    """What was taken back inside the period is gone with its revert; everything else stays."""
    given_, left, why = FATES[name]
    kept, gone = without_reverted(given_)

    assert (left, [why] if why else []) == ([int(a.key, 16) for a in kept], [g.why for g in gone])


def test_a_change_that_undoes_another_line_by_line_takes_it_back() -> None:
    """Whatever its title says, if it names the commit."""
    there = commit(1, ADD)
    changes = tuple(type(c)(path=c.path, added=c.deleted, deleted=c.added) for c in there.changes or ())
    back = commit(2, "Keep the old store", links=links(reverts=sha(1)), changes=changes)

    assert [] == without_reverted([there, back])[0]


def test_a_pull_request_goes_with_its_reverted_commit() -> None:
    """The pull request, its commit, the revert and the ticket that only they served are all gone."""
    everything = [
        ticket("PAY-7", "Old store"),
        pull(12, f"PAY-7: {ADD}"),
        commit(1, ADD, links=links(pull_request="#12")),
        commit(2, UNDO, links=links(reverts=sha(1))),
    ]
    kept, gone = without_reverted(everything)

    assert ([], [TAKEN_BACK, UNDONE]) == (kept, [g.why for g in gone])


@pytest.mark.parametrize(
    "said", ["This reverts merge request !12", "This reverts merge request acme/shop!12", "Reverts !12: too slow."]
)
def test_a_merge_request_that_takes_another_back(said: str) -> None:
    """GitLab says by its number which one is taken back; an issue of that number has nothing to do with it."""
    issue = ticket(f"{SHOP}#12", "Old orders are slow", where=SHOP)
    there = merge_request(12, "Add a cache")
    back = merge_request(13, 'Revert "Add the cache"', body=said)
    kept, gone = without_reverted([issue, there, back])

    assert ([issue], [TAKEN_BACK]) == (kept, [g.why for g in gone])


def test_a_revert_that_says_in_its_text_what_it_takes_back() -> None:
    """The last commit of a pull request is taken back by number, under another title: nothing of it is progress."""
    there = commit(1, "Stabilize the new layout", links=links(pull_request="#16"))
    back = commit(
        2,
        'Revert "feat: Stablize layout v2"',
        body="This PR reverts the final commit in\nhttps://a.test/x/pull/16.\nSee #9.",
    )
    other = commit(3, "Show prices", links=links(pull_request="#9"))
    kept, gone = without_reverted([there, back, other])

    assert ([other], [TAKEN_BACK]) == (kept, [g.why for g in gone])
