"""Connections: kept open, answered at once, and closed with a word."""

import http.client
import time

import httpx
import pytest

from tests.kit.http.engine import JSON
from tests.kit.http.protocol import COUNT
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow
ASK = "/sparql?query=ASK%7B%7D"
POST = b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\n"
QUERY_BODY = {"Content-Type": "application/sparql-query"}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.mark.parametrize("pause", [0, 0.05, 2.5])
def test_one_connection_serves_many_requests(server, pause):
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


def test_who_asks_whether_to_go_on_is_told_so_before_the_body(server):
    """https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1"""
    head = b"POST /sparql HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 6\r\n"
    with server.connect() as link:
        link.sendall(head + b"Content-Type: application/sparql-query\r\nConnection: close\r\n\r\n")
        assert link.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        link.sendall(b"ASK {}")
        assert b"".join(iter(lambda: link.recv(1 << 16), b"")).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /health/live HTTP/1.1\r\n", b"200"),
        (b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 0\r\n", b"400"),
        (
            b"POST /sparql HTTP/1.1\r\nContent-Type: application/sparql-query\r\nContent-Length: 999999\r\n",
            b"413",
        ),
    ],
    ids=["no body", "an empty one", "one that is too long"],
)
def test_who_has_no_body_to_wait_for_is_answered_and_not_told_to_go_on(server, head, status):
    with server.connect() as link:
        link.sendall(head + b"Host: x\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n")
        assert b"".join(iter(lambda: link.recv(1 << 16), b"")).startswith(b"HTTP/1.1 " + status)


@pytest.mark.parametrize(
    "said",
    [b"\r\n\r\n" * 4000, b"GET http://[::1/ HTTP/1.1\r\nHost: x\r\n\r\n"],
    ids=["blank lines", "an address that is none"],
)
def test_what_is_no_request_is_refused_with_a_word_and_ends_the_connection(server, said):
    with server.connect() as link:
        link.sendall(said)
        answer = b"".join(iter(lambda: link.recv(1 << 16), b""))
    assert answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1") == 1


def test_a_blank_line_before_a_request_is_passed_over(server):
    """https://www.rfc-editor.org/rfc/rfc9112#section-2.2"""
    with server.connect() as link:
        link.sendall(b"\r\nGET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert link.recv(12) == b"HTTP/1.1 200"


def test_a_client_of_http_1_0_is_answered_and_let_go_unless_it_wants_to_stay(server):
    for said, kept in ((b"", False), (b"Connection: keep-alive\r\n", True)):
        with server.connect() as link:
            link.sendall(b"GET /health/live HTTP/1.0\r\n" + said + b"\r\n")
            answer = link.recv(1 << 16)
            assert answer.startswith(b"HTTP/1.0 200 OK\r\n")
            assert (b"Connection: keep-alive" in answer) is kept
            if kept:
                link.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
                assert link.recv(1 << 16).startswith(b"HTTP/1.0 200 OK\r\n")
            assert link.recv(1) == b""


def test_more_requests_than_are_read_ahead_are_all_answered(server):
    with server.connect() as link:
        link.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 500)
        whole = b""
        while whole.count(b"HTTP/1.1 200") < 500:
            whole += link.recv(1 << 16)
