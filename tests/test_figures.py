"""Figures as sentences: what it is, from what to what, on what evidence, and never more than was measured."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from digest.config import Metric
from digest.normalize.figures import figures, trends
from tests.figures import END, before, known, lines, sample
from tests.figures import test_of as ab_test

CART = Metric(title="Cart abandonment", unit="%", better="down")
P95 = Metric(title="p95 latency", unit="ms", better="down", slo=200)
SIGN_UPS = Metric(title="Sign-ups", better="up")
CONVERSION = Metric(title="Conversion", unit="%", better="up")

CASES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "an A/B test",
        "Cart abandonment fell 12 % (68.1 % → 59.9 %, A/B test, n = 8,446, 95 % CI 9–15 %).",
        {"now": ab_test((2876, 4223, 0), (2530, 4223, 0)), "abandonment": CART},
    ),
    ("within the SLO", "p95 latency 212 → 196 ms, within the 200 ms SLO.", {"now": 196.2, "past": (212.4,), "latency": P95}),
    ("a first measurement", "Conversion 3.1 % (first measurement).", {"now": 3.1, "latency": CONVERSION}),
    ("worse", "p95 latency 196 → 230 ms, worse, and the 200 ms SLO is missed.", {"now": 230, "past": (196,), "latency": P95}),
    ("better and missed", "p95 latency 260 → 230 ms, better, but the 200 ms SLO is missed.", {"now": 230, "past": (260,), "latency": P95}),
    ("worse and met", "p95 latency 180 → 196 ms, worse but within the 200 ms SLO.", {"now": 196, "past": (180,), "latency": P95}),
    ("a hair's breadth", "p95 latency 212.0 → 200.3 ms, better, but the 200 ms SLO is missed.", {"now": 200.3, "past": (212,), "latency": P95}),
    ("flat", "p95 latency unchanged at 196 ms, within the 200 ms SLO.", {"now": 196.2, "past": (196.4,), "latency": P95}),
    ("a target met", "Conversion 4.9 % → 5.2 %, the target of 5 % is met.", {"now": 5.2, "past": (4.9,), "latency": Metric(title="Conversion", unit="%", better="up", target=5)}),
    ("zero before", "Sign-ups 0 → 14 (first measurement above zero).", {"now": 14, "past": (0,), "latency": SIGN_UPS}),
    ("zero now", "Sign-ups 14 → 0 (−100 %), worse.", {"now": 0, "past": (14,), "latency": SIGN_UPS}),
    ("points, not percent", "Conversion 2.9 % → 3.1 % (+0.2 percentage points).", {"now": 3.1, "past": (2.9,), "latency": CONVERSION}),
    ("a share of one", "Hit ratio 97.0 % → 98.5 % (+1.5 percentage points).", {"now": 0.985, "past": (0.97,), "latency": Metric(title="Hit ratio", unit="ratio")}),
    ("n = 9", "Conversion 33.3 % (first measurement, n = 9).", {"now": sample(100 / 3, n=9), "latency": CONVERSION}),
    ("an A/B test of nine", "Cart abandonment 75 % → 40 %, too few to tell (A/B test, n = 9).", {"now": ab_test((3, 4, 0), (2, 5, 0)), "abandonment": CART}),
    ("no effect", "Cart abandonment 5.0 % → 5.2 %, not significant (A/B test, n = 2,000, 95 % CI −29 % to +52 %).", {"now": ab_test((50, 1000, 0), (52, 1000, 0)), "abandonment": CART}),
    ("no event in control", "Cart abandonment 0.0 % → 1.2 %, too few to tell (A/B test, n = 2,000).", {"now": ab_test((0, 1000, 0), (12, 1000, 0)), "abandonment": CART}),
    ("a worse test", "Cart abandonment rose 14 % (59.9 % → 68.1 %, A/B test, n = 8,446, 95 % CI 10–17 %), worse.", {"now": ab_test((2530, 4223, 0), (2876, 4223, 0)), "abandonment": CART}),
    ("means", "Basket rose 5 % (€40 → €42, A/B test, n = 20,000, 95 % CI 4.3–5.7 %).", {"now": ab_test((40, 10000, 10), (42, 10000, 10)), "abandonment": Metric(title="Basket", unit="€", better="up")}),
    ("a test without counts", "Cart abandonment 68.1 % → 59.9 %, significance unknown (A/B test, n = 8,446).", {"now": sample(59.9, "abandonment", kind="ab_test", baseline=68.1, n=8446), "abandonment": CART}),
    ("negative", "Net promoters −12 → 8.", {"now": 8, "past": (-12,), "latency": Metric(title="Net promoters", better="up")}),
    ("more negative", "Margin −€12,000 → −€15,500, worse.", {"now": -15500, "past": (-12000,), "latency": Metric(title="Margin", unit="€", better="up")}),
    ("huge", "Events 8.30 → 9.12 billion (+9.9 %).", {"now": 9.12e9, "past": (8.3e9,), "latency": Metric(title="Events", unit="count")}),
    ("beyond percent", "Sign-ups 0.0001 → 50 requests/s (×500,000).", {"now": 50, "past": (0.0001,), "latency": Metric(title="Sign-ups", unit="requests/s", better="up")}),
    ("eleven times", "Sign-ups 3 → 33 (×11).", {"now": 33, "past": (3,), "latency": SIGN_UPS}),
    ("means in another unit", "Wait fell 10 % (2,000 → 1,800 ms, A/B test, n = 20,000, 95 % CI 9–11 %).", {"now": ab_test((2, 10000, 0.7), (1.8, 10000, 0.7), unit="s"), "abandonment": Metric(title="Wait", unit="ms", better="down")}),
    ("money", "Revenue €1,250,000 → €1,400,500 (+12 %).", {"now": 1400500, "past": (1250000,), "latency": Metric(title="Revenue", unit="€", better="up")}),
    ("bytes", "Image size 1.25 → 0.81 GB (−35 %).", {"now": 0.81e9, "past": (1.25e9,), "latency": Metric(title="Image size", unit="bytes", better="down")}),
    ("another unit", "p95 latency 212 → 196 ms, within the 200 ms SLO.", {"now": sample(0.196, unit="s"), "past": (212,), "latency": P95}),
    ("a hole before", "p95 latency 196 ms (no figure for the period before), within the 200 ms SLO.", {"now": 196, "past": (212, None), "latency": P95}),
    ("a fixed baseline", "Cold start 900 → 640 ms (−29 %, against a fixed baseline).", {"now": 640, "past": (700,), "latency": Metric(title="Cold start", unit="ms", better="down", baseline=900)}),
    ("before and after", "Build time 12.0 → 9.5 min (−21 %, before/after, n = 40).", {"now": sample(9.5, baseline=12, kind="before_after", n=40), "latency": Metric(title="Build time", unit="min", better="down")}),
    ("no table", "Latency 196 (first measurement).", {"now": 196}),
    ("own words", "We are at 196 ms, from 212 ms.", {"now": 196, "past": (212,), "latency": Metric(unit="ms", words="We are at {value}, from {old}.")}),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "given"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_a_figure_as_a_sentence(expected: str, given: dict[str, Any]) -> None:
    """Each kind of figure at each edge, to the letter."""
    now = given.pop("now")
    now = now if not isinstance(now, int | float) else sample(now)

    assert [expected] == lines(now, **given)


NAN, INFINITE = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ((), "No figure for p95 latency: no source gave one."),
        ((sample(None, detail="no data"),), "No figure for p95 latency: no data."),
        ((sample(NAN),), "No figure for p95 latency: the source gave nan, which is no figure."),
        ((sample(INFINITE),), "No figure for p95 latency: the source gave inf, which is no figure."),
        ((sample(1), sample(2, source="csv")), "No figure for p95 latency: there are 2 for one instant: db 1, csv 2."),
        ((sample(1, unit="€"),), "No figure for p95 latency: it came in €, and its unit is ms."),
    ],
)
def test_a_figure_that_is_none(now: tuple[Any, ...], expected: str) -> None:
    """There is no line for it, and the draft says why."""
    assert [expected] == lines(*now, latency=P95)


def test_a_figure_that_is_stale() -> None:
    """Its age counts from the end of the period, or from when the sources were asked where that was earlier."""
    table = Metric(title="Conversion", unit="%", max_age=2)
    old = sample(3.1, at=END - timedelta(days=5))
    stale = "No figure for Conversion: the latest is 5 days old, and max_age is 2."

    assert ([stale], ["Conversion 3.1 % (first measurement)."]) == (
        lines(old, latency=table),
        lines(old, latency=table, asked=END - timedelta(days=4)),
    )


def test_a_baseline_of_chosen_days() -> None:
    """It is named in the line, also where there is none."""
    table = Metric(title="Conversion", unit="%", baseline="2026-01-12..2026-01-25")
    told = lines(sample(3.1), past=(2.5, 2.9), latency=table)

    assert (
        ["Conversion 2.5 % → 3.1 % (+0.6 percentage points, against 12 – 25 Jan 2026)."],
        ["Conversion 3.1 % (no figure for 12 – 25 Jan 2026)."],
    ) == (told, lines(sample(3.1), latency=table))


def test_own_words_that_lack_a_figure() -> None:
    """The usual words stand in, and a note says so."""
    table = Metric(title="Load", words="{title}: {change} less.")

    assert [
        "Load 5 (first measurement).",
        "Load is told in the usual words: its own need title, change, and the figure lacks one.",
    ] == lines(sample(5), latency=table)


def test_a_trend_is_the_run_of_periods() -> None:
    """From the first figure on, with its gaps; an earlier hole is none."""
    told, _ = figures(known(sample(196), past=(None, 220, None, 212)), {"latency": P95})

    assert [(220, None, 212, 196)] == [t.values for t in trends(told).values()]


def test_a_run_ends_where_nothing_is_known() -> None:
    """A period that was never asked for is the end of the trend."""
    given = known(sample(196), past=(220, 212))
    history = {period: samples for period, samples in given.history.items() if period != before(1)}
    told, _ = figures(type(given)(period=given.period, now=given.now, history=history), {"latency": P95})

    assert [(196,)] == [t.values for t in trends(told).values()]
