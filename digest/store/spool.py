"""What a source gives until it is saved: in memory as long as it is little, and in a file that nobody else sees."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Self

import msgspec

from digest.model import Activity, Sample

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = 8_000_000
"""Bytes that are kept in memory; a fortnight of ten repositories takes a tenth of it."""

_ENCODE = msgspec.json.Encoder().encode
_ACTIVITY = msgspec.json.Decoder(Activity).decode
_SAMPLE = msgspec.json.Decoder(Sample).decode


class Spool:
    """Items in the order in which they were put; a context manager that lets the file go."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - it is closed by the one who reads it
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: Activity | Sample) -> None:
        """Add an item."""
        self._file.write((b"s" if isinstance(item, Sample) else b"a") + _ENCODE(item) + b"\n")
        self._count += 1

    def clear(self) -> None:
        """Forget all that was put."""
        self._file.seek(0)
        self._file.truncate()
        self._count = 0

    def __iter__(self) -> Iterator[Activity | Sample]:
        self._file.seek(0)
        for line in self._file:
            yield _SAMPLE(line[1:]) if line.startswith(b"s") else _ACTIVITY(line[1:])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
