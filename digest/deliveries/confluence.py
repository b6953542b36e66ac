"""A digest as a page in Confluence Cloud, in its storage format; a correction is the next version of the page."""

from __future__ import annotations

import base64
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from digest.charts import spark, words
from digest.config import Secret, Table
from digest.deliveries.pages import LONGEST_TITLE, Site, check_site, marker, once
from digest.errors import DigestError, TryLater
from digest.layout import lay_out
from digest.markdown import runs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.deliveries import Message, Receipt
    from digest.deliveries.pages import Marker, Page
    from digest.layout import Block, Line
    from digest.layout import Page as Layout


class Confluence(Table, frozen=True):
    """Write a page into `space` (its key), below the page with the id `parent`. `token` is an API token of `user`."""

    url: str
    space: str
    user: str
    token: Secret
    name: str = "confluence"
    root: Path = Path()
    parent: str = ""
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        check_site(self.url)

    def recipients(self) -> tuple[str, ...]:
        """The space."""
        return (f"a page in {self.space}",)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Write the page, or its next version."""
        site = self._site()
        space, mark = self._space(site), marker(message, self.name)
        return once(
            self.name,
            lambda: self._find(site, space, mark, _title(message)),
            lambda there: self._put(site, space, there, message),
            to,
        )

    def preview(self, message: Message) -> str:
        """The title and the size of the page."""
        return f"  a page in {self.space}: {_title(message)}, {len(storage(message, self.name).encode()):,} bytes"

    def check(self) -> str:
        """Whether the space can be seen."""
        self._space(self._site())
        return f"the space {self.space} of {self.url} can be read"

    def _site(self) -> Site:
        login = base64.b64encode(f"{self.user}:{self.token.reveal(self.root)}".encode()).decode()
        headers = {"Authorization": f"Basic {login}", "Accept": "application/json"}
        url = f"{self.url.rstrip('/').removesuffix('/wiki')}/wiki/api/v2"
        return Site(name=self.name, called="Confluence", url=url, headers=headers, timeout=self.timeout)

    def _space(self, site: Site) -> str:
        found = site.read("spaces", keys=self.space)["results"]
        if not found:
            raise DigestError(f"{self.name}: there is no space {self.space!r}, or {self.user} may not see it")
        return str(found[0]["id"])

    def _find(self, site: Site, space: str, mark: Marker, title: str) -> Page | None:
        """By its title, which no two pages of a space share; a page of somebody else is not written over."""
        query = {"space-id": space, "title": title, "status": "current", "body-format": "storage"}
        found = site.read("pages", **query)["results"]
        if not found:
            return None
        page = found[0]
        handle = (str(page["id"]), int(page["version"]["number"]))
        ours = mark.on(page["body"]["storage"]["value"], handle, self._address(page))
        if ours is None:
            raise DigestError(f"{self.name}: {self.space} has a page {title!r} that is not ours", "rename it, or ours")
        return ours

    def _put(self, site: Site, space: str, there: Page | None, message: Message) -> str:
        fields: dict[str, Any] = {
            "status": "current",
            "title": _title(message),
            "body": {"representation": "storage", "value": storage(message, self.name)},
        }
        if there is None:
            parent = {"parentId": self.parent} if self.parent else {}
            return self._address(site.ask("POST", "pages", body={"spaceId": space, **parent, **fields}))
        page, number = there.handle
        version = {"number": number + 1, "message": f"Edition {message.edition}"}
        try:
            done = site.ask("PUT", f"pages/{page}", body={"id": page, "version": version, **fields})
        except DigestError as error:
            if " 409 " in error.message:  # somebody wrote a version since it was read
                raise TryLater(error.message, "run it again") from None
            raise
        return self._address(done)

    def _address(self, page: Any) -> str:
        path = page.get("_links", {}).get("webui", "")
        return f"{self.url.rstrip('/').removesuffix('/wiki')}/wiki{path}"


def _title(message: Message) -> str:
    """With the days: a space has no two pages of one title, and W7-8 comes every year."""
    days = f" ({message.digest.period.dates})"
    said, room = message.subject, LONGEST_TITLE - len(days)
    return (said if len(said) <= room else f"{said[: room - 1].rstrip()}…") + days


def storage(message: Message, delivery: str) -> str:
    """The page in the storage format: XHTML, with the marker as an anchor, which nobody sees."""
    page = lay_out(message.digest)
    anchor = f'<ac:parameter ac:name="">{marker(message, delivery).whole}</ac:parameter>'
    made = [f'<p><ac:structured-macro ac:name="anchor">{anchor}</ac:structured-macro></p>']
    for block in page.blocks:
        made += [f"<h2>{escape(block.heading)}</h2>", *_lists(block, page)]
    if page.maintenance:
        made.append(f"<p>Maintenance: {_text(page.maintenance.text.markdown)}</p>")
    return "".join(made)


def _lists(block: Block, page: Layout) -> Iterator[str]:
    for group in block.groups:
        items = "".join(f"<li><p>{_said(line, page)}</p></li>" for line in group.lines)
        inner = f"<ul>{items}</ul>"
        yield f"<ul><li><p>{escape(group.theme)}</p>{inner}</li></ul>" if group.theme else inner


def _said(line: Line, page: Layout) -> str:
    said = "<strong>Trade-off:</strong> " if line.tradeoff else ""
    said += _text(line.text.markdown)
    said += f" {spark(line.trend)} ({escape(words(line.trend))})" if line.trend else ""
    return said + "".join(f' <a href="{escape(page.links[n - 1])}">[{n}]</a>' for n in line.links)


def _text(markdown: str) -> str:
    """Inline Markdown as XHTML."""
    made = ""
    for run in runs(markdown):
        said = escape(run.text)
        for tag, on in (("code", run.code), ("em", run.italic), ("strong", run.bold)):
            said = f"<{tag}>{said}</{tag}>" if on else said
        shown = run.address.startswith(("http://", "https://", "mailto:"))
        made += f'<a href="{escape(run.address)}">{said}</a>' if shown else said
    return made
