"""Where this machine keeps what is ours: the XDG base directories, on a Mac the Library of the user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

NAME = "digest"
MAC = sys.platform == "darwin"


def cache() -> Path:
    """What would else be made again by each run; the folder may not exist."""
    return _folder("XDG_CACHE_HOME", "~/Library/Caches" if MAC else "~/.cache")


def state() -> Path:
    """What this machine remembers of its projects; the folder may not exist."""
    return _folder("XDG_STATE_HOME", "~/Library/Application Support" if MAC else "~/.local/state")


def _folder(variable: str, usual: str) -> Path:
    """Ours in the folder that the variable names; a relative one counts for nothing, as XDG has it."""
    named = os.environ.get(variable, "")
    return Path(named if os.path.isabs(named) else os.path.expanduser(usual), NAME)  # noqa: PTH111, PTH117 - no home, no error
