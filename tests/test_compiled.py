"""Patterns whose code is kept from one run to the next."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from digest import compiled

ROOT = Path(__file__).parent.parent
PATTERNS = [
    (r"(?P<key>[A-Z]+)-(\d+)", 0),
    (r"\bnot (?:as )?fast\b|(?<!\d)σ+?", re.IGNORECASE),
    (r"^ (?P<low>\d+) (?: – (?P<high>\d+) )? $", re.VERBOSE | re.MULTILINE),
    (r"(?x) a  b", 0),
]
TEXT = "PAY-12 is NOT FAST ΣΣ\n3–44\nab"


def facts(pattern: re.Pattern[str]) -> object:
    """All that can be seen of a pattern."""
    met = [(m.span(), m.groups(), m.lastgroup) for m in pattern.finditer(TEXT)]
    return pattern.pattern, pattern.flags, pattern.groups, dict(pattern.groupindex), met


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> compiled._Kept:
    """What a run keeps, nothing at first."""
    kept = compiled._Kept({}, {})
    monkeypatch.setattr(compiled, "_kept", lambda: kept)
    return kept


@pytest.mark.parametrize(("text", "flags"), PATTERNS)
def test_a_kept_pattern_is_the_same(kept: compiled._Kept, text: str, flags: int) -> None:
    """What a later run makes of the kept code is what `re.compile` makes of the text."""
    first = compiled.compiled(text, flags)
    kept.known.update(kept.new)
    again = compiled.compiled(text, flags)

    assert [facts(re.compile(text, flags))] * 2 == [facts(first), facts(again)]


@pytest.mark.parametrize(
    "damaged",
    [(0, b"", 1, {}), (0, b"\xff\xff\xff\xff" * 9, 1, {}), (0, b"\x01", 1, {}), (0, "no bytes", 1, {}), (1,), None],
)
def test_damaged_code_is_compiled_anew(kept: compiled._Kept, damaged: compiled.Code) -> None:
    """A file that somebody wrote into costs time and nothing else."""
    text, flags = PATTERNS[0]
    kept.known[text, flags] = damaged

    assert facts(re.compile(text, flags)) == facts(compiled.compiled(text, flags))


@pytest.mark.parametrize("error", [AttributeError, ImportError, TypeError])
def test_a_python_that_is_made_otherwise(
    kept: compiled._Kept, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Where `re` has no such inside, each run compiles as everybody does, and keeps nothing."""

    def lacks(_text: str, _flags: int) -> compiled.Code:
        raise error

    monkeypatch.setattr(compiled, "_code", lacks)
    text, flags = PATTERNS[0]

    assert (facts(re.compile(text, flags)), {}) == (facts(compiled.compiled(text, flags)), kept.new)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00" * 40, b"(\x02\x00\x00\x00"])
def test_a_file_that_is_none_of_ours_is_no_knowledge(tmp_path: Path, content: bytes) -> None:
    """What cannot be read, or is no table, counts as not there."""
    (tmp_path / "patterns").write_bytes(content)

    assert {} == compiled._load(tmp_path / "patterns")


@pytest.mark.parametrize(("told", "files"), [("", 1), ("1", 0)])
def test_a_run_keeps_what_it_compiled(tmp_path: Path, told: str, files: int) -> None:
    """The second run finds it; where Python is told to write no byte code, nothing is written."""
    code = "from digest import compiled; compiled.compiled('a+'); print(len(compiled._kept().new))"
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": told}
    said = [subprocess.check_output([sys.executable, "-c", code], env=env, text=True).strip() for _ in range(2)]

    assert (["1", str(1 - files)], files) == (said, len(list(tmp_path.glob("digest/patterns-*"))))


def test_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then each run compiles for itself."""
    (tmp_path / "digest").write_text("a file, where the folder should be")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    compiled._save(compiled._Kept({}, {("a", 0): (0, b"", 1, {})}))

    assert ["digest"] == [p.name for p in tmp_path.iterdir()]
