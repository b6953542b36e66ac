"""A program of the user's, run without a shell, with a deadline and an end to what is read of it."""

from __future__ import annotations

import os
import signal
import subprocess
from contextlib import suppress
from tempfile import TemporaryFile
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import IO

COMPLAINT = 4096
"""Bytes of the end of what a program complains about that are kept."""

GRACE = 0.2
"""Seconds that are waited for the end of a complaint after the program ended."""


class Answer(msgspec.Struct, frozen=True):
    """The exit code of a program, what it printed, and the end of what it complained about."""

    code: int
    said: bytes
    complaint: bytes


def answer_of(argv: Sequence[str], request: bytes, *, cwd: Path, deadline: float, most: int) -> Answer:
    """The first `most` bytes that a program prints; one that prints on is ended, with code 0.

    What it left running is ended with it.

    Raises:
        subprocess.TimeoutExpired: it has not ended by the deadline.
        OSError: it cannot be started.
    """
    until = monotonic() + deadline
    with TemporaryFile() as given:
        given.write(request)
        given.seek(0)
        process = subprocess.Popen(  # noqa: S603 - the user's own command, no shell
            argv, cwd=cwd, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
    said: list[bytes] = []
    complaint = bytearray()
    reader = Thread(target=lambda: said.append(process.stdout.read(most) if process.stdout else b""), daemon=True)
    listener = Thread(target=_keep_end, args=(process.stderr, complaint), daemon=True)
    reader.start()
    listener.start()
    try:
        reader.join(deadline)
        if reader.is_alive():
            raise subprocess.TimeoutExpired(argv, deadline)
        if len(said[0]) == most:
            return Answer(0, said[0], b"")
        code = process.wait(max(0.0, until - monotonic()))
        listener.join(GRACE)  # what it left running may hold its stderr open
        return Answer(code, said[0], bytes(complaint))
    finally:
        _end(process)
        for thread, pipe in ((reader, process.stdout), (listener, process.stderr)):
            thread.join(GRACE)  # what fled from its group may still hold the other end; the pipe is left to it then
            if pipe and not thread.is_alive():
                pipe.close()


def _keep_end(stream: IO[bytes] | None, end: bytearray) -> None:
    """Read to the end, and keep only that."""
    with suppress(OSError, ValueError):
        while stream and (part := stream.read1(COMPLAINT)):  # type: ignore[attr-defined]  # a pipe is buffered
            end += part
            del end[:-COMPLAINT]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()
