"""What one run is about."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from digest.collectors.github import GitHub
from digest.period import Period

LAG = timedelta(hours=1)
"""How far the search index may lie behind; what is younger is read from the repository itself."""


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What one run is about: whose source, which period, what the store knows already, and when it is asked.

    Attributes:
        changed: since when what is done and did not change is left out. now: in whole seconds.
        told: the counts that GitHub told before all was asked for anew, and whom each is about.
    """

    source: GitHub
    period: Period
    changed: datetime | None
    now: datetime
    told: frozenset[tuple[str, str]] = frozenset()

    @property
    def young(self) -> datetime:
        """Since when the index may not know of everything in the period; the period's end where it knows all."""
        return min(max(self.period.since, self.now - LAG), self.period.until)
