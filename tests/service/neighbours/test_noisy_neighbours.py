"""Four clients send queries that never end, of every shape; pages and questions do not wait for them.

How quick they are beside them depends on the machine; `pytest -s` shows it.
"""

import select
import statistics
import threading
import time
from urllib.parse import quote

import httpx
import pytest

from endpoint.config import MIB
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.processes import PATIENCE, children, processor_seconds, resident_bytes, wait_until

pytestmark = pytest.mark.slow
NOISE_SECONDS = 2
MEMORY = 512 * MIB
IDLE = 150 * MIB
"""What a worker has at most before a query, and what the kernel may give it over its limit."""
SERVING = 400 * MIB
HTML = {"Accept": "text/html,*/*;q=0.5"}

RUNAWAYS = {
    "count of a cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "sorted cross product": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g",
    "grouped cross product": "SELECT ?a ?d (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f } GROUP BY ?a ?d",
    "distinct cross product": "SELECT DISTINCT ?c ?f ?i { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "endless paths": "SELECT (COUNT(*) AS ?n) { ?a (!<a:x>|^!<a:x>)* ?b . ?c (!<a:x>|^!<a:x>)* ?d }",
    "nested EXISTS": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER EXISTS { ?g ?h ?i"
    " FILTER EXISTS { ?j ?k ?l FILTER(?l = ?c && ?i != ?f && ?g != ?a) } } }",
    "regular expressions": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f"
    " FILTER REGEX(CONCAT(STR(?c), STR(?f)), '(a+)+(b|c)*z$') }",
    "a join that matches nothing": "SELECT ?a { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
    " FILTER(STR(?c) + STR(?f) = STR(?i)) }",
    "deep": "SELECT (" + "STR(" * 900 + "?c" + ")" * 900 + " AS ?x) { ?a ?b ?c . ?d ?e ?f }",
}
QUIET = [
    "/",
    "/place/Q11462.html",
    "/partnership/Q11462-Q24826.html",
    "/about",
    "/queries/",
    "/queries/partners-of-a-city?city=Surabaya",
    "/queries/partners-of-a-city.csv?city=Bandung",
    "/queries/cities-with-multiple-partners.csv?country=Indonesia&min=2",
    "/queries/country-pairs.json",
    "/queries/growth-by-year.csv",
    "/queries/doubtful-claims.csv",
    "/queries/agreements-timeline.csv?city=Surabaya",
]


class Noise(threading.Thread):
    """A client that asks some runaways, one after the other; `statuses` are what it got."""

    def __init__(self, address, queries):
        super().__init__()
        self.address, self.queries = address, queries
        self.statuses = []

    def run(self):
        with httpx.Client(base_url=self.address, timeout=PATIENCE) as client:
            for query in self.queries:
                asked = {"query": query, "timeout": NOISE_SECONDS}
                self.statuses.append(client.get("/sparql", params=asked).status_code)


class Memory(threading.Thread):
    """Looks at the memory of the query processes and of the serving one until told to stop."""

    def __init__(self, server):
        super().__init__()
        self.serving, self.stop = server.serving_pid(), threading.Event()
        self.queries = self.service = 0

    def run(self):
        while not self.stop.wait(0.05):
            self.queries = max(self.queries, resident_bytes(children(self.serving)))
            self.service = max(self.service, resident_bytes({self.serving}))


@pytest.fixture(scope="module")
def server(bundled):
    settings = {"workers": 2, "memory_bytes": MEMORY, "cache_bytes": 1, "max_query_seconds": 600}
    with running_server(bundled.home, **settings, **UNMETERED) as server:
        yield server


def send(server, query):
    """Return a connection on which a query was sent that may take ten minutes."""
    link = server.connect()
    link.sendall(f"GET /sparql?timeout=600&query={quote(query)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return link


def test_pages_and_questions_are_answered_before_any_of_the_queries_that_came_first(server, bundled):
    waiting = f'kembar_waiting{{lane="free",release="{bundled.release.id}"}} 2.0\n'
    links = [send(server, f"{RUNAWAYS['nested EXISTS']} # {number}") for number in range(4)]
    wait_until(lambda: waiting in server.get("/metrics").text)
    for path in QUIET:
        assert server.get(path, headers=HTML).status_code == 200, path
    assert select.select(links, [], [], 0) == ([], [], [])
    assert waiting in server.get("/metrics").text
    for link in links:
        link.close()
    wait_until(lambda: waiting not in server.get("/metrics").text)


def test_memory_is_bounded_pages_are_answered_and_nothing_runs_on(server):
    alone = measure(server, lambda times: len(times) == 2 * len(QUIET))
    shapes, memory = list(RUNAWAYS.values()), Memory(server)
    noises = [Noise(server.address, shapes[first::4]) for first in range(4)]
    for thread in (memory, *noises):
        thread.start()
    among = measure(server, lambda _: not any(noise.is_alive() for noise in noises))
    memory.stop.set()
    for thread in (memory, *noises):
        thread.join()
    statuses = [status for noise in noises for status in noise.statuses]
    tell("alone", alone)
    tell("among four noisy clients", among)
    assert len(statuses) == len(RUNAWAYS)
    assert {504} <= set(statuses) <= {400, 413, 500, 504}, "no runaway has an answer"
    assert memory.queries < 3 * MEMORY + 4 * IDLE
    assert memory.service < SERVING
    wait_until(lambda: len(server.query_pids()) == 7 and is_idle(server))


def is_idle(server):
    """Return whether the query processes take no time while something else is answered."""
    pids = server.query_pids()
    before = processor_seconds(pids)
    assert server.get("/health/live").status_code == 200
    return processor_seconds(pids) == before


def measure(server, is_over):
    """Return the seconds of each quiet request, asked one after the other until it is over."""
    times = []
    with httpx.Client(base_url=server.address, timeout=PATIENCE, headers=HTML) as client:
        while not is_over(times):
            path, start = QUIET[len(times) % len(QUIET)], time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append(time.perf_counter() - start)
    return times


def tell(what, times):
    median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"\n{what}: {len(times)} requests, median {1000 * median:.1f} ms, p95 {1000 * p95:.1f} ms")  # noqa: T201
