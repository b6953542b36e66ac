"""The mail as people see it: in Chromium light, dark, darkened by force and on a phone, and by what programs can show."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Page

from digest.charts import Trend
from digest.render import compose
from tests.browser import another
from tests.examples import FULL
from tests.servers.real import wanted

CLIENTS = Path(__file__).parent / "clients"
RICH = replace(
    FULL,
    corrections=("W5-6 said 14% of carts; it is **12%**, as the control group was counted twice.",),
    trends={
        "db:abandonment": Trend(values=(71.0, 70.2, 70.4, None, 68.1, 61.9), unit="%"),
        "prom:latency": Trend(values=(212, 208, None, 205, 201, 196), unit="ms"),
        "prom:errors": Trend(values=(0.04, 0.04, 0.04), unit="%"),
    },
)
"""Figures, trends with a gap and without a change, trade-offs, themes, links, a correction and the maintenance line."""

LOOKS = {
    "light": ("light", 900, ()),
    "dark": ("dark", 900, ()),
    "forced dark": ("light", 900, ("--enable-features=WebContentsForceDark",)),
    "phone": ("light", 375, ()),
    "dark phone": ("dark", 375, ()),
}
ENOUGH = 4.5
"""The contrast that WCAG asks of text at level AA."""

TEXTS = """
() => [...document.querySelectorAll('h1, h2, p, li, td, a, strong, code, span')].flatMap(e => {
  const words = [...e.childNodes].filter(n => n.nodeType === 3 && n.data.trim() && !/^[\\s\\u00a0]*$/.test(n.data));
  return words.map(n => {
    const range = document.createRange(); range.selectNodeContents(n);
    const box = range.getClientRects()[0];
    return [n.data.trim().slice(0, 30), box.x, box.y + scrollY, box.width, box.height];
  });
})
"""
"""The texts of a page, each with the box of its first line."""

CONTRASTS = """
async ([png, boxes, scale]) => {
  const image = new Image(); image.src = 'data:image/png;base64,' + png; await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), {width: image.width, height: image.height});
  const on = canvas.getContext('2d'); on.drawImage(image, 0, 0);
  const part = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  return boxes.map(([words, x, y, width, height]) => {
    const {data} = on.getImageData(...[x, y, Math.max(width, 1), Math.max(height, 1)].map(n => Math.round(n * scale)));
    let low = 1, high = 0;
    for (let k = 0; k < data.length; k += 4) {
      const light = 0.2126 * part(data[k]) + 0.7152 * part(data[k + 1]) + 0.0722 * part(data[k + 2]);
      low = Math.min(low, light); high = Math.max(high, light);
    }
    return [words, (high + 0.05) / (low + 0.05)];
  });
}
"""
"""The contrast between the lightest and the darkest spot in each box of a picture."""


@pytest.fixture(scope="module", params=LOOKS)
def look(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[tuple[Page, int]]:
    """The mail in a browser that shows it in one of these ways, and how wide it is."""
    scheme, width, flags = LOOKS[request.param]
    with another(chromium, *flags) as browser:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=2,
        )
        page = context.new_page()
        page.set_content(compose(RICH).html)
        yield page, width
        context.close()


def test_axe_finds_nothing(look: tuple[Page, int]) -> None:
    """Language, roles, headings, landmarks, names of links and contrast are right, and nothing runs over the edge."""
    from axe_playwright_python.sync_playwright import Axe

    page, width = look
    found = [(v["id"], [n["html"] for n in v["nodes"]]) for v in Axe().run(page).response["violations"]]

    assert ([], width) == (found, page.evaluate("document.documentElement.scrollWidth"))


def test_every_word_can_be_read(look: tuple[Page, int], tab: Page) -> None:
    """What is painted has the contrast that WCAG asks for, also where a program turns the colours round by itself."""
    page, _ = look
    boxes = page.evaluate(TEXTS)
    picture = base64.b64encode(page.screenshot(full_page=True)).decode()
    found: list[tuple[str, float]] = tab.evaluate(CONTRASTS, [picture, boxes, 2])

    assert (True, []) == (len(found) > 30, [(words, round(x, 1)) for words, x in found if x < ENOUGH])


def test_the_outline_is_that_of_the_article(look: tuple[Page, int]) -> None:
    """A screen reader goes from the title to the sections, and hears each trend as its figures."""
    page, _ = look
    heads = [(h.evaluate("e => e.localName"), h.inner_text()) for h in page.get_by_role("heading").all()]
    trends = [img.get_attribute("aria-label") for img in page.get_by_role("img").all()]

    assert (
        [
            ("h1", "Recommendation Engine Update - W7-8"),
            *(("h2", f"{name}:") for name in ("Progress", "Metrics", "Next", "Corrected")),
        ],
        [
            "Trend, oldest first: 71.0 %, 70.2 %, 70.4 %, no value, 68.1 %, 61.9 %",
            "Trend, oldest first: 212 ms, 208 ms, no value, 205 ms, 201 ms, 196 ms",
            "Trend, oldest first: 0.04 %, 0.04 %, 0.04 %",
        ],
    ) == (heads, trends)


def test_a_trend_is_said_beside_its_bars(look: tuple[Page, int]) -> None:
    """Where it began and ended, for those who see no difference of a pixel."""
    page, _ = look

    assert ["71.0 % → 61.9 %, 6 periods", "212 → 196 ms, 6 periods", "0.04 % → 0.04 %, 3 periods"] == [
        cell.inner_text() for cell in page.locator("td.ends").all()
    ]


KNOWN = {
    ("gmail.mobile-webmail", "<style> element"): "every rule that matters is inlined",
    ("gmail.mobile-webmail", "@media"): "the light page on a wide screen is whole without it",
    ("gmail.mobile-webmail", "display:none"): "the preview is one pixel high there",
    ("outlook.windows", "@media"): "as above",
    ("outlook.windows", "overflow"): "only of the preview, which Outlook hides by mso-hide",
}
"""What these programs lack of what the mail has, and why nobody misses it."""


def test_gmail_outlook_and_apple_mail_can_show_it() -> None:
    """What caniemail.com knows of them: no part of the mail is beyond any of them, but for what is known to be so."""
    wanted("node")
    if not (CLIENTS / "node_modules/caniemail").is_dir():
        pytest.skip("npm install --prefix tests/clients")
    argv = ["node", str(CLIENTS / "check.mjs"), "gmail.*", "outlook.windows", "apple-mail.*"]
    done = subprocess.run(argv, input=compose(RICH).html.encode(), capture_output=True, check=True)
    found: list[Any] = json.loads(done.stdout)

    assert sorted(KNOWN) == sorted(map(tuple, found))
