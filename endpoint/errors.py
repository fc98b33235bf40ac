"""Errors over HTTP: the only place with status codes of errors.

Programs get problem+json (https://www.rfc-editor.org/rfc/rfc9457), browsers a page, who asks for text/plain
a text. The codes are chosen so that no client can take an error for a result or for another error: 504 for
time, 413 for a result over the size limit, 503 for overload, 429 when one client asks too much, and 500
when the worker died of memory or depth. 400 covers all that is wrong with the query itself, updates and
SERVICE included, as the SPARQL protocol has it; the ``type`` tells them apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import NamedTuple

from flask import Flask, Response, current_app, g, json, make_response, render_template, request
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import RequestRedirect

from graph import errors
from ontology import BASE
from queries.resolve import AmbiguousName, UnknownName

PROBLEM_JSON = "application/problem+json"
UNHEALTHY = 503
"""The status of /health when no query goes through."""
MISSING = 404
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
        "client-bytes": "{limit:.0f} bytes of answers are on their way to you. Take them first",
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
    status: int
    detail: str
    extra: Mapping[str, object] = field(default_factory=dict)
    error: errors.KembarError | None = field(default=None, compare=False)

    @property
    def words(self) -> str:
        """Return the name under which pages have words for it."""
        if self.slug in SLUGS:
            return self.slug
        return "fault" if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR else OTHER

    @property
    def type(self) -> str:
        """Return the IRI of this kind of problem."""
        return f"{BASE}problem/{self.slug}"

    def with_extra(self, status: int, **extra: object) -> Problem:
        """Return the same problem under another status, with values more."""
        return replace(self, status=status, extra={**self.extra, **extra})

    def as_json(self) -> str:
        """Return the problem details object."""
        members = {"type": self.type, "title": self.title, "status": self.status, "detail": self.detail}
        return json.dumps(members | dict(self.extra)) + "\n"


_RESTRICT = (
    "Restrict first, in a subselect; put known IRIs and literals into the patterns, not into FILTER; "
    "or download the release and run the query there."
)
_NO_PART = "No part of it is given. Ask for fewer columns or rows, or download the release."


class _Kind(NamedTuple):
    """How errors of a class are answered, and the limit of /limits that they tell of, if always the same."""

    slug: str
    status: int
    title: str
    limited: str = ""
    advice: str = ""


_KINDS: Mapping[type[errors.KembarError], _Kind] = {
    AmbiguousName: _Kind("ambiguous-name", 400, "Several places have this name"),
    UnknownName: _Kind("unknown-name", 400, "No place has this name"),
    errors.ParameterError: _Kind("parameter", 400, "A parameter is wrong"),
    errors.QuerySyntaxError: _Kind("syntax", 400, "The query is not SPARQL"),
    errors.QueryRefused: _Kind("refused", 400, "The query asks for what is closed here"),
    errors.FormatTooNarrow: _Kind("format", 406, "The format cannot hold this result"),
    errors.QueryTooLong: _Kind("query-length", 413, "The query is too long", "query-bytes"),
    errors.QueryTooComplex: _Kind("query-shape", 400, "The query is too deep or too long"),
    errors.QueryTimeout: _Kind("timeout", 504, "The query ran out of time", "query-seconds", _RESTRICT),
    errors.EngineTimeout: _Kind("timeout", 504, "The engine ran out of time", advice=_RESTRICT),
    errors.ResultTooLarge: _Kind("result-size", 413, "The result is too large", "result-bytes", _NO_PART),
    errors.EngineOverloaded: _Kind("overload", 503, "Too many queries wait", "waiting"),
    errors.QueryAbandoned: _Kind("abandoned", 408, "The client went away"),
    errors.ResultCut: _Kind("result-size", 413, "The result is too large", "result-rows", _NO_PART),
    errors.EngineFailed: _Kind("engine", 500, "The engine could not answer"),
    errors.EngineUnreachable: _Kind("engine", 503, "The engine cannot be reached"),
    errors.DamagedRelease: _Kind("damaged", 503, "The release is damaged"),
    errors.ReleaseError: _Kind("release", 503, "There is no release to ask"),
    Gone: _Kind("gone", 410, "It is not here any more"),
    NotFound: _Kind("not-found", 404, "There is nothing here"),
    RateLimited: _Kind("rate", 429, "You ask too much at a time"),
    NotAcceptable: _Kind("format", 406, "No such format"),
    UnsupportedBody: _Kind("body", 415, "A body of this type is not read"),
    errors.KembarError: _Kind("fault", 500, "Something went wrong"),
}
"""By class; an error is answered as its nearest ancestor here is."""

SLUGS = frozenset({*(kind.slug for kind in _KINDS.values()), "body-size"})
"""The kinds of errors that pages have words for."""
OTHER = "http"
"""The name of what pages say of all other errors."""

_CARRIED = ("line", "column", "limit", "limited", "parameter", "available", "supported")
"""The values of errors that problems have as members, by the same name."""

_NOT_THEIR_DOING = {404, 408, 410, 429, 503}


def status_of(error: errors.KembarError) -> int:
    """Return the HTTP status that answers this error."""
    return _kind_of(error).status


def is_own_doing(status: int) -> bool:
    """Return whether a status tells of a failure that the client could have avoided, or that it caused."""
    return status >= 400 and status not in _NOT_THEIR_DOING


def problem_of(error: errors.KembarError) -> Problem:
    """Return what is told of an error of our own tree, with advice and the values it carries."""
    kind = _kind_of(error)
    extra = {name: value for name in _CARRIED if (value := getattr(error, name, None)) is not None}
    if kind.limited:
        extra.setdefault("limited", kind.limited)
    if isinstance(error, errors.EngineOverloaded | RateLimited):
        extra["retry-after"] = error.retry_after
    detail = f"{error}. {kind.advice}" if kind.advice else str(error)
    return Problem(kind.slug, kind.title, kind.status, detail, extra, error)


def _kind_of(error: errors.KembarError) -> _Kind:
    return next(_KINDS[ancestor] for ancestor in type(error).__mro__ if ancestor in _KINDS)


def install(app: Flask) -> None:
    """Answer every error of the application in these forms."""
    app.register_error_handler(errors.KembarError, answer_error)
    app.register_error_handler(HTTPException, answer_http)


def answer_error(error: errors.KembarError) -> Response:
    """Return the answer to an error of our own tree."""
    problem = problem_of(error)
    response = respond(problem)
    if "retry-after" in problem.extra:
        response.headers["Retry-After"] = str(problem.extra["retry-after"])
    return response


def answer_http(error: HTTPException) -> Response:
    """Return the answer to an error of the framework: no such page, wrong method, a fault of ours."""
    if isinstance(error, RequestRedirect) or error.response is not None or error.code is None:
        return make_response(error.get_response())
    response = respond(_http_problem(error, HTTPStatus(error.code)))
    for name, value in error.get_headers(request.environ):
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _http_problem(error: HTTPException, status: HTTPStatus) -> Problem:
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        detail = f"the body has more than the {limit} bytes that are read here. Send a shorter query"
        extra = {"limit": limit, "limited": "body-bytes"}
        return Problem("body-size", "The body is too large", status, detail, extra)
    if status is HTTPStatus.NOT_FOUND:
        detail = f"there is nothing at {request.path:.200}. /openapi.json lists all addresses"
        return Problem("not-found", "There is nothing here", status, detail)
    ours = isinstance(error, InternalServerError)
    said = "The fault is ours and is written down." if ours else error.description
    return Problem(f"http-{status.value}", status.phrase, status, said or status.description)


def respond(problem: Problem) -> Response:
    """Return the problem in the form that the client prefers: JSON, a page or a text."""
    g.problem = problem.slug
    best = request.accept_mimetypes.best_match([PROBLEM_JSON, "application/json", "text/html", "text/plain"])
    if best == "text/html":
        response = Response(render_template("site/error.html", problem=problem), mimetype=best)
    elif best == "text/plain":
        response = Response(f"{problem.title}\n\n{problem.detail}\n", mimetype=best)
    else:
        response = Response(problem.as_json(), mimetype=best or PROBLEM_JSON)
    response.status_code = problem.status
    response.vary.add("Accept")
    response.cache_control.no_store = True
    return response
