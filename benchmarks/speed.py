"""How long the program takes, beside the least that is possible on the same machine; whole processes, medians.

Usage: python benchmarks/speed.py [CLONE …] [--runs 5] [--rows 1000000] [--clones 50] [--commits 100000] [--peers BIN]

For each clone a fortnight near its last commit is drafted, beside the imports that nothing can save and one
`git log --numstat` of the same days. Without a clone a repository is made. Read the ratios: seconds are the machine's.
The peak of memory is that of the largest process, git's own included.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.measure import Taken, run
from digest.model import Activity, Outcome
from digest.period import Period
from digest.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
REPOS = 1000
FORTNIGHT = timedelta(days=14)
IMPORTS = [sys.executable, "-c", "import click, jinja2, git"]
CLICK = [sys.executable, "-c", "import click"]
DIGEST = [sys.executable, "-m", "digest"]
COMPILED = tempfile.TemporaryDirectory()
DID = '[general]\nemail = "Anybody" <.@example.test>\n[git]\ntype = git\nrepo = {clone}\n'
FIRST = datetime(2026, 1, 5, tzinfo=UTC)


def timed_run(argv: list[str], cwd: Path) -> Taken:
    """What a program takes in a folder, not for the first time, without settings or a store of an earlier run."""
    with tempfile.TemporaryDirectory() as home:
        (Path(home) / ".did").mkdir()
        (Path(home) / ".did/config").write_text(DID.format(clone=cwd), encoding="utf-8")
        own = {
            "HOME": home,
            "XDG_DATA_HOME": home,
            "XDG_STATE_HOME": home,
            "XDG_CACHE_HOME": COMPILED.name,
            "TZ": "UTC",
        }
        env = {**os.environ, **own, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": COMPILED.name}
        env.pop("PYTHONDONTWRITEBYTECODE", None)
        return run(argv, cwd, env)


def medians(cwd: Path, runs: int, *programs: list[str]) -> list[Taken]:
    """The medians of each program; they take turns, so that a busy moment hits all of them."""
    taken = [[timed_run(argv, cwd) for argv in programs] for _ in range(runs + 1)][1:]  # the first one compiles
    return [Taken(*(statistics.median(row[k][m] for row in taken) for m in range(3))) for k in range(len(programs))]


def tell(what: str, ours: Taken, least: Taken, target: str = "") -> None:
    """One line of the table; a busy machine disturbs the processor's time less than that of the clock."""
    seconds = f"{ours.seconds:.3f} | {least.seconds:.3f} | {ours.seconds / least.seconds:.2f}"
    processor = f"{ours.processor / least.processor:.2f}"
    print(f"| {what} | {seconds} | {processor} | {target} | {ours.memory:.0f} |", flush=True)


def together(*all_of_them: Taken) -> Taken:
    """One after the other."""
    return Taken(sum(t.seconds for t in all_of_them), sum(t.processor for t in all_of_them), 0)


def alone(seconds: float) -> Taken:
    """What was measured inside of this process."""
    return Taken(seconds, seconds, 0)


def git(clone: Path, *options: str) -> str:
    """What git says about a clone."""
    return subprocess.run(["git", *options], cwd=clone, capture_output=True, check=True, text=True).stdout.strip()


def make_repository(folder: Path, commits: int) -> Path:
    """A clone with a history of two years, a file or three in each commit."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "--initial-branch=main")
    lines = []
    for n in range(commits):
        day = int((FIRST - timedelta(days=730) * (commits - n) / commits).timestamp())
        lines += ["commit refs/heads/main", f"committer Ann <ann@example.test> {day} +0000"]
        message = f"Speed up part {n} of the search (#{n})\n\nIt took {n % 90 + 10} ms."
        lines += [f"data {len(message.encode())}", message]
        for k in range(n % 3 + 1):
            text = "\n".join(f"line {n * k % 500 + m}" for m in range(120))
            lines += [f"M 644 inline src/{(n * 7 + k) % 400}.py", f"data {len(text)}", text]
    given = "\n".join([*lines, ""]).encode()
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=given, check=True)
    git(folder, "reset", "-q", "--hard")
    return folder


def last_days(clone: Path) -> Period:
    """The fortnight that ends with the day of the last commit."""
    ref = "refs/remotes/origin/HEAD" if (clone / ".git/refs/remotes/origin/HEAD").exists() else "HEAD"
    last = date.fromtimestamp(int(git(clone, "log", "-1", "--format=%ct", ref)))  # noqa: DTZ012 - a day near it will do
    return Period(first=last - FORTNIGHT, end=last)


def draft(period: Period) -> list[str]:
    """The program under test."""
    return [*DIGEST, "draft", "--print", "--period", f"{period.first}..{period.last}"]


def log(period: Period, ref: str = "HEAD") -> list[str]:
    """What git alone needs for the same days."""
    days = [f"--since={period.first}T00:00:00Z", f"--until={period.end}T00:00:00Z"]
    return ["git", "log", "--first-parent", "-m", "--numstat", *days, ref]


def one_clone(clone: Path, runs: int, peers: Path | None) -> None:
    """Draft a fortnight of one repository, in turns with what cannot be saved, and with other programs."""
    period = last_days(clone)
    others = beside(peers, period) if peers else {}
    ours, imports, least, *theirs = medians(clone, runs, draft(period), IMPORTS, log(period), *others.values())
    commits = git(clone, "rev-list", "--count", "HEAD")
    tell(f"draft of {clone.name}, {commits} commits", ours, together(imports, least), "≤ 1.5")
    for name, their in zip(others, theirs, strict=True):
        tell(f"the same, beside {name}", ours, their, "< 1")


def beside(peers: Path, period: Period) -> dict[str, list[str]]:
    """Other programs over the same days, everybody's commits."""
    days = ["--since", f"{period.first}", "--until", f"{period.last}"]
    return {
        "did": [str(peers / "did"), *days],
        "git-weekly": [str(peers / "git-weekly"), "--all-authors", "--lang", "en", *days],
    }


def many_clones(folder: Path, count: int, runs: int) -> None:
    """Draft a fortnight of many repositories."""
    first = make_repository(folder / "made/0", 2000)
    for n in range(1, count):
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(first), str(folder / f"made/{n}")], check=True)
    (folder / "config.toml").write_text('title = "Many"\n[collectors.git]\npaths = ["made/*"]\n', encoding="utf-8")
    period = last_days(first)
    each = " ".join(log(period))
    shell = ["sh", "-c", f"ls -d made/* | xargs -P2 -I{{}} env -C {{}} {each} > /dev/null"]
    ours, imports, least = medians(folder, runs, draft(period), IMPORTS, shell)
    tell(
        f"draft of {count} clones, beside the imports and `xargs -P2 git log`",
        ours,
        together(imports, least),
        "≤ 2",
    )


def whole_history(folder: Path, commits: int, runs: int) -> None:
    """Read a whole history into the store, beside one `git log` that prints the same."""
    clone = make_repository(folder / "long", commits)
    collect = [*DIGEST, "collect", "--period", f"{FIRST - timedelta(days=740):%Y-%m-%d}..{FIRST:%Y-%m-%d}"]
    ours, least, bare = medians(
        clone, runs, collect, ["git", "log", "--first-parent", "-m", "--numstat"], ["git", "log"]
    )
    tell(f"back-fill of {commits:,} commits, beside `git log --numstat`", ours, least, "≤ 3, < 150 MB")
    tell("the same, beside a `git log` without files", ours, bare)


def rows(source: str, count: int) -> Iterator[Activity]:
    """Pull requests of three years."""
    for n in range(count):
        at = FIRST - timedelta(seconds=n * 3 * 365 * 86_400 // count)
        yield Activity(
            source=source,
            key=f"acme/repo-{n % REPOS}#{n}",
            kind="pull_request",
            title=f"Speed up part {n} of the search",
            body="It took too long. " * 8,
            done=at,
            created=at,
            people=("ann",),
            where=f"acme/repo-{n % REPOS}",
        )


def timed(work: Callable[[], object]) -> float:
    """How long a call takes."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def big_store(folder: Path, count: int) -> None:
    """Fill a store, beside SQLite itself with the same rows; then ask it for a fortnight."""
    period = Period(first=date(2025, 6, 2), end=date(2025, 6, 16))
    made = list(rows("hub", count))
    outcome = Outcome(source="hub", status="complete", count=count)
    with Store.open(folder / "store.db") as store:
        ours = timed(lambda: store.save("hub", period=period, items=made, outcome=outcome, at=FIRST))
        all_of_it = statistics.median(timed(lambda: store.activities(period, ["hub"])) for _ in range(9))
        places = [f"acme/repo-{n}" for n in range(20)]
        some = statistics.median(timed(lambda: store.activities(period, ["hub"], places=places)) for _ in range(9))
        found = [len(store.activities(period, ["hub"], places=asked)) for asked in (places, None)]
    db = sqlite3.connect(folder / "plain.db")
    db.execute("create table plain (source text, key text, done integer, item text, primary key (source, key))")
    values = [("hub", a.key, int(a.done.timestamp()) if a.done else 0, a.title + a.body * 3) for a in made]
    begin = time.perf_counter()
    db.executemany("insert into plain values (?, ?, ?, ?)", values)
    db.commit()
    floor = time.perf_counter() - begin
    db.close()
    size = (folder / "store.db").stat().st_size / count
    tell(
        f"store of {count:,} rows, {count / ours:,.0f} a second, {size:,.0f} bytes each, beside SQLite",
        alone(ours),
        alone(floor),
    )
    tell(f"a fortnight of 20 repositories, {found[0]:,} rows, beside 20 ms", alone(some), alone(0.02), "< 1")
    tell(f"a fortnight of all {REPOS:,}, {found[1]:,} rows, beside 20 ms", alone(all_of_it), alone(0.02))


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clone", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clones", type=int, default=50)
    parser.add_argument("--commits", type=int, default=100_000, help="of the history that is read whole")
    parser.add_argument("--peers", type=Path, help="a folder that has the programs did and git-weekly, to run beside")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print(
            "| what | ours, s | least, s | ratio | of the processor | target | peak, MB |\n"
            "| --- | --- | --- | --- | --- | --- | --- |",
            flush=True,
        )
        help_text, click = medians(folder, options.runs, [*DIGEST, "--help"], CLICK)
        tell("--help, beside `import click`", help_text, click, "≤ 1.3")
        for clone in options.clone or [make_repository(folder / "made-up", 5000)]:
            one_clone(clone.resolve(), options.runs, options.peers)
        many_clones(folder / "many", options.clones, options.runs)
        whole_history(folder, options.commits, 1)
        big_store(folder, options.rows)


if __name__ == "__main__":
    main()
