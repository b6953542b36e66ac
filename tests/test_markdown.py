"""What strangers write stays text, what people write becomes safe HTML, what a terminal would obey is taken out."""

from __future__ import annotations

import html
import re
import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from digest import markdown
from digest.markdown import RULES, Run, clean, escape, inline, one_line, plain, runs

GFM = MarkdownIt("gfm-like", {"html": True})
PIECES = "http:// https://x.y/ www. ftp:// &amp; &#65; <b> </b> <!-- ~~~ ``` ![ ]( [^1] ** __ snake_case -- === \u200b \x1b[31m"
MARKUP = [
    *"\\`*_{}[]()#+-.!<>&;:$~|^='\"/@? \t\n\u20280123456789abXÄé漢🎉",
    *PIECES.split(" "),
    "1. ",
    "2) ",
    "- ",
    " #",
]
titles = st.lists(st.sampled_from(MARKUP), max_size=14).map("".join) | st.text(max_size=30)


def shown(markup: str) -> str:
    """What a reader sees of some HTML: its text, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", markup)).split())


@pytest.mark.parametrize("around", ["- {}", "## {}", "{}", "*a{}a*", "[x{}x](https://a.b)", "- Trade-off: {}", "1. {}"])
@given(title=titles)
@example(title="www.x/_a_")
@example(title="[^note]: text")
@example(title="_www.")
@example(title="fix: don't `rm -rf` <b>*all*</b>")
@example(title="~~~")
@example(title="pay $5 or $6$ in ~2~ days")
@example(title="# heading #")
@example(title="<a@b.co>")
@example(title="1. 2) 3.")
def test_a_title_shows_exactly_its_characters(around: str, title: str) -> None:
    """Rendered by a GitHub-like parser with raw HTML on, in any place, the text that is seen is the text that was given."""
    expected = " ".join(around.format("\0").split())
    expected = re.sub(r"^(- |## |1\. )|\(https://a\.b\)|[\[\]*]", "", expected).replace("\0", one_line(title))
    actual = shown(GFM.render(around.format(escape(title))))

    assert " ".join(expected.split()) == actual


@given(title=titles)
def test_our_own_renderers_show_the_same_characters(title: str) -> None:
    """`inline` and `plain` undo exactly what `escape` did."""
    expected = one_line(title)
    escaped = escape(title)

    assert (expected, expected) == (shown(inline(escaped)), plain(escaped))


@given(text=st.text() | titles)
def test_an_escaped_title_is_one_printable_line(text: str) -> None:
    """No control, no line break, no mark of direction and no half of a surrogate pair is left."""
    unsafe = re.findall(
        "[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]", escape(text)
    )

    assert [] == unsafe


@pytest.mark.parametrize(
    "title",
    [
        "fix(api)!: C++ and C# for AT&T -> #123 at 100%",
        "snake_case stays, 3 * 4 too; ~200 ms for $5, p95 <200 ms",
        "--verbose prints v1.2, x < y and it's 5 > 4",
    ],
)
def test_what_is_no_markup_stays_as_it_is(title: str) -> None:
    """The raw text reads well: only what would be read as markup gets a backslash."""
    assert title == escape(title)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Make __init__ lazy", r"Make \_\_init\_\_ lazy"),
        ("[WIP] `x`", r"\[WIP\] \`x\`"),
        ("see https://a.b/_c_", r"see https\://a.b/\_c\_"),
        ("2. step", r"2\. step"),
        ("a\r\nb\x07\u202ec", "a bc"),
    ],
)
def test_what_is_markup_is_escaped(title: str, expected: str) -> None:
    """A backslash stands before what would be markup; breaks are blanks; what cannot be seen is gone."""
    assert expected == escape(title)


def test_a_note_in_stretches_of_one_style() -> None:
    """Bold, italic, code and links, also inside of one another, and nothing is lost between them."""
    made = runs("**a *b*** `c` [**d**](https://x.test) ![e](https://y.test) f\ng")

    assert [
        Run(text="a ", bold=True),
        Run(text="b", bold=True, italic=True),
        Run(text=" "),
        Run(text="c", code=True),
        Run(text=" "),
        Run(text="d", bold=True, address="https://x.test"),
        Run(text=" !"),
        Run(text="e", address="https://y.test"),
        Run(text=" f"),
        Run(text=" "),
        Run(text="g"),
    ] == made


BARE = st.text(st.characters(exclude_characters="\\`*_[]&")) | titles.filter(
    lambda said: not set(said) & set("\\`*_[]&")
)


@given(note=BARE)
@example(note=" # a <b> !(c) https://x.y ~~d~~ ")
def test_a_note_without_markup_needs_no_parser(note: str) -> None:
    """Where no sign of markup stands, the parser would say what is said without it."""
    tokens = MarkdownIt("zero", {"html": False}).enable(RULES).parseInline(clean(note).strip())[0].children or []
    expected = [" " if "break" in token.type else token.content for token in tokens]

    assert [text for text in expected if text] == [run.text for run in runs(note)]


NASTY = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](file:///etc/passwd)",
    "![x](https://evil.test/pixel.png)",
    "<https://evil.test>",
    '[x](https://a.b "onmouseover=alert(1)")',
    "[x](https://a.b&quot;onclick=alert(1))",
    "`<svg onload=alert(1)>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "[x](&#x6A;avascript:alert(1))",
    "[x](java\tscript:alert(1))",
]


@pytest.mark.parametrize("note", NASTY)
def test_a_note_cannot_bring_html(note: str) -> None:
    """Only em, strong, code, a and br come out, and a link leads to http, https or mailto."""
    made = inline(note)
    tags = set(re.findall(r"<\s*/?\s*([\w-]+)", made))
    schemes = set(re.findall(r'href="([^:"]*):', made))
    attributes = set(re.findall(r'\s([\w-]+)="', re.sub(r'"[^"]*"', '""', made)))

    assert (set(), set(), set()) == (
        tags - {"em", "strong", "code", "a", "br"},
        schemes - {"http", "https", "mailto"},
        attributes - {"href", "rel", "title"},
    )


@given(note=titles)
def test_no_note_at_all_brings_html(note: str) -> None:
    """Whatever is typed, the tags that come out are the five that are allowed."""
    tags = set(re.findall(r"<\s*/?\s*([\w-]+)", inline(note)))

    assert set() == tags - {"em", "strong", "code", "a", "br"}


def test_a_note_keeps_its_emphasis_code_and_links() -> None:
    """What a person means by Markdown arrives in HTML, and its words in plain text."""
    note = "**Chose** *95%* over `100%`, see [the *ADR*](https://a.b/7)"
    link = '<a href="https://a.b/7" rel="noopener noreferrer">the <em>ADR</em></a>'

    assert (
        f"<strong>Chose</strong> <em>95%</em> over <code>100%</code>, see {link}",
        "Chose 95% over 100%, see the ADR",
        "Chose 95% over 100%, see the ADR <https://a.b/7>",
    ) == (inline(note), plain(note), plain(note, addresses=True))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07done", "done"),
        ("\x1b]8;;http://evil.test\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x9b2Jwiped", "wiped"),
        ("\x1bcreset", "reset"),
        ("a\rb", "a\nb"),
        ("tab\there\nline", "tab\there\nline"),
        ("nul\x00 del\x7f bidi\u202e", "nul del bidi"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_a_terminal_is_given_nothing_to_obey(text: str, expected: str) -> None:
    """Escape sequences and controls are gone; lines, tabs and joined emoji stay."""
    assert expected == clean(text)


def test_importing_it_is_cheap() -> None:
    """The parser and the sanitiser are loaded when a note is turned into HTML, not before."""
    code = "import sys, digest.markdown; print([m for m in ('markdown_it', 'nh3') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]\n" == done.stdout


@given(
    st.text(st.one_of(st.sampled_from("\n\t\r\x0b\x1b[0mA]\u200b\u202e\u00ad\x85\u2028"), st.characters()), max_size=12)
)
def test_what_can_be_printed_is_clean(text: str) -> None:
    """A text that is left as it is has nothing in it that would be taken out."""
    cut = markdown._UNSEEN.sub("", markdown._OTHER_BREAK.sub("\n", markdown._SEQUENCE.sub("", text)))

    assert cut == clean(text)
