"""What a command works on: the configuration, the folder that it belongs to, and what is built from both."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from digest import collectors, config, places, plugins
from digest.config import Config
from digest.errors import ConfigError, TryLater
from digest.regex import regex
from digest.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from digest.collectors import Collector
    from digest.config import Audience
    from digest.deliveries import Delivery
    from digest.period import Cadence, Period

PUBLISHED = "published"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Slugs name their year: when they are read does not matter."""

_NO_NAME = regex(r"[^A-Za-z0-9]+")
_JOINTS = regex(r"[-_]+")
_REMOTE = regex(r'^\[remote "([^"]+)"\]([^\[]*)', re.MULTILINE)
_URL = regex(r"^\s*url\s*=\s*(\S+)", re.MULTILINE)
_HOSTED = regex(r"(?:\w+://)?(?:[^@/]*@)?([^:/]+)(?::\d+)?[:/](.+?)(?:\.git)?/?")


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """One project.

    Attributes:
        config: the typed file; the defaults where there is none.
        file: the file itself, None where there is none.
        root: the folder that relative paths are relative to: that of the file, else the top of the clone, else (the
            clone is bare) the working directory.
        clone: the clone that the command was started in or for.
        title: how the project is called in its digest.
        name: which of several projects of the file it is; empty for the one that all of it is about.
    """

    config: Config
    file: Path | None
    root: Path
    clone: Path | None
    title: str
    name: str = ""

    @property
    def parts(self) -> list[Project]:
        """The projects of the file where this one is their roll-up; none where it is a project itself."""
        return [open_project(self.root, self.file, name) for name in self.config.projects]

    @property
    def cadence(self) -> Cadence:
        """The grid of its periods."""
        return self.config.cadence

    @property
    def folder(self) -> Path:
        """Where its drafts lie."""
        return self.root / self.config.folder

    def draft_file(self, period: Period) -> Path:
        """The draft of a period."""
        return self.folder / f"{period.slug}.md"

    def drafted(self) -> list[Period]:
        """The periods that have a draft, by the names of its files."""
        return self._named(file.stem for file in self.folder.glob("*.md"))

    def told(self) -> list[Period]:
        """The periods that have a draft or were published."""
        return self.drafted() + self._named(file.name.partition(".")[0] for file in self.published.glob("*.json"))

    def _named(self, names: Iterable[str]) -> list[Period]:
        found = []
        for name in names:
            try:
                found.append(self.cadence.parse(name, EPOCH))
            except ConfigError:
                continue  # a file that is no draft may lie beside them
        return found

    @property
    def published(self) -> Path:
        """Where its published digests lie, frozen."""
        return self.folder / PUBLISHED

    @property
    def templates(self) -> Path | None:
        """The user's own templates."""
        return self.root / self.config.templates if self.config.templates else None

    @property
    def state(self) -> Path:
        """The folder of this machine's own notes about the project: the store and the lock; it can be deleted."""
        if self.config.store:
            return (self.root / self.config.store).parent
        return places.state()

    @property
    def store_file(self) -> Path:
        """The store; named after the project and the place of it, so that two clones do not share one."""
        if self.config.store:
            return self.root / self.config.store
        where = f"{(self.file or self.clone or self.root).resolve()}{self.name and f'#{self.name}'}"
        place = hashlib.sha256(where.encode()).hexdigest()[:12]
        return self.state / f"{_NO_NAME.sub('-', self.title).strip('-').lower() or 'project'}-{place}.db"

    def open_store(self) -> Store:
        """The store; in memory where this machine gives no place to write and none was asked for."""
        try:
            self.state.mkdir(parents=True, exist_ok=True)
        except OSError:
            if self.config.store:
                raise ConfigError(f"store: cannot make the folder {self.state}", "set store to another path") from None
            return Store.open(":memory:")
        if not self.config.store and not os.access(self.state, os.W_OK):
            return Store.open(":memory:")
        return Store.open(self.store_file, self._owner)

    @property
    def _owner(self) -> str:
        """Whose rows are ours in a store that the file names, which other projects may name too; it moves with both."""
        if not self.config.store:
            return ""
        place = os.path.relpath((self.file or self.root).resolve(), self.store_file.resolve().parent)
        return hashlib.sha256(f"{place}#{self.name}".encode()).hexdigest()[:8]

    def sources(self) -> list[Collector]:
        """The configured sources, in the order of the file; the clone itself where none is configured.

        A roll-up has none: it is made of digests.

        Raises:
            ConfigError: tables that do not fit, a line for each.
        """
        if self.config.projects:
            return []
        if self.config.collectors:
            return _build("collectors", collectors.BUILTIN, self.config.collectors, self.root)
        # Nobody named this clone in a file, so git's own question of who owns it stands.
        return _build("collectors", collectors.BUILTIN, {"git": {}}, self.clone or self.root)

    def deliveries(self) -> list[Delivery]:
        """The configured deliveries; by default a Markdown file and an email file in the folder of what is published.

        Raises:
            ConfigError: tables that do not fit, a line for each.
        """
        from digest.deliveries import BUILTIN

        folder = f"{self.config.folder}/{PUBLISHED}"
        default = {"file": {"path": f"{folder}/{{slug}}.md"}, "eml": {"path": f"{folder}/{{slug}}.eml"}}
        tables = self.config.deliveries or default
        for name in tables:
            self.audience(self.audience_of(name))
        return _build("deliveries", BUILTIN, {n: _without_audience(t) for n, t in tables.items()}, self.root)

    def notices(self) -> list[Delivery]:
        """How the owner hears that a draft is ready: deliveries of their own, in the tables `[notify.NAME]`.

        Raises:
            ConfigError: tables that do not fit, a line for each.
        """
        from digest.deliveries import BUILTIN

        return _build("notify", BUILTIN, self.config.notify, self.root)

    def audience_of(self, delivery: str) -> str:
        """The name of the audience that a delivery writes to."""
        from digest.audience import LEADERSHIP

        return str(self.config.deliveries.get(delivery, {}).get("audience", LEADERSHIP))

    def audience(self, name: str = "") -> Audience:
        """The audience of that name; leadership where none is given.

        Raises:
            ConfigError: there is none.
        """
        from digest.audience import audience_of

        return audience_of(name, self.config.audiences)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the project, so that two runs at once are safe; the kernel lets go when a run dies.

        Raises:
            TryLater: another run holds it.
        """
        import fcntl

        folder = self.state if os.access(self.state, os.W_OK) else Path(tempfile.gettempdir())
        with (folder / f"{self.store_file.stem}{self._owner and f'-{self._owner}'}.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise TryLater(f"another run works on {self.title}", "wait for it to end") from None
            yield


def _build(group: str, builtin: dict[str, str], tables: Mapping[str, Mapping[str, Any]], root: Path) -> list[Any]:
    made, wrong = [], []
    for name, table in tables.items():
        try:
            made.append(plugins.build(group, builtin, name, table, root))
        except ConfigError as error:
            wrong.append(str(error))
    if wrong:
        raise ConfigError("\n".join(wrong))
    return made


def _without_audience(table: Mapping[str, Any]) -> dict[str, Any]:
    """The table as the type of the delivery knows it: to whom it is shown is no concern of a way out."""
    return {key: value for key, value in table.items() if key != "audience"}


def open_project(start: Path, file: Path | None = None, name: str = "") -> Project:
    """The project at `start`, with the configuration `file` or the nearest one upwards; `name` is one of its several.

    Raises:
        ConfigError: no such folder; neither a configuration nor a clone is there; the configuration is wrong.
    """
    if not start.is_dir():
        raise ConfigError(f"no folder at {start}", "name a clone with --repo")
    found = config.find(start, file)
    top = clone_at(start)
    if found is None and top is None:
        raise ConfigError(
            f"{start.resolve()} is neither in a git clone nor below a {config.FILE_NAME}",
            "run digest in a clone, name one with --repo, or write a config with digest init",
        )
    if name and found is None:
        raise ConfigError(f"there is no {config.FILE_NAME} with [projects.{name}]", "name it with --config")
    read = config.load(found, name) if found else Config()
    here = top if top and (top / ".git").exists() else Path.cwd()
    root = found.resolve().parent if found else here
    return Project(config=read, file=found, root=root, clone=top, title=read.title or title_of(top or root), name=name)


def clone_at(start: Path) -> Path | None:
    """The top of the clone that holds `start`, which may be bare; None outside of one."""
    for folder in (start.resolve(), *start.resolve().parents):
        bare = all((folder / part).exists() for part in ("HEAD", "objects", "refs"))
        if bare or (folder / ".git").exists():
            return folder
    return None


class Remote(msgspec.Struct, frozen=True):
    """Where a clone came from: `github.com` and `acme/pay`."""

    name: str
    host: str
    path: str


def remotes(top: Path) -> list[Remote]:
    """The remotes of a clone, origin first, read from its configuration without starting git."""
    git = top / ".git" if (top / ".git").is_dir() else top
    try:
        text = (git / "config").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = []
    for name, body in _REMOTE.findall(text):
        url = _URL.search(body)
        parts = _HOSTED.fullmatch(url[1]) if url else None
        if parts:
            found.append(Remote(name, parts[1], parts[2].lstrip("/")))
        elif url:
            found.append(Remote(name, "", url[1].rstrip("/").removesuffix(".git")))
    return sorted(found, key=lambda r: r.name != "origin")


def title_of(top: Path) -> str:
    """A name for people from the name of the repository: that of a remote on a host, else that of its folder."""
    hosted = [r for r in remotes(top) if r.host]
    name = hosted[0].path.rpartition("/")[2] if hosted else ""
    name = name or (top.parent.name if top.name == ".git" else top.name.removesuffix(".git"))
    words = _JOINTS.sub(" ", name).strip() or "Project"
    return words.title() if words.islower() else words
