"""Schedules: text that the scheduler itself accepts, and a calendar that never skips or doubles a period."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from digest.period import Cadence
from digest.schedule import WAYS, Job, systemd

JOB = Job(
    program=Path("/opt/di gest/bin/digest"),
    folder=Path("/srv/100% shop"),
    config=Path("/srv/100% shop/config.toml"),
    drafts="digests",
    zone="Europe/Berlin",
    name="shop",
)


@pytest.mark.parametrize("way", sorted(WAYS))
def test_the_text_of_each_way(way: str, snapshot) -> None:  # type: ignore[no-untyped-def]
    """The text is what a person reads and pastes; blanks and percent signs are quoted as the scheduler asks."""
    snapshot(WAYS[way](JOB), f"schedule.{way}.txt")


def test_the_property_list_parses() -> None:
    """The launchd text is a property list with the command word for word."""
    assert JOB.words == plistlib.loads(WAYS["launchd"](JOB).encode())["ProgramArguments"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_reads_the_calendar() -> None:
    """The timer's calendar expression is one that systemd accepts."""
    line = next(x for x in systemd(JOB).splitlines() if x.startswith("OnCalendar="))
    done = subprocess.run(["systemd-analyze", "calendar", line.partition("=")[2]], capture_output=True, check=False)

    assert 0 == done.returncode


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_twenty_years_of_working_days(zone: str) -> None:
    """Asked every working day from 2020 to 2040, each period becomes due once, at most four days after it ended."""
    cadence = Cadence(zone=ZoneInfo(zone))
    drafted: list[date] = []
    late: set[int] = set()
    day = date(2020, 1, 6)
    while day < date(2041, 1, 1):
        if day.isoweekday() <= 5:
            asked = datetime(day.year, day.month, day.day, 9, 7, tzinfo=cadence.zone).astimezone(UTC)
            period = cadence.last(asked)
            if not drafted or period.first > drafted[-1]:
                drafted.append(period.first)
                late.add((day - period.end).days)
        day += timedelta(days=1)
    gaps = {(b - a).days for a, b in pairwise(drafted)}

    assert ({14}, True) == (gaps, max(late) <= 4)
