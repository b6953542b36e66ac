"""Promises and late news from one digest to the next, on a real repository and a tracker over loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.lines import TUESDAY, Line
from tests.tracker import Tracker

BEFORE = datetime(2026, 2, 10, 8, tzinfo=UTC)
"""The Tuesday after W5-6."""

DRAFT = "digests/2026-W07_W08.md"
TICKETS = {
    401: "Refunds on the order page",
    402: "Gift cards",
    403: "Search by colour",
    404: "Prices in euro",
}


def told(line: Line, name: str, section: str) -> list[str]:
    """The lines below a heading of a draft, without their comments."""
    below = line.read(name).partition(f"*{section}:*\n")[2].partition("\n*")[0].partition("\n<!-- ")[0]
    return [x.partition(" <!--")[0] for x in below.splitlines() if x.startswith("- ")]


@pytest.fixture
def shop(line: Line) -> Iterator[tuple[Line, Tracker]]:
    """A shop whose W5-6 is published, with four tickets in Next."""
    line.clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    line.clone.commit("Save the cart between sessions (#12)", "2026-02-03T10:00:00Z", {"src/cart.py": "c\n" * 90})
    with Tracker() as tracker:
        tracker.tickets |= TICKETS
        tracker.turn(BEFORE)
        line.write("config.toml", f'title = "Shop"\n[collectors.git]\npaths = ["."]\n{tracker.table}')
        line.at = BEFORE
        line.run("draft")
        line.run("publish", "--allow-unreviewed")
        line.at = TUESDAY
        yield line, tracker


def ship(line: Line, tracker: Tracker, *numbers: int) -> None:
    """Do some of it in W7-8, with a commit for each."""
    for number in numbers:
        line.clone.commit(
            f"CHK-{number} {TICKETS[number]}", f"2026-02-1{number % 10}T10:00:00Z", {f"src/{number}.py": "x\n" * 70}
        )
        tracker.close(number, datetime(2026, 2, 10 + number % 10, 12, tzinfo=UTC))
    tracker.turn(TUESDAY)


def test_promises_are_answered(shop: tuple[Line, Tracker]) -> None:
    """Done ones are said in Progress, open ones stay in Next with how often they slipped, the note counts."""
    line, tracker = shop
    promised = told(line, "digests/2026-W05_W06.md", "Next")
    ship(line, tracker, 401, 402, 404)
    line.run("draft")
    progress, later = told(line, DRAFT, "Progress"), told(line, DRAFT, "Next")

    assert (4, 3, True) == (
        len(promised),
        sum("(promised in W5-6)" in x for x in progress),
        "- Of 4 promised in W5-6: 3 done, 1 moved." in line.read(DRAFT),
    )
    assert ["(moved once)."] == [x[-len("(moved once).") :] for x in later]


def test_what_a_person_drops_stays_dropped(shop: tuple[Line, Tracker]) -> None:
    """A next step that was taken out does not come back: not in this draft, not in the next; it can be promoted."""
    line, tracker = shop
    ship(line, tracker, 401)
    line.run("draft")
    line.run("review", "--drop", "CHK-403")
    line.run("draft")
    kept = told(line, DRAFT, "Next")
    line.run("publish", "--allow-unreviewed")
    line.at = datetime(2026, 3, 10, 8, tzinfo=UTC)
    tracker.turn(line.at)
    line.run("draft")
    later = line.read("digests/2026-W09_W10.md")

    assert (2, 2) == (len(kept), len(told(line, "digests/2026-W09_W10.md", "Next")))
    assert "a person took it out of Next in W7-8" in later


def test_a_reworded_promise_counts_on(shop: tuple[Line, Tracker]) -> None:
    """How often it slipped is known from the digests before, though a person took the count out of its words."""
    line, tracker = shop
    ship(line, tracker, 401, 402, 404)
    line.run("draft")
    line.edit(DRAFT, told(line, DRAFT, "Next")[0], "- Shoppers will search by colour.")
    line.run("publish", "--allow-unreviewed")
    line.at = datetime(2026, 3, 10, 8, tzinfo=UTC)
    tracker.turn(line.at)
    line.run("draft")

    assert ["- Adding search by colour (moved twice)."] == told(line, "digests/2026-W09_W10.md", "Next")


def test_what_comes_late_is_told_late(shop: tuple[Line, Tracker]) -> None:
    """A commit of W5-6 that was pushed after the digest went out is in the next draft, marked, and in none after it."""
    line, tracker = shop
    ship(line, tracker, 401)
    line.clone.commit("Add coupons to the cart (#15)", "2026-02-04T10:00:00Z", {"src/coupon.py": "c\n" * 90})
    line.clone.commit("Bump requests from 2.31.0 to 2.32.0", "2026-02-05T10:00:00Z", {"requirements.txt": "r==2.32\n"})
    line.run("draft")
    late = [x for x in told(line, DRAFT, "Progress") if "late" in x]
    line.run("publish", "--allow-unreviewed")
    line.at = datetime(2026, 3, 10, 8, tzinfo=UTC)
    tracker.turn(line.at)
    after = line.run("draft").stdout

    assert ["- Added coupons to the cart (late from W5-6)."] == late
    assert ("2 activities came in late from an earlier period." in line.read(DRAFT), False) == (True, "coupon" in after)


def test_a_redraft_of_what_is_published_is_no_late_news(shop: tuple[Line, Tracker]) -> None:
    """What was known, told or left out, never comes late, also where the store is gone."""
    line, tracker = shop
    ship(line, tracker, 401)
    line.write("config.toml", line.read("config.toml").replace("title", 'store = "new.db"\ntitle', 1))
    line.run("draft")

    assert "late" not in line.read(DRAFT)


def test_a_promise_in_a_persons_words_is_known_by_its_key(shop: tuple[Line, Tracker]) -> None:
    """A line of Next that a person wrote is answered by the ticket key in it."""
    line, tracker = shop
    ship(line, tracker, 401)
    line.run("draft")
    line.edit(DRAFT, "*Next:*\n\n", "*Next:*\n\n- Ship PAY-9 to everybody.\n")
    line.run("publish", "--allow-unreviewed")
    line.clone.commit("PAY-9 Show stock to everybody", "2026-03-03T10:00:00Z", {"src/stock.py": "s\n" * 50})
    line.at = datetime(2026, 3, 10, 8, tzinfo=UTC)
    tracker.turn(line.at)

    assert "(promised in W7-8)" in next(x for x in line.run("draft").stdout.splitlines() if "stock" in x)
