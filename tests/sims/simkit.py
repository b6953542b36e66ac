"""A small HTTP server on loopback with fault switches and a request counter; what the doubles of GitHub and Jira share.

A double subclasses `Sim` and answers in `route`:

    with GithubSim(generate()) as sim:           # a thread on 127.0.0.1, free port
        sim.faults.set(every_nth=5, status=502)
        ...                                      # talk to sim.url
        assert sim.stats()["total"] <= 3
"""

from __future__ import annotations

import json
import random
import re
import socket
import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import asdict, dataclass, field, fields
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

REMEMBERED = 50
NOT_MODIFIED = 304
BUG = 599
"""What a bug of the double answers, so that it does not look like a real server's answer."""

NO_LINGER = b"\x01\0\0\0\0\0\0\0"
"""Closing a socket that does not linger sends a reset."""


@dataclass
class Faults:
    """The switches; all are off by default.

    Attributes:
        match: a regular expression; only paths that it finds something in are hit.
        latency_s, jitter_s: seconds before each answer, and up to how many more.
        first_n, every_nth, from_nth: which of the requests fail, counted from the last change of the switches.
        status: what a failing request answers.
        retry_after: the header `Retry-After` on it: seconds or an HTTP date.
        kind: `status`, `secondary`, `primary`, `saml` (the double's own words), `truncated_json`, `truncated_body`,
            `html`, `empty`, `reset` or `hang`.
        hang_s: how long `hang` takes.
        duplicate_pages: the last page says that it is followed by itself.
        repeat_pages: each page holds what the first one holds.
    """

    match: str = ""
    latency_s: float = 0.0
    jitter_s: float = 0.0
    first_n: int = 0
    every_nth: int = 0
    from_nth: int = 0
    status: int = 502
    retry_after: str = ""
    kind: str = "status"
    hang_s: float = 30.0
    duplicate_pages: bool = False
    repeat_pages: bool = False

    def __post_init__(self) -> None:
        self.seen = 0

    def set(self, **switches: Any) -> None:
        """Change some switches; the count of the requests begins anew."""
        names = {f.name for f in fields(self)}
        for name, value in switches.items():
            if name not in names:
                raise KeyError(f"no such fault switch: {name}; have {sorted(names)}")
            setattr(self, name, value)
        self.seen = 0

    def clear(self) -> None:
        """Switch everything off."""
        self.set(**asdict(Faults()))

    def hits(self, path: str) -> bool:
        """Count a request, and say whether it fails."""
        if self.match and not re.search(self.match, path):
            return False
        self.seen += 1
        if self.seen <= self.first_n or (self.from_nth and self.seen >= self.from_nth):
            return True
        return bool(self.every_nth) and self.seen % self.every_nth == 0


@dataclass
class Request:
    """What came in; `path` is without the query, `base` is the address of the double as the client wrote it.

    `target` is the path with its query as it came, not decoded.
    """

    method: str
    path: str
    query: dict[str, list[str]]
    headers: Message
    body: bytes
    base: str
    target: str = ""

    def q(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return self.query.get(name, [default])[0]

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body or b"null")

    @property
    def token(self) -> str:
        """What follows the scheme in `Authorization`."""
        authorization: str = self.headers.get("Authorization", "")
        return authorization.partition(" ")[2]


@dataclass
class Reply:
    """What goes out: `raw`, or `data` as JSON. `label` is how the counter names the request."""

    data: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    label: str = ""

    def payload(self) -> bytes:
        """The body in bytes."""
        if self.raw is not None:
            return self.raw
        return b"" if self.data is None else json.dumps(self.data, ensure_ascii=False).encode()


class Sim:
    """The server: a context manager that runs in a thread."""

    name = "sim"

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.faults = Faults()
        self._lock = threading.Lock()
        self.reset_stats()
        self._server = _Server((host, port), _Handler)
        self._server.sim = self
        self.host, self.port = str(self._server.server_address[0]), int(self._server.server_address[1])
        self.url = f"http://{self.host}:{self.port}"

    def route(self, req: Request) -> Reply:
        """The answer to a request; every double has its own."""
        return Reply({"message": f"nothing at {req.path}"}, 404)

    def fault_reply(self, req: Request) -> Reply:
        """The answer of a failing request of the kinds `status`, `secondary`, `primary` and `saml`."""
        return Reply({"message": f"fault {self.faults.status} at {req.path}"}, self.faults.status)

    def start(self) -> Self:
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def serve_forever(self) -> None:
        """Serve here until the process ends."""
        self._server.serve_forever()

    def stop(self) -> None:
        """Stop serving and give the port back."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def reset_stats(self) -> None:
        """Forget all requests."""
        with self._lock:
            self._count: Counter[str] = Counter()
            self._status: Counter[int] = Counter()
            self._log: list[dict[str, Any]] = []
            self._in_flight = self._max_in_flight = 0

    def stats(self) -> dict[str, Any]:
        """How many requests there were, by label and by status, how many at a time, and the latest of them."""
        with self._lock:
            return {
                "total": sum(self._count.values()),
                "by_route": dict(self._count),
                "by_status": {str(k): v for k, v in self._status.items()},
                "max_in_flight": self._max_in_flight,
                "last": self._log[-REMEMBERED:],
            }

    def answer(self, req: Request) -> tuple[Reply, str]:
        """The reply, and how it is broken on the wire: not at all, `truncated_body` or `reset`."""
        with self._lock:
            self._in_flight += 1
            self._max_in_flight = max(self._max_in_flight, self._in_flight)
            hit = self.faults.hits(req.path)
        try:
            self._delay(req.path)
            reply, wire = self._broken(req) if hit else (self.route(req), "")
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug of the double
            traceback.print_exc(file=sys.stderr)
            reply, wire = Reply({"message": f"SIM BUG: {error!r}"}, BUG), ""
        with self._lock:
            self._in_flight -= 1
            self._count[reply.label or f"{req.method} {req.path}"] += 1
            self._status[reply.status] += 1
            self._log.append({"method": req.method, "path": req.path, "query": req.query, "status": reply.status})
        return reply, wire

    def _delay(self, path: str) -> None:
        faults = self.faults
        if (faults.latency_s or faults.jitter_s) and (not faults.match or re.search(faults.match, path)):
            time.sleep(faults.latency_s + random.uniform(0, faults.jitter_s))

    def _broken(self, req: Request) -> tuple[Reply, str]:
        """A failing answer."""
        faults = self.faults
        if faults.kind == "hang":
            time.sleep(faults.hang_s)
            return self.route(req), ""
        if faults.kind in {"truncated_body", "reset"}:
            return self.route(req), faults.kind
        if faults.kind == "truncated_json":
            body = self.route(req).payload()
            return Reply(raw=body[: max(1, len(body) // 2)], label="fault"), ""
        if faults.kind == "html":
            page = b"<html><body>Sign in</body></html>"
            return Reply(raw=page, headers={"Content-Type": "text/html"}, label="fault"), ""
        if faults.kind == "empty":
            return Reply(raw=b"", label="fault"), ""
        reply = self.fault_reply(req)
        reply.label = "fault"
        if faults.retry_after:
            reply.headers["Retry-After"] = faults.retry_after
        return reply, ""


def page_of(items: list[Any], page: int, per_page: int) -> list[Any]:
    """The items of a page; pages count from 1."""
    return items[(page - 1) * per_page : page * per_page]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128
    sim: Sim


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body leave in one packet
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        url = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        req = Request(
            self.command,
            unquote(url.path),
            parse_qs(url.query, keep_blank_values=True),
            self.headers,
            self.rfile.read(length) if length else b"",
            f"http://{self.headers.get('Host', 'localhost')}",
            self.path,
        )
        reply, wire = self.server.sim.answer(req)
        if wire == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER)
            self.connection.close()
            self.close_connection = True
            return
        self._send(reply, wire)

    do_GET = do_POST = do_PUT = do_HEAD = _serve  # noqa: N815 - the names are the base class's

    def _send(self, reply: Reply, wire: str) -> None:
        body = b"" if reply.status == NOT_MODIFIED else reply.payload()
        self.send_response(reply.status)
        for name, value in {"Content-Type": "application/json; charset=utf-8", **reply.headers}.items():
            self.send_header(name, str(value))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if wire == "truncated_body":
            self.wfile.write(body[: len(body) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
        """Say nothing: the counter knows."""

    def handle_one_request(self) -> None:
        """A client that goes away is no error."""
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True
