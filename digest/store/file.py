"""The file of the store: opening it, its layout, transactions, and what its troubles mean for a person."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from digest.errors import DigestError, TryLater

if TYPE_CHECKING:
    from collections.abc import Iterator

APPLICATION = 0x44474553
"""`DGES`: by it a file is known to be ours before anything in it is touched."""

BUSY_SECONDS = 30.0
CACHE_KIB = 65_536
REBUILD = "delete it: it is rebuilt from the sources"
UNREADABLE = "holds a row that cannot be read"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """create table activity (
            source text not null, key text not null, kind text not null, state text not null,
            done integer, first_seen integer not null, item text not null,
            primary key (source, key)) strict""",
        "create index activity_done on activity (source, done)",
        "create index activity_open on activity (source, key) where state in ('active', 'planned')",
        """create table sample (
            source text not null, key text not null, metric text not null, at integer not null, item text not null,
            primary key (source, key, at)) strict""",
        "create index sample_metric on sample (metric, at)",
        """create table sync (
            source text not null, since integer not null, until integer not null,
            read_at integer, tried_at integer not null, status text not null,
            count integer not null, detail text not null,
            primary key (source, since, until)) strict""",
    ),
    ("create table scope (source text primary key, hash text not null) strict",),
    (
        "alter table activity add column place text not null default ''",
        "update activity set place = lower(coalesce(json_extract(item, '$.where'), ''))",
        "create index activity_place on activity (source, place, done)",
    ),
    (
        """create table memo (
            source text not null, name text not null, value text not null, at integer not null,
            primary key (source, name)) strict""",
    ),
)
"""Each entry brings the layout one version further; entries are only ever appended."""


WHERE = "let store name a file in a folder that can be written"
TROUBLES: tuple[tuple[str, str, str, type[DigestError]], ...] = (
    (
        "SQLITE_FULL",
        "no space is left on the disk",
        "make room and run it again: nothing was saved by half",
        DigestError,
    ),
    ("SQLITE_BUSY", "locked by another run", "try again when that has ended", TryLater),
    ("SQLITE_LOCKED", "locked by another run", "try again when that has ended", TryLater),
    ("SQLITE_READONLY", "cannot be written", WHERE, DigestError),
    ("SQLITE_CANTOPEN", "cannot be opened", WHERE, DigestError),
    ("SQLITE_PERM", "cannot be opened", WHERE, DigestError),
    ("SQLITE_CORRUPT", "damaged", REBUILD, DigestError),
    (
        "SQLITE_NOTADB",
        "no store of this program, or damaged",
        f"let store name another file, or {REBUILD}",
        DigestError,
    ),
    ("SQLITE_IOERR", "the disk gives errors", "look at the disk, then run it again", DigestError),
)


def connect(path: str | Path) -> sqlite3.Connection:
    """An open file of ours in the present layout."""
    if str(path) != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # what stands in it may be private
    db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        _migrate(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: sqlite3.Connection, path: str | Path) -> None:
    """Bring the layout to the newest version, in one transaction with the record of it.

    Raises:
        DigestError: the file is of another program or of a newer version.
    """
    version = _version(db, path)
    if version < len(MIGRATIONS):
        db.execute("pragma journal_mode = wal")
        with transaction(db):
            for script in MIGRATIONS[_version(db, path) :]:  # another process may have been quicker
                for statement in script:
                    db.execute(statement)
            db.execute(f"pragma user_version = {len(MIGRATIONS)}")
            db.execute(f"pragma application_id = {APPLICATION}")
    db.execute("pragma synchronous = normal")  # a crash of the machine may take the last run, never the file
    db.execute(f"pragma cache_size = -{CACHE_KIB}")


def _version(db: sqlite3.Connection, path: str | Path) -> int:
    """The version of the layout; 0 of an empty file."""
    used = db.execute("select 1 from sqlite_schema").fetchone()
    version = _mark(db, "user_version")
    if (used or version) and _mark(db, "application_id") != APPLICATION:  # last: another process may be making it now
        raise DigestError(f"{path}: a database of another program", "let store name another file")
    if version > len(MIGRATIONS):
        raise DigestError(f"{path}: written by a newer version of this program", f"upgrade it, or {REBUILD}")
    return version


def _mark(db: sqlite3.Connection, name: str) -> int:
    return int(db.execute(f"pragma {name}").fetchone()[0])


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing of what is done inside; the file is locked against other writers from the beginning."""
    db.execute("begin immediate")
    try:
        yield db
        db.execute("commit")
    except BaseException:
        if db.in_transaction:  # a full disk has ended it already
            db.execute("rollback")
        raise


@contextmanager
def told(path: str | Path) -> Iterator[None]:
    """Errors of the file as one line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        name = getattr(error, "sqlite_errorname", "")
        for begin, what, hint, kind in TROUBLES:
            if name.startswith(begin):
                raise kind(f"{path}: {what}", hint) from None
        if "decode to UTF-8" in str(error):  # it has no name, and holds the text of the row
            raise DigestError(f"{path}: {UNREADABLE}", REBUILD) from None
        raise
    except msgspec.DecodeError:
        raise DigestError(f"{path}: {UNREADABLE}", REBUILD) from None
    except OSError as error:
        raise DigestError(f"{path}: {error.strerror}", WHERE) from None
