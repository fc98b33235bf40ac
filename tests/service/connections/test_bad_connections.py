"""Connections that say nothing, half of something, or take nothing: others do not notice them."""

from contextlib import ExitStack

import httpx
import pytest

from tests.kit.http.engine import JSON
from tests.kit.http.server import world_server
from tests.kit.processes import wait_until

pytestmark = pytest.mark.slow

LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g a ?h } LIMIT 40000"
HALVES = {
    "silent": b"",
    "half a head": b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\n",
    "half a body": b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\n\r\nquery=",
    "half a chunk": b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nquery=",
}
COUNT = 300
"""More than there are threads."""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world"), result_bytes=64 << 20, queue=6) as server:
        yield server


def crowd(server, stack, said, count):
    links = [stack.enter_context(server.connect()) for _ in range(count)]
    for link in links:
        link.sendall(said)
    return links


@pytest.mark.parametrize("name", HALVES)
def test_who_does_not_finish_a_request_holds_nobody_up(server, name):
    with ExitStack() as stack:
        crowd(server, stack, HALVES[name], COUNT)
        for _ in range(5):
            answer = server.get("/sparql", params={"query": "ASK {}"}, headers={"Accept": JSON})
            assert answer.json() == {"head": {}, "boolean": True}
        assert server.get("/health/ready").status_code == 200


def test_who_takes_nothing_of_an_answer_holds_no_thread(server):
    """The same answer to eight who read nothing: each has its head, and others have theirs."""
    asked = httpx.Request("GET", "http://x/sparql", params={"query": LARGE, "format": "csv"})
    said = b"GET " + asked.url.raw_path + b" HTTP/1.1\r\nHost: x\r\n\r\n"
    with ExitStack() as stack:
        for link in crowd(server, stack, said, 8):
            assert link.recv(12) == b"HTTP/1.1 200"
        assert server.get("/sparql", params={"query": "ASK {}"}).status_code == 200, "of six threads"


def test_half_a_request_that_is_finished_after_a_while_is_answered(server):
    with ExitStack() as stack:
        (link,) = crowd(server, stack, b"GET /sparql?que", 1)
        wait_until(lambda: server.is_ready())
        link.sendall(b"ry=ASK%7B%7D HTTP/1.1\r\nHo")
        assert server.is_ready()
        link.sendall(b"st: x\r\n\r\n")
        assert link.recv(12) == b"HTTP/1.1 200"
