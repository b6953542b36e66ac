"""Where this machine keeps what is ours; each system has its own places for that."""

from __future__ import annotations

from pathlib import Path

NAME = "digest"


def cache() -> Path:
    """What would else be made again by each run; the folder may not exist."""
    import platformdirs

    return Path(platformdirs.user_cache_path(NAME))


def state() -> Path:
    """What this machine remembers of its projects; the folder may not exist."""
    import platformdirs

    return Path(platformdirs.user_state_path(NAME))
