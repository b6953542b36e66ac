"""A mail has the headers and the recipients that it was given, whatever stands in a title."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from digest.deliveries import Message
from digest.deliveries import message as message_module
from digest.deliveries.message import LONGEST, Head, Purpose, address, header, mailboxes, to_mail
from digest.errors import DigestError
from digest.render import compose
from tests.examples import ARTICLE, FULL

HEAD = Head(sender="Ann Ö <ann@example.test>", to=("lead@example.test", '"Box, Bob" <bob@example.test>'))
MESSAGE = replace(compose(ARTICLE), at=datetime(2026, 2, 24, 8, tzinfo=UTC))
SENT = ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "MIME-Version", "Content-Type"]  # fmt: skip


def read(raw: bytes) -> EmailMessage:
    """A mail as a mail program reads it."""
    made = message_from_bytes(raw, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def mail(message: Message = MESSAGE, head: Head = HEAD, purpose: Purpose = "send") -> EmailMessage:
    """The mail of a message, read back."""
    return read(to_mail(message, head, purpose))


ATTACKS = [
    "=?utf-8?q?A=0D=0ABcc:_evil@example.test?=",
    "=?utf-8?b?QQ0KQmNjOiBldmlsQGV4YW1wbGUudGVzdA==?=",
    "=?utf-8?q?A=0ABcc:_evil@example.test?= and more",
    "=\u200b?utf-8?q?A=0D=0ABcc:_evil@example.test?\u200b=",
    "=\x00?utf-8?q?A=0D=0ABcc:_evil@example.test?=",
    "A\r\nBcc: evil@example.test",
    "A\nBcc: evil@example.test\n\nbody",
    "A\rBcc: evil@example.test",
    "A\x0bBcc: evil@example.test",
    "A\x85Bcc: evil@example.test",
    "A\u2028Bcc: evil@example.test",
    "A\x00B\x1b[31m",
    "\ud800 half a pair",
    "ä" * 400,
]


@pytest.mark.parametrize("subject", ATTACKS)
def test_a_title_cannot_add_a_header(subject: str) -> None:
    """An encoded word, a raw line break or a control in a title adds no header and no recipient."""
    made = mail(replace(MESSAGE, subject=subject))

    assert (SENT, ["lead@example.test", "bob@example.test"], None) == (
        made.keys(),
        [a.addr_spec for a in made["To"].addresses],
        made["Bcc"],
    )


def test_a_hole_in_the_cleaning_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second wall: a mail that reads differently from what was put in is not made."""
    monkeypatch.setattr(message_module, "header", lambda text: text)
    with pytest.raises(DigestError, match="other headers than it was given"):
        mail(replace(MESSAGE, subject="A\r\nBcc: evil@example.test"))


hostile = st.lists(
    st.sampled_from([*"=?_ \r\n\x00\x0b\x85ä", "=?utf-8?q?", "?=", "=0D=0A", "Bcc: e@example.test", "\u200b", "\u2028", "\x1b["])
).map("".join) | st.text()  # fmt: skip


@given(subject=hostile, name=hostile)
@example(subject="=?utf-8?q?A=0D=0ABcc:_evil@example.test?=", name="=?utf-8?q?A=0D=0ABcc:_evil@example.test?=")
def test_no_title_at_all_changes_the_headers(subject: str, name: str) -> None:
    """The subject that is read is the cleaned one, and nothing else came of it."""
    quiet = re.sub('["<>]', "", name)
    head = replace(HEAD, to=(f'"{quiet}" <lead@example.test>',))
    made = mail(replace(MESSAGE, subject=subject), head)

    assert (SENT, header(subject), ["lead@example.test"]) == (
        made.keys(),
        str(made["Subject"]),
        [a.addr_spec for a in made["To"].addresses],
    )


@given(text=hostile)
def test_a_value_of_a_header_is_short_and_has_no_encoded_word(text: str) -> None:
    """One line of at most 150 characters, in which nothing can be decoded."""
    made = header(text)

    assert (True, False, made) == (len(made) <= LONGEST, "=?" in made, header(made))


def test_a_sent_mail_says_that_a_program_sent_it() -> None:
    """No absence note answers it; bounces still come."""
    made = mail()

    assert ("auto-generated", "OOF, AutoReply") == (made["Auto-Submitted"], made["X-Auto-Response-Suppress"])


def test_a_draft_is_the_mail_of_a_person() -> None:
    """What lies in a mailbox for a person to send has a date and an id, and does not call itself automatic."""
    expected = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]

    assert expected == mail(purpose="draft").keys()


def test_a_template_is_opened_as_a_new_mail() -> None:
    """`X-Unsent: 1`, and neither date nor id, as those are of the moment of sending."""
    made = mail(purpose="template")

    assert (["From", "To", "Subject", "X-Unsent", "MIME-Version", "Content-Type"], "1") == (
        made.keys(),
        made["X-Unsent"],
    )


def test_a_template_may_leave_sender_and_recipients_open() -> None:
    """A person fills them in."""
    assert ["Subject", "X-Unsent", "MIME-Version", "Content-Type"] == mail(head=Head(), purpose="template").keys()


def test_the_id_is_of_the_edition_and_short() -> None:
    """The same message by the same delivery has the same id and bytes; ids of 78 characters or more break threads."""
    long = replace(HEAD, sender=f"ann@{'a' * 60}.{'b' * 60}.test")
    made = str(mail(head=long)["Message-ID"])
    other = replace(HEAD, name="another delivery")

    assert (True, True, True, 2) == (
        len(made) < 78 - len("Message-ID: "),
        to_mail(MESSAGE, HEAD, "send") == to_mail(MESSAGE, HEAD, "send"),
        re.fullmatch(r"<[0-9a-f]{24}@example\.test>", mail()["Message-ID"]) is not None,
        len({mail(head=head)["Message-ID"] for head in (HEAD, HEAD, other)}),
    )


def test_a_correction_answers_the_first_edition() -> None:
    """Mail programs join the two by the id and by the subject; a first edition answers nothing."""
    first, second = mail(), mail(compose(ARTICLE, edition=2))

    assert (None, first["Message-ID"], first["Message-ID"], f"Re: {first['Subject']}") == (
        first["In-Reply-To"],
        second["In-Reply-To"],
        second["References"],
        second["Subject"],
    )


def test_recipients_who_do_not_see_each_other() -> None:
    """With `bcc`, nobody stands in the mail."""
    made = to_mail(MESSAGE, replace(HEAD, bcc=True), "send")

    assert ("undisclosed-recipients:;", False) == (read(made)["To"], b"lead@example.test" in made)


def test_a_mail_can_be_filtered_and_answered() -> None:
    """`List-Id` is for filters, `Reply-To` leads to a person."""
    made = mail(head=replace(HEAD, list_id="reco.digest.example.test", reply_to="Lee <lee@example.test>"))

    assert ("<reco.digest.example.test>", "Lee <lee@example.test>") == (made["List-Id"], made["Reply-To"])


def test_a_subject_of_ones_own() -> None:
    """The table may word the subject around what is known."""
    made = mail(head=replace(HEAD, subject="[reco] {label}: {title} / {subject}"))

    assert "[reco] W7-8: Recommendation Engine / Recommendation Engine Update - W7-8" == made["Subject"]


def test_both_forms_arrive_as_they_were() -> None:
    """Plain text first, HTML second, and both say again what was put in."""
    made = mail(compose(FULL))
    parts = [part for part in made.walk() if not part.is_multipart()]
    texts = [part.get_content().replace("\r\n", "\n").strip() for part in parts]

    assert (["text/plain", "text/html"], [compose(FULL).text.strip(), compose(FULL).html.strip()]) == (
        [part.get_content_type() for part in parts],
        texts,
    )


def test_every_line_is_short_ascii_with_crlf() -> None:
    """Any server takes it: no 8-bit characters, no line above 78 and no bare line feed."""
    raw = to_mail(replace(compose(FULL), subject="Ein längerer Betreff " * 8), HEAD, "send")
    lines = raw.split(b"\r\n")

    assert (True, [], 0) == (raw.isascii(), [x for x in lines if len(x) > 78], sum(x.count(b"\n") for x in lines))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ann@example.test", "ann@example.test"),
        ("Ann <ann@example.test>", "Ann <ann@example.test>"),
        ('"Box, Bob" <bob@example.test>', '"Box, Bob" <bob@example.test>'),
        ("Box, Bob <bob@example.test>", '"Box, Bob" <bob@example.test>'),
        (" first.last+tag@localhost ", "first.last+tag@localhost"),
    ],
)
def test_an_address_is_read_as_people_write_it(text: str, expected: str) -> None:
    """Bare or with a name, quoted or not."""
    assert expected == str(address(text))


@pytest.mark.parametrize(
    "text",
    ["", "ann", "ann@", "@example.test", "a@example.test, b@example.test", "a@example.test\nBcc: x@example.test",
     "Ann <a@example.test> <b@example.test>", "a b@example.test", "ann@exa mple.test", "änn@example.test", "a..b@example.test"],
)  # fmt: skip
def test_what_is_no_address_is_said(text: str) -> None:
    """Two addresses in one, a line break, or none at all."""
    with pytest.raises(ValueError, match="is no address"):
        address(text)


def test_a_recipient_stands_once() -> None:
    """The same mailbox under two names gets one mail."""
    assert ("a@example.test", "b@example.test") == mailboxes(["A <a@example.test>", "b@example.test", "a@example.test"])


def test_a_long_list_of_recipients_folds_without_a_loss() -> None:
    """Nobody is lost where a header is broken into lines."""
    to = tuple(
        f'"Recipient Number {k} of the Long List" <someone.with.a.long.name.{k}@example.test>' for k in range(20)
    )
    made = mail(head=replace(HEAD, to=to))

    assert [f"someone.with.a.long.name.{k}@example.test" for k in range(20)] == [
        a.addr_spec for a in made["To"].addresses
    ]
