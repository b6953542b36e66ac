"""Sources: what a collector is, and the names of those that are built in.

A collector is its typed config table (a frozen `msgspec.Struct`) with the two methods of `Collector`. There is no base
class and no registration: a built-in one is a line in `BUILTIN`, one of a third party an entry point in the group
`digest.collectors`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from digest.model import Item, Outcome
    from digest.period import Period

BUILTIN = {
    "project": "digest.shared:Shared",
    "git": "digest.collectors.git:Git",
    "github": "digest.collectors.github:GitHub",
    "gitlab": "digest.collectors.gitlab:GitLab",
    "jira": "digest.collectors.jira:Jira",
    "prometheus": "digest.collectors.measure.prometheus:Prometheus",
    "sql": "digest.collectors.measure.sql:Sql",
    "endpoint": "digest.collectors.measure.endpoint:Endpoint",
    "command": "digest.collectors.measure.command:Command",
    "table": "digest.collectors.measure.table:File",
}


class Collector(Protocol):
    """What the pipeline asks of a source."""

    name: str
    """The name of its table; it becomes `Activity.source`."""

    root: Path
    """The folder that relative paths in its table are relative to."""

    # A class may also say `local: ClassVar[bool] = True`: to ask it again costs nothing, so it is always asked anew.
    # One that says `apart = True` too may be read in a copy of this process: it keeps nothing that is not in its table.
    # One that says `stored = True` reads a store on this machine: it is read with `--offline` too.
    # One that gives figures may say `looks_back = True` in the same way: it is asked for earlier periods, for trends.
    # One with a field `memos: dict[str, str] = {}` is told there what it yielded as a `Memo` in its last good runs.

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Item | Outcome]:
        """What was done in the period, and what is under way or planned at the time of asking.

        Args:
            period: activities whose `done` lies inside it are asked for, exactly.
            changed_since: where given, the source may leave out what is done and has not changed since then. What is
                under way or planned is told whole each time: what is not told again is forgotten. What was done, and
                is open again without being under way or planned, is told as `idle`.

        Yields:
            Activities and samples; an `Outcome` for each thing that is missing (`truncated`, or `failed` for a part);
            a `Memo` to be told at the next run, for a week and not with `--refresh`; with `changed_since` one
            `Unchanged` where it knows all of the period, so that what is neither told nor unchanged is forgotten.

        Raises:
            SourceError: nothing could be had; the message says what to do and holds no secret.
        """

    def check(self) -> Iterator[str]:
        """One line for each thing that was tried and works: credentials, permissions, reachability.

        Raises:
            SourceError: what does not work, and what to do.
        """
