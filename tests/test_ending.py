"""How the program ends: quicker than Python does by itself, and to all others the same."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Clone

ROOT = Path(__file__).parent.parent


def ended(folder: Path, *args: str, begin: str = "pass", **how: int) -> tuple[int, str, str]:
    """The exit code, and what the program printed; `begin` is done before it."""
    code = f"import sys; {begin}; from digest.cli import run; run()"
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **how}
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, *args], cwd=folder, env=env, text=True, check=False, **given)  # type: ignore[call-overload]
    return done.returncode, done.stdout or "", done.stderr or ""


@pytest.mark.parametrize(("args", "expected"), [(["--help"], 0), (["draft", "--nonsense"], 2), (["draft"], 2)])
def test_the_exit_code_is_that_of_the_command(tmp_path: Path, args: list[str], expected: int) -> None:
    """Whether all went well, the usage is wrong, or there is nothing to work on."""
    assert expected == ended(tmp_path, *args)[0]


def test_what_was_put_off_until_the_end_is_done(tmp_path: Path) -> None:
    """Such as to remove a folder, or to keep patterns for the next run; and what was printed comes out."""
    main = "(atexit.register(print, 'put off', file=sys.stderr), print('said', end=''), sys.exit(3))"
    ending = ended(tmp_path, begin=f"import atexit; from digest import cli; cli.main = lambda: {main}")

    assert (3, "said", "put off\n") == ending


def test_a_bug_ends_as_in_python(tmp_path: Path) -> None:
    """What nothing catches is shown with its traceback, and the exit code says that it went wrong."""
    code, _, told = ended(tmp_path, begin="from digest import cli; cli.main = lambda: 1 / 0")

    assert (1, "ZeroDivisionError: division by zero") == (code, told.splitlines()[-1])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is there on Linux only")
def test_what_cannot_be_printed_is_no_success(tmp_path: Path) -> None:
    """Words that were not flushed yet and find no room: the exit code is not 0."""
    with Path("/dev/full").open("w") as full:
        code, _, _ = ended(
            tmp_path, begin="from digest import cli; cli.main = lambda: print('x')", stdout=full.fileno()
        )

    assert code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full is there on Linux only")
def test_a_full_disk_under_the_output_is_no_bug(clone: Clone) -> None:
    """One line says what the system said."""
    clone.commit("Serve pages from the cache", "2026-02-11T10:00:00Z")
    with Path("/dev/full").open("w") as full:
        code, _, told = ended(clone.path, "draft", "--print", "--period", "2026-W07", stdout=full.fileno())

    assert (1, "digest: No space left on device (--debug tells where it happened)") == (code, told.strip())


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_is_closed_changes_nothing_else(clone: Clone, closed: int) -> None:
    """As some schedulers start programs: what can be said is said, and no file of ours takes the place of the stream."""
    clone.commit("Serve pages from the cache", "2026-02-11T10:00:00Z")
    program = f"{shlex.quote(sys.executable)} -m digest draft --print --period 2026-W07 {closed}>&-"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["sh", "-c", program], cwd=clone.path, env=env, capture_output=True, text=True, check=False)
    expected = (0, closed != 1, closed != 2)

    assert expected == (done.returncode, "Served pages" in done.stdout, "git: complete, 1 found" in done.stderr)
