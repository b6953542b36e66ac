"""The page as a person uses it, in a real browser over a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page

from digest import draft, web
from digest.model import Digest, Entry, Section
from tests.browser import Review, field, review, saved
from tests.test_draft import SHOP

REDIS = "Implemented real-time inventory checks using Redis."
BASKET = "Moved the basket to one table."
FRESH = "Chose 95% freshness over 100%."
FACTS = web.Facts(
    evidence={
        "github:acme/shop#412": web.Evidence(
            ref="github:acme/shop#412",
            title="Add Redis",
            url="https://github.com/acme/shop/pull/412",
            about="pull request, done on 12 Feb 2026 by ann",
            text=("It took two weeks.\nReally.",),
        )
    },
    reasons={"github:acme/shop#412": ("rank 2.00 = feature +2.00",)},
)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Review]:
    """A review that is up."""
    with review(tmp_path, SHOP, gather=lambda _: FACTS, lint=look_again) as up:
        yield up


def look_again(read: draft.Draft) -> list[web.Finding]:
    """A finding for every line with a figure."""
    return [web.Finding(at=x.at, message=f"{x.entry.text!r} has a figure") for x in read.lines if "%" in x.entry.text]


@pytest.fixture
def page(shop: Review, tab: Page) -> Page:
    """A tab in which the review is open."""
    tab.goto(shop.served.address)
    return tab


def test_a_line_is_reworded(shop: Review, page: Page) -> None:
    """Enter saves the words, the evidence stays, and a second look finds them."""
    field(page, "Progress 1 of 2").fill("Stock is checked\nin real time.")
    field(page, "Progress 1 of 2").press("Enter")
    saved(page, "Saved")
    page.reload()

    entry = draft.read(shop.text).lines[0].entry
    assert ("Stock is checked in real time.", ("github:acme/shop#412", "jira:PAY-7"), entry.text) == (
        entry.text,
        entry.refs,
        field(page, "Progress 1 of 2").input_value(),
    )


def test_leaving_a_line_saves_it(shop: Review, page: Page) -> None:
    """Who goes on to the next control need not think of saving; a click that follows still counts."""
    field(page, "Progress 2 of 2").fill("One basket.")
    page.get_by_role("button", name=f"Move down: {REDIS}").click()
    saved(page, "Moved down")

    assert ["One basket.", REDIS] == shop.lines("progress")


def test_escape_brings_the_words_back(shop: Review, page: Page) -> None:
    """What is not saved is taken back, and nothing is written."""
    before = shop.text
    field(page, "Progress 2 of 2").fill("Never mind")
    field(page, "Progress 2 of 2").press("Escape")
    saved(page, "The old words are back")

    assert (BASKET, before) == (field(page, "Progress 2 of 2").input_value(), shop.text)


def test_a_line_without_words_is_not_saved(shop: Review, page: Page) -> None:
    """An emptied line says how to take it out or back; the file keeps its words."""
    field(page, "Progress 2 of 2").fill(" ")
    field(page, "Progress 2 of 2").press("Enter")
    saved(page, "a line needs words")

    assert [REDIS, BASKET] == shop.lines("progress")


def test_a_guess_is_confirmed(shop: Review, page: Page) -> None:
    """Confirming leads on to the next guess, and the count goes down."""
    page.get_by_role("button", name=f"Confirm: {FRESH}").click()
    saved(page, "Confirmed")

    assert ("1 guess to decide", ["Kept the old table for reads."], "keep") == (
        page.locator("#open").inner_text(),
        [e.text for e in draft.undecided(draft.read(shop.text))],
        page.evaluate("document.activeElement.dataset.control"),
    )


def test_the_keyboard_is_enough(shop: Review, page: Page) -> None:
    """Reword, move, confirm, send to another section, drop, undo, add and promote without a mouse."""
    keys = page.keyboard
    field(page, "Progress 2 of 2").focus()
    keys.press("End")
    keys.type(" Twice.")
    keys.press("Alt+ArrowUp")
    saved(page, "Moved up")
    keys.press("Control+Enter")
    field(page, "Trade-offs 1 of 2, a guess").focus()
    keys.press("Control+Enter")
    saved(page, "Confirmed")
    page.locator("summary", has_text="Move to").first.focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    saved(page, "Moved")
    page.get_by_role("button", name="Drop: Kept the old table").focus()
    keys.press("Enter")
    saved(page, "Dropped")
    page.get_by_role("button", name="Undo").focus()
    keys.press("Space")
    saved(page, "Undone")
    page.locator("#add-tradeoffs").focus()
    keys.type("Chose speed over thrift.")
    keys.press("Enter")
    saved(page, "Added")
    page.locator("summary", has_text="Tell in").focus()
    keys.press("Enter")
    keys.press("Tab")
    keys.press("Enter")
    saved(page, "Told now")

    assert (
        [REDIS, "Cut the log --&gt; size."],
        [FRESH, "Kept the old table for reads.", "Chose speed over thrift."],
        [f"{BASKET} Twice."],
    ) == tuple(shop.lines(name) for name in ("progress", "tradeoffs", "metrics"))


def test_moving_keeps_the_caret(shop: Review, page: Page) -> None:
    """A line that moves is still the one that the keys go to."""
    field(page, "Progress 2 of 2").focus()
    page.keyboard.press("Alt+ArrowUp")
    saved(page, "Moved up")

    assert (BASKET, [BASKET, REDIS]) == (page.evaluate("document.activeElement.value"), shop.lines("progress"))


def test_undo_takes_back_every_step(shop: Review, page: Page) -> None:
    """Step by step the file is again what it was, to the letter."""
    before = shop.text
    page.get_by_role("button", name=f"Drop: {BASKET}").click()
    saved(page, "Dropped")
    page.get_by_role("button", name=f"Confirm: {FRESH}").click()
    saved(page, "Confirmed")
    for _ in range(2):
        page.get_by_role("button", name="Undo").click()
        saved(page, "Undone")
        page.locator("#status:empty, #status").evaluate("e => { e.textContent = ''; }")
    page.locator("#undo[disabled]").wait_for()

    assert before == shop.text


def test_headline_and_maintenance_are_worded(shop: Review, page: Page) -> None:
    """The first line and the last can have a person's words, too."""
    field(page, "Headline").fill("We shipped")
    field(page, "Headline").press("Enter")
    saved(page, "Saved")
    page.locator("#status").evaluate("e => { e.textContent = ''; }")
    field(page, "Maintenance line").fill("7 updates.")
    field(page, "Maintenance line").press("Enter")
    saved(page, "Saved")

    digest = draft.read(shop.text).digest
    assert ("We shipped", "Maintenance: 7 updates.") == (
        digest.headline,
        digest.maintenance and digest.maintenance.text,
    )


def test_the_evidence_stands_beside_its_line(page: Page) -> None:
    """Title with its address, what it is, the begin of its words and the points; what is unknown is said."""
    page.locator("summary", has_text="Evidence: Add Redis and 1 more").first.click()
    proof = page.locator(".evidence[open]").first

    assert ("https://github.com/acme/shop/pull/412", "noopener noreferrer", [True] * 4) == (
        proof.get_by_role("link", name="Add Redis").get_attribute("href"),
        proof.get_by_role("link", name="Add Redis").get_attribute("rel"),
        [words in proof.inner_text() for words in ("by ann", "It took two weeks.\nReally.", "rank 2.00", "jira:PAY-7")],
    )


def test_the_background_says_how_the_sources_did(page: Page) -> None:
    """Sources, notes and promises, and the secrets that were cut; figures to look at again stand at their lines."""
    about = page.locator("#background").inner_text()

    assert ([True] * 3, 1) == (
        [words in about for words in ("jira: truncated, 50 found", "Promise kept: pay by card.", "github-token (2)")],
        page.locator(".finding").count(),
    )


def test_the_preview_follows_the_typing(shop: Review, page: Page) -> None:
    """What is typed stands in the mail and in the Markdown before it is saved."""
    before = shop.text
    field(page, "Progress 1 of 2").press_sequentially(" Now.")
    page.frame_locator("#mail").locator("li", has_text=f"{REDIS} Now.").wait_for()
    written = shop.text
    page.get_by_role("button", name="Markdown").click()

    assert (True, before) == (f"- {REDIS} Now." in page.locator("#markdown").inner_text(), written)


@pytest.mark.parametrize(("scheme", "back"), [("Light", "rgb(243, 244, 246)"), ("Dark", "rgb(13, 17, 23)")])
def test_the_mail_is_shown_in_both_schemes(page: Page, scheme: str, back: str) -> None:
    """Whatever scheme the page has, the mail is seen as in the other one, too; and as wide as a phone."""
    page.get_by_role("button", name=scheme, exact=True).click()
    page.get_by_role("button", name="Phone").click()
    page.locator(f"#mail[src$={scheme.lower()}]").wait_for()
    page.frame_locator("#mail").locator("h1").wait_for()
    colour = page.frame_locator("#mail").locator("body").evaluate("e => getComputedStyle(e).backgroundColor")

    assert (back, True) == (colour, (page.locator("#mail").bounding_box() or {"width": 0})["width"] <= 375)


def test_a_foreign_change_appears_and_is_told(shop: Review, page: Page) -> None:
    """What an editor or a re-draft does to the file is listed, and the page shows it."""
    shop.edit(BASKET, "Moved the cart.")
    page.get_by_role("group", name="Changed outside this page").wait_for()
    told = page.get_by_role("group", name="Changed outside this page").inner_text()

    assert ("Moved the cart.", True) == (
        field(page, "Progress 2 of 2").input_value(),
        f"Was: {BASKET} Now: Moved the cart." in told,
    )


def test_a_redraft_is_told_with_both_texts(shop: Review, page: Page) -> None:
    """A line that a person worded and whose source changed shows both; taking the source's follows it again."""
    field(page, "Progress 2 of 2").fill("One basket.")
    field(page, "Progress 2 of 2").press("Enter")
    saved(page, "Saved")
    shop.file.write_text(draft.merge(shop.text, _news("Moved the basket to two tables.")).text, encoding="utf-8")
    page.get_by_role("button", name="Take the source’s").click()
    page.get_by_role("button", name="Take the source’s").wait_for(state="detached")

    line = next(x for x in draft.read(shop.text).lines if "github:acme/shop#420" in x.entry.refs)
    assert ("Moved the basket to two tables.", "", False) == (line.entry.text, line.offer, line.touched)


def test_news_of_the_sources_is_brought_in_on_the_page(tmp_path: Path, tab: Page) -> None:
    """What drafting again would change is listed; it is done on the page, keeps a person's words, and is undone."""
    new = Entry(text="Brought in late.", refs=("github:acme/shop#999",))
    progress = SHOP.section("progress")
    wider = replace(progress, entries=(*progress.entries, new))
    theirs = replace(SHOP, sections=(wider, *SHOP.sections[1:]))
    with review(tmp_path, SHOP, redraft=lambda text: draft.merge(text, theirs)) as up:
        tab.goto(up.served.address)
        field(tab, "Progress 2 of 2").fill("One basket.")
        field(tab, "Progress 2 of 2").press("Enter")
        saved(tab, "Saved")
        news = tab.get_by_role("group", name="The sources have news")
        said = news.inner_text()
        news.get_by_role("button", name="Draft again").click()
        saved(tab, "Drafted again")
        news.wait_for(state="detached")
        told = tab.get_by_role("group", name="Changed outside this page").inner_text()
        after = up.lines("progress")
        tab.get_by_role("button", name="Undo").click()
        saved(tab, "Undone")

        assert (True, True, [REDIS, "One basket.", "Brought in late."], [REDIS, "One basket."]) == (
            "New: Brought in late." in said,
            "New in Progress: Brought in late." in told,
            after,
            up.lines("progress"),
        )


def test_a_redraft_under_the_typing_is_seen_before_it_is_decided(shop: Review, page: Page) -> None:
    """The source changes while its line is typed in: Enter does not decide about that unseen, a choice does."""
    box = field(page, "Progress 2 of 2")
    box.fill("One basket.")
    box.press("Enter")
    saved(page, "Saved")
    box.press_sequentially(" At last.")
    shop.file.write_text(draft.merge(shop.text, _news("Moved the basket to two tables.")).text, encoding="utf-8")
    page.get_by_role("button", name="Keep mine").wait_for()
    box.press("Enter")
    saved(page, "Look at both")
    before = next(x for x in draft.read(shop.text).lines if x.entry.text == "One basket.")
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_role("button", name="Keep mine").wait_for(state="detached")

    after = next(x for x in draft.read(shop.text).lines if "github:acme/shop#420" in x.entry.refs)
    assert ("Moved the basket to two tables.", "One basket. At last.", "") == (
        before.offer,
        after.entry.text,
        after.offer,
    )


def test_a_long_name_does_not_widen_the_mail(tmp_path: Path, tab: Page) -> None:
    """On a phone the mail breaks a name of code that is longer than a line."""
    name = "ActiveJob::DeserializationError::RecordNotFoundInTheQueueOfTheDatabase"
    progress = Section(name="progress", entries=(Entry(text=f"Introduced `{name}`."), Entry(text="x" * 120)))
    with review(tmp_path, replace(SHOP, sections=(progress,), title="Y" * 60)) as up:
        tab.goto(up.served.address)
        tab.get_by_role("button", name="Phone").click()
        body = tab.frame_locator("#mail").locator("body")
        body.locator("code").wait_for()

        assert body.evaluate("document.documentElement.clientWidth") == body.evaluate(
            "document.documentElement.scrollWidth"
        )


def _news(words: str) -> Digest:
    progress = SHOP.section("progress")
    entries = tuple(replace(e, text=words) if e.text == BASKET else e for e in progress.entries)
    return replace(SHOP, sections=(replace(progress, entries=entries), *SHOP.sections[1:]))


def test_two_people_on_one_line_see_both_texts(shop: Review, page: Page) -> None:
    """Typed here, changed there: nothing is written over, both stand on the page, and the person decides."""
    box = field(page, "Progress 2 of 2")
    box.press_sequentially(" Mine.")
    shop.edit(BASKET, "Theirs.")
    box.press("Enter")
    page.get_by_role("button", name="Save mine").wait_for()
    seen = (box.input_value(), page.locator(".versions .theirs").inner_text(), shop.lines("progress")[1])
    page.get_by_role("button", name="Save mine").click()
    saved(page, "Saved")

    assert ((f"{BASKET} Mine.", "Theirs.", "Theirs."), f"{BASKET} Mine.") == (seen, shop.lines("progress")[1])


def test_two_people_on_two_lines_lose_nothing(shop: Review, page: Page) -> None:
    """Words for a line that nobody else touched are saved beside the foreign change, which is told."""
    box = field(page, "Progress 1 of 2")
    box.fill("Mine.")
    shop.edit(BASKET, "Theirs.")
    box.press("Enter")
    saved(page, "Saved")
    page.get_by_role("group", name="Changed outside this page").wait_for()

    assert ["Mine.", "Theirs."] == shop.lines("progress")


def test_two_tabs_are_told_of_each_other(shop: Review, page: Page) -> None:
    """An act on what was changed in another tab is not done; the page shows the file as it is now."""
    other = page.context.new_page()
    other.goto(page.url)
    page.evaluate("watch = () => {}")
    other.get_by_role("button", name=f"Drop: {REDIS}").click()
    saved(other, "Dropped")
    page.evaluate("clearInterval(1); act(one(lineOf('line-2').uid, {do: 'drop'}), 'Dropped')")
    saved(page, "Not done: the file was changed elsewhere")

    assert [BASKET] == shop.lines("progress")


def test_words_for_a_line_that_is_gone_are_kept(shop: Review, page: Page) -> None:
    """Somebody deletes the line under the typing: the words stand on their own and can be added."""
    field(page, "Progress 2 of 2").press_sequentially(" Mine.")
    shop.file.write_text(draft.drop(shop.text, "#420"), encoding="utf-8")
    saved(page, "your words for it are kept")
    page.locator(".orphan").get_by_role("button", name="Add to Progress").click()
    saved(page, "Added")

    assert [REDIS, f"{BASKET} Mine."] == shop.lines("progress")


def test_a_reload_brings_back_what_was_typed(shop: Review, page: Page) -> None:
    """Words that are not saved survive a reload of the tab, also those of a new line."""
    field(page, "Progress 2 of 2").press_sequentially(" Mine.")
    page.locator("#add-next").evaluate("e => { e.value = 'Next.'; e.dispatchEvent(new Event('input')); }")
    page.on("dialog", lambda dialog: dialog.accept())
    page.evaluate("addEventListener('pagehide', (e) => e.stopImmediatePropagation(), true)")
    page.reload()
    saved(page, "What was not saved before is back")

    assert (f"{BASKET} Mine.", "Next.") == (
        field(page, "Progress 2 of 2").input_value(),
        page.locator("#add-next").input_value(),
    )


def test_words_stay_when_the_program_is_gone(tmp_path: Path, tab: Page) -> None:
    """Without the program nothing is saved; the page says so and shows the words to copy."""
    with review(tmp_path, SHOP) as up:
        tab.goto(up.served.address)
        field(tab, "Progress 2 of 2").fill("Typed in vain?")
    field(tab, "Progress 2 of 2").press("Enter")
    saved(tab, "Not saved: no connection")

    assert ("Typed in vain?", "Typed in vain?") == (
        field(tab, "Words that are not saved").input_value(),
        field(tab, "Progress 2 of 2").input_value(),
    )


def test_a_broken_file_is_told_and_not_written(shop: Review, page: Page) -> None:
    """A git merge that was left half way: the page says what is wrong and leaves the file alone."""
    shop.edit("*Progress:*", "<<<<<<< mine\n*Progress:*")
    broken = shop.text
    page.get_by_text("The file cannot be read now").wait_for()
    field(page, "Progress 2 of 2").fill("Mine.")
    field(page, "Progress 2 of 2").press("Enter")
    saved(page, "Not saved: line")

    assert (broken, "Mine.") == (shop.text, field(page, "Progress 2 of 2").input_value())


def test_the_keys_stay_where_something_was_told(tmp_path: Path, tab: Page) -> None:
    """Telling something that was left out leads on to the next such line, and at the end to the draft."""
    left = tuple(replace(SHOP.left_out[0], refs=(f"git:{k}",), text=f"Line {k}.") for k in range(2))
    with review(tmp_path, replace(SHOP, left_out=left)) as up:
        tab.goto(up.served.address)
        where = []
        for k in range(2):
            tab.get_by_label(f"Tell in a section: Line {k}.").press("Enter")
            tab.locator("#left").get_by_role("button", name="Next").first.press("Enter")
            tab.locator(f"[data-refs='git:{k}']").wait_for(state="detached")
            tab.wait_for_function("document.activeElement !== document.body")
            where.append(tab.evaluate("document.activeElement.ariaLabel ?? document.activeElement.id"))

        assert ["Tell in a section: Line 1.", "draft"] == where


def test_done_ends_the_program(shop: Review, page: Page) -> None:
    """Done saves what is typed, tells that the tab can be closed, and lets the terminal go on."""
    field(page, "Progress 2 of 2").press_sequentially(" Last.")
    page.get_by_role("button", name="Done").click()
    page.get_by_text("You can close this tab").wait_for()

    assert ("left", f"{BASKET} Last.") == (shop.served.wait(), shop.lines("progress")[1])


def audit(page: Page) -> list[object]:
    """What axe finds wrong, whatever its weight."""
    from axe_playwright_python.sync_playwright import Axe

    return [(v["id"], v["impact"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("width", [1280, 375])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_is_accessible(shop: Review, page: Page, width: int, scheme: str) -> None:
    """Axe finds nothing wrong with all of its parts open, in any scheme; nothing runs over at any width."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    field(page, "Progress 2 of 2").press_sequentially(" Mine.")
    shop.edit(BASKET, "Moved the cart.")
    page.get_by_role("group", name="Changed outside this page").wait_for()
    page.get_by_role("button", name="Save mine").wait_for()
    page.evaluate("document.querySelectorAll('details.evidence').forEach((one) => { one.open = true; })")
    page.get_by_role("button", name=f"Chosen, over, because and cost of: {FRESH}").click()
    page.locator("summary", has_text="Tell in").click()
    page.frame_locator("#mail").locator("h1").wait_for()
    found = audit(page)
    overflow = page.evaluate("document.documentElement.scrollWidth")
    page.get_by_role("button", name="Keys").click()
    found += audit(page)
    page.locator("#keys-close").click()
    page.get_by_role("button", name="Markdown").click()
    found += audit(page)

    assert ([], width) == (found, overflow)


def test_the_end_of_the_page_is_accessible(shop: Review, page: Page) -> None:
    """So is what is left when the program has ended, with words that could not be saved."""
    field(page, "Progress 2 of 2").press_sequentially(" Mine.")
    page.request.post(
        f"{page.url}leave",
        data="{}",
        headers={
            "Origin": page.url.rstrip("/"),
            "X-CSRF-Token": str(page.evaluate("csrf")),
            "Content-Type": "application/json",
        },
    )
    page.route("**/*", lambda route: route.abort())
    page.get_by_label("Words that are not saved").wait_for()

    assert ([], "left") == (audit(page), shop.served.wait())
