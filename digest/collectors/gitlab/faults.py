"""What GitLab's refusals and a broken connection mean: what to tell a person, and whether asking again may help."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.fault import LONGEST_WAIT, Fault, asked_wait
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

UNASKED_WAIT = 60.0
"""Seconds to wait after a rate limit that names none: GitLab counts by the minute."""

BUSY = 429
STATUS_PAGE = "see its status page, or its administrators"
SCOPE_HINT = "make a token with the scope read_api"
EXPIRED_HINT = "the token has expired, was revoked, lacks the scope read_api or is not one of this server"
ACCESS_HINT = "check the name, and that the token's user is a member with the role Reporter or higher"
URL_HINT = "correct `url`: the address of the server, with its path where GitLab stands below one"
PROXY_HINT = "a proxy or a login page may stand in between"

OLDEST = "17.9"
"""The version whose fields are asked for; GitLab itself mends none that is older."""

UNKNOWN = {"undefinedField", "argumentNotAccepted", "argumentLiteralsIncompatible"}
_TOO_MUCH = regex(r"Timeout on |Query has complexity |Query too large|.*less complex query")
_MEMBER = regex(r"l\d+")
"""How a question names its lists."""

_NAMED = regex(r"404 \w+ Not Found")
"""It is GitLab that answers, and it knows no such project or group."""


def no_data() -> Fault:
    """An answer that is not GitLab's, or only the beginning of one."""
    return Fault("the answer is no JSON of GitLab's", PROXY_HINT, again=True)


def no_gitlab() -> Fault:
    """JSON, but not GitLab's."""
    return Fault("what answers there is no GitLab", URL_HINT)


def no_user() -> Fault:
    """The server answers as it answers anybody: it does not know the token."""
    return Fault("it does not know the token", EXPIRED_HINT)


def of_errors(errors: Sequence[Any]) -> dict[str, Fault]:
    """What the errors of an answer in GraphQL mean for the lists that it lacks, by their names.

    Raises:
        Fault: none of it can be used.
    """
    lost: dict[str, Fault] = {}
    for error in errors:
        told = error if isinstance(error, dict) else {}
        words, extensions = _first_line(told.get("message")), told.get("extensions") or {}
        if _TOO_MUCH.match(words):
            fault = Fault(f"it answers: {words}", "name fewer projects", heavy=True, here=True)
            fault.again = words.startswith("Timeout")  # what is too complex stays so
            raise fault
        if extensions.get("code") in UNKNOWN:
            name = str(extensions.get("argumentName") or extensions.get("fieldName") or words)
            raise Fault(f"it does not know `{name}`", f"it has to be GitLab {OLDEST} or later", unknown=name)
        member = next((m for m in reversed(told.get("path") or ()) if _MEMBER.fullmatch(str(m))), "")
        if not member:
            raise Fault(f"it answers: {words}")
        lost[member] = Fault(f"a list cannot be read: {words}", ACCESS_HINT, here=True)
    return lost


def of_exception(error: Exception) -> Fault:
    """What an exception of the connection means; its own text is never used, it may hold the answer's body."""
    import requests

    if isinstance(error, requests.exceptions.SSLError):
        return Fault("its certificate is not trusted", "name the company's CA file in REQUESTS_CA_BUNDLE")
    if isinstance(error, requests.exceptions.Timeout):
        return Fault("it did not answer in time", again=True, heavy=True)
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return Fault(f"the connection broke off ({type(error).__name__})", again=True)
    return no_data()


def of_status(status: int, said: Any, headers: Mapping[str, str], now: float) -> Fault:
    """What an answer with that status and the message `said` means at the instant `now`."""
    words = _first_line(_message(said))
    if status == BUSY:
        return _limit(headers, now)
    if status in {500, 502, 504}:
        return Fault(f"it answers {status}", STATUS_PAGE, heavy=True, wait=asked_wait(headers, now))
    if status > 500:  # noqa: PLR2004 - the server's own fault
        return Fault(f"it answers {status}", STATUS_PAGE, again=True, wait=asked_wait(headers, now))
    return _refusal(status, words)


def _refusal(status: int, words: str) -> Fault:
    if status == 401:  # noqa: PLR2004
        return Fault("it refuses the token (401)", EXPIRED_HINT)
    if status == 403:  # noqa: PLR2004
        scope = "insufficient_scope" in words
        return Fault(f"it forbids the request (403): {words}", SCOPE_HINT if scope else ACCESS_HINT, here=not scope)
    if status == 404 and _NAMED.fullmatch(words):  # noqa: PLR2004
        return Fault("not found, or the token has no access to it", ACCESS_HINT, here=True)
    if status == 404:  # noqa: PLR2004
        return Fault("there is no GitLab at this address (404)", URL_HINT)
    return Fault(f"it answers {status}: {words}", here=True)


def _limit(headers: Mapping[str, str], now: float) -> Fault:
    wait = asked_wait(headers, now)
    reset = headers.get("RateLimit-Reset", "")
    if wait is None and reset.isdecimal():
        wait = float(reset) - now
    wait = min(max(UNASKED_WAIT if wait is None else wait, 1.0), LONGEST_WAIT)
    until = datetime.fromtimestamp(now + wait, UTC)
    return Fault(f"its rate limit is used up until {until:%H:%M:%S} UTC", "raise `deadline`", again=True, wait=wait)


def _message(said: Any) -> Any:
    """The words of an error in GraphQL's form; else what was said."""
    with suppress(msgspec.DecodeError, ValueError, TypeError, KeyError, IndexError):
        return msgspec.json.decode(said)["errors"][0]["message"]
    return said


def _first_line(text: Any) -> str:
    """At most 200 characters of what GitLab says, on one line; of a page for people only that it is one."""
    words = " ".join(str(text or "no reason given").split())[:200]
    return "a web page came instead of data" if words.startswith("<") else words
