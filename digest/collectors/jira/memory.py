"""What a run looked up and the next one need not: it saves questions, and whatever does not fit is asked again.

Of the site: who asks it, and what it can do. Of statuses and epics: their names. Of sprints: where they stand, and a
ticket in each that shows it. Of a period: every ticket that was found, so that one that comes unseen is noticed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from digest.collectors.jira.history import Statuses
from digest.collectors.jira.site import Traits
from digest.collectors.jira.ticket import Sprint
from digest.model import Memo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from digest.period import Period

T = TypeVar("T")


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """A sprint as it was, and the key of a ticket that shows how it is."""

    sprint: Sprint
    key: str


class Memory(msgspec.Struct, frozen=True, kw_only=True):
    """What earlier runs looked up; what they did not, or cannot be read any more, is None or empty.

    Attributes:
        traits: of the site. numbers: whether it calls the categories of statuses by numbers alone.
        epics: titles by key; empty of one that cannot be seen.
        sprints: those that run or are to come, by id.
        tickets: the keys, by id, of all that was found for the period.
    """

    traits: Traits | None = None
    numbers: bool = False
    statuses: Statuses | None = None
    epics: dict[str, str] = msgspec.field(default_factory=dict)
    sprints: dict[str, Witness] = msgspec.field(default_factory=dict)
    tickets: dict[str, str] | None = None

    @classmethod
    def of(cls, memos: Mapping[str, str], period: Period) -> Memory:
        """From the memos of earlier runs."""
        return cls(
            traits=_read(memos.get("site"), Traits),
            numbers="numbers" in memos,
            statuses=_read(memos.get("statuses"), Statuses),
            epics=_read(memos.get("epics"), dict[str, str]) or {},
            sprints=_read(memos.get("sprints"), dict[str, Witness]) or {},
            tickets=_read(memos.get(of_period(period)), dict[str, str]),
        )


def memo(name: str, value: Any) -> Memo:
    """The value under the name, to be told at the next run; half of a character in it as a question mark."""
    told = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    return Memo(name=name, value=told.encode(errors="replace").decode())


def of_period(period: Period) -> str:
    """The name of what is remembered of a period."""
    return f"tickets {period.since:%Y-%m-%dT%H:%MZ}/{period.until:%Y-%m-%dT%H:%MZ}"


def _read(text: str | None, kind: type[T]) -> T | None:
    try:
        return None if text is None else msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return None  # damaged, or of another version of this program
