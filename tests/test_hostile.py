"""Titles that strangers write, through every way out: each shows them as words, and nothing in them does anything."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from email import message_from_bytes, policy
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace
from playwright.sync_api import Page

from digest import deliveries
from digest.deliveries import Message
from digest.deliveries.confluence import storage
from digest.deliveries.message import Head, header, to_mail
from digest.deliveries.pages import SILENT, marker
from digest.deliveries.slack import payload as slack
from digest.deliveries.teams import payload as teams
from digest.errors import DigestError
from digest.markdown import escape, one_line
from digest.model import Digest, Entry, Section
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE

GOOD = "https://hub.test/acme/pay/pull/7"

TITLES = {
    "an encoded word": "=?utf-8?q?Pay=0D=0ABcc:_evil@x.test?=",
    "an encoded word in base64": "Pay =?US-ASCII?B?DQpCY2M6IGV2aWxAeC50ZXN0?= more",
    "encoded words, one in the other": "=?utf-8?q?=3D?utf-8?q?=0D=0ABcc:_a@x.test?=?=",
    "a folded header": "Pay\r\n\tBcc: evil@x.test",
    "LF CR": "Pay\n\rTo: evil@x.test\n\n<b>body</b>",
    "the end of a mail": "Pay\r\n.\r\nMAIL FROM:<evil@x.test>",
    "a boundary": "Pay\r\n--=_boundary--\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>",
    "NEL": "Pay\x85Bcc: evil@x.test",
    "U+2028 and U+2029": "Pay\u2028Bcc: evil@x.test\u2029- fired",
    "VT, FF and FS": "Pay\x0bBcc: a@x.test\x0c- b\x1c- c",
    "bidi": "Pay \u202ecod.exe\u202c \u2066x\u2069 \u200f\u061c",
    "unseen": "P\u200ba\u2060y\ufeff \u00adnow\U000e0041\U000e0042",
    "escape sequences": "\x1b]8;;https://evil.test\x07Pay\x1b]8;;\x07 \x1b[2J\x9b31m \x00\x07",
    "half a pair": "Pay \ud83d now",
    "tags": '<img src=x onerror="alert(1)"><script>alert(1)</script><style>*{display:none}</style>',
    "the end of a list": "</li></ul></div><h1>Fired</h1><iframe src=//evil.test></iframe>",
    "the end of a comment": "--> <b>Pay</b> <!-- x",
    "CDATA and a macro": ']]> <ac:structured-macro ac:name="html"/> <![CDATA[x]]>',
    "entities": "&lt;script&gt; &#106;avascript: &amp;amp; &copy &#x3C;b&#x3E;",
    "an attribute": "\" onmouseover=\"alert(1)\" ' style='x",
    "Slack's calls": "<!here> <!channel> <!everyone> <@U123> <#C1|x> <!subteam^S1>",
    "Slack's link and marks": "<https://evil.test|Pay> *b* _i_ ~s~ `c` ```d```",
    "GitHub's calls": "@channel @acme/everyone, (@ann) #1 acme/pay#3 GH-2 closes #4 a@0123abc",
    "calls in what looks like code": "`@ann` ``#1`` [@bob](@carl) ![#2](#3) x](@dave)",
    "GitLab's calls": '!5 ~bug ~"a b" $6 %7 %"v 1" &8 ^alert#9 [vulnerability:1] @all @_ann ~_x',
    "a command": "/close",
    "a link": "[Pay](https://evil.test) ![x](https://evil.test/p.png) <https://evil.test>",
    "an address": "https://evil.test www.evil.test ftp://evil.test http://evil.test/@ann#1",
    "a reference": "[x]: https://evil.test [x] [1] [^1] [^1]: note",
    "javascript": "[a](javascript:alert(1)) [b](JaVaScRiPt:x) [c](data:text/html,x) [d](vbscript:x)",
    "a link in another": "[a[b](https://evil.test)](https://evil.test)",
    "Teams' calls": "<at>All</at> [x](https://evil.test) {{DATE(2026-02-14T06:08:39Z, SHORT)}} ${$root.x}",
    "a template": "{{ 7 * 7 }} {% raw %} {# x #} ${7*7} #{7*7} %s %(x)s {0} {title} {subject}",
    "a heading": "# Pay",
    "a heading below": "Pay\n===",
    "a rule": "---",
    "a quotation": "> Pay > more",
    "a list": "1. Pay 2) more",
    "a bullet": "- - * + Pay",
    "a task": "[ ] [x] Pay",
    "a fence": "```html\n<script>alert(1)</script>\n```",
    "a table": "| a | b |\n|---|---|\n| c | d |",
    "formulas": "$$x$$ $`y`$ \\(z\\) \\[w\\]",
    "emphasis": "**Pay** __now__ ~~never~~ *a*b*c* snake_case_name __init__",
    "backslashes": "C:\\temp\\n \\\\share \\` \\[x\\](y) \\",
    "a joined emoji": "👩‍👩‍👧‍👦 shipped 🏳️‍🌈 :tada:",
    "marks on marks": "P" + "\u0338\u0335\u0321" * 40 + "ay",
    "10 kB": "Pay " * 2500,
    "10 kB in one word": "x" * 10_000,
}  # fmt: skip

ADDRESSES = [
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    'https://evil.test/"><script>alert(1)</script>',
    "https://hub.test@evil.test/",
    "https://evil.test/)](x) <b> |c `d`",
    "https://evil.test/\r\nBcc: a@x.test",
    "//evil.test/x",
    "file:///etc/passwd",
]
"""Where hostile evidence may lead to; what is taken of it at all is an address and nothing beside it."""


class Seen(msgspec.Struct, kw_only=True):
    """What a reader meets: the words, where its links lead to, and what happens that nobody asked for."""

    words: str = ""
    links: set[str] = msgspec.field(default_factory=set)
    wrong: list[str] = msgspec.field(default_factory=list)
    refused: bool = False


class _Html(HTMLParser):
    """What a browser makes of a page."""

    FINE = frozenset(
        [
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "div",
            "table",
            "tbody",
            "tr",
            "td",
            "p",
            "h1",
            "h2",
            "ul",
            "li",
            "span",
            "sup",
            "a",
            "strong",
            "em",
            "code",
            "br",
        ]
    )

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen = Seen()
        self.inside: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        given = dict(attrs)
        if tag == "a":
            self.seen.links.add(given.get("href") or "")
        if tag not in self.FINE or any(name.startswith("on") or name == "src" for name in given):
            self.seen.wrong.append(f"<{tag} {given}>")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "sup"} & set(self.inside):
            self.seen.words += f" {data}"

    def handle_comment(self, data: str) -> None:
        if "[if mso]" not in data and data != "<![endif]":
            self.seen.wrong.append(f"<!--{data}-->")


def read_html(html: str) -> Seen:
    """A page in a browser."""
    return _Html(html).seen


def read_text(text: str) -> Seen:
    """Plain text; its lists of links at the end are for people."""
    said, _, listed = text.partition("\n[1] http")
    calls = re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    return Seen(
        words=said, links=set(re.findall(r"\[\d+\] (\S+)", f"[1] http{listed}")) if listed else set(), wrong=calls
    )


GFM = MarkdownIt("gfm-like", {"html": True})
CALLS = re.compile(r"@\w|(?<!&)#\d|\bGH-\d|!\d|~[\w\"]|\$\d|%[\w\"]|&\d|\^\w")


def read_markdown(markdown: str) -> Seen:
    """A file, as GitHub and GitLab show it, without what they make of names."""
    seen = Seen()
    for token in (t for block in GFM.parse(markdown) for t in (block.children or [block])):
        if token.type == "link_open":
            seen.links.add(str(token.attrs["href"]))
        elif token.type in {"text", "code_inline"}:
            seen.words += token.content
        elif token.type in {"softbreak", "hardbreak", "inline"} or token.type.endswith("_close"):
            seen.words += "\n"
        elif token.type in {"image", "html_inline", "html_block", "fence", "hr", "table_open", "s_open"}:
            seen.wrong.append(f"{token.type} {token.content}")
    seen.words = re.sub(r"(?m)^\d+$", "", seen.words)
    return seen


def read_board(message: Message, title: str, body: str, name: str) -> Seen:
    """An issue: it calls nobody and refers to nothing, and has our mark once, at its end."""
    mark = f"<!-- {marker(message, name).whole} -->"
    seen = read_markdown(body.removesuffix(f"{mark}\n"))
    seen.wrong += [f"calls {c}" for c in (*CALLS.findall(seen.words), *CALLS.findall(title))]
    seen.wrong += [f"commands {c}" for c in re.findall(r"(?m)^/\w+", f"{title}\n{body}")]
    seen.wrong += [] if body.endswith(f"\n{mark}\n") else ["no mark"]
    seen.wrong += [] if len(title) < 256 and len(body) <= 65_536 else ["too long"]
    return replace(seen, words=seen.words.replace(SILENT, ""))


SENT = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"} | {
    "MIME-Version", "Content-Type",
}  # fmt: skip


def read_mail(raw: bytes, message: Message) -> Seen:
    """A mail: its head is as it should be, and both of its forms."""
    mail = message_from_bytes(raw, policy=policy.default)
    plain, html = (str(part.get_content()).replace("\r\n", "\n") for part in mail.iter_parts())
    text, seen = read_text(plain), read_html(html)
    extra = set(mail.keys()) - SENT - {"X-Unsent"}
    seen.wrong += [*text.wrong, *extra, *map(repr, mail.defects)]
    seen.wrong += [] if len(mail.keys()) == len(set(mail.keys())) else ["a header twice"]
    seen.wrong += [] if mail["To"] == "Lead <lead@example.test>" else [f"To: {mail['To']}"]
    seen.wrong += [] if mail["Subject"].split() == header(message.subject).split() else [f"Subject: {mail['Subject']}"]
    seen.wrong += [] if all(len(line) < 998 and line.isascii() for line in raw.split(b"\r\n")) else ["a long line"]
    seen.links |= text.links
    return replace(seen, words=seen.words + text.words)


def read_xhtml(message: Message) -> Seen:
    """A page in Confluence."""
    space = "{x}"
    root = ET.fromstring(f'<page xmlns:ac="x">{storage(message, "wiki")}</page>')
    fine = {"page", "p", "h2", "ul", "li", "a", "strong", "em", "code", f"{space}structured-macro", f"{space}parameter"}
    wrong = [e.tag for e in root.iter() if e.tag not in fine]
    macros = [e.get(f"{space}name") for e in root.iter(f"{space}structured-macro")]
    return Seen(
        words=" ".join(text for e in root.iter("p") for text in e.itertext()) + message.subject,
        links={str(e.get("href")) for e in root.iter("a")},
        wrong=wrong + ([] if macros == ["anchor"] else [str(macros)]),
    )


def parts(made: Any) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON."""
    if isinstance(made, dict):
        yield made
    for inner in made.values() if isinstance(made, dict) else made if isinstance(made, list) else ():
        yield from parts(inner)


def read_slack(message: Message) -> Seen:
    """A message in Slack: text that it does not parse, and one that it does."""
    made = slack(message)
    kinds = [p["type"] for p in parts(made) if "type" in p]
    fine = {"header", "plain_text", "rich_text", "rich_text_section", "rich_text_list", "text", "link"}
    wrong = [kind for kind in kinds if kind not in fine] + re.findall(r"[<>]", made["text"])
    wrong += [p["text"]["text"] for p in parts(made) if p.get("type") == "header" and len(p["text"]["text"]) > 150]
    said = "".join(
        p["text"] if isinstance(p["text"], str) else p["text"]["text"] for p in parts(made["blocks"]) if "text" in p
    )
    return Seen(words=said, links={p["url"] for p in parts(made) if "url" in p}, wrong=wrong)


def read_teams(message: Message) -> Seen:
    """A card in Teams: runs of text, of which none is a formula for a date."""
    made = teams(message)
    fine = {"message", "AdaptiveCard", "RichTextBlock", "TextRun", "Action.OpenUrl"}
    card = made["attachments"][0]["content"]
    said = "".join(p["text"] for p in parts(card["body"]) if "text" in p)
    wrong = [p["type"] for p in parts(made) if p.get("type", "message") not in fine]
    wrong += re.findall(r"\{\{(?:DATE|TIME)\(", said) + (["entities"] if "entities" in card["msteams"] else [])
    return Seen(
        words=said.replace(SILENT, ""),
        links={p["url"] for p in parts(made) if p.get("type") == "Action.OpenUrl"},
        wrong=wrong,
    )


def board(kind: str, **table: Any) -> Callable[[Message], Seen]:
    """What stands on a board."""

    def read(message: Message) -> Seen:
        way = build("deliveries", deliveries.BUILTIN, kind, {"token": "env:TOKEN"} | table, Path())
        fields = way._fields(message)
        return read_board(message, fields["title"], fields.get("body") or fields["description"], kind)

    return read


HEAD = Head(sender="Digest <digest@example.test>", to=("Lead <lead@example.test>",))
WAYS: dict[str, Callable[[Message], Seen]] = {
    "mail": lambda message: read_mail(to_mail(message, HEAD, "send"), message),
    "draft": lambda message: read_mail(to_mail(message, HEAD, "draft"), message),
    "eml": lambda message: read_mail(to_mail(message, HEAD, "template"), message),
    "file": lambda message: read_markdown(message.markdown),
    "text": lambda message: read_text(message.text),
    "html": lambda message: read_html(message.html),
    "slack": read_slack,
    "teams": read_teams,
    "github": board("github", repo="acme/updates"),
    "gitlab": board("gitlab", project="acme/updates"),
    "confluence": read_xhtml,
}


def saying(title: str, links: Iterable[str] = (GOOD,)) -> Digest:
    """A digest in which everything that strangers name is called so: the project, a theme, a line, the maintenance."""
    said = escape(title) or "x"
    entries = (Entry(text=said, theme=title, links=tuple(links)), Entry(text=f"{said}."))
    return replace(
        ARTICLE,
        title=title,
        sections=(Section(name="progress", entries=entries), Section(name="tradeoffs", entries=(Entry(text=said),))),
        maintenance=Entry(text=f"Maintenance: {said}"),
    )


def squeezed(text: str) -> str:
    """Without blanks: where a line is broken is not the question."""
    return "".join(text.split())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", TITLES)
def test_a_title_is_words(name: str, way: str, record: Callable[..., None]) -> None:
    """It is shown as it is, leads nowhere but to its evidence, and calls, runs or adds nothing."""
    title = TITLES[name]
    seen = met(way, compose(saying(title)))
    shown = seen.refused or squeezed(one_line(title)) in squeezed(seen.words)
    fine = shown and not seen.wrong and seen.links == {GOOD}
    record("injection", title=name, **{way: "refused" if seen.refused else "as words" if fine else "INJECTED"})

    assert (True, {GOOD}, [], True) == (shown, seen.links, seen.wrong, not seen.refused or "10 kB" in name)


def met(way: str, message: Message) -> Seen:
    """What a reader meets; nothing at all where it is refused as too long."""
    try:
        return WAYS[way](message)
    except DigestError as error:
        return Seen(links={GOOD}, refused="lower the [limits]" in str(error))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_evidence_leads_to_the_web_or_nowhere(address: str, way: str) -> None:
    """An address of the evidence is one, ends where it ends, and brings nothing of its own."""
    seen = WAYS[way](compose(saying("Pay", [address])))
    there = [url for url in seen.links if not re.fullmatch(r"https://evil\.test/[^\s<>\"'`|()\[\]]*", url)]

    assert ([], [], True) == (there, seen.wrong, "Pay" in seen.words)


def test_a_browser_runs_nothing_of_it(tab: Page) -> None:
    """Each of the titles in a mail in Chromium: no dialog, no request, no element that a mail of ours has not."""
    happened: list[str] = []
    tab.add_init_script("for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => fetch('/' + name)")
    tab.on("request", lambda request: happened.append(request.url))
    strange = "script, img, iframe, form, input, object, embed, svg, link, base, body style, [onerror], [onmouseover]"
    for name, title in TITLES.items():
        tab.set_content(compose(saying(title)).html)
        happened += [name] * tab.locator(strange).count()
        happened += [name] * (tab.locator("h1").count() != 1)

    assert [] == happened
