"""The sim against the real `jira` client: `pip install pytest jira && pytest -q`."""

import os
import sys
import threading
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from datagen import generate  # noqa: E402
from server import JiraSim  # noqa: E402

from jira import JIRA, JIRAError  # noqa: E402

DATA = generate(7)
START, END = (datetime.fromisoformat(DATA["window"][k]) for k in ("start", "end"))
TRUTH = set(DATA["truth"]["closed_in_window"])


@pytest.fixture(scope="module")
def cloud_server():
    with JiraSim(DATA, flavour="cloud") as s:
        yield s


@pytest.fixture(scope="module")
def dc_server():
    with JiraSim(DATA, flavour="dc") as s:
        yield s


def clean(s):
    s.faults.clear()
    s.reset_stats()
    s.bad_token, s.repeat_token, s.user_tz = "anonymous", 0, "America/New_York"
    return s


@pytest.fixture
def cloud(cloud_server):
    return clean(cloud_server)


@pytest.fixture
def dc(dc_server):
    return clean(dc_server)


def client(s, secret="token", **kw):
    kw = {"timeout": (2, 5), "max_retries": 0} | kw
    return JIRA(s.url, basic_auth=("me@acme.test", secret), **kw) if s.cloud else JIRA(s.url, token_auth=secret, **kw)


def q(t, tz, slack=timedelta(0)):
    return (t + slack).astimezone(ZoneInfo(tz)).strftime("%Y-%m-%d %H:%M")


def parse(s):
    return datetime.fromisoformat(s)  # Python 3.11+ reads 2026-11-23T10:00:00.000+0100


def test_cloud_closed_in_window(cloud):
    j = client(cloud)
    tz = j.myself()["timeZone"]
    jql = f'statusCategory = Done AND statusCategoryChangedDate >= "{q(START, tz)}" AND statusCategoryChangedDate <= "{q(END, tz)}" ORDER BY key'
    found = j.enhanced_search_issues(
        jql,
        maxResults=0,
        fields="summary,status,statuscategorychangedate,resolution,resolutiondate,issuetype,parent,labels",
    )
    got = {i.key for i in found if START <= parse(i.fields.statuscategorychangedate) < END}
    assert got == TRUTH
    assert cloud.stats()["by_route"] == {"serverInfo": 1, "myself": 1, "field": 1, "search/jql": 1}


def test_cloud_pages(cloud):
    j = client(cloud)
    every = j.enhanced_search_issues("project = CHK ORDER BY key", maxResults=0, fields="summary")
    assert len(every) > 300 and len({i.key for i in every}) == len(every) and every.nextPageToken is None
    cut = j.enhanced_search_issues("project = CHK", maxResults=500, fields="summary")
    assert len(cut) == 100 and cut.nextPageToken and cut.total == 100  # silently one page; `total` is only its length
    assert len(j.search_issues("project = CHK", maxResults=0, fields="summary")) == len(
        every
    )  # search_issues delegates on Cloud
    assert j.approximate_issue_count("project = CHK") == len(every)
    with pytest.raises(JIRAError):
        j.search_issues("project = CHK", startAt=50)


def test_cloud_default_fields_and_adf(cloud):
    j = client(cloud)
    raw = j._get_json("search/jql", params={"jql": "key = CHK-520"})
    assert list(raw["issues"][0]) == ["id"]  # REST default is ids only (the client asks *all)
    assert isinstance(j.enhanced_search_issues("key = CHK-530", fields="description")[0].fields.description, str)
    j3 = client(cloud, options={"rest_api_version": "3"})
    d = j3.enhanced_search_issues("key = CHK-530", fields="description")[0].raw["fields"]["description"]
    assert d["type"] == "doc"


def test_cloud_without_server_info_goes_to_the_removed_endpoint(cloud):
    with pytest.raises(JIRAError) as e:
        client(cloud, get_server_info=False).search_issues("project = CHK")
    assert e.value.status_code == 410


def test_fields_list_is_mutated(cloud):
    fields = ["summary", "resolved", "Sprint"]
    client(cloud).enhanced_search_issues("key = CHK-520", fields=fields)
    assert fields == ["summary", "resolutiondate", "customfield_10020"]


def test_cloud_changelog_capped_at_40(cloud):
    j = client(cloud)
    i = j.enhanced_search_issues("key = CHK-532", fields="status", expand="changelog")[0]
    assert i.changelog.total > 60 and len(i.changelog.histories) == 40
    assert not any(x.field == "status" for h in i.changelog.histories for x in h.items)  # the transition fell off
    raw = j._session.post(
        f"{cloud.url}/rest/api/3/changelog/bulkfetch",
        json={"issueIdsOrKeys": ["CHK-532", "CHK-501"], "fieldIds": ["status"]},
    ).json()
    assert [len(x["changeHistories"]) for x in raw["issueChangeLogs"]] == [2, 3]


def test_expired_token_finds_nothing(cloud):
    j = client(cloud, "bad-token")
    assert len(j.enhanced_search_issues("project = CHK", maxResults=0)) == 0  # 200, empty: looks like a quiet fortnight
    with pytest.raises(JIRAError) as e:
        j.myself()
    assert e.value.status_code == 401
    cloud.bad_token = "401"
    with pytest.raises(JIRAError):
        client(cloud, "bad-token").enhanced_search_issues("project = CHK")


def test_time_zone_matters(cloud):
    def keys(tz_text):
        jql = f'statusCategory = Done AND statusCategoryChangedDate >= "{q(START, tz_text)}" AND statusCategoryChangedDate < "{q(END, tz_text)}"'
        return {i.key for i in client(cloud).enhanced_search_issues(jql, maxResults=0, fields="status")}

    assert keys("America/New_York") == TRUTH
    wrong = keys("UTC")  # text in UTC, read as New York time
    assert wrong != TRUTH and "CHK-508" not in wrong
    ms = [int(t.timestamp() * 1000) for t in (START, END)]
    zone_free = client(cloud).enhanced_search_issues(
        f"statusCategory = Done AND statusCategoryChangedDate >= {ms[0]} AND statusCategoryChangedDate < {ms[1]}",
        maxResults=0,
        fields="status",
    )
    assert {i.key for i in zone_free} == TRUTH
    cloud.user_tz = "Asia/Tokyo"
    assert "CHK-512" in keys("UTC")  # four hours too early


def test_jql_errors(cloud):
    j = client(cloud)
    for jql, text in (
        ('resolved >= "2026-11-09T00:00:00Z"', "is invalid. Valid formats"),
        ("foo = 1", "does not exist"),
        ("project = NOPE", "does not exist for the field 'project'"),
        ("ORDER BY key", "Unbounded"),
    ):
        with pytest.raises(JIRAError) as e:
            j.enhanced_search_issues(jql)
        assert e.value.status_code == 400 and text in e.value.text


def test_private_project(cloud):
    assert len(client(cloud).enhanced_search_issues("project = SEC")) == 1
    with pytest.raises(JIRAError):
        client(cloud, "limited").enhanced_search_issues("project = SEC")


def test_sprints(cloud, dc):
    for s, field in ((cloud, "customfield_10020"), (dc, "customfield_10104")):
        j = client(s)
        find = j.enhanced_search_issues if s.cloud else j.search_issues
        now = find(
            "project = CHK AND sprint in openSprints() AND statusCategory != Done",
            maxResults=0,
            fields=f"summary,status,{field}",
        )
        nxt = find("project = CHK AND sprint in futureSprints()", maxResults=0, fields="summary")
        assert len(now) > 3 and len(nxt) > 3
        v = now[0].raw["fields"][field]
        assert isinstance(v[0], dict) if s.cloud else v[0].startswith("com.atlassian.greenhopper")
        assert [x.name for x in j.sprints(1, state="active,future")] == ["CHK Sprint 24", "CHK Sprint 25"]


def test_dc(dc):
    j = client(dc)
    assert j._is_cloud is False and j.enhanced_search_issues("project = CHK") is None  # None, only a warning is logged
    every = j.search_issues("project = CHK ORDER BY key", maxResults=0, fields="summary")
    assert len(every) == every.total > 300
    tz = j.myself()["timeZone"]
    jql = f'statusCategory = Done AND status CHANGED DURING ("{q(START, tz)}", "{q(END, tz)}")'
    found = j.search_issues(jql, maxResults=0, fields="status", expand="changelog")
    done = {s.name for s in j.statuses() if s.statusCategory.key == "done"}
    got = set()
    for i in found:
        moves = sorted(
            (parse(h.created), x.fromString, x.toString)
            for h in i.changelog.histories
            for x in h.items
            if x.field == "status"
        )
        entered = [t for t, a, b in moves if b in done and a not in done]
        if entered and START <= entered[-1] < END:
            got.add(i.key)
    assert got == TRUTH
    with pytest.raises(JIRAError):
        j.search_issues("statusCategoryChangedDate >= -14d")


def test_faults(cloud):
    cloud.faults.set(first_n=1, status=429, retry_after="1", match="search")
    t = time.time()
    assert client(cloud, max_retries=2).enhanced_search_issues("key = CHK-520")
    assert 1 <= time.time() - t <= 2.5  # 2 x Retry-After x U(0.5, 1)
    for status in (500, 502, 503, 504):
        cloud.faults.clear(), cloud.reset_stats()
        j = client(cloud, max_retries=3)
        cloud.faults.set(first_n=99, status=status, match="search")
        with pytest.raises(JIRAError) as e:
            j.enhanced_search_issues("key = CHK-520")
        assert e.value.status_code == status and cloud.stats()["by_route"]["fault"] == 1  # not retried at all
    cloud.faults.set(status=429, retry_after="Wed, 25 Nov 2026 10:00:00 GMT", first_n=99, match="")
    with pytest.raises(ValueError):  # an HTTP date crashes the client
        client(cloud, max_retries=1, get_server_info=False).myself()


@pytest.mark.parametrize("kind", ["truncated_json", "truncated_body", "html"])
def test_broken_answers(cloud, kind):
    j = client(cloud)
    cloud.faults.set(first_n=99, kind=kind, match="search")
    with pytest.raises(Exception) as e:
        j.enhanced_search_issues("project = CHK", fields="summary")
    print(kind, "->", type(e.value).__name__, str(e.value)[:80])


def test_timeout_is_needed(cloud):
    j = client(cloud, timeout=1)
    cloud.faults.set(latency_s=3)
    with pytest.raises(Exception) as e:
        j.myself()
    assert "Timeout" in type(e.value).__name__


def test_repeated_token_loops(cloud):
    j = client(cloud)
    cloud.repeat_token = 10_000
    t = threading.Thread(
        target=lambda: j.enhanced_search_issues("project = CHK", maxResults=0, fields="summary"), daemon=True
    )
    t.start()
    t.join(1.5)
    still, n = t.is_alive(), cloud.stats()["total"]
    cloud.repeat_token = 0
    t.join(5)
    assert still and n > 20 and not t.is_alive()  # the client has no guard
