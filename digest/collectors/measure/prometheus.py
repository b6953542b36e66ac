"""Figures from the HTTP API of Prometheus, and of all that speaks it: Thanos, Mimir, VictoriaMetrics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar
from urllib.parse import urlencode

import msgspec

from digest.collectors.measure.present import end_of
from digest.collectors.measure.rows import ARMS, NoFigureError, Place, number
from digest.collectors.measure.web import AnswerError, Login, Web, check_address
from digest.config import Secret, Table
from digest.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from digest.model import Sample
    from digest.period import Period

COLUMNS = ("value", "baseline", "n", *ARMS)
COUNTS = ("n", "_n", "_successes", "_trials")
RANGE = "$range"


class Prometheus(Table, frozen=True):
    """The table of a Prometheus.

    Attributes:
        url: of the server. queries: metric = PromQL, or one for each column of a row. `$range` is the period's length.
        token, user, password, headers: how to log in. link: the address that figures link to; by default the query.
        deadline: the seconds that a run may take.
    """

    url: str
    queries: dict[str, str | dict[str, str]]
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    link: str = ""
    deadline: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 60
    name: str = "prometheus"
    root: Path = Path()

    looks_back: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_address(self.url)
        for metric, query in self.queries.items():
            for column in query if isinstance(query, dict) else ():
                if column not in COLUMNS:
                    raise ValueError(f"queries.{metric}: {column} is none of {', '.join(COLUMNS)}")

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Sample | Outcome]:  # noqa: ARG002
        """Each query once, at the end of the period, or at the present where it is under way."""
        web = self._web()
        for metric in self.queries:
            yield from self._figure(web, metric, period)

    def check(self) -> Iterator[str]:
        """Which version answers, and that each query is one it understands."""
        web = self._web()
        about = web.ask(f"{self._base}/api/v1/status/buildinfo")
        yield f"Prometheus {about.get('data', {}).get('version', '')} at {self._base}".replace("  ", " ")
        for metric, queries in self._columns():
            for column, query in queries.items():
                web.ask(f"{self._base}/api/v1/query", {"query": query.replace(RANGE, "1d")})
                yield f"{metric}: {column} is understood"

    @property
    def _base(self) -> str:
        return self.url.rstrip("/")

    def _web(self) -> Web:
        login = Login(token=self.token, user=self.user, password=self.password, headers=self.headers)
        return Web(name=self.name, url=self._base, sign=login.signer(self.root), seconds=self.deadline)

    def _columns(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        for metric, query in self.queries.items():
            yield metric, {"value": query} if isinstance(query, str) else query

    def _figure(self, web: Web, metric: str, period: Period) -> Iterator[Sample | Outcome]:
        end = end_of(period)
        seconds = max(1, int((end - period.since).total_seconds()))
        queries = {c: q.replace(RANGE, f"{seconds}s") for c, q in dict(self._columns())[metric].items()}
        link = self.link or _graph(self._base, queries, end)
        place = Place(source=self.name, metric=metric, at=end, since=period.since, url=link)
        try:
            read = {column: self._ask(web, query, end) for column, query in queries.items()}
        except AnswerError as error:
            why = error.message.removeprefix(f"{self.name}: ")
            yield place.empty(why)
            yield Outcome(source=self.name, status="truncated", detail=f"{metric}: {why}")
            return
        except NoFigureError as error:
            yield place.empty(str(error))
            return
        yield place.sample({column: answer.value for column, answer in read.items()} | _rounded(read))
        for warning in dict.fromkeys(w for answer in read.values() for w in answer.warnings):
            yield Outcome(source=self.name, status="truncated", detail=f"{metric}: {warning}")

    def _ask(self, web: Web, query: str, end: datetime) -> Answer:
        form = {"query": query, "time": f"{end.timestamp():.3f}", "timeout": f"{self.deadline}s"}
        given = web.ask(f"{self._base}/api/v1/query", form)
        data = given.get("data") if isinstance(given, dict) else None
        if not isinstance(data, dict):
            raise NoFigureError("the answer is not that of Prometheus")
        return Answer(value=_single(data), warnings=tuple(map(str, given.get("warnings") or ())))


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The one figure that a query gave, and what the server warns of."""

    value: float
    warnings: tuple[str, ...]


def _single(data: Mapping[str, Any]) -> float:
    """The figure of an answer with one series.

    Raises:
        NoFigureError: there is none, there are several, or it is no number.
    """
    kind, result = data.get("resultType"), data.get("result")
    if kind == "vector" and isinstance(result, list):
        if not result:
            raise NoFigureError("no data at that instant; last_over_time(…[1d]) bridges a hole")
        if len(result) > 1:
            raise NoFigureError(f"{len(result)} series instead of one: the query needs sum(…) or another aggregation")
        result = result[0].get("value")
    elif kind != "scalar":
        raise NoFigureError(f"the query gives a {kind}, which is no single figure")
    try:
        written = result[1]  # type: ignore[index]
    except (TypeError, IndexError, KeyError):
        raise NoFigureError("the answer is not that of Prometheus") from None
    read = number(written, "value")
    if read is None:
        raise NoFigureError("value is empty")
    return read


def _rounded(read: Mapping[str, Answer]) -> dict[str, float]:
    """Counts as whole numbers: `increase` estimates what lies between two scrapes."""
    return {column: round(answer.value) for column, answer in read.items() if column.endswith(COUNTS)}


def _graph(base: str, queries: Mapping[str, str], end: datetime) -> str:
    """The page of the server that shows the queries."""
    words: dict[str, str] = {}
    for k, query in enumerate(queries.values()):
        words |= {f"g{k}.expr": query, f"g{k}.tab": "1", f"g{k}.moment_input": f"{end:%Y-%m-%d %H:%M:%S}"}
    return f"{base}/graph?{urlencode(words)}"
