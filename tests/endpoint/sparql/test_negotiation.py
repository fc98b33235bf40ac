"""Formats: what is chosen for which Accept header and which name."""

import pytest
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from endpoint.engine.language.guard import QueryKind
from endpoint.errors import NotAcceptable
from endpoint.sparql.negotiation import FORMATS, choose, formats_for, name_one_format, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"


def accept(header):
    return parse_accept_header(header, MIMEAccept)


@pytest.mark.parametrize("kind", [QueryKind.SELECT, QueryKind.ASK])
@pytest.mark.parametrize(
    ("header", "content_type"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/*", "text/csv; charset=utf-8; header=present"),
        (JSON, JSON),
        (XML, XML),
        ("application/json", "application/json"),
        ("application/xml", "application/xml"),
        ("text/xml", "text/xml; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (f"{JSON};q=0.1, {XML}; q=0.9", XML),
        (f"{XML}; q=0.1,{JSON} ; q=0.2", JSON),
        ("text/turtle, */*;q=0.1", JSON),
        ("text/csv;q=0, */*", JSON),
        ("text/csv; charset=utf-8;q=0.9, */*;q=0.1", "text/csv; charset=utf-8; header=present"),
    ],
)
def test_tables_by_accept(kind, header, content_type):
    assert choose(kind, accept(header)).content_type == content_type


@pytest.mark.parametrize(
    ("header", "content_type"),
    [
        ("", "text/turtle; charset=utf-8"),
        ("*/*", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.6", "text/turtle; charset=utf-8"),
    ],
)
def test_graphs_by_accept(header, content_type):
    assert choose(QueryKind.GRAPH, accept(header)).content_type == content_type


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
def test_every_format_is_had_by_suffix_and_media_type_whatever_accept_says(fmt):
    for kind in fmt.kinds:
        assert choose(kind, accept("image/png"), fmt.suffix, for_quads=True) is fmt
        assert choose(kind, accept("image/png"), fmt.media_type.upper(), for_quads=True) is fmt


def test_formats_for_quads_are_had_only_where_they_are_wanted():
    assert choose(QueryKind.GRAPH, accept("application/trig"), for_quads=True).name == "TriG"
    with pytest.raises(NotAcceptable):
        choose(QueryKind.GRAPH, accept("application/trig"))
    assert [fmt.name for fmt in formats_for(QueryKind.GRAPH)] == ["Turtle", "JSON-LD", "N-Triples", "RDF/XML"]
    quads = [fmt.name for fmt in formats_for(QueryKind.GRAPH, for_quads=True)][4:]
    assert quads == ["TriG", "N-Quads"]


@pytest.mark.parametrize(
    ("kind", "name", "found"),
    [
        (QueryKind.GRAPH, "turtle", "Turtle"),
        (QueryKind.GRAPH, "ntriples", "N-Triples"),
        (QueryKind.GRAPH, "rdfxml", "RDF/XML"),
        (QueryKind.GRAPH, "xml", "RDF/XML"),
        (QueryKind.GRAPH, "json-ld", "JSON-LD"),
        (QueryKind.SELECT, "xml", "XML"),
        (QueryKind.SELECT, "JSON", "JSON"),
    ],
)
def test_names_that_clients_use(kind, name, found):
    assert choose(kind, accept("*/*"), name).name == found


@pytest.mark.parametrize(
    ("kind", "header", "name", "available"),
    [
        (QueryKind.SELECT, "image/png", None, tuple(f.media_type for f in formats_for(QueryKind.SELECT))),
        (QueryKind.GRAPH, "text/csv", None, tuple(f.media_type for f in formats_for(QueryKind.GRAPH))),
        (QueryKind.SELECT, "*/*", "ttl", ("json", "xml", "csv", "tsv")),
        (QueryKind.GRAPH, "*/*", "xlsx", ("ttl", "jsonld", "nt", "rdf")),
    ],
)
def test_nothing_acceptable_lists_what_there_is(kind, header, name, available):
    with pytest.raises(NotAcceptable) as error:
        choose(kind, accept(header), name)
    assert error.value.available == available


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (BROWSER, True),
        ("text/html", True),
        ("text/html, text/plain, */*;q=0.01", True),
        ("", False),
        ("*/*", False),
        ("text/*", False),
        (f"{JSON}, text/html;q=0.9", False),
        (f"text/html, {JSON}", False),
        ("application/json, text/html;q=0.9", False),
        ("text/turtle, text/html;q=0.5", False),
    ],
)
def test_only_who_prefers_html_gets_pages(header, expected):
    assert prefers_html(accept(header)) is expected


@pytest.mark.parametrize("name", ["n3", "N3", "application/turtle", "application/n3", "text/rdf n3"])
def test_what_clients_call_notation_3_is_turtle(name):
    assert choose(QueryKind.GRAPH, accept(""), name).name == "Turtle"
    assert choose(QueryKind.GRAPH, accept("application/n3")).content_type == "application/n3"


@pytest.mark.parametrize("fmt", [fmt for fmt in FORMATS if "+" in fmt.media_type], ids=lambda fmt: fmt.name)
def test_a_plus_that_was_read_as_a_space_is_a_plus(fmt):
    (kind, *_) = fmt.kinds
    assert choose(kind, accept(""), fmt.media_type.replace("+", " ")) == fmt
    assert name_one_format([fmt.suffix, fmt.media_type.replace("+", " ")])
