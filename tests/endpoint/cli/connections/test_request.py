"""The head of a request is read by the book, or refused."""

import time

import pytest
from waitress.adjustments import Adjustments

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
