"""What GitHub's refusals and a broken connection mean: what to tell a person, and whether asking again may help."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from digest.collectors.fault import LONGEST_WAIT, Fault, asked_wait

if TYPE_CHECKING:
    from collections.abc import Mapping

    from github import GithubException

    Error = Mapping[str, Any]

TOO_HEAVY = {502, 504}
"""How GitHub answers a query that takes longer than its ten seconds."""

UNASKED_WAIT = 60.0
"""Seconds that GitHub asks to wait after a secondary limit where its answer names none."""

TOKEN_HINT = "it needs read access to contents, issues, pull requests and metadata, for boards to projects too"  # noqa: S105 - words, no secret
SSO_HINT = "authorise the token for the organisation's single sign-on in its settings on GitHub"


def of_exception(error: Exception, now: float) -> Fault:
    """What an exception of PyGithub or of the connection below it means at the instant `now`."""
    import requests
    from github import GithubException

    if isinstance(error, GithubException):
        return _of_answer(error, now)
    if isinstance(error, requests.exceptions.SSLError):
        return Fault("its certificate is not trusted", "name the company's CA file in REQUESTS_CA_BUNDLE")
    if isinstance(error, requests.exceptions.Timeout):
        return Fault("it did not answer in time", again=True)
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return Fault(f"the connection broke off ({type(error).__name__})", again=True)
    if isinstance(error, RuntimeError) and not isinstance(error, RecursionError):
        return Fault("it redirects elsewhere", "correct `url`; an Enterprise server is https://HOST/api/v3")
    return Fault("the answer is no JSON", "a proxy or a login page may stand in between", again=True)


def of_error(error: Error) -> Fault:
    """What one entry in the `errors` of a GraphQL answer means."""
    kind, words = str(error.get("type", "")), _first_line(error.get("message"))
    extensions = error.get("extensions") or {}
    if kind == "NOT_FOUND":
        return Fault("not found, or the token has no access to it", f"check the name and the token: {TOKEN_HINT}")
    if extensions.get("saml_failure") or "SAML" in words:
        return Fault("closed to the token by single sign-on", SSO_HINT)
    if kind in {"FORBIDDEN", "INSUFFICIENT_SCOPES"}:
        return Fault(f"forbidden to the token: {words}", TOKEN_HINT)
    if extensions.get("fieldName") or extensions.get("argumentName"):
        return Fault(words, "this server is too old", unknown=str(extensions.get("fieldName") or extensions["name"]))
    if "LIMIT" in kind or "timeout" in words or "Something went wrong" in words:
        return Fault(f"the query was too much for it: {words}", heavy=True)
    return Fault(f"it says: {words}")


def _of_answer(error: GithubException, now: float) -> Fault:
    from requests.structures import CaseInsensitiveDict

    status, headers = error.status, CaseInsensitiveDict(error.headers or {})
    data = error.data if isinstance(error.data, dict) else {}
    errors = [e for e in data.get("errors") or () if isinstance(e, dict)]
    words = _first_line(data.get("message"))
    if status in TOO_HEAVY:
        return Fault(f"it answers {status}", "https://www.githubstatus.com", heavy=True)
    if _is_limit(status, headers, words, errors):
        return _limit(headers, now)
    if status >= 500:  # noqa: PLR2004 - the server's own fault
        return Fault(f"it answers {status}", "https://www.githubstatus.com", again=True, wait=asked_wait(headers, now))
    if errors:
        return of_error(errors[0])
    return _refusal(status, words, headers)


def _is_limit(status: int, headers: Mapping[str, str], words: str, errors: list[dict[str, Any]]) -> bool:
    if status == 429 or any(e.get("type") == "RATE_LIMITED" for e in errors):  # noqa: PLR2004
        return True
    said = " ".join([words, *(str(e.get("message")) for e in errors)]).lower()
    return "rate limit" in said or (status == 403 and "retry-after" in headers)  # noqa: PLR2004


def _limit(headers: Mapping[str, str], now: float) -> Fault:
    wait, reset = asked_wait(headers, now), headers.get("x-ratelimit-reset", "")
    if wait is None and headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        wait = float(reset) - now
    wait = min(max(UNASKED_WAIT if wait is None else wait, 1.0), LONGEST_WAIT)
    until = datetime.fromtimestamp(now + wait, UTC)
    return Fault(f"its rate limit is used up until {until:%H:%M:%S} UTC", "raise `deadline`", again=True, wait=wait)


def _refusal(status: int, words: str, headers: Mapping[str, str]) -> Fault:
    if status == 401:  # noqa: PLR2004
        return Fault("it refuses the token (401)", "the token has expired, was revoked or is not one of this server")
    if "SAML" in words or "x-github-sso" in headers:
        return Fault("the token is closed out by single sign-on (403)", SSO_HINT)
    if status == 403:  # noqa: PLR2004
        return Fault(f"it forbids the request (403): {words}", TOKEN_HINT)
    if status == 404:  # noqa: PLR2004
        hint = "an Enterprise server is https://HOST/api/v3; an app needs its own installation_id"
        return Fault("there is no GitHub API at this address (404)", hint)
    return Fault(f"it answers {status}: {words}")


def _first_line(text: Any) -> str:
    """At most 200 characters of what GitHub says, on one line."""
    return " ".join(str(text or "no reason given").split())[:200]
