"""A real Chromium, and the page of a review that it looks at."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digest import draft, render, web

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from digest.model import Digest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--host-resolver-rules=MAP *.test 127.0.0.1, EXCLUDE 127.0.0.1",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, in which every name of `.test` leads to this machine: what DNS rebinding does."""
    program = shutil.which("chromium")
    if not program:
        pytest.skip("chromium not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def another(browser: Browser, *flags: str) -> Iterator[Browser]:
    """A second one beside it, with flags of its own."""
    made = browser.browser_type.launch(executable_path=shutil.which("chromium"), args=[*FLAGS, *flags])
    yield made
    made.close()


class Review:
    """A draft, served; `texts` counts what the page did to it only through the file itself."""

    def __init__(self, file: Path, served: web.Served) -> None:
        self.file = file
        self.served = served

    @property
    def text(self) -> str:
        """What stands in the file."""
        return self.file.read_text(encoding="utf-8")

    def lines(self, section: str) -> list[str]:
        """The words of a section, as the file has them."""
        return [x.entry.text for x in draft.read(self.text).lines if x.section == section]

    def edit(self, old: str, new: str) -> None:
        """What somebody else does to the file in an editor."""
        assert old in self.text, self.text
        self.file.write_text(self.text.replace(old, new, 1), encoding="utf-8")


@contextmanager
def review(folder: Path, digest: Digest, **parts: object) -> Iterator[Review]:
    """The page over a fresh draft of a digest."""
    file = folder / "2026-W07_W08.md"
    file.write_text(draft.write(digest), encoding="utf-8")
    desk = web.Desk(
        file=file,
        preview=lambda shown: (render.render(shown, "markdown"), render.render(shown, "email")),
        gather=lambda _: web.Facts(),
    )
    for name, part in parts.items():
        setattr(desk, name, part)
    with web.serve(desk) as served:
        yield Review(file, served)


@contextmanager
def site(html: str) -> Iterator[int]:
    """Somebody else's page, on another port of this machine; gives the port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def raw(port: int, request: str) -> str:
    """The answer to a request that no browser would send."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(request.replace("\n", "\r\n").encode())
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b"")).decode("utf-8", "replace")


def field(page: Page, label: str) -> Locator:
    """A field by its whole label."""
    return page.get_by_label(label, exact=True)


def saved(page: Page, said: str) -> None:
    """Wait until the page says so."""
    page.locator("#status", has_text=said).wait_for()
