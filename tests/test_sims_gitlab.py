from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import gitlab
import pytest
from gitlab.exceptions import GitlabAuthenticationError, GitlabHttpError

from tests.sims.gitlab.bench import PERIOD
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim

DATA = generate()
CHECKOUT = "acme/checkout"


@pytest.fixture(scope="module")
def served() -> Iterator[GitlabSim]:
    """One double for all tests."""
    with GitlabSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GitlabSim) -> GitlabSim:
    """The double with every switch off."""
    return served.afresh(DATA)


def client(sim: GitlabSim, token: str = "any", **options: Any) -> Any:
    """The real client."""
    return gitlab.Gitlab(sim.url, private_token=token, timeout=5, **options)


def test_the_window_is_the_one_of_the_data() -> None:
    """The period that the tests ask for is the one that the truth is about."""
    assert DATA["window"] == {"start": PERIOD.since.isoformat(), "end": PERIOD.until.isoformat()}


def test_the_same_seed_gives_the_same_data() -> None:
    """The data is drawn from its seed alone."""
    assert (generate(3, big=2), False) == (generate(3, big=2), generate(4, big=2) == generate(3, big=2))


@pytest.mark.parametrize("size", [7, 20, 100])
def test_the_real_client_turns_the_pages(sim: GitlabSim, size: int) -> None:
    """Each merge request of a project comes once, whatever the size of a page, newest first, and they are counted."""
    found = client(sim).projects.get(CHECKOUT).mergerequests.list(iterator=True, per_page=size, state="all")
    rows = list(found)
    made = [row.created_at for row in rows]

    wanted = {row["iid"] for row in DATA["projects"][0]["merge_requests"]}
    assert (wanted, len(wanted), sorted(made, reverse=True)) == ({row.iid for row in rows}, found.total, made)


def test_a_group_holds_its_subgroups(sim: GitlabSim) -> None:
    """The lists of a group go down to the last subgroup, and leave out what is archived unless it is asked for."""
    group = client(sim).groups.get("acme")
    without = {mr.references["full"].partition("!")[0] for mr in group.mergerequests.list(get_all=True)}
    whole = {
        mr.references["full"].partition("!")[0] for mr in group.mergerequests.list(get_all=True, non_archived=False)
    }

    assert ({"acme/legacy"}, True, False) == (
        whole - without,
        "acme/platform/infra/terraform" in whole,
        "other/library" in whole,
    )


def test_projects_can_be_listed_by_keys(sim: GitlabSim) -> None:
    """Pages by key have a link and no count; other lists know no such pages."""
    lab = client(sim, pagination="keyset", order_by="id", per_page=3)
    listed = lab.projects.list(iterator=True)
    names = {p.path_with_namespace for p in listed}
    with pytest.raises(GitlabHttpError) as refused:
        lab.http_list(
            f"/projects/{CHECKOUT.replace('/', '%2F')}/issues",
            iterator=True,
            pagination="keyset",
            order_by="created_at",
        )

    assert ({p["path"] for p in DATA["projects"]}, None, 405) == (names, listed.total, refused.value.response_code)


def test_what_is_too_much_is_not_counted(sim: GitlabSim) -> None:
    """Above ten thousand rows the counting headers are absent, and above fifty thousand no page is given."""
    sim.most_counted, sim.most_offset = 20, 40
    listed = client(sim).http_list("/groups/acme/merge_requests", iterator=True, per_page=20)
    with pytest.raises(GitlabHttpError) as refused:
        list(listed)

    assert (None, None, 405, 3) == (
        listed.total,
        listed.total_pages,
        refused.value.response_code,
        sim.stats()["total"],
    )


@pytest.mark.parametrize(
    ("params", "status"),
    [
        ({"merged_after": "2026-11-20T00:00:00Z"}, 200),
        ({"order_by": "closed_at"}, 400),
        ({"state": "done"}, 400),
        ({"updated_after": "yesterday"}, 400),
    ],
)
def test_what_is_unknown_is_ignored_and_what_is_wrong_refused(
    sim: GitlabSim, params: dict[str, str], status: int
) -> None:
    """There is no filter by the instant of a merge: a parameter that is not known changes nothing."""
    lab = client(sim)
    everything = lab.http_list("/groups/acme/merge_requests", iterator=True)
    try:
        told = (200, lab.http_list("/groups/acme/merge_requests", iterator=True, **params).total)
    except GitlabHttpError as error:
        told = (error.response_code or 0, everything.total)

    assert (status, everything.total) == told


def test_filters_count_their_ends_in(sim: GitlabSim) -> None:
    """On or after, on or before; to the millisecond."""
    row = DATA["projects"][0]["merge_requests"][0]
    at = sim.shapes.write(row["updated"])
    found = client(sim).projects.get(CHECKOUT).mergerequests.list(updated_after=at, updated_before=at, get_all=True)

    assert [row["iid"]] == [mr.iid for mr in found]


def test_started_milestones_hold_what_is_under_way(sim: GitlabSim) -> None:
    """`milestone_id=Started` gives what belongs to an open milestone that has begun."""
    found = client(sim).projects.get(CHECKOUT).issues.list(state="opened", milestone_id="Started", get_all=True)

    assert ["Rehearse peak season", "Write the runbook"] == sorted(i.title for i in found)


def test_a_former_name_leads_to_the_project(sim: GitlabSim) -> None:
    """A project that was renamed is at its new place; the request is redirected there."""
    found = client(sim).projects.get("acme/old-name")

    assert ("acme/platform/gateway", {"moved": 1, "project": 1}) == (
        found.path_with_namespace,
        sim.stats()["by_route"],
    )


@pytest.mark.parametrize(
    ("token", "path", "status", "words"),
    [
        ("bad", "/projects/acme%2Fcheckout", 401, "401 Unauthorized"),
        ("narrow", "/projects/acme%2Fcheckout", 403, "insufficient_scope"),
        ("limited", "/projects/acme%2Fsecret", 404, "404 Project Not Found"),
        ("limited", "/groups/acme%2Fplatform%2Finfra", 404, "404 Group Not Found"),
        ("any", "/projects/acme/checkout", 404, "404 Project Not Found"),
        ("any", "/nothing", 404, "404 Not Found"),
        ("any", "/projects/acme%2Fdocs/merge_requests", 403, "403 Forbidden"),
    ],
)
def test_refusals_are_told_apart(sim: GitlabSim, token: str, path: str, status: int, words: str) -> None:
    """A wrong token, a missing scope, what is hidden, and a slash that is not encoded."""
    with pytest.raises((GitlabAuthenticationError, GitlabHttpError)) as error:
        client(sim, token).http_get(path)

    assert (status, words) == (error.value.response_code, error.value.error_message)


def test_a_server_may_stand_below_a_path_and_call_itself_otherwise() -> None:
    """Only what is below its root is the interface; its links say what it believes to be called."""
    with GitlabSim(DATA, root="/gitlab") as sim, warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        sim.external = "http://internal.example/gitlab"
        client(sim).http_list("/groups/acme/merge_requests", iterator=True)
        with pytest.raises(GitlabHttpError) as error:
            gitlab.Gitlab(sim.url.removesuffix("/gitlab"), private_token="any").http_get("/user")

    assert (404, True) == (error.value.response_code, "internal.example" in str(said[0].message))
