"""What the engine would answer otherwise than the standard says is refused, and its neighbours are not."""

import json

import pytest

from endpoint.engine.processes.wire import Request, Status
from endpoint.engine.processes.worker import answer
from tests.kit.http.engine import JSON
from tests.kit.http.standard import ask, counted_store


@pytest.fixture(scope="module")
def store():
    return counted_store()


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { GRAPH ?g { ?x :q ?y FILTER(?g = :one) } }",
        "SELECT * { GRAPH $g { ?x :q ?y BIND(STR(?g) AS ?text) } }",
        "SELECT * { GRAPH ?g { ?x :q ?y FILTER NOT EXISTS { ?x :p ?z FILTER(?g = :two) } } }",
        "SELECT * { GRAPH ?g { ?x :q ?y GRAPH ?g { ?y :p ?z FILTER(BOUND(?g)) } } }",
    ],
)
def test_an_expression_about_the_graph_that_it_stands_in_is_refused(store, query):
    status, told = ask(store, query)
    assert status is Status.UNWRITTEN
    assert told.startswith(b"?g has no value yet in an expression inside of GRAPH ?g (graph-variable-inside")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT * { GRAPH ?g { { SELECT ?x { ?x :p ?y } LIMIT 1 } } }", "LIMIT in a subselect inside of"),
        ("SELECT * { GRAPH ?g { { SELECT (COUNT(*) AS ?n) { ?x :p ?y } } } }", "COUNT in a subselect inside"),
        ("ASK { ?x :v ?c FILTER EXISTS { ?s :v ?c MINUS { ?t :v ?c } } }", "MINUS inside of EXISTS would"),
        (
            "ASK { ?x :v ?c FILTER NOT EXISTS { ?s :v ?c MINUS { ?t :v ?c OPTIONAL { ?s :p ?t } } } }",
            "MINUS inside of EXISTS would compare ?c",
        ),
        (r"ASK { FILTER(REGEX('aa', '(a)\\1')) }", r"\1 in a regular expression"),
        (r"ASK { ?s ?p ?o FILTER REGEX(STR(?s), 'b[a-z-[aeiou]]', 'i') }", "-[ in a regular expression"),
        (r"SELECT (REPLACE('a', '[+&&a]', 'x') AS ?x) {}", "&& in a regular expression"),
        (r"ASK { FILTER(REGEX('a', '''\\p{IsGreek}''')) }", r"\p{Is in a regular expression"),
        (r"ASK { VALUES ?p { '\\i' } FILTER(REGEX('a', ?p)) }", r"\i in a regular expression"),
        (r"ASK { FILTER(REGEX('aa', CONCAT('(a)', '\\1'))) }", r"\1 in a regular expression"),
        (r"ASK { FILTER(REGEX('aa', '(a)\u005C1')) }", r"\1 in a regular expression"),
        (r"ASK { FILTER(REGEX('a', 'a\u0023b', '\u0078')) }", "# with the flag x in a regular expression"),
        (r"ASK { FILTER(REGEX('a', 'a#b', 'x')) }", "# with the flag x in a regular expression"),
        (r"ASK { FILTER(REPLACE('a b', 'a[ ]b', '', 'ix') = '') }", "[  with the flag x in a"),
        (r"SELECT (REPLACE('a', 'a', '$') AS ?x) {}", "a $ in what REPLACE puts in means nothing"),
        (r"SELECT (REPLACE('a', '(a)', '${1}b') AS ?x) {}", "a $ in what REPLACE puts in means nothing"),
        (r"SELECT (REPLACE('a', 'a', '\\n') AS ?x) {}", "a backslash in what REPLACE"),
        (r"SELECT (REPLACE('a', 'a', '\u0024') AS ?x) {}", "a $ in what REPLACE puts in means nothing"),
        (r"SELECT (REPLACE('a', ?p, '$12') AS ?x) {}", "what REPLACE puts in has $12 in"),
        (r"SELECT (REPLACE('a', '(a)', CONCAT('$1', 'b')) AS ?x) {}", "what REPLACE puts in has $1 in"),
        (r"SELECT (REPLACE('a', '(a)', ?r) AS ?x) { VALUES ?r { '$1_' } }", "what REPLACE puts in has $1 in"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s :p ?o } GROUP BY ?s HAVING(?n > 1)", "?n is named in this SELECT"),
        ("SELECT ?s { ?s :p ?o } GROUP BY ?s HAVING(BOUND(?o))", "BOUND(?o) asks for what is neither"),
        (
            "SELECT (COALESCE(?o, 1) AS ?k) { ?s :p ?o } GROUP BY ?s",
            "?o in an expression of SELECT is neither",
        ),
        ("ASK { ?x :v 2 FILTER EXISTS { SELECT ?o { ?x :p ?o } } }", "?x in a subselect inside of"),
        (
            "ASK { ?x :v 2 FILTER NOT EXISTS { { SELECT (COUNT(*) AS ?n) { ?x :p ?o } } FILTER(?n > 1) } }",
            "?x in a subselect inside of EXISTS would be another one than ?x outside",
        ),
        (
            "ASK { ?x :v 2 FILTER EXISTS { ?x :p ?y FILTER EXISTS { SELECT ?x { ?x :v ?y } } } }",
            "?y in a subselect inside of EXISTS would be another one than ?y outside",
        ),
        (
            "ASK { ?x :v 2 FILTER EXISTS { SELECT ?x { ?x :p ?y { SELECT ?o { ?o :p ?x } } } } }",
            "?x in a subselect inside of EXISTS would be another one than ?x outside",
        ),
    ],
)
def test_what_would_be_answered_otherwise_is_refused(store, query, why):
    status, told = ask(store, query)
    assert (status, told[: len(why)]) == (Status.UNWRITTEN, why.encode())


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?x :v ?c FILTER EXISTS { ?s :v ?c MINUS { ?s :p ?c } } }",
        "ASK { ?x :v ?c FILTER EXISTS { ?s :p ?o MINUS { ?s :r ?z } } }",
        r"ASK { FILTER(REGEX('a-b', 'a-[bc]')) }",
        r"ASK { FILTER(REGEX('a.b', '\\.[b-d&]')) }",
        r"ASK { FILTER(REPLACE('\\1', 'b', '-[$0]\\\\2') = '\\1') }",
        r"ASK { FILTER(REGEX('\\\\1', '(.)\u005C\u005C1')) }",
        r"ASK { FILTER(REGEX('ab', 'a [b]', 'x')) }",
        "ASK { ?x :v 2 FILTER EXISTS { SELECT ?x (COUNT(?o) AS ?n) { ?x :p ?o } GROUP BY ?x } }",
        "ASK { ?x :v 2 FILTER EXISTS { SELECT * { ?x :p ?o } } }",
        "ASK { ?x :v 2 FILTER EXISTS { SELECT ?x { ?x :p ?o } } FILTER EXISTS { SELECT ?x { ?x ?p ?o } } }",
        "ASK { ?x :v 2 FILTER EXISTS { ?s :v ?c MINUS { ?t :p ?c } } FILTER EXISTS { ?c ?p ?x } }",
        "ASK { { SELECT (COUNT(*) AS ?n) { ?x :p ?o } ORDER BY BOUND(?n) DESC(?n) } }",
        "ASK { { SELECT ?x { ?x :v ?n } } FILTER EXISTS { ?x :p ?n } }",
        r"ASK { VALUES ?text { '\\1' } FILTER(!REGEX(?text, '\\\\2')) }",
    ],
)
def test_its_neighbours_are_not(store, query):
    status, told = ask(store, query)
    assert (status, json.loads(told)["boolean"]) == (Status.ANSWER, True)


def test_a_fault_of_the_rewriting_is_no_answer_either(store):
    request = Request("SELECT * {}", JSON, 100, 9.0, instead="SELECT * {")
    status, told = answer(store, request, {})
    assert status is Status.UNWRITTEN
    assert told.startswith(b"it was rewritten, and then error at 1:11")
