"""An answer whose connection dies on the way fails in every client: no part passes for the whole."""

import os
import shutil
import signal
import subprocess
import time
import urllib.request
from http import HTTPStatus
from urllib.parse import urlencode

import httpx
import pytest

from tests.kit.http.cut import CASES, GRAPHS, LARGE, SECONDS, TABLES, cutter, link_to
from tests.kit.http.protocol import world_server
from tests.kit.http.server import UNMETERED, running_server
from tests.kit.http.site import make_world_home

pytestmark = pytest.mark.slow
CHROMIUM = shutil.which("chromium")
FETCH = "address => fetch(address).then(answer => answer.text()).then(text => text.length)"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.fixture(scope="module")
def whole(server):
    with cutter(server.port, 1) as address:
        yield address


@pytest.fixture(scope="module")
def cut(server):
    with cutter(server.port, 0.5) as address:
        yield address


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
@pytest.mark.parametrize("suffix", [*TABLES, *GRAPHS])
def test_every_answer_tells_its_length_beforehand(server, suffix, encoding):
    with httpx.stream(
        "GET", link_to(server.address, suffix), headers={"Accept-Encoding": encoding}
    ) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers.get("Content-Encoding", "identity") == encoding
        assert int(answer.headers["Content-Length"]) == len(raw)
        assert "Transfer-Encoding" not in answer.headers


@pytest.mark.parametrize(("fetch", "suffix"), CASES)
def test_every_client_gets_the_whole_answer_or_fails(whole, cut, fetch, suffix):
    assert "http://example.org/n59" in str(fetch(whole, suffix))
    with pytest.raises(Exception):  # noqa: B017 - each has an error of its own
        fetch(cut, suffix)


@pytest.fixture(scope="module")
def page():
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page()
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium")
@pytest.mark.parametrize("suffix", [*TABLES, *GRAPHS])
def test_a_script_in_a_browser_gets_the_whole_answer_or_fails(page, server, whole, cut, suffix):
    page.goto(server.address + "/limits.json")
    assert page.evaluate(FETCH, link_to(whole, suffix)) > 100_000
    with pytest.raises(Exception, match=r"Failed to fetch|network error"):
        page.evaluate(FETCH, link_to(cut, suffix))


def in_pieces(address, interrupt):
    """Read as rdflib and others do: http.client compares no lengths then."""
    with urllib.request.urlopen(address, timeout=SECONDS) as answer:
        yield int(answer.headers["Content-Length"]), answer.read(1 << 16)
        interrupt()
        while answer.read(1 << 16):
            pass


def by_httpx(address, interrupt):
    plain = {"Accept-Encoding": "identity"}
    with httpx.stream("GET", address, timeout=SECONDS, headers=plain) as answer:
        pieces = answer.iter_raw(1 << 16)
        yield int(answer.headers["Content-Length"]), next(pieces)
        interrupt()
        for _ in pieces:
            pass


@pytest.mark.parametrize("read", [in_pieces, by_httpx], ids=lambda read: read.__name__)
def test_a_service_that_is_killed_resets_the_connection(tmp_path, read):
    make_world_home(tmp_path)
    with running_server(tmp_path, workers=1, **UNMETERED) as server:
        serving = server.serving_pid()
        address = f"{server.address}/sparql?" + urlencode({"query": LARGE, "format": "xml"})
        reading = read(address, lambda: os.kill(serving, signal.SIGKILL))
        length, piece = next(reading)
        assert len(piece) < length
        with pytest.raises((OSError, httpx.ReadError), match="reset"):
            next(reading, None)


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
def test_curl_tells_of_a_service_that_was_killed(tmp_path):
    make_world_home(tmp_path)
    with running_server(tmp_path, workers=1, **UNMETERED) as server:
        serving, kept = server.serving_pid(), tmp_path / "kept.xml"
        address = f"{server.address}/sparql?" + urlencode({"query": LARGE, "format": "xml"})
        command = ["curl", "--silent", "--limit-rate", "1M", "--output", str(kept), address]
        with subprocess.Popen(command) as curl:
            while not kept.exists() or not kept.stat().st_size:
                assert curl.poll() is None
                time.sleep(0.01)
            os.kill(serving, signal.SIGKILL)
            assert curl.wait(SECONDS) in (18, 56), "a part of the file, or the connection was reset"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("format=rdf&format=application/rdf%2Bxml", HTTPStatus.OK),
        ("format=json&format=ld%2Bjson", HTTPStatus.BAD_REQUEST),
        ("format=ttl&format=nt", HTTPStatus.BAD_REQUEST),
    ],
)
def test_two_names_of_one_format_are_no_contradiction(server, given, status):
    query = urlencode({"query": "CONSTRUCT { <a:a> <a:b> 1 } {}"})
    assert httpx.get(f"{server.address}/sparql?{query}&{given}").status_code == status
