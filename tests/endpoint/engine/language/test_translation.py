"""What an engine elsewhere is asked: graphs by their names there, one base, and what it needs besides."""

import pytest
from pyoxigraph import NamedNode, Quad, Store

from endpoint.engine.language.tokens import tokenize
from endpoint.engine.language.translation.closures import has_closure
from endpoint.engine.language.translation.store import TranslatingStore, translate_query
from graph.engines.embedded import EmbeddedStore
from graph.engines.products import UNKNOWN, WKT, product_named
from graph.engines.triple_store import Dataset, Query
from graph.errors import QueryRefused, QueryUntaken

BASE = "https://example.org/"
ONE, TWO = BASE + "graph/one", BASE + "graph/two"
THERE = {ONE: BASE + "release/1/graph/one", TWO: BASE + "release/1/graph/two"}
OTHER = BASE + "release/0/graph/one"


def node(name):
    return NamedNode(BASE + name)


@pytest.fixture(scope="module")
def stores():
    """The data as a release has them, and in an engine with another generation beside."""
    here, there = Store(), Store()
    triples = [(ONE, "a", "p", "b"), (ONE, "b", "p", "c"), (TWO, "a", "q", "b")]
    described = [(TWO, ONE.removeprefix(BASE), "title", "first")]
    for graph, s, p, o in [*triples, *described]:
        here.add(Quad(node(s), node(p), node(o), NamedNode(graph)))
        there.add(Quad(node(s), node(p), node(o), NamedNode(THERE[graph])))
    there.add(Quad(node("old"), node("p"), node("old"), NamedNode(OTHER)))
    return EmbeddedStore(here), EmbeddedStore(there)


def rows(store, query):
    """Return the rows of a SELECT, without what only the engine is to see, or the answer to an ASK."""
    found = store.ask(query)
    if query.form == "ask":
        return bool(found)
    names = sorted(one.value for one in found.variables if not one.value.startswith("__kembar"))
    return names, sorted([str(row[name]) for name in names] for row in found)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * { GRAPH <graph/one> { ?s ?p ?o } }",
        "PREFIX g: <graph/> SELECT * { GRAPH g:two { ?s ?p ?o } }",
        "SELECT * { GRAPH <release/0/graph/one> { ?s ?p ?o } }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } ?g <title> ?title }",
        "SELECT * { ?g <title> ?title . GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }",
        "SELECT (COUNT(DISTINCT *) AS ?n) { GRAPH ?g { ?s ?p ?o } GRAPH ?g { ?s ?p2 ?o2 } }",
        "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } GRAPH ?h { ?s ?q ?o } FILTER(?g != ?h) }",
        "SELECT * { ?s ?p ?o OPTIONAL { GRAPH ?g { ?o ?p2 ?x } } }",
        "SELECT * { ?s ?p ?o FILTER EXISTS { GRAPH ?g { ?s <q> ?o } } }",
        "SELECT * { ?s ?p ?o MINUS { GRAPH ?g { ?s <q> ?x } } }",
        "SELECT ?g { { SELECT ?g { GRAPH ?g { { ?s <p> ?o } UNION { ?s <q> ?o } } } } }",
        "SELECT * FROM <graph/one> { ?s ?p ?o }",
        "SELECT * FROM <graph/one> FROM NAMED <graph/two> { ?s ?p ?o OPTIONAL { GRAPH ?g { ?s ?x ?o } } }",
        "SELECT * FROM NAMED <graph/two> { GRAPH ?g { ?s ?p ?o } }",
        "SELECT * FROM NAMED <graph/two> { ?s ?p ?o }",
        "SELECT * FROM <release/0/graph/one> { ?s ?p ?o }",
        "SELECT * FROM <graph/one> { GRAPH ?g { ?s ?p ?o } }",
        "BASE <https://example.org/graph/> SELECT * FROM <one> { ?s ?p ?o }",
        "SELECT * { GRAPH <gr\\u0061ph/one> { ?s ?p ?o } }",
        "ASK { GRAPH <graph/one> { <old> ?p ?o } }",
        'SELECT * { ?s ?p ?o FILTER(?o != "GRAPH ?g { FROM <x> }") } # GRAPH <graph/one>',
    ],
)
def test_the_engine_gives_what_the_release_gives(stores, text):
    here, there = stores
    form = "ask" if text.startswith("ASK") else "select"
    query = Query(text, form, Dataset(has_clause=" FROM" in text.split("{")[0]), BASE)
    assert rows(there, translate_query(query, UNKNOWN, THERE)) == rows(here, query)


@pytest.mark.parametrize(
    "dataset",
    [
        Dataset((ONE,)),
        Dataset((), (TWO,)),
        Dataset((ONE, TWO), (ONE,)),
        Dataset((OTHER,)),
        Dataset((), (OTHER,)),
    ],
)
@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "SELECT * { GRAPH ?g { ?s ?p ?o } }"])
def test_the_graphs_of_a_request_are_those_of_the_release(stores, text, dataset):
    here, there = stores
    query = Query(text, "select", dataset, BASE)
    assert rows(there, translate_query(query, UNKNOWN, THERE)) == rows(here, query)


def test_the_text_has_one_base_and_what_the_product_needs():
    virtuoso = product_named("Virtuoso/07.20.3229 (Linux)")

    def text_of(text, product=virtuoso):
        return translate_query(Query(text, "graph", base=BASE), product, THERE).text

    assert text_of("ASK {}") == f"BASE <{BASE}>\nASK {{}}"
    assert text_of("BASE <urn:b> ASK {}") == "BASE <urn:b> ASK {}"
    assert text_of("DESCRIBE <a>").startswith('DEFINE sql:describe-mode "CBD"\nBASE')
    assert not text_of("DESCRIBE <a>", UNKNOWN).startswith("DEFINE")
    stand_in = f'"x"^^<{virtuoso.datatypes[WKT]}>'
    assert stand_in in text_of(f'ASK {{ ?s ?p "x"^^<{WKT}> }}')
    assert stand_in in text_of(
        f'PREFIX geo: <{WKT.removesuffix("wktLiteral")}> ASK {{ ?s ?p "x"^^geo:wktLiteral }}'
    )
    assert f'"x"^^<{WKT}>' in text_of(f'ASK {{ ?s ?p "x"^^<{WKT}> }}', UNKNOWN)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s <p>* ?o }", True),
        ("ASK { ?s a+ ?o }", True),
        ("ASK { ?s p:q? ?o }", True),
        ("ASK { ?s (<p>/^<q>|!a)+ ?o }", True),
        ("ASK { ?s <p>/<q>* ?o }", True),
        ("ASK { ?s <p>/<q> ?o }", False),
        ("SELECT * { ?s <p> ?o }", False),
        ("SELECT (COUNT(*) AS ?n) { ?s <p>|<q> ?o }", False),
        ("ASK { FILTER((?a) * 2 = ?b + 1) }", False),
        ("ASK { FILTER(<f>(1) * 2 = 2) }", False),
        ("ASK { ?s <p> ?o . # <p>*\n }", False),
    ],
)
def test_a_path_that_may_go_on_is_known(text, expected):
    assert has_closure(tokenize(text)) is expected


def test_virtuoso_is_not_asked_what_it_gets_wrong():
    class Engine:
        def ask(self, query):
            raise AssertionError("it was asked")

    store = TranslatingStore(Engine(), product_named("virtuoso"), THERE, EmbeddedStore.empty())
    with pytest.raises(QueryUntaken, match="wrong rows"):
        store.ask(Query("ASK { ?s <p>* ?o }", "ask", base=BASE))
    with pytest.raises(AssertionError, match="it was asked"):
        store.ask(Query("ASK { ?s <p> ?o }", "ask", base=BASE))


def test_a_prefix_that_means_two_things_names_no_graph():
    text = "PREFIX g: <urn:1> PREFIX g: <graph/> SELECT * { GRAPH g:one { ?s ?p ?o } }"
    with pytest.raises(QueryRefused, match="declared twice"):
        translate_query(Query(text, "select", base=BASE), UNKNOWN, THERE)
