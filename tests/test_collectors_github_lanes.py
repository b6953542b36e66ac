"""Two questions at a time while all is well, one at a time from the first trouble on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.collectors.fault import Fault
from digest.collectors.github import gather as gathering
from digest.collectors.github import wire
from digest.collectors.github.line import Question
from digest.collectors.github.wire import connect
from digest.config import Secret
from digest.errors import SourceError
from tests.sims.github.bench import TOKEN, Clock, merged, run, source
from tests.sims.github.datagen import generate
from tests.sims.github.server import GithubSim
from tests.sims.simkit import Reply, Request

DATA = generate(big=0)
REPOS = ("acme/checkout", "acme/platform", "acme/mobile-app")
TRUTH = merged(DATA, *REPOS, base="main")
QUESTION: Question = ("query { viewer { login } }", {})


class Crowded(GithubSim):
    """Fails by the number of a request, and notes how many others are there when it comes."""

    def __init__(self) -> None:
        super().__init__(DATA)
        self.moods = dict[int, Reply]()
        self.afresh()

    def afresh(self) -> None:
        """Nothing came yet."""
        self.came, self.crowd, self.together = 0, list[int](), threading.Barrier(1)

    def route(self, req: Request) -> Reply:
        """The failure of that number; without one the right answer."""
        with self._lock:
            self.came += 1
            number = self.came
            self.crowd.append(self._in_flight)
        if number <= self.together.parties:
            self.together.wait(10)
        return self.moods.get(number) or super().route(req)


@pytest.fixture(scope="module")
def served() -> Iterator[Crowded]:
    """One double for all tests."""
    with Crowded() as sim:
        yield sim


@pytest.fixture
def sim(served: Crowded, monkeypatch: pytest.MonkeyPatch) -> Crowded:
    """The double as it was at first; a query asks for so little that there are several."""
    monkeypatch.setattr(gathering, "WIDTH", 2)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    served.afresh()
    served.moods = {}
    return served


def limited() -> Reply:
    """A secondary limit."""
    return Reply({"message": "You have exceeded a secondary rate limit."}, 403, {"Retry-After": "9"})


def test_two_questions_are_under_way_at_a_time(sim: Crowded) -> None:
    """The second one comes while the first is not answered yet, a third does not; all that is there is found."""
    sim.together = threading.Barrier(2)

    ran = run(sim, *REPOS)

    assert (TRUTH, [], 2) == (ran.found(), ran.outcomes, sim.stats()["max_in_flight"])


@pytest.mark.parametrize("number", [1, 2])
def test_after_a_limit_one_question_at_a_time(sim: Crowded, number: int) -> None:
    """A secondary limit is waited for once, also where both questions meet it; then nobody asks beside another."""
    sim.together = threading.Barrier(2)
    sim.moods = {1: limited(), 2: limited()} if number == 1 else {2: limited()}

    ran = run(sim, *REPOS)

    # Beside the one that was refused another may have gone out, and be there still because no test sleeps.
    alone = sim.crowd[2 if number == 1 else 4 :]
    assert (TRUTH, [], [9]) == (ran.found(), ran.outcomes, ran.slept)
    assert [1] * len(alone) == alone


def test_a_long_run_goes_on_one_question_at_a_time(sim: Crowded, monkeypatch: pytest.MonkeyPatch) -> None:
    """GitHub gives a minute of its processor in a minute: two at a time only until half of that is used."""
    monkeypatch.setattr(wire, "BURST", 0)

    ran = run(sim, *REPOS)

    assert (TRUTH, 1) == (ran.found(), sim.stats()["max_in_flight"])


def test_to_ask_side_by_side_takes_no_request_more(sim: Crowded, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that is not full waits for what the answers add to it."""
    monkeypatch.setattr(gathering, "WIDTH", 10)
    beside = run(sim, *REPOS, issues=True).requests
    monkeypatch.setattr(wire, "LANES", 1)

    assert run(sim, *REPOS, issues=True).requests == beside


def test_two_clients_of_an_app_sign_in_once(sim: Crowded) -> None:
    """An app asks for its token once, however many questions go out at a time."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PEM", key.decode())
        ran = run(sim, *REPOS, app_id=12, private_key=Secret("env:PEM"))

    assert (TRUTH, 1) == (ran.found(), sim.stats()["by_route"]["app token"])


def test_what_went_wrong_ahead_is_raised_where_it_is_waited_for(sim: Crowded) -> None:
    """The fault of a question that was sent ahead counts as the first try of it."""
    clock = Clock()
    sim.moods = {1: Reply({"message": "Server Error"}, 500), 2: Reply({"message": "Bad credentials"}, 401)}
    line = connect(source(sim, "acme/checkout"), clock=clock, sleep=clock.sleep)

    with pytest.raises(Fault, match="it refuses the token"):
        line.ask(QUESTION, line.ahead(QUESTION))
    line.close()

    assert ([1], 2, 1) == (clock.slept, sim.came, line.lanes)


FAILURES: list[tuple[dict[str, Any], int]] = [
    ({"message": "Bad credentials"}, 401),
    ({"data": None, "errors": [{"message": "Something went wrong while executing your query."}]}, 502),
    ({"message": "You have exceeded a secondary rate limit."}, 403),
    ({"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}, 200),
    ({"message": "Server Error"}, 500),
    ({"errors": [{"message": "Parse error"}]}, 200),
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moods=st.dictionaries(st.integers(1, 9), st.sampled_from(FAILURES), max_size=4))
def test_whatever_fails_beside_what_nothing_is_missing_silently(
    sim: Crowded, moods: dict[int, tuple[dict[str, Any], int]]
) -> None:
    """Rows are always true; they are all there, or an outcome or an error says that they are not."""
    sim.afresh()
    sim.moods = {number: Reply(*failure) for number, failure in moods.items()}

    try:
        ran = run(sim, *REPOS)
    except SourceError:
        return

    assert ran.found() <= TRUTH
    assert (ran.found() == TRUTH) or {"truncated", "failed"} & {o.status for o in ran.outcomes}
