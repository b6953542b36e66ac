"""An adaptive card in Teams: built of runs that are not parsed, within the limit, posted once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import deliveries
from digest.deliveries import Message, Receipt
from digest.deliveries.teams import LONGEST, payload
from digest.errors import DigestError, TryLater
from digest.markdown import escape, one_line
from digest.model import Entry, Section
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE, FULL
from tests.servers.site import Fault, Site

MESSAGE = compose(FULL)
TO = ("the channel of teams",)
SECRET = "/workflows/s3cret"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A webhook that takes what comes, as a workflow does."""
    with Site(lambda *_: (202, None)) as made:
        monkeypatch.setenv("TEAMS", made.url + SECRET)
        yield made


def teams() -> Any:
    """The delivery of a table `[deliveries.teams]`."""
    return build("deliveries", deliveries.BUILTIN, "teams", {"webhook": "env:TEAMS"}, Path())


def lines(made: dict[str, Any]) -> list[str]:
    """The card as it is read."""
    body = made["attachments"][0]["content"]["body"]
    return ["".join(run["text"] for run in block["inlines"]) for block in body]


def test_it_reads_like_the_article() -> None:
    """The same headings and bullets in the same order as in every other output."""
    assert [
        "Recommendation Engine Update - W7-8",
        "Progress:",
        "• Implemented real-time inventory checks using Redis.",
        "• Trade-off: Chose 95% freshness over 100% to maintain our 200ms latency SLA.",
        "Metrics:",
        "• Resulted in a 12% reduction in cart abandonment (A/B test).",
        "Next:",
        "• Partnering with data science to improve ranking.",
    ] == lines(payload(compose(ARTICLE), links=False))


def test_it_is_a_card_that_teams_takes() -> None:
    """One attachment of the one kind; every part is a block of runs, and each link is an action."""
    made = payload(MESSAGE)
    content = made["attachments"][0]["content"]
    runs = [run for block in content["body"] for run in block["inlines"]]
    linked = {run["selectAction"]["url"] for run in runs if "selectAction" in run}

    assert (
        "message",
        "application/vnd.microsoft.card.adaptive",
        "AdaptiveCard",
        {"RichTextBlock"},
        {"TextRun"},
        True,
    ) == (
        made["type"],
        made["attachments"][0]["contentType"],
        content["type"],
        {block["type"] for block in content["body"]},
        {run["type"] for run in runs},
        "https://github.com/acme/reco/pull/412" in linked,
    )


@given(text=st.text(min_size=1).filter(lambda t: one_line(t) != ""))
def test_every_text_arrives_as_it_is(text: str) -> None:
    """Whatever stands in a title is shown as these characters."""
    sections = (Section(name="next", entries=(Entry(text=escape(text)),)),)

    assert f"• {one_line(text)}" == lines(payload(compose(replace(ARTICLE, title="x", sections=sections))))[-1]


def test_a_large_card_loses_its_links_before_its_words() -> None:
    """What is still too large is an error with a remedy."""
    entry = Entry(text="word " * 12, links=tuple(f"https://a.test/{'x' * 150}/{k}" for k in range(5)))

    def of(count: int) -> Message:
        entries = tuple(replace(entry, links=tuple(f"{url}/{k}" for url in entry.links)) for k in range(count))
        return compose(replace(ARTICLE, sections=(Section(name="next", entries=entries),)))

    short = payload(of(30))
    with pytest.raises(DigestError, match="too large for Teams"):
        payload(of(300))

    assert (False, True) == ("a.test" in json.dumps(short), len(json.dumps(short).encode()) <= LONGEST)


def test_it_is_posted_once(site: Site) -> None:
    """One request with the card."""
    assert (Receipt(accepted=TO, detail="posted"), [("POST", SECRET, payload(MESSAGE))]) == (
        teams().deliver(MESSAGE, TO),
        site.asked,
    )


@pytest.mark.parametrize(
    ("fault", "accepted", "deferred"),
    [("broken", (), 0), ("lost after", (), 0), ("lost before", (), 0), ("limited", (), 1)],
)
def test_what_is_not_certain_names_nobody(site: Site, fault: Fault, accepted: tuple[str, ...], deferred: int) -> None:
    """A broken site or a lost answer may have posted it; a limit has not."""
    site.fault = fault
    receipt = teams().deliver(MESSAGE, TO)

    assert (accepted, deferred, {}, 1) == (receipt.accepted, len(receipt.deferred), receipt.refused, len(site.asked))


def test_errors_do_not_tell_the_address(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a refusal nor a site that is not there."""
    site.fault = "refused"
    with pytest.raises(DigestError) as refused:
        teams().deliver(MESSAGE, TO)
    monkeypatch.setenv("TEAMS", f"http://127.0.0.1:1{SECRET}")
    with pytest.raises(TryLater) as gone:
        teams().deliver(MESSAGE, TO)

    assert [False, False] == ["s3cret" in str(caught.value) for caught in (refused, gone)]
