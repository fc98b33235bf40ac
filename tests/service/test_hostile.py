"""Hostile requests against a real server: each is refused or harmless, and a canary hears nothing."""

import time
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.kit.http.engine import CALLS, canary
from tests.kit.http.protocol import CORE, COUNT
from tests.kit.http.server import world_server
from tests.kit.processes import PATIENCE

pytestmark = pytest.mark.slow

QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
PASSWD = "/etc/passwd"


@pytest.fixture(scope="module")
def bird():
    with canary() as bird:
        yield bird


@pytest.fixture(scope="module")
def server(tmp_path_factory, bird):
    with world_server(tmp_path_factory.mktemp("world")) as server:
        yield server
        assert bird.contacts == 0, "the server called out"


@pytest.fixture(scope="module")
def web(server):
    with httpx.Client(base_url=server.address, timeout=PATIENCE) as web:
        yield web


@pytest.fixture
def quiet(bird):
    """Fail the very test after which the canary has been called."""
    yield bird
    assert bird.contacts == 0


# ``%s`` is <the address of the canary>, ``%u`` the address alone, ``%h`` its host and port.
CALLS_OUT = [
    *CALLS,
    "SELECT * { SERVICE\t%s\t{ ?s ?p ?o } }",
    "SELECT * { SERVICE\r\n%s\r\n{ ?s ?p ?o } }",
    "\ufeffSELECT * { SERVICE %s { ?s ?p ?o } }",
    "SELECT * { SERVICE <%u#fragment> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://user:password@%h/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://\\u003127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "SELECT * { SERVICE <ftp://%h/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <gopher://%h/x> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://169.254.169.254/latest/meta-data/> { ?s ?p ?o } }",
    "SELECT * { SERVICE <http://[::1]:1/> { ?s ?p ?o } }",
    "BASE %s SELECT * { SERVICE <> { ?s ?p ?o } }",
    "BASE %s SELECT * { SERVICE <relative> { ?s ?p ?o } }",
    "SELECT * { VALUES ?where { %s } SERVICE ?where { ?s ?p ?o } }",
    "SELECT * { BIND(IRI('%u') AS ?where) SERVICE ?where { ?s ?p ?o } }",
    "SELECT * { BIND(%s AS ?where) SERVICE SILENT ?where { ?s ?p ?o } }",
    "SELECT * { { ?s ?p ?o } UNION { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o MINUS { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { ?s ?p ?o LATERAL { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { GRAPH ?g { SERVICE %s { ?s ?p ?o } } }",
    "SELECT (EXISTS { SERVICE %s { ?s ?p ?o } } AS ?x) {}",
    "SELECT * {} ORDER BY (EXISTS { SERVICE %s { ?s ?p ?o } })",
    "SELECT (COUNT(*) AS ?n) {} GROUP BY (EXISTS { SERVICE %s {} } AS ?g)",
    "SELECT (1 AS ?x) {} HAVING (EXISTS { SERVICE %s {} })",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE %s { ?s ?p ?o } }",
    "# harmless\n# comment\nSELECT * { # SERVICE\n SERVICE # {\n %s { ?s ?p ?o } }",
    "SELECT * { ?s ?p '# not a comment' SERVICE %s { ?s ?p ?o } }",
    'SELECT * { ?s ?p """\\"""" SERVICE %s { ?s ?p ?o } }',
    "SELECT * { ?s ?p '\\\\' SERVICE %s { ?s ?p ?o } }",
    "SELECT * { ?s ?p 'x'@en SERVICE %s { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1.SERVICE %s { ?s ?p ?o } }",
    "SELECT * { SERVICE %s { SERVICE %s { ?s ?p ?o } } }",
    "SELECT * { SERVICE %s {} } VALUES ?x { 1 }",
    "ASK { SERVICE %s {} } ; ASK { SERVICE %s {} }",
]
CHANGES = [
    "LOAD %s",
    "LOAD SILENT %s",
    "LOAD %s INTO GRAPH <a:g>",
    "load<%u>",
    "LOAD <file:///etc/passwd>",
    "PREFIX x: %s LOAD x:",
    "BASE %s LOAD <>",
    "# SELECT\nLOAD %s",
    "ASK {} ; LOAD %s",
    "ASK {} LOAD %s",
    "SELECT * {} ; DROP ALL",
    "SELECT * { ?s ?p ?o } INSERT DATA { <a:a> <a:a> <a:a> }",
    "INSERT DATA { <a:a> <a:a> <a:a> }",
    "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "INSERT { ?s ?p ?o } WHERE { SERVICE %s { ?s ?p ?o } }",
    "DELETE DATA { <a:a> <a:a> <a:a> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "CLEAR ALL",
    "CLEAR SILENT DEFAULT",
    "DROP ALL",
    "DROP SILENT NAMED",
    "CREATE GRAPH <a:g>",
    "COPY <a:g> TO <a:h>",
    "MOVE DEFAULT TO <a:h>",
    "ADD <a:g> TO DEFAULT",
    "\\u0044ROP ALL",
    "DR\u200bOP ALL",
    "/* x */ DROP ALL",
    "BASE <a:b> PREFIX a: <b:> VERSION '1.2' DROP ALL",
]
HARMLESS = [
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM NAMED <file:///etc/passwd> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * FROM %s { ?s ?p ?o }",
    "SELECT * FROM NAMED %s { GRAPH ?g { ?s ?p ?o } }",
    "BASE %s SELECT * FROM <> FROM <a> { ?s ?p ?o }",
    "SELECT * { GRAPH %s { ?s ?p ?o } }",
    "SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }",
    "SELECT * { %s ?p ?o }",
    "SELECT * { ?s %s* ?o } LIMIT 1",
    "DESCRIBE %s",
    "DESCRIBE <file:///etc/passwd>",
    "CONSTRUCT { %s %s %s } WHERE {}",
    "CONSTRUCT { <a:a> <http://www.w3.org/2002/07/owl#imports> %s } WHERE {}",
    "SELECT (IRI('%u') AS ?x) {}",
    "SELECT ('1'^^%s AS ?x) {}",
    'SELECT ("<%u> POINT(0 0)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> AS ?x) {}',
    "SELECT (REGEX('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!', '^(a+)+$') AS ?x) {}",
    "SELECT ?service { ?service ?p 'SERVICE %s' }",
    "PREFIX service: %s SELECT * { service:x ?p ?o }",
    "SELECT ('<script>alert(1)</script>' AS ?x) {}",
    "SELECT ('a\\r\\nSet-Cookie: x=1' AS ?x) {}",
]
REFUSED_OR_STOPPED = [
    "SELECT (%s(1) AS ?x) {}",
    "SELECT (<http://xmlns.com/none>(1) AS ?x) {}",
    "SELECT (<java:java.lang.Runtime>(1) AS ?x) {}",
    "SELECT (REPLACE(" * 9 + "'aaaaaaaaaa'" + ", 'a', 'aaaaaaaaaa')" * 9 + " AS ?x) {}",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a",
    "SELECT (COUNT(*) AS ?n) { ?a (!<a:a>)* ?b . ?c (!<a:a>)* ?d }",
    "SELECT " + "(" * 5000 + "1" + ")" * 5000 + " {}",
    "SELECT * " + "{" * 20000,
    "[" * 60000,
    "SELECT * { ?s ?p '" + "\\" * 60001 + "' }",
    "SELECT * { VALUES ?x { '" + "\x00" * 100 + " } }",
]


def fill(text, bird):
    address = bird.address
    return text.replace("%s", f"<{address}>").replace("%u", address).replace("%h", urlsplit(address).netloc)


@dataclass(frozen=True)
class Attack:
    """One request that is not about the text of a query; ``statuses`` are the answers that are fine."""

    target: str = "/sparql"
    method: str = "GET"
    body: str | bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    statuses: tuple[int, ...] = (400,)


BAD = (400, 404, 405, 406, 413, 414, 415, 431)
ATTACKS = {
    "update in a form": Attack("/sparql", "POST", "update=LOAD+%s", {"Content-Type": FORM}),
    "update directly": Attack("/sparql", "POST", "LOAD %s", {"Content-Type": UPDATE}),
    "update in the address": Attack("/sparql?update=LOAD+%s"),
    "update beside a query": Attack("/sparql?query=ASK%7B%7D&update=LOAD+%s"),
    "update as a query body": Attack("/sparql", "POST", "LOAD %s", {"Content-Type": QUERY}),
    "update of an older release": Attack("/release/2026-11-21-0a1b2c3d/sparql?update=LOAD+%s"),
    "update to a question": Attack("/queries/growth-by-year.csv?update=LOAD+%s"),
    "update through JSON": Attack(
        "/sparql", "POST", '{"update": "LOAD %s"}', {"Content-Type": "application/json"}, BAD
    ),
    "update through multipart": Attack(
        "/sparql",
        "POST",
        '--x\r\nContent-Disposition: form-data; name="update"\r\n\r\nLOAD %s\r\n--x--',
        {"Content-Type": "multipart/form-data; boundary=x"},
        BAD,
    ),
    "method override": Attack("/sparql", "POST", "ASK {}", {"X-HTTP-Method-Override": "PUT"}, BAD),
    "PUT": Attack("/sparql", "PUT", "<a:a> <a:a> %s .", {"Content-Type": "text/turtle"}, (405,)),
    "PATCH": Attack("/sparql", "PATCH", "INSERT DATA {}", {"Content-Type": UPDATE}, (405,)),
    "DELETE": Attack("/sparql", "DELETE", None, {}, (405,)),
    "TRACE": Attack("/sparql", "TRACE", None, {}, (405,)),
    "graph store PUT": Attack(
        "/graph?graph=a:g", "PUT", "<a:a> <a:a> %s .", {"Content-Type": "text/turtle"}, (405,)
    ),
    "graph store POST of a JSON-LD context": Attack(
        "/graph?default", "POST", '{"@context": "%u"}', {"Content-Type": "application/ld+json"}, (405,)
    ),
    "graph store DELETE": Attack("/graph?default", "DELETE", None, {}, (405,)),
    "JSON-LD context in a query body": Attack(
        "/sparql", "POST", '{"@context": "%u", "@id": "a:a"}', {"Content-Type": "application/ld+json"}, (415,)
    ),
    "JSON-LD context by Link": Attack(
        "/sparql",
        "POST",
        "{}",
        {
            "Content-Type": "application/json",
            "Link": '<%u>; rel="http://www.w3.org/ns/json-ld#context"',
        },
        (415,),
    ),
    "XML entity": Attack(
        "/sparql",
        "POST",
        '<!DOCTYPE x [<!ENTITY e SYSTEM "%u">]><x>&e;</x>',
        {"Content-Type": "application/xml"},
        (415,),
    ),
    "graph of another host": Attack("/graph?graph=%u", statuses=(404,)),
    "graph of a file": Attack("/graph?graph=file:///etc/passwd", statuses=(404,)),
    "default graph of another host": Attack(
        "/sparql?query=SELECT*%7B?s?p?o%7D&default-graph-uri=%u", statuses=(200,)
    ),
    "named graph of a file": Attack(
        "/sparql?query=SELECT*%7BGRAPH?g%7B?s?p?o%7D%7D&named-graph-uri=file:///etc/passwd", statuses=(200,)
    ),
    "graph that breaks out of its term": Attack(
        "/sparql?query=ASK%7B%7D&default-graph-uri=a:a%3E%20SERVICE%20%s%20%7B%7D"
    ),
    "format of another host": Attack("/sparql?query=ASK%7B%7D&format=%u", statuses=(406,)),
    "Host": Attack("/sparql", headers={"Host": "%h", "Accept": "text/turtle"}, statuses=(200,)),
    "forwarded host": Attack(
        "/", headers={"X-Forwarded-Host": "%h", "X-Original-URL": "/metrics"}, statuses=(200,)
    ),
    "forwarded for": Attack("/health", headers={"X-Forwarded-For": "%h, ' OR 1=1"}, statuses=(200,)),
    "referer": Attack("/health", headers={"Referer": "%u", "Origin": "%u"}, statuses=(200,)),
    "walk up": Attack("/static/..%2f..%2f..%2f..%2fetc%2fpasswd", statuses=BAD),
    "walk up in dots": Attack("/static/....//....//etc/passwd", statuses=BAD),
    "walk up in data": Attack("/data/latest/..%2f..%2fmanifest.json", statuses=BAD),
    "walk up in a release": Attack("/release/..%2f..%2fetc/sparql?query=ASK%7B%7D", statuses=BAD),
    "walk up in a thing": Attack("/place/..%2f..%2fetc%2fpasswd", statuses=BAD),
    "a thing that breaks out of its term": Attack("/place/x%3E%20%7D%20SERVICE%20%s%20%7B", statuses=BAD),
    "a question's value that is a query": Attack(
        "/queries/partners-of-a-city.csv?city=%3Chttp://x%3E%20%7D%20SERVICE%20%s%20%7B", statuses=BAD
    ),
    "a question's value that is another host": Attack(
        "/queries/partners-of-a-city.csv?city=%u", statuses=BAD
    ),
    "an address as a path": Attack("/%u", statuses=BAD),
    "two slashes": Attack("//127.0.0.1/sparql", statuses=(*BAD, 308)),
    "bad percent": Attack("/sparql?query=%ZZ%"),
    "no UTF-8": Attack("/sparql?query=%ff%fe"),
    "null": Attack("/sparql?query=ASK%7B%7D%00"),
    "a long query": Attack("/sparql", "POST", "query=ASK{}" + "%23" * 70_000, {"Content-Type": FORM}, (413,)),
    "a long body": Attack("/sparql", "POST", "x" * 1_000_000, {"Content-Type": QUERY}, (413,)),
    "a long address": Attack("/sparql?query=" + "x" * 60_000, statuses=BAD),
    "a long header": Attack("/sparql", headers={"X-Long": "x" * 70_000}, statuses=BAD),
    "many parameters": Attack("/sparql?" + "a=1&" * 9_000 + "query=ASK%7B%7D", statuses=(200, *BAD)),
    "many Accepts": Attack(
        "/sparql?query=ASK%7B%7D", headers={"Accept": ",".join(["a/b;q=0.1"] * 500)}, statuses=(406, *BAD)
    ),
    "odd Accept": Attack(
        "/sparql?query=ASK%7B%7D", headers={"Accept": ";q=;,*/*;q=nan,,"}, statuses=(200, 406)
    ),
    "odd encodings": Attack("/", headers={"Accept-Encoding": "gzip;q=nan, zstd;q=-1"}, statuses=(200,)),
    "odd tags": Attack(
        "/", headers={"If-None-Match": '"-gzip", W/"', "Range": "bytes=-1,0-"}, statuses=(200, 206, 416)
    ),
    "odd timeout": Attack("/sparql?query=ASK%7B%7D&timeout=1e999"),
    "endless timeout": Attack("/sparql?query=ASK%7B%7D&timeout=inf"),
    "compressed bomb": Attack(
        "/sparql",
        "POST",
        b"\x1f\x8b" + b"\0" * 100,
        {"Content-Type": QUERY, "Content-Encoding": "gzip"},
        (415,),
    ),
}

RAW = {
    "absolute address of another host": "GET %unone HTTP/1.1\r\nHost: %h\r\nConnection: close\r\n\r\n",
    "an endless line": "GET /sparql?query=" + "x" * 70_000 + " HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": "CONNECT %h HTTP/1.1\r\nHost: %h\r\nConnection: close\r\n\r\n",
    "no HTTP": "LOAD %s\r\n\r\n",
    "two lengths": "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\nContent-Length: 7\r\n\r\nASK {}",
    "length and chunks": (
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\nGET %u HTTP/1.1\r\nHost: x\r\n\r\n"
    ),
    "a broken chunk": (
        f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nTransfer-Encoding: chunked\r\n"
        "Connection: close\r\n\r\nZZZ\r\nLOAD %s\r\n0\r\n\r\n"
    ),
    "a header in a header": "GET /sparql?query=ASK{}\r\nX: %u HTTP/1.1\r\nHost: x\r\n\r\n",
    "a negative length": "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\nASK {}",
}


def send(web, attack, bird):
    target = fill(attack.target, bird)
    body = fill(attack.body, bird).encode() if isinstance(attack.body, str) else attack.body
    headers = {name: fill(value, bird) for name, value in attack.headers.items()}
    raw = target if "%" in target else quote(target, safe="/?&=:%+<>")
    raw = raw.replace("<", "%3C").replace(">", "%3E")
    url = web.base_url.copy_with(raw_path=raw.encode())
    return web.request(attack.method, url, content=body, headers=headers)


def assert_clean(response):
    assert "root:" not in response.text
    assert "Traceback" not in response.text
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def ways(web, query, **more):
    """Yield the answers to a query that comes in each of the three ways; in an address when it is short."""
    if len(query) < 20_000:
        yield web.get("/sparql", params={"query": query, **more})
    yield web.post("/sparql", data={"query": query, **more})
    yield web.post("/sparql", params=more, content=query.encode(), headers={"Content-Type": QUERY})


def test_there_are_more_than_a_hundred_of_them():
    texts = [CALLS_OUT, CHANGES, HARMLESS, REFUSED_OR_STOPPED]
    assert sum(map(len, texts)) * 3 + len(ATTACKS) + len(RAW) > 350
    assert sum(map(len, texts)) + len(ATTACKS) + len(RAW) > 150


@pytest.mark.parametrize("text", CALLS_OUT)
def test_what_calls_out_is_refused_in_every_way_it_comes(web, quiet, text):
    for response in ways(web, fill(text, quiet)):
        assert response.status_code == 400
        assert_clean(response)
        assert response.json()["type"].rsplit("/")[-1] in ("refused", "syntax")


@pytest.mark.parametrize("text", CHANGES)
def test_what_changes_data_is_refused_in_every_way_it_comes(web, quiet, text):
    for response in ways(web, fill(text, quiet)):
        assert response.status_code == 400
        assert_clean(response)


@pytest.mark.parametrize("text", HARMLESS)
@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/ld+json, text/csv;q=0.5"])
def test_what_only_names_other_places_is_answered_and_touches_none(web, quiet, text, accept):
    asked = {"query": fill(text, quiet)}
    response = web.get("/sparql", params=asked, headers={"Accept": accept})
    assert response.status_code == 200
    assert_clean(response)
    assert "Set-Cookie" not in response.headers
    assert "<script>alert" not in response.text or accept != "text/html"


@pytest.mark.parametrize("text", REFUSED_OR_STOPPED, ids=lambda text: text[:24])
def test_what_does_harm_is_refused_or_stopped(web, quiet, text):
    for response in ways(web, fill(text, quiet), timeout="0.5"):
        assert response.status_code in (400, 413, 414, 500, 504)
        if response.status_code != 414:
            assert_clean(response)


@pytest.mark.parametrize("name", ATTACKS)
def test_other_ways_in_are_closed(web, quiet, name):
    response = send(web, ATTACKS[name], quiet)
    assert response.status_code in ATTACKS[name].statuses
    assert "root:" not in response.text
    assert "Traceback" not in response.text


@pytest.mark.parametrize("name", RAW)
def test_what_is_hardly_http_gets_no_further(server, quiet, name):
    with server.connect() as link:
        link.sendall(fill(RAW[name], quiet).encode())
        answer = b""
        while chunk := link.recv(4096):
            answer += chunk
            if b"\r\n\r\n" in answer:
                break
    assert answer.split(b" ")[1] in (b"400", b"404", b"405", b"411", b"414", b"415", b"501")


def test_who_does_not_hang_up_holds_nobody_else_up(server):
    asked = b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    links = [server.connect() for _ in range(30)]
    try:
        for link in links:
            link.sendall(asked)
            assert link.recv(4096).startswith(b"HTTP/1.1 200")
        start = time.monotonic()
        assert server.get("/health/live").status_code == 200
        assert time.monotonic() - start < 30, "gunicorn alone: 2 seconds for each of them"
        for link in links:
            while link.recv(4096):
                pass
    finally:
        for link in links:
            link.close()


def test_after_all_that_the_service_is_as_it_was(web, quiet):
    response = web.get("/sparql", params={"query": COUNT})
    assert response.json()["results"]["bindings"][0]["n"]["value"] == "10"
    assert web.get("/sparql", params={"query": f"ASK {{ GRAPH <{CORE}> {{ ?s ?p ?o }} }}"}).json()["boolean"]
    assert not web.get("/sparql", params={"query": "ASK { <a:a> ?p ?o }"}).json()["boolean"]
    assert web.get("/health").status_code == 200
