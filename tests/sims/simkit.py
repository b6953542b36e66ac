"""simkit: the small HTTP server, fault switches and request counter that both sims share.

Standard library only.  A sim subclasses `Sim` and implements `route(req) -> Reply`.

    with GithubSim("dataset.json") as sim:       # starts a thread on 127.0.0.1, free port
        sim.faults.set(every_nth=5, status=502)  # or POST /_sim/faults
        ...                                      # talk to sim.url
        print(sim.stats())                       # or GET /_sim/stats
"""

from __future__ import annotations

import json
import random
import re
import socket
import threading
import time
import urllib.parse
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Faults:
    """Every switch is off by default.  `match` limits faults to paths it matches (regex search)."""

    match: str = ""  # e.g. "graphql" or "/search"; "" = every path
    latency_s: float = 0.0  # sleep before each answer
    jitter_s: float = 0.0  # plus uniform(0, jitter)
    first_n: int = 0  # the first N matching requests fail with `status` ...
    every_nth: int = 0  # ... and/or every Nth matching request does
    status: int = 502  # what a failing request answers: 401 403 404 410 429 500 502 503 504
    retry_after: str = ""  # Retry-After header on that answer ("2", or an HTTP date)
    kind: str = "status"  # status | secondary | primary | truncated_json | truncated_body | html | reset | hang | empty
    hang_s: float = 30.0  # for kind=hang
    duplicate_pages: bool = False  # pagination repeats the last page's cursor once (client must not loop for ever)

    def __post_init__(self) -> None:
        self.seen = 0

    def set(self, **kw: Any) -> None:
        names = {f.name for f in fields(self)}
        for k, v in kw.items():
            if k not in names:
                raise KeyError(f"no such fault switch: {k}; have {sorted(names)}")
            setattr(self, k, v)
        self.seen = 0  # first_n and every_nth count from the last change of the switches

    def clear(self) -> None:
        self.set(**asdict(Faults()))


@dataclass
class Request:
    method: str
    path: str  # without query string
    query: dict[str, list[str]]
    headers: Any
    body: bytes
    base: str  # http://127.0.0.1:PORT

    def q(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]

    def json(self) -> Any:
        return json.loads(self.body or b"null")

    @property
    def token(self) -> str:
        return self.headers.get("Authorization", "").partition(" ")[2]


@dataclass
class Reply:
    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # sent instead of json(data)
    label: str = ""  # how the counter names this request

    def payload(self) -> bytes:
        if self.raw is not None:
            return self.raw
        return b"" if self.data is None else json.dumps(self.data, ensure_ascii=False).encode()


class Sim:
    name = "sim"

    def __init__(self, host: str = "127.0.0.1", port: int = 0):
        self.faults = Faults()
        self._lock = threading.Lock()
        self.reset_stats()
        self._server = _Server((host, port), _Handler)
        self._server.sim = self
        self._thread: threading.Thread | None = None
        self.host, self.port = self._server.server_address[:2]
        self.url = f"http://{self.host}:{self.port}"

    # -- to be overridden ------------------------------------------------
    def route(self, req: Request) -> Reply:
        raise NotImplementedError

    def fault_reply(self, req: Request) -> Reply:
        """The body of a `kind=status|secondary|primary` failure."""
        return Reply({"message": f"fault {self.faults.status}"}, self.faults.status)

    # -- running -----------------------------------------------------------
    def start(self) -> "Sim":
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def serve_forever(self) -> None:
        self._server.serve_forever()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> "Sim":
        return self.start()

    def __exit__(self, *exc: Any) -> None:
        self.stop()

    # -- counting ----------------------------------------------------------
    def reset_stats(self) -> None:
        with self._lock:
            self._count: Counter[str] = Counter()
            self._status: Counter[int] = Counter()
            self._log: list[dict[str, Any]] = []
            self._in_flight = self._max_in_flight = 0

    def stats(self) -> dict[str, Any]:
        with self._lock:
            return {
                "total": sum(self._count.values()),
                "by_route": dict(self._count),
                "by_status": {str(k): v for k, v in self._status.items()},
                "max_in_flight": self._max_in_flight,
                "last": self._log[-50:],
            }

    # -- one request -----------------------------------------------------
    def answer(self, req: Request) -> tuple[Reply, str]:
        """-> (reply, wire fault), where the wire fault is '' | truncated_body | reset."""
        if req.path.startswith("/_sim/"):
            return self._control(req), ""
        f = self.faults
        started = time.time()
        with self._lock:
            self._in_flight += 1
            self._max_in_flight = max(self._max_in_flight, self._in_flight)
        try:
            hit = False
            if not f.match or re.search(f.match, req.path):
                with self._lock:
                    f.seen += 1
                    n = f.seen
                hit = (n <= f.first_n) or bool(f.every_nth and n % f.every_nth == 0)
                if f.latency_s or f.jitter_s:
                    time.sleep(f.latency_s + random.uniform(0, f.jitter_s))
            wire = ""
            if not hit:
                reply = self.route(req)
            elif f.kind == "hang":
                time.sleep(f.hang_s)
                reply = self.route(req)
            elif f.kind == "truncated_json":  # valid HTTP, JSON cut in the middle
                body = self.route(req).payload()
                reply = Reply(raw=body[: max(1, len(body) // 2)], label="fault")
            elif f.kind in ("truncated_body", "reset"):  # Content-Length says more than is sent / no answer at all
                reply, wire = self.route(req), f.kind
            elif f.kind == "html":  # a proxy's or login page answering 200
                reply = Reply(
                    raw=b"<html><body>Sign in</body></html>", headers={"Content-Type": "text/html"}, label="fault"
                )
            elif f.kind == "empty":
                reply = Reply(raw=b"", label="fault")
            else:
                reply = self.fault_reply(req)
                reply.label = "fault"
                if f.retry_after:
                    reply.headers["Retry-After"] = f.retry_after
        except Exception as e:  # a bug in the sim must not look like a real server's answer
            import traceback

            traceback.print_exc()
            reply, wire = Reply({"message": f"SIM BUG: {e!r}"}, 599), ""
        finally:
            with self._lock:
                self._in_flight -= 1
        with self._lock:
            self._count[reply.label or f"{req.method} {req.path}"] += 1
            self._status[reply.status] += 1
            self._log.append(
                {
                    "method": req.method,
                    "path": req.path,
                    "query": {k: v[0] if len(v) == 1 else v for k, v in req.query.items()},
                    "status": reply.status,
                    "ms": round((time.time() - started) * 1000),
                    "user_agent": req.headers.get("User-Agent", ""),
                }
            )
        return reply, wire

    def _control(self, req: Request) -> Reply:
        what = req.path[len("/_sim/") :]
        if what == "stats":
            return Reply(self.stats())
        if what == "reset":
            self.reset_stats()
            return Reply({"ok": True})
        if what == "faults":
            if req.method == "POST":
                self.faults.set(**(req.json() or {}))
            elif req.method == "DELETE":
                self.faults.clear()
            return Reply(asdict(self.faults))
        return Reply({"message": "have: stats, reset, faults"}, 404)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    sim: Sim


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # buffer, so that headers and body leave in one packet
    disable_nagle_algorithm = True
    server: _Server

    def _go(self) -> None:
        u = urllib.parse.urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        req = Request(
            self.command,
            urllib.parse.unquote(u.path),
            urllib.parse.parse_qs(u.query, keep_blank_values=True),
            self.headers,
            self.rfile.read(length) if length else b"",
            f"http://{self.headers.get('Host', 'localhost')}",
        )
        reply, wire = self.server.sim.answer(req)
        if wire == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            self.connection.close()
            self.close_connection = True
            return
        body = reply.payload()
        self.send_response(reply.status)
        headers = {"Content-Type": "application/json; charset=utf-8", **reply.headers}
        for k, v in headers.items():
            self.send_header(k, str(v))
        self.send_header("Content-Length", str(0 if reply.status == 304 else len(body)))
        self.end_headers()
        if wire == "truncated_body":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif reply.status != 304 and self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _go

    def log_message(self, *a: Any) -> None:
        pass

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, BrokenPipeError, ValueError, OSError):
            self.close_connection = True


def page_of(items: list[Any], page: int, per_page: int) -> list[Any]:
    return items[(page - 1) * per_page : page * per_page]
