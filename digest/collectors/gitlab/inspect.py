"""`digest check` for GitLab: one line for each thing that works, and one error that names all that does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import root
from digest.collectors.gitlab.facts import home_of
from digest.collectors.gitlab.faults import Fault
from digest.collectors.gitlab.wire import connect
from digest.errors import SourceError
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.gitlab import GitLab
    from digest.collectors.gitlab.wire import Wire

READING = {"api", "read_api"}
_LOOPBACK = regex(r"http://(localhost|127\.[\d.]+|\[::1\])(:|/|$)")


def inspect(source: GitLab, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Iterator[str]:
    """What `GitLab.check` yields.

    Raises:
        SourceError: what cannot be read, and what to do.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    wrong: list[tuple[str, Fault]] = []
    try:
        yield f"signed in as {wire.one('/user').get('username')} at {source.site_url}"
        if source.site_url.startswith("http://") and not _LOOPBACK.match(source.site_url):
            yield "http: the token can be read on its way; https would hide it"
        yield from _token(wire, datetime.fromtimestamp(clock(), UTC).date())
        for scope in source.projects:
            try:
                yield _access(wire, scope)
            except Fault as fault:
                if not fault.here:
                    raise
                wrong.append((scope, fault))
    except Fault as fault:
        raise SourceError(f"[collectors.{source.name}] {source.site_url}: {fault.what}", fault.hint) from None
    finally:
        wire.close()
    if wrong:
        names = "; ".join(f"{scope}: {fault.what}" for scope, fault in wrong)
        raise SourceError(f"[collectors.{source.name}] {names}", wrong[0][1].hint)


def _token(wire: Wire, today: date) -> Iterator[str]:
    """What the token may do and for how long, where it is one that can be asked."""
    try:
        told = wire.one("/personal_access_tokens/self")
    except Fault as fault:
        if not fault.here:
            raise
        return
    scopes = [str(s) for s in told.get("scopes") or ()]
    yield f"token: {', '.join(scopes)}" + ("" if READING & set(scopes) else "; it lacks read_api")
    if told.get("expires_at"):
        left = (date.fromisoformat(told["expires_at"]) - today).days
        yield f"the token expires on {told['expires_at']}, in {left} day{'s' * (left != 1)}"


def _access(wire: Wire, scope: str) -> str:
    if scope.startswith(GROUP):
        row = wire.one(root(scope), with_projects="false")
        params = {"include_subgroups": "true", "with_shared": "false", "per_page": 1}
        total = wire.page(f"{root(scope)}/projects", params).total
        words = [str(row.get("visibility")), "many projects" if total is None else f"{total} projects"]
    else:
        row = wire.one(root(scope))
        words = [str(row.get("visibility"))]
    home = home_of(row, scope)
    return f"{scope}: can be read ({', '.join([*words, *([home.note] if home.note else [])])})"
