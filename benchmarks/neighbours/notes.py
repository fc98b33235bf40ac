"""What a client notices of others: the service of any checkout, and notes of how long answers take."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psutil

PATIENCE = 15.0
"""Seconds after which an answer counts as none."""
UNMETERED = ("KEMBAR_CLIENT_QUERIES", "KEMBAR_CLIENT_SECONDS_PER_MINUTE", "KEMBAR_CLIENT_ERRORS_PER_MINUTE")


@dataclass
class Notes:
    """The seconds that another client's requests took; ``missing`` got no answer within PATIENCE."""

    seconds: list[float] = field(default_factory=list)
    missing: int = 0

    def row(self) -> str:
        """Return them as the end of a row of the table: median and 95th percentile in ms, without answer."""
        if not self.seconds:
            return f"– | – | {self.missing}"
        spent = sorted(self.seconds)
        high = spent[min(len(spent) - 1, round(0.95 * len(spent)))]
        return f"{1000 * statistics.median(spent):.0f} | {1000 * high:.0f} | {self.missing}"


def free_port() -> int:
    """Return a port of the loopback address that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def ask(port: int, number: int) -> float | None:
    """Return the seconds that a new small query takes over a new connection, None when it has no answer."""
    query = quote(f"ASK {{}} # {number}")
    begin = time.monotonic()
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE) as link:
            link.settimeout(PATIENCE)
            link.sendall(
                f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
            )
            whole = b"".join(iter(lambda: link.recv(1 << 16), b""))
    except OSError:
        return None
    return time.monotonic() - begin if whole.startswith(b"HTTP/1.1 200") else None


@contextmanager
def serving(checkout: Path, folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Yield the port and the process of a service of a checkout over the bundled release."""
    kembar = [sys.executable, "-m", "endpoint.cli.main", "--home", str(folder)]
    settings = os.environ | dict.fromkeys(UNMETERED, "0") | {"PYTHONPATH": str(checkout)}
    if not (folder / "current").exists():
        subprocess.run([*kembar, "build"], cwd=checkout, env=settings, check=True, stdout=sys.stderr)
    port = free_port()
    process = subprocess.Popen([*kembar, "serve", "--port", str(port)], cwd=checkout, env=settings)
    try:
        while ask(port, 0) is None:
            if process.poll() is not None:
                raise RuntimeError("the service did not start")
            time.sleep(0.1)
        yield port, psutil.Process(process.pid)
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            for one in [*psutil.Process(process.pid).children(recursive=True), process]:
                one.kill()
