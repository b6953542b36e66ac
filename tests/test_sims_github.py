"""The double of GitHub has tests of its own: what it is true to is what the collector is held against."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from graphql import is_object_type

from tests.sims.github.bench import merged, schema, schemas
from tests.sims.github.datagen import generate
from tests.sims.github.search import SearchError, compile_query
from tests.sims.github.server import SCHEMA, GithubSim
from tests.sims.simkit import Faults, Reply, Request, Sim, page_of

DATA = generate()
WINDOW = f"merged:{DATA['window']['start']}..{DATA['window']['end']}"
FIND = (
    "query Q($q: String!, $n: Int, $after: String) { search(query: $q, type: ISSUE, first: $n, after: $after) { %s } }"
)
ROWS = "issueCount pageInfo { hasNextPage endCursor } nodes { ... on PullRequest { number mergedAt } }"


@pytest.fixture(scope="module")
def served() -> Iterator[GithubSim]:
    """One double for all tests."""
    with GithubSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GithubSim) -> GithubSim:
    """The double with every switch off."""
    served.faults.clear()
    served.reset_stats()
    served.forbidden, served.hidden, served.search_mode = set(), set(), "advanced"
    served.budget["used"] = 0
    return served


def ask(sim: Sim, query: str, *, token: str = "t", **variables: Any) -> Any:
    """The answer to a query, errors and all."""
    body = {"query": query, "variables": variables}
    return requests.post(
        f"{sim.url}/graphql", json=body, headers={"Authorization": f"bearer {token}"}, timeout=5
    ).json()


def find(sim: Sim, query: str, size: int = 100) -> tuple[list[int], int, int]:
    """The numbers of all pull requests that a search gives page by page, how many it counts, and the pages."""
    numbers, after, pages = list[int](), None, 0
    while True:
        found = ask(sim, FIND % ROWS, q=query, n=size, after=after)["data"]["search"]
        numbers += [n["number"] for n in found["nodes"]]
        pages, after = pages + 1, found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            return numbers, found["issueCount"], pages


def test_the_same_seed_gives_the_same_data() -> None:
    """A data set is a function of its seed and instant."""
    assert json.dumps(DATA) == json.dumps(generate())
    assert json.dumps(DATA) != json.dumps(generate(8))


@pytest.mark.parametrize(("repo", "count"), [("checkout", 73), ("platform", 32), ("mobile-app", 0), ("monolith", 1150)])
def test_the_seeded_window_is_what_the_collector_is_held_against(repo: str, count: int) -> None:
    """The default data set has so many merges in its window."""
    assert count == len(merged(DATA, f"acme/{repo}"))


@pytest.mark.parametrize("path", schemas(), ids=lambda p: f"{p.stat().st_size // 1000}kB")
def test_the_small_schema_is_a_part_of_the_whole_one(path: Path) -> None:
    """Every field of ours stands in GitHub's schema with the same type."""
    ours, whole = schema(SCHEMA), schema(path)
    wrong = []
    for name, kind in ours.type_map.items():
        if is_object_type(kind) and not name.startswith("__"):
            theirs: Any = whole.get_type(name)
            wrong += [f"{name}.{f}" for f, v in kind.fields.items() if str(theirs.fields[f].type) != str(v.type)]

    assert [] == wrong


def test_a_search_has_both_ends_and_pages(sim: GithubSim) -> None:
    """The window of a search includes its end, and a page holds what was asked for."""
    numbers, count, pages = find(sim, f"repo:acme/checkout is:pr is:merged {WINDOW} sort:created-asc", 50)

    assert (74, 74, 2) == (len(set(numbers)), count, pages)


def test_a_search_stops_at_a_thousand(sim: GithubSim) -> None:
    """It counts 1,150 and gives 1,000."""
    numbers, count, pages = find(sim, f"repo:acme/monolith is:pr is:merged {WINDOW}")

    assert (1000, 1150, 10) == (len(set(numbers)), count, pages)


@pytest.mark.parametrize(
    ("query", "mode", "count"),
    [
        ("repo:acme/checkout repo:acme/platform", "advanced", 0),
        ("repo:acme/checkout repo:acme/platform", "legacy", 106),
        ("(repo:acme/checkout OR repo:acme/platform)", "advanced", 106),
        ("repo:acme/old-name", "advanced", 0),
        ("repo:acme/nope", "advanced", 0),
        ("org:acme -repo:acme/monolith", "advanced", 107),
        ("user:acme NOT repo:acme/monolith", "advanced", 107),
        ("repo:acme/checkout author:app/dependabot", "advanced", None),
        ("repo:acme/platform base:release/2.x", "advanced", 1),
        ("repo:acme/checkout label:security", "advanced", None),
        ('repo:acme/checkout "delivery promise"', "advanced", 3),
    ],
)
def test_the_language_of_the_search(sim: GithubSim, query: str, mode: str, count: int | None) -> None:
    """Repeated scopes are alternatives in the old language only; a former name finds nothing."""
    sim.search_mode = mode

    found = find(sim, f"{query} is:pr is:merged {WINDOW}")

    assert len(found[0]) == found[1] == (found[1] if count is None else count)
    assert count is not None or 0 < found[1] < 73


@pytest.mark.parametrize(
    "query",
    [
        "",
        "(repo:a/b",
        "repo:a/b )",
        "merged:yesterday",
        "colour:red",
        "NOT",
        "a OR b OR c OR d OR e OR f OR g",
    ],
)
def test_a_search_that_github_refuses(sim: GithubSim, query: str) -> None:
    """What is no query is refused."""
    with pytest.raises(SearchError):
        compile_query(query)

    assert "UNPROCESSABLE" == ask(sim, FIND % "issueCount", q=query)["errors"][0]["type"]


@pytest.mark.parametrize(
    ("words", "inside"), [(">=2026-11-20", 1), ("<2026-11-20", 0), ("2026-11-20", 1), ("*..2026-11-20", 1)]
)
def test_a_day_of_a_search_is_the_whole_day(words: str, inside: int) -> None:
    """A date without a time stands for all of its day in UTC."""
    found, _ = compile_query(f"merged:{words}")

    assert inside == found({}, {"merged_at": "2026-11-20T23:59:59Z"})


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("{ viewer { logn } }", "undefinedField"),
        ("{ rateLimit(dry: true) { cost } }", "argumentNotAccepted"),
        ('{ repository(owner: "acme") { url } }', "validation"),
        ('{ repository(owner: "acme", name: "checkout") { milestones { nodes { title } } } }', "MISSING_PAGINATION_BOUNDARIES"),
        ('{ repository(owner: "acme", name: "checkout") { milestones(first: 101) { nodes { title } } } }', "EXCESSIVE_PAGINATION"),
        ('{ repository(owner: "acme", name: "checkout") { milestones(first: 1, after: "x") { nodes { title } } } }', "INVALID_CURSOR_ARGUMENTS"),
        ('{ repository(owner: "acme", name: "nope") { url } }', "NOT_FOUND"),
        ('{ search(query: "x", type: USER) { issueCount } }', "SIM_UNSUPPORTED"),
    ],
)  # fmt: skip
def test_a_query_that_github_refuses(sim: GithubSim, query: str, kind: str) -> None:
    """Unknown fields, missing arguments and pages beyond the limits are errors of their kind."""
    error = ask(sim, query)["errors"][0]

    assert kind == (error.get("type") or error["extensions"]["code"])


def test_counting_needs_no_page(sim: GithubSim) -> None:
    """`totalCount` alone may be asked for without `first`."""
    told = ask(sim, '{ repository(owner: "acme", name: "checkout") { milestones { totalCount } } }')

    assert {"totalCount": 3} == told["data"]["repository"]["milestones"]


def test_a_query_costs_by_the_documented_formula(sim: GithubSim) -> None:
    """Nested pages multiply, and a point is a hundred requests of the server to itself."""
    nested = "nodes { ... on PullRequest { labels(first: 20) { nodes { name } } } }"
    query = '{ rateLimit { cost nodeCount used } search(query: "org:acme", type: ISSUE, first: 100) { %s } }'

    told = ask(sim, query % nested)["data"]["rateLimit"]

    assert {"cost": 1, "nodeCount": 2100, "used": 1} == told


def test_a_used_up_budget_is_a_200_with_an_error(sim: GithubSim) -> None:
    """The primary limit of GraphQL is no HTTP error."""
    sim.budget["used"] = 5000

    told = ask(sim, "{ viewer { login } }")

    assert ("RATE_LIMITED", {"200": 1}) == (told["errors"][0]["type"], sim.stats()["by_status"])


def test_errors_stand_beside_the_data(sim: GithubSim) -> None:
    """A repository that is missing or closed out spoils only its own alias."""
    sim.forbidden = {"acme/platform"}
    one = "%s: repository(owner: %s, name: %s) { nameWithOwner }"
    names = [("a", "checkout"), ("b", "nope"), ("c", "platform"), ("d", "secret")]
    query = " ".join(one % (alias, '"acme"', f'"{name}"') for alias, name in names)

    told = ask(sim, f"{{ {query} }}", token="limited")

    assert {"a": {"nameWithOwner": "acme/checkout"}, "b": None, "c": None, "d": None} == told["data"]
    assert [("NOT_FOUND", ["b"]), ("NOT_FOUND", ["d"]), ("FORBIDDEN", ["c"])] == [
        (e["type"], e["path"]) for e in told["errors"]
    ]


@pytest.mark.parametrize("token", ["", "bad"])
def test_without_a_good_token_nothing_is_told(sim: GithubSim, token: str) -> None:
    """No token and a bad one are 401."""
    assert {"message": "Bad credentials"} == ask(sim, "{ viewer { login } }", token=token)


def test_faults_hit_the_requests_that_they_name() -> None:
    """The first ones, every nth, or all from one on; counted anew at every change; only on matching paths."""
    faults = Faults()
    told = {}
    for name in ("first_n", "every_nth", "from_nth"):
        faults.clear()
        faults.set(match="graphql", **{name: 2})
        told[name] = [faults.hits("/x"), *(faults.hits("/graphql") for _ in range(5))]

    assert {
        "first_n": [False, True, True, False, False, False],
        "every_nth": [False, False, True, False, True, False],
        "from_nth": [False, False, True, True, True, True],
    } == told
    with pytest.raises(KeyError, match="no such fault switch: statsu"):
        faults.set(statsu=500)


class Echo(Sim):
    """Answers what it was asked; a path `/bug` is one."""

    def route(self, req: Request) -> Reply:
        """The request itself."""
        return Reply({"path": req.path, "q": req.q("q"), "body": req.json(), "bug": 1 / (req.path != "/bug")})


def test_a_double_answers_counts_and_owns_its_bugs(capsys: pytest.CaptureFixture[str]) -> None:
    """Requests are counted by label and status, and a bug of the double is a 599, not an answer."""
    with Echo() as echo:
        ok = requests.get(f"{echo.url}/a%20b?q=1", timeout=5).json()
        bug = requests.get(f"{echo.url}/bug", timeout=5).status_code
        stats = echo.stats()

    assert ({"path": "/a b", "q": "1", "body": None, "bug": 1.0}, 599) == (ok, bug)
    assert (2, {"GET /a b": 1, "GET /bug": 1}) == (stats["total"], stats["by_route"])
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_double_answers_several_at_a_time() -> None:
    """Requests that come together are answered side by side."""
    with Echo() as echo:
        echo.faults.set(latency_s=0.1)
        threads = [threading.Thread(target=requests.get, args=(echo.url,), kwargs={"timeout": 5}) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        stats = echo.stats()

    assert (4, True) == (stats["total"], stats["max_in_flight"] > 1)


def test_pages_count_from_one() -> None:
    """The second page of two is what follows the first."""
    assert [[0, 1], [2], []] == [page_of([0, 1, 2], page, 2) for page in (1, 2, 3)]
