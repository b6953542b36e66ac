"""The git collector over real repositories whose dates the test chooses."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from digest.collectors import git_ask
from digest.collectors.git import Git
from digest.errors import SourceError
from digest.model import Activity, Change, Link, Outcome
from digest.period import Period

if TYPE_CHECKING:
    from tests.conftest import Clone

W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
IN = "2026-02-12T10:00:00+00:00"
LATER = "2026-02-13T10:00:00+00:00"
BEFORE = "2026-01-05T10:00:00+00:00"
AFTER = "2026-03-05T10:00:00+00:00"


def collect(*paths: Path, period: Period = W7_8, **settings: object) -> list[Activity]:
    """The activities of clones."""
    items = Git(paths=tuple(map(str, paths)), name="local", **settings).collect(period, None)  # type: ignore[arg-type]
    return [item for item in items if isinstance(item, Activity)]


def outcomes(*paths: Path, period: Period = W7_8) -> list[Outcome]:
    """What is said to be missing."""
    items = Git(paths=tuple(map(str, paths)), name="local").collect(period, None)
    return [item for item in items if isinstance(item, Outcome)]


def titles(*paths: Path, period: Period = W7_8, **settings: object) -> list[str]:
    """The titles, newest first."""
    return [item.title for item in collect(*paths, period=period, **settings)]


def test_a_commit_tells_what_it_is(clone: Clone) -> None:
    """Key, title, body, dates, people, place and files of a plain commit."""
    clone.commit("Start", BEFORE, {"a.txt": "one\ntwo\n"})
    full = clone.commit(
        "Speed up   search\n\nIt was slow.\n\nCo-authored-by: Bo <bo@example.test>",
        IN,
        {"a.txt": "one\n", "b/c.txt": "x\n"},
    )

    expected = Activity(
        source="local",
        key=full[:12],
        kind="commit",
        title="Speed up search",
        done=datetime(2026, 2, 12, 10, tzinfo=UTC),
        created=datetime(2026, 2, 12, 10, tzinfo=UTC),
        body="It was slow.\n\nCo-authored-by: Bo <bo@example.test>",
        people=("Ann", "Bo"),
        where="clone",
        changes=(Change(path="a.txt", deleted=1), Change(path="b/c.txt", added=1, created=True)),
    )
    assert [expected] == collect(clone.path)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_window_is_exact_to_the_second(clone: Clone, zone: str) -> None:
    """The first instant belongs to the period, the first of the next one does not, in every zone."""
    period = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=ZoneInfo(zone))
    since, until = int(period.since.timestamp()), int(period.until.timestamp())
    for second in (since - 1, since, until - 1, until):
        clone.commit(f"at {second}", f"{second} +0000")

    assert [f"at {until - 1}", f"at {since}"] == titles(clone.path, period=period)


def test_the_commit_date_decides_not_the_author_date(clone: Clone) -> None:
    """Work that was rebased or picked is old, but it landed now."""
    clone.commit("Start", BEFORE)
    (clone.path / "x").write_text("x")
    clone.git("add", "--all")
    clone.git("commit", "-qm", "Old work", when=IN, GIT_AUTHOR_DATE="2025-06-01T00:00:00Z")

    assert [(datetime(2025, 6, 1, tzinfo=UTC), datetime(2026, 2, 12, 10, tzinfo=UTC))] == [
        (a.created, a.done) for a in collect(clone.path)
    ]


@pytest.mark.parametrize("skewed", ["2001-01-01T00:00:00Z", "2038-01-01T00:00:00Z"])
def test_a_wrong_clock_hides_nothing(clone: Clone, skewed: str) -> None:
    """A commit behind one from the past or the future is found."""
    clone.commit("First", IN)
    clone.commit("Skewed", skewed)
    clone.commit("Second", LATER)

    assert ["Second", "First"] == titles(clone.path)


def test_only_the_first_parent_line_counts(clone: Clone) -> None:
    """A merge is one activity; the commits inside it are its parts and name its makers."""
    clone.commit("Start", BEFORE)
    clone.git("checkout", "-qb", "feature/PAY-7")
    inner = [
        clone.commit("wip", BEFORE, author="Bo <bo@example.test>"),
        clone.commit("more", IN, author="Cy <cy@example.test>"),
    ]
    clone.git("checkout", "-q", "main")
    clone.commit("Meanwhile", IN)
    clone.merge("feature/PAY-7", "Merge pull request #7 from acme/feature/PAY-7\n\nPay by card\n\nWhy not.", LATER)

    merged, meanwhile = collect(clone.path)
    assert (
        "Pay by card",
        "Why not.",
        "feature/PAY-7",
        ("Bo", "Cy"),
        (Link(relation="pull_request", target="#7"),),
        [i[:12] for i in inner],
        2,
        "Meanwhile",
    ) == (
        merged.title,
        merged.body,
        merged.branch,
        merged.people,
        merged.links,
        [part.key for part in merged.parts],
        len(merged.changes or ()),
        meanwhile.title,
    )


def test_an_empty_repository_is_a_quiet_one(clone: Clone) -> None:
    """No commit, no activity, no error."""
    assert [] == collect(clone.path)


def test_a_folder_without_a_repository_is_an_error(tmp_path: Path) -> None:
    """The line names the folder."""
    with pytest.raises(SourceError) as error:
        collect(tmp_path)

    assert f"{tmp_path}: not a git repository" == error.value.message


def test_one_broken_clone_of_two_is_an_outcome(clone: Clone, tmp_path: Path) -> None:
    """The other one is told."""
    clone.commit("Landed", IN)
    nowhere = tmp_path / "nowhere"

    expected = Outcome(source="local", status="failed", detail=f"{nowhere}: there is no such folder")
    assert (["Landed"], [expected]) == (titles(nowhere, clone.path), outcomes(clone.path, nowhere))


def test_a_shallow_clone_says_what_it_lacks(clone: Clone, tmp_path: Path) -> None:
    """Where the history was cut inside the period, the digest is told; the files of the cut commit are not known."""
    clone.commit("Start", BEFORE)
    clone.commit("First", IN, {"a": "1"})
    clone.commit("Second", LATER, {"b": "2"})
    shallow = tmp_path / "shallow"
    subprocess.run(["git", "clone", "-q", "--depth=2", f"file://{clone.path}", str(shallow)], check=True)

    expected = Outcome(
        source="local",
        status="truncated",
        detail=f"{shallow}: the history begins inside the period (git fetch --unshallow gets the rest)",
    )
    assert ([expected], [("Second", 1), ("First", None)]) == (
        outcomes(shallow),
        [(a.title, a.changes if a.changes is None else len(a.changes)) for a in collect(shallow)],
    )


@pytest.mark.parametrize("guard", ["GIT_NO_LAZY_FETCH", "GIT_ALLOW_PROTOCOL"])
def test_a_partial_clone_fetches_nothing_and_says_so(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, guard: str
) -> None:
    """Without the contents of files their names are told, and that the counts are missing; each guard holds alone."""
    monkeypatch.delitem(git_ask.ENVIRONMENT, guard)
    clone.git("config", "uploadpack.allowFilter", "true")
    clone.commit("Start", BEFORE, {"a": "1\n"})
    clone.commit("Change", IN, {"a": "2\n", "b": "1\n"})
    clone.commit("Again", LATER, {"a": "3\n"})
    partial = tmp_path / "partial"
    subprocess.run(
        ["git", "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{clone.path}", str(partial)], check=True
    )
    before = sorted(p.name for p in (partial / ".git/objects").rglob("*"))

    found = [[(c.path, c.added, c.created) for c in a.changes or ()] for a in collect(partial)]
    assert (
        [[("a", 0, False)], [("a", 0, False), ("b", 0, True)]],
        [
            f"{partial}: line counts are unknown: this clone lacks contents of files (git fetch --refetch --no-filter gets them)"
        ],
        before,
    ) == (found, [o.detail for o in outcomes(partial)], sorted(p.name for p in (partial / ".git/objects").rglob("*")))


def test_several_clones_are_found_by_a_pattern(make_clone: Callable[[str], Clone], tmp_path: Path) -> None:
    """A glob takes the folders that hold a repository, in their order."""
    for name in ("b", "a"):
        make_clone(f"src/{name}").commit(f"In {name}", IN)
    (tmp_path / "src/notes").mkdir()

    assert (["In a", "In b"], []) == (titles(tmp_path / "src/*"), outcomes(tmp_path / "src/*"))


def test_a_check_names_branch_and_last_commit(clone: Clone) -> None:
    """One line for a clone."""
    clone.commit("Landed", IN)

    assert [f"{clone.path}: branch main, last commit 2026-02-12 10:00 UTC"] == list(
        Git(paths=(str(clone.path),)).check()
    )


def test_a_range_of_the_main_line_is_read_without_dates(clone: Clone) -> None:
    """What landed after one commit up to another, merges with what is inside them."""
    base = clone.commit("Before", "2026-02-01T08:00:00Z")
    clone.git("switch", "--quiet", "--create", "topic")
    clone.commit("Inside", "2026-02-02T08:00:00Z")
    clone.git("switch", "--quiet", "main")
    head = clone.merge("topic", "Merge pull request #7 from ann/topic\n\nAdd gzip", "2026-02-03T08:00:00Z")
    clone.commit("After", "2026-02-04T08:00:00Z")
    (activity,) = Git(root=clone.path).between(clone.path, base, head)

    assert (head[:12], ["Inside"]) == (activity.key, [part.title for part in activity.parts])


def test_one_lost_file_costs_no_other_commit_its_line_counts(clone: Clone) -> None:
    """Where the contents of one file are missing, only the commit that changed it is without counts."""
    ids = [clone.commit(f"Commit {n}", f"2026-02-0{n}T08:00:00Z", {f"{n}.txt": f"{n}\n" * n}) for n in range(1, 6)]
    lost = clone.git("rev-parse", f"{ids[2]}:3.txt")
    (clone.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    found = Git().between(clone.path, ids[0], ids[-1])

    assert [5, 4, 0, 2] == [sum(c.added for c in a.changes or ()) for a in found]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_long_history_is_told_by_blocks_as_it_is_at_once(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Where the blocks are cut changes nothing: commits inside merges, decisions, and what refers to an older commit."""
    clone.commit("Start", BEFORE)
    first = clone.commit("Add the record", "2026-02-10T08:00:00Z", {"docs/adr/1.md": "# One\n\nStatus: proposed\n"})
    clone.git("checkout", "-q", "-b", "side")
    inner = clone.commit("Work beside", "2026-02-10T09:00:00Z")
    clone.commit("Work on", "2026-02-10T10:00:00Z", {"docs/adr/2.md": "# Two\n\nStatus: accepted\n"})
    clone.git("checkout", "-q", "main")
    clone.commit("Go on", "2026-02-10T11:00:00Z")
    clone.merge("side", "Merge side", "2026-02-10T12:00:00Z")
    clone.commit("Accept it", "2026-02-11T08:00:00Z", {"docs/adr/1.md": "# One\n\nStatus: accepted\n"})
    clone.commit(f'Revert "Work beside"\n\nThis reverts commit {inner[:9]}.', "2026-02-12T08:00:00Z")
    clone.commit(f"Go back\n\nThis takes back {first[:7]}.", "2026-02-12T09:00:00Z")
    told = []
    for block in (1000, size):
        monkeypatch.setattr("digest.collectors.git_blocks.BLOCK", block)
        told.append({item.key: item for item in collect(clone.path)})

    assert (told[0], 8) == (told[1], len(told[0]))


def test_many_clones_are_told_in_their_order(make_clone: Callable[[str], Clone], tmp_path: Path) -> None:
    """However many are read ahead, each is told once, and one that is broken costs only itself."""
    for number in range(9):
        made = make_clone(f"c{number}")
        made.commit(f"Change {number}", IN)
    (tmp_path / "c4/.git/HEAD").write_text("nonsense")

    found = titles(*(tmp_path / f"c{number}" for number in range(9)))
    assert [f"Change {number}" for number in range(9) if number != 4] == found
