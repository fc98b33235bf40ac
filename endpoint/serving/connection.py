"""Whether the client of the current request is still there."""

from __future__ import annotations

import select
import socket

from flask import has_request_context, request

# poll(2): the other side has closed its writing half (Linux), hung up, or the connection broke.
_GONE = getattr(select, "POLLRDHUP", 0) | select.POLLHUP | select.POLLERR | select.POLLNVAL


def client_is_gone() -> bool:
    """Return whether the client has closed its connection, as far as the server lets us see its socket.

    gunicorn does; a client that closes only its writing half and waits counts as gone, as in nginx.
    """
    sock = request.environ.get("gunicorn.socket") if has_request_context() else None
    return sock is not None and is_closed(sock)


def is_closed(sock: socket.socket) -> bool:
    """Return whether the other side of a socket is gone; nothing is read from it."""
    try:
        poll = select.poll()
        poll.register(sock, _GONE)
        return bool(poll.poll(0))
    except (OSError, ValueError):
        return True
