"""Clients have their turns: one with many requests delays another by one of them; all are answered."""

import json
import select
import threading
from urllib.parse import quote

import httpx
import pytest

from tests.kit.http.engine import JSON, RUNAWAY
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """One query process a lane, and a proxy that says who asks."""
    home = tmp_path_factory.mktemp("world")
    with world_server(home, queue=250, trusted_proxies=1, cache_bytes=1) as server:
        yield server


def send(server, client, path):
    """Return a connection on which a client has asked."""
    link = server.connect()
    link.sendall(
        f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept: {JSON}\r\nX-Forwarded-For: {client}\r\n\r\n".encode()
    )
    return link


def waiting(server):
    lines = server.get("/metrics").text.splitlines()
    return {
        line.split('"')[1]: float(line.rsplit(" ", 1)[1])
        for line in lines
        if line.startswith("kembar_waiting{")
    }


def test_a_query_waits_for_one_of_another_client_and_not_for_all(server):
    endless = [f"/sparql?timeout=2&query={quote(RUNAWAY)}%23{number}" for number in range(6)]
    links = [send(server, "203.0.113.1", path) for path in endless]
    wait_until(lambda: waiting(server).get("free") == 5)
    with httpx.Client(headers={"X-Forwarded-For": "203.0.113.2", "Accept": JSON}, timeout=PATIENCE) as web:
        assert web.get(f"{server.address}/sparql", params={"query": "ASK {}"}).json()["boolean"] is True
    answered = select.select(links, [], [], 0)[0]
    assert len(answered) <= 2
    for link in links:
        link.close()


def test_long_queries_of_one_client_leave_a_process_to_others(server):
    links = [send(server, "203.0.113.7", f"/sparql?query={quote(RUNAWAY)}%23{number}") for number in range(4)]
    wait_until(lambda: waiting(server).get("free") == 3)
    with httpx.Client(headers={"X-Forwarded-For": "203.0.113.8", "Accept": JSON}, timeout=PATIENCE) as web:
        for number in range(5):
            answer = web.get(f"{server.address}/sparql", params={"query": f"ASK {{}} # {number}"})
            assert answer.json()["boolean"] is True
    assert not select.select(links, [], [], 0)[0], "none of them has ended"
    for link in links:
        link.close()


def test_pages_questions_and_the_probe_wait_for_no_free_query(server):
    # other texts than those of the test before, whose queries are still being stopped: none may join them
    endless = [f"/sparql?query={quote(RUNAWAY)}%23free-{number}" for number in range(4)]
    links = [send(server, "203.0.113.3", path) for path in endless]
    wait_until(lambda: waiting(server).get("free", 0) >= 3)
    for path in ("/place/Q11462.html", "/queries/growth-by-year.csv", "/health/ready", "/metrics"):
        assert server.get(path).status_code == 200
    assert not select.select(links, [], [], 0)[0]
    for link in links:
        link.close()


@pytest.mark.parametrize("clients", ["one address", "an address each"])
def test_two_hundred_at_a_time_are_all_answered(server, clients):
    """A count of those who wait refused a quarter of them at once."""
    statuses = []

    def ask(number):
        client = f"198.51.100.{number}" if clients == "an address each" else "198.51.100.0"
        link = send(server, client, f"/sparql?query={quote(f'SELECT ({number} AS ?x) {{}}')}")
        link.settimeout(PATIENCE)
        statuses.append(link.recv(12))
        link.close()

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [b"HTTP/1.1 200"] * 200


def test_a_batch_of_names_and_the_name_of_another_client_are_both_answered(server):
    names = {f"q{number}": {"query": f"Nowhere at the river number {number}"} for number in range(1000)}
    batch = threading.Thread(target=reconcile, args=(server, "203.0.113.5", names, done := []))
    batch.start()
    reconcile(server, "203.0.113.6", {"q": {"query": "Surabaya"}}, one := [])
    assert one[0]["q"]["result"][0]["name"] == "Surabaya"
    batch.join()
    assert len(done[0]) == 1000


def reconcile(server, client, queries, found):
    answer = httpx.post(
        f"{server.address}/reconcile",
        data={"queries": json.dumps(queries)},
        headers={"X-Forwarded-For": client},
        timeout=PATIENCE,
    )
    found.append(answer.json())
