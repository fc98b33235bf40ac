"""Texts that nobody thought of: the gate, the choice of formats and encodings, and the protocol as a whole.

The engine is the judge: what the gate lets through must be no update for it, must be of the kind that the
gate told, and must not make it call out when it is run in this process, where nothing else holds it back.
``KEMBAR_TEST_EXAMPLES=5000`` looks further, at random.
"""

import os
import string
from contextlib import suppress
from urllib.parse import quote_from_bytes

import pytest
from flask import request
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    Store,
)
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.language.nesting import measure
from endpoint.engine.language.tokens import Kind, tokenize
from endpoint.engine.results import has_more_rows
from endpoint.errors import NotAcceptable
from endpoint.serving.clients import client_address, network_of
from endpoint.serving.encoding import ENCODERS, choose_encoding
from endpoint.sparql.negotiation import choose, formats_for, prefers_html
from graph.errors import QueryRefused, QuerySyntaxError
from queries import catalogue
from tests.kit.http.engine import CALLS, canary, reading_of
from tests.kit.http.protocol import world_protocol
from tests.service.test_hostile import CALLS_OUT, CHANGES, HARMLESS, fill

pytestmark = pytest.mark.slow

EXAMPLES = int(os.environ.get("KEMBAR_TEST_EXAMPLES", "150"))
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=EXAMPLES <= 150,
    suppress_health_check=list(HealthCheck),
)

WORDS = [
    *(
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "WHERE",
        "SERVICE",
        "SILENT",
        "FILTER",
        "BIND",
        "AS",
        "EXISTS",
    ),
    *(
        "NOT",
        "IN",
        "OPTIONAL",
        "MINUS",
        "UNION",
        "GRAPH",
        "VALUES",
        "UNDEF",
        "LATERAL",
        "FROM",
        "NAMED",
        "BASE",
    ),
    *(
        "PREFIX",
        "LIMIT",
        "ORDER",
        "BY",
        "GROUP",
        "HAVING",
        "true",
        "a",
        "LOAD",
        "INSERT",
        "DATA",
        "DROP",
        "ALL",
    ),
]
MARKS = [
    *(
        "{",
        "}",
        "(",
        ")",
        "[",
        "]",
        "<",
        ">",
        "<<",
        ">>",
        "{|",
        "|}",
        ".",
        ";",
        ",",
        "*",
        "+",
        "?",
        "!",
        "^",
        "|",
        "/",
    ),
    *(
        "=",
        "&&",
        "||",
        "#",
        "#>",
        "\n",
        "\r",
        "\t",
        " ",
        "'",
        '"',
        "'''",
        '"""',
        "\\",
        "\\'",
        "@",
        "@en",
        "^^",
        "_:",
        ":",
    ),
    *(
        "?a",
        "$b",
        "?a<?b",
        "<?b>",
        "1",
        "1.",
        ".5",
        "1e0",
        "<a:x>",
        "%s",
        "service:",
        "filter:",
        "x:y",
        "SERVICE:x",
    ),
    *("\u0130", "\u017f", "\u00e9", "\ufeff", "\u200b", "\x00", "\U0001f600", "\\u0053", "<http://x/#>"),
]
SEEDS = [*CALLS_OUT, *CHANGES, *HARMLESS]
SMALL = [
    "SELECT * { ?s ?p ?o FILTER(?s<?p && ?o>1) }",
    'SELECT (?a<?b AS ?c) { ?s ?p "x"@en ; <a:p> (1 2) , [ a ?t ] }',
    "PREFIX : <a:> SELECT * { { :s :p/:q* ?o } UNION { VALUES ?x { 1 UNDEF } } }",
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g HAVING (COUNT(*) > 1)",
    "CONSTRUCT { ?s ?p '''a'b''' } WHERE { ?s ?p ?o . BIND(1<2 AS ?x) }",
    "DESCRIBE ?s { ?s ?p ?o FILTER EXISTS { ?o ?q ?r } } LIMIT 1",
    "ASK { <<?s ?p ?o>> ?q ?r . ?s ?p ?o {| ?q ?r |} }",
]


@pytest.fixture(scope="module")
def bird():
    with canary() as bird:
        yield bird


@pytest.fixture(scope="module")
def store():
    store = Store()
    for name in ("a:s", "a:o"):
        store.add(Quad(NamedNode(name), NamedNode("a:p"), NamedNode("a:o"), NamedNode("a:g")))
    return store


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), query_seconds=0.5) as app:
        yield app


@st.composite
def changed(draw, seeds):
    """A text of the seeds with a few changes at places where they matter."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(text)))
        piece = draw(st.sampled_from([*WORDS, *MARKS]))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            text = text[:at] + piece + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + draw(st.integers(1, 3)) :]
        elif kind == 2:
            text = text.replace(" ", draw(st.sampled_from(["", "#\n", "\t", "\r\n"])), 1)
        elif kind == 3:
            text = text[:at] + text[at:].swapcase()
        else:
            other = draw(st.sampled_from(seeds))
            text = text[:at] + other[draw(st.integers(0, len(other))) :]
    return text


def admitted(text):
    """Return what the gate tells of a text, None when it refuses it; it fails in no other way."""
    try:
        return reading_of(text)
    except (QuerySyntaxError, QueryRefused) as refusal:
        assert str(refusal)
        return None


KINDS = {
    QuerySolutions: {QueryKind.SELECT},
    QueryBoolean: {QueryKind.ASK},
    QueryTriples: {QueryKind.GRAPH},
}


def judge(store, bird, text):
    """Let the engine say what a text is that the gate lets through."""
    reading = admitted(text)
    if reading is None:
        return
    with pytest.raises((SyntaxError, UnicodeEncodeError)):
        Store().update(text)
    before = bird.contacts
    try:
        result = store.query(text, use_default_graph_as_union=not reading.has_dataset)
        assert reading.kind in KINDS[type(result)]
        if not isinstance(result, QueryBoolean):
            for _, _ in zip(range(20), result, strict=False):
                pass
    except (SyntaxError, OSError, RuntimeError, ValueError):
        pass
    assert bird.contacts == before, text


@quick
@given(data=st.data())
def test_nothing_that_the_gate_lets_through_calls_out_or_changes_data(store, bird, data):
    judge(store, bird, fill(data.draw(changed(SEEDS)), bird))


@quick
@given(data=st.data())
def test_nor_do_changed_queries_of_every_day(store, bird, data):
    judge(store, bird, fill(data.draw(changed([*SMALL, *CALLS])), bird))


@quick
@given(text=st.lists(st.sampled_from([*WORDS, *MARKS]), max_size=40))
def test_nor_do_words_and_marks_in_any_order(store, bird, text):
    judge(store, bird, fill(" ".join(["SELECT * {", *text, "}"]), bird))
    judge(store, bird, fill("".join(text), bird))


@quick
@given(text=st.text(max_size=200))
def test_no_text_at_all_breaks_the_gate(text):
    admitted(text)
    admitted("SELECT * { ?s ?p " + text)


@quick
@given(text=st.one_of(changed(SEEDS), changed(SMALL), st.text(max_size=100)))
def test_the_tokens_are_the_text_without_its_spaces(text):
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return
    assert all(text.startswith(token.text, token.start) for token in tokens)
    ends = [0, *(token.start + len(token.text) for token in tokens)]
    starts = [*(token.start for token in tokens), len(text)]
    between = [text[end:start] for end, start in zip(ends, starts, strict=True)]
    assert all(gap.strip(" \t\r\n") == "" or gap.lstrip().startswith("#") for gap in between)
    assert all(token.kind is not Kind.SPACE for token in tokens)
    shape = measure(tokens)
    assert 0 <= shape.depth.value <= len(tokens) + text.count("(")
    assert all(0 <= peak.start <= len(text) for peak in (shape.depth, shape.chain, shape.patterns))


@quick
@given(marks=st.text(alphabet="(){}[]", max_size=60))
def test_the_depth_is_that_of_a_count_by_hand(marks):
    opened, deepest = [], 0
    for mark in marks:
        if mark in "([{":
            opened.append(mark)
            deepest = max(deepest, len(opened))
        elif opened and opened[-1] == {")": "(", "]": "[", "}": "{"}[mark]:
            opened.pop()
    assert measure(tokenize(marks)).depth.value == deepest


@pytest.mark.parametrize("slug", catalogue())
def test_the_gate_lets_through_the_questions(slug):
    assert admitted(catalogue()[slug].text).kind is QueryKind.SELECT


MEDIA = [
    *(
        "text/html",
        "*/*",
        "text/*",
        "application/*",
        "image/png",
        "application/json",
        "text/csv",
        "text/turtle",
    ),
    *(
        "application/sparql-results+json",
        "application/sparql-results+xml",
        "application/ld+json",
        "text/plain",
    ),
    *(
        "application/n-triples",
        "application/rdf+xml",
        "application/trig",
        "application/n-quads",
        "application/xml",
    ),
]
PARTS = st.tuples(st.sampled_from(MEDIA), st.integers(0, 10))


def quality(accepted, media_type):
    """Return the weight of a media type by RFC 9110, section 12.5.1: that of the most special entry."""
    ranges = [(media_type, 3), (media_type.split("/")[0] + "/*", 2), ("*/*", 1)]
    found = [(rank, weight) for pattern, rank in ranges for entry, weight in accepted if entry == pattern]
    return max(found)[1] if found else 0


@quick
@given(parts=st.lists(PARTS, max_size=6, unique_by=lambda part: part[0]), kind=st.sampled_from(QueryKind))
def test_the_format_is_acceptable_or_there_is_none(parts, kind):
    header = ", ".join(f"{media};q={weight / 10}" for media, weight in parts)
    formats = formats_for(kind, for_quads=True)
    offered = {name: fmt for fmt in formats for name in (fmt.media_type, *fmt.aliases)}
    try:
        chosen = choose(kind, parse_accept_header(header, MIMEAccept), for_quads=True)
    except NotAcceptable as refusal:
        assert parts
        assert all(quality(parts, name) == 0 for name in offered)
        assert set(refusal.available) == {fmt.media_type for fmt in formats}
        return
    assert kind in chosen.kinds
    if parts:
        said = chosen.content_type.split(";")[0]
        assert quality(parts, said) > 0
        named = [name for name in offered if any(entry == name for entry, _ in parts)]
        assert all(quality(parts, said) >= quality(parts, name) for name in named)


HEADERS = st.one_of(
    st.text(alphabet=string.printable.replace("\r", "").replace("\n", ""), max_size=60),
    st.lists(
        st.sampled_from([*MEDIA, ";", "q=", "q=0.5", "q=nan", "q=-1", "q=9e9", ",", '"', "=", " "]),
        max_size=12,
    ).map("".join),
)


@quick
@given(header=HEADERS)
def test_no_accept_header_breaks_the_choice(header):
    accept = parse_accept_header(header, MIMEAccept)
    for kind in QueryKind:
        assert isinstance(prefers_html(accept, kind), bool)
        with suppress(NotAcceptable):
            assert kind in choose(kind, accept, for_quads=True).kinds


@quick
@given(header=HEADERS, tag=HEADERS)
def test_no_encoding_or_tag_breaks_an_answer(app, header, tag):
    headers = {"Accept-Encoding": header, "If-None-Match": tag, "Accept": "text/html"}
    with app.test_request_context(headers=headers):
        assert choose_encoding(request) in {None, *ENCODERS}
    assert app.test_client().get("/limits", headers=headers).status_code in (200, 304)


@quick
@given(
    query=st.binary(max_size=60),
    body=st.one_of(st.binary(max_size=60), changed(SMALL).map(lambda text: text.encode("utf-8", "replace"))),
    content_type=st.sampled_from(
        [
            *("application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"),
            *(
                "application/sparql-query; charset=utf-8",
                "text/plain",
                "",
                ";",
                "multipart/form-data; boundary=x",
            ),
        ]
    ),
    accept=HEADERS,
)
def test_no_request_gets_a_fault_of_ours(app, query, body, content_type, accept):
    client = app.test_client()
    address = "/sparql?" + quote_from_bytes(query, safe="%&=+;?/ {}<>:")
    for response in (
        client.get(address, headers={"Accept": accept}),
        client.get(address.replace("?", "?query=", 1), headers={"Accept": accept}),
        client.post("/sparql", data=body, content_type=content_type, headers={"Accept": accept}),
    ):
        assert response.status_code in (200, 400, 404, 406, 413, 415, 504), response.text
        assert response.headers["Access-Control-Allow-Origin"] == "*"


@quick
@given(address=st.text(max_size=50), forwarded=st.text(max_size=50), proxies=st.integers(0, 3))
def test_no_address_breaks_the_count_of_clients(address, forwarded, proxies):
    assert isinstance(network_of(client_address(address, forwarded, proxies)), str)


TEXTS = st.text(alphabet=st.sampled_from('ab"\\{},<result>\r\n\t;é'), max_size=8)
TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}


@quick
@given(rows=st.lists(st.tuples(st.none() | TEXTS, st.none() | TEXTS), min_size=1, max_size=6))
def test_rows_are_counted_as_they_are(rows):
    assume(not any(value and "},{}" in value for row in rows for value in row))
    cells = (" ".join("UNDEF" if value is None else str(Literal(value)) for value in row) for row in rows)
    query = "SELECT ?x ?y { VALUES (?x ?y) { " + "".join(f"({row})" for row in cells) + " } }"
    for media_type, form in TABLES.items():
        body = Store().query(query).serialize(format=form)
        assert has_more_rows(body, media_type, len(rows) - 1) or len(body) <= len(rows) - 1
        assert not has_more_rows(body, media_type, len(rows))
