"""What another project has collected, read from its store: one collects for an organisation, many digest from it."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace

from digest.config import Table
from digest.errors import SourceError
from digest.model import Activity, Outcome
from digest.project import open_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from digest.model import Sample
    from digest.period import Period
    from digest.project import Project
    from digest.store import Store


class Shared(Table, frozen=True):
    """`[collectors.NAME]` of type `project`.

    Attributes:
        config: the configuration of the project that collects.
        project: which one, where the file has several.
        source: which of its sources; the only one need not be named.
        repos: globs on `owner/name`, or on the key of a project: what is read of it; by default all.
    """

    config: Path
    project: str = ""
    source: str = ""
    repos: tuple[str, ...] = ()
    local: ClassVar[bool] = True  # the store is on this machine
    stored: ClassVar[bool] = True
    name: str = "project"
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Sample | Outcome]:  # noqa: ARG002
        """What the store of the other project has of the period; what it lacks is said."""
        there, source = self._there()
        with there.open_store() as store:
            sync = store.last_covering(source, period)
            if sync is None or sync.read_at is None:
                raise SourceError(
                    f"{there.title} has not collected {period.dates} from {source}",
                    f"digest collect --config {there.file} --period {period.first}..{period.last}",
                )
            places = self._places(store, source)
            for found in (*store.activities(period, [source], places=places), *store.upcoming([source], places=places)):
                yield replace(found, source=self.name)
            if places is None:
                yield from (replace(sample, source=self.name) for sample in store.samples(period, [source]))
            if sync.outcome.status != "complete":
                yield replace(sync.outcome, source=self.name)
            elif sync.read_at < period.until:
                detail = f"{there.title} collected it at {sync.read_at:%Y-%m-%d %H:%M} UTC, before the period had ended"
                yield Outcome(source=self.name, status="complete", detail=detail)

    def check(self) -> Iterator[str]:
        """How much the other project has, and what is read of it."""
        there, source = self._there()
        with there.open_store() as store:
            known = store.places(source)
            wanted = self._places(store, source)
            yield f"{there.title}: {source} reported of {len(known)} repositories"
            if wanted is not None:
                yield f"{len(wanted)} of them are read: {', '.join(wanted[:5])}{', …' if len(wanted) > 5 else ''}"  # noqa: PLR2004 - enough to see whether the globs are right

    def _there(self) -> tuple[Project, str]:
        """The other project and the name of its source."""
        file = self.root / self.config
        there = open_project(file.parent, file, self.project)
        names = list(there.config.collectors)
        source = self.source or (names[0] if len(names) == 1 else "")
        if source not in names:
            raise SourceError(f"source: {there.title} has no source {self.source!r}", f"it has {', '.join(names)}")
        return there, source

    def _places(self, store: Store, source: str) -> list[str] | None:
        """The repositories to read; None for all."""
        if not self.repos:
            return None
        globs = [glob.lower() for glob in self.repos]
        if not any(set("*?[") & set(glob) for glob in globs):
            return globs
        return [place for place in store.places(source) if any(fnmatchcase(place, glob) for glob in globs)]
