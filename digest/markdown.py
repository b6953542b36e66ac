"""Text of strangers and notes of people, made safe for what they are printed on.

`escape` is the only door from raw text (`Activity.title`) to inline Markdown (`Entry.text`); `inline` and `plain` lead
on from there. `clean` is for terminals. What is escaped is what CommonMark, GitHub and the usual extensions would
read as markup at that very place, and nothing else, so that the raw text still reads well.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.regex import regex

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

SCHEMES = frozenset({"http", "https", "mailto"})
TAGS = {"em", "strong", "code", "a", "br"}
RULES = ["emphasis", "backticks", "link", "escape", "entity", "newline"]

_SEQUENCE = regex(
    r"""
    (?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]                          # CSI: colours, the cursor
  | (?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)   # OSC and its kin: titles, links
  | \x1b[ -/]*[0-~]                                           # two-character escapes
    """,
    re.VERBOSE,
)
_UNSEEN = regex(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # controls, but for those that end a line or part words
    "\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # zero width, direction
    "\ud800-\udfff\U000e0000-\U000e007f]"  # halves of a pair, tags; joiners stay: scripts and emoji need them
)
_OTHER_BREAK = regex("\r\n?|[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")

_MARKUP = regex(
    r"""
    [\\`\[\]]                               # escapes, code, links
  | (?<=\S)[~$] | [~$](?!\d)                # strike-through and formulas; "~200 ms" and "$5" open none that could close
  | <(?=[a-z/!?]|\S*@)                      # tags and addresses
  | (?<!\s)\* | \*(?!\s)                    # emphasis; a times sign between blanks is none
  | (?<![^\W_])_ | _(?![^\W_])              # emphasis; snake_case is none
  | &(?=\#?\w+;)                            # entities
  | (?:(?<=http)|(?<=https)|(?<=ftp)):(?=//) | (?<=www)\.     # addresses that become links by themselves
  | ^(?: [-+](?=\s|$) | \#{1,6}(?=\s|$) | :(?=\s) | > | [-=]+$ )   # lists, headings, definitions, quotes, rules
  | (?<=\s)\#+$                             # the closing marks of a heading
    """,
    re.VERBOSE | re.IGNORECASE,
    hints=tuple("\\`[]~$<*_&:.-+#>="),
)
_NUMBERED = regex(r"^([0-9]{1,9})([.)])(?=\s|$)")
_NO_MARKUP = regex(r"[^\\`*_\[\]&\n]*")
"""Nothing that `RULES` would read: to load the parser takes longer than to word a digest."""


def clean(text: str) -> str:
    """`text` without what a terminal would obey: escape sequences, controls, marks of direction. Lines stay lines."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return _UNSEEN.sub("", _OTHER_BREAK.sub("\n", _SEQUENCE.sub("", text)))


def one_line(text: str) -> str:
    """`text` cleaned, on one line, with single blanks."""
    return " ".join(clean(text).split())


def escape(text: str) -> str:
    """Untrusted text as one line of inline Markdown that shows exactly these characters, wherever it is put."""
    return _NUMBERED.sub(r"\1\\\2", _MARKUP.sub(r"\\\g<0>", one_line(text)))


def inline(markdown: str) -> str:
    """A note of a person as safe inline HTML: emphasis, code and links; no HTML of its own, no images."""
    import nh3

    html = _parser().renderInline(clean(markdown).strip())
    safe: str = nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes=set(SCHEMES), link_rel="noopener noreferrer"
    )
    return safe


def plain(markdown: str, *, addresses: bool = False) -> str:
    """A note of a person as plain text on one line, without markup; of a link its words, and its address if asked."""
    said = ""
    for address, stretch in groupby(runs(markdown), lambda run: run.address):
        said += "".join(run.text for run in stretch) + (f" <{address}>" if address and addresses else "")
    return " ".join(said.split())


def aside(text: str, said: str) -> str:
    """The line with a word in brackets, before its full stop."""
    return f"{text.removesuffix('.')} ({said}){'.' if text.endswith('.') else ''}"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A stretch of a note in one style; `address` is where it leads to."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    address: str = ""


def runs(markdown: str) -> list[Run]:
    """A note of a person as stretches of one style each, for messages that are built from such."""
    said = clean(markdown).strip()
    if _NO_MARKUP.fullmatch(said):
        return [Run(text=said)] if said else []
    found: list[Run] = []
    style = Run(text="")
    for token in _parser().parseInline(said)[0].children or ():
        kind, _, end = token.type.rpartition("_")
        if kind == "strong":
            style = replace(style, bold=end == "open")
        elif kind == "em":
            style = replace(style, italic=end == "open")
        elif kind == "link":
            style = replace(style, address=str(token.attrs.get("href", "")))
        else:
            text = " " if token.type in {"softbreak", "hardbreak"} else token.content
            found.append(replace(style, text=text, code=token.type == "code_inline"))
    return [run for run in found if run.text]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("zero", {"html": False}).enable(RULES)
