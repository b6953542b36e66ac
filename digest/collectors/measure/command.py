"""Figures that a program prints: a number, or JSON. It is started without a shell."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from digest.collectors.measure.present import counts_for, filled, looks_back
from digest.collectors.measure.rows import Place
from digest.config import Table
from digest.errors import SourceError
from digest.model import Outcome
from digest.redact import redact
from digest.running import answer_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from digest.model import Sample
    from digest.period import Period

MOST = 1_000_000
"""Bytes that a program may print."""


class Command(Table, frozen=True):
    """The table of a program.

    Attributes:
        argv: the program and its arguments; `{start}` and `{end}` in them stand for the instants of the period. Without
            them it tells only the present, which counts for a period up to `grace` days after its end.
        metric: what the figure is that it prints; without it, it prints an object: metric = figure, or an object of
            columns. link: the address that figures link to. deadline: the seconds that it may take.
    """

    argv: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    metric: str = ""
    link: str = ""
    grace: Annotated[float, msgspec.Meta(ge=0)] = 3
    deadline: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 60
    name: str = "command"
    root: Path = Path()

    @property
    def looks_back(self) -> bool:
        """Whether it can be asked for earlier periods."""
        return looks_back(*self.argv)

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Sample | Outcome]:  # noqa: ARG002
        """One sample for each figure that it prints."""
        at = period.until if self.looks_back else counts_for(period, self.name, self.grace)
        if isinstance(at, Outcome):
            yield at
            return
        printed = self._run([filled(word, period) for word in self.argv])
        for metric, given in self._read(printed).items():
            place = Place(source=self.name, metric=metric, at=at, url=self.link)
            yield place.sample(given if isinstance(given, dict) else {"value": given})

    def check(self) -> Iterator[str]:
        """That the program is there; it is not started."""
        from shutil import which

        program = self.argv[0]
        local = self.root / program
        if not (which(program) or (os.sep in program and os.access(local, os.X_OK))):
            raise SourceError(f"{self.name}: no program {program}", "give its path in argv")
        yield f"{program} is there"

    def _run(self, argv: list[str]) -> str:
        try:
            answer = answer_of(argv, b"", cwd=self.root, deadline=self.deadline, most=MOST)
        except subprocess.TimeoutExpired:
            raise SourceError(
                f"{self.name}: {argv[0]} has not ended after {self.deadline} s", "raise deadline"
            ) from None
        except OSError as error:
            raise SourceError(f"{self.name}: {argv[0]}: {error.strerror}", "give its path in argv") from None
        if len(answer.said) == MOST:
            raise SourceError(f"{self.name}: {argv[0]} prints more than {MOST:,} bytes", "let it print figures only")
        if answer.code:
            last = answer.complaint.decode("utf-8", "replace").strip().rpartition("\n")[2]
            words, _ = redact(last[:200])
            raise SourceError(f"{self.name}: {argv[0]} failed with {answer.code}{f': {words}' if words else ''}")
        return answer.said.decode("utf-8", "replace").strip()

    def _read(self, printed: str) -> Mapping[str, Any]:
        try:
            given = json.loads(printed)
        except ValueError:
            given = printed.partition("\n")[0]
        if self.metric:
            return {self.metric: given}
        if not isinstance(given, dict):
            raise SourceError(f"{self.name}: it prints no object of metrics", "set metric, where it prints one figure")
        return given
