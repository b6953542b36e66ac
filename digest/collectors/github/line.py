"""One connection to GitHub, a question that is under way over it, and the answer."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.fault import Fault
from digest.collectors.github.faults import of_error

if TYPE_CHECKING:
    from collections.abc import Callable

    import github

Question = tuple[str, dict[str, Any]]
"""A query and its variables."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What GitHub said to one question: data by alias, and for some aliases what is wrong with them."""

    data: dict[str, Any]
    errors: tuple[dict[str, Any], ...] = ()

    def fault(self, alias: str) -> Fault | None:
        """Why there is nothing under `alias`, or why a part of it is missing; None where all is there."""
        for error in self.errors:
            where, *inside = error["path"]
            if where == alias:
                fault = of_error(error)
                field = next((p for p in reversed(inside) if isinstance(p, str) and p != "board"), "")
                return Fault(f"{field}: {fault.what}", fault.hint, heavy=fault.heavy) if field else fault
        return None if self.data.get(alias) else of_error({"type": "NOT_FOUND"})


class Sent:
    """A question that is under way, in a thread of its own: the end of the program waits for none that is stuck."""

    def __init__(self, send: Callable[[], Answer]) -> None:
        self._send = send
        self._answer: Answer | None = None
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._answer = self._send()
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits for the answer
            self._error = error

    def error(self) -> BaseException | None:
        """Wait for the answer; why there is none."""
        self._thread.join()
        return self._error

    def answer(self) -> Answer:
        """Wait for the answer, or raise what came instead of it."""
        if error := self.error():
            raise error
        assert self._answer
        return self._answer


class Line:
    """One client of PyGithub, for one question at a time: it keeps what it sends in places that all threads share."""

    def __init__(self, make: Callable[[int], github.Github]) -> None:
        self._make = make
        self._client: github.Github | None = None
        self._timeout = 0

    def send(self, question: Question, timeout: int) -> Any:
        """What GitHub answers, at most `timeout` seconds after the question."""
        if self._client is None or self._timeout != timeout:
            self.close()
            self._client, self._timeout = self._make(timeout), timeout
        return self._client.requester.graphql_query(*question)[1]

    def close(self) -> None:
        """Give the connection back."""
        if self._client:
            self._client.close()
        self._client = None
