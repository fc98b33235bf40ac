"""What an engine says beside results: it ends, in time, and without our secrets; its rows are tried."""

import html
import json
import time
from contextlib import suppress
from itertools import count
from types import SimpleNamespace
from urllib.parse import quote_plus

import pytest

from graph.engines import connection
from graph.engines.credentials import Credentials
from graph.engines.generations.digests import count_triples
from graph.engines.generations.names import list_generations
from graph.engines.generations.opening import find_row_limit
from graph.engines.target import Addresses, reach
from graph.errors import EngineFailed, EngineTimeout, EngineUnreachable, QueryTimeout
from tests.kit.http.elsewhere.sparql_server import sparql_server
from tests.kit.processes import PATIENCE

SECRET = 's3cret  <of> "ours"'
ANN = Credentials("ann", SECRET)


ROW_OF_NONE = b'{"head":{"vars":["mark"]},"results":{"bindings":[{"mark":{"type":"thing","value":"x"}}]}}'


@pytest.fixture
def server():
    with sparql_server() as made:
        made.store.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1, 2, 3 } }")
        yield made


def reach_it(server, credentials=ANN, **options):
    return reach(Addresses(server.address), credentials, **options)


def row_limit(server, most_rows):
    with reach_it(server) as target:
        return find_row_limit(target, ("urn:g",), most_rows, triples=3)


def cut_at(rows):
    def cut(answer):
        lines = answer.body.split(b"\r\n")[: rows + 1]
        answer.replace(b"\r\n".join(lines) + b"\r\n")

    return cut


@pytest.mark.parametrize("limit", [1, 3, 4, 20])
def test_a_limit_of_rows_is_found_although_there_are_fewer_triples(server, limit):
    """Rows of a join are cut too, and a result may have more of them than the data have triples."""
    assert row_limit(server, 20) is None
    server.about, server.lie = "AS ?row", cut_at(limit)
    assert row_limit(server, 20) == limit


def with_type(answer):
    answer.headers["Content-Type"] = "text/html"


def out_of_time(answer):
    answer.headers["X-SQL-State"] = "S1TAT"
    cut_at(1)(answer)


@pytest.mark.parametrize(
    ("lie", "error", "says"),
    [
        (with_type, EngineFailed, "answers with text/html, not text/csv"),
        (out_of_time, EngineTimeout, "a time limit of its own"),
        (lambda answer: answer.replace(answer.body + b"1\r\n"), EngineFailed, "22 rows where there are 21"),
    ],
)
def test_no_error_is_taken_for_a_number_of_rows(server, lie, error, says):
    server.about, server.lie = "AS ?row", lie
    with pytest.raises(error, match=says):
        row_limit(server, 20)


def test_rows_of_ours_that_are_none_are_an_error(server):
    server.about, server.lie = "?mark", lambda answer: answer.replace(ROW_OF_NONE)
    with reach_it(server) as target, pytest.raises(EngineFailed, match="no result"):
        list_generations(target)


@pytest.mark.parametrize("rows", [b"", b'{"count":{"type":"literal","value":"many"}}', b"{}"])
def test_a_count_that_is_none_is_an_error(server, rows):
    body = b'{"head":{"vars":["count"]},"results":{"bindings":[%s]}}' % rows
    server.lie = lambda answer: answer.replace(body)
    with reach_it(server) as target, pytest.raises(EngineFailed, match="no number when it is to count urn:g"):
        count_triples(target, "urn:g")


def pour(answer):
    """Send the words of an error without an end."""
    answer.is_sent = True
    answer.handler.close_connection = True
    answer.handler.wfile.write(b"HTTP/1.1 500 No\r\nConnection: close\r\n\r\n")
    with suppress(OSError):  # whoever asked has heard enough
        while True:
            answer.handler.wfile.write(b"no " * 10_000)


def test_the_words_of_an_error_are_read_to_some_length(server):
    server.lie = pour
    with pytest.raises(EngineFailed, match="it answers 500: no no"), reach_it(server):
        pass


def trickle(answer):
    """Send a space now and then, never silent for long."""
    answer.is_sent = True
    answer.handler.close_connection = True
    answer.handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n")
    with suppress(OSError):
        while True:
            answer.handler.wfile.write(b" ")
            time.sleep(0.01)


def test_a_trickle_is_no_answer(server):
    server.lie = trickle
    with pytest.raises(QueryTimeout), reach_it(server, seconds=0.3):
        pass


def test_an_answer_may_take_as_long_as_it_goes_on(server, monkeypatch):
    clock = count(step=1000)
    monkeypatch.setattr(connection, "SLOWEST", 1e-6)
    monkeypatch.setattr(connection, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with reach_it(server, seconds=PATIENCE) as target:
        assert target.ask("ASK {}")


@pytest.mark.parametrize(
    "challenge",
    [
        'Digest realm="x", nonce="y", algorithm=SHA-9',
        'Digest realm="x", nonce="y", qop="auth-int"',
        'Digest nonce="y"',
        "Digest",
        "Negotiate",
    ],
)
def test_a_challenge_that_cannot_be_met_is_told(server, challenge):
    server.guard = lambda given: challenge
    with pytest.raises(EngineFailed) as error, reach_it(server):
        pass
    assert SECRET not in str(error.value)


def test_a_name_that_digest_cannot_hold_is_told(server):
    server.guard = lambda given: 'Digest realm="x", nonce="y", qop="auth"'
    with pytest.raises(EngineFailed, match="cannot be sent"), reach_it(server, Credentials("Änn", "x")):
        pass


def test_a_token_that_is_no_header_is_told_without_it(server):
    broken = pytest.raises(EngineUnreachable, match=r"Bearer \*\*\*")
    with broken as error, reach_it(server, Credentials(token="t0ken\nt0ken")):
        pass
    assert "t0ken" not in str(error.value)


def say(text, status=400, **headers):
    def lie(answer):
        answer.status = status
        answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        answer.replace(text.encode())

    return lie


ECHOES = {
    "as it is": say(SECRET),
    "in a page": say(f"<p>{html.escape(SECRET)}</p>"),
    "in an address": say(quote_plus(SECRET)),
    "in JSON": say(json.dumps(SECRET)),
    "on one line": say(" ".join(SECRET.split())),
    "where the words end": say("x" * 295 + SECRET),
    "as an answer": say(SECRET, status=200, Content_Type="text/plain"),
    "in a header": say("", status=200, X_SQL_State="SR319", X_SQL_Message=SECRET),
}


@pytest.mark.parametrize("how", ECHOES)
def test_a_secret_that_comes_back_is_told_in_no_way_of_writing(server, how):
    server.lie = ECHOES[how]
    with pytest.raises(EngineFailed) as error, reach_it(server) as target:
        target.ask("ASK {}")
    assert "s3cr" not in str(error.value)
    assert "*" in str(error.value)
