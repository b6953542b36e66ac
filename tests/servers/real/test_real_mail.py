"""Through a real Postfix into real mailboxes of Dovecot: what the servers on loopback of the other tests promise."""

from __future__ import annotations

import imaplib
import ssl
import subprocess
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message as Mail
from pathlib import Path
from typing import Any

import pytest

from digest import deliveries
from digest.errors import DigestError, PartlyDone
from digest.outbox import Outbox
from digest.plugins import build
from digest.render import compose
from tests.examples import FULL

HERE = Path(__file__).parent
ANN, LEAD, BUSY, GONE = (f"{who}@example.test" for who in ("ann", "lead", "busy", "gone"))
BASE = 12730


@pytest.fixture(scope="module")
def env() -> Iterator[dict[str, str]]:
    """The servers; Postfix wants a short path that everybody may enter."""
    folder = Path(f"/tmp/digest-real-mail-{BASE}")
    log = folder.with_suffix(".log")
    with log.open("w") as out:  # the servers keep it open, so that a pipe would never end
        subprocess.run([HERE / "start.sh", folder, str(BASE)], stdout=out, stderr=out, check=True, timeout=60)
    lines = (folder / "env").read_text().splitlines()
    yield {k.removeprefix("DIGEST_TEST_"): v for k, _, v in (line.partition("=") for line in lines)}
    subprocess.run([HERE / "stop.sh", folder], check=True, timeout=60)
    log.unlink()


def made(env: dict[str, str], kind: str, monkeypatch: pytest.MonkeyPatch, **table: Any) -> Any:
    """A delivery to these servers."""
    monkeypatch.setenv("MAIL_PASSWORD", env["PASSWORD"])
    monkeypatch.setenv("MAIL_CONFIG", env["SENDMAIL_CONFIG"])
    login = {"host": "localhost", "ca_file": env["CA"], "login": {"user": env["USER"], "password": "env:MAIL_PASSWORD"}}
    usual = {"sender": f"The Digest <{env['USER']}>", "to": [ANN, LEAD]} | ({} if kind == "sendmail" else login)
    return build("deliveries", deliveries.BUILTIN, kind, usual | table, Path())


def mailbox(env: dict[str, str], user: str, subject: str, name: str = "INBOX") -> list[Mail]:
    """The mails of a user with this subject, waited for until there is one."""
    context = ssl.create_default_context(cafile=env["CA"])
    with imaplib.IMAP4_SSL("localhost", int(env["IMAPS_PORT"]), ssl_context=context) as server:
        server.login(user, env["PASSWORD"])
        for _ in range(50):
            server.select(name, readonly=True)
            _, found = server.search(None, "SUBJECT", f'"{subject}"')
            if found[0]:
                break
            time.sleep(0.1)  # Postfix hands over in its own time
        raws = [server.fetch(number, "(RFC822)")[1][0][1] for number in found[0].split()]  # type: ignore[index]
    return [message_from_bytes(raw, policy=policy.default) for raw in raws if isinstance(raw, bytes)]


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        ("smtp", {"port": BASE + 1}),
        ("smtp", {"port": BASE + 2, "security": "tls"}),
        ("sendmail", {}),
    ],
)
def test_a_digest_arrives(
    env: dict[str, str], kind: str, table: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both forms and the subject say the same as when they went, and everybody has one copy."""
    subject = f"Arrives by {kind} {table.get('port', 25)}"
    message = compose(FULL)
    delivery = made(env, kind, monkeypatch, subject=subject, **table)
    receipt = delivery.deliver(message, (ANN, LEAD))
    copies = [mailbox(env, who, subject) for who in (ANN, LEAD)]
    text = next(part for part in copies[0][0].walk() if part.get_content_type() == "text/plain")

    assert ((ANN, LEAD), [1, 1], f"<{message.id}@example.test>", message.text) == (
        receipt.accepted,
        [len(c) for c in copies],
        copies[0][0]["Message-ID"],
        text.get_content().replace("\r\n", "\n"),  # type: ignore[attr-defined]
    )


def test_each_recipient_has_a_verdict(env: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who has it does not get it again when the others are tried again."""
    delivery = made(env, "smtp", monkeypatch, port=BASE + 1, to=[ANN, BUSY, GONE], subject="Verdicts")
    for _ in range(2):
        with pytest.raises(PartlyDone, match=r"550 5.1.1 .*no such user.*451 4.7.1 .*try again later"):
            Outbox(tmp_path).send(compose(FULL), delivery)

    assert 1 == len(mailbox(env, ANN, "Verdicts"))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"port": BASE + 5}, "nothing is sent in the clear"),
        ({"port": BASE + 1, "ca_file": ""}, "its certificate cannot be verified"),
        ({"port": BASE + 1, "sender": LEAD, "subject": "x"}, "550|553"),
    ],
)
def test_what_is_refused(
    env: dict[str, str], table: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No STARTTLS, an unknown authority, somebody else's address."""
    with pytest.raises(DigestError, match=expected) as caught:
        Outbox(tmp_path).send(compose(FULL), made(env, "smtp", monkeypatch, **table))

    assert env["PASSWORD"] not in str(caught.value)


def test_a_draft_is_put_there_once(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Over TLS and over STARTTLS it is the same draft."""
    for table in ({"port": BASE + 4}, {"port": BASE + 3, "security": "starttls"}):
        made(env, "imap", monkeypatch, subject="A draft", **table).deliver(compose(FULL), ("drafts",))

    assert 1 == len(mailbox(env, env["USER"], "A draft", "Drafts"))


def test_a_wrong_password_is_told_to_nobody(env: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By neither way in."""
    monkeypatch.setenv("WRONG", "s3cret")
    said = []
    for kind, port in (("smtp", BASE + 1), ("imap", BASE + 4)):
        login = {"user": env["USER"], "password": "env:WRONG"}
        with pytest.raises(DigestError, match="does not let") as caught:
            made(env, kind, monkeypatch, port=port, login=login).check()
        said.append("s3cret" in str(caught.value))

    assert [False, False] == said
