"""The comment at the end of a generated line: the refs that it rests on, and `?` where it is a guess.

    - Chose 95% freshness over 100%. <!-- ? github:acme/shop#398~tradeoff-1 -->

What is written is plain enough for an HTML comment of any Markdown dialect; what is read may have been wrapped,
indented or damaged on the way.
"""

from __future__ import annotations

import hashlib
import re
from itertools import takewhile
from typing import TYPE_CHECKING
from urllib.parse import unquote

import msgspec

from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

GUESS = "?"
OFFER = "the source now says:"
OPENING = regex(r"(?<!\\)<!--")
"""Where a comment begins; `\\<!--` is text, as formatters write it."""

COMMENT = regex(r"(?<!\\)<!--((?:(?!<!--).)*?)-->", re.DOTALL)

_RETOUCHED = (
    ("&lt;!--", "--&gt;"),
    (r"\\?<!–", r"–\\?>"),
    (r"\\?<!—", r"—\\?>"),
    (r"\\<\\?!(?:--|\\-\\-)", r"(?:--|\\-\\-)\\?>"),
)
"""How editors write the two ends of a comment: escaped for HTML, with a dash for two signs, escaped for Markdown."""

_ANY_COMMENT = regex(
    r"(?<!\\)<!--(?P<inner>(?:(?!<!--).)*?)-->"
    + "".join(f"|{opened}((?:(?!{opened}|<!--).)*?){closed}" for opened, closed in _RETOUCHED),
    re.DOTALL,
)
_OURS = regex(r"\s*(?:digest:|left out:|empty [\w-]+:|the source now says:)")

_UNSAFE = regex(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff%<>|;()]|(?<=-)-")
_REF = regex(r"[^\s:<>|;()]+:[^\s<>|;()]+")
_ESCAPED = regex(r"\\([!-/:-@\[-`{-~])")
_BRACKETS = regex(r"\s*\\?\(([^\s()][^()]*?)\\?\)")
_NO_WIDTH = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
"""Signs that nobody sees, which come along when text is pasted from a page."""

_DEBRIS = "<>!?-–—\\`()"
_DIGEST_BYTES = 5


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """What the comments of a line say.

    Attributes:
        damaged: the refs were put together from what was left of a comment.
        moved: the line was moved up from the list of what was left out, as it stood there.
        own: there are comments of a person, too.
        tail: a comment of a person that is never closed.
    """

    refs: tuple[str, ...] = ()
    sure: bool = True
    damaged: bool = False
    moved: bool = False
    own: bool = False
    tail: str = ""


def quote(text: str) -> str:
    """`text` as one word without blanks, that can stand in a comment and between bars."""
    return _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), text)


def words(text: str) -> str:
    """`text` on one line, in which no comment can begin, fit for a UTF-8 file."""
    return OPENING.sub("&lt;!--", " ".join(text.encode("utf-8", "replace").decode().split()))


def quiet(text: str) -> str:
    """`text` on one line as it can stand inside a comment; Markdown shows the same."""
    return words(text).replace("-->", "--&gt;").replace("--!>", "--!&gt;")


def comment(refs: Collection[str], *, sure: bool = True) -> str:
    """The comment that names `refs`; nothing where there is nothing to say."""
    inner = [*([] if sure else [GUESS]), *map(quote, refs)]
    return f"<!-- {' '.join(inner)} -->" if inner else ""


def fingerprint(text: str) -> str:
    """Ten hex digits that stay the same when a formatter wraps, escapes or re-marks `text`, and change with a word."""
    plain = _unescaped(_ESCAPED.sub(r"\1", text)).translate(_NO_WIDTH).replace("_", "*")
    if not plain.isascii():
        import unicodedata

        plain = unicodedata.normalize("NFC", plain)
    plain = " ".join(plain.split())
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()


def _unescaped(text: str) -> str:
    """`text` with the characters that entities stand for; their table is large and loaded where there is one."""
    if "&" not in text:
        return text
    import html

    return html.unescape(text)


def visible(text: str) -> str:
    """`text` without the signs that nobody sees."""
    return text.translate(_NO_WIDTH)


def same(text: str, other: str) -> bool:
    """Whether the two say the same, but for what formatters do."""
    return fingerprint(text) == fingerprint(other)


def mended(text: str, sources: Collection[str] = ()) -> str:
    """`text` with our comments as we write them: no sign escaped, no long dash, and the long ones on their own lines.

    >>> mended("- Cut it. &lt;!-- git:0123 --&gt;", ["git"])
    '- Cut it. <!-- git:0123 -->'
    """

    def mend(found: re.Match[str]) -> str:
        inner = found[found.lastindex or 0]
        if _OURS.match(inner):
            before = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
            after = text[found.end() :].partition("\n")[0]
            return "\n" * bool(before.strip()) + f"<!--{inner}-->" + "\n" * bool(after.strip())
        return f"<!--{inner}-->" if not found["inner"] and sources and refs_in(inner, sources) else found[0]

    return _ANY_COMMENT.sub(mend, text)


def refs_in(inner: str, sources: Collection[str]) -> Mark | None:
    """The mark that a comment with this inner text is; None where it is a comment of a person.

    Args:
        inner: what stands between `<!--` and `-->`.
        sources: the known sources; where there are none, any word with a colon inside passes for a ref.
    """
    tokens = visible(inner).replace(",", " ").split()
    sure = True
    if tokens and tokens[0].startswith(GUESS):
        sure, tokens = False, [t for t in (tokens[0][1:], *tokens[1:]) if t]
    refs = tuple(unquote(t) for t in tokens)
    if not all(
        _REF.fullmatch(t) and (not sources or r.partition(":")[0] in sources) for t, r in zip(tokens, refs, strict=True)
    ):
        return None
    return Mark(refs=refs, sure=sure) if refs or not sure else None


def take(text: str, known: Collection[str], sources: Collection[str]) -> tuple[str, Mark]:
    """The words of a line, without its comments, and what those say.

    Comments that are no marks (a person's) are taken out of the words too: nobody wants them published.
    """
    marks: list[Mark] = []
    own = False
    for found in COMMENT.finditer(text):
        mark = refs_in(found[1], sources) or _begun(found[1], known)
        own = own or mark is None or mark.own
        marks += [mark] if mark else []
    rest = COMMENT.sub(" ", text)
    moved = [ref for found in _BRACKETS.finditer(rest) for ref in _listed(found, known)]
    rest = _BRACKETS.sub(lambda found: "" if _listed(found, known) else found[0], rest)
    rest, debris = _take_debris(rest, known)
    rest, *tail = OPENING.split(rest, maxsplit=1)
    refs = dict.fromkeys((*(r for m in marks for r in m.refs), *moved, *debris))
    mark = Mark(
        refs=tuple(refs),
        sure=all(m.sure for m in marks),
        damaged=bool(debris),
        moved=bool(moved),
        own=own or bool(tail),
        tail="".join(f"<!-- {' '.join(words.split())}" for words in tail),
    )
    return " ".join(rest.split()), mark


def _begun(inner: str, known: Collection[str]) -> Mark | None:
    """The mark that a comment begins with, where a person typed on in it."""
    tokens = visible(inner).replace(",", " ").split()
    sure = not (tokens and tokens[0].startswith(GUESS))
    tokens = tokens if sure else [t for t in (tokens[0][1:], *tokens[1:]) if t]
    refs = tuple(takewhile(lambda ref: ref in known, map(unquote, tokens)))
    return Mark(refs=refs, sure=sure, own=True) if refs else None


def promoted(text: str, known: Collection[str]) -> tuple[str, tuple[str, ...], str]:
    """A line from the list of what was left out, `words (refs; why)`, in its parts; without refs it is none."""
    for found in _BRACKETS.finditer(text.rstrip()):
        if found.end() == len(text.rstrip()) and (refs := _listed(found, known)):
            return text[: found.start()], refs, " ".join(found[1].partition(";")[2].split())
    return text, (), ""


def _listed(found: re.Match[str], known: Collection[str]) -> tuple[str, ...]:
    """The refs in brackets as the list of what was left out has them; none where it is anything else."""
    refs = tuple(map(_clean, found[1].partition(";")[0].split()))
    return refs if all(ref in known for ref in refs) else ()


def _take_debris(text: str, known: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """Take out what is left of a damaged comment: known refs in plain sight, and the dashes and brackets by them."""
    tokens = text.split()
    at = {k for k, token in enumerate(tokens) if _clean(token) in known}
    if not at:
        return text, ()
    gone = {k for k in _spread(tokens, at) if k not in at}
    kept = [token for k, token in enumerate(tokens) if k not in at | gone]
    return " ".join(kept), tuple(_clean(tokens[k]) for k in sorted(at))


def _spread(tokens: list[str], at: set[int]) -> Iterator[int]:
    """The places next to those in `at` that hold nothing but dashes and brackets."""
    for start in at:
        for step in (-1, 1):
            k = start + step
            while 0 <= k < len(tokens) and (k in at or not visible(tokens[k]).strip(_DEBRIS)):
                yield k
                k += step


def _clean(token: str) -> str:
    return unquote(_ESCAPED.sub(r"\1", visible(token)).strip(_DEBRIS))
