"""Two fronts are one service: the same bytes, one evaluation, one quota, whichever of them is asked."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import psutil
import pytest

from graph.pipeline.build import build
from graph.store.releases import list_releases
from loaders.collection import load_collections
from queries import query_texts
from tests.kit.graph.collections import edited, write_collection
from tests.kit.graph.releases import flip
from tests.kit.http.elsewhere.peers import running_peer
from tests.kit.http.elsewhere.release import publish_at
from tests.kit.http.engine import JSON, RUNAWAY
from tests.kit.http.server import UNMETERED, Server, running_server
from tests.kit.processes import children, living, processor_seconds, wait_until, wait_until_at_work

pytestmark = pytest.mark.slow

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ASK = "/sparql?query=ASK{}"
_numbers = count()


class Link:
    """A connection that one front has accepted, while the others stood still."""

    opened: ClassVar[list[HTTPConnection]] = []

    def __init__(self, server: Server, front: int) -> None:
        self._http = HTTPConnection("127.0.0.1", server.port)
        self.opened.append(self._http)
        with stopped(server.front_pids() - {front}):
            self._http.sock = server.connect()
            port = self._http.sock.getsockname()[1]
            wait_until(lambda: port in ports_at(front))

    def send(self, path: str, **headers: str) -> None:
        self._http.request("GET", path, headers={"Host": "x", **headers})

    def receive(self) -> tuple[HTTPResponse, bytes]:
        response = self._http.getresponse()
        return response, response.read()

    def get(self, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
        self.send(path, **headers)
        return self.receive()

    def close(self) -> None:
        self._http.close()


@contextmanager
def stopped(pids: set[int]) -> Iterator[None]:
    """Let processes stand still for the block."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def ports_at(pid: int) -> set[int]:
    """Return the ports of those who are connected to a process."""
    return {one.raddr.port for one in psutil.Process(pid).net_connections("tcp4") if one.raddr}


def links(server: Server) -> list[Link]:
    """Return a connection to each front."""
    wait_until(lambda: server.is_ready() and len(server.front_pids()) == 2)
    return [Link(server, pid) for pid in sorted(server.front_pids())]


def query(text: str, **values: str) -> str:
    return "/sparql?" + urlencode({"query": text, **values})


def new() -> str:
    """Return a small query that no memory knows."""
    return query(f"ASK {{}} # {next(_numbers)}")


def metric(server: Server, name: str) -> float:
    """Return the sum of the lines of /metrics that begin so."""
    lines = server.get("/metrics").text.splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(name))


@pytest.fixture(autouse=True)
def _close_links():
    yield
    while Link.opened:
        Link.opened.pop().close()


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A home with two releases that differ in one day."""
    folder, home = tmp_path_factory.mktemp("tiny"), tmp_path_factory.mktemp("home")
    for day in ("19", "20"):
        write_collection(folder, statements=edited("statements.csv", "2018-03-19", f"2018-03-{day}"))
        build(lambda: load_collections([folder]), home, force=True, questions=query_texts())
    return home


@pytest.fixture(scope="module")
def server(home):
    with running_server(home, workers=1, processes=2, **UNMETERED) as server:
        yield server


def paths(home: Path) -> list[str]:
    """Return what has one right answer: results, pages, errors, an older release."""
    older = list_releases(home)[-1].id
    return [
        query(COUNT, format="csv"),
        query(COUNT, format="xml"),
        query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", format="nt"),
        query("DESCRIBE <https://w3id.org/kota-kembar/place/Q11462>", format="turtle"),
        query("SELECT * { ?a ?b }"),
        query("SELECT * { ?a ?b ?c } LIMIT 3", format="none"),
        query("INSERT DATA { <a:a> <a:b> 1 }"),
        query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }"),
        query("SELECT (" + "(" * 120 + "1" + ")" * 120 + " AS ?x) {}"),
        "/sparql?query=" + "%20" * 70_000,
        "/",
        "/places",
        "/data/",
        "/network.json?lang=id",
        "/queries/growth-by-year.csv",
        "/queries/growth-by-year.csv?limit=x",
        "/place/Q11462.html",
        "/place/Q11462.ttl",
        "/place/none.html",
        f"/release/{older}{query(COUNT, format='csv')}",
        f"/release/{older}/queries/growth-by-year.csv",
        f"/release/none{query(COUNT)}",
        '/reconcile?queries={"q0":{"query":"Surabaya"}}',
    ]


def test_each_front_gives_the_bytes_that_one_process_gives(server, home):
    def told(link: Link, path: str) -> object:
        response, body = link.get(path)
        return (
            response.status,
            sorted({*response.getheaders()} - {("Date", response.getheader("Date"))}),
            body,
        )

    fronts = links(server)
    with running_server(home, workers=1, **UNMETERED) as alone:
        one = Link(alone, alone.serving_pid())
        for path in paths(home):
            expected = told(one, path)
            assert [told(front, path) for front in fronts] == [expected] * 2, path


def test_the_same_query_at_two_fronts_is_evaluated_once(server):
    stopped_before = metric(server, "kembar_workers_stopped_total")
    fronts = links(server)
    for front in fronts:
        front.send(query(RUNAWAY, timeout="3"), Accept=JSON)
    assert [front.receive()[0].status for front in fronts] == [504, 504]
    wait_until(lambda: metric(server, "kembar_workers_stopped_total") == stopped_before + 1)


def test_numbers_are_added_up_and_outlive_their_process(server):
    name = 'kembar_requests_total{method="GET",route="/sparql",status="200"}'
    before = metric(server, name)
    for front in links(server):
        for _ in range(3):
            assert front.get(ASK, Accept=JSON)[0].status == 200
    assert metric(server, name) == before + 6
    gone = min(server.front_pids())
    os.kill(gone, signal.SIGKILL)
    wait_until(lambda: gone not in server.front_pids() and len(server.front_pids()) == 2)
    wait_until(lambda: metric(server, name) == before + 6)
    assert metric(server, "kembar_workers{") == len(server.query_pids())
    assert metric(server, "process_resident_memory_bytes") > 1 << 20


def test_a_front_that_is_killed_has_its_query_stopped_and_the_other_goes_on(server):
    first, second = links(server)
    killed, before = min(server.front_pids()), server.query_pids()
    first.send(query(RUNAWAY + " # of the one that dies", timeout="30"), Accept=JSON)
    wait_until_at_work(before)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(before - server.query_pids()) == 1)
    assert second.get(new())[0].status == 200
    wait_until(lambda: len(server.front_pids() - {killed}) == 2)
    assert [front.get(ASK)[0].status for front in links(server)] == [200, 200]


def test_without_an_engine_process_fronts_say_so_and_another_one_comes(server, home):
    fronts, engine, pids = links(server), server.serving_pid(), server.query_pids()
    asked = Link(server, min(server.front_pids()))
    asked.send(query(RUNAWAY + " # of the engine that dies", timeout="30"), Accept=JSON)
    wait_until_at_work(pids)
    with stopped({server.process.pid}):  # so that nothing starts another one
        os.kill(engine, signal.SIGKILL)
        assert asked.receive()[0].status == 503
        for front in fronts:
            for path in ("/", ASK, "/health/ready"):
                wait_until(lambda front=front, path=path: front.get(path)[0].status == 503)
            problem = json.loads(front.get(new(), Accept="application/json")[1])
            assert problem["detail"] == (
                "the process that answers queries has ended, and another one is being started"
            )
            assert front.get("/health/live")[0].status == 200
            assert front.get("/metrics")[0].status == 200
    for front in fronts:
        wait_until(lambda front=front: front.get("/health/ready")[0].status == 200)
        assert front.get(query(COUNT))[0].getheader("X-Kembar-Release") == list_releases(home)[0].id
    assert server.serving_pid() != engine
    assert not living({engine, *pids})


def test_queries_at_a_time_and_failures_are_those_at_all_fronts(home):
    limits = {"client_queries": 2, "client_seconds_per_minute": 0, "client_errors_per_minute": 1}
    with running_server(home, workers=3, processes=2, **limits) as server:
        first, second = links(server)
        third = Link(server, max(server.front_pids()))
        before = {pid: processor_seconds({pid}) for pid in server.query_pids()}
        for number, front in enumerate((first, second)):
            front.send(query(RUNAWAY + f" # {number}", timeout="30"), Accept=JSON)
        wait_until(lambda: sum(processor_seconds({pid}) > used + 0.02 for pid, used in before.items()) == 2)
        assert third.get(new())[0].status == 429
        os.kill(min(server.front_pids()), signal.SIGKILL)
        wait_until(lambda: third.get(new())[0].status == 200)
        second.close()
        first, second = links(server)
        failed = [
            front.get(query("SELECT"), Accept=JSON)[0].status for front in (first, second, first, second)
        ]
        assert failed == [400, 400, 429, 429]


def test_a_damaged_release_is_answered_by_no_front(home, tmp_path):
    with running_server(home, workers=1, processes=2, **UNMETERED) as server:
        fronts = links(server)
        newest, older = list_releases(home)
        assert {front.get(query(COUNT))[0].getheader("X-Kembar-Release") for front in fronts} == {newest.id}
        damaged = next(path for path in sorted(newest.store_path.iterdir()) if path.suffix == ".sst")
        flip(damaged)
        try:
            for front in fronts:
                wait_until(
                    lambda front=front: front.get(query(COUNT))[0].getheader("X-Kembar-Release") == older.id
                )
            assert {front.get(query(COUNT))[0].status for front in fronts} == {200}
        finally:
            flip(damaged)


def test_told_to_begin_anew_gunicorn_replaces_all_of_them(home):
    """The new ones find the old engine process, and nobody to ask once that has ended."""
    with running_server(home, workers=1, processes=2, grace_seconds=1, **UNMETERED) as server:
        before = children(server.process.pid)
        server.process.send_signal(signal.SIGHUP)
        wait_until(lambda: not living(before))
        wait_until(lambda: server.is_ready() and len(server.front_pids()) == 2)


@pytest.mark.peer
def test_an_engine_elsewhere_answers_whichever_front_is_asked(home, tmp_path):
    newest = list_releases(home)[0]
    with running_peer("oxigraph", tmp_path / "peer") as peer:
        publish_at(peer.address, newest, peer.credentials)
        elsewhere = {"workers": 1, "processes": 2, "engine": peer.address}
        with running_server(home, **elsewhere, **UNMETERED) as server:
            fronts = links(server)
            for front in fronts:
                triples = front.get(query(COUNT, format="csv"))[1].split()
                assert triples == [b"n", str(newest.manifest["counts"]["triples"]).encode()]
                assert json.loads(front.get("/limits.json")[1])["engine"]["name"] == "oxigraph"
            peer.process.kill()
            assert [front.get(new())[0].status for front in fronts] == [503, 503]


def test_nothing_is_left_of_it(home):
    with running_server(home, workers=1, processes=2, **UNMETERED) as server:
        (lock,) = (
            one.path for one in psutil.Process(server.serving_pid()).open_files() if ".lock" in one.path
        )
        folder, pids, held = Path(lock).parent, server.all_pids(), []
        assert folder.stat().st_mode & 0o777 == 0o700
        while len(held) < 2 or (held[-1] > held[-2] and len(held) < 8):  # threads come when many ask at once
            for front in (*links(server), *links(server), *links(server)):
                front.get(new())
                front.send(query(RUNAWAY, timeout="30"))
                front.close()
            wait_until(lambda: metric(server, "kembar_waiting") == 0 and len(server.query_pids()) == 6)
            wait_until(server.is_ready)
            held.append(descriptors(server))
        assert held[-1] <= held[-2]
    assert living(pids) == set() and not folder.exists()


def descriptors(server: Server) -> int:
    return sum(psutil.Process(pid).num_fds() for pid in {server.serving_pid(), *server.front_pids()})
