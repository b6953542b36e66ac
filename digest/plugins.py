"""A configured table and the name of its type → the object that does the job, built in or from an entry point."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

import msgspec

from digest.config import complain, decode
from digest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def build(group: str, builtin: Mapping[str, str], name: str, table: Mapping[str, Any], root: Path) -> Any:
    """The typed object for the table `[group.name]`.

    Args:
        group: `collectors` or `deliveries`; third parties register classes as entry points of `digest.<group>`.
        builtin: type name → "module:Class".
        name: the name of the table; it is given to the object as `name`.
        table: the table as it stands in the file; its `type` is the type name, by default the name of the table.
        root: the folder that relative paths are relative to; given to the object as `root`.

    Raises:
        ConfigError: no such type, or the table does not fit it.
    """
    type_name = table.get("type", name)
    where = f"[{group}.{name}]"
    found = _load(group, builtin, str(type_name), where)
    fields = {k: v for k, v in table.items() if k != "type"}
    try:
        made = decode(fields, found)
    except msgspec.ValidationError as error:
        raise complain(where, error, found) from None
    return msgspec.structs.replace(made, name=name, root=root)


def _load(group: str, builtin: Mapping[str, str], type_name: str, where: str) -> Any:
    if type_name in builtin:
        module, _, attribute = builtin[type_name].partition(":")
        return getattr(import_module(module), attribute)
    import difflib
    from importlib.metadata import entry_points

    others = entry_points(group=f"digest.{group}")
    for entry in others:
        if entry.name == type_name:
            return entry.load()
    known = sorted({*builtin, *(e.name for e in others)})
    close = difflib.get_close_matches(type_name, known, 1)
    meant = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
    raise ConfigError(f"{where}: no type is called {type_name!r}", meant)
