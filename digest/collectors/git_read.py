"""What git says about a clone: its first-parent line, commits with their files, commits inside merges, contents.

All is asked of git through GitPython, as bytes cut at NUL, with full names of branches behind `--end-of-options`. No
lock is taken, no terminal is asked, and nothing is fetched from a network, not even what a partial clone lacks.
"""

from __future__ import annotations

import math
import subprocess
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from digest.collectors.git_parse import Commit, objects, parse
from digest.errors import SourceError
from digest.redact import redact
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_FLUSH": "0",  # else rev-list writes every line by itself
    "GIT_NO_LAZY_FETCH": "1",  # git 2.44 and later
    "GIT_ALLOW_PROTOCOL": "none",  # what keeps an older git from fetching what a partial clone lacks
}
PATIENCE = 512
"""How many commits older than the period, one after the other, end the walk."""

INNER_LIMIT = 5000
"""How many commits inside the merges of one period are read."""

FORMAT = "--format=tformat:%H%x00%P%x00%aN%x00%aE%x00%at%x00%ct%x00%s%x00%b"
PLAIN = ("-z", "--no-color", "--no-show-signature", "--encoding=UTF-8", "--no-decorate", FORMAT)
RAW = ("--raw", "--root", "--no-renames", "--no-relative", "--ignore-submodules=none", "--diff-merges=first-parent")
COUNTS = ("--numstat", "--no-ext-diff", "--no-textconv")
NO_FILES = ("--no-patch",)
WAYS: tuple[tuple[tuple[str, ...], str], ...] = (
    ((*RAW, *COUNTS), ""),
    (RAW, "line counts are unknown: this clone lacks contents of files"),
    (NO_FILES, "changed files are unknown: this clone lacks folders"),
)
"""What to ask about files, from much to little, and what is then missing."""

HALVINGS = 24
"""How often a request is halved to find the commits whose contents are missing, before line counts are done without."""

BAD_REFERENCE = regex(r"\.\.|@\{|[\x00-\x20~^:?*\[\\\x7f]")


class GitFailed(Exception):  # noqa: N818 - it is what git said, callers decide whether it is an error
    """Git ended with a failure; the text is its last line."""


class Step(NamedTuple):
    """A commit of the first-parent line: its commit date in epoch seconds, its id and those of its parents."""

    date: int
    id: str
    parents: tuple[str, ...]


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """The first-parent line of a branch, newest first, as far back as it had to be walked.

    Attributes:
        ref: the full name of the branch; empty where the repository has no commit yet.
        ended: whether the walk came to the end of the history that is there.
    """

    ref: str = ""
    steps: tuple[Step, ...] = ()
    ended: bool = True


class Clone:
    """An opened repository and the moment when patience with it ends."""

    def __init__(self, repo: Any, seconds: float) -> None:
        self._repo = repo
        self._end = time.monotonic() + seconds
        self.path = Path(repo.working_tree_dir or repo.git_dir)
        repo.git.update_environment(**ENVIRONMENT)

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return self.path.resolve().name.removesuffix(".git") or self.path.resolve().parent.name

    @property
    def boundary(self) -> frozenset[str]:
        """The commits at which a shallow clone was cut; empty where the history is whole."""
        file = Path(self._repo.common_dir, "shallow")
        return frozenset(file.read_text("ascii").split()) if file.is_file() else frozenset()

    def remote(self) -> str:
        """The address of `origin`, with the user's abbreviations written out; empty where there is none."""
        told = self._run("ls_remote", "--get-url", "origin").decode("utf-8", "replace").strip()
        return "" if told == "origin" else told

    def line(self, branch: str, since: int, *, whole: bool = False) -> Line:
        """The first-parent line of `branch` (of the default branch where it is empty), back to the instant `since`.

        The walk ends after `PATIENCE` commits in a row that are older than `since`: a commit inside the period is
        missed only where more than that many with skewed clocks stand before it. `whole` walks to the root.

        Raises:
            SourceError: there is no such branch.
        """
        for ref in self._candidates(branch):
            try:
                steps, ended = self._walk(ref, since, None if whole else PATIENCE)
            except GitFailed as failed:
                if "bad revision" in str(failed):
                    continue
                raise
            return Line(ref=ref, steps=steps, ended=ended)
        if branch:
            raise SourceError(f"{self.path}: no branch is called {branch!r}", "git branch --all lists them")
        return Line()

    def between(self, base: str, head: str) -> Line:
        """The first-parent line of the commit `head` down to `base`, which is no longer on it."""
        told = self._run(
            "rev_list", "--first-parent", "--timestamp", "--parents", "--stdin", given=f"{head}\n^{base}\n".encode()
        )
        steps = (line.split() for line in told.decode("ascii").splitlines())
        return Line(ref=head, steps=tuple(Step(int(date), commit, tuple(rest)) for date, commit, *rest in steps))

    def _candidates(self, branch: str) -> Iterator[str]:
        """Full names to try, the best first; what landed is what the remote has."""
        if branch:
            if not BAD_REFERENCE.search(branch):
                yield from (f"refs/{kind}/{branch}" for kind in ("remotes/origin", "heads", "remotes", "tags"))
                yield from [branch] if branch.startswith("refs/") else []
            return
        yield from filter(None, (self._target("refs/remotes/origin/HEAD"), self._target("HEAD")))
        usual = self._run("config", "--default=main", "--get", "init.defaultBranch").decode("utf-8", "replace").strip()
        for name in dict.fromkeys((usual, "main", "master")):
            if not BAD_REFERENCE.search(name):
                yield from (f"refs/remotes/origin/{name}", f"refs/heads/{name}")
        yield "HEAD"

    def _target(self, name: str) -> str:
        """The branch that a symbolic reference names; empty where it names none."""
        from git import SymbolicReference

        try:
            return str(SymbolicReference(self._repo, name).reference.path)
        except (TypeError, ValueError, OSError):
            return ""

    def _walk(self, ref: str, since: int, patience: int | None) -> tuple[tuple[Step, ...], bool]:
        left = self._left()
        started = self._start("rev_list", "--first-parent", "--timestamp", "--parents", "--end-of-options", ref, "--")
        process = started.proc
        guard = threading.Timer(left, process.kill)
        guard.start()
        steps: list[Step] = []
        older, limit = 0, math.inf if patience is None else patience
        try:
            for text in process.stdout:
                date, commit, *parents = text.decode("ascii").split()
                seconds = int(date)
                steps.append(Step(seconds, commit, tuple(parents)))
                older = older + 1 if seconds < since else 0
                if older > limit:
                    process.kill()
                    return tuple(steps), False
            if process.wait():
                self._fail(process.stderr.read())
            return tuple(steps), True
        finally:
            guard.cancel()
            process.kill()
            process.communicate()

    def commits(self, ids: Iterable[str]) -> tuple[list[Commit], str]:
        """Exactly these commits with their files, and what is missing of them (empty as a rule).

        A clone without contents of files still tells which files changed; one without folders tells nothing of files.
        Where only a few contents are missing, the line counts of the other commits are there.
        """
        wanted = list(ids)
        spare = [HALVINGS]
        for files, missing in WAYS[:-1]:
            try:
                told = self._told(wanted, files, spare)
            except GitFailed:
                spare[0] = 0
            else:
                return told, missing if spare[0] == HALVINGS else WAYS[1][1]
        files, missing = WAYS[-1]
        return list(parse(self._log(wanted, files), files=False)), missing

    def _told(self, ids: list[str], files: tuple[str, ...], spare: list[int]) -> list[Commit]:
        """These commits; where git fails on them, each half by itself, and line counts only where it does not."""
        try:
            return list(parse(self._log(ids, files)))
        except GitFailed:  # it prints plausible lines before it fails: nothing of them is taken
            if spare[0] < 1 or files is RAW:
                raise
            spare[0] -= 1
        if len(ids) == 1:
            return self._told(ids, RAW, spare)
        half = len(ids) // 2
        return [*self._told(ids[:half], files, spare), *self._told(ids[half:], files, spare)]

    def _log(self, ids: list[str], files: tuple[str, ...]) -> bytes:
        given = "".join(f"{commit}\n" for commit in ids).encode("ascii")
        return self._run("log", "--no-walk=unsorted", "--stdin", *PLAIN, *files, given=given)

    def inner(self, tip: str, base: str) -> list[Commit]:
        """The commits that `tip` reaches and `base` does not, newest first, without their files."""
        given = f"{tip}\n^{base}\n".encode("ascii")
        options = (f"--max-count={INNER_LIMIT}", "--stdin", *PLAIN, *NO_FILES)
        return list(parse(self._run("log", *options, given=given), files=False))

    def contents(self, places: list[tuple[str, str]]) -> list[str | None]:
        """The text of each (commit, path); None where that commit has no such file, or this clone not its contents."""
        safe = [f"{commit}:{path}" for commit, path in places if "\n" not in path]
        raw = self._run("cat_file", "--batch", given="".join(f"{place}\n" for place in safe).encode()) if safe else b""
        texts = objects(raw)
        return [None if "\n" in path else next(texts, None) for _, path in places]

    def _run(self, command: str, *options: str, given: bytes = b"") -> bytes:
        left = self._left()
        started = self._start(command, *options, istream=subprocess.PIPE)  # it ends the process when it is let go
        process = started.proc
        try:
            out, err = process.communicate(given, timeout=left)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise self._too_long() from None
        if process.returncode:
            self._fail(err)
        return bytes(out)

    def _start(self, command: str, *options: str, **more: Any) -> Any:
        return getattr(self._repo.git, command)(*options, as_process=True, **more)

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._too_long()
        return left

    def _too_long(self) -> SourceError:
        return SourceError(f"{self.path}: git took too long", "give the table a larger deadline, in seconds")

    def _fail(self, stderr: bytes) -> None:
        self._left()
        said = redact(stderr.decode("utf-8", "replace"))[0].strip().splitlines()
        if any("dubious ownership" in line for line in said):
            raise SourceError(
                f"{self.path}: the repository belongs to somebody else", "name its folder in paths if you trust it"
            )
        fatal = [line for line in said if line.startswith(("fatal:", "error:"))] or said or ["fatal: no reason given"]
        raise GitFailed(fatal[-1].partition(": ")[2] or fatal[-1])


@contextmanager
def opened(path: Path, *, named: bool, seconds: float) -> Iterator[Clone]:
    """The repository at `path`, or above it where the path was not named by a person.

    A folder that a person named is trusted, whoever owns it: git is given its directory outright.

    Raises:
        SourceError: there is none, it cannot be read, or git is not there.
    """
    try:
        import git
    except ImportError:
        raise SourceError("git is not installed", "install it, or set GIT_PYTHON_GIT_EXECUTABLE to its path") from None
    try:
        with git.Repo(path, expand_vars=False, search_parent_directories=not named) as repo:
            if named:
                repo.git.update_environment(GIT_DIR=str(Path(repo.git_dir).resolve()))
            try:
                yield Clone(repo, seconds)
            except GitFailed as failed:
                raise SourceError(f"{path}: git says: {failed}", "git fsck tells more") from None
    except git.NoSuchPathError:
        raise SourceError(f"{path}: there is no such folder") from None
    except git.InvalidGitRepositoryError:
        raise SourceError(f"{path}: not a git repository") from None
    except git.GitCommandNotFound:
        raise SourceError("git is not installed", "install it, or set GIT_PYTHON_GIT_EXECUTABLE to its path") from None
