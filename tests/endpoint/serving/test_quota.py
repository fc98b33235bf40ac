"""What one client may ask: the buckets by a clock of our own, and the answers over HTTP."""

import threading
import time

import pytest

from endpoint.errors import PROBLEM_JSON, RateLimited
from endpoint.serving import quota
from endpoint.serving.clients import client_address, network_of
from endpoint.serving.quota import MOST_CLIENTS, LeakyBucket, Quota
from tests.kit.http.engine import RUNAWAY, small_config
from tests.kit.http.protocol import BROWSER, COUNT, problem, world_protocol
from tests.kit.processes import wait_until

BAD = "SELECT * WHER {}"
MANY = "SELECT * { ?s ?p ?o } LIMIT 50"


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def limits(tmp_path, clock):
    config = small_config(
        tmp_path, client_queries=2, client_seconds_per_minute=6.0, client_errors_per_minute=3
    )
    return Quota(config, clock)


def use(limits, client, seconds=0.0, failed=False, is_query=True):
    limits.begin_request(client, is_query)
    limits.end_request(client, seconds, failed, is_query)


def test_a_bucket_leaks_and_holds_two_minutes():
    bucket = LeakyBucket(per_minute=6)
    bucket.fill(11, now=0)
    assert bucket.wait_seconds(0) == 0
    bucket.fill(4, now=0)
    assert bucket.wait_seconds(0) == 30, "3 over the brim of 12, at 6 a minute"
    assert bucket.wait_seconds(31) == 0
    assert not bucket.is_empty(149)
    assert bucket.is_empty(150)


def test_a_bucket_without_a_limit_never_fills():
    bucket = LeakyBucket(per_minute=0)
    bucket.fill(10**9, now=0)
    assert bucket.wait_seconds(0) == 0


def test_a_client_may_have_so_many_queries_at_a_time_and_another_as_many(limits):
    limits.begin_request(b"a", is_query=True)
    limits.begin_request(b"a", is_query=True)
    with pytest.raises(RateLimited) as refusal:
        limits.begin_request(b"a", is_query=True)
    assert (refusal.value.limited, refusal.value.limit, refusal.value.retry_after) == ("client-queries", 2, 1)
    limits.begin_request(b"b", is_query=True)
    limits.end_request(b"a", 0, failed=False, is_query=True)
    limits.begin_request(b"a", is_query=True)


def test_who_used_up_the_query_time_waits_until_it_has_come_back(limits, clock):
    use(limits, b"a", 6)
    use(limits, b"a", 9)
    with pytest.raises(RateLimited, match="more than 6 seconds a minute") as refusal:
        limits.begin_request(b"a", is_query=True)
    assert refusal.value.retry_after == 30
    use(limits, b"b", 1)
    clock.now += 29
    with pytest.raises(RateLimited):
        limits.begin_request(b"a", is_query=True)
    clock.now += 2
    use(limits, b"a")


def test_who_fails_too_often_waits_and_who_does_not_is_left_alone(limits, clock):
    for _ in range(6):
        use(limits, b"a", failed=True)
        use(limits, b"b")
    with pytest.raises(RateLimited, match="over 3 of your queries a minute failed") as refusal:
        limits.begin_request(b"a", is_query=True)
    assert refusal.value.retry_after == 20
    use(limits, b"b")
    clock.now += 20.1
    use(limits, b"a")


def test_a_refusal_costs_nothing(limits, clock):
    for _ in range(6):
        use(limits, b"a", failed=True)
    for _ in range(100):
        with pytest.raises(RateLimited):
            limits.begin_request(b"a", is_query=True)
    clock.now += 20.1
    use(limits, b"a")


def test_clients_are_forgotten_when_nothing_is_held_against_them(limits, clock):
    for number in range(50):
        use(limits, bytes([number]), seconds=1)
    assert len(limits._usages) == 50
    clock.now += 3600
    use(limits, b"late")
    assert len(limits._usages) == 1


def test_no_crowd_of_clients_takes_more_memory_than_this(limits, monkeypatch):
    monkeypatch.setattr(quota, "MOST_CLIENTS", 100)
    limits.begin_request(b"running", is_query=True)
    for number in range(1000):
        use(limits, number.to_bytes(2, "big") + b"x", seconds=1)
    assert len(limits._usages) <= 101 < MOST_CLIENTS
    limits.begin_request(b"running", is_query=True)
    with pytest.raises(RateLimited, match="2 of your queries run"):
        limits.begin_request(b"running", is_query=True)


def test_addresses_are_kept_only_as_a_hash_that_another_process_does_not_know(limits, tmp_path):
    name = limits.client_key("203.0.113.7")
    assert len(name) == 16
    assert b"203" not in name
    assert name == limits.client_key("203.0.113.7") != limits.client_key("203.0.113.8")
    assert Quota(small_config(tmp_path)).client_key("203.0.113.7") != name


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
        ("unknown", "unknown"),
        ("203.0.113.7:51234", "203.0.113.7"),
        ('"203.0.113.7:1"', "203.0.113.7"),
        ("[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::]", "2001:db8:1:2::/64"),
        ("[::ffff:203.0.113.7]:80", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown:80", "unknown"),
        ("_hidden:4711", "_hidden"),
        ("2001:db8:1:2:3:4:5:6:51234", "2001:db8:1:2::/64"),
    ],
)
def test_a_client_is_an_address_or_a_network_of_64_bits(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("forwarded", "proxies", "address"),
    [
        ("", 0, "10.0.0.1"),
        ("1.1.1.1", 0, "10.0.0.1"),
        ("1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1", 1, "1.1.1.1"),
        ("6.6.6.6, 1.1.1.1, 2.2.2.2", 2, "1.1.1.1"),
        ("1.1.1.1", 2, "10.0.0.1"),
        ("", 1, "10.0.0.1"),
        ("6.6.6.6,", 1, "10.0.0.1"),
    ],
)
def test_only_what_a_trusted_proxy_adds_is_believed(forwarded, proxies, address):
    assert client_address("10.0.0.1", forwarded, proxies) == address


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    changes = {"client_queries": 2, "client_seconds_per_minute": 0.5, "client_errors_per_minute": 2}
    with world_protocol(tmp_path_factory.mktemp("world"), trusted_proxies=1, **changes) as app:
        app.extensions["kembar.quota"].clock = Clock()
        yield app


def client_of(app, address):
    client = app.test_client()
    client.environ_base["HTTP_X_FORWARDED_FOR"] = address
    return client


def ask(client, query, headers=None, **parameters):
    return client.get("/sparql", query_string={"query": query, **parameters}, headers=headers)


def assert_told(response, limited):
    assert (response.status_code, problem(response), response.content_type) == (429, "rate", PROBLEM_JSON)
    assert response.json["limited"] == limited
    assert int(response.headers["Retry-After"]) == response.json["retry-after"] >= 1
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.slow
def test_errors_over_the_limit_are_429_with_retry_after(app):
    client = client_of(app, "198.51.100.1")
    assert [ask(client, BAD).status_code for _ in range(4)] == [400] * 4
    assert_told(ask(client, COUNT), "client-errors")
    assert ask(client_of(app, "198.51.100.2"), COUNT).status_code == 200
    assert ask(client, COUNT, BROWSER).content_type == "text/html; charset=utf-8"


@pytest.mark.slow
def test_what_a_client_says_of_itself_changes_nothing(app):
    client = client_of(app, "198.51.100.3")
    for _ in range(4):
        ask(client, BAD)
    liar = client_of(app, "8.8.8.8, 198.51.100.3")
    assert ask(liar, COUNT).status_code == 429


def test_failed_queries_do_not_close_pages_questions_and_limits(app):
    client = client_of(app, "198.51.100.4")
    for _ in range(4):
        ask(client, BAD)
    assert_told(ask(client, COUNT), "client-errors")
    for address in ("/", "/limits", "/queries/", "/health", "/static/site.css"):
        response = client.get(address, headers=BROWSER)
        assert response.status_code == 200, address
        response.close()
    assert client.options("/sparql").status_code == 200


@pytest.mark.slow
def test_query_time_over_the_limit_is_429(app):
    client = client_of(app, "198.51.100.5")
    assert ask(client, RUNAWAY, timeout="1.2").status_code == 504
    assert_told(ask(client, COUNT), "client-seconds")


def test_an_answer_from_memory_costs_no_query_time(app):
    client = client_of(app, "198.51.100.6")
    assert {ask(client, COUNT).status_code for _ in range(50)} == {200}


def test_what_is_not_the_clients_doing_is_not_held_against_it(app):
    client = client_of(app, "198.51.100.7")
    assert {client.get("/graph?graph=a:none").status_code for _ in range(6)} == {404}
    assert {ask(client, COUNT).status_code for _ in range(3)} == {200}


def test_more_queries_at_a_time_than_allowed_are_429_and_the_place_is_given_back(app):
    address, quota, gone = "198.51.100.8", app.extensions["kembar.quota"], threading.Event()
    client, name = client_of(app, address), quota.client_key(address)

    def run():
        client_of(app, address).get(
            "/sparql",
            query_string={"query": RUNAWAY},
            environ_overrides={"waitress.client_disconnected": gone.is_set},
        )

    def count():
        return quota._usages[name].queries if name in quota._usages else 0

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: count() == 2)
    assert_told(ask(client, COUNT), "client-queries")
    gone.set()
    for thread in threads:
        thread.join()
    assert count() == 0


def test_the_graph_store_and_older_releases_count_too(app):
    client = client_of(app, "198.51.100.9")
    for address in (
        "/graph",
        "/graph?graph=x",
        "/release/2026-11-21-0a1b2c3d/sparql?query=x",
        "/sparql?query=x",
    ):
        assert client.get(address).status_code == 400, address
    assert_told(client.get("/graph?default"), "client-errors")


def test_what_questions_and_pages_take_is_counted_as_query_time(app):
    client = client_of(app, "198.51.100.10")
    name = app.extensions["kembar.quota"].client_key("198.51.100.10")
    for address in ("/queries/growth-by-year.csv", "/queries/country-pairs", "/place/Q11462"):
        before = level(app, name)
        assert client.get(address, headers=BROWSER).status_code in (200, 303)
        assert level(app, name) > before, address


@pytest.mark.slow
def test_who_used_up_its_query_time_is_refused_questions_and_pages_but_not_health(app):
    client = client_of(app, "198.51.100.11")
    assert ask(client, RUNAWAY, timeout="1.2").status_code == 504
    assert_told(client.get("/queries/country-pairs.csv"), "client-seconds")
    assert client.get("/", headers=BROWSER).status_code == 429
    assert {client.get(path).status_code for path in ("/health", "/health/live", "/metrics")} == {200}


@pytest.mark.slow
def test_waiting_for_a_query_process_is_not_counted(app):
    """The only free worker is busy with another client's query for far longer than this one may use."""
    busy, client = client_of(app, "198.51.100.12"), client_of(app, "198.51.100.13")
    thread = threading.Thread(target=ask, args=(busy, RUNAWAY), kwargs={"timeout": "1.5"})
    thread.start()
    wait_until(lambda: level_queries(app, "198.51.100.12"))
    start = time.monotonic()
    assert ask(client, COUNT + " # waits").status_code == 200
    waited = time.monotonic() - start
    thread.join()
    assert level(app, app.extensions["kembar.quota"].client_key("198.51.100.13")) < max(waited / 2, 0.5)


def level(app, name):
    quota = app.extensions["kembar.quota"]
    return quota._usages[name].seconds.level if name in quota._usages else 0.0


def level_queries(app, address):
    quota = app.extensions["kembar.quota"]
    usage = quota._usages.get(quota.client_key(address))
    return usage is not None and usage.queries


def test_a_request_that_waited_too_long_for_a_thread_is_503_and_nothing_is_done_for_it(app):
    late = {"kembar.arrived": time.monotonic() - 10_000}
    client = client_of(app, "198.51.100.14")
    response = client.get("/sparql", query_string={"query": COUNT}, environ_overrides=late)
    assert (response.status_code, problem(response)) == (503, "overload")
    assert client.get("/health/live", environ_overrides=late).status_code == 200


def test_who_has_too_much_on_the_way_takes_it_first(app, monkeypatch):
    address = "198.51.100.15"
    name, answers = app.extensions["kembar.quota"].client_key(address), app.extensions["kembar.answers"]
    half = app.extensions["kembar.quota"].config.sending_bytes // 2
    monkeypatch.setattr(quota, "SMALL_BYTES", 1000)
    sent = answers.begin(name, half, lambda: None)
    assert_told(ask_sent(app, address, MANY), "client-bytes")
    assert ask_sent(app, address, COUNT).status_code == 200, "a small one is always sent"
    assert ask_sent(app, "198.51.100.16", MANY).status_code == 200
    sent()
    assert ask_sent(app, address, MANY).status_code == 200


def ask_sent(app, address, query):
    """Ask as through a server that says when an answer is sent."""
    told = {"kembar.cut": lambda: None}
    with client_of(app, address).get(
        "/sparql", query_string={"query": query, "format": "csv"}, environ_overrides=told
    ) as response:
        response.get_data()
        return response


def test_what_is_never_metered_exists(app):
    assert set(app.view_functions) >= quota.NEVER_METERED | quota.METERED


@pytest.mark.slow
def test_without_limits_nobody_is_refused(tmp_path):
    with world_protocol(tmp_path) as app:
        client = app.test_client()
        assert {ask(client, BAD).status_code for _ in range(100)} == {400}
