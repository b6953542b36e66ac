"""The command line; the only place that prints and reads the clock.

The module of a command is imported when it is called, and what it needs inside of it: so `digest --help` costs little
more than click, and a draft nothing for the other commands.
"""

from __future__ import annotations

import atexit
import gc

# Before anything is loaded, which makes much and leaves no rubbish.
gc.set_threshold(100_000)
# A run is short: at its end to look for rubbish among all that is alive takes as long as to draft.
atexit.register(gc.freeze)

from digest.cli.group import digest as main  # noqa: E402 - see above

__all__ = ["main"]
