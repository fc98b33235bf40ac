"""A builder, replicas that follow it, and the HAProxy of docs/deploy before them, all on this machine."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil

from benchmarks.neighbours.notes import UNMETERED, free_port

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "deploy" / "haproxy.cfg"
REPLICAS = 3
LOOK_SECONDS = 1
"""How often a replica looks at the builder."""
_PATIENCE = 120.0
_SETTINGS = dict.fromkeys(UNMETERED, "0") | {
    "KEMBAR_WORKERS": "1",
    "KEMBAR_TRUSTED_PROXIES": "1",
    "KEMBAR_QUEUE_SECONDS": "20",
}


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Return as soon as a condition is true; raises TimeoutError when it never is."""
    end = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.02)


def fetch(port: int, path: str) -> tuple[int, Mapping[str, str], bytes]:
    """Return status, headers and body of one answer; raises OSError and HTTPException."""
    link = HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        link.request("GET", path)
        response = link.getresponse()
        return response.status, dict(response.headers), response.read()
    finally:
        link.close()


def haproxy_command(folder: Path, port: int) -> list[str]:
    """Return the command of the example of HAProxy at a port, without TLS; its environment names replicas."""
    config, text = folder / "haproxy.cfg", EXAMPLE.read_text("utf-8")
    config.write_text(re.sub(r"bind :443 ssl crt \S+", f"bind 127.0.0.1:{port}", text), "utf-8")
    return ["haproxy", "-f", str(config)]


@dataclass
class Service:
    """One `kembar serve` over a home of its own, which can be killed and started again."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return at once."""
        command = [*_kembar(self.home), "serve", "--port", str(self.port)]
        self.process = _start(command, _SETTINGS)

    def stop(self) -> None:
        """Tell it to stop, and return when it has: what was under way is answered."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait()

    def kill(self) -> None:
        """Kill all its processes by SIGKILL, the one that would start another first."""
        if self.process is None:
            return
        with suppress(psutil.NoSuchProcess):
            family = psutil.Process(self.process.pid).children(recursive=True)
            self.process.kill()
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(family)
        self.process.wait()

    def report(self) -> tuple[int, bytes]:
        """Return what its probe says, status 0 while it says nothing."""
        with suppress(OSError, HTTPException):
            status, _, body = fetch(self.port, "/health/ready")
            return status, body
        return 0, b""

    def is_well(self) -> bool:
        """Return whether it answers, and nothing is ill."""
        status, body = self.report()
        return status == 200 and b'"status":"ok"' in body

    def count_answers(self) -> int:
        """Return how many requests it answered since its start, but for health and metrics."""
        text = fetch(self.port, "/metrics")[2].decode()
        lines = [line for line in text.splitlines() if line.startswith("kembar_requests_total")]
        return sum(
            int(float(line.rsplit(" ", 1)[1]))
            for line in lines
            if not re.search(r'route="/?(health|metrics)', line)
        )


@dataclass(frozen=True)
class Fleet:
    """The builder, the replicas, and the port of the balancer before them."""

    builder: Service
    replicas: list[Service]
    port: int

    def publish(self, folder: Path) -> None:
        """Publish a release that lies in a folder elsewhere, as a build on the builder would."""
        from graph.store.releases import publish

        shutil.copytree(folder, self.builder.home / "releases" / folder.name)
        publish(self.builder.home, folder.name)

    def current(self) -> list[str]:
        """Return the release that is current in each replica's home."""
        return [(replica.home / "current").resolve().name for replica in self.replicas]


@contextmanager
def running_fleet(folder: Path, home: Path) -> Iterator[Fleet]:
    """Yield a fleet whose builder has the home given, once every replica answers through the balancer."""
    builder = Service(home)
    replicas = [Service(folder / f"replica{number}") for number in range(1, REPLICAS + 1)]
    others: list[subprocess.Popen[bytes]] = []
    try:
        builder.start()
        wait_until(builder.is_well, "the builder does not answer")
        address = f"http://127.0.0.1:{builder.port}"
        for replica in replicas:
            pull = [*_kembar(replica.home), "pull", address, "--every", str(LOOK_SECONDS)]
            others.append(_start(pull, {}))
        for replica in replicas:
            wait_until((replica.home / "current").exists, "a replica does not follow")
            replica.start()
        for replica in replicas:
            wait_until(replica.is_well, "a replica does not answer")
        port = free_port()
        named = {f"REPLICA{number}": f"127.0.0.1:{one.port}" for number, one in enumerate(replicas, 1)}
        others.append(_start(haproxy_command(folder, port), named))
        wait_until(lambda: _answers(port), "HAProxy does not answer")
        yield Fleet(builder, replicas, port)
    finally:
        for process in others:
            process.send_signal(signal.SIGTERM)
            process.wait()
        for service in (builder, *replicas):
            service.kill()


def _answers(port: int) -> bool:
    with suppress(OSError, HTTPException):
        return fetch(port, "/limits.json")[0] == 200
    return False


def _kembar(home: Path) -> list[str]:
    return [sys.executable, "-m", "endpoint.cli.main", "--home", str(home)]


def _start(command: list[str], settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
