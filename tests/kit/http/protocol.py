"""The service over the world: in this process, and as a process of its own behind a real socket."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from flask import Flask

from endpoint import create_app
from endpoint.app import close_app
from endpoint.config import Config
from graph.store.releases import current_release
from tests.kit.http.engine import small_config
from tests.kit.http.site import make_world_home
from tests.kit.paths import ROOT

NO_QUOTAS = {"client_queries": 0, "client_seconds_per_minute": 0.0, "client_errors_per_minute": 0}
CORE = "https://w3id.org/kota-kembar/graph/core"
VOCABULARY = "https://w3id.org/kota-kembar/graph/vocabulary"
KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
COUNT = KK + "SELECT (COUNT(*) AS ?n) WHERE { ?a kk:partnerOf ?b }"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
START_SECONDS = 20


@contextmanager
def world_protocol(home: Path, **changes: object) -> Iterator[Flask]:
    """Yield the application over a fresh world; its workers end with the block."""
    release = make_world_home(home)
    app = create_app(small_config(home, **(NO_QUOTAS | {"queue": 16} | changes)), release)
    app.testing = True
    try:
        yield app
    finally:
        close_app(app)


@dataclass(frozen=True)
class Server:
    """A server process: its address, port and process id."""

    address: str
    port: int
    pid: int


@contextmanager
def world_server(home: Path, **changes: object) -> Iterator[Server]:
    """Yield a real server over a fresh world; it ends with the block."""
    make_world_home(home)
    config = small_config(home, **(NO_QUOTAS | {"queue": 16} | changes))
    settings = json.dumps(asdict(config) | {"home": str(home)})
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", __spec__.name, settings, str(write)], pass_fds=[write], cwd=ROOT
    )
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            port = int(pipe.readline())
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address)
        yield Server(address, port, process.pid)
    finally:
        process.terminate()
        assert process.wait(START_SECONDS) == 0


def wait_until_ready(address: str) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address + "/health", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not start")


def problem(response) -> str:
    """Return the last part of the type of a problem."""
    return response.json["type"].rsplit("/")[-1]


def value(response) -> str:
    """Return the only value of a result in JSON."""
    (row,) = response.json["results"]["bindings"]
    (cell,) = row.values()
    return cell["value"]


def serve(settings: Mapping[str, object], announce: int) -> None:
    """Serve in this process; tell the port through the descriptor."""
    import socket

    from endpoint.cli import wsgi

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = Config(**{**settings, "home": Path(str(settings["home"]))})
    with os.fdopen(announce, "w") as pipe:
        pipe.write(f"{port}\n")
    wsgi.serve(config, current_release(config.home), "127.0.0.1", port)


if __name__ == "__main__":
    serve(json.loads(sys.argv[1]), int(sys.argv[2]))
