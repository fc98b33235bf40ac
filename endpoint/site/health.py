"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from endpoint import errors
from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.serving.current import service
from graph.errors import QueryError

blueprint = Blueprint("health", __name__)

HEALTH_SECONDS = 2.0
_JSON = "application/sparql-results+json"
_ALIVE = trust("ASK {}", QueryKind.ASK)


@blueprint.get("/health")
@blueprint.get("/health/ready")
def report_ready() -> Response:
    """Answer /health and /health/ready : whether a query goes through, and over which release."""
    state = service()
    report: dict[str, object] = {"status": "ok", "release": state.release.id}
    fault = ""
    try:
        state.engine.run(_ALIVE, _JSON, lane=Lane.PAGES, seconds=HEALTH_SECONDS, cached=False)
    except QueryError as error:
        fault = str(error)
    response = jsonify(report | {"status": "failing", "detail": fault} if fault else report)
    response.status_code = errors.UNHEALTHY if fault else response.status_code
    response.cache_control.no_store = True
    return response


@blueprint.get("/health/live")
def report_live() -> Response:
    """Answer /health/live : that this process serves at all, for who would start it anew."""
    response = jsonify({"status": "ok"})
    response.cache_control.no_store = True
    return response
