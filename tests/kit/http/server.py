"""`kembar serve` as a process of its own, and what it has running."""

import os
import random
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from tests.kit.http.engine import small_config
from tests.kit.http.site import make_world_home
from tests.kit.processes import PATIENCE, children, wait_until

WORKER = "endpoint.engine.processes.worker"
UNMETERED = {"client_queries": 0, "client_seconds_per_minute": 0, "client_errors_per_minute": 0}
"""Settings without limits for one client, when one machine is to be many."""
PATIENT = {"query_seconds": 30, "queue_seconds": PATIENCE, "prepare_seconds": 0, "processes": 1}
"""Settings with which nothing is late although much else runs on the machine, of however many cores."""
PORTS = range(10_000, 32_000)
"""Below the ports that Linux gives to outgoing connections, so that a free one stays free for a while."""


@dataclass(frozen=True)
class Server:
    """A server process over a home: gunicorn's, whose children serve."""

    process: subprocess.Popen
    port: int

    @property
    def address(self) -> str:
        """The address without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str, **options: object) -> httpx.Response:
        """Return the answer to one request."""
        return httpx.get(self.address + path, timeout=PATIENCE, **options)

    def connect(self) -> socket.socket:
        """Return a new connection."""
        return socket.create_connection(("127.0.0.1", self.port), PATIENCE)

    def serving_pid(self) -> int:
        """Return the process that has the query processes as children; it answers too, if it is alone."""
        serving = children(self.process.pid)
        (pid,) = serving if len(serving) == 1 else (one for one in serving if children(one, WORKER))
        return pid

    def front_pids(self) -> set[int]:
        """Return the processes that answer requests and have no query processes."""
        return children(self.process.pid) - {self.serving_pid()}

    def query_pids(self) -> set[int]:
        """Return the query processes that live now, one that only starts with them."""
        return {pid for serving in children(self.process.pid) for pid in children(serving, WORKER)}

    def all_pids(self) -> set[int]:
        """Return all processes of the server."""
        return {self.process.pid, *children(self.process.pid), *self.query_pids()}

    def is_ready(self) -> bool:
        """Return whether it answers queries."""
        try:
            return self.get("/health").is_success
        except httpx.HTTPError:
            return False

    def stop(self) -> int:
        """Tell it to stop and return the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


@contextmanager
def running_server(home: Path, **settings: object) -> Iterator[Server]:
    """Yield a ready server over a home; settings are those of Config over PATIENT, e.g. `queue=2`."""
    port = free_port()
    command = [sys.executable, "-m", "endpoint.cli.main", "--home", str(home), "serve", "--port", str(port)]
    given = {f"KEMBAR_{name.upper()}": str(value) for name, value in (PATIENT | settings).items()}
    with subprocess.Popen(command, env=os.environ | given, stderr=subprocess.DEVNULL) as process:
        server = Server(process, port)
        try:
            wait_until(lambda: process.poll() is not None or server.is_ready())
            assert process.poll() is None, "the server ended before it was ready"
            yield server
        finally:
            if process.poll() is None:
                server.stop()


@contextmanager
def world_server(home: Path, **changes: object) -> Iterator[Server]:
    """Yield a ready server over a fresh world, small and without limits for one client."""
    make_world_home(home)
    settings = asdict(small_config(home, **({"queue": 16} | changes)))
    del settings["home"]
    with running_server(home, **settings) as server:
        yield server


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on now, another one each time."""
    while True:
        port = random.choice(PORTS)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
