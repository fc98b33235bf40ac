"""One connection: when it counts as late."""

import socket
import time
from threading import Lock

import pytest
from waitress.adjustments import Adjustments

from endpoint.cli.connections.connection import HEAD_SECONDS, KEEP_ALIVE_SECONDS, STALLED_SECONDS, Connection


@pytest.fixture
def connection():
    """A connection that came long ago and whose first request is only answered now."""
    ours, theirs = socket.socketpair()
    connection = object.__new__(Connection)
    connection.socket, connection.outbuf_lock, connection.connected = ours, Lock(), True
    connection.outbufs, connection.total_outbufs_len, connection._closers = [], 0, []
    connection.linger_until, connection.requests, connection.request = 0.0, ["the first"], None
    connection.answered, connection.idle_since = False, time.monotonic() - 10 * HEAD_SECONDS
    yield connection
    ours.close()
    theirs.close()


def test_who_was_just_answered_is_not_late_though_the_answer_took_its_time(connection):
    assert not connection.is_late(time.monotonic()), "it is worked for"
    connection.send_answer(b"HTTP/1.1 200 OK\r\n\r\n", b"")
    connection.requests.clear()
    assert not connection.is_late(time.monotonic())
    assert connection.is_late(time.monotonic() + KEEP_ALIVE_SECONDS + 1)


def test_who_is_sent_the_rest_of_an_answer_has_not_taken_its_time_yet(connection, monkeypatch):
    looked = []
    append = connection._append
    connection.sent_at = connection.send_until = time.monotonic() - 10 * STALLED_SECONDS

    def look_and_append(buffer):
        append(buffer)
        looked.append(connection.is_late(time.monotonic()))

    monkeypatch.setattr(connection, "_append", look_and_append)
    monkeypatch.setattr(connection, "_send", lambda head, body: 0)
    connection.adj = Adjustments()
    connection.send_answer(b"HTTP/1.1 200 OK\r\n\r\n", b"whole")
    assert looked == [False, False]
