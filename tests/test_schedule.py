"""Schedules: text that the scheduler itself accepts, and a calendar that never skips or doubles a period."""

from __future__ import annotations

import plistlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
import yaml
from msgspec.structs import replace

from digest.period import Cadence, Period
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


def test_the_cron_job_of_kubernetes_is_yaml() -> None:
    """It asks on working days in the zone of the project, never twice at once, and holds the secrets by name."""
    told = yaml.safe_load(WAYS["kubernetes"](replace(JOB, several=True)))
    (box,) = told["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]

    assert (
        "CronJob",
        "7 9 * * 1-5",
        "Europe/Berlin",
        "Forbid",
        ["digest", "draft", "--if-due", "--all"],
        "digest-shop",
    ) == (
        told["kind"],
        told["spec"]["schedule"],
        told["spec"]["timeZone"],
        told["spec"]["concurrencyPolicy"],
        box["command"],
        box["envFrom"][0]["secretRef"]["name"],
    )


def test_a_property_list_of_several_projects() -> None:
    """Whatever stands in a path, it is the same command and the five working days."""
    job = replace(JOB, folder=Path("/srv/<a & b>\"'"), config=Path("/srv/<a & b>/c.toml"), several=True)
    told = plistlib.loads(WAYS["launchd"](job).encode())

    assert (job.words, "/srv/<a & b>\"'", [1, 2, 3, 4, 5]) == (
        told["ProgramArguments"],
        told["WorkingDirectory"],
        [day["Weekday"] for day in told["StartCalendarInterval"]],
    )


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not on this machine")
def test_systemd_reads_the_calendar() -> None:
    """The timer's calendar expression is one that systemd accepts."""
    line = next(x for x in systemd(JOB).splitlines() if x.startswith("OnCalendar="))
    done = subprocess.run(["systemd-analyze", "calendar", line.partition("=")[2]], capture_output=True, check=False)

    assert 0 == done.returncode


ZONES = ["America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "Pacific/Auckland"]
BEGIN, END = date(2020, 1, 1), date(2041, 1, 1)
MACHINES: dict[str, Callable[[date], bool]] = {
    "always on": lambda day: True,
    "drops one run in ten": lambda day: Random(day.toordinal()).random() > 0.1,
    "off in each July and at the turn of the year": lambda day: day.month != 7 and 6 < day.timetuple().tm_yday < 350,
}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("clock", ["local", "UTC", "UTC, hours late"])
@pytest.mark.parametrize("zone", ZONES)
def test_twenty_years(zone: str, clock: str, machine: str, record: Callable[..., None]) -> None:
    """Asked on working days from 2020 to 2040: no period twice, none left out unsaid, none before it has ended."""
    grid = Cadence(zone=ZoneInfo(zone))
    told: list[Period] = []
    drafted, missed, early, late = [], [], [], []
    for day in days():
        if day.isoweekday() > 5 or not MACHINES[machine](day):
            continue
        hour = 9 if clock != "UTC, hours late" else 9 + day.toordinal() % 14
        zone_of_clock = grid.zone if clock == "local" else UTC
        now = datetime(day.year, day.month, day.day, hour, 7, tzinfo=zone_of_clock).astimezone(UTC)
        missing = grid.missing(told, now)
        if not missing or missing[-1] != grid.last(now):
            continue
        drafted.append(missing[-1])
        missed += [p for p in missing[:-1] if p not in missed]
        early += [p for p in missing if p.until > now]
        late.append((now - missing[-1].until).days)
        told = [*told, missing[-1]][-2:]
    whole = [grid.at(drafted[0].first + timedelta(days=14 * k)) for k in range(len(drafted) + len(missed))]
    weeks = sum(p.label.startswith("W53") or p.label.endswith("-53") for p in whole)
    cells = {"drafted": len(drafted), "missed and said": len(missed), "latest after": f"{max(late[1:])} days"}
    record("schedule from 2020 to 2040", run=f"{zone}, {clock}, {machine}", **cells, with_week_53=weeks)

    assert (whole, [], True, 4) == (
        sorted({*drafted, *missed}, key=lambda p: p.first),
        early,
        len(drafted) + len(missed) == len({p.first for p in (*drafted, *missed)})
        and (machine != "always on" or not missed),
        weeks,
    )


def days() -> Iterator[date]:
    """Each day of those years."""
    yield from (BEGIN + timedelta(days=k) for k in range((END - BEGIN).days))


def test_a_period_begins_and_ends_at_midnight_there() -> None:
    """Also in the fortnight of a clock change, which is an hour longer or shorter; its label is that of its weeks."""
    grid = Cadence(zone=ZoneInfo("Europe/Berlin"))
    hours = {(p.until - p.since) // timedelta(hours=1) for p in (grid.at(day) for day in days())}
    turn = grid.at(date(2026, 12, 30))

    assert ({335, 336, 337}, "W53-1", "2026-W53_2027-W01") == (hours, turn.label, turn.slug)
