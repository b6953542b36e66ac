"""What is looked up besides tickets: which projects the account can see, and the titles of epics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digest.collectors.jira import query
from digest.collectors.jira.search import PAGE
from digest.collectors.jira.site import NowhereError
from digest.collectors.jira.ticket import epic_key
from digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from digest.collectors.jira.site import Site, Traits

MOST_KEYS = 50


def visible(site: Site, traits: Traits, keys: Iterable[str]) -> list[str]:
    """The keys of the projects that the account can see; on Cloud those among `keys` where any are given."""
    if not traits.cloud:
        return _all_visible(site)
    try:
        return _visible_of(site, keys)
    except NowhereError:
        return _all_visible(site)


def titles(
    site: Site, traits: Traits, tickets: list[dict[str, Any]], remembered: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The titles of the epics that tickets of a Data Center name by key alone; Cloud tells them along.

    The second are those to remember; none where what is remembered is enough. A key that is hidden has no title.
    """
    known = {str(t["key"]): str(t["fields"].get("summary") or "") for t in tickets}
    named = set() if traits.cloud else {epic_key(t["fields"], traits) for t in tickets} - {""}
    told = {key: known[key] for key in named & known.keys()}
    needed = named - known.keys() - remembered.keys()
    if not needed:
        return {**remembered, **known}, {} if remembered else told
    every = needed | remembered.keys()
    asked = sorted(every if len(every) <= PAGE else needed)  # what is old may have been renamed: in one go
    found = dict.fromkeys(asked, "")
    try:
        for first in range(0, len(asked), PAGE):
            jql = f"key in {query.listed(asked[first : first + PAGE])}"
            # An epic that is gone or hidden must not spoil the query for the others.
            page = site.get("search", jql=jql, fields="summary", maxResults=PAGE, validateQuery="false")
            found |= {str(t["key"]): str(t["fields"].get("summary") or "") for t in page.get("issues") or ()}
    except SourceError:
        return {**remembered, **found, **known}, {}  # a topic without its title is still a topic
    return {**remembered, **found, **known}, {**remembered, **found, **told}


def _all_visible(site: Site) -> list[str]:
    """The keys of all projects, by the list that every Jira has."""
    return sorted(str(p["key"]) for p in site.listed("project"))


def _visible_of(site: Site, keys: Iterable[str]) -> list[str]:
    """Those of `keys` that can be seen, or all, by the search of Cloud."""
    wanted_keys = [k.upper() for k in keys]
    found: list[str] = []
    for first in range(0, max(1, len(wanted_keys)), MOST_KEYS):
        asked = {"keys": wanted_keys[first : first + MOST_KEYS]} if wanted_keys else {}
        start, last = 0, False
        while not last:
            page = site.get("project/search", startAt=start, maxResults=MOST_KEYS, **asked)
            given = [str(p["key"]) for p in page.get("values") or ()]
            found += given
            start += len(given)
            last = not given or start >= int(page.get("total") or 0)
    return sorted(set(found))
