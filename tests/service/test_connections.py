"""Connections: kept open, answered at once, and closed with a word."""

import http.client
import time
from types import SimpleNamespace

import httpx
import pytest

from endpoint.cli.connections import ConnectionWorker
from tests.kit.http.engine import JSON
from tests.kit.http.protocol import COUNT
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow
ASK = "/sparql?query=ASK%7B%7D"
QUERY_BODY = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.mark.parametrize("pause", [0, 0.05, 2.5])
def test_one_connection_serves_many_requests(server, pause):
    """The longest pause is longer than gunicorn keeps a connection when it is not told how long."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    connection.connect()
    ours = connection.sock.getsockname()
    for _ in range(2 if pause > 1 else 30):
        connection.request("GET", ASK, headers={"Accept": JSON})
        assert connection.getresponse().read() == b'{"head":{},"boolean":true}'
        assert connection.sock.getsockname() == ours
        time.sleep(pause)
    connection.close()


def test_requests_that_are_sent_together_are_answered_in_their_order(server):
    asked = "".join(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n{more}\r\n"
        for path, more in ((ASK, ""), ("/limits.json", ""), (ASK, "Connection: close\r\n"))
    )
    with server.connect() as link:
        link.sendall(asked.encode())
        answer = b"".join(iter(lambda: link.recv(1 << 16), b""))
    first, second, third = answer.split(b"HTTP/1.1 200 OK\r\n")[1:]
    assert first.endswith(third[-26:]) and third.endswith(b'"boolean":true}')
    assert b'"query-seconds"' in second


@pytest.mark.parametrize("headers", [{}, {"Transfer-Encoding": "chunked"}], ids=["length", "chunks"])
def test_a_body_that_is_not_read_ends_the_connection_with_a_word(server, headers):
    body = b"x" * 1_000_000
    with httpx.Client(base_url=server.address, timeout=PATIENCE) as web:
        for _ in range(5):
            content = iter([body]) if headers else body
            answer = web.post("/sparql", content=content, headers=QUERY_BODY | headers)
            assert (answer.status_code, answer.headers["Connection"]) == (413, "close")
            assert web.get("/sparql", params={"query": COUNT}).status_code == 200


@pytest.mark.parametrize(
    ("alive", "connections", "kept"), [(True, 4, True), (True, 5, False), (False, 1, False)]
)
def test_a_thread_waits_for_a_connection_only_when_there_are_enough(alive, connections, kept):
    worker = ConnectionWorker.__new__(ConnectionWorker)
    worker.alive, worker.nr_conns, worker.cfg = alive, connections, SimpleNamespace(threads=4)
    assert worker._may_keep_alive() is kept
