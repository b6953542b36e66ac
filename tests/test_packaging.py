"""What is shipped: the wheel alone, with the source tree out of reach, drafts a digest."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from tests.conftest import Clone

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    out = tmp_path_factory.mktemp("dist")
    code = f"import hatchling.build, os; os.chdir({str(ROOT)!r}); print(hatchling.build.build_wheel({str(out)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return out / done.stdout.split()[-1]


def test_the_wheel_holds_the_templates(wheel: Path) -> None:
    """Every template is inside the package, and nothing of the tests is."""
    names = zipfile.ZipFile(wheel).namelist()

    assert sorted(f"digest/templates/{p.name}" for p in (ROOT / "templates").iterdir()) == sorted(
        n for n in names if n.startswith("digest/templates/")
    )
    assert [] == [n for n in names if n.split("/")[0] in {"tests", "templates"}]


def test_the_wheel_drafts(wheel: Path, clone: Clone, tmp_path: Path) -> None:
    """Installed alone in a new environment it prints its help and a draft."""
    clone.commit("Add refunds to the order page", "2026-02-20T10:00:00Z")
    env = tmp_path / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(env)], check=True)
    inside = Path(sysconfig.get_path("purelib", "venv", {"base": str(env), "platbase": str(env)}))
    zipfile.ZipFile(wheel).extractall(inside)
    # The dependencies are those of this environment; a .pth file in a .pth file is not read, so our sources stay away.
    (inside / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    python = [str(env / "bin" / "python"), "-P", "-c", "from digest.cli import main; main()"]

    def told(*args: str) -> str:
        done = subprocess.run(
            args, cwd=clone.path, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": ""}
        )
        return done.stdout

    where = told(*python[:2], "-c", "import digest; print(digest.__file__)")
    helped = told(*python, "--help")
    drafted = told(*python, "draft", "--print", "--period", "2026-W07")

    assert Path(where.strip()).is_relative_to(env)
    assert "draft" in helped
    assert ["**Clone Update - W7-8**", "*Progress:*"] == [x for x in drafted.splitlines() if x][:2]
