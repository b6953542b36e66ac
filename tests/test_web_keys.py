"""The page with the keyboard alone, and what it offers for a trade-off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace
from playwright.sync_api import Page

from digest import draft, web
from digest.choice import Choice, sentence
from digest.model import Entry, Section
from tests.browser import Review, field, review, saved
from tests.test_choice import TOLD
from tests.test_draft import SHOP

REDIS = "Implemented real-time inventory checks using Redis."
BASKET = "Moved the basket to one table."
FRESH = "Chose 95% freshness over 100%."
TABLE = "Kept the old table for reads."
SLA = Choice(chosen="95% freshness", over="100%", because="to maintain our 200ms latency SLA")
TEXT = (
    f"{'Some words. ' * 200}We chose 95% freshness over 100% to maintain our 200ms latency SLA. {'More words. ' * 200}"
)
FACTS = web.Facts(
    evidence={"github:acme/shop#412": web.Evidence(ref="github:acme/shop#412", title="Add Redis", text=(TEXT,))},
    choices={"github:acme/shop#412": (SLA,)},
)
FOCUSED = """() => {
  const it = document.activeElement;
  return (it.getAttribute("aria-label") ?? it.labels?.[0]?.textContent ?? it.dataset.uid ?? it.textContent).trim();
}"""
FAR = 120
"""More controls than the page has."""


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Review]:
    """A review that is up."""
    with review(tmp_path, SHOP, gather=lambda _: FACTS) as up:
        yield up


@pytest.fixture
def page(shop: Review, tab: Page) -> Page:
    """A tab in which the review is open; the mouse has not been used in it."""
    tab.goto(shop.served.address)
    return tab


def walk(page: Page, name: str, key: str = "Tab") -> None:
    """Press a key until the control with that name has the focus."""
    seen = []
    for _ in range(FAR):
        page.keyboard.press(key)
        seen.append(str(page.evaluate(FOCUSED)))
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"{key} never comes to {name!r}, only to {seen}")


def test_a_whole_review_with_the_keyboard_alone(shop: Review, page: Page) -> None:
    """From opening the page to Done: confirm, drop, undo, reword, move, send, add, promote, preview; no mouse."""
    keys = page.keyboard
    walk(page, "2 guesses to decide")
    keys.press("Enter")
    keys.press("k")
    saved(page, "Confirmed")
    keys.press("d")
    saved(page, "Dropped")
    keys.press("u")
    saved(page, "Undone")
    for _ in range(4):
        keys.press("ArrowUp")
    keys.press("e")
    keys.press("End")
    keys.type(" Twice.")
    keys.press("Enter")
    saved(page, "Saved")
    keys.press("Escape")
    keys.press("Alt+ArrowDown")
    saved(page, "Moved down")
    keys.press("3")
    saved(page, "Moved to Metrics")
    keys.press("n")
    keys.type("Costs fell.")
    keys.press("Enter")
    saved(page, "Added")
    walk(page, "Tell in a section: Cut the log")
    keys.press("Enter")
    walk(page, "Next")
    keys.press("Enter")
    saved(page, "Told now")
    walk(page, "Dark")
    keys.press("Space")
    page.locator("#mail[src$=dark]").wait_for()
    walk(page, "Done", "Shift+Tab")
    keys.press("Enter")
    page.get_by_text("You can close this tab").wait_for()

    told = {name: shop.lines(name) for name in ("progress", "tradeoffs", "metrics", "next")}
    left = [entry.text for entry in draft.undecided(draft.read(shop.text))]
    assert (
        {
            "progress": [BASKET],
            "tradeoffs": [FRESH, TABLE],
            "metrics": [f"{REDIS} Twice.", "Costs fell."],
            "next": ["Partnering with data science to improve ranking.", "Cut the log --&gt; size."],
        },
        [TABLE],
        "left",
    ) == (told, left, shop.served.wait())


def test_letters_are_letters_in_the_words(shop: Review, page: Page) -> None:
    """The keys of a line mean nothing while its words are in hand."""
    before = shop.text
    field(page, "Progress 1 of 2").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("kudos?")

    assert ("kudos?", before) == (field(page, "Progress 1 of 2").input_value(), shop.text)


def test_the_keys_are_shown_and_go_away(page: Page) -> None:
    """A question mark on a line shows all keys; Escape closes them, and the line has the focus again."""
    page.locator(".line").first.focus()
    page.keyboard.press("?")
    shown = page.locator("#keys").is_visible()
    page.keyboard.press("Escape")

    assert (True, False, "line-1") == (shown, page.locator("#keys").is_visible(), page.evaluate(FOCUSED))


RING = """() => {
  const it = document.activeElement, style = getComputedStyle(it.tagName === "IFRAME" ? it.parentElement : it);
  return it === document.body || (style.outlineStyle !== "none" && style.outlineWidth !== "0px");
}"""


def test_what_has_the_focus_is_seen(page: Page) -> None:
    """Every stop of the Tab key has an outline."""
    unseen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if not page.evaluate(RING):
            unseen.append(page.evaluate(FOCUSED))

    assert [] == unseen


@pytest.mark.parametrize("choice", [*(choice for choice, _ in TOLD), SLA, Choice(because="it is quick", cost=". a .")])
def test_the_page_says_a_trade_off_as_everything_else_does(page: Page, choice: Choice) -> None:
    """The sentence that the page makes of the parts is the one of `digest.choice`."""
    assert sentence(choice) == page.evaluate("(parts) => sentenceOf(parts)", asdict(choice))


def test_a_trade_off_is_worded_in_its_parts(shop: Review, page: Page) -> None:
    """Its words are taken apart, its evidence offers what it says, the preview follows, and Save writes the line."""
    page.get_by_role("button", name=f"Chosen, over, because and cost of: {FRESH}").click()
    parts = page.get_by_role("group", name="Its parts")
    read = [parts.get_by_label(name).input_value() for name in ("Chosen", "Over", "Because", "Cost")]
    parts.get_by_role("button", name="to maintain our 200ms").click()
    parts.get_by_label("Cost").fill("stale shelves")
    said = f"{sentence(replace(SLA, cost='stale shelves'))}"
    page.frame_locator("#mail").locator("li", has_text=said).wait_for()
    before = shop.lines("tradeoffs")
    parts.get_by_label("Cost").press("Enter")
    saved(page, "Saved")
    parts.wait_for(state="detached")

    assert (["95% freshness", "100%", "", ""], [FRESH, TABLE], [said, TABLE]) == (
        read,
        before,
        shop.lines("tradeoffs"),
    )


def test_a_trade_off_of_ones_own_is_worded_in_parts(shop: Review, page: Page) -> None:
    """A new one is put together from its parts, with what any evidence offers, by the keyboard."""
    page.locator("#add-tradeoffs").focus()
    walk(page, "In parts")
    page.keyboard.press("Enter")
    page.keyboard.type("thrift")
    walk(page, "Over")
    page.keyboard.type("speed")
    page.keyboard.press("Enter")
    saved(page, "Added")

    assert ([FRESH, TABLE, "Chose thrift over speed."], "", 0) == (
        shop.lines("tradeoffs"),
        page.locator("#add-tradeoffs").input_value(),
        page.get_by_role("group", name="A trade-off of your own").count(),
    )


def test_words_that_are_no_usual_trade_off_are_left_alone(shop: Review, page: Page) -> None:
    """Opening the parts of a line changes nothing; what is typed there is taken back by Escape in the words."""
    before = shop.text
    page.get_by_role("button", name=f"Chosen, over, because and cost of: {TABLE}").click()
    opened = field(page, "Trade-offs 2 of 2, a guess").input_value()
    parts = page.get_by_role("group", name="Its parts")
    parts.get_by_label("Over").fill("a new one")
    parts.get_by_label("Over").press("Escape")
    typed = field(page, "Trade-offs 2 of 2, a guess").input_value()
    page.keyboard.press("Escape")
    saved(page, "The old words are back")

    assert (TABLE, "Decided against a new one.", TABLE, before) == (
        opened,
        typed,
        field(page, "Trade-offs 2 of 2, a guess").input_value(),
        shop.text,
    )


def test_the_evidence_shows_what_the_line_rests_on(page: Page) -> None:
    """The evidence of a guess is open, and in a long text the numbers of the line are marked and in sight."""
    said = page.locator(".line.guess .said").first
    marks = said.locator("mark")
    marks.first.wait_for()
    seen = said.evaluate(
        "e => { const m = e.querySelector('mark').getBoundingClientRect(), b = e.getBoundingClientRect();"
        " return m.top >= b.top && m.bottom <= b.bottom; }"
    )

    assert (["95% freshness", "100%", "to maintain our 200ms latency SLA"], True) == (marks.all_inner_texts(), seen)


def test_what_stands_in_the_way_is_listed(tmp_path: Path, tab: Page) -> None:
    """Guesses, numbers and what concerns the whole, each with the way to it; with all of it done that is said."""
    progress = Section(name="progress", entries=(Entry(text=REDIS, refs=("github:acme/shop#412",), sure=False),))
    found = [web.Finding(at=0, message="2 secrets were cut from texts: github-token")]
    with review(
        tmp_path,
        replace(SHOP, sections=(progress,)),
        lint=lambda _: tuple(found),
        standing=lambda _: ("in review", "digest approve"),
    ) as up:
        tab.goto(up.served.address)
        checks = tab.locator("#checks")
        before = checks.inner_text()
        checks.get_by_role("button", name=f"Go to: {REDIS}").click()
        went = tab.evaluate("document.activeElement.value")
        found.clear()
        tab.keyboard.press("Control+Enter")
        tab.get_by_text("Nothing stands in the way.").wait_for()

        assert ([True] * 3, REDIS, True) == (
            [words in before for words in (f"Nobody has confirmed: {REDIS}", "2 secrets were cut", "digest approve")],
            went,
            "digest approve" in checks.inner_text(),
        )


def test_what_changed_elsewhere_is_marked_at_its_line(shop: Review, page: Page) -> None:
    """The line has a badge, the new words are marked, the way to it is one key, until it was seen."""
    shop.edit(BASKET, "Moved the cart to one table.")
    news = page.get_by_role("group", name="Changed outside this page")
    news.wait_for()
    marks = news.locator("mark").all_inner_texts()
    badges = page.locator(".badge.new").all_inner_texts()
    news.get_by_role("button", name="Go to: Moved the cart").click()
    went = page.evaluate("document.activeElement.value")
    news.get_by_role("button", name="Seen").click()
    news.wait_for(state="detached")

    assert (["cart"], ["reworded elsewhere"], "Moved the cart to one table.", 0) == (
        marks,
        badges,
        went,
        page.locator(".badge.new").count(),
    )


def test_words_that_cannot_be_saved_can_be_copied(tmp_path: Path, tab: Page) -> None:
    """The program has ended: a button copies all that is not saved."""
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    with review(tmp_path, SHOP) as up:
        tab.goto(up.served.address)
        tab.locator("#add-next").fill("And this?")
        field(tab, "Progress 2 of 2").fill("Typed in vain?")
    field(tab, "Progress 2 of 2").press("Enter")
    tab.get_by_role("button", name="Copy").click()
    saved(tab, "Copied")

    assert "Typed in vain?\nAnd this?" == tab.evaluate("navigator.clipboard.readText()")
