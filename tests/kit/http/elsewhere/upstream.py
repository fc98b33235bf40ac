"""A service on loopback that is pulled from: the real application, whose answers a test may bend."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from endpoint.app import close_app, create_app
from graph.store.releases import current_release
from tests.kit.http.engine import small_config


@dataclass
class Given:
    """One answer before it is sent."""

    status: str
    headers: dict[str, str]
    body: bytes
    pieces: Iterable[bytes] | None = None
    """What is sent in place of the body, piece by piece."""


Bend = Callable[[Given], Given | None]


@dataclass
class BentService:
    """The service; `bends` change the answers of a path, `once` only its next ones; `asked` are requests."""

    application: Callable
    port: int = 0
    bends: dict[str, Bend] = field(default_factory=dict)
    once: dict[str, list[Bend]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        """Return the path of each request."""
        return [path for path, _ in self.asked]

    def headers_of(self, path: str) -> list[dict[str, str]]:
        """Return the headers of each request for a path."""
        return [headers for asked, headers in self.asked if asked == path]

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        asked = {name[5:].replace("_", "-").title(): environ[name] for name in environ if name[:5] == "HTTP_"}
        self.asked.append((path, asked))
        status, headers, body = self._answer(environ)
        given = Given(status, dict(headers), body)
        waiting = self.once.get(path)
        bend = waiting.pop(0) if waiting else self.bends.get(path)
        given = (bend(given) if bend else None) or given
        start_response(given.status, list(given.headers.items()))
        return given.pieces if given.pieces is not None else [given.body]

    def _answer(self, environ) -> tuple[str, list[tuple[str, str]], bytes]:
        started = []
        found = self.application(environ, lambda status, headers, *_: started.append((status, headers)))
        try:
            body = b"".join(found)
        finally:
            getattr(found, "close", lambda: None)()
        ((status, headers),) = started
        return status, headers, body


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *arguments) -> None:
        """Say nothing."""


@contextmanager
def bent_service(home: Path) -> Iterator[BentService]:
    """Yield the service over the current release of a home, until the end of the block."""
    application = create_app(small_config(home, queue=8), current_release(home))
    bent = BentService(application)
    server = make_server("127.0.0.1", 0, bent, threaded=True, request_handler=_Quiet)
    server.log = lambda *arguments: None
    bent.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield bent
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        close_app(application)
