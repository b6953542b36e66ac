"""A small JQL: parse a query and evaluate it over the data set's issues.

Dates are read in the *user's* time zone with minute precision, as Jira does; ISO date-times with T or an offset are refused;
an unquoted number is milliseconds since 1970.
Fields: project key id issuetype/type status statusCategory resolution resolved/resolutiondate created updated statusCategoryChangedDate
duedate/due labels component fixVersion assignee reporter priority parent "Epic Link" sprint summary description text "Story Points".
Operators: = != > >= < <= ~ !~ IN, NOT IN, IS [NOT] EMPTY, WAS, CHANGED [FROM x] [TO y] [DURING (a, b)] [AFTER a] [BEFORE b]; AND OR NOT ( ); ORDER BY.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, Callable
from zoneinfo import ZoneInfo

Issue = dict[str, Any]
Pred = Callable[[Issue], bool]
TOK = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|>=|<=|!~|[=<>~(),])|([^\s"'=<>!~(),]+))""")
DATES = {
    "resolved": "resolved",
    "resolutiondate": "resolved",
    "created": "created",
    "createddate": "created",
    "updated": "updated",
    "updateddate": "updated",
    "statuscategorychangeddate": "status_category_changed",
    "due": "due",
    "duedate": "due",
}
CATEGORY = {
    "to do": "new",
    "new": "new",
    "in progress": "indeterminate",
    "indeterminate": "indeterminate",
    "done": "done",
    "complete": "done",
}


class JqlError(Exception):
    """-> HTTP 400 {"errorMessages": [...]}"""


class Word(str):
    quoted = False


def lex(q: str) -> list[Word]:
    out, pos = [], 0
    q = q.rstrip()
    while pos < len(q):
        m = TOK.match(q, pos)
        if not m:
            raise JqlError(
                f"Error in the JQL Query: The character '{q[pos]}' is a reserved JQL character. (line 1, character {pos + 1})"
            )
        pos = m.end()
        w = Word(next(g for g in m.groups() if g is not None))
        w.quoted = m.group(1) is not None or m.group(2) is not None
        out.append(w)
    return out


class Query:
    def __init__(
        self, text: str, data: dict[str, Any], *, now: datetime, tz: str, user: str, cloud: bool, projects: set[str]
    ):
        self.data, self.now, self.tz, self.user, self.cloud, self.projects = (
            data,
            now,
            ZoneInfo(tz),
            user,
            cloud,
            projects,
        )
        self.sprints = {s["id"]: s for s in data["sprints"]}
        self.toks, self.pos = lex(text), 0
        self.restricted = bool(self.toks) and not self.kw("ORDER")
        self.pred: Pred = self.or_() if self.restricted else (lambda i: True)
        self.order: list[tuple[str, bool]] = []
        if self.kw("ORDER"):
            self.pos += 1
            self.take("BY")
            while self.pos < len(self.toks):
                f = self.next().lower()
                desc = self.kw("DESC")
                if self.kw("DESC") or self.kw("ASC"):
                    self.pos += 1
                self.order.append((f, desc))
                if self.pos < len(self.toks):
                    self.take(",")
        if self.pos != len(self.toks):
            raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self.toks[self.pos]}'.")

    def run(self, issues: list[Issue]) -> list[Issue]:
        found = [i for i in issues if self.pred(i)]
        for f, desc in reversed(self.order or [("key", True)]):
            name = DATES.get(f, f)
            found.sort(
                key=lambda i: (i["project"], i["id"]) if name == "key" else (str(i.get(name) or ""),), reverse=desc
            )
        return found

    # -- parser ------------------------------------------------------------
    def kw(self, *words: str) -> bool:
        return all(
            self.pos + k < len(self.toks)
            and not self.toks[self.pos + k].quoted
            and self.toks[self.pos + k].upper() == w
            for k, w in enumerate(words)
        )

    def next(self) -> Word:
        if self.pos >= len(self.toks):
            raise JqlError("Error in the JQL Query: Expecting a value, list or function before the end of the query.")
        self.pos += 1
        return self.toks[self.pos - 1]

    def take(self, w: str) -> None:
        if self.pos >= len(self.toks) or self.toks[self.pos].upper() != w:
            raise JqlError(
                f"Error in the JQL Query: Expecting '{w}' but got '{self.toks[self.pos] if self.pos < len(self.toks) else 'the end'}'."
            )
        self.pos += 1

    def or_(self) -> Pred:
        alts = [self.and_()]
        while self.kw("OR"):
            self.pos += 1
            alts.append(self.and_())
        return lambda i: any(a(i) for a in alts)

    def and_(self) -> Pred:
        parts = [self.not_()]
        while self.kw("AND"):
            self.pos += 1
            parts.append(self.not_())
        return lambda i: all(p(i) for p in parts)

    def not_(self) -> Pred:
        if self.kw("NOT"):
            self.pos += 1
            p = self.not_()
            return lambda i: not p(i)
        if self.pos < len(self.toks) and self.toks[self.pos] == "(" and not self.toks[self.pos].quoted:
            self.pos += 1
            p = self.or_()
            self.take(")")
            return p
        return self.clause()

    def value(self) -> Any:
        """a string, or ("fn", name, args)"""
        w = self.next()
        if not w.quoted and self.pos < len(self.toks) and self.toks[self.pos] == "(":
            self.pos += 1
            args = []
            while self.toks[self.pos] != ")":
                if self.toks[self.pos] != ",":
                    args.append(str(self.toks[self.pos]))
                self.pos += 1
            self.pos += 1
            return ("fn", w.lower(), args)
        return str(w)

    def values(self) -> list[Any]:
        if self.pos < len(self.toks) and self.toks[self.pos] == "(":
            self.pos += 1
            out = [self.value()]
            while self.kw(","):
                self.pos += 1
                out.append(self.value())
            self.take(")")
            return out
        return [self.value()]

    def clause(self) -> Pred:
        name = self.next().lower()
        if self.kw("CHANGED"):
            self.pos += 1
            return self.changed(name)
        if self.kw("WAS"):
            self.pos += 1
            vals = [str(v).lower() for v in self.values()]
            return lambda i: any(
                c["field"] == name and (str(c["from"]).lower() in vals or str(c["to"]).lower() in vals)
                for c in i["changelog"]
            )
        if self.kw("IS"):
            self.pos += 1
            neg = self.kw("NOT")
            if neg:
                self.pos += 1
            if self.next().upper() not in ("EMPTY", "NULL"):
                raise JqlError("Error in the JQL Query: The operator 'is' only takes EMPTY.")
            get = self.getter(name)
            return lambda i: bool(get(i)) == neg
        op = self.next().upper()
        if op == "NOT":
            self.take("IN")
            op = "NOT IN"
        if op not in ("=", "!=", ">", ">=", "<", "<=", "~", "!~", "IN", "NOT IN"):
            raise JqlError(
                f"Error in the JQL Query: Expecting operator but got '{op}'. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'."
            )
        if name in DATES:
            return self.date_clause(name, op, self.value())
        vals = self.values()
        pos = self.positive(name, vals)
        if op in ("!=", "NOT IN", "!~"):
            get = self.getter(name)
            return lambda i: bool(get(i)) and not pos(i)  # JQL: != never matches an empty field
        if op in ("~",):
            needle = str(vals[0]).lower().strip("*")
            get = self.getter(name)
            return lambda i: needle in str(get(i) or "").lower()
        if op in (">", ">=", "<", "<="):
            raise JqlError(f"The operator '{op}' is not supported by the '{name}' field.")
        return pos

    # -- meaning --------------------------------------------------------------
    def getter(self, name: str) -> Callable[[Issue], Any]:
        table = {
            "project": "project",
            "key": "key",
            "issue": "key",
            "issuekey": "key",
            "id": "id",
            "issuetype": "type",
            "type": "type",
            "status": "status",
            "resolution": "resolution",
            "labels": "labels",
            "component": "components",
            "fixversion": "fix_versions",
            "assignee": "assignee",
            "reporter": "reporter",
            "priority": "priority",
            "parent": "parent",
            "epic link": "epic",
            "sprint": "sprints",
            "summary": "summary",
            "description": "description",
            "story points": "story_points",
            "statuscategory": "status_category",
            **DATES,
        }
        if name == "text":
            return lambda i: f"{i['summary']} {i['description'] or ''}"
        if name not in table or (name == "statuscategorychangeddate" and not self.cloud):
            raise JqlError(f"Field '{name}' does not exist or you do not have permission to view it.")
        return lambda i: i.get(table[name])

    def positive(self, name: str, vals: list[Any]) -> Pred:
        get = self.getter(name)
        if name == "sprint":
            states = {"opensprints": "active", "futuresprints": "future", "closedsprints": "closed"}
            ids: set[int] = set()
            for v in vals:
                if isinstance(v, tuple):
                    if v[1] not in states:
                        raise JqlError(f"Unable to find JQL function '{v[1]}()'.")
                    ids |= {s["id"] for s in self.sprints.values() if s["state"] == states[v[1]]}
                else:
                    ids |= {
                        s["id"] for s in self.sprints.values() if str(s["id"]) == v or s["name"].lower() == v.lower()
                    }
            return lambda i: bool(ids & set(i["sprints"]))
        flat = [(self.user if v == ("fn", "currentuser", []) else str(v)).lower() for v in vals]
        if name == "project":
            for v in flat:
                if v not in {p.lower() for p in self.projects}:
                    raise JqlError(f"The value '{v.upper()}' does not exist for the field 'project'.")
        if name == "statuscategory":
            bad = [v for v in flat if v not in CATEGORY]
            if bad:
                raise JqlError(f"The value '{bad[0]}' does not exist for the field 'statusCategory'.")
            flat = [CATEGORY[v] for v in flat]
        if name == "status":
            known = {s["name"].lower() for s in self.data["statuses"]}
            bad = [v for v in flat if v not in known]
            if bad:
                raise JqlError(f"The value '{bad[0]}' does not exist for the field 'status'.")
        empty = "empty" in flat

        def p(i: Issue) -> bool:
            v = get(i)
            if isinstance(v, list):
                return bool(set(x.lower() for x in v) & set(flat)) or (empty and not v)
            return (str(v).lower() in flat) if v not in (None, "") else empty

        return p

    def when(self, v: Any, name: str) -> tuple[datetime, bool]:
        """-> (moment in UTC, was it a date without time?)"""
        local = self.now.astimezone(self.tz)
        if isinstance(v, tuple):
            fn, args = v[1], v[2]
            day = local.replace(hour=0, minute=0, second=0, microsecond=0)
            base = {
                "now": local,
                "startofday": day,
                "endofday": day + timedelta(days=1, seconds=-1),
                "startofweek": day - timedelta(days=(day.weekday() + 1) % 7),
                "startofmonth": day.replace(day=1),
                "currentlogin": local,
            }.get(fn)
            if base is None:
                raise JqlError(f"Unable to find JQL function '{fn}()'.")
            for a in args:
                m = re.fullmatch(r"([+-]?\d+)([ymwdhMwd]?)", a)
                if m:
                    n, u = int(m[1]), m[2] or {"startofweek": "w"}.get(fn, "d")
                    base += (
                        timedelta(weeks=n)
                        if u == "w"
                        else timedelta(days=n)
                        if u == "d"
                        else timedelta(hours=n)
                        if u == "h"
                        else timedelta(minutes=n)
                    )
            return base.astimezone(timezone.utc), False
        if re.fullmatch(
            r"\d{9,}", v
        ):  # an unquoted number is milliseconds since 1970 (UTC): the only zone-free literal
            return datetime.fromtimestamp(int(v) / 1000, timezone.utc), False
        m = re.fullmatch(r"([+-]?\d+)([wdhm])(?:\s+(\d+)([wdhm]))?", v)
        if m:
            units = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
            d = timedelta(**{units[m[2]]: int(m[1])})
            if m[3]:
                d += (1 if int(m[1]) >= 0 else -1) * timedelta(**{units[m[4]]: int(m[3])})
            return self.now + d, False
        for fmt, whole in (
            ("%Y-%m-%d %H:%M", False),
            ("%Y/%m/%d %H:%M", False),
            ("%Y-%m-%d", True),
            ("%Y/%m/%d", True),
        ):
            try:
                return datetime.strptime(v, fmt).replace(tzinfo=self.tz).astimezone(timezone.utc), whole
            except ValueError:
                pass
        raise JqlError(
            f"Date value '{v}' for field '{name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'."
        )

    def date_clause(self, name: str, op: str, v: Any) -> Pred:
        get = self.getter(name)
        at, whole = self.when(v, name)

        def p(i: Issue) -> bool:
            if not get(i):
                return False
            t = datetime.fromisoformat(get(i))
            minute = t.replace(second=0, microsecond=0) if not isinstance(v, tuple) else t  # minute precision
            if op == "=":
                return at <= t < at + (timedelta(days=1) if whole else timedelta(minutes=1))
            return {">": minute > at, ">=": t >= at, "<": t < at, "<=": minute <= at, "!=": minute != at}[
                op
            ]  # a bare date is its 00:00, also for <=

        return p

    def changed(self, name: str) -> Pred:
        frm = to = None
        lo = hi = None
        while (
            self.kw("FROM")
            or self.kw("TO")
            or self.kw("DURING")
            or self.kw("AFTER")
            or self.kw("BEFORE")
            or self.kw("BY")
            or self.kw("ON")
        ):
            w = self.next().upper()
            vals = self.values()
            if w == "FROM":
                frm = [str(v).lower() for v in vals]
            elif w == "TO":
                to = [str(v).lower() for v in vals]
            elif w == "DURING":
                (lo, _), (hi, whole) = self.when(vals[0], name), self.when(vals[1], name)
                hi += timedelta(days=1) if whole else timedelta(0)
            elif w == "AFTER":
                lo = self.when(vals[0], name)[0]
            elif w == "BEFORE":
                hi = self.when(vals[0], name)[0]

        def p(i: Issue) -> bool:
            for c in i["changelog"]:
                t = datetime.fromisoformat(c["at"])
                if (
                    c["field"] == name
                    and (frm is None or str(c["from"]).lower() in frm)
                    and (to is None or str(c["to"]).lower() in to)
                    and (lo is None or t >= lo)
                    and (hi is None or t <= hi)
                ):
                    return True
            return False

        return p
