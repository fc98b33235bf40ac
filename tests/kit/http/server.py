"""`kembar serve` as a process of its own, and what it has running."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

START_SECONDS = 20
UNMETERED = {"client_queries": 0, "client_seconds_per_minute": 0, "client_errors_per_minute": 0}
"""Settings without limits for one client, when one machine is to be many."""


@dataclass
class Server:
    """A server process; `master` is gunicorn's, whose one child serves."""

    process: subprocess.Popen
    address: str

    def serving_pid(self) -> int:
        """Return the process that answers requests and has the query processes as children."""
        (pid,) = children(self.process.pid)
        return pid

    def query_pids(self) -> set[int]:
        """Return the query processes that live now."""
        return {
            pid for pid in children(self.serving_pid()) if b"endpoint.engine.worker" in read(pid, "cmdline")
        }

    def all_pids(self) -> set[int]:
        """Return all processes of the server."""
        serving = self.serving_pid()
        return {self.process.pid, serving, *children(serving)}

    def stop(self) -> int:
        """Tell it to stop and return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


@contextmanager
def running_server(home: Path, **settings: object) -> Iterator[Server]:
    """Yield a ready server over a home; settings are those of Config, e.g. `query_seconds=2`."""
    port = free_port()
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "serve", "--port", str(port)]
    environ = os.environ | {f"KEMBAR_{name.upper()}": str(value) for name, value in settings.items()}
    with subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL) as process:
        server = Server(process, f"http://127.0.0.1:{port}")
        try:
            wait_until_ready(server.address)
            yield server
        finally:
            process.kill() if process.poll() is None and server.stop() else None


def wait_until_ready(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(address + "/health").raise_for_status()
            return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def free_port() -> int:
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def read(pid: int, name: str) -> bytes:
    """Return a file of /proc about a process, nothing when the process is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""


def children(pid: int) -> set[int]:
    """Return the living processes whose parent is `pid`."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = read(int(entry.name), "stat").rpartition(b")")[2].split()
            if fields and int(fields[1]) == pid and fields[0] != b"Z":
                found.add(int(entry.name))
    return found


def resident_bytes(pids: set[int]) -> int:
    """Return the memory that processes have to themselves or share, counted once a process."""
    pages = [read(pid, "statm").split() for pid in pids]
    return sum(int(fields[1]) for fields in pages if fields) * os.sysconf("SC_PAGE_SIZE")


def wait_for(condition, seconds: float = 5.0) -> float:
    """Return the seconds until `condition()` held; fails when it does not hold in time."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() - start < seconds, "it did not come to be in time"
        time.sleep(0.01)
    return time.monotonic() - start
