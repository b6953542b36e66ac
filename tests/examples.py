"""Digests that several tests print and send: that of the article, and a fuller one."""

from __future__ import annotations

from datetime import UTC, date

from digest.charts import Trend
from digest.model import Digest, Entry, Section
from digest.period import Period

W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23), zone=UTC)
HUB = "https://github.com/acme/reco/pull"
DESK = "https://acme.atlassian.net/browse"

PROGRESS = Entry(
    text="Implemented real-time inventory checks using Redis.",
    refs=("hub:acme/reco#412", "desk:REC-7"),
    links=(f"{HUB}/412", f"{DESK}/REC-7"),
)
TRADEOFF = Entry(
    text="Chose 95% freshness over 100% to maintain our 200ms latency SLA.",
    refs=("hub:acme/reco#412~tradeoff-1",),
    links=(f"{HUB}/412",),
)
METRIC = Entry(text="Resulted in a 12% reduction in cart abandonment (A/B test).", refs=("db:abandonment",))
NEXT = Entry(text="Partnering with data science to improve ranking.", refs=("desk:REC-9",), links=(f"{DESK}/REC-9",))

ARTICLE = Digest(
    title="Recommendation Engine",
    period=W7_8,
    sections=(
        Section(name="progress", entries=(PROGRESS,)),
        Section(name="tradeoffs", entries=(TRADEOFF,)),
        Section(name="metrics", entries=(METRIC,)),
        Section(name="next", entries=(NEXT,)),
    ),
)

FULL = Digest(
    title="Recommendation Engine",
    period=W7_8,
    sections=(
        Section(
            name="progress",
            entries=(
                PROGRESS,
                Entry(
                    text="Cut the cold start of the ranking service from 41 s to 9 s, so that a deploy drops no traffic.",
                    refs=("hub:acme/reco#420", "hub:acme/reco#421"),
                    links=(f"{HUB}/420", f"{HUB}/421"),
                    theme="Operations",
                ),
                Entry(
                    text="Moved `feature_store` reads off the primary database, *without* a change for shoppers.",
                    refs=("hub:acme/reco#433",),
                    links=(f"{HUB}/433",),
                    theme="Operations",
                ),
                Entry(text="Closed the gap that let two promotions apply to one basket."),
            ),
        ),
        Section(
            name="tradeoffs",
            entries=(
                TRADEOFF,
                Entry(text="Kept the nightly rebuild for small shops, because streaming would double their cost."),
            ),
        ),
        Section(
            name="metrics",
            entries=(
                METRIC,
                Entry(
                    text="p95 latency fell from 212 ms to 196 ms, see [the board](https://grafana.acme.test/d/1).",
                    refs=("prom:latency",),
                ),
                Entry(text="Error rate 0.04%, first measurement.", refs=("prom:errors",)),
            ),
        ),
        Section(name="next", entries=(NEXT, Entry(text=r"Ranking by margin for 5% of shoppers \[behind a flag\]."))),
    ),
    maintenance=Entry(text="Maintenance: 7 dependency updates, 22 clean-ups.", refs=("hub:acme/reco#1",)),
    trends={
        "prom:latency": Trend(values=(212, 208, None, 205, 201, 196), unit="ms"),
        "prom:errors": Trend(values=(0.04,)),
    },
)
