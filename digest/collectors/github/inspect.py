"""`digest check` for GitHub: one line for each thing that works, and one error that names all that does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from digest.collectors.fault import Fault
from digest.collectors.github.asks import BOARD
from digest.collectors.github.wire import connect
from digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from digest.collectors.github import GitHub
    from digest.collectors.github.line import Answer

AT_ONCE = 50
LIMIT = "rateLimit { limit remaining resetAt }"


def inspect(source: GitHub, *, clock: Callable[[], float], sleep: Callable[[float], None]) -> Iterator[str]:
    """What `GitHub.check` yields.

    Raises:
        SourceError: what cannot be read, and what to do.
    """
    wire = connect(source, clock=clock, sleep=sleep)
    wrong: list[tuple[str, Fault]] = []
    repos = [source.repos[start : start + AT_ONCE] for start in range(0, len(source.repos), AT_ONCE)]
    try:
        for turn, scopes in enumerate([*repos, *((BOARD + board,) for board in source.boards)]):
            answer = wire.ask(_question(scopes, LIMIT if source.app_id else f"viewer {{ login }} {LIMIT}"))
            if turn == 0:
                yield from _who(answer, source)
            for k, scope in enumerate(scopes):
                if fault := answer.fault(f"a{k}"):
                    wrong.append((scope, fault))
                else:
                    yield _access(scope, answer.data[f"a{k}"])
    except Fault as fault:
        raise SourceError(f"[collectors.{source.name}] {source.url}: {fault.what}", fault.hint) from None
    finally:
        wire.close()
    if wrong:
        names = "; ".join(f"{scope}: {fault.what}" for scope, fault in wrong)
        raise SourceError(f"[collectors.{source.name}] {names}", wrong[0][1].hint)


def _question(scopes: tuple[str, ...], who: str) -> tuple[str, dict[str, str]]:
    heads, parts, variables = list[str](), [who], dict[str, str]()
    for k, scope in enumerate(scopes):
        owner, _, name = scope.removeprefix("org:").removeprefix(BOARD).partition("/")
        variables[f"o{k}"] = owner
        heads.append(f"$o{k}: String!")
        if scope.startswith(BOARD):
            board = f"board: projectV2(number: {name}) {{ title public items {{ totalCount }} }}"
            parts.append(f"a{k}: repositoryOwner(login: $o{k}) {{ ... on ProjectV2Owner {{ {board} }} }}")
        elif name:
            variables[f"n{k}"] = name
            heads.append(f"$n{k}: String!")
            parts.append(f"a{k}: repository(owner: $o{k}, name: $n{k}) {{ nameWithOwner isPrivate isArchived }}")
        else:
            parts.append(f"a{k}: repositoryOwner(login: $o{k}) {{ login repositories {{ totalCount }} }}")
    return f"query Check({', '.join(heads)}) {{ {' '.join(parts)} }}", variables


def _who(answer: Answer, source: GitHub) -> Iterator[str]:
    limit = answer.data["rateLimit"]
    yield f"signed in as {f'app {source.app_id}' if source.app_id else answer.data['viewer']['login']}"
    if limit:
        yield f"rate limit: {limit['remaining']} of {limit['limit']} points left until {limit['resetAt']}"


def _access(scope: str, told: dict[str, Any]) -> str:
    if "board" in told:
        kind = "public" if told["board"]["public"] else "private"
        return f"{scope}: {told['board']['title']}, {told['board']['items']['totalCount']} cards ({kind})"
    if "repositories" in told:
        return f"{scope}: {told['repositories']['totalCount']} repositories"
    words = ["private" if told["isPrivate"] else "public"]
    if told["isArchived"]:
        words.append("archived")
    if told["nameWithOwner"].lower() != scope.lower():
        words.append(f"now called {told['nameWithOwner']}")
    return f"{scope}: can be read ({', '.join(words)})"
