"""What a source gave in one run, told apart: the rows to save, and what is not to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.model import Activity, Memo, Sample, Unchanged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.model import Item


class Given(msgspec.Struct, kw_only=True):
    """Filled while the activities are read.

    Attributes:
        keys: of the activities; `idle` of those that are neither done nor ahead.
        unchanged: the keys that stand as they were told before; None where the source does not know.
    """

    keys: set[str] = msgspec.field(default_factory=set)
    idle: set[str] = msgspec.field(default_factory=set)
    samples: list[Sample] = msgspec.field(default_factory=list)
    memos: list[Memo] = msgspec.field(default_factory=list)
    unchanged: frozenset[str] | None = None

    def activities(self, items: Iterable[Item]) -> Iterator[Activity]:
        """The activities that are to be saved; all else is kept here."""
        for item in items:
            if isinstance(item, Sample):
                self.samples.append(item)
            elif isinstance(item, Memo):
                self.memos.append(item)
            elif isinstance(item, Unchanged):
                self.unchanged = item.keys | (self.unchanged or frozenset())
            elif item.state == "idle":
                self.idle.add(item.key)
            else:
                self.keys.add(item.key)
                yield item

    def stands(self, key: str) -> bool:
        """Whether a stored activity is not to be forgotten."""
        return key in self.keys or key in (self.unchanged or ())
