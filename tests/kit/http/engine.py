"""A store on disk with the world in it, small and quick engines and their queries, a canary on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pyoxigraph import Store

from endpoint.config import MIB, Config
from endpoint.engine.engine import Engine
from endpoint.engine.language.guard import Reading, read
from endpoint.engine.observer import Observer, StopReason
from endpoint.engine.release_engine import Answer
from graph.errors import QueryAbandoned, QueryTimeout
from tests.kit.processes import PATIENCE, wait_until
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
    """Write the world as a store on disk and return its folder."""
    store = Store(str(folder))
    load_world(store)
    store.flush()
    return folder


def small_config(home: Path, **changes: object) -> Config:
    """Return settings for one client on a small machine, where nothing is late although much else runs."""
    values = {
        "query_seconds": 30.0,
        "workers": 1,
        "memory_bytes": 160 * MIB,
        "result_bytes": MIB,
        "queue": 2,
        "queue_seconds": PATIENCE,
        "client_queries": 0,
        "client_seconds_per_minute": 0.0,
        "client_errors_per_minute": 0,
        "prepare_seconds": 0.0,
    }
    return Config(home=home, **(values | changes))


def reading_of(text: str, **settings: object) -> Reading:
    """Return what is read of a stranger's query under the usual settings, but for these."""
    return read(text, Config(Path(), **settings))


def run_query(engine: Engine, text: str, media_type: str, **options: object) -> Answer:
    """Read a query and run it."""
    return engine.run(reading_of(text), media_type, **options)


class StopReasons(Observer):
    """Keeps why query processes were stopped."""

    def __init__(self) -> None:
        self.reasons: list[StopReason] = []

    def worker_stopped(self, reason: StopReason) -> None:
        """Keep the reason."""
        self.reasons.append(reason)


@contextmanager
def busy(engine: Engine, query: str = RUNAWAY, **options: object) -> Iterator[threading.Thread]:
    """Let a free worker be at a query that never ends, and yield the thread that waits for its answer.

    With the end of the block nobody waits any more, unless it was over before.
    """
    asked, leave = threading.Event(), threading.Event()

    def is_abandoned() -> bool:
        asked.set()
        return leave.is_set()

    def run() -> None:
        with suppress(QueryAbandoned, QueryTimeout):
            run_query(engine, query, JSON, is_abandoned=is_abandoned, **options)

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: asked.is_set() or not thread.is_alive())
    try:
        yield thread
    finally:
        leave.set()
        thread.join()


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
        """Stop listening."""
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(PATIENCE)


@contextmanager
def canary() -> Iterator[Canary]:
    """Yield a canary that listens until the block ends."""
    bird = Canary()
    try:
        yield bird
    finally:
        bird.close()
