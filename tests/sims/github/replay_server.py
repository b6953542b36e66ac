"""Serves PyGithub's own recordings (tests/ReplayData/*.txt of PyGithub/PyGithub) from loopback.

    python replay_server.py DIR_OR_FILES... --port 8090
    Github(base_url="http://127.0.0.1:8090", …)          # absolute api.github.com URLs in the answers are rewritten

A recording is a sequence of 10 lines + a blank one: protocol, verb, host, port, url, request headers (repr), body, status, response
headers (repr), answer.  Requests match on verb + path + sorted query (+ JSON body for POST); repeated ones are answered in recorded order,
the last one again and again.  The recordings stay out of commits: fetch them where the tests run.
"""

from __future__ import annotations

import argparse
import ast
import glob
import json
import os
import urllib.parse
from collections import defaultdict
from typing import Any

from simkit import Reply, Request, Sim

DROP = {"content-length", "transfer-encoding", "content-encoding", "connection", "status"}


def norm(verb: str, url: str, body: str) -> tuple[str, str, tuple[Any, ...], str]:
    u = urllib.parse.urlsplit(url)
    path = u.path.removeprefix("/api/v3").removeprefix("/api") or "/"
    try:
        body = json.dumps(json.loads(body.replace("\n", "").replace("\r", "")), sort_keys=True)
    except Exception:
        body = ""
    return (
        verb,
        urllib.parse.unquote(path),
        tuple(sorted(urllib.parse.parse_qsl(u.query, keep_blank_values=True))),
        body if verb == "POST" else "",
    )


def read(path: str) -> list[tuple[Any, int, dict[str, str], str]]:
    out = []
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    k = 0
    while k + 9 < len(lines) and lines[k] in ("http", "https"):
        _proto, verb, _host, _port, url, _headers, body, status, headers, answer = lines[k : k + 10]
        try:
            got = ast.literal_eval(headers)
        except Exception:
            break
        out.append((norm(verb, url, body), int(status), dict(got), answer))
        k += 10
        while k < len(lines) and lines[k] != "" and lines[k] not in ("http", "https"):
            k += 1  # streamed answers: base64 lines, not served
        while k < len(lines) and lines[k] == "":
            k += 1
    return out


class ReplaySim(Sim):
    name = "replay"

    def __init__(self, files: list[str], *, port: int = 0, host: str = "127.0.0.1"):
        super().__init__(host, port)
        self.store: dict[Any, list[Any]] = defaultdict(list)
        self.count = 0
        for f in files:
            for key, *answer in read(f):
                self.store[key].append(answer)
                self.count += 1

    def route(self, req: Request) -> Reply:
        qs = urllib.parse.urlencode([(k, v) for k, vs in req.query.items() for v in vs])
        key = norm(req.method, req.path + ("?" + qs if qs else ""), req.body.decode("utf-8", "replace"))
        hits = self.store.get(key)
        if not hits:
            return Reply({"message": f"not recorded: {key[0]} {key[1]}"}, 404, label="not recorded")
        status, headers, answer = hits[0] if len(hits) == 1 else hits.pop(0)
        fix = lambda s: s.replace("https://api.github.com", req.base).replace("http://api.github.com", req.base)
        return Reply(
            raw=fix(answer).encode(),
            status=status,
            headers={k: fix(str(v)) for k, v in headers.items() if k.lower() not in DROP},
            label=f"{key[0]} {key[1]}",
        )


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("paths", nargs="+")
    ap.add_argument("--port", type=int, default=8090)
    a = ap.parse_args()
    files = [f for p in a.paths for f in (sorted(glob.glob(os.path.join(p, "*.txt"))) if os.path.isdir(p) else [p])]
    sim = ReplaySim(files, port=a.port)
    print(f"{sim.count} answers from {len(files)} recordings on {sim.url}", flush=True)
    sim.serve_forever()


if __name__ == "__main__":
    main()
