"""How a run did: what is missing, of which projects and why, in the words of outcomes and errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from digest.collectors.fault import names, reasons
from digest.errors import LimitError, SourceError
from digest.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from digest.collectors.fault import Fault
    from digest.collectors.gitlab import GitLab
    from digest.model import Status


def nothing(source: GitLab, missing: Mapping[str, Fault]) -> SourceError:
    """Why not one question was answered: for what is true of the server it is that, whatever else went wrong."""
    where = f"[collectors.{source.name}] {source.site_url}"
    server = next((fault for fault in missing.values() if not fault.here), None)
    if server:
        kind = SourceError if server.wait is None else LimitError
        return kind(f"{where}: {server.what}", server.hint)
    said, hint = reasons(missing)
    return SourceError(f"{where}: {said}", hint)


def shortfalls(name: str, missing: Mapping[str, Fault], counts: Mapping[str, int]) -> Iterator[Outcome]:
    """One outcome for all projects and groups that lack something for the same reason."""
    groups: dict[tuple[Status, str], list[str]] = {}
    for scope, fault in missing.items():
        status: Status = "truncated" if counts[scope] else "failed"
        what = f"{fault.what} ({fault.hint})" if fault.hint else fault.what
        groups.setdefault((status, what), []).append(scope)
    for (status, what), scopes in groups.items():
        count = sum(counts[s] for s in scopes)
        yield Outcome(source=name, status=status, count=count, detail=f"{names(scopes)}: {what}")
