"""What can go wrong, said for people: a sentence, what to do about it, and the exit code that a script can rely on."""

from __future__ import annotations


class DigestError(Exception):
    """Something that a person can mend.

    Attributes:
        message: one line that names the file, key or source and what was wrong with it.
        hint: what to do about it; may be empty.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        between = "\n" if "\n" in self.message else " "
        return f"{self.message}{between}({self.hint})" if self.hint else self.message


class ConfigError(DigestError):
    """The configuration or the command line asks for something that cannot be."""

    exit_code = 2


class SourceError(DigestError):
    """A source did not deliver; inside a run it becomes a failed `Outcome`, the other sources go on."""


class LimitError(SourceError):
    """A source that asks to wait for longer than its deadline allows: later it may deliver."""

    exit_code = 75


class DraftError(DigestError):
    """A draft file that cannot be read or must not be written over."""


class PersonNeeded(DigestError):  # noqa: N818 - it is a state, no failure
    """A decision that only a person can take stands in the way."""

    exit_code = 3


class PartlyDone(DigestError):  # noqa: N818 - it is a state, no failure
    """Some of the work was done; the rest is named in the message."""

    exit_code = 4


class TryLater(DigestError):  # noqa: N818 - it is a state, no failure
    """Locked by another run, or rate-limited (EX_TEMPFAIL of sysexits.h)."""

    exit_code = 75
