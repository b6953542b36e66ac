"""A mailbox on loopback: as much of IMAP as a draft needs."""

from __future__ import annotations

import base64
import re
import socketserver
import threading
from typing import Any, Self

from tests.servers.post import PASSWORD, TOKEN, USER
from tests.servers.tls import Tls

USUAL = (r"(\HasNoChildren) INBOX", r"(\Drafts) Entw&APw-rfe")
QUOTED = '"/"'


class Drafts:
    """A running server; `kept` has (mailbox, flags, the mail) of each that was appended."""

    def __init__(self, tls: Tls, mailboxes: tuple[str, ...] = USUAL, *, starttls: bool = False) -> None:
        self.kept: list[tuple[str, str, bytes]] = []
        self.mailboxes = mailboxes
        self.fault = ""
        self.context = tls.server()
        self.starttls = starttls
        outer = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer._talk(self)

            def finish(self) -> None:
                super().finish()
                self.connection.close()

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

            def get_request(self) -> Any:
                plain, address = super().get_request()
                plain.settimeout(5)
                if outer.starttls:
                    return plain, address
                return outer.context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

            def handle_error(self, request: Any, address: Any) -> None:
                """A client that hangs up, or does not trust us, is no error of ours."""

        self._server = Server(("127.0.0.1", 0), Talk)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _talk(self, talk: socketserver.StreamRequestHandler) -> None:
        def say(line: str) -> None:
            talk.wfile.write(f"{line}\r\n".encode())

        say("* OK ready")
        while line := talk.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            verb = command.split()[0].upper()
            ended = self._append(talk, command) if verb == "APPEND" else self._answer(talk, command)
            if ended is None:
                return
            for untagged in ended[:-1]:
                say(f"* {untagged}")
            say(f"{tag} {ended[-1]}")
            if verb == "LOGOUT":
                return
            if verb == "STARTTLS":
                self._encrypt(talk)

    def _encrypt(self, talk: socketserver.StreamRequestHandler) -> None:
        talk.connection = talk.request = self.context.wrap_socket(talk.connection, server_side=True)
        talk.rfile, talk.wfile = talk.connection.makefile("rb"), talk.connection.makefile("wb", buffering=0)

    def _answer(self, talk: socketserver.StreamRequestHandler, command: str) -> list[str]:
        verb, *words = command.split()
        known = [row.partition(") ")[2] for row in self.mailboxes]
        wanted = words[-1].strip('"') if words else ""
        found = [str(k) for k, (_, _, mail) in enumerate(self.kept, 1) if wanted.encode() in mail]
        answers = {
            "CAPABILITY": [f"CAPABILITY IMAP4rev1 AUTH=XOAUTH2{' STARTTLS' if self.starttls else ''}", "OK done"],
            "STARTTLS": ["OK done"],
            "LOGIN": [
                "OK done" if command == f'LOGIN {USER} "{PASSWORD}"' else "NO [AUTHENTICATIONFAILED] no such user"
            ],
            "LIST": [
                *(f"LIST {row.replace(') ', ') ./. ', 1).replace('./.', QUOTED)}" for row in self.mailboxes),
                "OK done",
            ],
            "EXAMINE": ["0 EXISTS", "OK done"] if wanted in known else ["NO no such mailbox"],
            "UID": [f"SEARCH {' '.join(found)}".strip(), "OK done"],
            "LOGOUT": ["BYE", "OK done"],
        }
        return self._authenticate(talk) if verb == "AUTHENTICATE" else answers[verb]

    def _authenticate(self, talk: socketserver.StreamRequestHandler) -> list[str]:
        talk.wfile.write(b"+ \r\n")
        said = base64.b64decode(talk.rfile.readline())
        if said == f"user={USER}\1auth=Bearer {TOKEN}\1\1".encode():
            return ["OK done"]
        talk.wfile.write(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
        talk.rfile.readline()
        return ["NO invalid credentials"]

    def _append(self, talk: socketserver.StreamRequestHandler, command: str) -> list[str] | None:
        found = re.fullmatch(r'APPEND "?([^" ]+)"? (\([^)]*\)) "[^"]*" \{(\d+)\}', command)
        assert found
        talk.wfile.write(b"+ go on\r\n")
        mail = talk.rfile.read(int(found[3]))
        talk.rfile.readline()
        if self.fault == "full":
            return ["NO [OVERQUOTA] the mailbox is full"]
        self.kept.append((found[1], found[2], mail))
        return None if self.fault == "lost" else ["OK done"]
