"""What the server tells of the connection of the current request, in the environment of WSGI."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable

from flask import Request, has_request_context, request

ARRIVED = "kembar.arrived"
"""When the request was read to its end, in monotonic seconds."""
CUT = "kembar.cut"
"""Breaks the connection off, from any thread. A server that has it closes answers when they are sent."""

GONE = "waitress.client_disconnected"
"""Tells whether the client has closed its connection (as in waitress)."""
KEEP = "kembar.keep"
"""Where the application leaves the record and the lane of an answer that the server may give again."""
FAILED = "kembar.failed"
"""The error of a request that failed before the framework was asked, which is to tell of it."""


def client_is_gone() -> bool:
    """Return whether the client of the current request, if there is one, has closed its connection."""
    return has_request_context() and is_abandoned(request)


def is_abandoned(request: Request) -> bool:
    """Return whether the client has closed its connection, as far as the server tells (as waitress does).

    A client that closes only its writing half and waits counts as gone, as in nginx.
    """
    is_gone = request.environ.get(GONE)
    return is_gone is not None and bool(is_gone())


def waited_seconds(request: Request) -> float:
    """Return how long a request has waited for a thread."""
    arrived: float | None = request.environ.get(ARRIVED)
    return 0.0 if arrived is None else time.monotonic() - arrived


def cutter(request: Request) -> Callable[[], None] | None:
    """Return what breaks the connection of a request off, None when the server has no such thing."""
    found: Callable[[], None] | None = request.environ.get(CUT)
    return found


class AnswersInFlight:
    """The bytes of answers between their last evaluation and their last byte sent. Safe for many threads.

    They are held in memory, and how long is for their clients to say. Where there are too many, the client
    with the most of them loses its oldest answer: its connection is broken off.
    """

    def __init__(self, most_bytes: int) -> None:
        """Start with none; at most ``most_bytes`` are held, beside a single answer that is more."""
        self._most_bytes = most_bytes
        self._answers: OrderedDict[int, tuple[bytes, int, Callable[[], None]]] = OrderedDict()
        self._bytes: Counter[bytes] = Counter()
        self._number = 0
        self._lock = threading.Lock()

    def bytes_of(self, client: bytes) -> int:
        """Return how many bytes are on their way to a client."""
        return self._bytes[client]

    def total(self) -> int:
        """Return how many bytes are on their way."""
        with self._lock:
            return self._bytes.total()

    def begin(self, client: bytes, size: int, cut: Callable[[], None]) -> Callable[[], None]:
        """Count an answer, and return what must be called when it is sent or given up.

        ``cut`` breaks its connection off.
        """
        with self._lock:
            while self._answers and self._bytes.total() + size > self._most_bytes:
                self._cut_one()
            self._number += 1
            number = self._number
            self._answers[number] = (client, size, cut)
            self._bytes[client] += size
        return lambda: self._end(number)

    def _cut_one(self) -> None:
        ((most, _),) = self._bytes.most_common(1)
        number = next(number for number, (client, *_) in self._answers.items() if client == most)
        cut = self._answers[number][2]
        self._forget(number)
        cut()

    def _end(self, number: int) -> None:
        with self._lock:
            self._forget(number)

    def _forget(self, number: int) -> None:
        client, size, _ = self._answers.pop(number, (b"", 0, None))
        self._bytes[client] -= size
        if self._bytes[client] <= 0:
            del self._bytes[client]
