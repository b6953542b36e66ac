"""GitLab at its worst: nobody there, any exception, tables that are wrong, and every fault in any order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.collectors import BUILTIN
from digest.collectors.gitlab.faults import of_exception
from digest.errors import ConfigError, SourceError
from digest.plugins import build
from tests.sims.gitlab.bench import TOKEN, run, true
from tests.sims.gitlab.datagen import generate
from tests.sims.gitlab.server import GitlabSim
from tests.sims.simkit import Reply, Request

DATA = generate(big=0)
CHECKOUT = true(DATA, "landed", "acme/checkout")

MOODS: list[dict[str, Any]] = [
    {},
    *({"status": s} for s in (401, 403, 404, 429, 500, 502, 503, 504)),
    *({"kind": k} for k in ("truncated_json", "truncated_body", "html", "empty", "reset", "secondary", "primary")),
    {"kind": "secondary", "retry_after": "5"},
]


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITLAB_TOKEN", TOKEN)


def test_nobody_there_is_one_line() -> None:
    """A refused connection is told in a line."""
    with GitlabSim(DATA) as sim:
        pass

    with pytest.raises(SourceError, match="the connection broke off"):
        run(sim, "acme/checkout")


@pytest.mark.parametrize(
    ("error", "says", "again"),
    [
        (requests.exceptions.SSLError("certificate verify failed"), "its certificate is not trusted", False),
        (requests.exceptions.ConnectTimeout(), "it did not answer in time", True),
        (requests.exceptions.ChunkedEncodingError(), "the connection broke off (ChunkedEncodingError)", True),
        (requests.exceptions.JSONDecodeError("x", "y", 0), "the answer is no JSON of GitLab's", True),
    ],
    ids=lambda x: type(x).__name__ if isinstance(x, Exception) else "",
)
def test_every_exception_is_one_line(error: Exception, says: str, *, again: bool) -> None:
    """What the connection raises becomes words for people, and whether to ask again."""
    fault = of_exception(error)

    assert (says, again) == (fault.what, fault.again)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({}, 'projects: name at least one, like "group/name" or "group:name"'),
        ({"projects": ["acme"]}, "projects: 'acme' is no project"),
        ({"projects": ["group:"]}, "projects: 'group:' is no project"),
        ({"projects": ["acme/pay/"]}, "projects: 'acme/pay/' is no project"),
        ({"projects": ["https://gitlab.com/acme/pay"]}, "is no project"),
        ({"projects": ["a/b"], "url": "gitlab.com"}, "url: no address of a GitLab"),
        ({"projects": ["a/b"], "url": "ftp://gitlab.com"}, "url: no address of a GitLab"),
        ({"projects": ["a/b"], "url": "https://:9"}, "url: no address of a GitLab"),
        ({"projects": ["a/b"], "url": "https://[x"}, "url: no address of a GitLab"),
        ({"projects": ["a/b"], "url": "https://me:pw@gitlab.com"}, "url holds a password"),
        ({"projects": ["a/b"], "deadline": 0}, "deadline"),
        ({"projects": ["a/b"], "token": "glpat-abc"}, "token"),
    ],
)
def test_a_wrong_table_is_one_line(table: dict[str, Any], says: str) -> None:
    """It names the key and what to write instead, and never a secret."""
    with pytest.raises(ConfigError) as error:
        build("collectors", BUILTIN, "lab", {"type": "gitlab", **table}, Path())

    told = str(error.value)
    assert (True, False, False) == (says in told, "glpat-abc" in told, "pw@" in told)


class Moody(GitlabSim):
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


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moods=st.lists(st.sampled_from(MOODS), max_size=9), scope=st.sampled_from(["acme/checkout", "group:acme"]))
def test_whatever_fails_nothing_is_wrong_and_nothing_is_missing_silently(
    moody: Moody, moods: list[dict[str, Any]], scope: str
) -> None:
    """Rows are always true; they are all there, or an outcome or an error says that they are not."""
    moody.moods = [{**m} for m in moods]
    names = (
        {p["path"] for p in DATA["projects"] if p["path"].startswith("acme/")} if scope != "acme/checkout" else {scope}
    )
    landed, done = true(DATA, "landed", *names), true(DATA, "done", *names)

    try:
        ran = run(moody, scope, issues=True)
    except SourceError:
        return

    assert ran.found() <= landed
    assert ran.found(kind="ticket") <= done
    whole = (ran.found(), ran.found(kind="ticket")) == (landed, done)
    assert whole or {"truncated", "failed"} & {o.status for o in ran.outcomes}
