"""A proxy that lets only a part of each answer through, and the clients that must notice."""

import shutil
import socket
import subprocess
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import httpx
import pandas
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, JSONLD, RDFXML, TSV, TURTLE, XML, SPARQLWrapper

SECONDS = 20
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
        with socket.create_connection(self.upstream, SECONDS) as server:
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
        self._thread.join(5)


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
    command = ["curl", "--silent", "--max-time", str(SECONDS), *options, link_to(address, suffix)]
    return subprocess.run(command, check=True, capture_output=True).stdout


def by_curl_compressed(address: str, suffix: str) -> bytes:
    return by_curl(address, suffix, "--compressed")


def by_httpx(address: str, suffix: str) -> bytes:
    return httpx.get(link_to(address, suffix), headers={"Accept-Encoding": "identity"}).content


def by_httpx_compressed(address: str, suffix: str) -> bytes:
    response = httpx.get(link_to(address, suffix), headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    return response.content


def by_requests(address: str, suffix: str) -> bytes:
    requests = pytest.importorskip("requests")
    return requests.get(link_to(address, suffix), timeout=SECONDS).content


def by_urllib(address: str, suffix: str) -> bytes:
    with urllib.request.urlopen(link_to(address, suffix), timeout=SECONDS) as response:
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
