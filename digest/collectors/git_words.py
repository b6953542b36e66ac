"""A commit message → the title of the change, its text, the branch that was merged, and what it says it belongs to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from digest.model import Link, Relation
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from digest.collectors.git_parse import Commit

KEY_DIGITS = 12
MAX_BODY = 65_536
"""Characters of a message that are kept; as many as GitHub takes for a pull request."""

MERGES = (
    # GitHub, Gitea, and bots that merge: the title of the pull request is the first line of the body.
    regex(r"Merge (?:pull request|PR) (?P<mark>#)(?P<number>\d+)(?: from [^/\s]+[/:](?P<branch>\S+))?.*"),
    regex(r"Auto merge of (?P<mark>#)(?P<number>\d+)(?: - (?P<branch>[^\s,]+))?.*"),
    # Bitbucket.
    regex(r"Merged in (?P<branch>\S+) \(pull request (?P<mark>#)(?P<number>\d+)\)"),
    # GitLab and plain git.
    regex(r"Merge (?:remote-tracking )?branch(?:es)? '(?:origin/)?(?P<branch>[^']+)'.*"),
)
TITLED = (
    regex(r"Merged PR (?P<number>\d+): (?P<title>.+)"),  # Azure DevOps
    regex(r"Pull request #(?P<number>\d+): (?P<title>.+)"),  # Bitbucket Server
    regex(r"Merge (?:[\w.-]+/[\w.-]+)?#(?P<number>\d+): (?P<title>.+)"),  # github-merge.py, as Bitcoin Core has it
)
NUMBERS_AT_END = regex(r"((?:\s*\([#!]\d+\))+)\.?\s*$")
NUMBER = regex(r"([#!])(\d+)")
MERGE_REQUEST = regex(r"^See merge request (\S*![0-9]+)\s*$", re.MULTILINE)

REVERTED = regex(r"\bThis reverts commits? ((?:[0-9a-f]{7,64}(?:,? and |, ?|\s)?)+)", re.IGNORECASE)
REVERTED_REQUEST = regex(r"^(?:Reverts|This reverts merge request) ([\w./-]*[#!]\d+)\b", re.MULTILINE)
REVERTING = regex(
    r"\b(?:revert|reapply|reland|re-apply|back(?:ed|ing)? ?out|roll(?:ed|ing)? ?back|undo)", re.IGNORECASE
)
SQUASHED = regex(r"^\* \S", re.MULTILINE)
PICKED = regex(r"^\(cherry[- ]picked from commit ([0-9a-f]{7,64})\b", re.MULTILINE | re.IGNORECASE)
ID = regex(r"[0-9a-f]{7,64}", re.IGNORECASE)

CO_AUTHOR = regex(r"^co-authored-by:[ \t]*(?P<name>[^<\n]*?)[ \t]*<(?P<mail>[^>\n]*)>", re.MULTILINE | re.IGNORECASE)
BOT_NAME = regex(
    r"\[bot\]|(?:^|[\s_-])(?:ro)?bot\d*$"
    r"|^(?:dependabot|renovate|github-actions|greenkeeper|snyk|pyup|weblate|imgbot|mergify|allcontributors"
    r"|bors|homu|rustbot|rust-timer|web-flow|semantic-release|release-please|copybara|jenkins)\b",
    re.IGNORECASE,
)
BOT_MAIL = regex(
    r"\[bot\]@|^(?:bot|robot|dependabot|renovate|support\+dependabot|\d+\+copilot)[@+.]|@(?:dependabot|renovate)"
    r"|^(?:noreply@anthropic\.com|cursoragent@|copilot@)",
    re.IGNORECASE,
)


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """What a message says. `request` is the pull request that the change came in by, as `#412` or `acme/pay!12`."""

    title: str
    body: str = ""
    branch: str = ""
    request: str = ""
    links: tuple[Link, ...] = ()


def read_words(
    commit: Commit, parts: tuple[Commit, ...] = (), *, slug: str = "", known: Mapping[str, str] | None = None
) -> Words:
    """What the message of a commit says.

    Args:
        commit: a commit of the main line.
        parts: the commits inside it, where it is a merge.
        slug: `acme/pay` where the remote is known; it goes before the number of a pull request.
        known: abbreviated (7 digits) → full ids, to resolve ids that a message abbreviates.
    """
    title, body, branch, request = _own(commit, parts)
    title, numbers = _without_numbers(title)
    if numbers and not request:
        request = numbers.pop()
    if found := MERGE_REQUEST.search(body):
        request = found[1]
        body = MERGE_REQUEST.sub("", body).strip()
    request = _full(request, slug)
    links = [Link(relation="pull_request", target=request)] if request else []
    links += [Link(relation="mentions", target=_full(number, slug)) for number in numbers]
    single = parts[0].body if len(parts) == 1 else ""
    links += _origins(title, f"{body}\n{single}", slug, known or {})
    return Words(title=title, body=body[:MAX_BODY], branch=branch, request=request, links=tuple(dict.fromkeys(links)))


def _own(commit: Commit, parts: tuple[Commit, ...]) -> tuple[str, str, str, str]:
    """Title, body, branch and number; of a merge the title that the change itself has."""
    subject, body = " ".join(commit.subject.split()), commit.body
    for pattern in TITLED:
        if found := pattern.fullmatch(subject):
            return found["title"], body, "", f"#{found['number']}"
    found = next((m for pattern in MERGES if (m := pattern.fullmatch(subject))), None)
    if not found:
        return subject, body, "", ""
    named = found.groupdict()
    number = f"{named['mark']}{named['number']}" if named.get("number") else ""
    branch = named["branch"] or ""
    first, _, rest = body.partition("\n")
    if first.strip() and not MERGE_REQUEST.fullmatch(first) and (number or MERGE_REQUEST.search(body)):
        return " ".join(first.split()), rest.strip(), branch, number
    if number and len(parts) == 1:
        return " ".join(parts[0].subject.split()), body or parts[0].body, branch, number
    return subject, body, branch, number


def _without_numbers(title: str) -> tuple[str, list[str]]:
    """The title without `(#12)` at its end, and those numbers in their order."""
    found = NUMBERS_AT_END.search(title)
    if not found or not title[: found.start()].strip():
        return title, []
    return title[: found.start()].rstrip(), [m[0] for m in NUMBER.finditer(found[1])]


def _full(request: str, slug: str) -> str:
    return f"{slug}{request}" if request[:1] in {"#", "!"} else request


def _origins(title: str, text: str, slug: str, known: Mapping[str, str]) -> Iterator[Link]:
    """What the change reverts or was picked from.

    In the list of messages of a squashed branch a revert is, as a rule, of a commit of that branch: it says nothing of
    the whole, unless the title does.
    """
    if REVERTING.search(title) or not SQUASHED.search(text):
        for found in REVERTED.finditer(text):
            yield from _commits("reverts", ID.findall(found[1]), known)
        for found in REVERTED_REQUEST.finditer(text):
            yield Link(relation="reverts", target=_full(found[1], slug))
    yield from _commits("picks", PICKED.findall(text), known)


def _commits(relation: Relation, ids: list[str], known: Mapping[str, str]) -> Iterator[Link]:
    for abbreviated in ids:
        full = abbreviated.lower()
        if len(full) < KEY_DIGITS:
            full = known.get(full[:7], "")
        if full.startswith(abbreviated.lower()[:KEY_DIGITS]) and full:
            yield Link(relation=relation, target=full[:KEY_DIGITS])


def is_bot(name: str, mail: str) -> bool:
    """Whether an author is a program."""
    return bool(BOT_NAME.search(name) or BOT_MAIL.search(mail))


def people(commit: Commit, parts: tuple[Commit, ...]) -> tuple[tuple[str, ...], bool]:
    """Who made the change, the author first, and whether a program did.

    Who pressed the button of a merge did not make what it holds: there the authors of the commits inside are named.
    """
    makers = [(part.author, part.mail) for part in parts] or [(commit.author, commit.mail)]
    others = [(m["name"], m["mail"]) for c in (commit, *parts) for m in CO_AUTHOR.finditer(c.body)]
    bot = all(is_bot(*maker) for maker in makers)
    named = [name for name, mail in makers + others if name and (bot or not is_bot(name, mail))]
    return tuple(dict.fromkeys(named)), bot
