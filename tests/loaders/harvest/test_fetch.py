"""Asking an endpoint elsewhere: politely, as long as it makes sense, and half an answer is none."""

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from graph.errors import FetchError, InputError
from loaders.harvest.answers import is_whole
from loaders.harvest.fetch import Fetcher
from loaders.manners import Clock, Manners, read_retry_after, user_agent
from tests.kit.http.elsewhere.wikidata_endpoint import EMPTY, STACK_TRACE, FakeClock, Fault, running_endpoint
from tests.kit.http.server import free_port

QUERY = "SELECT ?item ?value WHERE { ?item <http://www.wikidata.org/prop/direct/P300> ?value }"
CONTACT = "me@example.org"


@pytest.fixture
def endpoint():
    with running_endpoint() as server:
        yield server


@pytest.fixture
def time():
    return FakeClock()


def ask(endpoint, time, query=QUERY, **manners):
    told = []
    with Fetcher(
        endpoint.url, CONTACT, manners=Manners(**manners), clock=time.clock, on_wait=told.append
    ) as fetcher:
        body = fetcher.ask(query)
    values = [row["value"]["value"] for row in json.loads(body)["results"]["bindings"]]
    return values, told


def refused(endpoint, time, query=QUERY, **manners):
    with pytest.raises(FetchError) as caught:
        ask(endpoint, time, query, **manners)
    return caught.value


def test_it_says_who_asks_and_what_it_takes(endpoint, time):
    assert ask(endpoint, time) == (["ID-JK"], [])
    (asked,) = endpoint.asked
    assert asked.headers["User-Agent"] == user_agent(CONTACT)
    assert user_agent(CONTACT).startswith("kota-kembar/")
    assert f"; {CONTACT}) python-httpx/" in user_agent(CONTACT)
    assert asked.headers["Accept"] == "application/sparql-results+json"
    assert asked.headers["Accept-Encoding"] == "gzip"


def test_an_answer_that_grows_without_end_when_it_is_decompressed_is_left(endpoint, time):
    error = refused(endpoint, time, most_bytes=50)
    assert "an answer has more than 50 bytes" in str(error)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize(("length", "method"), [(100, "GET"), (1500, "GET"), (1501, "POST")])
def test_a_long_question_is_posted(endpoint, time, length, method):
    query = QUERY + "\n#" + " " * (length - len(QUERY) - 2)
    assert ask(endpoint, time, query)[0] == ["ID-JK"]
    assert (endpoint.asked[0].method, endpoint.asked[0].query) == (method, query)


@pytest.mark.parametrize(
    ("fault", "pause"),
    [
        (Fault(500), 2.0),
        (Fault(502), 2.0),
        (Fault(503), 2.0),
        (Fault(504), 2.0),
        (Fault(cut=True), 2.0),
        (Fault(truncate=b""), 2.0),
        (Fault(truncate=STACK_TRACE), 2.0),
        (Fault(body=b""), 2.0),
        (Fault(body=b"<html>Wikimedia Error</html>"), 2.0),
        (Fault(body=b'{"head": {}, "boolean": true}'), 2.0),
        (Fault(headers={"Content-Encoding": "deflate"}), 2.0),
        (Fault(429), 60.0),
        (Fault(429, {"Retry-After": "7"}), 7.0),
        (Fault(503, {"Retry-After": "120"}), 120.0),
        (Fault(429, {"Retry-After": "Sat, 21 Nov 2026 12:01:30 GMT"}), 90.0),
        (Fault(429, {"Retry-After": "Sat, 21 Nov 2026 11:00:00 GMT"}), 0.0),
        (Fault(429, {"Retry-After": "soon"}), 60.0),
    ],
    ids=repr,
)
def test_a_fault_that_passes_is_waited_out(endpoint, time, fault, pause):
    endpoint.faults.append(fault)
    values, told = ask(endpoint, time)
    assert values == ["ID-JK"]
    assert time.sleeps == [pause]
    assert len(endpoint.asked) == 2
    assert told[0].endswith(f"asking again in {pause:.0f} s (try 2)")


def test_waits_double_and_the_number_of_tries_is_bounded(endpoint, time):
    endpoint.faults.extend(Fault(503) for _ in range(9))
    error = refused(endpoint, time, longest_pause=20.0)
    assert time.sleeps == [2.0, 4.0, 8.0, 16.0, 20.0]
    assert len(endpoint.asked) == 6
    assert str(error) == (
        f"{endpoint.url}: it answers 503 Service Unavailable (asked 6 times). "
        "What was fetched is kept: run the same command (without --refresh) again later."
    )
    assert isinstance(error, InputError)
    assert not error.too_slow


def test_a_part_of_each_wait_is_chance(endpoint):
    time = FakeClock(chance=1.0)
    endpoint.faults.extend([Fault(500), Fault(429, {"Retry-After": "7"})])
    ask(endpoint, time)
    assert time.sleeps == [3.0, 8.0]


def test_a_server_that_wants_too_long_a_wait_is_not_waited_for(endpoint, time):
    endpoint.faults.append(Fault(429, {"Retry-After": "86400"}))
    error = refused(endpoint, time)
    assert error.what == "it answers 429 Too Many Requests, come back in 1440 minutes"
    assert time.sleeps == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        Fault(500, body=STACK_TRACE),
        Fault(504),
        Fault(truncate=STACK_TRACE),
        # https://github.com/ad-freiburg/qlever/issues/2957
        Fault(429, body=b'{"exception": "Operation timed out.", "status": "ERROR"}'),
        Fault(hold=threading.Event()),
    ],
    ids=["stack trace", "gateway", "stack trace in an answer", "rate", "silence"],
)
def test_a_question_that_is_too_much_is_given_up_early(endpoint, time, fault):
    endpoint.faults.extend([fault] * 9)
    error = refused(endpoint, time, seconds=0.2)
    assert error.too_slow
    assert len(time.sleeps) == 1


@pytest.mark.slow
def test_an_answer_that_trickles_is_too_slow(endpoint, time):
    def now():
        time.time += timedelta(seconds=80)
        return time.time

    clock = Clock(now=now, sleep=time.sleep, chance=lambda: 0.0)
    large = EMPTY[:-3] + b",".join([b'{"value": {"value": "%d"}}' % n for n in range(200_000)]) + b"]}}"
    assert is_whole(large)
    endpoint.faults.extend([Fault(body=large), Fault(body=large)])
    with Fetcher(endpoint.url, CONTACT, clock=clock) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.ask(QUERY)
    assert caught.value.what == "no whole answer within 90 seconds (asked 2 times)"


@pytest.mark.parametrize(
    ("fault", "what", "mend"),
    [
        (
            Fault(400, body=b"<h1>Parse error</h1>\n at line 1"),
            "it answers 400 Bad Request: Parse error at line 1",
            "Is it an endpoint with the model of Wikidata?",
        ),
        (
            Fault(403, body=b"You have been banned until noon."),
            "it answers 403 Forbidden: You have been banned until noon",
            "Say who asks by --contact, and read what the answer says.",
        ),
        (
            Fault(404, body=b""),
            "it answers 404 Not Found: no words",
            "Give the address of a SPARQL endpoint as --endpoint.",
        ),
        (
            Fault(308, {"Location": "https://elsewhere.example/"}),
            "it has moved to https://elsewhere.example/",
            "Give the new address as --endpoint.",
        ),
    ],
    ids=lambda value: value.status if isinstance(value, Fault) else "",
)
def test_a_fault_that_does_not_pass_is_told_at_once(endpoint, time, fault, what, mend):
    endpoint.faults.append(fault)
    error = refused(endpoint, time)
    assert (error.what, error.mend) == (what, mend)
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("url", ["query.wikidata.org/sparql", "ftp://example.org/"])
def test_an_address_that_is_none_is_told_at_once(time, url):
    with Fetcher(url, CONTACT, clock=time.clock) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.ask(QUERY)
    assert caught.value.mend == "Give a whole address as --endpoint."
    assert time.sleeps == []


def test_nobody_there_is_tried_and_told(time):
    url = f"http://127.0.0.1:{free_port()}/sparql"
    with Fetcher(url, CONTACT, clock=time.clock) as fetcher, pytest.raises(FetchError) as caught:
        fetcher.ask(QUERY)
    assert caught.value.what == "the connection failed ([Errno 111] Connection refused) (asked 6 times)"
    assert len(time.sleeps) == 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 30 ", 30.0),
        ("Sat, 21 Nov 2026 12:00:45 GMT", 45.0),
        ("Saturday, 21-Nov-26 12:00:45 GMT", 45.0),
        ("Sat Nov 21 12:00:45 2026", 45.0),
        ("-5", None),
        ("1.5", None),
        ("", None),
        ("²", None),
        ("٣", None),
        ("9" * 5000, None),
        ("Sat, 21 Nov 99999999999 12:00:45 GMT", None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(value, seconds):
    assert read_retry_after(value, datetime(2026, 11, 21, 12, tzinfo=UTC)) == seconds


@pytest.mark.parametrize(
    ("body", "whole"),
    [
        (EMPTY, True),
        (EMPTY + STACK_TRACE, False),
        (EMPTY[:-1], False),
        (b"[]", False),
        (b'{"results": {}}', False),
        (b'{"results": {"bindings": null}}', False),
        (b"\xff", False),
    ],
)
def test_only_one_whole_document_is_an_answer(body, whole):
    assert is_whole(body) is whole
