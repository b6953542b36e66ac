"""Requests and seconds of a far source: 20 repositories with 30 merged pull requests each, behind 100 ms.

Usage: python benchmarks/network.py [--repos 20] [--each 30] [--latency 0.1] [--runs 3] [--plain 2]

The tests' double of GitHub answers over loopback, each answer after the latency. `digest collect` is the whole program;
beside it stands what the double itself takes to make the answers, which a real server would not take from this machine.
The plain way is PyGithub as its manual shows it, a search and then each pull request, without its throttle, against a
bare server of fixed answers; it is asked for `--plain` repositories and counted up to all.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.org import digest, organisation
from tests.sims.github.server import GithubSim

if TYPE_CHECKING:
    from benchmarks.measure import Taken
    from tests.sims.simkit import Reply, Request

PAGE = 100
CONFIG = """title = "Acme"
store = "acme.db"
[collectors.hub]
type = "github"
repos = [{repos}]
url = "{url}"
"""


class Timed(GithubSim):
    """The double, with the time that it takes to make its answers."""

    taken = 0.0

    def route(self, req: Request) -> Reply:
        """As the double answers."""
        begin = time.thread_time()
        reply = super().route(req)
        self.taken += time.thread_time() - begin
        return reply


def collected(folder: Path, sim: Timed, runs: int, days: str, *, fresh: bool) -> tuple[int, float, float, Taken]:
    """Requests, seconds, seconds of the double, and what else it took: the medians of several runs."""
    all_of_them = []
    for _ in range(runs):
        for file in folder.glob("acme.db*") if fresh else ():
            file.unlink()
        sim.reset_stats()
        sim.taken = 0.0
        taken = digest(folder, "collect", "--config", "config.toml", "--period", days)
        all_of_them.append((sim.stats()["total"], taken.seconds, sim.taken, taken))
    return sorted(all_of_them, key=lambda one: one[1])[len(all_of_them) // 2]


def ours(repos: int, each: int, latency: float, runs: int) -> None:
    """A first run, and runs that follow while the period goes on."""
    now = datetime.now(UTC)
    since = now - timedelta(days=13)
    with tempfile.TemporaryDirectory() as temporary, Timed(organisation(repos, repos * each, now)) as sim:
        folder = Path(temporary)
        named = ", ".join(f'"acme/repo-{k}"' for k in range(repos))
        (folder / "config.toml").write_text(CONFIG.format(repos=named, url=sim.url), encoding="utf-8")
        sim.faults.latency_s = latency
        days = f"{since:%Y-%m-%d}..{now:%Y-%m-%d}"
        start = statistics.median(digest(folder, "check", "--help").seconds for _ in range(runs))
        for what, fresh in (("first run", True), ("run that follows", False)):
            requests, seconds, theirs, taken = collected(folder, sim, runs, days, fresh=fresh)
            print(
                f"| digest collect, {what} | {requests} | {seconds:.2f} | {theirs:.2f} | {taken.memory:.0f} |",
                flush=True,
            )
        print(f"| (of it the start of the program) | | {start:.2f} | | |")


class Bare(BaseHTTPRequestHandler):
    """As much of the REST API as the plain way needs."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    latency = 0.0
    each = 0
    count = 0

    def do_GET(self) -> None:
        """A page of a search, or a pull request."""
        Bare.count += 1
        time.sleep(self.latency)
        url = urlsplit(self.path)
        body = self._page(parse_qs(url.query)) if url.path == "/search/issues" else self._pull(url.path)
        data = dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def _page(self, asked: dict[str, list[str]]) -> dict[str, object]:
        repo = asked["q"][0].split()[0].removeprefix("repo:")
        size, page = int(asked.get("per_page", ["30"])[0]), int(asked.get("page", ["1"])[0])
        numbers = range(1, self.each + 1)[(page - 1) * size : page * size]
        home = f"http://{self.headers['Host']}/repos/{repo}"
        items = [{"number": n, "url": f"{home}/issues/{n}", "pull_request": {}} for n in numbers]
        return {"total_count": self.each, "incomplete_results": False, "items": items}

    def _pull(self, path: str) -> dict[str, object]:
        return {
            "number": int(path.rpartition("/")[2]),
            "title": "x",
            "additions": 1,
            "merged_at": "2026-01-05T00:00:00Z",
        }

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing."""


def plain(repos: int, each: int, latency: float, asked: int) -> None:
    """PyGithub as its manual shows it, for some of the repositories."""
    from github import Auth, Github

    Bare.latency, Bare.each, Bare.count = latency, each, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    begin = time.perf_counter()
    with Github(auth=Auth.Token("x"), base_url=url, seconds_between_requests=0) as hub:
        for k in range(asked):
            for found in hub.search_issues(f"repo:acme/repo-{k} is:pr is:merged"):
                _ = found.as_pull_request().additions
    seconds = time.perf_counter() - begin
    server.shutdown()
    share = repos / asked
    print(f"| PyGithub the plain way, counted up from {asked} | {Bare.count * share:.0f} | {seconds * share:.1f} | | |")


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repos", type=int, default=20)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--plain", type=int, default=2, help="how many repositories to ask for in the plain way")
    asked = parser.parse_args()
    print("| what | requests | seconds | of the double | MB |\n| --- | --- | --- | --- | --- |", flush=True)
    least = math.ceil(asked.repos * asked.each / PAGE)
    print(f"| the least by pages of {PAGE} | {least} | {least * asked.latency:.2f} | | |", flush=True)
    ours(asked.repos, asked.each, asked.latency, asked.runs)
    plain(asked.repos, asked.each, asked.latency, asked.plain)


if __name__ == "__main__":
    main()
