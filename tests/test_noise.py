"""What is routine is counted and not told; what only looks like routine is left to the ranking."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from digest.config import Rules
from digest.normalize import noise
from digest.normalize.paths import only, place
from digest.normalize.story import alone
from tests.works import commit, lines, links, part, pull, ticket

MANIFEST = lines(pom_xml=2)

ROUTINE = {
    "Bump org.example:parent from 102 to 103.": noise.DEPENDENCY,
    "Bump GH CI actions/checkout from 7.0.0 to 7.0.1": noise.DEPENDENCY,
    "chore(deps): update rust crate openssl to 0.10.60": noise.DEPENDENCY,
    "Update dependency globals to v15.1.0": noise.DEPENDENCY,
    "Update babel monorepo to v7": noise.DEPENDENCY,
    "Upgrade Guava": noise.DEPENDENCY,
    "Dep bump 2026 08 04": noise.DEPENDENCY,
    "bump(example.org/p/protobuf): 7d3c2a1": noise.DEPENDENCY,
    "[maven-release-plugin] prepare for next development iteration": noise.RELEASE,
    "Release 2.4.1": noise.RELEASE,
    "Prepare for 2.5.0": noise.RELEASE,
    "Bump version to 1.2.3": noise.RELEASE,
    "v1.2.3": noise.RELEASE,
    "edge-24.2.2": noise.RELEASE,
    "Shop 2.49-rc1": noise.RELEASE,
    "add changes for edge-24.2.2": noise.RELEASE,
    "Update changelog for 1.2.3": noise.RELEASE,
    "Merge stable into main.": noise.MERGE,
    "chore: merge release 3.13.1, 3.13.2 to main": noise.MERGE,
    "Merge branch 'main' into fix-name-collision": noise.MERGE,
    "ci: pin the runner": noise.CI,
    "Javadoc": noise.CLEAN_UP,
    "Use final": noise.CLEAN_UP,
    "Sort members": noise.CLEAN_UP,
    "Merge if statements with the same return value.": noise.CLEAN_UP,
    "Use ternary instead of if-else.": noise.CLEAN_UP,
    "Remove unnecessary parentheses.": noise.CLEAN_UP,
    "Reuse StringUtils.EMPTY": noise.CLEAN_UP,
    "Fix typo in the guide": noise.CLEAN_UP,
    "Internal refactoring": noise.CLEAN_UP,
    "style: reformat with black": noise.CLEAN_UP,
    "Fix clippy warnings": noise.CLEAN_UP,
    "Apply golint suggestions": noise.CLEAN_UP,
    "Add TODO to the frame": noise.CLEAN_UP,
}

TOLD = (
    "Python 3.13",
    "Support HTTP 1.1.1",
    "Fix negative week year formatting in FastDatePrinter",
    "Fix crash in the manual_map lint",
    "Validate `style()` color arguments",
    "Merge duplicate customers on import",
    "Bump the retry limit so that slow stores can answer",
    "Remove the legacy adapter",
    "Release locks when a worker dies",
    "Use Redis for inventory checks",
    "fix(lock): name the file in the error message",
    "feat(independence): two lemmas",
    "Sort orders by price",
    "Add messages when throwing NullPointerException",
)


@pytest.mark.parametrize(("title", "kind"), ROUTINE.items())
def test_routine_is_known_by_its_title(title: str, kind: str) -> None:
    """Whoever made it: people commit dependency updates, too."""
    places = {noise.DEPENDENCY: MANIFEST, noise.CI: lines(docs__ci_md=1)}
    changes = places.get(kind, lines(src__shop_py=10))

    assert kind == noise.kind(alone(commit(1, title, changes=changes)))


LINES = (
    "main",
    "origin/develop",
    "release-3.7",
    "release/2024",
    "5-0-stable",
    "v1.x",
    "tokio-1.43.x",
    "upstream/dev",
    "2.4",
)
TOPICS = (
    "refunds",
    "feature/refunds",
    "jk/safer-links",
    "ann/main-page",
    "PAY-7-refunds",
    "123-fix-login",
    "http2",
    "hotfix/refunds",
    "ann/release-notes",
)


@pytest.mark.parametrize("branch", [*LINES, *TOPICS])
def test_a_merge_is_routine_where_it_keeps_branches_level(branch: str) -> None:
    """What was made on a branch of its own is work, though its merge names the branch alone."""
    merge = commit(1, f"Merge branch '{branch}'", branch=branch, parts=(part(7, "Add refunds"),))

    assert (noise.MERGE if branch in LINES else "") == noise.kind(alone(merge))


@pytest.mark.parametrize("title", TOLD)
def test_work_is_no_routine(title: str) -> None:
    """A word of routine in a title makes none of it."""
    assert noise.kind(alone(commit(1, title))) == ""


def test_a_robot_is_counted_whatever_it_did() -> None:
    """Dependency updates of robots as such, the rest as bot changes."""
    update = commit(1, "Bump x from 1 to 2", bot=True, changes=MANIFEST, body="breaking change")
    other = commit(2, "Fill in since annotations", bot=True)

    assert [noise.DEPENDENCY, noise.ROBOT] == [noise.kind(alone(a)) for a in (update, other)]


def test_an_update_with_a_consequence_may_be_told() -> None:
    """A person who writes that support ends, or that a hole is closed, wrote it for the reader."""
    plain = commit(1, "Bump netty from 4.1.1 to 4.1.2", changes=MANIFEST)
    hole = replace(plain, body="Fixes CVE-2026-1234.")
    support = replace(plain, title="Upgrade the server from 6.18 to 6.19 (remove support for several archives)")

    assert [noise.DEPENDENCY, "", ""] == [noise.kind(alone(a)) for a in (plain, hole, support)]


def test_a_constant_of_the_program_is_no_dependency() -> None:
    """What touches no manifest, lock or pipeline bumps something else."""
    assert noise.kind(alone(commit(1, "Bump timeout from 3 to 5", changes=lines(src__net_py=1)))) == ""


def test_locks_and_pipelines_alone_are_routine() -> None:
    """Whatever the title says."""
    lock = commit(1, "Freshen everything up for spring", changes=lines(Cargo_lock=80))
    pipeline = commit(2, "Try another runner for the nightly", changes=lines(**{".github__workflows__ci_yml": 8}))

    assert [noise.DEPENDENCY, noise.CI] == [noise.kind(alone(a)) for a in (lock, pipeline)]


def test_what_a_ticket_asked_for_is_no_routine() -> None:
    """Somebody wanted it enough to write it down."""
    assert ["", ""] == [
        noise.kind(s)
        for s in (alone(commit(1, "[PAY-7] Fix typo"), keys=("PAY-7",)), alone(ticket("PAY-7", "Fix typo")))
    ]


def test_a_large_edit_is_no_mere_clean_up() -> None:
    """A title with words and many lines of source may be more than it says."""
    large = commit(1, "Remove unused parts of the old store", changes=lines(src__a_py=900))

    assert noise.kind(alone(large)) == ""


def test_each_kind_is_counted_the_updates_first() -> None:
    """The counts of the maintenance line."""
    titles = ["Use final", "Sort members", "Bump x from 1 to 2", "Release 1.2"]
    stories = [alone(commit(n, t, changes=MANIFEST if "Bump" in t else ())) for n, t in enumerate(titles)]

    assert [(noise.DEPENDENCY, 1), (noise.CLEAN_UP, 2), (noise.RELEASE, 1)] == list(
        noise.count((s, noise.kind(s)) for s in stories).items()
    )


RULES = {
    "ignore_authors ann*": Rules(ignore_authors=("ann*",)),
    "ignore_labels skip": Rules(ignore_labels=("nope", "skip")),
    "ignore_paths docs/*": Rules(ignore_paths=("docs/*",)),
    "": Rules(ignore_authors=("bob",), ignore_labels=("nope",), ignore_paths=("src/*",)),
}


@pytest.mark.parametrize(("said", "rules"), RULES.items())
def test_the_configuration_names_what_is_ignored(said: str, rules: Rules) -> None:
    """The rule that fits is named; paths only if all files lie there."""
    activity = pull(1, "p", labels=("Skip",), changes=lines(docs__a_md=1))

    assert said == noise.ignored(activity, rules)


PLACES = {
    "Cargo.lock": "lock",
    "web/package-lock.json": "lock",
    "pom.xml": "manifest",
    "CHANGELOG.md": "changelog",
    "src/changes/changes.xml": "changelog",
    ".github/workflows/ci.yml": "ci",
    "src/test/java/ATest.java": "test",
    "tests/test_a.py": "test",
    "pkg/a_test.go": "test",
    "docs/guide.md": "docs",
    "README.md": "docs",
    "Makefile": "tools",
    "scripts/release.py": "tools",
    "src/scripts/release.zig": "tools",
    "tools/lint.py": "tools",
    "src/tools/import.py": "source",
    "src/script/interpreter.cpp": "source",
    "src/main/java/dev/A.java": "source",
    "src/main/java/A.java": "source",
    "lib/contest.py": "source",
}


@pytest.mark.parametrize(("path", "where"), PLACES.items())
def test_a_path_has_one_place(path: str, where: str) -> None:
    """Which part of a project it belongs to."""
    assert where == place(path)


def test_no_changes_lie_nowhere() -> None:
    """What is not known is not taken for routine."""
    assert (False, "") == (only((), "ci"), noise.kind(alone(pull(1, "Add gzip", links=links(), changes=None))))
