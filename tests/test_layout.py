"""Where a line stands: trade-offs by their evidence, themes together, links numbered once."""

from __future__ import annotations

from datetime import UTC, date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.charts import Trend
from digest.layout import MOST_LINKS, lay_out, web_address
from digest.model import Digest, Entry, Section, SectionName
from digest.period import Period

W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=UTC)


def digest(**sections: list[Entry]) -> Digest:
    """A digest with these sections."""
    names: dict[str, SectionName] = {
        "progress": "progress",
        "tradeoffs": "tradeoffs",
        "metrics": "metrics",
        "next": "next",
    }
    return Digest(
        title="Pay",
        period=W7_8,
        sections=tuple(Section(name=names[name], entries=tuple(entries)) for name, entries in sections.items()),
    )


def told(made: Digest) -> list[tuple[str, list[str]]]:
    """Every theme with the lines below it, a trade-off marked with an arrow."""
    return [
        (group.theme, [("> " if line.tradeoff else "") + str(line.text) for line in group.lines])
        for block in lay_out(made).blocks
        for group in block.groups
    ]


def test_a_tradeoff_follows_the_progress_that_shares_its_evidence() -> None:
    """Parts of one activity belong together; a trade-off that belongs nowhere comes last."""
    made = digest(
        progress=[
            Entry(text="A", refs=("hub:pay#1", "desk:PAY-1")),
            Entry(text="B", refs=("hub:pay#2",)),
            Entry(text="C", refs=("hub:pay#3",)),
        ],
        tradeoffs=[
            Entry(text="alone"),
            Entry(text="b", refs=("hub:pay#2~tradeoff-1",)),
            Entry(text="a", refs=("desk:PAY-1~tradeoff-1", "hub:pay#9")),
        ],
    )

    assert [("", ["A", "> a", "B", "> b", "C", "> alone"])] == told(made)


@given(
    progress=st.lists(st.sets(st.sampled_from("abcdef")), max_size=5),
    tradeoffs=st.lists(st.sets(st.sampled_from("abcdefxyz")), max_size=5),
)
def test_every_entry_is_told_exactly_once(progress: list[set[str]], tradeoffs: list[set[str]]) -> None:
    """However evidence is shared, no line is lost and none is said twice; progress keeps its order."""
    made = digest(
        progress=[Entry(text=f"p{k}", refs=tuple(sorted(refs))) for k, refs in enumerate(progress)],
        tradeoffs=[Entry(text=f"t{k}", refs=tuple(sorted(refs))) for k, refs in enumerate(tradeoffs)],
    )
    lines = [line for _, group in told(made) for line in group]

    assert (
        sorted([f"p{k}" for k in range(len(progress))] + [f"> t{k}" for k in range(len(tradeoffs))]),
        [f"p{k}" for k in range(len(progress))],
    ) == (sorted(lines), [line for line in lines if line.startswith("p")])


def test_equal_tradeoffs_are_both_told() -> None:
    """Two trade-offs in the same words are two lines."""
    made = digest(progress=[Entry(text="A", refs=("r",))], tradeoffs=[Entry(text="t"), Entry(text="t")])

    assert [("", ["A", "> t", "> t"])] == told(made)


@pytest.mark.parametrize(
    "said", ["Trade-off: cost", "*Trade-off:* cost", "**Trade-off**: cost", "tradeoff: cost", "cost"]
)
def test_the_word_tradeoff_is_said_once(said: str) -> None:
    """A person may have typed the word that the template prints."""
    assert [("", ["> cost"])] == told(digest(tradeoffs=[Entry(text=said)]))


@pytest.mark.parametrize("said", ["Maintenance: 7 updates.", "*Maintenance:* 7 updates.", "7 updates."])
def test_the_word_maintenance_is_said_once(said: str) -> None:
    """The template prints it; the line of a draft has it too."""
    page = lay_out(replace(digest(), maintenance=Entry(text=said)))

    assert "7 updates." == str(page.maintenance and page.maintenance.text)


def test_a_line_is_one_line() -> None:
    """Nothing that a person or a file can hold breaks a bullet or reaches a terminal."""
    assert [("", ["a b c"])] == told(digest(next=[Entry(text=" a\n\nb \x1b[2J c")]))


def test_themes_stand_together_where_the_first_of_them_stands() -> None:
    """Lines without a theme stay where they are; a trade-off stands in the theme of its progress."""
    made = digest(
        progress=[
            Entry(text="a1", theme="A", refs=("1",)),
            Entry(text="x"),
            Entry(text="b1", theme="B"),
            Entry(text="a2", theme="A"),
            Entry(text="y"),
        ],
        tradeoffs=[Entry(text="t", refs=("1~tradeoff-1",), theme="elsewhere")],
    )

    assert [("A", ["a1", "> t", "a2"]), ("", ["x"]), ("B", ["b1"]), ("", ["y"])] == told(made)


def test_an_empty_section_has_no_heading() -> None:
    """Only what has something to say is a block."""
    page = lay_out(digest(progress=[], metrics=[Entry(text="m")]))

    assert ["Metrics"] == [block.heading for block in page.blocks]


def test_a_link_has_one_number_wherever_it_stands() -> None:
    """Numbers go up in the order of reading and each address has one."""
    made = digest(
        progress=[
            Entry(text="a", links=("https://x.test/1", "https://x.test/2")),
            Entry(text="b", links=("https://x.test/2", "https://x.test/3", "https://x.test/3")),
        ]
    )
    page = lay_out(made)

    assert ([(1, 2), (2, 3)], ("https://x.test/1", "https://x.test/2", "https://x.test/3")) == (
        [line.links for line in page.blocks[0].groups[0].lines],
        page.links,
    )


def test_a_line_shows_few_links() -> None:
    """A story of thirty commits does not end in thirty numbers, and what is not shown is not listed."""
    page = lay_out(digest(progress=[Entry(text="a", links=tuple(f"https://x.test/{k}" for k in range(30)))]))

    assert (MOST_LINKS, MOST_LINKS) == (len(page.blocks[0].groups[0].lines[0].links), len(page.links))


def test_without_links_of_its_own_a_line_leads_to_the_addresses_of_its_refs() -> None:
    """A line that a person moved has refs; their addresses stand in the digest."""
    made = replace(digest(next=[Entry(text="a", refs=("hub:1~next-1", "hub:2"))]), urls={"hub:1": "https://x.test/1"})

    assert (("https://x.test/1",), ()) == (lay_out(made).links, lay_out(made, links=False).links)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.test/x?y=1&z=2#f", "https://a.test/x?y=1&z=2#f"),
        ("mailto:ann@a.test", "mailto:ann@a.test"),
        ("https://a.test/(x) [y]", "https://a.test/%28x%29%20%5By%5D"),
        ('https://a.test/"><script>', "https://a.test/%22%3E%3Cscript%3E"),
        ("javascript:alert(1)", ""),
        ("JAVASCRIPT:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("https:///nowhere", ""),
        ("https://user:token@a.test/", ""),
        ("https://[broken", ""),
        ("//a.test/x", ""),
        ("ftp://a.test/x", ""),
        ("", ""),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, expected: str) -> None:
    """http, https and mailto, without credentials, with nothing in them that ends a link early."""
    assert expected == web_address(url)


@given(url=st.text() | st.text().map("https://a.test/{}".format))
def test_an_address_is_one_word_without_marks(url: str) -> None:
    """Whatever a source gives, the address fits into Markdown and into an attribute."""
    assert [] == [c for c in web_address(url) if c.isspace() or c in "<>\"'`()[]{}\\\0\x1b\x7f\u202e"]


def test_a_trend_needs_three_figures() -> None:
    """Two and a gap are no trend: the line itself says them; and only a line of Metrics has one."""
    entries = [Entry(text="m", refs=("db:a",)), Entry(text="n", refs=("db:b",))]
    made = replace(
        digest(metrics=entries), trends={"db:a": Trend(values=(1, None, 2)), "db:b": Trend(values=(1, None, 2, 3))}
    )

    assert [None, Trend(values=(1, None, 2, 3))] == [line.trend for line in lay_out(made).blocks[0].groups[0].lines]


@pytest.mark.parametrize(
    ("headline", "expected"),
    [("", "Pay Update - W7-8"), ("**Payments**, the `first` fortnight", "Payments, the first fortnight")],
)
def test_the_first_line_is_that_of_the_article_or_of_a_person(headline: str, expected: str) -> None:
    """Project, the word Update, a hyphen between blanks, the weeks; unless a person gave it other words."""
    assert expected == lay_out(replace(digest(), headline=headline)).subject
