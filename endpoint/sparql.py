"""``/sparql``: the SPARQL 1.1 protocol (https://www.w3.org/TR/sparql11-protocol/), queries only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, Response, make_response, request
from rdflib import RDF, Graph, Literal, Namespace, URIRef
from werkzeug.datastructures import MultiDict

from endpoint import guard
from endpoint.app import service
from endpoint.engine import Lane
from endpoint.errors import NotAcceptable, UnsupportedBody, status_of
from endpoint.guard import QueryKind
from endpoint.negotiate import FORMATS, Format, choose, prefers_html
from endpoint.results import table
from graph.errors import ParameterError, QueryError, QueryRefused, QuerySyntaxError

blueprint = Blueprint("sparql", __name__)

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@dataclass(frozen=True)
class Asked:
    """What a request of the protocol says; ``seconds`` is None for the usual limit."""

    query: str | None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format_name: str | None = None
    seconds: float | None = None


@blueprint.route("/sparql", methods=["GET", "POST"])
def answer() -> Response:
    """Answer a query, or without one show the page (browsers) or the service description (programs)."""
    asked = read_request()
    for_people = not asked.format_name and prefers_html(request.accept_mimetypes)
    if asked.query is None or (for_people and not asked.query.strip()):
        return page() if for_people else describe_service(asked.format_name)
    if for_people:
        return answer_page(asked)
    return respond(
        asked.query,
        lane=Lane.FREE,
        format_name=asked.format_name,
        seconds=asked.seconds,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
    )


def respond(
    query: str,
    *,
    lane: Lane,
    format_name: str | None = None,
    seconds: float | None = None,
    default_graphs: Sequence[str] = (),
    named_graphs: Sequence[str] = (),
) -> Response:
    """Return the whole HTTP answer to a query: negotiated, with ETag, or 304 without running it again.

    Raises the QueryError tree and NotAcceptable.
    """
    state = service()
    reading = guard.read(query, state.config.query_bytes)
    chosen = choose(reading.kind, request.accept_mimetypes, format_name)
    response = Response(content_type=chosen.content_type)
    response.vary.add("Accept")
    if reading.stable:
        response.set_etag(_tag(state.release.id, query, chosen, default_graphs, named_graphs))
        response.cache_control.public = True
        response.cache_control.no_cache = True
        if response.make_conditional(request).status_code == HTTPStatus.NOT_MODIFIED:
            return response
    else:
        response.cache_control.no_store = True
    result = state.engine.run(
        query,
        chosen.media_type,
        lane=lane,
        seconds=seconds,
        default_graphs=default_graphs,
        named_graphs=named_graphs,
    )
    response.set_data(result.body)
    return response


def _tag(
    release: str, query: str, chosen: Format, default_graphs: Sequence[str], named: Sequence[str]
) -> str:
    """Return the strong tag: the same release, query, format and dataset give the same bytes."""
    parts = json.dumps([release, query, chosen.content_type, list(default_graphs), list(named)])
    return hashlib.sha256(parts.encode()).hexdigest()[:32]


def read_request() -> Asked:
    """Return what the current request asks.

    Raises ParameterError, UnsupportedBody, QuerySyntaxError (not UTF-8), and QueryRefused for an update.
    """
    if request.method != "POST":
        return _read_parameters(request.args)
    if request.mimetype == FORM:
        asked = _read_parameters(request.form)
        if asked.query is None:
            raise ParameterError("query", "", "is missing from the form")
        return asked
    if request.mimetype == UPDATE:
        raise _no_update()
    if request.mimetype != QUERY or request.mimetype_params.get("charset", "utf-8").lower() != "utf-8":
        raise UnsupportedBody(request.content_type or "", [FORM, QUERY])
    if "query" in request.args:
        raise ParameterError(
            "query", request.args["query"], "stands in the address, and the body is a query too"
        )
    try:
        return _read_parameters(request.args, request.get_data().decode())
    except UnicodeDecodeError as exc:
        raise QuerySyntaxError(f"the body is not UTF-8 (byte {exc.start})") from exc


def _read_parameters(given: MultiDict[str, str], query: str | None = None) -> Asked:
    if "update" in given:
        raise _no_update()
    for name in ("query", "format", "timeout"):
        if len(given.getlist(name)) > 1:
            raise ParameterError(name, given.getlist(name)[1], "is given more than once")
    return Asked(
        given.get("query") if query is None else query,
        _read_graphs(given, "default-graph-uri"),
        _read_graphs(given, "named-graph-uri"),
        given.get("format") or given.get("output"),
        _read_seconds(given.get("timeout")),
    )


def _no_update() -> QueryRefused:
    return QueryRefused("this endpoint only answers queries", "Download the release and change your own copy")


def _read_graphs(given: MultiDict[str, str], name: str) -> tuple[str, ...]:
    for iri in given.getlist(name):
        if not guard.is_iri(iri):
            raise ParameterError(name, iri, "is not an absolute IRI")
    return tuple(given.getlist(name))


def _read_seconds(text: str | None) -> float | None:
    if not text:
        return None
    most = service().config.max_query_seconds
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= most:
        raise ParameterError("timeout", text, f"must be a number of seconds over 0 and at most {most:g}")
    return seconds


def answer_page(asked: Asked) -> Response:
    """Return the page with the form, and below it the result of the query or what is wrong with it."""
    query = asked.query or ""
    try:
        rows = table(
            service().engine,
            query,
            seconds=asked.seconds,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
        )
    except QueryError as error:
        from endpoint.pages import sparql_page

        response = make_response(sparql_page(query, error=error), status_of(error))
        response.cache_control.no_store = True
    else:
        from endpoint.pages import sparql_page

        response = make_response(sparql_page(query, table=rows))
    response.vary.add("Accept")
    return response


def page() -> Response:
    """Return the page with the empty form."""
    from endpoint.pages import sparql_page

    response = make_response(sparql_page())
    response.vary.add("Accept")
    return response


def describe_service(format_name: str | None) -> Response:
    """Return the description of this service (https://www.w3.org/TR/sparql11-service-description/).

    Raises ParameterError when the client takes results only: then it forgot its query.
    """
    try:
        chosen = choose(QueryKind.GRAPH, request.accept_mimetypes, format_name)
    except NotAcceptable as exc:
        raise ParameterError("query", "", "is missing") from exc
    body = _description(request.base_url).serialize(format=chosen.media_type, encoding="utf-8")
    response = Response(body, content_type=chosen.content_type)
    response.vary.add("Accept")
    return response


def _description(address: str) -> Graph:
    graph = Graph()
    graph.bind("sd", SD)
    endpoint = URIRef(address)
    dataset, union = URIRef(address + "#dataset"), URIRef(address + "#union")
    graph.add((endpoint, RDF.type, SD.Service))
    graph.add((endpoint, SD.endpoint, endpoint))
    graph.add((endpoint, SD.supportedLanguage, SD.SPARQL11Query))
    graph.add((endpoint, SD.feature, SD.UnionDefaultGraph))
    for fmt in FORMATS:
        graph.add((endpoint, SD.resultFormat, URIRef(fmt.iri)))
    graph.add((endpoint, SD.defaultDataset, dataset))
    graph.add((dataset, RDF.type, SD.Dataset))
    graph.add((dataset, SD.defaultGraph, union))
    graph.add((union, RDF.type, SD.Graph))
    graph.add((dataset, URIRef("http://purl.org/dc/terms/identifier"), Literal(service().release.id)))
    return graph
