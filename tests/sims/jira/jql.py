"""A small JQL: a query is parsed to a test over the data set's tickets, or refused in Jira's words.

Operators: = != > >= < <= ~ !~ IN, NOT IN, IS [NOT] EMPTY, WAS, CHANGED [FROM x] [TO y] [DURING (a, b)] [AFTER a]
[BEFORE b]; AND OR NOT ( ); ORDER BY. The fields are those of `meaning.FIELDS`. Dates have the precision of a minute.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.sims.jira.meaning import DATES, Call, Issue, JqlError, Test, Value, World

TOKEN = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(!=|>=|<=|!~|[=<>~(),])|([^\s"'=<>!~(),]+))""")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}
OPERATORS = ("=", "!=", ">", ">=", "<", "<=", "~", "!~", "IN", "NOT IN")
ERROR = "Error in the JQL Query:"
HISTORY = ("FROM", "TO", "DURING", "AFTER", "BEFORE")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, sign or string."""

    text: str
    quoted: bool = False


def lex(text: str) -> list[Token]:
    """The tokens of a query, strings without their quotes and escapes."""
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if not match:
            raise JqlError(
                f"{ERROR} The character '{text[at]}' is a reserved JQL character. (line 1, character {at + 1})"
            )
        at = match.end()
        double, single, sign, word = match.groups()
        string = single if double is None else double
        if string is None:
            found.append(Token(sign or word))
        else:
            found.append(
                Token(re.sub(r"\\(.)", lambda m: ESCAPES.get(m[1], m[1]), string, flags=re.DOTALL), quoted=True)
            )
    return found


class Query:
    """A parsed query; `restricted` is False where it has no condition at all."""

    def __init__(self, text: str, world: World) -> None:
        self.world, self.tokens, self.at = world, lex(text), 0
        self.restricted = bool(self.tokens) and not self._sees("ORDER")
        self.test: Test = self._either() if self.restricted else lambda _: True
        self.order = self._order()
        if self.at != len(self.tokens):
            raise JqlError(f"{ERROR} Expecting either 'OR' or 'AND' but got '{self.tokens[self.at].text}'.")

    def run(self, issues: list[Issue]) -> list[Issue]:
        """The tickets that pass, in order."""
        found = [i for i in issues if self.test(i)]
        for name, reverse in reversed(self.order or [("key", True)]):
            found.sort(key=lambda i, name=name: _rank(i, name), reverse=reverse)  # type: ignore[misc]
        return found

    def _sees(self, *words: str) -> bool:
        """Whether these words come next, unquoted."""
        ahead = self.tokens[self.at : self.at + len(words)]
        return [t.text.upper() for t in ahead if not t.quoted] == list(words)

    def _skips(self, *words: str) -> bool:
        """Go past these words if they come next."""
        seen = self._sees(*words)
        self.at += len(words) * seen
        return seen

    def _next(self) -> Token:
        if self.at >= len(self.tokens):
            raise JqlError(f"{ERROR} Expecting a value, list or function before the end of the query.")
        self.at += 1
        return self.tokens[self.at - 1]

    def _take(self, word: str) -> None:
        if not self._skips(word):
            got = self.tokens[self.at].text if self.at < len(self.tokens) else "the end"
            raise JqlError(f"{ERROR} Expecting '{word}' but got '{got}'.")

    def _order(self) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        if not self._skips("ORDER"):
            return found
        self._take("BY")
        while self.at < len(self.tokens):
            name = self._next().text.lower()
            found.append((name, self._skips("DESC")))
            self._skips("ASC")
            if self.at < len(self.tokens):
                self._take(",")
        return found

    def _either(self) -> Test:
        tests = [self._both()]
        while self._skips("OR"):
            tests.append(self._both())
        return lambda i: any(t(i) for t in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._skips("AND"):
            tests.append(self._single())
        return lambda i: all(t(i) for t in tests)

    def _single(self) -> Test:
        if self._skips("NOT"):
            test = self._single()
            return lambda i: not test(i)
        if self._skips("("):
            test = self._either()
            self._take(")")
            return test
        return self._clause()

    def _value(self) -> Value:
        token = self._next()
        if token.quoted:
            return token.text
        if token.text.upper() in {"EMPTY", "NULL"}:
            return Call("empty")
        if not self._skips("("):
            return token.text
        args = []
        while not self._skips(")"):
            if not self._skips(","):
                args.append(self._next().text)
        return Call(token.text.lower(), tuple(args))

    def _values(self) -> list[Value]:
        if not self._skips("("):
            return [self._value()]
        found = [self._value()]
        while self._skips(","):
            found.append(self._value())
        self._take(")")
        return found

    def _clause(self) -> Test:
        name = self._next().text.lower()
        if self._skips("CHANGED"):
            return self._changed(name)
        if self._skips("WAS"):
            was = {str(v).lower() for v in self._values()}
            return lambda i: any(c["field"] == name and not was.isdisjoint(_ends(c)) for c in i["changelog"])
        get = self.world.getter(name)
        if self._skips("IS"):
            filled = self._skips("NOT")
            if self._value() != Call("empty"):
                raise JqlError(f"{ERROR} The operator 'is' only takes EMPTY.")
            return lambda i: bool(get(i)) == filled
        sign = self._sign()
        return self._dated(name, sign, self._value()) if name in DATES else self._compared(name, sign, self._values())

    def _sign(self) -> str:
        sign = self._next().text.upper()
        if sign == "NOT":
            self._take("IN")
            sign = "NOT IN"
        if sign not in OPERATORS:
            valid = ", ".join(f"'{o}'" for o in OPERATORS)
            raise JqlError(
                f"{ERROR} Expecting operator but got '{sign}'. The valid operators are {valid}, 'IS' and 'IS NOT'."
            )
        return sign

    def _compared(self, name: str, sign: str, values: list[Value]) -> Test:
        get = self.world.getter(name)
        if sign in {"~", "!~"}:
            needle = str(values[0]).lower().strip("*")
            found: Test = lambda i: needle in str(get(i) or "").lower()  # noqa: E731 - both kinds end alike
        elif sign in {"=", "!=", "IN", "NOT IN"}:
            found = self.world.among(name, values)
        else:
            raise JqlError(f"The operator '{sign}' is not supported by the '{name}' field.")
        if sign in {"!=", "NOT IN", "!~"}:
            return lambda i: bool(get(i)) and not found(i)  # JQL: != never matches an empty field
        return found

    def _dated(self, name: str, sign: str, value: Value) -> Test:
        get = self.world.getter(name)
        at, whole = self.world.moment(value, name)
        length = timedelta(days=1) if whole else timedelta(minutes=1)

        def test(issue: Issue) -> bool:
            if not get(issue):
                return False
            exact = datetime.fromisoformat(get(issue))
            minute = exact if isinstance(value, Call) else exact.replace(second=0, microsecond=0)
            return {
                "=": at <= exact < at + length,
                ">": minute > at,
                ">=": exact >= at,
                "<": exact < at,
                "<=": minute <= at,  # a bare date is its 00:00 here too
                "!=": minute != at,
            }.get(sign, False)

        return test

    def _changed(self, name: str) -> Test:
        ends: dict[str, set[str]] = {}
        since = until = None
        while any(map(self._sees, HISTORY)):
            word, values = self._next().text.upper(), self._values()
            if word in {"FROM", "TO"}:
                ends[word.lower()] = {self.world.status_name(str(v)).lower() for v in values}
            if word in {"AFTER", "DURING"}:
                since = self.world.moment(values[0], name)[0]
            if word in {"BEFORE", "DURING"}:
                end, whole = self.world.moment(values[-1], name)
                until = end + timedelta(days=1) if whole else end

        def fits(change: dict[str, Any]) -> bool:
            at = datetime.fromisoformat(change["at"])
            told = all(str(change[end]).lower() in names for end, names in ends.items())
            return change["field"] == name and told and (not since or at >= since) and (not until or at <= until)

        return lambda i: any(map(fits, i["changelog"]))


def _ends(change: dict[str, Any]) -> set[str]:
    return {str(change["from"]).lower(), str(change["to"]).lower()}


def _rank(issue: Issue, name: str) -> tuple[str, ...]:
    if name == "key":
        return (issue["project"], issue["id"])
    return (str(issue.get(DATES.get(name, name)) or ""),)
