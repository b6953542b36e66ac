"""What is gone, private or forbidden: as the only one of a source it fails, beside others it truncates."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from digest.collecting import collect
from digest.errors import SourceError
from digest.model import Outcome
from digest.project import open_project
from tests.sims.github.bench import LATER, PERIOD
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim
from tests.sims.gitlab.datagen import generate as gitlab
from tests.sims.gitlab.server import GitlabSim
from tests.sims.simkit import Sim

HIDDEN = "not found, or the token has no access to it"
KEYS = {"github": "repos", "gitlab": "projects"}


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, Sim]]:
    """One double for each kind of source."""
    with ExitStack() as stack:
        made: dict[str, Sim] = {"github": GithubSim(generate(big=0)), "gitlab": GitlabSim(gitlab(big=0))}
        yield {name: stack.enter_context(sim) for name, sim in made.items()}


def outcome(folder: Path, kind: str, sim: Sim, *scopes: str, more: str = "") -> Outcome:
    """How the only source of a project did, whether that ends the run or not."""
    named = ", ".join(f'"{scope}"' for scope in scopes)
    own = f'type = "{kind}"\nurl = "{sim.url}"\ntoken = "env:TOKEN"\n{KEYS[kind]} = [{named}]\n{more}'
    (folder / "config.toml").write_text(f'store = "facts.db"\n[collectors.it]\n{own}', "utf-8")
    project = open_project(folder, folder / "config.toml")
    with project.open_store() as store:
        try:
            [found] = collect(project, store, PERIOD, now=LATER)
        except SourceError:
            sync = store.last_sync("it", PERIOD)
            assert sync
            return sync.outcome
    return found


@pytest.mark.parametrize("kind", KEYS)
def test_a_source_of_which_nothing_can_be_read_fails(
    sims: dict[str, Sim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """One or several of them: each is named with its reason, and what to do."""
    monkeypatch.setenv("TOKEN", "token")
    one = outcome(tmp_path, kind, sims[kind], "acme/gone")
    two = outcome(tmp_path, kind, sims[kind], "acme/gone", "acme/never-was")

    assert ("failed", "failed", 0, 0) == (one.status, two.status, one.count, two.count)
    assert (f"{sims[kind].url}: acme/gone: {HIDDEN}", f"{sims[kind].url}: acme/gone, acme/never-was: {HIDDEN}") == (
        one.detail.partition(" (")[0],
        two.detail.partition(" (")[0],
    )
    assert "check the name" in one.detail


@pytest.mark.parametrize("kind", KEYS)
def test_one_that_is_gone_truncates_the_others(
    sims: dict[str, Sim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Also where the other one is quiet: that is known of it."""
    monkeypatch.setenv("TOKEN", "token")
    busy = outcome(tmp_path, kind, sims[kind], "acme/gone", "acme/checkout")
    beside = outcome(tmp_path, kind, sims[kind], "acme/gone", "acme/mobile-app")

    assert [("truncated", True, True), ("truncated", False, True)] == [
        (o.status, o.count > 1, o.detail.startswith(f"acme/gone: {HIDDEN}")) for o in (busy, beside)
    ]


def test_each_of_several_has_its_own_reason(
    sims: dict[str, Sim], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is not found, one is closed by single sign-on, a board is not there."""
    monkeypatch.setenv("TOKEN", "token")
    hub = sims["github"]
    assert isinstance(hub, GithubSim)
    monkeypatch.setattr(hub, "forbidden", {"acme/platform"})

    found = outcome(tmp_path, "github", hub, "acme/gone", "acme/platform", more='boards = ["acme/99"]\n')

    closed = "closed to the token by single sign-on"
    assert ("failed", f"{hub.url}: acme/gone, board acme/99: {HIDDEN}; acme/platform: {closed}") == (
        found.status,
        found.detail.partition(" (")[0],
    )
