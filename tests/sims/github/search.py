"""GitHub's search of issues and pull requests: a query in its words, read and evaluated over the data set.

Two modes, because GitHub changed it in 2025:

    advanced  qualifiers that are repeated must all hold: `repo:a/b repo:a/c` finds nothing, `(repo:a/b OR repo:a/c)` both
    legacy    repeated `repo:`, `org:` and `user:` are alternatives; older Enterprise servers
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sims.github.records import iso

Item = dict[str, Any]
Predicate = Callable[[Item, Item], bool]
"""(repository, item) → whether it is found."""

TOKEN = re.compile(r'\(|\)|-?[A-Za-z][\w-]*:(?:"[^"]*"|[^\s()]+)|"[^"]*"|[^\s()]+')
QUALIFIER = re.compile(r"(-?)([A-Za-z][\w-]*):(.+)")
DATED = {"merged", "closed", "created", "updated"}
SCOPES = {"repo", "org", "user"}
COMPARED: dict[str, Callable[[str, str], bool]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}
IS: dict[str, Predicate] = {
    "pr": lambda _, i: i["kind"] == "pr",
    "issue": lambda _, i: i["kind"] == "issue",
    "open": lambda _, i: i["state"] == "OPEN",
    "closed": lambda _, i: i["state"] != "OPEN",
    "merged": lambda _, i: i["state"] == "MERGED",
    "unmerged": lambda _, i: i["kind"] == "pr" and i["state"] != "MERGED",
    "draft": lambda _, i: bool(i.get("draft")),
}


class SearchError(Exception):
    """A query that GitHub refuses."""


def tokens(query: str) -> list[str]:
    """The words of a query: qualifiers with their values, quoted phrases, parentheses."""
    return TOKEN.findall(query)


def compile_query(query: str, mode: str = "advanced", operator_limit: int = 5) -> tuple[Predicate, str]:
    """What a query finds, and in which order: `created-asc`."""
    words = tokens(query)
    if not words:
        raise SearchError("The search query is empty.")
    if operator_limit and sum(w in {"AND", "OR", "NOT"} for w in words) > operator_limit:
        raise SearchError("More than five AND / OR / NOT operators were used.")
    sort = next((w.partition(":")[2] for w in words if w.startswith("sort:")), "")
    parser = _Parser(words, mode)
    predicate = parser.either()
    if parser.left:
        raise SearchError("Unbalanced parentheses.")
    return predicate, sort


def order(found: list[tuple[Item, Item]], sort: str) -> list[tuple[Item, Item]]:
    """What was found in the order asked for; without one in an arbitrary order ("best match")."""
    name, _, direction = sort.partition("-")
    key = {"created": "created_at", "updated": "updated_at"}.get(name)
    if key:
        return sorted(found, key=lambda x: (x[1][key], x[1]["db_id"]), reverse=direction != "asc")
    return sorted(found, key=lambda x: (x[1]["db_id"] * 2654435761) & 0xFFFFFFFF)


class _Parser:
    """Reads words into a predicate; NOT binds closest, then AND (which may be left out), then OR."""

    def __init__(self, words: list[str], mode: str) -> None:
        self.left = words[::-1]
        self._mode = mode

    def either(self) -> Predicate:
        choices = [self._all()]
        while self.left and self.left[-1] == "OR":
            self.left.pop()
            choices.append(self._all())
        return lambda r, i: any(c(r, i) for c in choices)

    def _all(self) -> Predicate:
        parts, scopes = list[Predicate](), list[Predicate]()
        while self.left and self.left[-1] not in {")", "OR"}:
            if self.left[-1] == "AND":
                self.left.pop()
                continue
            is_scope = self._mode == "legacy" and self.left[-1].partition(":")[0].lower() in SCOPES
            (scopes if is_scope else parts).append(self._one())
        if not parts and not scopes:
            raise SearchError("The search query is incomplete.")
        return lambda r, i: all(p(r, i) for p in parts) and (not scopes or any(s(r, i) for s in scopes))

    def _one(self) -> Predicate:
        if not self.left:
            raise SearchError("The search query is incomplete.")
        word = self.left.pop()
        if word == "(":
            inner = self.either()
            if not self.left or self.left.pop() != ")":
                raise SearchError("Unbalanced parentheses.")
            return inner
        if word == "NOT":
            inner = self._one()
            return lambda r, i: not inner(r, i)
        if found := QUALIFIER.match(word):
            inner = _qualifier(found[2].lower(), found[3].strip('"'))
            return (lambda r, i: not inner(r, i)) if found[1] else inner
        text = word.strip('"').lower()
        return lambda _, i: text in i["title"].lower() or text in (i["body"] or "").lower()


def _qualifier(name: str, value: str) -> Predicate:
    low = value.lower()
    login = low.removeprefix("app/") + "[bot]" * low.startswith("app/")
    if name in DATED:
        return _dated(f"{name}_at", value)
    if name in {"is", "type", "state"} and low in IS:
        return IS[low]
    plain: dict[str, Predicate] = {
        "repo": lambda r, _: f"{r['owner']}/{r['name']}".lower() == low,  # a former name finds nothing
        "org": lambda r, _: r["owner"].lower() == low,
        "user": lambda r, _: r["owner"].lower() == low,
        "draft": lambda _, i: bool(i.get("draft")) == (low == "true"),
        "author": lambda _, i: (i["author"] or "").lower() == login,
        "label": lambda _, i: low in [x.lower() for x in i["labels"]],
        "base": lambda _, i: i.get("base") == value,
        "sort": lambda *_: True,
    }
    if name not in plain:
        raise SearchError(f"unknown {name}:{value}")
    return plain[name]


def _dated(field: str, value: str) -> Predicate:
    """`A..B` with both ends included, `>=A` and its kin, or a day; instants compare as the texts that they are."""
    if found := re.match(r"(>=|<=|>|<)(.*)", value):
        compare, bound = COMPARED[found[1]], _instant(found[2], end=found[1] in {">", "<="})
        return lambda _, i: bool(i.get(field)) and compare(i[field], bound)
    first, _, last = value.partition("..") if ".." in value else (value, "", value)
    low = "" if first == "*" else _instant(first, end=False)
    high = "~" if last == "*" else _instant(last, end=True)
    return lambda _, i: bool(i.get(field)) and low <= i[field] <= high


def _instant(text: str, *, end: bool) -> str:
    """An instant as the data set writes it; a date alone stands for the whole day in UTC."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise SearchError(f'"{text}" is not a recognized date/time format.') from None
    instant = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    is_day = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    return iso(instant + timedelta(days=1, seconds=-1) if end and is_day else instant)
