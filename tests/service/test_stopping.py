"""A real server lets go: of queries that nobody waits for, and of everything when it is told to stop."""

import os
import signal
import socket
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest

from endpoint.serving.connection import is_closed
from tests.kit.http.engine import JSON, RUNAWAY, wait_until_gone
from tests.kit.http.server import UNMETERED, running_server, wait_for
from tests.kit.http.site import make_world_home

ASK = {"query": "ASK {}"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home = tmp_path_factory.mktemp("world")
    make_world_home(home)
    return home


@pytest.fixture(scope="module")
def server(home):
    with running_server(home, workers=1, cache_bytes=1, **UNMETERED) as server:
        yield server


def send(server, query, **values):
    """Return a connection on which a query was sent, and no answer read."""
    address = urlsplit(server.address)
    link = socket.create_connection((address.hostname, address.port), timeout=10)
    target = "/sparql?" + urlencode({"query": query, **values})
    link.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\n\r\n".encode())
    return link


def outcomes(server, outcome):
    """Return how many free queries ended so."""
    mark = f'kembar_queries_total{{lane="free",outcome="{outcome}"}} '
    lines = httpx.get(server.address + "/metrics").text.splitlines()
    return sum(float(line.removeprefix(mark)) for line in lines if line.startswith(mark))


@pytest.mark.parametrize("how", ["closes", "resets", "stops writing"])
def test_a_client_that_goes_away_has_its_query_stopped(server, how):
    before, abandoned = server.query_pids(), outcomes(server, "abandoned")
    link = send(server, RUNAWAY + f" # {how}")
    time.sleep(0.3)
    assert server.query_pids() == before, "it runs"
    if how == "resets":
        link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    if how == "stops writing":
        link.shutdown(socket.SHUT_WR)
    else:
        link.close()
    took = wait_for(lambda: before - server.query_pids(), 1)
    assert took < 1
    link.close()
    assert len(before - server.query_pids()) == 1
    wait_for(lambda: len(server.query_pids()) == 3)
    wait_for(lambda: outcomes(server, "abandoned") == abandoned + 1)
    assert httpx.get(server.address + "/sparql", params=ASK).status_code == 200


def test_one_of_two_who_wait_for_the_same_may_go_away(server):
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    leader = send(server, query, timeout="1.5")
    time.sleep(0.2)
    answers = []
    follower = threading.Thread(
        target=lambda: answers.append(
            httpx.get(server.address + "/sparql", params={"query": query, "timeout": "1.5"}, timeout=10)
        )
    )
    follower.start()
    time.sleep(0.3)
    leader.close()
    follower.join()
    assert answers[0].status_code == 504, "the query ran on, to its own limit"


def test_queries_that_were_left_in_the_queue_are_not_evaluated(server):
    links = [send(server, RUNAWAY + f" # {number}") for number in range(6)]
    time.sleep(0.3)
    started = metric(server, "kembar_workers_started_total")
    for link in links:
        link.close()
    start = time.monotonic()
    assert httpx.get(server.address + "/sparql", params=ASK, timeout=10).status_code == 200
    assert time.monotonic() - start < 1.5
    assert metric(server, "kembar_workers_started_total") - started <= 2


def metric(server, name):
    lines = httpx.get(server.address + "/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(name + " "))


def test_a_query_process_that_was_killed_is_replaced(server):
    for pid in server.query_pids():
        os.kill(pid, signal.SIGKILL)
    statuses = [httpx.get(server.address + "/sparql", params=ASK).status_code for _ in range(10)]
    assert statuses == [200] * 10
    assert answers(server)
    wait_for(lambda: len(server.query_pids()) == 3)


def test_a_serving_process_that_was_killed_is_replaced_and_leaves_no_query_process(server):
    serving, pids = server.serving_pid(), server.query_pids()
    os.kill(serving, signal.SIGKILL)
    assert wait_until_gone(pids, 2) == set()
    wait_for(lambda: answers(server), 15)
    assert server.serving_pid() != serving


def answers(server):
    try:
        return httpx.get(server.address + "/health").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize(
    ("grace", "timeout", "status", "kind"), [(20, "1.5", 504, "timeout"), (1, "20", 500, "engine")]
)
def test_told_to_stop_it_lets_queries_end_and_then_ends_them(home, grace, timeout, status, kind):
    got = []

    def ask():
        params = {"query": RUNAWAY, "timeout": timeout}
        got.append(httpx.get(server.address + "/sparql", params=params, timeout=30))

    with running_server(home, workers=1, grace_seconds=grace) as server:
        thread, pids = threading.Thread(target=ask), server.all_pids()
        thread.start()
        time.sleep(0.4)
        start = time.monotonic()
        assert server.stop() == 0
        took = time.monotonic() - start
        thread.join()
    assert got[0].status_code == status
    assert got[0].json()["type"].endswith(f"/problem/{kind}")
    assert 0.5 < took < 4
    assert wait_until_gone(pids, 0.5) == set()


def test_idle_it_stops_at_once(home):
    with running_server(home, workers=1) as server:
        pids, start = server.all_pids(), time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - start < 2
    assert wait_until_gone(pids, 0.5) == set()


def test_a_socket_is_closed_when_the_other_side_says_so():
    ours, theirs = socket.socketpair()
    assert not is_closed(ours)
    theirs.sendall(b"more to read")
    assert not is_closed(ours)
    theirs.close()
    assert is_closed(ours), "although there is something left to read"
    ours.close()
    assert is_closed(ours)


@pytest.mark.slow
def test_a_client_that_takes_nothing_is_cut_off(server):
    """The answer is larger than all buffers, and the client reads none of it."""
    query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g a ?h } LIMIT 40000"
    with send(server, query, timeout="20") as link:
        name = f"{urlsplit(server.address).port:04X} 0100007F:{link.getsockname()[1]:04X} 01 "
        wait_for(lambda: name in connections())
        assert 25 < wait_for(lambda: name not in connections(), 90) < 80


def connections():
    """Return the open TCP connections of this machine, as the kernel tells them."""
    return Path("/proc/net/tcp").read_text()
