"""Servers that refuse everything and repeat in their refusal whatever they were given, as badly written ones do."""

from __future__ import annotations

import base64
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class _Web(BaseHTTPRequestHandler):
    """HTTP: 401 with the address, the head and the body of the request, also decoded, as a message in JSON."""

    def do_GET(self) -> None:
        given = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        kind, _, login = self.headers.get("Authorization", "").partition(" ")
        login = base64.b64decode(login).decode() if kind == "Basic" else login
        # The address first: a message is cut at some length.
        said = f"bad login {login} {self.headers} at {self.path} with {given}".replace("\n", " ")
        data = json.dumps({"message": said, "errors": [{"message": said}], "errorMessages": [said]}).encode()
        self.send_response(401, "Bad login")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_POST = do_PUT = do_GET  # noqa: N815 - the names of the methods

    def log_message(self, *_: Any) -> None:
        """Quiet."""


class _Mail(socketserver.StreamRequestHandler):
    """SMTP: a login is refused with the user and the password."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        with suppress(ConnectionError):  # who does not get on with it hangs up
            self._talk()

    def _talk(self) -> None:
        while line := self.rfile.readline().decode("latin1").strip():
            verb, *words = line.split()
            if verb.upper() == "EHLO":
                self.wfile.write(b"250-parrot\r\n250 AUTH PLAIN\r\n")
            elif verb.upper() == "AUTH":
                said = base64.b64decode(words[1]).replace(b"\0", b" ").decode()
                self.wfile.write(f"535 5.7.8 no such login: {said}, {words[1]}\r\n".encode())
            else:
                self.wfile.write(b"250 OK\r\n")


@contextmanager
def parrots() -> Iterator[tuple[str, int]]:
    """Both on loopback: the address of the web site, and the port of the mail server."""
    web, mail = ThreadingHTTPServer(("127.0.0.1", 0), _Web), socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Mail)
    web.daemon_threads = mail.daemon_threads = True
    threads = [threading.Thread(target=s.serve_forever, args=[0.01], daemon=True) for s in (web, mail)]
    for thread in threads:
        thread.start()
    yield f"http://127.0.0.1:{web.server_address[1]}", mail.server_address[1]
    for server, thread in zip((web, mail), threads, strict=True):
        server.shutdown()
        server.server_close()
        thread.join()
