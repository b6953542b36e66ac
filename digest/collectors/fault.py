"""What went wrong with one request to a far source: what people are told of it, and what may be done about it."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LONGEST_WAIT = 1e8
"""Seconds; three years are as good as for ever, and more would be beyond the calendar."""

NAMED = 5
"""How many repositories or projects are named in one line."""


class Fault(Exception):  # noqa: N818 - most of them pass by themselves
    """What went wrong with a request.

    Attributes:
        what: one line for people, without any secret.
        hint: what a person can do.
        again: whether it may pass by itself.
        wait: the seconds that the server asks to wait; None where it does not ask.
        heavy: whether a smaller question may pass.
        here: whether it is about the one thing that was asked for, and says nothing of the others.
        unknown: the field that this server does not know.
    """

    def __init__(  # noqa: PLR0913 - what a fault says is independent of each other
        self,
        what: str,
        hint: str = "",
        *,
        again: bool = False,
        wait: float | None = None,
        heavy: bool = False,
        here: bool = False,
        unknown: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.again = again or heavy
        self.wait = wait
        self.heavy = heavy
        self.here = here
        self.unknown = unknown


def asked_wait(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """The seconds that `Retry-After` asks to wait, from 0 on; None where there is neither a number nor a date in it.

    A date counts from the server's own clock, or from `now` where it does not tell that.
    """
    asked = headers.get("Retry-After", "").strip()
    try:
        seconds = float(asked)
    except ValueError:
        until, own = _stamp(asked), _stamp(headers.get("Date", ""))
        begin = now if own is None else own
        if until is None or begin is None:
            return None
        seconds = until - begin
    return min(max(seconds, 0.0), LONGEST_WAIT) if isfinite(seconds) else None


def _stamp(text: str) -> float | None:
    try:
        found = parsedate_to_datetime(text)
        return found.timestamp() if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def names(scopes: Sequence[str]) -> str:
    """`acme/a, acme/b`; of many the first few and how many others there are."""
    more = len(scopes) - NAMED
    return ", ".join(scopes[:NAMED]) + (f" and {more} others" if more > 0 else "")


def reasons(missing: Mapping[str, Fault]) -> tuple[str, str]:
    """Why not one of several scopes could be read, each with its own reason, and what to do about it."""
    groups: dict[tuple[str, str], list[str]] = {}
    for scope, fault in missing.items():
        groups.setdefault((fault.what, fault.hint), []).append(scope)
    said = "; ".join(f"{names(scopes)}: {what}" for (what, _), scopes in groups.items())
    return said, "; ".join(dict.fromkeys(hint for _, hint in groups if hint))
