"""`digest collect` as a real process, killed at any moment, and with a store that cannot be used."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from digest.period import Period
from digest.project import open_project
from digest.store import Store
from tests.conftest import Clone
from tests.sims.github.bench import TOKEN
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import USER, dataset

ROOT = Path(__file__).parent.parent
PERIOD = Period(first=date(2026, 11, 9), end=date(2026, 11, 23))
SOURCES = ["hub", "team", "work"]
KILLS = int(os.environ.get("DIGEST_TEST_KILLS", "5"))
BYTES = 60_000
CONFIG = f"""title = "Acme"
store = "acme.db"
[collectors.hub]
type = "github"
repos = ["acme/checkout", "acme/monolith"]
token = "env:TOKEN"
url = "HUB"
[collectors.team]
type = "jira"
projects = ["CHK", "PLAT"]
user = "{USER}"
token = "env:TOKEN"
url = "TEAM"
[collectors.work]
type = "git"
paths = ["clone"]
"""
State = dict[str, tuple[str, list[str]]]
"""By source how it did, and the titles of what it found."""


@pytest.fixture
def hub() -> Iterator[GithubSim]:
    """A GitHub."""
    with GithubSim(generate(big=60)) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path, clone: Clone, hub: GithubSim) -> Iterator[Path]:
    """A project with a clone, a GitHub and a Jira."""
    clone.commit("Speed up the search", "2026-11-10T10:00:00Z")
    with JiraSim(dataset()) as team:
        (tmp_path / "config.toml").write_text(CONFIG.replace("HUB", hub.url).replace("TEAM", team.url))
        yield tmp_path


def started(folder: Path, *words: str, **more: Any) -> subprocess.Popen[str]:
    """`digest collect`, begun."""
    argv = [sys.executable, "-m", "digest", "collect", "--period", "2026-11-09..2026-11-22", *words]
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TOKEN": TOKEN}
    return subprocess.Popen(argv, cwd=folder, env=env, text=True, stderr=subprocess.PIPE, **more)


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit code, and what it said."""
    said = process.communicate()[1]
    return process.returncode, said


def state(folder: Path) -> State:
    """What the store knows of each source."""
    known: State = {}
    with open_project(folder, folder / "config.toml").open_store() as store:
        assert store._db.execute("pragma integrity_check").fetchone() == ("ok",)
        for source in SOURCES:
            sync = store.last_sync(source, PERIOD)
            found = [f"{a.title}{a.body}" for a in store.activities(PERIOD, [source])]
            known[source] = sync.outcome.status if sync else "never", found
    return known


def test_a_kill_leaves_each_source_as_it_was_or_as_it_is(folder: Path, clone: Clone, hub: GithubSim) -> None:
    """Whenever `digest collect` dies, each source has its old rows or its new ones, whole; the next run has all."""
    begin = time.monotonic()
    assert ended(started(folder))[0] == 0
    seconds = time.monotonic() - begin
    old = state(folder)
    clone.commit("Speed up the search again", "2026-11-11T10:00:00Z")
    hub.load(generate(big=75))
    chance = random.Random(7)
    met = []
    for _ in range(KILLS):
        process = started(folder, "--refresh")
        with suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1.1) * seconds)
        process.kill()
        ended(process)
        met.append(state(folder))
    code, said = ended(started(folder, "--refresh"))
    new = state(folder)
    for file in folder.glob("acme.db*"):
        file.unlink()
    assert (ended(started(folder))[0], state(folder)) == (0, new), "the store can be deleted and rebuilt"

    assert [] == [name for known in met for name in SOURCES if known[name] not in (old[name], new[name])]
    assert (0, [1, 2], 15) == (code, [len(s["work"][1]) for s in (old, new)], len(new["hub"][1]) - len(old["hub"][1]))
    assert {"complete"} == {status for status, _ in new.values()}, said


def spoilt_by(content: bytes) -> Callable[[Path], None]:
    """Another file in the place of the store."""
    return lambda folder: (folder / "acme.db").write_bytes(content) and None  # type: ignore[return-value]


def newer(folder: Path) -> None:
    """A store that a later version wrote."""
    Store.open(folder / "acme.db").close()
    with closing(sqlite3.connect(folder / "acme.db")) as db:
        db.execute("pragma user_version = 999")


def torn(folder: Path) -> None:
    """A store whose middle was overwritten."""
    Store.open(folder / "acme.db").close()
    with (folder / "acme.db").open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 40_000)


def unwritable(folder: Path) -> None:
    """A folder that nothing can be made in: a device, because to root no folder is read-only."""
    text = (folder / "config.toml").read_text()
    (folder / "config.toml").write_text(text.replace('"acme.db"', '"/proc/self/acme/acme.db"'))


def limited() -> None:
    """A process that may write files of a few pages only, as where a disk or a quota is full."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (BYTES, BYTES))


@pytest.mark.parametrize(
    ("spoil", "more", "said"),
    [
        (newer, {}, "acme.db: written by a newer version of this program (upgrade it, or delete it: "),
        (torn, {}, "acme.db: damaged (delete it: it is rebuilt from the sources)"),
        (spoilt_by(b"no database at all, but long enough to be taken for one" * 40), {}, "acme.db: no store of this"),
        (unwritable, {}, "/proc/self/acme"),
        (lambda _: None, {"preexec_fn": limited}, "acme.db: the disk gives errors ("),
    ],
)
def test_a_store_that_cannot_be_used_is_one_line(
    folder: Path, spoil: Callable[[Path], None], more: dict[str, Any], said: str
) -> None:
    """The run ends with one line that names the file, says what is wrong and what to do."""
    spoil(folder)
    code, told = ended(started(folder, "--refresh", **more))

    assert (True, 1, True) == (code in {1, 2}, told.count("\n"), told.startswith("digest: ") and said in told), told
