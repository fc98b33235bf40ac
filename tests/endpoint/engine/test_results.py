"""Results as values."""

import json

import pytest

from endpoint.engine.engine import Engine
from endpoint.engine.results import Cell, Table, read_table, select_rows, simple_rows, tabulate
from tests.kit.http.engine import make_store, reading_of, small_config

XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = """SELECT ?b ?a { VALUES (?a ?b) {
  (<http://example.org/a> "Bandung"@id) (UNDEF 3)
  ("plain" "2018-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>) } }"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    with Engine(small_config(folder), make_store(folder / "store")) as engine:
        yield engine


@pytest.mark.slow
def test_rows_keep_kind_language_and_datatype(engine):
    assert select_rows(engine, VALUES) == Table(
        ("b", "a"),
        [
            {"a": Cell("iri", "http://example.org/a"), "b": Cell("literal", "Bandung", language="id")},
            {"b": Cell("literal", "3", datatype=XSD + "integer")},
            {"a": Cell("literal", "plain"), "b": Cell("literal", "2018-03", datatype=XSD + "gYearMonth")},
        ],
    )


def test_simple_rows_are_plain_texts(engine):
    assert simple_rows(engine, VALUES) == [
        {"a": "http://example.org/a", "b": "Bandung"},
        {"b": "3"},
        {"a": "plain", "b": "2018-03"},
    ]


def test_a_blank_node_and_a_triple_have_their_kinds(engine):
    row = select_rows(engine, "SELECT * { BIND(BNODE() AS ?b) BIND(<<( <a:s> <a:p> 1 )>> AS ?t) }").rows[0]
    assert (row["b"].kind, row["t"].kind) == ("bnode", "triple")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "SELECT ?x { VALUES ?x { 1 } }",
            Table(("x",), [{"x": Cell("literal", "1", datatype=XSD + "integer")}]),
        ),
        ("ASK {}", Table(("answer",), [{"answer": Cell("literal", "true", datatype=XSD + "boolean")}])),
        (
            'CONSTRUCT { <a:s> <a:p> "x"@en , "y" , 1 } {}',
            Table(
                ("subject", "predicate", "object"),
                [
                    {"subject": Cell("iri", "a:s"), "predicate": Cell("iri", "a:p"), "object": cell}
                    for cell in (
                        Cell("literal", "1", datatype=XSD + "integer"),
                        Cell("literal", "y"),
                        Cell("literal", "x", language="en"),
                    )
                ],
            ),
        ),
    ],
)
def test_every_kind_of_result_can_be_looked_at(engine, query, expected):
    assert tabulate(engine, reading_of(query)) == expected


ODD = ['},{"', ",{}", '\\"},{\\"', "é" * 300, '"', "\n"]


@pytest.mark.parametrize("shown", [1, 2, 5, 7])
@pytest.mark.parametrize("empty_rows", [False, True])
def test_of_a_long_result_only_the_first_rows_are_read(shown, empty_rows):
    rows = [{"x": {"type": "literal", "value": odd * 3}} for odd in ODD]
    if empty_rows:
        rows[1:1] = [{}, {}]
    whole = {"head": {"vars": ["x"]}, "results": {"bindings": rows}}
    body = json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()
    read, first = read_table(body), read_table(body, shown)
    assert first.columns == ("x",)
    assert first.rows == read.rows[:shown]
    assert len(first.rows) + first.unread == len(rows)


def test_rows_are_read_on_where_one_is_longer_than_what_is_read_at_first():
    long = {"x": {"type": "literal", "value": "y" * 3_000_000}}
    whole = {"head": {"vars": ["x"]}, "results": {"bindings": [long, *[{}] * 9]}}
    table = read_table(json.dumps(whole, separators=(",", ":")).encode(), 2)
    assert [len(row) for row in table.rows] == [1, 0]
    assert len(table.rows[0]["x"].value) == 3_000_000
    assert table.unread == 8


@pytest.mark.slow
@pytest.mark.parametrize("query", ["SELECT ?s { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"])
def test_a_table_of_which_little_is_shown_still_tells_how_many_rows_there_are(engine, query):
    whole, shown = tabulate(engine, reading_of(query)), tabulate(engine, reading_of(query), shown_rows=3)
    assert shown.columns == whole.columns
    assert shown.rows == whole.rows[:3]
    assert len(shown.rows) + shown.unread == len(whole.rows) > 3
