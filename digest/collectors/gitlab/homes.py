"""The projects and groups of a source: what they tell of themselves, and why something of them is not shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from digest.collectors.fault import Fault
from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.faults import ACCESS_HINT, no_gitlab

if TYPE_CHECKING:
    from digest.collectors.gitlab.wire import Row, Wire

NAMED = 5


def notes_of(row: Row) -> list[str]:
    """What a person should know of a project or group that was read."""
    return [f"{row['fullPath']} is archived"] if row.get("archived") else []


def moved(wire: Wire, scope: str) -> tuple[str, list[str]]:
    """Where a project or group is now that is not found by its name, as a source would write it; and what to say of it.

    Raises:
        Fault: it is gone or hidden, or the server cannot be asked.
    """
    kind, name = ("groups", scope.removeprefix(GROUP)) if scope.startswith(GROUP) else ("projects", scope)
    row: dict[str, Any] = wire.one(f"/{kind}/{quote(name, safe='')}")
    path = row.get("path_with_namespace") or row.get("full_path")
    if not isinstance(path, str):
        raise no_gitlab()
    if path.lower() == name.lower():
        raise Fault("it is there, but GraphQL does not show it", ACCESS_HINT, here=True)
    notes = [f"{scope} is now called {path}: write that in `projects`"]
    notes += [f"{path} will be deleted"] if row.get("marked_for_deletion_on") else []
    return (f"{GROUP}{path}" if scope.startswith(GROUP) else path), notes


def unreadable(row: Row, *, issues: bool) -> Fault | None:
    """What the token's user is not shown of a project, which looks as if there were nothing."""
    if not _shows_requests(row):
        return Fault("the token's user may not read its merge requests", ACCESS_HINT, here=True)
    if issues and row.get("issuesEnabled") is False and _level(row, "issuesAccessLevel") != "DISABLED":
        return Fault("the token's user may not read its issues", ACCESS_HINT, here=True)
    return None


def is_hidden(row: Row) -> bool:
    """Whether a private project of a group shows no merge request to the token's user, who is only a guest in it."""
    return row.get("visibility") == "private" and not _shows_requests(row)


def only_a_guest(paths: list[str]) -> Fault:
    """What is hidden in a private project from a guest."""
    names = ", ".join(paths[:NAMED]) + (f" and {len(paths) - NAMED} others" if len(paths) > NAMED else "")
    return Fault(f"the token's user is only a guest in {names} and sees no merge request there", ACCESS_HINT, here=True)


def _shows_requests(row: Row) -> bool:
    """Whether merge requests are shown, or there are none because the project takes none."""
    reads = (row.get("userPermissions") or {}).get("readMergeRequest")
    return bool(reads) or _level(row, "mergeRequestsAccessLevel") == "DISABLED"


def _level(row: Row, feature: str) -> str:
    return str((row.get(feature) or {}).get("stringValue") or "")
