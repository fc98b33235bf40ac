"""The head of a request is read by the book, or refused."""

import random
import re
import time

import pytest
from waitress.adjustments import Adjustments

from endpoint.cli.connections import request as reading
from endpoint.cli.connections.request import HEAD_BYTES, RequestParser
from endpoint.cli.connections.server import READ_BYTES

ADJUSTMENTS = Adjustments(max_request_header_size=HEAD_BYTES, max_request_body_size=1001)


def parse(*parts: bytes) -> RequestParser:
    parser = RequestParser(ADJUSTMENTS)
    for part in parts:
        while part and not parser.completed:
            part = part[parser.received(part) :]
    return parser


@pytest.mark.parametrize(
    ("head", "code"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: x.example:8000\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n", None),
        (b"GET / HTTP/1.0\r\n\r\n", None),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        (b"GET / HTTP/1.0\r\nHost:\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: %41\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a:\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a_b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a?b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\\b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        (b"GET /\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
        (b"get / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad header\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\na", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n", 400),
        (
            b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n",
            400,
        ),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: x\r\n" * 200 + b"\r\n", 431),
        (b"GET /" + b"x" * 60_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", None),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"GET /" + b"x" * 200_000, 414),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000, 431),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_a_head_must_not_be_is_refused_with_its_code(head, code):
    request = parse(head)
    assert request.completed
    assert (request.error and request.error.code) == code


def test_it_makes_no_difference_where_a_request_is_cut():
    whole = b"POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc"
    for place in range(1, len(whole)):
        request = parse(whole[:place], whole[place:])
        assert (request.error, request.completed, request.path, request.query) == (None, True, "/a", "b=c")
        assert request.get_body_stream().read() == b"abc"


def test_the_host_of_a_whole_address_counts_more_than_the_header():
    request = parse(b"GET http://b.example:1/x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (request.error, request.headers["HOST"], request.path) == (None, "b.example:1", "/x")


@pytest.mark.parametrize("name", [b"SCRIPT_NAME", b"Script_Name", b"PATH_INFO", b"X_FORWARDED_FOR"])
def test_a_header_that_looks_like_a_variable_of_wsgi_is_dropped(name):
    request = parse(b"GET / HTTP/1.1\r\nHost: a\r\n" + name + b": /x\r\n\r\n")
    assert request.headers == {"HOST": "a"}


@pytest.mark.parametrize(
    "body",
    [
        b"Content-Length: 5000\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n" + b"3e8\r\n" + b"x" * 1000 + b"\r\n" * 2 + b"1\r\nx\r\n",
    ],
    ids=["length", "chunks"],
)
def test_a_body_that_is_too_long_is_left_to_the_application_to_refuse(body):
    request = parse(b"POST / HTTP/1.1\r\nHost: a\r\n" + body)
    assert (request.error, request.completed) == (None, True)
    assert request.headers["CONNECTION"] == "close"
    assert int(request.headers["CONTENT_LENGTH"]) > 1000
    assert request.get_body_stream().read() == b""


SHAPES = {
    "chunks of a byte": b"1\r\nx\r\n",
    "empty lines": b"\r\n",
    "extensions": b"1;a=b\r\nx\r\n",
    "a chunk size": b"1",
    "trailers": b"a: b\r\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_no_body_of_chunks_costs_the_loop_more_than_a_moment(name):
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0\r\n" * (
        name == "trailers"
    )
    whole = head + SHAPES[name] * (65_000 // len(SHAPES[name]))
    took = []
    for _ in range(3):
        start = time.process_time()
        parse(*(whole[place : place + READ_BYTES] for place in range(0, len(whole), READ_BYTES)))
        took.append(time.process_time() - start)
    assert min(took) < 0.05


PATHS = [
    *["/", "/sparql", "/a-b/c.d/~e"] * 6, "//", "//a", "/a//b", "/../x", "/%41", "/é", "/a:b", "*", "a", "h://x",
    "h://[::1",
]  # fmt: skip
QUERIES = [
    *["", "?query=ASK%20%7B%7D", "?a=b&c=d"] * 6, "?", "?a#b", "#f", "?[", "?é", "?a\tb", "?a b", "?a\x0bb",
    "?\x7f",
]  # fmt: skip
VERSIONS = [" HTTP/1.1"] * 9 + [" HTTP/1.1 ", " HTTP/1.0", " HTTP/1.1\r", " HTTP/1.1\n", "", " HTTP/2.0"]
FIELDS = [
    "Host: a", "host:b.example:80", "Host: a,b", "Host: [::1]", "Host:", "HOST: \x0ba", "Host: é",
    "Accept: */*", "Accept: text/html", "X: é\x0b", "X:\tb ", " folded", "X_Y: 1", "X : 1", ": 1", "X: \x00",
    "X", "X: a\rb", "X: a\nb", "\nX: y", "Connection: close", "Connection: keep-alive", "Connection: CLOSE",
    "Expect: 100-continue", "Content-Length: 3", "Content-Length: 0", "Content-Length: +3",
    "Content-Length: 9999", "Content_Length: 3", "Transfer-Encoding: chunked", "Transfer-Encoding: gzip",
    "Transfer-Encoding:", "Transfer-Encoding: \x0bchunked", "X-Forwarded-For: 1.2.3.4",
    "Long: " + "x" * 2040, "Longer: " + "x" * 8200,
]  # fmt: skip
"""Of what heads are put together here: what browsers and programs send, and what smuggles."""
ATTRIBUTES = {
    *("command", "first_line", "request_uri", "version", "path", "query", "fragment", "headers"),
    *("proxy_scheme", "proxy_netloc", "url_scheme", "chunked", "connection_close", "content_length"),
    *("completed", "empty", "expect_continue", "headers_finished", "header_plus", "header_bytes_received"),
}


def make_heads(seed: int, count: int) -> list[bytes]:
    """Return heads of random parts, most of them with what makes them whole, and a body behind some."""
    some = random.Random(seed)
    heads = []
    for _ in range(count):
        line = some.choice(["GET "] * 8 + ["POST ", "get ", "HEAD ", "GET  "])
        line += some.choice(PATHS) + some.choice(QUERIES) + some.choice(VERSIONS)
        fields = ["Host: a.example"] * some.choice([0, 1, 1, 1]) + some.choices(
            FIELDS, k=some.choice([0, 1, 1, 2, 4])
        )
        some.shuffle(fields)
        heads.append("\r\n".join([line, *fields, "", "abc"]).encode("latin-1"))
    return heads


def outcome(head: bytes) -> tuple[object, ...]:
    """Return all that is made of a head."""
    request = RequestParser(ADJUSTMENTS)
    consumed = request.received(head)
    told = {name: getattr(request, name, None) for name in ATTRIBUTES}
    error = request.error and (type(request.error), request.error.body)
    return consumed, told, error, type(request.body_rcv), request.get_body_stream().read()


@pytest.mark.slow
def test_what_is_known_by_heart_is_read_as_the_whole_head_is(monkeypatch):
    heads = make_heads(12, 5_000)
    quick = [outcome(head) for head in heads + heads]
    assert reading._read_fields.cache_info().hits > 1_000
    monkeypatch.setattr(reading, "_PLAIN_LINE", re.compile(rb"(?!)"))
    slow = [outcome(head) for head in heads]
    assert [pair for pair in zip(heads + heads, quick, slow + slow, strict=True) if pair[1] != pair[2]] == []
    assert sum(error is None for _, _, error, _, _ in slow) > 500


def test_only_so_much_is_known_by_heart():
    before = reading._read_fields.cache_info()
    request = parse(b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"x" * reading.KNOWN_BYTES + b"\r\n\r\n")
    assert (request.error, request.headers["HOST"]) == (None, "a")
    assert (before, before.maxsize) == (reading._read_fields.cache_info(), reading.KNOWN_FIELDS)


def test_what_becomes_of_the_headers_of_one_request_is_not_seen_by_the_next():
    head = b"GET / HTTP/1.1\r\nHost: a\r\nX: its own\r\n\r\n"
    parse(head).headers["HOST"] = "b"
    assert parse(head).headers == {"HOST": "a", "X": "its own"}
