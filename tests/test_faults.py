"""The table of faults: whatever fails, in whichever source, nothing is wrong, nothing is missing silently, nothing leaks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import fault_table
from tests.fault_table import DEADLINE, FAULTS, Ran, cases, doubles, run
from tests.sims.simkit import Sim

LASTS = {"401", "403", "403 single sign-on", "404", "410", "429, Retry-After an hour"}
"""A source does not ask again where that is told: it would be told the same, or too late."""

LASTS_FOR = {
    "github": set[str](),
    "github beside": set[str](),
    "gitlab": set[str](),
    "jira cloud": {"HTML with 200"},
    "jira dc": {"HTML with 200"},
    "endpoint": {"500", "hang"},
}
OF_A_SERVER = {
    ("github", "slow, beyond the deadline"): "truncated",
    ("github beside", "slow, beyond the deadline"): "truncated",
    ("github beside", "repeated page token"): "truncated",
    ("github beside", "duplicated page"): "truncated",
    ("jira cloud", "slow, beyond the deadline"): "failed",
    ("jira dc", "slow, beyond the deadline"): "failed",
    ("jira dc", "slow, 15 s an answer"): "truncated",
    ("github", "repeated page token"): "truncated",
    ("github", "duplicated page"): "truncated",
    ("gitlab", "slow, beyond the deadline"): "truncated",
    ("gitlab", "repeated page token"): "truncated",
    ("gitlab", "duplicated page"): "truncated",
    ("jira cloud", "duplicated page"): "truncated",
    ("jira dc", "duplicated page"): "truncated",
}
"""Where a server that answers all the same is slow or pages badly; else it is complete."""


@pytest.fixture(scope="module")
def served() -> Iterator[dict[str, Sim]]:
    """The doubles."""
    with ExitStack() as stack:
        yield {name: stack.enter_context(sim) for name, sim in doubles().items()}


@pytest.fixture(scope="module")
def whole(served: dict[str, Sim], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """What each source gives where nothing fails."""
    return {name: run(name, sim, tmp_path_factory.mktemp("whole")) for name, sim in served.items()}


def expected(source: str, fault: str, when: str) -> set[str]:
    """What may come of it: of two questions at a time, either may be the one that fails; a rerun may need no second page."""
    if when == "never again":
        return {"complete", "truncated"} if (source, fault) in OF_A_SERVER else {"complete"}
    when, _, again = when.partition(" ")
    if again and source.startswith("jira"):
        if when == "later":
            return {"truncated", "failed"}  # whether something was deleted is unknown then
        if when == "once" and fault in {"404", "410"}:
            return {"complete", "failed"}  # the site may be another one now: it is looked at
    if when == "never":
        return {OF_A_SERVER.get((source, fault), "complete")}
    if when == "once":
        lasts = {"failed", "truncated"} if source == "github beside" else {"failed"}
        return lasts if fault in LASTS | LASTS_FOR[source] else {"complete"}
    return {"truncated"} if when == "later" and source in {"github", "github beside", "gitlab"} else {"failed"}


@pytest.mark.parametrize(("source", "fault", "when"), cases(), ids=lambda word: word.replace(" ", "_"))
def test_a_fault(
    served: dict[str, Sim], whole: dict[str, Ran], tmp_path: Path, source: str, fault: str, when: str
) -> None:
    """The outcome is what it has to be, in one line and in time; rows are those of a whole run, fewer only if that is said.

    In a rerun nothing of them is lost.

    The source beside is whole, and the secret stands neither in what is told, nor in a log, nor in the store.
    """
    ran = run(source, served[source], tmp_path, when, **FAULTS[fault])
    status = ran.outcome.status

    kept = whole[source].rows if " again" in when else set()
    rows = ran.rows if status == "truncated" else whole[source].rows if status == "complete" else kept
    assert (True, rows, "complete", []) == (
        status in expected(source, fault, when),
        ran.rows,
        ran.beside.status,
        ran.leaks,
    ), ran.outcome
    assert (True, True, True) == (
        ran.rows <= whole[source].rows,
        ran.seconds <= DEADLINE,
        (status == "complete") != bool(ran.outcome.detail),
    )
    assert 1 == len(ran.outcome.detail.splitlines() or ["complete"])
    assert kept <= ran.rows


def test_a_whole_run_is_whole(whole: dict[str, Ran]) -> None:
    """Where nothing fails every source is complete and has rows, so that the table cannot be true of nothing."""
    assert dict.fromkeys(fault_table.KINDS, ("complete", True)) == {
        name: (ran.outcome.status, len(ran.rows) > 0) for name, ran in whole.items()
    }


def test_a_secret_that_stood_somewhere_would_be_found(tmp_path: Path) -> None:
    """The search for it looks at the file of the store: one that is written there on purpose is found."""
    with fault_table.Figures() as sim:
        sim.unit = fault_table.SECRET

        assert ["facts.db"] == [file.partition("-")[0] for file in run("endpoint", sim, tmp_path).leaks][:1]
