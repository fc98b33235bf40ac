"""Nothing that a client sends costs the process that serves everybody more than a moment of its processor.

Measured in processor time of this process, in which the application runs; the query processes are others.
"""

import time
from collections.abc import Callable
from urllib.parse import quote

import pytest

from tests.kit.http.protocol import BROWSER, world_protocol
from tests.kit.http.site import RELEASE

pytestmark = pytest.mark.slow

BYTES = 64 * 1024
HEADER_BYTES = 8 * 1024
"""What a query or an address may have, and one header: of longer ones nothing comes to the application."""
MOST_SECONDS = 0.05
"""On the machine of docs/limits.md; on another one as many times more as it is slower at the moment."""
BUSY = 1.5
"""So much longer a neighbour on the same cores makes it take, beyond what the yardstick tells."""
YARDSTICK_SECONDS = 0.012
"""What `yardstick` takes there."""
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


def fill(head: str, unit: str, tail: str = "") -> str:
    """Return 64 KiB (but for the last bytes) of one thing again and again."""
    return head + unit * ((BYTES - 16 - len(head.encode()) - len(tail)) // len(unit.encode())) + tail


SHAPES = {
    "selections": fill("", "SELECT "),
    "selections in parentheses": fill("", "SELECT ("),
    "selected names": fill("SELECT ?a", " ?b"),
    "commas": fill("SELECT ?a", ",?b"),
    "bindings": fill("SELECT * {", "BIND "),
    "bindings in one another": fill("SELECT * {", "BIND("),
    "parentheses": fill("SELECT ", "("),
    "braces": fill("SELECT * ", "{"),
    "closed braces": fill("SELECT * ", "}"),
    "brackets": fill("SELECT * {", "["),
    "blank nodes": fill("SELECT * {", "[] "),
    "full stops": fill("SELECT * {", "."),
    "names with stops": fill("SELECT * {", "a."),
    "names with dashes": fill("SELECT * {", "a-"),
    "a label that ends in stops": fill("SELECT * { _:a", "."),
    "one long word": fill("SELECT ", "a"),
    "words of other languages": fill("SELECT * { ?a ", "AND "),
    "words that are nearly right": fill("SELECT * {", "SELCT "),
    "prefixes nobody declared": fill("SELECT * {", "a:b "),
    "relative addresses": fill("SELECT * {", "<a> "),
    "addresses that never end": fill("SELECT * {", "<a"),
    "less than": fill("SELECT * {FILTER(1", "<1"),
    "empty texts": fill("SELECT * {", "''"),
    "texts that never end": fill("SELECT * {", "'''a' "),
    "escapes": fill('SELECT * {"', '\\"'),
    "one long number": fill("SELECT ", "1"),
    "numbers": fill("SELECT * {", "1.1."),
    "exponents": fill("SELECT * {", "0e"),
    "unions": fill("SELECT * {", "{}UNION"),
    "a path": fill("SELECT * { ?a a", "|a"),
    "filters without parentheses": fill("SELECT * {", "FILTER "),
    "terms": fill("SELECT * {", "?a "),
    "a collection": fill("SELECT * { ?a ?b (", "123 ", ")}"),
    "a table": fill("SELECT * { VALUES ?a {", "123 ", "} GRAPH ?g { ?a a*/a ?b } }"),
    "a table of rows": fill("SELECT * { VALUES ?a {", "(12345678)", "} GRAPH ?g { ?a a*/a ?b } }"),
    "a list of names": fill("SELECT * { ?a ?p|^?p ?b FILTER(?a IN (a:b", ",a:bcd", ")) }"),
    "columns": fill("SELECT * { GRAPH ?g { SELECT ", "?ab ", " { ?a a* ?b } } }"),
    "a template": fill("CONSTRUCT { ?a ?b ", "12345,", "1 } { ?a a|a ?b }"),
    "declarations": fill("", "PREFIX a: <a:b> "),
    "comments": fill("SELECT * {", "#\n"),
    "spaces": fill("SELECT * {", " "),
    "calls out": fill("SELECT * {", "SERVICE"),
    "a geometry": fill("SELECT ('COLLECTION", "("),
    "letters of other scripts": fill("SELECT ?", "中"),
    "zero bytes": fill("SELECT * {", "\0"),
}
"""Texts that are no queries; each made some reader work in the square of its length, or might."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with world_protocol(tmp_path_factory.mktemp("world"), query_seconds=5) as app:
        client = app.test_client()
        for path in ("/sparql", "/reconcile?query=x", "/reconcile/suggest/entity?prefix=x", "/queries/hubs"):
            client.get(path, headers=BROWSER)  # what is read once is read now
        yield app


def yardstick() -> None:
    """Do a fixed amount of work in Python, with memory as readers of texts need it."""
    assert len({number: (str(number), number) for number in range(60_000)}) == 60_000


def least(work: Callable[[], object]) -> float:
    """Return the seconds of processor time that some work takes, the least of three tries."""
    took = []
    for _ in range(3):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def cost(app, method: str, path: str, **options: object) -> float:
    """Return the seconds of processor time that a request takes on the machine of docs/limits.md."""
    client = app.test_client()

    def send() -> None:
        assert client.open(path, method=method, **options).status_code < 500

    return least(send) / max(1, least(yardstick) / YARDSTICK_SECONDS) / BUSY


@pytest.mark.parametrize("name", SHAPES)
def test_no_text_of_a_query_costs_more_than_a_moment(app, name):
    text = SHAPES[name]
    assert BYTES - 100 < len(text.encode()) <= BYTES
    headers = {"Accept": "application/json"}
    assert cost(app, "POST", "/sparql", data=text, content_type=QUERY, headers=headers) < MOST_SECONDS


def long_header(unit: str) -> str:
    """Return the longest header of one thing again and again."""
    return unit * (HEADER_BYTES // len(unit))


def fit(text: str) -> str:
    """Return as much of a text as an address can hold."""
    return text if len(quote(text)) < BYTES else text[: BYTES // 9 - 100]


ROUTES = {
    "query in a form": lambda text: ("POST", "/sparql", {"data": {"query": text}}),
    "query in the address": lambda text: ("GET", "/sparql", {"query_string": {"query": text}}),
    "query of a page": lambda text: ("GET", "/sparql", {"query_string": {"query": text}, "headers": BROWSER}),
    "query of one release": lambda text: (
        "POST",
        f"/release/{RELEASE}/sparql",
        {"data": text, "content_type": QUERY},
    ),
    "graph": lambda text: ("GET", "/graph", {"query_string": {"graph": text}}),
    "name of a graph": lambda text: (
        "GET",
        "/sparql",
        {"query_string": {"query": "ASK{}", "default-graph-uri": "a:" + text}},
    ),
    "many parameters": lambda text: ("GET", "/sparql?" + "&a=" * (BYTES // 3), {}),
    "format": lambda text: ("GET", "/sparql", {"query_string": {"query": "ASK{}", "format": text}}),
    "timeout": lambda text: ("GET", "/sparql", {"query_string": {"query": "ASK{}", "timeout": text}}),
    "a query to complete": lambda text: (
        "POST",
        "/sparql/complete",
        {"json": {"before": text, "word": text}},
    ),
    "a query to check": lambda text: ("POST", "/sparql/check", {"json": {"query": text}}),
    "brackets to complete": lambda text: ("POST", "/sparql/complete", {"data": "[" * BYTES}),
    "a name to search": lambda text: ("GET", "/search", {"query_string": {"q": text}, "headers": BROWSER}),
    "a name that is typed": lambda text: ("GET", "/search.json", {"query_string": {"q": text}}),
    "a question": lambda text: ("GET", f"/queries/{quote(text[:9000], safe='')}", {}),
    "a value of a question": lambda text: (
        "GET",
        "/queries/partners-of-a-city",
        {"query_string": {"city": text}, "headers": BROWSER},
    ),
    "a value of a question as CSV": lambda text: (
        "GET",
        "/queries/partners-of-a-city.csv",
        {"query_string": {"city": text}},
    ),
    "a thing": lambda text: ("GET", f"/place/{quote(text, safe='')}", {"headers": BROWSER}),
    "a file": lambda text: ("GET", f"/data/{RELEASE}/{quote(text, safe='')}", {}),
    "a release": lambda text: ("GET", f"/release/{quote(text, safe='')}/sparql", {}),
    "a page that is not there": lambda text: ("GET", "/" + quote(text, safe=""), {"headers": BROWSER}),
    "a name to reconcile": lambda text: ("GET", "/reconcile", {"query_string": {"query": text[:1000]}}),
    "what a name begins with": lambda text: (
        "GET",
        "/reconcile/suggest/entity",
        {"query_string": {"prefix": text}},
    ),
    "brackets to reconcile": lambda text: ("POST", "/reconcile", {"data": {"queries": "[" * BYTES}}),
    "a callback": lambda text: ("GET", "/reconcile", {"query_string": {"callback": text}}),
    "a language": lambda text: ("GET", "/", {"query_string": {"lang": text}, "headers": BROWSER}),
    "formats in a header": lambda text: (
        "GET",
        "/sparql?query=ASK{}",
        {"headers": {"Accept": long_header("a/b;q=0.1,")}},
    ),
    "parameters of a format": lambda text: (
        "GET",
        "/sparql?query=ASK{}",
        {"headers": {"Accept": "a/b" + long_header(";a=b")[4:]}},
    ),
    "encodings": lambda text: ("GET", "/", {"headers": {"Accept-Encoding": long_header("gzip;q=0.1,")}}),
    "languages": lambda text: (
        "GET",
        "/",
        {"headers": {"Accept-Language": long_header("en-US;q=0.1,")} | BROWSER},
    ),
    "tags": lambda text: ("GET", "/limits.json", {"headers": {"If-None-Match": long_header('"a-gzip", ')}}),
    "tags that never end": lambda text: (
        "GET",
        "/limits.json",
        {"headers": {"If-None-Match": long_header('W/"')}},
    ),
    "ranges": lambda text: (
        "GET",
        f"/data/{RELEASE}/SHA256SUMS",
        {"headers": {"Range": "bytes=" + long_header("0-1,")[8:]}},
    ),
    "dates": lambda text: ("GET", "/limits.json", {"headers": {"If-Modified-Since": long_header("Sat, ")}}),
    "forwarders": lambda text: (
        "GET",
        "/health/live",
        {"headers": {"X-Forwarded-For": long_header("1.1.1.1, ")}},
    ),
    "cookies": lambda text: ("GET", "/", {"headers": {"Cookie": long_header("a=b; ")} | BROWSER}),
    "a referrer": lambda text: ("GET", "/", {"headers": {"Referer": long_header("a/")} | BROWSER}),
    "a body of parts": lambda text: (
        "POST",
        "/sparql",
        {"data": b"--x\r\n\r\n" * 9000, "content_type": "multipart/form-data; boundary=x"},
    ),
}


@pytest.mark.parametrize("shape", ["selections", "parentheses", "one long word", "letters of other scripts"])
@pytest.mark.parametrize("route", ROUTES)
def test_no_route_reads_what_is_sent_longer_than_a_moment(app, route, shape):
    text = SHAPES[shape]
    method, path, options = ROUTES[route](fit(text))
    if method == "POST":
        method, path, options = ROUTES[route](text)
    assert cost(app, method, path, **options) < MOST_SECONDS
