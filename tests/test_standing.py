"""How far a digest is, and what has to be true before it goes further."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digest import draft
from digest.corrections import UNSEEN, corrections
from digest.model import Digest
from tests.drafts import digests
from tests.lines import TUESDAY, Line

DRAFT = "digests/2026-W07_W08.md"


@pytest.fixture
def shop(line: Line) -> Line:
    """A fortnight in a shop; its project asks for approval."""
    line.clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    line.clone.commit("feat: save the cart between sessions (#12)", "2026-02-10T10:00:00Z", {"src/a.py": "a\n" * 80})
    line.clone.commit("PAY-7 Add refunds to the order page", "2026-02-20T10:00:00Z", {"src/b.py": "b\n" * 60})
    line.write("config.toml", 'title = "Shop"\napproval = true\n')
    return line


def state(line: Line) -> str:
    """What `digest status` says of the last period, without the file."""
    return line.run("status").stdout.partition(": ")[2].rpartition(" (")[0]


def test_the_way_of_a_digest(shop: Line) -> None:
    """Drafted, in review, approved, published, corrected: `status` says each in turn."""
    seen = []
    for step in (
        ["draft"],
        ["review", "--add-tradeoff", "Chose boring technology over speed."],
        ["approve", "--yes", "--by", "Ann"],
        ["publish"],
        ["review", "--add-tradeoff", "Chose A over B."],
        ["approve", "--yes", "--by", "Bob"],
        ["publish", "--correct"],
    ):
        shop.run(*step)
        seen.append(state(shop))

    assert [
        "drafted",
        "in review",
        "approved on 2026-02-24 by Ann",
        "published on 2026-02-24; approved by Ann",
        "published on 2026-02-24; approved by Ann; the draft was edited since (digest publish --correct)",
        "published on 2026-02-24; approved by Ann; the draft was edited since (digest publish --correct)",
        "corrected on 2026-02-24; approved by Bob",
    ] == seen


def test_nothing_is_published_without_approval(shop: Line) -> None:
    """Where the project asks for it, no flag overrides it."""
    shop.run("draft")
    refused = shop.run("publish", "--allow-unreviewed", "--allow-incomplete", "--allow-unfinished", code=3)

    assert "nobody has approved it (digest approve)" in refused.stderr


def test_an_edit_asks_again(shop: Line) -> None:
    """An approval is bound to the words that were seen; the same words again are approved again."""
    shop.run("draft")
    shop.run("approve", "--yes", "--by", "Ann")
    shop.edit(DRAFT, "refunds", "paying back")
    refused, stale = shop.run("publish", code=3), state(shop)
    shop.edit(DRAFT, "paying back", "refunds")
    shop.run("publish")

    assert "it was edited since Ann approved it on 24 Feb 2026" in refused.stderr
    assert "in review; edited since Ann approved it on 2026-02-24" == stale


def test_an_approval_makes_no_churn(shop: Line) -> None:
    """Drafting or approving again leaves the approved file byte for byte; approving adds one line to it."""
    shop.run("draft")
    before = shop.read(DRAFT).splitlines()
    shop.run("approve", "--yes", "--by", "Ann")
    approved = shop.read(DRAFT)
    shop.run("draft")
    shop.run("approve", "--yes", "--by", "Bob")

    assert (approved, 1) == (shop.read(DRAFT), len(set(approved.splitlines()) ^ set(before)))


def test_guesses_are_not_approved(shop: Line) -> None:
    """Whoever approves stands by every line, so that none may be a guess."""
    shop.run("draft")
    shop.edit(DRAFT, "*Progress:*\n\n", "*Progress:*\n\n- A guess. <!-- ? git:000000000000 -->\n")
    refused = shop.run("approve", "--yes", code=3)

    assert "W7-8 is not approved; still guesses:\n- A guess.\n(digest review settles it)" in refused.stderr


def test_approving_needs_a_terminal_or_yes(shop: Line) -> None:
    """A script says that it approves what is printed."""
    shop.run("draft")
    refused = shop.run("approve", code=2)

    assert ("**Shop Update - W7-8**", True) == (refused.stdout.splitlines()[0], "--yes" in refused.stderr)


def test_a_correction_says_what_changed(shop: Line) -> None:
    """In what is delivered: the lines that were reworded, added and removed."""
    shop.write("config.toml", 'title = "Shop"\n')
    shop.run("draft")
    shop.run("publish")
    cart, refund = (x for x in shop.read(DRAFT).splitlines() if x.startswith("- ") and "<!-- git:" in x)
    shop.edit(DRAFT, cart, "")
    shop.edit(DRAFT, refund.partition(" <!--")[0], "- Customers are paid back.")
    shop.run("review", "--add-tradeoff", "Chose A over B.")
    shop.run("publish", "--correct")
    said = shop.read("digests/published/2026-W07_W08.2.md").partition("*Corrected:*\n\n")[2]

    assert [
        "- Reworded: Customers are paid back. (before: Added refunds to the order page.)",
        "- Added to the trade-offs: Chose A over B.",
        "- Removed from Progress: Saved the cart between sessions.",
    ] == [x for x in said.splitlines() if x.startswith("- ")]
    assert said == shop.run("show", "2026-W07_W08").stdout.partition("*Corrected:*\n\n")[2]


def test_history_shows_the_state(shop: Line) -> None:
    """What was published, and what is under way."""
    shop.write("config.toml", 'title = "Shop"\n')
    shop.run("draft")
    shop.run("publish")
    shop.run("draft", "--period", "current")
    rows = json.loads(shop.run("history", "--json").stdout)

    assert [("2026-W07_W08", "published", 1), ("2026-W09_W10", "drafted", 0)] == [
        (r["period"], r["state"], r["edition"]) for r in rows
    ]
    assert "published on 2026-02-24" in shop.run("history").stdout


def test_the_editions_of_a_period_can_be_told_apart(shop: Line) -> None:
    """What a correction changed, each edition by its number, and in the history a draft that was edited after both."""
    shop.write("config.toml", 'title = "Shop"\n')
    shop.run("draft")
    shop.run("publish")
    refused = shop.run("diff", "2026-W07_W08", code=1)
    shop.edit(DRAFT, "- Added refunds to the order page.", "- Customers are paid back.")
    shop.run("publish", "--correct")
    shop.edit(DRAFT, "- Customers are paid back.", "- Customers get their money.")
    changed = shop.run("diff", "2026-W07_W08").stdout
    rows = shop.run("history").stdout.splitlines()

    assert ("has one edition" in refused.stderr, changed) == (True, shop.run("diff", "W7-8.1", "W7-8.2").stdout)
    assert {"-- Added refunds to the order page.", "+- Customers are paid back."} <= {*changed.splitlines()}
    assert [False, True] == ["edited since" in row for row in rows]
    assert "edition 3 of W7-8 was not published" in shop.run("show", "W7-8.3", code=1).stderr


def test_a_correction_needs_no_store(shop: Line) -> None:
    """What was published holds its evidence: its numbers stand in it, though the store was deleted."""
    shop.write("config.toml", 'title = "Shop"\nstore = "store.db"\n')
    shop.run("draft")
    shop.edit(DRAFT, "- Added refunds to the order page.", "- Added 250 refunds to the order page.")
    shop.run("publish", "--accept-numbers")
    shop.edit(DRAFT, "*Next:*", "*Next:*\n\n- Rest.")
    for file in shop.clone.path.glob("store.db*"):
        file.unlink()
    refused = shop.run("publish", "--correct", code=3).stderr
    shop.run("publish", "--correct", "--accept-numbers")
    first, second = (
        json.loads(shop.read(f"digests/published/2026-W07_W08{number}.json"))["origin"]["evidence"]
        for number in ("", ".2")
    )

    assert ("250" in refused, "has no evidence" in refused, first) == (True, False, second)


@settings(max_examples=30)
@given(digests(), st.sampled_from(["Ann", "Ann | Bob --> <x>", "Änn Ö'Neil"]))
def test_an_approval_holds_for_what_was_approved(digest: Digest, by: str) -> None:
    """Whatever stands in a digest: approving its draft is read back as approved, by that person."""
    text = draft.approve(draft.write(digest), by, TUESDAY)
    read = draft.read(text)

    assert (True, by, TUESDAY, draft.merge(text, digest).text) == (
        read.approved,
        read.approval and read.approval.by,
        read.approval and read.approval.at,
        text,
    )


@settings(max_examples=30)
@given(digests(), digests())
def test_every_changed_line_is_named(old: Digest, new: Digest) -> None:
    """A text that is only in one of two editions stands in the correction; where none is, it says so."""

    def texts(digest: Digest) -> set[str]:
        return {e.text for s in digest.sections for e in s.entries}

    said = corrections(old, new)
    missing = [t for t in texts(old) ^ texts(new) if not any(t in line for line in said)]

    assert ([], (UNSEEN,)) == (missing, corrections(old, old))
