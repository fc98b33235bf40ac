"""What the engine is asked in place of a query: paths written anew, columns named, the rest left alone."""

import time

import pytest

from endpoint.engine.language import guard
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.engine.language.rewriting.rewrite import LONGEST
from graph.errors import QuerySyntaxError
from tests.kit.http.engine import reading_of


def rewritten(query, **settings):
    """Return what the engine is asked, with single spaces; the query itself when it may have that."""
    rewriting = reading_of(query, **settings).rewriting
    if rewriting is None:
        return query
    assert not rewriting.refusal
    return " ".join(rewriting.text.split())


def refusal(query, **settings):
    return reading_of(query, **settings).rewriting.refusal


@pytest.mark.parametrize(
    ("pattern", "instead"),
    [
        ("?s :p|:q ?o", "{ ?s :p ?o . } UNION { ?s :q ?o . }"),
        ("?s :p|^:q ?o .", "{ ?s :p ?o . } UNION { ?s ^(:q) ?o . }"),
        ("?s (:p|(:q|:r)) ?o", "{ ?s :p ?o . } UNION { ?s :q ?o . } UNION { ?s :r ?o . }"),
        ("?s ^(:p|:q) ?o", "{ ?o :p ?s . } UNION { ?o :q ?s . }"),
        (
            "?s :p/(:q|:r)/:t ?o",
            "?s :p ?_path1 . { ?_path1 :q ?_path2 . } UNION { ?_path1 :r ?_path2 . } ?_path2 :t ?o .",
        ),
        ("?s (:p/:q)|:r* ?o", "{ ?s (:p/:q) ?o . } UNION { ?s (:r)* ?o . }"),
        (
            "?s !(:p|^:q|:r) ?o",
            "{ ?s (<urn:kembar:absent>|!(:p|:r)) ?o . } UNION { ?o (<urn:kembar:absent>|!(:q)) ?s . }",
        ),
        (
            "?s a|:p 'x'@en, -1.5, true, 'y'^^:t",
            "{ ?s a 'x'@en . } UNION { ?s :p 'x'@en . } "
            "{ ?s a -1.5 . } UNION { ?s :p -1.5 . } { ?s a true . } UNION { ?s :p true . } "
            "{ ?s a 'y'^^:t . } UNION { ?s :p 'y'^^:t . }",
        ),
        ("?s :p ?o ; :q|:r ?n ; ; ?v ?m .", "?s :p ?o . { ?s :q ?n . } UNION { ?s :r ?n . } ?s ?v ?m ."),
        (
            "?s :p|:q [ :r ?o ; :t [] ]",
            "?_path1 :r ?o . ?_path1 :t ?_path2 . { ?s :p ?_path1 . } UNION { ?s :q ?_path1 . }",
        ),
        ("[ :p|:q ?o ]", "{ ?_path1 :p ?o . } UNION { ?_path1 :q ?o . }"),
        (
            "_:b :p|:q ?o . _:b :r ?n FILTER(?n) ?m :t _:b",
            "{ ?_path1 :p ?o . } UNION { ?_path1 :q ?o . } ?_path1 :r ?n FILTER(?n) ?m :t ?_path1",
        ),
        ("?s :p ?o {| :r 1 |} ; :p|:q ?n", "?s :p ?o {| :r 1 |}. { ?s :p ?n . } UNION { ?s :q ?n . }"),
        (
            "?s ?v _:c . OPTIONAL { ?s :p|:q ?o }",
            "?s ?v _:c . OPTIONAL { { ?s :p ?o . } UNION { ?s :q ?o . } }",
        ),
    ],
)
def test_alternatives_become_unions(pattern, instead):
    query = "PREFIX : <a:> SELECT ?s { %s }"
    assert rewritten(query % pattern) == query % instead


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s (:p|:q)* ?o ; (:p|:q)? ?o ; ((:p|^:q)/:r)+ ?o }",
        "SELECT ?s { ?s :p/:q*/^:r ?o . ?s (!(:p|:q))* ?o . ?s (^!(:p))+ ?o }",
        "SELECT DISTINCT ?s { ?s !(:p|:q) ?o . ?s ^!(:p) ?o }",
        "SELECT ?s { ?s :p ?o FILTER(!?o && !(:f(?o)) && !:f(?o)) }",
        "SELECT ?s (MAX(?o) AS ?m) { ?s :p ?o } GROUP BY ?s HAVING (MAX(?o) > 1)",
        "SELECT ?s { ?s :p ?o FILTER EXISTS { ?s :q* ?n } }",
        "SELECT DISTINCT ?s { ?s :p|:q ?o }",
        "SELECT DISTINCT ?s { ?s ?p ?o MINUS { ?s :p|:q ?o } OPTIONAL { ?s :r|:t ?n } }",
        "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s :p|:q ?o } MINUS { ?s :p|:q ?n } }",
        "SELECT ?s { ?s ?p ?o FILTER(?o = 1 || EXISTS { ?s :p|:q ?o }) }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . BIND(?o * 2 AS ?m) }",
        "ASK { ?s :p|:q ?o }",
        "DESCRIBE ?s { ?s :p|:q ?o }",
        "CONSTRUCT WHERE { ?s :p ?o }",
        "SELECT ?s { ?s ?p 'a|b' # p|q\n }",
        "SELECT * { ?a ?b ?c }",
        "SELECT * { ?o ?o ?o . { SELECT * { ?z ?y ?x FILTER(?x = ?z) } } } GROUP BY ?a",
        "SELECT * {}",
        "SELECT (COUNT(DISTINCT ?s) AS ?n) { [] ?p ?s }",
    ],
)
def test_what_the_engine_gives_rightly_is_left_alone(query):
    assert rewritten(query) == query


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("SELECT DISTINCT (COUNT(?s) AS ?n) { ?s :p|:q ?o }", "SELECT DISTINCT (COUNT(?s) AS ?n) { %s }"),
        ("SELECT DISTINCT ?s { ?s :p|:q ?o } GROUP BY ?s", "SELECT DISTINCT ?s { %s } GROUP BY ?s"),
        (
            "SELECT DISTINCT ?s { ?s :p|:q ?o } ORDER BY COUNT(?o)",
            "SELECT DISTINCT ?s { %s } ORDER BY COUNT(?o)",
        ),
        (
            "SELECT DISTINCT ?n { { SELECT (SUM(?s) AS ?n) { ?s :p|:q ?o } } }",
            "SELECT DISTINCT ?n { { SELECT (SUM(?s) AS ?n) { %s } } }",
        ),
        (
            "ASK { FILTER EXISTS { SELECT (COUNT(*) AS ?n) { ?s :p|:q ?o } } }",
            "ASK { FILTER EXISTS { SELECT (COUNT(*) AS ?n) { %s } } }",
        ),
        ("CONSTRUCT { ?s :p (?o) } FROM <a:> { ?s :p|:q ?o }", "CONSTRUCT { ?s :p (?o) } FROM <a:> { %s }"),
        (
            "SELECT ?s { SERVICE <a:x> { ?s :p|:q ?o } { ?s :p|:q ?o } }",
            "SELECT ?s { SERVICE <a:x> { ?s :p|:q ?o } { %s } }",
        ),
        ("SELECT ?s { LATERAL { ?s :p|:q ?o } }", "SELECT ?s { LATERAL { %s } }"),
    ],
)
def test_where_it_matters_how_often_a_solution_comes(query, instead):
    assert rewritten(query, services="a:x") == instead % "{ ?s :p ?o . } UNION { ?s :q ?o . }"


@pytest.mark.parametrize(
    ("pattern", "condition", "otherwise"),
    [
        (":a :p* ?o", [":a"], "{ :a (:p)* ?o . FILTER(!sameTerm(:a, ?o)) } UNION { VALUES ?o { :a } }"),
        (
            "?s :p? 'x'@en",
            ["'x'@en"],
            "{ ?s (:p)? 'x'@en . FILTER(!sameTerm(?s, 'x'@en)) } UNION { VALUES ?s { 'x'@en } }",
        ),
        ("?o ^(:p*) :a", [":a"], "{ :a (:p)* ?o . FILTER(!sameTerm(:a, ?o)) } UNION { VALUES ?o { :a } }"),
        (
            ":a (:p?)+ :b",
            [":a", ":b"],
            "{ :a ((:p)?)+ :b . FILTER(!sameTerm(:a, :b)) } UNION { FILTER(sameTerm(:a, :b)) }",
        ),
        (
            ":a :p*/:q* :b",
            [":a", ":b"],
            "{ :a (:p)* ?_path1 . FILTER(!sameTerm(:a, ?_path1)) } UNION { VALUES ?_path1 { :a } } "
            "{ ?_path1 (:q)* :b . FILTER(!sameTerm(?_path1, :b)) } UNION { VALUES ?_path1 { :b } }",
        ),
        (
            "() :p* ?o",
            ["<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"],
            "{ {0} (:p)* ?o . FILTER(!sameTerm({0}, ?o)) } UNION { VALUES ?o { {0} } }",
        ),
    ],
)
def test_a_way_of_length_zero_from_a_constant_waits_for_whether_the_data_have_it(
    pattern, condition, otherwise
):
    query = "PREFIX : <a:> SELECT ?x FROM <a:g> { %s }"
    rewriting = reading_of(query % pattern).rewriting
    assert rewriting.text == query % pattern
    tests = " . ".join(f"{term} <urn:kembar:absent>* {term}" for term in condition)
    assert rewriting.condition == f"PREFIX : <a:> ASK FROM <a:g> {{ {tests} }}"
    assert " ".join(rewriting.otherwise.split()) == query % otherwise.replace("{0}", condition[0])


@pytest.mark.parametrize(
    "pattern", [":a :p+ ?o", ":a :p*/:q* ?o", ":a (:p*/:q*)+ ?o", "?s :p*/:q/:r* :a", "?a :p* ?b"]
)
def test_no_way_of_length_zero_leaves_the_data_here(pattern):
    query = f"SELECT ?x {{ {pattern} }}"
    assert rewritten(query) == query


def test_in_a_graph_it_is_always_written():
    zero = "{{ :a (:p)* ?o . FILTER(!sameTerm(:a, ?o)) }} UNION {{ GRAPH {0} {{}} VALUES ?o {{ :a }} }}"
    for graph in ("?g", ":g"):
        rewriting = reading_of(f"SELECT ?o {{ GRAPH {graph} {{ :a :p* ?o }} }}").rewriting
        assert " ".join(rewriting.text.split()) == f"SELECT ?o {{ GRAPH {graph} {{ {zero.format(graph)} }} }}"
        assert (rewriting.condition, rewriting.otherwise) == ("", "")


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("SELECT * { ?z ?y ?x }", "SELECT ?z ?y ?x { ?z ?y ?x }"),
        ("SELECT * { ?z $y ?x . $z ?x ?y VALUES $x { 1 } BIND(1 AS $w) }", "SELECT ?z ?y ?x ?w {"),
        ("SELECT*{?z ?y ?x}", "SELECT ?z ?y ?x {?z ?y ?x}"),
        (
            "SELECT DISTINCT * FROM <a:> WHERE { ?b ?a [] }",
            "SELECT DISTINCT ?b ?a FROM <a:> WHERE { ?b ?a [] }",
        ),
        ("SELECT * { ?b ?a 1 OPTIONAL { ?d ?c 1 } MINUS { ?f ?e 1 } FILTER(?g) }", "SELECT ?b ?a ?d ?c {"),
        (
            "SELECT * { VALUES (?c ?b) {} BIND(?e AS ?a) { ?z ?y 1 } UNION { ?x ?w 1 } }",
            "SELECT ?c ?b ?a ?z ?y ?x ?w {",
        ),
        ("SELECT * { GRAPH ?g { ?b ?a 1 } GRAPH <a:> { ?d ?c 1 } }", "SELECT ?g ?b ?a ?d ?c {"),
        (
            "SELECT * { { SELECT ?d (1 AS ?c) { ?a ?b ?d } } { SELECT * { ?b ?a 1 } } }",
            "SELECT ?d ?c ?b ?a {",
        ),
        ("SELECT * { ?b ?a 1 } ORDER BY ?c VALUES ?A { 1 }", "SELECT ?b ?a ?A {"),
        ("SELECT * { ?b ?p << ?a ?q ?o ~ ?r >> }", "SELECT ?b ?p ?a ?q ?o ?r {"),
        ("SELECT * { [] :p|:q ?o }", "SELECT ?o { { ?_path1 :p ?o . } UNION { ?_path1 :q ?o . } }"),
        (
            "SELECT * { ?x ?y ?z { SELECT * { ?_path :p/(:q|:r) ?_path2 } } }",
            "SELECT ?x ?y ?z ?_path ?_path2 { ?x ?y ?z { SELECT ?_path ?_path2 { ?_path :p ?__path1 . "
            "{ ?__path1 :q ?_path2 . } UNION { ?__path1 :r ?_path2 . } } } }",
        ),
        (
            "SELECT (COUNT(DISTINCT *) AS ?n) { ?b ?a [] } GROUP BY ?b",
            "SELECT (COUNT(DISTINCT *) AS ?n) { { SELECT ?b ?a { ?b ?a [] } } } GROUP BY ?b",
        ),
        (
            "SELECT (COUNT(DISTINCT *) AS ?n) { [] a [] }",
            "SELECT (COUNT(DISTINCT *) AS ?n) { { SELECT (1 AS ?_path3) { [] a [] } } }",
        ),
        (
            "SELECT * { GRAPH ?g { { ?b ?a 1 } UNION { VALUES ?x { 1 } } VALUES ?x { 1 } } }",
            "SELECT ?g ?b ?a ?x { GRAPH ?g { { ?b ?a 1 } UNION { GRAPH ?g {} VALUES ?x { 1 } } "
            "GRAPH ?g {} VALUES ?x { 1 } } }",
        ),
    ],
)
def test_columns_come_in_the_order_of_the_query(query, instead):
    got = rewritten(query)
    assert got.startswith(instead) if instead.endswith("{") else got == instead


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("SELECT ?s { ?s :p ?o {| :q|:r 1 |} }", "an annotation or a quoted triple has a path"),
        ("SELECT ?s { << ?s :p ?o >> :q|:r ?n }", "a triple in << >> stands at the end of a path"),
        ("SELECT * { [] :p|:q _:b }", "SELECT * has no variable to give here"),
        ("SELECT ?s { ?s :p|:q ?o . FILTER:f(?o) }", "its property paths could not be read"),
        ("SELECT ?s { ?s :p|:q _:b { _:b :r ?o } }", "its property paths could not be read"),
        ("SELECT ?s " + "{" * 121 + "?s :p|:q ?o" + "}" * 121, "more than 120 brackets are open at a time"),
        (
            "SELECT ?s { ?s " + "|".join([":p"] * 500) + " '" + "x" * 800 + "' }",
            "stand for more than 16000 characters",
        ),
    ],
)
def test_what_cannot_be_written_anew_is_refused_with_the_reason(query, says):
    assert says in refusal(query, query_bytes=4000)


def test_a_text_does_not_grow_beyond_its_bound():
    query = "SELECT ?s { " + "?s :p|:q|:r|:t ?o . " * 190 + "}"
    rewriting = reading_of(query, query_bytes=len(query)).rewriting
    assert len(query) * 2 < len(rewriting.text) < len(query) * LONGEST * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "{SELECT*",
        "?s :p|:q ?o.",
        "[:p|:q ",
        "(",
        ":a :p*|:q* ?o;",
        "_:b :p|:q _:c. ",
        "EXISTS{",
        "^",
        "!",
        "?_path ",
    ],
)
def test_no_text_within_the_limit_takes_long_to_write_anew(piece):
    query = "SELECT * {?s :p|:q ?o . " + piece * (60_000 // len(piece))
    before = time.process_time()
    reading_of(query, query_tokens=100_000)
    assert time.process_time() - before < 3


def test_a_text_that_is_no_sparql_is_left_to_the_engine():
    assert reading_of("SELECT * { ?b ?a ?b } ORDER").rewriting is not None
    assert reading_of("SELECT * WHER { ?b ?a ?b }").rewriting is None
    with pytest.raises(QuerySyntaxError):
        reading_of("SELECT * { ?s :p|:q 'open }")


def test_describe_takes_a_sample_of_what_is_not_grouped_by():
    got = rewritten("DESCRIBE ?s { ?s :p ?o } GROUP BY ?s HAVING(?o = 5)")
    assert got.endswith("DESCRIBE ?s { ?s :p ?o } GROUP BY ?s HAVING( SAMPLE(?o) = 5)")


def test_our_own_texts_are_written_anew_too():
    query = "SELECT ?s { ?s <a:p>|<a:q> ?o }"
    assert trust(query, QueryKind.SELECT).rewriting == reading_of(query).rewriting is not None
    assert trust("SELECT ?s { ?s ?p ?o FILTER(?o || ?s) }", QueryKind.SELECT).rewriting is None


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s { ?s <http://a/p>|<http://a/q> <http://b/1> . <http://b/1> <http://a/p> <http://b/2> }",
        "SELECT ?s { <http://b/1> <http://a/p>* ?s . <http://b/2> <http://a/p>? <http://b/1> }",
        "PREFIX a: <http://a/> SELECT ?s { ?s a:p|!(<http://a/p>|^a:q) ?o FILTER(?o = '<http://b/1>') }",
        "SELECT ?s { ?s <http://a/p>|<http://a/q> '<urn:stand-in:0>' , <http://b/1> }",
        "SELECT ?s { ?s <http://a/p>|<http://a/q> ?o FILTER(?s<?o&&?o>?s) }",
        "SELECT ?s { ?s <http://a/p>|<http://a/q> ?o FILTER(?o='<http://b/1'&&?o>'3') }",
        "PREFIX b: <http://b/> SELECT ?s FROM b:1 FROM <http://b/1> { ?s <http://a/p>|<http://a/q> ?o }",
        "SELECT ?s { ?s <http://b/1>|<http://a/q> ?o FILTER(REGEX(?o, '<http://a/[b&&c]>')) }",
        "SELECT ?s { ?s <http://b/1>|<http://a/q> ?o FILTER(REPLACE(?o, '(b)', '<http://a/$1_>')) }",
    ],
)
def test_another_thing_in_the_place_of_a_thing_is_written_anew_alike(query):
    for text in (query, query.replace("http://b/1", "http://c/9"), query.replace("http://b/1", "http://b/2")):
        assert trust(text, QueryKind.SELECT).rewriting == reading_of(text).rewriting is not None


def test_another_thing_costs_no_second_reading():
    query = "SELECT ?s { ?s <http://a/once>|<http://a/q> <http://b/%s> }"
    trust(query % 1, QueryKind.SELECT)
    before = guard._rewrite_form.cache_info().misses
    assert "<http://b/2>" in trust(query % 2, QueryKind.SELECT).rewriting.text
    assert guard._rewrite_form.cache_info().misses == before
