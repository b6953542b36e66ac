"""A page of a project board → activities: what is done, under way, and planned for the iteration that runs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from digest.collectors.github import Column, facts
from digest.collectors.github.run import Run

if TYPE_CHECKING:
    from digest.model import Activity, State

    Node = dict[str, Any]

COLUMNS: dict[str, Column] = {
    **dict.fromkeys(("done", "closed", "complete", "completed", "shipped", "released"), "done"),
    **dict.fromkeys(("in progress", "doing", "in development", "in review", "review", "in test", "testing"), "active"),
    **dict.fromkeys(("todo", "to do", "ready", "next", "up next", "planned"), "planned"),
}
"""What the usual columns of a board mean; what stands in another one, or in none, is not told."""


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a board.

    Attributes:
        scope: its name, `acme/12`. told: what GitHub tells of it.
        turns: the iterations whose cards are planned; None where the board has no iterations.
        columns: what its columns mean, by their folded names.
    """

    run: Run
    scope: str
    told: Node
    turns: frozenset[str] | None
    columns: dict[str, Column]

    @classmethod
    def of(cls, run: Run, scope: str, told: Node) -> Board:
        """From what GitHub tells."""
        own = {fold(name): column for name, column in run.source.statuses.items()}
        today = run.now.astimezone(run.period.zone).date()
        return cls(run=run, scope=scope, told=told, turns=_turns(told, today), columns=COLUMNS | own)

    def rows(self) -> tuple[Activity, ...]:
        """What was done in the period and, where that is wanted, what is under way or planned.

        A rerun takes back what is open otherwise: its card may have stood in another column before.
        """
        run, rows = self.run, [self._row(c) for c in facts.nodes(self.told["items"]) if c["content"]]
        ahead = {"active", "planned"} if run.source.upcoming else set[str]()
        told = [row for row in rows if (row.done in run.period if row.done else row.state in ahead)]
        back = [replace(row, state="idle") for row in rows if run.changed and not row.done and row.state not in ahead]
        return (*told, *back)

    def _row(self, card: Node) -> Activity:
        """The activity of a card. What was closed or merged is so wherever its card stands; else the column tells."""
        content, status = card["content"], card["status"] or {}
        row, column = self._content(card), self.columns.get(fold(status.get("name") or ""), "ignored")
        is_pull = content["__typename"] == "PullRequest"
        if row.done:
            return row
        if column == "done" and not is_pull and content.get("stateReason") != "REOPENED":
            return replace(row, state="done", done=facts.instant(status["updatedAt"]))
        if is_pull:
            column = "ignored" if content["isDraft"] and column != "active" else "active"
        elif column == "planned" and not self._is_next(card):
            column = "ignored"
        elif column == "done":
            column = "active"
        state: State = "idle" if card["isArchived"] or column == "ignored" else column
        return replace(row, state=state)

    def _content(self, card: Node) -> Activity:
        content, source = card["content"], self.run.source
        if content["__typename"] == "PullRequest":
            return facts.pull_request(content, source.name, source.base)
        if content["__typename"] == "Issue":
            return facts.issue(content, source.name)
        return facts.draft(card, source.name, board=self.told, where=self.scope)

    def _is_next(self, card: Node) -> bool:
        """Whether a card is for the iteration that runs; a board without iterations has one column for that."""
        return self.turns is None or any(value.get("iterationId") in self.turns for value in facts.nodes(card["turns"]))


def fold(name: str) -> str:
    """The name of a column as it is compared: `🏗 In Progress` is `in progress`."""
    return " ".join("".join(c if c.isalnum() else " " for c in name).casefold().split())


def _turns(told: Node, today: date) -> frozenset[str] | None:
    """The iterations that run today; of a field of which none does, the next one. None where there are no fields."""
    fields = [f["configuration"]["iterations"] for f in facts.nodes(told["fields"]) if "configuration" in f]
    found = set[str]()
    for turns in fields:
        left = [t for t in turns if _begin(t) + timedelta(days=t["duration"]) > today]
        found |= {t["id"] for t in sorted(left, key=_begin)[:1]}
    return frozenset(found) if fields else None


def _begin(turn: Node) -> date:
    return date.fromisoformat(turn["startDate"])
