"""Trade-offs, metric claims and next steps out of texts."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.extract import Statement, statements

SNIPPETS = st.sampled_from(
    [
        "# Next steps\n",
        "- [ ] add the flag",
        "* item\n  more of it",
        "Trade-off: chose A over B to save C",
        "this is 12% faster, but uses 3 MB more",
        "| a | before | after |\n|---|---|---|\n| x | 1 ms | 2 ms |",
        "```\nold time/op 1ms ± 2%\n```",
        "h2. Heading\n{code}\nx\n{code}",
        "<!-- TODO: later -->",
        "> quoted, 2x faster",
        "Before:\n- x: 1 ms\n\nAfter:\n- x: 2 ms",
        "\r\n",
        "\t",
        "é × – →",
        "We could do X, but Y.",
    ]
)


def kinds(text: str) -> list[tuple[str, str]]:
    """Kind and words of every statement in a text."""
    return [(s.kind, s.text) for s in statements(text)]


def only(text: str) -> Statement:
    """The one statement of a text."""
    (found,) = statements(text)
    return found


def test_the_articles_example_is_understood() -> None:
    """A labelled trade-off, a claim with its evidence and a labelled next step come out of one commit message."""
    text = (
        "Use Redis for inventory checks\n\nThis led to a 12% reduction in cart abandonment (A/B test).\n\n"
        "Trade-off: chose 95% freshness over 100% to maintain our 200ms latency SLA.\n"
        "Follow-up: improve the ranking with data science\n"
    )

    found = [(s.kind, s.evidence, s.explicit, s.text) for s in statements(text)]

    assert [
        ("metric", "ab_test", False, "This led to a 12% reduction in cart abandonment (A/B test)."),
        ("tradeoff", "unstated", True, "chose 95% freshness over 100% to maintain our 200ms latency SLA."),
        ("next", "unstated", True, "improve the ranking with data science"),
    ] == found


def test_a_span_is_where_its_words_stand() -> None:
    """Cutting the text at the span gives the words of the statement, hard wraps and all."""
    text = "Title\r\n\r\nFirst sentence here.  This cuts the build time from 12 s\r\nto 9 s. Nothing else."
    found = only(text)

    assert "This cuts the build time from 12 s\r\nto 9 s." == text[found.start : found.end]


@pytest.mark.parametrize(
    ("sentence", "gained", "given_up"),
    [
        ("Better goodput at the cost of copy operations.", "Better goodput", "copy operations"),
        ("We accept slower writes in exchange for a steady month end.", "a steady month end", "slower writes"),
        ("This design prioritizes stability over guaranteed delivery.", "stability", "guaranteed delivery"),
        ("The downside is that logs are no longer in order.", "", "logs are no longer in order"),
        ("This comes at the expense of slower reads.", "", "slower reads"),
    ],
)
def test_both_sides_of_a_trade_off(sentence: str, gained: str, given_up: str) -> None:
    """The usual forms say which side won; where the text names no gain, none is made up."""
    found = only(f"Change the store\n\n{sentence}")

    assert ("tradeoff", gained, given_up) == (found.kind, found.gained, found.given_up)


@pytest.mark.parametrize(
    "text",
    [
        "Reword chapter 4\n\nAdds a page which explains the trade-off between consistency and latency.",
        "Document the trade-offs section\n\nFixes two typos in the trade-offs guide.",
        "Handle commas\n\nThe guard was skipped because the list was empty, but it returned true rather than false.",
        "Fix #7\n\nThis is a follow-up to #6.\n\nFollow-up: https://example.test/pull/6",
        "Clean up\n\nRemove the stale TODO comments in the parser.",
        "Tune\n\nIncrease the timeout from 30s to 1 minute.",
        "Bump requests from 2.31.0 to 2.32.3\n\nRelease notes\n\n- 30% faster decoding\n- TODO: document it",
        "# Current coverage is 67.02% (diff: 100%)\n\n> Merging #512 will increase coverage by 0.21%",
        "Title\n\n<!-- we were 2x faster; TODO: next, a benchmark -->",
        "Title\n\n> This is 2x faster at the cost of memory.",
        "Title\n\n```python\n# TODO: we could make this 2x faster, but it is ugly\n```",
        "Title\n\n## Checklist\n\n- [ ] I have added tests\n- [x] I have read the guide",
        "Log the time\n\n    2026-03-02 10:11:12 INFO sync took 340ms, 12% skipped\n    2026-03-02 10:11:14 WARN retry",
        "# [short title]\n\n## Negative consequences\n\n* [e.g., compromising quality attribute, follow-up decisions required]",
    ],
)
def test_what_only_looks_like_a_statement_is_none(text: str) -> None:
    """Topics, settings, bug stories, bots, quotes, code, comments, templates and pointers back yield nothing."""
    assert [] == kinds(text)


def test_a_heading_makes_its_items_statements() -> None:
    """What stands under "Follow-up" or "Drawbacks" is one, item by item; what is done already is not."""
    text = (
        "# Title\n\n## Drawbacks\n\n- Every reader now opens one more file.\n\n"
        "## Next steps\n\n- [ ] Remove the old check from the branch\n- [x] Add the new one to the branch\n"
    )

    assert [
        ("tradeoff", "Every reader now opens one more file."),
        ("next", "Remove the old check from the branch"),
    ] == kinds(text)


def test_before_and_after_lists_are_one_claim() -> None:
    """Figures under Before and After are paired by their names."""
    text = "Speed up\n\nBefore:\n\n- parse: 40 ms\n- print: 9 ms\n\nAfter:\n\n- parse: 12 ms\n- print: 10 ms\n"
    found = only(text)

    assert [("parse", "40", "12", "ms", "better"), ("print", "9", "10", "ms", "worse")] == [
        (m.metric, m.baseline, m.new, m.unit, m.polarity) for m in found.measures
    ]


def test_a_benchmark_table_gives_its_pairs() -> None:
    """The columns say which figure is the old one; the unit may stand in the label of the row."""
    text = (
        "Cache reads\n\n| Metric | before | after |\n|---|---|---|\n| Read latency (ms) | 0.044 | 0.033 |\n"
        "| Throughput | 120 rps | 180 rps |\n"
    )

    assert [("Read latency", "0.044", "0.033", "ms", "better"), ("Throughput", "120", "180", "rps", "better")] == [
        (m.metric, m.baseline, m.new, m.unit, m.polarity) for m in only(text).measures
    ]


def test_jira_markup_is_read_as_what_it_is() -> None:
    """Headings, lists and code of Jira's wiki markup mean the same as those of Markdown."""
    text = "h2. Follow-up\n* Remove the old index from the cluster\n\n{code}\n# TODO: nothing\n{code}\nbq. 2x faster"

    assert [("next", "Remove the old index from the cluster")] == kinds(text)


def test_a_rule_has_a_name() -> None:
    """Each statement tells which rules found it."""
    found = only("Title\n\nThe downside is that readers wait longer.")

    assert ("downside",) == found.rules


@given(st.lists(SNIPPETS | st.text(max_size=40), max_size=12).map("\n".join))
def test_any_text_is_read(text: str) -> None:
    """No text raises; spans lie inside the text, are not empty, and come in the order of the text."""
    found = statements(text)

    assert [] == [s for s in found if not 0 <= s.start < s.end <= len(text)]
    assert sorted(s.start for s in found) == [s.start for s in found]


@pytest.mark.parametrize(
    "piece",
    [
        " ",
        "\n",
        ".",
        "5% ",
        "1->",
        "we could ",
        "but ",
        "slower but faster ",
        "[a](b ",
        "**a ",
        "<!-- ",
        "|a",
        "- a\n",
        "{{",
    ],
)
def test_hostile_texts_take_no_time(piece: str) -> None:
    """Sixty thousand characters of repetition are read in time that grows with their length."""
    text = piece * (60_000 // len(piece))
    start = time.process_time()
    statements(text)
    taken = time.process_time() - start

    assert taken < 5
