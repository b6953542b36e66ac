"""The example of a source of a third party, installed as its author would install it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lines import Line

ROOT = Path(__file__).parent.parent


def test_a_source_of_a_third_party(tmp_path: Path) -> None:
    """Installed from its folder it is found by its entry point, and its incident is in the digest."""
    source = tmp_path / "source"
    shutil.copytree(ROOT / "examples" / "digest-incidents", source)
    packages = tmp_path / "packages"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(packages), str(source)], check=True, capture_output=True)
    rows = [
        {"id": "INC-7", "title": "Restored the checkout after the outage", "resolved": "2026-02-10T10:00:00+01:00"},
        {"id": "INC-8", "title": "Not yet", "resolved": "2026-02-23T00:00:00+00:00"},
    ]
    (tmp_path / "incidents.jsonl").write_text("\n".join(json.dumps(r) for r in rows), encoding="utf-8")
    (tmp_path / "config.toml").write_text(
        'title = "Shop"\ntimezone = "UTC"\n[collectors.incidents]\npath = "incidents.jsonl"\n', encoding="utf-8"
    )
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "digest",
            "draft",
            "--print",
            "--json",
            "--period",
            "2026-W07",
            "--config",
            str(tmp_path / "config.toml"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(packages), str(ROOT)])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr.replace("incidents: complete, 1 found\n", ""))
    assert [["incidents:INC-7"]] == [e["refs"] for e in json.loads(done.stdout)["sections"]["progress"]]


def test_a_delivery_of_a_third_party(line: Line, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one in docs/deliveries.md, as it stands there: found by its entry point, run once, noted in the journal."""
    packages = tmp_path / "packages"
    (packages / "shout-1.dist-info").mkdir(parents=True)
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs/deliveries.md").read_text(encoding="utf-8"), re.DOTALL)
    assert found
    (packages / "shout.py").write_text(found[1], encoding="utf-8")
    (packages / "shout-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: shout\nVersion: 1\n")
    (packages / "shout-1.dist-info/entry_points.txt").write_text("[digest.deliveries]\nshout = shout:Shout\n")
    monkeypatch.syspath_prepend(packages)
    line.clone.commit("Add gift cards to the checkout", "2026-02-11T10:00:00Z")
    line.write("config.toml", 'title = "Shop"\ntimezone = "UTC"\n[deliveries.shout]\nwall = "wall.txt"\n')
    line.run("draft")
    line.run("publish")
    wall, first = line.clone.path / "wall.txt", line.read("wall.txt")
    wall.unlink()
    again = line.run("publish").stderr

    assert ("SHOP UPDATE - W7-8", True, False, True) == (
        first.splitlines()[0],
        "ADDED GIFT CARDS TO THE CHECKOUT." in first,
        wall.exists(),
        "shout: everybody has it already; shout sent nothing" in again,
    )
