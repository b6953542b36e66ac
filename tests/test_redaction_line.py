"""Secrets in what others wrote: cut when they are read, in every source, counted to the person who publishes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import main
from tests.conftest import Clone
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim
from tests.sims.jira.datagen import generate as tickets
from tests.sims.jira.server import JiraSim

GITHUB, AWS, SLACK = f"ghp_{'Ab3' * 12}", f"AKIA{'Q7' * 8}", f"xoxb-{'123456789' * 2}-abcdefghij"
KINDS = ("aws-access-key", "github-token", "slack-token")
COUNT = 4
"""One of each, and the one that the data set of Jira has by itself."""

DAYS = ("--period", "2026-11-09..2026-11-22")


@pytest.fixture
def house(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A clone, a GitHub and a Jira whose texts hold a secret each, in one project."""
    pulls, issues = generate(big=0), tickets(7)
    pull = next(i for i in pulls["repos"][0]["items"] if i["title"] == "Huge body")
    pull |= {"title": "Rotate the keys of the gateway", "body": f"The old one was {GITHUB}."}
    ticket = next(i for i in issues["issues"] if i["key"] == "CHK-508")
    ticket["description"] = f"Log in with {AWS} for now."
    clone.commit(f"Post to the channel\n\nThe hook is {SLACK}.", "2026-11-12T12:00:00Z", {"src/post.py": "post\n" * 60})
    with ExitStack() as stack:
        hub, board = (stack.enter_context(sim) for sim in (GithubSim(pulls), JiraSim(issues)))
        (clone.path / "config.toml").write_text(
            f'title = "Pay"\ntimezone = "Etc/GMT+9"\nstore = "state/facts.db"\n[collectors.git]\n'
            f'[collectors.github]\nrepos = ["acme/checkout"]\nurl = "{hub.url}"\n'
            f'[collectors.jira]\nurl = "{board.url}"\nuser = "ann@acme.test"\nprojects = ["CHK"]\ntoken = "env:TOKEN"\n',
            "utf-8",
        )
        monkeypatch.setenv("GITHUB_TOKEN", "token")
        monkeypatch.setenv("TOKEN", "token")
        monkeypatch.chdir(clone.path)
        for module in ("group", "drafting", "publishing", "asking"):
            monkeypatch.setattr(f"digest.cli.{module}.now", lambda: datetime(2026, 11, 24, 12, tzinfo=UTC))
        yield clone.path


def run(*args: str) -> Result:
    """The program."""
    return CliRunner().invoke(main, [*args, *DAYS])


def test_a_secret_in_a_text_reaches_no_file_and_waits_for_a_person(house: Path) -> None:
    """Of a commit, a pull request and a ticket: neither store, draft, screen nor what is published holds it.

    The draft names the kinds, and publishing stops until somebody has taken note.
    """
    drafted = run("draft")
    allowed = ("--allow-unreviewed", "--accept-numbers", "--yes")
    stopped, published = run("publish", *allowed), run("publish", *allowed, "--accept-redactions")
    screen = "".join(r.output for r in (drafted, stopped, published, run("show"), run("render")))
    files = {p: p.read_bytes() for p in house.rglob("*") if p.is_file() and ".git" not in p.parts}
    found = [(s, str(p)) for s in (GITHUB, AWS, SLACK) for p, data in files.items() if s.encode() in data]

    assert (0, 3, 0) == (drafted.exit_code, stopped.exit_code, published.exit_code), screen
    assert ([], []) == (found, [s for s in (GITHUB, AWS, SLACK) if s in screen])
    assert [True, True, True] == [
        kind in drafted.output + next(iter(house.glob("digests/*.md"))).read_text() for kind in KINDS
    ]
    assert f"{COUNT} secrets were cut from texts: {', '.join(KINDS)}" in stopped.output
