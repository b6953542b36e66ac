"""A digest as the input of a program of the user's: the way out for everything that has no delivery of its own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from digest.config import Table
from digest.deliveries import Receipt
from digest.deliveries.login import reason
from digest.errors import DigestError

if TYPE_CHECKING:
    from digest.deliveries import Message


class Command(Table, frozen=True):
    """Start `command` (without a shell) and hand it the digest. It ends with 0 where it took it, with 75 for later.

    With any other code it says that it has told nobody anything.
    """

    command: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    name: str = "command"
    root: Path = Path()
    format: Literal["markdown", "text", "html"] = "text"
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 60

    def recipients(self) -> tuple[str, ...]:
        """The program."""
        return (self.command[0],)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Run it once."""
        program = self.command[0]
        try:
            done = subprocess.run(  # noqa: S603 - the user's own command, no shell
                self.command,
                input=self._data(message),
                cwd=self.root,
                capture_output=True,
                timeout=self.timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Receipt(detail=f"{program} did not end within {self.timeout:g} seconds")
        except OSError as error:
            raise DigestError(f"{self.name}: {program}: {error.strerror}") from None
        said = reason(done.stderr) or f"it ended with {done.returncode}"
        if done.returncode == os.EX_OK:
            return Receipt(accepted=to, detail=f"{program} took it")
        if done.returncode == os.EX_TEMPFAIL:
            return Receipt(deferred=dict.fromkeys(to, said))
        if done.returncode < 0:
            return Receipt(detail=f"{program} was killed")
        raise DigestError(f"{self.name}: {program}: {said}")

    def preview(self, message: Message) -> str:
        """What would be started, and with how much."""
        return f"  {' '.join(self.command)}, with {len(self._data(message)):,} bytes of {self.format}"

    def check(self) -> str:
        """Whether the program is there; it is not started."""
        import shutil

        program = shutil.which(self.command[0]) or shutil.which(self.root / self.command[0])
        if not program:
            raise DigestError(f"{self.name}: there is no program {self.command[0]}")
        return f"{program} is there"

    def _data(self, message: Message) -> bytes:
        return {"markdown": message.markdown, "text": message.text, "html": message.html}[self.format].encode()
