"""Runs the program again and again, each time in a process that is killed one step later, until nothing is left to kill.

Started as a program of its own: it reads `[folder, point, argv…]` as JSON, a line each, and answers with how that ended
and what steps it came to. A step is what Python reports of files, sockets and mail commands (its audit events), each just
before it happens; it is killed at the one of that number, at none for 0. Everything is loaded once, by a first run in
this very process (-1); each other run is a copy of it, which costs a tenth of a start.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path

STEPS = {
    "open", "os.rename", "os.remove", "os.mkdir", "fcntl.flock", "tempfile.mkstemp", "sqlite3.connect", "socket.connect",
    "smtplib.send", "http.client.send",
}  # fmt: skip
UNLIKE = re.compile(r"(?<=json)\..*|^\d+$")
"""What differs from run to run in a name."""

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def main() -> None:
    """Answer each line."""
    import requests  # noqa: F401 - loaded here once, and not in each copy

    from digest.cli import main as program

    for line in sys.stdin:
        folder, point, *argv = json.loads(line)
        os.chdir(folder)
        told, told_to = os.pipe()
        child = os.fork() if point >= 0 else 0
        if not child:
            out = os.dup(1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            os.dup2(1, 2)
            if point >= 0:
                _watch(point, told_to)
            try:
                program(argv)
            except SystemExit as ended:
                if point >= 0:
                    os._exit(ended.code if isinstance(ended.code, int) else 1)
            os.dup2(out, 1)
        os.close(told_to)
        with os.fdopen(told) as reader:
            steps = reader.read().splitlines()
        status = os.waitpid(child, 0)[1] if child else 0
        sys.stdout.write(json.dumps([os.waitstatus_to_exitcode(status), steps]) + "\n")
        sys.stdout.flush()


def _watch(point: int, told_to: int) -> None:
    """Tell each step, and kill this process at the one of that number."""
    number = 0

    def step(event: str, given: tuple[object, ...]) -> None:
        nonlocal number
        if event not in STEPS or (event == "open" and not (isinstance(given[2], int) and given[2] & WRITES)):
            return
        number += 1
        os.write(told_to, f"{_name(event, given)}\n".encode())
        if number == point:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(step)


def _name(event: str, given: tuple[object, ...]) -> str:
    """A step in words that are the same in every run."""
    if event in {"smtplib.send", "http.client.send"}:
        data = given[1] if isinstance(given[1], bytes) else str(given[1]).encode()
        return f"{event} {re.split(rb'[: ]', data.strip(), maxsplit=1)[0][:12].decode('latin1')}"
    if event in {"open", "os.rename", "os.remove", "os.mkdir"}:
        name = Path(str(given[1 if event == "os.rename" else 0])).name
        return f"{event} {UNLIKE.sub('', name)}".strip()
    return event


if __name__ == "__main__":
    main()
