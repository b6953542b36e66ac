"""The draft file as the page works on it: changed under the hash that the page saw, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import msgspec

from digest import draft
from digest.draft import Draft, Line, Merged
from digest.errors import DraftError
from digest.model import Digest
from digest.web.acts import Act, perform
from digest.web.facts import Facts
from digest.web.view import view_of


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """Something to look at again, in the line of the file that begins at `at`; 0 is the whole."""

    at: int
    message: str


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the page gets to see. `stale`: the file had changed meanwhile, and nothing was written."""

    view: dict[str, Any]
    stale: bool = False


class Desk(msgspec.Struct, kw_only=True):
    """One draft under review.

    Attributes:
        gather: what stands behind its lines; asked again when somebody else wrote the file.
        preview: a digest as Markdown and as the HTML of a mail.
        lint: what to look at again.
        redraft: the text of the draft with what the store knows by now; asked after `gather`.
        standing: how far the digest is, and the command that leads on; empty where none does.
    """

    file: Path
    gather: Callable[[Draft], Facts]
    preview: Callable[[Digest], tuple[str, str]]
    lint: Callable[[Draft], Iterable[Finding]] = lambda _: ()
    redraft: Callable[[str], Merged] = lambda text: Merged(text=text)
    standing: Callable[[Draft], tuple[str, str]] = lambda _: ("", "digest publish")
    _lock: Lock = msgspec.field(default_factory=Lock)
    _facts: Facts = msgspec.field(default_factory=Facts)
    _known: str = ""
    _news: tuple[str, ...] = ()
    _before: list[tuple[str, str]] = msgspec.field(default_factory=list)
    _dropped: list[Line] = msgspec.field(default_factory=list)

    def look(self, *, anew: bool = False) -> dict[str, Any]:
        """What stands in the file now; `anew` asks the store again, whoever wrote the file.

        Raises:
            DraftError: it cannot be read.
        """
        with self._lock:
            self._known = "" if anew else self._known
            return self._view(*draft.load(self.file))

    def seen(self) -> str:
        """The hash of the file as it is now; empty where there is none."""
        try:
            return draft.load(self.file)[1]
        except DraftError:
            return ""

    def act(self, seen: str, acts: Sequence[Act]) -> Answer:
        """Do something to the file that the page saw.

        Raises:
            DraftError: it cannot be done; nothing was written.
        """
        with self._lock:
            text, now = draft.load(self.file)
            if now != seen:
                return Answer(view=self._view(text, now), stale=True)
            new, dropped = text, list(self._dropped)
            for one in acts:
                dropped += [line for line in draft.read(new).lines if line.at == one.at] if one.do == "drop" else []
                new = perform(new, one)
            return self._write(text, now, new, dropped) if new != text else Answer(view=self._view(text, now))

    def bring(self, seen: str) -> Answer:
        """Draft again with what the store knows by now; what a person wrote stays."""
        with self._lock:
            text, now = draft.load(self.file)
            if now != seen:
                return Answer(view=self._view(text, now), stale=True)
            new, self._news = self.redraft(text).text, ()
            return self._write(text, now, new, self._dropped) if new != text else Answer(view=self._view(text, now))

    def undo(self, seen: str) -> Answer:
        """Take the last change of this page back, unless somebody else wrote the file since."""
        with self._lock:
            text, now = draft.load(self.file)
            if now != seen or not self._undoable(now):
                return Answer(view=self._view(text, now), stale=now != seen)
            before, _ = self._before.pop()
            self._known = draft.save(self.file, before, now)
            return Answer(view=self._view(before, self._known))

    def show(self, seen: str, acts: Sequence[Act]) -> tuple[str, str]:
        """The digest as it would be with acts that are not saved yet."""
        text, now = draft.load(self.file)
        for one in acts if now == seen else ():
            text = perform(text, one)
        return self.preview(draft.read(text).digest)

    def _write(self, text: str, now: str, new: str, dropped: list[Line]) -> Answer:
        draft.read(new)  # what cannot be read again is not written
        try:
            after = draft.save(self.file, new, now)
        except DraftError:
            text, now_there = draft.load(self.file)
            if now_there == now:
                raise
            return Answer(view=self._view(text, now_there), stale=True)
        self._before.append((text, after))
        self._known, self._dropped = after, dropped
        return Answer(view=self._view(new, after))

    def _undoable(self, now: str) -> bool:
        return bool(self._before) and self._before[-1][1] == now

    def _view(self, text: str, now: str) -> dict[str, Any]:
        read = draft.read(text)
        if now != self._known:
            self._facts, self._known = self.gather(read), now
            self._news = tuple(str(change) for change in self.redraft(text).changes)
        view = view_of(read, self._facts, self.lint(read), self._dropped)
        standing, then = self.standing(read)
        return {
            **view,
            "seen": now,
            "file": self.file.name,
            "undo": self._undoable(now),
            "standing": standing,
            "then": then,
            "pending": list(self._news),
        }
