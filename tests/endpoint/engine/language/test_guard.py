"""The guard on the texts that try to get past it, and on those that only look like it."""

import time
from contextlib import suppress

import pytest

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.language.tokens import Kind, tokenize
from graph.errors import QueryRefused, QuerySyntaxError, QueryTooLong
from graph.model.terms import is_iri
from tests.kit.http.engine import CALLS, reading_of

ENDPOINT = "<http://127.0.0.1:9/>"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("SELECT * {}", QueryKind.SELECT),
        ("select ?x where { ?x ?y ?z }", QueryKind.SELECT),
        ("# ASK {}\nBASE <http://a/> PREFIX : <b> prefix é-1.x: <c>\nSELECT * {}", QueryKind.SELECT),
        ("ASK{}", QueryKind.ASK),
        ("CONSTRUCT WHERE { ?s ?p ?o }", QueryKind.GRAPH),
        ("DESCRIBE<http://a/>", QueryKind.GRAPH),
        ('VERSION "1.2" ASK {}', QueryKind.ASK),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(query, kind):
    assert reading_of(query).kind is kind


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:s> <a:p> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "CLEAR ALL",
        "create graph <a:g>",
        "DROP ALL",
        "COPY <a:1> TO <a:2>",
        "MOVE <a:1> TO <a:2>",
        "ADD <a:1> TO <a:2>",
        "PREFIX a: <b:>\n# harmless\nWITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    ],
)
def test_updates_are_refused(query):
    with pytest.raises(QueryRefused, match="changes data"):
        reading_of(query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "  # nothing\n",
        "PREFIX a: <b:>",
        "HELLO",
        "{ }",
        "'SELECT'",
        "<SELECT> * {}",
        "\\u0053ELECT * {}",
        "SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> {} }",
        "SELECT * { ?s ?p 'open }",
        'SELECT * { ?s ?p """open }',
        "SELECT * { ?s ?p 'line\nbreak' }",
        "SELECT * { ?s ?p '\ud800' }",
        "SELECT * {\u00a0?s ?p ?o }",
    ],
)
def test_what_is_no_query_is_a_syntax_error(query):
    with pytest.raises(QuerySyntaxError):
        reading_of(query)


def test_a_syntax_error_says_where():
    with pytest.raises(QuerySyntaxError) as error:
        reading_of("SELECT *\n{ ?é ?p 'a }")
    assert (error.value.line, error.value.column) == (2, 9)


@pytest.mark.parametrize("query", CALLS)
def test_service_is_refused_wherever_the_engine_would_read_it(query):
    with pytest.raises(QueryRefused, match="SERVICE"):
        reading_of(query.replace("%s", ENDPOINT))


@pytest.mark.parametrize("call", ['BNODE("a")', "bnode (?x)", "BNODE(STR(?x))"])
def test_a_node_by_a_name_is_refused(call):
    with pytest.raises(QueryRefused, match=r"bnode-of-a-text on /limits"):
        reading_of(f"SELECT ({call} AS ?b) {{ ?x ?p ?o }}")


@pytest.mark.parametrize("query", ["SELECT (BNODE() AS ?b) {}", "SELECT ('BNODE(1)' AS ?b) {} # BNODE(1)"])
def test_a_new_node_is_not_refused(query):
    assert reading_of(query).kind is QueryKind.SELECT


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?service { ?service ?p $SERVICE }",
        "SELECT * { ?s ?p 'SERVICE <http://a/>' , \"SERVICE\" , '''SERVICE ' {''' }",
        'SELECT * { ?s ?p """\nSERVICE " {""" }',
        "SELECT * { <http://example.org/SERVICE> ?p ?o } # SERVICE <http://a/> {}",
        "PREFIX service: <http://a/> SELECT * { service:x a service:y ; service:z ?o }",
        "PREFIX service: <http://a/> SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "PREFIX service: <http://a/> SELECT * FROM service:x { ?s ?p ?o }",
        "PREFIX ex: <http://a/> SELECT * { ?s ex:SERVICE ex:a.SERVICE }",
        "SELECT * { _:SERVICE ?p 'x'@en-service }",
        "SELECT * { ?s ?p 'it\\'s SERVICE' FILTER(?a<?b && ?c>?d) }",
        "SELECT * { ?s <http://a/#p> ?o FILTER(?o < 3) } # service",
        "SELECT * { VALUES (?a ?b) { (<http://a/#x> <http://b/#service>) } }",
    ],
)
def test_what_only_looks_like_service_is_let_through(query):
    assert reading_of(query).kind is QueryKind.SELECT


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { VALUES (?a ?b) { " + "(1 2)" * 3000 + " } ?a ?b ?c }",
        "SELECT * { VALUES ?a { " + "1 " * 9000 + " } ?a ?b (1 2) }",
        "SELECT * { ?a ?b ?c FILTER(?a IN (" + "<a:a>, " * 3000 + "<a:a>)) }",
        "CONSTRUCT { ?a ?b (" + "1 " * 900 + ") } WHERE { ?a ?b ?c }",
    ],
)
def test_a_long_table_or_list_is_no_pattern(query):
    assert reading_of(query).shape.patterns.value <= 3


def test_members_of_a_collection_are_patterns():
    query = "SELECT * {{ ?a ?b (1 [ ] 'a'@en (2 <a:a>) <a:b>(3) ?c) FILTER(<a:f>(1) + <a:f>(?a)) }}"
    assert reading_of(query).shape.patterns.value == 6


def test_the_length_is_counted_in_bytes():
    query = "ASK {} # é"
    assert reading_of(query, query_bytes=11).kind is QueryKind.ASK
    with pytest.raises(QueryTooLong, match="11 bytes, more than the 10"):
        reading_of(query, query_bytes=10)


@pytest.mark.parametrize(
    ("query", "has_dataset", "stable"),
    [
        ("SELECT * { ?s ?p ?o }", False, True),
        ("SELECT * FROM <a:g> { ?s ?p ?o }", True, True),
        ("ASK FROM NAMED <a:g> {}", True, True),
        ("SELECT * { ?s ?p 'FROM' }", False, True),
        ("SELECT (rand() AS ?x) {}", False, False),
        ("SELECT * { BIND(NOW() AS ?x) }", False, False),
        ("SELECT * { ?s ?p ?o } ORDER BYRAND()", False, False),
        ("SELECT * { ?s ?p 1BIND(1+NOW() AS ?x) }", False, False),
        ("SELECT * { ?s ?p ?o } ORDER BY ASC(?o)DESC(trueSTRUUID())", False, False),
        ("SELECT ?random ?now { ?random ?now 'RAND() NOW() UUID()' # BNODE()\n }", False, True),
        ("SELECT * { [] ?p 'NOW' }", False, True),
        ("CONSTRUCT { [] a ?o } WHERE { ?s a ?o }", False, False),
        ("CONSTRUCT { _:b a ?o } WHERE { ?s a ?o }", False, False),
        ("CONSTRUCT { ?s a (1 2) } WHERE { ?s a ?o }", False, False),
        ("CONSTRUCT { ?s a ?o {| a 2 |} } WHERE { ?s a ?o }", False, False),
        ("CONSTRUCT { ?s a ?o } FROM <a:g> WHERE { _:b a [ a ?o ], ?s FILTER(?o IN (1)) }", True, True),
        ("CONSTRUCT WHERE { [] a ?o }", False, False),
        ("DESCRIBE ?s { ?s a [ a ?o ] }", False, True),
        ("SELECT * { ?s ?p ?o } ORDER BYRAND()", False, False),
        ("SELECT * { ?s ?p ?o FILTERbnode()IN (1) }", False, False),
        ("SELECT * { ?s ?p ?o FILTER(1=1&&?o<now()) }", False, False),
        ("SELECT * { ?s ?rand 'RAND' ; <uuid> _:now }", False, True),
    ],
)
def test_dataset_and_stability_are_read(query, has_dataset, stable):
    reading = reading_of(query)
    assert (reading.has_dataset, reading.stable) == (has_dataset, stable)


def test_less_than_and_iris_are_told_apart():
    kinds = [
        (token.kind, token.text)
        for token in tokenize("{ ?a <http://x#y> ?b FILTER(?a<?b&&?c>?d) FILTER(?a <= <http://x#y>) }")
        if token.text[0] == "<"
    ]
    assert kinds == [
        (Kind.IRI, "<http://x#y>"),
        (Kind.MARK, "<"),
        (Kind.MARK, "<="),
        (Kind.IRI, "<http://x#y>"),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", ["a.", "a-", "<", "(", '""', "''' ' ", "ex:a.", "?a<?b", "_:a.", "%", "#", '"\\"""']
)
def test_no_text_within_the_limit_takes_long_to_read(piece):
    query = "SELECT * {" + piece * (60_000 // len(piece))
    before = time.process_time()
    with suppress(QuerySyntaxError, QueryRefused):
        reading_of(query)
    assert time.process_time() - before < 1.5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://example.org/a#b", True),
        ("urn:x", True),
        ("relative", False),
        ("http://a b/", False),
        ("http://a/>", False),
        ("", False),
    ],
)
def test_absolute_iris(text, expected):
    assert is_iri(text) is expected
