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
