"""An engine elsewhere that lies, breaks off, hangs or moves: each is an honest error, none is passed on."""

import json
import threading
import zlib

import pytest

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from graph.errors import (
    EngineFailed,
    EngineOverloaded,
    EngineTimeout,
    EngineUnreachable,
    QueryAbandoned,
    QuerySyntaxError,
    QueryTimeout,
    ResultCut,
    ResultTooLarge,
)
from tests.kit.http.elsewhere.release import engine_over, publish_at
from tests.kit.http.elsewhere.sparql_server import sparql_server
from tests.kit.http.engine import JSON, run_query
from tests.kit.http.site import make_world_home
from tests.kit.processes import wait_until

pytestmark = pytest.mark.slow

NTRIPLES = "application/n-triples"
ROWS = "SELECT ?s { ?s a <ontology#Place> } ORDER BY ?s"
TRIPLES = "CONSTRUCT { ?s a <ontology#Place> } { ?s a <ontology#Place> }"


@pytest.fixture(scope="module")
def server():
    with sparql_server() as made:
        yield made


@pytest.fixture(scope="module")
def release(server, tmp_path_factory):
    release = make_world_home(tmp_path_factory.mktemp("home"))
    publish_at(server.address, release)
    return release


@pytest.fixture(scope="module")
def engine(server, release, tmp_path_factory):
    with engine_over(server, release, tmp_path_factory.mktemp("elsewhere")) as made:
        yield made


@pytest.fixture
def lie(server):
    """Return a function that lets the server lie about queries with the text `ontology#`."""

    def tell(lie):
        server.about, server.lie = "ontology#", lie

    yield tell
    server.lie = None


def cut_body(answer):
    """The whole length is announced, half of it comes."""
    length = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.headers['Content-Type']}\r\n"
    half = answer.body[: len(answer.body) // 2]
    answer.send_raw(f"{length}Content-Length: {len(answer.body)}\r\n\r\n".encode(), half)


def cut_chunks(answer):
    """One chunk comes, and no last one."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.headers['Content-Type']}\r\n"
    body = answer.body[: answer.body.rindex(b"\n") + 1] or answer.body
    answer.send_raw(f"{head}Transfer-Encoding: chunked\r\n\r\n{len(body):x}\r\n".encode(), body, b"\r\n")


def endless(answer):
    """No length and no chunks: the end of the connection is the end, or not."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.headers['Content-Type']}\r\nConnection: close\r\n\r\n"
    answer.send_raw(head.encode(), answer.body[: answer.body.rindex(b"\n", 0, -1) + 1])


def compress_and_cut(answer):
    """It comes compressed, with its length, and whole lines of it are missing: gzip says nothing of that."""
    packer = zlib.compressobj(wbits=31)
    lines = b"".join(answer.body.splitlines(keepends=True)[:-1])
    answer.replace(packer.compress(lines) + packer.flush(zlib.Z_SYNC_FLUSH))
    answer.headers["Content-Encoding"] = "gzip"


def part_of_lines(answer):
    """It says that it is a part, and the part has its length."""
    answer.status = 206
    answer.replace(b"".join(answer.body.splitlines(keepends=True)[:-1]))


def with_headers(**headers):
    return lambda answer: answer.headers.update({name.replace("_", "-"): v for name, v in headers.items()})


def with_body(change):
    return lambda answer: answer.replace(change(answer.body))


def with_status(status, **headers):
    def lie(answer):
        answer.status = status
        answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})

    return lie


LIES = {
    "another type": (with_headers(Content_Type="text/html"), EngineFailed, "answers with text/html"),
    "no type": (lambda answer: answer.headers.pop("Content-Type"), EngineFailed, "answers with no type"),
    "a body that breaks off": (cut_body, EngineUnreachable, "connection to the engine failed"),
    "chunks that break off": (cut_chunks, EngineUnreachable, "connection to the engine failed"),
    "no connection kept": (lambda answer: answer.send_raw(), EngineUnreachable, "connection to the engine"),
    "an error under 200": (
        with_body(lambda _: b"Virtuoso 42000 Error The estimated execution time"),
        EngineFailed,
        "no whole result",
    ),
    "truncated": (with_body(lambda body: body[:-2]), EngineFailed, "no whole result"),
    "truncated at a row": (
        with_body(lambda body: body[: body.rindex(b"},{")] + b"}"),
        EngineFailed,
        "no whole result",
    ),
    "more than a result": (with_body(lambda body: body + b"!TIMEDOUT!"), EngineFailed, "no whole result"),
    "nothing": (with_body(lambda _: b""), EngineFailed, "no whole result"),
    "a boolean": (
        with_body(lambda _: b'{"head":{},"boolean":true}'),
        EngineFailed,
        "answers a SELECT with no table",
    ),
    "terms that are none": (
        with_body(lambda body: body.replace(b'"uri"', b'"thing"')),
        EngineFailed,
        "no result",
    ),
    "announced: time": (with_headers(X_SQL_State="S1TAT"), EngineTimeout, "a time limit of its own"),
    "announced: rows": (
        with_headers(X_SQL_State="SR319", X_SQL_Message="Max row length"),
        EngineFailed,
        "a part of the result only: Max row",
    ),
    "terms without an end": (
        with_body(lambda body: body.replace(b'"uri"', b"[" * 100_000 + b"]" * 100_000)),
        EngineFailed,
        "no whole result",
    ),
    "no answer yet": (with_status(202), EngineFailed, "answers 202, which is no whole result"),
    "moved": (with_status(302, Location="http://127.0.0.1:1/"), EngineFailed, "a redirection"),
    "an error of its own": (with_status(500), EngineFailed, "it answers 500"),
    "out of time": (with_status(504), EngineTimeout, "a time limit of its own"),
    "a bad gateway": (with_status(502), EngineUnreachable, "answers 502"),
    "closed to us": (with_status(403), EngineFailed, "does not let this service in"),
    "busy": (with_status(503, Retry_After="7"), EngineOverloaded, "too many"),
    "rate": (with_status(429, Retry_After="soon"), EngineOverloaded, "too many"),
}


@pytest.mark.parametrize("name", LIES)
def test_no_lie_about_rows_is_passed_on(engine, lie, name):
    told, error, says = LIES[name]
    lie(told)
    with pytest.raises(error, match=says):
        run_query(engine, ROWS, JSON, cached=False)
    lie(None)
    assert len(json.loads(run_query(engine, ROWS, JSON, cached=False).body)["results"]["bindings"]) == 18


GRAPH_LIES = {
    "another type": (with_headers(Content_Type="text/turtle"), EngineFailed, "answers with text/turtle"),
    "a body that breaks off": (cut_body, EngineUnreachable, "connection to the engine failed"),
    "chunks that break off": (cut_chunks, EngineUnreachable, "connection to the engine failed"),
    "no end": (endless, EngineFailed, "no length"),
    "truncated": (with_body(lambda body: body[:-9]), EngineFailed, "no whole graph"),
    "an error at its end": (with_body(lambda body: body + b"cancelled"), EngineFailed, "no whole graph"),
    "announced": (with_headers(X_SQL_State="S1TAT"), EngineTimeout, "a time limit of its own"),
    "compressed and cut": (compress_and_cut, EngineFailed, "comes compressed, which was not asked for"),
    "a part": (part_of_lines, EngineFailed, "answers 206, which is no whole result"),
}


@pytest.mark.parametrize("name", GRAPH_LIES)
def test_no_lie_about_triples_is_passed_on(engine, lie, name):
    told, error, says = GRAPH_LIES[name]
    lie(told)
    with pytest.raises(error, match=says):
        run_query(engine, TRIPLES, NTRIPLES, cached=False)
    lie(None)
    assert run_query(engine, TRIPLES, NTRIPLES, cached=False).body.count(b"\n") == 18


def test_rows_that_may_have_been_cut_are_an_error(server, release, tmp_path):
    """The server gives five rows at most and says nothing: that is found when the release is opened."""

    def cut(answer):
        rows = answer.body.split(b"\r\n")
        answer.replace(b"\r\n".join(rows[:6]) + b"\r\n")

    server.about, server.lie = "SELECT (1 AS ?row)", cut
    with engine_over(server, release, tmp_path) as engine:
        server.lie = None
        assert engine.elsewhere.row_limit == 5
        with pytest.raises(ResultCut, match="5 rows or more"):
            run_query(engine, ROWS, JSON)
        with pytest.raises(ResultCut, match="5 rows or more"):
            run_query(engine, f"{ROWS} LIMIT 5", JSON)
        assert b"bindings" in run_query(engine, f"{ROWS} LIMIT 4", JSON).body


def test_an_answer_of_the_engine_has_a_limit_too(server, release, tmp_path):
    with (
        engine_over(server, release, tmp_path, result_bytes=100) as engine,
        pytest.raises(ResultTooLarge, match="larger than 100 bytes"),
    ):
        run_query(engine, ROWS, "text/csv")


def test_what_is_no_sparql_never_reaches_the_engine(server, engine):
    before = len(server.asked)
    with pytest.raises(QuerySyntaxError) as error:
        run_query(engine, "SELECT * { ?s ?p", JSON)
    assert (error.value.line, error.value.column) == (1, 10)
    assert len(server.asked) == before


def test_a_slow_engine_is_left_when_the_time_is_over_or_the_client_gone(server, release, tmp_path, lie):
    asked, go_on = threading.Event(), threading.Event()

    def hang(answer):
        asked.set()
        go_on.wait()
        answer.send_raw()

    lie(hang)
    with engine_over(server, release, tmp_path) as engine:
        before = engine.pids()
        with pytest.raises(QueryTimeout, match=r"0\.3 seconds"):
            run_query(engine, ROWS, JSON, seconds=0.3)
        with pytest.raises(QueryAbandoned):
            run_query(engine, ROWS, JSON, is_abandoned=asked.is_set)
        go_on.set()
        lie(None)
        wait_until(lambda: len(engine.pids() - before) >= 2)
        assert len(json.loads(run_query(engine, ROWS, JSON).body)["results"]["bindings"]) == 18


def test_a_question_of_ours_that_the_engine_does_not_take_is_answered_here(engine, lie):
    lie(with_status(400))
    query = "SELECT (COUNT(*) AS ?n) { ?s a <ontology#Place> }"
    ours = trust(query, QueryKind.SELECT)
    for lane in (Lane.QUESTIONS, Lane.PAGES):
        assert engine.run(ours, "text/csv", lane=lane, cached=False).body == b"n\r\n18\r\n"
    with pytest.raises(EngineFailed, match="does not take this query"):
        run_query(engine, query, "text/csv")


def test_a_virtuoso_says_yes_and_no_by_rows(engine, lie):
    def as_table(rows):
        told = {"head": {"vars": ["__ASK_RETVAL"]}, "results": {"bindings": rows}}
        return with_body(lambda _: json.dumps(told).encode())

    yes = {"__ASK_RETVAL": {"type": "typed-literal", "value": "1"}}
    for rows, expected in (([yes], b'{"head":{},"boolean":true}'), ([], b'{"head":{},"boolean":false}')):
        lie(as_table(rows))
        assert run_query(engine, "ASK { ?s a <ontology#Place> }", JSON, cached=False).body == expected
    lie(with_body(lambda _: b'{"head":{"vars":["x"]},"results":{"bindings":[]}}'))
    with pytest.raises(EngineFailed, match="no boolean"):
        run_query(engine, "ASK { ?s a <ontology#Place> }", JSON, cached=False)
