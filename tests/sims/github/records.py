"""The records of the data set, drawn from one random sequence."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.github.texts import (
    CHECKLIST,
    FEATURES,
    FIXES,
    LABELS,
    PEOPLE,
    PROJECTS,
    TEMPLATE,
)

Record = dict[str, Any]
Text = tuple[str, str, list[str]]
"""Title, body, labels."""

DAYS = 14
DAY = timedelta(days=1)


def iso(instant: datetime) -> str:
    """An instant as GitHub writes it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Generator:
    """Draws records from one random sequence; the order of the calls is part of the data."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.random = random.Random(seed)
        self.now, self.start = now, now - timedelta(days=DAYS)
        self._id = 1000
        self._number = 100

    def uid(self) -> int:
        """The next database id."""
        self._id += 1
        return self._id

    def number(self) -> int:
        """The next number of an issue or pull request."""
        self._number += 1
        return self._number

    def person(self) -> str:
        """Somebody's login."""
        return self.random.choice(PEOPLE)[0]

    def between(self, a: datetime, b: datetime) -> datetime:
        """An instant in `[a, b)`, to the second."""
        return a + timedelta(seconds=self.random.randint(0, int((b - a).total_seconds()) - 1))

    def inside(self) -> datetime:
        """An instant in the window."""
        return self.between(self.start, self.now)

    def feature(self) -> Text:
        """A feature by the template of the team, in one of five styles of title."""
        r = self.random
        title, what, why, trade, metric = r.choice(FEATURES)
        key = self._ticket()
        style = r.randint(0, 4)
        styled = [title, f"[{key}] {title}", f"{key}: {title}", title, f"{title} ({key})"][style]
        parts = [TEMPLATE if r.random() < 0.6 else "", f"## What\n{what}\n", f"\n## Why\n{why}\n"]
        if trade:
            heads = ["## Trade-offs", "### Tradeoffs", "## Alternatives considered", "## Risks", "**Trade-off:**"]
            parts.append(f"\n{r.choice(heads)}\n{trade}\n")
        if metric:
            table = f"\n| metric | value |\n|---|---|\n| result | {metric} |\n"
            parts.append(r.choice([f"\n## Results\n{metric}\n", f"\nMeasured: {metric}\n", table]))
        if style in {0, 3}:
            parts.append(f"\nRefs: {key}\n" if r.random() < 0.7 else "")
        if r.random() < 0.5:
            parts.append(CHECKLIST)
        labels = ["enhancement"]
        labels += ["performance"] * ("perf" in title or "Speed" in title) + ["breaking-change"] * ("!" in title)
        return styled, "".join(parts), labels

    def fix(self) -> Text:
        """A fix, saved by the web editor with CRLF."""
        title, what, why, metric = self.random.choice(FIXES)
        key = self._ticket()
        tail = self.random.choice(["", f"\nhttps://acme.atlassian.net/browse/{key}\n", f"\nFixes {key}\n"])
        body = f"{what}\n\n{why}\n" + (f"\n{metric}\n" if metric else "") + tail
        return title, body.replace("\n", "\r\n"), ["bug"] + ["security"] * ("bounty" in why)

    def bump(self, bot: str) -> Text:
        """A dependency update with long release notes."""
        r = self.random
        package = r.choice(["lodash", "requests", "@types/node", "golang.org/x/net", "actions/checkout", "pytest"])
        old, new = f"{r.randint(1, 9)}.{r.randint(0, 30)}.0", f"{r.randint(10, 19)}.{r.randint(0, 9)}.1"
        notes = "\n".join(
            f'<li><a href="https://example.org/{i}">{r.getrandbits(40):010x}</a> release note {i}</li>'
            for i in range(r.randint(20, 120))
        )
        body = (
            f"Bumps [{package}](https://example.org/{package}) from {old} to {new}.\n"
            f"<details>\n<summary>Release notes</summary>\n<ul>\n{notes}\n</ul>\n</details>\n"
            "\n[//]: # (dependabot-automerge-start)\n[//]: # (dependabot-automerge-end)\n"
        )
        renovate = f"chore(deps): update dependency {package} to v{new}"
        title = f"Bump {package} from {old} to {new}" if bot == "dependabot" else renovate
        return title, body, ["dependencies"] + ["javascript"] * (package in {"lodash", "@types/node"})

    def pull(
        self,
        repo: Record,
        text: tuple[str, str | None, list[str]],
        author: str | None,
        merged: datetime | None,
        **over: Any,
    ) -> Record:
        """A pull request; `over` replaces what was drawn."""
        r, state = self.random, over.get("state", "MERGED")
        title, body, labels = text
        number = self.number()
        closed = merged or (self.inside() if state == "CLOSED" else None)
        age = timedelta(hours=r.choice([1, 3, 8, 30, 75, 200]), minutes=r.randint(0, 59))
        created = (closed or self.now) - age
        updated = max(closed or created, created)
        if r.random() < 0.25 and updated < self.now:  # a comment after the merge moves updatedAt, not mergedAt
            updated = self.between(updated, self.now)
        reviewers = [p for p, _ in PEOPLE if p != author]
        record: Record = {
            "kind": "pr",
            "number": number,
            "db_id": self.uid(),
            "title": title,
            "body": body,
            "state": state,
            "draft": False,
            "author": author,
            "created_at": iso(created),
            "updated_at": iso(updated),
            "closed_at": closed and iso(closed),
            "merged_at": merged and iso(merged),
            "merged_by": (r.choice(reviewers) if merged else None),
            "base": repo["default_branch"],
            "head": f"feature/{number}-{r.getrandbits(24):06x}",
            "merge_sha": merged and f"{r.getrandbits(160):040x}",
            "additions": int(r.paretovariate(0.7) * 9),
            "deletions": int(r.paretovariate(0.9) * 4),
            "changed_files": r.randint(1, 40),
            "commits": r.randint(1, 12),
            "labels": labels,
            "milestone": r.choice([None, None] + [m["number"] for m in repo["milestones"]]),
            "reviews": self._reviews(reviewers, created),
            "closes": [],
            "assignees": [author] if author in dict(PEOPLE) and r.random() < 0.3 else [],
            "comments": r.randint(0, 30),
        }
        record |= over
        repo["items"].append(record)
        return record

    def issue(self, repo: Record, title: str, body: str | None, labels: list[str], **over: Any) -> Record:
        """An issue; `over` replaces what was drawn."""
        r, state = self.random, over.get("state", "OPEN")
        number = self.number()
        created = self.between(self.start - timedelta(days=60), self.now - timedelta(hours=2))
        closed = self.between(max(created, self.start), self.now) if state == "CLOSED" else None
        record: Record = {
            "kind": "issue",
            "number": number,
            "db_id": self.uid(),
            "title": title,
            "body": body,
            "state": state,
            "state_reason": "COMPLETED" if closed else None,
            "author": self.person(),
            "created_at": iso(created),
            "updated_at": iso(closed or created),
            "closed_at": closed and iso(closed),
            "labels": labels,
            "milestone": r.choice([None] + [m["number"] for m in repo["milestones"]]),
            "assignees": r.sample([p for p, _ in PEOPLE], r.randint(0, 2)),
            "comments": r.randint(0, 12),
        }
        record |= over
        repo["items"].append(record)
        return record

    def repo(self, name: str, **over: Any) -> Record:
        """An empty repository of acme."""
        milestones = [
            self._milestone(1, "2026.11", "November release", due=self.now + 6 * DAY, created=self.start - 30 * DAY),
            self._milestone(2, "Peak season readiness 🎄", None, due=self.now - 2 * DAY, created=self.start),
            self._milestone(3, "2026.10", "", created=self.start - 60 * DAY, closed=self.start + DAY),
        ]
        labels = [{"name": n, "color": f"{self.random.getrandbits(24):06x}", "description": None} for n in LABELS]
        return {
            "owner": "acme",
            "name": name,
            "db_id": self.uid(),
            "default_branch": "main",
            "private": False,
            "archived": False,
            "renamed_from": None,
            "pushed_at": iso(self.now),
            "milestones": milestones,
            "labels": labels,
            "items": [],
            **over,
        }

    def _ticket(self) -> str:
        return f"{self.random.choice(PROJECTS)}-{self.random.randint(100, 420)}"

    def _reviews(self, reviewers: list[str], at: datetime) -> list[Record]:
        r = self.random
        states = r.sample(["COMMENTED", "CHANGES_REQUESTED", "APPROVED", "APPROVED"], r.randint(0, 4))
        return [{"author": r.choice(reviewers), "state": s, "submitted_at": iso(at)} for s in states]

    def _milestone(
        self, number: int, title: str, description: str | None, *, created: datetime, **when: datetime
    ) -> Record:
        due, closed = when.get("due"), when.get("closed")
        return {
            "number": number,
            "title": title,
            "description": description,
            "state": "CLOSED" if closed else "OPEN",
            "due_on": due and iso(due),
            "created_at": iso(created),
            "updated_at": iso(closed or created),
            "closed_at": closed and iso(closed),
        }
