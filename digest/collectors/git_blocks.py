"""The main line of a clone in blocks, so that a whole history takes no more memory than two of them."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from digest.collectors.git_read import INNER_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from digest.collectors.git_parse import Commit
    from digest.collectors.git_read import Clone, Line, Step

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


def read(clone: Clone, span: tuple[Step, ...], found: set[str]) -> Block:
    """What git says about those commits of a span that were found."""
    commits, missing = clone.commits([step.id for step in span if step.id in found])
    return Block(commits, missing, *inner_commits(clone, span, found))


def one_ahead(read: Callable[[tuple[Step, ...]], Block], spans: Iterable[tuple[Step, ...]]) -> Iterator[Block]:
    """What `read` makes of each span; while one is worked on, git tells of the next."""
    with ThreadPoolExecutor(1) as pool:
        told: Future[Block] | None = None
        for span in spans:
            following = pool.submit(read, span)
            if told:
                yield told.result()
            told = following
        if told:
            yield told.result()


def blocks(line: Line, found: set[str]) -> Iterator[tuple[Step, ...]]:
    """The line from the oldest commit that was found to the newest, in spans of up to `BLOCK` that were found."""
    places = [place for place, step in enumerate(line.steps) if step.id in found]
    for end in range(len(places), 0, -BLOCK):
        yield line.steps[places[max(0, end - BLOCK)] : places[end - 1] + 1]


def inner_commits(clone: Clone, span: tuple[Step, ...], found: set[str]) -> tuple[dict[str, list[Commit]], bool]:
    """For each merge that was found the commits that came in by it, oldest first, without merges; whether some lack."""
    places = [place for place, step in enumerate(span) if step.id in found and len(step.parents) > 1]
    if not places:
        return {}, False
    span = span[places[0] : places[-1] + 1]
    inner = clone.inner(span[0].id, span[-1].parents[0])
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
