"""Trends from the first run on: earlier periods are asked for once, and a source that cannot tell leaves a gap."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest import collecting, pipeline
from digest.project import Project, open_project
from tests.figures import W7_8, before

NOW = datetime(2026, 2, 23, 8, tzinfo=UTC)
FIGURES = (228, 224, 220, None, 212, 196)
CONFIG = """
title = "Shop"
timezone = "UTC"
store = "facts.db"
[metrics.latency]
unit = "ms"
[metrics.load]
baseline = "2025-10-06..2025-10-19"
[collectors.numbers]
"""
TABLE = 'type = "table"\npath = "a.csv"\n'
PROGRAM = """type = "command"
argv = ["sh", "-c", "echo $1 >> asked; grep $1 figures | cut -d' ' -f2", "sh", "{end}"]
metric = "latency"
"""


def project(folder: Path, source: str) -> Project:
    """A project with one source of figures."""
    (folder / "config.toml").write_text(CONFIG + source)
    return open_project(folder, folder / "config.toml")


def trend(given: Project) -> list[tuple[float | None, ...]]:
    """Collect, and what is drawn of it."""
    with given.open_store() as store:
        outcomes = collecting.collect(given, store, W7_8, now=NOW)
        return [t.values for t in pipeline.digest_of(given, store, W7_8, outcomes).trends.values()]


def test_a_file_tells_six_periods(tmp_path: Path) -> None:
    """On the first run, with the gap where it has no row; what changes in the file changes the trend."""
    rows = [f"latency,{before(5 - k).last},{v}" for k, v in enumerate(FIGURES) if v]
    file = tmp_path / "a.csv"
    file.write_text("metric,date,value\n" + "\n".join(rows))
    first = trend(project(tmp_path, TABLE))
    file.write_text(file.read_text().replace("228", "230"))

    assert ([FIGURES], [(230, *FIGURES[1:])]) == (first, trend(project(tmp_path, TABLE)))


def test_a_baseline_of_chosen_days_is_asked_for(tmp_path: Path) -> None:
    """Though they lie before the trend."""
    (tmp_path / "a.csv").write_text("metric,date,value\nload,2025-10-19,4\nload,2026-02-22,3\n")
    given = project(tmp_path, TABLE)
    with given.open_store() as store:
        outcomes = collecting.collect(given, store, W7_8, now=NOW)
        lines = [e.text for e in pipeline.digest_of(given, store, W7_8, outcomes).section("metrics").entries]

    assert ["Load 4 → 3 (−25 %, against 6 – 19 Oct 2025)."] == lines


def test_a_far_source_is_asked_once_for_what_is_past(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next run asks for the running figures only; a program that takes the end of the period can look back."""
    monkeypatch.setattr("digest.collectors.measure.present.clock", lambda: NOW)
    ends = [f"{before(5 - k).until:%Y-%m-%dT%H:%M:%SZ}" for k in range(6)]
    (tmp_path / "figures").write_text("".join(f"{end} {v}\n" for end, v in zip(ends, FIGURES, strict=True) if v))
    given = project(tmp_path, PROGRAM)
    first, second = trend(given), trend(given)
    asked = (tmp_path / "asked").read_text().split()

    assert ([FIGURES], [FIGURES], [ends[-1], *ends[-2::-1]]) == (first, second, asked[:6])
    assert {ends[-1], "2025-10-20T00:00:00Z"} == set(asked[6:])
