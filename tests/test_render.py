"""Every format says the same words in the article's form; a template of the user's wins and cannot forget to escape."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from digest import places
from digest.errors import DigestError
from digest.markdown import escape, one_line
from digest.model import Digest, Entry, Section
from digest.render import _environment, compose, formats, render, too_heavy
from tests.examples import ARTICLE, FULL

THE_ARTICLE = """\
**Recommendation Engine Update - W7-8**
*Progress:*
- Implemented real-time inventory checks using Redis.
- Trade-off: Chose 95% freshness over 100% to maintain our 200ms latency SLA.
*Metrics:*
- Resulted in a 12% reduction in cart abandonment (A/B test).
*Next:*
- Partnering with data science to improve ranking.
"""


def shown(html: str) -> str:
    """What a reader sees of a page, on one line."""
    body = re.sub(r"<head>.*?</head>|<!--.*?-->|<[^>]*>", "", html, flags=re.DOTALL)
    return " ".join(unescape(body).split())


def test_the_default_is_the_article_to_the_letter() -> None:
    """But for the blank lines between its parts, Markdown is the article's example, character by character."""
    lines = [line for line in render(ARTICLE, "markdown", links=False).splitlines(keepends=True) if line.strip()]

    assert THE_ARTICLE == "".join(lines)


@pytest.mark.parametrize(
    ("template", "name"),
    [("markdown", "full.md"), ("text", "full.txt"), ("email.txt", "full.email.txt")],
)
def test_what_is_printed_is_what_was_looked_at(template: str, name: str, snapshot: Callable[[str, str], None]) -> None:
    """Each format of the full example is the one that a person has looked at."""
    snapshot(render(FULL, template), name)


def test_markdown_keeps_its_parts_apart() -> None:
    """CommonMark shows a title, three headings and three lists, and the numbers as links to the evidence."""
    html = MarkdownIt("commonmark").render(render(ARTICLE, "markdown"))
    first = '<a href="https://github.com/acme/reco/pull/412">1</a>'

    assert (1, 3, 3, 4, True) == (
        html.count("<p><strong>Recommendation Engine Update - W7-8</strong></p>"),
        len(re.findall(r"<p><em>\w+:</em></p>", html)),
        html.count("<ul>"),
        html.count("<li>"),
        f"<li>Implemented real-time inventory checks using Redis. {first} " in html,
    )


@pytest.mark.parametrize("template", ["markdown", "text", "email.txt", "email"])
def test_an_empty_digest_is_only_its_title(template: str) -> None:
    """No heading without a line below it, in any format."""
    empty = render(Digest(title="Pay", period=ARTICLE.period, sections=()), template)

    assert ("Pay Update - W7-8" in empty, False, False) == (True, "Progress" in empty, "Maintenance" in empty)


texts = st.text(min_size=1, max_size=40).filter(lambda text: one_line(text) != "")


@given(title=texts, said=texts)
def test_html_shows_what_was_said_and_nothing_more(title: str, said: str) -> None:
    """Titles of strangers arrive in the mail as the characters that they are."""
    made = Digest(
        title=title,
        period=ARTICLE.period,
        sections=(Section(name="next", entries=(Entry(text=escape(said), theme=title),)),),
    )
    page = render(made, "email")
    preview, body = one_line(said), f"Next: {one_line(title)} {one_line(said)}"

    assert (True, True, 0) == (body in shown(page), preview in shown(page), page.count("<script"))


@given(title=texts, said=texts)
def test_markdown_and_text_show_the_same_words(title: str, said: str) -> None:
    """A person who reads the Markdown file and one who reads the mail read the same line."""
    made = Digest(
        title=title, period=ARTICLE.period, sections=(Section(name="next", entries=(Entry(text=escape(said)),)),)
    )
    lines = [line for line in render(made, "text").splitlines() if line]
    page = shown(MarkdownIt("commonmark").render(render(made, "markdown")))

    assert (["Next:", f"- {one_line(said)}"], True) == (lines[1:], page.endswith(f"Next: {one_line(said)}"))


def test_the_text_of_a_mail_has_short_lines() -> None:
    """No line is longer than 76 characters, but for an address, and what belongs to a bullet is indented."""
    body = render(FULL, "email.txt").split("\n[1] ")[0].splitlines()

    assert ([], True) == ([line for line in body if len(line) > 76], any(line.startswith("  ") for line in body))


def test_the_text_of_a_mail_lists_the_links_of_its_numbers() -> None:
    """Every number in the text stands once more before its address."""
    text = render(FULL, "email.txt")
    used = set(re.findall(r"\[(\d+)\](?! http)", text))

    assert used == set(re.findall(r"^\[(\d+)\] http", text, re.MULTILINE))


BANNED = [
    r"<svg", r"<img", r"data:", r"<link", r"<script", r"<form", r"var\(", r"display:\s*(flex|grid)", r"position:",
    r"rgba?\(", r"url\(", r"@import", r"onclick", r"float:",
]  # fmt: skip


@pytest.mark.parametrize("banned", BANNED)
def test_the_mail_has_nothing_that_mail_programs_drop(banned: str) -> None:
    """No pictures, no scripts, nothing from the web, no layout that Outlook or Gmail do not know."""
    assert [] == re.findall(banned, render(FULL, "email"))


def test_the_mail_is_made_for_screen_readers() -> None:
    """It says its language, has one h1, a main landmark, layout tables that are none, and words for each picture."""
    page = render(FULL, "email", lang="en")
    tables = re.findall(r"<table[^>]*>", page)

    assert (True, 1, 1, [], ["Trend, oldest first: 212 ms, 208 ms, no value, 205 ms, 201 ms, 196 ms"]) == (
        '<html lang="en" dir="ltr">' in page,
        len(re.findall("<h1", page)),
        page.count('role="main"'),
        [t for t in tables if 'role="presentation"' not in t],
        re.findall(r'role="img" aria-label="([^"]+)"', page),
    )


def test_each_link_of_the_mail_says_where_it_leads() -> None:
    """A bare number is no name of a link: the label has the host."""
    labels = re.findall(r'aria-label="(Source \d+, [^"]+)"', render(ARTICLE, "email"))

    assert [
        "Source 1, github.com",
        "Source 2, acme.atlassian.net",
        "Source 1, github.com",
        "Source 3, acme.atlassian.net",
    ] == labels


def test_dark_colours_survive_the_inlining() -> None:
    """Mail programs that know a dark scheme find it, strong enough to win over the inlined light colours."""
    page = render(FULL, "email")
    dark = page[page.index("prefers-color-scheme") :]

    assert (True, True, True) == (
        re.search(r"a\s*\{\s*color:\s*#79c0ff\s*!important", dark) is not None,
        re.search(r"body, ?\.page\s*\{\s*background-color:\s*#0d1117\s*!important", dark) is not None,
        '<h1 style="' in page,
    )


@pytest.mark.parametrize(("lang", "expected"), [("de-AT", "ltr"), ("he", "rtl")])
def test_the_language_decides_the_direction(lang: str, expected: str) -> None:
    """A right-to-left language reads right to left."""
    assert [expected] == re.findall(r'dir="(\w+)"', render(ARTICLE, "email", lang=lang))


def test_a_language_is_a_tag() -> None:
    """What is none is said, and does not reach the page."""
    with pytest.raises(DigestError) as caught:
        render(ARTICLE, "email", lang='"><script>')

    assert """lang: '"><script>' names no language (write one like en or de-AT)""" == str(caught.value)


def test_forty_projects_worth_of_lines_fit_into_a_mail() -> None:
    """A digest at its limits is far below the size where Gmail cuts; a page beyond it is called heavy."""
    entry = Entry(text="word " * 20, links=tuple(f"https://a.test/{k}" for k in range(5)))
    big = replace(ARTICLE, sections=tuple(Section(name=s.name, entries=(entry,) * 10) for s in ARTICLE.sections))

    assert (False, True) == (too_heavy(render(big, "email")), too_heavy("x" * 90_001))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The user's own templates."""
    made = tmp_path / "own"
    made.mkdir()
    return made


def write(folder: Path, name: str, text: str) -> Path:
    """A template of the user's."""
    (folder / name).write_text(text, encoding="utf-8")
    return folder


NASTY = Digest(
    title="<b>*Pay*</b>",
    period=ARTICLE.period,
    sections=(Section(name="next", entries=(Entry(text="a `<b>` **b**"),)),),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("own.md.j2", r"\<b>\*Pay\*\</b>: a `<b>` **b**"),
        ("own.txt.j2", "<b>*Pay*</b>: a <b> b"),
        ("own.j2", r"\<b>\*Pay\*\</b>: a `<b>` **b**"),
    ],
)
def test_a_users_template_cannot_forget_to_escape(folder: Path, name: str, expected: str) -> None:
    """The ending of a template decides how its values are printed, also through macros and set blocks."""
    source = "{% macro m(x) %}{{ x }}{% endmacro %}{% set t %}{{ title }}{% endset %}{{ m(t) }}: {{ m(blocks[0].groups[0].lines[0].text) }}"

    assert expected == render(NASTY, "own", folder=write(folder, name, source))


def test_a_users_page_is_escaped_and_styled(folder: Path) -> None:
    """`.html.j2` is escaped as HTML, and its styles are put where mail programs look."""
    source = "<html><head><style>p{color:red}</style></head><body><p>{{ title }}</p></body></html>"
    page = render(NASTY, "own", folder=write(folder, "own.html.j2", source))

    assert '<p style="color: red;">&lt;b&gt;*Pay*&lt;/b&gt;</p>' in page.replace("color:red", "color: red;").replace(
        ";;", ";"
    )


def test_a_page_loads_nothing_while_its_styles_are_inlined(folder: Path) -> None:
    """A stylesheet of a template is not fetched, neither from this machine nor from the web."""
    (folder / "x.css").write_text("p{color:red}")
    links = "".join(f'<link rel="stylesheet" href="{href}">' for href in (f"file://{folder}/x.css", f"{folder}/x.css"))
    page = render(NASTY, "own", folder=write(folder, "own.html.j2", f"<head>{links}</head><body><p>x</p></body>"))

    assert False is ("red" in page)


def test_a_users_template_wins_and_extends_ours(folder: Path) -> None:
    """A file with our name replaces ours, which it can still include as builtin/…."""
    write(folder, "markdown.md.j2", "Dear all,\n\n{% include 'builtin/markdown.md.j2' %}")

    assert "Dear all,\n\n" + render(ARTICLE, "markdown") == render(ARTICLE, "markdown", folder=folder)


def test_formats_are_files(folder: Path) -> None:
    """The user's files are formats beside ours; a file that begins with _ is only a part of others."""
    write(folder, "team.md.j2", "x")
    write(folder, "_part.md.j2", "x")

    assert ["email.html", "email.txt", "markdown.md", "team.md", "text.txt"] == [
        name for name in formats(folder) if not name.startswith(("review", "slack"))
    ]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ok\n{% if %}\n", r"template .*own\.md\.j2:2: Expected an expression.*"),
        ("ok\n\n{{ titel }}", r"template .*own\.md\.j2:3: 'titel' is undefined.*"),
        ("{{ period.lable }}", r"template .*own\.md\.j2:1: .* has no attribute 'lable'.*"),
        ("\n{{ 1 / 0 }}", r"template .*own\.md\.j2:2: division by zero.*"),
        ("\n{% include 'nowhere.j2' %}", r"template .*own\.md\.j2:2: there is no template nowhere\.j2.*"),
        ("{% include '../secret.j2' %}", r"template .*own\.md\.j2:1: there is no template \.\./secret\.j2.*"),
        ("{{ title | nofilter }}", r"template .*own\.md\.j2:1: No filter named 'nofilter'.*"),
        ("{{ ''.__class__.__mro__ }}", r"template .*own\.md\.j2:1: access to attribute '__class__' .*"),
        ("{% include 'own.md.j2' %}", r"template .*own\.md\.j2:1: maximum recursion depth exceeded.*"),
    ],
)
def test_a_broken_template_is_one_line_with_its_place(folder: Path, source: str, expected: str) -> None:
    """The error names the file and the line, and never shows a traceback."""
    with pytest.raises(DigestError) as caught:
        render(ARTICLE, "own", folder=write(folder, "own.md.j2", source))

    assert re.fullmatch(expected, str(caught.value))


def test_a_template_that_is_no_text_is_one_line(folder: Path) -> None:
    """A file in another encoding is named."""
    (folder / "own.md.j2").write_bytes(b"caf\xe9")
    with pytest.raises(DigestError) as caught:
        render(ARTICLE, "own", folder=folder)

    assert str(caught.value).startswith("template own.md.j2: 'utf-8' codec can't decode")


def test_an_unknown_format_names_those_there_are(tmp_path: Path) -> None:
    """A slip of the pen, or a folder that is not there, is said with what would be right."""
    with pytest.raises(DigestError) as no_format:
        render(ARTICLE, "pdf")
    with pytest.raises(DigestError) as no_folder:
        render(ARTICLE, "text", folder=tmp_path / "none")

    assert (True, f"templates: no folder at {tmp_path / 'none'}") == (
        str(no_format.value).startswith("no format is called 'pdf' (known are email.html, email.txt, markdown.md"),
        str(no_folder.value),
    )


def test_a_message_is_the_same_for_the_same_edition() -> None:
    """Its id is 24 hex digits that depend on project, period and edition alone."""
    one, again, two = compose(ARTICLE), compose(replace(FULL, notes=("x",))), compose(ARTICLE, edition=2)

    assert (True, False, "Recommendation Engine Update - W7-8", "2026-W07_W08", "2026-W07_W08.2") == (
        one.id == again.id and re.fullmatch("[0-9a-f]{24}", one.id) is not None,
        one.id == two.id,
        one.subject,
        one.slug,
        two.slug,
    )


def test_a_later_edition_says_that_it_is_corrected() -> None:
    """In the first line of every form, also where a person worded it; the subject stays, so that mails are joined."""
    two = compose(replace(ARTICLE, headline="The *first* fortnight"), edition=2)

    assert ("**The first fortnight (corrected)**", "The first fortnight (corrected)", True, "The first fortnight") == (
        two.markdown.splitlines()[0],
        two.text.splitlines()[0],
        ">The first fortnight (corrected)</h1>" in two.html,
        two.subject,
    )


def test_a_message_holds_every_form() -> None:
    """Markdown for files, wrapped text and HTML for mail, and the digest itself."""
    message = compose(ARTICLE)

    assert (render(ARTICLE, "markdown"), render(ARTICLE, "email.txt"), render(ARTICLE, "email"), ARTICLE) == (
        message.markdown,
        message.text,
        message.html,
        message.digest,
    )


def test_a_compiled_template_is_kept_until_its_source_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A later run prints the same from what an earlier one compiled, and a changed template is compiled anew."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    folder = tmp_path / "formats"
    folder.mkdir()
    own = folder / "own.md.j2"
    said, kept = [], []
    for source in ("One {{ title }}", "One {{ title }}", "Two {{ title }}"):
        own.write_text(source)
        _environment.cache_clear()
        said.append(render(ARTICLE, "own", folder=folder).split()[0])
        kept.append(len(list(places.cache().glob("template-*"))))

    assert (["One", "One", "Two"], [1, 1, 1]) == (said, kept)


def test_where_nothing_can_be_kept_templates_are_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder that cannot be made is no error."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    _environment.cache_clear()

    assert THE_ARTICLE.replace("\n", "") == render(ARTICLE, "markdown", links=False).replace("\n", "")
