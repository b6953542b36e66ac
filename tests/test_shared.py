"""One project collects, others read its store; and projects that share a file do not see each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from digest.collecting import collect, offline
from digest.model import Outcome
from digest.period import Period
from digest.project import Project, open_project
from tests.conftest import Clone

PERIOD = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
LATER = datetime(2026, 3, 1, tzinfo=UTC)
BEFORE = datetime(2026, 2, 20, 12, tzinfo=UTC)


def project(folder: Path, text: str) -> Project:
    """A project with this configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return open_project(folder, folder / "config.toml")


@pytest.fixture
def organisation(make_clone: Callable[[str], Clone], tmp_path: Path) -> Project:
    """Three clones, collected by one project into a store that its file names."""
    for name in ("pay", "pay-web", "search"):
        clone = make_clone(f"clones/{name}")
        clone.git("remote", "add", "origin", f"https://github.com/Acme/{name}.git")
        clone.commit(f"Speed up {name}", "2026-02-10T10:00:00Z")
    return project(
        tmp_path / "org", 'title = "Acme"\nstore = "acme.db"\n[collectors.all]\ntype = "git"\npaths = ["../clones/*"]\n'
    )


def collected(one: Project, at: datetime = LATER) -> tuple[list[str], list[Outcome]]:
    """Titles of the period, and how the sources did."""
    with one.open_store() as store:
        outcomes = collect(one, store, PERIOD, now=at)
        found = store.activities(PERIOD, [source.name for source in one.sources()])
    return sorted(a.title for a in found), list(outcomes)


@pytest.mark.parametrize(
    ("repos", "titles"),
    [
        ("", ["Speed up pay", "Speed up pay-web", "Speed up search"]),
        ('repos = ["acme/Pay"]', ["Speed up pay"]),
        ('repos = ["acme/pay*"]', ["Speed up pay", "Speed up pay-web"]),
        ('repos = ["acme/none"]', []),
    ],
)
def test_a_project_reads_its_part_of_what_another_collected(
    organisation: Project, tmp_path: Path, repos: str, titles: list[str]
) -> None:
    """All of it, a repository, a glob, or nothing; as its own source, and from nobody else's network."""
    collected(organisation)
    pay = project(tmp_path / "pay", f'[collectors.org]\ntype = "project"\nconfig = "../org/config.toml"\n{repos}\n')

    found, outcomes = collected(pay)
    assert (titles, [Outcome(source="org", status="complete", count=len(titles))]) == (found, outcomes)


def test_what_the_other_never_collected_is_no_quiet_fortnight(organisation: Project, tmp_path: Path) -> None:
    """The source failed, and the line says which command helps."""
    pay = project(
        tmp_path / "pay",
        '[collectors.org]\ntype = "project"\nconfig = "../org/config.toml"\n[collectors.own]\ntype = "git"\npaths = ["../clones/pay"]\n',
    )

    found, outcomes = collected(pay)
    assert (["Speed up pay"], ["failed", "complete"]) == (found, [o.status for o in outcomes])
    assert f"Acme has not collected {PERIOD.dates} from all" in outcomes[0].detail
    assert "--period 2026-02-09..2026-02-22" in outcomes[0].detail


def test_a_period_that_was_collected_before_its_end_says_so(organisation: Project, tmp_path: Path) -> None:
    """What came after that instant is not known."""
    collected(organisation, BEFORE)
    pay = project(tmp_path / "pay", '[collectors.org]\ntype = "project"\nconfig = "../org/config.toml"\n')

    _, outcomes = collected(pay)
    assert "Acme collected it at 2026-02-20 12:00 UTC, before the period had ended" == outcomes[0].detail


def test_two_projects_may_name_one_file_and_one_source(make_clone: Callable[[str], Clone], tmp_path: Path) -> None:
    """Each finds its own rows, and neither drops those of the other."""
    pay, shop = (
        project(
            tmp_path / name, f'store = "../shared.db"\n[collectors.code]\ntype = "git"\npaths = ["../{name}-clone"]\n'
        )
        for name in ("pay", "shop")
    )
    for name in ("pay", "shop"):
        make_clone(f"{name}-clone").commit(f"Speed up {name}", "2026-02-10T10:00:00Z")
    first = [collected(pay)[0], collected(shop)[0]]

    with pay.open_store() as store:
        again = [a.title for a in store.activities(PERIOD, ["code"])]
    assert ([["Speed up pay"], ["Speed up shop"]], ["Speed up pay"]) == (first, again)


def test_check_tells_how_much_there_is_and_how_much_is_read(organisation: Project, tmp_path: Path) -> None:
    """So that a glob that fits nothing is seen."""
    collected(organisation)
    pay = project(
        tmp_path / "pay", '[collectors.org]\ntype = "project"\nconfig = "../org/config.toml"\nrepos = ["acme/pay*"]\n'
    )

    assert [
        "Acme: all reported of 3 repositories",
        "2 of them are read: acme/pay, acme/pay-web",
    ] == list(pay.sources()[0].check())


def test_offline_the_store_of_the_other_is_read(organisation: Project, tmp_path: Path) -> None:
    """A draft that asks nobody has what the other collected, and of its own sources what it knew."""
    collected(organisation)
    pay = project(
        tmp_path / "pay",
        '[collectors.org]\ntype = "project"\nconfig = "../org/config.toml"\nrepos = ["acme/pay*"]\n'
        '[collectors.own]\ntype = "git"\npaths = ["../clones/search"]\n',
    )
    with pay.open_store() as store:
        outcomes = offline(pay, store, PERIOD, now=LATER)
        found = [a.title for a in store.activities(PERIOD, ["org", "own"])]

    assert ["Speed up pay", "Speed up pay-web"] == sorted(found)
    assert [("org", "complete", 2), ("own", "failed", 0)] == [(o.source, o.status, o.count) for o in outcomes]
