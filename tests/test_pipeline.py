"""One digest builds on the last: what was promised is answered, and what was told teaches."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from digest import archive, pipeline
from digest.collecting import collect
from digest.model import Digest, Entry, Section
from digest.period import Period
from digest.project import Project, open_project
from tests.conftest import Clone

LATER = datetime(2026, 12, 1, tzinfo=UTC)
WORDS = ("carts", "orders", "prices", "stores", "refunds", "ages", "names", "taxes", "coupons", "lists")


def fortnight(number: int) -> Period:
    """The first is W7-8."""
    first = date(2026, 2, 9) + timedelta(days=14 * number)
    return Period(first=first, end=first + timedelta(days=14))


@pytest.fixture
def project(clone: Clone) -> Project:
    """A clone with a fix, a guide and a promise in each of seven fortnights."""
    clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    for number in range(7):
        day = fortnight(number).first.isoformat()
        for word in WORDS:
            clone.commit(f"Fix {word} of shop {number}", f"{day}T10:00:00Z")
            clone.commit(f"Explain {word} of shop {number}", f"{day}T11:00:00Z", {f"guide/{number}{word}.md": word})
        clone.commit(f"Save cart {number}\n\nNext: Partner with data science on ranking.", f"{day}T12:00:00Z")
    return open_project(clone.path)


def drafted(project: Project, period: Period) -> Digest:
    """The digest of a period from what git tells."""
    with project.open_store() as store:
        return pipeline.digest_of(project, store, period, collect(project, store, period, now=LATER))


def publish(project: Project, digest: Digest) -> None:
    """Freeze it as it stands."""
    project.published.mkdir(parents=True, exist_ok=True)
    known = tuple(ref for out in digest.left_out for ref in out.refs)
    archive.freeze(project.published, digest, markdown="", origin=archive.Origin(known=known), now=LATER, number=1)


def test_what_was_promised_is_answered_by_its_period(project: Project) -> None:
    """The note names the period in which it was promised."""
    publish(project, drafted(project, fortnight(0)))

    assert "Of 1 promised in W7-8: 1 unknown." == drafted(project, fortnight(1)).notes[0]


def names_of_points(digest: Digest) -> set[str]:
    """Every name under which a story of the digest has points."""
    points = [entry.points for entry in digest.section("progress").entries] + [x.points for x in digest.left_out]
    return {name for named in points for name in named}


def test_a_house_that_tells_its_guides_is_offered_guides(project: Project) -> None:
    """What went out before the period moves the points, under the name of the taste."""
    plain = drafted(project, fortnight(6))
    for number in range(6):
        digest = drafted(project, fortnight(number))
        guides = tuple(Entry(text=x.title, refs=x.refs) for x in digest.left_out if x.title.startswith("Explain"))
        publish(project, replace(digest, sections=(Section(name="progress", entries=guides),)))
    learnt = drafted(project, fortnight(6))

    assert {"taste path:guide"} <= names_of_points(learnt) - names_of_points(plain)
