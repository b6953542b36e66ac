"""A real Prometheus on loopback with blocks that `promtool` made, where this machine has one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.real import wanted

CONFIG = "global:\n  scrape_interval: 1h\n"


@contextmanager
def real_prometheus(openmetrics: str) -> Iterator[str]:
    """Start one that holds these samples, on a free port, with all it keeps in one folder; stop it and delete it."""
    wanted("prometheus", "promtool")
    folder = Path(tempfile.mkdtemp(prefix="digest-prometheus-"))
    (folder / "prometheus.yml").write_text(CONFIG)
    (folder / "samples.om").write_text(openmetrics)
    make = ["promtool", "tsdb", "create-blocks-from", "--max-block-duration=1440h", "openmetrics"]
    subprocess.run(
        [*make, str(folder / "samples.om"), str(folder / "data")], check=True, capture_output=True, timeout=120
    )
    url = f"http://127.0.0.1:{free_port()}"
    server = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'data'}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={url.removeprefix('http://')}",
            "--log.level=error",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"]},
    )
    try:
        _until_ready(f"{url}/-/ready", server)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """A port of loopback on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _until_ready(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.05)
    raise AssertionError(f"Prometheus did not start: {server.poll()}")
