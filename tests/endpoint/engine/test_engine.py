"""The engine with real worker processes: answers, limits, recovery, and nothing left behind."""

import json
import threading
import time

import pytest
from pyoxigraph import Store
from rdflib import Graph

from endpoint.engine.engine import Engine, Lane
from endpoint.engine.processes.wire import CHECK_SECONDS, Request, Status
from endpoint.engine.processes.worker import answer
from graph.engines.embedded import EmbeddedStore
from graph.errors import (
    EngineFailed,
    EngineOverloaded,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    ResultTooLarge,
)
from tests.kit.http.engine import CALLS, JSON, RUNAWAY, busy, canary, make_store, run_query, small_config
from tests.kit.processes import PATIENCE, wait_until

pytestmark = pytest.mark.slow

KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
CORE = "https://w3id.org/kota-kembar/graph/core"
VOCABULARY = "https://w3id.org/kota-kembar/graph/vocabulary"
VALUES = """SELECT ?place ?label ?n WHERE {
  VALUES (?place ?label ?n) { (<http://example.org/a> "Koto, \\"Kembar\\""@id 3) (UNDEF "x\\ty" 1.5) }
}"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return make_store(tmp_path_factory.mktemp("world") / "store")


@pytest.fixture(scope="module")
def engine(store):
    """An engine that remembers no answer."""
    with Engine(small_config(store.parent, cache_bytes=1), store) as engine:
        yield engine


def count(engine, query, **options):
    body = run_query(engine, query, "text/csv", **options).body
    return int(body.split(b"\r\n")[1])


def test_there_is_a_worker_for_each_lane_and_a_spare(engine):
    assert len(engine.pids()) == 6


def test_who_needs_one_lane_has_no_process_of_another(store):
    with Engine(small_config(store.parent), store, lanes=[Lane.PAGES]) as engine:
        assert len(engine.pids()) == 2
        assert run_query(engine, "ASK {}", JSON, lane=Lane.PAGES).body == b'{"head":{},"boolean":true}'


def test_csv_and_tsv_are_these_bytes(engine):
    assert run_query(engine, VALUES, "text/csv").body == (
        b'place,label,n\r\nhttp://example.org/a,"Koto, ""Kembar""",3\r\n,x\ty,1.5\r\n'
    )
    assert run_query(engine, VALUES, "text/tab-separated-values").body == (
        b'?place\t?label\t?n\n<http://example.org/a>\t"Koto, \\"Kembar\\""@id\t3\n\t"x\\ty"\t1.5\n'
    )


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, b'{"head":{},"boolean":true}'),
        (
            "application/sparql-results+xml",
            b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
            b"<head></head><boolean>true</boolean></sparql>",
        ),
        ("text/csv", b"true"),
        ("text/tab-separated-values", b"true"),
    ],
)
def test_ask_in_four_formats(engine, media_type, body):
    assert run_query(engine, "ASK {}", media_type).body == body


@pytest.mark.parametrize(
    ("media_type", "reader"),
    [
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
        ("application/ld+json", "json-ld"),
    ],
)
def test_a_graph_in_four_formats_reads_back_the_same(engine, media_type, reader):
    query = KK + "CONSTRUCT { ?a kk:partnerOf ?b } WHERE { ?a kk:partnerOf ?b }"
    graph = Graph().parse(data=run_query(engine, query, media_type).body, format=reader)
    assert len(graph) == 10
    assert {str(p) for p in graph.predicates()} == {"https://w3id.org/kota-kembar/ontology#partnerOf"}


def test_turtle_declares_the_prefixes_it_uses_in_our_order(engine):
    query = KK + (
        "CONSTRUCT { <https://w3id.org/kota-kembar/place/Q1> kk:sinceYear 2001 ; a kk:Place } WHERE {}"
    )
    assert run_query(engine, query, "text/turtle").body.decode().splitlines()[:2] == [
        "@prefix kk: <https://w3id.org/kota-kembar/ontology#> .",
        "@prefix place: <https://w3id.org/kota-kembar/place/> .",
    ]


def test_describe_gives_a_triple_once_that_two_graphs_hold(tmp_path):
    store = Store(str(tmp_path / "store"))
    store.update("INSERT DATA { GRAPH <a:1> { <a:s> <a:p> 1 } GRAPH <a:2> { <a:s> <a:p> 1 } }")
    store.flush()
    del store
    with Engine(small_config(tmp_path), tmp_path / "store") as engine:
        assert run_query(engine, "DESCRIBE <a:s>", "application/n-triples").body == (
            b'<a:s> <a:p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
        )


def test_the_default_graph_is_the_union_unless_the_query_or_the_caller_says_otherwise(engine):
    all_, vocabulary = (
        "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }",
        count(engine, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{VOCABULARY}> {{ ?s ?p ?o }} }}"),
    )
    union = count(engine, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }")
    assert count(engine, all_ % "") == union > vocabulary > 0
    assert count(engine, all_ % f"FROM <{VOCABULARY}>") == vocabulary
    assert count(engine, all_ % f"FROM NAMED <{VOCABULARY}>") == 0
    assert count(engine, all_ % f"FROM <{CORE}>", default_graphs=[VOCABULARY]) == vocabulary
    assert count(engine, all_ % "", named_graphs=[VOCABULARY]) == 0
    graphs = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(engine, graphs, named_graphs=[VOCABULARY]) == 1
    assert count(engine, graphs, default_graphs=[VOCABULARY]) == 0


def test_functions_of_the_system_work_behind_closed_doors(engine):
    query = "SELECT (STRLEN(STR(NOW())) > 10 && STRLEN(STRUUID()) = 36 && RAND() < 1 AS ?ok) {}"
    assert run_query(engine, query, "text/csv").body == b"ok\r\ntrue\r\n"


@pytest.mark.parametrize(
    "query",
    [
        RUNAWAY,
        "SELECT (COUNT(*) AS ?n) { ?a (!<a:x>)* ?b . ?c (!<a:x>)* ?d . ?e (!<a:x>)* ?f }",
        "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) + STR(?f) = STR(?i)) }",
    ],
)
def test_a_runaway_is_stopped_at_its_time_and_the_next_query_answered(engine, query):
    before, waiting = time.monotonic(), []

    def look():
        waiting.append(engine.state().waiting[Lane.FREE])

    with pytest.raises(QueryTimeout) as error:
        run_query(engine, query, JSON, seconds=0.3, is_abandoned=look)
    assert time.monotonic() - before >= 0.3
    assert waiting.count(0) <= 0.3 / CHECK_SECONDS + 1
    assert error.value.limit == 0.3
    assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'
    wait_until(lambda: len(engine.pids()) == 6)


def test_the_time_is_cut_to_the_configured_most(store):
    with Engine(small_config(store.parent, query_seconds=0.2, max_query_seconds=0.2), store) as engine:
        with pytest.raises(QueryTimeout) as error:
            run_query(engine, RUNAWAY, JSON, seconds=60)
        assert error.value.limit == 0.2


def test_a_memory_hog_dies_alone(engine):
    with pytest.raises(EngineFailed, match="more than the 160 MB of memory"):
        run_query(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d", JSON)
    assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (" + "STR(" * 5000 + "1" + ")" * 5000 + " AS ?x) {}",
        "SELECT ?x " + "{" * 7000 + "BIND('1' AS ?x)" + "}" * 7000,
    ],
)
def test_deep_queries_are_answered(engine, query):
    assert run_query(engine, query, "text/csv").body == b"x\r\n1\r\n"


def test_a_result_is_whole_at_the_limit_and_nothing_over_it(store):
    query = "SELECT * { ?s ?p ?o } LIMIT 200"
    with Engine(small_config(store.parent), store) as engine:
        whole = run_query(engine, query, JSON).body
    assert len(json.loads(whole)["results"]["bindings"]) == 200
    with Engine(small_config(store.parent, result_bytes=len(whole)), store) as engine:
        assert run_query(engine, query, JSON).body == whole
    with Engine(small_config(store.parent, result_bytes=len(whole) - 1), store) as engine:
        with pytest.raises(ResultTooLarge) as error:
            run_query(engine, query, JSON)
        assert error.value.limit == len(whole) - 1
        assert run_query(engine, "ASK {}", JSON).body == b'{"head":{},"boolean":true}'


def test_a_cross_product_is_stopped_by_the_size_limit_as_it_grows(engine):
    with pytest.raises(ResultTooLarge):
        run_query(engine, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", JSON)


def test_service_contacts_nobody_even_past_the_guard(engine):
    open_store = Store()
    open_store.update("INSERT DATA { <a:s> <a:p> 1 }")
    with canary() as bird:
        requests = [
            Request(query.replace("%s", f"<{bird.address}>"), "text/csv", 10_000, PATIENCE) for query in CALLS
        ]
        for request in requests:
            answer(EmbeddedStore(open_store), request, {})
        sung = bird.contacts
        assert sung >= 20, "the canary must sing where nothing is closed"
        worker = engine._pool.take(Lane.FREE)
        replies = [worker.ask(request).status for request in requests]
        engine._pool.discard(Lane.FREE, worker)
        assert Status.FAULT in replies
        assert bird.contacts == sung


@pytest.mark.parametrize(
    ("query", "line", "column", "says"),
    [
        ("SELECT * WHER { ?s ?p ?o }", 1, 10, "WHER is not a word of SPARQL"),
        (
            "SELECT *\n{ ?s kk:party ?o }",
            2,
            6,
            "put PREFIX kk: <https://w3id.org/kota-kembar/ontology#> before",
        ),
        ("SELECT * { ?s my:p ?o }", 1, 15, "the prefix my: is not declared"),
        ("SELECT * { ?s ?p ?o ", 1, 10, "this { is never closed"),
        ("SELECT * { ?s ?p ?o ) }", 1, 21, "this ) stands where a } was expected"),
        ("SELECT * { ?s ?p 'abc }", 1, 18, "a text that begins here with ' is not closed"),
        ("SELECT * { ?s ?p <http://a b> }", 1, 18, "a space or another forbidden character"),
        ("SELECT * {\n <http://[here> ?p ?o }", 2, 2, "<http://[here> is no IRI"),
        ("SELECT ?a ?a { ?a ?p ?o }", 1, 26, "SELECT names one variable twice"),
        ("SELECT * { ?s ?p ?o } LIMIT -1", 1, 23, "LIMIT needs a whole number"),
        ("SELECT * { ?s ?p }", 1, 15, "after ?p one is missing"),
    ],
)
def test_syntax_errors_say_what_and_where(engine, query, line, column, says):
    with pytest.raises(QuerySyntaxError) as error:
        run_query(engine, query, JSON)
    assert (error.value.line, error.value.column) == (line, column)
    assert says in error.value.message


@pytest.mark.parametrize(
    ("query", "media_type", "says"),
    [
        ("SELECT (<a:f>(?s) AS ?x) { ?s ?p ?o }", JSON, "function <a:f> is not supported"),
        ("ASK {}", "text/turtle", "text/turtle does not hold a table"),
        ("DESCRIBE <a:s>", "text/csv", "text/csv does not hold a graph"),
        (
            "CONSTRUCT { <a:s> <http://a/1> 2 } {}",
            "application/rdf+xml",
            "cannot write the property <http://a/1>",
        ),
        (
            "CONSTRUCT { <a:s> <a:p> <<( <a:s> <a:p> 2 )>> } {}",
            "application/ld+json",
            "does not support RDF 1.2",
        ),
    ],
)
def test_what_cannot_be_answered_is_refused_and_the_worker_kept(engine, query, media_type, says):
    before = engine.pids()
    with pytest.raises(QueryRefused, match=says):
        run_query(engine, query, media_type)
    assert before <= engine.pids()


def in_threads(jobs):
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    return threads


def test_free_queries_cannot_starve_pages_and_too_many_are_turned_away(store):
    other = RUNAWAY.replace("?n)", "?other)")
    config = small_config(store.parent, queue=1)
    with Engine(config, store, client_of_request=lambda: "one client") as engine:
        with busy(engine) as running, busy(engine, other) as waiting:
            others = {Lane.QUESTIONS: 0, Lane.PAGES: 0, Lane.HEALTH: 0}
            assert engine.state().waiting == {Lane.FREE: 1, **others}
            with pytest.raises(EngineOverloaded) as error:
                run_query(engine, "ASK {}", JSON)
            assert error.value.retry_after == PATIENCE
            for lane in others:
                assert run_query(engine, "ASK {}", JSON, lane=lane).body == b'{"head":{},"boolean":true}'
            assert running.is_alive() and waiting.is_alive()
        assert run_query(engine, "ASK {}", JSON, cached=False).body == b'{"head":{},"boolean":true}'


def test_many_threads_get_their_own_answers(store):
    answers = {}

    def ask(number):
        for step in range(20):
            value = number * 100 + step
            answers[value] = count(engine, f"SELECT ({value} AS ?n) {{}}")

    with Engine(small_config(store.parent, queue=20, workers=3), store) as engine:
        for thread in in_threads([lambda n=n: ask(n) for n in range(8)]):
            thread.join()
    assert answers == {n * 100 + step: n * 100 + step for n in range(8) for step in range(20)}
