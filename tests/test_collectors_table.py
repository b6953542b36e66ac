"""A file of figures: rows of a period become samples, and what is no figure says why."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from digest import plugins
from digest.collectors import BUILTIN
from digest.config import Metric
from digest.errors import SourceError
from digest.model import Outcome, Sample
from digest.period import Period
from tests.figures import BERLIN, W7_8, lines

COUNTS = "control_successes,control_trials,variant_successes,variant_trials"
CART = Metric(title="Cart abandonment", unit="%", better="down")


def collected(folder: Path, name: str, text: str, period: Period = W7_8, **table: Any) -> list[Sample | Outcome]:
    """What the source `csv` gives of a file with that text."""
    (folder / name).write_text(text, encoding="utf-8")
    made = plugins.build("collectors", BUILTIN, "csv", {"type": "table", "path": name, **table}, folder)
    return list(made.collect(period, None))


def told(folder: Path, name: str, text: str, **table: Any) -> list[str]:
    """The lines that are printed of it."""
    found = [s for s in collected(folder, name, text, **table) if isinstance(s, Sample)]
    return lines(*found, abandonment=CART)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", f"metric,date,{COUNTS}\nabandonment,2026-02-22,2876,4223,2530,4223\n"),
        (
            "a.json",
            json.dumps(
                [
                    dict(
                        zip(
                            ["metric", "date", *COUNTS.split(",")],
                            ["abandonment", "2026-02-22", 2876, 4223, 2530, 4223],
                            strict=False,
                        )
                    )
                ]
            ),
        ),
        (
            "a.jsonl",
            (
                '{"metric": "abandonment", "date": "2026-02-22T18:00:00+01:00", "control_successes": 2876,'
                ' "control_trials": 4223, "variant_successes": 2530, "variant_trials": "4223"}\n'
            ),
        ),
    ],
)
def test_the_example(tmp_path: Path, name: str, text: str) -> None:
    """The same sentence from CSV, JSON and JSON lines."""
    assert ["Cart abandonment fell 12 % (68.1 % → 59.9 %, A/B test, n = 8,446, 95 % CI 9–15 %)."] == told(
        tmp_path, name, text
    )


def test_columns_of_other_names(tmp_path: Path) -> None:
    """A file of another house, with semicolons and a mark of its encoding."""
    text = "\ufeffTag;Wert;Anzahl\n2026-02-20;61.5;9\n"
    names = {"columns": {"date": "Tag", "value": "Wert", "n": "Anzahl"}, "separator": ";", "metric": "abandonment"}

    assert ["Cart abandonment 61.5 % (first measurement, n = 9)."] == told(tmp_path, "a.csv", text, **names)


def test_decimals_of_another_house(tmp_path: Path) -> None:
    """A decimal comma, with points between thousands."""
    text = "day;value;n\n2026-02-20;61,5;1.009\n"
    names = {"columns": {"date": "day"}, "separator": ";", "decimal": ",", "metric": "abandonment"}

    assert ["Cart abandonment 61.5 % (first measurement, n = 1,009)."] == told(tmp_path, "a.csv", text, **names)


def test_a_point_is_no_decimal_comma(tmp_path: Path) -> None:
    """2.5 may be two and a half or a slip for 25: there is no figure."""
    text = "day;value\n2026-02-20;2.5\n"
    names = {"columns": {"date": "day"}, "separator": ";", "decimal": ",", "metric": "abandonment"}
    why = "value is no number but '2.5, which has a point where decimals have a comma'"

    assert [f"No figure for Cart abandonment: {why}."] == told(tmp_path, "a.csv", text, **names)


def test_the_counts_of_the_days_added_up(tmp_path: Path) -> None:
    """Daily counts of an A/B test are one test."""
    days = "abandonment,2026-02-10,1438,2112,1265,2112\nabandonment,2026-02-11,1438,2111,1265,2111\n"

    assert ["Cart abandonment fell 12 % (68.1 % → 59.9 %, A/B test, n = 8,446, 95 % CI 9–15 %)."] == told(
        tmp_path, "a.csv", f"metric,date,{COUNTS}\n{days}", pick="sum"
    )


def test_days_belong_to_the_period_that_holds_them(tmp_path: Path) -> None:
    """The first day and the last one are inside; the days next to them are not; also where the clock changes."""
    text = "metric,date,value\n" + "".join(f"m{d:%d},{d},1\n" for d in map(date.fromordinal, range(739698, 739714)))
    march = Period(first=date(2026, 3, 23), end=date(2026, 4, 6), zone=BERLIN)
    found = [s for s in collected(tmp_path, "a.csv", text, march) if isinstance(s, Sample)]

    assert (
        ["m23", "m24", "m25", "m26", "m27", "m28", "m29", "m30", "m31", "m01", "m02", "m03", "m04", "m05"],
        datetime(2026, 3, 23, 23, tzinfo=UTC),
        datetime(2026, 4, 5, 22, tzinfo=UTC),
    ) == ([s.metric for s in found], found[0].at, found[-1].at)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("NaN,,", "value is NaN"),
        ("inf,,", "value is infinite"),
        ("59 %,,", "value is no number but '59 %'"),
        (",,", "no value"),
        ("1,2.5,", "n is no count but '2.5'"),
        ("1,-3,", "n is no count but '-3'"),
        ("1,,guess", "kind is 'guess', none of ab_test, before_after, observation"),
    ],
)
def test_a_row_without_a_figure(tmp_path: Path, row: str, why: str) -> None:
    """It is no figure, and it is said why."""
    text = f"metric,date,value,n,kind\nabandonment,2026-02-22,{row}\n"

    assert [f"No figure for Cart abandonment: {why}."] == told(tmp_path, "a.csv", text)


@pytest.mark.parametrize(
    ("counts", "why"),
    [
        ("5000,4223,2530,4223", "5000 control successes of 4223 trials cannot be"),
        ("0,0,2530,4223", "0 control successes of 0 trials cannot be"),
        ("2876,4223,,", "only one group of the A/B test is given"),
        ("2876,,2530,4223", "control needs successes and trials, or mean, sd and n"),
    ],
)
def test_counts_that_cannot_be(tmp_path: Path, counts: str, why: str) -> None:
    """A broken A/B test gives no figure."""
    text = f"metric,date,{COUNTS}\nabandonment,2026-02-22,{counts}\n"

    assert [f"No figure for Cart abandonment: {why}."] == told(tmp_path, "a.csv", text)


def test_two_rows_for_one_day(tmp_path: Path) -> None:
    """None of them is taken."""
    text = "metric,date,value\nabandonment,2026-02-22,1\nabandonment,2026-02-22,2\n"

    assert ["No figure for Cart abandonment: a.csv has 2 rows for one day."] == told(tmp_path, "a.csv", text)


def test_rows_without_a_date(tmp_path: Path) -> None:
    """They are left out, and the source says that something is missing."""
    found = collected(tmp_path, "a.csv", "metric,date,value\nload,soon,1\nload,2026-02-22,2\n")

    assert (2.0, Outcome(source="csv", status="truncated", detail="a.csv: 1 row has no date like 2026-02-22")) == (
        found[0].value if isinstance(found[0], Sample) else None,
        found[1],
    )


def test_rows_without_a_metric(tmp_path: Path) -> None:
    """They belong to nothing, and the source says so."""
    found = collected(tmp_path, "a.csv", "metric,date,value\n,2026-02-21,1\n,2026-02-22,2\n")

    assert [Outcome(source="csv", status="truncated", detail="a.csv: 2 rows have no metric")] == found


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "metric,value\nload,1\n", "csv: a.csv has no column date (name it in columns)"),
        (
            "a.jsonl",
            '{"date": "\u2028"}\nno\n',
            "csv: a.jsonl cannot be read: line 2 is no JSON (it is CSV, JSON or JSON lines)",
        ),
        ("a.json", "{}", "csv: a.json cannot be read: it is no list of objects (it is CSV, JSON or JSON lines)"),
        (
            "a.json",
            "[1",
            "csv: a.json cannot be read: Expecting ',' delimiter: line 1 column 3 (char 2) (it is CSV, JSON or JSON lines)",
        ),
    ],
)
def test_a_file_that_is_no_table(tmp_path: Path, name: str, text: str, said: str) -> None:
    """One line says what to do."""
    with pytest.raises(SourceError) as failed:
        collected(tmp_path, name, text)

    assert said == str(failed.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """Neither collecting nor checking finds it."""
    made = plugins.build("collectors", BUILTIN, "csv", {"type": "table", "path": "no.csv"}, tmp_path)
    with pytest.raises(SourceError) as failed:
        list(made.check())

    assert "csv: no.csv: No such file or directory (set path to the file)" == str(failed.value)


def test_what_check_says(tmp_path: Path) -> None:
    """How many rows there are, of which metrics."""
    (tmp_path / "a.csv").write_text("metric,date,value\nload,2026-02-22,1\n", encoding="utf-8")
    made = plugins.build("collectors", BUILTIN, "csv", {"type": "table", "path": "a.csv"}, tmp_path)

    assert ["a.csv: 1 rows, load"] == list(made.check())
