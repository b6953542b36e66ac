"""Decision records: what is one, how it stands, and when it is news."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digest.collectors.git import Git
from digest.collectors.git_records import heading, standing
from digest.model import Activity, Link
from digest.period import Period

if TYPE_CHECKING:
    from tests.conftest import Clone

BEFORE, IN, LATER = "2026-01-05T10:00:00Z", "2026-02-12T10:00:00Z", "2026-02-13T10:00:00Z"
ADR = "docs/adr/0005-use-redis.md"
PROPOSED = "# 5. Use Redis\n\n## Status\n\nProposed\n\n## Decision\n\nWe cache.\n"
ACCEPTED = PROPOSED.replace("Proposed", "Accepted")


def decisions(path: Path) -> list[Activity]:
    """The decision records of W7-8."""
    period = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
    items = Git(paths=(str(path),), name="local").collect(period, None)
    return [item for item in items if isinstance(item, Activity) and item.kind == "decision"]


def test_an_accepted_record_that_was_added_is_a_decision(clone: Clone) -> None:
    """Title without the number, the text at that commit, a link to it."""
    clone.commit("Start", BEFORE)
    full = clone.commit(
        "Decide", IN, {ADR: ACCEPTED, "docs/adr/README.md": "# Index\n", "docs/adr/template.md": "# T\n"}
    )
    clone.commit("Fix a typo", LATER, {ADR: ACCEPTED + "More.\n"})

    expected = Activity(
        source="local",
        key=f"{full[:12]}/{ADR}",
        kind="decision",
        title="Use Redis",
        done=datetime(2026, 2, 12, 10, tzinfo=UTC),
        created=datetime(2026, 2, 12, 10, tzinfo=UTC),
        body=ACCEPTED,
        people=("Ann",),
        where="clone",
        links=(Link(relation="commit", target=full[:12]),),
    )
    assert [expected] == decisions(clone.path)


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([(BEFORE, PROPOSED), (IN, ACCEPTED)], ["done"]),
        ([(IN, PROPOSED), (LATER, ACCEPTED)], ["done"]),
        ([(IN, PROPOSED)], ["active"]),
        ([(BEFORE, PROPOSED), (IN, PROPOSED + "x\n")], []),
        ([(IN, PROPOSED.replace("Proposed", "Rejected"))], []),
        ([(BEFORE, ACCEPTED), (IN, ACCEPTED + "x\n")], []),
        ([(BEFORE, ACCEPTED), (IN, ACCEPTED.replace("Accepted", "Superseded by 6"))], []),
        ([(BEFORE, ACCEPTED)], []),
    ],
)
def test_only_news_is_told(clone: Clone, steps: list[tuple[str, str]], expected: list[str]) -> None:
    """Added, or accepted in the period; not touched, superseded or older."""
    for when, text in steps:
        clone.commit(f"at {when}", when, {ADR: text})

    assert expected == [activity.state for activity in decisions(clone.path)]


def test_a_record_that_moved_is_no_news(clone: Clone) -> None:
    """A folder was renamed, also with a small change in the text."""
    clone.commit("Start", BEFORE, {"notes/0005-use-redis.md": ACCEPTED, "notes/0006.md": ACCEPTED})
    (clone.path / "notes/0005-use-redis.md").unlink()
    (clone.path / "notes/0006.md").unlink()
    clone.commit("Move", IN, {ADR: ACCEPTED + "Moved.\n", "docs/adr/0006-renamed.md": ACCEPTED})

    assert [] == decisions(clone.path)


def test_a_record_that_came_by_a_merge_and_went_again_is_no_news(clone: Clone) -> None:
    """What was deleted in the same period is not decided."""
    clone.commit("Start", BEFORE)
    clone.git("checkout", "-qb", "adr")
    clone.commit("Decide", IN, {ADR: ACCEPTED, "docs/adr/7.md": "# Keep\n"})
    clone.git("checkout", "-q", "main")
    clone.merge("adr", "Merge branch 'adr'", IN)
    (clone.path / ADR).unlink()
    clone.commit("No", LATER)

    assert ["Keep"] == [activity.title for activity in decisions(clone.path)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n\nStatus: Accepted\n", "done"),
        ("# A\n\n* Status: proposed\n", "active"),
        ('---\nstatus: "superseded by 0007"\n---\n# A\n', "declined"),
        ("---\r\nstatus: accepted\r\n---\r\n# A\r\n", "done"),
        ("# A\n\n**Status:** draft\n", "active"),
        ("# A\n\n| Status | In review |\n", "active"),
        ("= A\n\n== Status\n\nDeprecated\n", "declined"),
        ("A\n=\n\nStatus\n------\n\nProposed\n", "active"),
        ("# A\n\nNo status at all.\n", "done"),
        ("# A\n\n## Status\n\nProposed 2026-01-01, accepted 2026-02-01\n", "done"),
    ],
)  # fmt: skip
def test_a_record_stands_as_its_status_says(text: str, expected: str) -> None:
    """The ways in which the usual templates write a status."""
    assert expected == standing(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# 5. Use Redis\n", "Use Redis"),
        ("# ADR-005: Use Redis #\n", "Use Redis"),
        ("# ADR 5 Use Redis\n", "Use Redis"),
        ("---\ntitle: x\n---\n\n# Use Redis\n", "Use Redis"),
        ("Use Redis\n=========\n", "Use Redis"),
        ("= Use Redis\n", "Use Redis"),
        ("# 2 phases are enough\n", "2 phases are enough"),
        ("# 7.\n", "7."),
        ("no heading\n", "0005 use redis"),
        ("", "0005 use redis"),
    ],
)
def test_a_title_is_the_first_heading_without_its_number(text: str, expected: str) -> None:
    """Numbers order files; they say nothing to a reader."""
    assert expected == heading(text, ADR)
