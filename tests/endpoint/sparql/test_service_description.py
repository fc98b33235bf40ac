"""The service description: all it tells is so."""

import pytest
from pyoxigraph import RdfFormat, parse, serialize
from rdflib import Graph

from endpoint.sparql.service_description import EXTENSIONS, GEO_FUNCTIONS
from tests.kit.http.protocol import value, world_protocol


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world")) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, query):
    return client.get("/sparql", query_string={"query": query})


EXAMPLES = {
    "triple-terms": "SELECT * { ?s ?p ?o {| ?a ?b |} . <<?s ?p ?o>> ?c <<( <a:a> <a:b> 1 )>> }",
    "triple-functions": "SELECT (SUBJECT(TRIPLE(<a:a>, <a:b>, 1)) AS ?x) (isTRIPLE(1) AS ?y) {}",
    "base-direction": "SELECT (LANGDIR(STRLANGDIR('a', 'en', 'ltr')) AS ?x) (hasLANG('a'@en) AS ?y) {}",
    "version": "VERSION '1.2' SELECT * {}",
    "durations": (
        "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
        "SELECT (ADJUST(NOW(), 'PT1H'^^xsd:dayTimeDuration) - 'P1D'^^xsd:dayTimeDuration AS ?x) {}"
    ),
    "lateral": "SELECT * { VALUES ?x { 1 } LATERAL { BIND(?x + 1 AS ?y) } }",
}


@pytest.mark.slow
@pytest.mark.parametrize("feature", EXTENSIONS)
def test_every_extension_that_is_told_of_is_there(client, feature):
    assert ask(client, EXAMPLES[feature]).status_code == 200


@pytest.mark.parametrize("function", GEO_FUNCTIONS)
def test_every_function_that_is_told_of_is_there(client, function):
    query = f"SELECT (<http://www.opengis.net/def/function/geosparql/{function}>('a') AS ?x) {{}}"
    assert ask(client, query).status_code == 200
    assert ask(client, query.replace(function, "none")).status_code == 400


RDF = {
    **{"turtle": "text/turtle", "xml": "application/rdf+xml", "json-ld": "application/ld+json"},
    **{"nt": "application/n-triples", "trig": "application/trig", "nquads": "application/n-quads"},
}


@pytest.mark.slow
@pytest.mark.parametrize("form", RDF)
def test_the_service_describes_itself_in_every_rdf_format(client, form):
    response = client.get("/sparql", headers={"Accept": RDF[form]})
    assert response.content_type.startswith(RDF[form])
    body = response.data
    if form in ("trig", "nquads"):
        quads = parse(body, RdfFormat.from_media_type(RDF[form]))
        body, form = serialize((quad.triple for quad in quads), format=RdfFormat.N_TRIPLES), "nt"
    graph = Graph().parse(data=body, format=form)
    prefixes = """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        PREFIX void: <http://rdfs.org/ns/void#> PREFIX schema: <http://schema.org/> """
    named = graph.query(
        prefixes
        + """SELECT ?name ?triples { ?s sd:defaultDataset ?d . ?d sd:namedGraph ?n .
            ?n a sd:NamedGraph ; sd:name ?name ; sd:graph/void:triples ?triples }"""
    )
    counted = {str(row.name): int(row.triples) for row in named}
    asked = ask(client, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").json
    expected = {row["g"]["value"]: int(row["n"]["value"]) for row in asked["results"]["bindings"]}
    assert counted == expected
    (union,) = graph.query(prefixes + "SELECT ?n { ?s sd:defaultDataset/sd:defaultGraph/void:triples ?n }")
    assert (
        int(union[0])
        == sum(expected.values())
        == int(value(ask(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")))
    )
    assert graph.query(
        prefixes + "ASK { ?s sd:feature sd:UnionDefaultGraph ; sd:supportedLanguage sd:SPARQL11Query }"
    )
    limits = graph.query(
        prefixes
        + """SELECT ?v { ?s schema:additionalProperty ?l .
        ?l schema:propertyID "query-seconds" ; schema:value ?v }"""
    )
    assert [float(row.v) for row in limits] == [30.0]


def test_the_graphs_are_counted_once_a_release(client, app, monkeypatch):
    first = client.get("/sparql", headers={"Accept": "text/turtle"})
    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", None)
    again = client.get("/sparql", headers={"Accept": "text/turtle"})
    assert again.data == first.data
    kept = client.get("/sparql", headers={"Accept": "text/turtle", "If-None-Match": first.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
