"""A small tracker with exactly the tickets that a test wants, over loopback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from tests.sims.jira.book import Book
from tests.sims.jira.datagen import generate
from tests.sims.jira.server import JiraSim
from tests.sims.jira.site import Site


class Tracker:
    """Tickets of the project CHK; a ticket is under way in the sprint until it is closed."""

    def __init__(self) -> None:
        self.tickets: dict[int, str] = {}
        self.closed: dict[int, tuple[datetime, str]] = {}
        self.sim = JiraSim(self._data(datetime(2026, 2, 1, tzinfo=UTC)))

    def __enter__(self) -> Self:
        self.sim.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.sim.__exit__(kind, error, at)

    @property
    def table(self) -> str:
        """The table of the configuration that asks it."""
        return (
            f'[collectors.jira]\nurl = "{self.sim.url}"\nuser = "me@acme.test"\n'
            'token = "command:echo token"\nprojects = ["CHK"]\n'
        )

    def close(self, number: int, at: datetime, status: str = "Done") -> None:
        """Close a ticket."""
        self.closed[number] = (at, status)

    def turn(self, now: datetime) -> None:
        """Let its clock say `now`, with everything known by then."""
        self.sim.site = Site(data=self._data(now), flavour="cloud", url=self.sim.url)

    def _data(self, now: datetime) -> dict[str, object]:
        book = Book(7, now, 14)
        for number, summary in self.tickets.items():
            history = [(datetime(2026, 1, 5, 9, tzinfo=UTC), "In Progress")]
            if number in self.closed and self.closed[number][0] <= now:
                history.append(self.closed[number])
            book.add("CHK", number, history, summary, type="Story", labels=[], sprints=[24], subtasks=[])
        return generate(7, now) | {"issues": book.issues, "now": (now + timedelta(minutes=1)).isoformat()}
