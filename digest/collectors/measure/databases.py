"""Databases that are read, never written: an SQLite file with what Python has, all others by SQLAlchemy."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.collectors.measure.present import end_of
from digest.errors import SourceError
from digest.redact import redact

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import URL

    from digest.period import Period

CONNECT_SECONDS = 5
STEPS = 10_000
"""Steps of SQLite between two looks at the clock."""

MOST_ROWS = 50
"""One row is wanted; these are read to say how many there were."""

Rows = Sequence[Mapping[str, Any]]
Database = Callable[[str, "Period"], Rows]
"""Asks a query of an open database: `:start` and `:end` are the instants of the period."""

READ_ONLY: dict[str, tuple[str, ...]] = {
    "postgresql": ("set transaction read only", "set local statement_timeout = {ms}"),
    "mysql": ("set transaction read only", "set session max_execution_time = {ms}"),
    "mariadb": ("set transaction read only", "set session max_statement_time = {s}"),
}
DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


class QueryError(Exception):
    """Why a query gave nothing, in the words of the database."""


@contextmanager
def open_file(name: str, path: Path, seconds: float) -> Iterator[Database]:
    """An SQLite file; instants are bound as `2026-02-09 00:00:00`, in UTC, as its own functions write them."""
    try:
        if not path.is_file():
            raise SourceError(f"{name}: no database at {path}", "set path to the file")
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=CONNECT_SECONDS)
    except sqlite3.Error as error:
        raise SourceError(f"{name}: {path}: {error}", "set path to an SQLite file") from None
    connection.row_factory = sqlite3.Row

    def ask(query: str, period: Period) -> Rows:
        end = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
        bound = {k: f"{v.astimezone(UTC):%Y-%m-%d %H:%M:%S}" for k, v in _bounds(period).items()}
        try:
            return [dict(row) for row in connection.execute(query, bound).fetchmany(MOST_ROWS)]
        except sqlite3.OperationalError as error:
            late = time.monotonic() > end
            raise QueryError(f"not finished after {seconds:g} s" if late else str(error)) from None
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise QueryError(str(error)) from None

    try:
        yield ask
    finally:
        connection.close()


@contextmanager
def open_server(name: str, url: str, seconds: float) -> Iterator[Database]:
    """A database server; each query has a transaction of its own, which is read-only and rolled back."""
    try:
        from sqlalchemy import create_engine, text
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool
    except ImportError:
        raise SourceError(f"{name}: SQLAlchemy is not installed", "pip install 'digest[sql]'") from None
    where = _address(name, url)
    try:
        engine = create_engine(where, poolclass=NullPool, connect_args=_connecting(where))
    except (SQLAlchemyError, ImportError) as error:
        raise SourceError(f"{name}: {_said(error)}", "install the driver that the URL names") from None
    try:
        with engine.connect() as connection:

            def ask(query: str, period: Period) -> Rows:
                try:
                    for statement in READ_ONLY.get(engine.dialect.name, ()):
                        connection.execute(text(statement.format(ms=int(seconds * 1000), s=seconds)))
                    found = connection.execute(text(query), _used(query, _bounds(period)))
                    return [dict(row) for row in found.mappings().fetchmany(MOST_ROWS)]
                except SQLAlchemyError as error:
                    raise QueryError(_said(error)) from None
                finally:
                    connection.rollback()

            yield ask
    except SQLAlchemyError as error:
        raise SourceError(f"{name}: {_said(error)}", "check the URL, and that the server is reachable") from None
    finally:
        engine.dispose()


def _bounds(period: Period) -> dict[str, datetime]:
    return {"start": period.since, "end": end_of(period)}


def _used(query: str, bounds: Mapping[str, datetime]) -> dict[str, datetime]:
    """The bounds that a query names."""
    return {k: v for k, v in bounds.items() if f":{k}" in query}


def _address(name: str, url: str) -> URL:
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        made = make_url(url)
    except ArgumentError:
        raise SourceError(
            f"{name}: the URL of the database cannot be read", "write one like postgresql://user:password@host/base"
        ) from None
    return made.set(drivername=DRIVERS.get(made.drivername, made.drivername))


def _connecting(url: URL) -> dict[str, Any]:
    if url.get_backend_name() in {"postgresql", "mysql", "mariadb"}:
        return {"connect_timeout": CONNECT_SECONDS}
    return {}


def _said(error: Exception) -> str:
    """The first line of what the database says, without secrets."""
    original = getattr(error, "orig", None) or error
    words, _ = redact(" ".join(str(original).partition("\n")[0].split()))
    return words or type(error).__name__
