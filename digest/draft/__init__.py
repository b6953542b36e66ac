"""The draft file: a digest as Markdown that a person edits in any editor.

`write` makes one, `read` takes it back as the person left it, `merge` brings news in without touching a person's words,
and `keep`, `reword`, `drop`, `restore`, `add`, `join`, `unite`, `apart`, `shift`, `send` and `promote` edit the text as
a person would.
"""

from __future__ import annotations

from digest.draft.approval import Approval, seen
from digest.draft.edits import add, approve, drop, keep, keep_all, reword, settle
from digest.draft.files import diff, load, save
from digest.draft.joining import apart, join, unite
from digest.draft.merging import SAYINGS, Change, Merged, merge
from digest.draft.moving import entitle, maintain, promote, restore, send, shift
from digest.draft.reading import Draft, Line, read, undecided
from digest.draft.text import write

__all__ = [
    "SAYINGS",
    "Approval",
    "Change",
    "Draft",
    "Line",
    "Merged",
    "add",
    "apart",
    "approve",
    "diff",
    "drop",
    "entitle",
    "join",
    "keep",
    "keep_all",
    "load",
    "maintain",
    "merge",
    "promote",
    "read",
    "restore",
    "reword",
    "save",
    "seen",
    "send",
    "settle",
    "shift",
    "undecided",
    "unite",
    "write",
]
