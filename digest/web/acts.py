"""What a person can do on the page; each is a function of the text of the draft, as in any other editor of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from digest import draft
from digest.errors import DraftError
from digest.model import Entry, SectionName

if TYPE_CHECKING:
    from collections.abc import Callable

Deed = Literal[
    "keep", "reword", "drop", "restore", "add", "join", "apart", "shift", "send", "promote", "entitle", "maintain"
]

MOST_WORDS = 4_000
"""Of one line; a digest has lines of some twenty words."""


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that is done.

    Attributes:
        at: the number of a line in the file. step: 1 for down and -1 for up.
        refs: the evidence of what has no line. sure: whether what is restored was no guess.
    """

    do: Deed
    at: int = 0
    text: str = ""
    section: SectionName = "progress"
    step: Literal[-1, 1] = 1
    refs: tuple[str, ...] = ()
    sure: bool = True


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the page asks for. `seen` is the hash of the file that it shows."""

    seen: str
    acts: tuple[Act, ...] = ()


def decode(body: bytes) -> Request:
    """What the page asks for, typed.

    Raises:
        DraftError: the page asked for something that does not exist.
    """
    try:
        asked = msgspec.json.decode(body, type=Request)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise DraftError(f"the page asked for what there is not: {error}", "reload the page") from None
    if any(len(act.text) > MOST_WORDS for act in asked.acts):
        raise DraftError(f"a line may have {MOST_WORDS} characters", "nothing was saved; make it shorter")
    return asked


def perform(text: str, act: Act) -> str:
    """The draft after an act.

    Raises:
        DraftError: there is no such line, or no words.
    """
    return _DEEDS[act.do](text, act)


_DEEDS: dict[Deed, Callable[[str, Act], str]] = {
    "keep": lambda text, act: draft.keep(text, act.at),
    "reword": lambda text, act: draft.reword(text, act.at, act.text),
    "drop": lambda text, act: draft.drop(text, act.at),
    "restore": lambda text, act: draft.restore(text, Entry(text=act.text, refs=act.refs, sure=act.sure), act.section),
    "add": lambda text, act: draft.add(text, act.section, act.text),
    "join": lambda text, act: draft.unite(text, act.at),
    "apart": lambda text, act: draft.apart(text, act.refs),
    "shift": lambda text, act: draft.shift(text, act.at, act.step),
    "send": lambda text, act: draft.send(text, act.at, act.section),
    "promote": lambda text, act: draft.promote(text, act.refs, act.section),
    "entitle": lambda text, act: draft.entitle(text, act.text),
    "maintain": lambda text, act: draft.maintain(text, act.text),
}
