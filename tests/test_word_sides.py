"""What a reader finds of trade-offs, figures and next steps: what was written, and the line it becomes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Wording
from digest.extract import Measure, Statement, statements
from digest.model import Activity
from digest.normalize.word import metric, next_step, tradeoff

WORDING = Wording()
TITLE = "Cache the price lists"


def said(kind: Any, text: str, **more: Any) -> Statement:
    """A statement of that text."""
    return Statement(kind=kind, start=0, end=len(text), text=text, **more)


TRADEOFFS = [
    (
        {"gained": "95% freshness", "given_up": "100%", "because": "to maintain our 200ms latency SLA"},
        "chose 95% freshness over 100% to maintain our 200ms latency SLA.",
        "Chose 95% freshness over 100% to maintain our 200ms latency SLA.",
    ),
    (
        {"gained": "no cold-cache stalls", "given_up": "up to 30 s of stale prices"},
        "up to 30 s of stale prices in exchange for no cold-cache stalls",
        "Chose no cold-cache stalls at the cost of up to 30 s of stale prices.",
    ),
    ({"given_up": "We accept slower writes"}, "We accept slower writes.", "Accepted slower writes."),
    (
        {"gained": "This comes", "given_up": "slower reads, which now merge all tables"},
        "This comes at the expense of slower reads, which now merge all tables.",
        "Accepted slower reads.",
    ),
    (
        {"gained": "Avoids a second build", "given_up": "running after the tests"},
        "Avoids a second build at the cost of running after the tests.",
        "Avoided a second build at the cost of running after the tests.",
    ),
    (
        {},
        "Storage: one file per tenant (chosen) vs one table vs both",
        "Chose one file per tenant over one table and both (storage).",
    ),
    (
        {},
        "Keep old finals vs replace them at once (chosen)",
        "Chose replacing them at once over keeping old finals.",
    ),
    (
        {},
        "We could read the header twice, but the disk is slow.",
        "Chose not to read the header twice: the disk is slow.",
    ),
    (
        {},
        "An alternative would be to poll the queue, which costs more.",
        "Decided against polling the queue, which costs more.",
    ),
    ({}, "The downside is that we need to copy the index.", "Accepted having to copy the index."),
    ({}, "The drawback is more memory per worker.", "Accepted more memory per worker."),
    (
        {},
        "Unfortunately, this is slightly slower for small files.",
        "Accepted that the change is slightly slower for small files.",
    ),
    ({}, "I decided to keep the old name for now.", "Decided to keep the old name for now."),
    ({}, "This may use up to twice the memory.", "Accepted that the change may use up to twice the memory."),
]


@pytest.mark.parametrize(("sides", "text", "expected"), TRADEOFFS, ids=[t for _, t, _ in TRADEOFFS])
def test_a_tradeoff_becomes_a_decision(sides: dict[str, str], text: str, expected: str) -> None:
    """Chose this over that, or accepted that: hedges stay, "I" and "we" go, no gain is made up."""
    assert expected == tradeoff(said("tradeoff", text, **sides), TITLE, WORDING)


def test_a_tradeoff_names_a_short_subject() -> None:
    """What "this" stands for is named where the subject is a name, not where it is a sentence."""
    claim = said("tradeoff", "This is a bit slower.")

    assert ["Accepted that price cache is a bit slower.", "Accepted that the change is a bit slower."] == [
        tradeoff(claim, subject, WORDING) for subject in ("price cache", TITLE)
    ]


def test_a_tradeoff_stays_short() -> None:
    """At most about 140 characters, cut where a reader pauses."""
    text = "We chose the simple queue because it is known to everybody here and has been in use for years, " * 3

    assert "Chose the simple queue because it is known to everybody here." == tradeoff(
        said("tradeoff", text), TITLE, WORDING
    )


PAIR = Measure(baseline="340", new="200", unit="ms", direction="down", polarity="better", metric="p95 latency")
SHARE = Measure(value="12", unit="%", direction="down", polarity="better", metric="cart abandonment")
METRICS: list[tuple[str, tuple[Measure, ...], str, str]] = [
    ("p95 latency: 340 ms -> 200 ms", (PAIR,), "benchmark", "p95 latency fell from 340 ms to 200 ms (benchmark)."),
    ("p95 latency: ~340 ms -> 200 ms", (PAIR,), "unstated", "p95 latency fell from ~340 ms to 200 ms."),
    ("12% lower cart abandonment", (SHARE,), "ab_test", "Resulted in a 12% reduction in cart abandonment (A/B test)."),
    (
        "Cart abandonment was about 12% lower.",
        (SHARE,),
        "ab_test",
        "Resulted in a reduction of about 12% in cart abandonment (A/B test).",
    ),
    (
        "Cart abandonment fell by 12%, which is not significant.",
        (SHARE,),
        "ab_test",
        "Cart abandonment fell by 12%, which is not significant (A/B test).",
    ),
    (
        "In the worst case this raises memory by 12%.",
        (SHARE,),
        "unstated",
        "In the worst case this raises memory by 12%.",
    ),
    ("This reduces startup from 4 s to 1 s.", (), "production", "Reduced startup from 4 s to 1 s (production)."),
    (
        "Frame rate increased from ~42fps to ~44fps",
        (),
        "unstated",
        "Frame rate increased from ~42fps to ~44fps.",
    ),
    ("I haven't observed any slowdown.", (), "benchmark", "Observed no slowdown (benchmark)."),
    (
        "",
        (
            Measure(baseline="8", new="6", unit="ms", direction="down", polarity="better", metric="row 1"),
            Measure(baseline="5", new="7", unit="ms", direction="up", polarity="worse", metric="row 2"),
        ),
        "benchmark",
        "Cached the price lists: row 1 fell from 8 ms to 6 ms; row 2 rose from 5 ms to 7 ms (benchmark).",
    ),
    (
        "",
        (
            Measure(baseline="8", new="6", unit="ms", direction="down", polarity="better", metric="row 1"),
            Measure(baseline="7", new="6", unit="ms", direction="down", polarity="better", metric="geomean"),
        ),
        "benchmark",
        "Cached the price lists: geomean fell from 7 ms to 6 ms (benchmark).",
    ),
    ("| a | b |\n| 1 | 2 |", (), "benchmark", ""),
    ("", (), "benchmark", ""),
]


@pytest.mark.parametrize(
    ("text", "measures", "evidence", "expected"), METRICS, ids=[m[3] or repr(m[0]) for m in METRICS]
)
def test_a_claim_keeps_its_figures(text: str, measures: tuple[Measure, ...], evidence: Any, expected: str) -> None:
    """The author's figures, units and conditions; only an A/B test "resulted in"; worse stands next to better."""
    assert (
        expected.lower() == metric(said("metric", text, measures=measures, evidence=evidence), TITLE, WORDING).lower()
    )


def test_a_pair_in_two_units_is_not_put_into_one() -> None:
    """Ten minutes to four seconds is said in the author's words, never as "from 10 seconds"."""
    (found,) = [
        s for s in statements("Faster\n\nTakes my test down from ten minutes to four seconds!") if s.kind == "metric"
    ]

    assert "Took the test down from ten minutes to four seconds." == metric(found, "Faster", WORDING)


def test_before_and_after_is_no_result() -> None:
    """Without an A/B test "resulted in" is taken back."""
    claim = said("metric", "Resulted in a 12% reduction in cart abandonment.", evidence="unstated")

    assert "12% reduction in cart abandonment." == metric(claim, TITLE, WORDING)


def test_what_a_figure_rests_on_is_said() -> None:
    """Where the line leaves out that it was an A/B test, it is said in brackets."""
    text = "Latency fell from 480 ms to 200 ms in an A/B test."
    pair = Measure(metric="latency", baseline="480", new="200", unit="ms", direction="down")

    assert "Latency fell from 480 ms to 200 ms (A/B test)." == metric(
        said("metric", text, measures=(pair,), evidence="ab_test"), TITLE, WORDING
    )


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("74.4s → 45.0s (39% faster)", "Add more to the quick build", "Added more to the quick build: 74.4s → 45.0s"),
        ("This is up to 30% faster for long lists.", TITLE, "Cached the price lists: up to 30% faster for long lists"),
        ("This reduces memory by 30%.", TITLE, "Reduced memory by 30%"),
        ("Search is 3x faster.", TITLE, "Search is 3x faster"),
    ],
)
def test_a_figure_says_what_it_is_of(text: str, subject: str, expected: str) -> None:
    """Figures alone, and "this", are told with the change that they stand in."""
    assert metric(said("metric", text), subject, WORDING).startswith(expected)


@pytest.mark.parametrize(
    "text",
    [
        "Needs to be updated to reflect this",
        "Deprecate the old entry point?",
        "It does more work than we're doing here",
        "Once the interface is more reasonable revive older pull requests",
    ],
)
def test_a_step_that_leans_on_its_text_is_none(text: str) -> None:
    """What is passive without a subject, asked, or argued is not promised."""
    assert "" == next_step(said("next", text), WORDING)


STEPS = {
    "- [ ] Update the hash in the Makefile - Follow up in another PR": "Updating the hash in the Makefile.",
    "3. Remove the legacy script": "Removing the legacy script.",
    "I intend to update the normal parser with a similar view.": "Updating the normal parser with a similar view.",
    "Remaining part is checking return types, I'm planning to do that in a separate PR.": "Checking return types.",
    "In a follow-up PR we will add retries to the uploader.": "Adding retries to the uploader.",
    "TODO: allow several globs": "Allowing several globs.",
    "Eventually, we should integrate these numbers into CI.": "Integrating these numbers into CI.",
    "The old flag will be removed in v3": "Removing the old flag in v3.",
    "Motion vectors are not yet implemented.": "Implementing motion vectors.",
    "Will introduce a parameter in a follow up diff after the cleanup": "Introducing a parameter after the cleanup.",
    "A good next step would be to make the parser stricter.": "Making the parser stricter.",
    "Partner with data science to improve ranking": "Partnering with data science to improve ranking.",
    "Partitioned index size estimation": "Partitioned index size estimation.",
    "I want to leave this for a future PR.": "",
}


@pytest.mark.parametrize("text", STEPS)
def test_a_next_step_is_the_work_itself(text: str) -> None:
    """One form for all, without check boxes, numbers and the words that only say that it is later."""
    assert STEPS[text] == next_step(said("next", text), WORDING)


@pytest.mark.parametrize(
    ("title", "more", "expected"),
    [
        ("PAY-7: Allow refunds in parts", {}, "Allowing refunds in parts."),
        ("feat(api): webhooks for refunds", {"kind": "pull_request"}, "Adding webhooks for refunds."),
        ("Search fails on umlauts", {"type": "Bug"}, "Fixing: search fails on umlauts."),
        ("The export should skip empty rows", {}, "Making The export skip empty rows."),
        ("Refunds in the ledger", {}, "Refunds in the ledger."),
    ],
)
def test_what_is_under_way_is_said_as_such(title: str, more: dict[str, Any], expected: str) -> None:
    """A ticket or pull request that is not done is told in the same form."""
    activity = Activity(
        **{"source": "jira", "key": "PAY-7", "kind": "ticket", "state": "active", "title": title, **more}
    )

    assert expected.lower() == next_step(activity, WORDING).lower()


def test_the_glossary_holds_for_all_of_them() -> None:
    """The reader's words stand in trade-offs, figures and next steps too."""
    wording = Wording(glossary={"vsr": "replication"})
    texts = ("We accept slower vsr.", "vsr is 3x faster.", "Rework vsr recovery")

    assert ["Accepted slower replication.", "Replication is 3x faster.", "Reworking replication recovery."] == [
        tradeoff(said("tradeoff", texts[0]), "", wording),
        metric(said("metric", texts[1]), "", wording),
        next_step(said("next", texts[2]), wording),
    ]


TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            [
                "we",
                "could",
                "but",
                "the",
                "cost",
                "of",
                "`a`",
                "is",
                "this",
                "at",
                "from",
                "1",
                "to",
                "2",
                "ms",
                "12%",
                "TODO",
                "will",
                "be",
                "in",
                "follow-up",
                "PR",
                "@jo",
                "#7",
                "|",
                "x",
            ]
        ),
        max_size=25,
    ).map(" ".join),
)
MEASURES = st.builds(
    Measure,
    value=st.none() | st.text(max_size=6),
    baseline=st.none() | st.text(max_size=6),
    new=st.none() | st.text(max_size=6),
    unit=st.sampled_from(["", "%", "ms", "x"]),
    direction=st.sampled_from(["up", "down", "none", ""]),
    metric=st.text(max_size=30),
)


@given(TEXT, TEXT, st.lists(MEASURES, max_size=3), st.sampled_from(["ab_test", "unstated", "benchmark"]))
def test_any_statement_is_one_safe_line(text: str, side: str, measures: list[Measure], evidence: Any) -> None:
    """Whatever a statement holds, the line is empty or one sentence without handles, numbers of issues or line ends."""
    statement = said(
        "next", text, gained=side, given_up=side, because=side, measures=tuple(measures), evidence=evidence
    )
    lines = [tradeoff(statement, side, WORDING), metric(statement, side, WORDING), next_step(statement, WORDING)]
    bare = [re.sub(r"`[^`]*`", "", line) for line in lines]

    assert [] == [b for b in bare if b and (not b.endswith((".", "…")) or re.search(r"(?<!\w)@\w|#\d|[\r\n]", b))]
