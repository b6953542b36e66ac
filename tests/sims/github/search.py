"""GitHub issue-search syntax: parse a query string and evaluate it over the data set.

Two modes, because GitHub changed it (changelog 2025-03-06, default since 2025-09-04):
  advanced  repeated repo:/org:/user:/is: qualifiers are AND-ed -> `repo:a/b repo:a/c` finds NOTHING;
            use `(repo:a/b OR repo:a/c)`
  legacy    repeated repo:/org:/user: are OR-ed; no parentheses (GHES before 3.18 or so)
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable

Item = dict[str, Any]
Pred = Callable[[dict[str, Any], Item], bool]  # (repo, item) -> bool


class SearchError(Exception):
    """-> HTTP 422 on REST"""


TOKEN = re.compile(r'\(|\)|-?[A-Za-z][\w-]*:(?:"[^"]*"|[^\s()]+)|"[^"]*"|[^\s()]+')
QUALIFIERS = {
    "is",
    "type",
    "state",
    "repo",
    "org",
    "user",
    "author",
    "label",
    "milestone",
    "merged",
    "closed",
    "created",
    "updated",
    "base",
    "head",
    "draft",
    "no",
    "archived",
    "reason",
    "sort",
    "in",
    "linked",
    "review",
    "assignee",
}


def tokens(q: str) -> list[str]:
    return TOKEN.findall(q)


def parse_date(text: str, end: bool) -> datetime:
    """A date alone covers the whole day (UTC)."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            d = datetime.fromisoformat(text).replace(tzinfo=timezone.utc)
            return d + timedelta(days=1) - timedelta(seconds=1) if end else d
        d = datetime.fromisoformat(text.replace("Z", "+00:00"))
        return d if d.tzinfo else d.replace(tzinfo=timezone.utc)
    except ValueError:
        raise SearchError(
            f'"{text}" is not a recognized date/time format. Please provide an ISO 8601 date/time value, such as YYYY-MM-DD.'
        )


def date_pred(fieldname: str, value: str) -> Pred:
    m = re.match(r"(>=|<=|>|<)(.*)", value)
    if m:
        op, text = m.groups()
        low = parse_date(text, end=op in (">", "<="))
        cmp = {">=": lambda t: t >= low, "<=": lambda t: t <= low, ">": lambda t: t > low, "<": lambda t: t < low}[op]
    elif ".." in value:
        a, b = value.split("..", 1)
        lo = None if a == "*" else parse_date(a, False)
        hi = None if b == "*" else parse_date(b, True)
        cmp = lambda t: (lo is None or t >= lo) and (hi is None or t <= hi)  # both ends inclusive
    else:
        lo2, hi2 = parse_date(value, False), parse_date(value, True)
        cmp = lambda t: lo2 <= t <= hi2
    return lambda repo, it: (
        bool(it.get(fieldname)) and cmp(datetime.fromisoformat(it[fieldname].replace("Z", "+00:00")))
    )


def qualifier(name: str, value: str) -> Pred:
    v = value.strip('"')
    lv = v.lower()
    if name in ("merged", "closed", "created", "updated"):
        return date_pred(f"{name}_at", v)
    if name == "repo":
        return lambda repo, it: f"{repo['owner']}/{repo['name']}".lower() == lv  # an old (renamed) name finds nothing
    if name in ("org", "user"):
        return lambda repo, it: repo["owner"].lower() == lv
    if name in ("is", "type", "state"):
        table: dict[str, Pred] = {
            "pr": lambda r, i: i["kind"] == "pr",
            "pull-request": lambda r, i: i["kind"] == "pr",
            "issue": lambda r, i: i["kind"] == "issue",
            "open": lambda r, i: i["state"] == "OPEN",
            "closed": lambda r, i: i["state"] != "OPEN",
            "merged": lambda r, i: i["state"] == "MERGED",
            "unmerged": lambda r, i: i["kind"] == "pr" and i["state"] != "MERGED",
            "draft": lambda r, i: bool(i.get("draft")),
            "public": lambda r, i: not r["private"],
            "private": lambda r, i: r["private"],
        }
        if lv not in table:
            raise SearchError(f"unknown {name}:{v}")
        return table[lv]
    if name == "author":
        lv = lv.removeprefix("app/") + ("[bot]" if lv.startswith("app/") else "")
        return lambda r, i: (i["author"] or "").lower() == lv
    if name == "assignee":
        return lambda r, i: lv in [a.lower() for a in i["assignees"]]
    if name == "label":
        wanted = [x.strip('"').lower() for x in value.split(",")]
        return lambda r, i: any(w in [x.lower() for x in i["labels"]] for w in wanted)
    if name == "milestone":
        return lambda r, i: any(m["title"].lower() == lv and m["number"] == i["milestone"] for m in r["milestones"])
    if name in ("base", "head"):
        return lambda r, i: i.get(name, "") == v if name == "base" else i.get("head", "").startswith(v)
    if name == "draft":
        return lambda r, i: bool(i.get("draft")) == (lv == "true")
    if name == "no":
        f = {"label": "labels", "milestone": "milestone", "assignee": "assignees"}.get(lv, "?")
        return lambda r, i: not i.get(f)
    if name == "archived":
        return lambda r, i: r["archived"] == (lv == "true")
    if name == "reason":
        return lambda r, i: (i.get("state_reason") or "").lower().replace("_", " ") == lv
    if name == "linked":
        return lambda r, i: bool(i.get("closes"))
    if name == "review":
        return lambda r, i: any(x["state"].lower() == lv for x in i.get("reviews", []))
    return lambda r, i: True  # in:, sort:


def compile_query(q: str, mode: str = "advanced", operator_limit: int = 5) -> tuple[Pred, str]:
    """-> (predicate, sort such as 'created-asc')"""
    toks = tokens(q)
    text_len = sum(len(t) for t in toks if ":" not in t and t not in ("AND", "OR", "NOT", "(", ")"))
    if text_len > 256:
        raise SearchError("The search is longer than 256 characters.")
    if operator_limit and sum(t in ("AND", "OR", "NOT") for t in toks) > operator_limit:
        raise SearchError(f"More than five AND / OR / NOT operators were used.")
    sort = next((t.split(":", 1)[1] for t in toks if t.startswith("sort:")), "")
    pos = 0

    def atom() -> Pred:
        nonlocal pos
        if pos >= len(toks):
            raise SearchError("The search query is incomplete.")
        t = toks[pos]
        pos += 1
        if t == "(":
            p = or_()
            if pos >= len(toks) or toks[pos] != ")":
                raise SearchError("Unbalanced parentheses.")
            pos += 1
            return p
        if t == "NOT":
            inner = atom()
            return lambda r, i: not inner(r, i)
        m = re.match(r"(-?)([A-Za-z][\w-]*):(.+)", t)
        if m and m.group(2).lower() in QUALIFIERS:
            p = qualifier(m.group(2).lower(), m.group(3))
            return (lambda r, i: not p(r, i)) if m.group(1) else p
        needle = t.strip('"').lower()
        return lambda r, i: needle in (i["title"] or "").lower() or needle in (i["body"] or "").lower()

    def and_() -> Pred:
        nonlocal pos
        parts, groups = [], {}
        while pos < len(toks) and toks[pos] not in (")", "OR"):
            if toks[pos] == "AND":
                pos += 1
                continue
            name = toks[pos].split(":", 1)[0].lower()
            p = atom()
            if mode == "legacy" and name in ("repo", "org", "user"):
                groups.setdefault("scope", []).append(p)
            else:
                parts.append(p)
        if not parts and not groups:
            raise SearchError("The search query is incomplete.")
        return lambda r, i: all(p(r, i) for p in parts) and all(any(p(r, i) for p in g) for g in groups.values())

    def or_() -> Pred:
        nonlocal pos
        alts = [and_()]
        while pos < len(toks) and toks[pos] == "OR":
            pos += 1
            alts.append(and_())
        return alts[0] if len(alts) == 1 else (lambda r, i: any(a(r, i) for a in alts))

    if not toks:
        raise SearchError("The search query is empty.")
    pred = or_()
    if pos != len(toks):
        raise SearchError("Unbalanced parentheses.")
    return pred, sort


def order(found: list[tuple[dict[str, Any], Item]], sort: str) -> list[tuple[dict[str, Any], Item]]:
    name, _, direction = (sort or "best").partition("-")
    key = {"created": "created_at", "updated": "updated_at"}.get(name)
    if key:
        return sorted(found, key=lambda x: (x[1][key], x[1]["db_id"]), reverse=direction != "asc")
    if name == "comments":
        return sorted(found, key=lambda x: x[1]["comments"], reverse=direction != "asc")
    return sorted(found, key=lambda x: (x[1]["db_id"] * 2654435761) & 0xFFFFFFFF)  # "best match": an arbitrary order
