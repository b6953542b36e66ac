from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.model import Activity, Link
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

    assert merged(DATA, "acme/checkout", "acme/platform", base="main") == ran.found()
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

    assert (merged(DATA, "acme/checkout") & wanted, 1) == (ran.found(), ran.requests)


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


def test_the_window_is_half_open_to_the_second(sim: GithubSim) -> None:
    """What was merged at the first instant is in, at the last one out; a second before each the other way round."""
    titles = {r.title for r in run(sim, "acme/checkout").rows}

    assert [
        "EDGE merged exactly at the window start (in)",
        "EDGE merged one second before the end (in)",
    ] == sorted(t for t in titles if t.startswith(("EDGE", "OLD")))


@pytest.mark.parametrize("seed", [1, 23])
def test_any_data_is_had_exactly(sim: GithubSim, seed: int) -> None:
    """Whatever the data, what was merged in the window comes and nothing else."""
    data = generate(seed, big=40)
    sim.load(data)
    names = ("acme/checkout", "acme/platform", "acme/mobile-app", "acme/monolith", "acme/secret")

    ran = run(sim, *names)

    assert (merged(data, *names, base="main"), []) == (ran.found(), ran.outcomes)


@pytest.mark.parametrize("scope", ["acme/checkout", "org:acme"])
def test_what_the_index_does_not_know_yet_is_read_from_the_repository(sim: GithubSim, scope: str) -> None:
    """In a window that ends now the last hour is there although the search lies behind."""
    data = generate(big=0)
    repo = data["repos"][0]
    young = next(i for i in repo["items"] if i["title"].startswith("EDGE merged one second before the end"))
    young["updated_at"] = young["merged_at"]
    sim.load(data)
    sim.lag = (NOW - timedelta(minutes=59)).strftime("%Y-%m-%dT%H:%M:%SZ")
    key = f"acme/checkout#{young['number']}"

    assert (True, False) == (key in run(sim, scope, now=NOW).found(), key in run(sim, scope).found())


@pytest.mark.parametrize("mode", ["advanced", "legacy"])
def test_both_languages_of_the_search_are_spoken(sim: GithubSim, mode: str) -> None:
    """An older Enterprise server, whose search reads repeated qualifiers otherwise, gives the same."""
    sim.search_mode = mode

    assert (
        merged(DATA, "acme/checkout", "acme/platform", base="main")
        == run(sim, "acme/checkout", "acme/platform").found()
    )


def test_an_enterprise_server_is_asked_at_its_own_address(sim: GithubSim) -> None:
    """With `url` at `/api/v3` the queries go to `/api/graphql` of the same host."""
    ran = run(sim, "acme/checkout", url=f"{sim.url}/api/v3")

    assert (merged(DATA, "acme/checkout"), {"/api/graphql"}) == (ran.found(), {r["path"] for r in sim.stats()["last"]})


def test_a_branch_that_does_not_count_is_not_done(sim: GithubSim) -> None:
    """By default only the default branch counts; `base` names others by globs."""
    default = run(sim, "acme/platform")
    release = run(sim, "acme/platform", base=("main", "release/*"))

    assert merged(DATA, "acme/platform", base="main") == default.found()
    assert merged(DATA, "acme/platform") == default.found() | default.found("active")
    assert merged(DATA, "acme/platform", base="release/2.x") == release.found() - default.found()


def test_what_is_under_way_is_told(sim: GithubSim) -> None:
    """Open pull requests that are no drafts are active, those that were given up declined, open milestones planned."""
    ran = run(sim, "acme/checkout")
    titles = {
        state: sorted(r.title for r in ran.rows if r.state == state) for state in ("active", "declined", "planned")
    }

    assert {
        "active": ["Open: gift cards v2", "Open: upgrade to Node 26"],
        "declined": ["Abandoned experiment"],
        "planned": ["2026.11", "Peak season readiness 🎄"],
    } == titles
    assert [(None, "2026-11-29")] == [(r.done, f"{r.due:%F}") for r in ran.rows if r.title == "2026.11"]
    assert [("2026.10", "done")] == [(r.title, r.state) for r in ran.rows if r.kind == "milestone" and r.done]


def test_without_upcoming_only_what_is_done_is_asked_for(sim: GithubSim) -> None:
    """`upcoming = false` tells nothing but merged pull requests."""
    assert {("pull_request", "done")} == {(r.kind, r.state) for r in run(sim, "acme/checkout", upcoming=False).rows}


def test_an_open_pull_request_that_nobody_touches_is_not_under_way(sim: GithubSim) -> None:
    """After thirty days without a change it is no longer told."""
    assert set() == run(sim, "acme/checkout", now=LATER + timedelta(days=40)).found("active")


@pytest.mark.parametrize(
    ("reason", "state"),
    [("COMPLETED", "done"), ("NOT_PLANNED", "declined"), ("DUPLICATE", "declined"), (None, "done")],
)
def test_a_closed_issue_is_done_or_declined(sim: GithubSim, reason: str | None, state: str) -> None:
    """Why an issue was closed decides whether it counts."""
    data = generate(big=0)
    item = next(i for i in data["repos"][0]["items"] if i["kind"] == "issue" and i["state"] == "CLOSED")
    item["state_reason"] = reason
    sim.load(data)

    rows = run(sim, "acme/checkout", issues=True).rows

    assert [state] == [r.state for r in rows if (r.key, r.kind) == (f"acme/checkout#{item['number']}", "ticket")]
    assert sum(i["kind"] == "issue" and i["state"] == "CLOSED" for i in data["repos"][0]["items"]) == sum(
        r.kind == "ticket" for r in rows
    )


def test_bots_and_deleted_accounts_are_told_apart_from_people(sim: GithubSim) -> None:
    """A bot is marked, and a deleted account is nobody."""
    rows = run(sim, "acme/checkout").rows

    assert {"dependabot", "renovate"} == {p for r in rows if r.bot for p in r.people}
    assert ["Deleted account's work"] == [r.title for r in rows if r.kind == "pull_request" and not r.people]


def test_secrets_in_texts_are_cut_when_they_are_read(sim: GithubSim) -> None:
    """Neither title nor body leaves the collector with a token in it."""
    data = generate(big=0)
    item = next(i for i in data["repos"][0]["items"] if i["title"] == "Huge body")
    item["title"], item["body"] = f"Rotate {TOKEN}", f"old: {TOKEN}"
    sim.load(data)

    row = next(r for r in run(sim, "acme/checkout").rows if r.key == f"acme/checkout#{item['number']}")

    assert ("Rotate [redacted: github-token]", "old: [redacted: github-token]") == (row.title, row.body)
    assert ("github-token", "github-token") == row.redacted


def test_an_archived_repository_is_told_and_plans_nothing(sim: GithubSim) -> None:
    """Archived is not quiet: its merges come, its milestones do not, and a note says why."""
    data = generate(big=0)
    data["repos"][0]["archived"] = True
    sim.load(data)

    ran = run(sim, "acme/checkout")

    assert (merged(data, "acme/checkout"), set()) == (ran.found(), ran.found("planned", "milestone"))
    assert [("complete", "acme/checkout is archived")] == ran.told


def test_many_milestones_are_read_to_the_last(sim: GithubSim) -> None:
    """A repository with more milestones than a page tells them all, those without a date left out."""
    data = generate(big=0)
    goal = data["repos"][2]["milestones"][0]
    data["repos"][2]["milestones"] = [
        *({**goal, "number": n, "title": f"M{n}"} for n in range(1, 131)),
        *({**goal, "number": n, "due_on": None} for n in range(131, 140)),
    ]
    sim.load(data)

    assert 130 == len(run(sim, "acme/mobile-app").found("planned", "milestone"))


def test_a_repository_without_commits_has_no_default_branch(sim: GithubSim) -> None:
    """Where there is no default branch every merge counts."""
    data = generate(big=0)
    data["repos"][1]["default_branch"] = None
    sim.load(data)

    assert merged(data, "acme/platform") == run(sim, "acme/platform").found()


def test_collect_asks_by_the_clock_of_the_machine(sim: GithubSim) -> None:
    """`collect` is the same run at the instant at which it is called."""
    found = list(source(sim, "acme/checkout").collect(PERIOD, None))

    assert merged(DATA, "acme/checkout") <= {f.key for f in found if isinstance(f, Activity)}


def test_many_repositories_are_asked_for_together(sim: GithubSim) -> None:
    """Ten quiet repositories take two requests, with what is under way."""
    names = [f"q{k}" for k in range(10)]
    data = generate(big=0)
    data["repos"] = [{**data["repos"][2], "name": name, "items": []} for name in names]
    sim.load(data)

    ran = run(sim, *(f"acme/{name}" for name in names), now=NOW)

    assert (20, [], 2) == (len(ran.found("planned", "milestone")), ran.outcomes, ran.requests)
