"""A process beside us: what it tells, and that it never outlives us or holds what is ours."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import pytest

from digest.apart import Child, Died, possible
from tests.conftest import Clone

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
Tell = Callable[[bytes], object]


def becomes(true: Callable[[], bool]) -> bool:
    """Whether it becomes true, soon."""
    end = time.monotonic() + 20
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.01)
    return found


def gone(pid: int) -> bool:
    """Whether a process is no more, or only waited for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_lines_come_as_they_were_told() -> None:
    """In order and whole, also many more than a pipe holds."""
    lines = [b"", b"\xff\r", *(b"%d" % n * 100 for n in range(20_000))]
    with Child(lambda tell: [tell(line) for line in lines]) as child:
        told = list(child)

    assert lines == told


def killed(_: Tell) -> None:
    """Die as where memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def broken(_: Tell) -> None:
    """A bug."""
    raise KeyError


@pytest.mark.parametrize(("work", "why"), [(killed, "signal 9"), (broken, "exit code 1")])
def test_a_child_that_ends_by_half_says_so(work: Callable[[Tell], object], why: str) -> None:
    """After what it told until then, of which a torn line is none."""
    told: list[bytes] = []

    def half(tell: Tell) -> None:
        for _ in range(1000):
            tell(b"a whole line")
        work(tell)

    with Child(half) as child, pytest.raises(Died) as died:
        told.extend(child)

    assert (why, True) == (str(died.value), set(told) <= {b"a whole line"})


def test_a_child_that_is_left_ends_with_what_it_started() -> None:
    """When the block ends that it was begun in, whatever it does then."""

    def start(tell: Tell) -> None:
        tell(b"%d" % subprocess.Popen(["sleep", "60"]).pid)
        tell(b"x" * 99_999)  # more than it keeps back
        Event().wait()

    with Child(start) as child:
        started = int(next(iter(child)))
        ran = not gone(started)

    assert (True, True) == (ran, becomes(lambda: gone(started)))


def test_a_lock_of_ours_is_not_held_by_the_child(tmp_path: Path) -> None:
    """Nor anything else that we have open: once we let it go, another one can have it."""
    (tmp_path / "lock").touch()
    with (tmp_path / "lock").open() as ours, (tmp_path / "lock").open() as other:
        fcntl.flock(ours, fcntl.LOCK_EX)

        def live(tell: Tell) -> None:
            tell(b"x" * 99_999)
            Event().wait()

        with Child(live) as child:
            next(iter(child))
            ours.close()
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            files = {str(f.readlink()) for f in Path(f"/proc/{child.pid}/fd").iterdir() if int(f.name) > 2}

    assert ["/dev/null", "pipe", "pipe"] == sorted(name.partition(":")[0] for name in files)


def test_what_is_done_at_the_end_is_done_once() -> None:
    """By the program, and not by the child; what was waiting to be printed is printed once."""
    code = (
        "import atexit; from digest.apart import Child; atexit.register(print, 'the end'); print('begun')\n"
        "with Child(lambda tell: tell(b'told')) as child: print(*child)"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True, env={**os.environ, "PYTHONPATH": str(ROOT)})

    assert ["begun", "b'told'", "the end"] == said.splitlines()


def test_only_a_process_with_one_thread_is_copied() -> None:
    """A lock that another one holds would never be let go in the copy."""
    end = Event()
    thread = Thread(target=end.wait)
    thread.start()
    with_another = possible()
    end.set()
    thread.join()

    assert not with_another


@pytest.mark.parametrize("kind", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_program_that_is_killed_leaves_nobody_behind(tmp_path: Path, clone: Clone, kind: signal.Signals) -> None:
    """Neither the process that reads nor its git, which here never answers."""
    git = tmp_path / "git"
    git.write_text(f'#!/bin/sh\ncase "$1" in rev-list) echo $$ $PPID > {tmp_path}/pids.part\n')
    with git.open("a") as file:
        file.write(f'mv {tmp_path}/pids.part {tmp_path}/pids; exec sleep 60;; esac\nexec git "$@"\n')
    git.chmod(0o755)
    clone.commit("Speed up the search", "2026-11-10T10:00:00Z")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "GIT_PYTHON_GIT_EXECUTABLE": str(git)}
    argv = [sys.executable, "-m", "digest", "collect", "--period", "2026-11-09..2026-11-22"]
    with subprocess.Popen(argv, cwd=clone.path, env=env, stderr=subprocess.DEVNULL) as process:
        asked = becomes((tmp_path / "pids").exists)
        process.send_signal(kind)
    pids = [int(pid) for pid in (tmp_path / "pids").read_text().split()] if asked else []

    assert (True, False) == (process.pid != pids[1], process.returncode == 0)
    assert becomes(lambda: all(gone(pid) for pid in pids))
