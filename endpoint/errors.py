"""Errors over HTTP: the only place with status codes of errors.

Programs get problem+json (https://www.rfc-editor.org/rfc/rfc9457), browsers a page, who asks for text/plain
a text. The codes are chosen so that no client can take an error for a result or for another error: 504 for
time, 413 for a result over the size limit, 503 for overload, 429 when one client asks too much, and 500
when the worker died of memory or depth. 400 covers all that is wrong with the query itself, updates and
SERVICE included, as the SPARQL protocol has it; the ``type`` tells them apart.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, g, json, make_response, render_template, request
from jinja2 import TemplateNotFound
from markupsafe import escape
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from graph import errors
from ontology import BASE

PROBLEM_JSON = "application/problem+json"
UNHEALTHY = HTTPStatus.SERVICE_UNAVAILABLE
"""The status of /health when no query goes through."""
MISSING = HTTPStatus.NOT_FOUND
"""The status of a page about something that is not there."""


class NotAcceptable(errors.KembarError):
    """None of the formats there are was asked for."""

    def __init__(self, asked: str, available: Sequence[str]) -> None:
        """Carry what was asked for and what there is."""
        self.asked, self.available = asked, tuple(available)
        super().__init__(f"{asked} is not one of the formats of this answer: {', '.join(available)}")


class UnsupportedBody(errors.KembarError):
    """The body of a request is of a type that the SPARQL protocol does not know."""

    def __init__(self, given: str, supported: Sequence[str]) -> None:
        """Carry the type that was given and those that are read."""
        self.given, self.supported = given, tuple(supported)
        super().__init__(f"a body of type {given or 'none'} is not read here; send {' or '.join(supported)}")


class NotFound(errors.KembarError):
    """There is nothing under this name."""


class Gone(NotFound):
    """There was something under this name in an earlier release, and there is not any more."""


class RateLimited(errors.KembarError):
    """One client asks more than its share."""

    _SENTENCES: Mapping[str, str] = {
        "client-queries": "{limit:g} of your queries run or wait already. Wait for one of them to end",
        "client-seconds": "your queries took more than {limit:g} seconds a minute. Wait {wait} seconds",
        "client-errors": "over {limit:g} of your queries a minute failed. Mend them, and wait {wait} seconds",
    }

    def __init__(self, limited: str, limit: float, retry_after: int) -> None:
        """Carry which limit it is, as on /limits, its value, and the seconds to wait."""
        self.limited, self.limit, self.retry_after = limited, limit, retry_after
        super().__init__(self._SENTENCES[limited].format(limit=limit, wait=retry_after))


@dataclass(frozen=True)
class Problem:
    """What is told of an error; ``extra`` holds the values it carries."""

    slug: str
    title: str
    status: HTTPStatus
    detail: str
    extra: Mapping[str, object] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Return the IRI of this kind of problem."""
        return f"{BASE}problem/{self.slug}"

    def as_json(self) -> str:
        """Return the problem details object."""
        members = {"type": self.type, "title": self.title, "status": int(self.status), "detail": self.detail}
        return json.dumps(members | dict(self.extra)) + "\n"


@dataclass(frozen=True)
class _Entry:
    status: HTTPStatus
    slug: str
    title: str


# The most special class first.
_TABLE: tuple[tuple[type[errors.KembarError], _Entry], ...] = (
    (errors.ParameterError, _Entry(HTTPStatus.BAD_REQUEST, "parameter", "A parameter is wrong")),
    (errors.QuerySyntaxError, _Entry(HTTPStatus.BAD_REQUEST, "syntax", "The query is not SPARQL")),
    (
        errors.QueryTooLong,
        _Entry(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "query-length", "The query is too long"),
    ),
    (
        errors.QueryTooComplex,
        _Entry(HTTPStatus.BAD_REQUEST, "query-shape", "The query is too deep or too long"),
    ),
    (
        errors.QueryRefused,
        _Entry(HTTPStatus.BAD_REQUEST, "refused", "The query asks for what is closed here"),
    ),
    (errors.QueryTimeout, _Entry(HTTPStatus.GATEWAY_TIMEOUT, "timeout", "The query ran out of time")),
    (
        errors.ResultTooLarge,
        _Entry(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "result-size", "The result is too large"),
    ),
    (errors.EngineOverloaded, _Entry(HTTPStatus.SERVICE_UNAVAILABLE, "overload", "Too many queries wait")),
    (errors.QueryAbandoned, _Entry(HTTPStatus.REQUEST_TIMEOUT, "abandoned", "The client went away")),
    (errors.EngineFailed, _Entry(HTTPStatus.INTERNAL_SERVER_ERROR, "engine", "The engine could not answer")),
    (errors.ReleaseError, _Entry(HTTPStatus.SERVICE_UNAVAILABLE, "release", "There is no release to ask")),
    (Gone, _Entry(HTTPStatus.GONE, "gone", "It is not here any more")),
    (NotFound, _Entry(HTTPStatus.NOT_FOUND, "not-found", "There is nothing here")),
    (RateLimited, _Entry(HTTPStatus.TOO_MANY_REQUESTS, "rate", "You ask too much at a time")),
    (NotAcceptable, _Entry(HTTPStatus.NOT_ACCEPTABLE, "format", "No such format")),
    (UnsupportedBody, _Entry(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "body", "A body of this type is not read")),
    (errors.KembarError, _Entry(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", "Something went wrong")),
)

# Which limit of /limits an error tells of, when it does not say so itself.
_LIMITED: tuple[tuple[type[errors.KembarError], str], ...] = (
    (errors.QueryTimeout, "query-seconds"),
    (errors.ResultTooLarge, "result-bytes"),
    (errors.QueryTooLong, "query-bytes"),
    (errors.EngineOverloaded, "waiting"),
)

_NOT_THEIR_DOING = {
    HTTPStatus.NOT_FOUND,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.GONE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
}

_ADVICE: dict[type[errors.KembarError], str] = {
    errors.QueryTimeout: "Restrict first, in a subselect; put known IRIs and literals into the patterns, "
    "not into FILTER; or download the release and run the query there.",
    errors.ResultTooLarge: "No part of it is given. Ask for fewer columns or rows, or download the release.",
}


def status_of(error: errors.KembarError) -> int:
    """Return the HTTP status that answers this error."""
    return _entry(error).status


def problem_of(error: errors.KembarError) -> Problem:
    """Return what is told of an error of our own tree, with advice and the values it carries."""
    entry = _entry(error)
    extra: dict[str, object] = {
        name: value
        for name in ("line", "column", "limit", "limited", "parameter", "available", "supported")
        if (value := getattr(error, name, None)) is not None
    }
    if isinstance(error, errors.QueryTimeout):
        extra["limit"] = error.seconds
    limited = next((name for kind, name in _LIMITED if isinstance(error, kind)), None)
    if limited is not None:
        extra.setdefault("limited", limited)
    if isinstance(error, errors.EngineOverloaded | RateLimited):
        extra["retry-after"] = error.retry_after
    return Problem(entry.slug, entry.title, entry.status, _detail(error), extra)


def install(app: Flask) -> None:
    """Answer every error of the application in these forms."""
    app.register_error_handler(errors.KembarError, answer_error)
    app.register_error_handler(HTTPException, answer_http)


def answer_error(error: errors.KembarError) -> Response:
    """Return the answer to an error of our own tree."""
    response = respond(problem_of(error))
    if isinstance(error, errors.EngineOverloaded | RateLimited):
        response.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return response


def answer_http(error: HTTPException) -> Response:
    """Return the answer to an error of the framework: no such page, wrong method, a fault of ours."""
    if isinstance(error, RequestRedirect) or error.response is not None or error.code is None:
        return make_response(error.get_response())
    status = HTTPStatus(error.code)
    detail = (
        "The fault is ours and is written down."
        if isinstance(error, InternalServerError)
        else error.description
    )
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        response = respond(_body_too_large(status))
    else:
        slug = f"http-{status.value}"
        response = respond(Problem(slug, status.phrase, status, detail or status.description))
    for name, value in error.get_headers(request.environ):
        if name != "Content-Type":
            response.headers[name] = value
    return response


def is_own_doing(status: int) -> bool:
    """Return whether a status tells of a failure that the client could have avoided, or that it caused."""
    return status >= HTTPStatus.BAD_REQUEST and status not in _NOT_THEIR_DOING


def _body_too_large(status: HTTPStatus) -> Problem:
    limit = current_app.config["MAX_CONTENT_LENGTH"]
    detail = f"the body has more than the {limit} bytes that are read here. Send a shorter query"
    return Problem(
        "body-size", "The body is too large", status, detail, {"limit": limit, "limited": "body-bytes"}
    )


def respond(problem: Problem) -> Response:
    """Return the problem in the form that the client prefers: JSON, a page or a text."""
    g.problem = problem.slug
    best = request.accept_mimetypes.best_match([PROBLEM_JSON, "application/json", "text/html", "text/plain"])
    if best == "text/html":
        response = Response(_page(problem), mimetype=best)
    elif best == "text/plain":
        response = Response(f"{problem.title}\n\n{problem.detail}\n", mimetype=best)
    else:
        response = Response(problem.as_json(), mimetype=best or PROBLEM_JSON)
    response.status_code = problem.status
    response.vary.add("Accept")
    response.cache_control.no_store = True
    return response


def _page(problem: Problem) -> str:
    try:
        return render_template("site/error.html", problem=problem)
    except TemplateNotFound:
        return f"<!doctype html><title>{escape(problem.title)}</title><p>{escape(problem.detail)}"


def _entry(error: errors.KembarError) -> _Entry:
    return next(entry for kind, entry in _TABLE if isinstance(error, kind))


def _detail(error: errors.KembarError) -> str:
    advice = next((text for kind, text in _ADVICE.items() if isinstance(error, kind)), None)
    return f"{error}. {advice}" if advice else str(error)
