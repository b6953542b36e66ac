"""How far a list has come: each row once, and whether all of them came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from digest.collectors.fault import Fault
from digest.collectors.gitlab.asks import Ask
from digest.collectors.gitlab.facts import instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.collectors.gitlab.wire import Row

STILL = 3
"""So many pages in a row without anything new are the same page again and again."""


class Listed(msgspec.Struct, kw_only=True):
    """The pages of one list of one project or group that were read.

    Attributes:
        names: of the rows that came. after: what was asked for, behind which row.
        total: how many rows there are, as GitLab counts them; the fewest that it said.
        cut: what to ask for to read the rest, which may be known. still: how many pages brought nothing new.
        counted: the keys of rows that were merged or closed in the period. others: of those that are told besides.
        out: of those that are neither.
    """

    names: set[str] = msgspec.field(default_factory=set)
    after: set[str] = msgspec.field(default_factory=set)
    total: int | None = None
    cut: Ask | None = None
    still: int = 0
    counted: set[str] = msgspec.field(default_factory=set)
    others: set[str] = msgspec.field(default_factory=set)
    out: set[str] = msgspec.field(default_factory=set)

    def new(self, page: Any) -> Iterator[Row]:
        """The rows of a page that did not come before.

        Raises:
            Fault: it is no page.
        """
        if not isinstance(page, dict) or not isinstance(page.get("nodes"), list):
            raise Fault("a list is not in the answer", "run it again", here=True)
        before = len(self.names)
        for row in page["nodes"]:
            if row and (name := _name(row)) not in self.names:
                self.names.add(name)
                yield row
        self.still = 0 if len(self.names) > before else self.still + 1
        count = page.get("count")
        if isinstance(count, int):
            self.total = count if self.total is None else min(self.total, count)

    def following(self, ask: Ask, page: Row, scope: str) -> Ask | None:
        """What to ask for next; None where the list has ended.

        Raises:
            Fault: it is not whole.
        """
        turn, rows = page.get("pageInfo") or {}, [row for row in page["nodes"] if row]
        if turn.get("hasNextPage"):
            after = str(turn.get("endCursor") or "")
            self.after.add(ask.after)
            if after in self.after or self.still >= STILL:
                raise Fault("it gives the same page again and again", "run it again", here=True)
            following = replace(ask, scopes=(scope,), after=after)
            last = instant(rows[-1].get("updatedAt")) if rows and ask.stop else None
            self.cut = replace(following, stop=None) if last and ask.stop and last < ask.stop else None
            return None if self.cut else following
        self.cut = None
        if self.total is not None and len(self.names) < self.total:
            what = "merge requests" if ask.what in {"requests", "declined", "open"} else "issues"
            raise Fault(f"it counts {self.total} {what} and gave {len(self.names)}", "run it again", here=True)
        return None


def _name(row: Row) -> str:
    """What tells a row from others of its list."""
    return str(row.get("webUrl") or row.get("webPath") or row.get("reference") or row.get("fullPath"))
