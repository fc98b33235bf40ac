"""SERVICE: only what the operator allows, by processes of its own; the others stay closed."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from endpoint.config import Config
from endpoint.engine.engine import Engine, Lane
from endpoint.engine.processes.wire import Request
from graph.errors import EngineFailed, ParameterError, QueryRefused, QuerySyntaxError
from tests.kit.http.engine import CALLS, JSON, canary, make_store, reading_of, small_config
from tests.kit.http.protocol import COUNT, KK
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE

ALLOWED = "https://sparql.example/query"
SERVICES = frozenset({ALLOWED})
PARTNERS = KK + "SELECT (COUNT(*) AS ?n) { SERVICE <%s> { ?a kk:partnerOf ?b } }"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{ALLOWED}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service silent<{ALLOWED}>{{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE # <http://other.example/>\n<{ALLOWED}> {{ ?s ?p ?o }} }}",
        "PREFIX x: <https://sparql.example/> SELECT * { SERVICE x:query { ?s ?p ?o } }",
        f"PREFIX : <{ALLOWED}> ASK {{ SERVICE SILENT : {{}} }}",
        f"SELECT * {{ FILTER EXISTS {{ SERVICE <{ALLOWED}> {{ SERVICE <{ALLOWED}> {{ ?s ?p ?o }} }} }} }}",
    ],
)
def test_an_allowed_endpoint_is_let_through_and_nothing_is_remembered(query):
    reading = reading_of(query, services=ALLOWED)
    assert (reading.calls_out, reading.stable) == (True, False)
    with pytest.raises(QueryRefused, match="closed here"):
        reading_of(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <https://sparql.example/query/> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://SPARQL.example/query> { ?s ?p ?o } }",
        "SELECT * { SERVICE <https://sparql.example/x/../query> { ?s ?p ?o } }",
        r"SELECT * { SERVICE <https://sparql.example/quer\u0079> { ?s ?p ?o } }",
        "BASE <https://sparql.example/> SELECT * { SERVICE <query> { ?s ?p ?o } }",
        f"SELECT * {{ VALUES ?where {{ <{ALLOWED}> }} SERVICE ?where {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <{ALLOWED}> {{ ?s ?p ?o }} SERVICE <http://other.example/> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE <{ALLOWED}> {{ SERVICE ?s {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ SERVICE <{ALLOWED}> {{ }} SERVICESILENT<{ALLOWED}> {{ ?s ?p ?o }} }}",
        f"PREFIX x: <{ALLOWED}> PREFIX x: <http://other.example/> SELECT * {{ SERVICE x: {{ ?s ?p ?o }} }}",
        "PREFIX x: <https://sparql.example/> PREFIX X: <http://o.example/> SELECT * { SERVICE X:query {} }",
        r"PREFIX x: <https://sparql.example/> SELECT * { SERVICE x:q\uery { ?s ?p ?o } }",
        "SELECT * { SERVICE x:query { ?s ?p ?o } }",
        f"PREFIX service: <{ALLOWED}> SELECT * {{ service: {{ ?s ?p ?o }} }}",
        f"LOAD <{ALLOWED}>",
    ],
)
def test_what_is_not_letter_for_letter_allowed_is_refused(query):
    with pytest.raises((QueryRefused, QuerySyntaxError)):
        reading_of(query, services=ALLOWED)


@pytest.mark.parametrize("query", CALLS)
def test_a_list_of_other_endpoints_opens_no_gap(query):
    with pytest.raises(QueryRefused):
        reading_of(query.replace("%s", "<http://other.example/>"), services=ALLOWED)


def test_a_setting_that_is_no_address_is_named():
    with pytest.raises(ParameterError, match="KEMBAR_SERVICES"):
        Config.from_environ({"KEMBAR_SERVICES": f"{ALLOWED} file:///etc/passwd"})
    assert Config.from_environ({"KEMBAR_SERVICES": f" {ALLOWED}\n"}).allowed_services == SERVICES


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another SPARQL endpoint, with the same world."""
    with world_server(tmp_path_factory.mktemp("other")) as server:
        yield f"{server.address}/sparql"


@pytest.mark.slow
def test_a_query_over_two_endpoints_is_answered_and_not_kept(other, tmp_path_factory):
    with canary() as bird, world_server(tmp_path_factory.mktemp("world"), services=other) as server:
        with httpx.Client(base_url=server.address, timeout=PATIENCE) as web:
            answer = web.get("/sparql", params={"query": PARTNERS % other})
            assert answer.json()["results"]["bindings"][0]["n"]["value"] == "10"
            assert "ETag" not in answer.headers and answer.headers["Cache-Control"] == "no-store"
            page = web.get("/sparql", params={"query": PARTNERS % other}, headers={"Accept": "text/html"})
            assert (page.status_code, ">10<" in page.text) == (200, True)
            for call in CALLS:
                query = call.replace("%s", f"<{bird.address}>")
                assert web.get("/sparql", params={"query": query}).status_code == 400, query
            both = f"SELECT * {{ SERVICE <{other}> {{ }} SERVICE <{bird.address}> {{ ?s ?p ?o }} }}"
            assert web.get("/sparql", params={"query": both}).status_code == 400
            assert web.get("/sparql", params={"query": COUNT}).status_code == 200
        assert bird.contacts == 0


@pytest.fixture
def redirecting():
    """Yield a function that makes an endpoint which sends everybody on, and returns its address."""
    servers = []

    def make(status, target):
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                self.send_header("Location", target)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append((server, threading.Thread(target=server.serve_forever)))
        servers[-1][1].start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield make
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.slow
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_of_an_allowed_endpoint_is_an_error_and_is_not_followed(tmp_path, redirecting, status):
    store = make_store(tmp_path / "store")
    with canary() as bird:
        address = redirecting(status, bird.address)
        with Engine(small_config(tmp_path, services=address), store) as engine:
            before = engine.pids()
            with pytest.raises(EngineFailed, match="asks another endpoint"):
                engine.run(reading_of(PARTNERS % address, services=address), JSON)
            assert engine.pids() == before, "the worker is sound"
        assert bird.contacts == 0


@pytest.mark.slow
def test_only_the_workers_of_that_lane_have_a_way_out(tmp_path):
    store = make_store(tmp_path / "store")
    with canary() as bird:
        config = small_config(tmp_path, services=bird.address)
        with Engine(config, store) as engine:
            assert len(engine.pids()) == 8, "two more than without: one that works and its spare"
            assert set(engine.state().waiting) == set(Lane)
            for lane in (Lane.FREE, Lane.PAGES):
                worker = engine._pool.take(lane)
                reply = worker.ask(Request(PARTNERS % bird.address, JSON, 1 << 20, PATIENCE))
                engine._pool.give_back(lane, worker)
                assert b"results" not in reply.payload
            assert bird.contacts == 0
            outside = reading_of(f"SELECT * {{ SERVICE <{bird.address}> {{}} }}", services=bird.address)
            assert b'"bindings":[]' in engine.run(outside, JSON).body
            assert bird.contacts == 1
        with Engine(small_config(tmp_path), store) as engine:
            assert len(engine.pids()) == 6
            assert Lane.SERVICES not in engine.state().waiting
