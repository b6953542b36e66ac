"""The store: real SQLite, real processes, real kills."""

from __future__ import annotations

import os
import random
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.errors import DigestError, TryLater
from digest.model import Activity, Change, Item, Link, Memo, Outcome, Part, Sample, State, Status, Unchanged
from digest.period import Period
from digest.store import Store, Sync, file

P1 = Period(first=date(2026, 1, 26), end=date(2026, 2, 9))
P2 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
T1, T2, T3 = (datetime(2026, 2, day, 8, tzinfo=UTC) for day in (23, 24, 25))
NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)
COMPLETE = Outcome(source="hub", status="complete", count=1)


def done(key: str, at: datetime = NOON, **more: object) -> Activity:
    """A finished activity of the source `hub`."""
    return Activity(source="hub", key=key, kind="ticket", title=f"Title of {key}", done=at, **more)  # type: ignore[arg-type]


def under_way(key: str, state: State = "active") -> Activity:
    """An unfinished one."""
    return Activity(source="hub", key=key, kind="ticket", title=f"Title of {key}", state=state)


def save(store: Store, *items: Item, at: datetime = T1, status: Status = "complete", whole: bool = True) -> None:
    """Save what `hub` reported for P2."""
    outcome = Outcome(source="hub", status=status, count=len(items))
    store.save("hub", period=P2, items=items, outcome=outcome, at=at, whole=whole)


def keys(store: Store, period: Period = P2) -> list[str]:
    """What is stored as done."""
    return [activity.key for activity in store.activities(period, ["hub"])]


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory."""
    with Store.open(":memory:") as opened:
        yield opened


instants = st.datetimes(datetime(2026, 1, 1), datetime(2026, 3, 31), timezones=st.just(UTC))  # noqa: DTZ001
activities = st.builds(
    Activity,
    source=st.just("hub"),
    key=st.text(min_size=1, max_size=9),
    kind=st.sampled_from(["commit", "pull_request", "ticket", "milestone", "decision"]),
    title=st.text(),
    done=instants,
    created=st.none() | instants,
    body=st.text(),
    people=st.lists(st.text(), max_size=2).map(tuple),
    labels=st.lists(st.text(), max_size=2).map(tuple),
    links=st.lists(st.builds(Link, relation=st.just("closes"), target=st.text()), max_size=2).map(tuple),
    parts=st.lists(st.builds(Part, key=st.text(), title=st.text()), max_size=2).map(tuple),
    changes=st.none() | st.lists(st.builds(Change, path=st.text(), added=st.integers(0, 9)), max_size=2).map(tuple),
    size=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
)


@given(st.lists(activities, unique_by=lambda a: a.key, max_size=8))
def test_what_was_saved_comes_back(items: list[Activity]) -> None:
    """Every activity of the period as it was, sorted by instant, source and key; none of another period."""
    with Store.open(":memory:") as store:
        save(store, *items)
        found = store.activities(P2, ["hub"])

    assert sorted((a for a in items if a.done and a.done in P2), key=lambda a: (a.done, a.key)) == found


def test_the_edges_of_a_period_are_half_open(store: Store) -> None:
    """The first instant is in, the first of the next period is not, with parts of a second too."""
    tick = timedelta(microseconds=1)
    save(store, *(done(f"{n}", at) for n, at in enumerate((P2.since - tick, P2.since, P2.until - tick, P2.until))))

    assert ["1", "2"] == keys(store)


def test_only_the_sources_asked_for_are_told(store: Store) -> None:
    """One store holds several sources."""
    save(store, done("a"))
    store.save("lab", period=P2, items=[replace(done("b"), source="lab")], outcome=COMPLETE, at=T1)

    assert (["a"], ["a", "b"], []) == (
        keys(store),
        [a.key for a in store.activities(P2, ["hub", "lab"])],
        store.activities(P2, []),
    )


def test_what_a_whole_read_no_longer_reports_is_dropped(store: Store) -> None:
    """A ticket that was deleted or reopened is gone; that of another period or source stays."""
    save(store, done("old", P1.since), done("a"), done("b"))
    store.save("lab", period=P2, items=[replace(done("c"), source="lab")], outcome=COMPLETE, at=T1)
    save(store, done("a"), at=T2)

    assert (["a"], ["old"], ["c"]) == (keys(store), keys(store, P1), [a.key for a in store.activities(P2, ["lab"])])


@pytest.mark.parametrize("whole", [True, False])
def test_what_a_cut_read_leaves_out_stays(store: Store, whole: bool) -> None:  # noqa: FBT001
    """A list that is not whole says nothing of what is not in it."""
    save(store, done("a"), under_way("w"))
    save(store, done("b"), at=T2, status="truncated", whole=whole)

    assert (["a", "b"], ["w"]) == (keys(store), [a.key for a in store.upcoming(["hub"])])


def test_a_read_of_changes_tells_all_that_is_open(store: Store) -> None:
    """What was done stays; what was open and is no longer told is gone, and so it is for every source by itself."""
    save(store, done("a"), under_way("gone"), under_way("moved"), under_way("w", "planned"))
    store.save("lab", period=P2, items=[replace(under_way("x"), source="lab")], outcome=COMPLETE, at=T1)
    save(store, done("b"), under_way("w"), at=T2, whole=False)

    assert (["a", "b"], ["w", "x"]) == (keys(store), [a.key for a in store.upcoming(["hub", "lab"])])


@pytest.mark.parametrize("status", ["complete", "truncated"])
def test_what_is_taken_back_is_forgotten(store: Store, status: Status) -> None:
    """A thing that was done and is open again, and not ahead; unless the same run tells it better."""
    save(store, done("a"), done("b"), done("c"))
    idle = [replace(under_way(key), state="idle") for key in "ab"]
    save(store, idle[0], under_way("b"), idle[1], at=T2, status=status, whole=False)

    assert (["c"], ["b"]) == (keys(store), [a.key for a in store.upcoming(["hub"])])


def test_what_was_merged_elsewhere_is_not_asked_for_again(store: Store) -> None:
    """It is under way, but has its instant like what is done: a read of changes may leave it out."""
    save(store, replace(under_way("part"), done=NOON))
    save(store, done("b"), at=T2, whole=False)

    assert ["part"] == [a.key for a in store.upcoming(["hub"])]


@pytest.mark.parametrize("status", ["failed", "skipped"])
def test_a_failed_run_changes_no_row(store: Store, status: Status) -> None:
    """What was known stays known, and the failure is on record."""
    save(store, done("a"), under_way("w"))
    save(store, done("b"), at=T2, status=status)

    expected = Sync(read_at=T1, tried_at=T2, outcome=Outcome(source="hub", status=status, count=1))
    assert (["a"], ["w"], expected) == (
        keys(store),
        [a.key for a in store.upcoming(["hub"])],
        store.last_sync("hub", P2),
    )


def test_what_is_open_is_what_the_last_run_said(store: Store) -> None:
    """A ticket that left the sprint is gone, one that was finished is done."""
    save(store, under_way("a"), under_way("b", "planned"), under_way("c"))
    save(store, under_way("b"), done("c"), at=T2)

    assert (["b"], ["active"], ["c"]) == (
        [a.key for a in store.upcoming(["hub"])],
        [a.state for a in store.upcoming(["hub"])],
        keys(store),
    )


def test_a_sync_tells_when_and_whether_all_was_read(store: Store) -> None:
    """For exactly that period; a cut run does not move the instant of the last whole one."""
    never = store.last_sync("hub", P2)
    save(store, done("a"), at=T1)
    first = store.last_sync("hub", P2)
    save(store, done("a"), at=T2, status="truncated")
    second = store.last_sync("hub", P2)

    assert (None, True, T1, False, T1, T2, None) == (
        never,
        first and first.complete,
        first and first.read_at,
        second and second.complete,
        second and second.read_at,
        second and second.tried_at,
        store.last_sync("hub", P1),
    )


def sample(at: datetime, value: float | None = 1.0, key: str = "conversion") -> Sample:
    """A figure of the metric `conversion`."""
    return Sample(source="hub", key=key, metric="conversion", value=value, at=at, variant=(1.0, 2, 3.0))


def test_a_sample_belongs_to_the_period_at_whose_end_it_stands(store: Store) -> None:
    """The end is included, the beginning is not; a whole read replaces what it read before."""
    save(store, sample(P2.since), sample(P2.until, 2.0), sample(NOON, 3.0), at=T1)
    save(store, sample(P2.until, 4.0), at=T2)

    assert ([sample(P2.until, 4.0)], [sample(P2.since)]) == (store.samples(P2, ["hub"]), store.samples(P1, ["hub"]))


def test_a_file_keeps_what_was_saved_and_is_private(tmp_path: Path) -> None:
    """Closed and opened again; nobody else may read it."""
    path = tmp_path / "deep/er/store.db"
    with Store.open(path) as store:
        save(store, done("a"))
    with Store.open(path) as store:
        found = keys(store)

    assert (["a"], 0o600) == (found, stat.S_IMODE(path.stat().st_mode))


def test_all_or_nothing_is_saved(store: Store) -> None:
    """Where the last row does not fit, no row and no record of the run are there."""
    save(store, done("a"), at=T1)
    bad = replace(done("b"), key=None)
    with pytest.raises(sqlite3.IntegrityError):
        save(store, done("c"), bad, at=T2)

    assert (["a"], T1) == (keys(store), (sync := store.last_sync("hub", P2)) and sync.tried_at)


def told(path: Path) -> str:
    """What is said where the file cannot be opened."""
    with pytest.raises(DigestError) as error:
        Store.open(path).close()
    return str(error.value)


def test_a_damaged_file_is_one_line(tmp_path: Path) -> None:
    """With what to do; at the beginning of the file and in its middle."""
    text = tmp_path / "text.db"
    text.write_text("no database " * 100)
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        save(store, *(done(f"{n:05}") for n in range(3000)))
    size = path.stat().st_size
    with path.open("r+b") as raw:
        raw.seek(4096)
        raw.write(b"\xa5" * (size - 4096))
    with Store.open(path) as store, pytest.raises(DigestError) as error:
        save(store, done("a"))

    hint = "delete it: it is rebuilt from the sources"
    assert (
        f"{text}: no store of this program, or damaged (let store name another file, or {hint})",
        f"{path}: damaged ({hint})",
    ) == (
        told(text),
        str(error.value),
    )


@pytest.mark.parametrize("item", ["'{}'", "cast(x'7b22c322' as text)"])
def test_a_row_that_cannot_be_read_is_one_line(store: Store, item: str) -> None:
    """An item in a form that this version does not know, or with a byte that has changed on the disk."""
    save(store, done("a"))
    store._db.execute(f"update activity set item = {item}")
    with pytest.raises(DigestError) as error:
        keys(store)

    assert ":memory:: holds a row that cannot be read (delete it: it is rebuilt from the sources)" == str(error.value)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """Nothing is written to it."""
    path = tmp_path / "store.db"
    Store.open(path).close()
    with sqlite3.connect(path) as db:
        db.execute(f"pragma user_version = {len(file.MIGRATIONS) + 1}")
    db.close()
    before = path.read_bytes()

    hint = "upgrade it, or delete it: it is rebuilt from the sources"
    assert (f"{path}: written by a newer version of this program ({hint})", before) == (told(path), path.read_bytes())


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """Nothing of it is touched, and nobody is told to delete it."""
    path = tmp_path / "bank.db"
    with sqlite3.connect(path) as db:
        db.execute("create table account (balance)")
    db.close()
    before = path.read_bytes()

    assert (f"{path}: a database of another program (let store name another file)", before) == (
        told(path),
        path.read_bytes(),
    )


def test_a_step_of_the_layout_is_taken_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A migration that breaks off leaves version and tables as they were; the next one begins there."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        save(store, done("a"))
    good = "alter table sync add column note text"
    monkeypatch.setattr(file, "MIGRATIONS", (*file.MIGRATIONS, (good, "no sql at all")))
    with pytest.raises(sqlite3.OperationalError):
        Store.open(path)
    monkeypatch.setattr(file, "MIGRATIONS", (*file.MIGRATIONS[:-1], (good,)))
    with Store.open(path) as store:
        version = store._db.execute("pragma user_version").fetchone()

    assert (len(file.MIGRATIONS),) == version


def test_a_full_disk_saves_nothing_by_half(tmp_path: Path) -> None:
    """What was there stays, and the line says that room is needed."""
    with Store.open(tmp_path / "store.db") as store:
        save(store, done("a"))
        pages = store._db.execute("pragma page_count").fetchone()[0]
        store._db.execute(f"pragma max_page_count = {pages + 3}")
        with pytest.raises(DigestError) as error:
            save(store, *(done(f"{n}", body="x" * 2000) for n in range(200)), at=T2)
        found = keys(store)

    expected = "no space is left on the disk (make room and run it again: nothing was saved by half)"
    assert (["a"], f"{tmp_path}/store.db: {expected}") == (found, str(error.value))


@pytest.mark.parametrize("kind", ["folder", "parent"])
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, kind: str) -> None:
    """A folder instead of a file, a file instead of a folder."""
    (tmp_path / "file").write_text("")
    path = tmp_path if kind == "folder" else tmp_path / "file/store.db"
    reason = {"folder": "Is a directory", "parent": "Not a directory"}[kind]

    assert f"{path}: {reason} (let store name a file in a folder that can be written)" == told(path).replace(
        "File exists", reason
    )


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """As in a read-only folder; tried as SQLite says it, for root may write everywhere."""
    with Store.open(tmp_path / "store.db") as store:
        store._db.execute("pragma query_only = on")
        with pytest.raises(DigestError) as error:
            save(store, done("a"))

    assert f"{tmp_path}/store.db: cannot be written (let store name a file in a folder that can be written)" == str(
        error.value
    )


def test_a_lock_that_is_held_for_long_means_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The exit code tells a script to try again; readers are not disturbed."""
    monkeypatch.setattr(file, "BUSY_SECONDS", 0.01)
    path = tmp_path / "store.db"
    with Store.open(path) as store, Store.open(path) as other:
        save(store, done("a"))
        store._db.execute("begin immediate")
        with pytest.raises(TryLater):
            save(other, done("b"))
        found = keys(other)
        store._db.execute("rollback")

    assert ["a"] == found


WRITER = """
import sys
from tests.test_store import COMPLETE, P2, T1, Memo, done
from msgspec.structs import replace
from digest.store import Store

path, source, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
with Store.open(path) as store:
    for n in range(rounds):
        items = [replace(done(f"{k:03}", body=f"{n}" + "x" * 500), source=source) for k in range(n % 7, 60)]
        outcome = replace(COMPLETE, count=len(items), detail=f"{n}")
        store.save(source, period=P2, items=[*items, Memo(name="round", value=f"{n}")], outcome=outcome, at=T1)
        print(n, flush=True)
"""


def writer(path: Path, source: str, rounds: int) -> subprocess.Popen[str]:
    """A process that saves one run after the other and says so after each."""
    root = Path(__file__).parent.parent
    argv = [sys.executable, "-c", WRITER, str(path), source, str(rounds)]
    return subprocess.Popen(
        argv, cwd=root, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(root)}
    )


def state(path: Path, source: str) -> tuple[int, str, set[str], str]:
    """Rows that are missing, round of the record, rounds of rows and memos, and whether the file is sound."""
    with Store.open(path) as store:
        sync = store.last_sync(source, P2)
        rows = store.activities(P2, [source])
        sound = store._db.execute("pragma integrity_check").fetchone()[0]
        assert sync is not None
        rounds = {a.body.rstrip("x") for a in rows} | set(store.memos(source, T1).values())
        return sync.outcome.count - len(rows), sync.outcome.detail, rounds, sound


def test_a_kill_leaves_the_last_whole_run(tmp_path: Path) -> None:
    """Whenever the process dies, rows and record are of one and the same run, at least the last that was announced."""
    path = tmp_path / "store.db"
    chance = random.Random(7)
    expected, found = [], []
    for _ in range(6):
        process = writer(path, "hub", 10_000)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 25)):
            announced = int(process.stdout.readline())
        process.kill()
        announced = max([announced, *map(int, process.stdout.read().split("\n")[:-1])])
        process.stdout.close()
        process.wait()
        missing, detail, bodies, sound = state(path, "hub")
        expected.append((0, {detail}, "ok", True))
        found.append((missing, bodies, sound, announced <= int(detail) <= announced + 1))

    assert expected == found


def test_two_processes_may_write_at_once(tmp_path: Path) -> None:
    """Both begin with no file and end with all their rows."""
    path = tmp_path / "store.db"
    writers = [writer(path, source, 40) for source in ("hub", "lab")]
    codes = [(process.communicate()[0].split()[-1], process.returncode) for process in writers]

    assert ([("39", 0)] * 2, [(0, "39", {"39"}, "ok")] * 2) == (codes, [state(path, s) for s in ("hub", "lab")])


def test_another_scope_forgets_what_was_known(store: Store) -> None:
    """The same scope keeps everything; another one keeps nothing of that source, so that it is asked for all again."""
    store.keep_scope("hub", "one")
    save(store, done("a"), Memo(name="site", value="there"))
    store.save("lab", period=P2, items=[replace(done("b"), source="lab")], outcome=COMPLETE, at=T1)
    store.keep_scope("hub", "one")
    same = (keys(store), store.last_sync("hub", P2) is None, store.memos("hub", T1))
    store.keep_scope("hub", "two")

    assert ((["a"], False, {"site": "there"}), ([], True, {}), 1) == (
        same,
        (keys(store), store.last_sync("hub", P2) is None, store.memos("hub", T1)),
        store.count(P2, "lab"),
    )


def test_a_file_of_before_knows_the_places_of_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new layout fills them in, and rows of a repository are found without reading the others."""
    path = tmp_path / "store.db"
    with Store.open(path) as store:
        save(store, replace(done("a"), where="Acme/Pay"), replace(done("b"), where="acme/web"), done("c"))
    with closing(sqlite3.connect(path)) as db:
        db.executescript("drop index activity_place; alter table activity drop column place; drop table memo")
        db.execute("pragma user_version = 2")

    with Store.open(path) as store:
        found = [a.key for a in store.activities(P2, ["hub"], places=["acme/pay"])]
        assert (["acme/pay", "acme/web"], ["a"]) == (store.places("hub"), found)


def test_owners_of_one_file_do_not_see_each_other(tmp_path: Path) -> None:
    """The same source of two projects: rows, syncs and scopes are each one's own."""
    path = tmp_path / "store.db"
    with Store.open(path, "pay") as pay, Store.open(path, "web") as web:
        pay.keep_scope("hub", "one")
        web.keep_scope("hub", "other")
        save(pay, done("a"))
        save(web, done("b"))
        pay.keep_scope("hub", "changed")

        assert ([], ["b"]) == tuple([a.key for a in s.activities(P2, ["hub"])] for s in (pay, web))
        assert (None, True) == (pay.last_sync("hub", P2), web.last_sync("hub", P2) is not None)


@pytest.mark.parametrize("status", ["complete", "truncated", "failed"])
def test_what_is_unchanged_is_not_forgotten(store: Store, status: Status) -> None:
    """A source that knows all of the period names what stands: the rest is dropped, where nothing is missing.

    So it is with what is ahead; of other periods everything stands.
    """
    save(store, done("a"), done("b"), done("c"), done("old", P1.since), under_way("x"), under_way("y"))
    save(store, done("c"), Unchanged(keys=frozenset({"a", "x"})), at=T2, status=status, whole=False)

    all_of_it = (["a", "b", "c"], ["x", "y"])
    left = (["a", "c"], ["x"]) if status == "complete" else all_of_it
    assert (*left, ["old"]) == (keys(store), [a.key for a in store.upcoming(["hub"])], keys(store, P1))


def test_a_source_that_does_not_know_all_drops_nothing(store: Store) -> None:
    """Only what changed was asked for, and nothing was said of the rest."""
    save(store, done("a"), done("b"))
    save(store, done("b"), at=T2, whole=False)

    assert ["a", "b"] == keys(store)


def test_a_source_is_told_what_it_wanted_to_be_told(store: Store) -> None:
    """The last word under each name, nobody else's, and only for a week; what comes from the future is no older."""
    save(store, Memo(name="site", value="old"), Memo(name="zone", value="UTC"), at=T1)
    save(store, Memo(name="site", value="new"), at=T3, status="truncated")
    told = [store.memos("hub", T1 + timedelta(days=days)) for days in (-8, 0, 7, 8, 9.5)]

    both = {"site": "new", "zone": "UTC"}
    assert [{}, both, both, {"site": "new"}, {}, {}] == [*told, store.memos("lab", T1)]


def test_a_source_that_failed_remembers_nothing(store: Store) -> None:
    """What it was told may be why: so it asks anew."""
    save(store, Memo(name="site", value="old"))
    save(store, Memo(name="site", value="new"), at=T2, status="failed")

    assert {} == store.memos("hub", T2)
