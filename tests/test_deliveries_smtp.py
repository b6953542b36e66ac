"""Mail through servers on loopback: verified, once, with a verdict for each recipient, and never a secret in a message."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from digest import deliveries
from digest.deliveries import Receipt
from digest.deliveries.login import reason
from digest.errors import ConfigError, DigestError, PersonNeeded, TryLater
from digest.outbox import Outbox
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE
from tests.servers import tls as authority
from tests.servers.post import PASSWORD, TOKEN, USER, Fault, Kind, Post
from tests.servers.tls import Tls

MESSAGE = compose(ARTICLE)
ANN, LEAD, BUSY, GONE = (f"{who}@example.test" for who in ("ann", "lead", "busy", "gone"))


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """An authority of our own."""
    return authority.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def post(tls: Tls) -> Iterator[Post]:
    """A server with STARTTLS and a login."""
    with Post("starttls", tls) as server:
        yield server


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("MAIL_TOKEN", TOKEN)


def smtp(port: int, tls: Tls | None, **table: Any) -> Any:
    """The delivery of a table `[deliveries.mail]`."""
    usual = {
        "type": "smtp",
        "host": "localhost",
        "port": port,
        "sender": f"The Digest <{USER}>",
        "to": [f"Ann <{ANN}>", LEAD],
        "login": {"user": USER, "password": "env:MAIL_PASSWORD"},
        "ca_file": str(tls.ca) if tls else "",
    }
    return build("deliveries", deliveries.BUILTIN, "mail", usual | table, Path())


def test_a_mail_arrives_at_each_recipient(post: Post, tls: Tls) -> None:
    """One transaction to both, in ASCII, and what arrives is the mail with its two forms."""
    receipt = smtp(post.port, tls).deliver(MESSAGE, (ANN, LEAD))
    ((to, raw),) = post.taken
    read = message_from_bytes(raw, policy=policy.default)

    assert ((ANN, LEAD), [ANN, LEAD], MESSAGE.subject, ["text/plain", "text/html"], ["PLAIN"], True) == (
        receipt.accepted,
        to,
        read["Subject"],
        [part.get_content_type() for part in read.walk() if not part.is_multipart()],
        post.logins,
        raw.isascii(),
    )


def test_only_those_who_are_asked_for_get_it(post: Post, tls: Tls) -> None:
    """A second run for one recipient goes to that one, though the mail names both."""
    smtp(post.port, tls).deliver(MESSAGE, (LEAD,))

    assert [[LEAD]] == [to for to, _ in post.taken]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("tls", {"security": "tls"}),
        ("starttls", {"login": {"user": USER, "token": "env:MAIL_TOKEN"}}),
        ("starttls", {"login": {"user": USER, "token": f"command:printf '{TOKEN}\\nand more'"}}),
        ("none", {"security": "none", "host": "127.0.0.1"}),
    ],
)
def test_the_ways_in(tls: Tls, kind: Kind, table: dict[str, Any]) -> None:
    """TLS from the start, a token instead of a password, a relay on this machine."""
    with Post(kind, tls) as server:
        receipt = smtp(server.port, tls, **table).deliver(MESSAGE, (ANN,))

    assert ((ANN,), 1) == (receipt.accepted, len(server.taken))


def test_a_server_that_knows_no_plain_login(tls: Tls) -> None:
    """The older mechanism LOGIN will do."""
    with Post("starttls", tls, without="PLAIN") as server:
        smtp(server.port, tls).deliver(MESSAGE, (ANN,))

    assert (["LOGIN"], 1) == (server.logins, len(server.taken))


def test_a_relay_may_ask_for_no_login(tls: Tls) -> None:
    """A company's relay knows its machines."""
    with Post("starttls", tls, login=False) as server:
        smtp(server.port, tls, login={}).deliver(MESSAGE, (ANN,))

    assert ([], 1) == (server.logins, len(server.taken))


def test_each_recipient_has_a_verdict(post: Post, tls: Tls) -> None:
    """One has it, one is for later, one does not exist."""
    receipt = smtp(post.port, tls).deliver(MESSAGE, (ANN, BUSY, GONE))

    assert ((ANN,), {GONE: "550 5.1.1 no such user"}, {BUSY: "451 4.7.1 try again later"}) == (
        receipt.accepted,
        receipt.refused,
        receipt.deferred,
    )


def test_nothing_is_sent_where_nobody_can_have_it(post: Post, tls: Tls) -> None:
    """Without a recipient there is no mail."""
    receipt = smtp(post.port, tls).deliver(MESSAGE, (GONE, BUSY))

    assert ((), [GONE], [BUSY], []) == (receipt.accepted, list(receipt.refused), list(receipt.deferred), post.taken)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("later", Receipt(deferred={ANN: "451 4.3.0 disk is full"})),
        ("never", Receipt(refused={ANN: "554 5.7.1 looks like spam"})),
        ("no data", Receipt(refused={ANN: "503 Error: need RCPT command"})),
        ("lost", Receipt(detail="the connection was lost: Connection unexpectedly closed")),
    ],
)
def test_the_answer_to_the_whole_mail(post: Post, tls: Tls, fault: Fault, expected: Receipt) -> None:
    """For later, for good, or cut off: then it is not known, and the receipt names nobody."""
    post.fault = fault

    assert expected == smtp(post.port, tls).deliver(MESSAGE, (ANN,))


def test_a_lost_answer_never_leads_to_a_second_copy(post: Post, tls: Tls, tmp_path: Path) -> None:
    """The mail was taken and the connection dropped: the outbox asks, and sends nothing by itself."""
    post.fault = "lost"
    delivery = smtp(post.port, tls)
    with pytest.raises(PersonNeeded):
        Outbox(tmp_path).send(MESSAGE, delivery)
    post.fault = ""
    with pytest.raises(PersonNeeded, match="--mark-sent"):
        Outbox(tmp_path).send(MESSAGE, delivery)

    assert 1 == len(post.taken)


@pytest.mark.parametrize(("fault", "kind"), [("no sender", DigestError), ("lost early", TryLater)])
def test_before_the_mail_an_error_is_a_plain_one(post: Post, tls: Tls, fault: Fault, kind: type[DigestError]) -> None:
    """Nobody has anything yet, so that the next run may try again."""
    post.fault = fault
    with pytest.raises(DigestError) as caught:
        smtp(post.port, tls).deliver(MESSAGE, (ANN,))

    assert (kind, []) == (type(caught.value), post.taken)


@pytest.mark.parametrize("login", [{"password": "env:WRONG"}, {"token": "env:WRONG"}])
def test_a_wrong_secret_is_tried_once_and_not_told(
    post: Post, tls: Tls, login: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A second attempt would count twice where accounts are locked; the message names the user and no secret."""
    monkeypatch.setenv("WRONG", "s3cret-and-wrong")
    with pytest.raises(DigestError) as caught:
        smtp(post.port, tls, login={"user": USER, **login}).deliver(MESSAGE, (ANN,))
    said = str(caught.value) + "".join(capfd.readouterr())

    assert (1, True, False, None) == (
        len(post.logins),
        f"it does not let {USER} in: 535" in said,
        "s3cret" in said,
        caught.value.__cause__,
    )


def test_a_certificate_that_nobody_vouches_for_is_refused(post: Post) -> None:
    """Without the authority's file, nothing is sent and no password either."""
    with pytest.raises(DigestError, match=r"its certificate cannot be verified: .*issuer certificate") as caught:
        smtp(post.port, None).deliver(MESSAGE, (ANN,))

    assert (DigestError, [], []) == (type(caught.value), post.logins, post.taken)


def test_a_certificate_of_another_name_is_refused(tls: Tls) -> None:
    """It is for localhost and 127.0.0.1, not for 127.0.0.2."""
    refused = pytest.raises(DigestError, match=r"its certificate cannot be verified: .*mismatch")
    with Post("starttls", tls, host="127.0.0.2") as server, refused:
        smtp(server.port, tls, host="127.0.0.2").deliver(MESSAGE, (ANN,))

    assert ([], []) == (server.logins, server.taken)


def test_it_never_falls_back_to_the_clear(tls: Tls) -> None:
    """A server that does not offer STARTTLS, or somebody between who hides it, gets no password and no mail."""
    with Post("none", tls) as server, pytest.raises(DigestError, match="nothing is sent in the clear"):
        smtp(server.port, tls).deliver(MESSAGE, (ANN,))

    assert ([], []) == (server.logins, server.taken)


def test_a_server_that_is_not_there_is_for_later(tls: Tls) -> None:
    """It may be back in an hour; the message names the place."""
    with Post("none", tls) as server:
        port = server.port
    with pytest.raises(TryLater) as caught:
        smtp(port, tls).deliver(MESSAGE, (ANN,))

    assert f"localhost:{port}: Connection refused" == str(caught.value)


def test_check_logs_in_and_sends_nothing(post: Post, tls: Tls) -> None:
    """`digest check` says that it would work."""
    assert (f"localhost:{post.port} lets {USER} in, over starttls", ["PLAIN"], []) == (
        smtp(post.port, tls).check(),
        post.logins,
        post.taken,
    )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"login": {"user": USER}}, "a login needs a user and a password or a token"),
        ({"login": {"password": "env:X"}}, "a login needs a user and a password or a token"),
        ({"login": {"user": USER, "password": "env:X", "token": "env:X"}}, "give a password or a token, not both"),
        ({"login": {"user": USER, "password": "hunter2"}}, "login.password: a secret must not stand in the file itself: write env:NAME, file:PATH or command:ARGV"),
        ({"security": "none", "host": "mail.example.com"}, 'security "none" would send the password in the clear'),
        ({"to": []}, "to: expected `array` of length >= 1"),
        ({"sender": "me"}, "'me' is no address: write ann@example.com or Ann <ann@example.com>"),
        ({"port": 70000}, "port: expected `int` <= 65535"),
        ({"login": {"pasword": "env:X"}}, "login: no setting is called 'pasword' (did you mean 'password'?)"),
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_is_one_line(table: dict[str, Any], expected: str) -> None:
    """It is said when the configuration is read, and a secret that stands in it is not repeated."""
    with pytest.raises(ConfigError) as caught:
        smtp(table.get("port", 25), None, **{k: v for k, v in table.items() if k != "port"})

    assert f"[deliveries.mail]: {expected}" == str(caught.value)


def test_a_file_of_an_authority_that_is_not_there(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(DigestError, match=r"ca_file .*none\.pem: No such file"):
        smtp(25, None, ca_file=str(tmp_path / "none.pem")).check()


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError("timed out"), "it does not answer"),
        (b"5.7.1\r\n\x1b[31mno\x00", "5.7.1 no"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        ("x" * 300, "x" * 200),
    ],
)
def test_what_a_server_said_is_one_line(error: Any, expected: str) -> None:
    """Nothing in it that a terminal would obey, and not a page of it."""
    assert expected == reason(error)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A `sendmail` that keeps its arguments and its input, and ends as $STATUS says."""
    file = tmp_path / "sendmail"
    file.write_text(
        '#!/bin/sh\ncd "$(dirname "$0")" || exit 1\nprintf "%s\\n" "$@" > argv\ncat > mail\n'
        'if [ -n "$KILLED" ]; then kill -9 $$; fi\nif [ -n "$STATUS" ]; then echo "out of luck" >&2; fi\nexit "${STATUS:-0}"\n'
    )
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file


def sendmail(program: Path, **table: Any) -> Any:
    """The delivery of a table `[deliveries.sendmail]`."""
    usual = {"sender": USER, "to": [ANN, "-oops@example.test"], "command": str(program)}
    return build("deliveries", deliveries.BUILTIN, "sendmail", usual | table, Path())


def test_sendmail_is_told_who_gets_it(program: Path) -> None:
    """The recipients are arguments after `--`, so that none is read as an option, and the lines end in LF."""
    delivery = sendmail(program)
    assert f"{program} is there" == delivery.check()
    receipt = delivery.deliver(MESSAGE, delivery.recipients())

    assert ((ANN, "-oops@example.test"), ["-i", "-f", USER, "--", ANN, "-oops@example.test"], 0, True) == (
        receipt.accepted,
        (program.parent / "argv").read_text().split(),
        (program.parent / "mail").read_bytes().count(b"\r"),
        b"Auto-Submitted: auto-generated\n" in (program.parent / "mail").read_bytes(),
    )


@pytest.mark.parametrize(
    ("variable", "value", "expected"),
    [("STATUS", str(os.EX_TEMPFAIL), Receipt(deferred={ANN: "out of luck"})), ("KILLED", "1", None)],
)
def test_sendmail_may_put_it_off_or_die(
    program: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, expected: Receipt | None
) -> None:
    """For later; or killed, and then it is not known."""
    monkeypatch.setenv(variable, value)

    assert (expected or Receipt(detail=f"{program} was killed")) == sendmail(program).deliver(MESSAGE, (ANN,))


def test_sendmail_that_fails_sent_nothing(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says is passed on; a command that is not there is named."""
    monkeypatch.setenv("STATUS", "64")
    with pytest.raises(DigestError) as failed:
        sendmail(program).deliver(MESSAGE, (ANN,))
    nowhere = sendmail(program.parent / "nowhere")
    with pytest.raises(DigestError) as missing:
        nowhere.deliver(MESSAGE, (ANN,))
    with pytest.raises(DigestError, match="there is no such command"):
        nowhere.check()

    assert (f"{program}: out of luck", f"{program.parent / 'nowhere'}: No such file or directory") == (
        str(failed.value),
        str(missing.value),
    )


def test_sendmail_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    """After a while it is not known whether it took the mail."""
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec tail -f /dev/null\n")
    slow.chmod(0o755)

    assert Receipt(detail=f"{slow} did not end within 0.1 seconds") == sendmail(slow, timeout=0.1).deliver(
        MESSAGE, (ANN,)
    )
