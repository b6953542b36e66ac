"""Through a real Postfix into real mailboxes of Dovecot, read back over IMAP and in a real mail program."""

from __future__ import annotations

import imaplib
import re
import ssl
import time
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import Message as Mail
from pathlib import Path
from typing import Any

import pexpect
import pytest

from digest import deliveries
from digest.deliveries.message import head_of, message_id
from digest.errors import DigestError, PartlyDone
from digest.outbox import Outbox
from digest.plugins import build
from digest.render import compose
from tests.examples import FULL
from tests.servers.real import Servers, real_mail, wanted

ANN, LEAD, BUSY, GONE = (f"{who}@example.test" for who in ("ann", "lead", "busy", "gone"))
MUTT = """
set ssl_ca_certificates_file="{CA}" certificate_file="/dev/null"
set imap_user="{who}" imap_pass="{PASSWORD}" folder="" spoolfile="imaps://localhost:{IMAPS_PORT}/INBOX" record=""
set header_cache="" message_cachedir="" wait_key=no markers=no smart_wrap=no tilde=no pager_index_lines=0
set sort=date pager_stop=yes quit=yes help=no
alternative_order text/plain
"""


@pytest.fixture(scope="module")
def env() -> Iterator[Servers]:
    """The servers, for all tests of this file."""
    with real_mail() as servers:
        yield servers


def made(env: Servers, kind: str, monkeypatch: pytest.MonkeyPatch, **table: Any) -> Any:
    """A delivery to these servers; its port by the name that the servers give it."""
    monkeypatch.setenv("MAIL_PASSWORD", env["PASSWORD"])
    monkeypatch.setenv("MAIL_CONFIG", env["SENDMAIL_CONFIG"])
    login = {"host": "localhost", "ca_file": env["CA"], "login": {"user": env["USER"], "password": "env:MAIL_PASSWORD"}}
    if "port" in table:
        table["port"] = int(env[f"{table['port']}_PORT"])
    usual = {"sender": f"The Digest <{env['USER']}>", "to": [ANN, LEAD]} | ({} if kind == "sendmail" else login)
    return build("deliveries", deliveries.BUILTIN, kind, usual | table, Path())


def mailbox(env: Servers, user: str, subject: str, name: str = "INBOX") -> list[Mail]:
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
        ("smtp", {"port": "SMTP_STARTTLS"}),
        ("smtp", {"port": "SMTP_TLS", "security": "tls"}),
        ("sendmail", {}),
    ],
)
def test_a_digest_arrives(env: Servers, kind: str, table: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Both forms and the subject say the same as when they went, and everybody has one copy."""
    subject = f"Arrives by {kind} at {table.get('port', 'home')}"
    message = compose(FULL)
    delivery = made(env, kind, monkeypatch, subject=subject, **table)
    receipt = delivery.deliver(message, (ANN, LEAD))
    copies = [mailbox(env, who, subject) for who in (ANN, LEAD)]
    forms = {part.get_content_type(): part for part in copies[0][0].walk()}

    assert ((ANN, LEAD), [1, 1], message_id(message, head_of(delivery)), message.text, message.html.rstrip("\n")) == (
        receipt.accepted,
        [len(c) for c in copies],
        copies[0][0]["Message-ID"],
        content(forms["text/plain"]),
        content(forms["text/html"]).rstrip("\n"),
    )


def test_a_mail_program_shows_it(env: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`mutt` opens the mail over IMAP: every line of the text on the screen, both forms as its parts, and the page."""
    wanted("mutt")
    message = compose(FULL)
    made(env, "smtp", monkeypatch, port="SMTP_STARTTLS", subject="Opened by hand").deliver(message, (ANN,))
    mailbox(env, ANN, "Opened by hand")
    (tmp_path / "muttrc").write_text(MUTT.format_map(env | {"who": ANN}))
    argv = ["-n", "-F", str(tmp_path / "muttrc"), "-e", 'push "<limit>~s\\"Opened by hand\\"<enter><display-message>"']
    mutt: Any = pexpect.spawn(
        "mutt", argv, env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TERM": "vt100", "LANG": "C.UTF-8"},
        dimensions=(200, 120), encoding="utf-8", timeout=15,
    )  # fmt: skip
    mutt.expect("Subject: Opened by hand")
    mail = screen(mutt, "\f")
    parts = screen(mutt, "v")
    page = screen(mutt, "3\r\r")  # the third row of the tree of parts, as the source that it is
    mutt.send("qqxy")
    mutt.close(force=True)
    lines = [line for line in message.text.splitlines() if line.strip()]

    assert ([], True, True, True) == (
        [x for x in lines if x.strip() not in mail],
        "text/plain" in parts,
        "text/html" in parts,
        '<html lang="en" dir="ltr">' in page,
    )


def screen(program: Any, key: str) -> str:
    """What a program shows after a key, once it is still, without the commands to the terminal."""
    program.send(key)
    shown = ""
    try:
        while True:
            shown += program.read_nonblocking(4096, timeout=1)
    except pexpect.TIMEOUT:
        return re.sub(r"\x1b(?:\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[=>78MDH])", "", shown)


def content(part: Mail) -> str:
    """The text of a part, with the line ends of this side."""
    return str(part.get_content()).replace("\r\n", "\n")  # type: ignore[attr-defined]


def test_each_recipient_has_a_verdict(env: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Who has it does not get it again when the others are tried again."""
    delivery = made(env, "smtp", monkeypatch, port="SMTP_STARTTLS", to=[ANN, BUSY, GONE], subject="Verdicts")
    for _ in range(2):
        with pytest.raises(PartlyDone, match=r"550 5.1.1 .*no such user.*451 4.7.1 .*try again later"):
            Outbox(tmp_path).send(compose(FULL), delivery)

    assert 1 == len(mailbox(env, ANN, "Verdicts"))


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"port": "SMTP_PLAIN"}, "nothing is sent in the clear"),
        ({"port": "SMTP_STARTTLS", "ca_file": ""}, "its certificate cannot be verified"),
        ({"port": "SMTP_STARTTLS", "sender": LEAD, "subject": "x"}, "550|553"),
    ],
)
def test_what_is_refused(
    env: Servers, table: dict[str, Any], expected: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """No STARTTLS, an unknown authority, somebody else's address."""
    with pytest.raises(DigestError, match=expected) as caught:
        Outbox(tmp_path).send(compose(FULL), made(env, "smtp", monkeypatch, **table))

    assert env["PASSWORD"] not in str(caught.value)


def test_a_draft_is_put_there_once(env: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Over TLS and over STARTTLS it is the same draft; the mailbox is found by its mark, whatever it is called."""
    for table in ({"port": "IMAPS"}, {"port": "IMAP", "security": "starttls"}):
        made(env, "imap", monkeypatch, subject="A draft", **table).deliver(compose(FULL), ("drafts",))

    assert 1 == len(mailbox(env, env["USER"], "A draft", "Entw&APw-rfe"))


def test_a_wrong_password_is_told_to_nobody(env: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    """By neither way in."""
    monkeypatch.setenv("WRONG", "s3cret")
    said = []
    for kind, port in (("smtp", "SMTP_STARTTLS"), ("imap", "IMAPS")):
        login = {"user": env["USER"], "password": "env:WRONG"}
        with pytest.raises(DigestError, match="does not let") as caught:
            made(env, kind, monkeypatch, port=port, login=login).check()
        said.append("s3cret" in str(caught.value))

    assert [False, False] == said
