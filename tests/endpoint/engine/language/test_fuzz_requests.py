"""Requests that nobody thought of: the choice of formats and encodings, and the protocol as a whole."""

import string
from contextlib import suppress
from urllib.parse import quote_from_bytes

import pytest
from flask import request
from hypothesis import assume, given
from hypothesis import strategies as st
from pyoxigraph import (
    Literal,
    QueryResultsFormat,
    Store,
)
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from endpoint.engine.language.guard import QueryKind
from endpoint.engine.results import has_more_rows
from endpoint.errors import NotAcceptable
from endpoint.serving.clients import client_address, network_of
from endpoint.serving.encoding import ENCODERS, choose_encoding
from endpoint.sparql.negotiation import choose, formats_for, prefers_html
from tests.kit.http.clients.random_texts import SMALL, changed, quick
from tests.kit.http.protocol import world_protocol

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), query_seconds=0.5) as app:
        yield app


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
