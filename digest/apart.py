"""Work done beside us by a process of its own, which tells line by line what it finds, and ends when we do.

One thread of Python waits for the other: what one loads and parses is taken from the one that loads the rest of the
program. A copy of this process (`fork`) has a core of its own, and all that it needs is there already. It is made only
while there is one thread: in a copy of several, a lock that another one held is never let go.
"""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from threading import Lock
from typing import TYPE_CHECKING, NoReturn

from digest import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

WIDE = 1_048_576
"""Bytes that a process may be ahead of the one who listens."""


class Died(Exception):  # noqa: N818 - it is what became of the child
    """The child ended before its work; the text says by what."""


def possible() -> bool:
    """Whether a copy of this process is a sound one: it has one thread, as only Linux tells."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - quicker
    except OSError:
        return False


class Child:
    """A process at work, and a context manager that ends it, with all that it has started.

    Iterated over, it gives the lines that it tells, and raises `Died` where it ended by half.
    """

    def __init__(self, work: Callable[[Callable[[bytes], object]], object]) -> None:
        """Begin; `work` is given what takes a line, without the end of it.

        Raises:
            OSError: this machine starts no more processes.
        """
        us, (life, self._life), (told, tell) = os.getpid(), os.pipe(), os.pipe()
        self._code: int | None = None
        self._waiting = Lock()
        try:
            self.pid = os.fork()
            if not self.pid:
                _live(work, life, tell, us)
        finally:
            os.close(life)
            os.close(tell)
            self._told = os.fdopen(told, "rb")

    def __iter__(self) -> Iterator[bytes]:
        for line in self._told:
            if line.endswith(b"\n"):
                yield line[:-1]
        code = self._wait()
        if code:
            raise Died(f"signal {-code}" if code < 0 else f"exit code {code}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._code is None:
            for end in (os.kill, os.killpg):  # itself, and what it has started
                with suppress(OSError):
                    end(self.pid, signal.SIGKILL)
        self._wait()
        self._told.close()  # not before: a thread may listen still
        os.close(self._life)

    def _wait(self) -> int:
        """How it ended."""
        with self._waiting:
            if self._code is None:
                self._code = 0
                with suppress(ChildProcessError):  # whoever started us had it that nobody waits
                    self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
            return self._code


def _live(work: Callable[[Callable[[bytes], object]], object], life: int, tell: int, parent: int) -> NoReturn:
    """The life of the child, which ends here whatever happens: nothing that the parent has begun is done twice."""
    code = 1
    try:
        os.setsid()  # what is typed at the terminal is for the parent
        _end_with(parent, life)
        _let_go({life, tell})
        with suppress(OSError):
            widen(tell)
        with os.fdopen(tell, "wb") as lines:
            work(lambda line: lines.write(line + b"\n"))
        compiled.keep()
        code = 0
    finally:
        os._exit(code)


def _end_with(parent: int, life: int) -> None:
    """Have the kernel kill us and what we start when nobody holds the other end of `life` any more."""
    import fcntl

    fcntl.fcntl(life, fcntl.F_SETOWN, -os.getpgrp())
    fcntl.fcntl(life, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(life, fcntl.F_SETFL, os.O_ASYNC)
    if os.getppid() != parent:  # it was quicker
        os._exit(1)


def _let_go(ours: set[int]) -> None:
    """Hold none of the parent's files, of which one is a lock; their numbers stay taken, as objects may know them."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208
        if int(name) > 2 and int(name) not in ours:  # noqa: PLR2004 - standard error is the last that we share
            with suppress(OSError):
                os.fstat(int(name))
                os.dup2(nothing, int(name), inheritable=False)


def widen(pipe: int) -> None:
    """Have a pipe take more than the usual 64 kB before the one who writes has to wait.

    Raises:
        OSError: this user has too many wide ones.
    """
    import fcntl

    if hasattr(fcntl, "F_SETPIPE_SZ"):  # as only Linux can
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, WIDE)
