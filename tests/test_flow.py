"""How work flows, from what the sources told; nothing is told unless it is asked for."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest import config
from digest.config import Config, Metric
from digest.errors import ConfigError
from digest.flow import measure
from digest.metric import Flow
from tests.figures import W7_8, lines_of
from tests.works import at, pull, ticket

EVERYTHING = ("lead_time", "lead_time_p90", "review_time", "merged_pull_requests", "tickets_closed")


def opened(number: int, hours: float, **rest: Any) -> Any:
    """A pull request that was open for so many hours."""
    return pull(number, f"Change {number}", created=at(number) - timedelta(hours=hours), **rest)


WORK = [*(opened(k, hours=k * 10, reviews=k % 2) for k in range(1, 12)), ticket("PAY-7", "Refunds")]


def test_the_figures_of_a_period() -> None:
    """Median and slowest tenth of how long they were open, those that were reviewed, and counts; robots are none."""
    robot = opened(40, hours=9000, bot=True)
    declined = ticket("PAY-8", "Returns", state="declined")
    told = lines_of(measure([*WORK, robot, declined], W7_8, EVERYTHING), {})

    assert [
        "Lead time 60 h (first measurement, n = 11).",
        "Lead time p90 100 h (first measurement, n = 11).",
        "Review time 60 h (first measurement, n = 6).",
        "Merged pull requests 11 (first measurement).",
        "Tickets closed 1 (first measurement).",
    ] == told


def test_too_few_for_the_slowest_tenth() -> None:
    """The ninetieth percentile of nine says nothing."""
    assert ["No figure for Lead time p90: of 9 it would be one alone."] == lines_of(
        measure(WORK[:9], W7_8, ["lead_time_p90"]), {}
    )


def test_nothing_was_merged() -> None:
    """It is no zero hours."""
    assert ["No figure for Lead time: no pull request was merged, or it is not known when it was opened."] == lines_of(
        measure([], W7_8, ["lead_time"]), {}
    )


def test_a_table_says_what_is_good() -> None:
    """As for any other figure."""
    table = Metric(title="Lead time (median)", unit="days", better="down", target=2)

    assert ["Lead time (median) 2.5 days (first measurement, n = 11), the target of 2 days is missed."] == lines_of(
        measure(WORK, W7_8, ["lead_time"]), {"lead_time": table}
    )


def test_it_is_off_by_default() -> None:
    """Leadership is told what was achieved."""
    assert ((), []) == (Config().flow.figures, measure(WORK, W7_8, Flow().figures))


def test_a_figure_that_does_not_exist(tmp_path: Path) -> None:
    """It is refused by name."""
    (tmp_path / "config.toml").write_text('[flow]\nfigures = ["lines"]\n')
    with pytest.raises(ConfigError) as failed:
        config.load(tmp_path / "config.toml")

    assert f"{tmp_path}/config.toml: flow.figures[0]: invalid enum value 'lines'" == str(failed.value)
