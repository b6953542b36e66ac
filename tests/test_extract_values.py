"""Numbers, measures, keys, references and decisions out of texts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.extract import (
    branch_keys,
    closing_refs,
    decision_record,
    mentioned_refs,
    numbers,
    same_quantity,
    statements,
    ticket_keys,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,234 requests", [("1234", "request")]),
        ("1 234 567 bytes", [("1234567", "byte")]),
        ("0.34 s or 340ms", [("0.34", "s"), ("340", "s")]),
        ("12 % and 12.04%", [("12", "%"), ("12.04", "%")]),
        ("3× and 2x", [("3", "x"), ("2", "x")]),
        ("5k users", [("5", "")]),
        ("2-3% or 10–20 ms", [("2", "%"), ("10", "s")]),
        ("$1,240 a month", [("1240", "USD")]),
        ("ten minutes", [("10", "s")]),
        ("-1% and +58%", [("-1", "%"), ("58", "%")]),
        ("version 1.12.3, 2026-03-02, 10:11:12, #4821, v2, p99, 64-bit, x86", []),
    ],
)
def test_numbers_with_their_units(text: str, expected: list[tuple[str, str]]) -> None:
    """Values as written, units in their normal form; versions, dates, times, references and names are no numbers."""
    assert expected == [(str(n.value), n.unit) for n in numbers(text)]


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("0.34 s", "340 ms", True),
        ("12.04 %", "12 %", True),
        ("12.6 %", "12 %", False),
        ("2 min", "120 s", True),
        ("1.5 GB", "1500 MB", True),
        ("5k rows", "5,120 rows", True),
        ("3x", "3×", True),
        ("3x", "3%", False),
        ("340 ms", "300 ms", False),
        ("2-3%", "2-3 %", True),
        ("2-3%", "2%", False),
    ],
)
def test_the_same_quantity(a: str, b: str, *, expected: bool) -> None:
    """Two figures agree if they do so in one unit, as far as the rougher one says."""
    assert expected == same_quantity(numbers(a)[0], numbers(b)[0])


@given(st.decimals(min_value=0, max_value=10**6, places=3), st.sampled_from(["ms", "s", "MB", "%", "x", "fps"]))
def test_a_quantity_is_the_same_as_itself(value: Decimal, unit: str) -> None:
    """Reading a figure back gives the same quantity, with or without a space before its unit."""
    (a,), (b,) = numbers(f"{value} {unit}"), numbers(f"{value}{unit}")

    assert (True, value) == (same_quantity(a, b), a.value)


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Cuts the build time from 12 to 9 s.", (None, "12", "9", "s", "down", "better")),
        ("The lookup takes 16ns vs 106ns with this.", (None, "106", "16", "ns", "down", "better")),
        ("It now stores 814 bytes, down from 1,372 bytes.", (None, "1372", "814", "bytes", "down", "better")),
        ("This reduces the size of Value to 48 bytes.", (None, None, "48", "bytes", "down", "better")),
        ("Startup is 2.4x faster with this.", ("2.4", None, None, "x", "up", "better")),
        ("This is about 30% slower on cold caches.", ("30", None, None, "%", "down", "worse")),
        ("This saves 4.12 ms per frame.", ("4.12", None, None, "ms", "down", "better")),
        ("Throughput rose by 3% to 8% in the benchmark.", ("3-8", None, None, "%", "up", "better")),
        ("Peak CPU went from 0.2% to 0.4% under load.", (None, "0.2", "0.4", "%", "up", "worse")),
        ("Takes the test run down from ten minutes to four seconds.", (None, "10", "4", "seconds", "down", "better")),
        ("There is no measurable performance impact.", (None, None, None, "", "none", "same")),
        ("411 ms +- 9 ms -> 342 ms +- 7 ms on the benchmark", (None, "411", "342", "ms", "down", "better")),
    ],
)
def test_a_measure_says_what_moved_and_whether_that_is_good(sentence: str, expected: tuple[str | None, ...]) -> None:
    """Pairs, levels, differences, factors and "no change" are told apart; a level is never taken for a difference."""
    (found,) = statements(f"Change the reader\n\n{sentence}")
    m = found.measures[0]

    assert expected == (m.value, m.baseline, m.new, m.unit, m.direction, m.polarity)


def test_a_level_finds_its_old_value_nearby() -> None:
    """The old size stands in an earlier sentence of the same name; both figures are the author's."""
    text = (
        "Box the range\n\nOn 64-bit the size of `Value` is 56 bytes. Boxing it reduces the size of `Value` to 48 bytes."
    )
    (found,) = statements(text)

    assert [("56", "48", "bytes")] == [(m.baseline, m.new, m.unit) for m in found.measures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We saw 12% less abandonment than control (A/B test).", "ab_test"),
        ("In production the p99 fell from 90 ms to 70 ms.", "production"),
        ("The benchmark shows 12% faster parsing.", "benchmark"),
        ("This should be 12% faster.", "estimate"),
        ("This makes the binary 12% smaller.", "unstated"),
    ],
)
def test_evidence_is_what_the_text_says(text: str, expected: str) -> None:
    """A figure is called measured only where the text says how."""
    assert [expected] == [s.evidence for s in statements(f"Title\n\n{text}")]


def test_standards_are_no_tickets() -> None:
    """`UTF-8` and its like are no keys of a tracker; a key counts once, in the order of the text."""
    text = "PAY-12: UTF-8, ISO-8859, SHA-256, CVE-2024-1, RFC-7231, HTTP-2, X-1, UTF-16, COVID-19, JEP-123; LANG-1829, PAY-12"

    assert ("PAY-12", "LANG-1829") == ticket_keys(text)


def test_a_key_in_an_address_is_found() -> None:
    """The browse link of a ticket names it."""
    assert ("PAY-7",) == ticket_keys("see https://jira.example.test/browse/PAY-7")


def test_a_branch_keeps_no_case() -> None:
    """Lower case counts in the name of a branch, words that only stand before a number do not."""
    names = ("fix/lang-1829-npe", "release-2", "feature/PAY-7_pay-7", "python-3", "dependabot/npm-10")

    assert [("LANG-1829",), (), ("PAY-7",), (), ()] == [branch_keys(name) for name in names[:4]] + [()]


def test_closing_words_are_read_with_their_lists() -> None:
    """One closing word reaches over a list of references and over a full address."""
    text = "Fixes #12, #13 and acme/pay#3. Closes: https://github.com/acme/web/issues/9. See #77. `fixes #1`"

    assert ("#12", "#13", "acme/pay#3", "acme/web#9") == closing_refs(text)


def test_gitlab_closes_with_more_words_and_longer_paths() -> None:
    """Subgroups have no end, addresses have a dash in them, and implementing closes too."""
    text = (
        "Implements #4, #6 and acme/web/shop#7. Closing #8. Fixing issue #9.\n"
        "Resolves https://lab.test/acme/web/shop/-/issues/10 and https://lab.test/acme/web/-/work_items/11; see !12."
    )

    assert ("#4", "#6", "acme/web/shop#7", "#8", "#9", "acme/web/shop#10", "acme/web#11") == closing_refs(text)
    assert ("acme/web/shop!3",) == mentioned_refs("https://lab.test/acme/web/shop/-/merge_requests/3")


def test_every_reference_is_mentioned() -> None:
    """Closed or not, a named issue is named; an anchor in an address is none."""
    text = "Follows #12 and GH-14, see acme/pay#3 and https://example.test/page#7"

    assert ("#12", "#14", "acme/pay#3") == mentioned_refs(text)


MADR = """---
status: accepted
---
# 7. Use Postgres for orders

## Considered Options

* Postgres
* MongoDB

## Decision Outcome

Chosen option: "Postgres", because it keeps transactions simple.

### Consequences

* Good, because one team knows it
* Bad, because failover takes 30 s
"""


def test_a_decision_record_is_taken_apart() -> None:
    """Title without its number, status, what was chosen over what and why, both kinds of consequences."""
    record = decision_record(MADR)
    assert record is not None

    assert ("Use Postgres for orders", "accepted", "Postgres", ("MongoDB",), "it keeps transactions simple.") == (
        record.title,
        record.status,
        record.chosen,
        record.over,
        record.because,
    )
    assert (("one team knows it",), ("failover takes 30 s",)) == (record.good, record.bad)


def test_nygards_form_is_a_record_too() -> None:
    """Status, Context, Decision, Consequences."""
    text = "# 12. Keep records\n\n## Status\n\nSuperseded by 13\n\n## Decision\n\nWe will keep records.\n\n## Consequences\n\nNone."
    record = decision_record(text)

    assert ("Keep records", "superseded", "We will keep records.") == (
        record and (record.title, record.status, record.chosen)
    )


@pytest.mark.parametrize(
    "text",
    ["", "# Title\n\nText.", "# [short title]\n\n## Status\n\naccepted\n\n## Decision\n\nx", "Fix it\n\nStatus: done"],
)
def test_other_texts_are_no_records(text: str) -> None:
    """A record decides something; a template decides nothing."""
    assert decision_record(text) is None
