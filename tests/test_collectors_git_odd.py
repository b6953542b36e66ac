"""Odd repositories: what people, time and tools really leave behind in a clone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.collectors import git, git_blocks, git_read
from digest.collectors.git import Git
from digest.collectors.git_parse import objects
from digest.errors import SourceError
from digest.model import Activity, Change, Outcome
from digest.period import Period

if TYPE_CHECKING:
    from tests.conftest import Clone

W7_8 = Period(first=date(2026, 2, 9), end=date(2026, 2, 23))
BEFORE, IN, LATER = "2026-01-05T10:00:00Z", "2026-02-12T10:00:00Z", "2026-02-13T10:00:00Z"


def collect(path: Path | str, **settings: object) -> list[Activity]:
    """The activities of a clone."""
    found = Git(paths=(str(path),), name="local", **settings).collect(W7_8, None)  # type: ignore[arg-type]
    return [item for item in found if isinstance(item, Activity)]


def titles(path: Path | str, **settings: object) -> list[str]:
    """Their titles, newest first."""
    return [item.title for item in collect(path, **settings)]


def run(*argv: str | Path, cwd: Path | None = None) -> None:
    """Start a program that has to succeed."""
    subprocess.run(list(map(str, argv)), cwd=cwd, check=True, capture_output=True)


def raw_commit(clone: Clone, message: bytes, *headers: str, author: bytes = b"Ann <ann@example.test>") -> None:
    """A commit object byte by byte, at noon of 12 February 2026."""
    tree = clone.git("write-tree")
    stamp = b" 1770897600 +0000\n"
    lines = [f"tree {tree}\n".encode(), b"author " + author + stamp, b"committer " + author + stamp]
    body = b"".join([*lines, *(f"{h}\n".encode() for h in headers), b"\n", message])
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=body,
        cwd=clone.path,
        capture_output=True,
        check=True,
    )
    clone.git("update-ref", "refs/heads/main", made.stdout.decode().strip())


def pile_up(clone: Clone, count: int) -> None:
    """So many commits with clocks years behind."""
    tip = clone.git("rev-parse", "HEAD")
    lines = []
    for n in range(count):
        lines += ["commit refs/heads/main", f"committer A <a@b> {1600000000 + n} +0000", "data 1", "x"]
        lines += [f"from {tip}"] if n == 0 else []
    given = "\n".join([*lines, ""]).encode()
    subprocess.run(["git", "fast-import", "--quiet"], input=given, cwd=clone.path, check=True)


def test_a_declared_encoding_is_read(clone: Clone) -> None:
    """A message in Latin-1 that says so comes out right."""
    raw_commit(clone, "Größe prüfen\n\nÄußerst\n".encode("latin-1"), "encoding ISO-8859-1")

    assert [("Größe prüfen", "Äußerst")] == [(a.title, a.body) for a in collect(clone.path)]


def test_a_wrong_encoding_breaks_nothing(clone: Clone) -> None:
    """What cannot be read is marked, and the text can be written as UTF-8."""
    raw_commit(clone, b"Gr\xf6\xdfe \xff\n\nna\xefve\n", author=b"J\xf6rg <j@example.test>")

    (found,) = collect(clone.path)
    assert ("Gr\ufffd\ufffde \ufffd", "na\ufffdve", ("J\ufffdrg",)) == (found.title, found.body, found.people)


def test_windows_line_ends_are_read(clone: Clone) -> None:
    """A title does not end in a carriage return, a body has plain line ends."""
    raw_commit(clone, b"Title (#3)\r\n\r\nOne\r\nTwo\r\n\r\nCo-authored-by: Bo <bo@example.test>\r\n")

    (found,) = collect(clone.path)
    assert ("Title", "One\nTwo\n\nCo-authored-by: Bo <bo@example.test>", ("Ann", "Bo")) == (
        found.title,
        found.body,
        found.people,
    )


def test_a_long_message_is_whole(clone: Clone) -> None:
    """60 kB of text arrive as they were written."""
    body = "\n".join(f"line {n} of a long story" for n in range(2500))
    clone.commit(f"Long\n\n{body}\n", IN)

    assert [body] == [a.body for a in collect(clone.path)]


def test_a_message_without_words_is_one_activity(clone: Clone) -> None:
    """A commit may have no message."""
    raw_commit(clone, b"")

    assert [""] == titles(clone.path)


def test_secrets_are_cut_from_title_body_and_parts(clone: Clone) -> None:
    """What was found is told, one kind for each finding."""
    token = "gh" + "p_" + "aB3dE5gH7j" * 4
    clone.commit("Start", BEFORE)
    clone.git("checkout", "-qb", "x")
    clone.commit(f"Use {token}", IN)
    clone.git("checkout", "-q", "main")
    clone.merge("x", f"Merge pull request #1 from a/x\n\nUse {token}\n\n{token}", LATER)

    (found,) = collect(clone.path)
    cut = "[redacted: github-token]"
    assert (f"Use {cut}", cut, [f"Use {cut}"], ("github-token",) * 3) == (
        found.title,
        found.body,
        [p.title for p in found.parts],
        found.redacted,
    )


def test_a_mailmap_names_people(clone: Clone) -> None:
    """The name that the team agreed on is taken."""
    clone.commit("Start", BEFORE, {".mailmap": "Ann Real <ann@example.test>\n"})
    clone.commit("Change", IN)

    assert [("Ann Real",)] == [a.people for a in collect(clone.path)]


def test_files_are_told_one_by_one(clone: Clone, make_clone: Callable[[str], Clone]) -> None:
    """Renamed, binary, strange names, a new submodule, one that moved: each file with what is known of it."""
    other = make_clone("other")
    other.commit("One", BEFORE)
    clone.commit("Start", BEFORE, {"old name.txt": "same\n", "tab\tname": "1\n", "grüße.txt": "1\n"})
    clone.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.path), "sub")
    clone.commit("Add the submodule", BEFORE)
    clone.git("mv", "old name.txt", "new name.txt")
    (clone.path / "image.png").write_bytes(b"\x89PNG\0\1\2")
    other.commit("Two", BEFORE)
    run("git", "pull", "-q", "origin", "main", cwd=clone.path / "sub")
    clone.commit("Change", IN, {"tab\tname": "1\n2\n", "grüße.txt": "2\n"})

    (found,) = collect(clone.path)
    assert (
        Change(path="grüße.txt", added=1, deleted=1),
        Change(path="image.png", created=True),
        Change(path="new name.txt", added=1),
        Change(path="old name.txt", deleted=1),
        Change(path="sub", added=1, deleted=1),
        Change(path="tab\tname", added=1),
    ) == tuple(sorted(found.changes or (), key=lambda c: c.path))


def test_the_users_own_settings_change_nothing(clone: Clone) -> None:
    """Settings of git that change what log prints are overruled."""
    for setting in ("log.showSignature=true", "log.showRoot=false", "diff.renames=copies", "color.ui=always", "diff.relative=true",
                    "core.quotePath=true", "log.date=iso", "diff.noprefix=true", "log.decorate=full", "diff.external=false", "i18n.logOutputEncoding=ISO-8859-1"):  # fmt: skip
        clone.git("config", *setting.split("="))
    clone.commit("Größe", IN, {"ä": "1\n"})

    assert [("Größe", (Change(path="ä", added=1, created=True),))] == [
        (a.title, a.changes) for a in collect(clone.path)
    ]


def test_no_program_of_the_repository_is_started(clone: Clone) -> None:
    """A clone may name a program that checks signatures; it is not run."""
    script = clone.path / "check.sh"
    script.write_text(f"#!/bin/sh\ntouch {clone.path}/pwned\n")
    script.chmod(0o755)
    clone.git("config", "gpg.program", str(script))
    clone.git("config", "log.showSignature", "true")
    raw_commit(clone, b"Signed\n", "gpgsig -----BEGIN PGP SIGNATURE-----\n \n -----END PGP SIGNATURE-----")

    assert (["Signed"], False) == (titles(clone.path), (clone.path / "pwned").exists())


@pytest.mark.parametrize("name", ["--output=pwned", "-n1", "--all", "a'b", "ünï"])
def test_a_branch_name_is_never_an_option(clone: Clone, name: str) -> None:
    """A name that looks like an option is a name."""
    full = clone.commit("Landed", IN)
    clone.git("update-ref", f"refs/heads/{name}", full)

    assert (["Landed"], False) == (titles(clone.path, branch=name), (clone.path / "pwned").exists())


@pytest.mark.parametrize("name", ["none", "--output=pwned", "main~1", "main..main", "@{u}", "", "a b", "main^{/x}"])
def test_a_branch_that_is_not_there_is_an_error(clone: Clone, name: str) -> None:
    """Only names of branches and tags are taken, no revision language."""
    clone.commit("Landed", IN)
    if not name:
        assert ["Landed"] == titles(clone.path, branch=name)
        return
    with pytest.raises(SourceError) as error:
        titles(clone.path, branch=name)

    assert f"{clone.path}: no branch is called {name!r} (git branch --all lists them)" == str(error.value)


def test_the_default_branch_of_the_remote_is_what_landed(clone: Clone, tmp_path: Path) -> None:
    """Not what is checked out, and not what was not pushed."""
    clone.commit("Landed", IN)
    copy = tmp_path / "copy"
    run("git", "clone", "-q", clone.path, copy)
    mine = ("-c", "user.name=A", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "Mine")
    run("env", f"GIT_COMMITTER_DATE={LATER}", "git", *mine, cwd=copy)

    assert ["Landed"] == titles(copy)


@pytest.mark.parametrize("stale", [False, True])
def test_a_detached_head_falls_back_to_the_usual_names(clone: Clone, stale: bool) -> None:  # noqa: FBT001
    """As on a build server; also where origin/HEAD names a branch that is gone."""
    clone.commit("Landed", IN)
    clone.git("checkout", "-q", "--detach")
    clone.commit("Somewhere else", LATER)
    if stale:
        clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone")

    assert ["Landed"] == titles(clone.path)


def test_a_detached_head_alone_is_taken(clone: Clone) -> None:
    """No branch of a usual name: what is checked out."""
    clone.commit("Landed", IN)
    clone.git("checkout", "-q", "--detach")
    clone.git("branch", "-qm", "main", "odd")

    assert ["Landed"] == titles(clone.path)


def test_a_bare_repository_is_read(clone: Clone, tmp_path: Path) -> None:
    """With its mailmap, and named after its folder."""
    clone.commit("Landed", IN, {".mailmap": "Ann Real <ann@example.test>\n"})
    run("git", "clone", "-q", "--bare", clone.path, tmp_path / "pay.git")

    assert [("Landed", ("Ann Real",), "pay")] == [(a.title, a.people, a.where) for a in collect(tmp_path / "pay.git")]


def test_a_work_tree_and_its_clone_are_told_once(clone: Clone, tmp_path: Path) -> None:
    """The same commit in two folders is one activity."""
    clone.commit("Landed", IN)
    clone.git("worktree", "add", "-q", "--detach", str(tmp_path / "clone-2"))

    assert ["Landed"] == titles(tmp_path / "clone*")


def test_a_variable_of_a_hook_does_not_lead_elsewhere(
    clone: Clone, make_clone: Callable[[str], Clone], monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIT_DIR, as git sets it for its hooks, is not taken for a folder that a person named."""
    clone.commit("Landed", IN)
    make_clone("other").commit("Elsewhere", IN)
    monkeypatch.setenv("GIT_DIR", str(clone.path.parent / "other/.git"))

    assert ["Landed"] == titles(clone.path)


def test_the_folder_above_is_found_only_where_none_was_named(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """`.` is the clone that one stands in; a named folder has to be a clone itself."""
    clone.commit("Landed", IN, {"src/a": "1"})
    monkeypatch.chdir(clone.path / "src")

    found = [a.title for a in Git(name="local").collect(W7_8, None) if isinstance(a, Activity)]
    with pytest.raises(SourceError, match="not a git repository"):
        collect(clone.path / "src")
    assert ["Landed"] == found


def test_web_addresses_come_from_the_remote(clone: Clone) -> None:
    """Slug, pages and numbers, without the credentials of the address."""
    clone.git("remote", "add", "origin", "https://bot:hunter22@github.com/acme/pay.git")
    first = clone.commit("One", IN)
    clone.commit("Two (#4)", LATER)

    assert [
        ("acme/pay", "https://github.com/acme/pay/pull/4", "acme/pay#4"),
        ("acme/pay", f"https://github.com/acme/pay/commit/{first}", ""),
    ] == [(a.where, a.url, "".join(link.target for link in a.links)) for a in collect(clone.path)]


def test_one_address_cannot_be_of_several_clones() -> None:
    """The table is refused."""
    with pytest.raises(msgspec.ValidationError, match="paths names several"):
        msgspec.convert({"paths": ["a", "b"], "url": "https://example.test/a"}, Git)


def test_somebody_elses_clone_is_read_only_where_it_is_named(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Git's own guard holds for a folder that nobody named; the message says what to do."""
    clone.commit("Landed", IN)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.chdir(clone.path)
    with pytest.raises(SourceError) as error:
        list(Git(name="local").collect(W7_8, None))

    assert (["Landed"], "name its folder in paths if you trust it") == (titles(clone.path), error.value.hint)


def test_a_damaged_repository_is_an_error(clone: Clone) -> None:
    """The line says what git said."""
    full = clone.commit("Landed", IN)
    file = clone.path / ".git/objects" / full[:2] / full[2:]
    file.chmod(0o600)
    file.unlink()

    with pytest.raises(SourceError) as error:
        collect(clone.path)
    assert ("git fsck tells more", True) == (
        error.value.hint,
        error.value.message.startswith(f"{clone.path}: git says: "),
    )


def test_a_deadline_ends_the_wait(clone: Clone) -> None:
    """A clone that takes too long is given up, with what to do."""
    clone.commit("Landed", IN)
    with pytest.raises(SourceError) as error:
        collect(clone.path, deadline=1e-9)

    assert f"{clone.path}: git took too long (give the table a larger deadline, in seconds)" == str(error.value)


def test_without_git_the_line_says_so(clone: Clone, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No traceback of a foreign package."""
    clone.commit("Landed", IN)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError) as error:
        collect(clone.path)

    assert "git is not installed" == error.value.message


def test_a_pattern_without_a_match_is_an_error(tmp_path: Path) -> None:
    """A glob that finds nothing is a mistake, not a quiet fortnight."""
    with pytest.raises(SourceError) as error:
        collect(tmp_path / "*")

    assert f"paths: '{tmp_path}/*' matches no git repository" == str(error.value)


def test_a_long_row_of_old_dates_ends_the_walk_unless_it_is_whole(clone: Clone) -> None:
    """What the walk can miss: more than 512 commits with clocks far behind in front of one; `whole` finds it."""
    clone.commit("Hidden", IN)
    pile_up(clone, 600)

    assert ([], ["Hidden"]) == (titles(clone.path), titles(clone.path, whole=True))


def test_a_commit_of_the_period_makes_the_walk_patient_again(clone: Clone) -> None:
    """Only old dates in one unbroken row end it."""
    clone.commit("First", IN)
    pile_up(clone, 400)
    clone.git("reset", "-q", "--hard")
    clone.commit("Second", LATER)
    pile_up(clone, 400)

    assert ["Second", "First"] == titles(clone.path)


def test_commits_of_a_long_branch_belong_to_the_merge_that_brought_them(clone: Clone) -> None:
    """Two merges of one branch and one that took in main in between: nothing is told twice, nothing is lost."""
    clone.commit("Start", BEFORE)
    clone.git("checkout", "-qb", "long")
    clone.commit("one", BEFORE, {"1": ""})
    clone.git("checkout", "-q", "main")
    clone.merge("long", "Merge branch 'long' (first)", IN)
    clone.commit("On main", IN, {"m": ""})
    clone.git("checkout", "-q", "long")
    clone.merge("main", "Merge branch 'main' into long", IN)
    clone.commit("two", IN, {"2": ""})
    clone.commit("three", LATER, {"3": ""})
    clone.git("checkout", "-q", "main")
    clone.merge("long", "Merge branch 'long' (second)", LATER)

    assert [
        ("Merge branch 'long' (second)", ["two", "three"]),
        ("On main", []),
        ("Merge branch 'long' (first)", ["one"]),
    ] == [(a.title, [p.title for p in a.parts]) for a in collect(clone.path)]


def test_a_merge_of_very_many_commits_says_what_was_not_read(clone: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest are kept, and the digest is told of the others."""
    for module in (git, git_blocks, git_read):
        monkeypatch.setattr(module, "INNER_LIMIT", 3)
    clone.commit("Start", BEFORE)
    clone.git("checkout", "-qb", "x")
    for n in range(4):
        clone.commit(f"inner {n}", IN, {f"{n}": ""})
    clone.git("checkout", "-q", "main")
    clone.merge("x", "Merge branch 'x'", LATER)

    items = list(Git(paths=(str(clone.path),), name="local").collect(W7_8, None))
    missing = [item.detail for item in items if isinstance(item, Outcome)]
    assert ([f"{clone.path}: of the commits inside merges only the newest 3 were read"], [["inner 2", "inner 3"]]) == (
        missing,
        [[p.title for p in a.parts] for a in items if isinstance(a, Activity)],
    )


def test_a_shallow_clone_whose_cut_is_older_lacks_nothing(clone: Clone, tmp_path: Path) -> None:
    """Nothing is said where nothing can be missing."""
    clone.commit("Start", BEFORE)
    clone.commit("Old", BEFORE)
    clone.commit("Landed", IN)
    run("git", "clone", "-q", "--depth=2", f"file://{clone.path}", tmp_path / "cut")

    items = list(Git(paths=(str(tmp_path / "cut"),), name="local").collect(W7_8, None))
    assert (["Landed"], []) == (titles(tmp_path / "cut"), [i for i in items if isinstance(i, Outcome)])


def test_a_check_tells_an_empty_and_a_shallow_clone(make_clone: Callable[[str], Clone], tmp_path: Path) -> None:
    """One line for each clone."""
    full = make_clone("full")
    empty = make_clone("empty")
    full.commit("One", BEFORE)
    full.commit("Two", IN)
    run("git", "clone", "-q", "--depth=1", f"file://{full.path}", tmp_path / "cut")

    paths = (str(empty.path), str(tmp_path / "cut"))
    assert [
        f"{empty.path}: no commit yet",
        f"{tmp_path}/cut: branch origin/main, last commit 2026-02-12 10:00 UTC, shallow: older commits are missing",
    ] == list(Git(paths=paths).check())


def test_impossible_dates_break_nothing(clone: Clone) -> None:
    """An author date beyond every calendar is no date."""
    clone.commit("Start", BEFORE)
    tree = clone.git("write-tree")
    body = f"tree {tree}\nauthor A <a@b> 99999999999999 +0000\ncommitter A <a@b> 1770897600 +0000\n\nOdd\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        input=body.encode(),
        cwd=clone.path,
        capture_output=True,
        check=True,
    )
    clone.git("update-ref", "refs/heads/main", made.stdout.decode().strip())

    assert [("Odd", None, datetime(2026, 2, 12, 12, tzinfo=UTC))] == [
        (a.title, a.created, a.done) for a in collect(clone.path)
    ]


@given(st.lists(st.none() | st.text(st.characters(codec="utf-8"))))
def test_contents_are_cut_by_their_lengths(texts: list[str | None]) -> None:
    """Whatever stands in a file, the next one begins where it ends."""
    printed = b"".join(
        b"main:some path missing\n"
        if text is None
        else b"%s blob %d\n%s\n" % (b"a" * 40, len(text.encode()), text.encode())
        for text in texts
    )

    assert texts == list(objects(printed))


@pytest.mark.parametrize("usual", range(6))
def test_a_walk_goes_on_where_the_first_answer_ends(clone: Clone, monkeypatch: pytest.MonkeyPatch, usual: int) -> None:
    """Whether it ends inside the period, behind it, at the last commit that the patience allows, or at the root."""
    clone.commit("Root", BEFORE)
    clone.commit("First", IN)
    pile_up(clone, 3)
    clone.git("reset", "-q", "--hard")
    clone.commit("Second", IN)
    clone.commit("Third", LATER)
    monkeypatch.setattr(git_read, "USUAL", usual)
    found = {}
    for patience in (0, 2, 3, 5):
        monkeypatch.setattr(git_read, "PATIENCE", patience)
        found[patience] = titles(clone.path)

    some, every = ["Third", "Second"], ["Third", "Second", "First"]
    assert {0: some, 2: some, 3: every, 5: every} == found
