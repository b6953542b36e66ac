"""`digest check` for GitLab: one line for each thing that works, and one error that names all that does not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from digest.collectors.fault import Fault
from digest.collectors.gitlab import GROUP
from digest.collectors.gitlab.asks import Ask
from digest.collectors.gitlab.homes import is_hidden, moved, notes_of, only_a_guest, unreadable
from digest.collectors.gitlab.question import question
from digest.collectors.gitlab.wire import connect
from digest.errors import SourceError
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.gitlab import GitLab
    from digest.collectors.gitlab.wire import Row, Wire

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
                yield f"{scope}: can be read ({', '.join(_access(wire, scope, issues=source.issues))})"
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


def _access(wire: Wire, scope: str, *, issues: bool, notes: tuple[str, ...] = ()) -> list[str]:
    """What is to be said of a project or group."""
    node = _itself(wire, scope)
    if node is None:
        there, found = moved(wire, scope)
        return _access(wire, there, issues=issues, notes=(*notes, *found))
    words = [str(node.get("visibility")), *notes, *notes_of(node)]
    if scope.startswith(GROUP):
        listed = node["l1"]
        words.insert(1, f"{listed['count']} projects")
        if guests := [p["fullPath"] for p in listed["nodes"] if is_hidden(p)]:
            words.append(only_a_guest(guests).what)
    elif fault := unreadable(node, issues=issues):
        raise fault
    return words


def _itself(wire: Wire, scope: str) -> Row | None:
    asked = [Ask(what="home", scopes=(scope,))]
    if scope.startswith(GROUP):
        asked.append(Ask(what="projects", scopes=(scope,), filters="includeSubgroups: true"))
    root = wire.told(question(asked).text).data["s0"]
    nodes: list[Row] = [root] if scope.startswith(GROUP) else (root or {}).get("nodes") or []
    return next(iter(nodes), None)
