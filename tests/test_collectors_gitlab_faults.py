from __future__ import annotations

import builtins
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from digest.collectors.gitlab import wire
from digest.collectors.gitlab.gather import gather
from digest.collectors.gitlab.inspect import inspect
from digest.config import Secret
from digest.errors import DigestError, SourceError
from digest.model import Outcome
from tests.sims.github.bench import Clock
from tests.sims.gitlab.bench import LATER, PERIOD, TOKEN, run, source, true
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim
from tests.sims.simkit import Reply, Request

DATA = generate(big=0)
CHECKOUT = true(DATA, "landed", "acme/checkout")


@pytest.fixture(scope="module")
def served() -> Iterator[GitlabSim]:
    """One double for all tests."""
    with GitlabSim(DATA) as sim:
        yield sim


@pytest.fixture
def sim(served: GitlabSim) -> GitlabSim:
    """The double with every switch off."""
    served.afresh(DATA)
    served.resets = LATER.timestamp() + 30
    return served


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)


def named(value: Any) -> str:
    """How a row of a table is called."""
    return "-".join(map(str, value.values())) if isinstance(value, dict) else ""


PASSING: list[tuple[dict[str, Any], list[float]]] = [
    ({"status": 500}, [1]),
    ({"status": 502}, [1]),
    ({"status": 503}, [1]),
    ({"status": 504}, [1]),
    ({"status": 503, "retry_after": "3"}, [3]),
    ({"status": 503, "first_n": 4}, [1, 2, 4, 8]),
    ({"status": 502, "first_n": 4}, [1, 2, 4, 8]),
    ({"status": 429, "retry_after": "7"}, [7]),
    ({"status": 429, "retry_after": "0"}, [1]),
    ({"status": 429, "retry_after": "soon"}, [60]),
    ({"status": 429, "retry_after": "nan"}, [60]),
    ({"status": 429, "retry_after": "9" * 400}, [60]),
    ({"status": 429, "retry_after": "-30"}, [1]),
    ({"status": 429}, [60]),
    ({"kind": "secondary"}, [60]),
    ({"kind": "secondary", "retry_after": "9", "first_n": 4}, [9, 9, 9, 9]),
    ({"kind": "primary"}, [30]),
    ({"kind": "truncated_json"}, [1]),
    ({"kind": "truncated_body"}, [1]),
    ({"kind": "html"}, [1]),
    ({"kind": "empty"}, [1]),
    ({"kind": "reset"}, [1]),
]


@pytest.mark.parametrize("changed", [None, PERIOD.until], ids=["first", "rerun"])
@pytest.mark.parametrize(("fault", "slept"), PASSING, ids=named)
def test_what_passes_by_itself_is_asked_again(
    sim: GitlabSim, changed: datetime | None, fault: dict[str, Any], slept: list[float]
) -> None:
    """A fault that passes costs the wait that GitLab asks for, or a growing one; then everything is there."""
    sim.faults.set(**{"first_n": 1, **fault})

    ran = run(sim, "acme/checkout", changed=changed)

    assert (CHECKOUT, [], slept) == (ran.found(), ran.outcomes, ran.slept)
    assert ran.requests <= 1 + len(slept) + 3


@pytest.mark.parametrize(("ahead", "wait"), [(40, 40.0), (-40, 1.0)])
def test_retry_after_may_be_a_date(sim: GitlabSim, monkeypatch: pytest.MonkeyPatch, ahead: int, wait: float) -> None:
    """It counts from the server's own clock, however wrong ours is; a past one means now."""
    there = LATER - timedelta(days=400)
    monkeypatch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: format_datetime(there))
    sim.faults.set(first_n=1, status=429, retry_after=format_datetime(there + timedelta(seconds=ahead)))

    assert [wait] == run(sim, "acme/mobile-app").slept


def test_a_slow_answer_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that takes too long is given up and asked for again."""
    monkeypatch.setattr(wire, "TIMEOUT", 1.0)
    with GitlabSim(DATA) as sim:
        sim.faults.set(first_n=1, kind="hang", hang_s=1.2)

        ran = run(sim, "acme/mobile-app")

    assert ([], [1]) == (ran.outcomes, ran.slept)


LASTING: list[tuple[dict[str, Any], str, int]] = [
    ({"status": 401}, "it refuses the token (401)", 1),
    ({"status": 404}, "there is no GitLab at this address (404)", 1),
    ({"status": 403}, "it forbids the request (403): API not accessible for user", 1),
    ({"status": 418}, "it answers 418: a web page came instead of data", 1),
    ({"status": 500}, "it answers 500", 10),
    ({"status": 502}, "it answers 502", 10),
    ({"status": 503}, "it answers 503", 5),
    ({"status": 503, "retry_after": "600"}, "it answers 503; the deadline does not allow to wait", 1),
    ({"status": 504}, "it answers 504", 10),
    ({"status": 429}, "its rate limit is used up until", 2),
    ({"status": 429, "retry_after": "600"}, "its rate limit is used up until 09:10:00 UTC; the deadline", 1),
    ({"kind": "primary"}, "its rate limit is used up until", 5),
    ({"kind": "secondary", "retry_after": "3"}, "its rate limit is used up until", 5),
    ({"kind": "truncated_json"}, "the answer is no JSON of GitLab's", 5),
    ({"kind": "truncated_body"}, "the connection broke off (ChunkedEncodingError)", 5),
    ({"kind": "html"}, "the answer is no JSON of GitLab's", 5),
    ({"kind": "empty"}, "the answer is no JSON of GitLab's", 5),
    ({"kind": "reset"}, "the connection broke off (ConnectionError)", 5),
]


@pytest.mark.parametrize(("fault", "says", "requests"), LASTING, ids=named)
def test_what_does_not_pass_is_one_line(sim: GitlabSim, fault: dict[str, Any], says: str, requests: int) -> None:
    """A fault that stays is an error that names the source and the address, after a bounded number of requests."""
    sim.faults.set(first_n=999, **fault)

    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout", "acme/mobile-app")

    assert raised.value.message.startswith(f"[collectors.lab] {sim.url}: {says}")
    assert ("\n" in str(raised.value), True) == (False, sim.stats()["total"] <= requests)


@pytest.mark.parametrize(("fault", "says", "requests"), LASTING, ids=named)
def test_half_of_it_is_never_told_as_whole(sim: GitlabSim, fault: dict[str, Any], says: str, requests: int) -> None:
    """Where it breaks off in the middle of a list, the rows that came are there, and what is missing is told."""
    sim.data = generate(big=150)
    sim.faults.set(from_nth=2, **fault)

    ran = run(sim, "acme/monolith", "acme/mobile-app", issues=True)

    told = [
        (status, detail.partition(": ")[2].partition(" (")[0].startswith(says.partition(" (")[0]))
        for status, detail in ran.told
    ]
    assert ("truncated", True) == (told[0][0], all(same for _, same in told))
    assert 0 < len(ran.found()) < 150
    assert ran.requests <= 1 + requests


@pytest.mark.parametrize(
    "fault",
    [{"kind": "secondary", "retry_after": "25"}, {"kind": "primary"}, {"status": 502}, {"status": 503}],
    ids=named,
)
def test_no_wait_is_longer_than_the_deadline(sim: GitlabSim, fault: dict[str, Any]) -> None:
    """All waits together stay inside the deadline, whatever GitLab asks for."""
    sim.faults.set(first_n=999, **fault)
    clock = Clock()
    found = gather(source(sim, "acme/checkout", deadline=14), PERIOD, None, clock=clock, sleep=clock.sleep)

    with pytest.raises(SourceError, match="the deadline does not allow to wait"):
        list(found)

    assert sum(clock.slept) <= 14


def test_a_slow_server_ends_at_the_deadline(sim: GitlabSim) -> None:
    """What has come by then is kept, what is missing is told, and nothing more is asked."""
    sim.data = generate(big=950)
    clock = Clock()
    answer = sim.route

    class Slow:
        """Lets twenty seconds pass with each answer."""

        def __call__(self, req: Request) -> Reply:
            clock.at += 20
            return answer(req)

    sim.route = Slow()  # type: ignore[method-assign]
    try:
        found = list(
            gather(source(sim, "acme/monolith", "acme/checkout"), PERIOD, None, clock=clock, sleep=clock.sleep)
        )
    finally:
        del sim.route

    late = "it was not finished by the deadline (raise `deadline`, or name fewer projects)"
    details = [o.detail for o in found if isinstance(o, Outcome)]
    assert [f"acme/monolith: {late}"] == details
    assert 6 == sim.stats()["total"]


@pytest.mark.parametrize("heavy", [220, 150, 120, 90])
def test_a_question_is_made_smaller_until_it_passes(sim: GitlabSim, heavy: int) -> None:
    """What is too much for the server is asked for list by list, then in smaller pages."""
    sim.heavy = heavy

    ran = run(sim, "group:acme", issues=True)

    names = {p["path"] for p in DATA["projects"] if p["path"].startswith("acme/")}
    assert (true(DATA, "landed", *names), []) == (ran.found(), ran.outcomes)


def test_a_question_that_is_counted_otherwise_is_asked_in_parts(
    sim: GitlabSim, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What GitLab finds too complex it always will: it is not asked again as it is, and nothing is waited for."""
    monkeypatch.setattr("tests.sims.gitlab.server.MOST", 140)

    ran = run(sim, "acme/checkout", issues=True)

    found = (ran.found(), ran.found(kind="ticket"))
    assert ((CHECKOUT, true(DATA, "done", "acme/checkout")), [], []) == (found, ran.outcomes, ran.slept)
    assert ran.requests <= 6


def test_a_list_that_always_is_too_much_is_told(sim: GitlabSim) -> None:
    """One that fails in its smallest page is missing, and the source is not whole."""
    sim.heavy = 60

    ran = run(sim, "acme/checkout")

    assert [("failed", "acme/checkout: it answers 500 (see its status page, or its administrators)")] == ran.told


def test_a_project_that_is_gone_leaves_the_others(sim: GitlabSim) -> None:
    """Also where it is the first one that is asked for."""
    ran = run(sim, "acme/gone", "acme/checkout", "group:nobody")

    hidden = "not found, or the token has no access to it"
    assert CHECKOUT == ran.found()
    assert [("failed", f"acme/gone, group:nobody: {hidden}")] == [(s, d.partition(" (")[0]) for s, d in ran.told]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("issues", "the token's user may not read its issues (check the name"),
        ("merge_requests", "the token's user may not read its merge requests (check the name"),
        ("milestones", "a list cannot be read: The resource that you are attempting to access does not exist"),
    ],
)
@pytest.mark.parametrize("changed", [None, PERIOD.until], ids=["first", "rerun"])
def test_a_list_that_is_forbidden_leaves_the_others(
    sim: GitlabSim, kind: str, says: str, changed: datetime | None
) -> None:
    """What one list lacks is told; the others are whole."""
    sim.forbidden = {f"acme/checkout/{kind}"}

    ran = run(sim, "acme/checkout", "acme/mobile-app", issues=True, changed=changed)

    done = true(DATA, "done", "acme/checkout")
    whole = (set() if kind == "merge_requests" else CHECKOUT, set() if kind == "issues" else done)
    inside = {r.key for r in ran.rows if (r.state, r.kind) == ("done", "ticket") and r.done and r.done in PERIOD}
    assert whole == (ran.found(), inside)
    assert [("truncated", True)] == [(s, d.startswith(f"acme/checkout: {says}")) for s, d in ran.told]


def test_a_list_that_takes_too_long_is_asked_for_alone_and_then_told(sim: GitlabSim) -> None:
    """GitLab stops a list that takes longer than it allows: what else there is, is there."""
    sim.slow = {"acme/checkout/merge_requests"}

    ran = run(sim, "acme/checkout")

    assert [("failed", True)] == [(s, "it answers: Timeout on Project.mergeRequests" in d) for s, d in ran.told]

    sim.slow = {"acme/checkout/issues"}
    ran = run(sim, "acme/checkout", issues=True)

    assert [("truncated", True)] == [(s, "it answers: Timeout on Project.issues" in d) for s, d in ran.told]
    assert CHECKOUT == ran.found()


def test_nothing_is_missing_without_what_issues_are_part_of(sim: GitlabSim) -> None:
    """Where GitLab takes too long for that, all else is told."""
    sim.slow = {"acme/checkout/work_items"}

    ran = run(sim, "acme/checkout", issues=True)

    assert ([], true(DATA, "done", "acme/checkout")) == (ran.outcomes, ran.found(kind="ticket"))


@pytest.mark.parametrize("changed", [None, PERIOD.until], ids=["first", "rerun"])
def test_what_a_guest_is_not_shown_is_told(sim: GitlabSim, changed: datetime | None) -> None:
    """A group leaves out the merge requests of a private project to its guests without a word: that is no quiet group."""
    sim.guest_in = {"acme/secret", "acme/platform/infra/terraform"}
    secret = "the token's user is only a guest in {} and sees no merge request there"
    paths = ["acme/secret", "acme/platform/infra/terraform"]

    ran = run(sim, "group:acme", changed=changed)
    chosen = run(sim, "group:acme", exclude=("secret",))
    alone = run(sim, "group:acme", include=("terraform",))
    checked = list(source(sim, "group:acme").check())

    both = f"group:acme: {secret.format(', '.join(paths))}"
    one = f"group:acme: {secret.format('acme/platform/infra/terraform')}"
    assert [[("truncated", both)], [("truncated", one)], [("failed", one)]] == [
        [(s, d.partition(" (check")[0]) for s, d in r.told] for r in (ran, chosen, alone)
    ]
    assert f"group:acme: can be read (public, 8 projects, {secret.format(', '.join(paths))})" == checked[-1]


def test_another_program_answers(sim: GitlabSim) -> None:
    """JSON that is not GitLab's is told as such."""

    def spoil(told: Any) -> None:
        told.clear()
        told.update({"hello": "world"})

    sim.spoil = spoil
    with pytest.raises(SourceError, match=r"what answers there is no GitLab \(correct `url`"):
        run(sim, "acme/checkout")

    assert 1 == sim.stats()["total"]


def test_a_repeated_page_is_refused(sim: GitlabSim) -> None:
    """A page that comes again and again ends the list with a truncated source."""
    sim.faults.set(duplicate_pages=True)

    ran = run(sim, "acme/checkout")

    assert CHECKOUT == ran.found()
    assert [("truncated", "acme/checkout: it gives the same page again and again (run it again)")] == ran.told
    assert ran.requests <= 8


def test_a_page_that_never_changes_is_refused(sim: GitlabSim) -> None:
    """A server that gives the same rows behind ever new cursors does not keep the run busy for ever."""
    sim.data = generate(big=950)
    turned = iter(range(999))

    def first(told: Any) -> None:
        for node in told["data"]["s0"]["nodes"]:
            for page in (p for p in node.values() if isinstance(p, dict) and "pageInfo" in p):
                page["nodes"] = page["nodes"][:1] and [
                    {**page["nodes"][0], "webUrl": "x", "webPath": "/a/b/-/milestones/1"}
                ]
                page["pageInfo"] = {"hasNextPage": True, "endCursor": str(next(turned))}

    sim.spoil = first
    ran = run(sim, "acme/monolith")

    assert (["truncated"], True) == ([s for s, _ in ran.told], ran.requests <= 12)


def test_what_is_counted_and_not_given_is_told(sim: GitlabSim) -> None:
    """GitLab says how many there are; where fewer come, the source is not whole."""
    sim.uncounted = 2
    many = len(DATA["projects"][0]["merge_requests"])

    ran = run(sim, "acme/checkout", upcoming=False)

    assert [("truncated", True)] == [
        (s, d.startswith("acme/checkout: it counts ") and "merge requests and gave" in d) for s, d in ran.told
    ]
    assert (CHECKOUT, True) == (ran.found(), many > len(CHECKOUT))


def test_a_merge_without_an_instant_is_told(sim: GitlabSim) -> None:
    """Old servers forgot when something was merged: it is not told as done, and not passed over."""

    def forget(told: Any) -> None:
        for node in told["data"]["s0"]["nodes"]:
            for row in (row for page in node.values() if isinstance(page, dict) for row in page.get("nodes", ())):
                if row.get("mergedAt") and row["iid"] == "1":
                    row["mergedAt"] = None

    sim.spoil = forget
    ran = run(sim, "acme/checkout")

    detail = "GitLab does not tell when these were merged: acme/checkout!1"
    assert (CHECKOUT - {"acme/checkout!1"}, [("truncated", detail)]) == (ran.found(), ran.told)


@pytest.mark.parametrize("there", ["http://127.0.0.2:9/api/v4/projects/1", "http://evil.example/x", "/elsewhere"])
def test_the_token_is_not_sent_elsewhere(sim: GitlabSim, there: str) -> None:
    """A redirect to another server is not followed."""
    sim.elsewhere = there

    with pytest.raises(SourceError, match="it redirects elsewhere"):
        run(sim, "acme/old-name")

    assert {"question": 1, "moved": 1} == sim.stats()["by_route"]


@pytest.mark.parametrize("there", ["https://127.0.0.1:9/api/graphql", "http://evil.example/x", "/api/graphql/"])
def test_a_question_is_not_sent_elsewhere(sim: GitlabSim, there: str) -> None:
    """Nor to the same server in another way: whoever configured it says where it is."""

    def redirect(req: Request) -> Reply:
        return Reply(status=301, headers={"Location": there})

    sim.route = redirect  # type: ignore[method-assign]
    try:
        with pytest.raises(SourceError, match=r"it redirects elsewhere \(correct `url`"):
            run(sim, "acme/checkout")
    finally:
        del sim.route

    assert 1 == sim.stats()["total"]


def test_a_project_that_vanishes_between_two_pages_is_told(sim: GitlabSim) -> None:
    """What came of it is there, and that it is not all."""
    sim.data = generate(big=150)
    data, turns = sim.data, iter([False, True, True])

    def vanish(_: Any) -> None:
        if next(turns, True):
            return
        sim.data = {**data, "projects": [p for p in data["projects"] if p["path"] != "acme/monolith"]}

    sim.spoil = vanish
    ran = run(sim, "acme/monolith", "acme/mobile-app")

    assert [("truncated", "acme/monolith: it is no longer there (run it again)")] == ran.told
    assert 100 == len(ran.found())


def test_an_address_without_gitlab_is_one_line(sim: GitlabSim) -> None:
    """Below another path nobody answers."""
    with pytest.raises(SourceError, match=r"there is no GitLab at this address \(404\) \(correct `url`"):
        run(sim, "acme/checkout", url=f"{sim.url}/wrong")

    assert {"page": 1} == sim.stats()["by_route"]


def test_a_token_without_the_scope_is_one_line(sim: GitlabSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line says which scope it needs, and nothing more is asked; a check is told that it is the scope."""
    monkeypatch.setenv("GITLAB_TOKEN", "narrow")

    with pytest.raises(SourceError, match=r"it refuses the token \(401\) \(.* lacks the scope read_api"):
        run(sim, "acme/checkout", "acme/mobile-app")
    asked = sim.stats()["by_route"]
    with pytest.raises(SourceError, match=r"insufficient_scope \(make a token with the scope read_api\)"):
        list(source(sim, "acme/checkout").check())

    assert {"401": 1} == asked


@pytest.mark.parametrize("changed", [None, PERIOD.until], ids=["first", "rerun"])
def test_a_token_that_is_taken_for_nobody_is_one_line(sim: GitlabSim, changed: datetime | None) -> None:
    """A server that answers as it answers anybody shows what is public: that is not what was asked for."""
    sim.nobody = True

    with pytest.raises(SourceError, match=r"it does not know the token \(the token has expired"):
        run(sim, "acme/checkout", changed=changed)

    assert {"question": 1} == sim.stats()["by_route"]


def test_a_server_that_is_too_old_is_one_line(sim: GitlabSim) -> None:
    """The line says what it lacks, and which version it takes."""
    sim.lacks = {"MergeRequest.closedAt"}

    with pytest.raises(SourceError, match=r"it does not know `closedAt` \(it has to be GitLab 17.9 or later\)"):
        run(sim, "acme/checkout", issues=True)


def test_a_question_in_wrong_words_is_one_line(sim: GitlabSim) -> None:
    """What GitLab refuses for another reason is told in its words."""

    def refuse(told: Any) -> None:
        told.clear()
        told["errors"] = [{"message": "Variable $x is declared\nbut not used"}]

    sim.spoil = refuse
    with pytest.raises(SourceError, match=r"it answers: Variable \$x is declared but not used"):
        run(sim, "acme/checkout")


@pytest.mark.parametrize(
    "kind", ["status", "secondary", "primary", "html", "reset", "truncated_body", "truncated_json"]
)
@pytest.mark.parametrize("token", [TOKEN, "bad token\nX-Evil: 1", "bäd", "bad-but-plain"])
def test_the_secret_is_told_nowhere(
    sim: GitlabSim,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    token: str,
) -> None:
    """Neither a log line, an outcome, an error, the screen nor a representation holds the token."""
    monkeypatch.setenv("GITLAB_TOKEN", token)
    caplog.set_level(logging.DEBUG)
    sim.faults.set(first_n=1, kind=kind, status=403)
    told = [repr(source(sim, "acme/checkout"))]

    clock = Clock()
    gathered = gather(source(sim, "acme/checkout", "acme/gone"), PERIOD, None, clock=clock, sleep=clock.sleep)
    inspected = inspect(source(sim, "acme/checkout"), clock=clock, sleep=clock.sleep)
    for asked in (gathered, inspected):
        try:
            told.append(repr(list(asked)))
        except DigestError as error:
            told += [repr(error), str(error), repr(error.__cause__), repr(error.__context__)]
    screen = capfd.readouterr()

    assert [] == [t for t in [*told, caplog.text, screen.out, screen.err] if token in t]


def test_a_secret_that_is_no_token_is_told_without_it(sim: GitlabSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pasted line with spaces is refused before it is sent."""
    monkeypatch.setenv("GITLAB_TOKEN", "export TOKEN=abc")

    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert ("[collectors.lab]: what stands at `token` is no token", 0) == (str(raised.value), sim.stats()["total"])


def test_a_missing_secret_names_its_place(sim: GitlabSim) -> None:
    """A secret that is not there is told by the place where it was looked for."""
    with pytest.raises(DigestError, match="environment variable NOWHERE is not set"):
        run(sim, "acme/checkout", token=Secret("env:NOWHERE"))


def test_a_missing_package_is_one_line(sim: GitlabSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra that has to be installed is named."""
    really = builtins.__import__

    def without(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.partition(".")[0] == "gitlab":
            raise ImportError(name)
        return really(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SourceError) as raised:
        run(sim, "acme/checkout")

    assert "[collectors.lab]: python-gitlab is not installed (pip install 'digest[gitlab]')" == str(raised.value)


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://gitlab.com", "https://gitlab.com"),
        ("https://gitlab.com/", "https://gitlab.com"),
        ("https://git.acme.example/tools/gitlab/", "https://git.acme.example/tools/gitlab"),
        ("https://git.acme.example/api/v4", "https://git.acme.example"),
        ("http://10.0.0.7:8929/api/v4/", "http://10.0.0.7:8929"),
        ("https://git.acme.example/apiary", "https://git.acme.example/apiary"),
    ],
)
def test_an_address_may_be_written_in_several_ways(sim: GitlabSim, url: str, site: str) -> None:
    """With and without the path of the interface, with a port, below a path."""
    assert site == source(sim, "a/b", url=url).site_url


def test_check_names_what_does_not_work(sim: GitlabSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that cannot be read in one line; a wrong token at once."""
    with pytest.raises(SourceError) as missing:
        list(source(sim, "acme/checkout", "acme/gone", "group:nobody").check())
    monkeypatch.setenv("GITLAB_TOKEN", "bad")
    with pytest.raises(SourceError) as refused:
        list(source(sim, "acme/checkout").check())

    hidden = "not found, or the token has no access to it"
    assert (f"[collectors.lab] acme/gone: {hidden}; group:nobody: {hidden}", True) == (
        missing.value.message,
        refused.value.message.endswith(f"{sim.url}: it refuses the token (401)"),
    )
