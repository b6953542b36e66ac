from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests import exceptions

from digest.collectors.jira import query
from digest.collectors.jira.history import Statuses, closed_at, former_keys, instant
from digest.collectors.jira.site import Traits, _web_address
from digest.collectors.jira.ticket import Reading, fold, states
from digest.collectors.jira.trouble import diagnose
from digest.model import Activity, Link
from digest.period import Period
from tests.sims.jira.jql import lex

DONE = Statuses(known={"5": ("Done", "done"), "6": ("Closed", "done"), "1": ("Open", "new")})
TRAITS = Traits(
    cloud=True, base="https://x.test", account="1", user="", voice="", sprint="s", epic_link="e", knows_change=True
)
READING = Reading(source="team", traits=TRAITS, declined=frozenset({"won't do"}), zone=UTC)
JAVA = (
    "com.atlassian.greenhopper.service.sprint.Sprint@1f[id={},rapidViewId={},state={},name={},startDate={},endDate=x]"
)


@given(st.text())
def test_a_quoted_text_is_one_token(text: str) -> None:
    """Whatever it holds: it neither ends the string nor changes."""
    assert [(text, True)] == [(t.text, t.quoted) for t in lex(query.quote(text))]


@given(st.lists(st.text(), min_size=1))
def test_a_list_holds_what_it_was_given(keys: list[str]) -> None:
    """Each value is one string."""
    assert keys == [t.text for t in lex(query.scope(keys, "")) if t.quoted]


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("project = A ORDER BY created DESC", "project = A"),
        ("project = A order  by created", "project = A"),
        ("ORDER BY created", ""),
        ("summary ~ 'x'ORDER BY key", "summary ~ 'x'"),
        ("(a = 1)ORDER BY key", "(a = 1)"),
        ('summary ~ "please ORDER BY phone"', 'summary ~ "please ORDER BY phone"'),
        ('summary ~ "say \\"ORDER BY x" ORDER BY key', 'summary ~ "say \\"ORDER BY x"'),
        ("border by = 1", "border by = 1"),
        ('summary ~ "not closed ORDER BY key', 'summary ~ "not closed ORDER BY key'),
        ("  ", ""),
    ],
)
def test_an_order_is_taken_off(jql: str, expected: str) -> None:
    """Only the clause, not the words inside a text."""
    assert expected == query.without_order(jql)


@given(
    st.dates(min_value=datetime(2001, 1, 1, tzinfo=UTC).date(), max_value=datetime(2040, 1, 1, tzinfo=UTC).date()),
    st.sampled_from(["Pacific/Kiritimati", "Etc/GMT+12", "America/New_York", "Asia/Kolkata", "UTC"]),
    st.sampled_from(["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin"]),
)
def test_the_bounds_hold_in_every_zone(first: Any, user: str, project: str) -> None:
    """In whatever zone the user reads them, the whole period lies between, and no more than two days and a half about."""
    period = Period(first=first, end=first + timedelta(days=14), zone=ZoneInfo(project))
    bounds = [t.text for t in lex(query.told(period, knows_change=True)) if t.quoted]
    since, until = (datetime.fromisoformat(b).replace(tzinfo=ZoneInfo(user)) for b in bounds)

    wide = timedelta(days=2, hours=12)
    assert (True, True) == (
        since <= period.since and period.until <= until,
        period.since - since < wide and until - period.until < wide,
    )


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-11-23T10:00:00.000+0100", datetime(2026, 11, 23, 9, tzinfo=UTC)),
        ("2026-11-23T10:00:00.000Z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        (1_000_000_000_000, datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC)),
        ("2026-11-23T10:00:00", None),
        ("yesterday", None),
        (None, None),
    ],
)
def test_an_instant_has_an_offset(value: Any, expected: datetime | None) -> None:
    """Text with an offset, or milliseconds; anything else is none."""
    assert expected == instant(value)


def history(number: int, day: int, *items: dict[str, Any]) -> dict[str, Any]:
    """A history of that day of November."""
    return {"id": str(number), "created": f"2026-11-{day:02}T12:00:00.000+0000", "items": list(items)}


def move(old: str, new: str, field: str = "status", **ids: str) -> dict[str, Any]:
    """A change of a field."""
    return {"field": field, "fromString": old, "toString": new, **ids}


def day(number: int) -> datetime:
    """Noon of that day of November."""
    return datetime(2026, 11, number, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("histories", "expected"),
    [
        ([history(1, 3, move("To Do", "Done"))], day(3)),
        ([history(1, 3, move("To Do", "Done")), history(2, 5, move("Done", "Closed"))], day(3)),
        ([history(9, 8, move("Open", "Done")), history(1, 3, move("To Do", "Done"))], day(8)),
        ([history(1, 8, move("Open", "Done")), history(2, 3, move("To Do", "Done"))], day(8)),
        ([history(1, 3, move("To Do", "Open"), move("", "Done", "resolution"))], None),
        ([history(2, 3, move("Open", "Done")), history(10, 3, move("Done", "Closed"))], day(3)),
        ([history(1, 3, move("À faire", "Terminé", **{"from": "1", "to": "5"}))], day(3)),
        ([history(1, 3, move("Old name", "Done", **{"from": "6", "to": "5"}))], None),
        ([{"id": "x", "created": None, "items": [move("To Do", "Done")]}, {"items": None}], None),
    ],
)
def test_closed_is_the_last_entry_into_done(histories: list[dict[str, Any]], expected: datetime | None) -> None:
    """By number before name, in the order of time and not of the list."""
    assert expected == closed_at(histories, DONE)


def test_former_keys_are_those_it_was_moved_from() -> None:
    """In the words of either flavour, each once."""
    moved = history(1, 3, move("A-1", "B-2", "Key"), move("B-2", "C-3", "key"), move("A-1", "B-2", "Key"))

    assert ("A-1", "B-2") == former_keys([moved])


def ticket(key: str, category: str = "new", *sprints: Any) -> dict[str, Any]:
    """A ticket of which no more is known."""
    return {"key": key, "fields": {"status": {"statusCategory": {"key": category}}, "s": list(sprints) or None}}


def cloud(number: int, state: str, board: int = 1, start: str | None = None) -> dict[str, Any]:
    """A sprint as Cloud tells it."""
    return {"id": number, "boardId": board, "state": state, "startDate": start}


@pytest.mark.parametrize(
    ("tickets", "expected"),
    [
        ([ticket("A-1", "indeterminate")], {"A-1": "active"}),
        ([ticket("A-1", "new", cloud(1, "closed"), cloud(2, "active"))], {"A-1": "active"}),
        (
            [ticket("A-1", "new", cloud(3, "future")), ticket("A-2", "new", cloud(4, "future"))],
            {"A-1": "planned", "A-2": "idle"},
        ),
        (
            [ticket("A-1", "new", cloud(3, "future")), ticket("A-2", "new", cloud(4, "future", start="2026-12-01"))],
            {"A-1": "idle", "A-2": "planned"},
        ),
        (
            [ticket("A-1", "new", cloud(3, "future")), ticket("A-2", "new", cloud(4, "future", board=2))],
            {"A-1": "planned", "A-2": "planned"},
        ),
        ([ticket("A-1", "new", JAVA.format(1, 1, "ACTIVE", "x", "<null>"))], {"A-1": "active"}),
        (
            [
                ticket("A-1", "new", JAVA.format(3, 1, "FUTURE", "x,state=ACTIVE", "<null>")),
                ticket("A-2", "new", JAVA.format(4, 1, "FUTURE", "y", "2026-12-01T00:00:00Z")),
            ],
            {"A-1": "idle", "A-2": "planned"},
        ),
        ([ticket("A-1", "new")], {"A-1": "idle"}),
        ([ticket("A-1", "new", "no sprint at all", 7, None)], {"A-1": "planned"}),
    ],
)
def test_the_sprint_tells_what_lies_ahead(tickets: list[dict[str, Any]], expected: dict[str, str]) -> None:
    """Running is under way, the next one of each board is planned, a later one or none is idle."""
    assert expected == states(tickets, "s")


def test_a_ticket_with_nothing_in_it_is_read() -> None:
    """Every field may be missing or null."""
    bare = {"key": "PAY-7", "fields": {"summary": None, "project": None, "labels": None, "issuelinks": None}}

    expected = Activity(
        source="team",
        key="PAY-7",
        kind="ticket",
        title="",
        state="active",
        where="PAY",
        url="https://x.test/browse/PAY-7",
    )
    assert expected == READING.activity(bare, "active")


def test_the_names_of_a_data_center_user_will_do() -> None:
    """Where nobody gave a display name; assignee before reporter, each once."""
    fields = {"assignee": {"name": "ann"}, "reporter": {"name": "ann"}}

    assert ("ann",) == READING.activity({"key": "A-1", "fields": fields}, "active").people


def test_an_inward_link_is_the_other_ones_twin() -> None:
    """Only the ticket that duplicates says so."""
    kind = {"name": "Duplicate", "inward": "is duplicated by", "outward": "duplicates"}
    links = [{"type": kind, "inwardIssue": {"key": "A-2"}}, {"type": kind, "outwardIssue": {"key": "A-3"}}]

    found = READING.activity({"key": "A-1", "fields": {"issuelinks": links}}, "active")
    assert (Link(relation="duplicates", target="A-3"),) == found.links


@pytest.mark.parametrize(
    ("resolution", "status", "expected"),
    [
        ("Done", "Done", "done"),
        (None, "Won’t do", "declined"),
        ("WON'T DO", "Closed", "declined"),
        (None, None, "done"),
    ],
)
def test_declined_by_resolution_or_status(resolution: str | None, status: str | None, expected: str) -> None:
    """Whichever says so, however it is written."""
    fields = {"resolution": {"name": resolution}, "status": {"name": status}}

    assert expected == READING.closed_state({"fields": fields})


def test_names_are_compared_folded() -> None:
    """Case, spaces and the apostrophe do not count."""
    assert "won't do" == fold(" Won’t DO ")


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("https://acme.test", "https://other.test", "https://acme.test"),
        ("https://api.atlassian.com/ex/jira/1", "https://acme.test/", "https://acme.test"),
        ("https://api.atlassian.com/ex/jira/1", "javascript:x", "https://api.atlassian.com/ex/jira/1"),
    ],
)
def test_links_lead_to_what_people_open(url: str, base: str, expected: str) -> None:
    """Not to the gateway for programs."""
    assert expected == _web_address(url, {"baseUrl": base})


@pytest.mark.parametrize(
    ("error", "what", "passing"),
    [
        (exceptions.SSLError("x"), "its certificate is not trusted", False),
        (exceptions.ConnectTimeout("x"), "myself: no answer in time", True),
        (exceptions.TooManyRedirects("x"), "it redirects for ever", False),
        (exceptions.ChunkedEncodingError("x"), "myself: the answer broke off", True),
        (exceptions.ProxyError("x"), "the connection failed", True),
        (exceptions.InvalidURL("secret"), "myself: InvalidURL", False),
        (ValueError("secret"), "myself: ValueError", False),
    ],
)
def test_an_error_is_told_in_our_words(error: Exception, what: str, passing: bool) -> None:  # noqa: FBT001
    """Its own text is never used."""
    found = diagnose(error, "myself")

    assert (what, passing) == (found.what, found.passing)
