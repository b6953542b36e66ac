"""From text to statements: trade-offs, metric claims and next steps; ticket keys, references, numbers, decisions.

Pure: a text goes in, values come out. A text is cut into units (`blocks`), each unit is weighed by the named rules of
each kind (`tradeoffs`, `metrics`, `nexts`), and what passes the threshold becomes a `Statement` that knows its place.
"""

from __future__ import annotations

from digest.extract.keys import branch_keys, closing_refs, mentioned_refs, ticket_keys
from digest.extract.numbers import Number, numbers, same_quantity
from digest.extract.records import Record, decision_record
from digest.extract.statement import Measure, Statement
from digest.extract.statements import statements

__all__ = [
    "Measure",
    "Number",
    "Record",
    "Statement",
    "branch_keys",
    "closing_refs",
    "decision_record",
    "mentioned_refs",
    "numbers",
    "same_quantity",
    "statements",
    "ticket_keys",
]
