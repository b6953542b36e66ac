"""The architecture as a test: imports go down only, and each foreign package has its one place."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "digest"

FLOORS = [
    {
        "errors",
        "apart",
        "files",
        "running",
        "abreast",
        "compiled",
        "places",
        "regex",
        "markdown",
        "charts",
        "extract",
        "redact",
        "secret",
        "stats",
        "quantity",
    },
    {"period", "config", "tables", "metric", "choice"},
    {"model", "layout", "plugins", "screen", "deliveries"},
    {
        "collectors",
        "store",
        "normalize",
        "draft",
        "render",
        "outbox",
        "polish",
        "archive",
        "audience",
        "corrections",
        "export",
        "explain",
        "lint",
        "flow",
        "schedule",
    },
    {
        "issue",
        "pipeline",
        "collecting",
        "history",
        "house",
        "notice",
        "project",
        "publishing",
        "reading",
        "rollup",
        "sending",
        "shared",
        "standing",
    },
    {"prompt", "web"},
    {"cli", "__main__"},
]
ROOMS = FLOORS[3]
ONLY_IN = {
    "click": {"cli"},
    "jinja2": {"render"},
    "sqlite3": {"store", "collectors"},
}
READS_AND_WRITES = {
    "config",
    "tables",
    "metric",
    "plugins",
    "store",
    "collectors",
    "deliveries",
    "draft",
    "outbox",
    "archive",
    "export",
    "pipeline",
    "reading",
    "cli",
    "web",
}
"""Rooms that turn records into JSON or tables, or back; all others only make them."""
RECORDS_ONLY = {"Struct", "field", "structs"}
INSIDE_FUNCTIONS = {
    "github",
    "jira",
    "git",
    "gitlab",
    "sqlalchemy",
    "prompt_toolkit",
    "flask",
    "css_inline",
    "rich",
    "requests",
}


def room(path: Path) -> str:
    """The module, or the package below `digest`, that a file belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, bool]]:
    """Every absolute module name that a file imports, and whether the import stands at the top level."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    typing_only = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "digest":
            names = [f"digest.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        for name in names:
            yield name, id(node) in top and id(node) not in typing_only


def floor(name: str) -> int:
    """How high a room lies."""
    return next(k for k, rooms in enumerate(FLOORS, 1) if name in rooms)


FILES = sorted(p for p in ROOT.rglob("*.py") if p != ROOT / "__init__.py")


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    """A file imports from lower floors or its own package; rooms of one floor do not know each other."""
    here = room(path)
    wrong = []
    for name, _ in imports(path):
        if name == "digest" or not name.startswith("digest."):
            continue
        there = name.split(".")[1]
        if there in {"__version__", here}:
            continue
        if floor(there) > floor(here) or (floor(there) == floor(here) and here in ROOMS):
            wrong.append(name)

    assert [] == wrong


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_foreign_packages_have_their_place(path: Path) -> None:
    """Some packages are used in one room only; the heavy ones are imported inside the function that needs them."""
    wrong = []
    for name, at_top in imports(path):
        package = name.split(".")[0]
        if package in ONLY_IN and room(path) not in ONLY_IN[package]:
            wrong.append(name)
        if package in INSIDE_FUNCTIONS and at_top:
            wrong.append(f"{name} at the top level")

    assert [] == wrong


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_records_are_structs(path: Path) -> None:
    """A record is a `msgspec.Struct`: to make the class of a dataclass takes 0.4 ms, and 80 of them a sixth of a draft.

    One is none, because a dataclass can leave a secret out of what it prints. Only some rooms read and write records.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "msgspec"
    }
    beyond = used - RECORDS_ONLY if room(path) not in READS_AND_WRITES else set()
    dataclasses = {name for name, _ in imports(path) if name == "dataclasses"} if path.name != "pages.py" else set()

    assert (set(), set()) == (beyond, dataclasses)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_table_of_patterns_costs_no_start_up(path: Path) -> None:
    """Patterns of text are written with `digest.regex.regex`, which compiles them at their first use."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "re.compile"]
    eager = (
        [call.lineno for call in calls if not _is_of_bytes(call)]
        if path.name not in {"regex.py", "compiled.py"}
        else []
    )

    assert [] == eager


def _is_of_bytes(call: ast.Call) -> bool:
    return any(isinstance(n, ast.Constant) and isinstance(n.value, bytes) for n in ast.walk(call))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_stays_small(path: Path) -> None:
    """At most 300 lines a module and 60 a function."""
    source = path.read_text(encoding="utf-8")
    functions = [n for n in ast.walk(ast.parse(source)) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    long = [f.name for f in functions if (f.end_lineno or 0) - f.lineno >= 60]

    assert (source.count("\n") <= 300, []) == (True, long)
