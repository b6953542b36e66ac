"""What was promised last time is done, has moved, was dropped, or is asked about; it is never done by guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model import Entry
from digest.normalize.promises import judge, moved, notes, slips
from digest.normalize.story import alone
from tests.works import SHOP, commit, pull, ticket

PROMISED = Entry(text="Ship refunds.", refs=("jira:PAY-7",), keys=("PAY-7",))
TICKET = ticket("PAY-7", "Refunds")
PULL = alone(pull(12, "PAY-7: Refunds"), keys=("PAY-7",))


def fate(entry: Entry, **given_: object) -> str:
    """What became of one promise."""
    (promise,) = judge([entry], **{"done": [], "ahead": [], "declined": [], **given_})  # type: ignore[arg-type]
    return promise.fate


def test_the_ticket_is_done() -> None:
    """By its ref."""
    assert fate(PROMISED, done=[alone(TICKET)]) == "done"


def test_a_change_for_the_ticket_is_done() -> None:
    """By its key, where the ticket system was not asked."""
    assert fate(PROMISED, done=[PULL]) == "done"


def test_what_is_still_open_has_moved() -> None:
    """Even if something was merged for it."""
    assert fate(PROMISED, done=[PULL], ahead=[alone(TICKET)]) == "moved"


def test_what_was_closed_undone_is_dropped() -> None:
    """A declined ticket."""
    assert fate(PROMISED, declined=[TICKET]) == "dropped"


def test_what_nobody_knows_is_unknown() -> None:
    """Other work proves nothing."""
    assert fate(PROMISED, done=[alone(commit(1, "Ship refunds"))]) == "unknown"


def test_the_text_that_promised_proves_nothing() -> None:
    """The pull request whose text named the next step was done before."""
    promised = Entry(text="Remove the old path.", refs=(f"hub:{SHOP}#12~next-1",))

    assert fate(promised, done=[PULL]) == "unknown"


@given(st.integers(1, 30), st.sampled_from(["Ship refunds.", "Ship refunds", "Ship refunds (moved once)."]))
def test_the_text_carries_how_often_it_moved(count: int, text: str) -> None:
    """So that a person may edit it, and no other memory is needed."""
    assert (count, "Ship refunds") == (slips(moved(text, count)), moved(text, count).partition(" (")[0])


@pytest.mark.parametrize(
    ("count", "text"),
    [(1, "Ship refunds (moved once)."), (2, "Ship refunds (moved twice)."), (3, "Ship refunds (moved 3 times).")],
)
def test_how_often_is_said_in_words(count: int, text: str) -> None:
    """Before the full stop."""
    assert text == moved("Ship refunds.", count)


def test_a_promise_that_moves_again_counts_on() -> None:
    """From what its text says."""
    (promise,) = judge(
        [Entry(text="Ship refunds (moved once).", refs=("jira:PAY-7",))], done=[], ahead=[alone(TICKET)], declined=[]
    )

    assert 2 == promise.slips


def test_the_note_counts_and_names_what_needs_a_person() -> None:
    """Done and moved by number; unknown and dropped in words."""
    others = [Entry(text=f"Promise {n}.", refs=(f"jira:PAY-{n}",)) for n in (1, 2)]
    judged = judge(
        [PROMISED, *others], done=[alone(TICKET)], ahead=[], declined=[ticket("PAY-2", "Something that is dropped")]
    )

    assert [
        "Of 3 promised in W5-6: 1 done, 1 dropped, 1 unknown.",
        "Nothing tells what became of: Promise 1.",
        "Closed without being done: Promise 2.",
    ] == notes(judged, "in W5-6")


def test_without_promises_there_is_nothing_to_say() -> None:
    """The first digest has no note."""
    assert [] == notes([], "last time")
