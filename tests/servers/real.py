"""Real servers, where this machine has them: a Postfix and a Dovecot of a test's own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "mail"
PORTS = 6
NOT_HERE = 77
"""What the script ends with where it cannot run."""

Servers = dict[str, str]
"""What a client needs to know: ports, the password, the authority."""


def wanted(*programs: str) -> None:
    """Skip the test where a program is missing; with DIGEST_TEST_ALL set, a skip is a failure."""
    missing = [p for p in programs if not shutil.which(p, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")]
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")


@contextmanager
def real_mail() -> Iterator[Servers]:
    """Start both on free ports of loopback, with all they keep in one folder; stop them and delete it."""
    wanted("postfix", "dovecot", "openssl")
    if os.geteuid():
        pytest.skip("Postfix starts as root only")
    folder = Path(tempfile.mkdtemp(prefix="digest-", dir="/tmp"))  # Postfix wants a short path
    log = folder.with_suffix(".log")
    try:
        with log.open("w") as out:  # the servers keep it open, so that a pipe would never end
            argv = [str(HERE / "start.sh"), str(folder), str(_free_ports())]
            done = subprocess.run(argv, stdout=out, stderr=out, check=False, timeout=60)
        if done.returncode == NOT_HERE:
            pytest.skip(log.read_text())
        assert done.returncode == 0, log.read_text()
        lines = (folder / "env").read_text().splitlines()
        yield {k.removeprefix("DIGEST_TEST_"): v for k, _, v in (line.partition("=") for line in lines)}
    finally:
        subprocess.run([HERE / "stop.sh", folder], check=False, timeout=60)
        shutil.rmtree(folder, ignore_errors=True)
        log.unlink(missing_ok=True)


def _free_ports() -> int:
    """The first of some ports in a row on which nobody listens."""
    start = 12_000 + os.getpid() % 1000 * 10
    return next(base for base in range(start, 32_000, 10) if all(map(_free, range(base, base + PORTS))))


def _free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
