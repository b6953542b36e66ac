"""Asking git in one repository: it works on what it is asked until the answer is wanted, within the time that is left.

All is asked through GitPython, as bytes. No lock is taken, no terminal is asked, and nothing is fetched from a network,
not even what a partial clone lacks.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.apart import widen
from digest.errors import SourceError
from digest.redact import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_FLUSH": "0",  # else rev-list writes every line by itself
    "GIT_NO_LAZY_FETCH": "1",  # git 2.44 and later
    "GIT_ALLOW_PROTOCOL": "none",  # what keeps an older git from fetching what a partial clone lacks
}
CHUNK = 65_536


class GitFailed(Exception):  # noqa: N818 - it is what git said, callers decide whether it is an error
    """Git ended with a failure; the text is its last line."""


class Asker:
    """An opened repository, and the moment when patience with it ends."""

    def __init__(self, repo: Any, seconds: float) -> None:
        self._git = repo.git
        self._end = time.monotonic() + seconds
        self.path = Path(repo.working_tree_dir or repo.git_dir)
        self._git.update_environment(**ENVIRONMENT)

    def begin(self, command: str, *options: str, given: bytes = b"") -> Callable[[], bytes]:
        """Have git begin, and get what gives its answer; `given` is what it reads before it prints anything.

        What git says by then is kept for it in the pipe, so that several can be asked at once.
        """
        self._left()
        started = self._start(command, *options, istream=subprocess.PIPE)
        process = started.proc
        with suppress(OSError):
            widen(process.stdout.fileno())
        with suppress(OSError):  # it has ended: its answer tells why
            process.stdin.write(given)
            process.stdin.close()
        process.stdin = None
        return lambda: self._answer(started)

    def answer(self, command: str, *options: str, given: bytes = b"") -> bytes:
        """What git answers, also where it prints while it reads `given`."""
        self._left()
        return self._answer(self._start(command, *options, istream=subprocess.PIPE), given)

    def lines(self, command: str, *options: str) -> Generator[list[str]]:
        """The lines that git prints, some at a time, as they come; it is ended where no more of them are wanted."""
        self._left()
        started = self._start(command, *options)
        process, ready, rest = started.proc, select.poll(), b""
        ready.register(process.stdout, select.POLLIN)
        try:
            while ready.poll(self._left() * 1000):
                chunk = os.read(process.stdout.fileno(), CHUNK)
                if not chunk:
                    break
                whole, end, after = chunk.rpartition(b"\n")
                if end:
                    yield (rest + whole).decode("ascii").split("\n")
                rest = after if end else rest + after
            if process.wait():
                self._fail(process.stderr.read())
        finally:
            process.kill()
            process.communicate()

    def _start(self, command: str, *options: str, **more: Any) -> Any:
        """A process that is ended when it is let go."""
        return getattr(self._git, command)(*options, as_process=True, **more)

    def _answer(self, started: Any, given: bytes | None = None) -> bytes:
        process = started.proc
        try:
            out, err = process.communicate(given, timeout=self._left())
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise self._too_long() from None
        if process.returncode:
            self._fail(err)
        return bytes(out)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._too_long()
        return left

    def _too_long(self) -> SourceError:
        return SourceError(f"{self.path}: git took too long", "give the table a larger deadline, in seconds")

    def _fail(self, stderr: bytes) -> None:
        self._left()
        said = redact(stderr.decode("utf-8", "replace"))[0].strip().splitlines()
        if any("dubious ownership" in line for line in said):
            raise SourceError(
                f"{self.path}: the repository belongs to somebody else", "name its folder in paths if you trust it"
            )
        fatal = [line for line in said if line.startswith(("fatal:", "error:"))] or said or ["fatal: no reason given"]
        raise GitFailed(fatal[-1].partition(": ")[2] or fatal[-1])
