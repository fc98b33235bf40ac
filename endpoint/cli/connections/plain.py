"""Plain queries, answered before the framework does its work, which takes longer than a short query does.

A plain query is a GET of ``/sparql`` by a program. It passes the same steps as in the framework, by the same
functions, but for those that find out what is asked. Whatever fails here, the framework tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, g
from werkzeug.datastructures import Headers
from werkzeug.wsgi import ClosingIterator

from endpoint.app import usual_headers, write_down
from endpoint.serving import encoding, quota
from endpoint.serving.connection import FAILED
from endpoint.serving.current import switch
from endpoint.serving.records.access_log import RequestRecord
from endpoint.sparql.answer import Found, answer_program, is_for_people
from endpoint.sparql.request import PATH, QueryOperation, read_operation
from graph.errors import KembarError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_BEYOND = frozenset({"HTTP_IF_MATCH", "HTTP_IF_NONE_MATCH", "HTTP_RANGE", "CONTENT_LENGTH"})
"""With one of these the framework decides."""


class PlainQueries:
    """An application whose plain queries are answered here, and all else by the framework."""

    def __init__(self, app: Flask) -> None:
        """Stand before this application."""
        self._app, self._framework = app, app.wsgi_app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request (PEP 3333)."""
        if not _may_be_plain(environ):
            return self._framework(environ, start_response)
        request = self._app.request_class(environ)
        with self._app.app_context():
            if (operation := _read(request)) is None:
                return self._framework(environ, start_response)
            try:
                headers, body, sent = _answer(request, operation)
            except Exception as error:  # noqa: BLE001 - the framework answers this one too
                environ[FAILED] = error
                return self._framework(environ, start_response)
        start_response("200 OK", headers)
        return ClosingIterator([body], sent)


def _may_be_plain(environ: dict[str, Any]) -> bool:
    return environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] == "GET" and _BEYOND.isdisjoint(environ)


def _read(request: Request) -> QueryOperation | None:
    """Return what a program asks; None when it asks no query, or nothing that can be read."""
    try:
        operation = read_operation(request)
    except KembarError:
        return None
    return None if operation.query is None or is_for_people(request, operation) else operation


def _answer(
    request: Request, operation: QueryOperation
) -> tuple[list[tuple[str, str]], bytes, Callable[[], None]]:
    """Return the headers and the body of the whole answer, and what to call when it is sent.

    Raises what the steps raise that a request passes in the framework.
    """
    g.record = RequestRecord(PATH, request.method, request.path)
    if refusal := switch().refusal:
        raise refusal
    quota.begin(request, is_query=True)
    headers, body = _encode(request, answer_program(request, operation))
    sent = quota.begin_sending(request, len(body))
    write_down(request, HTTPStatus.OK, len(body))
    quota.end(is_query=True)
    return [*headers, ("Content-Length", str(len(body))), *usual_headers()], body, sent


def _encode(request: Request, found: Found) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body as they are to be sent."""
    body = found.body or b""
    if len(body) < encoding.LEAST_BYTES:
        return found.headers, body
    headers = Headers(found.headers)
    body = encoding.compress(request, headers, body)
    return headers.to_wsgi_list(), body
