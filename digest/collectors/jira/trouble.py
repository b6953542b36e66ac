"""What an error of the `jira` package or of the network means: a sentence, what to do, and whether to try again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from digest.collectors.fault import asked_wait

if TYPE_CHECKING:
    from collections.abc import Iterable

PASSING = {429, 500, 502, 503, 504}
BUSY = 429
BAD_QUERY = 400
NOWHERE = 404
REMOVED = 410
LONGEST_QUOTE = 300

NEW_TOKEN = "make a new token and see that its account may browse the projects"  # noqa: S105 - it is advice
UNSTABLE = "is the network stable?"
WRONG_URL = "url is the address in front of /browse, like https://acme.atlassian.net"

STATUS: dict[int, tuple[str, str]] = {
    BAD_QUERY: ("the query was refused (HTTP 400)", "see projects and jql"),
    401: ("the token was refused or has expired (HTTP 401)", NEW_TOKEN + "; Cloud wants user, the e-mail address, too"),
    403: ("access is forbidden (HTTP 403)", "log in once in the browser (a captcha may wait); " + NEW_TOKEN),
    NOWHERE: ("there is no Jira at this address (HTTP 404)", WRONG_URL),
    REMOVED: ("this address of Jira was removed (HTTP 410)", "upgrade digest"),
    BUSY: ("too many requests (HTTP 429)", "run again later"),
}


class Trouble(msgspec.Struct, frozen=True):
    """What went wrong with one request.

    Attributes:
        passing: it may go by; trying again makes sense.
        after: the seconds that the server asks to wait, None where it says nothing.
        status: of HTTP, 0 where there was no answer.
    """

    what: str
    hint: str = ""
    passing: bool = False
    after: float | None = None
    status: int = 0

    def wait(self, attempt: int) -> float:
        """How many seconds to wait after the attempt of that number, counted from 1."""
        if self.after is not None:
            return max(self.after, 1.0)
        return float((5 if self.status == BUSY else 1) << (attempt - 1))

    @classmethod
    def empty(cls, path: str) -> Trouble:
        """An answer without content, or of another shape than the interface has."""
        return cls(f"{path}: the answer was empty", "a proxy may stand between; " + WRONG_URL, passing=True)

    @classmethod
    def refused(cls) -> Trouble:
        """An answer as to somebody unknown."""
        what, hint = STATUS[401]
        return cls(what.replace(" (HTTP 401)", ""), hint)

    @classmethod
    def no_jira(cls) -> Trouble:
        """JSON, but not Jira's."""
        return cls("what answers there is no Jira", WRONG_URL)

    @classmethod
    def hidden(cls, user: str, keys: Iterable[str]) -> Trouble:
        """Projects that the account cannot see, or that are not there."""
        return cls(f"{user} sees no project {', '.join(keys)}", "are the keys right, may the account browse them?")


def diagnose(error: Exception, path: str) -> Trouble:
    """What `error` means; its own text is never used, for it may hold the answer's body."""
    from jira import JIRAError
    from requests import exceptions as problem

    if isinstance(error, JIRAError):
        return _of_status(error.response, error.status_code or 0)
    if isinstance(error, problem.JSONDecodeError):
        return _of_text(error.doc, path)
    if isinstance(error, RecursionError):
        return Trouble(f"{path}: the answer is no JSON of Jira's", WRONG_URL)
    table = (
        (problem.SSLError, Trouble("its certificate is not trusted", "REQUESTS_CA_BUNDLE=file names your authority")),
        (problem.Timeout, Trouble(f"{path}: no answer in time", "is the site up?", passing=True)),
        (problem.ChunkedEncodingError, Trouble(f"{path}: the answer broke off", UNSTABLE, passing=True)),
        (problem.ConnectionError, Trouble("the connection failed", "is url right and the network up?", passing=True)),
        (problem.TooManyRedirects, Trouble("it redirects for ever", WRONG_URL)),
    )
    other = Trouble(f"{path}: {type(error).__name__}", WRONG_URL)
    return next((trouble for kind, trouble in table if isinstance(error, kind)), other)


def _of_text(text: str, path: str) -> Trouble:
    if text.lstrip().startswith("<"):
        return Trouble(
            f"{path}: a web page came instead of data", "a login page or proxy stands in front; " + WRONG_URL
        )
    return Trouble(f"{path}: the answer is no whole JSON", UNSTABLE, passing=True)


def _of_status(response: Any, status: int) -> Trouble:
    what, hint = STATUS.get(status, (f"Jira failed (HTTP {status})", "run again later"))
    if status == BAD_QUERY and (said := _messages(response)):
        what = f"{what}: {said}"
    after = asked_wait(response.headers) if response is not None else None
    return Trouble(what, hint, passing=status in PASSING, after=after, status=status)


def _messages(response: Any) -> str:
    """What Jira says about a query that it refuses, on one line; nothing where the answer is not Jira's."""
    try:
        body = response.json()
    except (AttributeError, ValueError):
        return ""
    said = body.get("errorMessages") if isinstance(body, dict) else None
    words = " ".join(str(m) for m in said) if isinstance(said, list) else ""
    return " ".join(re.sub(r"[^\S ]|[\x00-\x1f\x7f]", " ", words).split())[:LONGEST_QUOTE]
