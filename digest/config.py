"""`config.toml` → typed tables. Strict: an unknown key, a wrong type or a literal secret is one line that names it.

Tables of collectors, metrics and deliveries stay as they are here; `plugins.build` types each by its own class.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from digest.errors import ConfigError
from digest.metric import Flow, Metric
from digest.period import Cadence
from digest.regex import regex
from digest.secret import SECRET_WAYS, Secret, take
from digest.tables import Audience, Cadences, Heartbeat, Limits, Polish, Rules, Table, Taste, Theme, Wording

__all__ = [
    "Audience",
    "Cadences",
    "Config",
    "Limits",
    "Metric",
    "Polish",
    "Rules",
    "Secret",
    "Table",
    "Taste",
    "Theme",
    "Wording",
    "complain",
    "decode",
    "find",
    "load",
    "zone",
]

FILE_NAME = "config.toml"
FOLDER = "digests"
PART = regex(r"[a-z0-9][a-z0-9_-]*", re.IGNORECASE)
RESERVED = "published"
"""The folder of what went out; no project lies there."""


class Config(Table, frozen=True):
    """The whole file; every key has a default, so that no file at all is fine."""

    title: str = ""
    timezone: str = ""
    folder: str = FOLDER
    templates: str = ""
    lang: str = "en"
    store: str = ""
    approval: bool = False
    period: Cadences = Cadences()
    limits: Limits = Limits()
    rules: Rules = Rules()
    taste: Taste = Taste()
    wording: Wording = Wording()
    polish: Polish = Polish()
    themes: tuple[Theme, ...] = ()
    audiences: dict[str, Audience] = msgspec.field(default_factory=dict)
    people: dict[str, str] = msgspec.field(default_factory=dict)
    collectors: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    flow: Flow = Flow()
    metrics: dict[str, Metric] = msgspec.field(default_factory=dict)
    projects: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    deliveries: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    notify: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    heartbeat: Heartbeat = Heartbeat()

    @property
    def cadence(self) -> Cadence:
        """The grid of periods in the project's zone."""
        return Cadence(anchor=self.period.anchor, days=self.period.days, zone=zone(self.timezone))


def zone(name: str) -> ZoneInfo:
    """The zone called `name`; the machine's own where the name is empty.

    Raises:
        ConfigError: there is no such zone.
    """
    name = name or _local_zone_name()
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(f"timezone: no zone is called {name!r}", "write one like Europe/Berlin") from None


def _local_zone_name() -> str:
    """The IANA name of the machine's zone: $TZ, else where /etc/localtime points, else UTC."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named and not named.startswith("/"):
        return named if _is_zone(named) else "UTC"
    link = os.path.realpath(named or "/etc/localtime")
    found = re.search(r"zoneinfo/(?:posix/|right/)?(.+)$", link)
    return found[1] if found and _is_zone(found[1]) else "UTC"


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


_OWN = {"collectors", "deliveries", "projects", "title", "timezone", "period", "folder", "limits", "wording", "themes"}
"""A file with one of these is a configuration of ours, and what it has beside them is checked."""


def find(start: Path, explicit: Path | None = None) -> Path | None:
    """The file to read: the explicit one, $DIGEST_CONFIG, else the nearest `config.toml` upwards that is ours.

    A `config.toml` of another program is passed over: ours has at least one of our own tables or keys.

    Raises:
        ConfigError: the explicit file, or that of $DIGEST_CONFIG, does not exist.
    """
    named = explicit or (Path(os.environ["DIGEST_CONFIG"]) if os.environ.get("DIGEST_CONFIG") else None)
    if named:
        if not named.is_file():
            raise ConfigError(f"no config file at {named}", "digest init writes one")
        return named
    for folder in (start.resolve(), *start.resolve().parents):
        candidate = folder / FILE_NAME
        if candidate.is_file() and _ours(candidate):
            return candidate
        if (folder / ".git").exists():
            break
    return None


def _ours(path: Path) -> bool:
    import tomllib

    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True  # let `load` say what is wrong with it
    return bool(_OWN & table.keys())


def load(path: Path, project: str = "") -> Config:
    """Read and type one file: the whole, or one of its projects with what that takes over from the whole.

    Raises:
        ConfigError: it cannot be read, is no TOML, or does not fit; it has no such project.
    """
    import tomllib

    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    take(raw)
    config = _typed(raw, str(path))
    parts = {name: _typed(_part(raw, name), f"{path}: [projects.{name}]") for name in config.projects}
    for name, part in parts.items():
        if not PART.fullmatch(name) or name == RESERVED:
            raise ConfigError(f"{path}: [projects.{name}]: no name for a folder", "use a-z, 0-9 and -")
        if part.projects:
            raise ConfigError(f"{path}: [projects.{name}]: a project has no projects", "name them beside it")
        if not part.collectors:
            raise ConfigError(f"{path}: [projects.{name}]: it has no source", f"add [projects.{name}.collectors.git]")
    if project and project not in parts:
        known = f"known are {', '.join(parts)}" if parts else "it has no [projects.NAME] tables"
        raise ConfigError(f"{path}: no project is called {project!r}", known)
    return parts[project] if project else config


def _typed(raw: dict[str, Any], where: str) -> Config:
    try:
        config: Config = decode(raw, Config)
    except msgspec.ValidationError as error:
        raise complain(where, error, Config) from None
    zone(config.timezone)
    return config


def _part(raw: dict[str, Any], name: str) -> dict[str, Any]:
    """The table of a project: a key that it lacks is as in the whole; ways out are its own."""
    whole = {key: value for key, value in raw.items() if key not in {"projects", "deliveries"}}
    usual = {
        "title": re.sub(r"[-_]+", " ", name).title(),
        "folder": f"{raw.get('folder', FOLDER)}/{name}",
        **({"store": str(Path(raw["store"]).with_stem(f"{Path(raw['store']).stem}-{name}"))} if "store" in raw else {}),
    }
    own: dict[str, Any] = raw["projects"][name]
    return whole | usual | own


def decode(table: Any, kind: type[Any]) -> Any:
    """`table` as a value of the type `kind`; raises `msgspec.ValidationError` with the path of the key."""
    return msgspec.convert(table, kind, dec_hook=_decode_own)


def _decode_own(kind: type, value: Any) -> Any:
    if kind is Secret:
        if not isinstance(value, str):
            raise ValueError(f"a secret is a string: {SECRET_WAYS}")
        return Secret(value)
    if kind is Path:
        return Path(value).expanduser()
    raise NotImplementedError(kind)  # what a hook of msgspec answers to a type that it does not know


GIVEN = {"name", "root", "memos"}
"""What a source or delivery is given, and no setting of its table."""


def complain(where: str, error: Exception, kind: type[Any]) -> ConfigError:
    """The error of a table as one line: where, which key, what is wrong, what was meant."""
    text = str(error)
    at = re.search(r" - at `\$\.?(.*)`$", text)
    key = at[1] if at else ""
    what = text[: at.start()] if at else text
    unknown = re.search(r"unknown field `(.+)`", what)
    if not unknown:
        return ConfigError(f"{where}: {f'{key}: ' if key else ''}{what[:1].lower()}{what[1:]}")
    import difflib

    known = _keys_at(kind, key)
    close = difflib.get_close_matches(unknown[1], known, 1)
    meant = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
    return ConfigError(f"{where}: {f'{key}: ' if key else ''}no setting is called {unknown[1]!r}", meant)


def _keys_at(kind: type[Any], path: str) -> list[str]:
    """The names of the settings of the table that lies at `path` below `kind`."""
    for step in filter(None, re.split(r"\.|\[.*?\]", path)):
        fields = {f.name: f.type for f in msgspec.structs.fields(kind)}
        inner = fields.get(step)
        options = [inner, *getattr(inner, "__args__", ())]
        kind = next((o for o in options if isinstance(o, type) and issubclass(o, msgspec.Struct)), kind)
    return [f.encode_name for f in msgspec.structs.fields(kind) if f.name not in GIVEN or kind is Theme]
