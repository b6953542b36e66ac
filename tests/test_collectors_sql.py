"""Figures from a real PostgreSQL and from SQLite: read, never written, within a deadline, without a secret in a message."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from digest import plugins
from digest.collectors import BUILTIN
from digest.config import Metric
from digest.errors import ConfigError, SourceError
from digest.model import Outcome, Sample
from digest.period import Period
from tests.figures import BERLIN, W7_8, lines_of
from tests.servers.postgres import PASSWORD, real_postgres

CART = Metric(title="Cart abandonment", unit="%", better="down")
TABLES = """
    create table cart (arm text, lost integer, at timestamp{z});
    create table tick (at timestamp{z});
"""
CARTS = [(arm, lost, n) for arm, lost, n in (("a", 1, 2876), ("a", 0, 1347), ("b", 1, 2530), ("b", 0, 1693))]
EXAMPLE = """
    select sum(case when arm = 'a' then lost end) as control_successes,
           sum(case when arm = 'a' then 1 end) as control_trials,
           sum(case when arm = 'b' then lost end) as variant_successes,
           sum(case when arm = 'b' then 1 end) as variant_trials
    from cart where at >= :start and at < :end
"""
Ask = Callable[..., list[Sample | Outcome]]


def ticks() -> Iterator[datetime]:
    """One an hour, on the half hour, in the weeks around the change of the clock in March."""
    yield from (datetime.fromtimestamp(1773873000 + 3600 * k, UTC) for k in range(24 * 30))


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of the real one, with tables."""
    psycopg = pytest.importorskip("psycopg")
    with real_postgres() as url:
        with psycopg.connect(url) as db:
            db.execute(TABLES.format(z="tz"))
            for arm, lost, n in CARTS:
                db.execute("insert into cart select %s, %s, %s from generate_series(1, %s)", (arm, lost, W7_8.since, n))
            with db.cursor() as cursor:
                cursor.executemany("insert into tick values (%s)", [(at,) for at in ticks()])
        yield url


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in SQLite."""
    path = tmp_path_factory.mktemp("sqlite") / "shop.db"
    with sqlite3.connect(path) as db:
        db.executescript(TABLES.format(z=""))
        for arm, lost, n in CARTS:
            db.executemany("insert into cart values (?, ?, ?)", [(arm, lost, "2026-02-09 00:00:00")] * n)
        db.executemany("insert into tick values (?)", [(f"{at:%Y-%m-%d %H:%M:%S}",) for at in ticks()])
    db.close()
    return path


@pytest.fixture(params=["postgresql", "sqlite"])
def ask(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Collect queries from either; the results are those of a source called `db`."""
    if request.param == "sqlite":
        where: dict[str, Any] = {"path": str(request.getfixturevalue("file"))}
    else:
        monkeypatch.setenv("SHOP", request.getfixturevalue("server"))
        where = {"url": "env:SHOP"}

    def collected(queries: dict[str, str], period: Period = W7_8, **table: Any) -> list[Sample | Outcome]:
        return list(made({"queries": queries, **where, **table}).collect(period, None))

    return collected


def made(table: dict[str, Any]) -> Any:
    """The collector of a table."""
    return plugins.build("collectors", BUILTIN, "db", {"type": "sql", **table}, Path())


def test_the_example(ask: Ask) -> None:
    """Counts of both groups, by the names of the columns."""
    found = [s for s in ask({"abandonment": EXAMPLE}) if isinstance(s, Sample)]

    assert ["Cart abandonment fell 12 % (68.1 % → 59.9 %, A/B test, n = 8,446, 95 % CI 9–15 %)."] == lines_of(
        found, {"abandonment": CART}
    )


def test_the_period_is_half_open_and_knows_its_zone(ask: Ask) -> None:
    """Two weeks in Berlin in which the clock goes forward have 335 half hours past the hour."""
    march = Period(first=date(2026, 3, 23), end=date(2026, 4, 6), zone=BERLIN)
    (found,) = ask({"ticks": "select count(*) from tick where at >= :start and at < :end"}, march)

    assert isinstance(found, Sample)
    assert 335 == found.value


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("select 1 as value where 1 = 0", "the query gives no row"),
        ("select 1 as value union select 2", "the query gives 2 rows instead of one: it needs an aggregation"),
        ("select null as value", "no value"),
        ("select 'many' as value", "value is no number but 'many'"),
        ("select 1 as figure, 2 as other", "no column value in figure, other"),
        ("select 3 as value, '2026-01-15' as at", "its figure is of 16 Jan 2026, outside of the period"),
    ],
)
def test_a_result_that_is_no_figure(ask: Ask, query: str, why: str) -> None:
    """It is no figure, and the draft says why."""
    found = ask({"abandonment": query})

    assert ([f"No figure for Cart abandonment: {why}."], 1) == (
        lines_of([s for s in found if isinstance(s, Sample)], {"abandonment": CART}),
        len(found),
    )


def test_a_number_with_many_digits(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A numeric of PostgreSQL is a figure; its NaN is none."""
    monkeypatch.setenv("SHOP", server)
    queries = {"a": "select 3.14::numeric as value", "b": "select 'NaN'::numeric as value"}
    found = list(made({"url": "env:SHOP", "queries": queries}).collect(W7_8, None))

    assert [(3.14, ""), (None, "value is NaN")] == [(s.value, s.detail) for s in found]


def test_the_instant_of_a_figure(ask: Ask) -> None:
    """A column `at` says when it was measured; a day counts to its end."""
    (found,) = ask({"load": "select 3 as value, '2026-02-20' as at"})

    assert isinstance(found, Sample)
    assert datetime(2026, 2, 21, tzinfo=UTC) == found.at


def test_nothing_is_written(ask: Ask) -> None:
    """A query that writes is refused, and the others are asked all the same."""
    found = ask({"bad": "delete from cart", "good": "select 1 as value"})
    refused = found[1]

    assert isinstance(refused, Outcome)
    assert (True, [None, 1]) == (
        "read" in refused.detail and refused.status == "truncated",
        [s.value for s in found if isinstance(s, Sample)],
    )


ENDLESS = "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) as value from n"


def test_a_query_has_a_deadline(ask: Ask) -> None:
    """One that never ends is cut off, and says so."""
    found = ask({"endless": ENDLESS}, deadline=1)[1]

    assert isinstance(found, Outcome)
    assert found.detail in {
        "endless: not finished after 1 s",
        "endless: canceling statement due to statement timeout",
    }


def test_a_query_that_is_wrong(ask: Ask) -> None:
    """The words of the database, on one line."""
    found = ask({"bad": "select nonsense from cart"})[1]

    assert isinstance(found, Outcome)
    assert found.detail in {"bad: no such column: nonsense", 'bad: column "nonsense" does not exist'}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (f"postgresql://ann:{PASSWORD}x@HOST/postgres", "password authentication failed"),
        (f"postgresql://ann:{PASSWORD}@127.0.0.1:9/postgres", "127.0.0.1"),
        (f"postgresql:/{PASSWORD}", "the URL of the database cannot be read"),
        (f"oracle+nothing://ann:{PASSWORD}@127.0.0.1/x", "install the driver that the URL names"),
    ],
)
def test_a_server_that_does_not_open(server: str, monkeypatch: pytest.MonkeyPatch, url: str, said: str) -> None:
    """One line that says what to do, and never the password."""
    monkeypatch.setenv("SHOP", url.replace("HOST", server.rpartition("@")[2].partition("/")[0]))
    with pytest.raises(SourceError) as failed:
        list(made({"url": "env:SHOP", "queries": {"a": "select 1"}}).check())

    assert (True, False, False) == (said in str(failed.value), PASSWORD in str(failed.value), "\n" in str(failed.value))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """It is not made."""
    with pytest.raises(SourceError) as failed:
        list(made({"path": str(tmp_path / "no.db"), "queries": {}}).check())

    assert (f"db: no database at {tmp_path / 'no.db'} (set path to the file)", []) == (
        str(failed.value),
        list(tmp_path.iterdir()),
    )


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    """The query says so."""
    (tmp_path / "a.db").write_text("metric,value\n" * 200)
    found = list(made({"path": str(tmp_path / "a.db"), "queries": {"a": "select 1 from cart"}}).collect(W7_8, None))

    assert "file is not a database" == found[0].detail


def test_a_place_is_needed() -> None:
    """Neither both nor none."""
    with pytest.raises(ConfigError) as failed:
        made({"queries": {}})

    assert "[collectors.db]: give either path or url" == str(failed.value)
