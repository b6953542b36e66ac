"""Recordings of the real GitHub, as the tests of PyGithub keep them: read, replayed, and turned into a data set.

A recording is a sequence of ten lines and a blank one: protocol, verb, host, port, path, headers, body, status, headers
of the answer, answer. None of them is kept here: they are read where a checkout of PyGithub lies.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sims.github.records import Record
from tests.sims.simkit import Reply, Request, Sim

LINES = 10
ELSEWHERE = 300
UNCHANGED = 304
DROPPED = {"content-length", "transfer-encoding", "content-encoding", "connection", "status"}


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """An answer of the real GitHub, and in which file it stands."""

    file: str
    path: str
    status: int
    headers: dict[str, str]
    text: str

    @property
    def of_interest(self) -> bool:
        """Whether it is of GraphQL, a redirect or a refusal: what the wire of the collector has to understand."""
        return "graphql" in self.path or (self.status >= ELSEWHERE and self.status != UNCHANGED)


def recorded(folder: Path) -> Iterator[Recorded]:
    """Every answer in the recordings of a folder."""
    for file in sorted(folder.glob("*.txt")):
        lines, k = file.read_text("utf-8", "replace").split("\n"), 0
        while k + LINES <= len(lines):
            if lines[k] not in {"http", "https"} or not lines[k + 7].isdecimal():
                k += 1  # between two recordings, or in an answer of several lines
                continue
            headers = {str(n): str(v) for n, v in ast.literal_eval(lines[k + 8])}
            yield Recorded(
                file=file.stem, path=lines[k + 4], status=int(lines[k + 7]), headers=headers, text=lines[k + 9]
            )
            k += LINES


class Replay(Sim):
    """Answers everything with one recorded answer."""

    now: Recorded

    def route(self, req: Request) -> Reply:
        """That answer."""
        headers = {n: v for n, v in self.now.headers.items() if n.lower() not in DROPPED}
        return Reply(raw=self.now.text.encode(), status=self.now.status, headers=headers, label=req.path)


class Gathered:
    """What the recordings know of repositories, as a data set for the double."""

    def __init__(self) -> None:
        self.repos: dict[str, Record] = {}
        self.users: dict[str, Record] = {}

    def add(self, found: Any) -> None:
        """Take every whole pull request, issue and milestone out of an answer; of older ones each issue names a request."""
        for value in found if isinstance(found, list) else found.values() if isinstance(found, dict) else ():
            self.add(value)
        if isinstance(found, dict) and isinstance(found.get("url"), str) and found.keys() >= {"title", "body", "state"}:
            if "/pulls/" in found["url"] and "merge_commit_sha" in found:
                self._keep(found, "pulls", self._pull(found))
            elif (
                "/issues/" in found["url"]
                and "closed_at" in found
                and not any((found.get("pull_request") or {}).values())
            ):
                reason = found.get("state_reason")
                self._keep(found, "issues", {"kind": "issue", "state_reason": reason and reason.upper()})
        if isinstance(found, dict) and "/milestones/" in str(found.get("url")) and "open_issues" in found:
            self._goal(found)

    def data(self) -> Record:
        """The data set."""
        return {"users": list(self.users.values()), "repos": list(self.repos.values()), "projects": []}

    def _repo(self, found: Record, path: str) -> Record:
        name = found["url"].partition("/repos/")[2].partition(f"/{path}/")[0]
        owner, _, short = name.partition("/")
        empty: Record = {"owner": owner, "name": short, "default_branch": "master", "private": False, "archived": False}
        more: Record = {"renamed_from": None, "milestones": [], "items": [], "pushed_at": "2026-01-01T00:00:00Z"}
        return self.repos.setdefault(name.lower(), {**empty, **more})

    def _goal(self, found: Record) -> None:
        """A milestone; older answers do not say when one was closed, and then it was when it last changed."""
        goals = self._repo(found, "milestones")["milestones"]
        if all(goal["number"] != found["number"] for goal in goals):
            same = {n: found.get(n) for n in ("number", "title", "description", "due_on", "created_at")}
            closed = (found.get("closed_at") or found.get("updated_at")) if found["state"] == "closed" else None
            updated = found.get("updated_at") or found["created_at"]
            goals.append({**same, "state": found["state"].upper(), "updated_at": updated, "closed_at": closed})

    def _keep(self, found: Record, path: str, own: Record) -> None:
        repo = self._repo(found, path)
        if any(i["number"] == found["number"] for i in repo["items"]):
            return
        same = {n: found.get(n) for n in ("number", "title", "body", "created_at", "updated_at", "closed_at")}
        state = "MERGED" if found.get("merged_at") else found["state"].upper()
        labels = [label["name"] for label in found.get("labels") or ()]
        common = {"db_id": found["id"], "state": state, "author": self._login(found["user"]), "labels": labels}
        goal = (found.get("milestone") or {}).get("number")
        repo["items"].append({**same, **common, "milestone": goal, **own})

    def _pull(self, found: Record) -> Record:
        sizes = {n: found.get(n) or 0 for n in ("additions", "deletions", "changed_files")}
        return {
            "kind": "pr",
            "draft": bool(found.get("draft")),
            "merged_at": found.get("merged_at"),
            "base": found["base"]["ref"],
            "head": found["head"]["ref"],
            "merge_sha": found["merge_commit_sha"],
            "reviews": [],
            "closes": [],
            **sizes,
        }

    def _login(self, user: Record | None) -> str | None:
        if not user:
            return None
        self.users[user["login"]] = {"login": user["login"], "name": None, "type": user.get("type", "User")}
        return str(user["login"])


def _of_request(issue: Record) -> bool:
    """Whether an issue is the other side of a pull request; older answers name one without an address in each."""
    return any((issue.get("pull_request") or {}).values())


def gathered(answers: Iterator[Recorded] | list[Recorded]) -> Record:
    """The data set of all pull requests and issues that stand in the answers."""
    found = Gathered()
    for answer in answers:
        try:
            found.add(json.loads(answer.text))
        except ValueError:
            continue  # recordings of pages and files are of no interest
    return found.data()
