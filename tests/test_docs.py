"""The documents say what is: every command is named, every key is documented, every block of commands is one line."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import click
import msgspec
import pytest

from digest import collectors, config, deliveries, plugins
from digest.cli import main
from digest.cli.group import COMMANDS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "config.example.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_documented(name: str) -> None:
    """A command has help, each of its options has help, and the README names it."""
    command = main.get_command(click.Context(main), name)
    assert command
    without = [p.name for p in command.params if isinstance(p, click.Option) and not p.help]

    assert ([], True, True) == (without, bool(command.help), f"digest {name}" in README)


def test_the_first_two_blocks_are_one_line_each() -> None:
    """The README opens with two commands: one does the job, one passes the tests."""
    blocks = re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL)[:2]

    assert ([1, 1], True, True) == ([b.count("\n") for b in blocks], "digest draft" in blocks[0], "pytest" in blocks[1])


def test_the_example_loads() -> None:
    """config.example.toml is a configuration that works."""
    loaded = config.load(ROOT / "config.example.toml")
    made = [plugins.build("collectors", collectors.BUILTIN, n, t, ROOT) for n, t in loaded.collectors.items()]
    made += [plugins.build("deliveries", deliveries.BUILTIN, n, t, ROOT) for n, t in loaded.deliveries.items()]

    assert [*loaded.collectors, *loaded.deliveries] == [m.name for m in made]


def keys_of(kind: type[Any]) -> set[str]:
    """The names of the settings of a table."""
    return {f.encode_name for f in msgspec.structs.fields(kind)} - config.GIVEN


def documented(section: str) -> set[str]:
    """The keys that the example sets, or shows in a comment, below the heading of a table."""
    body = re.split(rf"^{re.escape(section)}.*$", EXAMPLE, maxsplit=1, flags=re.MULTILINE)[1]
    inner = section.strip("[]")
    tables = re.findall(rf"^\[{re.escape(inner)}\.([a-z_]+)\]", EXAMPLE, re.MULTILINE)
    body = re.split(r"\n\[", body, maxsplit=1)[0]
    return {*re.findall(r"^#? ?([a-z_]+) = ", body, re.MULTILINE), *tables}


@pytest.mark.parametrize("group", ["collectors", "deliveries"])
def test_every_key_of_a_plugin_is_documented(group: str) -> None:
    """Each built-in type has a table in the example that names all of its keys."""
    builtin = {"collectors": collectors.BUILTIN, "deliveries": deliveries.BUILTIN}[group]
    tables = tomllib.loads(EXAMPLE)[group]
    missing: dict[str, set[str]] = {}
    for type_name in builtin:
        name = next((n for n, t in tables.items() if t.get("type", n) == type_name), None)
        kind = plugins._load(group, builtin, type_name, "")
        found = documented(f"[{group}.{name}]") if name else set()
        if lacking := keys_of(kind) - found:
            missing[type_name] = lacking

    assert {} == missing


@pytest.mark.parametrize(
    ("section", "kind"),
    [
        ("[audiences.customers]", config.Audience),
        ("[limits]", config.Limits),
        ("[period]", config.Cadences),
        ("[rules]", config.Rules),
        ("[taste]", config.Taste),
        ("[polish]", config.Polish),
        ("[wording]", config.Wording),
    ],
)
def test_every_key_of_a_table_is_documented(section: str, kind: type[Any]) -> None:
    """The tables of the configuration name all of their keys in the example."""
    assert set() == keys_of(kind) - documented(section)


def test_every_key_of_the_file_is_documented() -> None:
    """The keys and tables of the top level stand in the example."""
    top = set(tomllib.loads(EXAMPLE)) | set(re.findall(r"^#? ?([a-z_]+) = ", EXAMPLE.split("\n[", 1)[0], re.MULTILINE))

    assert set() == keys_of(config.Config) - top
