"""Other words by a program of the user's: taken only if they say nothing new, else the plain wording stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.markdown import escape
from digest.model import Activity
from digest.polish import Line, Unfit, check
from tests.lines import Line as Shop

PULL = Activity(
    source="hub",
    key="acme/shop#12",
    kind="pull_request",
    title="Cache stock in Redis",
    body="Cuts p99 from 900 ms to 1,200.5 µs for three of our shops. See https://example.test/a_b?c=1 (PAY-7, iOS).",
    url="https://forge.test/acme/shop/pull/12",
    people=("ann",),
)
LINE = Line(text="Cached stock in Redis.", section="progress", activities=(PULL,), longest=90)


@pytest.mark.parametrize(
    "answer",
    [
        "Stock is now cached in Redis, which cuts p99 from 900 ms.",
        "Made stock fast for three shops (PAY-7).",
        "Cached stock; see https://example.test/a_b?c=1.",
        "Ann cached stock for iOS.",
        "Cut p99 to 1,200.5 µs.",
    ],
)
def test_what_stands_in_the_evidence_is_taken(answer: str) -> None:
    """Other words for the same facts."""
    assert answer == check(f"  {answer}\x1b[31m", LINE)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Cut p99 from 900 ms to 20 ms.", "the number 20"),
        ("Cut p99 by 90 %.", "the number 90"),
        ("Cut p99 to 1,200.", "the number 1,200"),
        ("Made stock four times faster.", "four"),
        ("Halved it for all users.", "Halved"),
        ("Cached stock in Memcached.", "Memcached"),
        ("Google cached stock.", "Google"),
        ("Cached stock. Oracle lost.", "Oracle"),
        ("Cached stock for macOS.", "macOS"),
        ("Closed PAY-8.", "the number 8"),
        ("Closed PAX-7.", "PAX-7"),
        ("Cached stock, see https://evil.test/a.", "the link https://evil.test/a."),
        ("Cached stock, see www.evil.test.", "the link www.evil.test."),
        ("Cached stock, see evil.com/x.", "the link evil.com/x."),
        ("Cached stock, ask bob@evil.test.", "the link bob@evil.test"),
        ("", "the program said nothing"),
        ("Cached stock " + "so very well " * 9, "it has 129 characters, 90 are allowed"),
    ],
)
def test_what_is_new_is_not_taken(answer: str, why: str) -> None:
    """Numbers, also in words, names and links that no evidence holds, and what is too long."""
    with pytest.raises(Unfit) as refused:
        check(answer, LINE)

    assert str(refused.value).startswith(why)


@given(st.text(max_size=90))
def test_no_number_is_ever_new(answer: str) -> None:
    """Whatever a program prints: the digits of what is taken stand in the evidence."""
    try:
        said = check(answer, LINE)
    except Unfit:
        said = ""

    assert set() == {c for c in said if c.isdigit()} - {c for c in LINE.ground() if c.isdigit()}


def program(line: Shop, body: str) -> None:
    """Let the configuration name a program with this body; `given` is what it reads."""
    file = line.clone.path / "wording.py"
    file.write_text(f"import json, sys, time\ngiven = json.load(sys.stdin)\n{body}\n", encoding="utf-8")
    line.write(
        "config.toml",
        f'title = "Shop"\n[polish]\ncommand = ["{sys.executable}", "wording.py"]\ndeadline = 5\n',
    )


@pytest.fixture
def shop(line: Shop) -> Shop:
    """Two changes in the last period."""
    line.clone.commit("Start the shop", "2026-01-10T10:00:00Z")
    line.clone.commit("Add refunds\n\nPaid back in 3 days.", "2026-02-10T10:00:00Z", {"src/a.py": "a\n" * 80})
    line.clone.commit("Add gift cards", "2026-02-11T10:00:00Z", {"src/b.py": "b\n" * 80})
    return line


def told(line: Shop) -> list[str]:
    """The lines of Progress."""
    return [x for x in line.run("draft", "--period", "W7-8").stdout.splitlines() if x.startswith("- ")]


def test_the_program_words_the_lines(shop: Shop) -> None:
    """What it says is in the draft where it fits, escaped; where it does not, the plain wording, and a note says why."""
    program(
        shop, "print('Made refunds *quick*: 3 days.' if 'refund' in given['line'] else 'Gift cards for 5000 users.')"
    )
    lines = told(shop)
    draft = shop.read("digests/2026-W07_W08.md")

    assert ["- Added gift cards.", f"- {escape('Made refunds *quick*: 3 days.')}"] == sorted(lines)
    assert "- The wording stays plain, the number 5000 stands in no evidence: Added gift cards." in draft


def test_a_person_is_not_reworded(shop: Shop) -> None:
    """What a person wrote is not given to the program, and no line is asked for twice."""
    program(shop, "open('asked', 'a').write(given['line'] + '\\n'); print(given['line'])")
    told(shop)
    shop.edit("digests/2026-W07_W08.md", "- Added refunds.", "- Refunds at last.")
    lines = told(shop)

    assert "- Refunds at last." in lines
    assert ["Added gift cards.", "Added refunds."] == sorted(shop.read("asked").splitlines())


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit(3)", "ended with 3"),
        ("time.sleep(60)", "took longer than 0.5 seconds"),
        ("print('x' * 10**6)", "it has 20000 characters, 180 are allowed"),
        ("sys.stdout.buffer.write(bytes(range(256)))", "the program said nothing"),
        ("print('\\n\\n')", "the program said nothing"),
        ("while True: print('x' * 4000)", "it has 4000 characters, 180 are allowed"),
        ("import os; os.fork() or time.sleep(60)", "took longer than 0.5 seconds"),
        ("print('Made refunds \u202equick\u202c \ufeff\u00a0for Ωmega.')", "Ωmega stands in no evidence"),
        ("print('Refunds in ٣ days and ½ a day.')", "the number ٣ stands in no evidence"),
        ("print('Refunds in ３ days.')", "the number ３ stands in no evidence"),
        ("print('Refunds in iii days: **Bank** <b>now</b> @everyone.')", "Bank stands in no evidence"),
    ],
)
def test_a_program_that_fails_changes_nothing(shop: Shop, body: str, said: str) -> None:
    """The plain wording stands, the draft says why, and the run ends well."""
    program(shop, body)
    shop.edit("config.toml", "deadline = 5", "deadline = 0.5" if "sleep" in body else "deadline = 30")
    lines = told(shop)

    assert (["- Added gift cards.", "- Added refunds."], True) == (
        sorted(lines),
        said in shop.read("digests/2026-W07_W08.md") or "bytes" in body,
    )


def test_a_program_that_is_not_there(shop: Shop, tmp_path: Path) -> None:
    """It is said once, not for each line."""
    program(shop, "")
    shop.edit("config.toml", sys.executable, str(tmp_path / "gone"))
    told(shop)

    assert 1 == shop.read("digests/2026-W07_W08.md").partition("-->")[0].count("could not be run")
