"""What a run does not load: the start of a program is what it loads, and it is paid by every run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.conftest import Clone

ROOT = Path(__file__).parent.parent
TOLD = """
import sys
from digest.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
print("loaded", *sys.modules, file=sys.stderr)
"""
OF_OTHER_COMMANDS = {
    *("audience", "corrections", "deliveries", "explain", "export", "issue", "lint", "notice", "outbox", "polish"),
    *("prompt", "publishing", "rollup", "schedule", "sending", "shared", "standing", "web"),
    *(f"cli.{name}" for name in ("approving", "asking", "looking", "publishing", "reviewing", "rolling", "timing")),
}
OF_OTHER_SOURCES = {"github", "gitlab", "jira", "requests", "sqlalchemy", "digest.collectors.measure"}
FOR_OTHER_OUTPUTS = {"css_inline", "email.message", "flask", "nh3", "prompt_toolkit", "rich"}
FOR_WHAT_IS_NOT_THERE = {"concurrent.futures", "dataclasses", "difflib", "html", "markdown_it", "tomllib", "unittest"}
"""Several clones, near names of a wrong key, entities, Markdown that is more than paragraphs, a configuration."""


def loaded(folder: Path, *args: str) -> set[str]:
    """The modules that the program has loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", TOLD, *args],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stderr.rpartition("loaded ")[2].split())


def test_a_plain_draft_loads_what_it_needs(clone: Clone) -> None:
    """To print what a clone tells, in paragraphs, without a configuration, takes nothing of what else there is."""
    message = "Serve pages from the cache (#12)\n\nPages load in 120 ms instead of 340 ms.\n\nFixes #3."
    clone.commit(message, "2026-02-11T10:00:00Z")
    modules = loaded(clone.path, "draft", "--print", "--period", "2026-02-09..2026-02-22")
    needless = (
        {f"digest.{name}" for name in OF_OTHER_COMMANDS} | OF_OTHER_SOURCES | FOR_OTHER_OUTPUTS | FOR_WHAT_IS_NOT_THERE
    )

    assert (set(), True) == (needless & modules, "digest.normalize" in modules)


@pytest.mark.parametrize("args", [["--help"], ["draft", "--help"]], ids=" ".join)
def test_help_loads_no_part_of_the_program(tmp_path: Path, args: list[str]) -> None:
    """Help is made of the commands alone: nothing that reads, words or stores."""
    ours = {name.split(".")[1] for name in loaded(tmp_path, *args) if name.startswith("digest.")}

    assert {"cli", "errors"} == ours
