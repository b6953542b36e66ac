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
    codes: list[int] = []
    atexit.register(_leave, codes)  # the first one is the last one to be called
    try:
        main()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            codes.append(end.code or 0)
        raise


def _leave(codes: list[int]) -> None:
    """End with the code that the program ended with; where there is none, or not all can be printed, Python knows."""
    with suppress(OSError, ValueError):
        for stream in filter(None, (sys.stdout, sys.stderr)):  # there is none where a scheduler closed it
            stream.flush()
        for code in codes:
            os._exit(code)
