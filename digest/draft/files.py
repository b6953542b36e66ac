"""The draft on the disk: read with its hash, written whole or not at all, and never over somebody else's change."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from digest.errors import DraftError

if TYPE_CHECKING:
    from collections.abc import Iterator

MODE = 0o644


def load(path: Path) -> tuple[str, str]:
    """The text of a draft file, its newlines and BOM as they are, and the hash to save it with.

    Raises:
        DraftError: there is no such file, or it is no UTF-8 text.
    """
    try:
        data = path.read_bytes()
        return data.decode("utf-8"), _hash(data)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise DraftError(f"{path}: line {line} is not UTF-8", "save it as UTF-8 in your editor") from None
    except OSError as error:
        raise DraftError(f"{path}: {error.strerror}") from None


def save(path: Path, text: str, expected: str | None) -> str:
    """Write a draft file in one step, and give the hash of what stands there now.

    Args:
        path: the file; a symbolic link is followed, the mode of the file is kept.
        text: the whole text.
        expected: the hash that `load` or the last `save` gave; None where there must be no file yet.

    Raises:
        DraftError: the file was changed, made or removed by somebody else meanwhile, or cannot be written.
    """
    path = path.resolve()
    data = text.encode("utf-8")
    _refuse_foreign_change(path, expected)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else MODE
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fchmod(file.fileno(), mode)
                os.fsync(file.fileno())
            with _alone(path.parent):
                _refuse_foreign_change(path, expected)
                Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise DraftError(f"{path}: {error.strerror}") from None
    return _hash(data)


def diff(old: str, new: str, name: str = "draft") -> str:
    """What changed, line by line, as `diff -u` shows it; empty where nothing did."""
    now, then = (f"{text.rstrip()}\n".splitlines(keepends=True) for text in (old, new))
    import difflib

    return "".join(difflib.unified_diff(now, then, f"{name} (now)", f"{name} (new)", n=1))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """No other run of this program writes into the folder between a look at the file and its replacement."""
    import fcntl

    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # a file system without locks: there the hash alone guards
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refuse_foreign_change(path: Path, expected: str | None) -> None:
    try:
        now: str | None = _hash(path.read_bytes())
    except FileNotFoundError:
        now = None
    except OSError as error:
        raise DraftError(f"{path}: {error.strerror}") from None
    if now == expected:
        return
    if now is None:
        raise DraftError(f"{path}: it was removed meanwhile", "nothing was written")
    what = "it was changed by somebody else meanwhile" if expected else "it exists already"
    raise DraftError(f"{path}: {what}", "nothing was written; run the command again")


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
