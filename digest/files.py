"""Write a file whole or not at all, so that a crash never leaves half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

MODE = 0o644


def write_whole(path: Path, data: bytes, *, mode: int = MODE) -> None:
    """Put `data` at `path` in one step; when this returns, it is on the disk, and so is its name.

    Raises:
        OSError: it cannot be written; what stood there before still does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
