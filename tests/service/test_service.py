"""`kembar serve` over the bundled release, asked by the clients that people use."""

import io
import os
import signal

import pandas
import pytest
from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from tests.kit.http.server import running_server

pytestmark = pytest.mark.slow

CITIES = "/queries/cities-with-multiple-partners.csv?country=Indonesia&min=2"
SINCE = (
    "PREFIX kk: <https://w3id.org/kota-kembar/ontology#>"
    "SELECT ?since { <https://w3id.org/kota-kembar/partnership/Q11462-Q24826> kk:since ?since }"
)


@pytest.fixture(scope="module")
def server(bundled):
    """A server over the bundled release."""
    with running_server(bundled.home) as server:
        yield server


@pytest.fixture
def address(server):
    return server.address


def test_health_names_the_release(server, bundled):
    assert server.get("/health").json() == {"status": "ok", "release": bundled.release.id}


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


def test_rdflib_loads_a_partnership_by_its_address(server):
    for accept in ("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"):
        answer = server.get("/partnership/Q11462-Q24826", headers={"Accept": accept}, follow_redirects=True)
        assert answer.headers["content-type"].startswith(accept)
        graph = Graph().parse(data=answer.content, format=accept)
        assert (None, None, None) in graph and len(graph) > 20


def test_an_unended_query_fails_in_every_client_and_the_service_lives_on(server):
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = server.get("/sparql", params={"query": endless, "timeout": "0.5"})
    assert answer.status_code == 504
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(pandas.read_csv(io.StringIO(server.get(CITIES).text))) > 10


def test_a_killed_query_process_is_replaced(server, bundled):
    killed = server.query_pids()
    assert len(killed) >= 3
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    answers = [server.get("/sparql", params={"query": SINCE}).status_code for _ in range(5)]
    assert answers[-1] == 200
    assert server.get("/health").json()["release"] == bundled.release.id
    assert not server.query_pids() & killed
