"""The real program against a mail server that fails, and killed at every point: nobody gets two, nothing is lost unsaid."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir
from email import message_from_bytes, policy
from pathlib import Path

import pexpect
import pytest
from click.testing import CliRunner

from digest.cli import main
from digest.project import open_project
from digest.sending import outbox
from tests.conftest import Clone
from tests.servers.post import Fault, Post
from tests.servers.tls import make

ROOT = Path(__file__).parents[1]
PERIOD = "2024-W07"
PEOPLE = ("ann", "bob")
CONFIG = """\
title = "Shop"
timezone = "UTC"
store = "state/digest.db"

[deliveries.smtp]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Shop <shop@example.test>"
to = {to}
"""

CHILD = """
import os, signal, sys
from digest import outbox
from digest.cli import main

point, write, times = sys.argv.pop(1), outbox.write_whole, iter(("sending", "sent", "more", "more"))

def noted(file, data, mode):
    def die(here):
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)
    state = next(times)
    die("before it is noted as " + state)
    write(file, data, mode=mode)
    die("after it is noted as " + state)

outbox.write_whole = noted
main()
"""


class Shop:
    """A project with a draft, and the program in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.children: list[subprocess.Popen[bytes]] = []

    @property
    def env(self) -> dict[str, str]:
        """What the program finds around it: no settings of this machine."""
        home = {"HOME": str(self.folder / "home"), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
        return {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": os.devnull, **home}

    def run(self, *args: str, point: str = "never") -> tuple[int, str]:
        """Run the program; how it ended and what it told. Where it may be killed, it is a process of its own."""
        if point == "never":
            with chdir(self.folder):
                done = CliRunner().invoke(main, args)
            return done.exit_code, done.output
        argv = [sys.executable, "-c", CHILD, point, *args]
        child = subprocess.Popen(argv, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.children.append(child)
        told, _ = child.communicate(timeout=60)
        return child.returncode, told.decode()

    def publish(self, *args: str, point: str = "never") -> tuple[int, str]:
        """Publish the period, with the people known to be right."""
        return self.run("publish", "--period", PERIOD, "--yes", *args, point=point)

    def send_to(self, post: Post, to: tuple[str, ...] = PEOPLE) -> None:
        """Let that server take its mail."""
        text = CONFIG.format(port=post.port, to=json.dumps([f"{who}@example.test" for who in to]))
        (self.folder / "config.toml").write_text(text)


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it lies there before anything is sent."""
    made = Clone(tmp_path_factory.mktemp("drafted") / "shop")
    made.commit("Add gift cards to the checkout", "2024-02-14T10:00:00Z")
    (made.path / "config.toml").write_text(CONFIG.format(port=1, to='["ann@example.test"]'))
    code, told = Shop(made.path).run("draft", "--period", PERIOD, point="none")
    assert code == 0, told
    return made.path


@pytest.fixture
def shop(drafted: Path, tmp_path: Path) -> Shop:
    """A project of this test's own."""
    return Shop(Path(shutil.copytree(drafted, tmp_path / "shop")))


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    """A mail server."""
    with Post("none", make(tmp_path), login=False) as server:
        yield server


def copies(post: Post) -> list[int]:
    """How many copies each of the people has."""
    got = Counter(who for to, _ in post.taken for who in to)
    return [got[f"{who}@example.test"] for who in PEOPLE]


def killer(shop: Shop, at: str) -> Callable[[str], None]:
    """Kill the program when the server has come that far."""

    def watch(point: str) -> None:
        if point == at:
            shop.children[-1].send_signal(signal.SIGKILL)
            shop.children[-1].wait()

    return watch


@pytest.mark.parametrize(
    ("point", "after", "second", "in_the_end"),
    [
        ("before it is noted as sending", [0, 0], 0, [1, 1]),
        ("after it is noted as sending", [0, 0], 3, [0, 0]),
        ("MAIL", [0, 0], 3, [0, 0]),
        ("RCPT", [0, 0], 3, [0, 0]),
        ("DATA", [1, 1], 3, [1, 1]),
        ("taken", [1, 1], 3, [1, 1]),
        ("before it is noted as sent", [1, 1], 3, [1, 1]),
        ("after it is noted as sent", [1, 1], 0, [1, 1]),
    ],
)
def test_killed_while_publishing(
    shop: Shop,
    post: Post,
    point: str,
    after: list[int],
    second: int,
    in_the_end: list[int],
    record: Callable[..., None],
) -> None:
    """Killed there and run again: never two copies, and where nobody has one, that is asked and not passed over."""
    shop.send_to(post)
    post.watch = killer(shop, point)
    killed, _ = shop.publish(point=point)
    seen = copies(post)
    post.watch = lambda _: None
    code, told = shop.publish()
    named = all(f"{who}@example.test" in told for who in PEOPLE)
    record("crashes at a point of the server", killed=point, copies=seen, exit=code, then=copies(post))

    assert (-9, after, second, in_the_end, second == 3) == (killed, seen, code, copies(post), named and code == 3)


def test_many_at_once(shop: Shop, post: Post) -> None:
    """Of processes that publish at the same time one sends; the others come later, and then there is nothing to send."""
    shop.send_to(post)
    argv = [sys.executable, "-m", "digest", "publish", "--period", PERIOD, "--yes"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    started = [subprocess.Popen(argv, cwd=shop.folder, env=shop.env, **quiet) for _ in range(4)]  # type: ignore[call-overload]
    codes = {child.wait(timeout=60) for child in started}
    again, _ = shop.publish()

    assert (True, True, 0, [1, 1]) == (0 in codes, codes <= {0, 75}, again, copies(post))


@pytest.mark.parametrize(("flag", "expected"), [("--resend", [1, 1]), ("--mark-sent", [0, 0])])
def test_what_a_person_says_after_a_crash(shop: Shop, post: Post, flag: str, expected: list[int]) -> None:
    """Nobody had it: `--resend` sends it, `--mark-sent` believes the person; neither asks again."""
    shop.send_to(post)
    shop.publish(point="after it is noted as sending")
    first, _ = shop.publish(flag)
    then, _ = shop.publish()

    assert (0, 0, expected) == (first, then, copies(post))


Row = tuple[Fault, tuple[str, ...], int, str, list[int], int, list[int]]

FAULTS: list[Row] = [
    ("", ("ann", "gone"), 4, "refused by gone@example.test (550 5.1.1 no such user)", [1, 0], 4, [1, 0]),
    ("", ("ann", "busy"), 4, "not taken yet by busy@example.test (451 4.7.1 try again later)", [1, 0], 4, [1, 0]),
    ("", ("busy",), 75, "not taken yet by busy@example.test", [0, 0], 75, [0, 0]),
    ("", ("gone",), 1, "refused by gone@example.test", [0, 0], 1, [0, 0]),
    ("later", PEOPLE, 75, "451 4.3.0 disk is full", [0, 0], 0, [1, 1]),
    ("closing", PEOPLE, 75, "421 4.3.2 the service is closing", [0, 0], 0, [1, 1]),
    ("never", PEOPLE, 1, "554 5.7.1 looks like spam", [0, 0], 1, [0, 0]),
    ("no sender", PEOPLE, 1, "553 5.7.1 that is not you", [0, 0], 0, [1, 1]),
    ("lost early", PEOPLE, 75, "nothing was sent", [0, 0], 0, [1, 1]),
    ("lost", PEOPLE, 3, "it is not known whether 2024-W07_W08 reached ann@example.test", [1, 1], 3, [1, 1]),
    ("dropped", PEOPLE, 3, "it is not known whether 2024-W07_W08 reached ann@example.test", [0, 0], 3, [0, 0]),
    ("lost", ("ann", "busy"), 3, "reached ann@example.test (the connection was lost", [1, 0], 3, [1, 0]),
]


@pytest.mark.parametrize("row", FAULTS, ids=lambda row: f"{row[0] or 'refused'}: {' and '.join(row[1])}")
def test_a_server_that_fails(shop: Shop, post: Post, row: Row, record: Callable[..., None]) -> None:
    """How it ends, what it says and who has it; then the same again after the server was mended."""
    fault, to, code, words, after, second, in_the_end = row
    shop.send_to(post, to)
    post.fault = fault
    first, told = shop.publish()
    seen = copies(post)
    post.fault = ""
    again, _ = shop.publish()
    name = f"{fault or 'refused'}: {' and '.join(to)}"
    record("faults of a mail server", fault=name, exit=first, copies=seen, exit_mended=again, copies_then=copies(post))

    assert (code, True, after, second, in_the_end) == (first, words in told, seen, again, copies(post))


WAYS = """
[deliveries.eml]
[deliveries.file]
[deliveries.imap]
host = "127.0.0.1"
login = {user = "ann", password = "command:./none"}
sender = "ann@example.test"
[deliveries.slack]
webhook = "command:./none"
[deliveries.teams]
webhook = "command:./none"
[deliveries.github]
repo = "acme/pay"
token = "command:./none"
[deliveries.gitlab]
project = "acme/pay"
token = "command:./none"
[deliveries.confluence]
url = "https://acme.atlassian.net"
space = "TEAM"
user = "ann@example.test"
token = "command:./none"
[deliveries.sendmail]
command = "./none"
sender = "ann@example.test"
to = ["lead@example.test"]
[deliveries.command]
command = ["./none"]
"""
"""Every way out; whoever reads a secret or starts a program meets one that is not there."""


def test_a_rehearsal_connects_to_nothing(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--dry-run` shows envelope, head and sizes of all that would go, looks up no name, and leaves all as it was."""
    config = shop.folder / "config.toml"
    config.write_text(config.read_text() + WAYS)
    reached: list[object] = []
    for owner, name in ((socket.socket, "connect"), (socket, "getaddrinfo")):
        monkeypatch.setattr(owner, name, lambda *given, **_: reached.append(given))
    before = written(shop.folder)
    code, told = shop.run("publish", "--period", PERIOD, "--dry-run")
    shown = [
        "smtp: would go to ann@example.test",
        "envelope: from shop@example.test to ann@example.test by 127.0.0.1:",
        "| From: Shop <shop@example.test>",
        "| Subject: Shop Update - W7-8",
        "| Message-ID: <",
        "| Auto-Submitted: auto-generated",
        "| Content-Type: multipart/alternative",
        "sizes: text ",
        *(f"{name}: would go to " for name in ("eml", "imap", "slack", "teams", "github", "gitlab", "confluence")),
        *(f"{name}: would go to " for name in ("file", "sendmail", "command")),
    ]

    assert (0, [], [], before) == (code, reached, [x for x in shown if x not in told], written(shop.folder))


def written(folder: Path) -> dict[str, bytes]:
    """What lies in a project's folder; what git and SQLite keep for themselves is theirs."""
    mine = (p for p in folder.rglob("*") if p.is_file() and ".git" not in p.parts and p.parent.name != "state")
    return {str(p): p.read_bytes() for p in mine}


def test_a_rehearsal_needs_no_server(shop: Shop) -> None:
    """With nobody there to connect to it says the same."""
    code, told = shop.run("publish", "--period", PERIOD, "--dry-run")

    assert (0, True) == (code, "would go to ann@example.test" in told)


def test_a_test_mail_counts_as_nothing_sent(shop: Shop, post: Post) -> None:
    """`--to` sends one to oneself, each with an id of its own; the people still get theirs, once."""
    shop.send_to(post)
    for _ in range(2):
        assert shop.run("publish", "--period", PERIOD, "--to", "Me <me@example.test>")[0] == 0
    published = (shop.folder / "digests/published").exists()
    shop.publish()
    mails = [(to, message_from_bytes(raw, policy=policy.default)) for to, raw in post.taken]

    assert (["me@example.test"], ["me@example.test"], [f"{who}@example.test" for who in PEOPLE], 3, False) == (
        *(to for to, _ in mails),
        len({mail["Message-ID"] for _, mail in mails}),
        published,
    )


def test_without_a_terminal_somebody_has_to_say_yes(shop: Shop, post: Post) -> None:
    """The first mail to people waits for `--yes`; nothing is frozen before. A second run has nothing to ask."""
    shop.send_to(post)
    first, told = shop.run("publish", "--period", PERIOD)
    frozen = (shop.folder / "digests/published").exists()
    shop.publish()
    again, _ = shop.run("publish", "--period", PERIOD)

    assert (3, True, False, 0, [1, 1]) == (first, "would go to 2 people" in told, frozen, again, copies(post))


@pytest.mark.parametrize(
    ("fault", "said"),
    [("", ""), ("lost", "reached ann@example.test"), ("later", "not taken yet by"), ("no sender", "not sent to")],
)
def test_a_journal_tells_whom_it_did_not_reach(shop: Shop, post: Post, fault: Fault, said: str) -> None:
    """Also long after the run that said it, until somebody has seen to it."""
    shop.send_to(post)
    post.fault = fault
    shop.publish()
    project = open_project(shop.folder)
    told = outbox(project).unsettled("2024-W07_W08")

    assert ([], True) == (told, not said) or said in told[0]


@pytest.mark.parametrize(("typed", "code", "expected"), [("2", 0, [1, 1]), ("1", 3, [0, 0]), ("y", 3, [0, 0])])
def test_in_a_terminal_it_asks_for_the_number(
    shop: Shop, post: Post, typed: str, code: int, expected: list[int]
) -> None:
    """Only the number of people sends it."""
    shop.send_to(post)
    argv = ["-c", CHILD, "never", "publish", "--period", PERIOD]
    child = pexpect.spawn(sys.executable, argv, cwd=str(shop.folder), env=shop.env, timeout=30)
    child.expect("Type the number of people")
    child.sendline(typed)
    child.expect(pexpect.EOF)
    child.wait()

    assert (code, expected) == (child.exitstatus, copies(post))


def test_a_mail_that_is_too_large_is_said(shop: Shop, post: Post) -> None:
    """Gmail would hide the end of it behind a link."""
    shop.send_to(post)
    (shop.folder / "mine").mkdir()
    (shop.folder / "mine/email.html.j2").write_text(f"<html><body><p>{'word ' * 20_000}</p></body></html>")
    config = shop.folder / "config.toml"
    config.write_text(f'templates = "mine"\n{config.read_text()}')
    _, told = shop.run("publish", "--period", PERIOD, "--dry-run")

    assert "bytes of HTML; above 90,000 some programs cut it off" in told


def test_every_delivery_that_failed_is_named(shop: Shop, post: Post) -> None:
    """One is a question to a person, one was refused, one has it: all of that is said, and the question decides."""
    shop.send_to(post)
    refused = f'[deliveries.desk]\ntype = "sendmail"\ncommand = "{shop.folder}/none"\nsender = "a@a.test"\nto = ["b@b.test"]\n'
    config = shop.folder / "config.toml"
    config.write_text(f"{config.read_text()}\n[deliveries.file]\n{refused}")
    post.fault = "lost"
    code, told = shop.publish()
    written = len(list((shop.folder / "digests/published").glob("*.md")))

    assert (3, True, True, 1) == (code, "smtp: it is not known whether" in told, "desk: " in told, written)
