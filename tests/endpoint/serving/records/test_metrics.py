"""What Prometheus is told: each request, query and worker once, and the state of all engines."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from endpoint.app import close_app, create_app
from endpoint.engine.cache import CacheState
from endpoint.engine.engine import Lane
from endpoint.engine.observer import Outcome, QueryEnd, StopReason, outcome_of
from endpoint.engine.release_engine import EngineState
from endpoint.serving.records.metrics import Metrics
from graph import errors
from tests.kit.http.engine import JSON, RUNAWAY, small_config
from tests.kit.http.site import RELEASE, make_world_home
from tests.kit.processes import living

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_world_home(tmp_path_factory.mktemp("world"))


@pytest.fixture
def app(release):
    """An application that has counted nothing yet."""
    made = create_app(small_config(release.path.parent.parent, queue=8), release)
    yield made
    close_app(made)


@pytest.fixture
def client(app):
    return app.test_client()


def read(client):
    """Return the samples of our own metrics: (name, labels as a sorted tuple) to value."""
    text = client.get("/metrics").text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith("kembar_")
    }


def value(samples, name, **labels):
    return samples.get(("kembar_" + name, tuple(sorted(labels.items()))), 0.0)


@pytest.mark.slow
def test_requests_are_counted_by_route_method_and_status(client):
    for _ in range(3):
        client.get("/queries/growth-by-year.csv")
    client.head("/queries/growth-by-year.csv")
    client.get("/nothing/here/at/all")
    client.open("/", method="BREW")
    found = read(client)
    route = "/queries/<slug>.<any(csv,tsv,json,xml,xlsx,parquet):suffix>"
    assert value(found, "requests_total", route=route, method="GET", status="200") == 3
    assert value(found, "requests_total", route=route, method="HEAD", status="200") == 1
    assert value(found, "requests_total", route="none", method="GET", status="404") == 1
    assert value(found, "requests_total", route="none", method="other", status="405") == 1
    assert value(found, "request_seconds_count", route=route) == 4
    assert value(found, "request_seconds_bucket", route=route, le="+Inf") == 4


@pytest.mark.slow
def test_the_addresses_of_things_are_one_route(client):
    for name in ("Q11462", "Q24826", "Q1"):
        client.get(f"/place/{name}", headers=HTML)
    routes = {dict(labels)["route"] for name, labels in read(client) if name == "kembar_requests_total"}
    assert len(routes) == 1


@pytest.mark.slow
def test_queries_are_counted_by_how_they_ended(client):
    query = "SELECT ?s { ?s a ?class } LIMIT 3"
    for text in (query, query, "SELECT * WHER { ?s ?p ?o }", "ASK { ?s ?p <a:f>(1) }"):
        client.get("/sparql", query_string={"query": text}, headers={"Accept": JSON})
    client.get("/sparql", query_string={"query": RUNAWAY, "timeout": "0.2"}, headers={"Accept": JSON})
    found = read(client)
    counts = {
        outcome: value(found, "queries_total", lane="free", outcome=outcome)
        for outcome in Outcome
        if value(found, "queries_total", lane="free", outcome=outcome)
    }
    assert counts == {Outcome.EVALUATED: 1, Outcome.CACHED: 1, Outcome.SYNTAX: 2, Outcome.TIMEOUT: 1}
    assert value(found, "query_seconds_count", lane="free") == 5
    assert value(found, "problems_total", kind="syntax") == 2
    assert value(found, "problems_total", kind="timeout") == 1


@pytest.mark.slow
def test_a_refusal_is_counted_by_its_kind(client):
    client.post("/sparql", data={"update": "CLEAR ALL"})
    client.get("/sparql", query_string={"query": "ASK { SERVICE <a:b> {} }"})
    client.get("/sparql", query_string={"query": "ASK {}", "format": "turtle"})
    found = read(client)
    assert value(found, "problems_total", kind="refused") == 2
    assert value(found, "problems_total", kind="format") == 1


@pytest.mark.slow
def test_workers_that_start_and_end_are_counted(app, client):
    before = read(client)
    assert value(before, "workers", release=RELEASE) == 6
    assert value(before, "workers_started_total") == 6
    pids = app.extensions["kembar"].service.engine.pids()
    close_app(app)
    assert living(pids) == set()
    after = read(client)
    assert value(after, "workers", release=RELEASE) == 0
    assert value(after, "workers_stopped_total", why="closed") == 6


@pytest.mark.slow
def test_a_worker_is_stopped_for_a_reason(app, client):
    client.get("/sparql", query_string={"query": RUNAWAY, "timeout": "0.2"}, headers={"Accept": JSON})
    hog = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d"
    assert client.get("/sparql", query_string={"query": hog}, headers={"Accept": JSON}).status_code == 500
    found = read(client)
    stopped = {dict(labels)["why"]: n for (name, labels), n in found.items() if "stopped_total" in name}
    assert stopped == {"timeout": 1, "died": 1} or stopped == {"timeout": 1, "fault": 1}


@pytest.mark.slow
def test_the_state_names_the_release_and_the_cache(app, client):
    client.get("/queries/growth-by-year.csv")
    found, cache = read(client), app.extensions["kembar"].service.engine.state().cache
    assert value(found, "release_info", release=RELEASE) == 1
    assert value(found, "cache_entries", release=RELEASE) == cache.entries > 0
    assert value(found, "cache_bytes", release=RELEASE) == cache.bytes > 0


def state(workers):
    """The state of an engine with some workers."""
    return EngineState(workers, {Lane.FREE: 1, Lane.PAGES: 0}, CacheState(2, 100))


def test_two_engines_over_one_release_are_one_line():
    metrics = Metrics()
    metrics.observe(lambda: [("new", state(3)), ("old", state(2)), ("new", state(4))])
    registry = metrics.registry
    assert registry.get_sample_value("kembar_workers", {"release": "new"}) == 7
    assert registry.get_sample_value("kembar_workers", {"release": "old"}) == 2
    assert registry.get_sample_value("kembar_waiting", {"release": "new", "lane": "free"}) == 2
    assert registry.get_sample_value("kembar_cache_bytes", {"release": "new"}) == 200
    assert registry.get_sample_value("kembar_release_info", {"release": "new"}) == 1
    assert registry.get_sample_value("kembar_release_info", {"release": "old"}) is None


@pytest.mark.slow
def test_openmetrics_is_given_to_who_asks_for_it(client):
    plain = client.get("/metrics")
    assert plain.content_type.startswith("text/plain; version=")
    assert plain.headers["Cache-Control"] == "no-store"
    modern = client.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert modern.content_type.startswith("application/openmetrics-text")
    assert modern.text.endswith("# EOF\n")


@pytest.mark.slow
def test_no_line_says_only_when_counting_began(client):
    client.get("/")
    assert "_created" not in client.get("/metrics").text


@pytest.mark.slow
def test_the_process_reports_its_own_memory(client):
    assert "process_resident_memory_bytes" in client.get("/metrics").text


@pytest.mark.parametrize("error", errors.QueryError.__subclasses__(), ids=lambda error: error.__name__)
def test_every_kind_of_error_has_its_outcome(error):
    made = error.__new__(error)
    assert (outcome_of(made) is Outcome.FAILED) == (error is errors.EngineFailed)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/health", "/health/ready"])
def test_readiness_asks_the_engine_and_not_the_memory(app, client, path):
    assert client.get(path).json == {"status": "ok", "release": RELEASE}
    app.extensions["kembar"].service.engine.close()
    failing = client.get(path)
    assert failing.status_code == 503
    assert failing.json == {"status": "failing", "release": RELEASE, "detail": "the engine is closed"}
    assert client.get("/health/live").json == {"status": "ok"}


def test_all_ends_are_told_to_who_counts():
    metrics = Metrics()
    metrics.query_ended(QueryEnd(Lane.PAGES, Outcome.SHARED, 0.2, "ASK {}"))
    metrics.worker_stopped(StopReason.WORN)
    value = metrics.registry.get_sample_value
    assert value("kembar_queries_total", {"lane": "pages", "outcome": "shared"}) == 1
    assert value("kembar_query_seconds_bucket", {"lane": "pages", "le": "0.1"}) == 0
    assert value("kembar_query_seconds_bucket", {"lane": "pages", "le": "0.25"}) == 1
    assert value("kembar_workers_stopped_total", {"why": "worn"}) == 1
