"""Digests to draw from: sane ones and nasty ones, with texts that formatters and comments stumble over."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.model import SECTIONS, Digest, Entry, LeftOut, Outcome, Section, SectionName
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
def digests(draw: st.DrawFn, *, distinct: bool = False) -> Digest:
    """A digest in which no two lines have a ref in common; with `distinct`, none say the same either."""
    pool = iter(draw(st.lists(refs(), min_size=40, max_size=40, unique_by=lambda r: r.partition("~")[0])))

    def some_refs() -> tuple[str, ...]:
        return tuple(next(pool) for _ in range(draw(st.sampled_from([1, 1, 2]))))

    numbers = iter(range(99))

    def entry() -> Entry:
        said = draw(texts) + (f" {next(numbers)}" if distinct else "")
        return Entry(text=said, refs=some_refs(), sure=draw(st.booleans()), theme=draw(st.sampled_from(["", "A b"])))

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
        period=draw(period()),
        sections=sections,
        maintenance=maintenance,
        left_out=left,
        outcomes=(Outcome(source="github", status="complete", count=12), Outcome(source="jira", status="complete")),
        urls={ref: url for ref in told if (url := draw(urls))},
        notes=tuple(draw(st.lists(texts, max_size=2))),
        redactions=draw(st.sampled_from([(), ("github-token", "github-token")])),
    )


def _in_lines(change: Callable[[str], str]) -> Callable[[str], str]:
    """A change that is made to the lines of the digest, outside of the comments that stand alone."""

    def apply(text: str) -> str:
        parts = re.split(r"(?ms)(^<!-- .*?-->$)", text)
        return "".join(part if k % 2 else change(part) for k, part in enumerate(parts))

    return apply


def _emphasis(text: str) -> str:
    return re.sub(r"(?m)^\*(\w[^*\n]*)\*$", r"_\1_", text)


@_in_lines
def _stars(text: str) -> str:
    return re.sub(r"(?m)^- ", "* ", text)


def _headings(text: str) -> str:
    return re.sub(r"(?m)^\*(Progress|Metrics|Next):\*$", r"## \1", text)


@_in_lines
def _wrap(text: str) -> str:
    return "\n".join(
        textwrap.fill(line, 50, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        if line.startswith("- ")
        else line
        for line in text.split("\n")
    )


def _escape(text: str) -> str:
    """As mdformat does it: signs escaped that need not be, entities turned to signs, comments let alone."""
    parts = re.split(r"(?s)(<!--.*?-->)", text)
    return "".join(part if k % 2 else _escape_words(part) for k, part in enumerate(parts))


def _escape_words(text: str) -> str:
    return re.sub(r"(?<=\w)_(?=\w)", r"\\_", text.replace("&lt;", "\\<").replace("&gt;", ">"))


def _crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


FORMATTERS: tuple[Callable[[str], str], ...] = (
    _emphasis,
    _stars,
    _headings,
    _wrap,
    _escape,
    lambda text: re.sub(r"(?m)[ \t]+$", "", text),
    _in_lines(lambda text: re.sub(r"(?m)^- ", "  -\t", text)),
    _in_lines(lambda text: text.replace("\n- ", "\n\n- ")),
    lambda text: text.rstrip("\n"),
    lambda text: text + "\n\n",
    lambda text: "\ufeff" + text.removeprefix("\ufeff"),
    _crlf,
)


def _chain(steps: list[Callable[[str], str]]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        for step in sorted(steps, key=FORMATTERS.index):
            text = step(text)
        return text

    return apply


formatters = st.lists(st.sampled_from(FORMATTERS), max_size=4, unique=True).map(_chain)


@st.composite
def news(draw: st.DrawFn, digest: Digest, *, joining: bool = True) -> Digest:
    """What the sources say later on: reworded, confirmed, joined, split, moved, retracted, demoted, new."""
    entries = [(s.name, e) for s in digest.sections for e in s.entries]
    left = list(digest.left_out)
    fresh = iter(range(10**9, 10**9 + 50))
    for _ in range(draw(st.integers(0, 5))):
        what = draw(
            st.sampled_from(["reword", "add", "retract", "sure", "more", "demote", "promote", "move", "join", "split"])
        )
        if what == "add":
            entries.append(
                (draw(st.sampled_from(SECTIONS)), Entry(text=draw(texts), refs=(f"github:new#{next(fresh)}",)))
            )
        elif what == "promote" and left:
            item = left.pop()
            entries.append(("progress", Entry(text=draw(texts), refs=item.refs)))
        elif entries:
            k = draw(st.integers(0, len(entries) - 1))
            name, entry = entries.pop(k)
            entries[k:k] = _later(draw, what, name, entry, f"git:{next(fresh):012x}")
            if what == "demote":
                left.append(LeftOut(title="raw", refs=entry.refs, text=draw(texts)))
            elif what == "join" and joining and len(entries) > 1 and k:
                (home, first), (_, second) = entries[k - 1 : k + 1]
                entries[k - 1 : k + 1] = [(home, replace(first, text=draw(texts), refs=first.refs + second.refs))]
    sections = tuple(
        Section(name=n, entries=tuple(e for m, e in entries if m == n), why_empty=digest.section(n).why_empty)
        for n in SECTIONS
    )
    return replace(digest, sections=sections, left_out=tuple(left))


def _later(draw: st.DrawFn, what: str, name: SectionName, entry: Entry, ref: str) -> list[tuple[SectionName, Entry]]:
    elsewhere: SectionName = draw(st.sampled_from(SECTIONS))
    later = {
        "reword": [(name, replace(entry, text=draw(texts)))],
        "sure": [(name, replace(entry, sure=not entry.sure))],
        "more": [(name, replace(entry, refs=(*entry.refs, ref)))],
        "move": [(elsewhere, entry)],
        "split": [(name, replace(entry, text=draw(texts), refs=(r,))) for r in entry.refs],
        "retract": [],
        "demote": [],
    }
    return later.get(what, [(name, entry)])


Lines = list[str]


def _parts(line: str) -> tuple[str, str, str]:
    """The bullet with its prefix, the words and the comment of a line."""
    found = re.match(r"^(- (?:Trade-off: )?)(.*?)( <!-- .*)?$", line)
    assert found
    return found[1], found[2], found[3] or ""


def _reword(lines: Lines, n: int, word: str) -> Lines:
    lead, _, mark = _parts(lines[n])
    return [*lines[:n], f"{lead}Said {word}.{mark}", *lines[n + 1 :]]


def _insert(lines: Lines, n: int, word: str) -> Lines:
    return [*lines[:n], f"- Did {word}", *lines[n:]]


def _note(lines: Lines, n: int, word: str) -> Lines:
    return [*lines[:n], f"{lines[n]} <!-- {word} asks -->", *lines[n + 1 :]]


def _delete(lines: Lines, n: int, _word: str) -> Lines:
    return [*lines[:n], *lines[n + 1 :]]


def _move(lines: Lines, n: int, _word: str) -> Lines:
    rest = [*lines[:n], *lines[n + 1 :]]
    at = max((k for k, line in enumerate(rest) if line in {"*Metrics:*", "*Next:*"}), default=len(rest) - 1) + 1
    return [*rest[:at], "", lines[n], *rest[at:]]


def _copy(lines: Lines, n: int, word: str) -> Lines:
    return _reword([*lines[: n + 1], *lines[n:]], n, word)


def _split(lines: Lines, n: int, word: str) -> Lines:
    lead, said, mark = _parts(lines[n])
    return [*lines[:n], f"{lead}{said}{mark}", f"- and {word}{mark}", *lines[n + 1 :]]


def _join(lines: Lines, n: int, word: str) -> Lines:
    if n + 1 >= len(lines) or not lines[n + 1].startswith("- "):
        return lines
    return [*lines[:n], f"{lines[n]} {word} {lines[n + 1][2:]}", *lines[n + 2 :]]


def _unmark(lines: Lines, n: int, word: str) -> Lines:
    lead, said, _ = _parts(lines[n])
    return [*lines[:n], f"{lead}{said} {word}", *lines[n + 1 :]]


def _mangle(lines: Lines, n: int, word: str) -> Lines:
    lead, said, mark = _parts(lines[n])
    return [*lines[:n], f"{lead}{said} {word}{mark.replace('<!--', '<!-').replace('-->', '--')}", *lines[n + 1 :]]


def _unclose(lines: Lines, n: int, word: str) -> Lines:
    return [*lines[:n], f"- {word} {lines[n][2:].removesuffix(' -->')}", *lines[n + 1 :]]


def _twice(lines: Lines, n: int, word: str) -> Lines:
    lead, said, mark = _parts(lines[n])
    return [*lines[:n], f"{lead}{said}{mark} {word}{mark}", *lines[n + 1 :]]


def _rename(lines: Lines, _n: int, word: str) -> Lines:
    return [f"*About {word}:*" if line == "*Metrics:*" else line for line in lines]


def _behead(lines: Lines, _n: int, _word: str) -> Lines:
    return [line for line in lines if line != "*Next:*"]


def _confirm(lines: Lines, n: int, _word: str) -> Lines:
    return [*lines[:n], lines[n].replace("<!-- ? ", "<!-- "), *lines[n + 1 :]]


def _in_header(lines: Lines, _n: int, word: str) -> Lines:
    return [lines[0], f"- ask {word}", *lines[1:]]


def _in_footer(lines: Lines, _n: int, word: str) -> Lines:
    k = next((k for k, line in enumerate(lines) if line.startswith("<!-- digest:state")), len(lines) - 1)
    return [*lines[: k + 1], word, *lines[k + 1 :]]


def _in_left_out(lines: Lines, _n: int, word: str) -> Lines:
    return [f"{line}\n- {word} is what I miss" if line.startswith("<!-- left out") else line for line in lines]


def _promote(lines: Lines, n: int, _word: str) -> Lines:
    k = next((k for k, line in enumerate(lines) if line.startswith("<!-- left out")), None)
    if k is None or not lines[k + 1].startswith("- "):
        return lines
    return [*lines[:n], lines[k + 1], *lines[n : k + 1], *lines[k + 2 :]]


def _why(lines: Lines, _n: int, word: str) -> Lines:
    return [line.replace("-->", f"{word} -->") if line.startswith("<!-- empty") else line for line in lines]


def _maintain(lines: Lines, _n: int, word: str) -> Lines:
    return [f"{line} And {word}." if line.startswith("Maintenance:") else line for line in lines]


def _title(lines: Lines, _n: int, word: str) -> Lines:
    return [f"**Our {word}**" if line.startswith("**") else line for line in lines]


def _intro(lines: Lines, _n: int, word: str) -> Lines:
    k = lines.index("*Progress:*")
    return [*lines[:k], f"Dear {word},", "", *lines[k:]]


def _end(lines: Lines, _n: int, word: str) -> Lines:
    return [*lines, f"- also {word}"]


def _paragraph(lines: Lines, n: int, word: str) -> Lines:
    return [*lines[: n + 1], "", f"We {word} on.", "", *lines[n + 1 :]]


EDITS = (
    _reword, _insert, _note, _delete, _move, _copy, _split, _join, _unmark, _mangle, _unclose, _twice, _rename, _behead,
    _confirm, _in_header, _in_footer, _in_left_out, _promote, _why, _maintain, _title, _intro, _end, _paragraph,
)  # fmt: skip


class Scribbled(msgspec.Struct, frozen=True, kw_only=True):
    """A draft that a person worked on, and the words that are theirs."""

    text: str
    words: tuple[str, ...]


@st.composite
def scribbles(draw: st.DrawFn, text: str) -> Scribbled:
    """What people do to a draft in an editor, in any order, well or badly."""
    made: list[str] = []
    for k in range(draw(st.integers(0, 6))):
        word = f"mine{k}zq"
        lines = text.split("\n")
        bullets = (
            [n for n, line in enumerate(lines) if line.startswith("- ") and n > lines.index("*Progress:*")]
            if "*Progress:*" in lines
            else []
        )
        n = draw(st.sampled_from(bullets)) if bullets else 0
        what = draw(st.sampled_from(EDITS))
        lines = what(lines, n, word) if bullets else lines
        text = "\n".join(lines)
        made.append(word)
    text = draw(formatters)(text)
    return Scribbled(text=text, words=tuple(word for word in made if word in text))
