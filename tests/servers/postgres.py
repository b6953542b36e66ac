"""A real PostgreSQL on loopback with a database of a test's own, where this machine has one."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.servers.prometheus import free_port

PASSWORD = "correct-horse-7"


@contextmanager
def real_postgres() -> Iterator[str]:
    """Start one on a free port, with all it keeps in one folder; give its URL; stop it and delete it."""
    bins = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not bins:
        pytest.skip("PostgreSQL not installed")
    folder = Path(tempfile.mkdtemp(prefix="digest-postgres-"))
    secret = folder / "password"
    secret.write_text(PASSWORD)
    as_user = []
    if not os.geteuid():  # it refuses to run as root
        as_user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
        shutil.chown(secret, "postgres")
    tool, data, port = bins[-1].parent, folder / "data", free_port()
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c timezone=America/New_York"

    def run(*argv: object) -> None:
        subprocess.run([*as_user, *map(str, argv)], check=True, capture_output=True, timeout=60, cwd="/")

    run(tool / "initdb", "-D", data, "-U", "ann", "-A", "scram-sha-256", "--pwfile", secret, "-N", "--locale=C.UTF-8")
    run(tool / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://ann:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        run(tool / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
