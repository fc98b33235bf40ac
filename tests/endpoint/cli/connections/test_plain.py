"""A plain query has the same answer, is counted and is written down as it would be in the framework."""

import threading
import time

import pytest
from werkzeug.test import Client

from endpoint.cli.connections.plain import PlainQueries
from endpoint.serving.connection import ARRIVED, CUT, GONE
from tests.kit.http.engine import RUNAWAY
from tests.kit.http.protocol import BROWSER, COUNT, problem, world_protocol

ADDRESS = "198.51.100.77"
MANY = "SELECT * { ?s ?p ?o } LIMIT 50"
MISTAKE = "ASK { ?s }"
REQUESTS = {
    "a yes": ("ASK {}", {}),
    "a note": ("ASK { ?s <https://w3id.org/kota-kembar/ontology#nothing> ?o }", {}),
    "rows": (MANY, {"Accept": "text/csv;q=0.9, application/json"}),
    "compressed": (MANY, {"Accept-Encoding": "zstd, gzip;q=0.5"}),
    "small": ("ASK {}", {"Accept-Encoding": "gzip"}),
    "triples": ("DESCRIBE <https://w3id.org/kota-kembar/place/Q11462>", {"Accept": "text/turtle"}),
    "another each time": ("SELECT (1 AS ?x) { FILTER(RAND() < 2) }", {}),
    "a mistake": (MISTAKE, {}),
    "no query": ("", {}),
    "an update": ("CLEAR ALL", {}),
    "no such format": ("ASK {}", {"Accept": "image/png"}),
    "a page": ("ASK {}", BROWSER),
    "known": ("ASK {}", {"If-None-Match": "*"}),
    "refused": ("ASK {}", {"If-Match": '"x"'}),
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), client_errors_per_minute=500) as app:
        yield app


@pytest.fixture
def plain(app):
    return Client(PlainQueries(app))


def ask(client, query, **more):
    return client.get("/sparql", query_string={"query": query}, **more)


def told(response):
    return response.status, sorted(response.headers), response.get_data()


def count(app, name, **labels):
    return app.extensions["kembar.metrics"].registry.get_sample_value(f"kembar_{name}", labels) or 0.0


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTS)
def test_the_answer_is_the_same(app, plain, name):
    query, headers = REQUESTS[name]
    assert told(ask(plain, query, headers=headers)) == told(ask(app.test_client(), query, headers=headers))


@pytest.mark.parametrize(("more", "status"), [("results=a&results=b", 200), ("timeout=1&timeout=2", 400)])
def test_only_what_the_protocol_knows_is_refused_twice(app, plain, more, status):
    path = f"/sparql?query=ASK%7B%7D&{more}"
    assert plain.get(path).status_code == status
    assert told(plain.get(path)) == told(app.test_client().get(path))


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/", "/sparql", "/sparql/", "/sparql?query=ASK%7B%7D&format=html", "/health/live"]
)
def test_the_framework_has_all_else(app, plain, path):
    assert told(plain.get(path)) == told(app.test_client().get(path))


def test_it_is_answered_without_the_framework(app, plain, monkeypatch):
    monkeypatch.setattr(app, "full_dispatch_request", None)
    assert ask(plain, "ASK {}").json == {"head": {}, "boolean": True}


@pytest.mark.parametrize(("query", "status"), [(COUNT, 200), (MISTAKE, 400)])
def test_each_request_is_counted_once(app, plain, query, status):
    labels = {"route": "/sparql", "method": "GET", "status": str(status)}
    before = count(app, "requests_total", **labels)
    assert ask(plain, query).status_code == status
    assert count(app, "requests_total", **labels) == before + 1


@pytest.mark.parametrize("query", [COUNT, MISTAKE])
def test_it_gives_back_the_release_that_it_holds(app, plain, query):
    switch = app.extensions["kembar"]
    lease = switch.take()
    ask(plain, query)
    assert lease.users == 1
    switch.give_back(lease)


def test_failures_and_time_are_held_against_its_client(app, plain):
    quota, here = app.extensions["kembar.quota"], {"REMOTE_ADDR": ADDRESS}
    for _ in range(2):
        assert ask(plain, MISTAKE, environ_overrides=here).status_code == 400
    usage = quota._usages[quota.client_key(ADDRESS)]
    assert (round(usage.errors.level), usage.queries) == (2, 0)
    usage.seconds.level = 0.0
    assert ask(plain, COUNT, environ_overrides=here).status_code == 200
    assert (usage.seconds.level > 0, usage.queries) == (True, 0)
    usage.errors.fill(10**6, quota.clock())
    refused = ask(plain, COUNT, environ_overrides=here)
    assert (refused.status_code, problem(refused), usage.queries) == (429, "rate", 0)


def test_who_waited_too_long_for_a_thread_is_told(plain):
    late = {ARRIVED: time.monotonic() - 3600}
    assert problem(ask(plain, "ASK {}", environ_overrides=late)) == "overload"


def test_a_query_ends_when_its_client_leaves(plain):
    left = {GONE: lambda: True}
    assert problem(ask(plain, RUNAWAY, environ_overrides=left)) == "abandoned"


def test_its_bytes_are_on_their_way_until_it_is_closed(app, plain):
    answers = app.extensions["kembar.answers"]
    before = answers.total()
    response = ask(plain, MANY, environ_overrides={CUT: threading.Event().set})
    assert answers.total() == before + len(response.get_data())
    response.close()
    assert answers.total() == before


def test_a_fault_of_ours_is_told_as_one(app, plain, monkeypatch):
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setattr("endpoint.cli.connections.plain.answer_program", lambda *_: 1 / 0)
    response = ask(plain, "ASK {}")
    assert (response.status_code, problem(response)) == (500, "http-500")
