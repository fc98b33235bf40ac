"""An answer from memory is the answer: the same head and body, counted, and gone with its release."""

import re

import httpx
import pytest

from tests.kit.graph.releases import flip
from tests.kit.http.engine import JSON
from tests.kit.http.server import world_server
from tests.kit.processes import wait_until

pytestmark = pytest.mark.slow

QUERY = "SELECT * { ?s ?p ?o } LIMIT 50"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world"), cache_bytes=16 << 20) as server:
        yield server


@pytest.fixture(scope="module")
def web(server):
    with httpx.Client(base_url=server.address, timeout=60) as web:
        yield web


def raw(server, target, **headers):
    """Return the head and the body as they came, without the date."""
    lines = "".join(f"{name.replace('_', '-')}: {said}\r\n" for name, said in headers.items())
    with server.connect() as link:
        link.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n".encode())
        whole = b"".join(iter(lambda: link.recv(1 << 16), b""))
    head, _, body = whole.partition(b"\r\n\r\n")
    return sorted(re.sub(rb"\r\nDate: [^\r]*", b"", head).split(b"\r\n")), body


def known(server):
    """Return how many answers were taken from memory."""
    return sum(float(n) for n in re.findall(r'outcome="cached"} ([\d.]+)', server.get("/metrics").text))


@pytest.mark.parametrize("headers", [{}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "zstd"}])
@pytest.mark.parametrize(
    "target", ["/sparql?format=csv&query=SELECT*%7B%3Fs%3Fp%3Fo%7D", "/queries/growth-by-year.json"]
)
def test_it_is_the_same_to_the_byte(server, target, headers):
    first, before = raw(server, target, **headers), known(server)
    assert [raw(server, target, **headers) for _ in range(3)] == [first] * 3
    assert known(server) == before + 3
    assert b"HTTP/1.1 200 OK" in first[0]


def test_each_format_and_encoding_has_its_own(web):
    asked = [("application/json", "identity"), ("text/csv", "identity"), ("text/csv", "gzip"), (JSON, "zstd")]
    for _ in range(2):
        for accept, encoding in asked:
            headers = {"Accept": accept, "Accept-Encoding": encoding}
            answer = web.get("/sparql", params={"query": QUERY}, headers=headers)
            assert answer.headers["Content-Type"].split(";")[0] == accept
            assert answer.headers.get("Content-Encoding", "identity") == encoding
            assert answer.text.count("\n") == 51 or answer.json()["results"]["bindings"]


def test_who_has_it_is_told_so(web):
    tag = web.get("/sparql", params={"query": QUERY}).headers["ETag"]
    for said in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        answer = web.get("/sparql", params={"query": QUERY}, headers={"If-None-Match": said})
        assert (answer.status_code, answer.content, answer.headers["ETag"]) == (304, b"", tag)
        assert answer.headers["Vary"] == "Accept, Accept-Encoding"
        assert "Content-Type" not in answer.headers
    assert web.get("/sparql", params={"query": QUERY}, headers={"If-None-Match": '"x"'}).status_code == 200


def test_what_the_application_must_decide_it_decides(web):
    web.get("/sparql", params={"query": QUERY})
    assert web.get("/sparql", params={"query": QUERY}, headers={"If-Match": '"x"'}).status_code == 412
    assert web.head("/sparql", params={"query": QUERY}).content == b""
    assert web.options("/sparql", params={"query": QUERY}).headers["Access-Control-Allow-Methods"]
    assert web.post("/sparql", params={"format": "csv"}, data={"query": QUERY}).text.count("\r\n") == 51


def test_what_differs_each_time_is_never_in_memory(web):
    query = "SELECT (STRUUID() AS ?x) {}"
    assert len({web.get("/sparql", params={"query": query}).text for _ in range(5)}) == 5


def test_requests_sent_together_are_answered_in_their_order_from_memory_or_not(server):
    targets = ["/sparql?query=ASK%7B%7D", "/limits.json", "/sparql?query=ASK%7B%7D", "/nothing"] * 5
    asked = "".join(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n" for target in targets)
    with server.connect() as link:
        link.sendall(asked.encode())
        whole = b""
        while whole.count(b"HTTP/1.1 ") < len(targets):
            whole += link.recv(1 << 16)
    assert re.findall(rb"HTTP/1.1 (\d+)", whole) == [b"200", b"200", b"200", b"404"] * 5


def test_nothing_is_answered_from_memory_once_the_release_is_damaged(tmp_path):
    with world_server(tmp_path) as server:
        asked = {"query": QUERY, "format": "csv"}
        kept = [server.get("/sparql", params=asked).status_code for _ in range(2)]
        assert (kept, known(server)) == ([200, 200], 1)
        flip(next((tmp_path / "current" / "store").glob("*.sst")))
        refused = wait_until(lambda: (got := server.get("/sparql", params=asked)).status_code != 200 and got)
        assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (503, "damaged")
