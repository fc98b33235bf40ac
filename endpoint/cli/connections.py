"""Connections: the next request of one is taken at once, and closing one holds nobody else up."""

from __future__ import annotations

import math
import select
import socket
import struct
from contextlib import suppress
from typing import Any

from gunicorn.util import close_graceful  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

LINGER_SECONDS = 0.25
"""How long what a client still sends is read away after the answer, so that it gets the answer whole."""
# socket(7), SO_LINGER: what becomes of data not yet sent when the connection is closed
_RESET, _DELIVER = struct.pack("ii", 1, 0), struct.pack("ii", 0, 0)
NEXT_REQUEST_SECONDS = 0.002
"""How long a thread looks out for the next request of a connection before it hands the connection back."""


class ConnectionWorker(ThreadWorker):  # type: ignore[misc]
    """The threads of gunicorn, which see to the beginning and the end of a connection themselves.

    gunicorn hands every connection back to the one thread that accepts them after each answer, and takes it
    up again with the next request, which costs more than answering from memory does; and it closes them in
    that thread, where it waits up to two seconds: a single client that asks for ``Connection: close`` and
    then does not hang up stops the whole service for so long.
    """

    def handle(self, conn: Any) -> Any:
        """Answer a request and those that follow at once; close the connection after its last one."""
        keep_alive = super().handle(conn)
        while keep_alive is True and self._may_keep_alive() and _is_readable(conn.sock):
            keep_alive = super().handle(conn)
        if not keep_alive:
            close_graceful(conn.sock, LINGER_SECONDS)
            conn.close = _do_nothing
        return keep_alive

    def handle_request(self, req: Any, conn: Any) -> Any:
        """Answer a request; if this process dies meanwhile, the connection is reset, not closed.

        Some clients (http.client when it reads in pieces, and what is built on it) compare no lengths and
        take an end for the end of the answer. A request whose body will not be read to its end is told that
        it is the last one: gunicorn closes its connection without a word, when the next may be on its way.
        """
        if _body_length(req) > self.wsgi.config["MAX_CONTENT_LENGTH"]:
            req.force_close()
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        try:
            return super().handle_request(req, conn)
        finally:
            with suppress(OSError):
                conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DELIVER)

    def _may_keep_alive(self) -> bool:
        """Return whether this thread may wait for the next request: there is one for every connection."""
        return bool(self.alive and self.nr_conns <= self.cfg.threads)


def _body_length(req: Any) -> float:
    """Return the bytes of the body of a request by its headers; infinite when they do not say so."""
    headers = dict(req.headers)
    return math.inf if "TRANSFER-ENCODING" in headers else int(headers.get("CONTENT-LENGTH", 0))


def _is_readable(sock: socket.socket) -> bool:
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(1000 * NEXT_REQUEST_SECONDS))


def _do_nothing(graceful: bool = False) -> None:
    """Take the place of the close that gunicorn would wait for."""
