"""What is remembered of long lists, so that a rerun that reads what changed alone sees what was deleted."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from digest.model import Memo
from digest.period import Period

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.collectors.gitlab.listed import Listed


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What a list held of a period.

    Attributes:
        counted: the keys of what was merged, or closed, in it, of all that GitLab counts. others: what else was told.
    """

    counted: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    def after(self, listed: Listed) -> Known:
        """What it holds now that some of it was read again."""
        return Known(
            counted=self.counted - listed.out | listed.counted,
            others=self.others - listed.out - listed.counted | listed.others,
        )


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """The memos of earlier runs, for a period."""

    memos: Mapping[str, str]
    period: Period

    def of(self, what: str, scope: str) -> Known | None:
        """What is remembered of a list."""
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(self.memos.get(self._name(what, scope), ""), type=Known)
        return None

    def any(self, what: str, scopes: Iterable[str]) -> bool:
        """Whether a list of one of them is remembered."""
        return any(self._name(what, scope) in self.memos for scope in scopes)

    def memo(self, what: str, scope: str, known: Known) -> Memo:
        """What is to be remembered of a list."""
        told = {name: sorted(getattr(known, name)) for name in known.__struct_fields__}
        return Memo(name=self._name(what, scope), value=msgspec.json.encode(told).decode())

    def _name(self, what: str, scope: str) -> str:
        return f"{what} of {scope.lower()} {self.period.first}..{self.period.end}"
