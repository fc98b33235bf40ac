"""How answers come by the protocol: in each format, by each method, to other sites, under conditions."""

import pytest
from pyoxigraph import RdfFormat, parse

from endpoint.engine.language import guard
from endpoint.sparql.negotiation import FORMATS
from tests.kit.http.engine import JSON
from tests.kit.http.protocol import CORE, COUNT, KK, ask, problem, world_protocol

PARTNERS = KK + "CONSTRUCT { ?a kk:partnerOf ?b } WHERE { ?a kk:partnerOf ?b }"
ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 100"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world")) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


QUERIES = {"query_content_type_select": ALL, "query_content_type_ask": "ASK {}"}
GRAPH_QUERIES = {
    "query_content_type_construct": PARTNERS,
    "query_content_type_describe": f"DESCRIBE <{CORE}>",
}


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("by", ["accept", "format"])
def test_each_kind_of_query_comes_in_each_of_its_formats(client, fmt, by):
    for query in (QUERIES | GRAPH_QUERIES).values():
        kind = "graph" if query in GRAPH_QUERIES.values() else "select"
        if kind in fmt.kinds:
            wish = {"headers": {"Accept": fmt.media_type}} if by == "accept" else {"format": fmt.suffix}
            response = ask(client, query, **wish)
            assert (response.status_code, response.content_type) == (200, fmt.content_type)
            assert "Accept" in response.vary


@pytest.mark.parametrize("media_type", ["application/trig", "application/n-quads"])
def test_in_formats_for_quads_the_result_is_the_default_graph(client, media_type):
    body = ask(client, PARTNERS, {"Accept": media_type}).data
    quads = list(parse(body, RdfFormat.from_media_type(media_type)))
    assert [str(quad.graph_name) for quad in quads] == ["DEFAULT"] * 10


@pytest.mark.parametrize(
    ("query", "available"),
    [
        (
            "ASK {}",
            [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values", "text/html"],
        ),
        (
            PARTNERS,
            [
                *("text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml"),
                *("application/trig", "application/n-quads", "text/html"),
            ],
        ),
    ],
)
def test_who_wants_what_there_is_not_is_told_what_there_is(client, query, available):
    response = ask(client, query, {"Accept": "application/pdf"})
    assert (response.status_code, response.json["available"]) == (406, available)
    assert "Accept" in response.vary


def test_html_may_be_asked_for_by_name(client):
    response = ask(client, "SELECT ('Kota 4711' AS ?x) {}", format="html")
    assert (response.status_code, response.content_type) == (200, "text/html; charset=utf-8")
    assert response.text.count("Kota 4711") >= 2
    assert "<script" not in response.text.split("<main")[1].split("</main")[0]


SAMPLES = {
    **{"slug": "partners-of-a-city", "suffix": "csv", "release_id": "2026-11-21-0a1b2c3d"},
    **{"kind": "place", "local": "Q11462", "filename": "site.css", "name": "void.ttl", "part": "1"},
}


def sample(rule, name):
    choices, usual = getattr(rule._converters[name], "items", ()), SAMPLES.get(name, "x")
    return min(choices) if choices and usual not in choices else usual


def routes(app):
    with app.test_request_context() as context:
        for rule in app.url_map.iter_rules():
            values = {name: sample(rule, name) for name in rule.arguments}
            if "suffix" in values and "csv" not in rule.rule:
                values["suffix"] = "ttl"
            yield rule, context.url_adapter.build(rule.endpoint, values, append_unknown=False)


@pytest.mark.slow
def test_every_route_answers_options_and_head_as_get_and_is_open_to_other_sites(app, client):
    walked = 0
    for rule, address in routes(app):
        if "GET" not in rule.methods:
            continue
        walked += 1
        options = client.options(address)
        assert options.status_code == 200, rule
        assert {"GET", "HEAD", "OPTIONS"} <= set(options.headers["Allow"].split(", ")), rule
        assert options.headers["Access-Control-Allow-Methods"] == options.headers["Allow"], rule
        get, head = client.get(address), client.head(address)
        assert (head.status_code, head.data) == (get.status_code, b""), rule
        volatile = {"Date", "Content-Length"} if rule.rule == "/metrics" else {"Date"}
        assert {k: v for k, v in head.headers if k not in volatile} == {
            k: v for k, v in get.headers if k not in volatile
        }, rule
        for response in (options, get, head, client.delete(address), client.get(address + "/no/such")):
            assert response.headers["Access-Control-Allow-Origin"] == "*", rule
            response.close()
    assert walked >= 15


@pytest.mark.parametrize(
    "address", ["/sparql/", "/place/Q11462/", "/queries/growth-by-year.csv/", "/limits//"]
)
def test_who_asks_from_another_site_what_is_allowed_is_not_sent_elsewhere(client, address):
    right, moved = client.options(address.rstrip("/")), client.options(address)
    assert moved.status_code == 200
    for name in ("Allow", "Access-Control-Allow-Methods"):
        assert set(moved.headers[name].split(", ")) == set(right.headers["Allow"].split(", "))
    assert client.get(address).status_code == 308
    assert client.options("/no/such/").status_code == 404


@pytest.mark.parametrize(
    "address", ["/sparql", "/graph?default", "/limits", "/no/such", "/release/x/sparql?query=ASK{}"]
)
def test_a_wrong_method_names_the_right_ones(client, address):
    response = client.delete(address)
    assert response.status_code in (404, 405)
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    if response.status_code == 405:
        assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["Allow"].split(", "))


@pytest.mark.parametrize("query", ["SELECT * {", "SELECT * { ?s ?p }", "ASK { a:b a:b a:b }"])
@pytest.mark.parametrize("condition", [{"If-None-Match": "*"}, {"If-Match": '"other"'}])
def test_a_condition_makes_no_answer_of_a_text_that_is_no_query(client, query, condition):
    response = ask(client, query, condition)
    assert (response.status_code, problem(response)) == (400, "syntax")


def test_any_state_is_known_to_who_says_so_of_an_answer(client):
    assert ask(client, COUNT, {"If-None-Match": "*"}).status_code == 304
    assert ask(client, COUNT, {"If-Match": "*"}).status_code == 200
    refused = ask(client, COUNT, {"If-Match": '"other"'})
    assert (refused.status_code, problem(refused)) == (412, "http-412")
    assert refused.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Kembar-Release" in refused.headers


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_the_tag_of_a_compressed_answer_is_good_for_both_conditions(client, encoding):
    query, asked = "SELECT * { ?s ?p ?o } LIMIT 100", {"Accept-Encoding": encoding}
    tag = ask(client, query, asked).headers["ETag"]
    assert tag.endswith(f'-{encoding}"')
    assert ask(client, query, asked | {"If-None-Match": tag}).status_code == 304
    assert ask(client, query, asked | {"If-Match": tag}).status_code == 200


def test_what_xml_cannot_hold_is_406_and_names_json(client):
    query = 'SELECT ("\\u0001" AS ?x) {}'
    response = ask(client, query, {"Accept": "application/sparql-results+xml"})
    assert (response.status_code, problem(response)) == (406, "format")
    assert response.json["available"] == ["application/sparql-results+json"]
    assert "XML cannot hold the character U+0001" in response.json["detail"]
    assert ask(client, query).status_code == 200
    triples = 'CONSTRUCT { <s> <p> "\\u0001" } {}'
    response = ask(client, triples, {"Accept": "application/rdf+xml"})
    assert (response.status_code, "application/ld+json" in response.json["available"]) == (406, True)


def test_a_tag_holds_only_as_long_as_the_engine_is_asked_the_same(client, monkeypatch):
    query = KK + "SELECT (COUNT(*) AS ?n) { ?a kk:partnerOf|^kk:partnerOf ?b }"
    tag = ask(client, query).headers["ETag"]
    assert ask(client, query, {"If-None-Match": tag}).status_code == 304
    monkeypatch.setattr(guard, "rewrite", lambda *_: None)
    assert ask(client, query, {"If-None-Match": tag}).status_code == 200


def test_any_tag_is_not_known_before_there_is_an_answer(client):
    any_tag = {"If-None-Match": "*"}
    assert ask(client, "SELECT * WHER {}", any_tag).status_code == 400
    assert ask(client, COUNT, any_tag).status_code == 304
    assert ask(client, COUNT, any_tag).data == b""
