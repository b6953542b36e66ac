"""Every fault of the doubles, against every source that asks over a network: what comes of it.

A run is the product's own: a configuration, a store on disk, and a second source beside that is well. Time is a number
that waiting adds to, and a server that hangs costs what the source would have waited for it.
"""

from __future__ import annotations

import base64
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from digest import collectors
from digest.collecting import collect
from digest.collectors.jira import site
from digest.config import Table
from digest.model import Activity, Outcome, Sample
from digest.period import Period
from digest.project import open_project
from tests.sims.github import bench
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim
from tests.sims.gitlab.datagen import generate as gitlab
from tests.sims.gitlab.server import GitlabSim
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import USER, afresh, dataset
from tests.sims.simkit import Faults, Reply, Request, Sim

PERIOD, NOW = bench.PERIOD, bench.LATER
SECRET = "s3cr3t-0123456789-abcdefghij"
DEADLINE = 120
KINDS = ("github", "github beside", "gitlab", "jira cloud", "jira dc", "endpoint")
"""`github beside` asks so little at once that two questions are under way at a time."""

SECOND_PAGE = {"github": 2, "github beside": 3, "gitlab": 2, "jira cloud": 5, "jira dc": 6, "endpoint": 1}
"""Which request is the second page of something, so that rows have come when it fails."""

SLOW = {"pace": 15}
SLOWER = {"pace": 15, "deadline": 25}
"""Seconds of the clock that each answer takes, and that the source may; no switches of the doubles."""

FAULTS: dict[str, dict[str, Any]] = {
    "401": {"status": 401},
    "403": {"status": 403},
    "403 single sign-on": {"kind": "saml", "status": 403},
    "404": {"status": 404},
    "410": {"status": 410},
    "429": {"status": 429},
    "429, Retry-After 7": {"status": 429, "retry_after": "7"},
    "429, Retry-After as a date": {
        "status": 429,
        "retry_after": format_datetime(NOW + timedelta(seconds=7), usegmt=True),
    },
    "429, Retry-After an hour": {"status": 429, "retry_after": "3600"},
    "primary limit, 200": {"kind": "primary", "status": 200},
    "primary limit, 403": {"kind": "primary", "status": 403},
    "secondary limit, 200": {"kind": "secondary", "status": 200},
    "secondary limit, 403": {"kind": "secondary", "status": 403},
    "secondary limit, 429, Retry-After 9": {"kind": "secondary", "status": 429, "retry_after": "9"},
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "503, Retry-After 7": {"status": 503, "retry_after": "7"},
    "504": {"status": 504},
    "slow": {"latency_s": 0.01},
    "slow, 15 s an answer": SLOW,
    "slow, beyond the deadline": SLOWER,
    "hang": {"kind": "hang"},
    "reset": {"kind": "reset"},
    "truncated body": {"kind": "truncated_body"},
    "truncated JSON": {"kind": "truncated_json"},
    "HTML with 200": {"kind": "html"},
    "empty body": {"kind": "empty"},
    "repeated page token": {"duplicate_pages": True},
    "duplicated page": {"repeat_pages": True},
}
AGAIN = ("once again", "always again", "later again", "once again, damaged", "once again, foreign")
"""In a rerun, also where what is remembered of the first run is damaged, or of a site of another flavour."""

WHEN = {
    "github": ("once", "always", "later", "always again"),
    "github beside": ("once", "always", "later"),
    "gitlab": ("once", "always", "later", "once again", "always again"),
    "jira cloud": ("once", "always", "later", *AGAIN),
    "jira dc": ("once", "later", *AGAIN),
    "endpoint": ("once", "always"),
}
"""Which answers of a double fail: its first one, all of them, all from the second page on; or so in a rerun."""

TRACKERS_ONLY = ("limit", "single", "page")
"""What a plain address does not know: limits in words of their own, single sign-on, pages."""

LASTING = ("slow", "slow, 15 s an answer", "slow, beyond the deadline", "repeated page token", "duplicated page")
"""What is not of one request but of the server."""


def lasting(source: str) -> tuple[str, ...]:
    """When a fault of a server meets a source: always, and in a rerun where that asks otherwise."""
    return ("never", "never again") if "always again" in WHEN[source] else ("never",)


def cases() -> list[tuple[str, str, str]]:
    """Every source, fault and time."""
    return [
        (source, fault, when)
        for source in KINDS
        for fault in FAULTS
        for when in (lasting(source) if fault in LASTING else WHEN[source])
        if source != "endpoint" or not any(word in fault for word in TRACKERS_ONLY)
    ]


@dataclass
class Clock:
    """The time; it passes by waiting alone.

    Attributes:
        pace: the seconds that each answer takes. hangs: which of the requests are never answered; `hung` counts them.
    """

    at: float = NOW.timestamp()
    begun: float = NOW.timestamp()
    pace: float = 0
    hangs: Faults = field(default_factory=Faults)
    hung: int = 0

    def __call__(self) -> float:
        """The instant."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.at += seconds


@dataclass(kw_only=True)
class Ran:
    """What came of one run.

    Attributes:
        outcome: of the source; `beside` of the other one. rows: what the store has of it.
        seconds: how much time passed. requests: how many there were. leaks: where the secret stood.
    """

    outcome: Outcome
    beside: Outcome
    rows: set[str]
    seconds: float
    requests: int
    leaks: list[str] = field(default_factory=list)


class Healthy(Table, frozen=True):
    """A source that is well."""

    name: str = ""
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Sample]:
        """One ticket."""
        yield Activity(source=self.name, key="OK-1", kind="ticket", title="Well", done=period.since)


class Figures(Sim):
    """Answers with one document."""

    unit = "ms"

    def route(self, req: Request) -> Reply:
        """The document."""
        return Reply({"p95": 196, "unit": self.unit}, label="document")


def doubles() -> dict[str, Sim]:
    """One double for each kind of source."""
    return {
        "github": GithubSim(generate(big=0)),
        "github beside": GithubSim(generate(big=0)),
        "gitlab": GitlabSim(gitlab(big=150)),
        "jira cloud": JiraSim(dataset(), flavour="cloud"),
        "jira dc": JiraSim(dataset(), flavour="dc"),
        "endpoint": Figures(),
    }


def table(kind: str, sim: Sim) -> str:
    """The table of a source that asks the double."""
    if kind in {"github", "github beside"}:
        return f'type = "github"\nrepos = ["acme/checkout", "acme/platform"]\nurl = "{sim.url}"\nissues = true'
    if kind == "gitlab":
        return f'type = "gitlab"\nprojects = ["acme/monolith"]\nurl = "{sim.url}"\nissues = true'
    if kind == "endpoint":
        return (
            f'type = "endpoint"\nurl = "{sim.url}/{{start}}"\nfigures = {{ p95 = {{ value = "p95", unit = "unit" }} }}'
        )
    user = f'user = "{USER}"\n' if kind == "jira cloud" else ""
    return f'type = "jira"\nurl = "{sim.url}"\n{user}projects = ["CHK", "PLAT", "MOB", "SEC"]'


def run(source: str, sim: Sim, folder: Path, when: str = "never", **switches: Any) -> Ran:
    """Collect the window while the double fails: `never`, `once` (its first answer), `always`, or `later` (from the second page).

    With `again` behind it, it fails in a rerun an hour after a run that went well, and whose memos may be spoilt since.
    """
    when, _, again = when.partition(" ")
    pace, deadline = switches.pop("pace", 0), switches.pop("deadline", DEADLINE)
    clock = Clock()
    if isinstance(sim, JiraSim):
        afresh(sim)
        sim.site.cloud_page_max = sim.site.dc_page_max = 40
    if isinstance(sim, GithubSim):
        sim.budget |= {"used": 0, "reset": int(NOW.timestamp()) + 30}
    if isinstance(sim, GitlabSim):
        sim.resets = NOW.timestamp() + 30
    sim.faults.clear()
    second = 2 if again else SECOND_PAGE[source]
    hits = {"once": {"first_n": 1}, "always": {"from_nth": 1}, "later": {"from_nth": second}}.get(when, {})
    config = f'[collectors.it]\n{table(source, sim)}\ntoken = "env:SECRET"\ndeadline = {deadline}\n'
    (folder / "config.toml").write_text(f'store = "facts.db"\n{config}[collectors.well]\ntype = "healthy"\n', "utf-8")
    with surroundings(clock) as log, pytest.MonkeyPatch.context() as patch:
        if source == "github beside":
            patch.setattr("digest.collectors.github.gather.WIDTH", 3)
        project = open_project(folder, folder / "config.toml")
        with project.open_store() as store:
            if again:
                collect(project, store, PERIOD, now=NOW - timedelta(hours=1))
                spoil(folder / "facts.db", again)
            clock.at, clock.pace = clock.begun, pace
            sim.reset_stats()
            (clock.hangs if switches.get("kind") == "hang" else sim.faults).set(**hits, **switches)
            outcomes = {o.source: o for o in collect(project, store, PERIOD, now=NOW)}
            rows = {f"{a.key} {a.state}" for a in (*store.activities(PERIOD, ["it"]), *store.upcoming(["it"]))}
            rows |= {s.key for s in store.samples(PERIOD, ["it"])}
    written = {file.name: file.read_bytes().decode("utf-8", "replace") for file in folder.glob("facts.db*")}
    written |= {"log": "\n".join(log), "outcome": repr(outcomes)}
    hidden = (SECRET, base64.b64encode(f"{USER}:{SECRET}".encode()).decode())
    return Ran(
        outcome=outcomes["it"],
        beside=outcomes["well"],
        rows=rows,
        seconds=clock.at - clock.begun,
        requests=sim.stats()["total"] + clock.hung,
        leaks=[name for name, text in written.items() if any(secret in text for secret in hidden)],
    )


def spoil(file: Path, how: str) -> None:
    """Damage what is remembered, or make it that of a site of the other flavour."""
    foreign = "json_set(value, '$.cloud', iif(value ->> 'cloud', json('false'), json('true')))"
    changes = {
        "again, damaged": "update memo set value = substr(value, 1, length(value) / 2)",
        "again, foreign": f"update memo set value = {foreign} where name = 'site'",
    }
    with closing(sqlite3.connect(file)) as db, db:
        db.execute(changes.get(how, "select 1"))


@contextmanager
def surroundings(clock: Clock) -> Iterator[list[str]]:
    """The clock in place of the machine's, for the sources and in the headers; gives all that is logged."""
    send, lines = requests.adapters.HTTPAdapter.send, list[str]()

    def sent(self: Any, request: Any, *args: Any, **options: Any) -> Any:
        patience = options.get("timeout")
        longest = float((patience[1] if isinstance(patience, tuple) else patience) or 0)
        hangs = clock.hangs.hits(request.path_url)
        clock.at += longest if hangs else min(longest, clock.pace)
        if hangs or clock.pace > longest:
            clock.hung += 1
            raise requests.exceptions.ReadTimeout
        return send(self, request, *args, **options)

    handler = logging.Handler(logging.DEBUG)
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    time = SimpleNamespace(time=clock, monotonic=clock, sleep=clock.sleep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECRET", SECRET)
        patch.setitem(collectors.BUILTIN, "healthy", f"{__name__}:Healthy")
        patch.setattr("digest.collectors.github.time", time)
        patch.setattr("digest.collectors.gitlab.time", time)
        patch.setattr("digest.collectors.measure.web.time", time)
        jira = partial(site.connect, clock=site.Clock(now=clock, sleep=clock.sleep))
        patch.setattr("digest.collectors.jira.connect", jira)
        patch.setattr(requests.adapters.HTTPAdapter, "send", sent)
        header = format_datetime(datetime.fromtimestamp(clock.begun, UTC), usegmt=True)
        patch.setattr("http.server.BaseHTTPRequestHandler.date_time_string", lambda *_: header)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(logging.DEBUG)
        try:
            yield lines
        finally:
            root.removeHandler(handler)
            root.setLevel(level)
