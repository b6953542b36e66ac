"""A digest as an issue on GitLab, found again by a hidden marker."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import msgspec

from digest.config import Secret, Table
from digest.deliveries.pages import Site, check_site, marker, once, quiet, quiet_title

if TYPE_CHECKING:
    from digest.deliveries import Message, Receipt
    from digest.deliveries.pages import Marker, Page


class Gitlab(Table, frozen=True):
    """Open an issue in `project` (its path or number); a correction rewrites it. The token needs the scope `api`."""

    project: str
    token: Secret
    name: str = "gitlab"
    root: Path = Path()
    url: str = "https://gitlab.com"
    labels: tuple[str, ...] = ()
    confidential: bool = False
    timeout: Annotated[float, msgspec.Meta(gt=0)] = 30

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        check_site(self.url)

    def recipients(self) -> tuple[str, ...]:
        """The project."""
        return (f"an issue in {self.project}",)

    def deliver(self, message: Message, to: tuple[str, ...]) -> Receipt:
        """Open the issue, or bring it up to date."""
        site, mark = self._site(), marker(message, self.name)
        return once(
            self.name, lambda: self._find(site, mark), lambda there: self._put(site, there, self._fields(message)), to
        )

    def preview(self, message: Message) -> str:
        """The title and the size of the issue."""
        fields = self._fields(message)
        return f"  an issue in {self.project}: {fields['title']}, {len(fields['description'].encode()):,} bytes"

    def check(self) -> str:
        """Whether the project can be seen."""
        found = self._site().read("")
        return f"{found.get('web_url', self.project)} can be read"

    def _site(self) -> Site:
        headers = {"PRIVATE-TOKEN": self.token.reveal(self.root)}
        url = f"{self.url.rstrip('/')}/api/v4/projects/{quote(self.project, safe='')}"
        return Site(name=self.name, called="GitLab", url=url, headers=headers, timeout=self.timeout)

    def _find(self, site: Site, mark: Marker) -> Page | None:
        """Only among what this token wrote: anybody may copy a marker."""
        query: dict[str, Any] = {"search": mark.place, "in": "description", "scope": "created_by_me", "per_page": 20}
        found = [mark.on(i["description"] or "", i["iid"], i["web_url"]) for i in site.read("issues", **query)]
        return next(filter(None, found), None)

    def _put(self, site: Site, there: Page | None, body: dict[str, Any]) -> str:
        method, path = ("PUT", f"issues/{there.handle}") if there else ("POST", "issues")
        return str(site.ask(method, path, body=body)["web_url"])

    def _fields(self, message: Message) -> dict[str, Any]:
        text = f"{quiet(message.markdown)}\n<!-- {marker(message, self.name).whole} -->\n"
        extra: dict[str, Any] = {"labels": ",".join(self.labels)} if self.labels else {}
        return {"title": quiet_title(message.subject), "description": text, "confidential": self.confidential, **extra}
