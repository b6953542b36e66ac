"""Periods: labels, slugs, tiling, the words that name them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.errors import ConfigError
from digest.period import Cadence, Period

NOW = datetime(2026, 2, 24, 8, tzinfo=UTC)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo"]
)
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))


def run(first: str, last: str, zone: str = "UTC") -> Period:
    """The days from `first` to `last`, both included."""
    return Period(
        first=date.fromisoformat(first), end=date.fromisoformat(last) + timedelta(days=1), zone=ZoneInfo(zone)
    )


@pytest.mark.parametrize(
    ("first", "last", "label", "slug"),
    [
        ("2026-02-09", "2026-02-22", "W7-8", "2026-W07_W08"),
        ("2026-12-14", "2026-12-27", "W51-52", "2026-W51_W52"),
        ("2026-12-28", "2027-01-10", "W53-1", "2026-W53_2027-W01"),
        ("2027-01-11", "2027-01-24", "W2-3", "2027-W02_W03"),
        ("2024-12-23", "2025-01-05", "W52-1", "2024-W52_2025-W01"),
        ("2026-02-09", "2026-02-15", "W7", "2026-W07"),
        ("2026-02-10", "2026-02-23", "2026-02-10..2026-02-23", "2026-02-10_2026-02-23"),
        ("2026-02-09", "2026-02-18", "2026-02-09..2026-02-18", "2026-02-09_2026-02-18"),
    ],
)
def test_labels_and_slugs(first: str, last: str, label: str, slug: str) -> None:
    """Whole ISO weeks are named by their numbers and the year of the week, everything else by its days."""
    period = run(first, last)

    assert (label, slug) == (period.label, period.slug)


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("last", "2026-02-09", "2026-02-22"),
        ("current", "2026-02-23", "2026-03-08"),
        ("-1", "2026-02-09", "2026-02-22"),
        ("-2", "2026-01-26", "2026-02-08"),
        ("W7-8", "2026-02-09", "2026-02-22"),
        ("w7-w8", "2026-02-09", "2026-02-22"),
        ("7-8", "2026-02-09", "2026-02-22"),
        ("W8-9", "2026-02-16", "2026-03-01"),
        ("W7", "2026-02-09", "2026-02-22"),
        ("2026-W07", "2026-02-09", "2026-02-22"),
        ("2026-W08", "2026-02-09", "2026-02-22"),
        ("2026-W07_W08", "2026-02-09", "2026-02-22"),
        ("2026-W53_2027-W01", "2026-12-28", "2027-01-10"),
        ("W51-52", "2025-12-15", "2025-12-28"),
        ("W53-1", "2020-12-28", "2021-01-10"),
        ("2026-02-09..2026-02-22", "2026-02-09", "2026-02-22"),
        ("2026-02-10_2026-02-20", "2026-02-10", "2026-02-20"),
        ("2026-02-10", "2026-02-10", "2026-02-10"),
    ],
)
def test_words_name_periods(words: str, first: str, last: str) -> None:
    """Each documented form means what a person means by it; week numbers without a year look back."""
    assert run(first, last) == Cadence(zone=ZoneInfo("UTC")).parse(words, NOW)


@pytest.mark.parametrize(
    "words", ["", "W99", "W54-55", "2025-W53", "yesterday", "2026-02-30", "2026-03-01..2026-02-01", "W7-8-9"]
)
def test_other_words_are_refused(words: str) -> None:
    """What names no period is one line that lists the forms, with exit code 2."""
    with pytest.raises(ConfigError) as caught:
        Cadence().parse(words, NOW)

    assert 2 == caught.value.exit_code


@given(DAYS, st.integers(1, 60), DAYS, ZONES)
def test_periods_tile(anchor: date, days: int, day: date, zone: str) -> None:
    """Each day lies in exactly one period, and the next begins at the very instant at which one ends."""
    cadence = Cadence(anchor=anchor, days=days, zone=ZoneInfo(zone))
    period = cadence.at(day)
    after = cadence.at(period.end)

    assert (True, period.until, period.end) == (period.first <= day < period.end, after.since, after.first)


@given(DAYS, ZONES)
def test_slugs_name_their_period(day: date, zone: str) -> None:
    """A slug, read again, is the same period, over year ends and 53-week years."""
    cadence = Cadence(zone=ZoneInfo(zone))
    period = cadence.at(day)

    assert period == cadence.parse(period.slug, NOW)


@given(DAYS)
def test_a_label_names_the_latest_of_its_kind(day: date) -> None:
    """A label, read in the period after, is that period."""
    cadence = Cadence()
    period = cadence.at(day)

    assert period == cadence.parse(period.label, period.until + timedelta(days=1))


def test_edges_are_half_open_over_a_clock_change() -> None:
    """The first second is inside, the first of the next period is not, also in the weeks of a clock change."""
    period = run("2026-03-23", "2026-04-05", "Europe/Berlin")
    first, last = datetime(2026, 3, 22, 23, tzinfo=UTC), datetime(2026, 4, 5, 21, 59, 59, tzinfo=UTC)

    assert [False, True, True, False] == [
        first - timedelta(seconds=1) in period,
        first in period,
        last in period,
        last + timedelta(seconds=1) in period,
    ]


def test_missed_periods_are_listed() -> None:
    """Every ended period since a day, oldest first, none that is under way."""
    labels = [p.label for p in Cadence().ended_between(date(2026, 1, 13), NOW)]

    assert ["W5-6", "W7-8"] == labels


def test_dates_for_people() -> None:
    """The days are said as briefly as they allow."""
    spans = [
        run(*d).dates
        for d in [("2026-02-09", "2026-02-22"), ("2026-02-23", "2026-03-08"), ("2026-12-28", "2027-01-10")]
    ]

    assert ["9 – 22 Feb 2026", "23 Feb – 8 Mar 2026", "28 Dec 2026 – 10 Jan 2027"] == spans


@pytest.mark.parametrize("words", ["9999-12-01..9999-12-31", "0001-01-01..0001-01-14", "W8-7"])
def test_a_period_that_nobody_can_mean_is_refused(words: str) -> None:
    """Years that no calendar holds, and weeks that run backwards, are a mistake in the option and no bug."""
    with pytest.raises(ConfigError) as error:
        Cadence().parse(words, datetime(2026, 2, 24, tzinfo=UTC))
    assert 2 == error.value.exit_code
