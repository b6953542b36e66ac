"""What a second run asks GitLab for, and what it knows then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import json

from digest.collecting import collect
from digest.collectors.gitlab.asks import SLACK
from digest.model import Memo, Unchanged
from digest.project import open_project
from tests.sims.gitlab.bench import LATER, PERIOD, TOKEN, given, run, titled, true
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim

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


def test_a_rerun_of_what_fits_into_a_page_reads_it_whole(sim: GitlabSim) -> None:
    """One question, two with issues; so what is not told again is no longer there."""
    since = LATER - timedelta(days=4)
    first, again = run(sim, "acme/checkout"), run(sim, "acme/checkout", changed=since)
    issues, told = run(sim, "acme/checkout", changed=since, issues=True), [*sim.stats()["by_route"].items()]

    assert {r.key for r in first.rows} == {r.key for r in again.rows}
    assert ([1, 1, 2], [("question", 2)]) == ([ran.requests for ran in (first, again, issues)], told)
    assert [Unchanged()] == [t for t in given(sim, "acme/checkout", changed=since) if isinstance(t, Unchanged)]


def long(big: int = 420) -> tuple[dict[str, Any], dict[str, Any]]:
    """A data set with a long list, and the project of it; one of its merge requests is open and was not touched since."""
    data = generate(big=big)
    monolith = next(p for p in data["projects"] if p["path"] == "acme/monolith")
    still = {**monolith["merge_requests"][0], "id": 1, "iid": 9999, "merged": None, "state": "opened"}
    monolith["merge_requests"].append({**still, "created": PERIOD.since, "updated": PERIOD.since})
    for k in range(130):
        closed = PERIOD.since + timedelta(hours=k)
        issue = {**CHECKOUT["issues"][0], "id": k, "iid": k, "title": "Old", "closed": closed, "updated": closed}
        monolith["issues"].append({**issue, "created": PERIOD.since})
    return data, monolith


def remembered(sim: GitlabSim, **settings: Any) -> dict[str, str]:
    """What a first run wants to be told."""
    return {m.name: m.value for m in given(sim, "acme/monolith", **settings) if isinstance(m, Memo)}


@pytest.mark.parametrize("issues", [False, True])
def test_a_rerun_of_a_long_list_asks_for_what_changed(sim: GitlabSim, *, issues: bool) -> None:
    """In two questions: what changed, what is open, and how many there are; what is not read stands."""
    data, monolith = long()
    sim.afresh(data)
    since = PERIOD.until - timedelta(days=1)
    memos = remembered(sim, issues=issues)
    changed = {
        f"acme/monolith!{r['iid']}"
        for r in monolith["merge_requests"]
        if r["merged"] and PERIOD.since <= r["merged"] < PERIOD.until and r["updated"] >= since - SLACK
    }

    again = run(sim, "acme/monolith", changed=since, issues=issues, memos=memos)
    (standing,) = (
        t.keys
        for t in given(sim, "acme/monolith", changed=since, issues=issues, memos=memos)
        if isinstance(t, Unchanged)
    )

    landed, done = (true(data, what, "acme/monolith") for what in ("landed", "done"))
    assert (True, {"acme/monolith!9999"}) == (changed <= again.found() < landed, again.found("active"))
    assert landed | (done if issues else set()) <= standing
    assert ([], 2) == (again.outcomes, again.requests)


@pytest.mark.parametrize("kind", ["merge_requests", "issues"])
def test_a_rerun_reads_a_long_list_whole_where_something_was_deleted(sim: GitlabSim, kind: str) -> None:
    """GitLab counts fewer than there were: what of them is gone is seen by reading all; so it is where nothing is known."""
    data, monolith = long()
    sim.afresh(data)
    memos = remembered(sim, issues=True)
    monolith[kind] = monolith[kind][1:]
    truth = {f"acme/monolith!{r['iid']}" for r in monolith["merge_requests"] if r["merged"] and r["merged"] in PERIOD}

    for known in (memos, {}, dict.fromkeys(memos, "nonsense")):
        again = run(sim, "acme/monolith", changed=PERIOD.until, issues=True, memos=known)
        told = given(sim, "acme/monolith", changed=PERIOD.until, issues=True, memos=known)
        standing = next(t.keys for t in told if isinstance(t, Unchanged))
        found = again.found() | {key for key in standing if "!" in key}

        assert (truth, [], True) == (found, again.outcomes, again.requests > 2)


def test_what_is_remembered_is_true_after_each_run(sim: GitlabSim) -> None:
    """Merged, reopened and closed since, three reruns later the store's keys are what a first run would find."""
    data, monolith = long()
    sim.afresh(data)
    memos, at = remembered(sim, issues=True), PERIOD.until - timedelta(hours=5)
    for k in range(3):
        at += timedelta(hours=1)
        request = {**monolith["merge_requests"][0], "id": 10_000 + k, "iid": 10_000 + k, "merged": at, "updated": at}
        monolith["merge_requests"].append({**request, "created": at})
        monolith["issues"][k] |= {"state": "opened", "closed": None, "updated": at}
        again = run(sim, "acme/monolith", changed=at, issues=True, memos=memos)
        told = given(sim, "acme/monolith", changed=at, issues=True, memos=memos)
        memos = {m.name: m.value for m in told if isinstance(m, Memo)}

        assert ([], 2) == (again.outcomes, again.requests)

    assert remembered(sim, issues=True).keys() == memos.keys()
    fresh = {name: json.decode(value) for name, value in remembered(sim, issues=True).items()}
    assert {n: v["counted"] for n, v in fresh.items()} == {n: json.decode(v)["counted"] for n, v in memos.items()}


def test_a_rerun_forgets_what_was_deleted(sim: GitlabSim, tmp_path: Path) -> None:
    """A merge request and an issue that are no longer there are no longer told, without a refresh."""
    config = f'[collectors.lab]\ntype = "gitlab"\nurl = "{sim.url}"\nprojects = ["acme/checkout"]\nissues = true\n'
    (tmp_path / "config.toml").write_text(f'timezone = "Etc/GMT+9"\nstore = "x.db"\n{config}', encoding="utf-8")
    data = generate()
    gone = {
        f"acme/checkout{m}{data['projects'][0][k].pop(0)['iid']}" for m, k in (("!", "merge_requests"), ("#", "issues"))
    }
    opened = open_project(tmp_path, tmp_path / "config.toml")
    known = []
    with opened.open_store() as store:
        for now, served in ((PERIOD.until, DATA), (PERIOD.until + timedelta(hours=2), data)):
            sim.data = served
            collect(opened, store, PERIOD, now=now)
            known.append({a.key for a in store.activities(PERIOD, ["lab"])})

    assert gone == known[0] - known[1]


@pytest.mark.parametrize("project", ["acme/docs", "acme/legacy", "acme/mobile-app"])
def test_a_rerun_is_as_whole_as_the_first_run(sim: GitlabSim, project: str) -> None:
    """Also of a project that takes no merge requests, of an archived one and of a quiet one."""
    assert run(sim, project).told == run(sim, project, changed=LATER).told


def test_a_rerun_tells_what_is_so_no_longer(sim: GitlabSim) -> None:
    """What was told as ahead and is merged later is not told again; an issue that is open again is not done."""
    first = run(sim, "acme/checkout", issues=True)
    under_way, closed = titled(first.rows, "Gift cards v2"), titled(first.rows, "EDGE closed exactly at")
    data = generate()
    project = data["projects"][0]
    request = next(r for r in project["merge_requests"] if r["title"] == under_way.title)
    issue = next(i for i in project["issues"] if i["title"] == closed.title)
    request |= {"state": "merged", "merged": LATER, "updated": LATER}
    issue |= {"state": "opened", "closed": None, "updated": LATER}
    sim.afresh(data)

    again = run(sim, "acme/checkout", now=LATER, changed=LATER - timedelta(hours=1), issues=True)

    before = {r.key: (r.state, r.done) for r in first.rows}
    inside = [r for r in again.rows if not r.done or r.done in PERIOD]
    news = {r.key: (r.state, r.done) for r in inside if before.get(r.key) != (r.state, r.done)}
    assert ({closed.key: ("idle", None)}, False) == (news, under_way.key in {r.key for r in again.rows})


def test_a_store_holds_what_is_true_now(sim: GitlabSim, tmp_path: Path) -> None:
    """After a rerun it says of each merge request, issue and milestone what a run on an empty store says."""
    config = f'[collectors.lab]\ntype = "gitlab"\nurl = "{sim.url}"\nprojects = ["acme/checkout"]\nissues = true\n'
    data = generate()
    project = data["projects"][0]
    later: dict[str, Any] = {"updated": LATER}
    for title, change in (
        ("Gift cards v2", {"state": "closed", "closed": LATER, **later}),
        ("Upgrade to Node 26", {"state": "merged", "merged": LATER, **later}),
        ("Draft: new tax engine", {"draft": False, "title": "New tax engine", **later}),
    ):
        next(r for r in project["merge_requests"] if r["title"] == title).update(change)
    for title, change in (
        ("EDGE closed exactly at the window start (in)", {"state": "opened", "closed": None, **later}),
        ("Rehearse peak season", {"state": "closed", "closed": LATER, **later}),
        ("Next quarter's idea", {"milestone": project["milestones"][0], **later}),
    ):
        next(i for i in project["issues"] if i["title"] == title).update(change)
    project["milestones"][1] |= {"state": "closed", **later}

    def collected(name: str, *times: datetime) -> dict[str, str]:
        (tmp_path / "config.toml").write_text(
            f'timezone = "Etc/GMT+9"\nstore = "{name}.db"\n{config}', encoding="utf-8"
        )
        opened = open_project(tmp_path, tmp_path / "config.toml")
        with opened.open_store() as store:
            for now, served in zip(times, (DATA, data)[-len(times) :], strict=True):
                sim.data = served
                assert ["complete"] == [o.status for o in collect(opened, store, PERIOD, now=now)]
            rows = [*store.activities(PERIOD, ["lab"]), *store.upcoming(["lab"])]
        return {row.key: row.state for row in rows}

    hour = timedelta(hours=1)
    assert collected("whole", LATER - hour) == collected("rerun", PERIOD.until - hour, LATER - hour)


def test_a_rerun_of_a_long_group_with_issues_is_two_questions(sim: GitlabSim) -> None:
    """What changed, what is open and what is ahead, of all of it."""
    data, _ = long()
    sim.afresh(data)
    memos = {m.name: m.value for m in given(sim, "group:acme", issues=True) if isinstance(m, Memo)}

    ran = run(sim, "group:acme", issues=True, changed=PERIOD.until, memos=memos)

    assert ([], 2) == (ran.outcomes, ran.requests)
