"""Closing connections without holding anybody else up."""

from __future__ import annotations

from typing import Any

from gunicorn.util import close_graceful  # type: ignore[import-untyped]
from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

LINGER_SECONDS = 0.25
"""How long what a client still sends is read away after the answer, so that it gets the answer whole."""


class LingeringWorker(ThreadWorker):  # type: ignore[misc]
    """The threads of gunicorn, which wait for the end of a connection in the thread of its request.

    gunicorn itself waits up to two seconds in the one thread that accepts connections: a single client that
    asks for ``Connection: close`` and then does not hang up stops the whole service for so long.
    """

    def handle(self, conn: Any) -> Any:
        """Answer a request; when it is the last one of its connection, close that too."""
        goes_on = super().handle(conn)
        if not goes_on:
            close_graceful(conn.sock, LINGER_SECONDS)
            conn.close = _do_nothing
        return goes_on


def _do_nothing(graceful: bool = False) -> None:
    """Take the place of the close that gunicorn would wait for."""
