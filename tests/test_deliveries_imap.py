"""A draft in a mailbox: found by its mark, put there once, with the login kept to itself."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import msgspec
import pytest

from digest import deliveries
from digest.deliveries.imap import encoded
from digest.errors import ConfigError, DigestError, TryLater
from digest.plugins import build
from digest.render import compose
from tests.examples import ARTICLE
from tests.servers import tls as authority
from tests.servers.drafts import Drafts
from tests.servers.post import PASSWORD, TOKEN, USER
from tests.servers.tls import Tls

MESSAGE = compose(ARTICLE)
TO = (f"drafts of {USER}",)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Tls:
    """An authority of our own."""
    return authority.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def drafts(tls: Tls) -> Iterator[Drafts]:
    """A mailbox whose drafts are called Entwürfe."""
    with Drafts(tls) as server:
        yield server


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("MAIL_TOKEN", TOKEN)


def imap(drafts: Drafts | int, tls: Tls | None, **table: Any) -> Any:
    """The delivery of a table `[deliveries.imap]`."""
    usual = {
        "host": "localhost",
        "port": drafts if isinstance(drafts, int) else drafts.port,
        "sender": USER,
        "to": ["lead@example.test"],
        "login": {"user": USER, "password": "env:MAIL_PASSWORD"},
        "ca_file": str(tls.ca) if tls else "",
    }
    return build("deliveries", deliveries.BUILTIN, "imap", usual | table, Path())


def test_a_draft_lies_where_drafts_lie(drafts: Drafts, tls: Tls) -> None:
    """The mailbox is the one that the server marks, in any language; the mail is a person's to send."""
    delivery = imap(drafts, tls)
    receipt = delivery.deliver(MESSAGE, delivery.recipients())
    ((mailbox, flags, raw),) = drafts.kept
    read = message_from_bytes(raw, policy=policy.default)

    assert (TO, "Entw&APw-rfe", r"(\Draft \Seen)", "lead@example.test", None, MESSAGE.subject) == (
        receipt.accepted,
        mailbox,
        flags,
        read["To"],
        read["Auto-Submitted"],
        read["Subject"],
    )


def test_a_second_run_adds_no_second_draft(drafts: Drafts, tls: Tls) -> None:
    """It is found by its id; another edition is another draft."""
    delivery = imap(drafts, tls)
    receipts = [delivery.deliver(m, TO) for m in (MESSAGE, MESSAGE, compose(ARTICLE, edition=2))]

    assert (['it lies in "Entw&APw-rfe"', 'it lies in "Entw&APw-rfe" already', 'it lies in "Entw&APw-rfe"'], 2) == (
        [receipt.detail for receipt in receipts],
        len(drafts.kept),
    )


def test_two_deliveries_to_one_mailbox_are_two_drafts(drafts: Drafts, tls: Tls) -> None:
    """Each is for another audience; the second is not taken for the first."""
    first = imap(drafts, tls)
    second = msgspec.structs.replace(first, name="team")
    for delivery in (first, second, first, second):
        delivery.deliver(MESSAGE, TO)

    assert 2 == len(drafts.kept)


def test_encryption_that_begins_later(tls: Tls) -> None:
    """STARTTLS, where a server has no port for TLS alone."""
    with Drafts(tls, starttls=True) as server:
        imap(server, tls, security="starttls").deliver(MESSAGE, TO)

    assert 1 == len(server.kept)


def test_a_token_instead_of_a_password(drafts: Drafts, tls: Tls) -> None:
    """XOAUTH2, for mailboxes that take no passwords."""
    imap(drafts, tls, login={"user": USER, "token": "env:MAIL_TOKEN"}).deliver(MESSAGE, TO)

    assert 1 == len(drafts.kept)


@pytest.mark.parametrize("kind", ["password", "token"])
def test_a_wrong_secret_is_not_told(drafts: Drafts, tls: Tls, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the place and the user."""
    monkeypatch.setenv("WRONG", "s3cret-and-wrong")
    with pytest.raises(DigestError) as caught:
        imap(drafts, tls, login={"user": USER, kind: "env:WRONG"}).deliver(MESSAGE, TO)

    assert (True, False, []) == (
        str(caught.value).startswith(f"localhost:{drafts.port}: it does not let {USER} in: "),
        "s3cret" in str(caught.value),
        drafts.kept,
    )


def test_a_mailbox_may_be_named(tls: Tls) -> None:
    """Where the server marks none, or another one is wanted; its name is written as people write it."""
    with Drafts(tls, (r"(\HasNoChildren) Entw&APw-rfe",)) as server:
        with pytest.raises(DigestError, match="no mailbox is marked as the one for drafts"):
            imap(server, tls).deliver(MESSAGE, TO)
        with pytest.raises(DigestError, match="cannot be opened: no such mailbox"):
            imap(server, tls, mailbox="Drafts").deliver(MESSAGE, TO)
        imap(server, tls, mailbox="Entwürfe").deliver(MESSAGE, TO)

    assert ["Entw&APw-rfe"] == [mailbox for mailbox, _, _ in server.kept]


def test_a_full_mailbox_says_so(drafts: Drafts, tls: Tls) -> None:
    """Nothing lies there, so that the next run may try again."""
    drafts.fault = "full"
    with pytest.raises(DigestError, match=r"takes no draft: .OVERQUOTA. the mailbox is full"):
        imap(drafts, tls).deliver(MESSAGE, TO)

    assert [] == drafts.kept


def test_a_lost_answer_is_not_known_and_not_doubled(drafts: Drafts, tls: Tls) -> None:
    """The receipt names nobody; sent again, the draft is found."""
    drafts.fault = "lost"
    lost = imap(drafts, tls).deliver(MESSAGE, TO)
    drafts.fault = ""
    again = imap(drafts, tls).deliver(MESSAGE, TO)

    assert ((), True, TO, 1) == (
        lost.accepted,
        lost.detail.startswith("the connection was lost"),
        again.accepted,
        len(drafts.kept),
    )


def test_a_certificate_that_nobody_vouches_for_is_refused(drafts: Drafts) -> None:
    """No password goes there."""
    with pytest.raises(DigestError, match="its certificate cannot be verified") as caught:
        imap(drafts, None).check()

    assert DigestError is type(caught.value)


def test_a_server_that_is_not_there_is_for_later(tls: Tls) -> None:
    """The message names the place."""
    with Drafts(tls) as server:
        port = server.port
    with pytest.raises(TryLater) as caught:
        imap(port, tls).deliver(MESSAGE, TO)

    assert f"localhost:{port}: Connection refused" == str(caught.value)


def test_check_finds_the_drafts(drafts: Drafts, tls: Tls) -> None:
    """`digest check` says that it would work, and puts nothing there."""
    assert (f'localhost:{drafts.port} lets {USER} in, the drafts are "Entw&APw-rfe"', []) == (
        imap(drafts, tls).check(),
        drafts.kept,
    )


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"login": {}}, "login needs a user and a password or a token"),
        ({"sender": "me"}, "'me' is no address: write ann@example.com or Ann <ann@example.com>"),
        ({"security": "none"}, "security: invalid enum value 'none'"),
    ],
)
def test_a_table_that_does_not_fit_is_one_line(table: dict[str, Any], expected: str) -> None:
    """There is no way in without TLS, nor without a login."""
    with pytest.raises(ConfigError) as caught:
        imap(993, None, **table)

    assert f"[deliveries.imap]: {expected}" == str(caught.value)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Drafts", "Drafts"),
        ("Entwürfe", "Entw&APw-rfe"),
        ("R&D", "R&-D"),
        ("台北", "&U,BTFw-"),
        ("a/ü/&", "a/&APw-/&-"),
    ],
)
def test_the_name_of_a_mailbox_on_the_wire(name: str, expected: str) -> None:
    """The modified UTF-7 of RFC 3501, with its own examples."""
    assert expected == encoded(name)
