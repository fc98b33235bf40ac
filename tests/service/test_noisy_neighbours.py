"""Four clients send queries that never end, of every shape; the pages and the questions stay quick."""

import itertools
import os
import statistics
import threading
import time

import httpx
import pytest

from endpoint.config import MIB
from tests.kit.http.server import UNMETERED, children, read, resident_bytes, running_server, wait_for

SECONDS = 30
NOISE_SECONDS = 2.0
MEMORY = 512 * MIB
IDLE = 150 * MIB
"""What a worker has at most before a query, and what the kernel may give it over its limit."""
SERVING = 400 * MIB
MOST_P95 = 1.0
"""Seconds; on two free cores 0.25 is demanded, but a machine of tests may have other work to do."""

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
    """A client that asks one runaway after the other; `statuses` counts what it got."""

    def __init__(self, address, first, stop):
        super().__init__()
        self.address, self.stop = address, stop
        self.statuses = []
        shapes = list(RUNAWAYS.values())
        self.queries = itertools.cycle(shapes[first:] + shapes[:first])

    def run(self):
        with httpx.Client(base_url=self.address, timeout=60) as client:
            for number, query in enumerate(self.queries):
                if self.stop.is_set():
                    return
                text = f"{query} # {self.name} {number}"
                params = {"query": text, "timeout": f"{NOISE_SECONDS:g}"}
                self.statuses.append(client.get("/sparql", params=params).status_code)


class Memory(threading.Thread):
    """Looks at the memory of the query processes and of the serving one until told to stop."""

    def __init__(self, server, stop):
        super().__init__()
        self.serving, self.stop = server.serving_pid(), stop
        self.queries = self.service = 0

    def run(self):
        while not self.stop.wait(0.05):
            self.queries = max(self.queries, resident_bytes(children(self.serving)))
            self.service = max(self.service, resident_bytes({self.serving}))


def measure(address, seconds):
    """Return the seconds of each quiet request, asked one after the other for so long."""
    times, end = [], time.monotonic() + seconds
    with httpx.Client(base_url=address, timeout=30, headers={"Accept": "text/html,*/*;q=0.5"}) as client:
        for path in itertools.cycle(QUIET):
            if time.monotonic() > end:
                return times
            start = time.perf_counter()
            assert client.get(path).status_code == 200, path
            times.append(time.perf_counter() - start)
    return times


def p95(times):
    return statistics.quantiles(times, n=20)[-1]


def cpu_seconds(pids):
    """Return the processor time that processes have taken so far."""
    ticks = [read(pid, "stat").rpartition(b")")[2].split()[11:13] for pid in pids]
    return sum(int(one) for pair in ticks for one in pair) / os.sysconf("SC_CLK_TCK")


def tell(what, times):
    print(  # noqa: T201 - shown with -s
        f"\n{what}: {len(times)} requests, median {1000 * statistics.median(times):.1f} ms,"
        f" p95 {1000 * p95(times):.1f} ms, most {1000 * max(times):.1f} ms"
    )


@pytest.mark.slow
def test_pages_stay_quick_memory_bounded_and_nothing_runs_on(bundled):
    settings = {"workers": 2, "memory_bytes": MEMORY, "cache_bytes": 1}
    with running_server(bundled.home, **settings, **UNMETERED) as server:
        measure(server.address, 1)
        alone = measure(server.address, 5)
        stop = threading.Event()
        memory = Memory(server, stop)
        noises = [Noise(server.address, 2 * number, stop) for number in range(4)]
        for thread in (memory, *noises):
            thread.start()
        time.sleep(1)
        among = measure(server.address, SECONDS)
        stop.set()
        for thread in (memory, *noises):
            thread.join()
        statuses = [status for noise in noises for status in noise.statuses]
        tell("alone", alone)
        tell("among four noisy clients", among)
        told = {status: statuses.count(status) for status in sorted(set(statuses))}
        print(  # noqa: T201
            f"the noise got {told}; query processes took at most {memory.queries >> 20} MB, "
            f"the service {memory.service >> 20} MB"
        )
        assert p95(among) < MOST_P95
        assert set(statuses) <= {400, 413, 500, 503, 504}, "no runaway has an answer"
        assert statuses.count(504) > 5
        assert memory.queries < 3 * MEMORY + 4 * IDLE
        assert memory.service < SERVING
        wait_for(lambda: len(server.query_pids()) == 4)
        pids = server.query_pids()
        before = cpu_seconds(pids)
        time.sleep(1)
        assert server.query_pids() == pids
        assert cpu_seconds(pids) - before < 0.1, "a query runs on although nobody waits for it"
