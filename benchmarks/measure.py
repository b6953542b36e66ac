"""What a process takes: seconds, seconds of the processor, and its peak of memory."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = """
import resource, subprocess, sys, time
begin = time.perf_counter()
code = subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL).returncode
seconds = time.perf_counter() - begin
used = resource.getrusage(resource.RUSAGE_CHILDREN)
open(sys.argv[1], "w").write(f"{seconds} {used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(code)
"""
"""Started in between, because a process is charged with the memory of the one that started it."""


class Taken(NamedTuple):
    """Seconds by the clock and of the processor, with those of the programs it started; MB of the largest of them."""

    seconds: float
    processor: float
    memory: float


def run(argv: list[str], folder: Path, env: dict[str, str]) -> Taken:
    """Run a program to its end; what it says is shown only where it fails."""
    read, write = os.pipe()
    launched = [sys.executable, "-S", "-c", MEASURED, f"/dev/fd/{write}", *argv]
    done = subprocess.run(launched, cwd=folder, env=env, stderr=subprocess.PIPE, pass_fds=[write], check=False)
    os.close(write)
    with os.fdopen(read) as told:
        seconds, processor, memory = map(float, told.read().split())
    if done.returncode:
        sys.exit(f"{' '.join(argv)}: {done.stderr.decode()}")
    return Taken(seconds, processor, memory / 1024)


def far(about: str | None) -> argparse.Namespace:
    """The options of a benchmark of a far source; the head of its table is printed."""
    parser = argparse.ArgumentParser(description=about, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--runs", type=int, default=3)
    print("| what | least | first run | s | rerun | s | rerun, one more done | s |\n|" + " --- |" * 8, flush=True)
    return parser.parse_args()


def row(name: str, least: int, figures: list[list[tuple[int, float]]]) -> str:
    """One line of that table: the most requests and the median of the seconds, of the runs of each kind."""
    cells = [f"{max(n for n, _ in runs)} | {statistics.median(s for _, s in runs):.2f}" for runs in figures]
    return f"| {name} | {least} | {' | '.join(cells)} |"
