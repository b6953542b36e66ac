"""Nobody ever gets two copies: not after a crash at any point, not from a second run, not from two at once."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import deliveries, outbox
from digest.deliveries import Message, Receipt
from digest.errors import ConfigError, DigestError, PartlyDone, PersonNeeded, TryLater
from digest.files import write_whole
from digest.outbox import Outbox
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE
from tests.servers.post import Fault
from tests.servers.post import Post as Server
from tests.servers.tls import make

ROOT = Path(__file__).parents[1]
MESSAGE = compose(ARTICLE)
ANN, BOB, EVE = "ann@example.test", "bob@example.test", "eve@example.test"


@dataclass
class Post:
    """A way out that keeps what it was given, and answers what it is told to."""

    to: tuple[str, ...] = (ANN, BOB)
    answer: Callable[[tuple[str, ...]], Receipt] = lambda to: Receipt(accepted=to)
    name: str = "post"
    root: Path = Path()
    copies: list[str] = field(default_factory=list)

    def recipients(self) -> tuple[str, ...]:
        """All of them."""
        return self.to

    def deliver(self, _: Message, to: tuple[str, ...]) -> Receipt:
        """Keep a copy for each that the answer does not call refused or deferred."""
        receipt = self.answer(to)
        self.copies += [who for who in to if who not in receipt.refused and who not in receipt.deferred]
        return receipt

    def check(self) -> str:
        """It is always there."""
        return "fine"


def raising(error: BaseException) -> Callable[[tuple[str, ...]], Receipt]:
    """An answer that is an error."""

    def answer(_: tuple[str, ...]) -> Receipt:
        raise error

    return answer


def states(folder: Path) -> dict[str, str]:
    """What the journal says about each recipient."""
    (file,) = folder.glob("*.json")
    return {who: fate["state"] for who, fate in json.loads(file.read_text())["recipients"].items()}


def test_a_second_run_sends_nothing_and_says_so(tmp_path: Path) -> None:
    """Everybody gets one copy, however often it is run."""
    post = Post()
    first, second = (Outbox(tmp_path).send(MESSAGE, post) for _ in range(2))

    assert ([ANN, BOB], (ANN, BOB), (), "everybody has it already; post sent nothing") == (
        post.copies,
        first.accepted,
        second.accepted,
        second.detail,
    )


def test_another_edition_and_another_way_are_sent(tmp_path: Path) -> None:
    """The journal is of one message and one delivery."""
    post, other = Post(to=(ANN,)), Post(to=(ANN,), name="other")
    for message, way in ((MESSAGE, post), (compose(ARTICLE, edition=2), post), (MESSAGE, other)):
        Outbox(tmp_path).send(message, way)

    assert ([ANN, ANN], [ANN]) == (post.copies, other.copies)


def test_a_new_recipient_gets_what_the_others_have(tmp_path: Path) -> None:
    """Who is added to the configuration later is the only one who is sent to."""
    Outbox(tmp_path).send(MESSAGE, Post(to=(ANN,)))
    post = Post(to=(ANN, BOB))
    Outbox(tmp_path).send(MESSAGE, post)

    assert [BOB] == post.copies


def test_part_of_the_recipients(tmp_path: Path) -> None:
    """Who refused is named with the reason; the next run tries only the one who may take it later."""

    def some(to: tuple[str, ...]) -> Receipt:
        return Receipt(accepted=(ANN,), refused={BOB: "550 no such user"}, deferred={EVE: "451 busy"})

    with pytest.raises(PartlyDone) as caught:
        Outbox(tmp_path).send(MESSAGE, Post(to=(ANN, BOB, EVE), answer=some))
    later = Post(to=(ANN, BOB, EVE))
    with pytest.raises(PartlyDone) as again:
        Outbox(tmp_path).send(MESSAGE, later)

    assert (
        f"post: 1 have it; refused by {BOB} (550 no such user); not taken yet by {EVE} (451 busy)",
        f"post: 2 have it; refused by {BOB} (550 no such user)",
        [EVE],
        4,
    ) == (caught.value.message, again.value.message, later.copies, again.value.exit_code)


def test_who_refused_is_tried_again_when_a_person_says_so(tmp_path: Path) -> None:
    """`resend` goes to those who refused and never to those who have it."""
    with pytest.raises(PartlyDone):
        Outbox(tmp_path).send(MESSAGE, Post(answer=lambda _: Receipt(accepted=(ANN,), refused={BOB: "550"})))
    post = Post()
    Outbox(tmp_path).send(MESSAGE, post, resend=True)

    assert ([BOB], {ANN: "sent", BOB: "sent"}) == (post.copies, states(tmp_path))


@pytest.mark.parametrize(
    ("receipt", "kind"),
    [(Receipt(refused={ANN: "550", BOB: "550"}), DigestError), (Receipt(deferred={ANN: "451", BOB: "451"}), TryLater)],
)
def test_nobody_got_it(tmp_path: Path, receipt: Receipt, kind: type[DigestError]) -> None:
    """All refused is an error, all deferred is for later."""
    with pytest.raises(DigestError) as caught:
        Outbox(tmp_path).send(MESSAGE, Post(answer=lambda _: receipt))

    assert kind is type(caught.value)


def test_an_error_before_anything_was_sent_is_tried_again(tmp_path: Path) -> None:
    """A wrong password sends nothing, so the next run sends to everybody, without a question."""
    with pytest.raises(DigestError, match="wrong password"):
        Outbox(tmp_path).send(MESSAGE, Post(answer=raising(DigestError("wrong password"))))
    post = Post()
    Outbox(tmp_path).send(MESSAGE, post)

    assert [ANN, BOB] == post.copies


@pytest.mark.parametrize(
    "answer", [raising(KeyboardInterrupt()), raising(RuntimeError()), lambda _: Receipt(detail="lost")]
)
@pytest.mark.parametrize(("flag", "expected"), [("mark_sent", []), ("resend", [ANN, BOB])])
def test_what_is_not_known_is_asked(tmp_path: Path, answer: Any, flag: str, expected: list[str]) -> None:
    """Interrupted, broken or cut off: nothing is sent until a person says which it was; then it is done."""
    with pytest.raises((KeyboardInterrupt, RuntimeError, PersonNeeded)):
        Outbox(tmp_path).send(MESSAGE, Post(answer=answer))
    post = Post()
    with pytest.raises(PersonNeeded) as caught:
        Outbox(tmp_path).send(MESSAGE, post)
    asked = list(post.copies)
    Outbox(tmp_path).send(MESSAGE, post, **{flag: True})
    Outbox(tmp_path).send(MESSAGE, post)

    assert ([], expected, True, 3) == (
        asked,
        post.copies,
        all(word in str(caught.value) for word in (ANN, BOB, "2026-W07_W08", "--resend", "--mark-sent")),
        caught.value.exit_code,
    )


def test_the_two_answers_contradict(tmp_path: Path) -> None:
    """One cannot say both that it arrived and that it did not."""
    with pytest.raises(ConfigError, match="contradict"):
        Outbox(tmp_path).send(MESSAGE, Post(), resend=True, mark_sent=True)

    assert [] == list(tmp_path.iterdir())


def test_a_dry_run_leaves_nothing_behind(tmp_path: Path) -> None:
    """It names to whom the message would go; nothing is sent and nothing is noted."""
    post = Post()
    receipt = Outbox(tmp_path / "box").send(MESSAGE, post, dry_run=True)

    assert (f"would go to {ANN}, {BOB}", [], []) == (receipt.detail, post.copies, list(tmp_path.iterdir()))


def test_two_runs_at_once(tmp_path: Path) -> None:
    """The second run is told to come later, while the first is sending."""
    inner: list[DigestError] = []

    def meanwhile(to: tuple[str, ...]) -> Receipt:
        with pytest.raises(TryLater) as caught:
            Outbox(tmp_path).send(MESSAGE, Post())
        inner.append(caught.value)
        return Receipt(accepted=to)

    Outbox(tmp_path).send(MESSAGE, Post(answer=meanwhile))

    assert [75] == [error.exit_code for error in inner]


def test_a_journal_that_cannot_be_read_sends_nothing(tmp_path: Path) -> None:
    """It may say that everybody has the message: a person has to look."""
    Outbox(tmp_path).send(MESSAGE, Post())
    (file,) = tmp_path.glob("*.json")
    file.write_text("{")
    post = Post()
    with pytest.raises(PersonNeeded, match="the journal cannot be read"):
        Outbox(tmp_path).send(MESSAGE, post)

    assert [] == post.copies


def test_without_a_journal_nothing_is_sent(tmp_path: Path) -> None:
    """Where the folder cannot be made, the error comes before the delivery."""
    (tmp_path / "box").write_text("in the way")
    post = Post()
    with pytest.raises(DigestError):
        Outbox(tmp_path / "box").send(MESSAGE, post)

    assert [] == post.copies


@pytest.mark.parametrize(
    ("fails_at", "copies", "hint"), [(1, 0, "nothing was sent"), (2, 2, "it was sent, but that could not be noted")]
)
def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails_at: int, copies: int, hint: str) -> None:
    """Before the delivery, nothing is sent; after it, the next run asks instead of sending again."""
    left = iter(range(1, 9))

    def write(file: Path, data: bytes, *, mode: int) -> None:
        if next(left) == fails_at:
            raise OSError(28, "No space left on device")
        write_whole(file, data, mode=mode)

    monkeypatch.setattr(outbox, "write_whole", write)
    post = Post()
    with pytest.raises(DigestError) as caught:
        Outbox(tmp_path).send(MESSAGE, post)
    at_first = len(post.copies)
    with suppress(PersonNeeded):
        Outbox(tmp_path).send(MESSAGE, post)

    assert (copies, hint, [ANN, BOB]) == (at_first, caught.value.hint, post.copies)


def test_nobody_to_send_to_is_said(tmp_path: Path) -> None:
    """A table without recipients is a mistake and not a success."""
    with pytest.raises(ConfigError) as caught:
        Outbox(tmp_path).send(MESSAGE, Post(to=()))

    assert "[deliveries.post]: it has no recipients (name some in `to`)" == str(caught.value)


def test_the_journal_is_private_and_stays_in_its_folder(tmp_path: Path) -> None:
    """It holds addresses, and the name of a delivery is no path."""
    Outbox(tmp_path).send(MESSAGE, Post(name="../../x"))
    (file,) = tmp_path.glob("*.json")

    assert (f"{MESSAGE.id}.------x.json", 0o600) == (file.name, stat.S_IMODE(file.stat().st_mode))


CHILD = """
import os, signal, sys
from pathlib import Path
from digest import deliveries, outbox
from digest.deliveries import Receipt
from digest.errors import PersonNeeded
from digest.render import compose
from tests.examples import ARTICLE

folder, point = Path(sys.argv[1]), sys.argv[2]

def die(here):
    if here == point:
        os.kill(os.getpid(), signal.SIGKILL)

class Post:
    name, root = "post", folder
    def recipients(self):
        return ("ann@example.test", "bob@example.test")
    def deliver(self, message, to):
        die("before the first copy")
        for who in to:
            with (folder / "copies").open("a") as file:
                file.write(who + "\\n")
                file.flush()
                os.fsync(file.fileno())
            die("after the copy for " + who.partition("@")[0])
        return Receipt(accepted=to)

write, times = outbox.write_whole, iter(("sending", "sent"))
def noted(file, data, mode):
    state = next(times)
    die("before it is noted as " + state)
    write(file, data, mode=mode)
    die("after it is noted as " + state)
outbox.write_whole = noted

try:
    outbox.Outbox(folder / "box").send(compose(ARTICLE), Post())
except PersonNeeded:
    sys.exit(3)
"""


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("before it is noted as sending", (0, 0, 2)),
        ("after it is noted as sending", (0, 3, 0)),
        ("before the first copy", (0, 3, 0)),
        ("after the copy for ann", (1, 3, 1)),
        ("after the copy for bob", (2, 3, 2)),
        ("before it is noted as sent", (2, 3, 2)),
        ("after it is noted as sent", (2, 0, 2)),
    ],
)
def test_killed_at_any_point_it_never_sends_twice(tmp_path: Path, point: str, expected: tuple[int, int, int]) -> None:
    """A process that is killed there and run again: copies after the kill, how the second run ends, copies then."""

    def run(where: str) -> tuple[int, int]:
        done = subprocess.run([sys.executable, "-c", CHILD, str(tmp_path), where], cwd=ROOT, check=False)
        file = tmp_path / "copies"
        return done.returncode, len(file.read_text().splitlines()) if file.exists() else 0

    killed, copies = run(point)
    second, in_the_end = run("never")

    assert (-9, *expected) == (killed, copies, second, in_the_end)


def acting(fate: dict[str, str], copies: list[str]) -> Callable[[tuple[str, ...]], Receipt]:
    """An answer that does to each recipient what is written for it, and keeps the copies."""

    def answer(to: tuple[str, ...]) -> Receipt:
        if "error" in fate.values():
            raise DigestError("no connection")
        copies.extend(who for who in to if fate[who] in {"accepted", "unknown"})
        if "interrupt" in fate.values():
            raise KeyboardInterrupt
        return Receipt(
            accepted=tuple(who for who in to if fate[who] == "accepted"),
            refused={who: "550" for who in to if fate[who] == "refused"},
            deferred={who: "451" for who in to if fate[who] == "deferred"},
        )

    return answer


FATES = ["accepted", "refused", "deferred", "unknown", "error", "interrupt"]
runs = st.lists(st.tuples(st.fixed_dictionaries(dict.fromkeys((ANN, BOB, EVE), st.sampled_from(FATES))), st.booleans()))


@given(history=runs)
def test_whatever_happens_nobody_gets_two(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[dict[str, str], bool]]
) -> None:
    """Any answers, any interruptions, any number of runs: without `resend`, at most one copy for each."""
    folder = tmp_path_factory.mktemp("box")
    copies: list[str] = []
    for fate, mark_sent in history:
        with suppress(DigestError, KeyboardInterrupt):
            Outbox(folder).send(MESSAGE, Post(to=(ANN, BOB, EVE), answer=acting(fate, copies)), mark_sent=mark_sent)

    assert len(copies) == len(set(copies))


PEOPLE = ("ann@example.test", "busy@example.test", "gone@example.test")
ORDERS = list(product(get_args(Fault), repeat=2))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: f"{order[0] or 'fine'}, {order[1] or 'fine'}")
def test_faults_of_a_real_server_in_any_order(
    order: tuple[Fault, Fault], server: Server, tmp_path: Path, record: Callable[..., None]
) -> None:
    """Two runs against a server that fails, then one when it is well: one copy at most, and none is missed unsaid."""
    table = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "a@a.test", "to": PEOPLE}
    way = build("deliveries", deliveries.BUILTIN, "smtp", table, Path())
    server.taken.clear()
    ends = []
    for fault in (*order, ""):
        server.fault = fault
        try:
            Outbox(tmp_path).send(MESSAGE, way)
            ends.append("sent")
        except DigestError as error:
            ends.append(f"{error.exit_code}")
            said = str(error)
    copies = [sum(who in to for to, _ in server.taken) for who in PEOPLE]
    missed = [who for who, number in zip(PEOPLE, copies, strict=True) if not number]
    record("faults in order", first=", ".join(map(repr, order)), exits=" ".join(ends), copies=copies)

    assert (True, [0, 0], []) == (copies[0] <= 1, copies[1:], [who for who in missed if who not in said])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A mail server."""
    with Server("none", make(tmp_path_factory.mktemp("tls")), login=False) as running:
        yield running
