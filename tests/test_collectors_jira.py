from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from digest.collectors import BUILTIN
from digest.collectors.jira import memory
from digest.collectors.jira.site import connect
from digest.collectors.jira.ticket import FIELDS
from digest.errors import ConfigError, SourceError
from digest.model import Activity, Link, Outcome
from digest.period import Period
from digest.plugins import build
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import afresh, closed, dataset, outcomes, reminded, source, tickets, truth, window

ZONES = ["America/New_York", "Europe/Stockholm", "UTC", "Asia/Tokyo"]
EPIC = "CHK-90 CHK epic: ready for the peak season"


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, JiraSim]]:
    """A running Jira of each flavour."""
    with JiraSim(dataset(), flavour="cloud") as cloud, JiraSim(dataset(), flavour="dc") as dc:
        yield {"cloud": cloud, "dc": dc}


@pytest.fixture(params=["cloud", "dc"])
def sim(request: pytest.FixtureRequest, sims: dict[str, JiraSim]) -> JiraSim:
    """A Jira of each flavour."""
    return afresh(sims[request.param])


@pytest.fixture(scope="module", params=["cloud", "dc"])
def whole(request: pytest.FixtureRequest, sims: dict[str, JiraSim]) -> dict[str, Activity]:
    """What a site of each flavour gives, asked once."""
    return tickets(source(afresh(sims[request.param])))


@pytest.fixture
def cloud(sims: dict[str, JiraSim]) -> JiraSim:
    """Atlassian's own."""
    return afresh(sims["cloud"])


@pytest.mark.parametrize("zone", ZONES)
def test_exactly_the_tickets_closed_in_the_period(sim: JiraSim, zone: str) -> None:
    """Whatever zone the user has: no ticket is missed, none too many, on either flavour."""
    sim.site.user_tz = zone

    assert truth() == closed(tickets(source(sim)))


@pytest.mark.parametrize("zone", ZONES)
def test_the_zone_of_the_site_does_not_matter(sim: JiraSim, zone: str) -> None:
    """Instants are read with their offset."""
    sim.site.system_tz = zone

    assert truth() == closed(tickets(source(sim)))


@pytest.mark.parametrize("flavour", ["cloud", "dc"])
def test_another_seed(flavour: str) -> None:
    """The rule is the rule, not the data set."""
    running = JiraSim(dataset(11), flavour=flavour)
    with running:
        assert truth(11) == closed(tickets(source(running), seed=11))


@pytest.mark.parametrize("tells", [True, False])
def test_the_history_tells_where_the_site_does_not(sim: JiraSim, tells: bool) -> None:  # noqa: FBT001
    """A site of either flavour, with the field or without, with histories cut at 40: the same tickets and instants."""
    usual = {k: a.done for k, a in tickets(source(sim)).items()}
    sim.site.tells_change = tells

    assert usual == {k: a.done for k, a in tickets(source(sim)).items()}


@pytest.mark.parametrize(
    ("key", "state"),
    [
        ("CHK-501", "active"),  # reopened inside the period
        ("CHK-502", "done"),  # closed, reopened, closed again
        ("CHK-503", None),  # moved from Done to Closed: it was done before
        ("CHK-504", None),  # its resolution was edited in bulk
        ("CHK-505", "declined"),  # Won't Do
        ("CHK-506", "declined"),  # closed as a duplicate
        ("MOB-507", "done"),  # a workflow without resolutions
        ("MOB-543", "declined"),  # the same, with the status Won't Do
        ("CHK-508", "done"),  # closed in the first second
        ("CHK-509", None),  # a second before
        ("CHK-510", "done"),  # closed in the last second
        ("CHK-511", None),  # a second after
        ("CHK-512", None),  # four hours before
        ("CHK-520", "active"),  # its sub-tasks are closed, it is not
        ("CHK-521", "done"),  # a sub-task
        ("CHK-531", "active"),  # in the sprint, not begun
        ("CHK-530", "planned"),  # in the next sprint
        ("CHK-545", None),  # in the sprint after the next, which says that it is active
        ("CHK-546", None),  # in the backlog
        ("CHK-548", None),  # reopened into the backlog
        ("CHK-532", "done"),  # sixty changes after its closing
        ("CHK-540", "done"),  # moved from another project
        ("SEC-1", "done"),  # in a project that not everybody sees
    ],
)
def test_a_trap(whole: dict[str, Activity], key: str, state: str | None) -> None:
    """Each ticket that a careless query gets wrong."""
    found = whole.get(key)

    assert state == (found and found.state)


def test_what_was_closed_twice_counts_from_the_second_time(whole: dict[str, Activity]) -> None:
    """Done is the last entry into a done status."""
    assert datetime(2026, 11, 18, 12, tzinfo=UTC) == whole["CHK-502"].done


def test_few_requests(sim: JiraSim) -> None:
    """Two to know the site and one for each hundred tickets; then one to count, or two for statuses and epics."""
    tickets(source(sim))

    cloud = {"myself": 1, "field": 1, "search/jql": 3, "approximate-count": 1}
    dc = {"myself": 1, "field": 1, "search": 4, "status": 1}
    assert (cloud if sim.cloud else dc) == sim.stats()["by_route"]


def test_only_named_fields_are_asked_for(sim: JiraSim) -> None:
    """Nothing is fetched that nobody reads."""
    tickets(source(sim))

    asked = {frozenset(r["query"]["fields"][0].split(",")) for r in sim.stats()["last"] if "fields" in r["query"]}
    custom = {"customfield_10020", "customfield_10014", "statuscategorychangedate"}
    own = custom if sim.cloud else {"customfield_10104", "customfield_10101"}
    epics = set() if sim.cloud else {frozenset({"summary"})}
    assert {frozenset({*FIELDS, *own}), *epics} == asked


def test_a_sub_task(sim: JiraSim) -> None:
    """It names its parent as a link and as its topic."""
    found = tickets(source(sim))["CHK-521"]

    expected = Activity(
        source="team",
        key="CHK-521",
        kind="ticket",
        title="Sub-task 1",
        done=datetime(2026, 11, 14, 12, tzinfo=UTC),
        created=found.created,
        url=f"{sim.url}/browse/CHK-521",
        people=found.people,
        labels=found.labels,
        where="CHK",
        type="Sub-task",
        topic="CHK-520 Parent still open",
        milestone=found.milestone,
        links=(Link(relation="parent", target="CHK-520"),),
    )
    assert expected == found


def test_a_ticket_is_read_as_the_data_has_it(whole: dict[str, Activity]) -> None:
    """People, labels with components, release, type, creation: of every ticket, on either flavour."""
    names = {u["accountId"]: u["displayName"] for u in dataset()["users"]}
    issues = {i["key"]: i for i in dataset()["issues"]}
    found = whole
    expected = {}
    for key in found:
        issue = issues[key]
        people = (names.get(issue["assignee"]), names.get(issue["reporter"]))
        expected[key] = (
            " ".join(issue["summary"].split()),
            tuple(dict.fromkeys(p for p in people if p)),
            (*issue["labels"], *issue["components"]),
            ", ".join(issue["fix_versions"]),
            issue["type"],
            issue["project"],
            datetime.fromisoformat(issue["created"]),
            issue["security"],
        )

    got = {
        k: (a.title, a.people, a.labels, a.milestone, a.type, a.where, a.created, a.private) for k, a in found.items()
    }
    assert expected == got


def test_a_secret_is_cut_out(whole: dict[str, Activity]) -> None:
    """The text is redacted when it is read."""
    found = whole["CHK-544"]

    assert (("aws-access-key",), False, "A secret in the text") == (found.redacted, "AKIA" in found.body, found.title)


def test_a_due_day_begins_in_the_zone_of_the_project(whole: dict[str, Activity]) -> None:
    """A day without a zone is a day of the project."""
    assert datetime(2026, 12, 1, 9, tzinfo=UTC) == whole["CHK-544"].due


def test_a_twin_is_linked(whole: dict[str, Activity]) -> None:
    """What Jira calls a duplicate is one; what blocks is none."""
    assert (Link(relation="duplicates", target="CHK-506"),) == whole["CHK-541"].links


def test_a_moved_ticket_keeps_its_old_key_as_a_link(sim: JiraSim) -> None:
    """Branches and pull requests may name the old key; only a history tells it."""
    sim.site.tells_change = False

    assert (Link(relation="duplicates", target="PLAT-999"),) == tickets(source(sim))["CHK-540"].links


def test_a_rerun_tells_under_which_key_a_ticket_stood(sim: JiraSim) -> None:
    """It may be stored under the key that it had before, so that both have to be one."""
    first = reminded(source(sim))
    moved = {**json.loads(first.memos[memory.of_period(window())]), sim.site.by_key["CHK-540"]["id"]: "PLAT-999"}
    again = replace(first, memos={**first.memos, memory.of_period(window()): json.dumps(moved)})

    found = tickets(again, window().since + timedelta(days=2))
    assert (Link(relation="duplicates", target="PLAT-999"),) == found["CHK-540"].links


def test_an_epic_is_the_topic_and_no_parent(whole: dict[str, Activity]) -> None:
    """Stories of one epic are not one story; the title is told on either flavour."""
    of_epic = [a for a in whole.values() if a.topic.startswith("CHK-90 ")]

    assert ({EPIC}, set()) == ({a.topic for a in of_epic}, {link for a in of_epic for link in a.links})


def test_an_epic_that_is_hidden_is_named_by_its_key(whole: dict[str, Activity]) -> None:
    """It does not spoil the titles of the others."""
    found = whole["CHK-547"]

    assert "SEC-90" == found.topic


def test_without_a_look_ahead(sim: JiraSim) -> None:
    """Nothing but what is closed, with fewer requests."""
    found = tickets(source(sim, upcoming=False))

    pages = {"search/jql": 2} if sim.cloud else {"search": 3}
    assert (truth(), pages) == (set(found), {k: n for k, n in sim.stats()["by_route"].items() if k in pages})


def test_a_site_without_sprints(sim: JiraSim) -> None:
    """What is in progress is under way; no sprint is asked for."""
    sim.site.agile = False
    found = tickets(source(sim))

    assert ({"done", "declined", "active"}, truth(), False) == (
        {a.state for a in found.values()},
        closed(found),
        "CHK-531" in found,
    )


def test_planned_is_the_next_sprint_of_each_board(whole: dict[str, Activity]) -> None:
    """Not the one after it."""
    issues = {i["key"]: i for i in dataset()["issues"]}
    planned = [k for k, a in whole.items() if a.state == "planned"]

    assert {25, 32} == {s for k in planned for s in issues[k]["sprints"]}


def test_what_is_declined_can_be_told(sim: JiraSim) -> None:
    """Names of resolutions or statuses, however they are written."""
    found = tickets(source(sim, declined=["won’t DO "]))

    assert ("declined", "declined", "done") == tuple(found[k].state for k in ("CHK-505", "MOB-543", "CHK-506"))


def test_a_condition_of_your_own(sim: JiraSim) -> None:
    """It holds as well, whatever order it asks for."""
    jql = 'issuetype = Bug OR summary ~ "order by" ORDER BY created DESC'
    found = tickets(source(sim, projects=["CHK"], jql=jql))
    kinds = {i["key"]: (i["type"], i["project"]) for i in dataset()["issues"]}

    expected = {k for k in truth() if kinds[k] == ("Bug", "CHK")}
    assert expected == closed(found)


def test_a_condition_alone(sim: JiraSim) -> None:
    """No project need be named."""
    assert {"SEC-1"} == closed(tickets(source(sim, projects=[], jql="project = SEC")))


@pytest.mark.parametrize("silent", [True, False])
def test_a_hidden_project_is_told_and_the_others_are_read(sim: JiraSim, silent: bool) -> None:  # noqa: FBT001
    """Whether Jira refuses the query or is silent about it."""
    sim.site.silent_projects = silent
    found = list(source(sim, token="limited").collect(window(), None))

    expected = [Outcome(source="team", status="failed", detail="María Kowalska sees no project SEC")]
    keys = {a.key for a in found if isinstance(a, Activity) and a.done}
    assert (expected, truth() - {"SEC-1"}) == (outcomes(found), keys)


def test_a_quiet_project_is_no_hidden_one(sim: JiraSim) -> None:
    """Where a project has nothing to tell, it is asked whether it is there."""
    quiet = Period(first=window().first - timedelta(days=900), end=window().first - timedelta(days=886))

    found = list(source(sim, projects=["sec"], upcoming=False).collect(quiet, None))
    assert [] == [one for one in found if isinstance(one, Activity | Outcome)]


@pytest.mark.parametrize("key", ['X" OR project = "SEC', "CHK) OR (project = SEC", "\\", "AND", "EMPTY", "'", "日本"])
@pytest.mark.parametrize("silent", [True, False])
def test_a_hostile_key_is_a_key(sim: JiraSim, key: str, silent: bool) -> None:  # noqa: FBT001
    """It stays inside its quotes: it finds nothing, and is told to be no project."""
    sim.site.silent_projects = silent
    try:
        found = outcomes(source(sim, projects=[key]).collect(window(), None))
    except SourceError as error:
        found = [Outcome(source="team", status="failed", detail=error.message.removeprefix(f"team: {sim.url}: "))]

    assert [Outcome(source="team", status="failed", detail=f"María Kowalska sees no project {key}")] == found


def test_a_rerun_is_cheap(sim: JiraSim) -> None:
    """What has not changed since is left out; the keys of all of it tell what stands: two questions, whoever is asked."""
    issues = {i["key"]: i for i in dataset()["issues"]}
    since = window().until - timedelta(days=2)
    first = reminded(source(sim))
    sim.reset_stats()
    again = tickets(first, since)

    fresh = {k for k in truth() if datetime.fromisoformat(issues[k]["updated"]) >= since}
    assert (True, True, 2) == (fresh <= closed(again), len(closed(again)) < len(truth()), sim.stats()["total"])


@pytest.mark.parametrize("upcoming", [True, False])
def test_a_rerun_takes_back_what_was_reopened(sim: JiraSim, upcoming: bool) -> None:  # noqa: FBT001
    """It was told as done before: now it is under way, or idle in the backlog or where nothing ahead is wanted."""
    again = tickets(source(sim, upcoming=upcoming), window().since + timedelta(days=5))
    under_way = "active" if upcoming else "idle"

    assert ("idle", under_way, None) == (again["CHK-548"].state, again["CHK-501"].state, again["CHK-548"].done)


@pytest.mark.parametrize("since", [None, window().since + timedelta(days=5)])
@pytest.mark.parametrize("categories", ["names", "numbers"])
def test_categories_are_called_as_the_site_calls_them(sim: JiraSim, categories: str, since: datetime | None) -> None:
    """Their names may be translated, their numbers unknown: the same tickets."""
    usual = tickets(source(sim), since)
    sim.site.categories = categories

    assert usual == tickets(source(sim), since)


def test_projects_are_found_without_a_search_for_them(cloud: JiraSim) -> None:
    """The list of all of them tells who is hidden, too."""
    cloud.site.finds_projects = False
    made = source(cloud, token="limited", projects=["CHK", "PLAT", "MOB", "SEC"])

    expected = ["María Kowalska sees no project SEC"]
    assert expected == [o.detail for o in made.collect(window(), None) if isinstance(o, Outcome)]


def test_statuses_are_asked_for_where_histories_tell(sim: JiraSim) -> None:
    """Once, not at all where a ticket tells when its category changed, and not again where they are remembered."""
    tickets(reminded(source(sim)), window().since)

    assert (0 if sim.cloud else 1) == sim.stats()["by_route"].get("status", 0)


def test_check_says_what_it_saw(sim: JiraSim) -> None:
    """Who, where, what kind of site, which projects."""
    sim.site.user_tz = "Asia/Tokyo"
    kind = "Cloud 1001.0.0" if sim.cloud else "Data Center 9.12.15"

    expected = [
        "user María Kowalska, zone Asia/Tokyo",
        f"Jira {kind} at {sim.url}",
        "projects visible: CHK, MOB, PLAT, SEC",
    ]
    assert expected == list(source(sim).check())


def test_check_warns_of_an_open_way(cloud: JiraSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token over http, beyond this machine."""
    made = source(cloud, url=cloud.url.replace("127.0.0.1", "localhost.localdomain"))
    monkeypatch.setattr(
        "digest.collectors.jira.connect", lambda name, **options: connect(name, **{**options, "url": cloud.url})
    )

    assert "http: the token can be read on its way; https would hide it" == list(made.check())[1]


def test_check_names_a_project_that_is_hidden(sim: JiraSim) -> None:
    """Before anybody relies on it."""
    with pytest.raises(SourceError) as error:
        list(source(sim, token="limited").check())

    assert f"team: {sim.url}: María Kowalska sees no project SEC" == error.value.message


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"url": "acme.atlassian.net"}, "url is a web address like https://acme.atlassian.net"),
        ({"url": "https://me:pass@acme.atlassian.net"}, "url holds a password: write user and token instead"),
        ({"projects": []}, 'name projects = ["PAY"] or a jql'),
        ({"projects": [], "jql": "order by created"}, 'name projects = ["PAY"] or a jql'),
        ({"projects": ["PAY", " "]}, "a key in projects is empty or holds a control character"),
        ({"projects": ["PAY\n"]}, "a key in projects is empty or holds a control character"),
        ({"token": "s3cr3t"}, "token: a secret must not stand in the file itself"),
        ({"deadline": 0}, "deadline: expected `int` >= 1"),
        ({"project": ["PAY"]}, "no setting is called 'project' (did you mean 'projects'?)"),
    ],
)
def test_a_table_that_does_not_fit(table: dict[str, Any], message: str) -> None:
    """One line that says what to write."""
    right = {"type": "jira", "url": "https://acme.atlassian.net", "token": "env:T", "projects": ["PAY"]}
    with pytest.raises(ConfigError) as error:
        build("collectors", BUILTIN, "team", {**right, **table}, Path())

    assert f"[collectors.team]: {message}" == str(error.value)[: len(message) + 19]


@pytest.mark.parametrize("tail", ["", "/", "//", "/browse/CHK-1", "/browse/"])
def test_the_address_may_be_that_of_a_page(cloud: JiraSim, tail: str) -> None:
    """A slash or a ticket at its end does no harm."""
    found = tickets(source(cloud, url=cloud.url + tail, upcoming=False))

    assert f"{cloud.url}/browse/CHK-505" == found["CHK-505"].url
