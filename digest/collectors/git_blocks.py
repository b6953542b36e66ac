"""The main line of a clone in blocks, so that a whole history takes no more memory than two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from digest.collectors.git_read import INNER_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from digest.collectors.git_parse import Commit
    from digest.collectors.git_read import Clone, Line, Step

Span = tuple["Step", ...]

BLOCK = 1000
"""How many commits of the main line are held at once."""

MAX_PARTS = 250
"""Commits of one merge that are kept, as many as GitHub shows."""


class Block(NamedTuple):
    """Commits of the main line, what is missing of them, those inside its merges, and whether some of these lack."""

    commits: list[Commit]
    missing: str
    inside: dict[str, list[Commit]]
    cut: bool


def ask(clone: Clone, span: Span, found: set[str], *, shares: int = 1) -> Callable[[], Block]:
    """Have git begin to tell of those commits of a span that were found, by so many processes; gives the answer."""
    commits = clone.commits([step.id for step in span if step.id in found], shares=shares)
    inner = inner_commits(clone, span, found)
    return lambda: Block(*commits(), *inner())


def one_ahead(ask: Callable[[Span], Callable[[], Block]], spans: Sequence[Span]) -> Iterator[Block]:
    """What git says about each span: about the first it is asked at once, about the next while one is worked on."""
    return _each(ask(spans[0]), ask, spans[1:])


def _each(
    asked: Callable[[], Block], ask: Callable[[Span], Callable[[], Block]], rest: Sequence[Span]
) -> Iterator[Block]:
    for span in rest:
        following = ask(span)
        yield asked()
        asked = following
    yield asked()


def blocks(line: Line, found: set[str]) -> list[Span]:
    """The line from the oldest commit that was found to the newest, in spans of up to `BLOCK` that were found."""
    places = [place for place, step in enumerate(line.steps) if step.id in found]
    ends = range(len(places), 0, -BLOCK)
    return [line.steps[places[max(0, end - BLOCK)] : places[end - 1] + 1] for end in ends]


def inner_commits(clone: Clone, span: Span, found: set[str]) -> Callable[[], tuple[dict[str, list[Commit]], bool]]:
    """For each merge that was found the commits that came in by it, oldest first, without merges; whether some lack.

    Git begins to tell them, and the call of what this gives is the answer.
    """
    places = [place for place, step in enumerate(span) if step.id in found and len(step.parents) > 1]
    if not places:
        return lambda: ({}, False)
    merges = span[places[0] : places[-1] + 1]
    asked = clone.inner(merges[0].id, merges[-1].parents[0])
    return lambda: _by_merge(merges, found, asked())


def _by_merge(span: Span, found: set[str], inner: list[Commit]) -> tuple[dict[str, list[Commit]], bool]:
    free = {commit.id: commit for commit in reversed(inner)}
    order = {commit: place for place, commit in enumerate(free)}
    for step in span:
        free.pop(step.id, None)
    inside: dict[str, list[Commit]] = {}
    for step in reversed(span):  # oldest first: what an older merge brought is not brought again
        brought, pending = [], list(step.parents[1:])
        while pending:
            commit = free.pop(pending.pop(), None)
            if commit:
                brought.append(commit)
                pending += commit.parents
        if step.id in found:
            own = [commit for commit in brought if len(commit.parents) == 1]
            inside[step.id] = sorted(own, key=lambda commit: order[commit.id])[-MAX_PARTS:]
    return inside, len(inner) == INNER_LIMIT
