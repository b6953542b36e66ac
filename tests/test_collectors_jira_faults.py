from __future__ import annotations

import base64
import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from digest.errors import SourceError
from digest.model import Activity, Outcome
from digest.store.spool import Spool
from tests.sims.jira.replies import refusal, token
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import USER, Patience, afresh, closed, dataset, outcomes, source, tickets, truth, window
from tests.sims.simkit import Reply

TOKEN = "tok-5up3r53cr3t"
SEARCH = "/search"
URL = "url is the address in front of /browse, like https://acme.atlassian.net"
NETWORK = "is the network stable?"
TRY_LATER = "run again later"
OUTAGE = [1.0, 2.0, 4.0]


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, JiraSim]]:
    """A running Jira of each flavour."""
    with JiraSim(dataset(), flavour="cloud") as cloud, JiraSim(dataset(), flavour="dc") as dc:
        yield {"cloud": cloud, "dc": dc}


@pytest.fixture(params=["cloud", "dc"])
def sim(request: pytest.FixtureRequest, sims: dict[str, JiraSim]) -> JiraSim:
    """A Jira of each flavour."""
    return afresh(sims[request.param])


@pytest.fixture
def cloud(sims: dict[str, JiraSim]) -> JiraSim:
    """Atlassian's own."""
    return afresh(sims["cloud"])


@pytest.fixture
def clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Patience:
    """Nobody waits; where the site hangs, it is given a fifth of a second."""
    patience = Patience()
    if "hang" in request.node.name:
        patience.read_seconds = 0.2
    monkeypatch.setattr("digest.collectors.jira.connect", patience.connect)
    return patience


def failure(sim: JiraSim, **table: Any) -> SourceError:
    """What a person is told."""
    with pytest.raises(SourceError) as error:
        list(source(sim, **table).collect(window(), None))
    return error.value


FOR_EVER: list[tuple[dict[str, Any], str, list[float]]] = [
    ({"status": 401}, "the token was refused or has expired (HTTP 401)", []),
    ({"status": 403}, "access is forbidden (HTTP 403)", []),
    ({"status": 404}, "there is no Jira at this address (HTTP 404)", []),
    ({"status": 410}, "this address of Jira was removed (HTTP 410)", []),
    ({"status": 429}, "too many requests (HTTP 429)", [5.0, 10.0, 20.0]),
    ({"status": 429, "retry_after": "7"}, "too many requests (HTTP 429)", [7.0, 7.0, 7.0]),
    ({"status": 500}, "Jira failed (HTTP 500)", OUTAGE),
    ({"status": 502}, "Jira failed (HTTP 502)", OUTAGE),
    ({"status": 503}, "Jira failed (HTTP 503)", OUTAGE),
    ({"status": 503, "retry_after": "3"}, "Jira failed (HTTP 503)", [3.0, 3.0, 3.0]),
    ({"status": 504}, "Jira failed (HTTP 504)", OUTAGE),
    ({"kind": "primary"}, "too many requests (HTTP 429)", [5.0, 10.0, 20.0]),
    ({"kind": "secondary", "retry_after": "0"}, "too many requests (HTTP 429)", [1.0, 1.0, 1.0]),
    ({"kind": "truncated_json"}, "{path}: the answer is no whole JSON", OUTAGE),
    ({"kind": "truncated_body"}, "{path}: the answer broke off", OUTAGE),
    ({"kind": "html"}, "{path}: a web page came instead of data", []),
    ({"kind": "empty"}, "{path}: the answer was empty", OUTAGE),
    ({"kind": "reset"}, "the connection failed", OUTAGE),
    ({"kind": "hang", "hang_s": 0.5}, "{path}: no answer in time", OUTAGE),
]
LOUD: list[dict[str, Any]] = [
    {"status": 401},
    {"status": 403},
    {"status": 429},
    {"status": 502},
    {"kind": "truncated_json"},
    {"kind": "truncated_body"},
    {"kind": "html"},
    {"kind": "reset"},
]
NAMES = [" ".join(map(str, switches.values())) for switches, _, _ in FOR_EVER]


@pytest.mark.parametrize(("switches", "what", "waits"), FOR_EVER, ids=NAMES)
@pytest.mark.parametrize("match", ["myself", SEARCH])
def test_a_lasting_fault_is_one_line(
    sim: JiraSim, clock: Patience, *, match: str, switches: dict[str, Any], what: str, waits: list[float]
) -> None:
    """Wherever it happens: what is wrong, of which source, after a bounded number of tries."""
    sim.faults.set(first_n=10**6, match=match, **switches)
    error = failure(sim)

    path = {SEARCH: "search/jql" if sim.cloud else "search"}.get(match, match)
    lines = len(str(error).splitlines())
    assert (f"team: {sim.url}: {what.format(path=path)}", True, 1, waits) == (
        error.message,
        bool(error.hint),
        lines,
        clock.slept,
    )


@pytest.mark.parametrize(("switches", "what", "waits"), FOR_EVER, ids=NAMES)
def test_a_passing_fault_is_waited_out(
    sim: JiraSim, clock: Patience, switches: dict[str, Any], what: str, waits: list[float]
) -> None:
    """Each second question fails: what may pass is asked again, nothing is lost; the rest is told."""
    sim.faults.set(every_nth=2, match=f"myself|field|{SEARCH}", **switches)
    try:
        found = closed(tickets(source(sim)))
    except SourceError:
        found = set()

    assert (truth() if waits else set(), bool(waits)) == (found, bool(clock.slept))


@pytest.mark.parametrize(("ahead", "wait"), [(40, 40.0), (-40, 1.0), (None, 5.0)])
def test_retry_after_may_be_a_date(
    sim: JiraSim, clock: Patience, monkeypatch: pytest.MonkeyPatch, ahead: int | None, wait: float
) -> None:
    """It counts from the server's own clock; a past one means now, a broken one means nothing."""
    date = window().since
    monkeypatch.setattr(
        "http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: format_datetime(date, usegmt=True)
    )
    asked = "some day" if ahead is None else format_datetime(date + timedelta(seconds=ahead), usegmt=True)
    sim.faults.set(first_n=1, status=429, retry_after=asked)

    assert (truth(), [wait]) == (closed(tickets(source(sim))), clock.slept)


def test_a_wait_beyond_the_deadline_is_not_begun(sim: JiraSim, clock: Patience) -> None:
    """It is told instead, with what the server asks for."""
    sim.faults.set(first_n=1, status=429, retry_after="3600")

    what = "too many requests (HTTP 429); the next try would be in 3600 s, after the deadline of 120 s"
    error = failure(sim)
    assert (f"team: {sim.url}: {what}", "run again later, or raise deadline", []) == (
        error.message,
        error.hint,
        clock.slept,
    )


def test_a_slow_site_ends_at_the_deadline(sim: JiraSim, clock: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has come by then is kept, what is missing is told."""
    sim.site.cloud_page_max = sim.site.dc_page_max = 20
    answer = sim.site.answer

    def slowly(req: Any) -> Any:
        clock.at += 20
        return answer(req)

    monkeypatch.setattr(sim.site, "answer", slowly)
    found = list(source(sim).collect(window(), None))

    details = [f.detail for f in found if isinstance(f, Outcome)]
    late = f"team: {sim.url}: not finished after 120 s (raise deadline, or ask for fewer projects)"
    pages = 4 if sim.cloud else 3
    expected = [f"{late}; the first {20 * pages} tickets are here"]
    assert (expected, True) == (details, any(isinstance(f, Activity) for f in found))


def test_a_site_that_never_gets_so_far(sim: JiraSim, clock: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a single ticket, the deadline is an error."""
    answer = sim.site.answer

    def slowly(req: Any) -> Any:
        clock.at += 60
        return answer(req)

    monkeypatch.setattr(sim.site, "answer", slowly)

    assert f"team: {sim.url}: not finished after 120 s" == failure(sim).message


@pytest.mark.parametrize("bad_token", ["anonymous", "401"])
def test_an_expired_token_is_no_quiet_fortnight(sim: JiraSim, clock: Patience, bad_token: str) -> None:
    """Though a search would answer 200 and find nothing; nothing is searched."""
    sim.site.bad_token = bad_token
    error = failure(sim, token="bad")

    asked = [r["path"].rpartition("/")[2] for r in sim.stats()["last"]]
    assert (f"team: {sim.url}: the token was refused or has expired (HTTP 401)", ["myself"]) == (
        error.message,
        asked,
    )


@pytest.mark.parametrize(
    ("path", "body", "what"),
    [
        ("myself", {"errorMessages": []}, "the token was refused or has expired"),
        ("myself", {"hello": "world"}, "what answers there is no Jira"),
    ],
)
def test_another_program_answers(
    sim: JiraSim, monkeypatch: pytest.MonkeyPatch, clock: Patience, path: str, body: dict[str, Any], what: str
) -> None:
    """JSON alone makes no Jira, and no user."""
    answer = sim.site.answer

    def strangely(req: Any) -> Any:
        reply = answer(req)
        if req.path.endswith(path):
            reply.data = body
        return reply

    monkeypatch.setattr(sim.site, "answer", strangely)

    assert f"team: {sim.url}: {what}" == failure(sim).message


def test_a_closing_without_an_instant_is_told(cloud: JiraSim, clock: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    """A done ticket of which nobody can say when is not left out in silence."""
    shapes_issue = type(cloud.site.shapes).issue

    def odd(self: Any, issue: Any, fields: list[str], **options: Any) -> Any:
        told = shapes_issue(self, issue, fields, **options)
        if issue["key"] == "CHK-532":
            told["fields"]["statuscategorychangedate"] = "not a date"
        return told

    monkeypatch.setattr(type(cloud.site.shapes), "issue", odd)

    expected = ["when CHK-532 was closed is unknown: Jira does not tell, or cut the history short"]
    assert expected == [f.detail for f in source(cloud).collect(window(), None) if isinstance(f, Outcome)]


def test_nobody_is_there(clock: Patience) -> None:
    """A closed port is told after the tries."""
    gone = JiraSim(dataset())
    gone.start()
    gone.stop()

    assert (f"team: {gone.url}: the connection failed", OUTAGE) == (failure(gone).message, clock.slept)


@pytest.mark.parametrize(("switch", "pages"), [("repeat_token", 3), ("endless_tokens", 6)])
def test_pages_that_go_round_are_left(cloud: JiraSim, switch: str, pages: int) -> None:
    """A token that was seen before, or three pages with nothing new, end it; nothing is missing, so nothing is told."""
    setattr(cloud.site, switch, 10**6)

    found = closed(tickets(source(cloud)))
    assert (truth(), pages) == (found, cloud.stats()["by_route"]["search/jql"])


def test_a_page_may_be_empty(cloud: JiraSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that names a next page is not the end."""
    answer = cloud.site.answer

    def sparse(req: Any) -> Any:
        reply = answer(req)
        if req.path.endswith("/jql") and "nextPageToken" in reply.data and not req.q("nextPageToken"):
            reply.data = {**reply.data, "issues": [], "nextPageToken": token(0, {"jql": req.q("jql")})}
        return reply

    monkeypatch.setattr(cloud.site, "answer", sparse)
    cloud.site.cloud_page_max = 40

    assert truth() == closed(tickets(source(cloud)))


@pytest.mark.parametrize("size", [7, 50, 99])
def test_pages_may_be_shorter_than_asked(sim: JiraSim, size: int) -> None:
    """Both flavours cut them as they like."""
    sim.site.cloud_page_max = sim.site.dc_page_max = size

    assert truth() == closed(tickets(source(sim)))


@pytest.mark.parametrize("total", [-1, 0, None])
def test_a_count_that_is_none_ends_no_search(sim: JiraSim, monkeypatch: pytest.MonkeyPatch, total: int | None) -> None:
    """Pages are read until one brings nothing new."""
    answer = sim.site.answer

    def uncounted(req: Any) -> Any:
        reply = answer(req)
        if isinstance(reply.data, dict) and "total" in reply.data:
            reply.data = {**reply.data, "total": total}
        return reply

    monkeypatch.setattr(sim.site, "answer", uncounted)
    sim.site.cloud_page_max = sim.site.dc_page_max = 40

    assert truth() == closed(tickets(source(sim)))


def test_half_of_a_character_in_a_title_is_no_failure(sim: JiraSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some tracker cut it within an emoji; titles are also kept for the next run."""
    answer = sim.site.answer

    def cut(req: Any) -> Any:
        reply = answer(req)
        reply.raw = json.dumps(reply.data).replace('"summary": "', '"summary": "\\ud83d ').encode()
        return reply

    monkeypatch.setattr(sim.site, "answer", cut)

    with Spool() as items:
        for item in source(sim).collect(window(), None):
            assert not isinstance(item, Outcome)
            items.put(item)
        assert truth() == {a.key for a in items if isinstance(a, Activity) and a.done}


def test_what_is_counted_and_not_given_is_told(sim: JiraSim) -> None:
    """An answer that is short is truncated, not complete."""
    sim.site.withheld = 3
    sim.site.cloud_page_max = sim.site.dc_page_max = 50
    found = list(source(sim, upcoming=False).collect(window(), None))

    outcomes = [f for f in found if isinstance(f, Outcome)]
    counts = [int(n) for o in outcomes for n in re.findall(r"\d+", o.detail)]
    assert (["truncated"], 3, True) == (
        [o.status for o in outcomes],
        counts[0] - counts[1],
        sum(isinstance(f, Activity) for f in found) < len(truth()),
    )


def test_a_count_that_cannot_be_had_is_no_failure(cloud: JiraSim, clock: Patience) -> None:
    """Where the pages ended as they should."""
    cloud.faults.set(first_n=10**6, status=403, match="approximate-count")

    assert truth() == closed(tickets(source(cloud)))


def test_without_a_count_a_circle_is_an_error(cloud: JiraSim, clock: Patience) -> None:
    """Nobody knows then whether anything is missing."""
    cloud.site.repeat_token = 10**6
    cloud.faults.set(first_n=10**6, status=403, match="approximate-count")

    assert f"team: {cloud.url}: access is forbidden (HTTP 403)" == failure(cloud).message


def test_sprints_that_cannot_be_searched_fail_alone(sim: JiraSim, clock: Patience) -> None:
    """What was closed and what is in progress is told, and that the rest is missing."""
    answer = sim.site.answer

    def refusing(req: Any) -> Any:
        return refusal("Field 'sprint' does not exist.") if "openSprints" in req.q("jql") else answer(req)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sim.site, "answer", refusing)
        found = list(source(sim).collect(window(), None))

    (outcome,) = outcomes(found)
    begins = f"what lies ahead in sprints is missing: team: {sim.url}: the query was refused (HTTP 400)"
    states = {f.state for f in found if isinstance(f, Activity)}
    assert (truth(), "truncated", begins, {"done", "declined", "active"}) == (
        {f.key for f in found if isinstance(f, Activity) and f.done},
        outcome.status,
        outcome.detail[: len(begins)],
        states,
    )


def test_a_history_that_is_cut_is_told(sim: JiraSim, clock: Patience) -> None:
    """Where the rest cannot be had, the ticket is left out and named."""
    sim.site.tells_change = False
    shapes_issue = type(sim.site.shapes).issue

    def cut(self: Any, issue: Any, fields: list[str], **options: Any) -> Any:
        shown = shapes_issue(self, issue, fields, **options)
        if issue["key"] == "CHK-532" and "changelog" in shown:
            shown["changelog"]["histories"] = shown["changelog"]["histories"][:0]
        return shown

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(sim.site.shapes), "issue", cut)
        found = list(source(sim).collect(window(), None))

    details = [f.detail for f in found if isinstance(f, Outcome)]
    expected = [] if sim.cloud else ["when CHK-532 was closed is unknown: Jira does not tell, or cut the history short"]
    assert (expected, sim.cloud) == (details, "CHK-532" in {f.key for f in found if isinstance(f, Activity)})


def test_a_site_that_gives_no_histories_is_told(sim: JiraSim, clock: Patience, monkeypatch: pytest.MonkeyPatch) -> None:
    """It found tickets whose status changed, and keeps back how: Cloud is asked for it, else it is no quiet fortnight."""
    sim.site.tells_change = False
    shapes_issue = type(sim.site.shapes).issue

    def bare(self: Any, issue: Any, fields: list[str], **options: Any) -> Any:
        return {k: v for k, v in shapes_issue(self, issue, fields, **options).items() if k != "changelog"}

    monkeypatch.setattr(type(sim.site.shapes), "issue", bare)
    found = list(source(sim).collect(window(), None))

    details = [f.detail for f in found if isinstance(f, Outcome)]
    done = {f.key for f in found if isinstance(f, Activity) and f.done}
    assert (truth() if sim.cloud else set(), [] if sim.cloud else [True]) == (
        done,
        [re.search(r"CHK-\d+ and \d+ others was closed is unknown", d) is not None for d in details],
    )


def test_whether_a_silent_project_is_hidden_may_stay_unknown(sim: JiraSim, clock: Patience) -> None:
    """It is told; what was found is told as well."""
    sim.site.silent_projects = True
    sim.faults.set(first_n=10**6, status=403, match="/project")
    found = list(source(sim, projects=["CHK", "NOPE"]).collect(window(), None))

    begins = f"whether NOPE can be seen is unknown: team: {sim.url}: access is forbidden (HTTP 403)"
    details = [f.detail[: len(begins)] for f in found if isinstance(f, Outcome)]
    assert ([begins], True) == (details, any(isinstance(f, Activity) for f in found))


def test_histories_come_in_pages(cloud: JiraSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each page names the next; one that names itself is the last."""
    cloud.site.tells_change, cloud.site.changelog_max = False, 1
    answer = cloud.site.answer

    def paged(req: Any) -> Any:
        reply = answer(req)
        if req.path.endswith("/bulkfetch"):
            logs, second = reply.data["issueChangeLogs"], req.json().get("nextPageToken")
            half = len(logs) // 2
            reply.data = {"issueChangeLogs": logs[half:] if second else logs[:half], "nextPageToken": "2"}
        return reply

    monkeypatch.setattr(cloud.site, "answer", paged)

    found = closed(tickets(source(cloud, upcoming=False)))
    assert (truth(), 2) == (found, cloud.stats()["by_route"]["changelog bulkfetch"])


def test_a_refusal_that_is_not_of_jira(sim: JiraSim, clock: Patience) -> None:
    """A proxy's page with a 400 is not quoted."""
    answer = sim.site.answer
    with pytest.MonkeyPatch.context() as patch:
        refused = Reply(raw=b"<html>No way</html>", status=400)
        patch.setattr(sim.site, "answer", lambda req: refused if SEARCH in req.path else answer(req))
        error = failure(sim)

    assert f"team: {sim.url}: the query was refused (HTTP 400)" == error.message


def test_a_refused_query_says_what_jira_says(sim: JiraSim, clock: Patience) -> None:
    """On one line, and what to look at."""
    what = "the query was refused (HTTP 400): Field 'foo' does not exist or you do not have permission to view it."

    error = failure(sim, jql="foo = 1")
    asked = sim.stats()["by_route"]["search/jql 400" if sim.cloud else "search 400"]
    assert (f"team: {sim.url}: {what}", "see projects and jql", 1) == (error.message, error.hint, asked)


@pytest.mark.parametrize("switches", LOUD, ids=str)
def test_the_secret_is_nowhere(
    sim: JiraSim,
    clock: Patience,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    switches: dict[str, Any],
) -> None:
    """Not in a message, not in what lies behind it, not in a log, not on the screen; nor is the answer's body."""
    caplog.set_level(logging.DEBUG)
    made = source(sim, token=TOKEN)
    list(made.check())
    sim.faults.set(first_n=10**6, match=SEARCH, **switches)
    error = failure(sim, token=TOKEN)

    behind = [repr(e) for e in (error, error.__cause__, error.__context__)]
    screen = capfd.readouterr()
    written = "\n".join([str(error), repr(error.args), *behind, caplog.text, screen.out, screen.err, repr(made)])
    basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
    assert [] == [s for s in (TOKEN, basic, "Lorem ipsum", "Bad Gateway", "Sign in") if s in written]
