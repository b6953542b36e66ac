"""What a path says about a change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.normalize.paths import place

PLACES = {
    "lock": ["Cargo.lock", "web/yarn.lock", "vendor/a.go", "a/node_modules/b/c.js"],
    "manifest": ["pyproject.toml", "a/x.gemspec", "requirements-dev.txt", "requirements/all.in", "a/build.gradle.kts"],
    "changelog": ["CHANGELOG.md", "a/changes/1.xml", "History", "release_notes.rst", "newsfragments/1", "News/x"],
    "ci": [
        ".github/x.yml",
        "a/ci/run",
        "Jenkinsfile",
        "a/My-Azure-Pipelines.yml",
        ".rubocop_todo.yml",
        "renovate.json",
    ],
    "test": ["tests/a.py", "a/test_b", "a_test.go", "FooTests.java", "a/b.snap", "t/x", "x.spec.ts"],
    "docs": ["README.md", "a/b.html", "doc/x.py", "a/book/c"],
    "tools": ["script/a", "tools/x.py", "a/scripts/b", "Makefile", "a/GNUmakefile"],
    "source": ["a/script/b", "latest.py", "lib/tool.py", "vendors/a.go", "a/contest_b.py", "makefile.c", "a/b.snapper"],
}


@pytest.mark.parametrize(("expected", "path"), [(name, path) for name, paths in PLACES.items() for path in paths])
def test_a_path_belongs_to_one_part_of_a_project(expected: str, path: str) -> None:
    """Files and folders are known by their names, wherever they stand."""
    assert expected == place(path)


@given(st.lists(st.sampled_from([p for paths in PLACES.values() for p in paths]), min_size=1, max_size=3).map("/".join))
def test_capital_letters_tell_nothing(path: str) -> None:
    """A path in capital letters belongs where it does in small ones."""
    assert place(path.lower()) == place(path.upper())
