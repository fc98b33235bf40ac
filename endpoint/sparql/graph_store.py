"""``/graph``: the reading side of the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

A named graph is also had at its own address (``/graph/core``), as every other thing is.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, request

from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.errors import NotFound
from endpoint.serving.current import service
from endpoint.sparql import answer as sparql
from endpoint.sparql.service_description import count_graphs
from graph.errors import ParameterError
from graph.model.terms import is_iri
from queries.mistakes import Mistake

blueprint = Blueprint("graph_store", __name__)

DEFAULT = "CONSTRUCT WHERE { ?subject ?predicate ?object }"


@blueprint.get("/graph")
def answer() -> Response:
    """Answer /graph?graph=IRI and /graph?default : all triples of a graph, complete or an error.

    The default graph is the union of all graphs. Raises ParameterError unless exactly one is named, and
    NotFound for a graph that the release does not have.
    """
    query = trust(DEFAULT if _wants_default() else _graph_query(_graph_iri()), QueryKind.GRAPH)
    return sparql.respond(request, query, lane=Lane.FREE, format_name=request.args.get("format"))


def _wants_default() -> bool:
    named, default = request.args.getlist("graph"), request.args.getlist("default")
    if named and default:
        raise ParameterError("default", default[0], Mistake.BESIDE, other="graph")
    if not named and not default:
        raise ParameterError("graph", "", Mistake.NO_GRAPH)
    if len(named) > 1:
        raise ParameterError("graph", named[1], Mistake.REPEATED, count=len(named))
    if any(default):
        raise ParameterError("default", default[0], Mistake.NO_VALUE)
    return bool(default)


def _graph_iri() -> str:
    iri = request.args["graph"]
    if not is_iri(iri):
        raise ParameterError("graph", iri, Mistake.NO_IRI)
    known = count_graphs(service())
    if iri not in known:
        raise NotFound(f"there is no graph {iri} in this release; it has {', '.join(known) or 'none'}")
    return iri


def _graph_query(iri: str) -> str:
    triple = "{ ?subject ?predicate ?object }"
    return f"CONSTRUCT {triple} WHERE {{ GRAPH <{iri}> {triple} }}"


def install(app: Flask) -> None:
    """Add the route to an application; a second time does nothing."""
    if blueprint.name not in app.blueprints:
        app.register_blueprint(blueprint)
