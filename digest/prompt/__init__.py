"""Review in the terminal: one note at a time, every answer saved before the next question is asked."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import msgspec

from digest import draft
from digest.prompt.talk import Talk
from digest.prompt.terminal import Ended, Terminal, ending, terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from digest.model import Activity

__all__ = ["Result", "Terminal", "review", "terminal"]


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """How a review ended.

    Attributes:
        kept, merged, reworded, dropped, added: how many lines met that.
        left: the guesses that nobody has decided yet, in the whole draft.
        finished: the person came to the end; False where they broke off.
    """

    kept: int = 0
    merged: int = 0
    reworded: int = 0
    dropped: int = 0
    added: int = 0
    left: int = 0
    finished: bool = False


def review(
    path: Path,
    *,
    desk: Terminal,
    all_lines: bool = False,
    evidence: Callable[[str], str] = lambda _ref: "",
    preview: Callable[[str], str] = lambda text: text,
    known: Mapping[str, Activity] = MappingProxyType({}),
) -> Result:
    """Go through the notes of a draft with a person, trade-offs first, from the first that is undecided.

    Args:
        path: the draft file; it is saved after every answer.
        desk: the person, see `terminal`.
        all_lines: every line of the digest; else the trade-offs, the guesses, lines whose source changed and lines that
            may be one.
        evidence: what the source of a ref said.
        preview: from the text of a draft, how it would go out.
        known: the activities of the period by ref, for what may be asked beside the notes and for suggestions.

    Raises:
        DraftError: the file cannot be read.
    """
    text, digest = draft.load(path)
    talk = Talk(
        path=path,
        desk=desk,
        text=text,
        hash=digest,
        all_lines=all_lines,
        evidence=evidence,
        preview=preview,
        known=known,
    )
    finished = False
    try:
        with ending():
            finished = talk.run()
    except (EOFError, Ended):
        pass  # every answer is saved already
    return Result(**talk.count, left=len(draft.undecided(draft.read(talk.text))), finished=finished)
