"""A SPARQL endpoint on loopback with Wikidata-shaped data, and the faults that public endpoints show."""

import gzip
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import QueryResultsFormat, RdfFormat, Store

from loaders.manners import Clock
from tests.kit.paths import DATA
from tests.kit.processes import PATIENCE

TWINS = DATA / "wikidata" / "twins.ttl"
EMPTY = b'{"head": {"vars": []}, "results": {"bindings": []}}'
STACK_TRACE = b"SPARQL-QUERY: queryStr=SELECT\njava.util.concurrent.TimeoutException\n\tat java.util"
TODAY = date(2026, 11, 21)


@dataclass
class Fault:
    """How one request is answered: nothing set is as if there were no fault."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    cut: bool = False
    """Close the connection after half of the answer."""
    truncate: bytes | None = None
    """End the answer after half of it, with these bytes."""
    hold: threading.Event | None = None
    """Do not answer before this is set."""


@dataclass
class Asked:
    """One request that came in."""

    method: str
    query: str
    headers: dict[str, str]


class Endpoint(ThreadingHTTPServer):
    """The server; `faults` are for the next requests, `is_too_much` says which queries run out of time."""

    daemon_threads = True

    def __init__(self, store: Store) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store = store
        self.asked: list[Asked] = []
        self.faults: deque[Fault] = deque()
        self.is_too_much: Callable[[str], bool] = lambda query: False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"

    @property
    def queries(self) -> list[str]:
        return [one.query for one in self.asked]

    def kinds(self) -> list[str]:
        """Return of each request what it asked for."""
        return [kind_of(query) for query in self.queries]

    def fault_for(self, query: str) -> Fault:
        if self.is_too_much(query):
            return self.too_much()
        return self.faults.popleft() if self.faults else Fault()

    def too_much(self) -> Fault:
        """Return how a query that runs out of time is answered."""
        return Fault(500, body=STACK_TRACE)

    def evaluate(self, query: str) -> tuple[int, bytes]:
        """Return the status and the answer to a query."""
        return 200, self.store.query(query).serialize(format=QueryResultsFormat.JSON)

    def handle_error(self, request, client_address) -> None:
        """Say nothing about clients that went away."""


AnyEndpoint = TypeVar("AnyEndpoint", bound=Endpoint)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet, so that no acknowledgement is waited for
    server: Endpoint

    def do_GET(self) -> None:
        self.answer(parse_qs(urlsplit(self.path).query)["query"][0])

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.answer(parse_qs(form)["query"][0])

    def answer(self, query: str) -> None:
        fault = self.server.fault_for(query)
        self.server.asked.append(Asked(self.command, query, dict(self.headers)))
        if fault.hold:
            fault.hold.wait(PATIENCE)
        status, body = fault.status, fault.body
        if body is None:
            evaluated, body = self.server.evaluate(query)
            status = max(status, evaluated)
        if fault.truncate is not None:
            body = body[: len(body) // 2] + fault.truncate
        headers = {"Content-Encoding": "identity"}
        if "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            headers = {"Content-Encoding": "gzip"}
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers, **fault.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if fault.cut else body)
        self.close_connection = fault.cut

    def log_message(self, *args) -> None:
        pass


@contextmanager
def running_endpoint(data: Path = TWINS, kind: type[AnyEndpoint] = Endpoint) -> Iterator[AnyEndpoint]:
    """Yield an endpoint over a Turtle file."""
    store = Store()
    store.load(path=data, format=RdfFormat.TURTLE)
    with kind(store) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class FakeClock:
    """A clock that stands still, except when somebody sleeps; `sleeps` are the seconds of each."""

    def __init__(self, chance: float = 0.0) -> None:
        self.time = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.sleeps: list[float] = []
        self.chance = chance

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.time += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, sleep=self.sleep, chance=lambda: self.chance)


def kind_of(query: str) -> str:
    if "STRENDS" in query:
        return "subjects"
    if "p:P190" in query:
        return "statements"
    return "places" if "wdt:P625" in query else "names"


def items_of(query: str) -> int:
    """Return how many items a query asks about at once."""
    values = re.search(r"VALUES \?item \{ ([^}]*) \}", query)
    return len(values[1].split()) if values else 0
