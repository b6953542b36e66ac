from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gitlab
import pytest
from gitlab.exceptions import GitlabAuthenticationError, GitlabHttpError

from tests.sims.gitlab.bench import PERIOD
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim

DATA = generate()
CHECKOUT = DATA["projects"][0]


@pytest.fixture(scope="module")
def served() -> Iterator[GitlabSim]:
    """One double for all tests."""
    with GitlabSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GitlabSim) -> GitlabSim:
    """The double with every switch off."""
    return served.afresh(DATA)


def client(sim: GitlabSim, token: str = "any") -> Any:
    """The real client."""
    return gitlab.Gitlab(sim.url, oauth_token=token, timeout=5)


def ask(sim: GitlabSim, text: str, token: str = "any") -> dict[str, Any]:
    """The answer to a question."""
    told: dict[str, Any] = client(sim, token).http_post(f"{sim.url}/api/graphql", post_data={"query": text})
    return told


def listed(sim: GitlabSim, name: str, filters: str, fields: str, of: str = 'project(fullPath: "acme/checkout")') -> Any:
    """A list of a project or group."""
    return ask(sim, f"{{ it: {of} {{ {name}({filters}) {{ {fields} }} }} }}")["data"]["it"][name]


def test_the_window_is_the_one_of_the_data() -> None:
    """The period that the tests ask for is the one that the truth is about."""
    assert DATA["window"] == {"start": PERIOD.since.isoformat(), "end": PERIOD.until.isoformat()}


def test_the_same_seed_gives_the_same_data() -> None:
    """The data is drawn from its seed alone."""
    assert (generate(3, big=2), False) == (generate(3, big=2), generate(4, big=2) == generate(3, big=2))


@pytest.mark.parametrize("size", [7, 20, 100])
def test_pages_are_turned_by_cursors(sim: GitlabSim, size: int) -> None:
    """Each merge request of a project comes once, whatever the size of a page, in order, and they are counted."""
    found: list[dict[str, Any]] = []
    after = "null"
    while after:
        turn = f"first: {size}, after: {after}, sort: CREATED_ASC"
        page = listed(sim, "mergeRequests", turn, "count pageInfo { hasNextPage endCursor } nodes { iid createdAt }")
        found += page["nodes"]
        after = f'"{page["pageInfo"]["endCursor"]}"' if page["pageInfo"]["hasNextPage"] else ""

    wanted = sorted(str(row["iid"]) for row in CHECKOUT["merge_requests"])
    made = [row["createdAt"] for row in found]
    assert (wanted, len(wanted), sorted(made)) == (sorted(row["iid"] for row in found), page["count"], made)


def test_a_page_holds_a_hundred_at_most(sim: GitlabSim) -> None:
    """Whatever is asked for."""
    page = listed(sim, "mergeRequests", "first: 500", "nodes { iid }", 'project(fullPath: "acme/monolith")')

    assert 100 == len(page["nodes"])


def test_a_group_holds_its_subgroups_where_that_is_asked_for(sim: GitlabSim) -> None:
    """Its lists go down to the last subgroup and hold what is archived, each only if asked."""
    group = 'group(fullPath: "acme")'
    own, deep, whole = (
        {
            r["project"]["fullPath"]
            for r in listed(sim, "mergeRequests", f"{f}, sort: CREATED_ASC", "nodes { project { fullPath } }", group)[
                "nodes"
            ]
        }
        for f in ("first: 100", "includeSubgroups: true", "includeSubgroups: true, includeArchived: true")
    )

    assert ({"acme/legacy"}, True, False) == (
        whole - deep,
        "acme/platform/gateway" in deep - own,
        "other/library" in whole,
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{ nothing }", "Field 'nothing' doesn't exist on type 'Query'"),
        (
            '{ project(fullPath: "a/b") { issues(since: 1) { count } } }',
            "Field 'issues' doesn't accept argument 'since'",
        ),
    ],
)
def test_what_is_unknown_is_refused(sim: GitlabSim, text: str, words: str) -> None:
    """The whole question, in GitLab's words."""
    assert [words] == [error["message"] for error in ask(sim, text)["errors"]]


def test_a_question_that_is_too_complex_is_refused(sim: GitlabSim) -> None:
    """Each field adds one, each row that may come a hundredth of its list; 250 is the most."""
    row = "nodes { iid title state mergedAt labels { nodes { title } } }"
    lists = " ".join(f"a{k}: mergeRequests(first: 100) {{ {row} }}" for k in range(7))
    told = ask(sim, f'{{ project(fullPath: "acme/checkout") {{ {lists} }} }}')

    # iid, title, state, mergedAt (5), labels (5 + 2), nodes, and 2 for a list in an order: twice 18, seven times; and the project
    assert "Query has complexity of 253, which exceeds max complexity of 250" == told["errors"][0]["message"]


@pytest.mark.parametrize("field", ["updated", "merged", "created"])
def test_filters_count_their_ends_in(sim: GitlabSim, field: str) -> None:
    """On or after, on or before."""
    row = CHECKOUT["merge_requests"][0]
    at = row[field].isoformat()
    found = listed(sim, "mergeRequests", f'{field}After: "{at}", {field}Before: "{at}"', "nodes { iid }")

    assert [str(row["iid"])] == [mr["iid"] for mr in found["nodes"]]


def test_started_milestones_hold_what_is_under_way(sim: GitlabSim) -> None:
    """`STARTED` gives what belongs to an open milestone that has begun."""
    found = listed(sim, "issues", "state: opened, milestoneWildcardId: STARTED", "nodes { title }")

    assert ["Rehearse peak season", "Write the runbook"] == sorted(i["title"] for i in found["nodes"])


def test_an_instant_is_told_to_the_second(sim: GitlabSim) -> None:
    """And a day as a day."""
    (found,) = listed(sim, "milestones", "state: active, first: 1", "nodes { dueDate createdAt }")["nodes"]

    assert ("2026-11-29", "2026-09-30T09:00:00Z") == (found["dueDate"], found["createdAt"])


def test_what_is_not_there_is_null_and_a_former_name_is_known_to_rest_alone(sim: GitlabSim) -> None:
    """A project that was renamed is redirected there, and not found here."""
    paths = '"acme/old-name", "acme/secret", "acme/gone"'
    told = ask(sim, f"{{ projects(fullPaths: [{paths}]) {{ nodes {{ fullPath }} }} }}")["data"]["projects"]["nodes"]
    hidden = ask(sim, '{ project(fullPath: "acme/secret") { fullPath } }', "limited")["data"]

    assert ([{"fullPath": "acme/secret"}], {"project": None}) == (told, hidden)
    assert "acme/platform/gateway" == client(sim).projects.get("acme/old-name").path_with_namespace


def test_a_list_that_is_forbidden_is_an_error_beside_the_rest(sim: GitlabSim) -> None:
    """The others are there."""
    sim.forbidden = {"acme/checkout/milestones"}
    told = ask(sim, '{ project(fullPath: "acme/checkout") { fullPath milestones { nodes { iid } } } }')

    assert (["project", "milestones"], {"fullPath": "acme/checkout", "milestones": None}) == (
        told["errors"][0]["path"],
        told["data"]["project"],
    )


@pytest.mark.parametrize(("token", "status"), [("bad", 401), ("narrow", 401)])
def test_a_token_that_does_not_serve_is_refused(sim: GitlabSim, token: str, status: int) -> None:
    """In the same words, whatever it lacks."""
    with pytest.raises(GitlabAuthenticationError) as error:
        ask(sim, "{ currentUser { username } }", token)

    assert (status, True) == (error.value.response_code, b"Invalid token" in (error.value.response_body or b""))


@pytest.mark.parametrize(
    ("token", "path", "status", "words"),
    [
        ("bad", "/projects/acme%2Fcheckout", 401, "401 Unauthorized"),
        ("narrow", "/user", 403, "insufficient_scope"),
        ("limited", "/projects/acme%2Fsecret", 404, "404 Project Not Found"),
        ("limited", "/groups/acme%2Fplatform%2Finfra", 404, "404 Group Not Found"),
        ("any", "/nothing", 404, "404 Not Found"),
    ],
)
def test_refusals_of_rest_are_told_apart(sim: GitlabSim, token: str, path: str, status: int, words: str) -> None:
    """A wrong token, a missing scope, and what is hidden."""
    with pytest.raises((GitlabAuthenticationError, GitlabHttpError)) as error:
        client(sim, token).http_get(path)

    assert (status, words) == (error.value.response_code, error.value.error_message)


def test_a_server_may_stand_below_a_path() -> None:
    """Only what is below its root is the interface."""
    with GitlabSim(DATA, root="/gitlab") as sim:
        inside = client(sim).http_get("/user")["username"]
        with pytest.raises(GitlabHttpError) as error:
            gitlab.Gitlab(sim.url.removesuffix("/gitlab"), private_token="any").http_get("/user")

    assert ("release-bot", 404) == (inside, error.value.response_code)
