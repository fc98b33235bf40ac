"""The SPARQL protocol over HTTP: through the application's test client, and once through a real server."""

import csv
import http.client
import io
from urllib.parse import quote, urlencode

import pytest
from rdflib import Graph

from endpoint.app import close_app, create_app
from endpoint.config import Config
from endpoint.errors import PROBLEM_JSON, status_of
from graph import errors
from graph.pipeline.publish import write_texts
from graph.store.manifest import write_manifest
from graph.store.releases import publish, read_release
from queries import query_texts
from tests.kit.http.engine import JSON, RUNAWAY, make_store, small_config
from tests.kit.http.server import world_server
from tests.kit.http.site import MANIFEST
from tests.kit.processes import PATIENCE, living, wait_until

KK = "PREFIX kk: <https://w3id.org/kota-kembar/ontology#> "
COUNT = KK + "SELECT (COUNT(*) AS ?n) WHERE { ?a kk:partnerOf ?b }"
VOCABULARY = "https://w3id.org/kota-kembar/graph/vocabulary"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
RELEASE = "2024-01-31-0123abcd"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home") / "releases" / RELEASE
    folder.mkdir(parents=True)
    make_store(folder / "store")
    write_texts(folder / "queries", query_texts())
    manifest = {**MANIFEST, "id": RELEASE, "compiled": "2024-01-31"}
    write_manifest(folder, manifest)
    publish(folder.parents[1], RELEASE)
    return read_release(folder)


@pytest.fixture(scope="module")
def app(release):
    app = create_app(small_config(release.path.parents[1]), release)
    app.testing = True
    yield app
    close_app(app)


@pytest.fixture
def client(app):
    return app.test_client()


def ask(client, query, headers=None, **parameters):
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


@pytest.mark.slow
def test_get_answers_whole_with_its_headers(client):
    response = ask(client, COUNT)
    assert response.status_code == 200
    assert response.content_type == JSON
    assert response.json["results"]["bindings"][0]["n"]["value"] == "10"
    assert response.headers["X-Kembar-Release"] == RELEASE
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Vary"] == "Accept"
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert int(response.headers["Content-Length"]) == len(response.data)


@pytest.mark.slow
def test_the_three_ways_to_ask_give_the_same(client):
    expected = ask(client, COUNT).data
    form = client.post("/sparql", data={"query": COUNT})
    direct = client.post("/sparql", data=COUNT, content_type="application/sparql-query; charset=UTF-8")
    assert (form.data, direct.data) == (expected, expected)
    assert form.headers["ETag"] == direct.headers["ETag"]


@pytest.mark.parametrize("text", ["100%25", "a+b", "a%20b", "Malmö & Düsseldorf", "大阪", "a&b=c;d"])
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_texts_are_decoded_once(client, text, way):
    query = f"SELECT ('{text}' AS ?x) {{}}"
    if way == "get":
        response = client.get("/sparql?query=" + quote(query) + "&format=csv")
    elif way == "form":
        response = client.post("/sparql", data={"query": query, "format": "csv"})
    else:
        response = client.post(
            "/sparql?format=csv", data=query.encode(), content_type="application/sparql-query"
        )
    assert list(csv.reader(io.StringIO(response.text))) == [["x"], [text]]


@pytest.mark.parametrize(
    ("parameters", "n"),
    [
        ({}, "10"),
        ({"default-graph-uri": VOCABULARY}, "0"),
        ({"named-graph-uri": VOCABULARY}, "0"),
        ({"default-graph-uri": [VOCABULARY, "https://w3id.org/kota-kembar/graph/core"]}, "10"),
    ],
)
def test_the_dataset_of_the_request_is_honoured(client, parameters, n):
    response = ask(client, COUNT, **parameters)
    assert response.json["results"]["bindings"][0]["n"]["value"] == n
    posted = client.post(
        "/sparql?" + urlencode(parameters, doseq=True), data=COUNT, content_type="application/sparql-query"
    )
    assert posted.data == response.data


def test_head_is_get_without_the_body(client):
    get = ask(client, COUNT)
    head = client.head("/sparql", query_string={"query": COUNT})
    assert (head.status_code, head.data) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == get.headers[name]


def test_options_tells_browsers_what_they_may_send(client):
    response = client.options("/sparql")
    assert response.status_code == 200
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert response.headers["Access-Control-Allow-Methods"] == response.headers["Allow"]
    allowed = response.headers["Access-Control-Allow-Headers"].split(", ")
    assert set(allowed) >= {"Accept", "Content-Type", "If-None-Match"}


def test_an_etag_saves_the_second_answer(client, app, monkeypatch):
    first = ask(client, COUNT)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", None)
    again = ask(client, COUNT, {"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert again.headers["Access-Control-Allow-Origin"] == "*"


def test_the_etag_tells_apart_query_format_and_dataset(client):
    tags = {
        ask(client, COUNT).headers["ETag"],
        ask(client, COUNT + " ").headers["ETag"],
        ask(client, COUNT, format="csv").headers["ETag"],
        ask(client, COUNT, **{"default-graph-uri": VOCABULARY}).headers["ETag"],
        ask(client, COUNT, **{"named-graph-uri": VOCABULARY}).headers["ETag"],
    }
    assert len(tags) == 5


def test_what_differs_each_time_has_no_etag(client):
    response = ask(client, "SELECT (RAND() AS ?x) {}")
    assert "ETag" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "name", "content_type"),
    [
        (COUNT, "tsv", "text/tab-separated-values; charset=utf-8"),
        ("ASK {}", "xml", "application/sparql-results+xml"),
        ("DESCRIBE <a:s>", "nt", "application/n-triples"),
        ("DESCRIBE <a:s>", "ttl", "text/turtle; charset=utf-8"),
    ],
)
def test_format_wins_over_accept(client, query, name, content_type):
    assert ask(client, query, BROWSER, format=name).content_type == content_type


PROBLEMS = [
    ("syntax", {"query": "SELECT * WHER {}"}, 400, "syntax"),
    ("empty", {"query": ""}, 400, "syntax"),
    ("update", {"query": "DROP ALL"}, 400, "refused"),
    ("update parameter", {"update": "DROP ALL"}, 400, "refused"),
    ("service", {"query": "SELECT * { SERVICE <http://a/> {} }"}, 400, "refused"),
    ("twice", {"query": ["ASK {}", "ASK {}"]}, 400, "parameter"),
    ("timeout too long", {"query": "ASK {}", "timeout": "31"}, 400, "parameter"),
    ("timeout no number", {"query": "ASK {}", "timeout": "nan"}, 400, "parameter"),
    ("graph no IRI", {"query": "ASK {}", "default-graph-uri": "a b"}, 400, "parameter"),
    ("format", {"query": "ASK {}", "format": "xlsx"}, 406, "format"),
    ("long", {"query": "ASK {} #" + "x" * 65536}, 413, "query-length"),
    ("large", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"}, 413, "result-size"),
    ("time", {"query": RUNAWAY, "timeout": "0.2"}, 504, "timeout"),
    ("memory", {"query": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a"}, 500, "engine"),
]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["get", "post"])
@pytest.mark.parametrize(
    ("parameters", "status", "slug"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS]
)
def test_problems_are_told_so_that_programs_understand(client, way, parameters, status, slug):
    if way == "get":
        response = client.get("/sparql", query_string=parameters)
    else:
        response = client.post("/sparql", data=parameters)
    assert response.status_code == status
    assert response.content_type == PROBLEM_JSON
    assert response.json["type"] == f"https://w3id.org/kota-kembar/problem/{slug}"
    assert response.json["status"] == status
    assert set(response.json) >= {"title", "detail"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers
    assert "Traceback" not in response.text


def test_a_syntax_problem_has_line_and_column_and_a_limit_its_number(client):
    syntax = ask(client, "SELECT *\nWHER { ?s ?p ?o }").json
    assert (syntax["line"], syntax["column"]) == (2, 1)
    assert ask(client, RUNAWAY, timeout="0.2").json["limit"] == 0.2
    assert ask(client, "SELECT * { ?a ?b ?c . ?d ?e ?f }").json["limit"] == 1 << 20


@pytest.mark.parametrize(
    ("body", "content_type", "status", "slug"),
    [
        (b"ASK {}", "text/plain", 415, "body"),
        (b"ASK {}", None, 415, "body"),
        (b"ASK {}", "application/sparql-query; charset=latin-1", 415, "body"),
        (b"DROP ALL", "application/sparql-update", 400, "refused"),
        (b"SELECT ('\xff' AS ?x) {}", "application/sparql-query", 400, "syntax"),
        (b"", "application/x-www-form-urlencoded", 400, "parameter"),
        (b"x" * 300_000, "application/sparql-query", 413, "body-size"),
    ],
)
def test_bodies_that_are_not_read(client, body, content_type, status, slug):
    response = client.post("/sparql", data=body, content_type=content_type)
    assert (response.status_code, response.json["type"].rsplit("/")[-1]) == (status, slug)


def test_two_queries_in_one_request_are_refused(client):
    response = client.post("/sparql?query=ASK{}", data=b"ASK {}", content_type="application/sparql-query")
    assert response.status_code == 400


def test_a_wrong_method_names_the_right_ones(client):
    response = client.put("/sparql", data=b"ASK {}")
    assert response.status_code == 405
    assert set(response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}
    assert response.content_type == PROBLEM_JSON
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", PROBLEM_JSON),
        (JSON, PROBLEM_JSON),
        ("application/json", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        (BROWSER["Accept"], "text/html; charset=utf-8"),
    ],
)
def test_a_missing_page_is_told_in_the_form_asked_for(client, accept, content_type):
    response = client.get("/no/such/page", headers={"Accept": accept})
    assert (response.status_code, response.content_type) == (404, content_type)
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_an_unforeseen_fault_shows_no_traceback(app, monkeypatch):
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", None)
    response = app.test_client().get("/sparql", query_string={"query": COUNT})
    assert (response.status_code, response.content_type) == (500, PROBLEM_JSON)
    assert response.json["detail"] == "The fault is ours and is written down."
    assert "NoneType" not in response.text


def test_overload_says_when_to_come_back(client, app, monkeypatch):
    def refuse(*_args, **_options):
        raise errors.EngineOverloaded(7)

    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", refuse)
    response = ask(client, COUNT)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "7")
    assert response.json["retry-after"] == 7


@pytest.mark.parametrize("accept", ["*/*", "text/turtle", "application/rdf+xml", "application/ld+json", None])
def test_without_a_query_programs_get_the_service_description(client, accept):
    response = client.get("/sparql", headers={"Accept": accept} if accept else {})
    form = {"application/rdf+xml": "xml", "application/ld+json": "json-ld"}.get(accept, "turtle")
    graph = Graph().parse(data=response.data, format=form)
    asked = graph.query("""PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        SELECT (COUNT(DISTINCT ?f) AS ?formats) ?language { ?s a sd:Service ; sd:endpoint ?s ;
            sd:resultFormat ?f ; sd:feature sd:UnionDefaultGraph ; sd:supportedLanguage ?language ;
            sd:defaultDataset/sd:defaultGraph ?g } GROUP BY ?language""")
    language = "http://www.w3.org/ns/sparql-service-description#SPARQL11Query"
    assert [(int(row.formats), str(row.language)) for row in asked] == [(10, language)]


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "1e1", "1_0", "٥", "5s", "31"])
def test_a_time_is_written_in_digits_and_within_the_most(client, timeout):
    told = ask(client, "ASK {}", timeout=timeout)
    assert (told.status_code, "must be a number of seconds" in told.json["detail"]) == (400, True)
    assert ask(client, "ASK {}", timeout="2.5").status_code == 200


def test_without_a_query_who_wants_results_is_told(client):
    response = client.get("/sparql", headers={"Accept": JSON})
    assert (response.status_code, response.json["detail"]) == (
        400,
        "parameter query: '' is missing; write a query",
    )


def test_browsers_get_the_page_and_on_it_the_result_or_the_error(client):
    empty = client.get("/sparql", headers=BROWSER)
    assert (empty.status_code, empty.content_type) == (200, "text/html; charset=utf-8")
    assert "<textarea" in empty.text
    result = ask(client, "SELECT ('Kota Kembar 4711' AS ?x) {}", BROWSER)
    assert result.status_code == 200
    assert result.text.count("Kota Kembar 4711") >= 2, "in the form and in the table"
    wrong = ask(client, "SELECT * WHER {}", BROWSER)
    assert wrong.status_code == 400
    assert "WHER is not a word of SPARQL" in wrong.text
    assert all("Accept" in response.vary for response in (empty, result, wrong))


def test_a_script_in_a_query_is_shown_and_not_run(client):
    response = ask(client, "SELECT ('<script>alert(1)</script>' AS ?x) {}", BROWSER)
    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_health_asks_the_engine(client, app, monkeypatch):
    response = client.get("/health")
    assert (response.status_code, response.json) == (200, {"status": "ok", "release": RELEASE})

    def fail(*_args, **_options):
        raise errors.EngineFailed("no worker")

    monkeypatch.setattr(app.extensions["kembar"].service.engine, "run", fail)
    response = client.get("/health")
    assert (response.status_code, response.json["status"]) == (503, "failing")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.QuerySyntaxError("x"), 400),
        (errors.QueryRefused("x", "y"), 400),
        (errors.ParameterError("a", "b", "c"), 400),
        (errors.ResultTooLarge(1), 413),
        (errors.EngineFailed("x"), 500),
        (errors.EngineOverloaded(1), 503),
        (errors.ReleaseError("x"), 503),
        (errors.QueryTimeout(1), 504),
        (errors.KembarError("x"), 500),
    ],
)
def test_statuses(error, status):
    assert status_of(error) == status


def fetch(port, target):
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    link.request("GET", target)
    response = link.getresponse()
    body = response.read()
    link.close()
    return response.status, body


@pytest.mark.slow
def test_a_real_server_answers_long_addresses_and_leaves_nothing_behind(tmp_path):
    padding = "#" + "x" * 50_000
    with world_server(tmp_path) as server:
        asked = "/sparql?query=" + quote("ASK {}" + padding)
        assert fetch(server.port, asked) == (200, b'{"head":{},"boolean":true}')
        assert fetch(server.port, "/health")[0] == 200
        assert fetch(server.port, "/sparql?query=" + "x" * 70_000)[0] in (400, 414)
        started = server.all_pids()
        assert len(started) >= 5
    wait_until(lambda: not living(started))


def test_settings_come_from_the_environment(tmp_path):
    config = Config.from_environ(
        {"KEMBAR_HOME": str(tmp_path), "KEMBAR_QUERY_SECONDS": "2.5", "KEMBAR_WORKERS": "3"}
    )
    assert (config.home, config.query_seconds, config.workers, config.queue) == (tmp_path, 2.5, 3, 250)


def test_half_the_cores_answer_unless_told_otherwise(monkeypatch):
    for cores, processes in ((1, 1), (2, 1), (3, 1), (8, 4)):
        monkeypatch.setattr("os.sched_getaffinity", lambda _, cores=cores: set(range(cores)))
        assert Config.from_environ({}).processes == processes
    assert Config.from_environ({"KEMBAR_PROCESSES": "3"}).processes == 3


@pytest.mark.parametrize(("workers", "for_pages"), [(1, 1), (2, 1), (3, 1), (4, 2), (16, 8)])
def test_pages_have_half_as_many_workers_as_free_queries(tmp_path, workers, for_pages):
    assert Config(home=tmp_path, workers=workers).page_workers == for_pages


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KEMBAR_WORKERS", "0"),
        ("KEMBAR_WORKERS", "many"),
        ("KEMBAR_QUEUE", "-1"),
        ("KEMBAR_PROCESSES", "0"),
        ("KEMBAR_QUERY_SECONDS", "31"),
        ("KEMBAR_QUERY_SECONDS", "nan"),
    ],
)
def test_a_wrong_setting_is_named(name, value):
    with pytest.raises(errors.ParameterError, match=name):
        Config.from_environ({name: value})
