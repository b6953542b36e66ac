"""Trade-offs, metric claims and next steps out of texts."""

from __future__ import annotations

from digest.extract import closing_refs, numbers, same_quantity, statements, ticket_keys


def test_the_articles_example_is_understood() -> None:
    """A labelled trade-off, a claim with its evidence and a labelled next step come out of one commit message."""
    text = (
        "Use Redis for inventory checks\n\nThis led to a 12% reduction in cart abandonment (A/B test).\n\n"
        "Trade-off: chose 95% freshness over 100% to maintain our 200ms latency SLA.\n"
        "Follow-up: improve the ranking with data science\n"
    )

    found = [(s.kind, s.evidence, s.text) for s in statements(text)]

    assert [
        ("metric", "ab_test", "This led to a 12% reduction in cart abandonment (A/B test)."),
        ("tradeoff", "unstated", "chose 95% freshness over 100% to maintain our 200ms latency SLA."),
        ("next", "unstated", "improve the ranking with data science"),
    ] == found


def test_standards_are_no_tickets() -> None:
    """`UTF-8` and its like are no keys of a tracker."""
    text = "PAY-12: read UTF-8 as ISO-8859 (SHA-256, CVE-2024-1, RFC-7231, HTTP-2, X-1); see LANG-1829 and PAY-12"

    assert ("PAY-12", "LANG-1829") == ticket_keys(text)


def test_closing_words_are_read_with_their_lists() -> None:
    """One closing word reaches over a list of references and over a full address."""
    text = "Fixes #12, #13 and acme/pay#3. Closes https://github.com/acme/web/issues/9. See #77."

    assert ("#12", "#13", "acme/pay#3", "acme/web#9") == closing_refs(text)


def test_the_same_quantity_in_other_units() -> None:
    """0.34 s is 340 ms, and 12.04 % is 12 % as far as 12 % says."""
    a, b, c, d, e = numbers("0.34 s, 340ms, 12.04 %, 12 %, 13 %")

    assert (True, True, False) == (same_quantity(a, b), same_quantity(c, d), same_quantity(c, e))
