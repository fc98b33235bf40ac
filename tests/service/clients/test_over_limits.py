"""Over the limits every real client fails, and none may take an error for a result."""

import csv
import io
import json
import shutil
import subprocess
import urllib.error
import urllib.parse
import urllib.request

import httpx
import pandas
import pytest
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, SPARQLWrapper

from endpoint.sparql.negotiation import FORMATS
from tests.kit.http.engine import RUNAWAY
from tests.kit.http.protocol import COUNT, KK
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
HUGE_GRAPH = "CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server


@pytest.fixture(scope="module")
def address(server):
    return server.address


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory):
    """A server that lets each client ask for a thousandth of a second a minute."""
    changes = {"client_seconds_per_minute": 0.001}
    with world_server(tmp_path_factory.mktemp("world"), **changes) as server:
        assert server.get("/sparql", params={"query": RUNAWAY, "timeout": "0.2"}).status_code == 504
        yield server.address


def seconds_for(query):
    """Return how long a query may take: only the one that never ends is short of time."""
    return "0.3" if query == RUNAWAY else "30"


def by_httpx(address, query, suffix):
    asked = {"query": query, "format": suffix, "timeout": seconds_for(query)}
    return httpx.get(f"{address}/sparql", params=asked, timeout=PATIENCE).raise_for_status().content


def by_httpx_post(address, query, suffix):
    asked = {"query": query, "format": suffix, "timeout": seconds_for(query)}
    return httpx.post(f"{address}/sparql", data=asked, timeout=PATIENCE).raise_for_status().content


def by_urllib(address, query, suffix):
    asked = urllib.parse.urlencode({"query": query, "format": suffix, "timeout": seconds_for(query)})
    with urllib.request.urlopen(f"{address}/sparql?{asked}", timeout=PATIENCE) as response:
        return response.read()


def by_pandas(address, query, suffix):
    asked = urllib.parse.urlencode({"query": query, "format": "csv", "timeout": seconds_for(query)})
    return pandas.read_csv(f"{address}/sparql?{asked}")


def by_sparqlwrapper(address, query, suffix, method="GET"):
    wrapper = SPARQLWrapper(f"{address}/sparql", returnFormat=JSON)
    wrapper.addParameter("timeout", seconds_for(query))
    wrapper.setMethod(method)
    wrapper.setQuery(query)
    return wrapper.queryAndConvert()


def by_sparqlwrapper_post(address, query, suffix):
    return by_sparqlwrapper(address, query, suffix, "POST")


def by_rdflib(address, query, suffix):
    return list(SPARQLStore(f"{address}/sparql", params={"timeout": seconds_for(query)}).query(query))


def by_curl(address, query, suffix):
    asked = urllib.parse.urlencode({"query": query, "format": suffix, "timeout": seconds_for(query)})
    command = ["curl", "--silent", "--show-error", "--fail", f"{address}/sparql?{asked}"]
    return subprocess.run(command, check=True, capture_output=True).stdout


CLIENTS = [
    *(by_httpx, by_httpx_post, by_urllib, by_pandas, by_sparqlwrapper, by_sparqlwrapper_post, by_rdflib),
    pytest.param(by_curl, marks=pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")),
]


@pytest.mark.parametrize("fetch", CLIENTS, ids=lambda fetch: fetch.__name__)
def test_every_client_gets_an_answer_within_the_limits(address, fetch):
    assert "10" in str(fetch(address, COUNT, "csv"))


def failure_of(fetch, *arguments):
    """Return all that a client says when it fails, and hang up for it where it forgets to."""
    with pytest.raises(Exception) as raised:
        fetch(*arguments)
    said, error = "", raised.value
    while error is not None:
        said += f"{type(error).__name__} {error} {getattr(error, 'stderr', '')} "
        if isinstance(error, urllib.error.HTTPError):
            error.close()
        error = error.__cause__ or error.__context__
    return said


@pytest.mark.parametrize("fetch", CLIENTS, ids=lambda fetch: fetch.__name__)
@pytest.mark.parametrize("status", ["504", "413"])
def test_every_client_fails_over_a_limit(address, fetch, status):
    query = {"504": RUNAWAY, "413": HUGE}[status]
    assert status in failure_of(fetch, address, query, "json")


@pytest.mark.parametrize("fetch", CLIENTS, ids=lambda fetch: fetch.__name__)
def test_every_client_fails_over_its_rate(strict_server, fetch):
    assert "429" in failure_of(fetch, strict_server, COUNT, "json")


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("fetch", [by_httpx, by_urllib], ids=lambda fetch: fetch.__name__)
def test_no_format_lets_a_part_pass_for_the_whole(address, fetch, fmt):
    query = HUGE_GRAPH if "graph" in fmt.kinds else HUGE
    assert "413" in failure_of(fetch, address, query, fmt.suffix)


def test_the_error_itself_cannot_be_read_as_a_result(server):
    response = server.get("/sparql", params={"query": HUGE}, headers={"Accept": "text/csv"})
    assert response.headers["Content-Type"] == "application/problem+json"
    assert len(list(csv.reader(io.StringIO(response.text)))) == 1
    assert set(json.loads(response.text)) >= {"type", "title", "status", "detail", "limit", "limited"}


def test_a_query_that_was_stopped_leaves_the_next_one_unharmed(address):
    with pytest.raises(httpx.HTTPStatusError):
        by_httpx(address, RUNAWAY, "json")
    assert by_httpx(address, KK + "ASK { ?a kk:partnerOf ?b }", "csv") == b"true"
