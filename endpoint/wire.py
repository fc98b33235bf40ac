"""What the pool and its workers say to each other over a socket.

A frame, both ways: one status byte, two unsigned 64-bit numbers (bytes resident, length of the payload), and
the payload, which is JSON in requests, a body in answers, and UTF-8 text in errors.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from enum import IntEnum

_HEAD = struct.Struct("!BQQ")
PULSE_SECONDS = 0.1
"""How often one who waits looks whether it is still worth it."""


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


@dataclass(frozen=True)
class Settings:
    """What a worker is told once, in its first frame; it ends when the process ``parent`` ends."""

    store: str
    memory_bytes: int
    parent: int
    prefixes: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """One query. Without graphs: the union of all graphs, unless the query has a dataset clause itself.

    ``nice`` is how far its evaluation steps back behind other work on the machine, as in nice(2).
    """

    query: str
    media_type: str
    limit: int
    seconds: float
    own_dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    nice: int = 0


@dataclass(frozen=True)
class Reply:
    """One frame as it came; ``resident`` is the memory in bytes that the worker holds after it."""

    status: Status
    resident: int
    payload: bytes


def send(link: socket.socket, status: Status, payload: bytes | bytearray, resident: int = 0) -> None:
    """Send one frame. Raises OSError when the other side is gone."""
    link.sendall(_HEAD.pack(status, resident, len(payload)))
    link.sendall(payload)


def send_object(link: socket.socket, value: Settings | Request) -> None:
    """Send a value as a JSON frame. Raises OSError when the other side is gone."""
    send(link, Status.REQUEST, json.dumps(asdict(value)).encode())


def receive(
    link: socket.socket, deadline: float | None = None, pulse: Callable[[], None] = lambda: None
) -> Reply:
    """Return the next frame.

    ``pulse`` is called every PULSE_SECONDS of a wait with a deadline; what it raises ends the wait.
    Raises TimeoutError at the deadline (monotonic seconds) and EOFError when the other side is gone.
    """
    status, resident, length = _HEAD.unpack(_read(link, _HEAD.size, deadline, pulse))
    return Reply(Status(status), resident, bytes(_read(link, length, deadline, pulse)))


def _read(link: socket.socket, length: int, deadline: float | None, pulse: Callable[[], None]) -> bytearray:
    data = bytearray(length)
    rest = memoryview(data)
    while rest:
        left = None if deadline is None else max(deadline - time.monotonic(), 1e-6)
        link.settimeout(left and min(left, PULSE_SECONDS))
        try:
            count = link.recv_into(rest)
        except TimeoutError:
            if left and left <= PULSE_SECONDS:
                raise
            pulse()
            continue
        if not count:
            raise EOFError("the other side is gone")
        rest = rest[count:]
    return data
