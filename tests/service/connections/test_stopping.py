"""A real server lets go: of queries that nobody waits for, and of everything when it is told to stop."""

import os
import signal
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest

from endpoint.cli.connections.connection import STALLED_SECONDS
from tests.kit.http.engine import JSON, RUNAWAY
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.http.site import RELEASE, make_world_home
from tests.kit.processes import PATIENCE, living, wait_until, wait_until_at_work

pytestmark = pytest.mark.slow

ASK = {"query": "ASK {}"}
ESTABLISHED = "01"  # https://docs.kernel.org/networking/proc_net_tcp.html


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("world")
    make_world_home(home)
    return home


@pytest.fixture(scope="module", params=[1, 2], ids="{} processes".format)
def running(home, request):
    with running_server(home, workers=1, processes=request.param, cache_bytes=1, **UNMETERED) as server:
        yield server


@pytest.fixture
def server(running):
    """The server with all its query processes, ready and counted, and nothing that runs."""
    wait_until(lambda: running.is_ready() and len(running.query_pids()) == 6 == metric(running, READY))
    return running


def send(server, query, **values):
    """Return a connection on which a query was sent, and no answer read."""
    link = server.connect()
    target = "/sparql?" + urlencode({"query": query, **values})
    link.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode())
    return link


def metric(server, name):
    """Return the value of a line of /metrics, 0 where it is not yet."""
    lines = server.get("/metrics").text.splitlines()
    return next((float(line.removeprefix(name)) for line in lines if line.startswith(name + " ")), 0)


ABANDONED = 'kembar_queries_total{lane="free",outcome="abandoned"}'
STARTED = "kembar_workers_started_total"
READY = f'kembar_workers{{release="{RELEASE}"}}'
WAITING = f'kembar_waiting{{lane="free",release="{RELEASE}"}}'


@pytest.mark.parametrize("how", ["closes", "resets", "stops writing"])
def test_a_client_that_goes_away_has_its_query_stopped(server, how):
    before, abandoned = server.query_pids(), metric(server, ABANDONED)
    link = send(server, RUNAWAY + f" # {how}")
    wait_until_at_work(before)
    assert server.query_pids() == before, "it runs"
    if how == "resets":
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    if how == "stops writing":
        link.shutdown(socket.SHUT_WR)
    else:
        link.close()
    wait_until(lambda: metric(server, ABANDONED) == abandoned + 1)
    link.close()
    assert len(before - server.query_pids()) == 1
    assert server.get("/sparql", params=ASK).status_code == 200


def test_one_of_two_who_wait_for_the_same_may_go_away(server):
    started = metric(server, STARTED)
    first, second = (send(server, RUNAWAY, timeout="5") for _ in range(2))
    wait_until_at_work(server.query_pids())
    first.close()
    assert second.recv(12) == b"HTTP/1.1 504", "the query ran on, to its own limit"
    second.close()
    wait_until(lambda: metric(server, STARTED) == started + 1)


def test_queries_that_were_left_in_the_queue_are_not_evaluated(server):
    before, started = metric(server, ABANDONED), metric(server, STARTED)
    running = send(server, RUNAWAY)
    wait_until_at_work(server.query_pids())
    waiting = [send(server, RUNAWAY + f" # {number}") for number in range(5)]
    wait_until(lambda: metric(server, WAITING) == 5)
    for link in waiting:
        link.close()
    wait_until(lambda: metric(server, ABANDONED) == before + 5)
    assert metric(server, STARTED) == started, "no process was stopped, so none began with any of them"
    running.close()
    wait_until(lambda: metric(server, ABANDONED) == before + 6)
    assert server.get("/sparql", params=ASK).status_code == 200
    wait_until(lambda: metric(server, STARTED) == started + 1)


def test_a_query_process_that_was_killed_is_replaced(server):
    for pid in server.query_pids():
        os.kill(pid, signal.SIGKILL)
    assert [server.get("/sparql", params=ASK).status_code for _ in range(10)] == [200] * 10
    for path in ("/queries/growth-by-year.csv", "/place/Q11462.html", "/health/ready"):
        assert server.get(path).status_code == 200, "each lane misses its own when it is asked"
    wait_until(lambda: server.is_ready() and len(server.query_pids()) == 6)


def test_a_serving_process_that_was_killed_is_replaced_and_leaves_no_query_process(server):
    serving, pids = server.serving_pid(), server.query_pids()
    os.kill(serving, signal.SIGKILL)
    wait_until(lambda: not living({serving, *pids}))
    wait_until(server.is_ready)
    assert server.serving_pid() != serving


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize(
    ("grace", "timeout", "status", "kind"), [(600, "5", 504, "timeout"), (1, "30", 500, "engine")]
)
def test_told_to_stop_it_lets_queries_end_and_then_ends_them(home, grace, timeout, status, kind, processes):
    got = []

    def ask():
        got.append(server.get("/sparql", params={"query": RUNAWAY, "timeout": timeout}))

    with running_server(home, workers=1, grace_seconds=grace, processes=processes) as server:
        thread, pids = threading.Thread(target=ask), server.all_pids()
        thread.start()
        wait_until_at_work(server.query_pids())
        assert server.stop() == 0
        thread.join()
    assert got[0].status_code == status
    assert got[0].json()["type"].endswith(f"/problem/{kind}")
    wait_until(lambda: not living(pids))


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_idle_it_waits_for_nobody(home, number, processes):
    with running_server(home, workers=1, grace_seconds=600, processes=processes) as server:
        pids = server.all_pids()
        server.process.send_signal(number)
        assert server.process.wait(PATIENCE) == 0
    wait_until(lambda: not living(pids))


@pytest.mark.parametrize("processes", [1, 2])
def test_interrupted_it_ends_queries_at_once_and_says_so(home, processes):
    with running_server(home, workers=1, grace_seconds=600, processes=processes) as server:
        pids, link = server.all_pids(), send(server, RUNAWAY, timeout="30")
        wait_until_at_work(server.query_pids())
        server.process.send_signal(signal.SIGINT)
        assert link.recv(12) == b"HTTP/1.1 500"
        link.close()
        assert server.process.wait(PATIENCE) == 0
    wait_until(lambda: not living(pids))


def test_a_client_that_takes_nothing_is_cut_off(home):
    """The answer is larger than all buffers, and the client reads none of it; both servers wait meanwhile."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g a ?h } LIMIT 40000"
    with ExitStack() as stack:
        begun = (running_server(home, workers=1, processes=number) for number in (1, 2))
        servers = [stack.enter_context(server) for server in begun]
        links = [stack.enter_context(send(server, query)) for server in servers]
        ours = {(server.port, link.getsockname()[1]) for server, link in zip(servers, links, strict=True)}
        wait_until(lambda: ours <= connections())
        begin = time.monotonic()
        wait_until(lambda: ours - connections())
        assert time.monotonic() - begin > 0.8 * STALLED_SECONDS
        wait_until(lambda: not ours & connections())


def connections():
    """Return the ends of the open TCP connections of this machine: the port of this side, of the other."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return {(port_of(here), port_of(there)) for _, here, there, state, *_ in rows if state == ESTABLISHED}


def port_of(end):
    """Return the port of an end, which the kernel writes in hexadecimal digits behind the address."""
    return int(end.partition(":")[2], 16)
