"""What another client notices of silent connections, half heads, half bodies and readers that are slow.

Give folders of checkouts to compare them in one run:
``python -m benchmarks.neighbours.connections /some/base .``.
Each builds the bundled release and serves it with its own settings, but without limits for one client.
"""

from __future__ import annotations

import argparse
import resource
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import quote

import psutil

from benchmarks.neighbours.notes import PATIENCE, Notes, ask, serving

ROOT = Path(__file__).parents[2]
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000"
"""Some 15 MB of CSV over the bundled release."""
HEAD = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n"
BODY = b"POST /reconcile HTTP/1.1\r\nHost: x\r\nContent-Length: 2000\r\n" + (
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nqueries=%7B"
)
READER = f"GET /sparql?format=csv&query={quote(LARGE)} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
QUERY_PROCESS = "endpoint.engine."
"""What the command line of a query process holds."""
CROWDS: dict[str, dict[bytes, int]] = {
    "nobody": {},
    "1,000 silent": {b"": 1000},
    "500 half heads": {HEAD: 500},
    "300 half bodies": {BODY: 300},
    "100 slow readers": {READER: 100},
    "all of them": {b"": 1000, HEAD: 500, BODY: 300, READER: 100},
}
"""Who is there, by what each connection sends before it says no more."""


def crowd(port: int, kinds: dict[bytes, int], stack: ExitStack) -> list[socket.socket]:
    """Open the connections, send what each has to say, and return those that read slowly."""
    readers = []
    for said, count in kinds.items():
        for _ in range(count):
            link = stack.enter_context(socket.socket())
            if said is READER:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            link.settimeout(PATIENCE)
            with suppress(OSError):
                link.connect(("127.0.0.1", port))
                link.sendall(said)
            link.setblocking(False)
            readers += [link] if said is READER else []
    return readers


def read_slowly(links: list[socket.socket], over: threading.Event) -> None:
    """Take a kilobyte a second of each answer."""
    while not over.wait(1):
        for link in links:
            with suppress(OSError):
                link.recv(1024)


def note(port: int, seconds: float, memory: Callable[[], int]) -> tuple[Notes, int]:
    """Return what another client notices for so long, one request after another, and the most memory held."""
    notes, most, number = Notes(), 0, 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number += 1
        took = ask(port, time.monotonic_ns())
        if took is None:
            notes.missing += 1
        else:
            notes.seconds.append(took)
        most = max(most, memory())
        time.sleep(0.1)
    return notes, most


def measure(checkout: Path, folder: Path, seconds: float) -> Iterator[str]:
    """Yield the rows of the table for one checkout; every crowd meets a service of its own."""
    for name, kinds in CROWDS.items():
        with ExitStack() as stack:
            port, process = stack.enter_context(serving(checkout, folder))

            def memory(of: psutil.Process = process) -> int:
                family = [of, *(one for one in of.children() if QUERY_PROCESS not in " ".join(one.cmdline()))]
                return int(max(one.memory_info().rss for one in family))

            over = threading.Event()
            links = crowd(port, kinds, stack)
            thread = threading.Thread(target=read_slowly, args=(links, over), daemon=True)
            thread.start()
            notes, most = note(port, seconds, memory)
            over.set()
            thread.join()
        yield f"| {checkout.name} | {name} | {notes.row()} | {most >> 20} |"


def main() -> None:
    """Print the table for each checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkouts", nargs="*", type=Path, default=[ROOT], help="folders of checkouts")
    parser.add_argument("--seconds", type=float, default=20, help="how long each crowd stays")
    given = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    print("| checkout | connections | median ms | p95 ms | no answer | MB of the serving process |")
    print("| --- | --- | --- | --- | --- | --- |")
    for checkout in given.checkouts:
        with tempfile.TemporaryDirectory() as folder:
            for row in measure(checkout.resolve(), Path(folder), given.seconds):
                print(row, flush=True)


if __name__ == "__main__":
    main()
