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
from digest.deliveries.webhook import Webhook
from digest.errors import DigestError
from digest.layout import Line, Page, lay_out
from digest.markdown import Run, runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from digest.deliveries import Message, Receipt

LONGEST_HEADER = 150
LONGEST_MESSAGE = 13_000
"""Characters of all blocks; Slack refuses more than about 13,200."""


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
        return self._webhook.post(payload(message, links=self.links), to)

    def preview(self, message: Message) -> str:
        """How large the post is."""
        data = payload(message, links=self.links)
        return f"  {len(data['blocks'])} blocks, {len(json.dumps(data).encode()):,} bytes of JSON"

    def check(self) -> str:
        """Whether the secret can be read; nothing is posted."""
        return self._webhook.check()

    @property
    def _webhook(self) -> Webhook:
        return Webhook(name=self.name, site="Slack", address=self.webhook, root=self.root, timeout=self.timeout)


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
    if subject != page.subject:  # whole, below the header: of a note it is all there is
        elements.append(_section([{"type": "text", "text": page.subject}]))
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
