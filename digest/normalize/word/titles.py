"""Raw titles → plain words: prefixes, keys, hashes, handles and emoji go; what they said (a fix, breaking) is kept."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from digest.markdown import escape, one_line
from digest.normalize.word import patterns
from digest.normalize.word.verbs import lemma
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping

# Code spans are put away as single characters that no text may hold, so that no rule of wording reaches into them.
HELD = tuple(chr(0xE000 + k) for k in range(64))
_KINDS = {
    "feat": "feat feature features implement implements implemented new story",
    "fix": "fix fixes fixed bug bugfix bugs hotfix defect regression",
    "perf": "perf performance",
    "revert": "revert reverts",
    "docs": "doc docs documentation",
    "test": "test tests",
    "": "add build chore ci cleanup deps draft enh enhancement improvement maint misc refactor release style task wip",
}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split()}
LONGEST_AREA = 40
PREFIXES = 6
_KEY_END = r"(?=\W|$)[\s,:;.|\]-]*"
_KEY = regex(patterns.KEY + _KEY_END)
_SMILEY = regex(r"\s*[:;]-?[)(DP](?=\s|$)")
_HEADING = regex(r"^#+\s+")
_DOUBLE_TICKS = regex(r"``+([^`]+)``+")
_HELD = regex(f"[{HELD[0]}-{HELD[-1]}]")
_OF_AN_ISSUE = regex(r"/(?:issues?|pull|commit|merge_requests|browse)/")
_SMALL_WORD = regex(r"[a-z]+")
_SNAKE = regex(r"[a-z]+_[a-z_\d]+")
_BREAKING = regex(r"breaking(?:[ -]change)?", re.IGNORECASE)
_SPOKEN_AREA = regex(r"(?P<area>[a-z][a-z_/-]{1,20})(?P<bang>),\s+(?=(?P<verb>[a-z-]+)\s)")
_KEY_MARK = regex(r"[-_]")
_BLANK_BEFORE = regex(r"\s+([,.;:!?)]|\"$)(?=\s|$)")
_QUOTED = regex(r"[\"'“‘]([^\"'“”‘’]+)[\"'”’]")


class Title(msgspec.Struct, frozen=True, kw_only=True):
    """What a raw title says.

    Attributes:
        text: its words, without anything that only insiders read.
        kind: what its prefix called it: `feat`, `fix`, `perf`, `docs`, `test`, `revert` or nothing; `prose` for a
            sentence of a body.
        area: the part of the project that its prefix named.
        breaking: it was marked as a breaking change.
        code: the code spans of the text; each stands in it as one character of `HELD`.
    """

    text: str
    kind: str = ""
    area: str = ""
    breaking: bool = False
    code: tuple[str, ...] = ()


def read(raw: str, keys: tuple[str, ...] = (), people: Mapping[str, str] | None = None) -> Title:
    """The title without what only insiders read. `people` turns a handle into a name; without it handles go."""
    return _read(raw, keys, tuple((people or {}).items()))


@lru_cache(4096)  # a title is weighed before it is worded
def _read(raw: str, keys: tuple[str, ...], people: tuple[tuple[str, str], ...]) -> Title:
    return _held(_without_prefixes(_plain(raw), keys), keys, dict(people))


def read_prose(raw: str) -> Title:
    """A sentence of a body, likewise; what stands before a colon there is no prefix."""
    text = _SMILEY.sub("", _plain(raw)).rstrip(": ")
    return _held(Title(text=text, kind="prose"), (), {})


def _plain(raw: str) -> str:
    """One line without emoji, addresses and emphasis, all code in single backticks."""
    text = patterns.ROLE.sub(r"`\1`", patterns.EMOJI.sub(" ", one_line(raw))).strip()
    text = patterns.FIELDS.sub("", patterns.BULLETS.sub(r"\g<first>", _HEADING.sub("", text)))
    text = patterns.SERIES.sub("", text).replace(" && ", " and ")
    text = patterns.NUMBERS.sub("", _DOUBLE_TICKS.sub(r"`\1`", text))
    text = patterns.LINKED.sub(r"\1", patterns.URL.sub(_host, text))
    return patterns.EMPHASIS.sub(r"\1", text).strip()


def _held(title: Title, keys: tuple[str, ...], people: Mapping[str, str]) -> Title:
    """With its code put away and its marks taken out."""
    code: list[str] = []
    text = patterns.ANNOTATION.sub(lambda m: f"`{m[0]}`", patterns.BULLETS.sub(r"\g<first>", title.text))
    text = patterns.CODE.sub(lambda m: _hold(m, code), text)
    return replace(title, text=_tidied(without_marks(text, keys, people)), code=tuple(code))


def show(text: str, code: tuple[str, ...]) -> str:
    """Plain words with held code as inline Markdown: everything escaped, the code in backticks."""
    escaped = escape(text)
    for mark, span in zip(HELD, code, strict=False):
        escaped = escaped.replace(mark, f"`{span}`")
    return _HELD.sub("", escaped)


def _hold(found: re.Match[str], code: list[str]) -> str:
    """The character that stands for a code span from now on."""
    span = found[1].strip()
    if not span or len(code) == len(HELD):
        return found[1]
    code.append(span)
    return HELD[len(code) - 1]


def _host(found: re.Match[str]) -> str:
    """Of an address in the run of words only its host; nothing where it stands at the end or in brackets."""
    at_end = not found.string[found.end() :].strip(" .")
    if _OF_AN_ISSUE.search(found[0]):
        return ""
    bracketed = found[0].removeprefix(found["lead"])[0] in "(<["
    return "" if at_end or bracketed else f"{found['lead']}{found['host']}"


def _without_prefixes(text: str, keys: tuple[str, ...]) -> Title:
    """Take prefixes off the front until none is left; the first word on kind and area wins."""
    title = Title(text=text)
    for _ in range(PREFIXES):
        for taken in (_tag(title.text), _conventional(title.text), _number(title.text, keys), _area(title.text)):
            if taken:
                break
        else:
            break
        title = Title(
            text=taken.text,
            kind=title.kind or taken.kind,
            area=title.area or taken.area,
            breaking=title.breaking or taken.breaking,
        )
    return title


def _tag(text: str) -> Title | None:
    """`[BUGFIX] …`, `WIP: …`."""
    if found := patterns.UNFINISHED.match(text):
        return Title(text=text[found.end() :])
    if not (found := patterns.TAG.match(text)):
        return None
    tag = found["tag"].lower()
    kind = next((_KIND[word] for word in _SMALL_WORD.findall(tag) if word in _KIND), "")
    area = found["tag"] if _SNAKE.fullmatch(found["tag"]) else ""
    return Title(text=text[found.end() :], kind=kind, area=area, breaking=tag.startswith("breaking"))


def _conventional(text: str) -> Title | None:
    """`fix(api)!: …`."""
    found = patterns.CONVENTIONAL.match(text)
    if found and _BREAKING.fullmatch(found["kind"]):
        return Title(text=text[found.end() :], area=(found["area"] or "").strip("` "), breaking=True)
    if not found or found["kind"].lower() not in _KIND:
        return None
    area = (found["area"] or "").strip("` ")
    return Title(text=text[found.end() :], kind=_KIND[found["kind"].lower()], area=area, breaking=bool(found["bang"]))


def _number(text: str, keys: tuple[str, ...]) -> Title | None:
    """`Fixed #123 -- …`, `PAY-7: …`."""
    if found := patterns.NUMBER.match(text):
        return Title(text=text[found.end() :], kind="fix" if found["fix"] else "")
    known = "|".join(map(re.escape, keys))
    found = re.match(rf"(?:{patterns.KEY}|{known}){_KEY_END}", text) if keys else _KEY.match(text)
    return Title(text=text[found.end() :]) if found and not _no_key(found[0]) else None


def _area(text: str) -> Title | None:
    """`parser: …`: short, no sentence of its own, and words enough are left without it."""
    found = patterns.AREA.match(text) or _spoken_area(text) or _code_area(text)
    if not found:
        return None
    area, rest = found["area"], text[found.end() :]
    starts_sentence = " " in area and lemma(area.split()[0]) is not None
    if starts_sentence or len(area) > LONGEST_AREA or area.count("`") % 2 or " " not in rest.strip():
        return None
    return Title(text=rest, area=area.strip("` "), breaking=bool(found["bang"]))


def _code_area(text: str) -> re.Match[str] | None:
    """`cast_lossless` Suggest …: code before an imperative with a capital."""
    found = patterns.CODE_AREA.match(text)
    known = lemma(found["verb"]) if found else None
    return found if known and known[1] == "base" else None


def _spoken_area(text: str) -> re.Match[str] | None:
    """`pg, fix …`: a small word before a comma and an imperative."""
    found = _SPOKEN_AREA.match(text)
    known = lemma(found["verb"]) if found else None
    if not found or known is None or known[1] != "base" or lemma(found["area"]) or found["area"].endswith("ly"):
        return None
    return found


def _no_key(text: str) -> bool:
    """`UTF-8` and `CVE-2024-1` look like ticket keys and are none."""
    return _KEY_MARK.split(text.strip())[0].upper() in patterns.NO_KEYS


def without_marks(text: str, keys: tuple[str, ...], people: Mapping[str, str]) -> str:
    """Without ticket keys, issue numbers, hashes and handles, nor the words that led up to them."""

    def cut(found: re.Match[str]) -> str:
        mark = found["mark"]
        if mark.startswith("@"):
            name = people.get(mark[1:], "")
            return found[0].replace(mark, name) if name else ""
        return found[0] if mark not in keys and "#" not in mark and _no_key(mark) else ""

    for key in keys:
        text = re.sub(rf"\s*{patterns.LEADS}(?<![\w-]){re.escape(key)}(?![\w-])", "", text)
    if patterns.MAY_BE_MARKED.search(text):
        text = patterns.MARKED.sub(cut, text)
    return patterns.PING.sub("", text)


def _tidied(text: str) -> str:
    """Single blanks, no empty brackets, no stray marks or fillers at either end."""
    before = None
    while text != before:
        before = text
        text = patterns.FILLER.sub("", patterns.TRAILER.sub("", patterns.EMPTY.sub("", text)))
        text = _BLANK_BEFORE.sub(r"\1", " ".join(text.split()))
        text = patterns.LOOSE_END.sub("", text).lstrip(" ,;:|-–—.!")
    if found := patterns.ONLY_BRACKET.fullmatch(text):
        text = f"{found['verb']}{found['what']}"
    quoted = _QUOTED.fullmatch(text)
    return quoted[1] if quoted else text
