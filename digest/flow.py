"""How work flows, computed from what the sources told: how long pull requests were open, and how much was done.

Off by default: leadership asks what was achieved, and these figures are for a team that looks at its own work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.model import Sample

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from digest.model import Activity
    from digest.period import Period

SOURCE = "flow"
HOURS = 3600
ENOUGH = 10
"""Of fewer, the slowest tenth is less than one of them."""


def measure(activities: Iterable[Activity], period: Period, wanted: Collection[str]) -> list[Sample]:
    """The figures of a period that are wanted; robots do not count."""
    done = [a for a in activities if a.state == "done" and not a.bot]
    pulls = [a for a in done if a.kind == "pull_request"]
    opened, reviewed = _hours(pulls), _hours([a for a in pulls if a.reviews])
    tickets = [a for a in done if a.kind == "ticket"]
    from statistics import median  # it brings fractions and random, and few teams ask for these figures

    middle, slow = (median(opened), _p90(opened)) if opened else (None, None)
    made = {
        "lead_time": _sample("lead_time", middle, period, unit="h", n=len(opened)),
        "lead_time_p90": _sample(
            "lead_time_p90", slow, period, unit="h", n=len(opened), why=f"of {len(opened)} it would be one alone"
        ),
        "review_time": _sample(
            "review_time", median(reviewed) if reviewed else None, period, unit="h", n=len(reviewed)
        ),
        "merged_pull_requests": _sample("merged_pull_requests", float(len(pulls)), period, unit="count"),
        "tickets_closed": _sample("tickets_closed", float(len(tickets)), period, unit="count"),
    }
    return [sample for name, sample in made.items() if name in wanted]


def _hours(pulls: Sequence[Activity]) -> list[float]:
    """How long each was open."""
    return [(a.done - a.created).total_seconds() / HOURS for a in pulls if a.done and a.created]


def _p90(hours: Sequence[float]) -> float | None:
    from statistics import quantiles

    return quantiles(hours, n=10, method="inclusive")[-1] if len(hours) >= ENOUGH else None


def _sample(name: str, value: float | None, period: Period, *, unit: str, n: int = 0, why: str = "") -> Sample:
    lacking = why if n and why else "no pull request was merged, or it is not known when it was opened"
    return Sample(
        source=SOURCE, key=name, metric=name, value=value, at=period.until, since=period.since, unit=unit, n=n,
        detail=lacking if value is None else "",
    )  # fmt: skip
