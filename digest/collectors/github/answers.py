"""What GitHub answered to one ask: the activities in it, and what has to be asked next. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from digest.collectors.fault import Fault
from digest.collectors.github import facts
from digest.collectors.github.asks import BOARD, COUNTS, SEARCHES, Ask, What
from digest.collectors.github.board import Board
from digest.collectors.github.faults import of_error
from digest.collectors.github.run import LAG, Run
from digest.collectors.github.tally import counts, fresh
from digest.model import Activity

if TYPE_CHECKING:
    Node = dict[str, Any]

CAP = 1000
"""How many results a search gives at most, whatever it counts."""

LONG = 250
"""A search with more results is read in slices of its window, several in one query instead of page after page."""

FEWEST_SLICES, MOST_SLICES = 5, 16
FULL = 2
"""The weight of a page that is likely full."""

ALONE = 99
"""The weight of what is asked for in a query of its own: a server, or a token, may refuse it as a whole."""

FRESH = timedelta(days=30)
"""An open pull request that nobody touched for longer is not under way."""

ALIVE = timedelta(days=90)
"""An organisation's repositories are looked through for milestones as far as somebody pushed within this time."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """What one answer came to.

    Attributes:
        asks: what to ask next. missing: why it is not whole. note: what to say of it besides.
        counted: how many results it adds to what is known of its search. gone: whether that is not what it should be.
    """

    rows: tuple[Activity, ...] = ()
    asks: tuple[Ask, ...] = ()
    missing: Fault | None = None
    note: str = ""
    counted: int = 0
    gone: bool = False


def first_asks(run: Run, scope: str) -> list[Ask]:
    """What to ask of a repository, or of an organisation as a whole."""
    kind: What = "owner" if scope.startswith("org:") else "repository"
    young = [_recent(run, scope)] if kind == "repository" and run.young < run.period.until else []
    probe = Ask(what=kind, scope=scope, since=run.period.since, until=run.period.until, weight=0)
    return [probe, *_searches(run, scope), *young]


def of_board(run: Run, board: str) -> Ask:
    """What to ask of a project board."""
    return Ask(what="board", scope=BOARD + board, since=run.period.since, until=run.period.until, weight=ALONE)


def hear(run: Run, ask: Ask, told: Node) -> Heard:
    """What the answer `told` to `ask` comes to."""
    if ask.what in SEARCHES:
        return _search(run, ask, told)
    if ask.what in COUNTS:
        count: int = told["issueCount"]
        return Heard(counted=count, gone=ask.expected not in {None, count})
    if ask.what == "repository":
        return _repository(run, ask, told)
    if ask.what == "owner":
        return _owner(run, ask, told["repositories"])
    if ask.what == "board":
        return _board(run, ask, told.get("board"))
    return _list(run, ask, told)


def _searches(run: Run, scope: str) -> list[Ask]:
    window = Ask(what="merged", scope=scope, since=run.period.since, until=run.period.until, changed=run.changed)
    searches = [window]
    if run.source.upcoming:
        searches.append(replace(window, what="unmerged", since=run.now - FRESH, until=run.now + LAG, changed=None))
    if run.source.issues:
        touched = replace(window, what="touched", since=run.changed or window.since, until=run.now + LAG, changed=None)
        searches.append(touched if run.changed else replace(window, what="issues"))
    return [*searches, *counts(run, searches)]


def _recent(run: Run, scope: str) -> Ask:
    return Ask(what="recent", scope=scope, since=run.young, until=run.period.until, weight=0)


def _search(run: Run, ask: Ask, told: Node) -> Heard:
    if not ask.after and (slices := _slices(ask, told["issueCount"])):
        return Heard(asks=tuple(slices))
    nodes = facts.nodes(told)
    counted = fresh(run, ask, nodes)
    ask = replace(ask, found=ask.found | {facts.key(n) for n in nodes})
    rows = tuple(row for node in nodes if (row := _row(run, ask, node)))
    asks, missing = _turn(ask, told["pageInfo"])
    if not asks and not missing and len(ask.found) < told["issueCount"]:
        what = f"it counts {told['issueCount']} for {ask.query!r} and gave {len(ask.found)}"
        missing = Fault(what, "run it again")
    return Heard(rows=rows, asks=asks, missing=missing, counted=counted)


def _slices(ask: Ask, count: int) -> list[Ask]:
    """The slices to read instead, where there are too many results; a slice is cut again only where it must be."""
    if count <= (CAP if ask.weight == FULL else LONG):
        return []
    slices = ask.slices(max(FEWEST_SLICES, min(MOST_SLICES, count // LONG)), FULL)
    return slices if len(slices) > 1 else []


def _row(run: Run, ask: Ask, node: Node) -> Activity | None:
    """The activity of a node that was found; None where it is not what was asked for."""
    if ask.scope.startswith("org:") and not run.source.takes(node["repository"]["nameWithOwner"]):
        return None
    if ask.what == "touched":
        return _reread(run, node)
    if ask.what == "issues":
        row = facts.issue(node, run.source.name)
    else:
        row = facts.pull_request(node, run.source.name, run.source.base)
    if row.done is None:
        return None if node["isDraft"] else row
    if ask.what == "unmerged":
        return row if row.done in run.period else None
    return row if ask.since <= row.done < ask.until else None


def _reread(run: Run, node: Node) -> Activity | None:
    """An issue that was touched since the last run: it may be closed now, later than the store knows, or open again."""
    row = facts.issue(node, run.source.name)
    if row.done is None:
        return replace(row, state="idle")
    return row if row.done >= run.period.since else None


def _turn(ask: Ask, page: Node) -> tuple[tuple[Ask, ...], Fault | None]:
    """The ask for the next page, if there is one; a page that comes again is refused."""
    cursor = page["endCursor"]
    if not page["hasNextPage"]:
        return (), None
    if not cursor or cursor in ask.cursors:
        return (), Fault("it gives the same page again and again", "run it again")
    return (ask.next_page(cursor, max(FULL, ask.weight)),), None


def _board(run: Run, ask: Ask, told: Node | None) -> Heard:
    """A page of a project board. It has no order by date, so that all of it is read."""
    if not told:
        return Heard(missing=of_error({"type": "NOT_FOUND"}))
    shown = {card["id"] for card in facts.nodes(told["items"]) if card["content"]}
    ask = replace(ask, found=ask.found | shown)
    asks, missing = _turn(ask, told["items"]["pageInfo"])
    total = told["items"]["totalCount"]
    if not asks and not missing and len(ask.found) < total:
        what = f"{total - len(ask.found)} of its {total} cards are hidden from the token"
        missing = Fault(what, "let it read the repositories that they are of")
    return Heard(rows=Board.of(run, ask.scope.removeprefix(BOARD), told).rows(), asks=asks, missing=missing)


def _list(run: Run, ask: Ask, told: Node) -> Heard:
    """A page of a list of one repository; it is read on until it gets older than `since`."""
    nodes = facts.nodes(told["rows"])
    asks, missing = _turn(ask, told["rows"]["pageInfo"])
    if ask.what == "recent":
        found = (facts.pull_request(n, run.source.name, run.source.base) for n in nodes)
        rows = tuple(row for row in found if row.done and row.done in run.period)
    else:
        rows = _goals(run, nodes, told)
    if ask.what != "planned" and _older(nodes, "updatedAt", ask.since):
        asks, missing = (), None
    return Heard(rows=rows, asks=asks, missing=missing)


def _goals(run: Run, nodes: list[Node], repository: Node) -> tuple[Activity, ...]:
    """The milestones that were reached in the period, and the open ones that are due some day.

    One without a day may have been reached before, and opened again: a rerun takes it back.
    """
    goals = [facts.milestone(n, run.source.name, repository) for n in nodes]
    told = [g for g in goals if (g.done in run.period if g.done else g.due)]
    taken_back = [replace(g, state="idle") for g in goals if run.changed and not g.done and not g.due]
    return (*told, *taken_back)


def _older(nodes: list[Node], field: str, floor: datetime) -> bool:
    """Whether the last of `nodes` that has such a date lies before `floor`."""
    dates = [d for n in nodes if (d := facts.instant(n[field]))]
    return bool(dates) and dates[-1] < floor


def _repository(run: Run, ask: Ask, told: Node) -> Heard:
    """A repository under its present name; the search finds nothing under a former one."""
    rows, asks = _plans(run, told)
    name = told["nameWithOwner"]
    if name.lower() != ask.scope.lower():
        note = f"{ask.scope} is now called {name}: write that in `repos`"
        return Heard(rows=rows, asks=(*asks, *_searches(run, name)), note=note)
    return Heard(rows=rows, asks=asks, note=f"{name} is archived" if told["isArchived"] else "")


def _owner(run: Run, ask: Ask, told: Node) -> Heard:
    """A page of an organisation's repositories, those with the latest push first."""
    nodes = facts.nodes(told)
    rows, asks = list[Activity](), list[Ask]()
    for node in (n for n in nodes if run.source.takes(n["nameWithOwner"])):
        plans = _plans(run, node)
        rows += plans[0]
        asks += plans[1]
        pushed = facts.instant(node["pushedAt"])
        if pushed and run.young < run.period.until and pushed >= run.young:
            asks.append(_recent(run, node["nameWithOwner"]))
    more, missing = _turn(ask, told["pageInfo"])
    if _older(nodes, "pushedAt", run.now - ALIVE if run.source.upcoming else run.young):
        more, missing = (), None
    return Heard(rows=tuple(rows), asks=(*asks, *more), missing=missing)


def _plans(run: Run, told: Node) -> tuple[tuple[Activity, ...], tuple[Ask, ...]]:
    """The milestones that a repository tells of itself, and what to ask where it has more of them."""
    if "planned" not in told or told["isArchived"]:
        return (), ()
    planned, reached = facts.nodes(told["planned"]), facts.nodes(told["reached"])
    more: list[What] = ["planned"] * told["planned"]["pageInfo"]["hasNextPage"]
    rows = _goals(run, [*planned, *reached], told)
    deeper = not _older(reached, "closedAt", run.period.since) or any(row.state == "done" for row in rows)
    if told["reached"]["pageInfo"]["hasNextPage"] and deeper:
        more.append("reached")
    whole = Ask(what="merged", scope=told["nameWithOwner"], since=run.period.since, until=run.period.until)
    return rows, tuple(replace(whole, what=what) for what in more)
