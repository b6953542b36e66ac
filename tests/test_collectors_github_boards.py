"""Project boards and issues: what is done, what is under way, what is next, for teams without another tracker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digest.errors import SourceError
from tests.sims.github.bench import LATER, PERIOD, TOKEN, merged, run, schema, schemas, source, utc
from tests.sims.github.datagen import generate
from tests.sims.github.records import iso
from tests.sims.github.server import GithubSim

DATA = generate(big=0)
ISSUES = {i["title"]: i["number"] for i in DATA["repos"][0]["items"]}
TRUTH = {
    "Checkout fails for guests": "active",
    "Checkout fails for Amex": "done",
    "Checkout fails for Safari 17": "planned",
    "Checkout fails for zero-priced items": "done",
    "Won't do: fax orders": "declined",
    "Cross-repo fix": "done",
    "Write the runbook of the checkout": "active",
    "Order test devices": "done",
    "Rotate the signing key": "done",
    "WIP: new tax engine": "active",
}
"""What the board tells: an item in no column, in the backlog, archived, or for a later iteration is not in it."""


@pytest.fixture(scope="module", params=schemas(), ids=lambda p: f"{p.stat().st_size // 1000}kB")
def served(request: pytest.FixtureRequest) -> Iterator[GithubSim]:
    """A double for each schema at hand."""
    path: Path = request.param
    with GithubSim(generate(big=0), schema=schema(path)) as sim:
        yield sim


@pytest.fixture
def sim(served: GithubSim) -> GithubSim:
    """The double with every switch off and data of its own."""
    served.faults.clear()
    served.load(generate(big=0))
    served.hidden, served.heavy, served.spoil = set(), 0, lambda _: None
    served.budget |= {"limit": 5000, "used": 0}
    return served


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


def test_a_board_tells_what_is_done_under_way_and_next(sim: GithubSim) -> None:
    """A card is what its issue or pull request is, else what its column says; planned is what this iteration holds."""
    ran = run(sim, boards=("acme/12",))

    assert (TRUTH, [], 1) == ({r.title: r.state for r in ran.rows}, ran.outcomes, ran.requests)


def test_the_instant_is_that_of_the_issue_and_of_a_draft_that_of_its_move(sim: GithubSim) -> None:
    """Nothing else tells when a draft was done; an issue was done when it was closed, whenever its card was moved."""
    rows = {r.title: r for r in run(sim, boards=("acme/12",)).rows}
    amex = next(i for i in DATA["repos"][0]["items"] if i["title"] == "Checkout fails for Amex")
    draft = rows["Order test devices"]

    assert (utc(amex["closed_at"][:-1]), PERIOD.since + timedelta(days=5)) == (
        rows["Checkout fails for Amex"].done,
        draft.done,
    )
    assert ("acme/12/PVTI_10", ("maria-k", "sam"), "acme/12", True) == (
        draft.key,
        draft.people,
        draft.where,
        draft.private,
    )


def test_a_card_and_its_pull_request_are_one_activity(sim: GithubSim) -> None:
    """What the repositories tell and the board repeats comes once, and nothing of the repositories is lost."""
    ran = run(sim, "acme/checkout", "acme/platform", boards=("acme/12",), issues=True)
    keys = [r.key for r in ran.rows]

    assert sorted(set(keys)) == sorted(keys)
    assert merged(DATA, "acme/checkout", "acme/platform", "acme/secret", base="main") == ran.found()


@pytest.mark.parametrize(
    ("settings", "gone", "new"),
    [
        ({"upcoming": False}, {t for t, s in TRUTH.items() if s in {"active", "planned"}}, set()),
        ({"statuses": {"In Progress": "ignored"}}, {"Checkout fails for guests", "Write the runbook of the checkout", "WIP: new tax engine"}, set()),
        ({"statuses": {"backlog": "active"}}, set(), {"Feature: save for later"}),
        ({"statuses": {"✅ DONE": "ignored"}}, {"Order test devices"}, set()),
    ],
    ids=["past only", "ignored", "backlog", "done"],
)  # fmt: skip
def test_columns_mean_what_the_table_says(sim: GithubSim, settings: Any, gone: set[str], new: set[str]) -> None:
    """Whatever they are called, and with whichever emoji; what is closed is closed in any column."""
    rows = run(sim, boards=("acme/12",), **settings).rows

    assert TRUTH.keys() - gone | new == {r.title for r in rows}


def test_between_two_iterations_the_next_one_counts(sim: GithubSim) -> None:
    """Where none runs today, planned is what the next one holds; a board without iterations plans its whole column."""
    board = sim.data["projects"][0]
    board["iterations"] = [t for t in board["iterations"] if t["id"] == "i3"]
    later = {r.title for r in run(sim, boards=("acme/12",)).rows if r.state == "planned"}
    board["iterations"] = []
    all_of_it = {r.title for r in run(sim, boards=("acme/12",)).rows if r.state == "planned"}

    turns = {"Checkout fails for gift cards"}
    assert (turns, turns | {"Checkout fails for Safari 17", "Somewhen: rename the service"}) == (later, all_of_it)


def test_an_issue_that_was_opened_again_is_not_done(sim: GithubSim) -> None:
    """Though its card was left in the last column."""
    board = sim.data["projects"][0]
    item = next(i for i in sim.data["repos"][0]["items"] if i["title"] == "Checkout fails for guests")
    item["state_reason"] = "REOPENED"
    board["cards"][0]["status"] = "✅ Done"

    rows = run(sim, boards=("acme/12",)).rows

    assert ["active"] == [r.state for r in rows if r.title == item["title"]]


def test_a_long_board_is_read_to_its_end(sim: GithubSim) -> None:
    """Page by page, each card once."""
    card = sim.data["projects"][0]["cards"][8]
    sim.data["projects"][0]["cards"] = [{**card, "id": n} for n in range(230)]

    ran = run(sim, boards=("acme/12",))

    assert (230, [], 5) == (len({r.key for r in ran.rows}), ran.outcomes, ran.requests)


def test_cards_that_the_token_may_not_see_are_counted(sim: GithubSim, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card without content is no quiet card: the source is truncated and says by how much."""
    monkeypatch.setattr(sim, "visible", lambda repo, _token: not repo["private"])

    ran = run(sim, boards=("acme/12",))

    assert [("truncated", True)] == [
        (s, d.startswith("board acme/12: 1 of its 16 cards are hidden")) for s, d in ran.told
    ]
    assert TRUTH.keys() - {"Rotate the signing key"} == {r.title for r in ran.rows}


def scopes(told: dict[str, Any]) -> None:
    """What a token without the scope for projects is told: an error about all of it."""
    if "repositoryOwner" in str(told) or any("board" in (v or {}) for v in told["data"].values()):
        words = "Your token has not been granted the required scopes to execute this query."
        told["errors"].append({"type": "INSUFFICIENT_SCOPES", "message": words})
        told["data"] = None


@pytest.mark.parametrize(
    ("board", "spoil", "says"),
    [
        ("acme/99", None, "not found, or the token has no access to it"),
        ("nobody/1", None, "not found, or the token has no access to it"),
        ("acme/12", scopes, "forbidden to the token: Your token has not been granted the required scopes"),
    ],
    ids=["no board", "no owner", "no scope"],
)
def test_a_board_that_cannot_be_read_harms_nothing_else(sim: GithubSim, board: str, spoil: Any, says: str) -> None:
    """It fails by itself, and the line says why; the repositories and the other boards are whole."""
    sim.spoil = spoil or (lambda _: None)

    ran = run(sim, "acme/checkout", boards=(board, "acme/13"))

    assert merged(DATA, "acme/checkout") == ran.found()
    assert [("failed", True)] == [(s, says in d) for s, d in ran.told if board in d]


def test_a_server_without_boards_tells_the_rest(sim: GithubSim) -> None:
    """An old server refuses the query of the board alone."""
    sim.hidden = {"projectV2"}

    ran = run(sim, "acme/checkout", boards=("acme/12",))

    assert (merged(DATA, "acme/checkout"), ["failed"]) == (ran.found(), [s for s, _ in ran.told])


def test_check_tells_of_boards(sim: GithubSim) -> None:
    """Title, size, and whether everybody may see it; one that is not there is an error that names it."""
    lines = list(source(sim, boards=("acme/12", "acme/13")).check())

    assert ["board acme/12: Checkout team, 16 cards (private)", "board acme/13: New, 0 cards (public)"] == lines[-2:]
    with pytest.raises(SourceError, match="board acme/99: not found"):
        list(source(sim, "acme/checkout", boards=("acme/99",)).check())


def test_a_rerun_takes_back_an_issue_that_was_opened_again(sim: GithubSim) -> None:
    """It was told as closed: now it is taken back. One that was closed again later is told with its new instant."""
    items = [i for i in sim.data["repos"][0]["items"] if i["kind"] == "issue" and i["state"] == "CLOSED"]
    since, now = LATER - timedelta(hours=2), iso(LATER - timedelta(hours=1))
    items[0].update(state="OPEN", state_reason="REOPENED", closed_at=None, updated_at=now)
    items[1].update(closed_at=now, updated_at=now)

    rows = {r.key: r for r in run(sim, "acme/checkout", issues=True, changed=since).rows if r.kind == "ticket"}

    assert {
        f"acme/checkout#{items[0]['number']}": ("idle", None),
        f"acme/checkout#{items[1]['number']}": ("done", utc(now[:-1])),
    } == {key: (row.state, row.done) for key, row in rows.items()}


def test_a_rerun_takes_back_what_is_open_and_not_ahead(sim: GithubSim) -> None:
    """A card that was moved out of the last column, and a milestone without a day: each may have been told as done."""
    sim.data["projects"][0]["cards"][9]["status"] = "Backlog"
    goal = sim.data["repos"][0]["milestones"][2]
    goal.update(state="OPEN", closed_at=None, due_on=None)

    first = {r.key for r in run(sim, "acme/checkout", boards=("acme/12",)).rows}
    again = run(sim, "acme/checkout", boards=("acme/12",), changed=LATER - timedelta(hours=1)).rows
    idle = {r.key for r in again if r.state == "idle"}

    assert (set(), True) == (idle & first, {"acme/12/PVTI_10", "acme/checkout/milestone/3"} <= idle)


@pytest.mark.parametrize("changed", [None, PERIOD.since - timedelta(days=9)], ids=["whole", "changes"])
def test_the_window_of_issues_is_half_open_to_the_second(sim: GithubSim, changed: datetime | None) -> None:
    """Closed at the first instant is in, at the last one out, a second before each the other way round."""
    second = timedelta(seconds=1)
    edges = [PERIOD.since - second, PERIOD.since, PERIOD.until - second, PERIOD.until]
    items = [i for i in sim.data["repos"][0]["items"] if i["kind"] == "issue"][:4]
    for item, at in zip(items, edges, strict=True):
        item.update(state="CLOSED", closed_at=iso(at), updated_at=iso(at), state_reason="COMPLETED")

    rows = run(sim, "acme/checkout", issues=True, changed=changed).rows
    found = {r.key for r in rows if r.kind == "ticket" and r.done and r.done in PERIOD}

    assert {f"acme/checkout#{i['number']}" for i in items[1:3]} == found & {
        f"acme/checkout#{i['number']}" for i in items
    }


@pytest.mark.parametrize("boards", [["acme"], ["acme/twelve"], ["org:acme/12"], ["acme/12/views/1"]])
def test_a_board_is_an_owner_and_a_number(sim: GithubSim, boards: list[str]) -> None:
    """Anything else is refused before anybody is asked."""
    with pytest.raises(ValueError, match="is no project board"):
        source(sim, boards=tuple(boards))
