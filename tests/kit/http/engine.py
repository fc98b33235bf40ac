"""A store on disk with the world in it, small and quick engines and their queries, a canary on loopback."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import Store

from endpoint.config import MIB, Config
from endpoint.engine.engine import Answer, Engine
from endpoint.engine.language.guard import Reading, read
from tests.kit.world import load_world

JSON = "application/sparql-results+json"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o }"

# The engine reads SERVICE in each of these; it needs no space around a keyword.
CALLS = [
    "SELECT * { SERVICE %s { ?s ?p ?o } }",
    "SELECT * { service silent %s { ?s ?p ?o } }",
    "SELECT * { SeRvIcE%s{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENT%s{ ?s ?p ?o } }",
    "SELECT * { SERVICE ?where { ?s ?p ?o } }",
    "SELECT * { SERVICE#\n%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x'SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p '''it's'''SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { ?s ?p?o.SERVICE%s{ ?s ?p ?o } }",
    "SELECT * { FILTER EXISTS { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { { SELECT * { SERVICE %s { ?s ?p ?o } } } }",
    "ASK { OPTIONAL { SERVICE %s {} } }",
    "DESCRIBE ?s { SERVICE %s { ?s ?p ?o } }",
    "PREFIX : %s SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : %s PREFIX SERVICE: <a:> SELECT * { SERVICE:x#\n{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) FILTER(?a<?b)SERVICE#>\n%s{ ?s ?p ?o } }",
    'SELECT * { BIND(1 AS ?a) FILTER(?a<?b)#>"""\nSERVICE %s{ ?s ?p ?o }#"""\n}',
    "SELECT * { FILTER(1 IN (2, 1<2))#>'''\nSERVICE %s{ ?s ?p ?o }#'''\n}",
    'SELECT * { FILTER("a"@en<"b"@en)#>"""\nSERVICE %s{ ?s ?p ?o }#"""\n}',
    'PREFIX f: <a:> SELECT * { FILTER f:g(1<2)#>"""\nSERVICE %s{ ?s ?p ?o }#"""\n}',
    'SELECT * { { SELECT (?a<?b AS ?c)#>"""\n{ SERVICE %s{ ?s ?p ?o } }#"""\n} }',
    'SELECT * { { SELECT * {} ORDER BY ASC(?a<?b)#>"""\n} SERVICE %s{ ?s ?p ?o }#"""\n}',
    "SELECT * { FILTER(<<(?a ?b <http://x/#>)>> != ?t) SERVICE %s{ ?s ?p ?o } }",
    'PREFIX : <a:> SELECT * { FILTER:f(?a<?b)#>"""\nSERVICE %s{ ?s ?p ?o }#"""\n}',
    'SELECT * { ?s ?p trueFILTER(?a<?b)#>"""\nSERVICE %s{ ?s ?p ?o }#"""\n}',
    'SELECT * { { SELECTDISTINCT(?a<?b AS ?c)#>"""\n{ SERVICE %s{ ?s ?p ?o } }#"""\n} }',
    "PREFIX filter: <a:> SELECT * { ?s filter:p (?x <http://a/#>) SERVICE %s{ ?s ?p ?o } }",
]


def make_store(folder: Path) -> Path:
    store = Store(str(folder))
    load_world(store)
    store.flush()
    return folder


def small_config(home: Path, **changes: object) -> Config:
    values = {
        "query_seconds": 5.0,
        "workers": 1,
        "memory_bytes": 160 * MIB,
        "result_bytes": MIB,
        "queue": 2,
        "queue_seconds": 10.0,
        "client_queries": 0,
        "client_seconds_per_minute": 0.0,
        "client_errors_per_minute": 0,
    }
    return Config(home=home, **(values | changes))


def reading_of(text: str, **settings: object) -> Reading:
    """Return what is read of a stranger's query under the usual settings, but for these."""
    return read(text, Config(Path(), **settings))


def run_query(engine: Engine, text: str, media_type: str, **options: object) -> Answer:
    """Read a query and run it."""
    return engine.run(reading_of(text), media_type, **options)


def wait_until_gone(pids: set[int], seconds: float = 5.0) -> set[int]:
    """Return the processes that are still there after so long: none, if all is well."""
    end = time.monotonic() + seconds
    while (left := {pid for pid in pids if _runs(pid)}) and time.monotonic() < end:
        time.sleep(0.01)
    return left


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return not Path("/proc/self/stat").exists()


class Canary:
    """A server on loopback that notes every contact and answers as an empty SPARQL result."""

    def __init__(self) -> None:
        self.contacts = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._server.getsockname()[1]}/"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            self.contacts += 1
            with link:
                link.recv(4096)
                body = b'{"head":{"vars":[]},"results":{"bindings":[]}}'
                head = f"HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}\r\n\r\n"
                link.sendall(head.encode() + body)

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)


@contextmanager
def canary() -> Iterator[Canary]:
    bird = Canary()
    try:
        yield bird
    finally:
        bird.close()
