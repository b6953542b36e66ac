"""A token in any field that a source is told, of whatever name: no file, no screen and no log ever holds it."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from click.testing import CliRunner

from digest.cli import main
from digest.collectors import Collector
from digest.config import Table
from digest.errors import SourceError
from digest.model import Activity, Change, Link, Memo, Outcome, Part, Sample
from digest.period import Period
from digest.reading import read
from digest.screen import screened
from tests.conftest import Clone
from tests.sims.github.bench import PERIOD
from tests.sims.github.datagen import generate as pulls
from tests.sims.github.server import GithubSim
from tests.sims.gitlab.datagen import generate as merges
from tests.sims.gitlab.server import GitlabSim
from tests.sims.jira.server import JiraSim
from tests.sims.jira.source import dataset
from tests.sims.simkit import Reply, Request, Sim
from tests.test_redact import SECRETS

TOKEN = "gh" + "p_" + "Ab3" * 12
KIND = "github-token"
MARKS = (f"[redacted: {KIND}]", f"redacted-{KIND}")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAYS = ("--period", "2026-11-09..2026-11-22")

TABLES = {
    "github": 'repos = ["acme/checkout"]\nissues = true\nboards = ["acme/12"]',
    "gitlab": 'projects = ["acme/checkout"]\nissues = true',
    "jira": 'user = "me@acme.test"\nprojects = ["CHK", "PLAT"]',
}
FIELDS: dict[str, tuple[str, ...]] = {
    "github": (
        "title",
        "body",
        "url",
        "headRefName",
        "login",
        "labels.name",
        "milestone.title",
        "planned.title",
        "planned.description",
        "repository.nameWithOwner",
        "closingIssuesReferences.nameWithOwner",
        "mergeCommit.oid",
        "content.title",
        "content.body",
        "creator.login",
        "board.url",
    ),
    "gitlab": (
        "title",
        "description",
        "webUrl",
        "sourceBranch",
        "username",
        "labels.title",
        "milestone.title",
        "parent.title",
    ),
    "jira": (
        "summary",
        "description",
        "labels",
        "displayName",
        "fixVersions.name",
        "issuetype.name",
        "parent.summary",
    ),
}
"""Keys of the answers, below another one where that is named."""


def planted(told: Any, field: str, above: tuple[str, ...] = ()) -> Any:
    """The answer, with the token at the end of each text of that field."""
    if isinstance(told, dict):
        return {k: planted(v, field, (*above, k)) for k, v in told.items()}
    if isinstance(told, list):
        return [planted(v, field, above) for v in told]
    *parents, key = field.split(".")
    here = isinstance(told, str) and told and above[-1:] == (key,) and all(p in above for p in parents)
    return f"{told} {TOKEN}" if here else told


def plants(sim: Sim, field: str) -> Callable[[Request], Reply]:
    """How the double answers then."""
    route = sim.route

    def answer(req: Request) -> Reply:
        reply = route(req)
        if reply.data is not None:
            reply.data = json.loads(json.dumps(planted(json.loads(reply.payload()), field)))
        return reply

    return answer


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, Sim]]:
    """One double for each tracker."""
    with ExitStack() as stack:
        made: dict[str, Sim] = {
            "github": GithubSim(pulls(big=0)),
            "gitlab": GitlabSim(merges(big=0)),
            "jira": JiraSim(dataset()),
        }
        yield {name: stack.enter_context(sim) for name, sim in made.items()}


def told_everywhere(folder: Path, caplog: pytest.LogCaptureFixture) -> dict[str, str]:
    """Draft and publish, and all that is left of that: files, screens, what was logged."""
    caplog.set_level(logging.DEBUG, "digest")
    screens = [
        CliRunner().invoke(main, [*words, *DAYS]).output
        for words in (
            ("draft", "--debug"),
            ("draft", "--offline", "--print", "--json"),
            ("publish", "--allow-unreviewed", "--allow-failed", "--accept-numbers", "--accept-redactions", "--yes"),
            ("show",),
        )
    ]
    files = [p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts and p.name != "config.toml"]
    written = {str(p.relative_to(folder)): p.read_bytes().decode("utf-8", "replace") for p in files}
    return {**written, "screen": "\n".join(screens), "log": caplog.text}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in FIELDS.items() for field in fields])
def test_a_token_in_a_field_of_a_tracker_is_told_nowhere(
    sims: dict[str, Sim],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    kind: str,
    field: str,
) -> None:
    """It came as far as the store, where its kind stands instead; the draft counts it."""
    sim = sims[kind]
    if isinstance(sim, GithubSim):
        sim.budget["used"] = 0
    monkeypatch.setattr(sim, "route", plants(sim, field))
    monkeypatch.setenv("TOKEN", "token")
    monkeypatch.chdir(tmp_path)
    for module in ("group", "drafting", "publishing", "asking"):
        monkeypatch.setattr(f"digest.cli.{module}.now", lambda: NOW)
    own = f'[collectors.it]\ntype = "{kind}"\nurl = "{sim.url}"\ntoken = "env:TOKEN"\n{TABLES[kind]}\n'
    (tmp_path / "config.toml").write_text(f'title = "Pay"\ntimezone = "Etc/GMT+9"\nstore = "facts.db"\n{own}', "utf-8")

    told = told_everywhere(tmp_path, caplog)

    assert [] == [place for place, text in told.items() if TOKEN in text]
    stored = any(mark in text for name, text in told.items() if name.startswith("facts.db") for mark in MARKS)
    assert stored, told["screen"]


COMMITS: dict[str, tuple[str, dict[str, str]]] = {
    "subject": (f"Post with {TOKEN}", {}),
    "body": (f"Post\n\nThe hook is {TOKEN}.", {}),
    "trailer": (f"Post\n\nCo-authored-by: {TOKEN} <bot@acme.test>", {}),
    "path": ("Post", {f"src/{TOKEN}/post.py": "post\n" * 60}),
    "record": (
        "Decide",
        {f"docs/adr/0001-{TOKEN}.md": f"# Use {TOKEN}\n\nStatus: accepted\n\n## Decision\n\nWe do.\n"},
    ),
}


@pytest.mark.parametrize("field", [*COMMITS, "branch", "author", "remote"])
def test_a_token_in_a_clone_is_told_nowhere(
    clone: Clone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    """Neither of a message, the name of a person, a branch or a file, nor of the address it was cloned from."""
    text, files = COMMITS.get(field, ("Post to the channel", {}))
    if field == "author":
        clone.git("config", "user.name", f"Ann {TOKEN}")
    if field == "remote":
        clone.git("remote", "add", "origin", f"https://{TOKEN}@github.com/acme/pay.git")
    if field == "branch":
        text = f"Merge pull request #7 from acme/{TOKEN}\n\nPost to the channel"
    clone.commit(text, "2026-11-12T12:00:00Z", {**files, "src/post.py": "post\n" * 60})
    monkeypatch.chdir(clone.path)
    for module in ("group", "drafting", "publishing", "asking"):
        monkeypatch.setattr(f"digest.cli.{module}.now", lambda: NOW)
    (clone.path / "config.toml").write_text(
        'title = "Pay"\ntimezone = "Etc/GMT+9"\nstore = "facts.db"\n[collectors.git]\n', "utf-8"
    )

    told = told_everywhere(clone.path, caplog)
    del told["src/post.py"]
    told = {place: text for place, text in told.items() if not place.startswith(("src/", "docs/"))}

    assert [] == [place for place, text in told.items() if TOKEN in text]


def filled(secret: str) -> Activity:
    """An activity that holds the secret in every field."""
    return Activity(
        source="it",
        key=f"acme/{secret}#1",
        kind="pull_request",
        title="x",
        body="y",
        url=f"https://host.test/{secret}",
        people=(secret,),
        labels=("bug", secret),
        where=f"acme/{secret}",
        branch=f"fix/{secret}",
        type=secret,
        topic=f"PAY-1 {secret}",
        milestone=secret,
        links=(Link(relation="closes", target=f"acme/{secret}#2"),),
        parts=(Part(key="1", title="x", author=secret),),
        changes=(Change(path=f"src/{secret}.py"),),
    )


@pytest.mark.parametrize(
    "secret",
    [pytest.param(s, id=f"{kind}{n}") for kind, several in SECRETS.items() for n, s in enumerate(several)],
)
def test_no_field_of_an_activity_holds_a_secret_of_any_kind(secret: str) -> None:
    """Each is found, counted, and a name stays one word."""
    row = screened(filled(secret))

    assert isinstance(row, Activity)
    names = (row.key, row.url, row.where, row.links[0].target)
    assert (False, 12, []) == (secret in repr(row), len(row.redacted), [n for n in names if " " in n])


def test_what_holds_none_is_the_same_object() -> None:
    """To look for secrets changes nothing of what has none."""
    row = filled("payments")

    assert screened(row) is row


def test_a_figure_and_a_memo_are_looked_through() -> None:
    """Unit, address and detail of a figure; what a source wants to be told."""
    figure = Sample(
        source="it", key="p95", metric="p95", value=1.0, at=NOW, unit=TOKEN, url=f"https://h.test/{TOKEN}", detail=TOKEN
    )
    memo = screened(Memo(name="epics", value=json.dumps({"PAY-1": f"Use {TOKEN}"})))

    assert isinstance(memo, Memo)
    assert (False, {"PAY-1": f"Use {MARKS[0]}"}) == (TOKEN in repr(screened(figure)), json.loads(memo.value))


class Talker(Table, frozen=True):
    """A source that says what a server told it, in an outcome, an error or a bug."""

    says: str = ""
    name: str = "it"
    root: Path = Path()

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Outcome]:
        """The reason of a server, in its words."""
        if self.says == "outcome":
            yield Outcome(source=self.name, status="truncated", detail=f"it says: {TOKEN}")
        elif self.says == "error":
            raise SourceError(f"it says: {TOKEN}", f"do not use {TOKEN}")
        else:
            raise ValueError(TOKEN)


@pytest.mark.parametrize("says", ["outcome", "error", "bug"])
def test_a_token_in_the_words_of_a_server_is_told_nowhere(caplog: pytest.LogCaptureFixture, says: str) -> None:
    """Neither in how a source did, nor in the log of a bug."""
    caplog.set_level(logging.DEBUG, "digest")

    verdict = read(cast("Collector", Talker(says=says)), PERIOD, None, lambda _: None)

    assert (False, False) == (TOKEN in repr(verdict), TOKEN in caplog.text)
    assert verdict.outcome.detail
