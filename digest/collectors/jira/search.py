"""All tickets that a query finds, page by page, and whether the site counts more than it gave."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.jira.query import IN_ORDER
from digest.collectors.jira.site import DeadlineError
from digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.collectors.jira.site import Site

PAGE = 100
KEYS = 5000
"""How many tickets are asked for at once: with fields, and by keys alone. A Data Center gives up to 1,000."""

BARREN = 3


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """The tickets as Jira wrote them; `short` says what is missing and why."""

    tickets: list[dict[str, Any]]
    short: str = ""


def search(site: Site, jql: str, fields: Iterable[str], *, cloud: bool, expand: str = "") -> Found:
    """Every ticket that `jql` finds, in the order of the keys, with no other fields than those named; keys at least.

    Raises:
        SourceError: a page could not be had. Running out of time after the first page is no error but short.
    """
    names = ",".join(fields) or "key"
    asked = {"jql": jql + IN_ORDER, "fields": names, "maxResults": PAGE if names != "key" else KEYS}
    if expand:
        asked["expand"] = expand
    tickets: dict[str, dict[str, Any]] = {}
    try:
        total = (_by_token if cloud else _by_offset)(site, asked, tickets)
    except DeadlineError as late:
        if not tickets:
            raise
        return Found(tickets=list(tickets.values()), short=f"{late}; the first {len(tickets)} tickets are here")
    missing = total - len(tickets)
    short = f"Jira counts {total} tickets and gave {len(tickets)}; the others are missing" if missing > 0 else ""
    return Found(tickets=list(tickets.values()), short=short)


def _by_token(site: Site, asked: dict[str, Any], tickets: dict[str, dict[str, Any]]) -> int:
    """Cloud: each page names the next by a token. Gives the count, 0 where a single page needs none.

    A token seen before, or page after page with nothing new, would go round for ever: it ends there, and the count
    tells whether anything is missing. `isLast` is not relied on.
    """
    seen: set[str] = set()
    token, barren = "", 0
    while True:
        page = site.get("search/jql", **asked, **({"nextPageToken": token} if token else {}))
        barren = 0 if _keep(page, tickets) else barren + 1
        token = str(page.get("nextPageToken") or "")
        if not token and not seen:
            return 0
        if not token or token in seen or barren == BARREN:
            return _count(site, asked, ended=not token)
        seen.add(token)


def _count(site: Site, asked: dict[str, Any], *, ended: bool) -> int:
    """How many tickets Cloud counts. Where the pages ended as they should, it need not be able to."""
    try:
        return int(site.post("search/approximate-count", {"jql": asked["jql"]}).get("count") or 0)
    except SourceError:
        if ended:
            return 0
        raise


def _by_offset(site: Site, asked: dict[str, Any], tickets: dict[str, dict[str, Any]]) -> int:
    """Data Center: pages by offset; a server may give shorter ones than asked for. Gives its count."""
    start = 0
    while True:
        page = site.get("search", **asked, startAt=start)
        given, total = len(page.get("issues") or ()), int(page.get("total") or 0)
        fresh = _keep(page, tickets)
        start += given
        if not fresh or start >= total > 0:
            return total


def _keep(page: dict[str, Any], tickets: dict[str, dict[str, Any]]) -> bool:
    """Add the tickets of a page; says whether one of them was new."""
    before = len(tickets)
    for ticket in page.get("issues") or ():
        tickets.setdefault(str(ticket["key"]), ticket)
    return len(tickets) > before
