"""What a path says about a change: source, tests, documentation, developers' tools, CI, locks and manifests."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from digest.regex import folded, regex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from digest.model import Change

Place = Literal["lock", "manifest", "changelog", "ci", "test", "docs", "tools", "source"]

_PATTERNS: dict[Place, str] = {
    "lock": r"""/(?:
        (?:cargo\.lock|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|go\.sum
        |gemfile\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|composer\.lock|mix\.lock|pubspec\.lock
        |flake\.lock|packages\.lock\.json|gradle\.lockfile|\.terraform\.lock\.hcl)$
        |(?:vendor|node_modules)/)""",
    "manifest": r"""/(?:
        (?:cargo\.toml|package\.json|go\.mod|gemfile|[^/]+\.gemspec|pom\.xml|build\.gradle(?:\.kts)?
        |libs\.versions\.toml|requirements[^/]*\.(?:txt|in)|setup\.cfg|pipfile|composer\.json|mix\.exs
        |leanpkg\.toml|lake-manifest\.json|lean-toolchain|packages\.config|directory\.packages\.props
        |pubspec\.yaml|flake\.nix|pyproject\.toml)$
        |(?:supply-chain|requirements)/)""",
    "changelog": r"""/(?:
        (?:changelog|changes|news|history|release[-_ ]?notes?|relnotes|unreleased)
            [^/]*(?:/|$|\.(?:md|rst|txt|adoc|markdown|xml)$)
        |(?:newsfragments?|changelog\.d|docs/release-notes)/)""",
    "ci": r"""/(?:
        \.(?:github|gitlab|circleci|buildkite|woodpecker|config)/|\.?ci/
        |\.travis\.yml$|(?:renovate|dependabot)[^/]*$|\.pre-commit-config\.yaml$
        |\.(?:editorconfig|gitignore|gitattributes|mailmap|rubocop[^/]*|clang-format|prettierrc[^/]*)$)
        |jenkinsfile|\.gitlab-ci|azure-pipelines""",
    "test": r"""/(?:
        (?:tests?|specs?|testing|__tests__|testdata|testsuite|fixtures|itest|e2e|benches|fuzz|t)/|test_[^/]+$)
        |[_.-](?:tests?|spec)\.[a-z]+$|tests?\.(?:java|kt|cs|scala)$|\.snap$""",
    "docs": r"""
        \.(?:md|mdx|rst|txt|adoc|markdown|html|tex)$
        |/(?:docs?|documentation|guides?|website|book|man)/""",
    "tools": r"""/(?:
        (?<=^/)(?:script|dev|contrib|tools?)/|(?:scripts|xtask|hack)/
        |(?:(?:gnu)?makefile|justfile|rakefile|dockerfile)$)""",
}
"""What stands in the path, in small letters and with a slash before its first folder too: so all begin with one."""

_PLACES = [(place, regex(pattern, re.VERBOSE)) for place, pattern in _PATTERNS.items()]


@lru_cache(maxsize=65536)
def place(path: str) -> Place:
    """Which part of a project the path belongs to."""
    whole = f"/{folded(path)}"
    return next((name for name, pattern in _PLACES if pattern.search(whole)), "source")


def only(changes: Iterable[Change], *places: Place) -> bool:
    """Whether there are changes and all of them lie in those places."""
    found = {place(change.path) for change in changes}
    return bool(found) and found <= set(places)


def churn(changes: Iterable[Change], *places: Place) -> int:
    """How many lines were added or deleted in those places."""
    return sum(change.added + change.deleted for change in changes if place(change.path) in places)
