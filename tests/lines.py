"""The whole line in one hand: a real repository, a clock that a test sets, and the program as a person runs it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from digest.cli import main
from tests.conftest import Clone

TUESDAY = datetime(2026, 2, 24, 8, tzinfo=UTC)


class Line:
    """The program in a clone; `at` is what its clock says."""

    def __init__(self, clone: Clone) -> None:
        self.clone = clone
        self.at = TUESDAY

    def work_here(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Let the clone be the working directory, and every command ask this clock."""
        monkeypatch.chdir(self.clone.path)
        for name, module in list(sys.modules.items()):
            if name.startswith("digest.cli.") and hasattr(module, "now"):
                monkeypatch.setattr(module, "now", lambda: self.at)

    def run(self, *args: str, code: int = 0) -> Result:
        """Run the program and see that it ends with `code`."""
        result = CliRunner().invoke(main, args)
        assert code == result.exit_code, f"{result.output}\n{result.exception!r}"
        return result

    def write(self, name: str, text: str) -> None:
        """Put a file into the clone, not committed."""
        file = self.clone.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        """A file of the clone."""
        return (self.clone.path / name).read_text(encoding="utf-8")

    def edit(self, name: str, old: str, new: str) -> None:
        """What a person does to a file in an editor."""
        text = self.read(name)
        assert old in text, text
        self.write(name, text.replace(old, new, 1))

    def folder(self, name: str) -> list[str]:
        """The names of what lies in a folder of the clone, journals left out."""
        return sorted(p.name for p in Path(self.clone.path, name).iterdir() if p.is_file())
