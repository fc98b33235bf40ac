"""The reading side of the Graph Store Protocol."""

from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse

from tests.kit.http.protocol import CORE, VOCABULARY, problem, value, world_protocol

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/trig": RdfFormat.TRIG,
    "application/n-quads": RdfFormat.N_QUADS,
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), result_bytes=4 << 20) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def count(client, where):
    query = f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT ?s ?p ?o WHERE {{ {where} }} }}"
    return int(value(client.get("/sparql", query_string={"query": query})))


@pytest.mark.parametrize("media_type", FORMATS)
@pytest.mark.parametrize("graph", [CORE, VOCABULARY])
def test_a_named_graph_comes_whole_in_every_format(client, media_type, graph):
    response = client.get("/graph?graph=" + quote(graph, safe=""), headers={"Accept": media_type})
    assert response.status_code == 200
    assert response.content_type.startswith(media_type)
    triples = {quad.triple for quad in parse(response.data, FORMATS[media_type])}
    assert len(triples) == count(client, f"GRAPH <{graph}> {{ ?s ?p ?o }}") > 100


@pytest.mark.parametrize("address", ["/graph?default", "/graph?default="])
def test_the_default_graph_is_the_union_of_all(client, address):
    response = client.get(address, headers={"Accept": "application/n-triples"})
    assert len(set(parse(response.data, RdfFormat.N_TRIPLES))) == count(client, "?s ?p ?o")


def test_the_format_may_be_named_and_the_tag_saves_the_next_answer(client):
    first = client.get(f"/graph?graph={CORE}&format=nt")
    assert first.content_type == "application/n-triples"
    again = client.get(f"/graph?graph={CORE}&format=nt", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    head = client.head(f"/graph?graph={CORE}&format=nt")
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(first.data))


@pytest.mark.parametrize(
    ("address", "status", "slug"),
    [
        ("/graph", 400, "parameter"),
        ("/graph?graph=", 400, "parameter"),
        ("/graph?graph=core", 400, "parameter"),
        ("/graph?graph=a:b%3E%20%7D%20%23", 400, "parameter"),
        ("/graph?graph=http://127.0.0.1:9/none", 404, "not-found"),
        ("/graph?graph=file:///etc/passwd", 404, "not-found"),
        (f"/graph?default&graph={CORE}", 400, "parameter"),
        (f"/graph?graph={CORE}&graph={VOCABULARY}", 400, "parameter"),
        ("/graph?default=yes", 400, "parameter"),
        (f"/graph?graph={CORE}&format=csv", 406, "format"),
    ],
)
def test_what_names_no_graph_is_refused(client, address, status, slug):
    response = client.get(address)
    assert (response.status_code, problem(response)) == (status, slug)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_nobody_writes(client, method):
    response = client.open(f"/graph?graph={CORE}", method=method, data="<a:a> <a:a> <a:a> .")
    assert (response.status_code, problem(response)) == (405, "http-405")
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_missing_graph_is_told_with_those_there_are(client):
    assert CORE in client.get("/graph?graph=a:b").json["detail"]


def test_a_graph_is_also_had_at_its_own_address(client):
    path = CORE.removeprefix("https://w3id.org/kota-kembar")
    response = client.get(path, headers={"Accept": "application/n-triples"}, follow_redirects=True)
    asked = client.get(f"/graph?graph={CORE}&format=nt")
    assert sorted(response.data.splitlines()) == sorted(asked.data.splitlines())
