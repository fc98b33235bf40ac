"""An answer whose connection dies on the way fails in every client: no part passes for the whole."""

import os
import shutil
import signal
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import urlencode

import httpx
import pandas
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

from tests.kit.http.server import UNMETERED, running_server, world_server
from tests.kit.http.site import make_world_home
from tests.kit.processes import PATIENCE, wait_until

pytestmark = pytest.mark.slow
FETCH = "address => fetch(address).then(answer => answer.text()).then(text => text.length)"
_ROWS = " ".join(f"<http://example.org/n{number}>" for number in range(60))
TABLE = f"SELECT * {{ VALUES ?s {{ {_ROWS} }} VALUES ?p {{ {_ROWS} }} }}"
GRAPH = TABLE.replace("SELECT *", "CONSTRUCT { ?s ?p ?s }")
LARGE = TABLE.replace("} }", f"}} VALUES ?o {{ {_ROWS} }} }}")
"""216,000 rows, 46 MB of XML: more than lies in the buffers of the system between two programs."""
TABLES, GRAPHS = ("json", "xml", "csv", "tsv"), ("ttl", "nt", "rdf", "jsonld")


class Cutter:
    """Sends on the head of each answer, and a part of its body, up to the end of a line if there is one.

    Then it closes the connection as one does after a whole answer: only the length in the head tells.
    """

    def __init__(self, port: int, part: float) -> None:
        self.upstream, self.part = ("127.0.0.1", port), part
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(link,), daemon=True).start()

    def _serve(self, link: socket.socket) -> None:
        with link:
            asked = _read_head(link)[0]
            if asked:
                link.sendall(self._cut(*self._ask(asked)))

    def _ask(self, asked: bytes) -> tuple[bytes, bytes]:
        with socket.create_connection(self.upstream, PATIENCE) as server:
            server.sendall(asked)
            head, body = _read_head(server)
            length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
            while len(body) < length:
                body += server.recv(1 << 20)
        return head, body

    def _cut(self, head: bytes, body: bytes) -> bytes:
        if self.part == 1:
            return head + body
        kept = int(len(body) * self.part)
        return head + body[: body.rfind(b"\n", 0, kept) + 1 or kept]

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(PATIENCE)


def _read_head(link: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while b"\r\n\r\n" not in data:
        if not (chunk := link.recv(1 << 16)):
            return b"", b""
        data += chunk
    head, _, rest = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n", rest


@contextmanager
def cutter(port: int, part: float) -> Iterator[str]:
    """Yield the address of a proxy that lets a part of each answer through."""
    proxy = Cutter(port, part)
    try:
        yield proxy.address
    finally:
        proxy.close()


def link_to(address: str, suffix: str) -> str:
    query = GRAPH if suffix in GRAPHS else TABLE
    return f"{address}/sparql?" + urlencode({"query": query, "format": suffix})


def by_curl(address: str, suffix: str, *options: str) -> bytes:
    if not shutil.which("curl"):
        pytest.skip("there is no curl")
    command = ["curl", "--silent", *options, link_to(address, suffix)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def by_curl_compressed(address: str, suffix: str) -> bytes:
    return by_curl(address, suffix, "--compressed")


def by_httpx(address: str, suffix: str) -> bytes:
    return httpx.get(
        link_to(address, suffix), headers={"Accept-Encoding": "identity"}, timeout=PATIENCE
    ).content


def by_httpx_compressed(address: str, suffix: str) -> bytes:
    response = httpx.get(link_to(address, suffix), headers={"Accept-Encoding": "gzip"}, timeout=PATIENCE)
    assert response.headers["Content-Encoding"] == "gzip"
    return response.content


def by_requests(address: str, suffix: str) -> bytes:
    requests = pytest.importorskip("requests")
    return requests.get(link_to(address, suffix), timeout=PATIENCE).content


def by_urllib(address: str, suffix: str) -> bytes:
    with urllib.request.urlopen(link_to(address, suffix), timeout=PATIENCE) as response:
        return response.read()


def by_pandas(address: str, suffix: str) -> str:
    separator = {"csv": ",", "tsv": "\t"}[suffix]
    return pandas.read_csv(link_to(address, suffix), sep=separator).to_csv()


def by_pandas_compressed(address: str, suffix: str) -> str:
    separator = {"csv": ",", "tsv": "\t"}[suffix]
    options = {"Accept-Encoding": "gzip"}
    return pandas.read_csv(link_to(address, suffix), sep=separator, storage_options=options).to_csv()


_WRAPPED = dict(json=JSON, xml=XML, csv=CSV, tsv=TSV, ttl=TURTLE, rdf=RDFXML, jsonld=JSONLD)


def by_sparqlwrapper(address: str, suffix: str) -> str:
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=_WRAPPED[suffix])
    wrapper.setQuery(GRAPH if suffix in GRAPHS else TABLE)
    found = wrapper.queryAndConvert()
    if isinstance(found, Graph):
        return found.serialize(format="nt")
    return found.toxml() if suffix == "xml" else str(found)


def by_rdflib(address: str, suffix: str) -> str:
    store = SPARQLStore(f"{address}/sparql", returnFormat=suffix, params={"format": suffix})
    return "\n".join(str(row) for row in store.query(GRAPH if suffix in GRAPHS else TABLE))


TABLE_CLIENTS = {
    **dict.fromkeys((by_curl, by_curl_compressed, by_httpx, by_httpx_compressed, by_requests), TABLES),
    **dict.fromkeys((by_urllib, by_sparqlwrapper), TABLES),
    **dict.fromkeys((by_pandas, by_pandas_compressed), ("csv", "tsv")),
    by_rdflib: ("json", "xml", "csv", "tsv"),
}
GRAPH_CLIENTS = {
    **dict.fromkeys((by_curl, by_curl_compressed, by_httpx, by_httpx_compressed, by_requests), GRAPHS),
    by_urllib: GRAPHS,
    by_sparqlwrapper: ("ttl", "rdf", "jsonld"),
    by_rdflib: ("ttl", "rdf"),
}
CASES = [
    pytest.param(fetch, suffix, id=f"{fetch.__name__.removeprefix('by_')}-{suffix}")
    for clients in (TABLE_CLIENTS, GRAPH_CLIENTS)
    for fetch, suffixes in clients.items()
    for suffix in suffixes
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.fixture(scope="module")
def whole(server):
    with cutter(server.port, 1) as address:
        yield address


@pytest.fixture(scope="module")
def cut(server):
    with cutter(server.port, 0.5) as address:
        yield address


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("suffix", [*TABLES, *GRAPHS])
def test_every_answer_tells_its_length_beforehand(server, suffix, encoding):
    address, asked = link_to(server.address, suffix), {"Accept-Encoding": encoding}
    with httpx.stream("GET", address, headers=asked, timeout=PATIENCE) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert int(answer.headers["Content-Length"]) == len(raw)
        assert "Transfer-Encoding" not in answer.headers


@pytest.mark.parametrize(("fetch", "suffix"), CASES)
def test_every_client_gets_the_whole_answer_or_fails(whole, cut, fetch, suffix):
    assert "http://example.org/n59" in str(fetch(whole, suffix))
    with pytest.raises(Exception):  # noqa: B017 - each has an error of its own
        fetch(cut, suffix)


@pytest.fixture(scope="module")
def page(browser):
    with browser.new_page() as page:
        yield page


@pytest.mark.browser
@pytest.mark.parametrize("suffix", [*TABLES, *GRAPHS])
def test_a_script_in_a_browser_gets_the_whole_answer_or_fails(page, server, whole, cut, suffix):
    page.goto(server.address + "/limits.json")
    assert page.evaluate(FETCH, link_to(whole, suffix)) > 100_000
    with pytest.raises(Exception, match=r"Failed to fetch|network error"):
        page.evaluate(FETCH, link_to(cut, suffix))


def in_pieces(address, interrupt):
    """Read as rdflib and others do: http.client compares no lengths then."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        yield int(answer.headers["Content-Length"]), answer.read(1 << 16)
        interrupt()
        while answer.read(1 << 16):
            pass


def in_raw_pieces(address, interrupt):
    plain = {"Accept-Encoding": "identity"}
    with httpx.stream("GET", address, timeout=PATIENCE, headers=plain) as answer:
        pieces = answer.iter_raw(1 << 16)
        yield int(answer.headers["Content-Length"]), next(pieces)
        interrupt()
        for _ in pieces:
            pass


@pytest.mark.parametrize("read", [in_pieces, in_raw_pieces], ids=lambda read: read.__name__)
def test_a_service_that_is_killed_resets_the_connection(tmp_path, read):
    make_world_home(tmp_path)
    with running_server(tmp_path, workers=1, **UNMETERED) as server:
        serving = server.serving_pid()
        address = f"{server.address}/sparql?" + urlencode({"query": LARGE, "format": "xml"})
        reading = read(address, lambda: os.kill(serving, signal.SIGKILL))
        length, piece = next(reading)
        assert len(piece) < length
        with pytest.raises((OSError, httpx.ReadError), match="reset"):
            next(reading, None)


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_curl_tells_of_a_service_that_was_killed(tmp_path):
    make_world_home(tmp_path)
    with running_server(tmp_path, workers=1, **UNMETERED) as server:
        serving, kept = server.serving_pid(), tmp_path / "kept.xml"
        address = f"{server.address}/sparql?" + urlencode({"query": LARGE, "format": "xml"})
        command = ["curl", "--silent", "--limit-rate", "1M", "--output", str(kept), address]
        with subprocess.Popen(command) as curl:
            wait_until(lambda: kept.exists() and kept.stat().st_size)
            assert curl.poll() is None
            os.kill(serving, signal.SIGKILL)
            assert curl.wait(PATIENCE) in (18, 56), "a part of the file, or the connection was reset"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("format=rdf&format=application/rdf%2Bxml", HTTPStatus.OK),
        ("format=json&format=ld%2Bjson", HTTPStatus.BAD_REQUEST),
        ("format=ttl&format=nt", HTTPStatus.BAD_REQUEST),
    ],
)
def test_two_names_of_one_format_are_no_contradiction(server, given, status):
    query = urlencode({"query": "CONSTRUCT { <a:a> <a:b> 1 } {}"})
    assert server.get(f"/sparql?{query}&{given}").status_code == status
