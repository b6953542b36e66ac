"""The sim against the real PyGithub: `pip install pytest graphql-core PyGithub && pytest -q`."""

import os
import sys
import threading
import time

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from datagen import generate  # noqa: E402
from graphql import parse, validate  # noqa: E402
from queries import LIST_PRS, REPO_STATUS, SEARCH_PRS, many_repos  # noqa: E402
from server import GithubSim  # noqa: E402

from github import Auth, Github, GithubException, GithubRetry, RateLimitExceededException, UnknownObjectException  # noqa: E402

DATA = generate(7)
W = DATA["window"]


@pytest.fixture(scope="module")
def shared():
    with GithubSim(DATA) as s:
        yield s


@pytest.fixture
def sim(shared):
    shared.faults.clear()
    shared.reset_stats()
    shared.search_mode, shared.incomplete_results, shared.forbidden = "advanced", False, set()
    for b in shared.budget.values():
        b["used"] = 0
    shared.budget["search"]["limit"] = 1000
    return shared


def gh(sim, token="t", **kw):
    kw = {"per_page": 100, "seconds_between_requests": 0, "seconds_between_writes": 0, "retry": None, "timeout": 5} | kw
    return Github(auth=Auth.Token(token), base_url=sim.url, **kw)


def want(repo, inclusive_end=False):
    r = next(x for x in DATA["repos"] if f"{x['owner']}/{x['name']}" == repo)
    return {
        i["number"]
        for i in r["items"]
        if i["kind"] == "pr"
        and i["merged_at"]
        and W["start"] <= i["merged_at"]
        and (i["merged_at"] < W["end"] or inclusive_end and i["merged_at"] == W["end"])
    }


def all_pages(g, q, first=50):
    nodes, after, pages = [], None, 0
    while True:
        _, d = g.requester.graphql_query(SEARCH_PRS, {"q": q, "first": first, "after": after})
        s = d["data"]["search"]
        nodes += s["nodes"]
        pages += 1
        if not s["pageInfo"]["hasNextPage"]:
            return nodes, s["issueCount"], pages
        after = s["pageInfo"]["endCursor"]


def test_queries_valid_against_github_schema(sim):
    many, _ = many_repos(["a/b", "c/d"], ("x", "y"))
    for q in (SEARCH_PRS, LIST_PRS, REPO_STATUS, many):
        assert validate(sim.schema, parse(q)) == []


def test_invalid_query_is_rejected(sim):
    for q in (
        "{ viewer { logn } }",
        '{ repository(owner: "acme") { id } }',
        '{ search(query: "x", type: PULL_REQUEST, first: 1) { issueCount } }',
    ):
        with pytest.raises(GithubException) as e:
            gh(sim).requester.graphql_query(q, {})
        assert e.value.status == 400 and e.value.data["errors"]


def test_pagination_rules(sim):
    g = gh(sim)
    for q, t in (
        (
            '{ repository(owner: "acme", name: "checkout") { issues { nodes { id } } } }',
            "MISSING_PAGINATION_BOUNDARIES",
        ),
        (
            '{ repository(owner: "acme", name: "checkout") { issues(first: 101) { nodes { id } } } }',
            "EXCESSIVE_PAGINATION",
        ),
        (
            '{ search(query: "is:pr", type: ISSUE, first: 100) { nodes { ... on PullRequest { comments(first: 100) { nodes { reactions(first: 100) { nodes { id } } } } } } } }',
            "MAX_NODE_LIMIT_EXCEEDED",
        ),
    ):
        with pytest.raises(GithubException) as e:
            g.requester.graphql_query(q, {})
        assert e.value.data["errors"][0]["type"] == t
    g.requester.graphql_query(
        '{ repository(owner: "acme", name: "checkout") { issues { totalCount } } }', {}
    )  # counting needs no first


def test_search_window_and_edges(sim):
    g = gh(sim)
    nodes, count, pages = all_pages(
        g, f"repo:acme/checkout is:pr is:merged merged:{W['start']}..{W['end']} sort:created-asc"
    )
    assert (
        {n["number"] for n in nodes} == want("acme/checkout", inclusive_end=True) and count == len(nodes) and pages == 2
    )
    assert {n["number"] for n in nodes if n["mergedAt"] < W["end"]} == want("acme/checkout")  # half-open by filtering
    bots = {n["author"]["login"] for n in nodes if n["author"] and n["author"]["__typename"] == "Bot"}
    assert bots and not any("[bot]" in b for b in bots)
    assert any(n["author"] is None for n in nodes) and any(n["closingIssuesReferences"]["totalCount"] for n in nodes)


def test_search_cap_1000(sim):
    nodes, count, pages = all_pages(
        gh(sim), f"repo:acme/monolith is:pr is:merged merged:{W['start']}..{W['end']} sort:created-asc", 100
    )
    assert count == 1150 and len(nodes) == 1000 and pages == 10  # 150 PRs silently missing: compare issueCount


def test_several_repos_in_one_search(sim):
    g = gh(sim)
    two = f"is:pr is:merged merged:{W['start']}..{W['end']} sort:created-asc"
    assert all_pages(g, f"repo:acme/checkout repo:acme/platform {two}")[1] == 0  # advanced: AND
    n = len(want("acme/checkout", True)) + len(want("acme/platform", True))
    assert all_pages(g, f"(repo:acme/checkout OR repo:acme/platform) {two}")[1] == n
    sim.search_mode = "legacy"
    assert all_pages(g, f"repo:acme/checkout repo:acme/platform {two}")[1] == n


def test_many_repos_in_one_request(sim):
    q, v = many_repos(["acme/checkout", "acme/old-name", "acme/mobile-app"], (W["start"], W["end"]), 100)
    _, d = gh(sim).requester.graphql_query(q, v)
    d = d["data"]
    assert (
        d["r1"]["nameWithOwner"] == "acme/platform" and d["s1"]["issueCount"] == 0
    )  # renamed: search by the old name finds nothing
    assert d["s2"]["issueCount"] == 0 and d["s0"]["issueCount"] == len(want("acme/checkout", True))
    assert sim.stats()["total"] == 1 and d["rateLimit"]["cost"] == 6


def test_partial_errors_hide_the_data(sim):
    q, v = many_repos(["acme/checkout", "acme/nope"], (W["start"], W["end"]), 10)
    with pytest.raises(UnknownObjectException) as e:  # PyGithub throws the good half away …
        gh(sim).requester.graphql_query(q, v)
    assert (
        e.value.data["data"]["s0"]["issueCount"] and e.value.data["data"]["r1"] is None
    )  # … but it is on the exception
    sim.forbidden = {"acme/platform"}
    q, v = many_repos(["acme/checkout", "acme/platform"], (W["start"], W["end"]), 10)
    with pytest.raises(GithubException) as e:
        gh(sim).requester.graphql_query(q, v)
    assert e.value.status == 400 and e.value.data["errors"][0]["type"] == "FORBIDDEN" and e.value.data["data"]["s0"]


def test_listing_by_updated(sim):
    g, got, after, pages = gh(sim), set(), None, 0
    while True:
        _, d = g.requester.graphql_query(LIST_PRS, {"owner": "acme", "name": "checkout", "first": 50, "after": after})
        prs = d["data"]["repository"]["pullRequests"]
        pages += 1
        got |= {n["number"] for n in prs["nodes"] if W["start"] <= n["mergedAt"] < W["end"]}
        if not prs["pageInfo"]["hasNextPage"] or prs["nodes"][-1]["updatedAt"] < W["start"]:
            break
        after = prs["pageInfo"]["endCursor"]
    assert got == want("acme/checkout") and pages == 2


def test_repo_status(sim):
    _, d = gh(sim).requester.graphql_query(REPO_STATUS, {"owner": "acme", "name": "checkout", "since": W["start"]})
    r = d["data"]["repository"]
    assert r["pullRequests"]["totalCount"] == 3 and len(r["milestones"]["nodes"]) == 2 and r["issues"]["nodes"]


def test_rest_n_plus_one(sim):
    g = gh(sim)
    repo = g.withLazy(True).get_repo("acme/checkout")
    got = []
    for p in repo.get_pulls(state="closed", sort="updated", direction="desc"):
        if p.updated_at.isoformat()[:19] + "Z" < W["start"]:
            break
        if p.merged_at and W["start"] <= p.merged_at.strftime("%Y-%m-%dT%H:%M:%SZ") < W["end"]:
            got.append(p)
    assert {p.number for p in got} == want("acme/checkout")
    listed = sim.stats()["total"]
    assert (
        listed == 1
        and all(p.title is not None and p.labels is not None for p in got)
        and sim.stats()["total"] == listed
    )
    _ = [p.additions for p in got]  # not in the listing: one GET per PR
    assert sim.stats()["total"] == listed + len(got)


def test_rest_search(sim):
    g = gh(sim)
    found = g.search_issues(
        f"repo:acme/checkout is:pr is:merged merged:{W['start']}..{W['end']}", sort="created", order="asc"
    )
    items = list(found)
    assert len(items) == len(want("acme/checkout", True)) and found.totalCount == len(items)
    n = sim.stats()["total"]
    assert (
        all(i.pull_request.merged_at for i in items) and sim.stats()["total"] == n
    )  # merged_at is there, additions is not
    items[0].as_pull_request().additions
    assert sim.stats()["total"] == n + 1
    capped = g.search_issues(f"repo:acme/monolith is:pr is:merged merged:{W['start']}..{W['end']}")
    assert len(list(capped)) == 1000 and capped.totalCount == 1150  # stops without an error
    with pytest.raises(GithubException) as e:
        capped.get_page(10)
    assert e.value.status == 422
    with pytest.raises(GithubException) as e:
        list(g.search_issues("repo:acme/nope is:pr"))
    assert e.value.status == 422


def test_rest_rename_404_private(sim):
    assert gh(sim).get_repo("acme/old-name").full_name == "acme/platform"
    with pytest.raises(UnknownObjectException):
        gh(sim, "limited").get_repo("acme/secret")
    assert gh(sim).get_repo("acme/secret").private
    with pytest.raises(GithubException) as e:
        gh(sim, "bad").get_user().login
    assert e.value.status == 401


def test_issues_and_milestones(sim):
    r = gh(sim, lazy=True).get_repo("acme/checkout")
    assert any(i.pull_request for i in r.get_issues(state="all"))  # REST issues include PRs
    assert [m.title for m in r.get_milestones(state="open")] == ["2026.11", "Peak season readiness 🎄"]


def test_etag_304_is_free(sim):
    g = gh(sim)
    h, _ = g.requester.requestJsonAndCheck("GET", "/repos/acme/checkout/pulls?state=closed&per_page=100")
    used = sim.budget["core"]["used"]
    status, h2, body = g.requester.requestJson(
        "GET", "/repos/acme/checkout/pulls?state=closed&per_page=100", headers={"If-None-Match": h["etag"]}
    )
    assert status == 304 and body == "" and sim.budget["core"]["used"] == used


def test_fault_502_then_ok(sim):
    sim.faults.set(first_n=2, status=502)
    g = gh(sim, retry=GithubRetry(total=3, backoff_factor=0))
    assert g.get_repo("acme/checkout").name == "checkout" and sim.stats()["total"] == 3
    sim.faults.set(first_n=99)
    with pytest.raises(Exception) as e:
        g.get_repo("acme/checkout")
    assert type(e.value).__name__ == "RetryError"


def test_fault_secondary_with_retry_after(sim):
    sim.faults.set(first_n=1, kind="secondary", status=403, retry_after="1")
    t = time.time()
    assert gh(sim, retry=GithubRetry(total=3)).get_repo("acme/checkout").name == "checkout"
    assert time.time() - t >= 1
    sim.faults.set(first_n=99)
    with pytest.raises(RateLimitExceededException):
        gh(sim).get_repo("acme/checkout")


def test_graphql_primary_limit_is_a_200(sim):
    sim.faults.set(first_n=1, kind="primary", match="graphql")
    with pytest.raises(GithubException) as e:  # not RateLimitExceededException, and never retried
        gh(sim, retry=GithubRetry(total=3)).requester.graphql_query("{ viewer { login } }", {})
    assert e.value.status == 400 and e.value.data["errors"][0]["type"] == "RATE_LIMITED" and sim.stats()["total"] == 1


@pytest.mark.parametrize("kind", ["truncated_json", "truncated_body", "reset", "html", "empty"])
def test_broken_answers_raise(sim, kind):
    sim.faults.set(first_n=99, kind=kind)
    with pytest.raises(Exception) as e:
        d = gh(sim).requester.graphql_query(SEARCH_PRS, {"q": "repo:acme/checkout is:pr", "first": 10, "after": None})[
            1
        ]
        d["data"]["search"]["nodes"]
    print(kind, "->", type(e.value).__name__, str(e.value)[:80])


def test_timeout(sim):
    sim.faults.set(latency_s=2.5)
    t = time.time()
    with pytest.raises(Exception) as e:
        gh(sim, timeout=1).get_repo("acme/checkout")
    assert time.time() - t < 2 and "Timeout" in type(e.value).__name__


def test_counter_and_concurrency(sim):
    sim.faults.set(latency_s=0.2)
    ts = [threading.Thread(target=lambda: gh(sim).get_repo("acme/checkout")) for _ in range(8)]
    [t.start() for t in ts], [t.join() for t in ts]
    assert sim.stats()["by_route"] == {"REST repo": 8} and sim.stats()["max_in_flight"] >= 4
