"""The nouns. Frozen values that every step above shares: aware UTC instants, raw titles, entry texts in Markdown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from digest.charts import Trend
from digest.period import Period

Kind = Literal["commit", "pull_request", "ticket", "milestone", "decision"]
State = Literal["done", "active", "planned", "declined", "idle"]
Relation = Literal["pull_request", "commit", "closes", "parent", "reverts", "picks", "duplicates", "mentions"]
Status = Literal["complete", "truncated", "failed", "skipped"]
SampleKind = Literal["ab_test", "before_after", "observation"]
SectionName = Literal["progress", "tradeoffs", "metrics", "next"]

SECTIONS: tuple[SectionName, ...] = ("progress", "tradeoffs", "metrics", "next")
WORST_FIRST: tuple[Status, ...] = ("failed", "truncated", "skipped", "complete")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one file. `added` and `deleted` count lines; 0 for a binary or where they were not asked."""

    path: str
    added: int = 0
    deleted: int = 0
    created: bool = False


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A commit inside a merge or a pull request: its message is evidence of the whole."""

    key: str
    title: str
    body: str = ""
    author: str = ""


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """What a source itself says about how two activities belong together.

    `target` is a key as the other source would write it: `acme/pay#412`, `#412` (same repository), `PAY-7`, or a commit
    id of 12 or more hex digits. Keys that merely stand in a text are no links; `normalize.link` reads those.
    """

    relation: Relation
    target: str


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a source reports: a commit or merge on the main line, a pull request, a ticket, a decision record.

    Attributes:
        source: the configured name of the source.
        key: unique within the source: `acme/pay#412`, `PAY-7`, the first 12 hex digits of a commit.
        state: `done` is merged, closed as completed or landed; `active` is in review or under way; `planned` is the
            next sprint or a milestone due; `declined` is closed without being done (Won't Do, Duplicate). `idle` is
            open and none of these: told to take back what was told of it before, it is never stored.
        done: when it was merged, closed or landed; never when it was updated.
        title: raw text, one line. body: raw text, redacted when it was read.
        people: login or name of those who made it, the author first.
        where: the repository `acme/pay` or the project `PAY`.
        branch: the branch that was merged (its name often holds a ticket key).
        topic: the epic or parent story (Jira), as `key title`; empty where there is none.
        changes: the files, None where the source does not tell.
        size: (added, deleted, files) where the source gives only totals.
        redacted: kinds of secrets that were cut from the text, one for each finding.
        late: it belongs to an earlier period and was not known then.
    """

    source: str
    key: str
    kind: Kind
    title: str
    state: State = "done"
    done: datetime | None = None
    created: datetime | None = None
    body: str = ""
    url: str = ""
    people: tuple[str, ...] = ()
    bot: bool = False
    labels: tuple[str, ...] = ()
    where: str = ""
    branch: str = ""
    type: str = ""
    topic: str = ""
    milestone: str = ""
    due: datetime | None = None
    reviews: int = 0
    links: tuple[Link, ...] = ()
    parts: tuple[Part, ...] = ()
    changes: tuple[Change, ...] | None = None
    size: tuple[int, int, int] | None = None
    redacted: tuple[str, ...] = ()
    private: bool = False
    late: bool = False

    @property
    def ref(self) -> str:
        """How the rest of the program names it."""
        return f"{self.source}:{self.key}"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A figure that a source gave.

    Attributes:
        source, key: as for an activity; the key is the metric's name, with the instant where a source gives several.
        metric: the name of the `[metrics.NAME]` table it answers.
        value: None where the source gave no usable figure; `detail` then says why.
        at: the instant it stands for (the end of what it covers).
        n: how many observations it rests on, 0 where unknown.
        variant, control: (successes or mean, trials, standard deviation) of an A/B test.
    """

    source: str
    key: str
    metric: str
    value: float | None
    at: datetime
    since: datetime | None = None
    unit: str = ""
    kind: SampleKind = "observation"
    baseline: float | None = None
    n: int = 0
    variant: tuple[float, int, float] | None = None
    control: tuple[float, int, float] | None = None
    url: str = ""
    detail: str = ""

    @property
    def ref(self) -> str:
        """How the rest of the program names it."""
        return f"{self.source}:{self.key}"


class Memo(msgspec.Struct, frozen=True, kw_only=True):
    """What a source wants to be told at its next run, so that it need not ask for it again.

    It saves questions and is no fact: it may be gone at any time, and what it says may have changed. Never a secret.
    """

    name: str
    value: str


class Unchanged(msgspec.Struct, frozen=True, kw_only=True):
    """Said by a source that was only asked for what changed, and knows all of the period all the same.

    The activities of these keys stand as they were told before; what is neither among them nor told is forgotten.
    """

    keys: frozenset[str] = frozenset()


Item = Activity | Sample | Memo | Unchanged
"""What a source gives to be stored."""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """How a source did. A collector may yield one for each shortfall; joined, the worst status wins."""

    source: str
    status: Status
    count: int = 0
    detail: str = ""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the digest.

    Attributes:
        text: inline Markdown, without links to its evidence.
        refs: its evidence; a part of an activity is `ref~tradeoff-1`. Empty for a line that a person wrote.
        keys: the ticket keys that the line is about. links: web addresses of the evidence, in the order of the refs.
        sure: False marks a guess that a person has to confirm.
        points: why it ranks where it does, by the name of the rule.
        joined: why its refs are one outcome: (ref, reason, confidence 0…1).
    """

    text: str
    refs: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    sure: bool = True
    points: dict[str, float] = msgspec.field(default_factory=dict)
    theme: str = ""
    joined: tuple[tuple[str, str, float], ...] = ()


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Entries under one heading; `why_empty` says why there are none and how to fill it."""

    name: SectionName
    entries: tuple[Entry, ...] = ()
    why_empty: str = ""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """An activity that is not told; a person can audit it and promote it. `text` is how it would be told."""

    title: str
    refs: tuple[str, ...]
    text: str = ""
    points: dict[str, float] = msgspec.field(default_factory=dict)
    why: str = ""


class Doubt(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that may be one outcome, and are not sure enough to be joined: a person decides.

    Attributes:
        text: the question. refs: the first evidence of each line.
        why: what speaks for it, and how sure that is (confidence, 0…1); 0 where a person said that they are apart.
    """

    text: str
    refs: tuple[str, ...]
    why: str = ""
    confidence: float = 0.0


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """What is said about one project in one period.

    Attributes:
        headline: the first line where a person gave it words of their own; else it is `<title> Update - <label>`.
        sections: the four sections in the order of `SECTIONS`.
        maintenance: one line for what is demoted, with the refs of all of it; None where there is nothing.
        urls: the web address of every ref that has one.
        trends: of the ref of a sample, its figures by period.
        notes: lines for the top of the draft (what is missing, promises kept); not part of what is published.
        doubts: which lines may be one; asked in the review, and not part of what is published.
        redactions: kinds of secrets that were cut from the evidence, one for each finding.
        corrections: what a later edition changed, as inline Markdown, a line for each.
    """

    title: str
    period: Period
    sections: tuple[Section, ...]
    maintenance: Entry | None = None
    left_out: tuple[LeftOut, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    urls: dict[str, str] = msgspec.field(default_factory=dict)
    trends: dict[str, Trend] = msgspec.field(default_factory=dict)
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    redactions: tuple[str, ...] = ()
    headline: str = ""
    corrections: tuple[str, ...] = ()

    def section(self, name: SectionName) -> Section:
        """The section of that name; an empty one where the digest has none."""
        return next((s for s in self.sections if s.name == name), Section(name=name))


def whole_ref(ref: str) -> str:
    """The ref of the activity or sample that a ref, or a part of one, belongs to."""
    return ref.partition("~")[0]
