"""A web site on loopback: it answers as a test tells it, and breaks in the ways in which real ones do."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qsl, urlsplit

Fault = Literal["", "lost before", "lost after", "broken", "limited", "refused", "unknown", "moved"]
STATUS = {"broken": 500, "limited": 429, "refused": 403, "unknown": 404, "moved": 302}

Ask = Callable[[str, str, dict[str, str], Any], tuple[int, Any]]
"""method, path, query and body → status and what is answered"""


class Site:
    """A running site. `asked` has (method, path, body) of each request; `fault` is done to those that write."""

    def __init__(self, answer: Ask, writes: Callable[[str, Any], bool] = lambda method, _: method != "GET") -> None:
        self.asked: list[tuple[str, str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.fault: Fault = ""
        outer = self

        class Talk(BaseHTTPRequestHandler):
            def talk(self) -> None:
                outer._talk(self, answer, writes)

            do_GET = do_POST = do_PUT = talk  # noqa: N815 - the names of the methods

            def log_message(self, *_: Any) -> None:
                """Quiet."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ValueError:  # the connection was closed on purpose
                    self.close_connection = True

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _talk(self, talk: BaseHTTPRequestHandler, answer: Ask, writes: Callable[[str, Any], bool]) -> None:
        size = int(talk.headers.get("Content-Length") or 0)
        body = json.loads(talk.rfile.read(size)) if size else None
        parts = urlsplit(talk.path)
        self.asked.append((talk.command, parts.path, body))
        self.headers.append(dict(talk.headers.items()))
        fault = self.fault if writes(talk.command, body) else ""
        if fault == "lost before":
            talk.connection.close()
            return
        status, said = (
            (STATUS[fault], {"message": fault})
            if fault in STATUS
            else answer(talk.command, parts.path, dict(parse_qsl(parts.query)), body)
        )
        if fault == "lost after":
            talk.connection.close()
            return
        data = json.dumps(said).encode()
        talk.send_response(status)
        if status == STATUS["limited"]:
            talk.send_header("Retry-After", "30")
        talk.send_header("Location", "https://elsewhere.test")
        talk.send_header("Content-Length", str(len(data)))
        talk.end_headers()
        talk.wfile.write(data)
