"""What a house likes is read from what it published, can be looked at, limited, forgotten and remembered again."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from digest import archive, house, pipeline
from digest.cli import main
from digest.collecting import collect
from digest.errors import DigestError
from digest.model import Entry, Section
from digest.period import Period
from digest.project import Project, open_project
from tests.conftest import Clone

LATER = datetime(2026, 4, 6, tzinfo=UTC)
WORDS = ("carts", "orders", "prices", "stores", "refunds", "ages", "names")
PERIOD = "2026-03-23..2026-04-05"


def fortnight(number: int) -> Period:
    """The first is W7-8."""
    first = date(2026, 2, 9) + timedelta(days=14 * number)
    return Period(first=first, end=first + timedelta(days=14))


@pytest.fixture
def project(clone: Clone) -> Project:
    """A clone whose two digests told the guides and not the fixes."""
    clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    for number in range(2):
        day = fortnight(number).first.isoformat()
        for word in WORDS:
            clone.commit(f"Fix {word} of shop {number}", f"{day}T10:00:00Z")
            clone.commit(f"Explain {word} of shop {number}", f"{day}T11:00:00Z", {f"guide/{number}{word}.md": word})
    (clone.path / "config.toml").write_text('title = "Shop"\n[collectors.git]\n', encoding="utf-8")
    made = open_project(clone.path)
    made.published.mkdir(parents=True)
    for number in range(2):
        publish(made, fortnight(number))
    return made


def publish(project: Project, period: Period) -> None:
    """Freeze a digest that tells the guides alone."""
    with project.open_store() as store:
        digest = pipeline.digest_of(project, store, period, collect(project, store, period, now=LATER))
        names = [source.name for source in project.sources()]
        guides = [a for a in store.activities(period, names) if a.title.startswith("Explain")]
    told = Section(name="progress", entries=tuple(Entry(text=a.title, refs=(a.ref,)) for a in guides))
    archive.freeze(
        project.published, replace(digest, sections=(told,)), markdown="", origin=archive.Origin(), now=LATER, number=1
    )


def run(project: Project, *args: str, code: int = 0) -> Result:
    """`digest taste` as of the fortnight after the last digest."""
    result = CliRunner().invoke(main, ["taste", "--repo", str(project.root), "--period", PERIOD, *args])
    assert code == result.exit_code, result.output
    return result


def test_each_signal_is_shown_with_what_it_rests_on(project: Project) -> None:
    """The points, the signal, how often it was told and not told; the summary names the digests."""
    result = run(project)
    (line,) = (line for line in result.stdout.splitlines() if "path:guide" in line)

    assert ["path:guide", "told", "14,", "not", "told", "0"] == line.split()[1:]
    assert line.startswith("+")
    assert result.stderr.startswith("learnt from W7-8, W9-10: 14 stories told, ")


def test_scripts_get_the_same_as_json(project: Project) -> None:
    """Signals, the digests that taught, and whether anything was forgotten."""
    told = json.loads(run(project, "--json").stdout)

    assert (True, None, 2, True) == (
        told["learn"],
        told["forgotten_until"],
        len(told["lessons"]),
        "path:guide" in {s["name"] for s in told["signals"]},
    )


def test_what_is_forgotten_can_be_taken_back(project: Project) -> None:
    """--reset leaves nothing to learn from and --restore everything; neither touches what was published."""
    frozen = [file.read_bytes() for file in sorted(project.published.iterdir())]
    before = run(project, "--json").stdout
    reset = json.loads(run(project, "--reset", "--json").stdout)
    restored = run(project, "--restore", "--json").stdout

    assert ([], before) == (reset["signals"], restored)
    assert frozen == [file.read_bytes() for file in sorted(project.published.iterdir())]
    assert "nothing had been forgotten" in run(project, "--restore").stderr


def test_reset_and_restore_exclude_each_other(project: Project) -> None:
    """Wrong usage is exit code 2."""
    assert "exclude each other" in run(project, "--reset", "--restore", code=2).stderr


@pytest.mark.parametrize(
    ("table", "signals", "said"),
    [
        ("learn = false", set(), "learning is off"),
        ('ignore = ["type:*", "flag:*"]', {"path:guide", "path:src"}, "learnt from"),
    ],
)
def test_the_configuration_limits_it(project: Project, table: str, signals: set[str], said: str) -> None:
    """A switch, and patterns of signals that teach nothing."""
    with (project.root / "config.toml").open("a", encoding="utf-8") as file:
        file.write(f"[taste]\n{table}\n")
    result = run(project)

    assert (signals, True) == ({line.split()[1] for line in result.stdout.splitlines()}, said in result.stderr)


def test_a_house_that_has_not_published_has_no_taste(clone: Clone) -> None:
    """There is nothing to learn from."""
    clone.commit("Start the shop", "2026-02-10T10:00:00Z")

    assert "no published digest" in run(open_project(clone.path)).stderr


def test_what_the_store_does_not_know_is_said(project: Project) -> None:
    """The store can be deleted; then a digest teaches nothing until its period is read again."""
    project.store_file.unlink()

    assert "the store knows nothing of W7-8" in run(project).stderr


def test_a_broken_note_of_what_is_forgotten_is_named(project: Project) -> None:
    """The error names the file and what to do."""
    house.forgotten_file(project).write_text("yesterday\n", encoding="utf-8")
    with pytest.raises(DigestError, match="taste-forgotten-until") as caught:
        house.forgotten_until(project)

    assert "--restore" in str(caught.value)
