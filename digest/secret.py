"""Secrets: a configuration says where one stands, and only who needs it reads it, at the moment of use.

What stands in an environment variable is taken out of the environment when the configuration is read: each program that
is started from then on, an editor, git, a hook, would get it otherwise. What was read is cut out of what others say:
a server may well repeat it in its refusal.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from digest.errors import ConfigError
from digest.regex import regex

SECRET_WAYS = "write env:NAME, file:PATH or command:ARGV"  # noqa: S105 - it names the ways, it is none
COMMAND_SECONDS = 30
READABLE_BY_OTHERS = 0o077
SHORTEST = 6
"""Shorter ones are no secrets, and stand in too many words."""

_TAKEN: dict[str, str] = {}
"""What stood in the variables that were taken out of the environment."""

_READ: set[str] = set()
"""What was read, and what of it others may repeat."""

_BASE64 = regex(r"[A-Za-z0-9+/_-]{12,}={0,2}")


class Secret:
    """A place where a secret stands; it prints as `***` and is read only when it is needed."""

    __slots__ = ("place",)

    def __init__(self, place: str) -> None:
        way, _, rest = place.partition(":")
        if way not in {"env", "file", "command"} or not rest.strip():
            raise ValueError(f"a secret must not stand in the file itself: {SECRET_WAYS}")
        self.place = place

    def __repr__(self) -> str:
        return "***"

    def reveal(self, root: Path = Path()) -> str:
        """The secret itself.

        Raises:
            ConfigError: it cannot be read; the message names the place, never the secret.
        """
        way, _, rest = self.place.partition(":")
        value = {"env": _from_env, "file": _from_file, "command": _from_command}[way](rest.strip(), root)
        if not value:
            raise ConfigError(f"the secret {way}:{rest.split()[0]} is empty")
        _remember(value)
        return value


def _from_env(name: str, _root: Path) -> str:
    value = os.environ.get(name, _TAKEN.get(name))
    if value is None:
        raise ConfigError(f"environment variable {name} is not set", f"export {name}=… before the run")
    return value.strip()


def _from_file(path: str, root: Path) -> str:
    file = root / Path(path).expanduser()
    try:
        if file.stat().st_mode & READABLE_BY_OTHERS:
            raise ConfigError(f"secret file {file} can be read by others", f"chmod 600 {shlex.quote(str(file))}")
        return file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ConfigError(f"secret file {file}: {error.strerror}") from None


def _from_command(argv: str, root: Path) -> str:
    words = shlex.split(argv)
    try:
        done = subprocess.run(  # noqa: S603 - the user's own command, no shell
            words,
            cwd=root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=True,
            text=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigError(f"secret command {words[0]}: {type(error).__name__}", "run it by hand") from None
    return done.stdout.partition("\n")[0].strip()


def take(table: Any) -> None:
    """Take every variable that `table` names as a secret (`env:NAME`, at any depth) out of the environment."""
    if isinstance(table, dict):
        table = list(table.values())
    if isinstance(table, list):
        for part in table:
            take(part)
    elif isinstance(table, str) and table.startswith("env:") and (name := table[4:].strip()) in os.environ:
        _TAKEN[name] = os.environ.pop(name)


def _remember(value: str) -> None:
    """Note a secret, and the parts of an address that are one, for `hide`."""
    try:
        parts = urlsplit(value)
        said = {parts.password or "", *([f"{parts.path}?{parts.query}", parts.path] if parts.scheme else [])}
    except ValueError:
        said = set()
    said |= {value, quote(value, safe=""), *value.splitlines()}
    _READ.update(part for part in said if len(part) >= SHORTEST)


def hide(text: str) -> str:
    """`text` without any secret that was read in this run, also where it stands in base64, as in most logins."""
    for part in sorted(_READ, key=len, reverse=True):
        text = text.replace(part, "***")
    return _BASE64.sub(lambda found: "***" if _holds_one(found[0]) else found[0], text) if _READ else text


def _holds_one(encoded: str) -> bool:
    import base64

    try:
        said = base64.b64decode(f"{encoded}==").decode("utf-8", "replace")
    except ValueError:
        return False
    return any(part in said for part in _READ)
