"""A digest as an adaptive card in a channel of Microsoft Teams, through the webhook of a workflow.

In Teams: the channel, Workflows, "Post to a channel when a webhook request is received". The card is built of runs of
text, whose words Teams does not parse: a title with `<at>` or a link in it is shown as it is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from digest.charts import spark
from digest.config import Secret, Table
from digest.deliveries.pages import SILENT
from digest.deliveries.webhook import Webhook
from digest.errors import DigestError
from digest.layout import Line, Page, lay_out
from digest.markdown import Run, runs
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.deliveries import Message, Receipt

LONGEST = 28_000
"""Bytes of the whole message; Teams refuses more than about 28 KB."""

_FORMULA = regex(r"\{\{(?=(?:DATE|TIME)\()")
"""What a card would replace by a date."""

Part = dict[str, Any]


class Teams(Table, frozen=True):
    """Post to the channel of a workflow's webhook; its address is a secret."""

    webhook: Secret
    name: str = "teams"
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
        """How large the card is."""
        return f"  an adaptive card of {_size(payload(message, links=self.links)):,} bytes"

    def check(self) -> str:
        """Whether the secret can be read; nothing is posted."""
        return self._webhook.check()

    @property
    def _webhook(self) -> Webhook:
        return Webhook(name=self.name, site="Teams", address=self.webhook, root=self.root, timeout=self.timeout)


def payload(message: Message, *, links: bool = True) -> Part:
    """What is posted; the links are left out where the card would be too large with them.

    Raises:
        DigestError: it is too large even so.
    """
    for with_links in (True, False) if links else (False,):
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "lang": message.lang,
            "fallbackText": message.subject,
            "msteams": {"width": "Full"},
            "body": list(_body(lay_out(message.digest, links=with_links))),
        }
        kind = "application/vnd.microsoft.card.adaptive"
        made = {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}
        if _size(made) <= LONGEST:
            return made
    raise DigestError(f"{message.subject} is too large for Teams", "lower the [limits] of the sections")


def _size(made: Part) -> int:
    return len(json.dumps(made).encode())


def _body(page: Page) -> Iterator[Part]:
    yield _block([{"type": "TextRun", "text": page.subject, "weight": "Bolder", "size": "Large"}], style="heading")
    for block in page.blocks:
        head = {"type": "TextRun", "text": f"{block.heading}:", "weight": "Bolder"}
        yield _block([head], style="heading", spacing="Medium")
        for group in block.groups:
            if group.theme:
                yield _block([{"type": "TextRun", "text": f"• {group.theme}"}], spacing="Small")
            for line in group.lines:
                mark = "\u2003◦ " if group.theme else "• "
                yield _block([{"type": "TextRun", "text": mark}, *_said(line, page)], spacing="Small")
    if page.maintenance:
        said = map(_run, runs(page.maintenance.text.markdown))
        yield _block([{"type": "TextRun", "text": "Maintenance: "}, *said], spacing="Medium")


def _block(inlines: list[Part], **rest: str) -> Part:
    plain = [{**part, "text": _FORMULA.sub(f"{{{SILENT}{{", part["text"])} for part in inlines]
    return {"type": "RichTextBlock", "inlines": plain, **rest}


def _said(line: Line, page: Page) -> Iterator[Part]:
    if line.tradeoff:
        yield {"type": "TextRun", "text": "Trade-off: ", "weight": "Bolder"}
    yield from map(_run, runs(line.text.markdown))
    if line.trend:
        yield {"type": "TextRun", "text": f" {spark(line.trend)}"}
    for number in line.links:
        yield {"type": "TextRun", "text": " "}
        yield _link({"type": "TextRun", "text": f"[{number}]"}, page.links[number - 1])


def _run(run: Run) -> Part:
    made: Part = {"type": "TextRun", "text": run.text}
    if run.bold:
        made["weight"] = "Bolder"
    if run.italic:
        made["italic"] = True
    if run.code:
        made["fontType"] = "Monospace"
    return _link(made, run.address) if run.address.startswith(("http://", "https://")) else made


def _link(made: Part, address: str) -> Part:
    return {**made, "color": "Accent", "selectAction": {"type": "Action.OpenUrl", "url": address}}
