from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from jira import JIRA, JIRAError

from tests.sims.jira.datagen import generate
from tests.sims.jira.server import JiraSim

DATA = generate(7)
START, END = (datetime.fromisoformat(DATA["window"][k]) for k in ("start", "end"))
TRUTH = set(DATA["truth"]["closed_in_window"])
NEW_YORK = "America/New_York"


@pytest.fixture
def cloud() -> Iterator[JiraSim]:
    """Atlassian's own."""
    sim = JiraSim(DATA, flavour="cloud")
    with sim:
        yield sim


@pytest.fixture
def dc() -> Iterator[JiraSim]:
    """A Data Center."""
    sim = JiraSim(DATA, flavour="dc")
    with sim:
        yield sim


def client(sim: JiraSim, secret: str = "token", **options: Any) -> Any:
    """The real client."""
    auth: dict[str, Any] = {"basic_auth": ("me@acme.test", secret)} if sim.cloud else {"token_auth": secret}
    return JIRA(sim.url, timeout=(2, 5), max_retries=0, logging=False, **auth, **options)


def text(instant: datetime, zone: str) -> str:
    """A JQL literal in that zone."""
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def changed_between(zone: str) -> str:
    """Closed in the window, written in that zone."""
    field = "statusCategoryChangedDate"
    return f'statusCategory = Done AND {field} >= "{text(START, zone)}" AND {field} < "{text(END, zone)}"'


def keys(sim: JiraSim, jql: str, secret: str = "token") -> set[str]:
    """The keys that a query finds through the real client."""
    return {i.key for i in client(sim, secret).search_issues(jql, maxResults=0, fields="status")}


def refused(sim: JiraSim, jql: str) -> tuple[int, str]:
    """Status and words of a refusal."""
    with pytest.raises(JIRAError) as error:
        keys(sim, jql)
    return error.value.status_code or 0, error.value.text or ""


def test_the_same_seed_gives_the_same_tickets() -> None:
    """The data set is a function of its seed."""
    again = generate(7)

    assert (DATA, True) == (again, generate(8) != again)


def test_cloud_reads_dates_in_the_zone_of_the_user(cloud: JiraSim) -> None:
    """Text in the user's zone finds exactly the truth; in another zone it does not."""
    found = keys(cloud, changed_between(NEW_YORK)), keys(cloud, changed_between("UTC"))

    assert (TRUTH, True, False) == (found[0], found[1] != TRUTH, "CHK-508" in found[1])


def test_milliseconds_have_no_zone(cloud: JiraSim) -> None:
    """An unquoted number is an instant."""
    since, until = (int(t.timestamp() * 1000) for t in (START, END))
    field = "statusCategoryChangedDate"

    assert TRUTH == keys(cloud, f"statusCategory = Done AND {field} >= {since} AND {field} < {until}")


def test_cloud_pages_by_token(cloud: JiraSim) -> None:
    """All pages give each ticket once; a page is cut at a hundred; the count is that of all."""
    every = client(cloud).enhanced_search_issues("project = CHK ORDER BY key", maxResults=0, fields="summary")
    cut = client(cloud).enhanced_search_issues("project = CHK", maxResults=500, fields="summary")
    expected = sum(i["project"] == "CHK" for i in DATA["issues"])

    count = client(cloud).approximate_issue_count("project = CHK")
    assert (expected, expected, 100, True, expected) == (
        len(every),
        len({i.key for i in every}),
        len(cut),
        bool(cut.nextPageToken),
        count,
    )


def test_cloud_gives_ids_unless_fields_are_named(cloud: JiraSim) -> None:
    """The default of the interface is the id alone."""
    raw = client(cloud)._get_json("search/jql", params={"jql": "key = CHK-520"})

    assert ["id"] == list(raw["issues"][0])


def test_version_3_has_documents(cloud: JiraSim) -> None:
    """A description is wiki markup in version 2, a tree in version 3."""
    third = client(cloud, options={"rest_api_version": "3"})
    old, new = (c.search_issues("key = CHK-530", fields="description")[0] for c in (client(cloud), third))

    assert (str, "doc") == (type(old.fields.description), new.raw["fields"]["description"]["type"])


def test_cloud_removed_the_old_search(cloud: JiraSim) -> None:
    """A client that does not ask what it talks to is told that the address is gone."""
    with pytest.raises(JIRAError) as error:
        client(cloud, get_server_info=False).search_issues("project = CHK")

    assert 410 == error.value.status_code


def test_cloud_cuts_histories(cloud: JiraSim) -> None:
    """Forty of them come with a search, the closing of this ticket not among them; the rest by another address."""
    issue = client(cloud).enhanced_search_issues("key = CHK-532", fields="status", expand="changelog")[0]
    asked = {"issueIdsOrKeys": ["CHK-532", issue.id], "fieldIds": ["status"]}
    whole = client(cloud)._get_json("changelog/bulkfetch", asked, use_post=True)["issueChangeLogs"]

    moves = [x for h in issue.changelog.histories for x in h.items if x.field == "status"]
    assert (40, True, [], [2, 2]) == (
        len(issue.changelog.histories),
        issue.changelog.total > 60,
        moves,
        [len(x["changeHistories"]) for x in whole],
    )


def test_an_expired_token_finds_nothing(cloud: JiraSim) -> None:
    """It looks like a quiet fortnight, until somebody asks who he is."""
    found = keys(cloud, "project = CHK", secret="bad")
    with pytest.raises(JIRAError) as error:
        client(cloud, "bad").myself()

    assert (set(), 401) == (found, error.value.status_code)


@pytest.mark.parametrize(
    ("jql", "words"),
    [
        ('resolved >= "2026-11-09T00:00:00Z"', "is invalid. Valid formats"),
        ("foo = 1", "Field 'foo' does not exist"),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'"),
        ("key = CHK-99999", "The value 'CHK-99999' does not exist for the field 'key'"),
        ("statusCategory = Finished", "does not exist for the field 'statuscategory'"),
        ("sprint in someSprints()", "Unable to find JQL function 'somesprints()'"),
        ("project = CHK project = CHK", "Expecting either 'OR' or 'AND'"),
        ("project", "Expecting a value"),
        ("(project = CHK", "Expecting ')' but got 'the end'"),
        ("project > CHK", "The operator '>' is not supported"),
        ("project like CHK", "Expecting operator but got 'LIKE'"),
        ('project = "CHK', "reserved JQL character"),
        ("resolution is 3", "only takes EMPTY"),
        ("ORDER BY key", "Unbounded"),
    ],
)
def test_what_is_not_understood_is_refused(cloud: JiraSim, jql: str, words: str) -> None:
    """Never ignored: HTTP 400 in Jira's words."""
    status, said = refused(cloud, jql)

    assert (400, True) == (status, words in said)


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("key in (CHK-505, 'CHK-506') ORDER BY key DESC", {"CHK-505", "CHK-506"}),
        ('key = CHK-505 AND NOT resolution = "Won\'t Do"', set()),
        ("key in (CHK-501, CHK-505) AND resolution is EMPTY", {"CHK-501"}),
        ("key in (CHK-501, CHK-505) AND resolution is not EMPTY", {"CHK-505"}),
        ("key in (CHK-501, CHK-505) AND resolution = EMPTY", {"CHK-501"}),
        ("key in (CHK-531, CHK-520) AND summary ~ parent*", {"CHK-520"}),
        ("key in (CHK-531, CHK-520) AND summary !~ parent", {"CHK-531"}),
        ("key in (CHK-501, CHK-502) AND status was Done", {"CHK-501", "CHK-502"}),
        ("key in (CHK-501, CHK-502) AND status != Done", {"CHK-501"}),
        ("parent = CHK-520 AND issuetype not in (Story)", {"CHK-521", "CHK-522", "CHK-523"}),
        ("sprint in openSprints() AND key in (CHK-501, CHK-545)", {"CHK-501"}),
        ('sprint = "CHK Sprint 26, state=ACTIVE"', {"CHK-545"}),
        ("key in (CHK-505, CHK-510) AND resolved > -5d", {"CHK-510"}),
        ("key in (CHK-508, CHK-510) AND resolved < startOfDay(-3d)", {"CHK-508"}),
        ('key in (CHK-505, CHK-506) AND resolved = "2026-11-14"', {"CHK-505", "CHK-506"}),
        ("status CHANGED FROM Done TO Closed AFTER -60d", {"CHK-503"}),
        ("status CHANGED FROM (5) TO 6 AFTER -60d AND statusCategory = 3", {"CHK-503"}),
        ("status CHANGED TO Done BEFORE 2026-10-20 AND key in (CHK-502, CHK-505)", {"CHK-502"}),
        ('text ~ "60 changelog"', {"CHK-532"}),
        ("assignee = currentUser() AND key = CHK-531", set()),
        ("key in (CHK-505, CHK-510) AND resolved >= startOfWeek(-1)", {"CHK-510"}),
        ("key in (CHK-505, CHK-510) AND created > now()", set()),
    ],
)
def test_a_query_means_what_it_says(cloud: JiraSim, jql: str, expected: set[str]) -> None:
    """Operators, functions and history."""
    assert expected == keys(cloud, jql)


def test_a_token_may_see_less(cloud: JiraSim) -> None:
    """A hidden project does not exist for it."""
    with pytest.raises(JIRAError) as error:
        keys(cloud, "project = SEC", secret="limited")

    assert ({"SEC-1"}, 400) == (keys(cloud, "project = SEC"), error.value.status_code)


def test_the_sprint_field_differs(cloud: JiraSim, dc: JiraSim) -> None:
    """Objects on Cloud, the text of a Java object on a Data Center."""
    shapes = []
    for sim, field in ((cloud, "customfield_10020"), (dc, "customfield_10104")):
        running = client(sim).search_issues("sprint in openSprints()", maxResults=1, fields=field)[0].raw
        shapes.append(type(running["fields"][field][0]))

    assert [dict, str] == shapes


def test_a_data_center_tells_by_its_history(dc: JiraSim) -> None:
    """`status CHANGED DURING` and the whole history give exactly the truth; there is no field for it."""
    during = f'status CHANGED DURING ("{text(START, NEW_YORK)}", "{text(END + timedelta(minutes=1), NEW_YORK)}")'
    jql = f"statusCategory = Done AND {during}"
    found = client(dc).search_issues(jql, maxResults=0, fields="status", expand="changelog")
    done = {s.name for s in client(dc).statuses() if s.statusCategory.key == "done"}
    got = set()
    for issue in found:
        moves = sorted((h.created, x) for h in issue.changelog.histories for x in h.items if x.field == "status")
        entered = [at for at, x in moves if x.toString in done and x.fromString not in done]
        if entered and START <= datetime.fromisoformat(entered[-1]) < END:
            got.add(issue.key)

    assert (TRUTH, 400) == (got, refused(dc, "statusCategoryChangedDate >= -14d")[0])


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503, 504])
def test_a_fault_is_what_the_switch_says(cloud: JiraSim, status: int) -> None:
    """The first answers fail with that status, the next is well, and both are counted."""
    ready = client(cloud)
    cloud.reset_stats()
    cloud.faults.set(first_n=1, status=status, match="myself")
    with pytest.raises(JIRAError) as error:
        ready.myself()
    ready.myself()

    assert (status, {"fault": 1, "myself": 1}) == (error.value.status_code, cloud.stats()["by_route"])
