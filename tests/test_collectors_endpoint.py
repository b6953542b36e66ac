"""Figures over HTTP and from programs: what counts for which period, and how a failure is told."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from digest import plugins
from digest.collectors import BUILTIN
from digest.errors import ConfigError, SourceError
from digest.model import Outcome, Sample
from tests.figures import W7_8
from tests.sims.simkit import Reply, Request, Sim

DOCUMENT = {"slo": {"availability": 99.95}, "errors": {"rate": 0.2, "requests": 12000}, "words": "many", "list": [1, 2]}
SECRET = "correct-horse-7"


class Server(Sim):
    """Answers with the document, and keeps what it was asked."""

    def route(self, req: Request) -> Reply:
        """The document; what is needed to log in is in `asked`."""
        self.asked = req
        return Reply({**DOCUMENT, "asked": {"from": req.q("from"), "to": req.q("to")}})


@pytest.fixture
def server() -> Iterator[Server]:
    """A server of a test's own."""
    with Server() as running:
        yield running


@pytest.fixture(autouse=True)
def _soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day after W7-8."""
    at_day(monkeypatch, 1)


def at_day(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """So many days after the end of W7-8."""
    monkeypatch.setattr("digest.collectors.measure.present.clock", lambda: W7_8.until + timedelta(days=days))


def built(kind: str, **table: Any) -> Any:
    """The collector `it` of that kind."""
    return plugins.build("collectors", BUILTIN, "it", {"type": kind, **table}, Path())


def collected(kind: str, **table: Any) -> list[Sample | Outcome]:
    """What it gives of W7-8."""
    return list(built(kind, **table).collect(W7_8, None))


def figures(found: list[Sample | Outcome]) -> list[tuple[str, float | None, str]]:
    """Metric, figure, and why there is none."""
    return [(s.metric, s.value, s.detail) for s in found if isinstance(s, Sample)]


def test_figures_of_a_document(server: Server) -> None:
    """By their paths, alone or as a row; what is not there, or is no number, says so."""
    paths = {
        "uptime": "slo.availability", "errors": {"value": "errors.rate", "n": "errors.requests"},
        "gone": "no.such", "words": "words", "list": "list", "sum": "sum(list)",
    }  # fmt: skip
    found = collected("endpoint", url=server.url, figures=paths)

    assert [
        ("uptime", 99.95, ""),
        ("errors", 0.2, ""),
        ("gone", None, "nothing at no.such"),
        ("words", None, "value is no number but 'many'"),
        ("list", None, "value is no number but [1, 2]"),
        ("sum", 3.0, ""),
    ] == figures(found)


def test_an_address_that_can_look_back(server: Server) -> None:
    """The instants of the period stand in its place."""
    url = f"{server.url}/slo?from={{start}}&to={{end}}"
    made = built("endpoint", url=url, figures={"a": "asked.from == '2026-02-09T00:00:00Z' && `1` || `0`"})

    assert (True, [("a", 1.0, "")]) == (made.looks_back, figures(list(made.collect(W7_8, None))))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (-1, W7_8.until - timedelta(days=1)),
        (2, W7_8.until),
        (9, "it knows only the present, and W7-8 ended 9 days ago"),
        (-15, "it knows only the present, and W7-8 has not begun"),
    ],
)
def test_the_present_counts_for_a_while(
    server: Server, monkeypatch: pytest.MonkeyPatch, days: float, expected: Any
) -> None:
    """For a period under way, and for one that has just ended; for another one nothing is asked."""
    at_day(monkeypatch, days)
    (found,) = collected("endpoint", url=server.url, figures={"uptime": "slo.availability"})

    assert (expected, days in {-1, 2}) == (
        found.at if isinstance(found, Sample) else found.detail,
        bool(server.stats()["total"]),
    )


@pytest.mark.parametrize(
    ("login", "sent"),
    [
        ({"token": "env:IT"}, f"Bearer {SECRET}"),
        ({"user": "ann", "password": "env:IT"}, f"Basic {base64.b64encode(f'ann:{SECRET}'.encode()).decode()}"),
        ({"headers": {"Authorization": "env:IT"}}, SECRET),
        ({}, None),
    ],
)
def test_the_login(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, login: dict[str, Any], sent: str | None
) -> None:
    """A token, a password, or a header; and never what stands in a ~/.netrc."""
    monkeypatch.setenv("IT", SECRET)
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login eve password other")
    monkeypatch.setenv("NETRC", str(netrc))
    collected("endpoint", url=server.url, figures={}, **login)

    assert sent == server.asked.headers.get("Authorization")


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ({"status": 401}, "it answers 401 (check the token, or user and password)"),
        ({"status": 403}, "it answers 403 (check what the account may read)"),
        ({"status": 500}, "answers 500: fault 500 at /"),
        ({"status": 429, "retry_after": "3600"}, "it asks to wait 3600 s (run it again later)"),
        ({"kind": "html"}, "the answer is no JSON (a proxy or a login page may stand in between)"),
        ({"kind": "truncated_json"}, "the answer is no JSON (a proxy or a login page may stand in between)"),
        ({"kind": "reset"}, "cannot be reached (ConnectionError) (check url and the network)"),
        ({"kind": "hang", "hang_s": 3}, "no answer within 1 s (raise deadline, or ask for less)"),
    ],
)
def test_a_failure_is_one_line(
    server: Server, monkeypatch: pytest.MonkeyPatch, faults: dict[str, Any], said: str
) -> None:
    """It says what to do, and holds neither the token nor what stands behind the question mark."""
    monkeypatch.setenv("IT", SECRET)
    server.faults.set(every_nth=1, **faults)
    with pytest.raises(SourceError) as failed:
        collected("endpoint", url=f"{server.url}/?key=hidden", figures={"a": "b"}, token="env:IT", deadline=1)
    line = str(failed.value)

    assert (True, False, False, False) == (line.endswith(said), SECRET in line, "hidden" in line, "\n" in line)


@pytest.mark.parametrize("faults", [{"status": 503}, {"status": 429, "retry_after": "0"}, {"kind": "reset"}])
def test_what_passes_is_asked_again(server: Server, faults: dict[str, Any]) -> None:
    """A server that is busy once."""
    server.faults.set(first_n=1, **faults)

    assert [("uptime", 99.95, "")] == figures(
        collected("endpoint", url=server.url, figures={"uptime": "slo.availability"})
    )


def test_a_path_that_is_none(server: Server) -> None:
    """It is said which, and by whom."""
    with pytest.raises(SourceError) as failed:
        collected("endpoint", url=server.url, figures={"a": "a..b"})

    assert str(failed.value).startswith("it: figures: 'a..b' is no JMESPath: ")


@pytest.mark.parametrize(
    ("printed", "metric", "expected"),
    [
        ("42", "load", [("load", 42.0, "")]),
        ("42.5 jobs", "load", [("load", None, "value is no number but '42.5 jobs'")]),
        ('{"value": 3, "n": 9}', "load", [("load", 3.0, "")]),
        ('{"load": 3, "errors": {"value": 0.2, "unit": "%"}}', "", [("load", 3.0, ""), ("errors", 0.2, "")]),
        ("NaN", "load", [("load", None, "value is NaN")]),
        ("", "load", [("load", None, "no value")]),
    ],
)
def test_what_a_program_prints(printed: str, metric: str, expected: list[Any]) -> None:
    """A number, a row, or an object of both."""
    argv = [sys.executable, "-c", f"print({printed!r})"]

    assert expected == figures(collected("command", argv=argv, metric=metric))


def test_a_program_gets_the_period_and_no_shell() -> None:
    """Its arguments are what they are; the instants stand in their places."""
    argv = [sys.executable, "-c", "import sys, json; print(json.dumps({sys.argv[1]: 1}))", "$(id) {start} {end}"]

    assert "$(id) 2026-02-09T00:00:00Z 2026-02-23T00:00:00Z" == figures(collected("command", argv=argv))[0][0]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("import sys; sys.exit('the\\nlast line')", "failed with 1: last line"),
        ("import time; time.sleep(9)", "has not ended after 1 s (raise deadline)"),
        (
            "import sys\nwhile True: sys.stdout.write('7' * 9999); sys.stderr.write('7' * 9999)",
            "prints more than 1,000,000 bytes (let it print figures only)",
        ),
        ("import sys; sys.stderr.write('7' * 9999999); sys.exit('\\nlast')", "failed with 1: last"),
        ("print([1])", "it prints no object of metrics (set metric, where it prints one figure)"),
    ],
)
def test_a_program_that_fails(script: str, said: str) -> None:
    """One line."""
    with pytest.raises(SourceError) as failed:
        collected("command", argv=[sys.executable, "-c", script], deadline=1)

    assert str(failed.value).endswith(said)


def test_a_program_that_is_not_there() -> None:
    """Neither checking nor collecting starts it."""
    said = []
    for ask in (
        lambda: list(built("command", argv=["/no/such"]).check()),
        lambda: collected("command", argv=["/no/such"]),
    ):
        with pytest.raises(SourceError) as failed:
            ask()
        said.append(str(failed.value))

    assert [
        "it: no program /no/such (give its path in argv)",
        "it: /no/such: No such file or directory (give its path in argv)",
    ] == said


def test_what_check_says(server: Server) -> None:
    """The figures as they are, and that a program is there."""
    made = built("endpoint", url=server.url, figures={"uptime": "slo.availability"})

    assert (["uptime: slo.availability is 99.95"], [f"{sys.executable} is there"]) == (
        list(made.check()),
        list(built("command", argv=[sys.executable]).check()),
    )


def test_a_table_that_is_wrong() -> None:
    """A column that does not exist."""
    with pytest.raises(ConfigError) as failed:
        built("endpoint", url="http://x.test", figures={"a": {"valu": "b"}})

    assert str(failed.value).startswith("[collectors.it]: figures.a: valu is none of value, baseline,")
