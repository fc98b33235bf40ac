"""Whether the client of the current request is still there."""

from __future__ import annotations

from flask import has_request_context, request


def client_is_gone() -> bool:
    """Return whether the client has closed its connection, as far as the server tells (as waitress does).

    A client that closes only its writing half and waits counts as gone, as in nginx.
    """
    is_gone = request.environ.get("waitress.client_disconnected") if has_request_context() else None
    return is_gone is not None and bool(is_gone())
