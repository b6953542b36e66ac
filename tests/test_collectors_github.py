from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.model import Link
from tests.sims.github.bench import LATER, PERIOD, TOKEN, merged, run, schema, schemas, source, utc
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim

DATA = generate()
NOW = PERIOD.until


@pytest.fixture(scope="module", params=schemas(), ids=lambda p: f"{p.stat().st_size // 1000}kB")
def served(request: pytest.FixtureRequest) -> Iterator[GithubSim]:
    """A double for each schema at hand."""
    path: Path = request.param
    with GithubSim(DATA, schema=schema(path)) as sim:
        yield sim


@pytest.fixture
def sim(served: GithubSim) -> GithubSim:
    """The double with every switch off and the seeded data."""
    served.faults.clear()
    served.load(DATA)
    served.forbidden, served.hidden, served.heavy, served.lag, served.search_mode = set(), set(), 0, "", "advanced"
    served.budget |= {"limit": 5000, "used": 0}
    return served


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


@pytest.mark.parametrize("now", [NOW, LATER], ids=["open window", "a day later"])
@pytest.mark.parametrize(
    ("repo", "count", "requests"),
    [("checkout", 73, 3), ("platform", 32, 3), ("mobile-app", 0, 2), ("monolith", 1150, 8)],
)
def test_a_window_is_had_exactly_and_with_few_requests(
    sim: GithubSim, repo: str, count: int, requests: int, now: Any
) -> None:
    """What was merged in the half-open window comes, each once, with what is under way, in a bounded number of requests."""
    ran = run(sim, f"acme/{repo}", now=now)
    got = [r.key for r in ran.rows if r.kind == "pull_request" and r.done and r.state != "declined"]

    assert (sorted(merged(DATA, f"acme/{repo}")), count, []) == (sorted(got), len(got), ran.outcomes)
    assert ran.requests <= requests


def test_repositories_share_requests(sim: GithubSim) -> None:
    """Several repositories are asked for in one request; a missing one is told and the others go on."""
    ran = run(sim, "acme/checkout", "acme/old-name", "acme/nope", "acme/mobile-app")

    assert merged(DATA, "acme/checkout", "acme/platform", base="main") == ran.keys()
    assert [("failed", "acme/nope"), ("complete", "acme/old-name")] == [
        (s, d.split(":")[0].split(" is")[0]) for s, d in ran.told
    ]
    assert ran.requests <= 3


def test_what_changed_since_then_takes_one_request(sim: GithubSim) -> None:
    """A rerun asks only for what was updated since the last one."""
    since = LATER - timedelta(days=4)
    wanted = {
        f"acme/checkout#{i['number']}"
        for i in DATA["repos"][0]["items"]
        if i["kind"] == "pr" and i["updated_at"] >= since.strftime("%Y-%m-%dT%H:%M:%SZ")
    }
    ran = run(sim, "acme/checkout", changed=since)

    assert (merged(DATA, "acme/checkout") & wanted, 1) == (ran.keys(), ran.requests)


def test_a_pull_request_is_told_whole(sim: GithubSim) -> None:
    """Every field of an activity comes from the pull request."""
    item = next(i for i in DATA["repos"][0]["items"] if i["kind"] == "pr" and i["closes"])
    row = next(r for r in run(sim, "acme/checkout").rows if r.key == f"acme/checkout#{item['number']}")

    assert (item["title"], item["head"], (item["author"],), False) == (row.title, row.branch, row.people, row.bot)
    assert (item["body"].replace("\r\n", "\n"), "acme/checkout") == (row.body, row.where)
    assert (utc(item["merged_at"][:-1]), utc(item["created_at"][:-1])) == (row.done, row.created)
    assert (item["additions"], item["deletions"], item["changed_files"]) == row.size
    assert (len(item["reviews"]), tuple(item["labels"]), False) == (row.reviews, row.labels, row.private)
    assert (
        Link(relation="closes", target=f"acme/checkout#{item['closes'][0]['number']}"),
        Link(relation="commit", target=item["merge_sha"]),
    ) == row.links


def test_check_names_who_and_what(sim: GithubSim) -> None:
    """`check` says who is signed in, what is left of the limit and what can be read."""
    lines = list(source(sim, "acme/checkout", "acme/old-name", "org:acme").check())

    assert [
        "signed in as maria-k",
        "acme/checkout: can be read (public)",
        "acme/old-name: can be read (public, now called acme/platform)",
        "org:acme: 5 repositories",
    ] == [line for line in lines if "rate limit" not in line]
