from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
from github import GithubException
from graphql import build_schema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.collectors.github import wire
from digest.collectors.github.faults import of_exception
from digest.collectors.github.gather import gather
from digest.config import Secret
from digest.errors import DigestError, SourceError
from tests.sims.github.bench import LATER, PERIOD, TOKEN, Clock, merged, run, source
from tests.sims.github.datagen import generate
from tests.sims.github.server import SCHEMA, GithubSim
from tests.sims.simkit import Reply, Request

DATA = generate(big=0)
CHECKOUT = merged(DATA, "acme/checkout")
IN_SEVEN_SECONDS = format_datetime(LATER + timedelta(seconds=7))


@pytest.fixture(scope="module")
def served() -> Iterator[GithubSim]:
    """One double for all tests."""
    with GithubSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GithubSim) -> GithubSim:
    """The double with every switch off and a fresh budget."""
    served.faults.clear()
    served.forbidden, served.hidden, served.heavy, served.spoil = set(), set(), 0, lambda _: None
    served.budget |= {"limit": 5000, "used": 0, "reset": int(LATER.timestamp()) + 30}
    return served


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    header = format_datetime(LATER, usegmt=True)
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: header)


@pytest.mark.parametrize(
    ("fault", "slept", "requests"),
    [
        ({"status": 500}, [1], 3),
        ({"status": 503}, [1], 3),
        ({"status": 502}, [1], 5),
        ({"status": 504}, [1], 5),
        ({"status": 503, "first_n": 4}, [1, 2, 4, 8], 6),
        ({"status": 429, "retry_after": "7"}, [7], 3),
        ({"status": 429, "retry_after": IN_SEVEN_SECONDS}, [7], 3),
        ({"status": 429, "retry_after": "0"}, [1], 3),
        ({"status": 429, "retry_after": "soon"}, [60], 3),
        ({"status": 429, "retry_after": "nan"}, [60], 3),
        ({"status": 429, "retry_after": "inf"}, [60], 3),
        ({"status": 429, "retry_after": "9" * 400}, [60], 3),
        ({"status": 429, "retry_after": "-30"}, [1], 3),
        ({"status": 503, "retry_after": "nan"}, [1], 3),
        ({"status": 429}, [60], 3),
        ({"kind": "secondary", "status": 403}, [60], 3),
        ({"kind": "secondary", "status": 403, "retry_after": "9"}, [9], 3),
        ({"kind": "secondary", "status": 429, "retry_after": "9", "first_n": 6}, [9, 9, 9, 9, 16, 16], 8),
        ({"kind": "primary"}, [30], 3),
        ({"kind": "truncated_json"}, [1], 3),
        ({"kind": "truncated_body"}, [1], 3),
        ({"kind": "html"}, [1], 3),
        ({"kind": "empty"}, [1], 3),
        ({"kind": "reset"}, [1], 3),
    ],
    ids=lambda x: "-".join(map(str, x.values())) if isinstance(x, dict) else "",
)
def test_what_passes_by_itself_is_asked_again(
    sim: GithubSim, fault: dict[str, Any], slept: list[float], requests: int
) -> None:
    """A fault that passes costs the wait that GitHub asks for, or a growing one; then everything is there."""
    sim.faults.set(**{"first_n": 1, **fault})

    ran = run(sim, "acme/checkout")

    assert (CHECKOUT, [], slept) == (ran.found(), ran.outcomes, ran.slept)
    assert ran.requests <= requests


def test_a_slow_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that takes too long is given up and asked for again."""
    monkeypatch.setattr(wire, "TIMEOUT", 1)
    with GithubSim(DATA) as sim:
        sim.faults.set(first_n=1, kind="hang", hang_s=1.2)

        ran = run(sim, "acme/mobile-app")

    assert ([], [1]) == (ran.outcomes, ran.slept)


@pytest.mark.parametrize(
    ("fault", "says", "requests"),
    [
        ({"status": 401}, "it refuses the token (401)", 1),
        ({"status": 403}, "it forbids the request (403): Resource not accessible by personal access token", 1),
        ({"status": 404}, "there is no GitHub API at this address (404)", 1),
        ({"status": 418}, "it answers 418: Server Error", 1),
        ({"status": 500}, "it answers 500", 5),
        ({"status": 502}, "it answers 502", 12),
        ({"status": 429}, "its rate limit is used up until", 3),
        ({"status": 429, "retry_after": "600"}, "its rate limit is used up until 09:10:00 UTC; the deadline", 1),
        ({"kind": "primary"}, "its rate limit is used up until", 10),
        ({"kind": "truncated_json"}, "the answer is no JSON", 5),
        ({"kind": "truncated_body"}, "the connection broke off", 5),
        ({"kind": "html"}, "the answer is no JSON", 5),
        ({"kind": "empty"}, "the answer is no JSON", 5),
        ({"kind": "reset"}, "the connection broke off (ConnectionError)", 5),
    ],
    ids=lambda x: "-".join(map(str, x.values())) if isinstance(x, dict) else "",
)
def test_what_does_not_pass_is_one_line(sim: GithubSim, fault: dict[str, Any], says: str, requests: int) -> None:
    """A fault that stays is an error that names the source and the address, after a bounded number of requests."""
    sim.faults.set(first_n=999, **fault)

    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert raised.value.message.startswith(f"[collectors.hub] {sim.url}: {says}")
    assert ("\n" in str(raised.value), True) == (False, sim.stats()["total"] <= requests)


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "secondary", "retry_after": "25"},
        {"kind": "primary"},
        {"status": 429, "retry_after": "25"},
        {"status": 502},
    ],
    ids=["secondary", "primary", "429", "502"],
)
def test_no_wait_is_longer_than_the_deadline(sim: GithubSim, fault: dict[str, Any]) -> None:
    """All waits together stay inside the deadline, whatever GitHub asks for."""
    sim.faults.set(first_n=999, **fault)
    clock = Clock()
    found = gather(source(sim, "acme/checkout", deadline=100), PERIOD, None, clock=clock, sleep=clock.sleep)

    with pytest.raises(SourceError, match="the deadline does not allow to wait"):
        list(found)

    assert 0 < sum(clock.slept) <= 100


def test_nobody_there_is_one_line() -> None:
    """A refused connection is told in a line."""
    with GithubSim(DATA) as sim:
        pass

    with pytest.raises(SourceError, match="the connection broke off"):
        run(sim, "acme/checkout")


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        ({"status": 401}, "it refuses the token (401)"),
        ({"kind": "html"}, "the answer is no JSON"),
        ({"status": 429, "retry_after": "999"}, "its rate limit is used up until 09:16:39 UTC"),
        ({"status": 502}, "it answers 502"),
    ],
    ids=["expired", "proxy", "limit", "slow"],
)
def test_half_of_it_is_never_told_as_whole(sim: GithubSim, fault: dict[str, Any], says: str) -> None:
    """Where it breaks off in the middle, the rows that came are there and what was not whole is told as truncated."""
    sim.faults.set(from_nth=2, **fault)

    ran = run(sim, "acme/checkout", "acme/platform")

    assert [("truncated", True)] == [
        (status, detail.startswith(f"acme/checkout: {says}")) for status, detail in ran.told
    ]
    assert 0 < len(ran.found() & CHECKOUT) < len(CHECKOUT)


def test_every_second_answer_may_be_too_slow(sim: GithubSim) -> None:
    """A server that gives up on every second query still gives all, in smaller pages."""
    sim.faults.set(every_nth=2, status=502)

    ran = run(sim, "acme/checkout", "acme/platform", "acme/mobile-app")

    assert (merged(DATA, "acme/checkout", "acme/platform", base="main"), []) == (ran.found(), ran.outcomes)


def test_a_query_is_made_smaller_until_it_passes(sim: GithubSim) -> None:
    """A query that is too heavy is asked in smaller pages, then for fewer repositories."""
    sim.heavy = 5000

    ran = run(sim, "acme/checkout", "acme/platform", "acme/mobile-app")

    assert (merged(DATA, "acme/checkout", "acme/platform", base="main"), []) == (ran.found(), ran.outcomes)


def test_one_repository_may_fail_alone(sim: GithubSim) -> None:
    """What one repository lacks is told for it; the others are whole."""
    sim.forbidden = {"acme/platform"}

    ran = run(sim, "acme/checkout", "acme/platform", "acme/gone", "acme/mobile-app")

    assert CHECKOUT <= ran.found()
    assert [
        ("acme/gone", "failed", "not found, or the token has no access to it"),
        ("acme/platform", "truncated", "closed to the token by single sign-on"),
    ] == sorted((d.split(": ")[0], s, d.split(": ")[1].split(" (")[0]) for s, d in ran.told)


def test_a_private_repository_is_not_a_quiet_one(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A token that may not see a repository gets a failure, not an empty list; one that may, the private rows."""
    assert [True] == [r.private for r in run(sim, "acme/secret").rows if r.kind == "pull_request"]
    monkeypatch.setenv("GITHUB_TOKEN", "limited")

    ran = run(sim, "acme/secret", "acme/mobile-app")

    assert [("failed", 0)] == [(o.status, o.count) for o in ran.outcomes]


def test_a_field_that_the_token_may_not_read_is_told(sim: GithubSim) -> None:
    """A field that is hidden from the token makes the source truncated, the rows stay."""
    sim.hidden = {"closingIssuesReferences"}

    ran = run(sim, "acme/checkout")

    assert (CHECKOUT, [()]) == (ran.found(), sorted({r.links[1:] for r in ran.rows}))
    assert [("truncated", True)] == [(s, "closingIssuesReferences: forbidden" in d) for s, d in ran.told]


def test_a_repeated_page_is_refused(sim: GithubSim) -> None:
    """A page that comes again and again ends the run with a truncated source."""
    sim.faults.set(duplicate_pages=True)

    ran = run(sim, "acme/checkout")

    assert (CHECKOUT, ["truncated"], True) == (ran.found(), [s for s, _ in ran.told], ran.requests <= 4)


@pytest.mark.parametrize("kind", ["status", "secondary", "primary", "html", "reset", "truncated_body"])
@pytest.mark.parametrize("token", [TOKEN, "bad token\nX-Evil: 1", "bäd", "bad-but-plain"])
def test_the_secret_is_told_nowhere(
    sim: GithubSim, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, kind: str, token: str
) -> None:
    """Neither a log line, an outcome, an error nor a representation holds the token."""
    monkeypatch.setenv("GITHUB_TOKEN", token)
    caplog.set_level(logging.DEBUG)
    sim.faults.set(every_nth=2, kind=kind, status=403)
    told = [repr(source(sim, "acme/checkout"))]

    try:
        ran = run(sim, "acme/checkout", "acme/gone")
        told += [repr(ran.rows), repr(ran.outcomes)]
    except DigestError as error:
        told += [repr(error), str(error), repr(error.__cause__), repr(error.__context__)]

    assert [] == [t for t in [*told, caplog.text] if token in t]


def test_a_secret_that_is_no_token_is_told_without_it(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted line with spaces is refused before it is sent."""
    monkeypatch.setenv("GITHUB_TOKEN", "export TOKEN=abc")

    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert ("[collectors.hub]: what stands at `token` is no token", 0) == (str(raised.value), sim.stats()["total"])


def test_a_missing_secret_names_its_place(sim: GithubSim) -> None:
    """A secret that is not there is told by the place where it was looked for."""
    with pytest.raises(DigestError, match="environment variable NOWHERE is not set"):
        run(sim, "acme/checkout", token=Secret("env:NOWHERE"))


def spoiler(times: int, *, one: bool) -> Callable[[dict[str, Any]], None]:
    """Spoils so many answers with an error: about all of it, or about a search that found nothing."""
    left = iter(range(times))

    def spoil(told: dict[str, Any]) -> None:
        quiet = next((a for a, v in told["data"].items() if v and v.get("issueCount") == 0), None)
        if (quiet or not one) and next(left, None) is not None:
            kind = "RESOURCE_LIMITS_EXCEEDED"
            told["errors"].append({"type": kind, "message": "too much", "path": [quiet] if one else None})
            if one:
                told["data"][quiet] = None

    return spoil


def test_an_error_about_all_of_it_spoils_all_of_it(sim: GithubSim) -> None:
    """Data that came with an error which names no part is not taken for whole; the query is asked smaller."""
    sim.spoil = spoiler(1, one=False)

    ran = run(sim, "acme/checkout")

    assert (CHECKOUT, [], [1]) == (ran.found(), ran.outcomes, ran.slept)


@pytest.mark.parametrize(("times", "told"), [(1, []), (3, []), (99, [("failed", True)])])
def test_one_part_that_failed_is_asked_again(sim: GithubSim, times: int, told: list[tuple[str, bool]]) -> None:
    """A part of a query that GitHub gives up on is asked again a few times, the rest is not."""
    sim.spoil = spoiler(times, one=True)

    ran = run(sim, "acme/mobile-app", "acme/checkout", upcoming=False)

    assert told == [(s, d.startswith("acme/mobile-app: the query was too much for it")) for s, d in ran.told]
    assert CHECKOUT == ran.found()


def without(text: str) -> GithubSim:
    """A double whose schema is older: it lacks a part of ours."""
    return GithubSim(DATA, schema=build_schema(SCHEMA.read_text(encoding="utf-8").replace(text, "")))


@pytest.mark.parametrize(
    "lacks", ["(enableDuplicate: Boolean = false)", "stateReason(enableDuplicate: Boolean = false): IssueStateReason"]
)
def test_an_older_server_is_asked_for_less(lacks: str) -> None:
    """A server that does not know why issues are closed is asked without it, and all closed ones count."""
    with without(lacks) as sim:
        ran = run(sim, "acme/checkout", issues=True)
        routes = sim.stats()["by_route"]

    assert (CHECKOUT, 4, []) == (ran.found(), sum(r.kind == "ticket" for r in ran.rows), ran.outcomes)
    assert routes["GraphQL refused"] <= 2


def test_a_server_that_is_too_old_is_one_line() -> None:
    """A field that is needed and unknown ends the run, and the line names it."""
    with without("isDraft: Boolean!") as sim, pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert str(raised.value).endswith(": Field 'isDraft' doesn't exist on type 'PullRequest' (this server is too old)")


@pytest.mark.parametrize(
    ("error", "says", "again"),
    [
        (requests.exceptions.SSLError("certificate verify failed"), "its certificate is not trusted", False),
        (requests.exceptions.ConnectTimeout(), "it did not answer in time", True),
        (requests.exceptions.ChunkedEncodingError(), "the connection broke off (ChunkedEncodingError)", True),
        (RuntimeError("Github server redirected from host a to b"), "it redirects elsewhere", False),
        (GithubException(403, {"message": "x"}, {"X-GitHub-SSO": "required; url=…"}), "the token is closed out by single sign-on (403)", False),
        (GithubException(403, None, None), "it forbids the request (403): no reason given", False),
        (GithubException(403, {"message": "API rate limit exceeded for user ID 1."}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "160"}), "its rate limit is used up until 00:02:40 UTC", True),
        (GithubException(400, {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": "too many"}]}, {}), "the query was too much for it: too many", True),
        (GithubException(400, {"errors": [{"message": 'Parse error\non "}"'}]}, {}), 'it says: Parse error on "}"', False),
        (GithubException(409, {"message": "no"}, {}), "it answers 409: no", False),
        (GithubException(429, None, {"Retry-After": "9" * 30}), "its rate limit is used up until 09:48:20 UTC", True),
        (GithubException(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 30}), "its rate limit is used up until 09:48:20 UTC", True),
        (GithubException(403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "²"}), "its rate limit is used up until 00:02:40 UTC", True),
        (RecursionError(), "the answer is no JSON", True),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Exception) else "",
)  # fmt: skip
def test_every_exception_is_one_line(error: Exception, says: str, *, again: bool) -> None:
    """What PyGithub and the connection raise becomes words for people, and whether to ask again."""
    fault = of_exception(error, 100.0)

    assert (says, again) == (fault.what, fault.again)


@pytest.mark.parametrize("said", [b"[]", b'"ok"', b"null", b"17", b"{}", b"[" * 100_000])
def test_other_json_is_no_answer(sim: GithubSim, monkeypatch: pytest.MonkeyPatch, said: bytes) -> None:
    """Some other program answers."""
    monkeypatch.setattr(sim, "route", lambda _: Reply(raw=said))

    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert f"[collectors.hub] {sim.url}: the answer is no JSON" == raised.value.message


class Moody(GithubSim):
    """Fails by a list: one fault, or none, for each request."""

    moods: list[dict[str, Any]]

    def answer(self, req: Request) -> tuple[Reply, str]:
        """The next fault of the list; without one the right answer."""
        self.faults.clear()
        if self.moods and (mood := self.moods.pop(0)):
            self.faults.set(first_n=1, **mood)
        return super().answer(req)


@pytest.fixture(scope="module")
def moody() -> Iterator[Moody]:
    """A double that fails by a list."""
    with Moody(DATA) as sim:
        sim.moods = []
        yield sim


MOODS: list[dict[str, Any]] = [
    {},
    *({"status": s} for s in (401, 403, 404, 429, 500, 502, 503, 504)),
    *({"kind": k} for k in ("truncated_json", "truncated_body", "html", "empty", "reset", "secondary")),
    {"kind": "secondary", "retry_after": "5"},
]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moods=st.lists(st.sampled_from(MOODS), max_size=8))
def test_whatever_fails_nothing_is_wrong_and_nothing_is_missing_silently(
    moody: Moody, moods: list[dict[str, Any]]
) -> None:
    """Rows are always true; they are all there, or an outcome or an error says that they are not."""
    moody.moods = [{**m} for m in moods]
    truth = merged(DATA, "acme/checkout", "acme/platform", base="main")

    try:
        ran = run(moody, "acme/checkout", "acme/platform")
    except SourceError:
        return

    assert ran.found() <= truth
    assert (ran.found() == truth) or {"truncated", "failed"} & {o.status for o in ran.outcomes}


def test_an_organisation_that_does_not_tell_of_itself_is_read_by_its_search(sim: GithubSim) -> None:
    """What came is kept, and it is said what did not."""

    def silent(told: dict[str, Any]) -> None:
        for alias in [a for a, part in told["data"].items() if part and "repositories" in part]:
            told["data"][alias] = None
            told.setdefault("errors", []).append({"message": "no owners here", "path": [alias]})

    sim.spoil = silent
    ran = run(sim, "org:acme")

    assert (True, ["truncated"]) == (CHECKOUT <= ran.found(), [o.status for o in ran.outcomes])
