"""Figures from any HTTP address that answers in JSON; JMESPath (the extra `endpoint`) names what is taken."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from digest.collectors.measure.present import counts_for, filled, looks_back
from digest.collectors.measure.rows import COLUMNS, Place
from digest.collectors.measure.web import Login, Web, check_address
from digest.config import Secret, Table
from digest.errors import SourceError
from digest.model import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from digest.model import Sample
    from digest.period import Period


class Endpoint(Table, frozen=True):
    """The table of an address.

    Attributes:
        url: the address; `{start}` and `{end}` in it stand for the instants of the period. Without them it tells only
            the present, which counts for a period up to `grace` days after its end.
        figures: metric = a JMESPath to its figure, or one for each column of a row.
        token, user, password, headers: how to log in. link: the address that figures link to.
        deadline: the seconds that a run may take.
    """

    url: str
    figures: dict[str, str | dict[str, str]]
    token: Secret | None = None
    user: str = ""
    password: Secret | None = None
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    link: str = ""
    grace: Annotated[float, msgspec.Meta(ge=0)] = 3
    deadline: Annotated[int, msgspec.Meta(ge=1, le=3600)] = 30
    name: str = "endpoint"
    root: Path = Path()

    def __post_init__(self) -> None:
        check_address(self.url)
        for metric, paths in self.figures.items():
            for column in paths if isinstance(paths, dict) else ():
                if column not in COLUMNS:
                    raise ValueError(f"figures.{metric}: {column} is none of {', '.join(COLUMNS)}")

    @property
    def looks_back(self) -> bool:
        """Whether it can be asked for earlier periods."""
        return looks_back(self.url)

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Sample | Outcome]:  # noqa: ARG002
        """One sample for each figure."""
        at = period.until if self.looks_back else counts_for(period, self.name, self.grace)
        if isinstance(at, Outcome):
            yield at
            return
        document = self._web().ask(filled(self.url, period))
        for metric, paths in self.figures.items():
            place = Place(source=self.name, metric=metric, at=at, url=self.link)
            columns = {"value": paths} if isinstance(paths, str) else paths
            row = {column: self._found(path, document) for column, path in columns.items()}
            missing = [columns[column] for column, value in row.items() if value is None]
            yield place.empty(f"nothing at {missing[0]}") if missing else place.sample(row)

    def check(self) -> Iterator[str]:
        """That it answers in JSON, and which figures stand in it."""
        from datetime import UTC, datetime

        from digest.period import Cadence

        document = self._web().ask(filled(self.url, Cadence().current(datetime.now(UTC))))
        for metric, paths in self.figures.items():
            for path in [paths] if isinstance(paths, str) else paths.values():
                yield f"{metric}: {path} is {self._found(path, document)!r}"

    def _web(self) -> Web:
        login = Login(token=self.token, user=self.user, password=self.password, headers=self.headers)
        shown = self.url.partition("?")[0]
        return Web(name=self.name, url=shown, sign=login.signer(self.root), seconds=self.deadline)

    def _found(self, path: str, document: Any) -> Any:
        try:
            import jmespath
            from jmespath.exceptions import JMESPathError
        except ImportError:
            raise SourceError(f"{self.name}: jmespath is not installed", "pip install 'digest[endpoint]'") from None
        try:
            return jmespath.search(path, document)  # type: ignore[no-untyped-call]
        except JMESPathError as error:
            line = str(error).partition("\n")[0]
            raise SourceError(f"{self.name}: figures: {path!r} is no JMESPath: {line}") from None
