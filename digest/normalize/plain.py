"""Statements and open work as plain lines: their own words, escaped, with a capital letter and a full stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.extract import Statement
from digest.markdown import escape
from digest.normalize import twins

if TYPE_CHECKING:
    from digest.config import Wording
    from digest.model import Activity


def tradeoff(statement: Statement, subject: str, wording: Wording) -> str:  # noqa: ARG001
    """What was chosen over what."""
    return _line(statement.text)


def metric(statement: Statement, subject: str, wording: Wording) -> str:  # noqa: ARG001
    """What was measured."""
    return _line(statement.text)


def next_step(what: Statement | Activity, wording: Wording) -> str:  # noqa: ARG001
    """What comes next."""
    return _line(what.text if isinstance(what, Statement) else twins.bare(what.title))


def _line(text: str) -> str:
    words = " ".join(text.split()).rstrip(" .")
    return escape(f"{words[:1].upper()}{words[1:]}.") if words else ""
