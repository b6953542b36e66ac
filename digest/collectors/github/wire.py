"""The wire to GitHub: a question or two at a time through PyGithub, asked again with patience until the deadline."""

from __future__ import annotations

from functools import cache, partial
from queue import SimpleQueue
from threading import Lock
from typing import TYPE_CHECKING

from digest.collectors.fault import Fault
from digest.collectors.github.faults import of_exception
from digest.collectors.github.line import Answer, Line, Question, Sent
from digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    import github
    from github import GithubException

    from digest.collectors.github import GitHub

LANES = 2
"""How many questions are under way at once while all is well; GitHub allows a hundred, and likes few."""

BURST = 30.0
"""Seconds of answering after which a run goes on one question at a time: in a minute GitHub gives sixty of them."""

TIMEOUT = 20
"""Seconds that one answer may take; GitHub itself gives up after ten."""

TRIES = 5
LONGEST_PAUSE = 16.0


class Wire:
    """Asks GitHub; guards the deadline, and how often in a row it went wrong."""

    def __init__(
        self,
        make: Callable[[int], github.Github],
        *,
        until: float,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        self._until = until
        self._clock = clock
        self._sleep = sleep
        self._idle = SimpleQueue[Line]()
        for _ in range(LANES):
            self._idle.put(Line(make))
        self._took: list[float] = []
        self._row = 0
        self._troubled = False

    @property
    def lanes(self) -> int:
        """How many questions may be under way at once: a single one from the first trouble on."""
        return 1 if self._troubled or sum(self._took) >= BURST else LANES

    def ahead(self, question: Question) -> Sent:
        """Send a question at once; `ask` is given what comes of it. At most `lanes` at a time."""
        import github  # noqa: F401 - here, because two threads that load it at once get into each other's way

        return Sent(partial(self._send, question))

    def ask(self, question: Question, sent: Sent | None = None) -> Answer:
        """GitHub's answer to a question, which may have been sent ahead.

        Raises:
            Fault: there is none: after all patience, or at once (but after a pause) where a smaller query may pass.
        """
        tries = 0
        while True:
            try:
                answer = sent.answer() if sent else self._send(question)
            except Fault as fault:
                sent, self._troubled = None, True
                tries += fault.wait is None
                self._pause(fault, tries)
                if fault.heavy:
                    raise
            else:
                self._row = 0
                return answer

    def close(self) -> None:
        """Give the connections back; one over which an answer is still to come goes with its thread."""
        while not self._idle.empty():
            self._idle.get().close()

    def _send(self, question: Question) -> Answer:
        import requests
        from github import GithubException

        begun = self._clock()
        if begun >= self._until:
            raise Fault("not finished in time", "raise `deadline`")
        line = self._idle.get()
        try:
            answer = line.send(question, max(1, min(TIMEOUT, int(self._until - begun))))
        except GithubException as error:
            if partial := _partial(error):
                return partial
            raise of_exception(error, self._clock()) from None
        except (requests.RequestException, ValueError, TypeError, AttributeError, RuntimeError) as error:
            raise of_exception(error, self._clock()) from None
        finally:
            self._idle.put(line)
            self._took.append(self._clock() - begun)
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
            raise of_exception(ValueError(), self._clock())
        return Answer(data=answer["data"])

    def _pause(self, fault: Fault, tries: int) -> None:
        """Wait until it makes sense to ask again; raises the fault where it does not."""
        wait = max(min(2.0**self._row, LONGEST_PAUSE), fault.wait or 0)
        self._row += 1
        if not fault.again or tries >= TRIES:
            raise fault
        if self._clock() + wait >= self._until:
            what = f"{fault.what}; the deadline does not allow to wait"
            raise Fault(what, fault.hint or "raise `deadline`", wait=fault.wait)
        self._sleep(wait)


def _partial(error: GithubException) -> Answer | None:
    """The data that PyGithub throws away with the errors beside it; None where the errors are about all of it."""
    told = error.data if isinstance(error.data, dict) else {}
    errors = [e for e in told.get("errors") or () if isinstance(e, dict)]
    if isinstance(told.get("data"), dict) and all(e.get("path") for e in errors):
        return Answer(data=told["data"], errors=tuple(errors))
    return None


def connect(source: GitHub, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Wire:
    """A wire with the credentials of `source`.

    Raises:
        DigestError: the secret cannot be read or is none.
    """
    sign_in = _app(source) if source.app_id else _token(source)
    turn = Lock()

    def make(timeout: int) -> github.Github:
        from github import Github

        # Few requests go out, so PyGithub's own pace (a POST counts as a write) only costs time; its own retries know
        # no deadline. An app asks for its token here, that two clients need not do it both.
        with turn:
            auth = sign_in()
            client = Github(
                auth=auth,
                base_url=source.url,
                timeout=timeout,
                retry=None,
                seconds_between_requests=0,
                seconds_between_writes=0,
                user_agent="digest",
            )
            _ = auth.token
        return client

    return Wire(make, until=clock() + source.deadline, clock=clock, sleep=sleep)


def _token(source: GitHub) -> Callable[[], github.Auth.Auth]:
    token = source.token.reveal(source.root)
    if not (token.isascii() and token.isprintable()) or " " in token:
        raise SourceError(f"[collectors.{source.name}]: what stands at `token` is no token")

    def sign_in() -> github.Auth.Auth:
        from github import Auth

        return Auth.Token(token)

    return sign_in


def _app(source: GitHub) -> Callable[[], github.Auth.Auth]:
    """The installation of a GitHub App; by default that which holds what stands first."""
    assert source.private_key
    pem = source.private_key.reveal(source.root)

    @cache
    def sign_in() -> github.Auth.Auth:
        import jwt
        from github import Auth, GithubException

        app = Auth.AppAuth(str(source.app_id), pem)
        try:
            app.create_jwt()
            return app.get_installation_auth(source.installation_id or _installation(source, app))
        except (jwt.PyJWTError, ValueError, TypeError):
            raise Fault("what stands at `private_key` is no RSA key in PEM") from None
        except GithubException as error:
            if error.status != 404:  # noqa: PLR2004 - "not found" means "not installed" here
                raise
            raise Fault(
                f"the app is not installed for {(*source.repos, *source.boards)[0]}", "install it there"
            ) from None

    return sign_in


def _installation(source: GitHub, app: github.Auth.AppAuth) -> int:
    from github import GithubIntegration

    owner, _, name = (*source.repos, *source.boards)[0].removeprefix("org:").partition("/")
    with GithubIntegration(auth=app, base_url=source.url, timeout=TIMEOUT, retry=None) as api:
        return (api.get_repo_installation(owner, name) if name and source.repos else api.get_org_installation(owner)).id
