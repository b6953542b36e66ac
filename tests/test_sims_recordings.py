"""Recordings in PyGithub's form: read whole, whatever stands between them, and served again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import requests

from tests.sims.github.recordings import Replay, gathered, recorded

PULL = {
    "id": 7,
    "url": "https://api.github.com/repos/acme/pay/pulls/4",
    "number": 4,
    "title": "Add refunds",
    "body": None,
    "state": "closed",
    "user": {"login": "dependabot[bot]", "type": "Bot"},
    "created_at": "2026-02-09T00:00:00Z",
    "updated_at": "2026-02-11T00:00:00Z",
    "closed_at": "2026-02-10T00:00:00Z",
    "merged_at": "2026-02-10T00:00:00Z",
    "merge_commit_sha": "a" * 40,
    "base": {"ref": "master"},
    "head": {"ref": "refunds"},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two recordings, an answer of several lines between them."""
    head = ["https", "GET", "api.github.com", "None", "/repos/acme/pay/pulls", "{}", "None"]
    first = [*head, "200", "[('Status', '200 OK'), ('X-RateLimit-Limit', '5000')]", json.dumps([PULL, PULL])]
    second = [*head, "401", "[]", '{"message": "Bad credentials"}']
    (tmp_path / "Pulls.txt").write_text("\n".join([*first, "a further line", "", *second, ""]), "utf-8")
    return tmp_path


def test_recordings_are_read_to_the_last(folder: Path) -> None:
    """Each with its status, and only what the wire has to understand is of interest."""
    assert [("Pulls", 200, False), ("Pulls", 401, True)] == [
        (a.file, a.status, a.of_interest) for a in recorded(folder)
    ]


def test_a_pull_request_of_a_recording_is_one_record(folder: Path) -> None:
    """Of its repository, with its author, however often it was recorded."""
    data = gathered(recorded(folder))

    assert [("acme", "pay", [(4, "MERGED", "dependabot[bot]", "refunds")])] == [
        (r["owner"], r["name"], [(i["number"], i["state"], i["author"], i["head"]) for i in r["items"]])
        for r in data["repos"]
    ]


def test_an_issue_and_its_milestone_are_records_too(tmp_path: Path) -> None:
    """Also as they were told years ago: each issue named a pull request, and no milestone said when it was closed."""
    at = "2012-05-27T05:00:38Z"
    goal = {"url": "https://api.github.com/repos/acme/pay/milestones/1", "number": 1, "title": "Version 0.4"}
    goal |= {"open_issues": 0, "state": "closed", "description": "", "due_on": None, "created_at": at, "updated_at": at}
    same = {
        "id": 1,
        "number": 28,
        "title": "Fax",
        "body": "x",
        "state": "closed",
        "user": {"login": "ann"},
        "labels": [],
    }
    same |= {"created_at": at, "updated_at": at, "closed_at": at, "milestone": goal}
    issue = {**same, "url": "https://api.github.com/repos/acme/pay/issues/28", "pull_request": {"html_url": None}}
    other = {**issue, "number": 29, "pull_request": {"html_url": "https://github.com/acme/pay/pull/29"}}
    lines = ["https", "GET", "api.github.com", "None", "/repos/acme/pay/issues", "{}", "None", "200", "[]"]
    (tmp_path / "Issues.txt").write_text("\n".join([*lines, json.dumps([issue, other]), ""]), "utf-8")

    [repo] = gathered(recorded(tmp_path))["repos"]

    assert [(28, "issue", 1)] == [(i["number"], i["kind"], i["milestone"]) for i in repo["items"]]
    assert [("Version 0.4", "CLOSED", at)] == [(g["title"], g["state"], g["closed_at"]) for g in repo["milestones"]]


def test_an_answer_is_served_as_it_was(folder: Path) -> None:
    """Status, body and the headers that are not of the connection."""
    with Replay() as sim:
        sim.now = next(recorded(folder))
        answer = requests.get(sim.url, timeout=5)

    assert (200, 2, "5000", None) == (
        answer.status_code,
        len(answer.json()),
        answer.headers["X-RateLimit-Limit"],
        answer.headers.get("Status"),
    )
