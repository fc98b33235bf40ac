"""A small HTTP client on a bare socket: its own cost is the same few microseconds for every server."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

RECEIVE_BYTES = 1 << 20
_numbers = itertools.count(time.time_ns() // 1000)
"""Numbers for comments; in microseconds, so that no number comes again, also not in a later run."""


@dataclass(frozen=True)
class Request:
    """The bytes of a request around the place where a comment makes the query a new one."""

    before: str
    after: str

    def if_changed(self, etag: str) -> Request:
        """Return the request of a client that has the answer with this tag already."""
        return Request(self.before, f"{self.after[:-2]}If-None-Match: {etag}\r\n\r\n")

    def same(self) -> bytes:
        """Return the request as it is."""
        return (self.before + self.after).encode()

    def new(self) -> bytes:
        """Return it with a comment in its query that was never sent before, so that no cache knows it."""
        return f"{self.before}%0A%23{next(_numbers)}%0A{self.after}".encode()


@dataclass(frozen=True)
class Target:
    """Where a SPARQL endpoint listens."""

    host: str
    port: int
    path: str

    def request(self, query: str, media_type: str) -> Request:
        """Return a GET of a query."""
        head = f"Host: {self.host}:{self.port}\r\nAccept: {media_type}\r\n\r\n"
        return Request(f"GET {self.path}?query={quote(query, safe='')}", f" HTTP/1.1\r\n{head}")


@dataclass(frozen=True)
class Reply:
    """A whole answer as it came; ``raw`` is the body, in chunks where it came so."""

    status: int
    head: str
    raw: bytes

    @property
    def body(self) -> bytes:
        """Return the body, put together from chunks where it came in such."""
        return b"".join(_chunks(self.raw)) if self.header("transfer-encoding") == "chunked" else self.raw

    def header(self, name: str) -> str:
        """Return the value of a header, whose name is given in lower case, or an empty text."""
        for line in self.head.split("\r\n"):
            found, _, value = line.partition(":")
            if found.lower() == name:
                return value.strip()
        return ""


def _chunks(raw: bytes) -> Iterator[bytes]:
    position = 0
    while size := int(raw[position : (line := raw.index(b"\r\n", position))].split(b";")[0], 16):
        yield raw[line + 2 : line + 2 + size]
        position = line + 2 + size + 2


class Connection:
    """One connection that is kept open, made anew when the server closed it. A context manager."""

    def __init__(self, target: Target, seconds: float) -> None:
        """Take how many seconds one answer may take; raises OSError when nobody listens."""
        self._target, self._seconds = target, seconds
        self._socket = self._open()

    def _open(self) -> socket.socket:
        made = socket.create_connection((self._target.host, self._target.port), self._seconds)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def __enter__(self) -> Self:
        """Return the connection."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def ask(self, request: Request | bytes) -> Reply:
        """Return the answer to one request; raises OSError (TimeoutError among them) and EOFError."""
        data = request if isinstance(request, bytes) else request.same()
        try:
            self._socket.sendall(data)
            reply = self._read()
        except (EOFError, ConnectionError):
            self._socket.close()
            self._socket = self._open()
            self._socket.sendall(data)
            reply = self._read()
        if "connection: close" in reply.head.lower():
            self._socket.close()
            self._socket = self._open()
        return reply

    def _read(self) -> Reply:
        data = bytearray()
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        head, raw = data[:end].decode("latin-1"), data[end + 4 :]
        low, status = head.lower(), int(head[9:12])
        if "transfer-encoding: chunked" in low:
            while not raw.endswith(b"0\r\n\r\n") or (len(raw) > 5 and raw[-7:-5] != b"\r\n"):
                raw += self._receive()
        elif status != 304:
            length = int(low.split("content-length:")[1].split("\r\n")[0])
            while len(raw) < length:
                raw += self._receive()
        return Reply(status, head, bytes(raw))

    def _receive(self) -> bytes:
        received = self._socket.recv(RECEIVE_BYTES)
        if not received:
            raise EOFError("the server closed the connection")
        return received
