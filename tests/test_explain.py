"""What `digest why` says of figures."""

from __future__ import annotations

import pytest

from digest.explain import matches, measured
from tests.figures import END, W7_8, sample
from tests.figures import test_of as ab_test


def test_a_figure_is_shown_as_its_source_gave_it() -> None:
    """Value, unit, instant, size and address, each earlier figure before the later one; and no other metric."""
    samples = [
        sample(196.25, unit="ms", n=9, since=W7_8.since, url="https://prometheus.example/latency"),
        sample(212, unit="ms", at=W7_8.since),
        sample(7, "tickets"),
    ]

    assert list(measured(samples, "latency")) == [
        "db:latency",
        "  observation: 212 ms, at 2026-02-09 00:00 UTC",
        "db:latency",
        "  observation: 196.25 ms, at 2026-02-23 00:00 UTC since 2026-02-09 00:00",
        "  n: 9",
        "  url: https://prometheus.example/latency",
    ]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("lab:acme/web/shop!12", True),
        ("acme/web/shop!12", True),
        ("!12", True),
        ("#12", False),
        ("!1", False),
        ("12", False),
    ],
)
def test_a_merge_request_is_named_by_its_number(wanted: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    """`!12` is no issue of that number."""
    assert found == matches(wanted, ["lab:acme/web/shop!12~tradeoff-1"])


def test_the_groups_of_a_test_are_shown() -> None:
    """Counts as so many of so many, means with their deviation."""
    counts, means = ab_test((2876, 4223, 0), (2530, 4223, 0)), ab_test((12.4, 812, 3.1), (11.2, 799, 3.0))

    assert ["  variant: 2530 of 4,223", "  control: 2876 of 4,223"] == list(measured([counts], counts.ref))[3:]
    assert list(measured([means], means.ref))[-1] == "  control: 12.4 on average, n = 812, standard deviation 3.1"


def test_a_missing_figure_says_why() -> None:
    """The reason that the source gave."""
    lost = sample(None, detail="value is NaN", at=END)

    assert list(measured([lost], "db:latency"))[1] == "  observation: no figure, value is NaN, at 2026-02-23 00:00 UTC"
