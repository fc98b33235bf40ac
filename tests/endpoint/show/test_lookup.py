"""What pages look up: labels by property and language, and rows of the store."""

import pytest

from endpoint.engine.results import Cell, Table
from endpoint.show.lookup import (
    LABEL_PROPERTIES,
    TEXT_PROPERTIES,
    best_text,
    find_labels,
    group_rows,
    text_of,
    with_prefixes,
)
from ontology import BASE, PREFIXES

SURABAYA, BUSAN = f"{BASE}place/Q11462", f"{BASE}place/Q16520"
LABEL, TITLE, COMMENT = (
    PREFIXES["rdfs"] + "label",
    PREFIXES["dcterms"] + "title",
    PREFIXES["rdfs"] + "comment",
)


def answer(rows, queries=None):
    """A store that gives these (thing, property, text, language) to every query, and notes the queries."""

    def select(query):
        if queries is not None:
            queries.append(query)
        return Table(
            ("thing", "property", "label"),
            [
                {"thing": Cell("iri", t), "property": Cell("iri", p), "label": Cell("literal", text, tag)}
                for t, p, text, tag in rows
            ],
        )

    return select


def test_a_label_is_the_best_by_property_then_by_language():
    rows = [
        (SURABAYA, COMMENT, "A city", "id"),
        (SURABAYA, LABEL, "Surabaja", "de"),
        (SURABAYA, LABEL, "Surabaya", "en"),
        (BUSAN, TITLE, "Busan", None),
        (BUSAN, COMMENT, "Kota", "id"),
    ]
    assert find_labels(answer(rows), [SURABAYA, BUSAN], "id") == {SURABAYA: "Surabaya", BUSAN: "Busan"}


def test_labels_are_looked_up_thing_by_thing_and_in_batches():
    queries = []
    find_labels(answer([], queries), [f"{BASE}place/Q{number}" for number in range(500)], "en")
    assert len(queries) == 2
    for query in queries:
        assert query.count("VALUES") == 1
        assert all(f"?thing <{name}> ?label" in query for name in TEXT_PROPERTIES)
    assert sum(query.count(f"<{BASE}place/") for query in queries) == 500


def test_labels_are_looked_up_by_the_properties_that_are_asked():
    queries = []
    find_labels(answer([], queries), [SURABAYA], "en", LABEL_PROPERTIES)
    assert COMMENT not in queries[0]


@pytest.mark.parametrize(("language", "text"), [("id", "kota"), ("en", "city"), ("fr", "city")])
def test_the_best_text_is_in_the_language_else_in_english(language, text):
    cells = [Cell("literal", "ciudad", "es"), Cell("literal", "kota", "id"), Cell("literal", "city", "en")]
    assert best_text(cells, language) == text


def test_without_english_a_text_without_language_goes_before_any_other():
    assert best_text([Cell("literal", "ciudad", "es"), Cell("literal", "city")], "id") == "city"
    assert best_text([], "id") == ""


def test_rows_are_grouped_in_their_order_and_an_unbound_variable_is_empty():
    first, second = ({"pair": Cell("iri", "a"), "n": Cell("literal", n)} for n in "12")
    other = {"pair": Cell("iri", "b")}
    assert group_rows([first, other, second], "pair") == {"a": [first, second], "b": [other]}
    assert (text_of(first, "n"), text_of(other, "n")) == ("1", "")


def test_a_query_to_open_carries_the_prefixes_that_it_uses():
    query = "SELECT ?s WHERE { ?s a kk:City . FILTER(?s != <https://example.org/skos:no>) }"
    assert with_prefixes(query) == f"PREFIX kk: <{PREFIXES['kk']}>\n{query}"
    assert with_prefixes("ASK {}") == "ASK {}"
