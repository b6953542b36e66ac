"""A digest as a message in Slack, through an incoming webhook.

It is built of rich text, whose words Slack does not parse: a title with `<!channel>` in it pings nobody.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from digest.charts import ends, spark
from digest.config import Secret, Table
from digest.deliveries import Receipt
from digest.errors import DigestError, TryLater
from digest.layout import Line, Page, lay_out
from digest.markdown import Run, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import requests

    from digest.deliveries import Message

LONGEST_HEADER = 150
LONGEST_MESSAGE = 13_000
"""Characters of all blocks; Slack refuses more than about 13,200."""

LIMITED = 429
GOOD = 200


class Slack(Table, frozen=True):
    """Post to the channel of an incoming webhook; its address is a secret."""

    webhook: Secret
    name: str = "slack"
    root: Path = Path()
    links: bool = True
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def recipients(self) -> tuple[str, ...]:
        """The channel, which only the webhook knows: the name of the table stands for it."""
        return (f"the channel of {self.name}",)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Post once."""
        import requests

        data = json.dumps(payload(message, links=self.links)).encode()
        webhook = self.webhook.reveal(self.root)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        try:
            answer = requests.post(webhook, data, headers=headers, timeout=self.timeout, allow_redirects=False)
        except ValueError:  # as all errors here, its text would hold the address
            raise DigestError(f"{self.name}: the webhook is no address") from None
        except requests.RequestException as error:
            if _never_connected(error):
                raise TryLater(f"{self.name}: Slack cannot be reached") from None
            return Receipt(detail=f"the connection was lost: {type(error).__name__}")
        said = f"{answer.status_code} {answer.text[:80]}"
        if answer.status_code == GOOD:
            return Receipt(accepted=to, detail="posted")
        if answer.status_code == LIMITED:
            return Receipt(deferred=dict.fromkeys(to, f"{said}, wait {answer.headers.get('Retry-After', '?')} seconds"))
        if answer.status_code > LIMITED:
            return Receipt(detail=said)
        raise DigestError(f"{self.name}: Slack refused it: {said}", "a webhook that was removed answers 403 or 404")

    def preview(self, message: Message) -> str:
        """How large the post is."""
        data = payload(message, links=self.links)
        return f"  {len(data['blocks'])} blocks, {len(json.dumps(data).encode()):,} bytes of JSON"

    def check(self) -> str:
        """Whether the secret can be read; nothing is posted."""
        if not self.webhook.reveal(self.root).startswith(("https://", "http://127.0.0.1")):
            raise DigestError(f"{self.name}: the webhook is no https address")
        return "the webhook can be read; nothing was posted"


def _never_connected(error: requests.RequestException) -> bool:
    """Whether it is sure that nothing was posted: no such host, nobody listens, no trust."""
    from requests import ConnectTimeout
    from requests.exceptions import ProxyError, SSLError
    from urllib3.exceptions import NewConnectionError

    inner = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout | ProxyError | SSLError) or isinstance(inner, NewConnectionError)


def payload(message: Message, *, links: bool = True) -> dict[str, Any]:
    """What is posted; the links are left out where the message would be too long with them.

    Raises:
        DigestError: it is too long even so.
    """
    for with_links in (True, False) if links else (False,):
        blocks = _blocks(lay_out(message.digest, links=with_links))
        if len(json.dumps(blocks, ensure_ascii=False)) <= LONGEST_MESSAGE:
            return {"text": _quiet(message.subject), "blocks": blocks, "unfurl_links": False, "unfurl_media": False}
    raise DigestError(f"{message.subject} is too long for Slack", "lower the [limits] of the sections")


def _blocks(page: Page) -> list[dict[str, Any]]:
    subject = page.subject if len(page.subject) <= LONGEST_HEADER else page.subject[: LONGEST_HEADER - 1] + "…"
    elements: list[dict[str, Any]] = []
    for block in page.blocks:
        elements.append(_section([{"type": "text", "text": f"{block.heading}:", "style": {"bold": True}}]))
        for group in block.groups:
            if group.theme:
                elements.append(_list([_section([{"type": "text", "text": group.theme}])], 0))
            elements.append(_list([_section(_words(line, page)) for line in group.lines], int(bool(group.theme))))
    if page.maintenance:
        elements.append(
            _section([{"type": "text", "text": "\nMaintenance: "}, *map(_run, runs(page.maintenance.text.markdown))])
        )
    head = {"type": "header", "text": {"type": "plain_text", "text": subject, "emoji": False}}
    return [head, {"type": "rich_text", "elements": elements}] if elements else [head]


def _section(elements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": elements}


def _list(sections: Iterable[dict[str, Any]], indent: int) -> dict[str, Any]:
    return {"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": list(sections)}


def _words(line: Line, page: Page) -> list[dict[str, Any]]:
    return list(_said(line, page))


def _said(line: Line, page: Page) -> Iterator[dict[str, Any]]:
    if line.tradeoff:
        yield {"type": "text", "text": "Trade-off: ", "style": {"bold": True}}
    yield from map(_run, runs(line.text.markdown))
    if line.trend:
        yield {"type": "text", "text": f" {spark(line.trend)} ({ends(line.trend)})"}
    for number in line.links:
        yield {"type": "text", "text": " "}
        yield {"type": "link", "url": page.links[number - 1], "text": f"[{number}]"}


def _run(run: Run) -> dict[str, Any]:
    style = {name: True for name in ("bold", "italic", "code") if getattr(run, name)}
    made: dict[str, Any] = {"type": "text", "text": run.text}
    if run.address.startswith(("http://", "https://")):
        made = {"type": "link", "url": run.address, "text": run.text}
    return {**made, "style": style} if style else made


def _quiet(text: str) -> str:
    """Text for the notification, the one place that Slack parses."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
