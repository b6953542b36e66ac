"""What is found in a text: statements, and the measures inside them."""

from __future__ import annotations

from typing import Literal

import msgspec

StatementKind = Literal["tradeoff", "metric", "next"]
EvidenceKind = Literal["ab_test", "production", "benchmark", "estimate", "unstated"]
Direction = Literal["up", "down", "none", ""]
Polarity = Literal["better", "worse", "same", ""]

LABELLED, HEADED = 1.0, 0.95
"""The confidence of what stands behind a label of its kind, like `Trade-off:`, and of what stands under a heading."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity that a text claims.

    Attributes:
        value: a difference or a level that stands alone, as written ("12", "2-3").
        baseline: the old figure of a pair.
        new: the new figure of a pair; without a baseline, the level that was reached.
        unit: the unit as the author wrote it.
        direction: where the named quantity moved.
        polarity: whether that is good.
        metric: the named quantity, "" if the text does not say.
        qualitative: `no_change` or `orders_of_magnitude` where there is no figure.
    """

    value: str | None = None
    baseline: str | None = None
    new: str | None = None
    unit: str = ""
    direction: Direction = ""
    polarity: Polarity = ""
    metric: str = ""
    qualitative: str = ""


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """A trade-off, a metric claim or a next step, and where it stands.

    Attributes:
        kind: which of the three.
        start: where it begins in the text, in characters.
        end: where it ends.
        text: its words on one line, without list marks and without the label it stood behind.
        measures: the quantities of a metric claim.
        evidence: what the figures rest on, as far as the text says.
        gained: what a trade-off won.
        given_up: what it cost.
        because: why it was worth it.
        place: the kind of the section it stood in where that is what found it: `tradeoff`, `alternatives` or `next`.
        explicit: it stood behind a label or under a heading that names its kind.
        confidence: between 0 and 1.
        rules: the names of the rules that found it.
    """

    kind: StatementKind
    start: int
    end: int
    text: str
    measures: tuple[Measure, ...] = ()
    evidence: EvidenceKind = "unstated"
    gained: str = ""
    given_up: str = ""
    because: str = ""
    place: str = ""
    explicit: bool = False
    confidence: float = 0.0
    rules: tuple[str, ...] = ()
