"""The benchmark starts, asks and ends servers, and its generated data answer every canned question."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from pyoxigraph import RdfFormat

from benchmarks import betweenness
from benchmarks.build import measure
from benchmarks.build import report as report_builds
from benchmarks.data import Dataset, generate, prepare
from benchmarks.peers import servers
from benchmarks.peers.client import Connection, Reply, Request, Target
from benchmarks.peers.load import Driver, Failed, Timing, first, side_by_side, take_turns
from benchmarks.peers.processes import Unavailable, family, stop
from benchmarks.peers.report import MANY_AGAIN, MANY_NEW, ONE_NEW, Results, report
from benchmarks.peers.servers import running
from benchmarks.questions import MEDIA_TYPES, Question, agrees, questions, rows
from benchmarks.world_data import generate_world, revise_world
from graph.store.store import open_store
from tests.kit.http.site import make_world_home
from tests.kit.paths import ROOT
from tests.kit.processes import PATIENCE, living, wait_until
from tests.kit.world import selector

pytestmark = pytest.mark.slow

PARTNERS = """
SELECT ?city ?partner WHERE {
  ?city <https://w3id.org/kota-kembar/ontology#partnerOf> ?partner
} ORDER BY ?city ?partner
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    home = tmp_path_factory.mktemp("world")
    store = open_store(make_world_home(home).store_path)
    store.dump(home / "data.nq", RdfFormat.N_QUADS)
    return Dataset("world", home, home / "data.nq", len(store))


@pytest.mark.peer
@pytest.mark.parametrize("form", ["json", "csv"])
def test_our_service_and_oxigraph_give_the_same_rows(world: Dataset, tmp_path: Path, form: str) -> None:
    found, pids = [], set()
    for name in ("kembar", "oxigraph"):
        try:
            with running(name, world, tmp_path) as server:
                pids |= set(family(server.process.pid))
                request = server.target.request(PARTNERS, MEDIA_TYPES[form])
                found.append(rows(first(server.target, request, PATIENCE)[0].body, form))
        except Unavailable as exc:
            pytest.skip(str(exc))
    assert found[0].total() == 10
    assert found[0] == found[1]
    wait_until(lambda: not living(pids))
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_a_server_is_prepared_ends_it(
    world: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: set[int] = set()

    def interrupt(server: servers.Server) -> None:
        pids.update(family(server.process.pid))
        raise KeyboardInterrupt

    monkeypatch.setattr(servers, "_wait_prepared", interrupt)
    with pytest.raises(KeyboardInterrupt), running("kembar", world, tmp_path):
        pass
    assert pids
    wait_until(lambda: not living(pids))


@pytest.mark.peer
def test_ctrl_c_ends_every_server(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "compare.py"
    options = [
        "--servers",
        "kembar,oxigraph",
        "--data",
        "bundled",
        "--folder",
        str(tmp_path),
        "--seconds",
        "60",
    ]
    command = [sys.executable, str(script), *options]
    # Who runs the suite in the background of a shell has us ignore Ctrl-C, and our children too.
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, preexec_fn=heed
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if "left out" in line:
                process.kill()
                pytest.skip(line)
            if "ASK" in line:
                break
        pids = set(family(process.pid))
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    assert len(pids) >= 4
    wait_until(lambda: not living(pids))


def test_a_child_that_ignores_us_is_ended_too() -> None:
    child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    parent = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(600)"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], start_new_session=True)
    wait_until(lambda: len(family(process.pid)) == 2)
    pids = set(family(process.pid))
    stop(process)
    assert os.getpid() not in pids
    wait_until(lambda: not living(pids))


def test_a_server_that_is_not_there_is_unavailable(world: Dataset, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="apt-get install"), running("virtuoso", world, tmp_path):
        pass


def test_the_generated_data_answer_every_canned_question(tmp_path: Path) -> None:
    dataset = prepare("generated", tmp_path, 300)
    store = open_store(dataset.home / "current" / "store")
    select = selector(store)
    empty = [one.name for one in questions(dataset) if one.canned and not select(one.text)]
    assert [name for name in empty if "wikidata" not in name] == ["chain-of-partners", "partners-in-common"]
    assert dataset.triples == dataset.quads.read_bytes().count(b"\n")
    assert 220 < dataset.triples / 300 < 260


def test_the_generated_claims_are_the_same_each_time() -> None:
    assert generate(100).claims == generate(100).claims
    assert len({claim.parties for claim in generate(100).claims}) == 300


def test_the_made_up_world_is_the_same_each_time_and_has_the_proportions_of_the_lists() -> None:
    world = generate_world(3600)
    assert generate_world(3600) == world
    assert len({frozenset(claim.parties) for claim in world.claims}) == 3600
    assert 1.65 < len(world.claims) / 3600 < 1.75
    assert sum(not place.is_country for place in world.places) == 2500
    listed = {claim.parties for claim in world.claims if claim.listed_by}
    assert 0.97 < sum((b, a) in listed for a, b in listed) / len(listed) < 1
    assert 0.02 < sum(claim.date is not None for claim in world.claims) / len(world.claims) < 0.08
    revised = revise_world(world)
    assert 0 < len(world.claims) - len(revised.claims) < 65


def test_a_build_is_measured_step_by_step() -> None:
    runs = [measure("world", size, again=False) for size in (180, 360)]
    assert [run.size for run in runs] == [180, 360]
    assert [step.name for step in runs[0].steps][:4] == [
        "reading the collections",
        "reconciling the claims",
        "writing the tables",
        "writing the triples",
    ]
    table = list(report_builds([runs[0], replace(runs[1], quads=2 * runs[0].quads, store=runs[0].store)]))
    assert table[0] == "| step | 180 | 360 | growth |"
    assert table[-3] == f"| quads | {runs[0].quads:,} | {2 * runs[0].quads:,} | 1.00 |"
    assert table[-2].endswith("| 0.00 |")


def test_betweenness_from_pivots_is_compared_at_the_highest_values(monkeypatch) -> None:
    monkeypatch.setattr(betweenness, "HIGHEST", 3)
    exact, sampled = [0.0, 0.5, 0.4, 0.2, 0.1], [0.0, 0.5, 0.3, 0.1, 0.2]
    assert betweenness.find_highest(exact) == [1, 2, 3]
    assert betweenness.compare(exact, sampled) == (1, pytest.approx(0.25))
    assert betweenness.compare(exact, exact) == (0, 0)
    assert betweenness.measure(3, [(0, 1), (1, 2)], 3)[0] == [0, 1, 0]


def test_a_new_request_differs_in_its_query_alone() -> None:
    request = Target("127.0.0.1", 1, "/sparql").request("ASK {}", "text/csv").if_changed('"Tag"')
    assert request.same() == (
        b"GET /sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: 127.0.0.1:1\r\nAccept: text/csv\r\n"
        b'If-None-Match: "Tag"\r\n\r\n'
    )
    one, other = request.new(), request.new()
    assert one.startswith(b"GET /sparql?query=ASK%20%7B%7D%0A%23")
    assert one.partition(b" HTTP")[2] == request.same().partition(b" HTTP")[2]
    assert one != other


@contextmanager
def listening() -> Iterator[tuple[Target, list[str]]]:
    """Yield a server that answers anything, and the queries that it has got so far."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.append(parse_qs(urlsplit(self.path).query)["query"][0])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Target("127.0.0.1", server.server_port, "/sparql"), seen
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("with_wrk", [True, False])
@pytest.mark.parametrize("fresh", [True, False])
def test_only_new_queries_are_sent_side_by_side(monkeypatch, with_wrk: bool, fresh: bool) -> None:
    if with_wrk and not shutil.which("wrk"):
        pytest.skip("wrk is not installed")
    if not with_wrk:
        monkeypatch.setattr(shutil, "which", lambda program: None)
    with listening() as (target, seen):
        timing = side_by_side(target, target.request("ASK {}", "text/csv"), fresh, 4, 0.2)
    assert 0 < timing.count <= len(seen)
    assert len(set(seen)) == (len(seen) if fresh else 1)
    assert all(query.startswith("ASK {}") for query in seen)


def test_chunks_are_put_together() -> None:
    head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"
    assert Reply(200, head, b"3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\n\r\n").body == b"abc0123456789"
    assert Reply(200, "http/1.1 200 ok", b"3\r\nabc").body == b"3\r\nabc"


def test_an_answer_that_is_an_error_stops_the_measurement(app) -> None:
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        target = Target("127.0.0.1", server.server_port, "/sparql")
        right = target.request("ASK {}", "text/csv")
        drivers = [Driver(target, right.new), Driver(target, target.request("ASK {", "text/csv").same, 400)]
        take_turns(drivers, PATIENCE, 3)
        assert [driver.timing().count for driver in drivers] == [3, 3]
        wrong = target.request("ASK {", "text/csv")
        with pytest.raises(Failed, match="400"):
            first(target, wrong, PATIENCE)
        failing = Driver(target, wrong.same)
        take_turns([failing], PATIENCE, 3)
        assert len(failing.spent) == 1
        with pytest.raises(Failed, match="400"):
            failing.timing()
        with Connection(target, PATIENCE) as connection:
            assert [connection.ask(right).status for _ in range(3)] == [200, 200, 200]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_answers_are_the_same_when_their_rows_are() -> None:
    all_rows, any_rows = Question("a", ""), Question("b", "", whole=False)
    one, other = rows(b"x,y\r\n1,2\r\n3,4\r\n", "csv"), rows(b"x,y\n3,4\n1,2\n", "csv")
    third = rows(b'{"head":{"vars":["x","y"]},"results":{"bindings":[{"x":{"value":"5"}},{}]}}', "json")
    assert one == other
    assert agrees(all_rows, one, other)
    assert not agrees(all_rows, one, third)
    assert agrees(any_rows, one, third)
    assert rows(b'{"head":{},"boolean":true}', "json") == {("True",): 1}


def test_the_report_tells_ratios_and_what_is_met() -> None:
    results = Results("world", 7, servers=["kembar", "oxigraph"], canned={"slow"})
    for name, new, again in (("kembar", 20.0, 0.5), ("oxigraph", 19.0, 19.0)):
        key = (name, "slow", "json")
        results.questions.append(key)
        results.timings[ONE_NEW, key] = Timing(9, new, new + 1, 1000 / new)
        results.timings[MANY_NEW, key] = Timing(9, new, new + 1, 1500 / new)
        results.timings[MANY_AGAIN, key] = Timing(9, again, again + 1, 1500 / again)
    text = "\n".join(report(results))
    assert "| slow, json |  | 0 | 20.0 (21.0) | 19.0 (20.0) | 0.95 |" in text
    assert "| one at a time we add 1 ms at the median | 1.00 ms over all;" in text
    assert "again, eight at a time: 10 × | 1 of 1; least 38.00 (slow, json) | yes |" in text
    assert "**no**" not in text


def test_a_request_is_kept_whole() -> None:
    assert Request("a", "b").same() == b"ab"
