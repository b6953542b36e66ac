"""The command line; the only place that prints and reads the clock.

The module of a command is imported when it is called, and what it needs inside of it: so `digest --help` costs little
more than click, and a draft nothing for the other commands.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from contextlib import suppress

# Before anything is loaded, which makes much and leaves no rubbish.
gc.set_threshold(100_000)

from digest.cli.group import digest as main  # noqa: E402 - see above

__all__ = ["main", "run"]


def run() -> None:
    """Run the program; when all is done it ends at once.

    To give back to the system piece by piece what the program holds, as Python does at its end, takes as long as to
    print a draft.
    """
    _fill_gaps()
    codes: list[int] = []
    atexit.register(_leave, codes)  # the first one is the last one to be called
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            codes.append(end.code or 0)
        raise


def _fill_gaps() -> None:
    """Have something stand for a standard stream that was closed: else the next file gets its number, and its words."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            from pathlib import Path

            # It takes the lowest number that is free, which is that of the stream.
            setattr(sys, name, Path(os.devnull).open(mode, encoding="utf-8"))  # noqa: SIM115 - open until the end


def _leave(codes: list[int]) -> None:
    """End with the code that the program ended with; where there is none, or not all can be printed, Python knows."""
    with suppress(OSError, ValueError):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        for code in codes:
            os._exit(code)
