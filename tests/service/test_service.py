"""`kembar serve` over the bundled release, asked by the clients that people use."""

import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing

import httpx
import pandas
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

START_SECONDS = 20
CITIES = "/queries/cities-with-multiple-partners.csv?country=Indonesia&min=2"
SINCE = (
    "PREFIX kk: <https://w3id.org/kota-kembar/ontology#>"
    "SELECT ?since { <https://w3id.org/kota-kembar/partnership/Q11462-Q24826> kk:since ?since }"
)


def free_port():
    with closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="module")
def server(bundled):
    """A server process and its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "endpoint.cli.main",
        "--home",
        str(bundled.home),
        "serve",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    wait_until_ready(address)
    yield process, address
    process.send_signal(signal.SIGTERM)
    assert process.wait(START_SECONDS) == 0


def wait_until_ready(address):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            return httpx.get(address + "/health").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


@pytest.fixture
def address(server):
    return server[1]


def test_health_names_the_release(address, bundled):
    assert httpx.get(address + "/health").json() == {"status": "ok", "release": bundled.release.id}


def test_pandas_reads_a_question(address):
    table = pandas.read_csv(address + CITIES)
    assert list(table["cityLabel"][:3]) == ["Jakarta", "Bandung", "Surabaya"]
    assert table["partners"].min() == 2
    assert set(table["countryLabel"]) == {"Indonesia"}


def test_sparqlwrapper_asks_in_its_usual_ways(address):
    for method in ("GET", "POST"):
        client = SPARQLWrapper(address + "/sparql", returnFormat=JSON)
        client.setMethod(method)
        client.setQuery(SINCE)
        (row,) = client.query().convert()["results"]["bindings"]
        assert row["since"]["value"] == "2018-03-19"


def test_rdflib_asks_as_a_remote_store(address):
    rows = list(Graph(SPARQLStore(address + "/sparql")).query(SINCE))
    assert [str(row.since) for row in rows] == ["2018-03-19"]


def test_rdflib_loads_a_partnership_by_its_address(address):
    for accept in ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"):
        answer = httpx.get(
            address + "/partnership/Q11462-Q24826", headers={"Accept": accept}, follow_redirects=True
        )
        assert answer.headers["content-type"].startswith(accept)
        graph = Graph().parse(data=answer.content, format=accept)
        assert (None, None, None) in graph and len(graph) > 20


def test_an_unended_query_fails_in_every_client_and_the_service_lives_on(address):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = httpx.get(address + "/sparql", params={"query": endless, "timeout": "0.5"}, timeout=10)
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(pandas.read_csv(io.StringIO(httpx.get(address + CITIES).text))) > 10


def test_a_killed_query_process_is_replaced(server, bundled):
    process, address = server
    for child in query_processes(process.pid):
        os.kill(child, signal.SIGKILL)
    answers = [httpx.get(address + "/sparql", params={"query": SINCE}).status_code for _ in range(5)]
    assert answers[-1] == 200
    assert httpx.get(address + "/health").json()["release"] == bundled.release.id


def query_processes(server_pid):
    table = subprocess.run(["ps", "-eo", "pid,ppid,args"], check=True, capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in table.splitlines()[1:]]
    masters = {server_pid} | {int(pid) for pid, parent, _ in rows if int(parent) == server_pid}
    found = [
        int(pid) for pid, parent, args in rows if int(parent) in masters and "endpoint.engine.worker" in args
    ]
    assert found
    return found
