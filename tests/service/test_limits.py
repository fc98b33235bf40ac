"""The limits: what they are, that they are told, and that over each of them every client fails."""

import pytest
from pyoxigraph import QueryResultsFormat, Store

from endpoint.config import Config
from endpoint.engine.language.guard import admit
from endpoint.engine.language.nesting import measure
from endpoint.engine.language.tokens import tokenize
from endpoint.engine.results import has_more_rows
from endpoint.show.texts import LANGUAGES, translate
from endpoint.sparql.limits import limits_of
from graph.errors import QueryTooComplex
from tests.kit.http.engine import RUNAWAY, small_config
from tests.kit.http.protocol import BROWSER, ask, problem, world_protocol
from tests.kit.http.site import Page

pytestmark = pytest.mark.slow

HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), result_rows=1000) as app:
        yield app


@pytest.fixture
def client(app):
    return app.test_client()


def shape(query):
    found = measure(tokenize(query))
    return found.depth.value, found.chain.value, found.patterns.value


def nested(opener, inside, closer, count=300):
    return opener * count + inside + closer * count


# The forms that end the engine's process or take for ever (see the engine's tests), far below where they do.
KILLERS = {
    "nested functions": "SELECT (" + nested("STR(", "1", ")") + " AS ?x) {}",
    "parentheses": "SELECT (" + nested("(", "1", ")") + " AS ?x) {}",
    "braces": "SELECT * " + nested("{", "?s ?p ?o", "}"),
    "EXISTS": "SELECT * {?s ?p ?o " + nested("FILTER EXISTS{", "?s ?p ?o", "}") + "}",
    "NOT EXISTS": "SELECT * {?s ?p ?o " + nested("FILTER(NOT EXISTS{", "?s ?p ?o", "})") + "}",
    "IF": "SELECT (" + nested("IF(true,", "1", ",2)") + " AS ?x) {}",
    "COALESCE": "SELECT (" + nested("COALESCE(", "1", ")") + " AS ?x) {}",
    "TRIPLE": "SELECT (" + nested("TRIPLE(<a:a>,<a:b>,", "1", ")") + " AS ?x) {}",
    "triple terms": "SELECT * {?s ?p " + nested("<<(?a ?b ", "?o", ")>>") + "}",
    "reifiers": "SELECT * {?s ?p " + nested("<<?a ?b ", "?o", ">>") + "}",
    "OPTIONAL": "SELECT * {?s ?p ?o " + nested("OPTIONAL{", "?s ?p ?o", "}") + "}",
    "MINUS": "SELECT * {?s ?p ?o " + nested("MINUS{?s ?p ?o ", "", "}") + "}",
    "LATERAL": "SELECT * {?s ?p ?o " + nested("LATERAL{", "?s ?p ?o", "}") + "}",
    "GRAPH": "SELECT * {" + nested("GRAPH ?g{", "?s ?p ?o", "}") + "}",
    "subselects": nested("SELECT*{{", "?s ?p ?o", "}}"),
    "blank nodes": "SELECT * {?s ?p " + nested("[?p ", "?o", "]") + "}",
    "collections": "SELECT * {?s ?p " + nested("(", "?o", ")") + "}",
    "path groups": "SELECT * {?s " + nested("(", "<a:p>", ")*") + " ?o}",
    "inverse paths": "SELECT * {?s " + nested("^(", "<a:p>", ")") + " ?o}",
    "geometries": 'SELECT ("' + nested("GeometryCollection(", "POINT(0 0)", ")") + '" AS ?x) {}',
    "never closed": "SELECT (" + "(" * 300,
    "path steps": "SELECT * {?s <a:a>" + "/<a:a>" * 300 + " ?o}",
    "joined groups": "SELECT * {" + "{?s ?p ?o}" * 300 + "}",
    "patterns": "SELECT * {" + "?s ?p ?o." * 300 + "}",
    "predicate lists": "SELECT * {?s ?p ?o" + ";?p ?o" * 300 + "}",
    "object lists": "SELECT * {?s ?p ?o" + ",?o" * 300 + "}",
    "members of a collection": "SELECT * {?s ?p (" + "?o " * 300 + ")}",
    "members in brackets": "SELECT * {?s ?p (" + "[](1)" * 150 + ")}",
    "members in languages": "SELECT * {?s ?p (" + "'a'@en" * 300 + ")}",
    "graphs in a row": "SELECT * {" + "GRAPH ?g{?s ?p ?o}" * 300 + "}",
    "VALUES in a row": "SELECT * {" + "VALUES ?x{1}" * 300 + "}",
    "OR": "SELECT * {?s ?p ?o FILTER(?o=1" + "||?o=1" * 1200 + ")}",
    "AND": "SELECT (true" + "&&true" * 1200 + " AS ?x) {}",
    "sums": "SELECT (1" + "+1" * 1200 + " AS ?x) {}",
    "NOT signs": "SELECT (" + "!" * 1200 + "true AS ?x) {}",
    "UNION": "SELECT * {{}" + "UNION{}" * 1200 + "}",
    "OPTIONAL in a row": "SELECT * {" + "OPTIONAL{}" * 1200 + "}",
    "FILTER in a row": "SELECT * {?s ?p ?o " + "FILTER(?o=1)" * 1200 + "}",
    "alternative paths": "SELECT * {?s <a:a>" + "|<a:a>" * 1200 + " ?o}",
    "BIND in a row": "SELECT * {" + "".join(f"BIND(1 AS ?v{n})" for n in range(1200)) + "}",
    "values of SELECT": "SELECT " + "".join(f"(1 AS ?v{n})" for n in range(1200)) + "{}",
    "deep and long": "SELECT (" + nested("1+1+1+1+1+1+1+1+1+1+1+(", "1", ")", 95) + " AS ?x) {}",
}


@pytest.mark.parametrize("form", KILLERS)
def test_what_the_engine_cannot_bear_is_refused_before_it_is_run(client, app, monkeypatch, form):
    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", None)
    for way in (client.get, client.post):
        given = {"query_string" if way == client.get else "data": {"query": KILLERS[form]}}
        response = way("/sparql", **given)
        assert (response.status_code, problem(response)) == (400, "query-shape")
        assert response.json["limited"] in {"query-depth", "query-chain", "query-patterns"}
        assert response.json["limit"] in {100, 1000, 200}
        assert response.json["line"] == 1


def test_an_older_release_is_asked_within_the_same_limits(client):
    response = client.post("/release/2026-11-21-0a1b2c3d/sparql", data={"query": KILLERS["braces"]})
    assert (response.status_code, problem(response)) == (400, "query-shape")


def test_the_refusal_is_shown_on_the_page_too(client):
    page = client.post("/sparql", data={"query": KILLERS["braces"]}, headers=BROWSER)
    assert page.status_code == 400
    assert "too many brackets open" in page.text


FINE = {
    "a long VALUES list": "SELECT * { VALUES ?x { "
    + "<http://example.org/some/place> " * 1500
    + "} ?x ?p ?o }",
    "rows of VALUES": "SELECT * { VALUES (?x ?y) { " + "(1 2) " * 5000 + "} }",
    "a long IN": "SELECT * { ?s ?p ?o FILTER(?o IN (1" + ", 2" * 5000 + ")) }",
    "arguments": "SELECT (CONCAT('a'" + ", 'b'" * 5000 + ") AS ?x) {}",
    "sort keys": "SELECT * { ?s ?p ?o } ORDER BY" + " ?s" * 500,
    "a template": "CONSTRUCT { " + "?s ?p ?o . " * 1000 + "} WHERE { ?s ?p ?o } LIMIT 1",
    "UNION": "SELECT * { { ?s ?p 1 }" + " UNION { ?s ?p 1 }" * 300 + " }",
    "properties": "SELECT * { ?s ?p ?o" + " ; ?p ?o" * 50 + " }",
    "brackets in texts": "SELECT ('" + "(" * 5000 + "' AS ?x) {} #" + "{" * 5000,
}


@pytest.mark.parametrize("form", FINE)
def test_what_is_only_long_passes(form, tmp_path):
    admit(FINE[form], small_config(tmp_path))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * {}", (1, 2, 0)),
        ("SELECT * { ?s ?p ?o }", (1, 2, 0)),
        ("SELECT * { ?s ?p ?o . ?o ?q ?r }", (1, 2, 2)),
        ("SELECT * { ?s ?p/?q/?r ?o }", (1, 4, 3)),
        ("SELECT * { ?s ?p ?o FILTER(?o = 1 || ?o = 2) }", (2, 7, 0)),
        ("SELECT * { { ?a ?b ?c } UNION { ?d ?e ?f } }", (2, 6, 2)),
        ("SELECT * { ?s ?p [ ?q ?r ; ?t ?u ] }", (2, 3, 2)),
        ("SELECT (1 + 1 AS ?x) (2 AS ?y) {}", (1, 3, 0)),
        ("CONSTRUCT { ?a ?b ?c . ?c ?d ?e } WHERE { ?a ?b ?c }", (1, 1, 0)),
        ("}}))]] SELECT", (0, 0, 0)),
    ],
)
def test_shapes(query, expected):
    assert shape(query) == expected


def test_a_refusal_tells_the_place_the_limit_and_what_to_do(tmp_path):
    with pytest.raises(QueryTooComplex) as refusal:
        admit("SELECT *\n{{{}}}", small_config(tmp_path, query_depth=2))
    assert str(refusal.value) == (
        "the query has too many brackets open at a time: 3, more than 2 (line 2, column 3). "
        "Flatten it: fewer groups, functions or paths inside one another"
    )
    assert (refusal.value.limited, refusal.value.limit) == ("query-depth", 2)


def test_every_question_of_the_catalogue_is_far_from_the_limits():
    from queries import catalogue

    shapes = [shape(query.text) for query in catalogue().values()]
    assert max(depth for depth, _, _ in shapes) < 25
    assert max(chain for _, chain, _ in shapes) < 100
    assert max(patterns for _, _, patterns in shapes) < 50


TABLES = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
}
TRAPS = [
    "SELECT * { VALUES ?x { 1 2 3 } }",
    "SELECT * { VALUES ?x { UNDEF UNDEF UNDEF } }",
    "SELECT * { VALUES (?x ?y) { (UNDEF 1) (1 UNDEF) (UNDEF UNDEF) } }",
    "SELECT * { VALUES ?x { 'a\\r\\nb\\n' '\"},{\"' '<result>' } }",
    "SELECT * { VALUES ?x { '\"\\r\\n\"' '\\\\\"},{\"' '\"\"' } }",
    "SELECT ?x { VALUES ?y { 1 2 3 } }",
]


@pytest.mark.parametrize("media_type", TABLES)
@pytest.mark.parametrize("query", TRAPS)
def test_rows_are_counted_exactly(media_type, query):
    body = Store().query(query).serialize(format=TABLES[media_type])
    assert has_more_rows(body, media_type, 2)
    assert not has_more_rows(body, media_type, 3)


@pytest.mark.parametrize("media_type", TABLES)
def test_no_rows_are_none_and_graphs_are_not_counted(media_type):
    body = Store().query("SELECT ?x { FILTER(false) }").serialize(format=TABLES[media_type])
    assert not has_more_rows(body + b" " * 10, media_type, 0)
    assert not has_more_rows(b"<a:a> <a:a> <a:a> .\n" * 10, "application/n-triples", 1)


@pytest.mark.parametrize("suffix", ["json", "xml", "csv", "tsv", "html"])
def test_a_result_of_too_many_rows_is_an_error_in_every_format(client, suffix):
    rows = "SELECT (1 AS ?x) { ?a ?b ?c } LIMIT %d"
    assert ask(client, rows % 1000, format=suffix).status_code == 200
    response = ask(client, rows % 1001, format=suffix)
    assert response.status_code == 413
    if suffix != "html":
        assert (problem(response), response.json["limited"]) == ("result-size", "result-rows")
        assert response.json["detail"].startswith(
            "the result has more than 1000 rows. No part of it is given"
        )


def test_all_limits_are_shown_with_their_values(client, app):
    config = app.extensions["kembar"].config
    told = {limit["name"]: limit for limit in client.get("/limits").json["limits"]}
    assert set(told) == SLUGS
    assert told["query-seconds"]["value"] == config.query_seconds
    assert told["result-rows"] == {
        "name": "result-rows",
        "value": 1000,
        "unit": "rows",
        "setting": "KEMBAR_RESULT_ROWS",
        "status": 413,
        "type": "https://w3id.org/kota-kembar/problem/result-size",
        "says": {"en": "Rows of a result", "id": "Baris satu hasil"},
    }
    assert told["client-queries"]["value"] is None
    assert told["body-bytes"]["value"] == app.config["MAX_CONTENT_LENGTH"]
    assert client.get("/limits.json").json == client.get("/limits").json


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_limits_is_sound_and_whole(client, lang):
    page = Page(client.get(f"/limits?lang={lang}", headers=BROWSER).text)
    page.assert_sound()
    for slug in SLUGS:
        assert translate(f"limit.{slug}", lang) in page.words("th")
        assert page.all("tr", id=slug)
    assert {"en": "1 MiB", "id": "1 MiB"}[lang] in page.words("td")
    assert {"en": "1000 rows", "id": "1000 baris"}[lang] in page.words("td")


def test_every_limit_has_a_setting_that_exists(tmp_path):
    names = {f"KEMBAR_{name.upper()}" for name in Config.__dataclass_fields__}
    assert {limit.setting for limit in limits_of(small_config(tmp_path))} <= names


OVER = {
    "query-seconds": ({"query": RUNAWAY, "timeout": "0.2"}, 504),
    "most-query-seconds": ({"query": "ASK {}", "timeout": "31"}, 400),
    "query-memory": ({"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"}, 500),
    "result-bytes": ({"query": HUGE}, 413),
    "result-rows": ({"query": "SELECT (1 AS ?x) { ?a ?b ?c } LIMIT 1001"}, 413),
    "query-bytes": ({"query": "ASK {} #" + "x" * 65536}, 413),
    "query-tokens": ({"query": "SELECT * { VALUES ?x {" + " 1" * 22_000 + "} }"}, 400),
    "query-depth": ({"query": KILLERS["braces"]}, 400),
    "query-chain": ({"query": KILLERS["OR"]}, 400),
    "query-patterns": ({"query": KILLERS["patterns"]}, 400),
    "body-bytes": ({"query": "ASK {} #" + "x" * 300_000}, 413),
}


OF_MANY = (
    "running",
    "waiting",
    "waiting-seconds",
    "client-queries",
    "client-seconds",
    "client-errors",
    "client-bytes",
)
SLUGS = {*OVER, *OF_MANY, "client-bytes"}


@pytest.mark.parametrize("slug", OVER)
def test_over_a_limit_the_answer_has_the_status_and_type_that_are_told(client, app, slug):
    parameters, status = OVER[slug]
    limit = next(one for one in limits_of(app.extensions["kembar"].config) if one.slug == slug)
    response = client.post("/sparql", data=parameters)
    assert response.status_code == status == limit.status
    assert response.json["type"] == limit.type
    if limit.problem not in ("parameter", "engine"):
        assert response.json["limited"] == slug
        assert response.json["limit"] == (0.2 if slug == "query-seconds" else limit.value)


def test_the_client_limits_are_told_too(tmp_path):
    told = {limit.slug: limit for limit in limits_of(Config(tmp_path))}
    assert told["client-queries"].value == 5
    assert (told["client-seconds"].value, told["client-errors"].value) == (30, 30)
    assert told["running"].value == 2
