"""A list of GitLab's, turned page by page to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.collectors.fault import Fault
from digest.collectors.gitlab.asks import PAGE, Ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from digest.collectors.gitlab.wire import Page, Params, Row, Wire

SMALLEST_PAGE = 25
DEEP = 100
"""The page after which a list is begun anew behind its last row: GitLab refuses to count rows beyond 50,000."""

SHORT = 2 * PAGE
"""A list of so many rows is read to its end rather than two others instead of it."""

STILL = 3
"""So many pages in a row without anything new are the same page again and again."""


def pages(wire: Wire, ask: Ask) -> Iterator[list[Row]]:
    """The rows of each page, each row once.

    Raises:
        Fault: why the list is not whole.
    """
    params: Params | None = ask.params
    ids: set[int] = set()
    asked: set[str] = set()
    total: int | None = None
    still = 0
    while params is not None:
        asked.add(repr(sorted(params.items())))
        page, params = _smaller_and_smaller(wire, ask.path, params)
        if ask.instead and (page.total is None or page.total > SHORT):
            for shorter in ask.instead:
                yield from pages(wire, shorter)
            return
        new = [row for row in page.rows if row["id"] not in ids]
        ids.update(row["id"] for row in new)
        yield new
        still = 0 if new else still + 1
        total = page.total if total is None or page.total is None else min(total, page.total)
        params = _following(ask, page, params)
        if params is not None and (repr(sorted(params.items())) in asked or still >= STILL):
            raise Fault("it gives the same page again and again", "run it again", here=True)
    if total is not None and len(ids) < total:
        what = ask.what.replace("_", " ")
        raise Fault(f"it counts {total} {what} and gave {len(ids)}", "run it again", here=True)


def _smaller_and_smaller(wire: Wire, path: str, params: Params) -> tuple[Page, Params]:
    """The page, or the first part of it where the whole is too much; and what was asked in the end."""
    while True:
        try:
            return wire.page(path, params), params
        except Fault as fault:
            size = int(params["per_page"])
            if not fault.heavy or size // 2 < SMALLEST_PAGE:
                raise
            params = {**params, "per_page": size // 2}
            if "page" in params:
                params["page"] = (int(params["page"]) - 1) * 2 + 1


def _following(ask: Ask, page: Page, params: Params) -> Params | None:
    """What to ask for next: the next page, or from the last row on where there are too many pages."""
    after = page.after
    if after is None or int(after.get("page") or 0) <= DEEP or "order_by" not in ask.params or not page.rows:
        return after
    last = str(page.rows[-1]["created_at"])
    return after if params.get("created_after") == last else {**ask.params, "created_after": last}
