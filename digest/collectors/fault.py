"""What went wrong with one request to a far source: what people are told of it, and what may be done about it."""

from __future__ import annotations


class Fault(Exception):  # noqa: N818 - most of them pass by themselves
    """What went wrong with a request.

    Attributes:
        what: one line for people, without any secret.
        hint: what a person can do.
        again: whether it may pass by itself.
        wait: the seconds that the server asks to wait; None where it does not ask.
        heavy: whether a smaller question may pass.
        here: whether it is about the one thing that was asked for, and says nothing of the others.
        unknown: the field that this server does not know.
    """

    def __init__(  # noqa: PLR0913 - what a fault says is independent of each other
        self,
        what: str,
        hint: str = "",
        *,
        again: bool = False,
        wait: float | None = None,
        heavy: bool = False,
        here: bool = False,
        unknown: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.again = again or heavy
        self.wait = wait
        self.heavy = heavy
        self.here = here
        self.unknown = unknown
