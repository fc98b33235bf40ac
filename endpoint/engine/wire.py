"""What the pool and its workers say to each other over a socket.

A frame, both ways: one status byte, two unsigned 64-bit numbers (bytes resident, length of the payload), and
the payload, which is JSON in requests, a body in answers, and UTF-8 text in errors.
"""

from __future__ import annotations

import json
import math
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from typing import TypeVar

_HEAD = struct.Struct("!BQQ")
_SMALL = 64 * 1024
Moved = TypeVar("Moved", bytes, int)
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
    ELSEWHERE = 9


@dataclass(frozen=True)
class Settings:
    """What a worker is told once, in its first frame; it ends when the process ``parent`` ends.

    ``network``: it may ask other endpoints, those that SERVICE names.
    """

    store: str
    memory_bytes: int
    parent: int
    prefixes: Mapping[str, str]
    network: bool = False


@dataclass(frozen=True)
class Request:
    """One query. Without graphs: the union of all graphs, unless the query has a dataset clause itself.

    ``nice`` is how far its evaluation steps back behind other work on the machine, as in nice(2).
    """

    query: str
    media_type: str
    limit: int
    seconds: float
    has_dataset: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    nice: int = 0


@dataclass(frozen=True)
class Reply:
    """One frame as it came; ``resident`` is the memory in bytes that the worker holds after it."""

    status: Status
    resident: int
    payload: bytes


def let_pulse(link: socket.socket) -> None:
    """Let the system end every wait at this end after PULSE_SECONDS: one call, and no poll before it."""
    interval = struct.pack("@ll", 0, int(PULSE_SECONDS * 1_000_000))
    for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
        link.setsockopt(socket.SOL_SOCKET, option, interval)


@dataclass(frozen=True)
class Patience:
    """How long to wait: to the ``deadline`` (monotonic seconds), or until ``pulse`` raises something.

    ``pulse`` is called every PULSE_SECONDS at an end that was prepared by ``let_pulse``; at another one every
    wait is for ever. The deadline is noticed at a pulse too, so a wait may end that much later.
    """

    deadline: float = math.inf
    pulse: Callable[[], None] = lambda: None

    def wait(self, move: Callable[[], Moved]) -> Moved:
        """Return what came, or how much went, as soon as any did. Raises TimeoutError and EOFError."""
        while True:
            try:
                moved = move()
            except BlockingIOError:
                if time.monotonic() >= self.deadline:
                    raise TimeoutError from None
                self.pulse()
            else:
                if not moved:
                    raise EOFError("the other side is gone")
                return moved


FOREVER = Patience()


def send(
    link: socket.socket,
    status: Status,
    payload: bytes | bytearray,
    resident: int = 0,
    patience: Patience = FOREVER,
) -> None:
    """Send one frame. Raises OSError when the other side is gone, TimeoutError, and what a pulse raises."""
    head = _HEAD.pack(status, resident, len(payload))
    # What is small goes in one call, so that the other side wakes once.
    for part in (head + payload,) if len(payload) <= _SMALL else (head, payload):
        rest = memoryview(part)
        while rest:
            rest = rest[patience.wait(partial(link.send, rest)) :]


def send_object(link: socket.socket, value: Settings | Request, patience: Patience = FOREVER) -> None:
    """Send a value as a JSON frame. Raises what ``send`` raises."""
    send(link, Status.REQUEST, json.dumps(vars(value)).encode(), patience=patience)


def receive(link: socket.socket, patience: Patience = FOREVER) -> Reply:
    """Return the next frame.

    Raises TimeoutError, EOFError when the other side is gone, and what a pulse raises.
    """
    start = patience.wait(partial(link.recv, _HEAD.size + _SMALL))
    while len(start) < _HEAD.size:
        start += patience.wait(partial(link.recv, _HEAD.size + _SMALL))
    status, resident, length = _HEAD.unpack_from(start)
    payload = start[_HEAD.size :]
    if len(payload) < length:
        payload = _receive_rest(link, payload, length, patience)
    return Reply(Status(status), resident, payload)


def _receive_rest(link: socket.socket, payload: bytes, length: int, patience: Patience) -> bytes:
    whole = bytearray(length)
    whole[: len(payload)] = payload
    rest = memoryview(whole)[len(payload) :]
    while rest:
        rest = rest[patience.wait(partial(link.recv_into, rest)) :]
    return bytes(whole)
