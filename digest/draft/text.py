"""A digest as a fresh draft file."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from digest.draft import state as states
from digest.draft.blocks import HEADINGS, TRADEOFF
from digest.draft.marks import comment, quiet, quote, words
from digest.model import LeftOut, whole_ref

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from digest.model import Digest, Doubt, Entry, Section, SectionName

HOW_TO = (
    "Reword, move, delete or add lines as you like. The comment after a line names its evidence: keep it there.",
    'A line without one is yours. A "?" marks a guess: delete the "?" to confirm it, or delete the line.',
    "`digest draft` brings news in and keeps what you wrote; `digest publish` sends what stands here.",
)
PROMOTE = "left out: to tell one, cut its line here and paste it under a heading"


def write(digest: Digest) -> str:
    """A fresh draft of `digest`, in the format of the article."""
    blocks = [
        header_lines(digest),
        (title_line(digest),),
        *chain.from_iterable((heading_lines(name), _body(digest, name)) for name in ("progress", "metrics", "next")),
        maintenance_lines(digest),
        left_lines(left_out(digest, placed(digest))),
        states.dump(states.state_of(digest)),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks if lines) + "\n"


def placed(digest: Digest) -> frozenset[str]:
    """The refs that a line of the digest tells."""
    return frozenset(ref for section in digest.sections for entry in section.entries for ref in entry.refs)


def header_lines(digest: Digest) -> tuple[str, ...]:
    """The comment at the top: what this is, how to edit it, how the sources did, what else to know."""
    period = digest.period
    return (
        f"<!-- digest: draft of {period.label} ({period.dates})",
        *HOW_TO,
        *_listed("Sources", (outcome_line(digest, k) for k in range(len(digest.outcomes)))),
        *_listed("Notes", map(quiet, digest.notes)),
        *_listed("Questions", (question_line(doubt) for doubt in digest.doubts if doubt.confidence)),
        *_listed("Secrets that were cut from the evidence", sorted(map(quiet, set(digest.redactions)))),
        "-->",
    )


def outcome_line(digest: Digest, k: int) -> str:
    """How the source number `k` did."""
    outcome = digest.outcomes[k]
    return quiet(
        f"{outcome.source}: {outcome.status}, {outcome.count}{f' – {outcome.detail}' if outcome.detail else ''}"
    )


def question_line(doubt: Doubt) -> str:
    """A question about lines that may be one."""
    return quiet(f"{doubt.text} ({doubt.why})")


def _listed(title: str, lines: Iterable[str]) -> Iterator[str]:
    items = list(lines)
    if items:
        yield f"{title}:"
        yield from (f"- {item}" for item in items)


def headline(digest: Digest) -> str:
    """What the first line says."""
    return words(digest.headline or f"{digest.title} Update - {digest.period.label}")


def title_line(digest: Digest) -> str:
    """The first line of the format."""
    return f"**{headline(digest)}**"


def heading_lines(name: SectionName) -> tuple[str, ...]:
    """The heading of a section."""
    return (f"*{HEADINGS[name]}:*",)


def entry_line(entry: Entry, section: SectionName) -> str:
    """An entry as a bullet with its comment."""
    prefix = TRADEOFF if section == "tradeoffs" else ""
    return f"- {prefix}{words(entry.text)} {comment(entry.refs, sure=entry.sure)}".rstrip()


def empty_line(section: Section) -> str:
    """The comment that stands where a section has no entry."""
    name = HEADINGS[section.name].lower()
    return f"<!-- empty {name}: {quiet(states.why_empty(section))} -->"


def _body(digest: Digest, name: SectionName) -> tuple[str, ...]:
    section = digest.section(name)
    if name != "progress":
        return tuple(entry_line(e, name) for e in section.entries) or (empty_line(section),)
    tradeoffs = digest.section("tradeoffs")
    lines = [] if section.entries else [empty_line(section)]
    rest = list(tradeoffs.entries)
    for entry in section.entries:
        below = [t for t in rest if shares_evidence(t.refs, entry.refs)]
        rest = [t for t in rest if t not in below]
        lines += [entry_line(entry, "progress"), *(entry_line(t, "tradeoffs") for t in below)]
    lines += ["", *(entry_line(t, "tradeoffs") for t in rest)] if rest and not section.entries else []
    lines += [entry_line(t, "tradeoffs") for t in rest] if section.entries else []
    return (*lines, *([] if tradeoffs.entries else ["", empty_line(tradeoffs)]))


def shares_evidence(refs: Iterable[str], others: Iterable[str]) -> bool:
    """Whether the two stand on a common activity."""
    return not {whole_ref(r) for r in refs}.isdisjoint(whole_ref(r) for r in others)


def maintenance_lines(digest: Digest) -> tuple[str, ...]:
    """The line about what is demoted; its refs are in the footer."""
    return (words(digest.maintenance.text),) if digest.maintenance else ()


def left_out(digest: Digest, told: Collection[str]) -> tuple[LeftOut, ...]:
    """What is left out, less what a line tells all the same."""
    return tuple(left for left in digest.left_out if not any(ref in told for ref in left.refs))


def left_lines(left: Iterable[LeftOut]) -> tuple[str, ...]:
    """The comment that lists what is left out; each line can be moved up as it is."""
    lines = [_left_line(item) for item in left]
    return (f"<!-- {PROMOTE}", *lines, "-->") if lines else ()


def _left_line(item: LeftOut) -> str:
    why = quiet(item.why).replace("(", "[").replace(")", "]")
    return f"- {quiet(item.text or item.title)} ({' '.join(map(quote, item.refs))}{f'; {why}' if why else ''})"
