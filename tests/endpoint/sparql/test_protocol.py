"""The SPARQL protocol to the letter: each case of the W3C tests, datasets, formats, headers, encodings.

The names of the cases are those of the W3C protocol tests (https://github.com/w3c/rdf-tests).
"""

import gzip
from urllib.parse import quote, urlencode

import pytest

from endpoint.errors import PROBLEM_JSON
from tests.kit.http.protocol import CORE, COUNT, KK, VOCABULARY, ask, problem, value, world_protocol
from tests.kit.http.site import RELEASE

QUERY = "application/sparql-query"
FORM = "application/x-www-form-urlencoded"
UPDATE = "application/sparql-update"
IN_CORE = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?a kk:partnerOf ?b } }"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world")) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def post(client, body, content_type, address="/sparql", **headers):
    return client.post(address, data=body, content_type=content_type, headers=headers)


ANSWERED = {
    "query_get": ("GET", "/sparql?query=ASK%20%7B%7D", None, None),
    "query_post_form": (
        "POST",
        "/sparql?default-graph-uri=" + quote(CORE, safe=""),
        FORM,
        b"query=ASK%20%7B%7D",
    ),
    "query_post_direct": ("POST", "/sparql", QUERY, b"ASK {}"),
    "query_post_direct with a charset": ("POST", "/sparql", f"{QUERY};charset=UTF-8", b"ASK {}"),
    "query_post_direct with a version": ("POST", "/sparql", f"{QUERY};version=1.2", b"ASK {}"),
    "a version": ("GET", "/sparql?query=ASK%7B%7D&version=1.1", None, None),
    "other parameters": ("GET", "/sparql?query=ASK%7B%7D&results=json&_=1", None, None),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", ANSWERED)
def test_what_the_protocol_allows_is_answered(client, case):
    method, address, content_type, body = ANSWERED[case]
    response = client.open(address, method=method, data=body, content_type=content_type)
    assert (response.status_code, response.json["boolean"]) == (200, True)


REFUSED = {
    "bad_query_method PUT": ("PUT", "/sparql?query=ASK%20%7B%7D", None, None, 405, "http-405"),
    "bad_query_method DELETE": ("DELETE", "/sparql?query=ASK%7B%7D", None, None, 405, "http-405"),
    "bad_query_method PATCH": ("PATCH", "/sparql", QUERY, b"ASK {}", 405, "http-405"),
    "bad_multiple_queries": ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", None, None, 400, "parameter"),
    "bad_multiple_queries form": (
        "POST",
        "/sparql",
        FORM,
        b"query=ASK%7B%7D&query=ASK%7B%7D",
        400,
        "parameter",
    ),
    "bad_multiple_queries both": (
        "POST",
        "/sparql?query=ASK%7B%7D",
        FORM,
        b"query=ASK%7B%7D",
        400,
        "parameter",
    ),
    "bad_multiple_queries direct": ("POST", "/sparql?query=ASK%7B%7D", QUERY, b"ASK {}", 400, "parameter"),
    "bad_query_wrong_media_type": ("POST", "/sparql", "text/plain", b"query=ASK%20%7B%7D", 415, "body"),
    "bad_query_missing_form_type": ("POST", "/sparql", None, b"query=ASK%20%7B%7D", 415, "body"),
    "bad_query_missing_direct_type": ("POST", "/sparql", None, b"ASK {}", 415, "body"),
    "bad_query_non_utf8": (
        "POST",
        "/sparql",
        f"{QUERY}; charset=UTF-16",
        "ASK {}".encode("utf-16"),
        415,
        "body",
    ),
    "non-utf8 unannounced": ("POST", "/sparql", QUERY, "ASK {}".encode("utf-16"), 400, "syntax"),
    "non-utf8 form": ("POST", "/sparql", FORM, b"query=SELECT('%FF'AS%20?x)%7B%7D", 400, "syntax"),
    "non-utf8 form charset": ("POST", "/sparql", f"{FORM}; charset=latin-1", b"query=ASK%7B%7D", 415, "body"),
    "non-utf8 address": ("GET", "/sparql?query=SELECT('%E9'AS%20?x)%7B%7D", None, None, 400, "syntax"),
    "bad_query_syntax": ("GET", "/sparql?query=ASK%20%7B", None, None, 400, "syntax"),
    "bad_update_get": ("GET", "/sparql?update=CLEAR%20ALL", None, None, 400, "refused"),
    "an update beside a query": (
        "GET",
        "/sparql?query=ASK%7B%7D&update=CLEAR%20ALL",
        None,
        None,
        400,
        "refused",
    ),
    "bad_multiple_updates": (
        "POST",
        "/sparql",
        FORM,
        b"update=CLEAR%20ALL&update=CLEAR%20ALL",
        400,
        "refused",
    ),
    "bad_update_wrong_media_type": ("POST", "/sparql", "text/plain", b"update=CLEAR%20ALL", 415, "body"),
    "bad_update_missing_form_type": ("POST", "/sparql", None, b"update=CLEAR%20ALL", 415, "body"),
    "update_post_form": ("POST", "/sparql", FORM, b"update=CLEAR%20ALL", 400, "refused"),
    "update_post_direct": ("POST", "/sparql", UPDATE, b"CLEAR ALL", 400, "refused"),
    "update in the address of a form": (
        "POST",
        "/sparql?update=CLEAR+ALL",
        FORM,
        b"query=ASK%7B%7D",
        400,
        "refused",
    ),
    "bad_update_dataset_conflict": (
        *("POST", "/sparql?using-graph-uri=http://a/", QUERY, b"ASK {}"),
        *(400, "refused"),
    ),
    "using-named-graph-uri": (
        "GET",
        "/sparql?query=ASK%7B%7D&using-named-graph-uri=a:b",
        None,
        None,
        400,
        "refused",
    ),
    "update as a query": ("GET", "/sparql?query=CLEAR%20ALL", None, None, 400, "refused"),
    "missing in a form": ("POST", "/sparql", FORM, b"default-graph-uri=a:b", 400, "parameter"),
    "empty form": ("POST", "/sparql", FORM, b"", 400, "parameter"),
    "empty direct": ("POST", "/sparql", QUERY, b"", 400, "syntax"),
    "empty query": ("GET", "/sparql?query=", None, None, 400, "syntax"),
    "multipart": ("POST", "/sparql", "multipart/form-data; boundary=x", b"--x--", 415, "body"),
    "json": ("POST", "/sparql", "application/json", b'{"query": "ASK {}"}', 415, "body"),
    "default-graph-uri relative": (
        "GET",
        "/sparql?query=ASK%7B%7D&default-graph-uri=x",
        None,
        None,
        400,
        "parameter",
    ),
    "named-graph-uri empty": (
        "GET",
        "/sparql?query=ASK%7B%7D&named-graph-uri=",
        None,
        None,
        400,
        "parameter",
    ),
    "named-graph-uri breaks out": (
        *("GET", "/sparql?query=ASK%7B%7D&named-graph-uri=a:b%3E%20%7D", None, None),
        *(400, "parameter"),
    ),
    "101 graphs": (
        "GET",
        "/sparql?query=ASK%7B%7D" + "&named-graph-uri=a:b" * 101,
        None,
        None,
        400,
        "parameter",
    ),
    "two formats": ("GET", "/sparql?query=ASK%7B%7D&format=json&format=xml", None, None, 400, "parameter"),
    "two versions": ("GET", "/sparql?query=ASK%7B%7D&version=1.1&version=1.2", None, None, 400, "parameter"),
    "unknown version": ("GET", "/sparql?query=ASK%7B%7D&version=2", None, None, 400, "parameter"),
    "unknown version of a body": ("POST", "/sparql", f"{QUERY};version=9", b"ASK {}", 400, "parameter"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_protocol_forbids_is_refused(client, case):
    method, address, content_type, body, status, slug = REFUSED[case]
    response = client.open(address, method=method, data=body, content_type=content_type)
    assert (response.status_code, problem(response)) == (status, slug)
    assert response.content_type == PROBLEM_JSON
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_a_compressed_body_is_refused_and_not_misread(client):
    body = gzip.compress(b"ASK {}")
    response = post(client, body, QUERY, **{"Content-Encoding": "gzip"})
    assert (response.status_code, problem(response)) == (415, "body")


def test_parameters_of_the_address_and_of_the_form_hold_together(client):
    response = post(client, urlencode({"query": COUNT}), FORM, f"/sparql?default-graph-uri={VOCABULARY}")
    assert value(response) == "0"
    response = post(client, urlencode({"query": COUNT}), FORM, "/sparql?format=csv")
    assert response.text == "n\r\n10\r\n"


DATASETS = {
    "none: the default graph is the union": (COUNT, [], [], "10"),
    "query_dataset_default_graph": (COUNT, [CORE], [], "10"),
    "query_dataset_default_graphs": (COUNT, [VOCABULARY, CORE], [], "10"),
    "another default graph": (COUNT, [VOCABULARY], [], "0"),
    "an unknown default graph": (COUNT, ["http://example.org/none"], [], "0"),
    "query_dataset_named_graphs": (KK + IN_CORE, [], [CORE, VOCABULARY], "10"),
    "named graphs only: the default graph is empty": (COUNT, [], [CORE], "0"),
    "a named graph that was not named": (KK + IN_CORE, [], [VOCABULARY], "0"),
    "default graphs only: no named graph": (KK + IN_CORE, [CORE], [], "0"),
    "query_dataset_full": (
        KK + "SELECT (COUNT(DISTINCT ?g) AS ?n) { ?x a kk:Place . GRAPH ?g { ?c a ?t } }",
        [CORE],
        [VOCABULARY],
        "1",
    ),
    "query_multiple_dataset": (
        KK + f"SELECT (COUNT(*) AS ?n) FROM <{VOCABULARY}> {{ ?a kk:partnerOf ?b }}",
        [CORE],
        [],
        "10",
    ),
    "the request over FROM NAMED": (
        KK + IN_CORE.replace("WHERE", f"FROM NAMED <{CORE}> WHERE"),
        [],
        [VOCABULARY],
        "0",
    ),
    "FROM of the query": (
        KK + f"SELECT (COUNT(*) AS ?n) FROM <{VOCABULARY}> {{ ?a kk:partnerOf ?b }}",
        [],
        [],
        "0",
    ),
    "FROM NAMED of the query": (
        KK + IN_CORE.replace("WHERE", f"FROM NAMED <{CORE}> WHERE"),
        [],
        [],
        "10",
    ),
}


@pytest.mark.parametrize("way", ["get", "form", "direct"])
@pytest.mark.parametrize("case", DATASETS)
def test_the_dataset_is_that_of_the_request_else_of_the_query_else_the_union(client, case, way):
    query, default, named, expected = DATASETS[case]
    graphs = {"default-graph-uri": default, "named-graph-uri": named}
    if way == "get":
        response = ask(client, query, **graphs)
    elif way == "form":
        response = post(client, urlencode({"query": query, **graphs}, doseq=True), FORM)
    else:
        response = post(client, query, QUERY, "/sparql?" + urlencode(graphs, doseq=True))
    assert value(response) == expected


@pytest.mark.parametrize(
    ("query", "line", "column", "sentence"),
    [
        ("SELECT ?x, ?y { ?x a ?y }", 1, 10, "without commas"),
        ("SELECT COUNT(*) { ?x a ?y }", 1, 8, "(COUNT(...) AS ?name)"),
        ("SELECT (COUNT(*)) { ?x a ?y }", 1, 8, "needs a name"),
        ("SELECT { ?x a ?y }", 1, 1, "needs variables or *"),
        ("SELECT * { ?x a ?y\nFILTER ?y = 3 }", 2, 1, "in parentheses"),
        ("SELECT * { ?x a ?y FILTER(?y == 3) }", 1, 30, "one ="),
        ("SELECT * { ?x a ?y FILTER(?y <> 3) }", 1, 30, "with !="),
        ("SELECT * { ?x a ?y FILTER(?y AND ?x) }", 1, 30, "it says &&"),
        ("SELECT * {\n ?s ?p ?o\n ?s a ?t\n}", 3, 2, "full stop is missing before ?s"),
        ("SELECT * { ?x a }", 1, 15, "after a one is missing"),
        ("SELECT * { ?x a ?y OPTIONAL ?x a ?z }", 1, 20, "OPTIONAL needs a group"),
        ("SELECT * { ?x a ?y } ORDER ?x", 1, 22, "followed by BY"),
        ("SELECT * { ?x a ?y } ORDER BY DESC ?x", 1, 31, "DESC(?x)"),
        ("SELECT * { ?x a ?y FILTER NOT EXIST { ?x a ?z } }", 1, 31, "did you mean EXISTS?"),
        ("SELECT * { BIND(1 ?z) }", 1, 12, "BIND(value AS ?name)"),
        ("SELECT * { ?x = ?y . ?y a 1 }", 1, 12, "FILTER( )"),
        ("SELECT * { ?x a “y” }", 1, 17, "no quotation mark of SPARQL"),
        ("PREFIX a: http://x/ SELECT * {}", 1, 1, "declared by its name"),
        ("SELECT ?x (COUNT(?y) AS ?n) { ?x a ?y }", 1, 40, "neither in GROUP BY"),
    ],
)
def test_a_syntax_error_is_a_sentence_with_line_and_column(client, query, line, column, sentence):
    response = ask(client, query)
    assert response.status_code == 400
    assert sentence in response.json["detail"]
    assert (response.json["line"], response.json["column"]) == (line, column)
    assert "expected one of" not in response.json["detail"]


def test_relative_iris_are_those_of_our_base(client):
    """The W3C case query_content_type_construct asks ``CONSTRUCT { <s> <p> 1 } WHERE {}``."""
    response = post(client, "CONSTRUCT { <s> <p> 1 } WHERE {}", QUERY, Accept="application/n-triples")
    assert response.status_code == 200
    one = '"1"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert response.text == f"<https://w3id.org/kota-kembar/s> <https://w3id.org/kota-kembar/p> {one} .\n"
    assert value(ask(client, KK + "SELECT (COUNT(*) AS ?n) { <place/Q11462> kk:partnerOf ?b }")) == "2"
    pinned = client.get(f"/release/{RELEASE}/sparql", query_string={"query": "ASK { <place/Q11462> ?p ?o }"})
    assert pinned.json["boolean"] is True


def test_paths_give_what_the_standard_says_wherever_they_are_asked(client):
    query = KK + "SELECT (COUNT(*) AS ?n) { <place/Q11462> kk:partnerOf|^kk:partnerOf ?b }"
    answers = [
        ask(client, query),
        client.get(f"/release/{RELEASE}/sparql", query_string={"query": query}),
        post(client, query, QUERY),
    ]
    assert [value(answer) for answer in answers] == ["4", "4", "4"]
    absent = KK + "SELECT * { <place/Q999999999> kk:partOf* ?x }"
    assert value(ask(client, absent)) == "https://w3id.org/kota-kembar/place/Q999999999"
    page = ask(client, absent, {"Accept": "text/html"})
    assert page.text.count("place/Q999999999</a>") + page.text.count("place/Q999999999</td>") == 1
