"""What a source gives until it is saved: in memory as long as it is little, and in a file that nobody else sees."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Self

import msgspec

from digest.errors import DigestError
from digest.model import Activity, Item, Memo, Sample, Unchanged

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = 8_000_000
"""Bytes that are kept in memory; a fortnight of ten repositories takes a tenth of it."""

_ENCODE = msgspec.json.Encoder().encode
_KINDS: dict[type[Item], bytes] = {Activity: b"a", Sample: b"s", Memo: b"m", Unchanged: b"u"}
_DECODERS = {mark: msgspec.json.Decoder(kind) for kind, mark in _KINDS.items()}
COUNTED = _KINDS[Activity], _KINDS[Sample]


def line_of(item: Item) -> bytes:
    """An item as a line, without the end of it."""
    return _KINDS[type(item)] + _encoded(item)


class MisfitError(DigestError):
    """A source gave an item that is none, such as one without a number where one has to be."""


class Spool:
    """Items in the order in which they were put; a context manager that lets the file go.

    Its length is the number of activities and samples.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=MEMORY)  # noqa: SIM115 - it is closed by the one who reads it
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def put(self, item: Item) -> None:
        """Add an item."""
        self.add(line_of(item))

    def add(self, line: bytes) -> None:
        """Add an item as `line_of` wrote it."""
        self._file.write(line)
        self._file.write(b"\n")
        self._count += line.startswith(COUNTED)

    def clear(self) -> None:
        """Forget all that was put."""
        self._file.seek(0)
        self._file.truncate()
        self._count = 0

    def __iter__(self) -> Iterator[Item]:
        self._file.seek(0)
        for line in self._file:
            try:
                yield _DECODERS[line[:1]].decode(line[1:])
            except msgspec.DecodeError as error:
                raise MisfitError(f"what it gave is of another kind than it should be: {error}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _encoded(item: Item) -> bytes:
    """The item as JSON; half of a character, which a text ends with that was cut, as a question mark."""
    try:
        return _ENCODE(item)
    except UnicodeEncodeError:
        import json

        return json.dumps(msgspec.to_builtins(item), ensure_ascii=False).encode(errors="replace")
