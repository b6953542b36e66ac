from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from graphql import parse, validate

from digest.collectors import BUILTIN
from digest.collectors.gitlab import GitLab
from digest.collectors.gitlab.asks import Run, asks, counting, still_open
from digest.collectors.gitlab.gather import TOGETHER
from digest.collectors.gitlab.question import MOST, cost, pack, question
from digest.model import Activity, Link
from digest.normalize.link import link
from digest.period import Period
from digest.plugins import build
from tests.sims.gitlab.bench import LATER, PERIOD, TOKEN, run, source, titled, true
from tests.sims.gitlab.cost import complexity
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import SCHEMA, GitlabSim

DATA = generate()
NAMES = [p["path"] for p in DATA["projects"] if p["path"].startswith("acme/")]
CHECKOUT = DATA["projects"][0]


@pytest.fixture(scope="module")
def served() -> Iterator[GitlabSim]:
    """One double for all tests."""
    with GitlabSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GitlabSim) -> GitlabSim:
    """The double with every switch off and the seeded data."""
    return served.afresh(DATA)


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)


@pytest.mark.parametrize("now", [PERIOD.until, LATER, LATER + timedelta(days=90)], ids=["now", "a day later", "old"])
@pytest.mark.parametrize(
    ("project", "requests"),
    [("checkout", 2), ("platform/gateway", 2), ("mobile-app", 2), ("monolith", 3), ("docs", 2)],
)
def test_a_window_is_had_exactly_and_with_few_requests(
    sim: GitlabSim, project: str, requests: int, now: datetime
) -> None:
    """What was merged and closed in the half-open window comes, each once, in a bounded number of requests."""
    ran = run(sim, f"acme/{project}", now=now, issues=True)
    done = [r.key for r in ran.rows if r.done]

    wanted = true(DATA, "landed", f"acme/{project}") | true(DATA, "done", f"acme/{project}")
    assert (wanted, len(done), []) == (
        {r.key for r in ran.rows if r.state == "done"},
        len(set(done)),
        ran.outcomes,
    )
    assert ran.requests <= requests + (now > LATER)


def test_a_group_is_read_by_its_own_lists(sim: GitlabSim) -> None:
    """A group with its subgroups takes as many requests as its lists have pages, however many projects it has."""
    ran = run(sim, "group:acme", issues=True)

    assert (true(DATA, "landed", *NAMES), true(DATA, "done", *NAMES), []) == (
        ran.found(),
        ran.found(kind="ticket"),
        ran.outcomes,
    )
    pages = -(-sum(len(p["merge_requests"]) for p in DATA["projects"]) // 100)
    assert ran.requests <= pages + 1


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
def test_a_period_ends_in_its_own_zone(sim: GitlabSim, zone: str) -> None:
    """Merged and closed in `[start, end)` of the project's zone, to the millisecond, whatever zone the site writes in."""
    period = Period(first=PERIOD.first, end=PERIOD.end - timedelta(days=2), zone=ZoneInfo(zone))
    data = msgspec.json.decode(msgspec.json.encode({**DATA, "projects": []}))
    project = {**CHECKOUT, "merge_requests": [], "issues": []}
    for k, (edge, moved) in enumerate((e, m) for e in (period.since, period.until) for m in (-1, 0)):
        at = edge + timedelta(milliseconds=moved)
        request = {**CHECKOUT["merge_requests"][0], "id": k, "iid": k, "merged": at, "updated": at, "created": at}
        issue = {**CHECKOUT["issues"][0], "id": k, "iid": k, "closed": at, "updated": at, "created": at}
        project["merge_requests"] = [*project["merge_requests"], request]
        project["issues"] = [*project["issues"], issue]
    sim.data = {**data, "projects": [project]}
    sim.shapes.write = lambda at: at.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()

    ran = run(sim, "acme/checkout", period=period, now=period.until + timedelta(days=1), issues=True)

    assert ["acme/checkout!1", "acme/checkout!2", "acme/checkout#1", "acme/checkout#2"] == sorted(
        r.key for r in ran.rows if r.state == "done"
    )


@pytest.mark.parametrize("seed", [1, 23, 456])
def test_any_data_is_had_exactly(sim: GitlabSim, seed: int) -> None:
    """The law holds for other data, too."""
    data = generate(seed, big=3)
    sim.afresh(data)

    ran = run(sim, "group:acme", issues=True)

    assert (true(data, "landed", *NAMES), true(data, "done", *NAMES), []) == (
        ran.found(),
        ran.found(kind="ticket"),
        ran.outcomes,
    )


def test_a_merge_request_is_told_whole(sim: GitlabSim) -> None:
    """Title, text, branch, commit, milestone, labels, size, who approved it but its author, place and address."""
    row = titled(run(sim, "acme/checkout").rows, "Rework the tax cache")
    raw = next(r for r in CHECKOUT["merge_requests"] if r["title"] == "Rework the tax cache")

    assert (
        Activity(
            source="lab",
            key=f"acme/checkout!{raw['iid']}",
            kind="pull_request",
            title="Rework the tax cache",
            done=raw["merged"],
            created=raw["created"],
            body="Closes #9999",
            url=f"{sim.url}/acme/checkout/-/merge_requests/{raw['iid']}",
            people=(raw["author"],),
            where="acme/checkout",
            branch=raw["source"],
            milestone=raw["milestone"]["title"] if raw["milestone"] else "",
            due=row.due,
            links=(Link(relation="commit", target=raw["merge_commit"]),),
            size=(120, 30, 4),
            reviews=1,
        )
        == row
    )


def test_a_merge_without_a_commit_of_its_own_is_its_last_commit(sim: GitlabSim) -> None:
    """Put on top of the branch, its head is what landed."""
    row = titled(run(sim, "acme/checkout").rows, "Put on top")
    raw = next(r for r in CHECKOUT["merge_requests"] if r["title"].startswith("Put on top"))

    assert (Link(relation="commit", target=raw["sha"]),) == row.links


def test_what_is_under_way_is_told(sim: GitlabSim) -> None:
    """Open merge requests that somebody works on, issues of a running milestone, milestones that are due."""
    ran = run(sim, "acme/checkout", issues=True)
    ahead = {(r.title, r.state, r.due and r.due.isoformat()) for r in ran.rows if not r.done}

    assert {
        ("Gift cards v2", "active", "2026-11-29T09:00:00+00:00"),
        ("Upgrade to Node 26", "active", None),
        ("Rehearse peak season", "active", "2026-11-29T09:00:00+00:00"),
        ("Write the runbook", "planned", "2026-11-26T09:00:00+00:00"),
        ("2026.11", "planned", "2026-11-29T09:00:00+00:00"),
        ("Peak season readiness 🎄", "planned", "2026-12-23T09:00:00+00:00"),
    } == ahead
    assert ["Abandoned experiment"] == [r.title for r in ran.rows if r.state == "declined" and r.kind == "pull_request"]


def test_without_upcoming_only_what_is_done_is_asked_for(sim: GitlabSim) -> None:
    """One question, for the project and for what was merged in it."""
    ran = run(sim, "acme/checkout", upcoming=False)

    assert ({"done"}, 1) == ({r.state for r in ran.rows}, ran.requests)


def test_an_issue_is_closed_done_or_undone(sim: GitlabSim) -> None:
    """A duplicate and a label that says so are declined; what was moved is told where it is now."""
    rows = run(sim, "acme/checkout", issues=True).rows
    declined = {r.title for r in rows if r.state == "declined" and r.kind == "ticket"}
    private = {r.title for r in rows if r.private}

    assert ({"Fax orders", "Checkout fails, again"}, {"Confidential: leaking baskets"}) == (declined, private)
    assert [] == [r.title for r in rows if r.title == "Moved to the gateway"]


def test_the_labels_that_decline_can_be_chosen(sim: GitlabSim) -> None:
    """The globs are of the table."""
    rows = run(sim, "acme/checkout", issues=True, declined=("nothing*",)).rows

    assert "done" == titled(rows, "Fax orders").state


def test_a_branch_that_does_not_count_is_not_done(sim: GitlabSim) -> None:
    """A back-port and a stacked part are told, but not as done, unless their branch is said to count."""
    plain = run(sim, "acme/platform/gateway")
    wide = run(sim, "acme/platform/gateway", base=("main", "release/*"))

    merged, landed = (true(DATA, what, "acme/platform/gateway") for what in ("merged", "landed"))
    assert (landed, merged - landed) == (plain.found(), plain.found("active"))
    assert {titled(wide.rows, "[release/2.x]").key} == wide.found() - landed


def test_bots_and_deleted_accounts_are_told_apart_from_people(sim: GitlabSim) -> None:
    """The owners of tokens are bots, a deleted account is nobody."""
    rows = run(sim, "acme/checkout").rows
    bots = {r.people[0] for r in rows if r.bot}

    assert {"project_101_bot_4f2a9c", "dependabot-bot", "renovate-bot"} == bots
    assert () == titled(rows, "Deleted account").people


def test_secrets_in_texts_are_cut_when_they_are_read(sim: GitlabSim) -> None:
    """A token in a title or a description does not get as far as the store."""
    data = generate(big=0)
    secret = "glpat-" + "Z9" * 12
    data["projects"][0]["merge_requests"][0] |= {"title": f"Rotate {secret}", "description": f"was {secret}"}
    sim.afresh(data)
    row = titled(run(sim, "acme/checkout").rows, "Rotate [")

    assert (("gitlab-token", "gitlab-token"), False) == (row.redacted, secret in repr(row))


def test_archived_renamed_hidden_and_missing_projects_are_told_apart(
    sim: GitlabSim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None of them looks like a quiet fortnight."""
    monkeypatch.setenv("GITLAB_TOKEN", "limited")
    sim.data = {**DATA, "projects": [{**p, "visibility": "public"} if p["former"] else p for p in DATA["projects"]]}
    ran = run(sim, "acme/legacy", "acme/old-name", "acme/secret", "acme/mobile-app")

    hidden = "not found, or the token has no access to it"
    assert [
        ("failed", f"acme/secret: {hidden}"),
        ("complete", "acme/legacy is archived"),
        ("complete", "acme/old-name is now called acme/platform/gateway: write that in `projects`"),
    ] == [(s, d.partition(" (")[0]) for s, d in ran.told]
    assert true(DATA, "landed", "acme/legacy", "acme/platform/gateway") == ran.found()


def test_private_is_what_not_everybody_can_read(sim: GitlabSim) -> None:
    """By the visibility of each project of a group; and of a milestone's group, where it is known."""
    rows = run(sim, "group:acme").rows
    private = {r.where for r in rows if r.private}

    assert {
        "acme/platform",
        "acme/platform/gateway",
        "acme/platform/infra",
        "acme/platform/infra/terraform",
        "acme/secret",
    } == private


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"include": ("acme/platform/*",)}, {"acme/platform/gateway", "acme/platform/infra/terraform"}),
        ({"include": ("Mono*",)}, {"acme/monolith"}),
        ({"exclude": ("acme/m*", "checkout", "secret", "legacy")}, {"acme/platform/gateway", "acme/platform/infra/terraform"}),
    ],
)  # fmt: skip
def test_globs_choose_the_projects(sim: GitlabSim, settings: dict[str, Any], wanted: set[str]) -> None:
    """By the whole path or the name alone."""
    ran = run(sim, "group:acme", **settings)

    assert wanted == {r.where for r in ran.rows if r.kind == "pull_request"}


def test_a_project_of_a_named_group_is_told_once(sim: GitlabSim) -> None:
    """Named twice, it is still one."""
    ran = run(sim, "group:acme", "acme/checkout", "acme/checkout")

    assert len(ran.rows) == len({r.key for r in ran.rows})


def test_many_projects_are_asked_for_at_once(sim: GitlabSim) -> None:
    """All in one question, each told exactly."""
    ran = run(sim, *NAMES, issues=True)

    assert (true(DATA, "landed", *NAMES), true(DATA, "done", *NAMES), []) == (
        ran.found(),
        ran.found(kind="ticket"),
        [o for o in ran.outcomes if o.status != "complete"],
    )
    assert 3 == ran.requests  # one of them for the second page of a long list


@pytest.mark.parametrize(("big", "pages"), [(600, 6), (1150, 12)])
def test_a_long_list_is_turned_to_its_end(sim: GitlabSim, big: int, pages: int) -> None:
    """A hundred on a page, and no question more."""
    data = generate(big=big)
    sim.afresh(data)

    ran = run(sim, "acme/monolith")

    assert (true(data, "landed", "acme/monolith"), [], pages) == (ran.found(), ran.outcomes, ran.requests)


def test_an_old_window_is_asked_for_what_was_merged_in_it(sim: GitlabSim) -> None:
    """However much was touched since: what was merged and closed later is not read."""
    data = generate(big=80)
    monolith = next(p for p in data["projects"] if p["path"] == "acme/monolith")
    later = LATER + timedelta(days=50)
    row = monolith["merge_requests"][0]
    monolith["merge_requests"] += [
        {**row, "id": k, "iid": k, "merged": later, "updated": later} for k in range(900, 1500)
    ]
    sim.afresh(data)

    ran = run(sim, "acme/monolith", now=LATER + timedelta(days=90))

    assert (true(data, "landed", "acme/monolith"), [], True) == (ran.found(), ran.outcomes, ran.requests <= 2)


@pytest.mark.parametrize("changed", [None, LATER], ids=["first", "rerun"])
@pytest.mark.parametrize("later", [0, 90])
@pytest.mark.parametrize("issues", [False, True])
@pytest.mark.parametrize("scopes", [("a/b",), tuple(f"a/{k}" for k in range(TOGETHER)), ("group:a",)], ids=len)
def test_a_question_is_never_more_complex_than_it_is_taken_for(
    scopes: tuple[str, ...], later: int, changed: datetime | None, *, issues: bool
) -> None:
    """By GitLab's own sum; and each of them is one that GitLab knows."""
    table = GitLab(projects=("a/b",), issues=issues)
    about = Run(source=table, period=PERIOD, changed=changed, now=LATER + timedelta(days=later))
    left = [*asks(about, scopes), counting(about, scopes, "merged"), still_open(about, scopes[0])]
    weighed = []
    while left:
        taken, left = pack(left, MOST)
        document = parse(question(taken).text)
        assert [] == validate(SCHEMA, document)
        weighed.append((complexity(SCHEMA, document)[0], cost(taken)))

    assert [] == [(real, ours) for real, ours in weighed if not real <= ours <= MOST]


def test_a_task_is_part_of_its_issue_and_an_issue_of_its_epic(sim: GitlabSim) -> None:
    """A task points at the issue that it is a step of; an issue has its epic as its topic; a requirement is no ticket."""
    rows = run(sim, "acme/checkout", issues=True).rows
    whole, page = (
        titled([r for r in rows if r.topic == "acme&12 Faster checkout"], "Pay by link"),
        titled(rows, "Pay by link: the page"),
    )
    alone = titled(rows, "Book the rehearsal")

    assert (("task", f"{whole.key} Pay by link"), (Link(relation="parent", target=whole.key),)) == (
        (page.type, page.topic),
        page.links,
    )
    assert ("", (), "Rehearse peak season") == (whole.type, whole.links, alone.topic.partition(" ")[2])
    assert [] == [r for r in rows if r.title == "Ends must meet"]


def test_tasks_are_told_with_what_they_are_part_of(sim: GitlabSim) -> None:
    """In a digest two tasks of an issue are no lines of their own."""
    rows = [r for r in run(sim, "acme/checkout", issues=True).rows if r.title.startswith(("Pay by link", "Book the"))]

    assert [3, 1] == [len(story.members) for story in link(rows)]


def test_a_server_without_work_items_gives_all_but_what_issues_are_part_of(sim: GitlabSim) -> None:
    """An older version, that does not know them: one question more."""
    sim.lacks = {"Project.workItems"}

    ran = run(sim, "acme/checkout", issues=True)

    assert (true(DATA, "done", "acme/checkout"), [], 3) == (ran.found(kind="ticket"), ran.outcomes, ran.requests)
    assert {""} == {r.topic for r in ran.rows}


def test_a_group_tells_the_milestones_of_its_projects(sim: GitlabSim) -> None:
    """Those of the projects that are wanted, and those of its groups; each is as private as where it is."""
    goals = [r for r in run(sim, "group:acme", include=("checkout", "secret")).rows if r.kind == "milestone"]

    assert {
        ("acme", False),
        ("acme/platform", True),
        ("acme/platform/infra", True),
        ("acme/checkout", False),
        ("acme/secret", True),
    } == {(r.where, r.private) for r in goals}


def test_of_a_large_group_the_milestones_that_are_due_next_are_told(sim: GitlabSim) -> None:
    """Fifty of them, by no question more; how many it has does not matter."""
    data = generate(big=0)
    goals = data["projects"][0]["milestones"]
    for k in range(300):
        goals.append(
            {**goals[0], "id": 5000 + k, "iid": 100 + k, "due": str((LATER + timedelta(days=k)).date()), "start": None}
        )
    sim.afresh(data)

    ran = run(sim, "group:acme")
    due = sorted(r.due for r in ran.rows if r.kind == "milestone" and r.due)

    assert (2, True, []) == (ran.requests, 50 <= len(due) <= 60, ran.outcomes)
    assert due[40] <= LATER + timedelta(days=60)


def test_an_issue_of_a_project_that_no_list_holds_is_as_private_as_that(sim: GitlabSim) -> None:
    """Its project is asked for by name, with all others of which nothing is known."""
    sim.unlisted = {"acme/checkout", "acme/platform/gateway"}
    for project in DATA["projects"]:
        sim.forbidden |= {f"{project['path']}/merge_requests"}

    ran = run(sim, "group:acme", issues=True)

    assert {("acme/checkout", False), ("acme/platform/gateway", True)} == {
        (r.where, r.private) for r in ran.rows if r.kind == "ticket" and not r.title.startswith("Confidential")
    }
    assert 3 == ran.requests


def test_a_server_below_a_path_is_asked_there() -> None:
    """Questions, addresses and milestones are below it."""
    with GitlabSim(generate(big=250), root="/tools/gitlab") as sim:
        ran = run(sim, "acme/monolith", url=f"{sim.url}/api/v4/")

    goals = {(r.where, r.url) for r in ran.rows if r.kind == "milestone"}
    assert (250, []) == (len(ran.found()), ran.outcomes)
    assert {("acme/monolith", f"{sim.url}/acme/monolith/-/milestones/{k}") for k in (1, 2)} == goals


def test_check_names_who_and_what(sim: GitlabSim) -> None:
    """The account, the token's scope and its last day, and what can be read."""
    told = list(source(sim, "acme/secret", "group:acme", "acme/old-name").check())

    assert [
        f"signed in as release-bot at {sim.url}",
        "token: read_api",
        "acme/secret: can be read (private)",
        "group:acme: can be read (public, 8 projects)",
        "acme/old-name: can be read (internal, acme/old-name is now called acme/platform/gateway: write that in `projects`)",
    ] == [t for t in told if not t.startswith("the token expires on 2027-01-31, in ")]


def test_collect_asks_by_the_clock_of_the_machine(sim: GitlabSim) -> None:
    """The public method gives the same as the run of the tests, from the table that a file holds."""
    table = {"type": "gitlab", "projects": ["acme/platform/gateway"], "url": sim.url}
    made = build("collectors", BUILTIN, "lab", table, source(sim, "a/b").root)
    rows = [r for r in made.collect(PERIOD, None) if isinstance(r, Activity)]

    assert true(DATA, "landed", "acme/platform/gateway") == {r.key for r in rows if r.state == "done"}
