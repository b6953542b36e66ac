"""Digests to draw from: sane ones and nasty ones, with texts that formatters and comments stumble over."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from digest.model import SECTIONS, Digest, Entry, LeftOut, Outcome, Section
from digest.period import Period

WEEKS = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=ZoneInfo("Europe/Berlin"))

PIECES = (
    "Redis", "cut", "the", "95%", "to", "a --> b", "<!--", "-->", "--", "|", "snake_case", r"\*stars\*", "`code | x`",
    "*really*", "**very**", "_soft_", "(see #4)", "[x]", "&lt;tag&gt;", "<b>", "Ünïcode", "日本", "x;y", "ref:like",
    "github:acme/shop#9999", "Trade-off", "Progress:", "2.", "#1", "?", "\u2028", "\x1b[31m", "\t", "https://a.test/b_c",
)  # fmt: skip
SOURCES = ("github", "jira", "git", "decision log")

texts = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map(lambda pieces: "Made " + " ".join(pieces))
urls = st.sampled_from(["", "https://github.test/acme/shop/pull/1", "https://jira.test/browse/PAY-7?a=b|c d"])


@st.composite
def refs(draw: st.DrawFn) -> str:
    """A ref that nothing else in the digest has yet, with the worst that sources put in keys."""
    number = draw(st.integers(0, 10**9))
    key = draw(
        st.sampled_from(["acme/shop#{}", "PAY-{}", "{:012x}", "docs/adr-{}--use.md", "sheet (1); {} | a_b%20", "ä{}"])
    )
    part = draw(st.sampled_from(["", "", "~tradeoff-1"]))
    return f"{draw(st.sampled_from(SOURCES))}:{key.format(number)}{part}"


def period() -> st.SearchStrategy[Period]:
    """A period in one of three zones."""
    return st.builds(
        lambda first, days, zone: Period(first=first, end=first + timedelta(days=days), zone=zone),
        first=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
        days=st.integers(1, 60),
        zone=st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")]),
    )


@st.composite
def digests(draw: st.DrawFn, periods: st.SearchStrategy[Period] | None = None) -> Digest:
    """A digest in which no two lines have a ref in common."""
    pool = iter(draw(st.lists(refs(), min_size=40, max_size=40, unique_by=lambda r: r.partition("~")[0])))

    def some_refs() -> tuple[str, ...]:
        return tuple(next(pool) for _ in range(draw(st.sampled_from([1, 1, 2]))))

    def entry() -> Entry:
        return Entry(
            text=draw(texts), refs=some_refs(), sure=draw(st.booleans()), theme=draw(st.sampled_from(["", "A b"]))
        )

    def section(name: str) -> Section:
        made = tuple(entry() for _ in range(draw(st.integers(0, 3))))
        return Section(name=name, entries=made, why_empty="" if made else draw(texts))  # type: ignore[arg-type]

    sections = tuple(section(name) for name in SECTIONS)
    left = tuple(
        LeftOut(title="raw", refs=some_refs(), text=draw(texts), why=draw(texts))
        for _ in range(draw(st.integers(0, 2)))
    )
    maintenance = draw(st.sampled_from([None, Entry(text="Maintenance: 7 dependency updates.", refs=some_refs())]))
    told = [ref for s in sections for e in s.entries for ref in e.refs]
    return Digest(
        title=draw(st.sampled_from(["Recommendation Engine", "A_b | c"])),
        period=draw(periods or period()),
        sections=sections,
        maintenance=maintenance,
        left_out=left,
        outcomes=(Outcome(source="github", status="complete", count=12), Outcome(source="jira", status="complete")),
        urls={ref: url for ref in told if (url := draw(urls))},
        notes=tuple(draw(st.lists(texts, max_size=2))),
        redactions=draw(st.sampled_from([(), ("github-token", "github-token")])),
    )
