"""What a person answers on the page: whether lines are one, and that a line comes back that they took out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Locator, Page

from digest import draft, web
from digest.model import Doubt
from digest.web.acts import Act
from digest.web.view import view_of
from tests.browser import Review, field, review, saved
from tests.test_draft import SHOP
from tests.test_web_page import audit

REDIS = "Implemented real-time inventory checks using Redis."
BASKET = "Moved the basket to one table."
FRESH = "Chose 95% freshness over 100%."
TABLE = "Kept the old table for reads."
LOG = "Cut the log --> size."
REFS = ("jira:PAY-7", "github:acme/shop#420")
ASKING = replace(SHOP, doubts=(Doubt(text="One outcome or two?", refs=REFS, why="builds on #7", confidence=0.5),))
FACTS = web.facts_of(SHOP, ())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Review]:
    """A review of a draft that asks."""
    with review(tmp_path, ASKING, gather=lambda _: FACTS) as up:
        yield up


@pytest.fixture
def page(shop: Review, tab: Page) -> Page:
    """A tab in which the review is open."""
    tab.goto(shop.served.address)
    return tab


def asked(shop: Review) -> list[float]:
    """How sure each question of the file is; 0 is an answered one."""
    return [doubt.confidence for doubt in draft.read(shop.text).digest.doubts]


def took_out(page: Page) -> Locator:
    """The part of the page with what a person took out."""
    return page.get_by_role("region", name="You took out")


def press(page: Page, name: str) -> None:
    """Press a button, and wait until the file has it."""
    page.locator("#status").evaluate("e => { e.textContent = ''; }")
    page.get_by_role("button", name=name).first.click()
    page.locator("#status:not(:empty)").wait_for()


def test_a_weak_join_is_asked_at_its_line(page: Page) -> None:
    """With the words of the other line and the reason; named to a screen reader, listed in what is to be looked at."""
    asks = page.get_by_role("group", name="One outcome with this line?")

    assert ([True] * 2, 1, True, False) == (
        [words in asks.inner_text() for words in (BASKET, "Builds on #7; 50% sure.")],
        field(page, "Progress 1 of 2, may be one with another line").count(),
        f"May be one with another line: {REDIS}" in page.locator("#checks").inner_text(),
        "One outcome or two?" in page.locator("#background").inner_text(),
    )


def test_lines_are_joined(shop: Review, page: Page) -> None:
    """As in the prompt: the words of the first, the evidence of both, and it is not asked again; undo takes it back."""
    before = shop.text
    press(page, f"Join: {REDIS}")
    joined = shop.text
    announced = page.get_by_role("status").inner_text()
    focus = page.evaluate("document.activeElement.value")
    press(page, "Undo")

    assert (draft.unite(before, REFS[0]), "Joined; Undo takes them apart again", REDIS, before, 1) == (
        joined,
        announced,
        focus,
        shop.text,
        page.get_by_role("group", name="One outcome with this line?").count(),
    )


def test_lines_are_kept_apart(shop: Review, page: Page) -> None:
    """As in the prompt: both stay, and it is not asked again, also after a reload; undo asks again."""
    before = shop.text
    press(page, f"Keep apart: {REDIS}")
    apart = shop.text
    announced = page.get_by_role("status").inner_text()
    page.reload()
    left = page.get_by_role("group", name="One outcome with this line?").count()
    press(page, "Undo")

    assert (draft.apart(before, REFS), "Kept apart", 0, before) == (apart, announced, left, shop.text)


def test_words_in_hand_are_joined_with_their_line(shop: Review, page: Page) -> None:
    """What was typed in the line is saved and stays; the other's words go, as they do in the prompt."""
    field(page, "Progress 1 of 2, may be one with another line").fill("Saved what is in stock.")
    page.get_by_role("button", name="Join: ").click()
    saved(page, "Joined")

    assert (["Saved what is in stock."], [0.0]) == (shop.lines("progress"), asked(shop))


@pytest.mark.parametrize(("key", "lines"), [("m", [REDIS]), ("k", [REDIS, BASKET])])
def test_the_letters_of_the_prompt_answer(shop: Review, page: Page, key: str, lines: list[str]) -> None:
    """On the line m merges, and k keeps apart."""
    page.locator("#sections .line").first.focus()
    page.keyboard.press(key)
    page.locator("#status:not(:empty)").wait_for()

    assert (lines, [0.0]) == (shop.lines("progress"), asked(shop))


def test_the_keyboard_reaches_the_answer_and_goes_on(shop: Review, page: Page) -> None:
    """Tab leads from the words to Join and Keep apart, and the answer to what is to be decided next."""
    field(page, "Progress 1 of 2, may be one with another line").focus()
    names = []
    for _ in range(2):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.ariaLabel.split(':')[0]"))
    page.keyboard.press("Space")
    saved(page, "Kept apart")

    assert (["Join", "Keep apart"], [0.0], f"Confirm: {FRESH}") == (
        names,
        asked(shop),
        page.evaluate("document.activeElement.ariaLabel"),
    )


def test_a_join_of_what_was_changed_elsewhere_is_not_done(shop: Review, page: Page) -> None:
    """Somebody answers or rewords meanwhile: nothing is joined that was not seen."""
    page.evaluate("watch = () => {}")
    shop.edit(BASKET, "Moved the cart.")
    press(page, "Join: ")

    assert (True, [REDIS, "Moved the cart."]) == (
        "Not done" in page.get_by_role("status").inner_text(),
        shop.lines("progress"),
    )


def test_a_dropped_line_is_put_back(shop: Review, page: Page) -> None:
    """After other edits and a reload, in the words that it had, with all its evidence, in its section; with undo."""
    field(page, "Progress 1 of 2, may be one with another line").fill("Stock is checked.")
    press(page, f"Confirm: {FRESH}")
    press(page, "Drop: Stock is checked.")
    press(page, f"Drop: {TABLE}")
    page.locator("#add-next").fill("Mine.")
    page.locator("#add-next").press("Enter")
    saved(page, "Added")
    page.reload()
    listed = took_out(page).locator(".field").all_inner_texts()
    press(page, "Put back: Stock is checked.")
    announced = page.get_by_role("status").inner_text()
    read = draft.read(shop.text)
    press(page, "Undo")

    entry = next(x.entry for x in read.lines if x.entry.text == "Stock is checked.")
    assert ([TABLE, "Stock is checked."], ("github:acme/shop#412", "jira:PAY-7"), "Put back in Progress") == (
        listed,
        entry.refs,
        announced,
    )
    assert ([BASKET, "Stock is checked."], ["Partnering with data science to improve ranking.", "Mine."], [BASKET]) == (
        [x.entry.text for x in read.lines if x.section == "progress"],
        [x.entry.text for x in read.lines if x.section == "next"],
        shop.lines("progress"),
    )


def test_a_guess_comes_back_as_a_guess(shop: Review, page: Page) -> None:
    """What nobody confirmed is not confirmed by taking it out and putting it back; the keyboard does it, too."""
    before = shop.text
    press(page, f"Drop: {TABLE}")
    page.get_by_role("button", name=f"Put back: {TABLE}").focus()
    page.keyboard.press("Enter")
    saved(page, "Put back in Trade-offs")

    assert (before, "Trade-offs", False) == (
        shop.text,
        page.evaluate("document.activeElement.querySelector('label').textContent.split(' ')[0]"),
        took_out(page).is_visible(),
    )


def test_a_line_that_was_taken_out_elsewhere_comes_back_in_the_words_of_its_source(shop: Review, page: Page) -> None:
    """Deleted in an editor, before or while the page is open: one line with all its evidence, and it is no edit."""
    shop.file.write_text(draft.drop(shop.text, REFS[0]), encoding="utf-8")
    took_out(page).get_by_text(REDIS).wait_for()
    count = page.get_by_role("button", name="Put back").count()
    press(page, f"Put back: {REDIS}")

    line = next(x for x in draft.read(shop.text).lines if x.entry.text == REDIS)
    assert (1, ("github:acme/shop#412", "jira:PAY-7"), False) == (count, line.entry.refs, line.touched)


def test_what_was_told_after_all_and_dropped_is_put_back(shop: Review, page: Page) -> None:
    """A line that the ranking had left out, and one of a person's own: both are listed, and come back."""
    page.get_by_label("Tell in a section").click()
    page.locator("#left").get_by_role("button", name="Metrics").click()
    saved(page, "Told now")
    page.locator("#add-metrics").fill("My own.")
    page.locator("#add-metrics").press("Enter")
    saved(page, "Added")
    told = shop.lines("metrics")
    press(page, "Drop: Cut the log")
    press(page, "Drop: My own.")
    gone = shop.lines("metrics")
    press(page, "Put back: Cut the log")
    press(page, "Put back: My own.")

    (cut, own) = (x.entry for x in draft.read(shop.text).lines if x.section == "metrics")
    assert (told, [], ("github:acme/shop#430",), ()) == ([cut.text, own.text], gone, cut.refs, own.refs)


def test_what_the_sources_no_longer_word_comes_back_as_a_guess() -> None:
    """Where the rules tell it no more, the title of its source is offered as a guess; without it, nothing is."""
    page = draft.read(draft.drop(draft.drop(draft.write(SHOP), REFS[1]), "jira:PAY-9"))
    title = web.Evidence(ref=REFS[1], title="Move *it*")
    found = [
        (gone.section, gone.entry.text, gone.entry.sure, gone.entry.refs)
        for gone in web.taken_out(page, web.Facts(evidence={REFS[1]: title}), ())
    ]

    assert [("progress", r"Move \*it\*", False, (REFS[1],)), ("next", "", False, ("jira:PAY-9",))] == found


def test_after_news_it_is_listed_once_and_comes_back_in_the_words_of_the_file() -> None:
    """A re-draft lists a deleted line as left out: the page has it under what was taken out alone."""
    listed = draft.read(draft.merge(draft.drop(draft.write(SHOP), REFS[1]), SHOP).text)
    view = view_of(listed, web.Facts(), ())
    (gone,) = web.taken_out(listed, web.Facts(), ())

    assert ([BASKET], [LOG], (BASKET, (REFS[1],), False)) == (
        [x["text"] for x in view["taken"]],
        [x["text"] for x in view["left_out"]],
        (gone.entry.text, gone.entry.refs, gone.entry.sure),
    )


def test_dropped_twice_it_is_listed_once(tmp_path: Path) -> None:
    """The last words count, and what is told again is not listed."""
    file = tmp_path / "d.md"
    file.write_text(draft.write(SHOP), encoding="utf-8")
    desk = web.Desk(file=file, gather=lambda _: FACTS, preview=lambda _: ("", ""))

    def line(words: str) -> int:
        return next(x.at for x in draft.read(file.read_text()).lines if x.entry.text == words)

    listed = []
    for words in (BASKET, "One basket."):
        view = desk.act(desk.seen(), [Act(do="drop", at=line(words))]).view
        listed.append([gone["text"] for gone in view["taken"]])
        back = Act(do="restore", text=words, refs=(REFS[1],), section="progress")
        listed.append(desk.act(desk.seen(), [back]).view["taken"])
        desk.act(desk.seen(), [Act(do="reword", at=line(words), text="One basket.")])

    assert [[BASKET], [], ["One basket."], []] == listed


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_questions_are_accessible(page: Page, width: int, scheme: str) -> None:
    """Axe finds nothing wrong with a question and with what was taken out; nothing runs over at any width."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    press(page, f"Drop: {TABLE}")
    page.evaluate("document.querySelectorAll('details.evidence').forEach((one) => { one.open = true; })")
    page.get_by_role("button", name=f"Put back: {TABLE}").wait_for()

    assert ([], width) == (audit(page), page.evaluate("document.documentElement.scrollWidth"))
