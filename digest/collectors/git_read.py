"""What git says about a clone: its first-parent line, commits with their files, commits inside merges, contents.

It is asked with full names of branches behind `--end-of-options`, and prints what is cut at NUL.
"""

from __future__ import annotations

import math
from contextlib import closing, contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from digest.collectors.git_ask import Asker, GitFailed
from digest.collectors.git_parse import Commit, objects, parse
from digest.errors import SourceError
from digest.regex import regex

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from digest.collectors.git_origin import Abbreviations

PATIENCE = 512
"""How many commits older than the period, one after the other, end the walk."""

USUAL = 96
"""How many commits beyond those are asked for at first."""

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
    """An opened repository.

    What takes git some time is begun by the call, and the answer to it is the answer of what the call gives.
    """

    def __init__(self, repo: Any, seconds: float, many: Abbreviations | None) -> None:
        self._repo = repo
        self._many = many
        self._git = Asker(repo, seconds)
        self.path = self._git.path

    @property
    def folder(self) -> str:
        """The name of its folder."""
        return self.path.resolve().name.removesuffix(".git") or self.path.resolve().parent.name

    @property
    def boundary(self) -> frozenset[str]:
        """The commits at which a shallow clone was cut; empty where the history is whole."""
        file = Path(self._repo.common_dir, "shallow")
        return frozenset(file.read_text("ascii").split()) if file.is_file() else frozenset()

    @property
    def alone(self) -> bool:
        """Whether no other clones are read beside it."""
        return self._many is None

    def remote(self) -> Callable[[], str]:
        """The address of `origin`, with the user's abbreviations written out; empty where there is none."""
        known = self._many.origin(Path(self._repo.common_dir)) if self._many else None
        if known is not None:
            return lambda: known
        asked = self._git.begin("ls_remote", "--get-url", "origin")

        def answer() -> str:
            told = asked().decode("utf-8", "replace").strip()
            return "" if told == "origin" else told

        return answer

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
        options = ("--first-parent", "--timestamp", "--parents", "--stdin")
        told = self._git.answer("rev_list", *options, given=f"{head}\n^{base}\n".encode())
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
        usual = self._git.answer("config", "--default=main", "--get", "init.defaultBranch").decode("utf-8", "replace")
        for name in dict.fromkeys((usual.strip(), "main", "master")):
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
        steps: list[Step] = []
        older, limit = 0, math.inf if patience is None else patience
        with closing(self._back_from(ref, patience)) as lines:
            for line in chain.from_iterable(lines):
                date, commit, *parents = line.split()
                seconds = int(date)
                steps.append(Step(seconds, commit, tuple(parents)))
                older = older + 1 if seconds < since else 0
                if older > limit:
                    return tuple(steps), False
        return tuple(steps), True

    def _back_from(self, ref: str, patience: int | None) -> Generator[list[str]]:
        """The lines of the walk: at first as many as the walk of a quiet fortnight takes, as git runs ahead of us."""
        options = ("--first-parent", "--timestamp", "--parents", "--end-of-options")
        most = math.inf if patience is None else patience + 1 + USUAL
        limit = () if patience is None else (f"--max-count={most}",)
        count, last = 0, ""
        for lines in self._git.lines("rev_list", *limit, *options, ref, "--"):
            count, last = count + len(lines), lines[-1]
            yield lines
        parents = last.split()[2:]
        if count == most and parents:
            yield from self._git.lines("rev_list", *options, parents[0], "--")

    def commits(self, ids: Iterable[str], *, shares: int = 1) -> Callable[[], tuple[list[Commit], str]]:
        """Exactly these commits with their files, and what is missing of them (empty as a rule).

        A clone without contents of files still tells which files changed; one without folders tells nothing of files.
        Where only a few contents are missing, the line counts of the other commits are there. To count lines is what
        takes git the time: `shares` is by how many processes it is done.
        """
        wanted = list(ids)
        size = -(-len(wanted) // shares)
        asked = [self._begin_log(wanted[at : at + size], WAYS[0][0]) for at in range(0, len(wanted), size)]

        def answer() -> tuple[list[Commit], str]:
            try:
                return [commit for part in asked for commit in parse(part())], ""
            except GitFailed:  # it prints plausible lines before it fails: nothing of them is taken
                return self._incomplete(wanted)

        return answer

    def _incomplete(self, wanted: list[str]) -> tuple[list[Commit], str]:
        """Commits of which git could not tell all."""
        (_, _), (names, missing), (nothing, all_missing) = WAYS
        spare = [HALVINGS]
        with suppress(GitFailed):
            return self._halved(wanted, spare), missing
        with suppress(GitFailed):
            return list(parse(self._begin_log(wanted, names)())), missing
        return list(parse(self._begin_log(wanted, nothing)(), files=False)), all_missing

    def _halved(self, ids: list[str], spare: list[int]) -> list[Commit]:
        """These commits, on which git failed: each half by itself, and line counts only where it does not fail."""
        if spare[0] < 1:
            raise GitFailed
        spare[0] -= 1
        if len(ids) == 1:
            return list(parse(self._begin_log(ids, RAW)()))
        told: list[Commit] = []
        for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            try:
                told += parse(self._begin_log(part, WAYS[0][0])())
            except GitFailed:
                told += self._halved(part, spare)
        return told

    def _begin_log(self, ids: list[str], files: tuple[str, ...]) -> Callable[[], bytes]:
        given = "".join(f"{commit}\n" for commit in ids).encode("ascii")
        return self._git.begin("log", "--no-walk=unsorted", "--stdin", *PLAIN, *files, given=given)

    def inner(self, tip: str, base: str) -> Callable[[], list[Commit]]:
        """The commits that `tip` reaches and `base` does not, newest first, without their files."""
        given = f"{tip}\n^{base}\n".encode("ascii")
        options = (f"--max-count={INNER_LIMIT}", "--stdin", *PLAIN, *NO_FILES)
        asked = self._git.begin("log", *options, given=given)
        return lambda: list(parse(asked(), files=False))

    def contents(self, places: list[tuple[str, str]]) -> list[str | None]:
        """The text of each (commit, path); None where that commit has no such file, or this clone not its contents."""
        safe = [f"{commit}:{path}" for commit, path in places if "\n" not in path]
        raw = (
            self._git.answer("cat_file", "--batch", given="".join(f"{place}\n" for place in safe).encode())
            if safe
            else b""
        )
        texts = objects(raw)
        return [None if "\n" in path else next(texts, None) for _, path in places]


@contextmanager
def opened(path: Path, *, named: bool, seconds: float, many: Abbreviations | None = None) -> Iterator[Clone]:
    """The repository at `path`, or above it where the path was not named by a person; one of `many` knows of theirs.

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
                yield Clone(repo, seconds, many)
            except GitFailed as failed:
                raise SourceError(f"{path}: git says: {failed}", "git fsck tells more") from None
    except git.NoSuchPathError:
        raise SourceError(f"{path}: there is no such folder") from None
    except git.InvalidGitRepositoryError:
        raise SourceError(f"{path}: not a git repository") from None
    except git.GitCommandNotFound:
        raise SourceError("git is not installed", "install it, or set GIT_PYTHON_GIT_EXECUTABLE to its path") from None
