"""Guesses that are worth a person's question stand alone; sentences that lean on their neighbours do not."""

from __future__ import annotations

import pytest

from digest.extract import Measure, Statement
from digest.extract.statement import LABELLED, StatementKind
from digest.normalize.alone import stands_alone

FELL = Measure(baseline="340", new="200", unit="ms")


def found(kind: StatementKind, *measures: Measure, explicit: bool = False, confidence: float = 0.8) -> Statement:
    """A statement of a kind."""
    return Statement(kind=kind, start=0, end=1, text="x", measures=measures, explicit=explicit, confidence=confidence)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("tradeoff", "Chose better goodput over avoiding copies in the TLS handler."),
        ("tradeoff", "Accepted that partners with an old SDK must upgrade."),
        ("metric", "Cut checkout p99 from 340 ms to 200 ms (production)."),
        ("metric", "Resulted in a 12% reduction in cart abandonment (A/B test)."),
        ("metric", "Startup: 195.75 → 93.93 µs (benchmark)."),
        ("next", "Giving the normal parser the same tracing view."),
    ],
)
def test_a_line_that_stands_alone(kind: StatementKind, line: str) -> None:
    """It names what it is about and says it in the form of its kind."""
    assert stands_alone(line, found(kind, FELL))


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("tradeoff", "But the second commit has a lot of changes."),
        ("tradeoff", "Accepted that the change has a few downsides."),
        ("tradeoff", "However, this approach has a few downsides."),
        ("tradeoff", "The title is an h4 heading rather than a link."),
        ("tradeoff", "Chose " + "very " * 30 + "long words over short ones."),
        ("metric", "On Zed, this was a ~1.5% improvement."),
        ("metric", "Discussed in the thread: reduces the length by 16%."),
        ("metric", "The timeout is 30 s."),
        ("metric", '"Reduces the size to 48 bytes" is a pair.'),
        ("metric", "Faster (see `go test ./discovery -count=1: 0.74s."),
        ("next", "It will be removed in the next release."),
        ("next", "Not sure what is the best way to do that."),
        ("next", "I plan to write more."),
        ("next", ""),
    ],
)
def test_a_line_that_leans(kind: StatementKind, line: str) -> None:
    """It points at what a reader does not see, is empty, or is none of its kind."""
    assert not stands_alone(line, found(kind, FELL))


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        (FELL, True),
        (Measure(value="12", unit="%"), True),
        (Measure(baseline="757", new="722", metric="tests"), True),
        (Measure(baseline="757", new="722", metric="20"), False),
        (Measure(baseline="200", new="200", metric="Expected response"), False),
        (Measure(value="3"), False),
    ],
)
def test_a_figure_is_one_of_something(measure: Measure, *, told: bool) -> None:
    """It has a unit, or a name and two values that differ."""
    assert told == stands_alone("Latency fell from 757 to 722.", found("metric", measure))


def test_what_its_author_marked_is_told() -> None:
    """A label says it all; under a heading any form will do, but not a line that leans."""
    lines = ["More files, and two places to look.", "But this is slow."]

    assert [(True, True), (True, False)] == [
        (
            stands_alone(line, found("tradeoff", explicit=True, confidence=LABELLED)),
            stands_alone(line, found("tradeoff", explicit=True, confidence=0.95)),
        )
        for line in lines
    ]
