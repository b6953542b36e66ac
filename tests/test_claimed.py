"""What texts claim beside what sources measured: one line for one quantity, with the story it belongs to."""

from __future__ import annotations

from typing import Any

from digest.config import Config, Limits, Metric, Theme
from digest.model import Digest, Entry
from digest.normalize import normalize
from digest.normalize.judge import Known
from tests.figures import W7_8, before, sample
from tests.figures import test_of as ab_test
from tests.works import pull

CART = Metric(title="Cart abandonment", unit="%", better="down", url="https://grafana.test/d/cart")
P95 = Metric(title="p95 latency", unit="ms", better="down", slo=200)
TEST = ab_test((2876, 4223, 0), (2530, 4223, 0), url="https://tests.test/7")
CLAIM = pull(12, "PAY-7: Show the stock in the cart", body="Reduced cart abandonment by 12% in the A/B test.")


def digest(
    *activities: Any, now: Any = (), metrics: dict[str, Metric] | None = None, history: Any = None, **rest: Any
) -> Digest:
    """The digest of W7-8."""
    config = Config(metrics=metrics or {}, **rest)
    return normalize(
        title="Shop",
        period=W7_8,
        activities=activities,
        upcoming=(),
        outcomes=(),
        config=config,
        known=Known(period=W7_8, now=now, history=history or {}),
    )


def metrics(made: Digest) -> list[Entry]:
    """The lines of the Metrics section."""
    return list(made.section("metrics").entries)


def test_one_quantity_is_one_line() -> None:
    """The measured figure is told, with the text that claims it as further evidence; a note says what that said."""
    made = digest(CLAIM, now=[TEST], metrics={"abandonment": CART})
    (line,) = metrics(made)

    assert (
        ("db:abandonment", "hub:acme/shop#12~metric-1"),
        ("https://grafana.test/d/cart", "https://forge.test/acme/shop/pull/12"),
        ("PAY-7",),
        True,
    ) == (line.refs, line.links, line.keys, any("a text says: Reduced cart abandonment" in n for n in made.notes))


def test_a_claim_is_grouped_with_its_story() -> None:
    """It carries the theme and the tickets of the story whose text it stands in, and the address of its metric."""
    themes = (Theme(name="Checkout", labels=("checkout",)),)
    claim = pull(12, "PAY-7: Show the stock in the cart", body=CLAIM.body, labels=("checkout",))
    (line,) = metrics(digest(claim, metrics={"abandonment": CART}, themes=themes))

    assert ("Checkout", ("PAY-7",), "https://grafana.test/d/cart") == (line.theme, line.keys, line.links[-1])


def test_what_got_worse_is_never_left_out() -> None:
    """It takes the place of what got better; what found no room is noted."""
    history = {before(1): [sample(v, n, at=before(1).until) for n, v in (("a", 1), ("b", 1), ("c", 1))]}
    tables = {n: Metric(title=n.upper(), better="down") for n in "abc"}
    made = digest(
        now=[sample(0.5, "a"), sample(0.6, "b"), sample(2, "c")],
        metrics=tables, history=history, limits=Limits(metrics=2),
    )  # fmt: skip

    assert (
        ["A 1.0 → 0.5 (−50 %).", "C 1 → 2 (+100 %), worse."],
        ("Left out, limits.metrics is 2: B 1.0 → 0.6 (−40 %).",),
    ) == ([e.text for e in metrics(made)], made.notes)


def test_a_trade_off_is_tied_to_the_promise_it_keeps() -> None:
    """The figure of a metric whose SLO it names is further evidence of it."""
    body = "Trade-off: Chose 95% freshness over 100% to keep our 200ms latency SLA."
    made = digest(pull(12, "Check the stock in real time", body=body), now=[sample(196)], metrics={"latency": P95})

    assert ("hub:acme/shop#12~tradeoff-1", "db:latency") == made.section("tradeoffs").entries[0].refs


def test_a_figure_belongs_to_the_story_that_its_table_names() -> None:
    """By the ticket, with a link to it."""
    table = Metric(title="p95 latency", unit="ms", ref="PAY-7", theme="Speed")
    made = digest(pull(12, "PAY-7: Cache the prices"), now=[sample(196)], metrics={"latency": table})
    (line,) = metrics(made)

    assert (("PAY-7",), "Speed", ("https://forge.test/acme/shop/pull/12",)) == (line.keys, line.theme, line.links)
