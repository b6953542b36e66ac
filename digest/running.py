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

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def answer_of(argv: Sequence[str], request: bytes, *, cwd: Path, deadline: float, most: int) -> tuple[int, bytes]:
    """The exit code of a program and the first `most` bytes that it prints; one that prints on is ended, with code 0.

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
            argv, cwd=cwd, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
        )
    said: list[bytes] = []
    reader = Thread(target=lambda: said.append(process.stdout.read(most) if process.stdout else b""), daemon=True)
    reader.start()
    try:
        reader.join(deadline)
        if reader.is_alive():
            raise subprocess.TimeoutExpired(argv, deadline)
        if len(said[0]) == most:
            return 0, said[0]
        return process.wait(max(0.0, until - monotonic())), said[0]
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a program and what it has started, and let nothing of it stay open."""
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()
    with suppress(OSError, ValueError):
        if process.stdout:
            process.stdout.close()
