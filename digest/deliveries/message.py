"""A message as a mail: the bytes that a server takes and nothing else, whatever stands in a title.

The standard library writes the body. The head is written here, from values that were cleaned: on some Pythons its own
generator makes a header of what an encoded word in a subject (`=?utf-8?q?…?=`) holds, so that a title could add a Bcc,
and it loses blanks where it breaks a line. The finished mail is read back: it must have exactly the headers and the
recipients that were put in.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import fields

from digest.deliveries import check_places, identity
from digest.errors import DigestError
from digest.markdown import one_line
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.deliveries import Message

LONGEST = 150
"""Of a header's value; nobody reads a longer subject."""

WORD = 70
"""Of a line of encoded words; RFC 2047 allows 75."""

MAILBOX = regex(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+")
DOMAIN = 38
"""Of a Message-ID: longer ones are broken, and threads with them."""

_NAMED = regex(r"(?P<name>[^<>]*)<(?P<mailbox>[^<>]+)>\s*")

Purpose = Literal["send", "draft", "template"]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What stands above a mail, from the table of a delivery; addresses are `Ann <ann@example.com>` or bare.

    Attributes:
        name: of the delivery; two of them may write to one mailbox, each to another audience.
        bcc: the recipients do not see each other.
        list_id: `reco.digest.example.com`, for filters.
    """

    name: str = ""
    sender: str = ""
    to: tuple[str, ...] = ()
    reply_to: str = ""
    subject: str = ""
    list_id: str = ""
    bcc: bool = False


def head_of(table: object) -> Head:
    """The head that a table of a delivery describes."""
    names = [f.name for f in fields(Head) if hasattr(table, f.name)]
    return Head(**{name: getattr(table, name) for name in names})


def header(text: str) -> str:
    """`text` as the value of a header: one line, nothing unseen, no encoded word, at most 150 characters."""
    safe = one_line(text).replace("=?", "= ?")
    return safe if len(safe) <= LONGEST else safe[: LONGEST - 1].rstrip() + "…"


def address(text: str) -> Address:
    """The one mailbox that `text` names.

    Raises:
        ValueError: it names none, or more than one.
    """
    named = _NAMED.fullmatch(text)
    mailbox = named["mailbox"].strip() if named else text.strip()
    if not MAILBOX.fullmatch(mailbox) or ".." in mailbox:
        raise ValueError(f"{one_line(text)!r} is no address: write ann@example.com or Ann <ann@example.com>")
    name = header(named["name"].strip().strip('"')) if named else ""
    return Address(display_name=name, addr_spec=mailbox)


def mailboxes(texts: Iterable[str]) -> tuple[str, ...]:
    """The bare addresses of `texts`, each once."""
    return tuple(dict.fromkeys(address(text).addr_spec for text in texts))


def check_head(head: Head) -> None:
    """Raise `ValueError` where a table of a delivery holds what is no address, or a subject that cannot be filled."""
    for text in (head.sender, head.reply_to, *head.to):
        if text:
            address(text)
    check_places(head.subject, ("subject", "title", "label"))


def to_mail(message: Message, head: Head, purpose: Purpose) -> bytes:
    """The mail as bytes, with CRLF, in ASCII.

    Args:
        message: what is said.
        head: from whom to whom.
        purpose: `send` is sent by this program and says so; `draft` lies in a person's mailbox and is sent by the
            person; `template` is a file that a mail program opens as a new mail, without date and id.

    Raises:
        DigestError: something in it would change its headers.
    """
    lines = list(_lines(message, head, purpose))
    above = "".join(f"{name}: {value}\r\n" for name, value in lines).encode("ascii", "replace")
    raw = above + _body(message)
    _read_back(raw, [*(name for name, _ in lines), "MIME-Version", "Content-Type"], head)
    return raw


def _body(message: Message) -> bytes:
    mail = EmailMessage(policy=policy.SMTP)
    mail["MIME-Version"] = "1.0"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{message.id}")  # the same mail is the same bytes; `=_` stands in no quoted-printable text
    return mail.as_bytes()


def _lines(message: Message, head: Head, purpose: Purpose) -> Iterator[tuple[str, str]]:
    """The lines of the head; none of the values holds a line break that is not followed by a blank."""
    if head.sender:
        yield "From", _mailbox(head.sender)
    if head.bcc:
        yield "To", "undisclosed-recipients:;"
    elif head.to:
        yield "To", ",\r\n ".join(map(_mailbox, head.to))
    if head.reply_to:
        yield "Reply-To", _mailbox(head.reply_to)
    yield "Subject", _encoded(header(_subject(head, message)))
    if head.list_id:
        yield "List-Id", f"<{header(head.list_id)}>"
    if purpose == "template":
        yield "X-Unsent", "1"
        return
    yield "Date", format_datetime((message.at or datetime.now(UTC)).astimezone(UTC))
    yield "Message-ID", message_id(message, head)
    if message.edition > 1:
        first = _id(identity(message.digest, 1), head)
        yield "In-Reply-To", first
        yield "References", first
    if purpose == "send":
        yield "Auto-Submitted", "auto-generated"
        yield "X-Auto-Response-Suppress", "OOF, AutoReply"


def _encoded(text: str) -> str:
    """`text` as it may stand in a head: as it is where it is ASCII, else in encoded words."""
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=WORD).encode(linesep="\r\n")


def _mailbox(text: str) -> str:
    found = address(text)
    name = found.display_name
    return str(found) if name.isascii() else f"{_encoded(name)} <{found.addr_spec}>"


def message_id(message: Message, head: Head) -> str:
    """The same for the same edition by the same delivery, also after a crash; short, as long ones break threads."""
    return _id(message.id, head)


def _id(digits: str, head: Head) -> str:
    domain = address(head.sender).domain if head.sender else "digest.invalid"
    own = hashlib.sha256(f"{digits}|{head.name}".encode()).hexdigest()
    return f"<{own[:24]}@{domain[-DOMAIN:].lstrip('.-')}>"


def _subject(head: Head, message: Message) -> str:
    """In the words of the table. A correction answers the first edition: mail programs join what has one subject."""
    label, title = message.digest.period.label, message.digest.title
    filled = (head.subject or "{subject}").format(subject=message.subject, title=title, label=label)
    return f"Re: {filled}" if message.edition > 1 else filled


def _read_back(raw: bytes, names: list[str], head: Head) -> None:
    """Refuse a mail that does not say again what was put in."""
    read = message_from_bytes(raw, policy=policy.default)
    to = [a.addr_spec for a in read["To"].addresses] if "To" in read else []
    meant = [] if head.bcc else [address(text).addr_spec for text in head.to]
    if sorted(read.keys()) != sorted(names) or to != meant:
        raise DigestError("the mail would have other headers than it was given; it is not sent", "look at its subject")


def outline(raw: bytes, message: Message, envelope: str) -> str:
    """A mail for a person who looks before it goes: its envelope, its full head and how large it is."""
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n")
    lines = "\n".join(f"  | {line}" for line in head.split("\n"))
    text, html = len(message.text.encode()), len(message.html.encode())
    return f"  envelope: {envelope}\n{lines}\n  sizes: text {text:,}, HTML {html:,}, the mail {len(raw):,} bytes"
