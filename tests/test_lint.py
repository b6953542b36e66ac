"""Every number of a line stands in its evidence, or is found."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Metric
from digest.lint import ground, unfounded
from digest.model import Digest, Entry, Section
from digest.normalize.figures import figures, grounds
from digest.period import Period
from tests.figures import known
from tests.figures import test_of as ab_test
from tests.works import part, pull

WEEKS = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=UTC)


def found(line: str, *evidence: str, refs: tuple[str, ...] | None = None) -> list[str]:
    """The numbers of a line that are in none of these texts."""
    texts = {f"hub:{k}": text for k, text in enumerate(evidence)}
    entry = Entry(text=line, refs=tuple(texts) if refs is None else refs)
    digest = Digest(title="Shop", period=WEEKS, sections=(Section(name="metrics", entries=(entry,)),))
    return [one.number for one in unfounded(digest, texts)]


@pytest.mark.parametrize(
    ("line", "evidence"),
    [
        ("Latency fell to 340 ms.", "p95 is 0.34 s now"),
        ("Latency fell to 0.34 s.", "p95 is 340ms now"),
        ("Latency fell to 0.3 s.", "p95 is 340 ms now"),
        ("Abandonment fell 12 %.", "down 12.04%"),
        ("Abandonment is at 59.9 %.", "abandonment: 0.599"),
        ("Abandonment is at 59.9 percent.", "abandonment: 0.5991"),
        ("212 → 196 ms.", "from 212 ms to 196 ms"),
        ("Saved 1.2 GB.", "1,234,567,890 bytes less"),
        ("Served 1.2 million requests.", "1,234,567 requests"),
        ("Asked 8,400 people.", "n = 8,446"),
        ("Chose 95% freshness over 100%.", "95 % fresh, not 100 %"),
        ("Margins fell by 5 to 9 %.", "between 5% and 9%"),
        ("The 95 % interval is 9–15 %.", "95 % CI 9–15 %"),
        ("Cost $1,250 less.", "saves $1250"),
        ("Done in 2026.", "nothing"),
        ("Moved to Python 3.12 and PAY-7.", "PAY-7: Python 3.12"),
        ("See `v2.1.0` on 2026-02-09.", "nothing"),
        ("\\~200 ms faster.", "200 ms faster"),
    ],
)
def test_the_same_number(line: str, evidence: str) -> None:
    """In another unit, rounded, with or without separators, or with its unit somewhere else."""
    assert [] == found(line, evidence)


@pytest.mark.parametrize(
    ("line", "evidence", "expected"),
    [
        ("Latency fell to 150 ms.", "p95 is 0.34 s now", ["150 ms"]),
        ("Abandonment fell 12.4 %.", "down 12%", ["12.4 %"]),
        ("Latency fell to 200 ms.", "p95 is 212 ms", ["200 ms"]),
        ("Abandonment fell 12 points.", "down 12%", ["12 points"]),
        ("It takes 5 s.", "5 ms", ["5 s"]),
        ("3x faster, 40 % cheaper.", "3x faster", ["40 %"]),
        ("Margins fell by 5–12 %.", "between 5% and 9%", ["5–12 %"]),
        ("Asked 9,000 people.", "n = 8,446", ["9,000"]),
    ],
)
def test_another_number(line: str, evidence: str, expected: list[str]) -> None:
    """One that nobody measured, more exact than what was measured, or in a unit that is another quantity."""
    assert expected == found(line, evidence)


def test_a_line_without_evidence() -> None:
    """Its numbers rest on nothing that can be looked at; it says so."""
    entry = Entry(text="Signed 3 customers.")
    digest = Digest(title="Shop", period=WEEKS, sections=(Section(name="progress", entries=(entry,)),))

    assert ["the number 3 has no evidence: Signed 3 customers."] == [str(f) for f in unfounded(digest, {})]


def test_the_parts_of_the_evidence_count() -> None:
    """A number in a commit of a pull request, and in a part of the ref that the line names."""
    activity = pull(12, "Cache prices", parts=(part(1, "Cut p95 by 40 ms"),), due=datetime(2026, 3, 5, tzinfo=UTC))
    entry = Entry(text="Cut p95 by 40 ms, due 5 March 2026, not 41 ms.", refs=("hub:acme/shop#12~metric-1",))
    digest = Digest(title="Shop", period=WEEKS, sections=(Section(name="metrics", entries=(entry,)),))

    assert ["41 ms"] == [one.number for one in unfounded(digest, ground([activity]))]


def test_a_measured_line_and_its_edits() -> None:
    """The generated line is clean; a person may say it in the raw counts; a slip is found."""
    table = Metric(title="Cart abandonment", unit="%", better="down", target=60)
    told, _ = figures(known(ab_test((2876, 4223, 0), (2530, 4223, 0))), {"abandonment": table})
    evidence = grounds(told)

    def slips(text: str) -> list[str]:
        entry = Entry(text=text, refs=("db:abandonment",))
        digest = Digest(title="Shop", period=WEEKS, sections=(Section(name="metrics", entries=(entry,)),))
        return [one.number for one in unfounded(digest, evidence)]

    assert ([], [], ["21 %"]) == (
        slips(told[0].entry.text),
        slips("2,530 of 4,223 carts were left, 12 % fewer than 2,876; the target is 60 %."),
        slips("Cart abandonment fell 21 %."),
    )


@given(st.decimals(min_value=0, max_value=10**6, places=2), st.sampled_from(["ms", "s", "%", "MB", ""]))
def test_what_is_written_is_found(value: Any, unit: str) -> None:
    """A number is found in a text that holds it, whatever it is."""
    assert [] == found(f"It is {value} {unit} now.", f"measured {value} {unit} twice over")


@given(st.decimals(min_value=1, max_value=999, places=1), st.decimals(min_value=1, max_value=999, places=1))
def test_only_what_rounds_to_it_is_found(said: Any, measured: Any) -> None:
    """With one decimal on both sides, only the same number is the same."""
    assert ([] if said == measured else [f"{said} ms"]) == found(f"It is {said} ms.", f"measured {measured} ms")
