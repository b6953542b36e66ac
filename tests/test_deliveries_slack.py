"""A message in Slack: built of parts that are not parsed, within the limits, posted once, its address kept secret."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import deliveries
from digest.deliveries import Message, Receipt
from digest.deliveries.slack import LONGEST_MESSAGE, payload
from digest.errors import ConfigError, DigestError, TryLater
from digest.markdown import escape, one_line
from digest.model import Entry, Section
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE, FULL

MESSAGE = compose(FULL)
TO = ("the channel of slack",)
SECRET = "/services/T000/B000/s3cret"


class Channel:
    """A webhook on loopback: what was posted, and the answer that it gives."""

    def __init__(self) -> None:
        self.posted: list[Any] = []
        self.status = 200
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.posted.append((self.path, json.loads(body)))
                if outer.status == 0:
                    self.connection.close()
                    return
                self.send_response(outer.status)
                self.send_header("Retry-After", "30")
                self.send_header("Location", "https://elsewhere.test")
                self.end_headers()
                self.wfile.write(b"ok" if outer.status == 200 else b"no_service")

            def log_message(self, *_: Any) -> None:
                """Quiet."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ValueError:  # the connection was closed on purpose
                    self.close_connection = True

        self.server = HTTPServer(("127.0.0.1", 0), Answer)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channel]:
    """A webhook whose address stands in $SLACK."""
    made = Channel()
    made.thread.start()
    monkeypatch.setenv("SLACK", f"http://127.0.0.1:{made.server.server_address[1]}{SECRET}")
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()


def slack(**table: Any) -> Any:
    """The delivery of a table `[deliveries.slack]`."""
    return build("deliveries", deliveries.BUILTIN, "slack", {"webhook": "env:SLACK"} | table, Path())


def texts(value: Any) -> Iterator[str]:
    """Every text of a rich text, in the order of reading."""
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    elif value.get("type") in {"text", "link"}:
        yield value["text"]
    else:
        yield from texts(value.get("elements", []))


def lines(made: dict[str, Any]) -> list[str]:
    """The message as it is read, a line for each section and bullet."""
    found = []
    for element in made["blocks"][1]["elements"]:
        parts = element["elements"] if element["type"] == "rich_text_list" else [element]
        mark = "  " * element.get("indent", 0) + "- " if element["type"] == "rich_text_list" else ""
        found += [mark + "".join(texts(part)) for part in parts]
    return found


def test_it_reads_like_the_article() -> None:
    """The same headings and bullets in the same order as in every other output."""
    made = payload(compose(ARTICLE), links=False)

    assert (
        "Recommendation Engine Update - W7-8",
        [
            "Progress:",
            "- Implemented real-time inventory checks using Redis.",
            "- Trade-off: Chose 95% freshness over 100% to maintain our 200ms latency SLA.",
            "Metrics:",
            "- Resulted in a 12% reduction in cart abandonment (A/B test).",
            "Next:",
            "- Partnering with data science to improve ranking.",
        ],
    ) == (made["blocks"][0]["text"]["text"], lines(made))


def test_styles_links_themes_and_trends() -> None:
    """Code is code, a theme has its bullets below it, a trend is drawn, and numbers lead to the evidence."""
    made = payload(MESSAGE)
    found = json.dumps(made)

    assert (True, True, True, "\nMaintenance: 7 dependency updates, 22 clean-ups.") == (
        '{"type": "text", "text": "feature_store", "style": {"code": true}}' in found,
        '{"type": "link", "url": "https://github.com/acme/reco/pull/412", "text": "[1]"}' in found,
        "- Operations" in lines(made)
        and any(line.endswith("█▆·▄▃▁ (212 → 196 ms, 6 periods)") for line in lines(made)),
        lines(made)[-1],
    )


NASTY = [
    "<!channel>",
    "<!here>",
    "<@U123>",
    "@everyone",
    "*bold* _it_ ~no~ `x`",
    "a & b < c > d",
    "<https://evil.test|click>",
]


def saying(text: str) -> Message:
    """A message whose title and whose only line are `text`."""
    sections = (Section(name="next", entries=(Entry(text=escape(text)),)),)
    return compose(replace(ARTICLE, title=text, sections=sections))


@pytest.mark.parametrize("text", NASTY)
def test_a_title_pings_nobody(text: str) -> None:
    """Words stand in elements that are not parsed; the one text that is parsed has no angle bracket left."""
    made = payload(saying(text))

    assert ("plain_text", f"- {text}", False) == (
        made["blocks"][0]["text"]["type"],
        lines(made)[-1],
        any(sign in made["text"] for sign in "<>"),
    )


@given(text=st.text(min_size=1).filter(lambda t: one_line(t) != ""))
def test_every_text_arrives_as_it_is(text: str) -> None:
    """Whatever stands in a title is shown as these characters."""
    assert f"- {one_line(text)}" == lines(payload(saying(text)))[-1]


def test_a_long_digest_loses_its_links_before_its_words() -> None:
    """Slack refuses messages beyond a size: first the links go; what is still too long is an error with a remedy."""
    entry = Entry(text="word " * 12, links=tuple(f"https://a.test/{'x' * 150}/{k}" for k in range(5)))

    def of(count: int) -> Message:
        entries = tuple(replace(entry, links=tuple(f"{url}/{k}" for url in entry.links)) for k in range(count))
        return compose(replace(ARTICLE, sections=(Section(name="next", entries=entries),)))

    short = payload(of(20))
    with pytest.raises(DigestError, match="too long for Slack"):
        payload(of(150))

    assert (False, 20, True) == (
        "a.test" in json.dumps(short),
        sum(line.startswith("- ") for line in lines(short)),
        len(json.dumps(short["blocks"])) <= LONGEST_MESSAGE,
    )


def test_a_long_title_is_cut() -> None:
    """A header holds 150 characters; the whole title stands below it."""
    made = payload(saying("x" * 300))
    head = made["blocks"][0]["text"]["text"]

    assert (150, "…", f"{'x' * 300} Update - W7-8") == (len(head), head[-1], lines(made)[0])


def test_it_is_posted_once(channel: Channel) -> None:
    """One request with the payload, to the webhook."""
    delivery = slack()
    receipt = delivery.deliver(MESSAGE, delivery.recipients())

    assert (Receipt(accepted=TO, detail="posted"), [(SECRET, payload(MESSAGE))]) == (receipt, channel.posted)


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, Receipt(deferred={TO[0]: "429 no_service, wait 30 seconds"})),
        (500, Receipt(detail="500 no_service")),
        (0, Receipt(detail="the connection was lost: ConnectionError")),
    ],
)
def test_what_slack_answers(channel: Channel, status: int, expected: Receipt) -> None:
    """Rate-limited is for later; a broken server or a lost answer may have posted it, so nobody is named."""
    channel.status = status

    assert (expected, 1) == (slack().deliver(MESSAGE, TO), len(channel.posted))


@pytest.mark.parametrize("status", [302, 400, 403, 404])
def test_a_refusal_is_an_error_without_the_address(channel: Channel, status: int) -> None:
    """Nothing was posted; a redirect is not followed."""
    channel.status = status
    with pytest.raises(DigestError) as caught:
        slack().deliver(MESSAGE, TO)

    assert (f"slack: Slack refused it: {status} no_service", False) == (
        caught.value.message,
        "s3cret" in str(caught.value),
    )


def test_where_nobody_listens_nothing_was_posted(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is for later, without a question to anybody."""
    monkeypatch.setenv("SLACK", f"http://127.0.0.1:1{SECRET}")
    with pytest.raises(TryLater) as caught:
        slack().deliver(MESSAGE, TO)

    assert "slack: Slack cannot be reached" == str(caught.value)


@pytest.mark.parametrize("webhook", ["http:///s3cret", "s3cret", "ftp://127.0.0.1/s3cret"])
def test_what_is_no_address_is_not_told(monkeypatch: pytest.MonkeyPatch, webhook: str) -> None:
    """Neither by `check` nor by `deliver`."""
    monkeypatch.setenv("SLACK", webhook)
    with pytest.raises(DigestError) as there:
        slack().deliver(MESSAGE, TO)
    with pytest.raises(DigestError) as before:
        slack().check()

    assert ("slack: the webhook is no address", "slack: the webhook is no https address") == (
        str(there.value),
        str(before.value),
    )


def test_the_address_is_a_secret() -> None:
    """It may not stand in the configuration."""
    with pytest.raises(ConfigError, match="must not stand in the file itself"):
        slack(webhook="https://hooks.slack.com/services/T/B/x")


def test_check_posts_nothing(channel: Channel) -> None:
    """Nobody is disturbed by a check."""
    assert ("the webhook can be read; nothing was posted", []) == (slack().check(), channel.posted)
