"""``/sparql``: the answers of the SPARQL 1.1 protocol (https://www.w3.org/TR/sparql11-protocol/)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import partial
from typing import NamedTuple

from flask import Blueprint, Request, Response, make_response, request
from werkzeug.http import generate_etag, quote_etag

from endpoint.engine.engine import Lane
from endpoint.engine.language import guard
from endpoint.engine.language.guard import QueryKind, Reading
from endpoint.engine.language.tokens import Token
from endpoint.engine.results import TooManyRows, has_more_rows, tabulate
from endpoint.errors import NotAcceptable, status_of
from endpoint.serving.connection import KEEP, is_abandoned
from endpoint.serving.current import service
from endpoint.serving.pinned import pin
from endpoint.serving.records.access_log import current_record
from endpoint.show.conditions import FOREVER, knows
from endpoint.show.tables import ROWS_SHOWN
from endpoint.sparql.editor.terms import NOTE, note
from endpoint.sparql.negotiation import HTML, Format, choose, prefers_html
from endpoint.sparql.page import sparql_page
from endpoint.sparql.request import QueryOperation, read_operation
from endpoint.sparql.service_description import write_description
from graph.errors import ParameterError, QueryError
from queries.mistakes import Mistake

__all__ = ["Form", "Found", "answer", "answer_operation", "blueprint", "read_operation", "respond"]

blueprint = Blueprint("sparql", __name__)


@dataclass(frozen=True)
class Form:
    """What becomes of a whole answer that the engine wrote: `write` makes other bytes of it.

    It is for answers of the media types `of` only; `name` tells its tag from theirs, `content_type` replaces
    theirs unless it is empty.
    """

    name: str
    of: tuple[str, ...]
    write: Callable[[bytes], bytes]
    content_type: str = ""


class Found(NamedTuple):
    """A whole answer, 200: its headers, and its body, which is None for who has it already."""

    headers: list[tuple[str, str]]
    body: bytes | None

    def as_response(self) -> Response:
        """Return what views return."""
        return Response(self.body, headers=self.headers)


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """Answer /sparql : a query; without one the page for browsers, the service description for programs."""
    operation = read_operation(request)
    for_people = is_for_people(request, operation)
    if operation.query is None or (for_people and not operation.query.strip()):
        return page() if for_people else describe_service(operation.format_name)
    if for_people:
        return answer_page(operation)
    return answer_program(request, operation).as_response()


def is_for_people(request: Request, operation: QueryOperation) -> bool:
    """Return whether a page is asked for, not data."""
    if operation.format_name:
        return operation.format_name == "html"
    return prefers_html(request.accept_mimetypes)


def answer_program(request: Request, operation: QueryOperation) -> Found:
    """Return the answer of /sparql to a query of a program; raises what ``answer_operation`` raises."""
    try:
        return answer_operation(request, operation)
    except NotAcceptable as exc:
        page_too = HTML if "/" in exc.available[0] else "html"
        raise NotAcceptable(exc.asked, [*exc.available, page_too]) from exc


def answer_operation(request: Request, operation: QueryOperation) -> Found:
    """Return the answer to a query operation for programs: here a stranger's query is read.

    Raises ParameterError without a query, and what ``guard.admit`` and ``find`` raise.
    """
    if operation.query is None:
        raise ParameterError("query", "", Mistake.NO_QUERY)
    return find(request, guard.admit(operation.query, service().config), operation)


@blueprint.route("/release/<release_id>/sparql", methods=["GET", "POST"])
def answer_pinned(release_id: str) -> Response:
    """Answer /release/<id>/sparql : the SPARQL protocol over one release, for programs."""
    with pin(release_id):
        return answer_operation(request, read_operation(request)).as_response()


def respond(
    request: Request,
    reading: Reading,
    *,
    lane: Lane,
    format_name: str | None = None,
    form: Form | None = None,
) -> Response:
    """Return the HTTP answer to a query of our own. Raises what ``find`` raises."""
    operation = QueryOperation(reading.text, format_name=format_name)
    return find(request, reading, operation, lane, form).as_response()


def find(
    request: Request,
    reading: Reading,
    operation: QueryOperation,
    lane: Lane = Lane.FREE,
    form: Form | None = None,
) -> Found:
    """Return the whole answer to a query: negotiated, with ETag; without rows for who has them already.

    Raises the QueryError tree and NotAcceptable.
    """
    state = service()
    chosen = choose(reading.kind, request.accept_mimetypes, operation.format_name, for_quads=True)
    form = form if form and chosen.media_type in form.of else None
    is_pinned = "release_id" in (request.view_args or {})
    content_type = form.content_type if form and form.content_type else chosen.content_type
    headers = [
        ("Content-Type", content_type),
        ("Vary", "Accept"),
        ("Cache-Control", _caching(reading, is_pinned)),
    ]
    tag = ""
    if reading.stable and state.engine.gives_same_bytes:
        tag = _entity_tag(state.release.id, reading, chosen, operation)
        tag = f"{tag}-{form.name}" if form else tag
        if knows(request, tag):
            return Found([*headers, ("ETag", quote_etag(tag))], None)
    result = state.engine.run(
        reading,
        chosen.media_type,
        lane=lane,
        seconds=operation.seconds,
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        is_abandoned=partial(is_abandoned, request),
    )
    if has_more_rows(result.body, chosen.media_type, state.config.result_rows):
        raise TooManyRows(state.config.result_rows)
    body = form.write(result.body) if form else result.body
    if reading.stable:  # where it is not known before what the bytes will be, the tag is theirs
        headers.append(("ETag", quote_etag(tag or generate_etag(body))))
    if said := note(reading.tokens):
        headers.append((NOTE, said))
    if reading.stable and not is_pinned:
        request.environ[KEEP] = (current_record(), lane)
    return Found(headers, body)


def _caching(reading: Reading, is_pinned: bool) -> str:
    """Return what caches are told."""
    if not reading.stable:
        return "no-store"
    return FOREVER if is_pinned else "public, no-cache"


def _entity_tag(release: str, reading: Reading, chosen: Format, operation: QueryOperation) -> str:
    """Return the strong tag: the same release, query, format and dataset give the same bytes.

    So they do only while the engine is asked the same: what it is asked instead of a query counts too.
    """
    asked = [reading.text] if reading.rewriting is None else [reading.text, *astuple(reading.rewriting)]
    parts = repr((release, asked, chosen.content_type, operation.default_graphs, operation.named_graphs))
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def answer_page(operation: QueryOperation) -> Response:
    """Return the page with the form, and below it the result of the query or what is wrong with it."""
    query, tokens = operation.query or "", tuple[Token, ...]()
    try:
        reading = guard.admit(query, service().config)
        tokens = reading.tokens
        rows = tabulate(
            service().engine,
            reading,
            seconds=operation.seconds,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            most_rows=service().config.result_rows,
            shown_rows=ROWS_SHOWN,
        )
        response = make_response(sparql_page(query, table=rows, kind=reading.kind, tokens=tokens))
    except QueryError as error:
        response = make_response(sparql_page(query, error=error, tokens=tokens), status_of(error))
        response.cache_control.no_store = True
    response.vary.add("Accept")
    return response


def page() -> Response:
    """Return the page with the empty form."""
    response = make_response(sparql_page())
    response.vary.add("Accept")
    return response


def describe_service(format_name: str | None) -> Response:
    """Return the description of this service (https://www.w3.org/TR/sparql11-service-description/).

    Raises ParameterError when the client takes results only: then it forgot its query.
    """
    try:
        chosen = choose(QueryKind.GRAPH, request.accept_mimetypes, format_name, for_quads=True)
    except NotAcceptable as exc:
        raise ParameterError("query", "", Mistake.NO_QUERY) from exc
    body = write_description(service(), request.base_url, chosen.media_type)
    response = Response(body, content_type=chosen.content_type)
    response.vary.add("Accept")
    response.cache_control.public = True
    response.cache_control.no_cache = True
    response.add_etag()
    return response
