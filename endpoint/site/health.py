"""Whether the service lives, and whether it can answer."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from endpoint import errors
from endpoint.engine.engine import Lane
from endpoint.engine.language.guard import QueryKind, trust
from endpoint.serving.current import service, switch
from graph.errors import QueryError
from graph.store.history import read_history

blueprint = Blueprint("health", __name__)

HEALTH_SECONDS = 2.0
_JSON = "application/sparql-results+json"
_ALIVE = trust("ASK {}", QueryKind.ASK)


@blueprint.get("/health")
@blueprint.get("/health/ready")
def report_ready() -> Response:
    """Answer /health and /health/ready : whether a query goes through, over what, what is ill or to come."""
    failure, faults = _try_query(), list_faults()
    status = "failing" if failure else "degraded" if faults else "ok"
    report = {
        "status": status,
        "release": service().release.id,
        "detail": failure,
        "faults": faults,
        "preparation": switch().preparation,
    }
    response = jsonify({name: value for name, value in report.items() if value})
    response.status_code = errors.UNHEALTHY if failure else response.status_code
    response.cache_control.no_store = True
    return response


def list_faults() -> list[str]:
    """Return what is wrong although queries are answered: damaged releases, a lost history, ill threads."""
    history = read_history(service().home).fault
    return [*switch().faults(), *([history] if history else [])]


def _try_query() -> str:
    """Return why no query goes through now, nothing when one does."""
    if refusal := switch().refusal:
        return str(refusal)
    try:
        service().engine.run(_ALIVE, _JSON, lane=Lane.HEALTH, seconds=HEALTH_SECONDS, cached=False)
    except QueryError as error:
        return str(error)
    return ""


@blueprint.get("/health/live")
def report_live() -> Response:
    """Answer /health/live : that this process serves at all, for who would start it anew."""
    response = jsonify({"status": "ok"})
    response.cache_control.no_store = True
    return response
