"""The examples for proxies as they are written, with the real nginx and HAProxy before a real service."""

import getpass
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlencode

import httpx
import pytest

from benchmarks.neighbours.fleet import haproxy_command
from graph.store.manifest import write_manifest
from graph.store.releases import publish
from tests.kit.http.engine import JSON, RUNAWAY
from tests.kit.http.protocol import COUNT
from tests.kit.http.server import free_port, world_server
from tests.kit.http.site import RELEASE
from tests.kit.paths import ROOT
from tests.kit.processes import PATIENCE, processor_seconds, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.peer]

DEPLOY = ROOT / "docs" / "deploy"
REPLICAS = (8001, 8002, 8003)
"""The ports of the replicas in the example of nginx."""
LIMITS = {"trusted_proxies": 1, "client_errors_per_minute": 2, "result_bytes": 64 << 20, "queue": 250}
_ROWS = " ".join(f"<http://example.org/n{number}>" for number in range(60))
LARGE = f"SELECT * {{ VALUES ?s {{ {_ROWS} }} VALUES ?p {{ {_ROWS} }} VALUES ?o {{ {_ROWS} }} }}"
"""216,000 rows, 46 MB of XML."""
ABANDONED = 'kembar_queries_total{lane="free",outcome="abandoned"} '


def nginx(folder: Path, port: int, upstreams: Sequence[int]) -> list[str]:
    """Return the command that runs the example of nginx, without TLS, as this user and in this folder."""
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    site = re.sub(r"    listen 443 ssl;\n    listen \[::\]:443 ssl;", f"    listen 127.0.0.1:{port};", site)
    site = re.sub(r"    ssl_certificate.*\n", "", site)
    site = site.replace("kota-kembar.example", "kota-kembar.example 127.0.0.1")
    for stated, upstream in zip(REPLICAS, upstreams, strict=True):
        site = site.replace(f"server 127.0.0.1:{stated} ", f"server 127.0.0.1:{upstream} ")
    places = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; user {getpass.getuser()}; worker_processes 1;\n"
        f"pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\naccess_log off;\n{places}{site}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(config)]


def haproxy(folder: Path, port: int, upstreams: Sequence[int]) -> list[str]:
    """Return the command that runs the example of HAProxy, without TLS."""
    named = [f"REPLICA{number}=127.0.0.1:{upstream}" for number, upstream in enumerate(upstreams, 1)]
    return ["env", *named, *haproxy_command(folder, port)]


PROXIES = {"nginx": nginx, "haproxy": haproxy}


@contextmanager
def running_proxy(name: str, folder: Path, upstreams: Sequence[int]) -> Iterator[int]:
    """Yield the port of a proxy before three services, or one that stands for all."""
    if not shutil.which(name):
        pytest.skip(f"there is no {name}")
    port = free_port()
    folder.mkdir()
    process = subprocess.Popen(PROXIES[name](folder, port, upstreams), stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: process.poll() is not None or answers(port))
        assert process.poll() is None, "the proxy does not take its example"
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=PATIENCE).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("world")
    with world_server(home, **LIMITS) as server:
        yield server, home


@pytest.fixture(scope="module", params=PROXIES)
def proxy(request, server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxy") / request.param
    with running_proxy(request.param, folder, [server[0].port] * 3) as port:
        yield port


class _IllReplica(BaseHTTPRequestHandler):
    """Says that it is well, and to all else `words`, before it ends the connection."""

    words = b""

    def do_GET(self) -> None:
        if self.path == "/health/ready":
            said = b'{"status":"ok"}'
            self.send_response(200)
            self.send_header("X-Kembar-Release", RELEASE)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
        else:
            self.wfile.write(self.words)
        self.close_connection = True

    do_POST = do_GET

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


class _Overloaded(_IllReplica):
    words = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nContent-Length: 0\r\n\r\n"


@contextmanager
def ill_replica(kind: type[_IllReplica]) -> Iterator[int]:
    """Yield the port of a replica that looks well and is not."""
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("name", PROXIES)
def test_a_replica_that_does_not_answer_is_not_noticed(name, server, tmp_path):
    """One is not there, one ends each connection without a word, one is overloaded or damaged."""
    with ill_replica(_IllReplica) as silent, ill_replica(_Overloaded) as busy:
        for number, ill in enumerate((free_port(), silent, busy)):
            with running_proxy(name, tmp_path / str(number), [server[0].port, ill, ill]) as port:
                assert [ask(port, "127.0.0.9", f"{COUNT} # {turn}") for turn in range(12)] == [200] * 12
                asked = {"query": COUNT}
                posted = httpx.post(f"http://127.0.0.1:{port}/sparql", data=asked, timeout=PATIENCE)
                assert posted.status_code == 200


@pytest.mark.parametrize("name", PROXIES)
def test_the_one_that_is_well_is_found_though_it_is_the_busiest(name, server, tmp_path):
    """Those that end each connection have the fewest of them."""
    with (
        ill_replica(_Overloaded) as ill,
        running_proxy(name, tmp_path / name, [server[0].port, ill, ill]) as port,
    ):
        reader = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        reader.request("GET", "/sparql?" + urlencode({"query": f"{LARGE} # {name}"}))
        assert reader.getresponse().status == 200
        assert [ask(port, "127.0.0.9", f"{COUNT} # {name} {turn}") for turn in range(12)] == [200] * 12
        reader.close()


def ask(port: int, address: str, query: str, **headers: str) -> int:
    """Return the status of a query that comes from an address of this machine's own network."""
    link = HTTPConnection("127.0.0.1", port, timeout=PATIENCE, source_address=(address, 0))
    link.request("GET", "/sparql?" + urlencode({"query": query}), headers={"Accept": JSON} | headers)
    response = link.getresponse()
    response.read()
    link.close()
    return response.status


def test_each_client_has_its_own_share_whatever_it_writes(proxy):
    mine, other = f"127.0.{os.getpid() % 200 + 1}.{proxy % 200 + 2}", "127.0.0.250"
    assert [ask(proxy, mine, "SELECT * WHER {}") for _ in range(4)] == [400] * 4
    assert ask(proxy, mine, COUNT) == 429
    assert ask(proxy, mine, COUNT, **{"X-Forwarded-For": other}) == 429
    assert ask(proxy, other, COUNT) == 200


def test_a_slow_client_is_not_noticed_by_others(proxy):
    head = "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\nContent-Type: a/b\r\n\r\nhalf"
    links = []
    for _ in range(50):
        link = HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
        link.connect()
        link.sock.sendall(head.encode())
        links.append(link)
    assert ask(proxy, "127.0.0.9", COUNT) == 200
    for link in links:
        link.close()


def test_a_large_answer_comes_whole(proxy, server):
    asked = {"query": LARGE, "format": "xml"}
    plain = {"Accept-Encoding": "identity"}
    straight = server[0].get("/sparql", params=asked, headers=plain)
    through = httpx.get(f"http://127.0.0.1:{proxy}/sparql", params=asked, headers=plain, timeout=PATIENCE)
    assert (straight.status_code, through.status_code) == (200, 200)
    assert len(through.content) == len(straight.content) > 40_000_000
    assert through.content == straight.content
    assert through.headers["ETag"] == straight.headers["ETag"]


def test_a_client_that_leaves_has_its_query_stopped_through_a_proxy_too(proxy, server):
    before, pids = abandoned(server[0]), server[0].query_pids()
    begun = processor_seconds(pids) + 0.5
    link = HTTPConnection("127.0.0.1", proxy, timeout=PATIENCE)
    link.request("GET", "/sparql?" + urlencode({"query": RUNAWAY + f" # {proxy}"}))
    wait_until(lambda: processor_seconds(pids) > begun)
    link.close()
    wait_until(lambda: abandoned(server[0]) == before + 1)


def abandoned(server) -> float:
    """Return how many queries were stopped since nobody waited for them any more."""
    lines = server.get("/metrics").text.splitlines()
    return sum(float(line.removeprefix(ABANDONED)) for line in lines if line.startswith(ABANDONED))


def test_the_links_of_a_page_name_the_host_and_scheme_of_the_client(proxy):
    asked = {"Accept": "text/html", "Host": "127.0.0.1:443", "X-Forwarded-Proto": "https"}
    page = httpx.get(f"http://127.0.0.1:{proxy}/sparql", headers=asked, timeout=PATIENCE)
    assert "http://127.0.0.1:443/sparql" in page.text, "the proxy is asked without TLS"


def test_the_metrics_are_for_this_machine(proxy):
    assert httpx.get(f"http://127.0.0.1:{proxy}/metrics", timeout=PATIENCE).status_code in (200, 404)


def test_a_new_release_is_seen_through_the_proxy(proxy, server):
    running, home = server
    new = f"2026-11-22-{proxy:08x}"
    shutil.copytree(home / "releases" / RELEASE, home / "releases" / new)
    manifest = json.loads((home / "releases" / RELEASE / "manifest.json").read_text("utf-8"))
    write_manifest(home / "releases" / new, manifest | {"id": new})
    publish(home, new)
    address = f"http://127.0.0.1:{proxy}/limits.json"
    wait_until(lambda: httpx.get(address, timeout=PATIENCE).headers["X-Kembar-Release"] == new)
    assert running.is_ready()
