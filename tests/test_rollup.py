"""Several projects in one file, and the one digest of what they published; on real repositories."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from digest import archive, config
from digest.errors import ConfigError
from digest.model import Activity
from digest.project import open_project
from tests.conftest import Clone
from tests.lines import Line

SLUG = "2026-W07_W08"
DRAFT = f"digests/{SLUG}.md"
FILE = """\
title = "Commerce"
timezone = "UTC"
[limits]
progress = 3
[projects.pay]
title = "Payments"
[projects.pay.collectors.git]
paths = ["../pay"]
[projects.search]
[projects.search.limits]
progress = 9
[projects.search.collectors.git]
paths = ["../search"]
"""


@pytest.fixture
def house(line: Line, make_clone: Callable[[str], Clone]) -> Line:
    """Two projects with a fortnight of work each, and a folder with their configuration."""
    for name, words in (("pay", ["refunds", "gift cards"]), ("search", ["colours", "sizes", "prices"])):
        clone = make_clone(name)
        clone.git("remote", "add", "origin", f"git@github.com:acme/{name}.git")
        clone.commit("Start", "2026-01-10T10:00:00Z")
        for day, word in enumerate(words):
            message = f"Add {word} to {name}\n\nTrade-off: chose {word} over nothing because people asked for {word}."
            clone.commit(message, f"2026-02-1{day}T10:00:00Z", {f"src/{day}.py": f"{word}\n" * 80})
    line.write("config.toml", FILE)
    return line


def published(house: Line) -> Line:
    """Both projects have published W7-8."""
    house.run("draft", "--all")
    house.edit(f"digests/pay/{SLUG}.md", "*Next:*\n\n", "*Next:*\n\n- Talk to the bank.\n")
    house.run("publish", "--project", "pay")
    house.run("publish", "--project", "search")
    return house


def test_a_project_takes_over_what_it_does_not_say(house: Line) -> None:
    """Own keys win, the rest is that of the whole; folder, title and store are its own, and so are ways out."""
    house.write("config.toml", 'store = "state/digest.db"\n' + FILE + "[deliveries.file]\npath = 'all.md'\n")
    pay, search = (config.load(house.clone.path / "config.toml", name) for name in ("pay", "search"))

    assert [
        ("Payments", "UTC", 3, "digests/pay", "state/digest-pay.db", {}),
        ("Search", "UTC", 9, "digests/search", "state/digest-search.db", {}),
    ] == [(c.title, c.timezone, c.limits.progress, c.folder, c.store, c.deliveries) for c in (pay, search)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[projects.pay]\ntitle = 'x'\n", "[projects.pay]: it has no source"),
        ("[projects.published.collectors.git]\n", "[projects.published]: no name for a folder"),
        ("[projects.'a/b'.collectors.git]\n", "[projects.a/b]: no name for a folder"),
        ("[projects.pay]\ntitel = 'x'\n", "[projects.pay]: no setting is called 'titel' (did you mean 'title'?)"),
        ("[projects.pay.collectors.git]\n[projects.pay.projects.x]\n", "[projects.pay]"),
    ],
)
def test_a_wrong_project_is_one_line(house: Line, text: str, said: str) -> None:
    """It names the table."""
    house.write("config.toml", text)
    with pytest.raises(ConfigError) as refused:
        config.load(house.clone.path / "config.toml")

    assert said in str(refused.value)


def test_a_project_has_to_be_named(house: Line) -> None:
    """Where there are several, and by a name that there is."""
    nameless, wrong = house.run("draft", code=2), house.run("draft", "--project", "pax", code=2)

    assert "made of several projects: pay, search (name one with --project" in nameless.stderr
    assert "no project is called 'pax' (known are pay, search)" in wrong.stderr


def test_all_are_drafted_though_one_fails(house: Line) -> None:
    """Each in its folder; what is wrong with one is said, and the exit code tells."""
    house.edit("config.toml", "../pay", "../gone")
    result = house.run("draft", "--all", code=4)

    assert ([f"{SLUG}.md"], True) == (house.folder("digests/search"), "../gone" in result.stderr)


def test_a_roll_up_joins_what_was_published(house: Line) -> None:
    """The first lines of each in turn, up to the limit, under its title, with their links and whose they are."""
    published(house)
    house.run("rollup")
    text = house.read(DRAFT)
    printed = house.run("render", "markdown").stdout
    progress = [x for x in printed.partition("*Metrics:*")[0].partition("*Next:*")[0].splitlines() if x.strip()]

    assert ["**Commerce Update - W7-8**", "*Progress:*", "- Payments"] == progress[:3]
    assert (2, 1) == tuple(sum("  - Added" in x and f"to {name}" in x for x in progress) for name in ("pay", "search"))
    assert "https://github.com/acme/pay/commit/" in printed
    assert "- Payments\n  - Talk to the bank." in printed
    assert text.count("left out: ") == 1


def test_a_roll_up_is_published_like_any_other(house: Line) -> None:
    """Edited, approved, published, corrected; drafting it again keeps the edit and changes nothing else."""
    published(house)
    house.run("rollup")
    house.edit(DRAFT, "- Talk to the bank.", "- The bank is asked.")
    before = house.read(DRAFT)
    house.run("rollup")
    house.run("review", "--keep-all")
    house.run("approve", "--yes", "--by", "Ann")
    house.run("publish")
    edition = archive.latest(house.clone.path / "digests" / "published", SLUG)

    assert edition is not None
    assert (
        "The bank is asked." in before,
        "published on 2026-02-24; approved by Ann" in house.run("status").stdout,
    ) == (
        True,
        True,
    )
    assert {"pay/git", "search/git"} == {a.source for a in edition.origin.evidence}
    assert "The bank is asked." in house.read(f"digests/published/{SLUG}.md")


def test_a_correction_of_a_project_reaches_the_roll_up(house: Line) -> None:
    """It is made of the last editions."""
    published(house)
    house.run("rollup")
    house.edit(f"digests/pay/{SLUG}.md", "Added refunds to pay.", "Customers are paid back.")
    house.run("publish", "--project", "pay", "--correct")
    house.run("rollup")

    assert ("Customers are paid back." in house.read(DRAFT), "Added refunds" in house.read(DRAFT)) == (True, False)


def test_what_is_missing_is_said(house: Line) -> None:
    """A project that has not published stands in the way, as a source that failed does."""
    none = house.run("rollup", code=1)
    house.run("draft", "--all")
    house.run("publish", "--project", "pay")
    partly = house.run("rollup", code=4)
    refused = house.run("publish", code=3)

    assert "no project has published W7-8" in none.stderr
    assert "search: failed" in partly.stderr
    assert "source search is failed: it has published nothing for this period" in refused.stderr


def test_promises_of_all_are_counted(house: Line) -> None:
    """One line, from the notes of the projects."""
    published(house)
    for name, note in (
        ("pay", "Of 4 promised in W5-6: 3 done, 1 moved."),
        ("search", "Of 2 promised in W5-6: 2 moved."),
    ):
        file = house.clone.path / "digests" / name / "published" / f"{SLUG}.json"
        frozen = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps(frozen | {"notes": [note]}), encoding="utf-8")
    house.run("rollup")

    assert "- Kept 3 of 6 promises of W5-6. <!-- pay/promises:" in house.read(DRAFT)


def test_an_audience_of_a_roll_up_sees_no_more(house: Line) -> None:
    """The evidence of the projects decides, as in a digest of their own."""
    published(house)
    file = house.clone.path / "digests" / "pay" / "published" / f"{SLUG}.json"
    edition = archive.thaw(file)
    hidden: list[Activity] = [replace(a, private=True) for a in edition.origin.evidence]
    origin = replace(edition.origin, evidence=tuple(hidden))
    file.unlink()
    archive.freeze(file.parent, edition.digest, markdown="", origin=origin, now=edition.published, number=1)
    house.run("rollup")
    house.write("config.toml", house.read("config.toml") + "[audiences.press]\n")
    shown = house.run("render", "markdown", "--audience", "press").stdout

    assert (False, True) == ("refunds" in shown, "to search" in shown)


def test_the_parts_of_a_project(house: Line) -> None:
    """By name, in the order of the file; a project has none."""
    whole = open_project(house.clone.path)

    assert [("pay", []), ("search", [])] == [(part.name, part.parts) for part in whole.parts]


def test_status_asks_for_each_project(house: Line) -> None:
    """It fails as long as one of them has no draft and names that one; the roll-up counts once it has one."""
    house.run("draft", "--project", "pay")
    failed = house.run("status", "--grace", "0", code=1).stderr
    house.run("draft", "--all")
    told = house.run("status").stdout.splitlines()

    assert (
        "Search: W7-8 ended" in failed,
        "Payments" in failed,
        ["Payments: W7-8: drafted", "Search: W7-8: drafted"],
    ) == (
        True,
        False,
        [line.partition(" (")[0] for line in told],
    )
