"""Serve the page on 127.0.0.1, on a port of the system's choice, until the person leaves or nobody is there."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

import msgspec

from digest.errors import ConfigError
from digest.web.app import Room, make_app
from digest.web.gate import Gate

if TYPE_CHECKING:
    from digest.web.desk import Desk

HOST = "127.0.0.1"
PATIENCE = 0.05
"""Seconds until the server sees that it is over."""

IDLE = 30 * 60.0
"""Seconds without anything done on the page, after which it stops."""


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is up. `address` lets one browser in; `wait` comes back when it is over, with why."""

    address: str
    port: int
    wait: Callable[[], str]


@contextmanager
def serve(desk: Desk, *, idle: float = IDLE) -> Iterator[Served]:
    """The page over a draft, for as long as the block lasts.

    Raises:
        ConfigError: Flask is not installed.
        DraftError: the draft cannot be read.
    """
    try:
        from werkzeug.serving import make_server
    except ImportError:
        raise ConfigError("the page needs Flask", "pip install 'digest[web]'") from None
    desk.look()
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # the address holds a secret, and is not for logs
    left = Event()
    gate = Gate(port=0)
    room = Room(desk=desk, gate=gate, leave=left.set)
    server = make_server(HOST, 0, make_app(room), threaded=True)
    gate.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": PATIENCE}, daemon=True)
    thread.start()

    def wait() -> str:
        while (rest := room.last + idle - time.monotonic()) > 0:
            if left.wait(rest):
                return "left"
        return "idle"

    try:
        yield Served(address=gate.address, port=gate.port, wait=wait)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
