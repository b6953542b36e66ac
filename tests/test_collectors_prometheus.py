"""Figures from a real Prometheus: what it answers, and what is no figure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from digest import plugins
from digest.collectors import BUILTIN
from digest.config import Metric
from digest.errors import ConfigError, SourceError
from digest.model import Outcome, Sample
from digest.period import Period
from tests.figures import BERLIN, W7_8, before, lines_of
from tests.servers.prometheus import real_prometheus

CART = Metric(title="Cart abandonment", unit="%", better="down")
P95 = Metric(title="p95 latency", unit="ms", better="down", slo=200)
COUNTS = {"control_successes": 2876, "control_trials": 4223, "variant_successes": 2530, "variant_trials": 4223}
BY_PERIOD = (228.0, 224.0, 220.0, 216.0, 212.0, 196.0)
HALF = timedelta(minutes=30)


def samples() -> Iterator[str]:
    """Twelve weeks of a latency that gets better, the counts of a test, a series with a hole, and ticks over March."""
    yield "# TYPE latency_ms gauge"
    for k, value in enumerate(BY_PERIOD):
        at = before(5 - k).since + timedelta(minutes=15)
        while at < before(5 - k).until:
            yield f"latency_ms {value} {at.timestamp():.0f}"
            at += HALF
    for name, value in COUNTS.items():
        yield f"# TYPE {name} gauge"
        yield f"{name} {value} {(W7_8.until - HALF).timestamp():.0f}"
    yield "# TYPE holey gauge"
    yield f"holey 5 {(W7_8.until - timedelta(minutes=6)).timestamp():.0f}"
    yield "# TYPE load gauge"
    yield from (f'load{{host="{h}"}} 1 {(W7_8.until - timedelta(minutes=1)).timestamp():.0f}' for h in "abc")
    yield "# TYPE tick gauge"
    at = datetime(2026, 3, 20, 0, 15, tzinfo=UTC)
    yield from (f"tick 1 {(at + k * HALF).timestamp():.0f}" for k in range(48 * 20))
    yield "# EOF"


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """Where the real one answers."""
    with real_prometheus("\n".join(samples()) + "\n") as address:
        yield address


def collected(url: str, queries: Any, period: Period = W7_8, **table: Any) -> list[Sample | Outcome]:
    """What the source `prom` gives."""
    made = plugins.build(
        "collectors", BUILTIN, "prom", {"type": "prometheus", "url": url, "queries": queries, **table}, Path()
    )
    return list(made.collect(period, None))


def told(url: str, query: Any, metric: str, table: Metric) -> list[str]:
    """The line, or the note, of one query."""
    found = [s for s in collected(url, {metric: query}) if isinstance(s, Sample)]
    return lines_of(found, {metric: table})


def test_the_example(url: str) -> None:
    """Four counts, each by a query of its own, are one A/B test."""
    queries = {name: f"max_over_time({name}[$range])" for name in COUNTS}

    assert ["Cart abandonment fell 12 % (68.1 % → 59.9 %, A/B test, n = 8,446, 95 % CI 9–15 %)."] == told(
        url, queries, "abandonment", CART
    )


def test_a_baseline_of_its_own_query(url: str) -> None:
    """The period before by `offset`."""
    queries = {"value": "avg_over_time(latency_ms[$range])", "baseline": "avg_over_time(latency_ms[$range] offset 14d)"}

    assert ["p95 latency 212 → 196 ms, within the 200 ms SLO."] == told(url, queries, "latency", P95)


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("nothing", "no data at that instant; last_over_time(…[1d]) bridges a hole"),
        ("holey", "no data at that instant; last_over_time(…[1d]) bridges a hole"),
        ("load", "3 series instead of one: the query needs sum(…) or another aggregation"),
        ("latency_ms[5m]", "the query gives a matrix, which is no single figure"),
        ('"words"', "the query gives a string, which is no single figure"),
        ("vector(0) / 0", "value is NaN"),
        ("vector(1) / 0", "value is infinite"),
    ],
)
def test_an_answer_that_is_no_figure(url: str, query: str, why: str) -> None:
    """It is no figure, the draft says why, and the source is complete: it has told what there is."""
    found = collected(url, {"latency": query})

    assert ([f"No figure for p95 latency: {why}."], 1) == (told(url, query, "latency", P95), len(found))


@pytest.mark.parametrize(("query", "value"), [("last_over_time(holey[1d])", 5), ("sum(load)", 3), ("42", 42)])
def test_an_answer_that_is_one(url: str, query: str, value: float) -> None:
    """A hole that is bridged, several series that are added up, a scalar."""
    (found,) = collected(url, {"latency": query})

    assert isinstance(found, Sample)
    assert (value, W7_8.until, W7_8.since) == (found.value, found.at, found.since)


def test_a_query_that_is_wrong(url: str) -> None:
    """The source says what the server said, and gives the other figures."""
    found = collected(url, {"bad": "sum(", "good": "sum(load)"})
    wrong = found[1]

    assert isinstance(wrong, Outcome)
    assert (["bad", "good"], "truncated", True) == (
        [s.metric for s in found if isinstance(s, Sample)],
        wrong.status,
        "answers 400: " in wrong.detail and "parse error" in wrong.detail,
    )


def test_the_range_is_as_long_as_the_period(url: str) -> None:
    """Two weeks in which the clock goes forward are an hour shorter: 670 half hours, not 672."""
    march = Period(first=date(2026, 3, 23), end=date(2026, 4, 6), zone=BERLIN)
    (found,) = collected(url, {"ticks": "count_over_time(tick[$range])"}, march)

    assert isinstance(found, Sample)
    assert 670 == found.value


def test_the_figure_links_to_its_query(url: str) -> None:
    """The page of the server shows the query at that instant."""
    (found,) = collected(url, {"latency": "avg_over_time(latency_ms[$range])"})

    assert isinstance(found, Sample)
    asked = parse_qs(urlsplit(found.url).query)
    assert ("avg_over_time(latency_ms[1209600s])", "2026-02-23 00:00:00") == (
        asked["g0.expr"][0],
        asked["g0.moment_input"][0],
    )


def test_a_period_under_way_is_asked_at_the_present(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the range is as long as what has passed."""
    monkeypatch.setattr("digest.collectors.measure.present.clock", lambda: W7_8.since + timedelta(days=2))
    (found,) = collected(url, {"latency": "count_over_time(latency_ms[$range])"})

    assert isinstance(found, Sample)
    assert (96, W7_8.since + timedelta(days=2)) == (found.value, found.at)


def test_what_check_says(url: str) -> None:
    """The version, and each query."""
    made = plugins.build(
        "collectors", BUILTIN, "prom", {"type": "prometheus", "url": url, "queries": {"load": "sum(load)"}}, Path()
    )
    said = list(made.check())

    assert (True, "load: value is understood") == (said[0].startswith("Prometheus 2."), said[1])


def test_a_server_that_is_not_there() -> None:
    """One line, and what to do."""
    with pytest.raises(SourceError) as failed:
        collected("http://127.0.0.1:9", {"load": "load"})

    assert "prom: http://127.0.0.1:9: cannot be reached (ConnectionError) (check url and the network)" == str(
        failed.value
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {"url": "https://ann:pw@prom.test"},
            "[collectors.prom]: url holds a password: write user and password instead",
        ),
        ({"url": "prom.test"}, "[collectors.prom]: url is a web address like https://prometheus.acme.example"),
        ({"queries": {"a": {"valu": "x"}}}, "[collectors.prom]: queries.a: valu is none of value, baseline, n,"),
    ],
)
def test_a_table_that_is_wrong(table: dict[str, Any], said: str) -> None:
    """It is refused before anything is asked."""
    given = {"type": "prometheus", "url": "http://prom.test", "queries": {}, **table}
    with pytest.raises(ConfigError) as failed:
        plugins.build("collectors", BUILTIN, "prom", given, Path())

    assert said == str(failed.value)[: len(said)]
