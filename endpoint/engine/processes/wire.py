"""What the pool and its workers say to each other over a socket.

A frame, both ways: one status byte, two unsigned 64-bit numbers (bytes resident, length of the payload), and
the payload, which is a list in JSON in requests, a body in answers, and UTF-8 text in errors.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from enum import IntEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from graph.engines.triple_store import Form

_HEADER = struct.Struct("!BQQ")
_SMALL_BYTES = 64 * 1024
Transferred = TypeVar("Transferred", bytes, int)
CHECK_SECONDS = 0.1
"""How often one who waits checks whether anybody still wants the answer."""


class Status(IntEnum):
    """What a frame carries."""

    REQUEST = 0
    READY = 1
    ANSWER = 2
    SYNTAX = 3
    REFUSED = 4
    TOO_LARGE = 5
    OUT_OF_MEMORY = 6
    FORMAT = 7
    FAULT = 8
    SERVICE_FAILED = 9
    UNWRITTEN = 10
    ENGINE_FAILED = 11
    UNREACHABLE = 12
    CUT = 13
    TIMEOUT = 14
    BUSY = 15
    ENGINE_TIMEOUT = 16


class Settings(NamedTuple):
    """The first frame that a worker gets; it ends when the process ``parent`` ends.

    ``network``: it may ask other endpoints, those that SERVICE names. ``engine``: what it asks in place of
    the store, the fields of a ``graph.engines.remote.Generation``.
    """

    store: str
    memory_bytes: int
    parent: int
    prefixes: Mapping[str, str]
    network: bool = False
    engine: Mapping[str, Any] | None = None


class Request(NamedTuple):
    """One query. Without graphs: the union of all graphs, unless the query has a dataset clause itself.

    ``nice`` is how far its evaluation steps back behind other work on the machine, as in nice(2).
    ``base`` is what relative IRIs are resolved against, ``form`` what the query gives. One that ``is_ours``
    is answered here when an engine elsewhere does not take it. The last four are those of a ``Rewriting``,
    with its text in ``instead``; empty when the engine is asked the query itself.
    """

    query: str
    media_type: str
    limit: int
    seconds: float
    has_dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    nice: int = 0
    base: str | None = None
    form: Form = "select"
    is_ours: bool = False
    instead: str = ""
    condition: str = ""
    otherwise: str = ""
    refusal: str = ""


class Reply(NamedTuple):
    """One frame as it came; ``resident`` is the memory in bytes that the worker holds after it."""

    status: Status
    resident: int
    payload: bytes


def set_check_interval(sock: socket.socket) -> None:
    """Let the system end every wait at this end after CHECK_SECONDS: one call, and no poll before it."""
    interval = struct.pack("@ll", 0, int(CHECK_SECONDS * 1_000_000))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        sock.setsockopt(socket.SOL_SOCKET, option, interval)


class Deadline(NamedTuple):
    """How long to wait: to the time ``at`` (monotonic seconds), or until ``check_abandoned`` raises.

    Both are checked every CHECK_SECONDS, so a wait may end that much later; at an end that was not prepared
    by ``set_check_interval``, every wait is for ever.
    """

    at: float = math.inf
    check_abandoned: Callable[[], None] = lambda: None

    def wait_for(self, transfer: Callable[[], Transferred]) -> Transferred:
        """Return what came, or how much went, as soon as any did. Raises TimeoutError and EOFError."""
        while True:
            try:
                transferred = transfer()
            except BlockingIOError:
                if time.monotonic() >= self.at:
                    raise TimeoutError from None
                self.check_abandoned()
            else:
                if not transferred:
                    raise EOFError("the other side is gone")
                return transferred


FOREVER = Deadline()


def send(
    sock: socket.socket,
    status: Status,
    payload: bytes | bytearray,
    resident: int = 0,
    deadline: Deadline = FOREVER,
) -> None:
    """Send one frame. Raises OSError when the other side is gone, TimeoutError, and what the check raises."""
    header = _HEADER.pack(status, resident, len(payload))
    # What is small goes in one call, so that the other side wakes once.
    for part in (header + payload,) if len(payload) <= _SMALL_BYTES else (header, payload):
        rest = memoryview(part)
        while rest:
            rest = rest[deadline.wait_for(partial(sock.send, rest)) :]


def send_object(sock: socket.socket, value: Settings | Request, deadline: Deadline = FOREVER) -> None:
    """Send the fields of a value as a JSON frame. Raises what ``send`` raises."""
    send(sock, Status.REQUEST, json.dumps(value).encode(), deadline=deadline)


def receive(sock: socket.socket, deadline: Deadline = FOREVER, at_once: int = _SMALL_BYTES) -> Reply:
    """Return the next frame.

    So many bytes of its payload are taken together with its head: 0 where the other side may send the next
    frame before this one is answered, which would be taken with it.
    Raises TimeoutError, EOFError when the other side is gone, and what the check raises.
    """
    start = b""
    while len(start) < _HEADER.size:
        start += deadline.wait_for(partial(sock.recv, _HEADER.size + at_once - len(start)))
    status, resident, length = _HEADER.unpack_from(start)
    payload = start[_HEADER.size :]
    if len(payload) < length:
        payload = _receive_rest(sock, payload, length, deadline)
    return Reply(Status(status), resident, payload)


def _receive_rest(sock: socket.socket, payload: bytes, length: int, deadline: Deadline) -> bytes:
    whole = bytearray(length)
    whole[: len(payload)] = payload
    rest = memoryview(whole)[len(payload) :]
    while rest:
        rest = rest[deadline.wait_for(partial(sock.recv_into, rest)) :]
    return bytes(whole)
