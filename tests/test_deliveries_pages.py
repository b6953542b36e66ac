"""A digest as a page on GitHub, GitLab or Confluence: one page, found again, calling nobody, whatever breaks."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest import deliveries
from digest.deliveries.confluence import storage
from digest.deliveries.pages import SILENT, marker, quiet
from digest.errors import ConfigError, DigestError, PersonNeeded, TryLater
from digest.markdown import escape, one_line
from digest.model import Entry, Section
from digest.outbox import Outbox
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE, FULL
from tests.servers.boards import Board, Hub, Lab, Wiki
from tests.servers.site import Fault

MESSAGE, CORRECTED = compose(FULL), compose(FULL, edition=2)
TOKEN = "tok-s3cret"
TABLES: dict[str, dict[str, Any]] = {
    "issue": {"type": "github", "repo": "acme/updates", "labels": ["digest"]},
    "discussion": {"type": "github", "repo": "acme/updates", "kind": "discussion"},
    "gitlab": {"project": "acme/updates", "labels": ["digest"]},
    "confluence": {"space": "TEAM", "user": "ann@example.test"},
}
KINDS = {"issue": Hub, "discussion": Hub, "gitlab": Lab, "confluence": Wiki}


@pytest.fixture(params=list(TABLES))
def kind(request: pytest.FixtureRequest) -> str:
    """Each of them in turn."""
    return str(request.param)


@pytest.fixture
def board(kind: str) -> Iterator[Board]:
    """The site."""
    made: Board = KINDS[kind]()
    with made.site:
        yield made


@pytest.fixture
def way(kind: str, board: Board, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The delivery of the table."""
    monkeypatch.setenv("TOKEN", TOKEN)
    return made(kind, board.site.url)


def made(kind: str, url: str, **table: Any) -> Any:
    """The delivery of a table to a site."""
    return build(
        "deliveries", deliveries.BUILTIN, kind, TABLES[kind] | {"url": url, "token": "env:TOKEN"} | table, Path()
    )


def test_one_page_however_often(board: Board, way: Any) -> None:
    """A second run finds it and writes nothing; the page holds the words."""
    first, second = (way.deliver(MESSAGE, way.recipients()) for _ in range(2))
    words = re.sub(r"<[^>]*>", "", board.pages[0]["body"])

    assert (1, way.recipients(), way.recipients(), True, True) == (
        len(board.pages),
        first.accepted,
        second.accepted,
        second.detail.startswith("it is there already: http"),
        "Implemented real-time inventory checks using Redis." in words,
    )


def test_a_correction_rewrites_the_page(board: Board, way: Any) -> None:
    """One page for a period: its latest words, and again nothing to do after that."""
    for message in (MESSAGE, CORRECTED, CORRECTED):
        way.deliver(message, way.recipients())
    writes = [method for method, _, body in board.site.asked if board.writes(method, body)]

    assert (1, True, 2) == (len(board.pages), marker(CORRECTED, way.name).whole in board.pages[0]["body"], len(writes))


def test_another_period_is_another_page(board: Board, way: Any) -> None:
    """So is another delivery to the same place."""
    other = replace(
        FULL, period=replace(FULL.period, first=FULL.period.end, end=FULL.period.end.replace(month=3, day=9))
    )
    for delivery, digest in ((way, FULL), (way, other)):
        delivery.deliver(compose(digest), way.recipients())

    assert (2, False) == (len(board.pages), marker(MESSAGE, "a").place == marker(MESSAGE, "b").place)


FAULTS: list[tuple[Fault, str, int]] = [
    ("lost after", "sent", 1),
    ("lost before", "later", 1),
    ("broken", "later", 1),
    ("limited", "later", 1),
    ("refused", "refused", 1),
    ("unknown", "refused", 1),
    ("moved", "refused", 1),
]


@pytest.mark.parametrize(("fault", "expected", "pages"), FAULTS)
def test_a_site_that_fails(
    kind: str,
    board: Board,
    way: Any,
    tmp_path: Path,
    fault: Fault,
    expected: str,
    pages: int,
    record: Callable[..., None],
) -> None:
    """What becomes of it, and after the site was mended and it was run again there is one page."""
    board.site.fault = fault
    try:
        Outbox(tmp_path).send(MESSAGE, way)
        ended = "sent"
    except PersonNeeded:
        ended = "unknown"
    except TryLater:
        ended = "later"
    except DigestError as error:
        ended = "refused" if TOKEN not in str(error) else "told"
    board.site.fault = ""
    Outbox(tmp_path).send(MESSAGE, way)
    record("faults of a site", fault=fault, **{kind: f"{ended}, then {len(board.pages)} page"})

    assert (expected, pages) == (ended, len(board.pages))


def test_a_site_that_is_gone_after_the_answer_was_lost(board: Board, way: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be looked up either, so that nobody is named: a person is asked."""
    board.site.fault = "lost after"
    find, times = type(way)._find, iter((True, False))

    def looks(*given: Any) -> Any:
        if next(times):
            return find(*given)
        raise TryLater("gone")

    monkeypatch.setattr(type(way), "_find", looks)
    receipt = way.deliver(MESSAGE, way.recipients())

    assert ((), {}, {}, "the connection was lost: ConnectionError") == (
        receipt.accepted,
        receipt.refused,
        receipt.deferred,
        receipt.detail,
    )


def test_a_page_of_somebody_else_is_left_alone(kind: str, board: Board, way: Any) -> None:
    """Who copies the marker, or has the title already, is not written over."""
    foreign = marker(MESSAGE, way.name).whole if kind != "confluence" else "their words"
    title = f"{MESSAGE.subject} ({FULL.period.dates})"
    board.add(title, foreign, mine=False)
    with pytest.raises(DigestError, match="is not ours") if kind == "confluence" else nullcontext():
        way.deliver(MESSAGE, way.recipients())

    assert (foreign, 1 if kind == "confluence" else 2) == (board.pages[0]["body"], len(board.pages))


def test_it_is_found_among_many(kind: str, board: Board, way: Any) -> None:
    """The page need not be on the first page of the list."""
    way.deliver(MESSAGE, way.recipients())
    for number in range(120):
        board.add(f"Other {number}", "words")
    receipt = way.deliver(MESSAGE, way.recipients())

    assert "it is there already" in receipt.detail


def test_the_token_goes_in_the_head_alone(board: Board, way: Any) -> None:
    """It stands in no address and no body."""
    way.deliver(MESSAGE, way.recipients())

    assert (False, True) == (
        TOKEN in str(board.site.asked),
        any(TOKEN in str(headers) or "Basic" in str(headers) for headers in board.site.headers),
    )


def test_check_and_preview_write_nothing(board: Board, way: Any) -> None:
    """One looks whether it is there, the other does not even connect."""
    said = way.preview(MESSAGE)
    silent = len(board.site.asked)
    seen = way.check()

    assert (True, 0, True, []) == ("Recommendation Engine Update" in said, silent, "can be read" in seen, board.pages)


def test_what_is_not_there_is_said(kind: str, board: Board, way: Any) -> None:
    """A category, a label or a space that does not exist, with those that do."""
    wrong: dict[str, dict[str, Any]] = {
        "issue": {"labels": ["nope"]},
        "discussion": {"category": "nope"},
        "gitlab": {"url": "http://127.0.0.1:1"},
        "confluence": {"space": "NOPE"},
    }
    with pytest.raises(DigestError, match=r"has no|cannot be reached|there is no space"):
        made(kind, **{"url": board.site.url, **wrong[kind]}).check()

    assert [] == board.pages


@pytest.mark.parametrize(
    "url", ["http://example.test", "example.test", "https://u:p@example.test", "https://x.test/?a=b"]
)
def test_what_is_no_site(kind: str, url: str) -> None:
    """Neither in the clear over the network, nor with a login in it."""
    with pytest.raises(ConfigError) as caught:
        made(kind, url)

    assert "url" in caught.value.message


CALLS = [
    "@ann",
    "#12",
    "acme/pay#12",
    "GH-12",
    "!7",
    "~bug",
    '%"v 1"',
    "&3",
    "$9",
    "@acme/all",
    "/close",
    "(@ann)",
    r"\`@ann\`",
    r"x\](@ann)",
    "``@ann`",
    r"@\_ann",
    r"~\_x",
]


@pytest.mark.parametrize("text", CALLS)
def test_nobody_is_called(text: str) -> None:
    """A name, a reference and a command are parted by what nobody sees."""
    said = quiet(text)

    assert (text, True, False) == (
        said.replace(SILENT, ""),
        SILENT in said,
        bool(re.search(r"@\\?\w|[#!~%$](?=\\?[\w\"])|&\d|GH-\d|^/\w", said)),
    )


@pytest.mark.parametrize(
    "text", ["`@ann #1`", "[x](https://a.test/@u#12)", "https://a.test/@u/#1", "[1]: https://a.test/#3", "<https://a.test/@u>", "C# 100% & $ a ~ b", "&amp;"]
)  # fmt: skip
def test_addresses_and_code_stay(text: str) -> None:
    """A link still leads where it led."""
    assert text == quiet(text)


@given(text=st.text(st.sampled_from("@#!ab1 `[](:/.)&~\n"), max_size=40))
def test_quiet_changes_nothing_that_is_seen(text: str) -> None:
    """Without the blanks of no width it is the same text; done twice it is as done once, to the eye."""
    assert text == quiet(text).replace(SILENT, "") == quiet(quiet(text)).replace(SILENT, "")


@given(text=st.text(min_size=1).filter(lambda t: one_line(t) != ""))
def test_every_title_is_xhtml_that_says_the_same(text: str) -> None:
    """The storage format is well-formed whatever stands in a title, and shows these characters."""
    sections = (Section(name="next", entries=(Entry(text=escape(text)),)),)
    page = storage(compose(replace(ARTICLE, sections=sections)), "wiki")
    shown = "".join(c for c in text if in_xml(c))
    if shown != text:
        return
    root = ET.fromstring(f'<page xmlns:ac="x">{page}</page>')
    item = root.find(".//li/p")

    assert item is not None
    assert one_line(text) == "".join(item.itertext())


def in_xml(character: str) -> bool:
    """Whether XML knows the character at all."""
    return (
        character in "\t\n\r"
        or "\x20" <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character > "\uffff"
    )


def test_a_page_in_confluence_reads_like_the_article() -> None:
    """Headings, bullets with their trade-offs, themes and links, in the order of every other output."""
    root = ET.fromstring(f'<page xmlns:ac="x">{storage(MESSAGE, "wiki")}</page>')
    heads = [e.text for e in root.iter("h2")]
    links = {e.get("href") for e in root.iter("a")}

    assert (["Progress", "Metrics", "Next"], True, True) == (
        heads,
        "https://github.com/acme/reco/pull/412" in links,
        "Trade-off: Chose 95% freshness" in "".join(root.itertext()),
    )
