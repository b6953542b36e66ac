"""Every activity has one place: told, counted as maintenance, or left out with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from digest.markdown import escape
from digest.normalize import link, noise, series, twins, word
from digest.normalize.rank import Ranked, rank
from digest.normalize.reverts import Gone, without_reverted
from digest.normalize.word.choice import best_title

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from digest.config import Config
    from digest.model import Activity
    from digest.normalize.story import Story

DECLINED = "closed without being done"
OPEN = "not done in this period"
SMALL = "too small to tell"
LOWER = "others rank higher"
SILENT = "its author did not describe it"
RECORD = "a decision record; its choice is told as a trade-off"

PROMISED = "was promised last time"
FIRST = 2.0
"""Points for what keeps a promise; readers wait for it."""

WORTH = 0.0
"""A story with fewer points is not told, even where there is room for it."""


class Sifted(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the activities of a period.

    Attributes:
        told: the stories of the Progress section, in order.
        passed: the stories that are not told though something was done, best first, each with the reason or nothing.
        routine: what the maintenance line counts, with the name under which it does.
        gone: what cancels itself, was declined or is ignored, with the reason.
    """

    told: tuple[Ranked, ...]
    passed: tuple[tuple[Ranked, str], ...]
    routine: tuple[tuple[Ranked, str], ...]
    gone: tuple[Gone, ...]

    @property
    def ranked(self) -> list[Ranked]:
        """All stories, the most worth telling first, routine as well."""
        everything = [*self.told, *(r for r, _ in self.passed), *(r for r, _ in self.routine)]
        return sorted(everything, key=lambda r: -r.total)


def sift(
    activities: Sequence[Activity],
    config: Config,
    taste: Mapping[str, float],
    promised: Collection[str] = frozenset(),
) -> Sifted:
    """Fold, demote and rank what was done; what was promised (its refs and keys) is told first, whatever it is."""
    gone: list[Gone] = []
    done: list[Activity] = []
    for activity in activities:
        if why := _refused(activity, config):
            gone.append(Gone((activity,), why))
        else:
            done.append(activity)
    done, reverted = without_reverted(done)
    ranked = _kept_first(rank(series.joined(link.link(done)), config.rules, taste), promised)
    kinds = ["" if PROMISED in r.points else r.routine for r in ranked]
    open_ = [
        (r, "" if PROMISED in r.points else _why_small(r)) for r, kind in zip(ranked, kinds, strict=True) if not kind
    ]
    worth = [r for r, why in open_ if not why]
    told = tuple(_first(worth, config))
    refs = {r.story.lead.ref for r in told}
    return Sifted(
        told=told,
        passed=tuple((r, why) for r, why in open_ if r.story.lead.ref not in refs),
        routine=tuple((r, kind) for r, kind in zip(ranked, kinds, strict=True) if kind),
        gone=(*reverted, *gone),
    )


def _first(worth: Iterable[Ranked], config: Config) -> Iterator[Ranked]:
    """The first stories that find room: those that read the same are one line, and leave room for another."""
    lines: set[str] = set()
    for ranked in worth:
        line = words(ranked.story, config).lower()
        if line not in lines and len(lines) == config.limits.progress:
            return
        lines.add(line)
        yield ranked


def words(story: Story, config: Config) -> str:
    """What was done, in a sentence."""
    if story.lead.kind == "milestone":
        return f"Reached the milestone “{escape(story.lead.title)}”."
    return word.progress(series.worded(story), config.wording, config.people)


def _kept_first(ranked: Sequence[Ranked], promised: Collection[str]) -> list[Ranked]:
    """The stories with those that keep a promise in front."""
    kept = [
        Ranked(r.story, r.points | {PROMISED: FIRST}, r.routine) if {*r.story.refs, *r.story.keys} & {*promised} else r
        for r in ranked
    ]
    return sorted(kept, key=lambda r: -r.points.get(PROMISED, 0.0))


def _refused(activity: Activity, config: Config) -> str:
    if activity.state == "declined":
        return DECLINED
    if activity.state != "done":
        return OPEN
    rule = noise.ignored(activity, config.rules)
    return f"ignored by the rule {rule}" if rule else ""


def _why_small(ranked: Ranked) -> str:
    if all(m.kind == "decision" for m in ranked.story.members):
        return RECORD
    said = any(twins.says_something(text.partition("\n")[0]) for _, text in ranked.story.texts)
    if ranked.story.lead.kind != "milestone" and not (said and best_title(ranked.story, {})):
        return SILENT
    return SMALL if ranked.total < WORTH else ""
