"""A SPARQL 1.1 server on loopback over an embedded store; it tells the truth, unless it is told to lie."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from pyoxigraph import NamedNode, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize

JSON = "application/sparql-results+json"
Headers = dict[str, str]
Lie = Callable[["Answer"], None]


class Answer:
    """One answer before it is sent: a lie changes it, or sends something itself and says `is_sent`."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: bytes, media_type: str) -> None:
        self.handler, self.status, self.body, self.is_sent = handler, 200, body, False
        self.headers: Headers = {"Content-Type": media_type, "Content-Length": str(len(body))}

    def replace(self, body: bytes) -> None:
        """Give another body, with its length."""
        self.body, self.headers["Content-Length"] = body, str(len(body))

    def send_raw(self, *parts: bytes) -> None:
        """Send bytes as they are, and end the connection."""
        self.is_sent = True
        self.handler.wfile.write(b"".join(parts))
        self.handler.wfile.flush()
        self.handler.close_connection = True


class SparqlServer(ThreadingHTTPServer):
    """Queries at /query, the Graph Store Protocol at /store, updates at /update.

    `lie` is told each answer to a query whose text holds `about`; `guard` says whether a request may come in,
    by its header Authorization, or what is asked of it (WWW-Authenticate).
    """

    daemon_threads = True

    def __init__(self, name: str = "oxigraph/0.5") -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.name, self.store = name, Store()
        self.lie: Lie | None = None
        self.about = ""
        self.guard: Callable[[str], str] = lambda authorization: ""
        self.asked: list[dict[str, list[str]]] = []
        self.seen: list[Headers] = []

    @property
    def address(self) -> str:
        """Where queries are asked."""
        return f"http://127.0.0.1:{self.server_port}/query"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SparqlServer

    def version_string(self) -> str:
        return self.server.name

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append(dict(self.headers))
        challenge = self.server.guard(self.headers.get("Authorization", ""))
        if challenge:
            self._send(401, {"WWW-Authenticate": challenge, "Content-Length": "0"}, b"")
            return
        path = urlsplit(self.path)
        if path.path == "/store":
            self._change(parse_qs(path.query)["graph"][0], body)
        elif path.path == "/update":
            self.server.store.update(parse_qs(body.decode())["update"][0])
            self._send(204, {}, b"")
        else:
            self._query(parse_qs(body.decode()))

    do_DELETE = do_PUT = do_POST

    def _change(self, name: str, body: bytes) -> None:
        graph = NamedNode(name)
        if self.command != "POST":
            self.server.store.remove_graph(graph)
        self.server.store.load(body, RdfFormat.N_TRIPLES, to_graph=graph)
        self._send(204, {}, b"")

    def _query(self, form: dict[str, list[str]]) -> None:
        self.server.asked.append(form)
        text = form["query"][0]
        try:
            result = self.server.store.query(
                text,
                default_graph=[NamedNode(name) for name in form.get("default-graph-uri", [])] or None,
                named_graphs=[NamedNode(name) for name in form.get("named-graph-uri", [])] or None,
            )
        except SyntaxError as exc:
            self._send(400, {"Content-Type": "text/plain", "Content-Length": "3"}, b"bad" + str(exc).encode())
            return
        answer = Answer(self, *self._serialize(result))
        if self.server.lie and self.server.about in text:
            self.server.lie(answer)
        if not answer.is_sent:
            self._send(answer.status, answer.headers, answer.body)

    def _serialize(self, result: object) -> tuple[bytes, str]:
        if isinstance(result, QueryTriples):
            return serialize(result, format=RdfFormat.N_TRIPLES) or b"", "application/n-triples"
        is_csv = self.headers.get("Accept") == "text/csv"
        form = QueryResultsFormat.CSV if is_csv else QueryResultsFormat.JSON
        return result.serialize(format=form), "text/csv" if is_csv else JSON

    def _send(self, status: int, headers: Headers, body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def sparql_server(name: str = "oxigraph/0.5") -> Iterator[SparqlServer]:
    """Yield a server without data, which calls itself by this name, until the block ends."""
    with SparqlServer(name) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
