"""Completion: what comes next is told from the query as far as it is written; unknown terms are named."""

import pytest

from endpoint.engine.language.tokens import tokenize
from endpoint.sparql.editor.completion import find_context
from endpoint.sparql.editor.terms import MOST_NAMED, NOTE, find_unknown_terms
from ontology import KK

KK_LINE = f"PREFIX kk: <{KK}>\n"
START = KK_LINE + "SELECT * WHERE { "


@pytest.mark.parametrize(
    ("pattern", "position"),
    [
        ("?a ", "predicate"),
        ("?a a ", "object"),
        ("?a kk:party ", "object"),
        ("?a kk:party ?b ; ", "predicate"),
        ("?a kk:party ?b , ", "object"),
        ("?a kk:party ?b . ?b ", "predicate"),
        ("?a kk:party ?b . OPTIONAL { ?b ", "predicate"),
        ("?a kk:party/kk:country ", "object"),
        ("", None),
        ("?a kk:party ?b . ", None),
        ("?a kk:party ?b . FILTER(?b ", None),
        ("SERVICE <http://example.org/> { ?a ", None),
        ('?a kk:party "open', None),
    ],
)
def test_what_comes_next_is_told_from_the_last_triple(pattern, position):
    context = find_context(START + pattern)
    assert (context.position if context else None) == position


def test_nothing_comes_before_the_pattern():
    assert find_context(KK_LINE + "SELECT ?a ") is None


def suggestions(client, before, word=""):
    return client.post("/sparql/complete", json={"before": before, "word": word}).json


def test_properties_are_those_that_the_pattern_leads_to_the_commonest_first(client):
    found = suggestions(client, START + "?p a kk:Partnership ; ")
    assert {"kk:party", "kk:since"} <= {item["text"] for item in found}
    counts = [item["count"] for item in found]
    assert counts == sorted(counts, reverse=True)
    assert "kk:documentType" not in {item["text"] for item in found}


def test_values_go_by_their_labels(client):
    found = suggestions(client, START + "?p a kk:Partnership ; kk:party ", "sura")
    assert [(item["text"], item["label"]) for item in found] == [("place:Q11462", "Surabaya")]


@pytest.mark.slow
def test_what_the_store_cannot_say_in_time_comes_from_the_vocabulary(client):
    endless = (
        START + "{ SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } } ?p a kk:Partnership ; "
    )
    found = suggestions(client, endless + "kk:status ", "expir")
    assert [(item["label"], item["count"]) for item in found] == [("Expired (term ended, not renewed)", None)]
    assert found[0]["text"].strip("<>").endswith("expired")
    assert suggestions(client, endless + "kk:party ", "sura") == []


def test_prefixes_need_not_be_declared_yet(client):
    assert suggestions(client, "SELECT * WHERE { ?p a kk:Partnership ; kk:par", "")[:0] == []
    found = suggestions(client, "SELECT * WHERE { ?p a kk:Partnership ; ", "kk:par")
    assert [item["text"] for item in found] == ["kk:party"]


@pytest.mark.parametrize("path", ["/sparql/complete", "/sparql/check"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b"1" * 6000,
        b'{"query":1e400}',
        b"\xff\xfe{",
        b"",
        b'{"query":"\\ud800"}',
    ],
    ids=["deep lists", "deep objects", "a long number", "infinity", "UTF-16", "nothing", "half a character"],
)
def test_json_that_is_none_or_too_deep_is_told(client, path, body):
    response = client.post(path, data=body, content_type="application/json")
    assert (response.status_code, response.json["status"]) == (400, 400)


@pytest.mark.parametrize("body", [None, [], [1], "x", {"before": 7}, {"before": "x" * 70_000}])
def test_no_text_makes_it_fail_otherwise_than_in_words(client, body):
    assert client.post("/sparql/complete", json=body).status_code in (200, 400)


@pytest.mark.parametrize(
    ("query", "unknown"),
    [
        (START + "?a kk:partner ?b }", [("kk:partner", "partnerOf")]),
        (START + f"?a <{KK}sinse> ?b }}", [(f"<{KK}sinse>", "since")]),
        (f"PREFIX o: <{KK}> SELECT * {{ ?a o:partyy ?b }}", [("o:partyy", "party")]),
        (START + "?a kk:zzzzzz ?b }", [("kk:zzzzzz", "")]),
        ("SELECT * { ?a kk:partner ?b }", [("kk:partner", "partnerOf")]),
        (START + "?a kk:party ?b }", []),
        (START + '?a kk:party "kk:partner" # kk:partner\n}', []),
        ("PREFIX kk: <http://example.org/> SELECT * { ?a kk:partner ?b }", []),
    ],
)
def test_words_that_are_no_terms_are_named_with_the_nearest(query, unknown):
    assert [(term.text, term.nearest) for term in find_unknown_terms(tokenize(query))] == unknown


def test_so_many_unknown_terms_are_named():
    words = " ".join(f"kk:no{number} 1 ;" for number in range(MOST_NAMED + 5))
    found = find_unknown_terms(tokenize(f"{START} ?a {words} }}"))
    assert [term.text for term in found] == [f"kk:no{number}" for number in range(MOST_NAMED)]


@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_programs_are_told_of_unknown_terms_beside_an_empty_answer(client, way):
    query = START + "?a kk:partner ?b }"
    response = {
        "get": lambda: client.get("/sparql", query_string={"query": query}),
        "form": lambda: client.post("/sparql", data={"query": query}),
        "direct": lambda: client.post("/sparql", data=query, content_type="application/sparql-query"),
    }[way]()
    assert response.status_code == 200
    assert response.headers[NOTE] == "kk:partner is no term of the ontology; did you mean kk:partnerOf?"
    assert NOTE in response.headers["Access-Control-Expose-Headers"]


def test_a_query_of_known_terms_has_no_note(client):
    assert NOTE not in client.get("/sparql", query_string={"query": START + "?a kk:party ?b }"}).headers


def test_the_check_says_where_an_unknown_term_stands(client):
    query = START + "?a kk:partner ?b }"
    (found,) = client.post("/sparql/check", json={"query": query}).json
    assert query[found["from"] : found["to"]] == "kk:partner"
    assert found["nearest"] == "partnerOf"
