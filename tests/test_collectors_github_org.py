from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, get_args

import pytest
from graphql import parse, validate
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.collectors.github import answers
from digest.collectors.github.asks import REASONS, Ask, What, compose
from tests.sims.github import graph
from tests.sims.github.bench import LATER, PERIOD, TOKEN, merged, run
from tests.sims.github.datagen import generate
from tests.sims.github.records import iso
from tests.sims.github.server import GithubSim

DATA = generate(big=0)
EACH, MANY = 2, 500


def organisation(repos: int, each: int) -> dict[str, Any]:
    """An organisation in which `each` pull requests were merged in every repository."""
    data = generate(big=0)
    shape, item = data["repos"][2], data["repos"][0]["items"][20]
    data["repos"] = [
        {**shape, "name": f"r{k}", "milestones": shape["milestones"][:1], "items": []} for k in range(repos)
    ]
    span = (PERIOD.until - PERIOD.since) / (repos * each)
    for k in range(repos * each):
        at = iso(PERIOD.since + k * span)
        own = {
            "number": k,
            "db_id": k,
            "created_at": at,
            "updated_at": at,
            "merged_at": at,
            "closed_at": at,
            "closes": [],
        }
        data["repos"][k % repos]["items"].append({**item, **own, "body": "", "milestone": None})
    return data


@pytest.fixture
def sim() -> Iterator[GithubSim]:
    """A double of its own for each test."""
    with GithubSim(DATA) as served:
        yield served


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


def test_an_organisation_of_many_repositories_is_cheap(sim: GithubSim) -> None:
    """A thousand merges in 500 repositories take requests by the page, not by the repository."""
    sim.load(organisation(MANY, EACH))

    ran = run(sim, "org:acme")

    assert (MANY * EACH, MANY, []) == (len(ran.found()), len(ran.found("planned", "milestone")), ran.outcomes)
    assert ran.requests <= 16


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({}, ["checkout", "mobile-app", "monolith", "platform", "secret"]),
        ({"include": ("acme/c*", "mono*")}, ["checkout", "monolith"]),
        ({"exclude": ("m*", "secret")}, ["checkout", "platform"]),
        ({"include": ("*O*",), "exclude": ("mono*", "acme/mobile-*")}, ["checkout", "platform"]),
    ],
)
def test_globs_choose_the_repositories(sim: GithubSim, settings: dict[str, Any], wanted: list[str]) -> None:
    """`include` and `exclude` take the name with or without the owner."""
    ran = run(sim, "org:acme", issues=True, **settings)
    names = tuple(f"acme/{name}" for name in wanted)

    assert (set(names), merged(DATA, *names, base="main")) == ({r.where for r in ran.rows}, ran.found())


def test_an_unknown_organisation_is_told(sim: GithubSim) -> None:
    """An organisation that is not there fails; the other scopes go on."""
    ran = run(sim, "org:nobody", "acme/platform")

    assert merged(DATA, "acme/platform", base="main") == ran.found()
    assert [("failed", True)] == [(s, d.startswith("org:nobody: not found")) for s, d in ran.told]


def test_a_repository_of_a_named_organisation_is_told_once(sim: GithubSim) -> None:
    """What two scopes find is one activity."""
    rows = run(sim, "org:acme", "acme/checkout", "acme/checkout").rows

    assert sorted({r.key for r in rows}) == sorted(r.key for r in rows)


def test_milestones_are_looked_for_where_somebody_works(sim: GithubSim) -> None:
    """A repository without a push in ninety days plans nothing; its merges are found all the same."""
    data = generate(big=0)
    for repo in data["repos"][1:]:
        repo["pushed_at"] = iso(LATER - timedelta(days=91))
    data["repos"] = [data["repos"][0], *({**data["repos"][1], "name": f"old{k}", "items": []} for k in range(200))]
    sim.load(data)

    ran = run(sim, "org:acme")

    assert ("acme/checkout", True) == (min(r.where for r in ran.rows if r.kind == "milestone"), ran.requests <= 3)


def test_more_milestones_than_a_listing_shows_are_read(sim: GithubSim) -> None:
    """A repository whose milestones do not fit into the listing is asked for all of them."""
    data = generate(big=0)
    goal, reached = data["repos"][2]["milestones"][0], data["repos"][2]["milestones"][2]
    data["repos"][2]["milestones"] = [
        *({**goal, "number": n} for n in range(1, 31)),
        *({**reached, "number": n} for n in range(31, 71)),
    ]
    sim.load(data)

    ran = run(sim, "org:acme", include=("mobile-app",))

    assert (30, 40) == (len(ran.found("planned", "milestone")), len(ran.found("done", "milestone")))


def test_a_milestone_of_long_ago_is_found(sim: GithubSim) -> None:
    """A period of last year has its milestone although many were reached since then."""
    data = generate(big=0)
    reached = data["repos"][2]["milestones"][2]
    since = iso(LATER + timedelta(days=100))
    younger = ({**reached, "number": n, "closed_at": since, "updated_at": since} for n in range(10, 90))
    data["repos"][2]["milestones"] = [reached, *younger]
    sim.load(data)

    ran = run(sim, "acme/mobile-app", now=LATER + timedelta(days=400))

    assert {"acme/mobile-app/milestone/3"} == ran.found("done", "milestone")


def test_a_crowded_second_is_told_as_truncated(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """More results than a search gives, all in one second: a slice cannot be cut, so the source is not whole."""
    for module, name in ((graph, "SEARCH_CAP"), (answers, "CAP"), (answers, "LONG")):
        monkeypatch.setattr(module, name, 20)
    data = organisation(1, 25)
    for item in data["repos"][0]["items"]:
        item["merged_at"] = item["updated_at"] = iso(PERIOD.since)
    sim.load(data)

    ran = run(sim, "acme/r0", upcoming=False)

    assert (20, ["truncated"]) == (len(ran.found()), [s for s, _ in ran.told])
    assert "it counts 25" in ran.told[0][1]


def test_a_query_declares_what_it_uses(sim: GithubSim) -> None:
    """Whatever is asked for together, and in whatever size, makes a query that GitHub takes."""
    kinds: tuple[What, ...] = get_args(What)
    whole = Ask(what="merged", scope="acme/checkout", since=PERIOD.since, until=PERIOD.until)
    scopes = {"owner": "org:acme", "board": "board acme/12"}
    asks = [replace(whole, what=k, scope=scopes.get(k, whole.scope)) for k in kinds]
    wrong = [
        (plans, [a.what for a in some])
        for plans in (True, False)
        for some in (*([a] for a in asks), asks)
        if validate(sim.schema, parse(compose(some, first=50, plans=plans, reason=REASONS[0])[0]))
    ]

    assert [] == wrong


@given(parts=st.integers(1, 20), seconds=st.integers(1, 40 * 24 * 3600))
def test_slices_tile_the_window(parts: int, seconds: int) -> None:
    """The slices of a window touch each other at whole seconds, cover it exactly and are as many as can be."""
    since, until = PERIOD.since, PERIOD.since + timedelta(seconds=seconds)
    slices = Ask(what="merged", scope="acme/pay", since=since, until=until).slices(parts, 2)

    assert [since, *(s.until for s in slices)] == [*(s.since for s in slices), until]
    assert (min(parts, seconds), {0}) == (len(slices), {s.since.microsecond for s in slices})
    assert all(s.since < s.until for s in slices)
