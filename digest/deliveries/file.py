"""A digest as a file: in the repository, in a folder that is synchronised, on a web server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from digest.config import Table
from digest.deliveries import Receipt, check_places
from digest.errors import DigestError
from digest.files import write_whole

if TYPE_CHECKING:
    from digest.deliveries import Message

PLACES = {"slug": "2026-W07_W08", "label": "W7-8", "edition": 1}


class File(Table, frozen=True):
    """Write the digest to a file; what stands there is replaced in one step.

    `path` is relative to the folder of the configuration and may hold {slug}, {label} and {edition}.
    """

    name: str = "file"
    root: Path = Path()
    path: str = "digests/published/{slug}.md"
    format: Literal["markdown", "text", "html"] = "markdown"

    def __post_init__(self) -> None:
        """Refuse a path that cannot be filled."""
        check_places(self.path, PLACES)

    def recipients(self) -> tuple[str, ...]:
        """The path as it stands in the configuration."""
        return (self.path,)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Write the file."""
        return put(fill(self.root, self.path, message), self._data(message), to)

    def preview(self, message: Message) -> str:
        """The file and its size."""
        return f"  {fill(self.root, self.path, message)}: {len(self._data(message)):,} bytes of {self.format}"

    def _data(self, message: Message) -> bytes:
        return {"markdown": message.markdown, "text": message.text, "html": message.html}[self.format].encode()

    def check(self) -> str:
        """Whether the folder can be written."""
        return check_folder(self.root, self.path)


def fill(root: Path, path: str, message: Message) -> Path:
    """Where a message goes."""
    words = {"slug": message.slug, "label": message.digest.period.label, "edition": message.edition}
    return root / Path(path.format(**words)).expanduser()


def put(file: Path, data: bytes, to: tuple[str, ...]) -> Receipt:
    """Write `data` whole or not at all."""
    try:
        write_whole(file, data)
    except OSError as error:
        raise DigestError(f"{file}: {error.strerror}") from None
    return Receipt(accepted=to, detail=str(file))


def check_folder(root: Path, path: str) -> str:
    """One line that says that the folder of `path` can be written, or be made.

    Raises:
        DigestError: it cannot.
    """
    folder = (root / Path(path.format(**PLACES)).expanduser()).parent
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        raise DigestError(f"{there}: no files can be written there")
    return f"writes to {folder}"
