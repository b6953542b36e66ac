"""The history of local clones: what landed on the default branch, and the decision records that came with it."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar

import msgspec

from digest.collectors.git_blocks import ask, blocks, one_ahead
from digest.collectors.git_origin import Abbreviations, abbreviations
from digest.collectors.git_read import INNER_LIMIT, Clone, Line, opened
from digest.collectors.git_records import records, touches_records
from digest.collectors.git_web import Web, web_of
from digest.collectors.git_words import KEY_DIGITS, MAX_BODY, people, read_words
from digest.config import Table
from digest.errors import SourceError
from digest.model import Activity, Link, Outcome, Part
from digest.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future
    from datetime import datetime

    from digest.collectors.git_parse import Commit
    from digest.collectors.git_records import Record
    from digest.model import Sample
    from digest.period import Period

THREADS = 3
"""One more than most machines have cores: as a rule one of them waits for git."""


MANY = 32
"""From as many commits on two processes count the lines that they changed, which is what takes the time."""


class Git(Table, frozen=True):
    """`[collectors.NAME]` of type `git`.

    Attributes:
        paths: folders of clones, bare ones too; globs are allowed.
        branch: what counts as landed; by default the default branch of `origin`, else the one that is checked out.
        decisions: folders of decision records, from the top of the repository.
        url: the web address of the repository; by default made from the remote `origin`.
        whole: look at the whole history, and not only until well before the period.
        deadline: seconds after which a clone is given up.
    """

    paths: tuple[str, ...] = (".",)
    branch: str = ""
    decisions: tuple[str, ...] = ("docs/adr", "docs/decisions", "doc/adr")
    url: str = ""
    whole: bool = False
    deadline: Annotated[float, msgspec.Meta(gt=0)] = 120
    local: ClassVar[bool] = True  # it costs nothing to be read anew
    apart: ClassVar[bool] = True  # GitPython takes as long to load as git takes for a fortnight
    name: str = "git"
    root: Path = Path()

    def __post_init__(self) -> None:
        if self.url and len(self.paths) > 1:
            raise ValueError("url is the address of one repository, and paths names several")

    def collect(self, period: Period, changed_since: datetime | None) -> Iterator[Activity | Sample | Outcome]:  # noqa: ARG002
        """What landed in the period, to the second, by commit date; history is cheap to read again."""
        clones = self._clones()
        seen: set[str] = set()
        failures: list[SourceError] = []
        for item in self._all(clones, period):
            if isinstance(item, SourceError):
                failures.append(item)
            elif isinstance(item, Outcome):
                yield item
            elif item.key not in seen:  # the same history in two work trees
                seen.add(item.key)
                yield item
        if failures and len(failures) == len(clones):
            raise failures[0]
        for failure in failures:
            yield Outcome(source=self.name, status="failed", detail=str(failure))

    def _all(self, clones: list[Path], period: Period) -> Iterator[Activity | Outcome | SourceError]:
        """What the clones hold, in their order; a few are read ahead, so that many take no more memory than those."""
        if len(clones) == 1:
            yield from self._read(clones[0], period)
            return
        from concurrent.futures import ThreadPoolExecutor

        many = abbreviations()
        with ThreadPoolExecutor(THREADS) as pool:
            ahead: deque[Future[list[Activity | Outcome | SourceError]]] = deque()
            for path in clones:
                ahead.append(pool.submit(self._whole, path, period, many))
                if len(ahead) > 2 * THREADS:
                    yield from ahead.popleft().result()
            while ahead:
                yield from ahead.popleft().result()

    def check(self) -> Iterator[str]:
        """For each clone: its branch, when the last commit landed, whether the history is whole."""
        for path in self._clones():
            with opened(path, named=self._named, seconds=self.deadline) as clone:
                line = clone.line(self.branch, 2**62)
                cut = ", shallow: older commits are missing" if clone.boundary else ""
                if not line.steps:
                    yield f"{clone.path}: no commit yet"
                    continue
                (last,), _ = clone.commits([line.steps[0].id])()
                branch = line.ref.removeprefix("refs/").removeprefix("heads/").removeprefix("remotes/")
                landed = f"{last.done:%Y-%m-%d %H:%M} UTC" if last.done else "at an impossible date"
                yield f"{clone.path}: branch {branch}, last commit {landed}{cut}"

    @property
    def _named(self) -> bool:
        return self.paths != (".",)

    def _clones(self) -> list[Path]:
        """The folders that the paths name; of a glob those that hold a repository."""
        import glob

        found: list[Path] = []
        for path in self.paths:
            full = self.root / Path(path).expanduser()
            if full.exists() or not glob.has_magic(path):
                found.append(full)
                continue
            matches = [Path(m) for m in sorted(glob.glob(str(full)))]  # noqa: PTH207 - the pattern may be absolute
            repositories = [m for m in matches if (m / ".git").exists() or (m / "objects").is_dir()]
            if not repositories:
                raise SourceError(f"paths: {path!r} matches no git repository")
            found += repositories
        if not found:
            raise SourceError("paths names no folder", "write the folders of your clones")
        return list(dict.fromkeys(found))

    def _read(
        self, path: Path, period: Period, many: Abbreviations | None = None
    ) -> Iterator[Activity | Outcome | SourceError]:
        """What one clone holds; last, the error that ended it."""
        try:
            with opened(path, named=self._named, seconds=self.deadline, many=many) as clone:
                yield from self._landed(clone, period)
        except SourceError as error:
            yield error

    def _whole(self, path: Path, period: Period, many: Abbreviations) -> list[Activity | Outcome | SourceError]:
        """What one clone holds, or only the error that ended it: a part of it is not passed off as all."""
        items = list(self._read(path, period, many))
        return items[-1:] if items and isinstance(items[-1], SourceError) else items

    def _landed(self, clone: Clone, period: Period) -> Iterator[Activity | Outcome]:
        since, until = int(period.since.timestamp()), int(period.until.timestamp())
        line = clone.line(self.branch, since, whole=self.whole)
        found = {step.id for step in line.steps if since <= step.date < until}
        boundary = clone.boundary if line.ended else frozenset[str]()
        if line.steps and line.steps[-1].id in boundary and line.steps[-1].date >= since:
            yield self._lacks(clone, "the history begins inside the period", "git fetch --unshallow gets the rest")
        if found:
            yield from self._written(clone, line, found)

    def between(self, path: Path, base: str, head: str) -> list[Activity]:
        """What landed after the commit `base`, up to `head` on the same main line: a release, and not a period.

        Raises:
            SourceError: the clone cannot be read, or lacks one of them.
        """
        with opened(path, named=True, seconds=self.deadline) as clone:
            line = clone.between(base, head)
            written = list(self._written(clone, line, {step.id for step in line.steps})) if line.steps else []
            return [item for item in written if isinstance(item, Activity)]

    def _written(self, clone: Clone, line: Line, found: set[str]) -> Iterator[Activity | Outcome]:
        """The activities of those commits of the line that were found, a block after the other, the oldest one first.

        So a whole history takes no more memory than a block of it; what an older block told is known to a newer one.
        """
        remote, spans = clone.remote(), blocks(line, found)
        shares = 2 if clone.alone and len(spans) == 1 and len(found) >= MANY else 1
        told = one_ahead(lambda span: ask(clone, span, found, shares=shares), spans)
        boundary = clone.boundary if line.ended else frozenset[str]()
        web = web_of(remote(), self.url)
        known = {step.id[:7]: step.id for step in line.steps}
        author = _Author(source=self.name, web=web, where=web.slug or clone.folder, known=known)
        recorded: list[tuple[Commit, tuple[Commit, ...]]] = []  # newest first
        for block in told:
            if block.missing:
                yield self._lacks(clone, block.missing, "git fetch --refetch --no-filter gets them")
            if block.cut:
                yield self._lacks(clone, f"of the commits inside merges only the newest {INNER_LIMIT} were read", "")
            known |= {c.id[:7]: c.id for cs in block.inside.values() for c in cs}
            parts = {commit.id: tuple(block.inside.get(commit.id, ())) for commit in block.commits}
            for commit in block.commits:
                yield author.landed(commit, parts[commit.id], whole=commit.id not in boundary)
            touched = [c for c in block.commits if c.id not in boundary and touches_records(c, self.decisions)]
            recorded[:0] = [(commit, parts[commit.id]) for commit in touched]
        of = {commit.id: parts for commit, parts in recorded}
        for record in records(clone, [commit for commit, _ in recorded], self.decisions):
            yield author.decided(record, of[record.commit.id])

    def _lacks(self, clone: Clone, what: str, hint: str) -> Outcome:
        detail = f"{clone.path}: {what} ({hint})" if hint else f"{clone.path}: {what}"
        return Outcome(source=self.name, status="truncated", detail=detail)


class _Author(msgspec.Struct, frozen=True, kw_only=True):
    """Writes the activities of one clone."""

    source: str
    web: Web
    where: str
    known: dict[str, str]

    def landed(self, commit: Commit, parts: tuple[Commit, ...], *, whole: bool) -> Activity:
        """A commit of the main line; of the one at which a shallow clone was cut the files are not known."""
        words = read_words(commit, parts, slug=self.web.slug, known=self.known)
        title, cut = redact(words.title)
        body, more_cut = redact(words.body)
        told = [_part(part) for part in parts]
        makers, bot = people(commit, parts)
        return Activity(
            source=self.source,
            key=commit.id[:KEY_DIGITS],
            kind="commit",
            title=title,
            done=commit.done,
            created=commit.created,
            body=body,
            url=self.web.request(words.request) or self.web.commit(commit.id),
            people=makers,
            bot=bot,
            where=self.where,
            branch=words.branch,
            links=words.links,
            parts=tuple(part for part, _ in told),
            changes=commit.changes if whole else None,
            redacted=(*cut, *more_cut, *(kind for _, kinds in told for kind in kinds)),
        )

    def decided(self, record: Record, parts: tuple[Commit, ...]) -> Activity:
        """A decision record; `parts` are the commits inside the merge that brought it."""
        commit = record.commit
        title, cut = redact(record.title)
        body, more_cut = redact(record.text[:MAX_BODY])
        return Activity(
            source=self.source,
            key=f"{commit.id[:KEY_DIGITS]}/{record.path}",
            kind="decision",
            title=title,
            state=record.standing,
            done=commit.done if record.standing == "done" else None,
            created=commit.created,
            body=body,
            url=self.web.file(commit.id, record.path),
            people=people(commit, parts)[0],
            where=self.where,
            links=(Link(relation="commit", target=commit.id[:KEY_DIGITS]),),
            redacted=(*cut, *more_cut),
        )


def _part(commit: Commit) -> tuple[Part, tuple[str, ...]]:
    title, cut = redact(" ".join(commit.subject.split()))
    body, more_cut = redact(commit.body[:MAX_BODY])
    return Part(key=commit.id[:KEY_DIGITS], title=title, body=body, author=commit.author), (*cut, *more_cut)
