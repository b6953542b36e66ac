"""What a scheduler is to start, and when."""

from __future__ import annotations

from pathlib import Path

import msgspec

MINUTE, HOUR = 7, 9
"""Away from the full hour, when everybody else's jobs start."""


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be started.

    Attributes:
        program: the absolute path of `digest`.
        folder: where it is started. config: the configuration, None for a clone without one.
        drafts: the folder of the drafts, from `folder` on.
        zone: the name of the project's zone. name: a word for the files and labels, letters, digits and `-` only.
        several: the configuration holds several projects, each with a folder of its own among the drafts.
    """

    program: Path
    folder: Path
    config: Path | None
    drafts: str
    zone: str
    name: str
    several: bool = False

    @property
    def asks(self) -> list[str]:
        """What `digest` is asked for."""
        return ["draft", "--if-due", *(["--all"] if self.several else [])]

    @property
    def words(self) -> list[str]:
        """The command as a list of arguments."""
        where = ["--config", str(self.config)] if self.config else ["--repo", str(self.folder)]
        return [str(self.program), *self.asks, *where]
