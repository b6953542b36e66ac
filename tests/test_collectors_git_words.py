"""Commit messages as people and programs really shape them, and remotes as they are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collectors.git_parse import Commit
from digest.collectors.git_web import web_of
from digest.collectors.git_words import is_bot, people, read_words
from digest.model import Link

SHA = "0123456789abcdef0123456789abcdef01234567"


def commit(subject: str, body: str = "", author: str = "Ann", mail: str = "ann@example.test") -> Commit:
    """A commit with that message."""
    return Commit(id=SHA, parents=(), author=author, mail=mail, created=None, done=None, subject=subject, body=body)


@pytest.mark.parametrize(
    ("subject", "body", "title", "branch", "request_"),
    [
        ("Speed up search (#12)", "", "Speed up search", "", "#12"),
        ("Speed up search (#12).", "", "Speed up search", "", "#12"),
        ("Speed up search (!12)", "", "Speed up search", "", "!12"),
        ('Revert "Speed up search (#12)" (#13)', "", 'Revert "Speed up search (#12)"', "", "#13"),
        ("Fix #12 in search", "", "Fix #12 in search", "", ""),
        ("(#12)", "", "(#12)", "", ""),
        ("Merge pull request #7 from acme/feat/PAY-7", "Pay by card\n\nWhy", "Pay by card", "feat/PAY-7", "#7"),
        ("Merge pull request #7 from acme/feat", "", "The one inside", "feat", "#7"),
        ("Merge pull request #7 in PAY/pay from a to b", "Title", "Title", "", "#7"),
        ("Merge PR #7: something", "Title", "Title", "", "#7"),
        ("Auto merge of #99 - ann:fix-it, r=bo", "Fix it (#99)\n\nText", "Fix it", "ann:fix-it", "#99"),
        ("Merged in fix/PAY-1 (pull request #5)", "Fix it\n\nText", "Fix it", "fix/PAY-1", "#5"),
        ("Merged PR 77: Fix it", "Text", "Fix it", "", "#77"),
        ("Pull request #77: Fix it", "Merge in PAY/pay from a to b", "Fix it", "", "#77"),
        ("Merge coin/coin#77: wallet: Fix it", "0123abc Fix (Ann)", "wallet: Fix it", "", "#77"),
        ("Merge #77: Fix it", "", "Fix it", "", "#77"),
        ("Merge branch 'fix' into 'main'", "Fix it\n\nSee merge request acme/pay!12", "Fix it", "fix", "acme/pay!12"),
        ("Merge branch 'fix' into 'main'", "See merge request acme/pay!12", "Merge branch 'fix' into 'main'", "fix", "acme/pay!12"),
        ("Merge branch 'main'", "Conflicts:\n\ta.txt", "Merge branch 'main'", "main", ""),
        ("Merge remote-tracking branch 'origin/PAY-3'", "", "Merge remote-tracking branch 'origin/PAY-3'", "PAY-3", ""),
        ("Merge the two caches into one", "", "Merge the two caches into one", "", ""),
    ],
)  # fmt: skip
def test_a_change_has_its_own_title(subject: str, body: str, title: str, branch: str, request_: str) -> None:
    """The title of what was changed, not that of the merge; the branch and number that the merge names."""
    words = read_words(commit(subject, body), (commit("The one inside"),))

    assert (title, branch, request_) == (words.title, words.branch, words.request)


@pytest.mark.parametrize(
    ("subject", "body", "links"),
    [
        ("Fix (#2) (#3)", "", [("pull_request", "acme/pay#3"), ("mentions", "acme/pay#2")]),
        ('Revert "X"', f"This reverts commit {SHA}.", [("reverts", SHA[:12])]),
        ('Reapply "X"', f"This reverts commit {SHA}.", [("reverts", SHA[:12])]),
        ("Take it out", f"This reverts commits {SHA} and {SHA[::-1]}.", [("reverts", SHA[:12]), ("reverts", SHA[::-1][:12])]),
        ('Revert "X" (#5)', "Reverts acme/pay#4", [("pull_request", "acme/pay#5"), ("reverts", "acme/pay#4")]),
        ('Revert "X"', "This reverts merge request !4", [("reverts", "acme/pay!4")]),
        ('Revert "X"', "This reverts commit 0123456.", [("reverts", SHA[:12])]),
        ('Revert "X"', "This reverts commit 9999999.", []),
        ("Squashed (#9)", f"* Try\n\n* Revert it\n\nThis reverts commit {SHA}.", [("pull_request", "acme/pay#9")]),
        ("Revert two (#9)", f"* Revert it\n\nThis reverts commit {SHA}.", [("pull_request", "acme/pay#9"), ("reverts", SHA[:12])]),
        ("Fix", f"(cherry picked from commit {SHA})", [("picks", SHA[:12])]),
        ("Fix", "See merge request other/repo!4", [("pull_request", "other/repo!4")]),
        ("Fix", f"Broken since {SHA}, see #12", []),
    ],
)  # fmt: skip
def test_links_are_what_the_message_itself_says(subject: str, body: str, links: list[tuple[str, str]]) -> None:
    """Pull request, reverts and picks, each in the form of the other source's key."""
    found = read_words(commit(subject, body), slug="acme/pay", known={SHA[:7]: SHA}).links

    assert links == [(link.relation, link.target) for link in found]


def test_a_merge_of_one_commit_reverts_what_that_commit_reverts() -> None:
    """A revert that came in by a pull request is found."""
    inner = commit('Revert "X"', f"This reverts commit {SHA}.")
    words = read_words(commit("Merge pull request #7 from acme/revert", 'Revert "X"'), (inner,))

    assert Link(relation="reverts", target=SHA[:12]) in words.links


@given(st.text(), st.text())
def test_any_message_is_read(subject: str, body: str) -> None:
    """No message breaks the reader, and a title is one line."""
    title = read_words(commit(subject, body)).title

    assert " ".join(title.split()) == title


@pytest.mark.parametrize(
    ("name", "mail", "bot"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", True),
        ("renovate[bot]", "bot@renovateapp.com", True),
        ("Renovate Bot", "renovate@example.test", True),
        ("k8s-ci-robot", "k8s@example.test", True),
        ("github-actions", "actions@github.com", True),
        ("bors", "bors@rust-lang.org", True),
        ("Ann Talbot", "ann@example.test", False),
        ("Abbott", "robotics@example.test", False),
        ("Renata", "renata@example.test", False),
        ("", "", False),
    ],
)
def test_bots_are_known_by_name_or_mail(name: str, mail: str, bot: bool) -> None:  # noqa: FBT001
    """Programs are told from people."""
    assert bot == is_bot(name, mail)


def test_the_makers_of_a_merge_are_those_inside() -> None:
    """Who pressed the button is not named; co-authors are, programs beside people are not."""
    parts = (
        commit("a", "Co-authored-by: Cy <cy@example.test>\nco-authored-by: Helper[bot] <x@example.test>", author="Bo"),
        commit("b", author="Di"),
        commit("c", author="Bo"),
        commit("d", author="dependabot[bot]"),
    )

    assert (("Bo", "Di", "Cy"), False) == people(commit("Merge pull request #1 from x/y", author="Ann"), parts)


@pytest.mark.parametrize(
    ("remote", "slug", "home"),
    [
        ("https://github.com/acme/pay.git", "acme/pay", "https://github.com/acme/pay"),
        ("https://bot:s3cret@github.com/acme/pay", "acme/pay", "https://github.com/acme/pay"),
        ("git@github.com:acme/pay.git", "acme/pay", "https://github.com/acme/pay"),
        ("git@github.com-work:acme/pay.git", "acme/pay", "https://github.com/acme/pay"),
        ("ssh://git@ssh.github.com:443/acme/pay.git", "acme/pay", "https://github.com/acme/pay"),
        (
            "ssh://git@gitlab.acme.test:2222/group/sub/pay.git",
            "group/sub/pay",
            "https://gitlab.acme.test/group/sub/pay",
        ),
        ("https://gitlab.acme.test:8443/group/pay/", "group/pay", "https://gitlab.acme.test:8443/group/pay"),
        ("git@bitbucket.org:acme/pay.git", "acme/pay", "https://bitbucket.org/acme/pay"),
        ("https://git.acme.test/acme/pay.git", "acme/pay", ""),
        ("/srv/git/pay.git", "", ""),
        ("../pay", "", ""),
        ("file:///srv/git/pay.git", "", ""),
        ("C:\\git\\pay", "", ""),
        ("", "", ""),
    ],
)
def test_a_remote_has_a_web_address_without_credentials(remote: str, slug: str, home: str) -> None:
    """Every way to write a remote of a known host gives its page; a local one has none."""
    web = web_of(remote)

    assert (slug, home) == (web.slug, web.home)


def test_pages_follow_the_ways_of_the_host() -> None:
    """Commit, request and file of each kind of host; a number of another repository has no page of ours."""
    github, gitlab, bitbucket = (web_of(f"git@{h}:acme/pay.git") for h in ("github.com", "gitlab.com", "bitbucket.org"))
    told = web_of("/srv/git/pay.git", "https://user:pass1@git.acme.test/acme/pay/")

    assert [
        "https://github.com/acme/pay/commit/abc",
        "https://github.com/acme/pay/pull/4",
        "https://github.com/acme/pay/blob/abc/docs/adr/1%20a.md",
        "https://gitlab.com/acme/pay/-/merge_requests/4",
        "https://bitbucket.org/acme/pay/pull-requests/4",
        "",
        "",
        "https://git.acme.test/acme/pay/commit/abc",
    ] == [
        github.commit("abc"),
        github.request("acme/pay#4"),
        github.file("abc", "docs/adr/1 a.md"),
        gitlab.request("acme/pay!4"),
        bitbucket.request("#4"),
        github.request("other/repo#4"),
        github.request(""),
        told.commit("abc"),
    ]
