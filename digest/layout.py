"""Where a line stands on the page: trade-offs below the progress they belong to, themes, the numbers of the links.

Templates and chat messages share it, so that every output says the same in the same order. Texts stay inline Markdown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from digest.charts import Trend
from digest.markdown import SCHEMES, clean, inline, one_line, plain
from digest.model import Entry, whole_ref
from digest.period import Period
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.model import Digest

BlockName = Literal["progress", "metrics", "next", "corrections"]

HEADINGS: dict[BlockName, str] = {
    "progress": "Progress",
    "metrics": "Metrics",
    "next": "Next",
    "corrections": "Corrected",
}
FIGURES = 3
"""A trend has at least so many figures; two are the line itself."""

MOST_LINKS = 5
"""A line shows at most this many links; all of its evidence is in the draft."""

_TRADEOFF_SAID = regex(r"^[*_]*trade-?offs?[*_]*\s*:[*_]*\s*", re.IGNORECASE)
_MAINTENANCE_SAID = regex(r"^[*_]*maintenance[*_]*\s*:[*_]*\s*", re.IGNORECASE)
_NOT_IN_ADDRESS = regex(r"""[\s<>"'\\`\[\](){}|^]""")


class Words(msgspec.Struct, frozen=True):
    """Inline Markdown that knows what it is on each kind of page: itself, safe HTML, or plain text."""

    markdown: str

    def __html__(self) -> str:
        return inline(self.markdown)

    def __str__(self) -> str:
        return plain(self.markdown, addresses=True)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One bullet.

    Attributes:
        text: without the words "Trade-off:" and "Maintenance:", which a template prints.
        links: numbers into `Page.links`, from 1.
        trend: the figure by period; None where there are too few figures.
    """

    text: Words
    tradeoff: bool = False
    links: tuple[int, ...] = ()
    trend: Trend | None = None
    theme: str = ""
    sure: bool = True


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Bullets that stand together; `theme` is empty for those that stand for themselves."""

    theme: str
    lines: tuple[Line, ...]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """One heading with what stands below it; it is never empty."""

    name: BlockName
    heading: str
    groups: tuple[Group, ...]


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A digest as it is printed."""

    title: str
    headline: str
    period: Period
    blocks: tuple[Block, ...]
    maintenance: Line | None
    links: tuple[str, ...]

    @property
    def subject(self) -> str:
        """`Recommendation Engine Update - W7-8`, or the words of a person, as plain text."""
        return plain(self.headline) or f"{self.title} Update - {self.period.label}"


def lay_out(digest: Digest, *, links: bool = True) -> Page:
    """The page of a digest; without `links`, no line points at its evidence."""
    numbers: dict[str, int] = {}

    def line(entry: Entry, *, tradeoff: bool = False, trend: Trend | None = None) -> Line:
        found = _addresses(digest, entry) if links else []
        said = one_line(entry.text)
        return Line(
            text=Words(_TRADEOFF_SAID.sub("", said) if tradeoff else said),
            tradeoff=tradeoff,
            links=tuple(numbers.setdefault(url, len(numbers) + 1) for url in found[:MOST_LINKS]),
            trend=trend,
            theme=one_line(entry.theme),
            sure=entry.sure,
        )

    lines: dict[BlockName, list[Line]] = {
        "progress": [line(entry, tradeoff=tradeoff) for entry, tradeoff in _told(digest)],
        "metrics": [line(entry, trend=_trend(digest, entry)) for entry in digest.section("metrics").entries],
        "next": [line(entry) for entry in digest.section("next").entries],
        "corrections": [line(Entry(text=said)) for said in digest.corrections],
    }
    blocks = [Block(name=k, heading=HEADINGS[k], groups=_group(v)) for k, v in lines.items() if v]
    rest = _MAINTENANCE_SAID.sub("", one_line(digest.maintenance.text)) if digest.maintenance else ""
    return Page(
        title=one_line(digest.title),
        headline=digest.headline,
        period=digest.period,
        blocks=tuple(blocks),
        maintenance=Line(text=Words(rest)) if rest else None,
        links=tuple(numbers),
    )


def _told(digest: Digest) -> Iterator[tuple[Entry, bool]]:
    """Progress with each trade-off after the first line that shares its evidence; the others come last."""
    left = list(digest.section("tradeoffs").entries)
    for entry in digest.section("progress").entries:
        yield entry, False
        about = {whole_ref(ref) for ref in entry.refs}
        for tradeoff in [t for t in left if about & {whole_ref(ref) for ref in t.refs}]:
            left.remove(tradeoff)
            yield replace(tradeoff, theme=entry.theme), True
    yield from ((tradeoff, True) for tradeoff in left)


def _group(lines: Iterable[Line]) -> tuple[Group, ...]:
    """Lines of one theme together, at the place of the first of them; those without a theme stay where they are."""
    groups: list[tuple[str, list[Line]]] = []
    for line in lines:
        same = [ls for theme, ls in groups if theme == line.theme]
        if line.theme and same:
            same[0].append(line)
        elif groups and groups[-1][0] == line.theme:
            groups[-1][1].append(line)
        else:
            groups.append((line.theme, [line]))
    return tuple(Group(theme=theme, lines=tuple(ls)) for theme, ls in groups)


def _addresses(digest: Digest, entry: Entry) -> list[str]:
    given = entry.links or tuple(digest.urls.get(whole_ref(ref), "") for ref in entry.refs)
    return list(dict.fromkeys(filter(None, map(web_address, given))))


def web_address(url: str) -> str:
    """`url` with nothing in it that could end it early; empty where it leads anywhere but to the web or a mailbox."""
    try:
        parts = urlsplit(clean(url).strip())
        unsafe = parts.scheme not in SCHEMES or "@" in parts.netloc or not (parts.hostname or parts.scheme == "mailto")
    except ValueError:
        return ""
    return "" if unsafe else _NOT_IN_ADDRESS.sub(lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), parts.geturl())


def _trend(digest: Digest, entry: Entry) -> Trend | None:
    found = next((digest.trends[whole_ref(r)] for r in entry.refs if whole_ref(r) in digest.trends), None)
    return found if found and sum(value is not None for value in found.values) >= FIGURES else None
